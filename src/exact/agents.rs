//! The agents and the probabilities of their answers.

use super::binomial::Chance;
use super::scaled::Scaled;
use crate::scenario::{Failures, Filter, Rates};
use std::ops::Range;

/// One agent: the probabilities of its three kinds of answer, which sum to one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agent {
    pub modes: Modes,
    failure: Chance,
    /// P(it is correct and votes).
    right: Scaled,
    /// P(it is correct and does not vote).
    rejected: Scaled,
    hallucinates: Scaled,
    /// P(it does not vote), because it fails or because it is correct and rejected.
    pub silent: Scaled,
}

/// Which answers vote.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Modes {
    /// Chance that a right answer votes.
    pub right_votes: Chance,
    /// Chance that a failed agent votes for a wrong answer.
    pub wrong_votes: Chance,
}

impl Modes {
    /// Every answer votes.
    const ALL_VOTE: Self = Self { right_votes: Chance::CERTAIN, wrong_votes: Chance::CERTAIN };

    fn of(failures: &Failures, filter: Option<Filter>) -> Self {
        if filter.is_none() && failures.corruption == 0.0 && failures.crash == 0.0 {
            return Self::ALL_VOTE;
        }
        let accepts = |rate: fn(&Filter) -> f64| {
            filter.as_ref().map_or(Chance::CERTAIN, |filter| Chance::of_rate(rate(filter)))
        };
        let [hallucination, corruption, crash] =
            [failures.hallucination, failures.corruption, failures.crash].map(Scaled::from);
        let total = hallucination + corruption + crash;
        let (voting, silent) = (hallucination / total, (corruption + crash) / total);
        let accepts_wrong = accepts(|filter| filter.accepts_wrong);
        Self {
            right_votes: accepts(|filter| filter.accepts_correct),
            wrong_votes: Chance { yes: voting * accepts_wrong.yes, no: silent + voting * accepts_wrong.no },
        }
    }

    /// Whether an agent may not vote.
    fn may_be_silent(&self) -> bool {
        !self.right_votes.no.is_zero() || !self.wrong_votes.no.is_zero()
    }
}

impl Agent {
    #[inline]
    fn new(failure: Chance, modes: Modes) -> Self {
        if !modes.may_be_silent() {
            let (right, hallucinates) = (failure.no, failure.yes);
            let (rejected, silent) = (Scaled::ZERO, Scaled::ZERO);
            return Self { modes, failure, right, rejected, hallucinates, silent };
        }
        let rejected = failure.no * modes.right_votes.no;
        Self {
            modes,
            failure,
            right: failure.no * modes.right_votes.yes,
            rejected,
            hallucinates: failure.yes * modes.wrong_votes.yes,
            silent: failure.yes * modes.wrong_votes.no + rejected,
        }
    }

    /// The same agent with another chance of failure.
    pub(crate) fn failing_with(&self, failure: Chance) -> Self {
        Self::new(failure, self.modes)
    }

    /// Probability that it fails.
    pub(crate) fn failure(&self) -> Chance {
        self.failure
    }

    /// Probability that it is correct and votes.
    pub(crate) fn correct(&self) -> Chance {
        Chance { yes: self.right, no: self.failure.yes + self.rejected }
    }

    /// Probability that it votes for a wrong answer.
    pub(crate) fn wrong(&self) -> Chance {
        Chance { yes: self.hallucinates, no: self.right + self.silent }
    }

    /// Probability that it does not vote.
    pub(crate) fn silent(&self) -> Chance {
        Chance { yes: self.silent, no: self.right + self.hallucinates }
    }

    /// Probability that it votes for a given one of `count` wrong answers.
    pub(crate) fn wrong_by_one_of(&self, count: Scaled) -> Chance {
        let others = self.hallucinates * (count - Scaled::ONE) / count;
        Chance { yes: self.hallucinates / count, no: self.right + self.silent + others }
    }
}

/// All agents.
#[derive(Debug, Clone)]
pub(crate) enum Population {
    Identical { count: u64, agent: Agent },
    Different(DifferentAgents),
}

/// Agents that each have their own chance of failure, up to ten million.
#[derive(Debug, Clone)]
pub(crate) struct DifferentAgents {
    pub modes: Modes,
    failures: FailureChances,
}

/// Chances of failure, one for each agent.
#[derive(Debug, Clone)]
enum FailureChances {
    /// As rates: an eighth of the memory.
    Rates(Vec<f64>),
    Chances(Vec<Chance>),
}

impl FailureChances {
    fn count(&self) -> usize {
        match self {
            Self::Rates(rates) => rates.len(),
            Self::Chances(chances) => chances.len(),
        }
    }

    fn at(&self, place: usize) -> Chance {
        match self {
            Self::Rates(rates) => Chance::of_rate(rates[place]),
            Self::Chances(chances) => chances[place],
        }
    }
}

