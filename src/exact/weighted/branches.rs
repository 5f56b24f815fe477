//! P(abstain) of few agents with several wrong answers, answer by answer.

use super::partitioned::Next;
use crate::exact::agents::{Agent, Population};
use crate::exact::scaled::Scaled;
use crate::exact::wrong_answers::{Answers, Partition, Picks};
use std::collections::BTreeMap;

/// Maximum number of different tallies.
const MAX_TALLIES: usize = 20_000;

/// What has been voted for so far.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Tally {
    /// The weight of the right answer.
    right: u64,
    /// The weight of each wrong answer that was given, the heaviest first, and how many gave it where that matters.
    wrong: Vec<(u64, u64)>,
}

/// P(no answer reaches the quota) as a sum of its own terms; `None` if there are too many of them.
pub(super) fn abstain(agents: &Population, weights: &[u64], quota: u64, answers: Answers) -> Option<Scaled> {
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
                let largest = tally.wrong.first().map_or(0, |(weight, _)| *weight).max(tally.right);
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
    fn with_one_more(&self, agent: &Agent, weight: u64, answers: Answers) -> Vec<(Self, Scaled)> {
        let right = Self { right: self.right + weight, ..self.clone() };
        let mut all = vec![(right, agent.correct().yes), (self.clone(), agent.silent().yes)];
        let wrong = agent.wrong().yes;
        match answers {
            Answers::Picked(Picks::Same) => all.push((self.wrongly(0, weight, 0), wrong)),
            Answers::Picked(Picks::Distinct) => all.push((self.wrongly(usize::MAX, weight, 0), wrong)),
            Answers::Picked(Picks::Among(count)) => {
                let each = wrong / Scaled::from(count);
                all.extend((0..self.wrong.len()).map(|answer| (self.wrongly(answer, weight, 0), each)));
                let fresh = Scaled::from(count - self.wrong.len() as u64);
                all.push((self.wrongly(usize::MAX, weight, 0), each * fresh));
            }
            Answers::Partitioned(law) => self.seat(wrong, weight, law, &mut all),
        }
        all
    }

    /// Adds the tallies with one more wrong agent, whose answer depends on those before.
    fn seat(&self, wrong: Scaled, weight: u64, law: Partition, all: &mut Vec<(Self, Scaled)>) {
        let next = Next { law, wrong: self.wrong.iter().map(|(_, agents)| agents).sum() };
        for (answer, (_, agents)) in self.wrong.iter().enumerate() {
            all.push((self.wrongly(answer, weight, 1), wrong * next.repeats(*agents)));
        }
        let answers = self.wrong.len() as u64;
        all.push((self.wrongly(usize::MAX, weight, 1), wrong * next.is_new(answers)));
    }

    /// Returns the tally with more weight and agents for this wrong answer; a place beyond the last is a new answer.
    fn wrongly(&self, answer: usize, weight: u64, agents: u64) -> Self {
        let mut wrong = self.wrong.clone();
        match wrong.get_mut(answer) {
            Some(behind) => *behind = (behind.0 + weight, behind.1 + agents),
            None => wrong.push((weight, agents)),
        }
        wrong.sort_unstable_by(|a, b| b.cmp(a));
        Self { right: self.right, wrong }
    }
}
