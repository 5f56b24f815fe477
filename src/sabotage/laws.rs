//! What broken kernels draw: small exact sums that call nothing of either engine.

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
