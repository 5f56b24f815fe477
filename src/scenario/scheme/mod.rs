//! The schemes: how the agents' answers become one outcome. One file each.
//!
//! A scheme's file holds its parameters, what is said [`About`] it, how it is read, and the [`Rule`] it means. It is
//! listed once, in `schemes!` below; the reader, the help, `kofn schemes`, the README's table and the cross-check's
//! grid all come from that list.

mod adaptive;
mod ahead_by;
mod any;
mod byzantine;
mod first_to;
mod k_of_n;
mod majority;
mod pbft;
mod plurality;
mod race;
mod single;
mod unanimous;
mod validated;
mod weighted;

use super::document::Fields;
use super::{Error, Rates, Rule, Scenario};
use std::fmt;
pub use validated::Judge;
pub use weighted::Weights;

/// What a scheme is told about the scenario that it stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// The number of agents.
    pub agents: u64,
    /// Their failure rates, where they do not depend on the task.
    pub rates: Option<Rates<'a>>,
    /// How often the validator fails on this class of tasks, where the class says so.
    pub validator_failure_rate: Option<f64>,
}

/// A scheme as data about itself, for help and tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Its name in a scenario.
    pub name: &'static str,
    /// Its parameters, each with its meaning.
    pub parameters: &'static [(&'static str, &'static str)],
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// Where it is written down.
    pub source: &'static str,
    /// A scenario in TOML that runs.
    pub example: &'static str,
}

/// The value of a parameter, for echoing a scheme.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Parameter {
    Integer(u64),
    Number(f64),
    Numbers(Vec<f64>),
    Text(&'static str),
    Scheme(Box<Scheme>),
}

/// What each scheme's file provides.
pub(crate) trait Definition: Sized {
    const ABOUT: About;

    /// Takes its parameters from the scheme's table. Only their types are checked here.
    fn read(fields: &mut Fields<'_>) -> Result<Self, Error>;

    /// The parameters that were given or have a default, in the order of `ABOUT`.
    fn parameters(&self) -> Vec<(&'static str, Parameter)>;

    /// The rule it means in `setting`; an error where a parameter is out of range there. Its
    /// [`probabilities`](Self::probabilities) have been checked.
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error>;

    /// Its parameters that are probabilities, to be checked as all probabilities of a scenario are.
    fn probabilities(&mut self) -> Vec<(&'static str, &mut f64)> {
        Vec::new()
    }

    /// Whether the scheme calls one agent only, so that the number of agents may be left out.
    fn calls_one_agent(&self) -> bool {
        false
    }

    /// How many agents it needs at least; `None` if it does not take more of them, or not without saying more.
    fn fewest_agents(&self) -> Option<u64> {
        (!self.calls_one_agent()).then_some(1)
    }

    /// The share of all agents that one answer needs as agents are added without end, (of, out of); zero where a checker picks the right answer, and
    /// `None` where there is no such share.
    fn share_needed(&self) -> Option<(u64, u64)> {
        None
    }

    /// Whether a validator's failure rate may be given by class of tasks.
    fn has_validator(&self) -> bool {
        false
    }

    /// Whether it goes with all else that the scenario says; its rules have been found to be in order.
    fn suits(&self, _: &Scenario) -> Result<(), Error> {
        Ok(())
    }
}

macro_rules! schemes {
    ($($Scheme:ident in $module:ident: $doc:literal,)*) => {
        $(pub use $module::$Scheme;)*

        /// A scheme with its parameters.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Scheme {
            $(#[doc = $doc] $Scheme($Scheme),)*
        }

        $(impl From<$Scheme> for Scheme {
            fn from(scheme: $Scheme) -> Self {
                Self::$Scheme(scheme)
            }
        })*

        impl Scheme {
            /// What there is to know about every scheme.
            pub const ALL: &'static [About] = &[$($Scheme::ABOUT,)*];

            /// What there is to know about this one.
            pub fn about(&self) -> &'static About {
                match self { $(Self::$Scheme(_) => const { &$Scheme::ABOUT },)* }
            }

            /// Reads the scheme of this name from its table; `None` if there is none of this name.
            pub(crate) fn read(name: &str, fields: &mut Fields<'_>) -> Option<Result<Self, Error>> {
                $(if name == $Scheme::ABOUT.name {
                    return Some($Scheme::read(fields).map(Self::$Scheme));
                })*
                None
            }

            fn definition(&self) -> &dyn Described {
                match self { $(Self::$Scheme(scheme) => scheme,)* }
            }

            fn definition_mut(&mut self) -> &mut dyn Described {
                match self { $(Self::$Scheme(scheme) => scheme,)* }
            }
        }
    };
}

schemes! {
    Single in single: "One agent.",
    KOfN in k_of_n: "A fixed number of equal votes.",
    Majority in majority: "More than half of all agents.",
    Any in any: "One correct answer and a checker that knows it.",
    Unanimous in unanimous: "All agents.",
    Byzantine in byzantine: "A quorum of Byzantine size.",
    Plurality in plurality: "More votes than any other answer.",
    Weighted in weighted: "A quota of weighted votes.",
    AheadBy in ahead_by: "One agent, called until one answer leads by a margin.",
    FirstTo in first_to: "One agent, called until one answer has so many votes.",
    Adaptive in adaptive: "One agent, called until the leader is likely enough.",
    Pbft in pbft: "Agreement of replicas without a collector.",
    Validated in validated: "A generator whose answers are validated.",
}

impl Scheme {
    /// Reads the scheme under `key`: a name, or a table with the name as `rule`.
    pub(crate) fn read_from(fields: &mut Fields<'_>, key: &'static str) -> Result<Option<Self>, Error> {
        let Some((name, mut parameters)) = fields.named_table(key, "rule", &Self::names())? else {
            return Ok(None);
        };
        let Some(scheme) = Self::read(name, &mut parameters) else {
            let key = parameters.path_of("rule");
            return Err(Error::out_of_range(&key, format!("{name:?}"), Self::names()));
        };
        let scheme = scheme?;
        parameters.finish()?;
        Ok(Some(scheme))
    }

