//! What agents vote, given what they share: the law of the numbers of right and of wrong votes of every team.
//!
//! # Implementation
//! A team's law is that of the same team without its first agent, and one more vote: so all teams take one pass over
//! the subsets.

use super::nodes::Node;
use crate::exact::GivenVotes;
use crate::scenario::scheme::Plurality;
use crate::scenario::{Failures, Filter, Scenario, WrongAnswers};
use crate::votes::Shares;

/// How a vote is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// An answer needs this many votes, more than half of all agents.
    Quorum(usize),
    /// One right answer is enough.
    Any,
    /// The answer with the most votes.
    Most,
}

/// Probabilities of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Vote {
    pub failure: f64,
    pub wrong: f64,
}

/// How agents vote where they fail, and what so many wrong votes come to.
pub(super) struct Votes {
    /// P(a right answer votes).
    right: f64,
    /// P(an agent that fails votes).
    wrong: f64,
    /// P(one wrong answer has the quorum), by the quorum less one and the number of wrong votes, fewer than twice it.
    leads: Vec<Vec<f64>>,
    /// What a plurality comes to, by the numbers of right and of wrong votes; empty where it is not asked for.
    most: Vec<Vec<Vote>>,
}

impl Votes {
    pub(super) fn new(scenario: &Scenario, agents: usize, plurality: Option<Plurality>) -> Self {
        let Filter { accepts_correct, accepts_wrong } = scenario.filter().unwrap_or(Filter::new(1.0, 1.0));
        let Failures { hallucination, corruption, crash, wrong_answers } = *scenario.failures();
        let share = hallucination / (hallucination + corruption + crash);
        let leads = (1..=agents).map(|quorum| leads(quorum, agents, wrong_answers)).collect();
        let most = plurality.map_or_else(Vec::new, |vote| most(agents, wrong_answers, vote));
        Self { right: accepts_correct, wrong: share * accepts_wrong, leads, most }
    }

    /// Returns the law of the numbers of votes for each team of `agents` that `is_wanted`, by its bits, in a case of
    /// what they share. Every part of a team that is wanted must be.
    pub(super) fn laws(&self, node: &Node, agents: usize, is_wanted: impl Fn(u32) -> bool) -> Vec<Law> {
        let joint = !self.most.is_empty();
        let mut laws: Vec<Law> = Vec::with_capacity(1 << agents);
        laws.push(Law::of_none(joint));
        for team in 1..1_u32 << agents {
            if !is_wanted(team) {
                laws.push(Law::default());
                continue;
            }
            let failing = node.failing[team.trailing_zeros() as usize];
            let (right, wrong) = ((1.0 - failing) * self.right, failing * self.wrong);
            let silent = (1.0 - failing) * (1.0 - self.right) + failing * (1.0 - self.wrong);
            let law = laws[(team & (team - 1)) as usize].with([right, wrong, silent]);
            laws.push(law);
        }
        laws
    }

    /// Returns the outcome of a team whose votes have this law.
    pub(super) fn outcome(&self, law: &Law, count: Count) -> Vote {
        let tail = |law: &[f64], from: usize| law.iter().skip(from).sum::<f64>();
        match count {
            Count::Any => Vote { failure: law.right[0], wrong: 0.0 },
            Count::Quorum(quorum) => {
                let led = |(wrong, mass): (usize, &f64)| {
                    mass * self.leads[quorum - 1].get(wrong).copied().unwrap_or(1.0)
                };
                Vote {
                    failure: law.right.iter().take(quorum).sum(),
                    wrong: law
                        .wrong
                        .iter()
                        .enumerate()
                        .skip(quorum)
                        .map(led)
                        .sum::<f64>()
                        .min(tail(&law.wrong, quorum)),
                }
            }
            Count::Most => {
                let mut vote = Vote::default();
                for (of_right, masses) in self.most.iter().zip(&law.joint) {
                    for (of, mass) in of_right.iter().zip(masses) {
                        vote.failure += mass * of.failure;
                        vote.wrong += mass * of.wrong;
                    }
                }
                vote
            }
        }
    }
}

/// The law of the votes of a team.
#[derive(Debug, Clone, Default)]
pub(super) struct Law {
    /// P(so many right votes).
    right: Vec<f64>,
    /// P(so many wrong votes).
    wrong: Vec<f64>,
    /// P(so many right ones and so many wrong ones), where that is needed.
    joint: Vec<Vec<f64>>,
}

impl Law {
    fn of_none(joint: bool) -> Self {
        Self { right: vec![1.0], wrong: vec![1.0], joint: if joint { vec![vec![1.0]] } else { Vec::new() } }
    }

    /// The same with one more agent, which is right, wrong and silent with these probabilities.
    fn with(&self, [right, wrong, silent]: [f64; 3]) -> Self {
        let more = |law: &[f64], yes: f64, no: f64| {
            let mut more = vec![0.0; law.len() + 1];
            for (votes, mass) in law.iter().enumerate() {
                more[votes] += mass * no;
                more[votes + 1] += mass * yes;
            }
            more
        };
        let agents = self.right.len();
        let mut joint = Vec::new();
        if !self.joint.is_empty() {
            joint = (0..=agents).map(|of_right| vec![0.0; agents - of_right + 1]).collect();
            for (of_right, masses) in self.joint.iter().enumerate() {
                for (of_wrong, mass) in masses.iter().enumerate() {
                    joint[of_right][of_wrong] += mass * silent;
                    joint[of_right + 1][of_wrong] += mass * right;
                    joint[of_right][of_wrong + 1] += mass * wrong;
                }
            }
        }
        Self {
            right: more(&self.right, right, wrong + silent),
            wrong: more(&self.wrong, wrong, right + silent),
            joint,
        }
    }
}

/// P(one wrong answer has the quorum) for each number of wrong votes of a vote in which the quorum is more than half.
fn leads(quorum: usize, agents: usize, answers: WrongAnswers) -> Vec<f64> {
    let voters = agents.min(2 * quorum - 1) as u64;
    let given = GivenVotes::of_quorum(answers, quorum as u64, false, voters);
    (0..=voters).map(|wrong| given.shares(0, wrong).wrong).collect()
}

/// What a plurality comes to, by the numbers of right and of wrong votes.
fn most(agents: usize, answers: WrongAnswers, vote: Plurality) -> Vec<Vec<Vote>> {
    let given = GivenVotes::of_plurality(answers, vote.ties, vote.min_votes, agents as u64);
    let of = |right: usize, wrong: usize| {
        let Shares { abstain, wrong, .. } = given.shares(right as u64, wrong as u64);
        Vote { failure: abstain + wrong, wrong }
    };
    (0..=agents).map(|right| (0..=agents - right).map(|wrong| of(right, wrong)).collect()).collect()
}
