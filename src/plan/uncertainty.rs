//! Uncertainty of a plan whose rates were fitted.
//!
//! # Accuracy
//! Percentile intervals: the ⌈B·α/2⌉-th smallest and the ⌈B·α/2⌉-th largest of the B values, α one minus the level,
//! without interpolation. They are as good as the replicas are a picture of what else the rates could be; nothing here
//! is random.
//!
//! # Testing
//! Against replicas whose order is known, and against assessing each replica by hand, in
//! `tests/exact/plan_uncertainty.rs`.

use super::choice::Choice;
use super::demand::{Demand, priced};
use super::options::Options;
use super::team::{agents, differ, under};
use crate::outcome::{Exact, Interval};
use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, Error, Scenario, ScenarioBuilder};
use rayon::prelude::*;

/// Intervals of a choice over many scenarios.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ChoiceIntervals {
    /// The choice, as a place in [`Options::choices`].
    pub choice: usize,
    /// P(correct).
    pub correct: Interval,
    /// P(abstain) + P(wrong).
    pub failure: Interval,
    /// P(wrong).
    pub wrong: Interval,
    /// The expected [price](Choice::price) of a task.
    pub price: Interval,
    /// The share of scenarios in which it meets the whole demand.
    pub share_that_meets: f64,
}

/// Interval of the number of agents that a majority needs, over many scenarios.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CountInterval {
    /// The lower end; `None` where even there no number within the scope meets the demand.
    pub low: Option<u64>,
    /// The upper end, likewise.
    pub high: Option<u64>,
    /// The share of scenarios in which some number within the scope does.
    pub share_that_meets: f64,
}

/// A plan under many scenarios.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Uncertainty {
    /// Number of scenarios.
    pub replicas: usize,
    /// The share of them that the intervals hold.
    pub level: f64,
    /// The intervals of each choice, in the order of the places.
    pub choices: Vec<ChoiceIntervals>,
    /// The smallest odd number of agents, within the scope, with which a majority meets the demand.
    pub smallest_majority: CountInterval,
}

/// The choices of a plan at these `places` under each of `replicas`, such as what was fitted to bootstrap replicas of
/// logs: which rates else there could be. `level` is the share of replicas that an interval holds.
///
/// A replica gives the failure rates, the failure modes and the dependence. The scheme with its weights, the validator,
/// the filter and the prices stay what was chosen, and so do the agents: those at the same places.
///
/// A replica takes each choice what [`assess`](crate::exact::assess) takes: microseconds, or some milliseconds for
/// races and pipelines under a beta-binomial or a copula.
///
/// # Errors
/// No replicas; a level outside (0, 1); a place where there is no choice; a replica with fewer agents than were planned
/// for, or that does not go with the scheme.
///
/// ```
/// use kofn::plan::{Demand, Scope, intervals, options};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let with = |rate| Scenario::new(Agents::identical(3, rate), Majority);
/// let options = options(&with(0.2)?, &Demand::new(0.9), &Scope::default())?;
/// let replicas = [with(0.15)?, with(0.2)?, with(0.25)?];
/// let uncertainty = intervals(&options, &options.frontier, &replicas, 0.9)?;
/// assert_eq!(uncertainty.smallest_majority.low, Some(3)); // at 0.15
/// assert_eq!(uncertainty.smallest_majority.high, Some(7)); // at 0.25
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn intervals(
    options: &Options,
    places: &[usize],
    replicas: &[Scenario],
    level: f64,
) -> Result<Uncertainty, Error> {
    if !(level > 0.0 && level < 1.0) {
        let allowed = "above 0 and below 1, such as 0.95";
        return Err(Error::out_of_range("level", format!("{level:?}"), allowed));
    }
    if replicas.is_empty() {
        return Err(Error::out_of_range("replicas", "an empty list", "a list of one scenario or more"));
    }
    let choices = options.choices.len();
    if let Some(place) = places.iter().find(|&&place| place >= choices) {
        let allowed = format!("a place among {choices} choices, counted from 0");
        return Err(Error::out_of_range("places", place, allowed));
    }
    let of = |&place: &usize| of_choice(options, place, replicas, level);
    Ok(Uncertainty {
        replicas: replicas.len(),
        level,
        choices: places.iter().map(of).collect::<Result<_, _>>()?,
        smallest_majority: smallest_majority(options, replicas, level)?,
    })
}

fn of_choice(
    options: &Options,
    place: usize,
    replicas: &[Scenario],
    level: f64,
) -> Result<ChoiceIntervals, Error> {
    let choice = &options.choices[place];
    let scheme = fixed(choice)?;
    let under = |replica| priced(&replayed(choice, scheme.clone(), replica)?);
    let answers: Vec<(Exact, f64)> = replicas.par_iter().map(under).collect::<Result<_, _>>()?;
    let of = |value: fn(&(Exact, f64)) -> f64| interval(answers.iter().map(value).collect(), level);
    let met = answers.iter().filter(|(exact, price)| options.demand.is_met_by(exact, *price)).count();
    Ok(ChoiceIntervals {
        choice: place,
        correct: of(|(exact, _)| exact.correct),
        failure: of(|(exact, _)| exact.failure),
        wrong: of(|(exact, _)| exact.wrong),
        price: of(|(_, price)| *price),
        share_that_meets: met as f64 / replicas.len() as f64,
    })
}