    /// The names of all schemes, for messages.
    pub(crate) fn names() -> String {
        Self::ALL.iter().map(|about| about.name).collect::<Vec<_>>().join(", ")
    }

    /// The parameters that were given or have a default.
    pub(crate) fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        self.definition().parameters()
    }

    /// Its parameters that are probabilities.
    pub(crate) fn probabilities(&mut self) -> Vec<(&'static str, &mut f64)> {
        self.definition_mut().probabilities()
    }

    /// The rule it means in `setting`.
    pub(crate) fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        self.definition().rule(setting)
    }

    /// Whether the number of agents may be left out.
    pub(crate) fn calls_one_agent(&self) -> bool {
        self.definition().calls_one_agent()
    }

    /// How many agents it needs at least; `None` if no other number has a meaning.
    pub(crate) fn fewest_agents(&self) -> Option<u64> {
        self.definition().fewest_agents()
    }

    /// The share of all agents that one answer needs as agents are added without end.
    pub(crate) fn share_needed(&self) -> Option<(u64, u64)> {
        self.definition().share_needed()
    }

    /// Whether a validator's failure rate may be given by class of tasks.
    pub(crate) fn has_validator(&self) -> bool {
        self.definition().has_validator()
    }

    /// Whether it goes with all else that the scenario says.
    pub(crate) fn suits(&self, scenario: &Scenario) -> Result<(), Error> {
        self.definition().suits(scenario)
    }
}

/// The part of a [`Definition`] that does not depend on its type.
trait Described {
    fn parameters(&self) -> Vec<(&'static str, Parameter)>;
    fn probabilities(&mut self) -> Vec<(&'static str, &mut f64)>;
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error>;
    fn calls_one_agent(&self) -> bool;
    fn fewest_agents(&self) -> Option<u64>;
    fn share_needed(&self) -> Option<(u64, u64)>;
    fn has_validator(&self) -> bool;
    fn suits(&self, scenario: &Scenario) -> Result<(), Error>;
}

impl<D: Definition> Described for D {
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        Definition::parameters(self)
    }
    fn probabilities(&mut self) -> Vec<(&'static str, &mut f64)> {
        Definition::probabilities(self)
    }
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        Definition::rule(self, setting)
    }
    fn calls_one_agent(&self) -> bool {
        Definition::calls_one_agent(self)
    }
    fn fewest_agents(&self) -> Option<u64> {
        Definition::fewest_agents(self)
    }
    fn share_needed(&self) -> Option<(u64, u64)> {
        Definition::share_needed(self)
    }
    fn has_validator(&self) -> bool {
        Definition::has_validator(self)
    }
    fn suits(&self, scenario: &Scenario) -> Result<(), Error> {
        Definition::suits(self, scenario)
    }
}

/// A vote of all agents with this quorum.
fn vote(quorum: u64, checker: bool) -> Rule {
    Rule::Threshold { quorum, checker }
}

/// The scheme needs exactly one agent.
fn one_agent(name: &str, setting: Setting<'_>) -> Result<(), Error> {
    if setting.agents == 1 {
        return Ok(());
    }
    Err(Error::out_of_range("agents.count", setting.agents, format!("1, because {name} calls one agent")))
}

impl fmt::Display for Scheme {
    /// Its name, and its parameters where it has any.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.about().name)?;
        let parameters: Vec<String> =
            self.parameters().iter().map(|(name, value)| format!("{name} = {value}")).collect();
        if parameters.is_empty() { Ok(()) } else { write!(formatter, " ({})", parameters.join(", ")) }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Number(value) => write!(formatter, "{value}"),
            Self::Numbers(values) => write!(formatter, "{values:?}"),
            Self::Text(value) => write!(formatter, "{value}"),
            Self::Scheme(value) => write!(formatter, "{value}"),
        }
    }
}
