//! Which systems meet a demand, which of them is the cheapest, and what more reliability costs.
//!
//! # Accuracy
//! That of [`assess`](crate::exact::assess). A demand is met or not by the doubles that it gives. Of two systems whose
//! failure probabilities are no further apart than the error bounds of both, neither counts as more reliable.
//!
//! # Testing
//! The cheapest and the frontier against all options, demand by demand, and options against enumeration by hand, in
//! `tests/exact/plan_options.rs`.
//!
//! # Implementation
//! Of agents that are alike there are some hundred options, and each takes microseconds; under a copula with many
//! agents a millisecond, which is why they are shared among all cores. So all are assessed and nothing need be argued.
//! Of agents that differ there are thousands: [`pool`] finds those that can be on the frontier.

use super::choice::Choice;
use super::demand::{Demand, Scope};
use super::families::{Candidate, LeftOut, candidates, check_validator, check_work, leave_out};
use super::model::Model;
use super::pool;
use super::team::Team;
use crate::scenario::scheme::Scheme;
use crate::scenario::{Error, Scenario};
use rayon::prelude::*;
use std::cmp::Ordering;

/// The systems that could be built, and the best of them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// The demand.
    pub demand: Demand,
    /// The systems among which it was searched.
    pub scope: Scope,
    /// Number of systems that were compared.
    pub considered: usize,
    /// All systems that were assessed: by scheme, then size. There is at least one. Of agents that differ, those that
    /// can be on the frontier.
    pub choices: Vec<Choice>,
    /// The cheapest that meets the demand, as a place in `choices`; of several, the one that fails least, then the one
    /// that is wrong least.
    pub cheapest: Option<usize>,
    /// The cheapest that meets the target and ignores the rest of the demand: where `cheapest` is `None`, the rest is
    /// why.
    pub cheapest_for_target: Option<usize>,
    /// The one that is most often correct; of several, the cheapest.
    pub most_reliable: usize,
    /// The agent that is most often correct alone; of several, the cheapest. It may exceed the ceilings of the demand.
    pub best_single: Option<usize>,
    /// What can be had for each price: the systems, the cheapest first, to which no other that keeps within the
    /// ceilings of the demand is at most as dear and at least as reliable. Each fails less often than all that are
    /// cheaper.
    pub frontier: Vec<usize>,
    /// The schemes that do not go with this scenario, or that have no exact answer in it.
    pub left_out: Vec<LeftOut>,
}

/// All that could be built of the agents of `scenario`, whatever its own scheme is: one agent; a majority, a Byzantine
/// quorum, all, and every other number of equal votes above one half; a plurality where it is something else; races of
/// one agent that is called again and again, where there is one wrong answer; a checker, if the scope says so; and a
/// validator in up to as many attempts as the calls allow, if its rates are known from the scope, the scheme or the
/// filter. Agents are called again where [`Scope::repeated_calls`] says so.
///
/// Agents that differ in rates, names, prices or groups are taken as they are: every team of them under every vote, and
/// every cascade of two such votes, the second of which is asked where the first abstains. Weights by log-odds are
/// those of the most reliable agents together.
///
/// # Errors
/// A demand or a scope out of range; a latency that is limited and not known; a price of validations that is missing;
/// replicas under `pbft`, which has no collector that another scheme could replace; more agents and classes of tasks
/// than can be compared in seconds; rates for which no system has an exact answer.
///
/// ```
/// use kofn::plan::{Demand, Scope, options};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.2), Majority)?;
/// let options = options(&scenario, &Demand::new(0.97), &Scope::default())?;
/// let cheapest = &options.choices[options.cheapest.expect("some do")];
/// assert!(cheapest.exact.correct >= 0.97);
/// assert_eq!(cheapest.to_string(), "majority of 9");
/// assert_eq!(options.choices[options.best_single.expect("one agent")].exact.correct, 0.8);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn options(scenario: &Scenario, demand: &Demand, scope: &Scope) -> Result<Options, Error> {
    let team = Team::new(scenario);
    check_all(&team, demand, scope)?;
    let (candidates, left_out) = candidates(&team, scope);
    let mut found = assessed(candidates, left_out);
    if team.is_pool() {
        found.add(pool::search(&team, demand, scope));
    }
    match found.left_out.first() {
        Some(left) if found.choices.is_empty() => Err(left.error.clone()),
        _ => Ok(chosen(*demand, *scope, found)),
    }
}

/// Returns the system that [`Options::chosen`] names, found in a twentieth of the time: teams and cascades are compared
/// by numbers that are good to a few digits, so that of two nearly equal systems it may be the other one. For choices
/// that are made again and again, such as on parts of a log.
///
/// # Errors
/// What [`options`] refuses.
///
/// ```
/// use kofn::plan::{Demand, Scope, choose};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::different([0.1, 0.15, 0.2]), Majority)?;
/// assert_eq!(choose(&scenario, &Demand::new(0.93), &Scope::default())?.agents(), 3);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn choose(scenario: &Scenario, demand: &Demand, scope: &Scope) -> Result<Choice, Error> {
    let team = Team::new(scenario);
    if !team.is_pool() {
        let options = options(scenario, demand, scope)?;
        let place = options.chosen();
        return Ok(options.choices[place].clone());
    }
    check_all(&team, demand, scope)?;
    let (candidates, left_out) = candidates(&team, scope);
    // Single agents are few, and exactly as good as a target may ask.
    let is_other = |candidate: &Candidate| {
        let scheme = candidate.scenario.scheme();
        !is_found_in_pools(scheme) || matches!(scheme, Scheme::Single(_))
    };
    let mut found = assessed(candidates.into_iter().filter(is_other).collect(), left_out);
    found.choices.push(Choice::of(pool::best(&team, demand, scope)?)?);
    let options = chosen(*demand, *scope, found);
    let place = options.chosen();
    Ok(options.choices[place].clone())
}

