//! Do the two engines agree, and how small a bias would have been seen?
//!
//! *Invariant:* this module sees neither engine, only what they hand over, and owes the closed forms nothing: it needs
//! logarithms and no special function.
//!
//! For N trials with success probability q, the probability that the observed share is as far from q as q̂, on the same side, is at
//! most e^(−N·KL(q̂‖q)) for every N (Chernoff 1952, Hoeffding 1963), where
//! KL(q̂‖q) = q̂ ln(q̂/q) + (1−q̂) ln((1−q̂)/(1−q)). So rejecting when N·KL > ln(2m/α), for m comparisons with two sides each, alarms falsely
//! with probability at most α in the whole family. It is not asymptotic: it holds for rare outcomes and for few trials.
//!
//! # What is caught
//!
//! A shift of a probability q by this much is missed with a probability of at most 0.001, at α = 10⁻⁹, in so many trials; of half as much more often than
//! not:
//!
//! | q | 2²⁰ trials | 2²⁴ | 2³⁰ |
//! |---|---|---|---|
//! | 0.5 | 5.1e-3 | 1.3e-3 | 1.6e-4 |
//! | 0.1 | 3.1e-3 | 7.6e-4 | 9.5e-5 |
//! | 0.01 | 1.0e-3 | 2.5e-4 | 3.2e-5 |
//! | 0.001 | 3.4e-4 | 8.2e-5 | 1.0e-5 |
//!
//! `tests/false_alarms.rs` computes this table, and holds both error rates against exact sums; the tests in `src/sabotage` break kernels, which are caught as often as those
//! predict.
//!
//! # Rare events
//!
//! Weights of trials in which a rare event was made likely are no zeros and ones, but in parts of the largest they are numbers in [0, 1],
//! and for the mean of any such numbers the same bound holds (Hoeffding 1963).

mod bound;
mod difference;
mod interval;
mod verdict;

pub use bound::statistic;
pub(crate) use bound::{boundary, divergence};
pub use difference::difference_interval;
pub use interval::{interval, rare_interval};
pub use verdict::{
    Comparison, FALSE_ALARM_RATE, RareComparison, Verdict, compare, compare_with_rare, is_too_rare,
};
