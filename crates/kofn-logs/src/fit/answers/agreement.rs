//! How often wrong agents agree.

use super::tasks::{AnsweredLog, Placed};
use crate::{AnswerGroup, GivenAnswer};

/// Pairs of wrong runs on one task, and how many of them gave the same answer.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct WrongPairs {
    pub(super) pairs: f64,
    pub(super) agreeing: f64,
}

impl WrongPairs {
    fn plus(self, other: Self, times: f64) -> Self {
        Self { pairs: self.pairs + times * other.pairs, agreeing: self.agreeing + times * other.agreeing }
    }

    /// The share that agrees; `None` without a pair.
    pub(super) fn collision(self) -> Option<f64> {
        (self.pairs > 0.0).then(|| self.agreeing / self.pairs)
    }

    /// Of one task: runs of different agents, or of the only one.
    pub(super) fn of_task(agents: usize, groups: &[AnswerGroup]) -> Self {
        let wrong: Vec<&AnswerGroup> = wrong(groups).collect();
        let mut sum = Self::default();
        for (place, one) in wrong.iter().enumerate() {
            if agents == 1 {
                let pairs = 0.5 * f64::from(one.runs) * (f64::from(one.runs) - 1.0);
                sum = sum.plus(Self { pairs, agreeing: pairs }, 1.0);
            }
            let others = wrong[..place].iter().filter(|other| agents == 1 || other.agent != one.agent);
            for other in others {
                sum = sum.plus(Self::of_groups(one, other), 1.0);
            }
        }
        sum
    }

    fn of_groups(one: &AnswerGroup, other: &AnswerGroup) -> Self {
        let pairs = f64::from(one.runs) * f64::from(other.runs);
        Self { pairs, agreeing: if one.answer == other.answer { pairs } else { 0.0 } }
    }
}

fn wrong(groups: &[AnswerGroup]) -> impl Iterator<Item = &AnswerGroup> {
    groups.iter().filter(|group| matches!(group.answer, GivenAnswer::Wrong(_)))
}

/// Every pair of agents over all tasks, in the order (0, 1), (0, 2), (1, 2), (0, 3), …
pub(super) fn by_pair(log: &AnsweredLog) -> Vec<((usize, usize), WrongPairs)> {
    let agents = (0..log.agents).flat_map(|second| (0..second).map(move |first| (first, second)));
    let mut pairs: Vec<_> = agents.map(|pair| (pair, WrongPairs::default())).collect();
    for (place, tasks) in Placed::of(&log.tasks.0) {
        let wrong: Vec<&AnswerGroup> = wrong(&log.kinds[place]).collect();
        for (at, one) in wrong.iter().enumerate() {
            for other in wrong[..at].iter().filter(|other| other.agent != one.agent) {
                let (low, high) = (one.agent.min(other.agent) as usize, one.agent.max(other.agent) as usize);
                if let Some((_, sum)) = pairs.get_mut(high * (high - 1) / 2 + low) {
                    *sum = sum.plus(WrongPairs::of_groups(one, other), tasks as f64);
                }
            }
        }
    }
    pairs
}
