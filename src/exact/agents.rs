//! The chances of the agents, in the arithmetic of this room.

use super::binomial::Chance;
use super::double_double::DoubleDouble;
use super::scaled::Scaled;
use crate::scenario::{Failures, Probability, Rates};

/// One agent: the probabilities of its three kinds of answer, which sum to one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agent {
    right: Scaled,
    fails: Scaled,
    hallucinates: Scaled,
    /// It fails and does not vote.
    pub silent: Scaled,
}

impl Agent {
    fn new(failure_rate: f64, voting_share: Scaled, silent_share: Scaled) -> Self {
        let fails = Scaled::from(failure_rate);
        Self {
            right: DoubleDouble::sum(1.0, -failure_rate).into(),
            fails,
            hallucinates: fails * voting_share,
            silent: fails * silent_share,
        }
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
    Different(Vec<Agent>),
}

impl Population {
    pub(crate) fn new(rates: Rates<'_>, failures: &Failures) -> Self {
        let [hallucination, corruption, crash] =
            [failures.hallucination, failures.corruption, failures.crash].map(Scaled::from);
        let total = hallucination + corruption + crash;
        let (voting, silent) = (hallucination / total, (corruption + crash) / total);
        match rates {
            Rates::Identical { count, failure_rate } => {
                Self::Identical { count, agent: Agent::new(failure_rate, voting, silent) }
            }
            Rates::Different(rates) => {
                Self::Different(rates.iter().map(|&rate| Agent::new(rate, voting, silent)).collect())
            }
        }
    }

    pub(crate) fn count(&self) -> u64 {
        match self {
            Self::Identical { count, .. } => *count,
            Self::Different(agents) => agents.len() as u64,
        }
    }
}

impl From<Probability> for Chance {
    fn from(probability: Probability) -> Self {
        let (given, complemented) = probability.parts();
        let (given, rest) = (Scaled::from(given), Scaled::from(DoubleDouble::sum(1.0, -given)));
        if complemented { Self { yes: rest, no: given } } else { Self { yes: given, no: rest } }
    }
}