impl Options {
    /// Returns the place of what is to be built: the cheapest that meets the demand; where none does, the one that
    /// fails least of those within its ceilings, or of all.
    pub fn chosen(&self) -> usize {
        self.cheapest.or(self.frontier.last().copied()).unwrap_or(self.most_reliable)
    }

    /// Whether the option at this place keeps within the ceilings of the demand, whatever its target.
    pub fn admits(&self, place: usize) -> bool {
        self.choices.get(place).is_some_and(|choice| self.demand.admits(&choice.exact, choice.price))
    }
}

fn check_all(team: &Team<'_>, demand: &Demand, scope: &Scope) -> Result<(), Error> {
    demand.check(team.base)?;
    scope.check()?;
    if let Scheme::Pbft(_) = team.base.scheme() {
        let message = "pbft is agreement without a collector: no other scheme stands in for it";
        return Err(Error::refused("scheme", message));
    }
    check_validator(team, scope)?;
    check_work(team, scope)
}

/// Systems with their outcomes.
pub(super) struct Found {
    /// Those that were assessed.
    pub choices: Vec<Choice>,
    /// Number of those that were compared.
    pub considered: usize,
    /// What was not, and why.
    pub left_out: Vec<LeftOut>,
}

impl Found {
    /// Adds what a search of all votes of teams found.
    fn add(&mut self, others: Found) {
        let is_other = |choice: &&Choice| !is_found_in_pools(choice.scenario.scheme());
        self.considered = self.choices.iter().filter(is_other).count() + others.considered;
        for choice in others.choices {
            if self.choices.iter().all(|known| known.scenario != choice.scenario) {
                self.choices.push(choice);
            }
        }
        for LeftOut { what, error } in others.left_out {
            leave_out(&mut self.left_out, what, error);
        }
    }
}

/// The candidates that have an exact answer.
fn assessed(candidates: Vec<Candidate>, mut left_out: Vec<LeftOut>) -> Found {
    let named = |candidate: Candidate| (candidate.scenario.scheme().about().name, Choice::of(candidate));
    let answers: Vec<_> = candidates.into_par_iter().map(named).collect();
    let mut choices = Vec::new();
    for (scheme, answer) in answers {
        match answer {
            Ok(choice) => choices.push(choice),
            Err(error) => leave_out(&mut left_out, scheme, error),
        }
    }
    Found { considered: choices.len(), choices, left_out }
}

fn chosen(demand: Demand, scope: Scope, found: Found) -> Options {
    let Found { choices, considered, left_out } = found;
    let best = |order: fn(&Choice, &Choice) -> Ordering, fits: &dyn Fn(&Choice) -> bool| {
        let fitting = (0..choices.len()).filter(|&place| fits(&choices[place]));
        fitting.min_by(|&a, &b| order(&choices[a], &choices[b]).then(a.cmp(&b)))
    };
    let cheapest = best(cheaper, &|choice| demand.is_met_by(&choice.exact, choice.price));
    let cheapest_for_target = best(cheaper, &|choice| choice.exact.correct >= demand.target);
    let least = choices.iter().min_by(|a, b| fails_less(a, b));
    let most_reliable = best(cheaper, &|choice| !least.is_some_and(|least| is_more_reliable(least, choice)));
    let best_single = choices
        .iter()
        .enumerate()
        .filter(|(_, choice)| matches!(choice.scenario.scheme(), Scheme::Single(_)))
        .min_by(|(_, a), (_, b)| fails_less(a, b).then(a.price.total_cmp(&b.price)))
        .map(|(place, _)| place);
    let frontier = frontier(&choices, |choice| demand.admits(&choice.exact, choice.price));
    Options {
        demand,
        scope,
        considered,
        choices,
        cheapest,
        cheapest_for_target,
        most_reliable: most_reliable.unwrap_or(0),
        best_single,
        frontier,
        left_out,
    }
}

/// Whether a scheme is one of those under which all teams are compared.
fn is_found_in_pools(scheme: &Scheme) -> bool {
    scheme.meaning().can_be_a_stage() && !matches!(scheme, Scheme::Weighted(_))
}

/// Order by price; of equals the one that fails least, and of those the one that is wrong least.
fn cheaper(a: &Choice, b: &Choice) -> Ordering {
    a.price.total_cmp(&b.price).then_with(|| fails_less(a, b))
}

fn fails_less(a: &Choice, b: &Choice) -> Ordering {
    a.exact.failure.total_cmp(&b.exact.failure).then(a.exact.wrong.total_cmp(&b.exact.wrong))
}

/// Returns the choices that no other equals or beats in both price and reliability, the cheapest first; of equals the
/// one that is wrong least.
fn frontier(choices: &[Choice], admitted: impl Fn(&Choice) -> bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..choices.len()).filter(|&place| admitted(&choices[place])).collect();
    places.sort_by(|&a, &b| cheaper(&choices[a], &choices[b]).then(a.cmp(&b)));
    let mut frontier: Vec<usize> = Vec::new();
    for place in places {
        let better = |&last: &usize| is_more_reliable(&choices[place], &choices[last]);
        if frontier.last().is_none_or(better) {
            frontier.push(place);
        }
    }
    frontier
}

/// Whether `a` fails less often than `b` by more than rounding.
fn is_more_reliable(a: &Choice, b: &Choice) -> bool {
    let [of_a, of_b] = [a, b].map(|choice| Model::of(choice.scenario.dependence()).rounding);
    a.exact.failure < b.exact.failure * (1.0 - (of_a + of_b))
}
