//! Probability that the cross-check rejects, by exact sums over the counts that it accepts.
//!
//! The rule is written a second time, from its definition: at a false-alarm rate α with m = 3 outcomes, a count is
//! rejected if N·KL(q̂‖q) > ln(2m/α). Nothing here calls an engine or `crosscheck`.

use std::ops::RangeInclusive;

/// The check of three outcomes.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    threshold: f64,
}

impl Rule {
    /// The rule at this false-alarm rate.
    pub fn at(false_alarm_rate: f64) -> Self {
        Self { threshold: (6.0 / false_alarm_rate).ln() }
    }

    /// Counts of an outcome of this probability that are not rejected. N·KL decreases up to the expected count and
    /// increases beyond it.
    pub fn accepted(self, trials: u64, probability: f64) -> RangeInclusive<u64> {
        let accepts = |count| divergence(count, trials, probability) <= self.threshold;
        let expected = (trials as f64 * probability).round() as u64;
        let lowest = first(0..=expected, accepts);
        let rejected = first(expected..=trials, |count| !accepts(count));
        lowest..=rejected - 1
    }

    /// Probability that three counts are not rejected against the `exact` outcome if `draws` follow `law` and each is
    /// counted `copies` times to make up the `trials`.
    pub fn missed(self, trials: u64, exact: [f64; 3], draws: u64, law: [f64; 3], copies: u64) -> f64 {
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

/// N·KL(count/N ‖ probability).
fn divergence(count: u64, trials: u64, probability: f64) -> f64 {
    let term = |count: u64, probability: f64| match count {
        0 => 0.0,
        _ => count as f64 * (count as f64 / (trials as f64 * probability)).ln(),
    };
    term(count, probability) + term(trials - count, 1.0 - probability)
}

/// First number of a range for which `holds` is true, or the one after the range. It must hold from the first on.
fn first(range: RangeInclusive<u64>, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (*range.start(), range.end() + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// P(X = count) for X ~ Bin(trials, probability). The logarithms of factorials have a relative error of 10⁻¹⁶, so the
/// result has one of at most 10⁻⁶ for up to 10⁸ trials.
pub fn binomial(trials: u64, count: u64, probability: f64) -> f64 {
    let power = |base: f64, exponent: u64| if exponent == 0 { 0.0 } else { exponent as f64 * base.ln() };
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    let ways = ln_factorial(trials) - ln_factorial(count) - ln_factorial(trials - count);
    (ways + power(probability, count) + power(1.0 - probability, trials - count)).exp()
}

/// Asserts that `seen` of the replicas is consistent with the prediction. It fails for a right prediction with
/// probability at most `alarm` (Chernoff, both sides).
pub fn assert_as_often_as_predicted(what: &str, seen: u64, replicas: u64, predicted: f64, alarm: f64) {
    let statistic = divergence(seen, replicas, predicted);
    assert!(
        statistic <= (2.0 / alarm).ln(),
        "{what}: {seen} of {replicas}, where {predicted:.4} of them are predicted"
    );
}
