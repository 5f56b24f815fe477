//! The law of Pitman and Yor (1997) that makes the partitions of wrong agents most likely.
//!
//! A task on which w agents gave k wrong answers, nᵢ of them the i-th, has the likelihood
//!
//! ```text
//! ∏ (θ + i·a), i < k  ·  ∏ (1−a)(2−a)…(nᵢ−1−a)  /  (θ+1)(θ+2)…(θ+w−1),   θ + 1 = (1 − a)/c
//! ```
//!
//! and with m answers a = −κ and θ = mκ. So all that the log says are three lists of counts: how many tasks have more
//! than i wrong answers, more than i wrong
//! agents, and how many wrong answers have more than i agents.
//!
//! # Testing
//! On logs that are drawn from the law in `tests/heavy/fit_answers.rs`; the peak beside a grid in
//! `tests/logs/fit_answers.rs`.
//!
//! # Implementation
//! For each discount the score of t = (1 − a)/c has one root, which Newton's steps on ln(t − 1 + a) find between
//! bounds; the discount is searched for on a grid and then by golden sections. Neither end needs a limit: t − 1 + a = θ
//! + a is kept, not t.

use super::shape::Shape;
use kofn::scenario::WrongAnswers;

/// What a log says of the law: counts of tasks, or means where runs are drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Partitions {
    /// At i − 1: tasks with more than i wrong answers.
    answers: Vec<f64>,
    /// At i − 1: tasks with more than i wrong agents.
    agents: Vec<f64>,
    /// At i − 1: wrong answers of more than i agents.
    sizes: Vec<f64>,
}

/// Maximum-likelihood estimate of the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    pub(super) collision: f64,
    pub(super) discount: f64,
    /// How many answers there are; `None` for answers without end.
    pub(super) answers: Option<u64>,
    pub(super) log_likelihood: f64,
}

impl Peak {
    /// All wrong agents agree, or no two do.
    fn corner(collision: f64) -> Self {
        Self { collision, discount: 0.0, answers: None, log_likelihood: 0.0 }
    }

    /// The law in a scenario.
    pub(super) fn wrong_answers(self) -> WrongAnswers {
        let Self { collision, discount, answers, .. } = self;
        match (collision, answers) {
            (0.0, _) => WrongAnswers::Distinct,
            (1.0, _) => WrongAnswers::Same,
            (_, None) => WrongAnswers::Open { collision, discount },
            (_, Some(answers)) => WrongAnswers::Unequal { answers, collision },
        }
    }
}

impl Partitions {
    /// Counts for at most so many wrong agents on a task.
    pub(super) fn width(most: usize) -> usize {
        3 * most.saturating_sub(1)
    }

    /// Adds a task of this shape, `weight` times, to a row of [that](Self::width) many counts.
    pub(super) fn add(row: &mut [f64], shape: &Shape, weight: f64) {
        let third = row.len() / 3;
        let (answers, rest) = row.split_at_mut(third);
        let (agents, sizes) = rest.split_at_mut(third);
        let count = |counts: &mut [f64], beyond: usize| {
            counts.iter_mut().take(beyond.saturating_sub(1)).for_each(|count| *count += weight);
        };
        count(answers, shape.wrong.len());
        count(agents, shape.voting_wrong() as usize);
        shape.wrong.iter().for_each(|&size| count(sizes, size as usize));
    }

    /// The counts of such a row.
    pub(super) fn of(row: &[f64]) -> Self {
        let third = row.len() / 3;
        let part = |from: usize| row[from * third..(from + 1) * third].to_vec();
        Self { answers: part(0), agents: part(1), sizes: part(2) }
    }

    /// Tasks with so many wrong agents or more, at least two.
    pub(super) fn tasks_with(&self, wrong: usize) -> f64 {
        self.agents.get(wrong.saturating_sub(2)).copied().unwrap_or(0.0)
    }

    /// The most likely law; `None` where no task has two wrong agents.
    pub(super) fn peak(&self) -> Option<Peak> {
        let sum = |counts: &[f64]| counts.iter().sum::<f64>();
        if self.tasks_with(2) <= 0.0 {
            return None;
        }
        if sum(&self.answers) <= 0.0 {
            return Some(Peak::corner(1.0));
        }
        if sum(&self.sizes) <= 0.0 {
            return Some(Peak::corner(0.0));
        }
        if self.tasks_with(3) <= 0.0 {
            return Some(self.given(0.0));
        }
        let starts = (0..GRID).map(|place| place as f64 / GRID as f64);
        let best = starts.max_by(|one, other| {
            self.given(*one).log_likelihood.total_cmp(&self.given(*other).log_likelihood)
        });
        let best = best.unwrap_or(0.0);
        let step = 1.0 / GRID as f64;
        let inside = self.golden_section((best - step).max(0.0), best + step);
        let corner = self.given(0.0);
        if corner.log_likelihood < inside.log_likelihood {
            return Some(inside);
        }
        // More even than any answers without end: perhaps there are but some.
        let finite = self.finite();
        let is_better = finite.log_likelihood > corner.log_likelihood + FINITE_BY;
        Some(if is_better { finite } else { corner })
    }

