//! Where no option meets the demand: the limit on reliability, and the changes any one of which would be enough.
//!
//! # Accuracy
//! Each value meets the demand and one that is larger by a part in 10⁹ does not, as [`assess`](crate::exact::assess)
//! answers both. It is the largest that does if reliability falls as the quantity grows. It does with failure rates of
//! votes and with `accepts_wrong`; a correlation can help where agents fail more often than not, so the range below
//! what is now is tried in eight equal steps first, and the largest of them that meets is gone on from.
//!
//! # Testing
//! At and just beyond each value, and against scans, in `tests/exact/plan_lifts.rs`.
//!
//! # Implementation
//! While something is varied, of all options only those are assessed that can be the most often correct (`contenders`
//! in `families.rs`): a majority and a plurality of the most agents, or of one; all agents with weights; pipelines of
//! as many attempts as there can be. Under ceilings these are all systems of agents that are alike. Of agents that
//! differ they are those that are the best now and those of the most reliable together: a value that is found is
//! enough, and another team might be content with a larger one. Those that miss at one value are left out at larger
//! ones. That no option meets the demand now is known from all of them.

pub(super) mod change;
mod search;

pub use change::Change;

use super::choice::Choice;
use super::count::{Count, smallest_count};
use super::demand::Scope;
use super::families::validator;
use super::model::Model;
use super::options::Options;
use super::team::under;
use crate::exact::{Limit, limit};
use crate::scenario::scheme::Majority;
use crate::scenario::{Agents, ClassRates, Dependence, Error, Scenario, TaskClass};
use search::{Found, Varied};

/// Why no option meets a demand, and the changes any one of which would be enough.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Obstacle {
    /// The outcome of a majority of these agents in the limit (n → ∞): the ceiling, unless fewer do better. Agents with
    /// different rates have none.
    pub ceiling: Result<Limit, Error>,
    /// The number of agents with which a majority meets the demand, beyond the scope.
    pub majority: Result<Count, Error>,
    /// The same number if their failures were independent; `None` where they are.
    pub independent: Option<Result<Count, Error>>,
    /// Changes any one of which would be enough within the scope.
    pub lifts: Vec<Lift>,
}

/// A change of one quantity, all else being equal.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Lift {
    /// The quantity.
    pub change: Change,
    /// Its present value; `None` for a validator, since there is none.
    pub present: Option<f64>,
    /// The largest value with which a system within the scope meets the demand; `None` where none does, not even the
    /// best possible one.
    pub largest: Option<f64>,
    /// The system that meets it then or, where no value does, the best one with the best value.
    pub choice: Choice,
}

/// Returns why no option meets the demand of `options`, which were found for `scenario`; `None` where one does.
///
/// # Errors
/// What [`assess`](crate::exact::assess) refuses.
///
/// ```
/// use kofn::plan::{Change, Demand, Scope, obstacle, options};
/// use kofn::scenario::{Agents, Dependence, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?
///     .with_dependence(Dependence::BetaBinomial { correlation: 0.3 })?;
/// let options = options(&scenario, &Demand::new(0.95), &Scope::default())?;
/// let obstacle = obstacle(&scenario, &options)?.expect("none meets it");
/// assert!((obstacle.ceiling?.correct - 0.850_134_202).abs() < 1e-9);
/// assert_eq!(obstacle.lifts[0].change, Change::Correlation);
/// assert!(obstacle.lifts[0].largest.is_some_and(|correlation| 0.05 < correlation && correlation < 0.2));
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn obstacle(scenario: &Scenario, options: &Options) -> Result<Option<Obstacle>, Error> {
    let demand = &options.demand;
    if options.cheapest.is_some() {
        return Ok(None);
    }
    let majority = under(Majority.into(), scenario.to_builder(), scenario.filter())?;
    let is_dependent = !scenario.dependence().is_independent();
    let independent =
        is_dependent.then(|| majority.clone().with_dependence(Dependence::Independent)).transpose()?;
    Ok(Some(Obstacle {
        ceiling: limit(&majority),
        majority: smallest_count(&majority, demand),
        independent: independent.map(|majority| smallest_count(&majority, demand)),
        lifts: changes(scenario, &options.scope)
            .into_iter()
            .filter_map(|change| lift(scenario, options, change).transpose())
            .collect::<Result<_, _>>()?,
    }))
}

/// The changes that are possible in such a scenario.
fn changes(scenario: &Scenario, scope: &Scope) -> Vec<Change> {
    let mut changes = Vec::from_iter(Model::of(scenario.dependence()).weaker);
    match scenario.agents() {
        Agents::Identical { .. } => changes.push(Change::FailureRate),
        Agents::Different { .. } => changes.push(Change::FailureRates),
        Agents::ByTask { tasks, .. } => {
            changes.extend(hardest(tasks).map(Change::HardestClass));
            changes.push(Change::FailureRates);
        }
    }
    if validator(scenario, scope).is_none() && scenario.filter().is_none() {
        changes.extend([0.95, 1.0].map(|accepts_correct| Change::AcceptsWrong { accepts_correct }));
        changes.push(Change::ValidatorFailureRate);
    }
    changes
}

/// The class on which agents with one rate fail most.
fn hardest(tasks: &[TaskClass]) -> Option<usize> {
    let rate = |task: &TaskClass| match task.rates {
        ClassRates::Identical(rate) => Some(rate),
        ClassRates::Different(_) => None,
    };
    let rates = tasks.iter().map(rate).collect::<Option<Vec<f64>>>()?;
    (0..rates.len()).max_by(|&a, &b| rates[a].total_cmp(&rates[b]).then(b.cmp(&a)))
}

/// Returns how far a change must go; `None` where it has no meaning here.
fn lift(scenario: &Scenario, options: &Options, change: Change) -> Result<Option<Lift>, Error> {
    let (present, smallest) = change.range(scenario);
    let from = present.unwrap_or(1.0);
    if from <= smallest {
        return Ok(None);
    }
    let Found { largest, choice } = Varied { scenario, options, change }.search(smallest, from)?;
    Ok(Some(Lift { change, present, largest, choice }))
}
