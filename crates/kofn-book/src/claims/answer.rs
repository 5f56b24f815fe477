//! What the audit found: the types from which text, Markdown and JSON come.

use super::replay::Replay;
use super::verdict::Judgment;
use crate::chapter::Simulated;
use crate::printed::Unit;
use kofn::scenario::Scenario;
use schemars::JsonSchema;
use serde::Serialize;

/// Results of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Audit {
    /// Trials of each simulated scenario.
    pub trials: u64,
    /// Seed of each simulation.
    pub seed: u64,
    /// Number of counts tested.
    pub counts_tested: usize,
    /// Maximum N·KL of a count that holds: ln(2m/0.001) for m counts.
    pub threshold: f64,
    /// Number of scenarios that both engines answered.
    pub scenarios: usize,
    /// Scenarios on which they disagree, at a false-alarm rate of 1e-9 each; none unless an engine is broken.
    pub disagreements: Vec<Scenario>,
    /// The claims, in the chapter's order of argument.
    pub rows: Vec<Row>,
    /// The chapter's simulation with one, three and five agents, run as it is written.
    pub replay: Vec<Replay>,
}

/// Claims about one thing.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Row {
    /// Its number, from 1.
    pub number: usize,
    /// What the chapter says.
    pub title: String,
    /// How it is interpreted; may be empty.
    pub note: String,
    /// Its numbers.
    pub checks: Vec<Check>,
}

/// One printed number and its verdict. Percentages are fractions of one here.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Check {
    /// Where or of what the chapter says it.
    pub about: String,
    /// What it prints; `None` for a number to compare with.
    pub printed: Option<String>,
    /// The number it prints.
    pub printed_value: Option<f64>,
    /// What it is compared with: a system by name, or arithmetic on printed numbers.
    pub against: String,
    /// Unit of the numbers.
    pub unit: Unit,
    /// The systems as scenarios; none for arithmetic.
    pub scenarios: Vec<Scenario>,
    /// The exact value, or the result of the arithmetic.
    pub exact: f64,
    /// The simulated value; `None` for arithmetic and for what a simulation does not count.
    pub simulated: Option<Simulated>,
    /// N·KL(printed‖exact), for a count.
    pub divergence: Option<f64>,
    /// The verdict; `None` for a number to compare with.
    pub verdict: Option<Judgment>,
    /// The rules that give what is printed, the nearest first.
    pub alternatives: Vec<Alternative>,
    /// What else would make it true.
    pub remedies: Vec<Remedy>,
}

/// A rule under which a claim holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Alternative {
    /// The rule and its system.
    pub name: String,
    /// What the rule does.
    pub meaning: String,
    /// Other rules that were searched and give the same.
    pub same_as: Vec<String>,
    /// The system as a scenario.
    pub scenario: Scenario,
    /// The exact value.
    pub exact: f64,
    /// The simulated value.
    pub simulated: Option<Simulated>,
    /// N·KL(printed‖exact), for a count.
    pub divergence: Option<f64>,
}

/// A change that would make a claim true.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Remedy {
    /// The system as named is this reliable at this failure rate.
    FailureRate {
        /// The rate.
        failure_rate: f64,
        /// Whose: each agent's, or that of both models.
        of: &'static str,
    },
    /// The rule as named is at least this reliable with this odd number of agents, the least such.
    Agents {
        /// How many.
        agents: u64,
        /// P(correct) of this number of agents.
        correct: f64,
    },
    /// The dual model is this reliable with a validator that is better than an agent by this.
    ValidationBonus {
        /// The difference of the two failure rates.
        bonus: f64,
    },
    /// The number that follows from the others, with the same number of digits.
    Number {
        /// As it would be printed.
        text: String,
    },
    /// The count that the percentage stands for.
    Count {
        /// As it would be printed.
        text: String,
    },
}

impl Audit {
    /// Whether every claim that was judged holds as printed.
    pub fn holds(&self) -> bool {
        self.checks().all(|check| check.verdict.is_none_or(|verdict| verdict == Judgment::Holds))
    }

    /// Whether the engines agree on every scenario.
    pub fn agrees(&self) -> bool {
        self.disagreements.is_empty()
    }

    /// How many checks have this verdict.
    pub fn count(&self, verdict: Judgment) -> usize {
        self.checks().filter(|check| check.verdict == Some(verdict)).count()
    }

    /// All checks of all rows.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.rows.iter().flat_map(|row| &row.checks)
    }
}
