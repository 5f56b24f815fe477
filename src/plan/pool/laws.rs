//! What agents vote, given what they share: the law of the numbers of right and of wrong votes of every team.
//!
//! # Implementation
//! A team's law is that of the same team without its first agent, and one more vote: so all teams take one pass over
//! the subsets.

use super::nodes::Node;
use crate::scenario::{Failures, Filter, Scenario, WrongAnswers};

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
    /// P(one wrong answer has k votes or more), by the number of wrong votes and k.
    leads: Vec<Vec<f64>>,
    /// What a plurality comes to, by the numbers of right and of wrong votes; empty where it is not asked for.
    most: Vec<Vec<Vote>>,
}

impl Votes {
    pub(super) fn new(scenario: &Scenario, agents: usize, with_plurality: bool) -> Self {
        let Filter { accepts_correct, accepts_wrong } = scenario.filter().unwrap_or(Filter::new(1.0, 1.0));
        let Failures { hallucination, corruption, crash, wrong_answers } = *scenario.failures();
        let share = hallucination / (hallucination + corruption + crash);
        let leads = (0..=agents).map(|wrong| leads(wrong, wrong_answers)).collect();
        let of_right =
            |right: usize| (0..=agents - right).map(|wrong| most(right, wrong, wrong_answers)).collect();
        let most = if with_plurality { (0..=agents).map(of_right).collect() } else { Vec::new() };
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
                    mass * self.leads[wrong].get(quorum).copied().unwrap_or(0.0)
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

/// Returns P(one wrong answer has k votes or more) of `wrong` wrong votes for every k up to all of them; of k ≤ half of
/// them, where several may, an upper bound.
fn leads(wrong: usize, answers: WrongAnswers) -> Vec<f64> {
    (0..=wrong)
        .map(|votes| match answers {
            WrongAnswers::Open { .. } | WrongAnswers::Unequal { .. } => 0.0,
            WrongAnswers::Same => 1.0,
            WrongAnswers::Distinct => f64::from(u8::from(votes <= 1)),
            WrongAnswers::Among(answers) => {
                let share = 1.0 / answers as f64;
                let masses = (votes..=wrong).map(|k| {
                    combinations(wrong, k) * share.powi(k as i32) * (1.0 - share).powi((wrong - k) as i32)
                });
                (answers as f64 * masses.sum::<f64>()).min(1.0)
            }
        })
        .collect()
}

fn combinations(n: usize, k: usize) -> f64 {
    (0..k.min(n - k)).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
}

/// Returns what a plurality comes to with these numbers of votes.
fn most(right: usize, wrong: usize, answers: WrongAnswers) -> Vote {
    let of = |is_correct: bool, is_wrong: bool| Vote {
        failure: f64::from(u8::from(!is_correct)),
        wrong: f64::from(u8::from(is_wrong)),
    };
    match answers {
        WrongAnswers::Open { .. } | WrongAnswers::Unequal { .. } => of(false, false),
        WrongAnswers::Same => of(right > wrong, wrong > right),
        WrongAnswers::Distinct => of(right > usize::from(wrong > 0), wrong == 1 && right == 0),
        WrongAnswers::Among(answers) => {
            let factorial = |n: usize| (1..=n).fold(1.0, |product, i| product * i as f64);
            // P(no one of `answers` answers has `most` votes) of so many votes, times their number of ways.
            let below = |votes: usize, most: usize, of: u64| {
                power(&series(most, votes, answers), of)[votes] * factorial(votes)
            };
            let correct = if right == 0 { 0.0 } else { below(wrong, right, answers) };
            let alone = |votes: usize| {
                let others = below(wrong - votes, votes, answers - 1);
                answers as f64 * combinations(wrong, votes) * (answers as f64).powi(-(votes as i32)) * others
            };
            Vote { failure: 1.0 - correct, wrong: (right + 1..=wrong).map(alone).sum() }
        }
    }
}

/// The series of one answer with fewer than `most` votes, Σ (x/m)ⁱ/i!, up to the power `degree`.
fn series(most: usize, degree: usize, answers: u64) -> Vec<f64> {
    let mut term = 1.0;
    (0..=degree)
        .map(|power| {
            let coefficient = if power < most { term } else { 0.0 };
            term /= answers as f64 * (power + 1) as f64;
            coefficient
        })
        .collect()
}

/// A series to a power, up to its own degree.
fn power(series: &[f64], mut exponent: u64) -> Vec<f64> {
    let times = |a: &[f64], b: &[f64]| -> Vec<f64> {
        (0..a.len()).map(|power| (0..=power).map(|i| a[i] * b[power - i]).sum()).collect()
    };
    let mut square = series.to_vec();
    let mut product = vec![0.0; series.len()];
    product[0] = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            product = times(&product, &square);
        }
        square = times(&square, &square);
        exponent /= 2;
    }
    product
}
