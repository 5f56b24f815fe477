//! The models of a fit side by side, and which of them to trust, as text for a terminal.

use super::text::{units, width};
use crate::output::{FAINT, GOOD, Output, styled};
use kofn::answers::numbers::four_decimals as four;
use kofn_logs::fit::{ComparedModel, Fit, HeldOutDifference, TrustInWords, TrustedModel};
use std::io;

pub(super) fn models(output: &mut Output, fit: &Fit) -> io::Result<()> {
    let width = width(fit.models.iter().map(|model| model.model.to_string()));
    let row = |cells: [&str; 8]| {
        let [name, parameters, ln, aic, other_ln, behind, error, floor] = cells;
        format!(
            "{name:<width$} {parameters:>10} {ln:>14} {aic:>10} {other_ln:>14} {behind:>15} {error:>11} {floor:>6}"
        )
    };
    let heads =
        ["model", "parameters", "log-likelihood", "AIC", "held out", "behind (SE)", "vote error", "floor"];
    output.line(&styled(FAINT, &row(heads)))?;
    for (place, candidate) in fit.models.iter().enumerate() {
        let is_trusted = fit.trusted.as_ref().is_some_and(|trusted| trusted.model == place);
        let mark = if is_trusted { styled(GOOD, "  trusted") } else { String::new() };
        output.line(&format!("{}{mark}", model(candidate, row)))?;
    }
    if fit.models.iter().any(|model| model.held_out.is_some()) {
        let lines = [
            format!(
                "held out: each model is fitted to a random half of the {} and tested on the other half, {} times:",
                units(fit),
                2 * fit.halvings
            ),
            "mean log-likelihood per task; behind: shortfall from the best model with the same kind of rates (standard error);"
                .into(),
            "vote error: mean error of votes of 2 to 5 runs (majority, any, all), as far as the log has as many;".into(),
            "floor: the error that the true model would show from sampling alone; a fitted model's is up to 1.4 times as much"
                .into(),
        ];
        for line in lines {
            output.line(&format!("  {line}"))?;
        }
    }
    output.line("")
}

fn model(candidate: &ComparedModel, row: impl Fn([&str; 8]) -> String) -> String {
    let name = candidate.model.to_string();
    let Some(fitted) = &candidate.fitted else {
        return styled(FAINT, candidate.refused.as_deref().unwrap_or(&name));
    };
    let held_out = candidate.held_out.as_ref();
    let ln = held_out
        .map(|held_out| held_out.log_likelihood.map_or("probability 0".into(), |ln| format!("{ln:.3}")));
    let behind = held_out.and_then(|held_out| held_out.behind).map(difference);
    let error = held_out.map(|held_out| four(held_out.error));
    let floor = held_out.and_then(|held_out| held_out.floor).map(|floor| format!("{floor:.4}"));
    row([
        &name,
        &fitted.free_parameters.to_string(),
        &format!("{:.2}", fitted.log_likelihood),
        &format!("{:.2}", fitted.aic),
        &ln.unwrap_or_default(),
        &behind.unwrap_or_default(),
        &error.unwrap_or_default(),
        &floor.unwrap_or_default(),
    ])
    .trim_end()
    .to_owned()
}

/// A difference with its standard error; the best is behind nothing.
fn difference(difference: HeldOutDifference) -> String {
    let HeldOutDifference { value, standard_error, .. } = difference;
    if value == 0.0 && standard_error == 0.0 {
        "best".into()
    } else {
        format!("{value:.3} ({standard_error:.3})")
    }
}

/// Which model to trust, and how far off it was.
pub(crate) fn trust(output: &mut Output, fit: &Fit, trusted: Option<&TrustedModel>) -> io::Result<()> {
    let Some(trusted) = trusted else {
        output.line(
            "no model could be tested on held-out tasks: there are too few tasks, or too few runs of each",
        )?;
        return output.line("");
    };
    let TrustInWords { model, parameters, rates, family, error, .. } = trusted.in_words(fit);
    output.line(&format!("trusted model: {}: {parameters}", styled(GOOD, &model)))?;
    if let Some(rates) = rates {
        output.line(&format!("  rates: {rates}"))?;
    }
    output.line(&format!("  family: {family}"))?;
    if let Some(error) = error {
        output.line(&format!("  {error}"))?;
    }
    output.line("")
}
