//! The smallest margin of `ahead-by` with which many steps all succeed.
//!
//! # Accuracy
//! Exact, ties included: P(all steps are right) is formed in double-doubles, with a relative error below 10⁻¹⁷ for up
//! to 10¹³ steps, rounded once, and compared as the double it is. The logarithms of the closed form ⌈ln(t^(−1/s) −
//! 1)/ln(w/r)⌉ are off by one where that is nearly an integer.
//!
//! # Testing
//! Against the published margins of a million steps in `tests/exact/known_values.rs`; against exact rationals on both
//! sides of the answer in this file.
//!
//! # Implementation
//! One step is right with 1/(1 + (w/r)ᵏ), w and r the chances of a wrong and of a right vote, and s steps with the
//! power of it, which rises with k. Margins are doubled until one meets the target, and the last doubling is halved.

use super::demand::{check, check_steps};
use crate::exact::{MAX_MARGIN, Steps, steps};
use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, Error, Rates, Scenario};

/// A margin, and what it reaches over all steps.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Margin {
    /// The lead that decides a step.
    pub margin: u64,
    /// P(all steps are right).
    pub correct: f64,
    /// P(some step is not), computed as a sum of its own: not one minus `correct`.
    pub failure: f64,
    /// Expected calls of all steps together.
    pub expected_calls: f64,
}

/// The smallest margin k so that `count` steps, each decided by one agent called until an answer leads by k, are all
/// right with a probability of at least `target`: P = (1 + (w/r)ᵏ)^−s (Gambler's ruin, Feller 1968; "MAKER", arXiv
/// 2511.09030). The scenario's own margin does not matter.
///
/// # Errors
/// A target outside (0, 1); no steps, or more than 10¹³; a scheme other than `ahead-by` without `max_calls`; classes of
/// tasks, dependence or a filter; an agent whose right answer is not likelier than its wrong one, which no margin
/// helps; a margin beyond 5·10¹².
///
/// ```
/// use kofn::plan::smallest_margin;
/// use kofn::scenario::{Agents, Scenario, scheme::AheadBy};
/// let scenario = Scenario::new(Agents::identical(1, 0.1839), AheadBy::new(1))?;
/// let margin = smallest_margin(&scenario, 1_048_575, 0.95)?;
/// assert_eq!(margin.margin, 12);
/// assert!(margin.correct >= 0.95 && margin.expected_calls > 12.0 * 1_048_575.0);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn smallest_margin(scenario: &Scenario, count: u64, target: f64) -> Result<Margin, Error> {
    check(scenario, target)?;
    check_steps(count)?;
    let failure_rate = rate(scenario)?;
    let with = |margin| {
        let rates = Rates::Identical { count: 1, failure_rate };
        steps(rates, scenario.failures(), margin, count).ok_or_else(|| {
            let allowed = "low enough that the right answer is likelier than the wrong one (below 0.5 where every failure votes)";
            Error::out_of_range("agents.failure_rate", format!("{failure_rate:?}"), allowed)
        })
    };
    let mut most = 1;
    while with(most)?.correct < target {
        if most == MAX_MARGIN {
            let message = format!("no margin up to {MAX_MARGIN} reaches {target}");
            return Err(Error::refused("target", message));
        }
        most = (2 * most).min(MAX_MARGIN);
    }
    let mut too_small = most / 2;
    while most - too_small > 1 {
        let middle = too_small.midpoint(most);
        if with(middle)?.correct < target { too_small = middle } else { most = middle }
    }
    let Steps { correct, failure, calls } = with(most)?;
    Ok(Margin { margin: most, correct, failure, expected_calls: calls })
}

