//! Rare events, simulated by making them likely.
//!
//! # Method
//!
//! *Exponential tilting* (Siegmund 1976). Agent i fails with rate fᵢ′ = fᵢeᵗ/(1−fᵢ+fᵢeᵗ) instead of fᵢ. A trial in
//! which K agents fail is then likelier than it should be by e^(tK)/Π(1−fᵢ+fᵢeᵗ), and is weighted by the inverse: its
//! weight depends on K alone. The mean weight of the trials in an event is therefore an unbiased estimate of its
//! probability, for every t. What a failed agent does (answer wrongly or stay silent, and which wrong answer it picks)
//! is drawn as in every simulation and changes no weight. The kernel is the same; only the rates differ, and a
//! histogram of K is kept for each outcome. Weights are applied at the very end.
//!
//! *Choice of t.* The mean of K is put in the middle between the last number of failures that the vote survives and the
//! first that it does not: for a majority of an odd number of equal agents, all rates become ½. A vote that fails more
//! often than not is not tilted towards failure; where all classes do, the rare event is to be correct.
//!
//! *The largest weight.* Tilted towards its event, a vote gives the largest weight of the event to trials at its edge.
//! All weights are thus numbers in [0, 1] times the largest, and their mean deviates from its expectation no more than
//! that of numbers in [0, 1] can: `crosscheck::rare_interval` rests on it.
//!
//! *Classes.* Each class c of tasks, of probability π, is tilted by itself and has its own largest weight M. Classes
//! are drawn with probabilities in proportion to πM instead of π, and a trial is weighted by the inverse: its largest
//! weight is ΣπM, the same in every class. A common cause is a class in which all agents fail, of largest weight 1.
//!
//! # Accuracy
//!
//! Rates and classes are drawn to 2⁻⁶⁴ as in every simulation, which changes the mean share of the largest weight by
//! less than 2⁻⁵⁶ for each group of agents. The logarithm of the largest weight is a sum with one term for each agent,
//! each accurate to a few units in the last place. A tilted rate f′ is rounded. In trials in which the agent does what
//! it does with a probability p below ½, the weight is wrong by 2⁻⁵³/p, and so the mean by 2⁻⁵³; where rates are above
//! 10⁻³⁰⁰, by at most 10⁻¹³.
//!
//! # Speed
//!
//! 2²⁰ trials, one thread, AVX-512 (an AMD EPYC of family 26), the whole process of `kofn simulate --rare`, best of
//! fifteen: 101 agents of rate 0.05 take 3.3 ms, to a relative error of 0.33 %; 1001 of them take 8.3 ms, to 0.6 %. The
//! histogram takes 0.8 ns a trial. The search for the exponent and the weights take no time to speak of.
//!
//! # Testing
//!
//! Every pattern of small votes, weighted, has its true probability. Two hundred short runs of random votes average to
//! what an enumeration in integers gives. Logarithms agree with integers at 10⁻³⁵⁰⁹. Weights broken in each way are
//! detected.
//!
//! # Refused
//!
//! *Pipelines.* Generator and judges could be tilted too. The weight of a trial would then be a product over its
//! attempts and depend on the numbers of failures, of the errors of each judge and of attempts. No edge of the event
//! has the largest weight, and without a bound there is no interval.
//!
//! *Beta-binomial agents and copulas.* Tilting rates does not change what agents have in common, and this is what
//! fails: the rarest failures come from a rare shared rate, not from many unlucky agents. They are also far less rare,
//! so that plain trials mostly see them.

mod histogram;
pub(crate) mod plan;
#[cfg(test)]
mod tests;
pub(crate) mod tilt;

use super::error::SimulationError;
use super::options::SimulationOptions;
use super::threads;
use crate::outcome::{Counts, Outcome, RareEstimate, RareEvent};
use crate::scenario::{Error, Scenario};
use histogram::Histograms;
use plan::RarePlan;

/// Minimum effective sample size of a complete run.
const MIN_EFFECTIVE_TRIALS: f64 = 100.0;

/// Estimates the probability of failure, however small, from trials in which it is made likely; or of being correct,
/// where that is the rare event.
///
/// The estimate depends on scenario, `trials` and `seed` alone, as that of [`simulate`](super::simulate) does. Only the
/// total of the counts that `progress` gets has a meaning: all trials are reported as abstaining.
///
/// ```
/// use kofn::monte_carlo::{SimulationOptions, simulate_rare};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(101, 0.05), Majority)?;
/// let rare = simulate_rare(&scenario, SimulationOptions::new(1_000_000, 42))?;
/// // Five standard deviations: each is 0.33 %.
/// assert!((rare.estimate.probability() / 7.190556e-39 - 1.0).abs() < 5.0 * 0.0033);
/// # Ok::<(), kofn::SimulationError>(())
/// ```
///
/// # Errors
/// More than a million agents; a validated scheme; correlated agents; an event of probability 0; an effective sample
/// size below 100; a part of a run; zero threads, or more than the system starts; an engine that this machine cannot
/// run.
pub fn simulate_rare(
    scenario: &Scenario,
    options: SimulationOptions<'_>,
) -> Result<RareEstimate, SimulationError> {
    options.require_whole("a simulation of rare events")?;
    let plan = RarePlan::new(scenario)?;
    let (histograms, trials) = count(&plan, options)?;
    let estimate = estimate(&plan, &histograms, trials, options);
    let effective = estimate.estimate.effective_sample_size;
    if !estimate.partial && effective < MIN_EFFECTIVE_TRIALS {
        let message = format!(
            "{trials} tilted trials have an effective sample size of {effective:.1}, and at least \
             {MIN_EFFECTIVE_TRIALS} is required: run about {:.0} times as many trials",
            (2.0 * MIN_EFFECTIVE_TRIALS / effective.max(1.0)).ceil()
        );
        return Err(Error::refused("trials", message).into());
    }
    Ok(estimate)
}

/// The estimate from what has been counted.
pub(crate) fn estimate(
    plan: &RarePlan,
    histograms: &Histograms,
    trials: u64,
    options: SimulationOptions<'_>,
) -> RareEstimate {
    let of = |outcomes: &[Outcome]| plan.weighted(histograms, outcomes, trials);
    let part = |outcome| (plan.event == RareEvent::Failure).then(|| of(&[outcome]));
    RareEstimate {
        trials,
        seed: options.seed,
        event: plan.event,
        estimate: match plan.event {
            RareEvent::Failure => of(&[Outcome::Abstain, Outcome::Wrong]),
            RareEvent::Correct => of(&[Outcome::Correct]),
        },
        abstain: part(Outcome::Abstain),
        wrong: part(Outcome::Wrong),
        partial: trials < options.trials,
    }
}

/// The histograms of every class, and how many trials they hold.
pub(crate) fn count(
    plan: &RarePlan,
    options: SimulationOptions<'_>,
) -> Result<(Histograms, u64), SimulationError> {
    let unit_trials = plan.plan.unit_trials;
    let units = 0..options.trials.div_ceil(unit_trials);
    let done = threads::count_units(plan, options, units, None, Counts::default())?;
    Ok((done.sum, done.end.saturating_mul(unit_trials).min(options.trials)))
}
