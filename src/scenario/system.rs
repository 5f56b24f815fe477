//! Systems as one writes them: named agents under schemes, in stages.

use super::document::{Call, Calls, is_plain};
use super::scheme::{Cascade, Definition, Scheme, Single};
use super::{About, Error, Problem, Rates, Rule, Scenario};
use std::fmt;

/// A system of named agents, without their failure rates: what is asked of whom, to be replayed on a log.
///
/// - `ada`: one agent.
/// - `majority(ada, bob, eve)`: a scheme and its members, parameters after a semicolon: `k-of-n(ada, bob; k = 2)`.
/// - `majority(ada*5)`: five runs of one agent.
/// - `ada > majority(bob, eve, kim)`: a cascade. The next stage is asked if the previous one abstains.
///
/// A name that contains anything but letters, digits and `-_.:/` stands in double quotes.
///
/// ```
/// use kofn::System;
/// let system = System::parse("ada>k-of-n(bob, eve, \"kim 2\"; k=2)")?;
/// assert_eq!(system.to_string(), "ada > k-of-n(bob, eve, \"kim 2\"; k = 2)");
/// assert_eq!(system.stages.len(), 2);
/// let error = System::parse("majorty(ada, bob)").unwrap_err();
/// assert!(error.to_string().contains("did you mean \"majority\"?"));
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct System {
    /// The stages, at least one, in the order in which they are asked. Several are a cascade.
    pub stages: Vec<SystemStage>,
}

/// One stage of a system.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SystemStage {
    /// How the members vote. A race calls the only member again and again.
    pub scheme: Scheme,
    /// Who is asked, at least one; the same name may stand twice, for another of its runs.
    pub members: Vec<Member>,
}

/// An agent of a system.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Member {
    /// Its name.
    pub name: String,
    /// How many of its runs are asked, at least 1.
    pub runs: u64,
}

impl Member {
    /// One run of the agent of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), runs: 1 }
    }

    /// Returns the name as a system has it: in double quotes where it has other characters than plain ones.
    pub fn quoted(&self) -> String {
        if !self.name.is_empty() && self.name.chars().all(is_plain) {
            return self.name.clone();
        }
        format!("\"{}\"", self.name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

impl System {
    /// Parses a system.
    ///
    /// # Errors
    /// A text that is no system, a scheme or a parameter that is not known, a parameter out of its range: with line
    /// and column. `validated` and `pbft` are refused, because recorded runs cannot stand for them.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let calls = Calls::parse(text)?;
        let is_cascade = calls.calls.len() > 1;
        let stage = |call: &Call<'_>| {
            let stage = read(&calls, call, is_cascade).and_then(|stage| stage.rule(None).map(|_| stage));
            stage.map_err(|error| calls.locate(call, without_scheme(error)))
        };
        Ok(Self { stages: calls.calls.iter().map(stage).collect::<Result<_, _>>()? })
    }

    /// Returns the system of the scenario's named agents; `None` where agents have no names, where answers are
    /// filtered or validated, or where replicas agree without a collector.
    ///
    /// ```
    /// use kofn::{Scenario, System};
    /// let text = "scheme = \"majority\"\n[agents]\nnames = [\"ada\", \"bob\", \"eve\"]\nfailure_rates = [0.1, 0.2, 0.3]";
    /// let scenario = Scenario::from_toml(text)?;
    /// assert_eq!(System::of(&scenario).unwrap().to_string(), "majority(ada, bob, eve)");
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let names = scenario.names().filter(|_| scenario.filter().is_none())?;
        let member = |name: &String| Member::new(name.as_str());
        let stages = match scenario.scheme() {
            Scheme::Cascade(Cascade { stages }) => {
                let mut left = names.iter().map(member);
                let stage = |stage: &super::scheme::Stage| SystemStage {
                    scheme: stage.scheme.clone(),
                    members: left.by_ref().take(stage.agents as usize).collect(),
                };
                stages.iter().map(stage).collect()
            }
            scheme if is_a_vote(scheme) || is_a_race(scheme) => {
                vec![SystemStage { scheme: scheme.clone(), members: names.iter().map(member).collect() }]
            }
            _ => return None,
        };
        Some(Self { stages })
    }

    /// Returns the names of all agents, each once, in the order in which they first stand.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for member in self.stages.iter().flat_map(|stage| &stage.members) {
            if !names.contains(&member.name.as_str()) {
                names.push(&member.name);
            }
        }
        names
    }
}

impl From<SystemStage> for System {
    fn from(stage: SystemStage) -> Self {
        Self { stages: vec![stage] }
    }
}

impl SystemStage {
    /// A stage of these members under a scheme.
    pub fn new(scheme: impl Into<Scheme>, members: impl Into<Vec<Member>>) -> Self {
        Self { scheme: scheme.into(), members: members.into() }
    }

    /// Returns the number of runs that are asked, or 1 of a race.
    pub fn agents(&self) -> u64 {
        self.members.iter().map(|member| member.runs).sum()
    }

