//! Many independent tasks, all of which must be correct.

use super::Simulated;
use crate::outcome::{Exact, Interval, Outcome};
use crate::plan::check_steps;
use crate::scenario::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// The outcome of a number of independent tasks, all of which must be correct: with p = P(correct) of one, pˢ; and the
/// first task that is not correct abstains or is wrong, each in its share of 1 − pˢ.
///
/// # Accuracy
/// p enters by its logarithm, so that pˢ is within 2⁻⁵² · (4 + |ln pˢ|) of itself; 1 − pˢ is −expm1(s·ln p), and
/// keeps its digits where it is small.
///
/// # Testing
/// In this file against exact fractions; the margins of a million steps, which are the same power, against published ones in
/// `tests/exact/known_values.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Steps {
    /// Number of tasks.
    pub steps: u64,
    /// P(all are correct); null without trials.
    pub correct: Option<f64>,
    /// P(the first that is not correct is an abstention).
    pub abstain: Option<f64>,
    /// P(the first that is not correct is wrong).
    pub wrong: Option<f64>,
    /// Natural logarithm of `correct`; null for zero.
    pub ln_correct: Option<f64>,
    /// Confidence interval of `correct`, where one task was simulated: that of one task, raised to the power.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

impl Steps {
    /// Returns the outcome of `steps` tasks like this one.
    ///
    /// # Errors
    /// No steps, or more than 10¹³.
    ///
    /// ```
    /// use kofn::answers::Steps;
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let one = kofn::assess(&Scenario::new(Agents::identical(3, 0.1), Majority)?)?;
    /// let steps = Steps::of(&one, 10)?;
    /// assert!((steps.correct.unwrap() - 0.972_f64.powi(10)).abs() < 1e-15);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn of(exact: &Exact, steps: u64) -> Result<Self, Error> {
        check_steps(steps)?;
        Ok(Self::new(steps, exact.ln_correct, [exact.abstain, exact.wrong]))
    }

    /// Returns the same of a simulated task, with its confidence interval.
    pub(super) fn of_simulated(simulated: &Simulated, steps: u64) -> Result<Self, Error> {
        check_steps(steps)?;
        let Interval { low, high } = simulated.interval;
        let interval = Some(Interval { low: power(low, steps), high: power(high, steps) });
        if simulated.trials == 0 {
            return Ok(Self { steps, correct: None, abstain: None, wrong: None, ln_correct: None, interval });
        }
        let [abstain, wrong] = [Outcome::Abstain, Outcome::Wrong].map(|outcome| simulated.share(outcome));
        // Nearer to one than half, the complement has the digits.
        let correct = simulated.share(Outcome::Correct);
        let ln = if correct > 0.5 { libm::log1p(-(abstain + wrong)) } else { libm::log(correct) };
        Ok(Self { interval, ..Self::new(steps, ln, [abstain, wrong]) })
    }

    fn new(steps: u64, ln_of_one: f64, [abstain, wrong]: [f64; 2]) -> Self {
        let ln = if ln_of_one == 0.0 { 0.0 } else { ln_of_one * steps as f64 };
        let not_all = -libm::expm1(ln);
        let share = |of: f64| if of == 0.0 { 0.0 } else { not_all * (of / (abstain + wrong)) };
        Self {
            steps,
            correct: Some(libm::exp(ln)),
            abstain: Some(share(abstain)),
            wrong: Some(share(wrong)),
            ln_correct: ln.is_finite().then_some(ln),
            interval: None,
        }
    }
}

fn power(probability: f64, steps: u64) -> f64 {
    libm::exp(libm::log(probability) * steps as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::scheme::Majority;
    use crate::scenario::{Agents, Failures, Scenario};
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use num_traits::ToPrimitive;

    /// Powers of exact fractions, and the shares of their complements.
    #[test]
    fn steps_are_powers() {
        let failures = Failures::new(0.75, 0.25, 0.0);
        for (rate, steps) in [(0.25, 1), (0.25, 40), (0.5, 7), (1.0 / 1024.0, 1000)] {
            let scenario = Scenario::new(Agents::identical(1, rate), Majority)
                .and_then(|one| one.with_failures(failures));
            let found =
                Steps::of(&crate::exact::assess(&scenario.expect("one agent")).expect("an answer"), steps);
            let found = found.expect("steps");
            let exact = |x: f64| BigRational::from_float(x).expect("finite");
            let one = BigRational::from_integer(BigInt::from(1));
            let correct = (&one - exact(rate)).pow(steps as i32);
            let rest = &one - &correct;
            let shares = [correct, &rest * exact(0.25), rest * exact(0.75)];
            for (found, share) in [found.correct, found.abstain, found.wrong].into_iter().zip(shares) {
                let share = share.to_f64().expect("a double");
                let bound = 4.0 * f64::EPSILON * (1.0 + share.ln().abs());
                assert!((found.expect("a number") / share - 1.0).abs() < bound, "{rate} {steps}");
            }
        }
    }
}