/// Returns the failure rate of the agent of a race that only a lead ends.
fn rate(scenario: &Scenario) -> Result<f64, Error> {
    let Scheme::AheadBy(race) = scenario.scheme() else {
        let name = scenario.scheme().about().name;
        let message = format!("scheme must be ahead-by, because {name} has no margin");
        return Err(Error::refused("scheme", message));
    };
    if race.max_calls.is_some() {
        let message = "scheme.max_calls cannot be combined with steps, which take as many calls as they need";
        return Err(Error::refused("scheme.max_calls", message));
    }
    if !scenario.dependence().is_independent() {
        let message = "dependence.model must be \"independent\": steps are independent of each other, and so are the calls of one";
        return Err(Error::refused("dependence.model", message));
    }
    if scenario.repeats().is_some_and(|repeats| repeats > 0.0) {
        let message = "dependence.repeats must be 0 for a margin, which is found for independent calls";
        return Err(Error::refused("dependence.repeats", message));
    }
    if scenario.filter().is_some() {
        return Err(Error::refused("filter", "a margin is found for an agent without a filter"));
    }
    match *scenario.agents() {
        Agents::Identical { failure_rate, .. } => Ok(failure_rate),
        Agents::Different { .. } | Agents::ByTask { .. } => {
            let message = "rates differ by class of tasks: there is no one margin for all steps";
            Err(Error::refused("tasks", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Failures;
    use crate::scenario::scheme::AheadBy;
    use num_bigint::BigInt;
    use num_rational::BigRational;

    fn margin(rate: f64, count: u64, target: f64) -> Result<Margin, Error> {
        smallest_margin(&Scenario::new(Agents::identical(1, rate), AheadBy::new(1))?, count, target)
    }

    /// P(all steps are right) for a rate of `wrong`/1024.
    fn exactly(wrong: u32, margin: u64, count: u64) -> BigRational {
        let power = |x: u32| BigInt::from(x).pow(margin as u32);
        let right = power(1024 - wrong);
        BigRational::new(right.clone(), right + power(wrong)).pow(count as i32)
    }

    /// The margin meets the target and one less does not, in exact fractions, also where the target is met exactly.
    #[test]
    fn margins_are_smallest_in_exact_fractions() {
        for wrong in [1, 7, 100, 256, 401, 500, 511] {
            let rate = f64::from(wrong) / 1024.0;
            for (count, target) in
                [(1, 1.0 - rate), (1, (1.0 - rate).next_up()), (2, 0.5625), (5, 0.9), (40, 0.999)]
            {
                let found = margin(rate, count, target).expect("a margin").margin;
                let target = BigRational::from_float(target).expect("finite");
                assert!(exactly(wrong, found, count) >= target, "{wrong} {count}");
                assert!(found == 1 || exactly(wrong, found - 1, count) < target, "{wrong} {count}");
            }
        }
        assert_eq!(margin(0.25, 2, 0.5625).expect("a tie").margin, 1);
        assert_eq!(exactly(256, 1, 2), BigRational::new(9.into(), 16.into()));
    }

    /// A target that a margin reaches to the last bit takes that margin, and the next double one more.
    #[test]
    fn targets_are_met_to_the_last_bit() {
        for margin_asked in 1..=14 {
            let rates = Rates::Identical { count: 1, failure_rate: 0.23 };
            let reached = steps(rates, &Failures::default(), margin_asked, 100).expect("ahead").correct;
            assert_eq!(margin(0.23, 100, reached).expect("a margin").margin, margin_asked);
            assert_eq!(margin(0.23, 100, reached.next_up()).expect("a margin").margin, margin_asked + 1);
        }
    }

    #[test]
    fn what_no_margin_helps_is_refused() {
        for (rate, count, target, said) in [
            (0.5, 10, 0.9, "(below 0.5 where every failure votes), got 0.5"),
            (1.0, 10, 0.9, "got 1.0"),
            (0.1, 0, 0.9, "from 1 to 10000000000000, got 0"),
            (0.1, u64::MAX, 0.9, "got 18446744073709551615"),
            (0.1, 5, 1.0, "got 1.0"),
            (0.5_f64.next_down(), 1, 0.9, "no margin up to"),
        ] {
            let error = margin(rate, count, target).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        assert_eq!(margin(0.0, 10_000_000_000_000, 0.999).expect("a margin").margin, 1);
    }
}
