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
//!
//! Under ceilings the same is done again below that rate. P(wrong) of a vote at a quorum, of any weights, and of a
//! plurality with one wrong answer grows with the rate, as the number of wrong votes does, and what a vote costs does
//! not depend on it. For other rules under ceilings there is no answer.

use super::demand::{Ceiling, Demand, check, priced};
use crate::exact::Reliability;
use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, Error, Rule, Scenario};

/// The largest failure rate that meets a demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LargestRate {
    /// This rate meets it, and no larger one does.
    UpTo(f64),
    /// No rate reaches the target.
    Never,
    /// Some rate reaches the target, but even the smallest exceeds this ceiling.
    Exceeds(Ceiling),
}

/// The largest failure rate of identical agents with which `scenario` meets `demand`. The smallest rate there is is 0,
/// or the probability of a common cause. All but the rate stays as it is.
///
/// # Errors
/// A demand out of range; agents with different rates, or with rates by class of tasks, where it is not said which is
/// to change; a pipeline; under ceilings a rule whose P(wrong) or price may fall as the rate grows; what
/// [`assess`](crate::assess) refuses.
///
/// ```
/// use kofn::plan::{Demand, LargestRate, largest_failure_rate};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let LargestRate::UpTo(rate) = largest_failure_rate(&scenario, &Demand::new(0.99))? else { panic!("some rate does")
/// }; assert!(kofn::reliability(3, rate)? >= 0.99); assert!(kofn::reliability(3, rate.next_up())? < 0.99);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn largest_failure_rate(scenario: &Scenario, demand: &Demand) -> Result<LargestRate, Error> {
    check(scenario, demand.target)?;
    demand.check(scenario)?;
    let Agents::Identical { count, .. } = *scenario.agents() else {
        let message = "rates differ by class of tasks: there is no one rate to change";
        return Err(Error::refused("tasks", message));
    };
    if let Scheme::Validated(_) = scenario.scheme() {
        let message = "a pipeline may gain from agents that fail more: no answer yet";
        return Err(Error::refused("scheme", message));
    }
    let with = |failure_rate| scenario.clone().with_agents(Agents::identical(count, failure_rate));
    let reaches = |failure_rate| -> Result<bool, Error> {
        Ok(Reliability::of(&with(failure_rate)?)?.correct() >= demand.target)
    };
    // No rate is below the probability of a common cause.
    let smallest = scenario.dependence().common_cause();
    let Some(largest) = last_that(smallest, 1.0, reaches)? else { return Ok(LargestRate::Never) };
    if !demand.has_ceilings() {
        return Ok(LargestRate::UpTo(largest));
    }
    check_monotone(scenario)?;
    let exceeded = |failure_rate| -> Result<Option<Ceiling>, Error> {
        let (exact, price) = priced(&with(failure_rate)?)?;
        Ok(demand.exceeded(&exact, price))
    };
    if let Some(ceiling) = exceeded(smallest)? {
        return Ok(LargestRate::Exceeds(ceiling));
    }
    let within = |failure_rate| Ok(exceeded(failure_rate)?.is_none());
    Ok(last_that(smallest, largest, within)?.map_or(LargestRate::Never, LargestRate::UpTo))
}

/// Returns the largest double between two that are not negative for which `holds`, which never holds again once it has
/// not; `None` where it does not at the lower end.
fn last_that(low: f64, high: f64, holds: impl Fn(f64) -> Result<bool, Error>) -> Result<Option<f64>, Error> {
    if !holds(low)? {
        return Ok(None);
    }
    if holds(high)? {
        return Ok(Some(high));
    }
    let (mut met, mut missed) = (low.to_bits(), high.to_bits());
    while missed - met > 1 {
        let middle = met.midpoint(missed);
        if holds(f64::from_bits(middle))? { met = middle } else { missed = middle }
    }
    Ok(Some(f64::from_bits(met)))
}

/// Checks that P(wrong) and the price never fall as the rate grows.
fn check_monotone(scenario: &Scenario) -> Result<(), Error> {
    let one_wrong_answer = scenario.failures().wrong_answers.are_one();
    let is_monotone = |rule: &Rule| match rule {
        Rule::Threshold { .. } | Rule::WeightedThreshold(_) | Rule::Faults { .. } => true,
        // A right vote that falls silent may leave too few.
        Rule::MostVotes { min_votes, .. } => one_wrong_answer && *min_votes == 1,
        Rule::Cascade(_) | Rule::Race(_) | Rule::Chain(_) => false,
    };
    if scenario.classes().iter().all(|class| is_monotone(&class.rule)) {
        return Ok(());
    }
    let name = scenario.scheme().about().name;
    let message = format!(
        "what {name} costs, or how often it is wrong, may fall as agents fail more: no answer under ceilings"
    );
    Err(Error::refused("scheme", message))
}
