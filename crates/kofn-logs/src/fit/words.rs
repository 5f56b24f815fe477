//! The trusted model in words, for texts and reports.

use super::{FamilyStep, Fit, ModelFamily, RateReason, RateSharing, RateStep, TrustedModel};
use kofn::answers::numbers::{between as interval, four_decimals as four};

/// The trusted model, and how it was chosen, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustInWords {
    /// Name of the model.
    pub model: String,
    /// Its parameters with their intervals.
    pub parameters: String,
    /// Why it has equal or own rates; `None` for one agent.
    pub rates: Option<String>,
    /// Why it is of its family.
    pub family: String,
    /// How far off its votes were on held-out tasks.
    pub error: Option<String>,
}

impl TrustedModel {
    /// Returns this model, which was fitted in `fit`, in words.
    pub fn in_words(&self, fit: &Fit) -> TrustInWords {
        let model = &fit.models[self.model].model;
        TrustInWords {
            model: model.to_string(),
            parameters: parameters(self, model.family),
            rates: self.choice.rates.as_ref().map(rate_step),
            family: family_step(fit, &self.choice.family),
            error: error(fit, self.model),
        }
    }
}

/// How far off votes of this model were on held-out tasks.
fn error(fit: &Fit, model: usize) -> Option<String> {
    let floor = fit.models[model].held_out.as_ref().and_then(|held_out| held_out.floor);
    let floor = floor.map_or(String::new(), |floor| format!(", floor {floor:.4}"));
    let (own, independent) = fit.vote_errors(model);
    let independent = independent
        .map_or(String::new(), |independent| format!(" (assuming independence: {})", four(independent)));
    own.map(|own| format!("mean error of its votes on held-out tasks: {}{floor}{independent}", four(own)))
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

fn rates_name(rates: RateSharing) -> &'static str {
    match rates {
        RateSharing::Equal => "equal rates",
        RateSharing::Different => "own rates",
    }
}
