//! The smallest number of agents that meets a target.
//!
//! # Accuracy
//! The answer is proven smallest, up to the rounding of P(correct) itself (four units of 2⁻⁵²; 2.5·10⁻¹⁴ under a Gaussian copula).
//!
//! # Testing
//! Against all n up to 300 for random scenarios of every scheme and dependence, and against the four shapes of a mixture of easy and hard
//! tasks, in `tests/exact/plan.rs`.
//!
//! # Implementation
//! Few numbers of agents can be the smallest. A majority of 2m needs as many votes as one of 2m+1, and one more than one of 2m−1:
//! only odd n are of interest. In the same way n = 3t+2 never beats 3t+1 under `byzantine`. This holds for every law of failures
//! that treats all agents alike.
//!
//! Along each of these progressions, within one class of tasks, P(correct) has no peak but at an end of any stretch:
//! - a fixed k gains with n, all agents lose;
//! - a majority of independent agents changes from 2m+1 to 2m+3 by C(2m+1, m)·(pq)^(m+1)·(p−q), which has the sign of ½ − f for all m, and
//!   keeps it averaged over a shared rate whose density is larger at θ than at 1−θ for each θ < ½: beta and copula with f < ½ (or the
//!   reverse). With a filter that rejects correct answers p = (1−θ)a is not symmetric about ½, and this serves no shared rate;
//! - `byzantine` from n to n+3 needs 2 votes more and changes with the sign of p² − A(q² + 3pq) − Bpq, A = (n−k+1)/k, B = A(n−k)/(k+1). For
//!   n = 3t+1 these are ½ + ½/(2t+1) and ¼ − ¼/(2t+1), for n = 3t+3 they are ½ + ½/(t+1) and ¼ + ¼/(2t+3): what is taken from p² falls as n
//!   grows, so that P(correct) first falls and then rises, or does one of both. An average over a shared rate need not, so that this
//!   serves independent agents and a common cause.
//!
//! So over a stretch P(correct) is at most the mean over the classes of the larger value at its two ends, and over all that lies
//! beyond, with the [limit](crate::exact::limit) as the other end. A stretch whose bound misses the target is left out, others are halved: the first
//! n that is met is the smallest, and where the bound of all that is left misses the target there is none. One class is decided in some
//! eighty evaluations. Elsewhere numbers are tried one by one, up to a limit that is reported.
//!
//! Ceilings are looked at from the first number on that meets the target, one by one: P(wrong) is smaller for even
//! numbers, and has no such bounds. What a vote costs and how long it takes only grow with the number, so that the
//! first that is too dear is the end.

use super::demand::{Ceiling, Demand, check, priced};
use super::model::Model;
use crate::exact::{MAX_CORRELATED_AGENTS, Reliability, assess};
use crate::scenario::scheme::Scheme;
use crate::scenario::{Error, Scenario};

/// The number of agents up to which all numbers are tried where nothing bounds P(correct) over a stretch.
const TRIED: u64 = 1_000;

/// How many numbers are tried for the ceilings where an evaluation takes milliseconds.
const CORRELATED_TRIED: u64 = 250;

/// A number of agents that is better by no more than this is no better.
const NO_BETTER: f64 = 1e-6;

/// The maximum number of evaluations; one class of tasks never needs more than a hundred.
const EVALUATIONS: u64 = 20_000;

/// The maximum number of evaluations where one takes milliseconds.
const CORRELATED_EVALUATIONS: u64 = 2_000;

/// The number of classes of tasks from which fewer evaluations are made.
const CLASSES: u64 = 25;

/// The number of evaluations that is always allowed.
const FEWEST_EVALUATIONS: u64 = 100;

/// The number of agents that a target takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// This number, and no smaller one.
    Found(Reached),
    /// No number of agents does, proven for all of them.
    Never {
        /// The best number found.
        best: Reached,
    },
    /// No number up to `tried` does; larger ones are not known.
    NotUpTo {
        /// The largest number up to which none does.
        tried: u64,
        /// The best number found.
        best: Reached,
    },
    /// The target can be reached, but not within the ceilings of the demand.
    Exceeds {
        /// The smallest number that reaches the target.
        reached: Reached,
        /// The ceiling that this number exceeds.
        ceiling: Ceiling,
        /// The largest number tried, where larger ones are not known; `None` where it is proven that none does.
        tried: Option<u64>,
    },
}

/// A number of agents and what it reaches.
///
/// As the best of all: unless the search was cut short, no other number is better by more than 10⁻⁶.
#[derive(Debug, Clone, Copy, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct Reached {
    /// Number of agents.
    pub count: u64,
    /// Their P(correct).
    pub correct: f64,
    /// P(abstain) + P(wrong), computed as a sum of its own: not one minus `correct`.
    pub failure: f64,
}