impl DifferentAgents {
    /// One for each rate, be they equal or not.
    pub(crate) fn new(rates: &[f64], failures: &Failures, filter: Option<Filter>) -> Self {
        let modes = Modes::of(failures, filter);
        Self { modes, failures: FailureChances::Rates(rates.to_vec()) }
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = Agent> {
        (0..self.failures.count()).map(|place| self.agent(place))
    }

    fn agent(&self, place: usize) -> Agent {
        Agent::new(self.failures.at(place), self.modes)
    }
}

impl Population {
    pub(crate) fn new(rates: Rates<'_>, failures: &Failures, filter: Option<Filter>) -> Self {
        let modes = Modes::of(failures, filter);
        match rates {
            Rates::Identical { count, failure_rate } => {
                Self::Identical { count, agent: Agent::new(Chance::of_rate(failure_rate), modes) }
            }
            // Rates that are listed may be equal all the same.
            Rates::Different(rates @ [first, ..]) if rates.iter().all(|rate| rate == first) => {
                let agent = Agent::new(Chance::of_rate(*first), modes);
                Self::Identical { count: rates.len() as u64, agent }
            }
            Rates::Different(rates) => Self::Different(DifferentAgents::new(rates, failures, filter)),
        }
    }

    /// The chances of failure, one for each agent; one in all where they are identical.
    pub(crate) fn failures(&self) -> Vec<Chance> {
        match self {
            Self::Identical { agent, .. } => vec![agent.failure()],
            Self::Different(agents) => agents.iter().map(|agent| agent.failure()).collect(),
        }
    }

    /// The same agents with other chances of failure, each a function of the place in [`failures`](Self::failures).
    pub(crate) fn failing_with(&self, chance: impl Fn(usize) -> Chance) -> Self {
        match self {
            Self::Identical { count, agent } => {
                Self::Identical { count: *count, agent: agent.failing_with(chance(0)) }
            }
            Self::Different(agents) => {
                let failures = FailureChances::Chances((0..agents.failures.count()).map(chance).collect());
                Self::Different(DifferentAgents { modes: agents.modes, failures })
            }
        }
    }

    /// Returns as many agents with these chances of failure, one for each of them.
    pub(crate) fn with_failures(&self, chances: Vec<Chance>) -> Self {
        Self::Different(DifferentAgents { modes: self.modes(), failures: FailureChances::Chances(chances) })
    }

    /// Returns the chance of failure of each agent, one by one.
    pub(crate) fn failure_of_each(&self) -> Vec<Chance> {
        match self {
            Self::Identical { count, agent } => vec![agent.failure(); *count as usize],
            Self::Different(_) => self.failures(),
        }
    }

    /// Returns the agents at these places, which are in rising order.
    pub(crate) fn of(&self, places: &[usize]) -> Self {
        match self {
            Self::Identical { agent, .. } => Self::Identical { count: places.len() as u64, agent: *agent },
            Self::Different(agents) => {
                let chances = places.iter().map(|&place| agents.failures.at(place));
                let failures = FailureChances::Chances(chances.collect());
                Self::Different(DifferentAgents { modes: agents.modes, failures })
            }
        }
    }

    /// Returns the agents of a range of places.
    pub(crate) fn slice(&self, places: Range<u64>) -> Self {
        match self {
            Self::Identical { agent, .. } => {
                Self::Identical { count: places.end - places.start, agent: *agent }
            }
            Self::Different(agents) => {
                let places = places.start as usize..places.end as usize;
                let failures = match &agents.failures {
                    FailureChances::Rates(rates) => FailureChances::Rates(rates[places].to_vec()),
                    FailureChances::Chances(chances) => FailureChances::Chances(chances[places].to_vec()),
                };
                Self::Different(DifferentAgents { modes: agents.modes, failures })
            }
        }
    }

    /// Returns the agents one by one.
    pub(crate) fn list(&self) -> Vec<Agent> {
        match self {
            Self::Identical { count, agent } => vec![*agent; *count as usize],
            Self::Different(agents) => agents.iter().collect(),
        }
    }

    /// Returns the agent at this place.
    pub(crate) fn agent(&self, place: usize) -> Agent {
        match self {
            Self::Identical { agent, .. } => *agent,
            Self::Different(agents) => agents.agent(place),
        }
    }

    /// Whether an agent may not vote.
    pub(crate) fn may_be_silent(&self) -> bool {
        match self {
            Self::Identical { agent, .. } => !agent.silent.is_zero(),
            Self::Different(agents) => agents.modes.may_be_silent(),
        }
    }

    /// Which answers vote.
    pub(crate) fn modes(&self) -> Modes {
        match self {
            Self::Identical { agent, .. } => agent.modes,
            Self::Different(agents) => agents.modes,
        }
    }

    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::Identical { count, .. } => *count,
            Self::Different(agents) => agents.failures.count() as u64,
        }
    }
}
