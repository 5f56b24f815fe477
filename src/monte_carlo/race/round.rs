//! The calls that a byte holds.

use super::decision::{Ending, Votes};
use crate::monte_carlo::groups::{Counted, best_size};
use crate::monte_carlo::law::Law;
use crate::monte_carlo::outcomes::outcome::{self, OPEN};
use crate::monte_carlo::source::Source;
use crate::monte_carlo::voting::Voting;

/// A round: some calls of one agent, one after the other. Digit i of its pattern is the state of the agent in call i.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Round {
    /// Number of calls.
    pub(super) calls: u32,
    /// Failure rate of each of them.
    pub(super) rates: Vec<f64>,
    /// What a pattern tells of them.
    pub(super) counted: Counted,
    /// The votes of a call, by the state of the agent.
    votes: Vec<Votes>,
    /// The votes of a whole round, by its pattern.
    sums: Vec<Votes>,
}

impl Round {
    /// Returns the round of an agent; `None` if its calls are correlated.
    ///
    /// It has at most as many calls as may matter, and in these limits the number that minimizes the expected number of
    /// random bytes per call.
    pub(super) fn new(agent: &Voting, ending: &Ending) -> Option<Self> {
        let (rate, counted) = match &agent.source {
            Source::Groups(groups) if agent.criterion.picks().is_none() => groups.first(),
            Source::Groups(_) | Source::Dependent(..) => return None,
        };
        let of = |calls: usize| Self::of(agent, vec![rate; calls], counted);
        let most = (1..counted.most()).find(|calls| of(*calls).ends_all(ending)).unwrap_or(counted.most());
        Some(of(best_size(&vec![rate; most], counted)))
    }

    /// The round of calls with these rates, all of this agent.
    pub(super) fn of(agent: &Voting, rates: Vec<f64>, counted: Counted) -> Self {
        let votes: Vec<Votes> = (0..counted.states())
            .map(|state| match agent.decide(counted, counted.count(state, 1)) {
                outcome::CORRECT => [1, 0],
                outcome::WRONG => [0, 1],
                _ => [0, 0],
            })
            .collect();
        let mut sums = vec![[0; 2]];
        for _ in &rates {
            let with = |vote: &Votes| sums.iter().map(|sum| add(*sum, *vote)).collect::<Vec<_>>();
            sums = votes.iter().flat_map(with).collect();
        }
        Self { calls: rates.len() as u32, rates, counted, votes, sums }
    }

    /// Number of patterns.
    pub(super) fn patterns(&self) -> usize {
        self.sums.len()
    }

    /// Law of the patterns.
    pub(super) fn law(&self) -> Law {
        self.counted.law(&self.rates)
    }

    /// Memory of its tables.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.rates.as_slice()) + size_of_val(self.sums.as_slice())
    }

    /// Whether the first round ends all trials.
    fn ends_all(&self, ending: &Ending) -> bool {
        (0..self.patterns()).all(|pattern| self.follow(ending, &mut [0; 2], pattern, 0) != OPEN)
    }

    /// Takes a trial that is open after `before` calls through the round of this pattern, and returns its outcome or
    /// [`OPEN`]. Calls after its end change nothing.
    #[inline]
    pub(super) fn follow(&self, ending: &Ending, votes: &mut Votes, pattern: usize, before: u64) -> u8 {
        if ending.stays_open(*votes, before, self.calls) {
            *votes = add(*votes, self.sums[pattern]);
            return OPEN;
        }
        let mut left = pattern;
        for calls in before + 1..=before + u64::from(self.calls) {
            *votes = add(*votes, self.votes[left % self.votes.len()]);
            left /= self.votes.len();
            let outcome = ending.outcome(*votes, calls);
            if outcome != OPEN {
                return outcome;
            }
        }
        OPEN
    }
}

#[inline]
fn add(votes: Votes, others: Votes) -> Votes {
    [votes[0] + others[0], votes[1] + others[1]]
}
