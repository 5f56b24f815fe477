//! The models of a fit side by side, and which of them to trust, as text for a terminal.

use super::text::{four, interval, units, width};
use crate::output::{FAINT, GOOD, Output, styled};
use kofn_logs::fit::{
    ComparedModel, FamilyStep, Fit, HeldOutDifference, ModelChoice, ModelFamily, RateReason, RateSharing,
    RateStep, TrustedModel,
};
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
    let model = &fit.models[trusted.model].model;
    output.line(&format!(
        "trusted model: {}: {}",
        styled(GOOD, &model.to_string()),
        parameters(trusted, model.family)
    ))?;
    steps(output, fit, &trusted.choice)?;
    let floor = fit.models[trusted.model].held_out.as_ref().and_then(|held_out| held_out.floor);
    let floor = floor.map_or(String::new(), |floor| format!(", floor {floor:.4}"));
    match fit.vote_errors(trusted.model) {
        (Some(own), Some(independent)) => output.line(&format!(
            "  mean error of its votes on held-out tasks: {}{floor} (assuming independence: {})",
            four(own),
            four(independent)
        ))?,
        (Some(own), None) => {
            output.line(&format!("  mean error of its votes on held-out tasks: {}{floor}", four(own)))?
        }
        (None, _) => {}
    }
    output.line("")
}

/// The two steps in which a model was chosen.
fn steps(output: &mut Output, fit: &Fit, choice: &ModelChoice) -> io::Result<()> {
    if let Some(step) = &choice.rates {
        output.line(&format!("  rates: {}", rate_step(step)))?;
    }
    output.line(&format!("  family: {}", family_step(fit, &choice.family)))
}

fn rates_name(rates: RateSharing) -> &'static str {
    match rates {
        RateSharing::Equal => "equal rates",
        RateSharing::Different => "own rates",
    }
}

fn rate_step(step: &RateStep) -> String {
    let (chosen, other) = match step.rates {
        RateSharing::Equal => ("equal rates", "own ones"),
        RateSharing::Different => ("own rates", "equal ones"),
    };
    let by = step.gain.map_or(String::new(), |gain| {
        // The gain is that of own rates.
        let is_own = step.rates == RateSharing::Different;
        let better = if (gain.value > 0.0) == is_own { "better" } else { "worse" };
        format!(
            "{chosen}, which predict held-out tasks {better} than {other}, by {:.3} (SE {:.3}) per task",
            gain.value.abs(),
            gain.standard_error
        )
    });
    match step.reason {
        RateReason::Better => by,
        RateReason::FewerParameters => format!("{by}: within one standard error, so fewer parameters decide"),
        RateReason::Only => format!("{chosen}, as no model with {other} could be tested"),
        RateReason::Asked if by.is_empty() => format!("{chosen}, as asked for"),
        RateReason::Asked => format!("{chosen}, as asked for; {by}"),
    }
}

fn family_step(fit: &Fit, step: &FamilyStep) -> String {
    let model = |place: usize| fit.models[place].model;
    let (name, rates) = (model(step.model).family.name(), model(step.model).rates);
    let among = match fit.agents.len() {
        1 => String::new(),
        _ => format!(" with {}", rates_name(rates)),
    };
    if step.model == step.best {
        return format!("{name} predicts held-out tasks best of the models{among}");
    }
    format!(
        "{name} is {:.3} (SE {:.3}) per task behind {}, the best{among}: within one standard error, so fewer parameters decide",
        step.behind.value,
        step.behind.standard_error,
        model(step.best).family.name()
    )
}

fn parameters(trusted: &TrustedModel, family: ModelFamily) -> String {
    let rate = interval(trusted.failure_rate_interval);
    let mut text = format!("failure rate {} ({rate})", four(trusted.failure_rate));
    if let Some(shared) = trusted.shared {
        let name = match family {
            ModelFamily::CommonCause => "probability of a common cause",
            ModelFamily::GaussianCopula | ModelFamily::TwoLevelCopula => "latent correlation",
            ModelFamily::Independent | ModelFamily::BetaBinomial | ModelFamily::Classes => "correlation",
        };
        text += &format!(", {name} {} ({})", four(shared), interval(trusted.shared_interval));
    }
    if let Some(repeats) = trusted.repeats {
        let around = interval(trusted.repeats_interval);
        text += &format!(", φ of two runs of one agent {} ({around})", four(repeats));
    }
    text
}