/// The scheme as it was built: weights stay those that the planned rates gave.
fn fixed(choice: &Choice) -> Result<Scheme, Error> {
    match (choice.scenario.scheme(), choice.scenario.classes().first()) {
        (Scheme::Weighted(weighted), Some(class)) => Ok(weighted.listed(class.rates)?.into()),
        (scheme, _) => Ok(scheme.clone()),
    }
}

/// The choice with the agents of `replica`.
fn replayed(choice: &Choice, scheme: Scheme, replica: &Scenario) -> Result<Scenario, Error> {
    let agents = taken(replica, choice.agents(), choice.members.as_deref())?;
    under(scheme, agents.costs(choice.scenario.costs().cloned()), choice.scenario.filter())
}

/// The agents at these places, if the replica has them.
fn taken(all: &Scenario, count: u64, members: Option<&[usize]>) -> Result<ScenarioBuilder, Error> {
    let Some(&last) = members.and_then(|members| members.iter().max()) else {
        let message = "replicas must have agents with equal rates, as the scenario of the plan has";
        let unlike = || Err(Error::refused("replicas", message));
        return if differ(all) { unlike() } else { Ok(agents(all, count, None)) };
    };
    let needed = last as u64 + 1;
    let present = all.agents().count();
    if differ(all) && present < needed {
        let allowed = format!("at least {needed}, the number of agents in the plan");
        return Err(Error::out_of_range("replicas: agents.count", present, allowed));
    }
    Ok(agents(all, count, members))
}

fn smallest_majority(options: &Options, replicas: &[Scenario], level: f64) -> Result<CountInterval, Error> {
    // One agent alone is the smallest majority.
    let is_majority = |choice: &&Choice| match choice.scenario.scheme() {
        Scheme::Single(_) => true,
        Scheme::Majority(_) => choice.agents() % 2 == 1,
        _ => false,
    };
    let mut majorities: Vec<&Choice> = options.choices.iter().filter(is_majority).collect();
    majorities.sort_by_key(|choice| choice.agents());
    let smallest = |replica: &Scenario| smallest_in(&majorities, replica, &options.demand);
    let mut counts: Vec<Option<u64>> = replicas.par_iter().map(smallest).collect::<Result<_, _>>()?;
    // None is more than any number.
    counts.sort_by_key(|count| count.unwrap_or(u64::MAX));
    let (low, high) = ends(counts.len(), level);
    let met = counts.iter().flatten().count();
    let share_that_meets = met as f64 / counts.len() as f64;
    Ok(CountInterval { low: counts[low], high: counts[high], share_that_meets })
}

/// The smallest that meets the demand in `replica`. Where agents are all alike and tasks too, majorities of odd numbers
/// only rise or only fall, so that they can be halved where there is no ceiling.
fn smallest_in(majorities: &[&Choice], replica: &Scenario, demand: &Demand) -> Result<Option<u64>, Error> {
    let meets = |choice: &Choice| {
        let (exact, price) = priced(&replayed(choice, choice.scenario.scheme().clone(), replica)?)?;
        Ok::<bool, Error>(demand.is_met_by(&exact, price))
    };
    let is_monotone = matches!(replica.agents(), Agents::Identical { .. }) && !differ(replica);
    if !is_monotone || demand.has_ceilings() {
        for choice in majorities {
            if meets(choice)? {
                return Ok(Some(choice.agents()));
            }
        }
        return Ok(None);
    }
    let (Some(first), Some(last)) = (majorities.first(), majorities.last()) else { return Ok(None) };
    if meets(first)? {
        return Ok(Some(first.agents()));
    }
    if !meets(last)? {
        return Ok(None);
    }
    let (mut missed, mut met) = (0, majorities.len() - 1);
    while met - missed > 1 {
        let middle = missed.midpoint(met);
        if meets(majorities[middle])? { met = middle } else { missed = middle }
    }
    Ok(Some(majorities[met].agents()))
}

/// Returns the interval of the middle share `level` of `values`, which must not be empty.
fn interval(mut values: Vec<f64>, level: f64) -> Interval {
    values.sort_by(f64::total_cmp);
    let (low, high) = ends(values.len(), level);
    Interval { low: values[low], high: values[high] }
}

/// Returns the places of the ends of the interval among this number of sorted values.
fn ends(values: usize, level: f64) -> (usize, usize) {
    let outside = values as f64 * (1.0 - level) / 2.0;
    // Rounding may raise the product slightly above an integer.
    let rank = ((outside - 1e-9).ceil() as usize).clamp(1, values.div_ceil(2));
    (rank - 1, values - rank)
}