/// The smallest number of identical agents with which `scenario` meets `demand`; its own number does not matter.
///
/// Votes are searched up to 10¹³ agents, or 10⁷ where failures are correlated; pipelines, and `byzantine` with correlated failures, up to 1,000,
/// one by one.
///
/// # Errors
/// A demand out of range; agents with different rates; a scheme that calls one agent; what [`assess`](crate::assess)
/// refuses.
///
/// ```
/// use kofn::plan::{Ceiling, Count, Demand, Reached, smallest_count};
/// use kofn::scenario::{Agents, Dependence, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let demand = Demand::new(0.999);
/// assert!(matches!(smallest_count(&scenario, &demand)?, Count::Found(Reached { count: 29, .. })));
/// let cheap = smallest_count(&scenario, &demand.with_most_cost(28.0))?;
/// assert!(matches!(cheap, Count::Exceeds { ceiling: Ceiling::MaxCost, tried: None, .. }));
/// // A fifth of failures that hit all agents at once cannot be outvoted.
/// let scenario = scenario.with_dependence(Dependence::CommonCause { probability: 0.046 })?;
/// assert!(matches!(smallest_count(&scenario, &demand)?, Count::Never { .. }));
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn smallest_count(scenario: &Scenario, demand: &Demand) -> Result<Count, Error> {
    check(scenario, demand.target)?;
    demand.check(scenario)?;
    let Some(first) = scenario.scheme().meaning().fewest_agents() else {
        let name = scenario.scheme().about().name;
        let message = if scenario.scheme().meaning().calls_one_agent() {
            format!("{name} calls one agent, so the number of agents cannot be varied")
        } else {
            format!("the number of agents of {name} cannot be varied")
        };
        return Err(Error::refused("agents.count", message));
    };
    let count = match progressions(scenario, first) {
        Some(progressions) => along(&progressions, scenario, demand.target)?,
        None => one_by_one(first, scenario, demand.target)?,
    };
    match count {
        Count::Found(reached) if demand.has_ceilings() => within_ceilings(reached, scenario, demand),
        count => Ok(count),
    }
}

/// The smallest number, from the one on that reaches the target, that keeps within the ceilings too.
fn within_ceilings(reached: Reached, scenario: &Scenario, demand: &Demand) -> Result<Count, Error> {
    let tried = if shares_a_rate(scenario) { CORRELATED_TRIED } else { TRIED };
    let last = reached.count.saturating_add(tried - 1).min(most(scenario));
    // The attempts of a pipeline may be fewer where its candidates are better.
    let rises = !scenario.scheme().repeats_calls();
    let mut exceeded = None;
    for count in reached.count..=last {
        let (exact, price) = priced(&scenario.clone().with_count(count)?)?;
        let ceiling = demand.exceeded(&exact, price);
        if ceiling.is_none() && exact.correct >= demand.target {
            return Ok(Count::Found(Reached { count, correct: exact.correct, failure: exact.failure }));
        }
        exceeded = exceeded.or(ceiling);
        let dear = demand.too_dear(price, exact.expected.latency);
        if let Some(ceiling) = dear.filter(|_| rises) {
            return Ok(Count::Exceeds { reached, ceiling: exceeded.unwrap_or(ceiling), tried: None });
        }
    }
    let ceiling = exceeded.unwrap_or(Ceiling::MaxWrong);
    Ok(Count::Exceeds { reached, ceiling, tried: Some(last) })
}

/// The numbers first, first + step, first + 2·step, …
#[derive(Debug, Clone, Copy)]
struct Progression {
    first: u64,
    step: u64,
}

/// The numbers of agents that can be the smallest, in progressions along which no class of tasks has a peak; `None` where that is not known.
fn progressions(scenario: &Scenario, first: u64) -> Option<Vec<Progression>> {
    let progression = |first, step| Progression { first, step };
    let accepts_correct = scenario.filter().map_or(1.0, |filter| filter.accepts_correct);
    match scenario.scheme() {
        Scheme::KOfN(_) | Scheme::Any(_) | Scheme::Unanimous(_) => Some(vec![progression(first, 1)]),
        Scheme::Majority(_) if !shares_a_rate(scenario) || accepts_correct >= 1.0 => {
            Some(vec![progression(1, 2)])
        }
        Scheme::Byzantine(_) if !shares_a_rate(scenario) => Some(vec![progression(1, 3), progression(3, 3)]),
        _ => None,
    }
}

/// The largest number of agents that has an exact answer.
fn most(scenario: &Scenario) -> u64 {
    if shares_a_rate(scenario) { MAX_CORRELATED_AGENTS } else { Scenario::MAX_AGENTS }
}

fn shares_a_rate(scenario: &Scenario) -> bool {
    Model::of(scenario.dependence()).shares_a_rate
}

fn one_by_one(first: u64, scenario: &Scenario, target: f64) -> Result<Count, Error> {
    let last = first.saturating_add(TRIED - 1).min(most(scenario));
    let mut best = Reached::nothing(first);
    for count in first..=last {
        let exact = assess(&scenario.clone().with_count(count)?)?;
        let reached = Reached { count, correct: exact.correct, failure: exact.failure };
        if reached.correct >= target {
            return Ok(Count::Found(reached));
        }
        best = best.or(reached);
    }
    Ok(Count::NotUpTo { tried: last, best })
}

