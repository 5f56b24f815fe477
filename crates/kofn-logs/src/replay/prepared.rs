//! A system on the agents of a log: who is called when, and how many runs that takes.

use super::recording::{RecordedTasks, Recording};
use kofn::scenario::{Race, Rule, SystemStage};
use kofn::{Error, System};

/// A system whose agents are known.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub(super) calls: Calls,
    /// The agents that are called, and how many runs of each a task must have.
    pub(super) needs: Vec<(usize, u64)>,
}

/// How agents are called.
#[derive(Debug, Clone)]
pub(super) enum Calls {
    /// Stage by stage, each agent as often as the stage says.
    Stages(Vec<Stage>),
    /// One agent again and again, at most so many times; `None` for all runs that a task has.
    Race { race: Race, agent: usize, max_calls: Option<u64> },
}

/// A vote of agents of the log.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) rule: Rule,
    /// The agent and the weight of each vote.
    pub(super) voters: Vec<(usize, u64)>,
}

impl Prepared {
    /// Looks up the agents of a system.
    ///
    /// # Errors
    /// A name that is not in the log; weights by log-odds of an agent that never failed.
    pub(super) fn new(system: &System, recording: &Recording) -> Result<Self, Error> {
        if let [stage] = system.stages.as_slice()
            && stage.is_a_race()
        {
            return race(stage, recording);
        }
        let stages = system.stages.iter().map(|of| stage(of, recording)).collect::<Result<Vec<_>, _>>()?;
        let mut needs: Vec<(usize, u64)> = Vec::new();
        for (agent, _) in stages.iter().flat_map(|stage| &stage.voters) {
            match needs.iter_mut().find(|(known, _)| known == agent) {
                Some((_, runs)) => *runs += 1,
                None => needs.push((*agent, 1)),
            }
        }
        Ok(Self { calls: Calls::Stages(stages), needs })
    }

    /// Number of stages; a race is one.
    pub(super) fn stages(&self) -> usize {
        match &self.calls {
            Calls::Stages(stages) => stages.len(),
            Calls::Race { .. } => 1,
        }
    }

    /// Maximum number of calls of a race that stops when it is decided, where it has one: all runs that a task must
    /// have.
    pub(super) fn most_calls(&self) -> Option<u64> {
        match (&self.calls, self.needs.as_slice()) {
            (Calls::Race { max_calls: Some(_), .. }, [(_, runs)]) => Some(*runs),
            _ => None,
        }
    }

    /// Whether the tasks have the runs that the system needs.
    pub(super) fn is_possible_on(&self, tasks: &RecordedTasks) -> bool {
        self.needs.iter().all(|(agent, runs)| tasks.count(*agent) >= *runs)
    }

    /// Whether the agent has several calls in the system.
    pub(super) fn calls_again(&self, agent: usize) -> bool {
        self.needs.iter().any(|(known, runs)| *known == agent && *runs > 1)
    }
}

fn stage(stage: &SystemStage, recording: &Recording) -> Result<Stage, Error> {
    let mut agents = Vec::new();
    for member in &stage.members {
        let agent = place(&member.name, recording)?;
        agents.extend(std::iter::repeat_n(agent, member.runs as usize));
    }
    let rates: Option<Vec<f64>> = agents.iter().map(|&agent| recording.failure_rate(agent)).collect();
    let rule = stage.rule(rates.as_deref()).map_err(|error| of_rates(error, stage))?;
    let voters = agents.iter().enumerate().map(|(place, agent)| (*agent, rule.weight(place))).collect();
    Ok(Stage { rule, voters })
}

/// Returns an error about the rates of a scenario as one about those of the log.
fn of_rates(error: Error, stage: &SystemStage) -> Error {
    if !error.key.starts_with("agents.") {
        return error;
    }
    let message = format!(
        "{stage}: weights by log-odds need failure rates above 0 in the log; list the weights, as in weights = [2, 1, 1]"
    );
    Error::refused("weights", message)
}

fn race(stage: &SystemStage, recording: &Recording) -> Result<Prepared, Error> {
    use kofn::scenario::Goal::{Confidence, Lead, Votes};
    let Rule::Race(race) = stage.rule(None)? else {
        return Err(Error::refused("system", format!("{stage} is no race")));
    };
    let agent = place(&stage.members[0].name, recording)?;
    let all_vote = !recording.is_ever_silent(agent);
    let needs = match (race.goal, race.max_calls) {
        // Where every run votes, and one wrong answer is possible, so many calls decide.
        (Votes(votes), None) => votes.saturating_mul(2) - 1,
        (Votes(votes), Some(most)) if all_vote && !recording.has_answers() => {
            most.min(votes.saturating_mul(2) - 1)
        }
        (_, Some(most)) => most,
        (Lead(_) | Confidence(_), None) => {
            let runs = recording.tasks.iter().map(|tasks| tasks.count(agent)).max().unwrap_or(0);
            let name = &stage.members[0];
            let example = match race.goal {
                Lead(margin) if runs >= margin => format!(", such as max_calls = {runs}"),
                _ => format!("; the log has at most {runs} runs of {name} per task"),
            };
            let message = format!(
                "{stage} requires max_calls in a replay, because a log has a finite number of runs{example}"
            );
            return Err(Error::refused("max_calls", message));
        }
    };
    Ok(Prepared {
        calls: Calls::Race { race, agent, max_calls: race.max_calls },
        needs: vec![(agent, needs)],
    })
}

/// The place of the agent of this name.
fn place(name: &str, recording: &Recording) -> Result<usize, Error> {
    let agents = recording.agents();
    if let Some(place) = agents.iter().position(|agent| agent == name) {
        return Ok(place);
    }
    let nearest = kofn::scenario::nearest(name, agents.iter().map(String::as_str));
    let shown = |name: &str| {
        let quoted = kofn::scenario::Member::new(kofn::shorten(name, 60)).quoted();
        kofn::escape(&quoted).into_owned()
    };
    let suggestion = nearest.map_or(".".to_owned(), |name| format!("; did you mean {}?", shown(name)));
    const SHOWN: usize = 12;
    let listed: Vec<String> = agents.iter().take(SHOWN).map(|agent| shown(agent)).collect();
    let more = match agents.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message =
        format!("the log has no agent {}{suggestion} It has {}{more}", shown(name), listed.join(", "));
    Err(Error::refused("system", message))
}
