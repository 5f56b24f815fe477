//! What each scheme answers about itself.

use crate::scenario::document::Fields;
use crate::scenario::{About, Class, Dependence, Error, Failures, Filter, Rates, Rule};
use std::fmt;

/// What a scheme may know about the class of tasks for which it gives a rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The number of agents.
    pub agents: u64,
    /// Their failure rates, where they do not depend on the task.
    pub rates: Option<Rates<'a>>,
    /// How often the validator fails on this class of tasks, where the class says so.
    pub validator_failure_rate: Option<f64>,
}

/// The rest of a scenario, which a scheme must go with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub classes: &'a [Class<'a>],
    pub failures: &'a Failures,
    pub dependence: &'a Dependence,
    pub filter: Option<Filter>,
}

/// The value of a parameter, for echoing a scheme.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Parameter {
    Integer(u64),
    Number(f64),
    Numbers(Vec<f64>),
    Integers(Vec<u64>),
    Text(&'static str),
    /// A scheme inside a scheme: its name and its parameters.
    Scheme(&'static str, Vec<(&'static str, Parameter)>),
    /// A list of tables.
    Tables(Vec<Vec<(&'static str, Parameter)>>),
}

/// A scheme's description and reader.
pub(in crate::scenario) trait Definition: Sized {
    const ABOUT: About;

    /// Reads its parameters from the scheme's table. Only their types are checked here.
    fn read(fields: &Fields<'_>) -> Result<Self, Error>;
}

/// What a scheme with its parameters answers; each scheme is one file.
pub(crate) trait Meaning {
    /// Returns the parameters that were given or have a default, in the order of `ABOUT`.
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        Vec::new()
    }

    /// Returns the rule that it means in `setting`. Its [`probabilities`](Self::probabilities) have been checked.
    ///
    /// # Errors
    /// A parameter out of its range in `setting`.
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error>;

    /// Returns its parameters that are probabilities, to be checked as all probabilities of a scenario are.
    fn probabilities(&mut self) -> Vec<(&'static str, &mut f64)> {
        Vec::new()
    }

    /// Whether it may call an agent more than once on one task.
    fn repeats_calls(&self) -> bool {
        false
    }

    /// Returns whether the scheme calls one agent only, so that the number of agents may be left out.
    fn calls_one_agent(&self) -> bool {
        false
    }

    /// Returns the smallest number of agents that it takes; `None` if no other number has a meaning, or none
    /// without other parameters.
    fn fewest_agents(&self) -> Option<u64> {
        (!self.calls_one_agent()).then_some(1)
    }

    /// Returns the share of all agents that one answer needs in the limit of many agents, as (numerator,
    /// denominator); zero where a checker picks the right answer, and `None` where there is no such share.
    fn share_needed(&self) -> Option<(u64, u64)> {
        None
    }

    /// Returns whether a validator's failure rate may be given by class of tasks.
    fn has_validator(&self) -> bool {
        false
    }

    /// Returns whether it may be a stage of a cascade: a vote that calls each agent once.
    fn can_be_a_stage(&self) -> bool {
        self.gives_candidates() && !self.repeats_calls()
    }

    /// Returns whether its outcome may be the candidate of a pipeline.
    fn gives_candidates(&self) -> bool {
        true
    }

    /// Returns how agents fail where the scenario does not say so.
    fn default_failures(&self) -> Failures {
        Failures::default()
    }

    /// Checks that it goes with the rest of the scenario; its rules have been found to be in order.
    fn suits(&self, _: &Surroundings<'_>) -> Result<(), Error> {
        Ok(())
    }
}

/// The rule of a vote of all agents with this quorum.
pub(super) fn vote(quorum: u64, checker: bool) -> Rule {
    Rule::Threshold { quorum, checker }
}

/// Checks that `key` is a number of votes of at most all agents.
pub(super) fn votes_of_agents(key: &str, votes: u64, agents: u64) -> Result<u64, Error> {
    if (1..=agents).contains(&votes) {
        return Ok(votes);
    }
    Err(Error::out_of_range(key, votes, format!("a whole number from 1 to {agents}, the number of agents")))
}

/// Checks that there is exactly one agent.
pub(super) fn one_agent(name: &str, setting: Setting<'_>) -> Result<(), Error> {
    if setting.agents == 1 {
        return Ok(());
    }
    Err(Error::out_of_range("agents.count", setting.agents, format!("1, because {name} calls one agent")))
}

impl fmt::Display for Parameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Number(value) => write!(formatter, "{value}"),
            Self::Numbers(values) => write!(formatter, "{values:?}"),
            Self::Integers(values) => write!(formatter, "{values:?}"),
            Self::Tables(tables) => write_tables(formatter, tables),
            Self::Text(value) => write!(formatter, "{value}"),
            Self::Scheme(name, parameters) => write_scheme(formatter, name, parameters),
        }
    }
}

/// Writes tables one after the other, each with its values.
fn write_tables(formatter: &mut fmt::Formatter<'_>, tables: &[Vec<(&str, Parameter)>]) -> fmt::Result {
    for (index, table) in tables.iter().enumerate() {
        let values: Vec<String> = table.iter().map(|(_, value)| value.to_string()).collect();
        write!(formatter, "{}{}", if index > 0 { " > " } else { "" }, values.join(" "))?;
    }
    Ok(())
}

/// Writes a scheme's name, and its parameters where it has any.
pub(super) fn write_scheme(
    formatter: &mut fmt::Formatter<'_>,
    name: &str,
    parameters: &[(&str, Parameter)],
) -> fmt::Result {
    formatter.write_str(name)?;
    let parameters: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if parameters.is_empty() { Ok(()) } else { write!(formatter, " ({})", parameters.join(", ")) }
}
