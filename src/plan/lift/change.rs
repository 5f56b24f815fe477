//! The quantities that could change, and the scenario after a change.

use crate::plan::demand::Scope;
use crate::plan::team::under;
use crate::scenario::scheme::{Judge, Majority, Scheme};
use crate::scenario::{Agents, ClassRates, Costs, Error, Scenario, ScenarioBuilder, TaskClass};

/// A quantity that could change.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// How often a validator accepts a wrong candidate, if it accepts a correct one with this probability, and
    /// candidates are tried again.
    AcceptsWrong {
        /// The probability that it accepts a correct one.
        accepts_correct: f64,
    },
    /// The failure rate of a validator that accepts no wrong candidate and repairs what it rejects, in one attempt.
    ValidatorFailureRate,
}

impl Change {
    /// Returns the present value of the quantity, and the best possible one.
    pub(super) fn range(self, scenario: &Scenario) -> (Option<f64>, f64) {
        // No failure rate is below the probability of a common cause.
        let cause = scenario.dependence().common_cause();
        match (self, scenario.agents()) {
            (Change::Correlation | Change::CommonCause, _) => {
                (scenario.dependence().parameter().map(|(_, value)| value), 0.0)
            }
            (Change::AcceptsWrong { .. } | Change::ValidatorFailureRate, _) => (None, 0.0),
            (Change::FailureRate, Agents::Identical { failure_rate, .. }) => (Some(*failure_rate), cause),
            (Change::HardestClass(class), Agents::ByTask { tasks, .. }) => {
                (Some(rate_of(&tasks[class])), cause)
            }
            (Change::FailureRate | Change::HardestClass(_), _) => (Some(1.0), cause),
            (Change::FailureRates, _) if cause == 0.0 => (Some(1.0), 0.0),
            (Change::FailureRates, _) => {
                let rates = scenario.classes().into_iter().map(|class| class.rates.smallest());
                // The next double above, so that the product does not round to less than the probability.
                (Some(1.0), (cause / rates.fold(1.0, f64::min)).next_up())
            }
        }
    }

    /// Returns the scenario and the scope with another value.
    pub(super) fn applied(
        self,
        scenario: &Scenario,
        scope: &Scope,
        value: f64,
    ) -> Result<(Scenario, Scope), Error> {
        match self {
            Change::Correlation | Change::CommonCause => {
                let dependence = scenario.dependence().with_strength(value);
                Ok((scenario.clone().with_dependence(dependence)?, *scope))
            }
            Change::FailureRate | Change::FailureRates | Change::HardestClass(_) => {
                let agents = scenario.to_builder().agents(with_rates(scenario.agents(), self, value));
                Ok((carried(scenario, agents)?, *scope))
            }
            Change::AcceptsWrong { accepts_correct } => {
                let judge = Judge::Rates { accepts_correct, accepts_wrong: value, repairs: 0.0 };
                with_validator(scenario, scope, judge)
            }
            Change::ValidatorFailureRate => with_validator(scenario, scope, Judge::FailureRate(value)),
        }
    }
}

fn rate_of(task: &TaskClass) -> f64 {
    match task.rates {
        ClassRates::Identical(rate) => rate,
        ClassRates::Different(_) => 1.0,
    }
}

/// The agents under a scheme that takes any, in the place of those of the scenario.
fn carried(scenario: &Scenario, agents: ScenarioBuilder) -> Result<Scenario, Error> {
    let scheme = match scenario.scheme() {
        pipeline @ Scheme::Validated(_) => pipeline.clone(),
        _ => Majority.into(),
    };
    under(scheme, agents, scenario.filter())
}

/// The scenario with a validator; where what that costs is not known, without prices.
fn with_validator(scenario: &Scenario, scope: &Scope, judge: Judge) -> Result<(Scenario, Scope), Error> {
    let is_known = |costs: &&Costs| {
        costs.validation.is_some() && costs.validation_latency.is_some() == costs.call_latency.is_some()
    };
    let costs = scenario.costs().filter(is_known).cloned();
    let scenario = carried(scenario, scenario.to_builder().costs(costs))?;
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