    /// Whether the stage calls its only member again and again.
    pub fn is_a_race(&self) -> bool {
        is_a_race(&self.scheme)
    }

    /// Returns the rule of the stage. Weights by log-odds take the failure rates, one for each run that is asked;
    /// without them such weights are those of equal agents.
    ///
    /// # Errors
    /// A parameter that does not go with the number of runs or with the rates.
    pub fn rule(&self, failure_rates: Option<&[f64]>) -> Result<Rule, Error> {
        const ANY: f64 = 0.25;
        let agents = self.agents();
        let rates =
            failure_rates.map_or(Rates::Identical { count: agents, failure_rate: ANY }, Rates::Different);
        let setting = super::scheme::Setting { agents, rates: Some(rates), validator_failure_rate: None };
        self.scheme.meaning().rule(setting)
    }
}

/// Whether the scheme is a vote that calls each agent once.
fn is_a_vote(scheme: &Scheme) -> bool {
    scheme.meaning().can_be_a_stage()
}

/// Whether the scheme calls one agent again and again.
fn is_a_race(scheme: &Scheme) -> bool {
    let meaning = scheme.meaning();
    meaning.calls_one_agent() && meaning.repeats_calls()
}

/// Schemes that a system may have.
fn usable() -> Vec<About> {
    const OTHERS: [&str; 3] = ["cascade", "pbft", "validated"];
    Scheme::ALL.iter().filter(|about| !OTHERS.contains(&about.name)).copied().collect()
}

/// Maximum number of runs that a stage asks.
const MAX_RUNS: u64 = 1_000_000;

fn read(calls: &Calls<'_>, call: &Call<'_>, is_cascade: bool) -> Result<SystemStage, Error> {
    let runs: u64 = call.members.iter().map(|named| named.runs).sum();
    if runs > MAX_RUNS {
        return Err(Error::out_of_range(
            "the number of runs of a stage",
            runs,
            format!("at most {MAX_RUNS}"),
        ));
    }
    let members =
        call.members.iter().map(|named| Member { name: named.name.clone().into(), runs: named.runs });
    let members: Vec<Member> = members.collect();
    let Some(name) = call.scheme else { return Ok(SystemStage::new(Single, members)) };
    let fields = calls.parameters(call)?;
    if name == Cascade::ABOUT.name {
        let message = "a cascade is written with >, as in ada > majority(bob, eve, kim)";
        return Err(Error::conflict("scheme", message));
    }
    let known = Scheme::ALL.iter().find(|about| about.name == name);
    if let Some(about) = known {
        let keys: Vec<&'static str> = about.parameters.iter().map(|key| key.path).collect();
        fields.check_known(name, &keys)?;
    }
    let scheme = match Scheme::read(name, &fields) {
        Some(scheme) => scheme?,
        None => return Err(fields.unknown_name("scheme", name, &usable())),
    };
    if is_a_race(&scheme) {
        if is_cascade {
            let message = format!("{name} cannot be a stage: a stage calls each of its members once");
            return Err(Error::conflict("scheme", message));
        }
        if members.len() > 1 || members[0].runs > 1 {
            let message = format!(
                "{name} calls one agent again and again: name it once, as in {name}({}; …)",
                members[0].quoted()
            );
            return Err(Error::conflict("scheme", message));
        }
    } else if !is_a_vote(&scheme) {
        let message = format!("scheme must be a vote or a race; {name} is neither");
        return Err(Error::conflict("scheme", message));
    }
    Ok(SystemStage { scheme, members })
}

/// Returns an error of a scenario's scheme as one of a system, whose parameters stand alone.
fn without_scheme(error: Error) -> Error {
    if let Problem::OutOfRange { value, allowed, .. } = &error.problem
        && &*error.key == "agents.count"
    {
        return Error::out_of_range("the number of members", value.clone(), allowed.clone());
    }
    match error.key.strip_prefix("scheme.").map(str::to_owned) {
        Some(key) => error.about(key),
        None => error,
    }
}

impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, stage) in self.stages.iter().enumerate() {
            write!(formatter, "{}{stage}", if place > 0 { " > " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for SystemStage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Scheme::Single(_), [only]) = (&self.scheme, self.members.as_slice()) {
            return write!(formatter, "{only}");
        }
        write!(formatter, "{}(", self.scheme.about().name)?;
        for (place, member) in self.members.iter().enumerate() {
            write!(formatter, "{}{member}", if place > 0 { ", " } else { "" })?;
        }
        for (place, (key, value)) in self.scheme.meaning().parameters().into_iter().enumerate() {
            write!(formatter, "{}{key} = {value}", if place > 0 { ", " } else { "; " })?;
        }
        formatter.write_str(")")
    }
}

impl fmt::Display for Member {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.quoted())?;
        if self.runs > 1 { write!(formatter, "*{}", self.runs) } else { Ok(()) }
    }
}