    /// The best law with a number of answers, from as many as some task has: the first number that is better than the
    /// next one.
    fn finite(&self) -> Peak {
        let given = 1 + self.answers.iter().take_while(|tasks| **tasks > 0.0).count() as u64;
        let mut best = self.among(given.max(2));
        for answers in given.max(2) + 1..=MAX_ANSWERS {
            let next = self.among(answers);
            if next.log_likelihood <= best.log_likelihood {
                break;
            }
            best = next;
        }
        best
    }

    /// The best law with so many answers, m: with κ for each, by golden sections on ln κ.
    fn among(&self, answers: u64) -> Peak {
        let number = answers as f64;
        let at = |ln: f64| {
            let kappa = libm::exp(ln);
            let log_likelihood = logarithms(&self.answers, |i| (number - i) * kappa)
                + logarithms(&self.sizes, |i| i + kappa)
                - logarithms(&self.agents, |i| number * kappa + i);
            let collision = (1.0 + kappa) / (1.0 + number * kappa);
            Peak { collision, discount: 0.0, answers: Some(answers), log_likelihood }
        };
        let inner = 0.5 * (libm::sqrt(5.0) - 1.0);
        let (mut low, mut high) = (-LARGEST_LN_KAPPA, LARGEST_LN_KAPPA);
        while high - low > LN_KAPPA_TOLERANCE {
            let (first, second) = (high - inner * (high - low), low + inner * (high - low));
            if at(first).log_likelihood >= at(second).log_likelihood { high = second } else { low = first }
        }
        at(0.5 * (low + high))
    }

    /// The best law with a discount between these.
    fn golden_section(&self, mut low: f64, mut high: f64) -> Peak {
        let inner = 0.5 * (libm::sqrt(5.0) - 1.0);
        let at = |low: f64, high: f64, share: f64| self.given(low + share * (high - low));
        let (mut first, mut second) = (at(low, high, 1.0 - inner), at(low, high, inner));
        while high - low > DISCOUNT_TOLERANCE {
            if first.log_likelihood >= second.log_likelihood {
                high = second.discount;
                second = first;
                first = at(low, high, 1.0 - inner);
            } else {
                low = first.discount;
                first = second;
                second = at(low, high, inner);
            }
        }
        if first.log_likelihood >= second.log_likelihood { first } else { second }
    }

    /// The best law with this discount.
    pub(super) fn given(&self, discount: f64) -> Peak {
        // u = θ + a > 0, in logarithms.
        let (mut low, mut high) = (-LARGEST_LN, LARGEST_LN);
        let mut ln = 0.0;
        for _ in 0..MAX_STEPS {
            let (score, slope) = self.score(discount, libm::exp(ln));
            if score > 0.0 {
                low = ln
            } else {
                high = ln
            }
            let newton = ln - score / slope;
            let next = if slope < 0.0 && low < newton && newton < high { newton } else { 0.5 * (low + high) };
            let is_end = (next - ln).abs() <= LN_TOLERANCE;
            ln = next;
            if is_end {
                break;
            }
        }
        let u = libm::exp(ln);
        let collision = (1.0 - discount) / (1.0 - discount + u);
        Peak { collision, discount, answers: None, log_likelihood: self.ln_likelihood(discount, u) }
    }

    /// First and second derivatives of the log-likelihood with respect to ln u.
    fn score(&self, discount: f64, u: f64) -> (f64, f64) {
        let part = |counts: &[f64], offset: &dyn Fn(f64) -> f64| {
            let shares = (1..).zip(counts).filter(|(_, count)| **count > 0.0);
            let terms = shares.map(|(i, count)| {
                let share = u / (u + offset(f64::from(i)));
                (count * share, count * share * (1.0 - share))
            });
            terms.fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1))
        };
        let answers = part(&self.answers, &|i| (i - 1.0) * discount);
        let agents = part(&self.agents, &|i| i - discount);
        (answers.0 - agents.0, answers.1 - agents.1)
    }

    fn ln_likelihood(&self, discount: f64, u: f64) -> f64 {
        logarithms(&self.answers, |i| u + (i - 1.0) * discount) + logarithms(&self.sizes, |i| i - discount)
            - logarithms(&self.agents, |i| u + i - discount)
    }
}

/// Σ count · ln value(i), from i = 1 on.
fn logarithms(counts: &[f64], value: impl Fn(f64) -> f64) -> f64 {
    let terms = (1..).zip(counts).filter(|(_, count)| **count > 0.0);
    terms.map(|(i, count)| count * libm::log(value(f64::from(i)))).sum()
}

/// A number of answers is told if its law is so much more likely, in logarithms, than that of answers without end.
const FINITE_BY: f64 = 2.0;
/// No larger number of answers is tried.
const MAX_ANSWERS: u64 = 64;
/// ln of the largest κ, and of the inverse of the smallest.
const LARGEST_LN_KAPPA: f64 = 12.0;
/// Tolerance of ln κ.
const LN_KAPPA_TOLERANCE: f64 = 1e-6;

/// Discounts that are tried before the best of them is improved.
const GRID: u32 = 8;
/// Tolerance of the discount.
const DISCOUNT_TOLERANCE: f64 = 1e-7;
/// ln of the largest θ + a, and of the inverse of the smallest.
const LARGEST_LN: f64 = 60.0;
/// Tolerance of ln(θ + a).
const LN_TOLERANCE: f64 = 1e-10;
const MAX_STEPS: usize = 100;
