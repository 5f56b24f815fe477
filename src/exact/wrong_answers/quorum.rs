//! Whether a wrong answer has a quorum of more than half of all agents.
//!
//! # Accuracy
//! Sums of products of positive numbers; where P(no quorum) is above 10⁻⁸ it is one minus P(quorum), which keeps all
//! but eight of 29 digits.
//!
//! # Testing
//! Both ways to P(no quorum) against each other in this file; against seating voter by voter in
//! `tests/reference/wrong_answers.csv`, and set partitions in `tests/oracle`.
//!
//! # Implementation
//! Two answers cannot both have more than half of all agents, so that P(one has the quorum k) is the expected number of
//! answers with k votes or more. From w wrong agents to the next it grows by that of answers with k − 1 votes, times
//! the probability (k − 1 − a)/(w + θ) that the next agent gives the same: a sum, in constant time for each w. Where
//! its complement cancels, P(no quorum) comes from the partitions without a block of size k: for an unlimited number of
//! answers in one pass over the square of their number, for m answers as an m-th power by squaring.

use super::partition::{Kind, Partition};
use super::{Answers, Picks, open};
use crate::exact::binomial::tails_double_double;
use crate::exact::chance::Chance;
use crate::exact::scaled::Scaled;

/// A difference keeps its precision while it is at least this.
const CANCELLED: f64 = 1e-8;

/// The probabilities that a wrong answer has a quorum, and that none has, by the number of wrong votes.
pub(crate) struct WrongQuorum {
    pub reached: Vec<Scaled>,
    pub missed: Vec<Scaled>,
}

impl WrongQuorum {
    /// Returns them for up to `votes` wrong votes, fewer than twice the quorum, which is at least one.
    pub(crate) fn new(quorum: u64, votes: u64, answers: Answers) -> Self {
        let reached = match answers {
            Answers::Picked(picks) => (0..=votes).map(|votes| of_picks(quorum, votes, picks)).collect(),
            Answers::Partitioned(law) => of_partition(quorum, votes, law),
        };
        let missed: Vec<Scaled> = reached.iter().map(|&reached| Scaled::ONE - reached).collect();
        let is_kept = missed
            .iter()
            .zip(&reached)
            .all(|(missed, reached)| reached.is_zero() || missed.to_f64() > CANCELLED);
        let missed = if is_kept { missed } else { none_reaches(quorum, votes, answers) };
        Self { reached, missed }
    }
}

/// P(a wrong answer has the quorum) where each agent picks by itself.
fn of_picks(quorum: u64, votes: u64, picks: Picks) -> Scaled {
    let needed = match picks {
        Picks::Same => quorum,
        Picks::Distinct if quorum == 1 => 1,
        Picks::Distinct => u64::MAX,
        Picks::Among(count) => {
            let count = Scaled::from(count);
            let picked = Chance { yes: Scaled::ONE / count, no: (count - Scaled::ONE) / count };
            return tails_double_double(votes, picked, quorum).at_least * count;
        }
    };
    if votes >= needed { Scaled::ONE } else { Scaled::ZERO }
}

/// P(a wrong answer has the quorum) by the number of votes.
fn of_partition(quorum: u64, votes: u64, law: Partition) -> Vec<Scaled> {
    let mut reached = vec![Scaled::ZERO; quorum.min(votes + 1) as usize];
    if quorum == 1 {
        // The first vote is an answer's.
        reached.extend((1..=votes).map(|_| Scaled::ONE));
        return reached;
    }
    let repeats = law.one_less + Scaled::from(quorum - 2);
    let mut sum = Scaled::ZERO;
    for (wrong, nearly) in (quorum - 1..votes).zip(law.expected_answers(quorum - 1)) {
        sum += nearly * repeats / law.theta_and(wrong);
        reached.push(sum);
    }
    reached
}

/// P(no wrong answer has the quorum) as a sum of its own terms.
fn none_reaches(quorum: u64, votes: u64, answers: Answers) -> Vec<Scaled> {
    match answers {
        Answers::Partitioned(law) => match law.kind {
            Kind::Open { .. } => open::none_reaches(quorum, votes, law),
            Kind::Finite { answers, kappa } => {
                let sizes = series(quorum, votes, |i| (kappa + Scaled::from(i)) / Scaled::from(i + 1));
                let total = Scaled::from(answers) * kappa;
                of_power(&sizes, answers, |w| Scaled::from(w) / (total + Scaled::from(w - 1)))
            }
        },
        Answers::Picked(Picks::Among(answers)) => {
            let share = Scaled::ONE / Scaled::from(answers);
            let sizes = series(quorum, votes, |i| share / Scaled::from(i + 1));
            of_power(&sizes, answers, Scaled::from)
        }
        Answers::Picked(picks) => (0..=votes)
            .map(|votes| if of_picks(quorum, votes, picks).is_zero() { Scaled::ONE } else { Scaled::ZERO })
            .collect(),
    }
}

/// The series of one answer below the quorum, up to a degree; `ratio` leads from one coefficient to the next.
fn series(quorum: u64, degree: u64, ratio: impl Fn(u64) -> Scaled) -> Vec<Scaled> {
    let next = |&(i, term): &(u64, Scaled)| Some((i + 1, term * ratio(i)));
    let terms = std::iter::successors(Some((0, Scaled::ONE)), next);
    let coefficient = |(i, term): (u64, Scaled)| if i < quorum { term } else { Scaled::ZERO };
    terms.take(degree as usize + 1).map(coefficient).collect()
}

/// The coefficients of a power of a series, times the ways of so many votes, which grow by `more`.
fn of_power(series: &[Scaled], mut exponent: u64, more: impl Fn(u64) -> Scaled) -> Vec<Scaled> {
    let mut square = series.to_vec();
    let mut power = vec![Scaled::ZERO; series.len()];
    power[0] = Scaled::ONE;
    while exponent > 0 {
        if exponent % 2 == 1 {
            power = product(&power, &square);
        }
        exponent /= 2;
        if exponent > 0 {
            square = product(&square, &square);
        }
    }
    let mut ways = Scaled::ONE;
    for (w, coefficient) in (1..).zip(&mut power[1..]) {
        ways *= more(w);
        *coefficient *= ways;
    }
    power
}

/// The product of two series, up to their degree.
fn product(a: &[Scaled], b: &[Scaled]) -> Vec<Scaled> {
    (0..a.len()).map(|k| (0..=k).map(|i| a[i] * b[k - i]).sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::relative;
    use crate::scenario::WrongAnswers::{self, Among, Open, Unequal};

    /// A difference may have lost eight digits of 29, and n · 2⁻¹⁰⁰ are lost on either way.
    #[test]
    fn both_ways_to_no_quorum_agree() {
        let laws: [WrongAnswers; 6] = [
            Open { collision: 0.4, discount: 0.0 },
            Open { collision: 0.05, discount: 0.9 },
            Open { collision: 0.999, discount: 0.3 },
            Unequal { answers: 2, collision: 0.7 },
            Unequal { answers: 1_000_000, collision: 0.2 },
            Among(3),
        ];
        for law in laws {
            for (quorum, votes) in [(1, 1), (2, 3), (6, 11), (31, 60), (60, 60)] {
                let WrongQuorum { reached, .. } = WrongQuorum::new(quorum, votes, law.into());
                for (reached, missed) in reached.into_iter().zip(none_reaches(quorum, votes, law.into())) {
                    let error = relative(Scaled::ONE - reached, missed) * missed.to_f64();
                    assert!(error < 1e-28, "{law:?} {quorum} of {votes}: {error:e}");
                }
            }
        }
    }
}
