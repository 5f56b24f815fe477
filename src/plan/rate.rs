//! The largest failure rate that meets a target.
//!
//! # Accuracy
//! Exact to the last bit of the rate, up to the rounding of P(correct): the next larger double does not meet the
//! target.
//!
//! # Testing
//! Both sides of that, and against a scan of rates, in `tests/exact/plan.rs`.
//!
//! # Implementation
//! Under every dependence the number of correct agents falls with the rate, in the stochastic order: the conditional
//! rates of a copula and of what a common cause leaves grow with f, and so does a beta variable whose α grows as its β
//! falls. So P(C ≥ k) falls too, and the doubles from the smallest rate to 1, whose order is that of their bits, are
//! halved until two neighbours are left.

use super::demand::check;
use crate::exact::Reliability;
use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, Error, Scenario};

/// The largest failure rate of identical agents with which `scenario` has a P(correct) of at least `target`; `None` if
/// none does, not even the smallest: 0, or the probability of a common cause. All but the rate stays as it is.
///
/// # Errors
/// A target outside (0, 1); agents with different rates, or with rates by class of tasks, where it is not said which is
/// to change; a pipeline; what [`assess`](crate::assess) refuses.
///
/// ```
/// use kofn::plan::largest_failure_rate;
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let rate = largest_failure_rate(&scenario, 0.99)?.expect("some rate does");
/// assert!(kofn::reliability(3, rate)? >= 0.99);
/// assert!(kofn::reliability(3, rate.next_up())? < 0.99);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn largest_failure_rate(scenario: &Scenario, target: f64) -> Result<Option<f64>, Error> {
    check(scenario, target)?;
    let Agents::Identical { count, .. } = *scenario.agents() else {
        let message = "rates differ by class of tasks: there is no one rate to change";
        return Err(Error::refused("tasks", message));
    };
    if let Scheme::Validated(_) = scenario.scheme() {
        let message = "a pipeline may gain from agents that fail more: no answer yet";
        return Err(Error::refused("scheme", message));
    }
    let meets = |failure_rate| -> Result<bool, Error> {
        let scenario = scenario.clone().with_agents(Agents::identical(count, failure_rate))?;
        Ok(Reliability::of(&scenario)?.correct() >= target)
    };
    // No rate is below the probability of a common cause.
    let smallest = scenario.dependence().common_cause();
    if !meets(smallest)? {
        return Ok(None);
    }
    if meets(1.0)? {
        return Ok(Some(1.0));
    }
    let (mut met, mut missed) = (smallest.to_bits(), 1.0_f64.to_bits());
    while missed - met > 1 {
        let middle = met.midpoint(missed);
        if meets(f64::from_bits(middle))? { met = middle } else { missed = middle }
    }
    Ok(Some(f64::from_bits(met)))
}
