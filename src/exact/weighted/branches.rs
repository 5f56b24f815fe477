//! P(abstain) of few agents with several wrong answers, answer by answer.

use crate::exact::agents::{Agent, Population};
use crate::exact::scaled::Scaled;
use crate::exact::wrong_answers::Picks;
use std::collections::BTreeMap;

/// Maximum number of different tallies.
const MAX_TALLIES: usize = 20_000;

/// The weights so far of the right answer and of the wrong ones that were given, the heaviest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Tally {
    right: u64,
    wrong: Vec<u64>,
}

/// P(no answer reaches the quota) as a sum of its own terms; `None` if there are too many of them.
pub(super) fn abstain(agents: &Population, weights: &[u64], quota: u64, answers: Picks) -> Option<Scaled> {
    let agents = agents.list();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&agent| std::cmp::Reverse(weights[agent]));
    let mut left: u64 = weights.iter().sum();
    let mut open = BTreeMap::from([(Tally { right: 0, wrong: Vec::new() }, Scaled::ONE)]);
    let mut abstain = Scaled::ZERO;
    for agent in order {
        let mut next = BTreeMap::new();
        left -= weights[agent];
        for (tally, probability) in open {
            for (tally, part) in tally.with_one_more(&agents[agent], weights[agent], answers) {
                let largest = tally.wrong.iter().copied().max().unwrap_or(0).max(tally.right);
                let part = probability * part;
                if largest + left < quota {
                    abstain += part;
                } else if largest < quota && !part.is_zero() {
                    *next.entry(tally).or_insert(Scaled::ZERO) += part;
                }
            }
        }
        if next.len() > MAX_TALLIES {
            return None;
        }
        open = next;
    }
    Some(abstain)
}

impl Tally {
    fn with_one_more(&self, agent: &Agent, weight: u64, answers: Picks) -> Vec<(Self, Scaled)> {
        let right = Self { right: self.right + weight, ..self.clone() };
        let mut all = vec![(right, agent.correct().yes), (self.clone(), agent.silent().yes)];
        let wrong = agent.wrong().yes;
        let Picks::Among(count) = answers else {
            all.push((self.wrongly(if answers == Picks::Same { 0 } else { usize::MAX }, weight), wrong));
            return all;
        };
        let each = wrong / Scaled::from(count);
        all.extend((0..self.wrong.len()).map(|answer| (self.wrongly(answer, weight), each)));
        let fresh = Scaled::from(count - self.wrong.len() as u64);
        all.push((self.wrongly(usize::MAX, weight), each * fresh));
        all
    }

    /// Returns the tally with more weight for this wrong answer; a place beyond the last is a new answer.
    fn wrongly(&self, answer: usize, weight: u64) -> Self {
        let mut wrong = self.wrong.clone();
        match wrong.get_mut(answer) {
            Some(behind) => *behind += weight,
            None => wrong.push(weight),
        }
        wrong.sort_unstable_by(|a, b| b.cmp(a));
        Self { right: self.right, wrong }
    }
}
