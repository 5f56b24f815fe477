//! The models compared, and which is trusted.

use super::Section;
use super::parts::{list, note, numbers, sentence, table, units, words};
use crate::escape::labelled;
use kofn::answers::numbers::four_decimals as four;
use kofn_logs::fit::{ComparedModel, Fit, HeldOutDifference, TrustedModel};
use maud::html;

pub(super) fn section(fit: &Fit) -> Option<Section> {
    let trusted = fit.trusted.as_ref();
    let heading = match trusted {
        Some(trusted) => format!("Trusted model: {}", fit.models[trusted.model].model),
        None => "No model could be tested on held-out tasks".into(),
    };
    let columns = [
        words("model"),
        numbers("parameters"),
        numbers("log-likelihood"),
        numbers("AIC"),
        numbers("held out"),
        numbers("behind (SE)"),
        numbers("vote error"),
        numbers("floor"),
    ];
    let rows: Vec<Vec<String>> = fit.models.iter().map(row).collect();
    let is_tested = fit.models.iter().any(|model| model.held_out.is_some());
    let body = html! {
        @match trusted {
            Some(trusted) => (list(None, &trust(fit, trusted))),
            None => p { "There are too few tasks, or too few runs of each." },
        }
        (table("Models", &columns, &rows, trusted.map(|trusted| trusted.model)))
        @if is_tested { (note(&legend(fit))) }
    };
    Some(Section { id: "models", name: "Models", heading, body })
}

/// The parameters of the trusted model, why it is trusted, and how far off it was.
fn trust(fit: &Fit, trusted: &TrustedModel) -> Vec<String> {
    let told = trusted.in_words(fit);
    let rates = told.rates.map(|rates| format!("Why these rates: {rates}."));
    let family = Some(format!("Why this family: {}.", told.family));
    let all = [Some(sentence(&told.parameters)), rates, family, told.error.map(|error| sentence(&error))];
    all.into_iter().flatten().collect()
}

fn row(candidate: &ComparedModel) -> Vec<String> {
    let name = candidate.model.to_string();
    let Some(fitted) = &candidate.fitted else {
        return vec![name, labelled(candidate.refused.as_deref().unwrap_or("not fitted"))];
    };
    let held_out = candidate.held_out.as_ref();
    let or_dash = |text: Option<String>| text.unwrap_or("–".into());
    vec![
        name,
        fitted.free_parameters.to_string(),
        minus(format!("{:.2}", fitted.log_likelihood)),
        minus(format!("{:.2}", fitted.aic)),
        or_dash(
            held_out
                .map(|of| of.log_likelihood.map_or("probability 0".into(), |ln| minus(format!("{ln:.3}")))),
        ),
        or_dash(held_out.and_then(|of| of.behind).map(difference)),
        or_dash(held_out.map(|of| four(of.error))),
        or_dash(held_out.and_then(|of| of.floor).map(|floor| format!("{floor:.4}"))),
    ]
}

/// A number with a minus sign instead of a hyphen.
fn minus(number: String) -> String {
    number.replace('-', "−")
}

/// A difference with its standard error; the best is behind nothing.
fn difference(difference: HeldOutDifference) -> String {
    let HeldOutDifference { value, standard_error, .. } = difference;
    match value == 0.0 && standard_error == 0.0 {
        true => "best".into(),
        false => format!("{value:.3} ({standard_error:.3})"),
    }
}

fn legend(fit: &Fit) -> String {
    format!(
        "Held out: mean log-likelihood of a task that the model was not fitted to. Each model is fitted to a random half \
         of the {} and tested on the other half, {} times. Behind: shortfall from the best model with the same kind of \
         rates, with its standard error. Vote error: mean error of predicted votes of 2 to 5 {} on held-out tasks. Floor: \
         the error that the true model would show from sampling alone.",
        units(fit),
        2 * fit.halvings,
        super::parts::voters(fit)
    )
}
