//! The systems the chapter describes, as scenarios.

use crate::settings::{self, Settings, VALIDATION_BONUS};
use kofn::outcome::{Counts, Exact};
use kofn::scenario::scheme::{Judge, Majority, Scheme, Single, Validated};
use kofn::scenario::{Agents, Error, Failures, Fallback, Scenario, TaskClass};

/// A scenario with the name that a reader of the chapter knows it by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    pub(crate) name: String,
    pub(crate) scenario: Scenario,
    pub(crate) family: Family,
}

/// What may be varied to see what would make a claim true.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Family {
    /// A vote: the failure rate, and the number of agents.
    Vote { scheme: Scheme, agents: u64, failure_rate: f64 },
    /// A generator and a validator: the failure rate where both share it, else the validator's.
    Dual { failure_rate: f64, validator_failure_rate: f64, fallback: Fallback },
    /// Nothing.
    Fixed,
}

/// A number that a scenario gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Correct,
    Abstain,
    Wrong,
    /// Abstain or wrong.
    Failure,
    /// Calls of agents and validations.
    Calls,
    Cost,
    Latency,
}

/// One number that the engines compute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quantity {
    pub(crate) question: Question,
    pub(crate) measure: Measure,
}

impl Question {
    /// Agents that vote.
    pub(crate) fn vote(scheme: impl Into<Scheme>, agents: u64, failure_rate: f64) -> Result<Self, Error> {
        let scheme = scheme.into();
        let scenario = Scenario::new(Agents::identical(agents, failure_rate), scheme.clone())?;
        let name = format!("{scheme}, {}, failure rate {}", count(agents), failure_rate);
        Ok(Self { name, scenario, family: Family::Vote { scheme, agents, failure_rate } })
    }

    /// The dual model: one generator, one validator.
    pub(crate) fn dual(
        failure_rate: f64,
        validator_failure_rate: f64,
        fallback: Fallback,
    ) -> Result<Self, Error> {
        let scheme = Validated::new(Judge::FailureRate(validator_failure_rate)).with_fallback(fallback);
        let scenario = Scenario::new(Agents::identical(1, failure_rate), scheme)?;
        let rates = format!("failure rate {failure_rate}, validator's {validator_failure_rate}");
        let name = format!("dual model, {}, {rates}", rule_name(fallback));
        Ok(Self { name, scenario, family: Family::Dual { failure_rate, validator_failure_rate, fallback } })
    }

    /// The benchmark's single model on all its classes of tasks.
    pub(crate) fn benchmark_single() -> Result<Self, Error> {
        let rates = settings::class_failure_rates();
        let tasks = rates.map(|rate| TaskClass::new(1.0, rate));
        let scenario = Scenario::new(Agents::by_task(1, tasks), Single)?.with_costs(settings::costs())?;
        Ok(Self { name: format!("single, {}", classes(&rates)), scenario, family: Family::Fixed })
    }

    /// The benchmark's dual model on all its classes of tasks.
    pub(crate) fn benchmark_dual() -> Result<Self, Error> {
        Self::benchmark_dual_with(&Settings::default(), VALIDATION_BONUS.value())
    }

    /// The same with other settings, and a validator that is better than they say or worse.
    pub(crate) fn benchmark_dual_with(settings: &Settings, bonus: f64) -> Result<Self, Error> {
        let (rates, validator) =
            (settings.class_failure_rates(), settings.class_validator_failure_rates(bonus));
        let tasks: Vec<TaskClass> = (rates.into_iter().zip(validator))
            .map(|(rate, validator)| TaskClass {
                validator_failure_rate: Some(validator),
                ..TaskClass::new(1.0, rate)
            })
            .collect();
        let scheme = Validated::by_task().with_fallback(Fallback::Keep);
        let name = format!("dual model, keep rule, {}, validator's {}", classes(&rates), span(&validator));
        let scenario = Scenario::new(Agents::by_task(1, tasks), scheme)?.with_costs(settings.costs())?;
        Ok(Self { name, scenario, family: Family::Fixed })
    }

    /// A majority of agents of which some always fail and the others never.
    pub(crate) fn faulty(agents: usize, faulty: usize) -> Result<Self, Error> {
        let rates: Vec<f64> = (0..agents).map(|agent| if agent < faulty { 1.0 } else { 0.0 }).collect();
        let name = format!("majority, {agents} agents, {faulty} of them always wrong");
        Ok(Self { name, scenario: Scenario::new(Agents::different(rates), Majority)?, family: Family::Fixed })
    }

    /// Agents that all fail on the same tasks, and only there: dependence carried to its end.
    pub(crate) fn together(scheme: impl Into<Scheme>, agents: u64, failure_rate: f64) -> Result<Self, Error> {
        let scheme = scheme.into();
        let tasks = [TaskClass::new(failure_rate, 1.0), TaskClass::new(1.0 - failure_rate, 0.0)];
        let name =
            format!("{scheme}, {}, all failing on the same tasks, {failure_rate} of all", count(agents));
        Ok(Self {
            name,
            scenario: Scenario::new(Agents::by_task(agents, tasks), scheme)?,
            family: Family::Fixed,
        })
    }

    /// The same with these failure modes.
    pub(crate) fn with_failures(self, failures: Failures) -> Result<Self, Error> {
        Ok(Self { scenario: self.scenario.with_failures(failures)?, ..self })
    }

    pub(crate) fn of(&self, measure: Measure) -> Quantity {
        Quantity { question: self.clone(), measure }
    }
}

impl Measure {
    /// Its exact value; NaN for a price or a latency that was not given.
    pub(crate) fn exact(self, exact: &Exact) -> f64 {
        match self {
            Self::Correct => exact.correct,
            Self::Abstain => exact.abstain,
            Self::Wrong => exact.wrong,
            Self::Failure => exact.failure,
            Self::Calls => exact.expected.calls + exact.expected.validations,
            Self::Cost => exact.expected.cost.unwrap_or(f64::NAN),
            Self::Latency => exact.expected.latency.unwrap_or(f64::NAN),
        }
    }

    /// How many trials ended so; `None` for what a simulation does not count.
    pub(crate) fn count(self, counts: &Counts) -> Option<u64> {
        match self {
            Self::Correct => Some(counts.correct()),
            Self::Abstain => Some(counts.abstain()),
            Self::Wrong => Some(counts.wrong()),
            Self::Failure => Some(counts.abstain() + counts.wrong()),
            Self::Calls | Self::Cost | Self::Latency => None,
        }
    }
}

pub(crate) fn count(agents: u64) -> String {
    if agents == 1 { "1 agent".into() } else { format!("{agents} agents") }
}

fn rule_name(fallback: Fallback) -> &'static str {
    match fallback {
        Fallback::Abstain => "rule as printed",
        Fallback::Keep => "keep rule",
    }
}

fn classes(rates: &[f64]) -> String {
    format!("{} classes, failure rates {}", rates.len(), span(rates))
}

fn span(rates: &[f64]) -> String {
    match rates {
        [first, .., last] => format!("{first} to {last}"),
        _ => String::new(),
    }
}
