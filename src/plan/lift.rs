//! Where no option will do: the ceiling that stands in the way, and what would lift it.
//!
//! # Accuracy
//! Each value meets the target and one that is larger by a part in 10⁹ does not, as [`assess`](crate::exact::assess) answers both. It is the largest
//! that does if reliability falls as the quantity grows. That is proven for failure rates of votes and for `accepts_wrong`; a correlation can help where agents fail more often than
//! not, so the range below what is now is also tried in [`STEPS`] equal steps, and the largest that meets is taken.
//!
//! # Testing
//! At and just beyond each value, and against scans, in `tests/plan_lifts.rs`.
//!
//! # Implementation
//! While something is varied, of all options only those are assessed that can be the most often correct (`contenders` in `families.rs`): a
//! majority and a plurality of the most agents, or of one; all agents with weights; pipelines of one and of the most attempts. That no option meets
//! the target is known from all of them.

use super::choice::Choice;
use super::count::{Count, smallest_count};
use super::demand::{Demand, Scope};
use super::families::contenders;
use super::options::Options;
use super::team::{Team, under};
use crate::exact::{Limit, limit};
use crate::scenario::scheme::{Judge, Majority, Scheme};
use crate::scenario::{Agents, ClassRates, Costs, Dependence, Error, Rates, Scenario, TaskClass};

/// Into so many equal steps the range of a quantity is divided at first.
const STEPS: u32 = 16;

/// A value that misses is larger than the one that meets by no more than this share.
const WIDTH: f64 = 1e-9;

/// What stands in the way of a target, and what would lift it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Obstacle {
    /// What a majority of ever more of these agents comes to: the ceiling, unless fewer do better. Agents with different rates have none.
    pub ceiling: Result<Limit, Error>,
    /// How many agents a majority would take, beyond the scope.
    pub majority: Result<Count, Error>,
    /// How many it would take if their failures were independent of each other; `None` where they are.
    pub independent: Option<Result<Count, Error>>,
    /// What would make the target reachable within the scope, each by itself.
    pub lifts: Vec<Lift>,
}

/// Something that could be otherwise, all else being as it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Lift {
    /// What would be otherwise.
    pub change: Change,
    /// What it is now; `None` for a validator, which there is not.
    pub present: Option<f64>,
    /// The largest value with which a system within the scope meets the target; `None` where none does, not even the best there is.
    pub largest: Option<f64>,
    /// The system that meets it then or, where no value does, the best with the best value.
    pub choice: Choice,
}

/// What could be otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The correlation of the agents' failures, 0 to 1.
    Correlation,
    /// The probability of the common cause, the failure rates staying what they are.
    CommonCause,
    /// The failure rate of all agents, on tasks that are all alike.
    FailureRate,
    /// A factor, below 1, by which every failure rate of every agent on every task is smaller.
    FailureRates,
    /// The failure rate of all agents on the class of tasks on which they fail most; the class counted from 0.
    HardestClass(usize),
    /// How often a validator accepts a wrong candidate, if it accepts a correct one with this probability, and candidates are tried again.
    AcceptsWrong {
        /// The probability that it accepts a correct one.
        accepts_correct: f64,
    },
    /// The failure rate of a validator that accepts no wrong candidate and repairs what it rejects, in one attempt.
    ValidatorFailureRate,
}

/// What stands in the way of the target of `options`, which were found for `scenario`; `None` where some option meets the target.
///
/// Only P(correct) is looked at: other ceilings of the demand are for [`Options::cheapest_for_target`] to tell.
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
/// let obstacle = obstacle(&scenario, &options)?.expect("none will do");
/// assert!((obstacle.ceiling?.correct - 0.850_134_202).abs() < 1e-9);
/// assert_eq!(obstacle.lifts[0].change, Change::Correlation);
/// assert!(obstacle.lifts[0].largest.is_some_and(|correlation| 0.05 < correlation && correlation < 0.2));
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn obstacle(scenario: &Scenario, options: &Options) -> Result<Option<Obstacle>, Error> {
    let Options { demand, scope, .. } = options;
    if options.cheapest_for_target.is_some() {
        return Ok(None);
    }
    let majority = under(Majority.into(), scenario.agents().clone(), scenario, scenario.filter(), None)?;
    let is_dependent = scenario.dependence().parameter().is_some_and(|(_, value)| value > 0.0);
    let independent =
        is_dependent.then(|| majority.clone().with_dependence(Dependence::Independent)).transpose()?;
    Ok(Some(Obstacle {
        ceiling: limit(&majority),
        majority: smallest_count(&majority, demand.target),
        independent: independent.map(|majority| smallest_count(&majority, demand.target)),
        lifts: changes(scenario, scope)
            .into_iter()
            .filter_map(|change| lift(scenario, demand, scope, change).transpose())
            .collect::<Result<_, _>>()?,
    }))
}

