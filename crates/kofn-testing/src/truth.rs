//! True answers, and how an engine's answer differs from them.

use crate::closeness::{is_within, is_within_of_ln};
use crate::fraction::Fraction;
use kofn::outcome::Exact;

/// The exact answer to a scenario.
pub struct Truth {
    /// P(correct).
    pub correct: Fraction,
    /// P(abstain).
    pub abstain: Fraction,
    /// P(wrong).
    pub wrong: Fraction,
    /// Expected calls of agents.
    pub calls: Fraction,
    /// Expected validations.
    pub validations: Fraction,
    /// Expected price of both.
    pub cost: Option<Fraction>,
    /// Expected time.
    pub latency: Option<Fraction>,
}

impl Truth {
    /// One line for every number of `exact` that is not within the relative bound of the truth.
    pub fn disagreements(&self, exact: &Exact, bound: f64) -> Vec<String> {
        let failure = [&self.abstain, &self.wrong].into_iter().cloned().sum();
        let mut lines = Vec::new();
        for (name, computed, truth) in [
            ("correct", exact.correct, &self.correct),
            ("abstain", exact.abstain, &self.abstain),
            ("wrong", exact.wrong, &self.wrong),
            ("failure", exact.failure, &failure),
            ("calls", exact.expected.calls, &self.calls),
            ("validations", exact.expected.validations, &self.validations),
        ] {
            lines.extend(compare(name, computed, truth, bound));
        }
        for (name, computed, truth) in
            [("cost", exact.expected.cost, &self.cost), ("latency", exact.expected.latency, &self.latency)]
        {
            match (computed, truth) {
                (Some(computed), Some(truth)) => lines.extend(compare(name, computed, truth, bound)),
                (None, None) => {}
                (Some(computed), None) => {
                    lines.push(format!("{name} is {computed:e}, and nothing has a price"))
                }
                (None, Some(truth)) => lines.push(format!("{name} is missing, in truth {}", shown(truth))),
            }
        }
        for (name, computed, truth, complement) in [
            ("ln_correct", exact.ln_correct, &self.correct, &failure),
            ("ln_failure", exact.ln_failure, &failure, &self.correct),
        ] {
            if !is_within_of_ln(2.0 * bound, computed, truth, complement) {
                lines.push(format!("{name} is {computed:e}, in truth ln of {}", shown(truth)));
            }
        }
        lines
    }
}

/// Formats a number; its exact fraction can have thousands of digits.
fn shown(truth: &Fraction) -> String {
    if truth.is_zero() {
        return "0".into();
    }
    let (mantissa, exponent) = truth.mantissa_and_exponent();
    format!("{:.17}·2^{exponent} = {:e}", mantissa, mantissa * 2f64.powi(exponent))
}

fn compare(name: &str, computed: f64, truth: &Fraction, bound: f64) -> Option<String> {
    (!is_within(bound, computed, truth)).then(|| format!("{name} is {computed:e}, in truth {}", shown(truth)))
}