impl Reached {
    /// A result that is worse than any other.
    fn nothing(count: u64) -> Self {
        Self { count, correct: -1.0, failure: 2.0 }
    }

    /// Returns the better of two, the smaller of equals.
    fn or(self, other: Self) -> Self {
        let better =
            other.correct > self.correct || (other.correct == self.correct && other.count < self.count);
        if better { other } else { self }
    }
}

/// The smallest number in any of `progressions`.
fn along(progressions: &[Progression], scenario: &Scenario, target: f64) -> Result<Count, Error> {
    let mut searches = Vec::new();
    for &progression in progressions {
        let mut search = Search::new(scenario, progression)?;
        search.run(Goal::Reach(target))?;
        searches.push(search);
    }
    let tried = searches.iter().filter_map(|search| search.open_from).min();
    let found = searches.iter().filter_map(|search| search.found).min_by_key(|found| found.count);
    // What another progression left open may hold a smaller one.
    if let Some(found) = found.filter(|found| tried.is_none_or(|tried| found.count <= tried)) {
        return Ok(Count::Found(found));
    }
    let mut best = searches[0].best;
    for search in &mut searches {
        search.run(Goal::Best)?;
        best = best.or(search.best);
    }
    Ok(match tried {
        None => Count::Never { best },
        Some(tried) => Count::NotUpTo { tried, best },
    })
}

/// The goal of a search.
#[derive(Debug, Clone, Copy)]
enum Goal {
    /// The first number that reaches this.
    Reach(f64),
    /// The best of all.
    Best,
}

/// The search along one progression.
struct Search<'a> {
    scenario: &'a Scenario,
    progression: Progression,
    limit: Reliability,
    left: u64,
    best: Reached,
    found: Option<Reached>,
    /// The largest number up to which all are decided, where not all are.
    open_from: Option<u64>,
}

/// A number of agents, with its P(correct) in all and in each class.
struct Place {
    reached: Reached,
    reliability: Reliability,
}

impl<'a> Search<'a> {
    fn new(scenario: &'a Scenario, progression: Progression) -> Result<Self, Error> {
        let limit = Reliability::in_the_limit(scenario)?;
        let best = Reached::nothing(progression.first);
        Ok(Self { scenario, progression, limit, left: 0, best, found: None, open_from: None })
    }

    /// Searches stretches that double in length, until no larger number can reach the goal.
    fn run(&mut self, goal: Goal) -> Result<(), Error> {
        let evaluations = if shares_a_rate(self.scenario) { CORRELATED_EVALUATIONS } else { EVALUATIONS };
        // An evaluation takes as long as it has classes of tasks.
        self.left = (evaluations * CLASSES / self.limit.classes()).clamp(FEWEST_EVALUATIONS, evaluations);
        self.open_from = None;
        let Progression { first, step } = self.progression;
        let last = most(self.scenario).saturating_sub(first) / step;
        let mut index = 0;
        let mut low = self.at(first)?;
        if self.meets(&low, goal) {
            return Ok(());
        }
        while index < last {
            let beyond = low.reliability.correct_at_most(&self.limit);
            if self.misses(beyond, goal) {
                return Ok(());
            }
            index = (2 * index + 1).min(last);
            let high = self.at(first + step * index)?;
            self.between(&low, &high, goal)?;
            if self.found.is_some() || self.open_from.is_some() {
                return Ok(());
            }
            low = high;
        }
        self.open_from = Some(low.reached.count);
        Ok(())
    }

    /// Searches the numbers above `low` up to and including `high`.
    fn between(&mut self, low: &Place, high: &Place, goal: Goal) -> Result<(), Error> {
        let step = self.progression.step;
        if self.misses(low.reliability.correct_at_most(&high.reliability), goal) {
            return Ok(());
        }
        let steps = (high.reached.count - low.reached.count) / step;
        if steps == 1 {
            self.meets(high, goal);
            return Ok(());
        }
        if self.left == 0 {
            self.open_from.get_or_insert(low.reached.count);
            return Ok(());
        }
        let middle = self.at(low.reached.count + step * (steps / 2))?;
        self.between(low, &middle, goal)?;
        if self.found.is_none() && self.open_from.is_none() {
            self.between(&middle, high, goal)?;
        }
        Ok(())
    }

    /// Evaluates a number of agents.
    fn at(&mut self, count: u64) -> Result<Place, Error> {
        self.left = self.left.saturating_sub(1);
        let reliability = Reliability::of(&self.scenario.clone().with_count(count)?)?;
        let reached = Reached { count, correct: reliability.correct(), failure: reliability.failure() };
        self.best = self.best.or(reached);
        Ok(Place { reached, reliability })
    }

    /// Whether no P(correct) up to this bound can reach the goal.
    fn misses(&self, bound: f64, goal: Goal) -> bool {
        match goal {
            Goal::Reach(target) => bound < target,
            Goal::Best => bound <= self.best.correct + NO_BETTER,
        }
    }

    fn meets(&mut self, place: &Place, goal: Goal) -> bool {
        let met = matches!(goal, Goal::Reach(target) if place.reached.correct >= target);
        if met {
            self.found = Some(place.reached);
        }
        met
    }
}