/// What could be otherwise in such a scenario.
fn changes(scenario: &Scenario, scope: &Scope) -> Vec<Change> {
    let mut changes = Vec::new();
    match scenario.dependence() {
        Dependence::Independent => {}
        Dependence::CommonCause { .. } => changes.push(Change::CommonCause),
        Dependence::BetaBinomial { .. } | Dependence::GaussianCopula { .. } => {
            changes.push(Change::Correlation)
        }
    }
    match scenario.agents() {
        Agents::Identical { .. } => changes.push(Change::FailureRate),
        Agents::Different { .. } => changes.push(Change::FailureRates),
        Agents::ByTask { tasks, .. } => {
            changes.extend(hardest(tasks).map(Change::HardestClass));
            changes.push(Change::FailureRates);
        }
    }
    if super::families::validator(scenario, scope).is_none() && scenario.filter().is_none() {
        changes.extend([0.95, 1.0].map(|accepts_correct| Change::AcceptsWrong { accepts_correct }));
        changes.push(Change::ValidatorFailureRate);
    }
    changes
}

/// The class on which agents with one rate fail most.
fn hardest(tasks: &[TaskClass]) -> Option<usize> {
    let rates: Option<Vec<f64>> = tasks
        .iter()
        .map(|task| match task.rates {
            ClassRates::Identical(rate) => Some(rate),
            ClassRates::Different(_) => None,
        })
        .collect();
    let rates = rates?;
    (0..rates.len()).max_by(|&a, &b| rates[a].total_cmp(&rates[b]).then(b.cmp(&a)))
}

/// How far a change leads; `None` where it has no meaning here.
fn lift(scenario: &Scenario, demand: &Demand, scope: &Scope, change: Change) -> Result<Option<Lift>, Error> {
    let (present, smallest) = range(scenario, change);
    let from = present.unwrap_or(1.0);
    if from <= smallest {
        return Ok(None);
    }
    let at = |value: f64| {
        let (scenario, scope) = changed(scenario, scope, change, value)?;
        // That one validator repairs again and again what it could not before is more than anybody knows.
        let attempts = [1, scope.most_agents];
        let attempts = if change == Change::ValidatorFailureRate { &attempts[..1] } else { &attempts };
        best(&scenario, &scope, attempts)
    };
    let meets = |value: f64| Ok(at(value)?.exact.correct >= demand.target);
    let largest = largest_that_meets(smallest, from, meets)?;
    let choice = at(largest.unwrap_or(smallest))?;
    Ok(Some(Lift { change, present, largest, choice }))
}

/// What the quantity is now, and the best that it could be.
fn range(scenario: &Scenario, change: Change) -> (Option<f64>, f64) {
    let present = match (change, scenario.agents()) {
        (Change::Correlation | Change::CommonCause, _) => {
            scenario.dependence().parameter().map(|(_, value)| value)
        }
        (Change::FailureRate, Agents::Identical { failure_rate, .. }) => Some(*failure_rate),
        (Change::HardestClass(class), Agents::ByTask { tasks, .. }) => Some(rate_of(&tasks[class])),
        (Change::AcceptsWrong { .. } | Change::ValidatorFailureRate, _) => None,
        (Change::FailureRates | Change::FailureRate | Change::HardestClass(_), _) => Some(1.0),
    };
    (present, smallest(scenario, change))
}

/// No failure rate is below the probability of a common cause.
fn smallest(scenario: &Scenario, change: Change) -> f64 {
    let Dependence::CommonCause { probability } = scenario.dependence() else { return 0.0 };
    match change {
        Change::FailureRate | Change::HardestClass(_) => probability,
        Change::FailureRates => {
            let rates = scenario.classes().into_iter().flat_map(|class| match class.rates {
                Rates::Identical { failure_rate, .. } => vec![failure_rate],
                Rates::Different(rates) => rates.to_vec(),
            });
            // A unit above, so that the product does not round to less than it.
            (probability / rates.fold(1.0, f64::min)).next_up()
        }
        Change::Correlation
        | Change::CommonCause
        | Change::AcceptsWrong { .. }
        | Change::ValidatorFailureRate => 0.0,
    }
}

fn rate_of(task: &TaskClass) -> f64 {
    match task.rates {
        ClassRates::Identical(rate) => rate,
        ClassRates::Different(_) => 1.0,
    }
}

