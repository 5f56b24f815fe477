//! The chances of the agents, in the arithmetic of this room.

use super::binomial::Chance;
use super::double_double::DoubleDouble;
use super::scaled::Scaled;
use crate::scenario::{Failures, Probability, Rates};

/// One agent: the probabilities of its three kinds of answer, which sum to one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agent {
    modes: Modes,
    right: Scaled,
    fails: Scaled,
    hallucinates: Scaled,
    /// It fails and does not vote.
    pub silent: Scaled,
}

/// The shares of failures that vote and that do not; they sum to one.
#[derive(Debug, Clone, Copy)]
struct Modes {
    voting: Scaled,
    silent: Scaled,
}

impl Modes {
    fn of(failures: &Failures) -> Self {
        let [hallucination, corruption, crash] =
            [failures.hallucination, failures.corruption, failures.crash].map(Scaled::from);
        let total = hallucination + corruption + crash;
        Self { voting: hallucination / total, silent: (corruption + crash) / total }
    }
}

impl Agent {
    fn new(failure: Chance, modes: Modes) -> Self {
        Self {
            modes,
            right: failure.no,
            fails: failure.yes,
            hallucinates: failure.yes * modes.voting,
            silent: failure.yes * modes.silent,
        }
    }

    /// The same agent with another chance of failure.
    pub(crate) fn failing_with(&self, failure: Chance) -> Self {
        Self::new(failure, self.modes)
    }

    /// That it fails.
    pub(crate) fn failure(&self) -> Chance {
        Chance { yes: self.fails, no: self.right }
    }

    /// That it is correct.
    pub(crate) fn correct(&self) -> Chance {
        Chance { yes: self.right, no: self.fails }
    }

    /// That it votes for a wrong answer.
    pub(crate) fn wrong(&self) -> Chance {
        Chance { yes: self.hallucinates, no: self.right + self.silent }
    }

    /// That it votes for one given answer out of `count` wrong ones.
    pub(crate) fn wrong_by_one_of(&self, count: Scaled) -> Chance {
        let others = self.hallucinates * (count - Scaled::ONE) / count;
        Chance { yes: self.hallucinates / count, no: self.right + self.silent + others }
    }

    /// That it does not vote.
    pub(crate) fn silent(&self) -> Chance {
        Chance { yes: self.silent, no: self.right + self.hallucinates }
    }
}

/// All agents.
#[derive(Debug, Clone)]
pub(crate) enum Population {
    Identical { count: u64, agent: Agent },
    Different(DifferentAgents),
}

/// Agents of which each has its own chance of failure: they may be ten million.
#[derive(Debug, Clone)]
pub(crate) struct DifferentAgents {
    modes: Modes,
    failures: Vec<Chance>,
}

impl DifferentAgents {
    /// Whether a failure can be one that does not vote.
    pub(crate) fn may_be_silent(&self) -> bool {
        !self.modes.silent.is_zero()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Agent> {
        self.failures.iter().map(|&failure| Agent::new(failure, self.modes))
    }
}

impl Population {
    pub(crate) fn new(rates: Rates<'_>, failures: &Failures) -> Self {
        let modes = Modes::of(failures);
        match rates {
            Rates::Identical { count, failure_rate } => {
                Self::Identical { count, agent: Agent::new(Chance::of_rate(failure_rate), modes) }
            }
            // Rates that are listed may be equal all the same.
            Rates::Different(rates @ [first, ..]) if rates.iter().all(|rate| rate == first) => {
                let agent = Agent::new(Chance::of_rate(*first), modes);
                Self::Identical { count: rates.len() as u64, agent }
            }
            Rates::Different(rates) => {
                let failures = rates.iter().map(|&rate| Chance::of_rate(rate)).collect();
                Self::Different(DifferentAgents { modes, failures })
            }
        }
    }

    /// The chances of failure, one for each agent; one in all where they are identical.
    pub(crate) fn failures(&self) -> Vec<Chance> {
        match self {
            Self::Identical { agent, .. } => vec![agent.failure()],
            Self::Different(agents) => agents.failures.clone(),
        }
    }

    /// The same agents with other chances of failure, each a function of the place in [`failures`](Self::failures).
    pub(crate) fn failing_with(&self, chance: impl Fn(usize) -> Chance) -> Self {
        match self {
            Self::Identical { count, agent } => {
                Self::Identical { count: *count, agent: agent.failing_with(chance(0)) }
            }
            Self::Different(agents) => {
                let failures = (0..agents.failures.len()).map(chance).collect();
                Self::Different(DifferentAgents { modes: agents.modes, failures })
            }
        }
    }

    /// Whether an agent can fail to vote.
    pub(crate) fn may_be_silent(&self) -> bool {
        match self {
            Self::Identical { agent, .. } => !agent.silent.is_zero(),
            Self::Different(agents) => agents.may_be_silent(),
        }
    }

    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::Identical { count, .. } => *count,
            Self::Different(agents) => agents.failures.len() as u64,
        }
    }
}

impl Chance {
    /// This chance of failure (f) where a common cause (c) does not strike: (f − c)/(1 − c).
    pub(crate) fn spared_by(self, cause: Self) -> Self {
        Self { yes: (self.yes - cause.yes) / cause.no, no: self.no / cause.no }
    }

    /// What happens with probability `rate`, a double that is taken exactly.
    pub(crate) fn of_rate(rate: f64) -> Self {
        Self { yes: rate.into(), no: DoubleDouble::sum(1.0, -rate).into() }
    }
}

impl From<Probability> for Chance {
    fn from(probability: Probability) -> Self {
        let (given, complemented) = probability.parts();
        let (given, rest) = (Scaled::from(given), Scaled::from(DoubleDouble::sum(1.0, -given)));
        if complemented { Self { yes: rest, no: given } } else { Self { yes: given, no: rest } }
    }
}
