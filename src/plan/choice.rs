//! A system that could be built, and its outcome.

use super::demand::priced;
use super::families::Candidate;
use crate::escape;
use crate::outcome::Exact;
use crate::scenario::scheme::Scheme;
use crate::scenario::{Error, Fallback, Scenario, System};
use std::fmt;

/// A system that could be built, and its outcome.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Choice {
    /// The system, to be assessed, simulated or written to a file.
    pub scenario: Scenario,
    /// Which agents it is made of, in the order in which it has them, as places in the scenario that was planned for;
    /// `None` where all are alike.
    pub members: Option<Vec<usize>>,
    /// Its outcome.
    pub exact: Exact,
    /// Expected cost of a task: the scenario's prices or, where it has none, one for each call and each validation.
    pub price: f64,
}

impl Choice {
    pub(super) fn of(candidate: Candidate) -> Result<Self, Error> {
        let Candidate { scenario, members } = candidate;
        let (exact, price) = priced(&scenario)?;
        Ok(Self { scenario, members, exact, price })
    }

    /// Returns the name of the system for people, with the agents that it is made of where the name does not say so: such
    /// as "single agent", "agent 2" or "4 of 5 (agents 1, 2, 3, 5, 8)".
    pub fn title(&self) -> String {
        const SHOWN: usize = 6;
        let name = match (self.scenario.scheme(), &self.members) {
            (Scheme::Single(_), None) => return "single agent".into(),
            (Scheme::Single(_), Some(members)) if self.scenario.names().is_none() => {
                return members.first().map_or(String::new(), |place| format!("agent {}", place + 1));
            }
            _ => escape(&self.to_string()).into_owned(),
        };
        let Some(members) = self.members.as_ref().filter(|_| self.system().is_none()) else { return name };
        let more = if members.len() > SHOWN { ", …" } else { "" };
        let (what, shown): (&str, Vec<String>) = match self.scenario.names() {
            Some(names) => ("", names.iter().take(SHOWN).map(|name| escape(name).into_owned()).collect()),
            None => {
                let what = if members.len() == 1 { "agent " } else { "agents " };
                (what, members.iter().take(SHOWN).map(|place| (place + 1).to_string()).collect())
            }
        };
        format!("{name} ({what}{}{more})", shown.join(", "))
    }

    /// Returns the number of agents.
    pub fn agents(&self) -> u64 {
        self.scenario.agents().count()
    }
}

/// The system of named agents as [`System`] writes it, such as "majority(ada, bob, eve)"; else the scheme and its size
/// in a few words, such as "majority of 7" or "4 of 5".
impl fmt::Display for Choice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.system() {
            Some(system) => formatter.pad(&system.to_string()),
            None => formatter.pad(&words(self.scenario.scheme(), self.agents())),
        }
    }
}

impl Choice {
    /// Returns the system of the named agents; `None` where they have no names, or where there is a validator beside
    /// the filter that all agents pass.
    pub fn system(&self) -> Option<System> {
        System::of(&self.scenario.clone().with_filter(None).ok()?)
    }
}

fn words(scheme: &Scheme, agents: u64) -> String {
    let at_most = |calls: Option<u64>| calls.map_or(String::new(), |calls| format!(", ≤ {calls} calls"));
    match scheme {
        Scheme::Single(_) => "single".into(),
        Scheme::KOfN(scheme) => format!("{} of {agents}", scheme.k),
        Scheme::AheadBy(race) => format!("ahead by {}{}", race.margin, at_most(race.max_calls)),
        Scheme::FirstTo(race) => format!("first to {} votes{}", race.votes, at_most(race.max_calls)),
        Scheme::Adaptive(race) => format!("adaptive {}{}", race.confidence, at_most(Some(race.max_calls))),
        Scheme::Cascade(cascade) => {
            let stages = cascade.stages.iter().map(|stage| words(&stage.scheme, stage.agents));
            stages.collect::<Vec<_>>().join(" > ")
        }
        Scheme::Validated(pipeline) => {
            let vote = pipeline.vote.as_ref().map(|vote| format!(" {}", words(vote, agents)));
            let plural = if pipeline.attempts == 1 { "" } else { "s" };
            let kept = if pipeline.fallback == Fallback::Keep { ", keep" } else { "" };
            format!("validated{}, {} attempt{plural}{kept}", vote.unwrap_or_default(), pipeline.attempts)
        }
        scheme => format!("{} of {agents}", scheme.about().name),
    }
}
