//! What broken kernels draw: small exact sums that call nothing of either engine.

use std::cmp::Ordering;

/// How many agents are correct: entry i is the probability of i.
pub(super) type Law = Vec<f64>;

/// Independent agents that each fail with this rate.
pub(super) fn independent(agents: usize, rate: f64) -> Law {
    (0..agents).fold(vec![1.0], |law, _| both(&law, &[rate, 1.0 - rate]))
}

/// The agents of two laws together.
pub(super) fn both(one: &[f64], other: &[f64]) -> Law {
    let mut sum = vec![0.0; one.len() + other.len() - 1];
    for (i, p) in one.iter().enumerate() {
        for (j, q) in other.iter().enumerate() {
            sum[i + j] += p * q;
        }
    }
    sum
}

/// Agents of whom two always do the same.
pub(super) fn with_a_pair(agents: usize, rate: f64) -> Law {
    both(&independent(agents - 2, rate), &[rate, 0.0, 1.0 - rate])
}

/// Agents whose failures have this correlation, by Pólya's urn: after i agents of whom k failed the next fails with
/// probability (f(1−ρ) + kρ)/(1−ρ + iρ).
pub(super) fn beta_binomial(agents: usize, rate: f64, correlation: f64) -> Law {
    let mut failures = vec![1.0];
    for drawn in 0..agents {
        let mut next = vec![0.0; drawn + 2];
        for (failed, probability) in failures.iter().enumerate() {
            let fails = (rate * (1.0 - correlation) + failed as f64 * correlation)
                / (1.0 - correlation + drawn as f64 * correlation);
            next[failed + 1] += probability * fails;
            next[failed] += probability * (1.0 - fails);
        }
        failures = next;
    }
    failures.reverse();
    failures
}

/// A group of agents drawn by a byte-table decoder without its second level: what the first leaves undecided is drawn
/// by what the second would have left undecided.
pub(super) fn without_the_second_level(agents: usize, rate: f64) -> Law {
    let failures = |pattern: u32| pattern.count_ones() as i32;
    let patterns = 0..1_u32 << agents;
    let probability =
        |pattern| rate.powi(failures(pattern)) * (1.0 - rate).powi(agents as i32 - failures(pattern));
    let first: Vec<f64> = patterns.clone().map(|pattern| 256.0 * probability(pattern)).collect();
    let left: Vec<f64> = first.iter().map(|cells| cells.fract()).collect();
    let undecided: f64 = left.iter().sum();
    let third: Vec<f64> = left.iter().map(|left| (256.0 * left / undecided).fract()).collect();
    let rest: f64 = third.iter().sum();
    let mut law = vec![0.0; agents + 1];
    for pattern in patterns {
        let at = pattern as usize;
        let drawn = (first[at].trunc() + undecided * third[at] / rest) / 256.0;
        law[agents - failures(pattern) as usize] += drawn;
    }
    law
}

/// P(at least this many).
pub(super) fn at_least(law: &[f64], quorum: usize) -> f64 {
    law[quorum..].iter().rev().sum()
}

/// Correct with a quorum, otherwise wrong. The latter is summed, not subtracted from one.
pub(super) fn decided(law: &[f64], quorum: usize) -> [f64; 3] {
    [at_least(law, quorum), 0.0, law[..quorum].iter().sum()]
}

/// A plurality of agents that fail with this rate, where wrong answers repeat each other: correct, abstain and wrong,
/// if each wrong vote counts so many times, but not where more than half of all are correct. Agents are seated one
/// after the other.
pub(super) fn plurality(
    agents: usize,
    rate: f64,
    (collision, discount): (f64, f64),
    times: usize,
) -> [f64; 3] {
    let concentration = (1.0 - discount) / collision - 1.0;
    let mut outcomes = [0.0; 3];
    let mut partitions = vec![(Vec::new(), 1.0)];
    for (wrong, of_wrong) in independent(agents, 1.0 - rate).into_iter().enumerate() {
        for (blocks, probability) in &partitions {
            let most = times * blocks.iter().copied().max().unwrap_or(0);
            let leaders = blocks.iter().filter(|votes| times * **votes == most).count();
            let outcome = match (agents - wrong).cmp(&most) {
                _ if 2 * wrong < agents => 0,
                Ordering::Greater => 0,
                Ordering::Less if leaders == 1 => 2,
                Ordering::Less | Ordering::Equal => 1,
            };
            outcomes[outcome] += of_wrong * probability;
        }
        partitions = seated(&partitions, wrong as f64 + concentration, discount);
    }
    outcomes
}

/// Partitions with one more agent, whose weights sum to `all`.
fn seated(partitions: &[(Vec<usize>, f64)], all: f64, discount: f64) -> Vec<(Vec<usize>, f64)> {
    let mut next = std::collections::BTreeMap::<Vec<usize>, f64>::new();
    for (blocks, probability) in partitions {
        for (place, votes) in blocks.iter().enumerate() {
            let mut repeated = blocks.clone();
            repeated[place] += 1;
            repeated.sort_unstable();
            *next.entry(repeated).or_default() += probability * (*votes as f64 - discount) / all;
        }
        let given: f64 = blocks.iter().map(|votes| *votes as f64 - discount).sum();
        let new = if blocks.is_empty() { 1.0 } else { (all - given) / all };
        *next.entry([&[1], blocks.as_slice()].concat()).or_default() += probability * new;
    }
    next.into_iter().collect()
}
