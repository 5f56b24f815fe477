//! A plurality of k of the answers to a task, over all ways to draw k of them, without replacement.
//!
//! # Accuracy
//! Numbers of subsets are sums and products of positive terms: the relative error of a share is below 10⁻¹² at 1,000
//! answers.
//!
//! # Testing
//! Against an enumeration of all subsets in `tests/logs/fit_answers.rs`.
//!
//! # Implementation
//! The coefficient of xᵏ counts subsets of k. An answer that b agents gave contributes (1 + x)ᵇ cut off after xʲ⁻¹
//! where it stays below j votes, and C(b, j)·xʲ where it has j. Level by level of the leader's j votes, the product
//! over the answers is taken apart by how many of them have j: none, one, or several. Answers with fewer than j votes
//! in all are one binomial, so the levels of n answers take n·ln n steps of k² at most, however many subsets there are.

use super::shape::Shape;
use schemars::JsonSchema;
use serde::Serialize;

/// Probabilities, or observed shares, of what a plurality does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct PluralityShares {
    /// The right answer has more votes than any other.
    pub correct: f64,
    /// Several answers have the most votes, or nobody votes.
    pub abstain: f64,
    /// A wrong answer has more votes than any other.
    pub wrong: f64,
}

impl PluralityShares {
    pub(super) fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Self { correct: of(self.correct), abstain: of(self.abstain), wrong: of(self.wrong) }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        let Self { correct, abstain, wrong } = other;
        Self { correct: self.correct + correct, abstain: self.abstain + abstain, wrong: self.wrong + wrong }
    }

    pub(super) fn values(self) -> [f64; 3] {
        [self.correct, self.abstain, self.wrong]
    }

    pub(super) fn of([correct, abstain, wrong]: [f64; 3]) -> Self {
        Self { correct, abstain, wrong }
    }
}

/// Returns what a plurality of `k` of so many right, wrong and silent runs gives, the wrong ones by their answers:
/// correct, abstain and wrong; `None` for more than there are, or more ways to draw them than a double can count.
pub(crate) fn plurality_of_runs(right: u32, wrong: Vec<u32>, silent: u32, k: usize) -> Option<[f64; 3]> {
    let shape = Shape::new(right, wrong, silent);
    let shares = pluralities(&shape, k).get(k.checked_sub(1)?)?.values();
    shares.iter().all(|share| share.is_finite()).then_some(shares)
}

/// Returns what a plurality of 1, 2, … of these answers does, up to `most` or all of them.
pub(super) fn pluralities(shape: &Shape, most: usize) -> Vec<PluralityShares> {
    let most = most.min(shape.agents() as usize);
    let mut counts = Counts::new(shape, most);
    let largest = shape.wrong.first().copied().unwrap_or(0).max(shape.right) as usize;
    for votes in 1..=largest.min(most) {
        counts.add_level(shape, votes);
    }
    counts.shares(shape.agents())
}

/// Numbers of subsets of each size, by what the plurality does.
struct Counts {
    correct: Vec<f64>,
    abstain: Vec<f64>,
    wrong: Vec<f64>,
}

impl Counts {
    /// Subsets in which nobody votes.
    fn new(shape: &Shape, most: usize) -> Self {
        let none = vec![0.0; most + 1];
        Self { correct: none.clone(), abstain: binomials(shape.silent, most), wrong: none }
    }

    /// Adds the subsets whose leaders have so many votes.
    fn add_level(&mut self, shape: &Shape, votes: usize) {
        let is_below = |size: &u32| (*size as usize) < votes;
        let sizes = || shape.wrong.iter().chain([&shape.right]);
        let below = shape.silent + sizes().filter(|size| is_below(size)).sum::<u32>();
        let most = self.abstain.len() - 1;
        let mut leaders = Leaders::none(binomials(below, most));
        for &size in shape.wrong.iter().filter(|size| !is_below(size)) {
            leaders.add(&Answer::new(size, votes));
        }
        if is_below(&shape.right) {
            add(&mut self.wrong, &leaders.one, 0, 1.0);
            add(&mut self.abstain, &leaders.several, 0, 1.0);
            return;
        }
        let right = Answer::new(shape.right, votes);
        add(&mut self.correct, &leaders.none, votes, right.leads);
        add(&mut self.wrong, &times(&leaders.one, &right.stays_below), 0, 1.0);
        leaders.add(&right);
        add(&mut self.abstain, &leaders.several, 0, 1.0);
    }

    fn shares(self, agents: u32) -> Vec<PluralityShares> {
        let all = binomials(agents, self.abstain.len() - 1);
        let of = |k: usize| PluralityShares {
            correct: self.correct[k] / all[k],
            abstain: self.abstain[k] / all[k],
            wrong: self.wrong[k] / all[k],
        };
        (1..all.len()).map(of).collect()
    }
}

/// An answer at one level: how it stays below, and in how many ways it leads.
struct Answer {
    stays_below: Vec<f64>,
    leads: f64,
}

impl Answer {
    /// Of so many agents, with so many votes or fewer; it has as many agents at least.
    fn new(agents: u32, votes: usize) -> Self {
        let mut stays_below = binomials(agents, votes);
        let leads = stays_below.pop().unwrap_or(0.0);
        Self { stays_below, leads }
    }

    fn votes(&self) -> usize {
        self.stays_below.len()
    }
}

/// Subsets of some of the answers, by how many of these have the votes of the level; none has more.
struct Leaders {
    none: Vec<f64>,
    one: Vec<f64>,
    several: Vec<f64>,
}

impl Leaders {
    fn none(none: Vec<f64>) -> Self {
        let zero = vec![0.0; none.len()];
        Self { none, one: zero.clone(), several: zero }
    }

    fn add(&mut self, answer: &Answer) {
        let mut several = times(&self.several, &answer.stays_below);
        add(&mut several, &self.several, answer.votes(), answer.leads);
        add(&mut several, &self.one, answer.votes(), answer.leads);
        let mut one = times(&self.one, &answer.stays_below);
        add(&mut one, &self.none, answer.votes(), answer.leads);
        *self = Self { none: times(&self.none, &answer.stays_below), one, several };
    }
}

/// Adds the coefficients times `factor` times xˢʰⁱᶠᵗ, as far as there is room.
fn add(sum: &mut [f64], coefficients: &[f64], shift: usize, factor: f64) {
    for (sum, coefficient) in sum.iter_mut().skip(shift).zip(coefficients) {
        *sum += factor * coefficient;
    }
}

/// The product, cut off where the first factor is.
fn times(first: &[f64], second: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; first.len()];
    for (shift, &factor) in second.iter().enumerate() {
        add(&mut product, first, shift, factor);
    }
    product
}

/// C(n, 0), …, C(n, most): zero above n.
fn binomials(n: u32, most: usize) -> Vec<f64> {
    let next = |(coefficient, j): (f64, f64)| {
        let left = (f64::from(n) - j).max(0.0);
        (coefficient * left / (j + 1.0), j + 1.0)
    };
    std::iter::successors(Some((1.0, 0.0)), |&last| Some(next(last)))
        .take(most + 1)
        .map(|(coefficient, _)| coefficient)
        .collect()
}