/// The scenario and the scope with another value.
fn changed(
    scenario: &Scenario,
    scope: &Scope,
    change: Change,
    value: f64,
) -> Result<(Scenario, Scope), Error> {
    let dependent = |dependence| Ok((scenario.clone().with_dependence(dependence)?, *scope));
    match change {
        Change::Correlation => dependent(match scenario.dependence() {
            Dependence::GaussianCopula { .. } => Dependence::GaussianCopula { correlation: value },
            _ => Dependence::BetaBinomial { correlation: value },
        }),
        Change::CommonCause => dependent(Dependence::CommonCause { probability: value }),
        Change::FailureRate | Change::FailureRates | Change::HardestClass(_) => {
            let agents = with_rates(scenario.agents(), change, value);
            Ok((carried(scenario, agents, scenario.costs())?, *scope))
        }
        Change::AcceptsWrong { accepts_correct } => {
            let judge = Judge::Rates { accepts_correct, accepts_wrong: value, repairs: 0.0 };
            with_validator(scenario, scope, judge)
        }
        Change::ValidatorFailureRate => with_validator(scenario, scope, Judge::FailureRate(value)),
    }
}

/// The scenario with other agents, under a scheme that takes any.
fn carried(scenario: &Scenario, agents: Agents, costs: Option<&Costs>) -> Result<Scenario, Error> {
    let scheme = match scenario.scheme() {
        pipeline @ Scheme::Validated(_) => pipeline.clone(),
        _ => Majority.into(),
    };
    under(scheme, agents, scenario, scenario.filter(), costs)
}

/// The scenario with a validator; where what that costs is not known, without prices.
fn with_validator(scenario: &Scenario, scope: &Scope, judge: Judge) -> Result<(Scenario, Scope), Error> {
    let is_known = |costs: &&Costs| {
        costs.validation.is_some() && costs.validation_latency.is_some() == costs.call_latency.is_some()
    };
    let scenario = carried(scenario, scenario.agents().clone(), scenario.costs().filter(is_known))?;
    Ok((scenario, Scope { validator: Some(judge), ..*scope }))
}

fn with_rates(agents: &Agents, change: Change, value: f64) -> Agents {
    let scaled = |rates: &[f64]| rates.iter().map(|rate| rate * value).collect();
    let of_class = |(class, task): (usize, &TaskClass)| {
        let rates = match (change, &task.rates) {
            (Change::HardestClass(hardest), _) if hardest == class => ClassRates::Identical(value),
            (Change::HardestClass(_), rates) => rates.clone(),
            (_, ClassRates::Identical(rate)) => ClassRates::Identical(rate * value),
            (_, ClassRates::Different(rates)) => ClassRates::Different(scaled(rates)),
        };
        TaskClass { rates, ..*task }
    };
    match agents {
        Agents::Identical { count, .. } => Agents::identical(*count, value),
        Agents::Different { failure_rates } => Agents::Different { failure_rates: scaled(failure_rates) },
        Agents::ByTask { count, tasks } => {
            Agents::by_task(*count, tasks.iter().enumerate().map(of_class).collect::<Vec<_>>())
        }
    }
}

/// The contender that is most often correct, the first of equals.
fn best(scenario: &Scenario, scope: &Scope, attempts: &[u64]) -> Result<Choice, Error> {
    let mut best: Option<Choice> = None;
    let mut refused = None;
    for candidate in contenders(&Team::new(scenario), scope, attempts) {
        match Choice::of(candidate) {
            Ok(choice) if best.as_ref().is_none_or(|best| choice.exact.correct > best.exact.correct) => {
                best = Some(choice);
            }
            Ok(_) => {}
            Err(error) => refused = Some(error),
        }
    }
    best.ok_or_else(|| {
        refused.unwrap_or_else(|| Error::refused("scenario", "no system has an exact answer here"))
    })
}

/// The largest value from `low` to `high` that meets, up to [`WIDTH`]; `high` itself is out of the question unless it meets.
fn largest_that_meets(
    low: f64,
    high: f64,
    meets: impl Fn(f64) -> Result<bool, Error>,
) -> Result<Option<f64>, Error> {
    let at = |step: u32| {
        if step == STEPS { high } else { low + (high - low) * f64::from(step) / f64::from(STEPS) }
    };
    let Some(step) = first_that((0..=STEPS).rev(), |step| meets(at(step)))? else { return Ok(None) };
    if step == STEPS {
        return Ok(Some(high));
    }
    let (mut met, mut missed) = (at(step).to_bits(), at(step + 1).to_bits());
    while missed - met > 1 && f64::from_bits(missed) > f64::from_bits(met) * (1.0 + WIDTH) {
        let middle = met + (missed - met) / 2;
        if meets(f64::from_bits(middle))? { met = middle } else { missed = middle }
    }
    Ok(Some(f64::from_bits(met)))
}

/// The first of these that is so.
fn first_that(
    steps: impl Iterator<Item = u32>,
    is_so: impl Fn(u32) -> Result<bool, Error>,
) -> Result<Option<u32>, Error> {
    for step in steps {
        if is_so(step)? {
            return Ok(Some(step));
        }
    }
    Ok(None)
}
