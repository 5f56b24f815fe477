//! How often the cross-check rejects, by exact sums over the counts that it accepts.
//!
//! Its rule is written here a second time, from its definition: at a false-alarm rate α, and with m = 3 outcomes
//! compared, a count is rejected when N·KL(q̂‖q) > ln(2m/α). Nothing of either engine and nothing of `crosscheck` is
//! called.

use std::ops::RangeInclusive;

/// The check of three outcomes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    threshold: f64,
}

impl Rule {
    /// The rule at this false-alarm rate.
    pub(crate) fn at(false_alarm_rate: f64) -> Self {
        Self { threshold: (6.0 / false_alarm_rate).ln() }
    }

    /// The counts of an outcome of this probability that are not rejected: N·KL falls towards the expected count and
    /// rises beyond it.
    pub(crate) fn accepted(self, trials: u64, probability: f64) -> RangeInclusive<u64> {
        let accepts = |count| divergence(count, trials, probability) <= self.threshold;
        let expected = (trials as f64 * probability).round() as u64;
        let lowest = first(0..=expected, accepts);
        let rejected = first(expected..=trials, |count| !accepts(count));
        lowest..=rejected - 1
    }

    /// The probability that three counts are not rejected against the `exact` outcome, if `draws` are made by `law`
    /// and each is counted `copies` times, as if it were as many of the `trials`.
    pub(crate) fn missed(self, trials: u64, exact: [f64; 3], draws: u64, law: [f64; 3], copies: u64) -> f64 {
        let [correct, abstain, wrong] = exact.map(|probability| {
            let counts = self.accepted(trials, probability);
            counts.start().div_ceil(copies)..=counts.end() / copies
        });
        let silent = if law[1] == 0.0 { 0.0 } else { law[1] / (law[1] + law[2]) };
        let given = |left: u64| {
            let fewest = left.saturating_sub(*wrong.end()).max(*abstain.start());
            let most = left.checked_sub(*wrong.start()).map(|most| most.min(*abstain.end()));
            most.map_or(0.0, |most| (fewest..=most).map(|count| binomial(left, count, silent)).sum())
        };
        let correct = *correct.start()..=draws.min(*correct.end());
        correct.map(|count| binomial(draws, count, law[0]) * given(draws - count)).sum()
    }
}

/// N·KL of the share of a count from a probability.
fn divergence(count: u64, trials: u64, probability: f64) -> f64 {
    let term = |count: u64, probability: f64| match count {
        0 => 0.0,
        _ => count as f64 * (count as f64 / (trials as f64 * probability)).ln(),
    };
    term(count, probability) + term(trials - count, 1.0 - probability)
}

/// The first number of a range that `holds`, or the one after it; from the first on, it holds for all.
fn first(range: RangeInclusive<u64>, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (*range.start(), range.end() + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// P(X = count) for X ~ Bin(trials, probability). The logarithms of factorials are right to 10⁻¹⁶ of themselves, so
/// this is to 10⁻⁶ of itself for up to 10⁸ trials.
pub(crate) fn binomial(trials: u64, count: u64, probability: f64) -> f64 {
    let power = |base: f64, exponent: u64| if exponent == 0 { 0.0 } else { exponent as f64 * base.ln() };
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    let ways = ln_factorial(trials) - ln_factorial(count) - ln_factorial(trials - count);
    (ways + power(probability, count) + power(1.0 - probability, trials - count)).exp()
}

/// So many of the replicas were seen as a right prediction gives, but with at most this probability (Chernoff, both
/// sides).
pub(crate) fn assert_as_often_as_predicted(what: &str, seen: u64, replicas: u64, predicted: f64, alarm: f64) {
    let statistic = divergence(seen, replicas, predicted);
    assert!(
        statistic <= (2.0 / alarm).ln(),
        "{what}: {seen} of {replicas}, where {predicted:.4} of them are predicted"
    );
}
