//! Interval of the difference of two simulated scenarios, which holds for every number of trials.
//!
//! *Common random numbers.* In a trial that both scenarios see, let D be 1 if only the second ends in the outcome, −1
//! if only the first does, and else 0, with probabilities u, v and 1 − s, s = u + v. The difference of the two
//! probabilities is d = u − v, the mean of D. By Chernoff's bound the probability that the mean x of N trials is as far
//! from d as it is, on its side, is at most e^(−N·I), I(x; d, s) = sup over λ of λx − ln(1 + u(e^λ − 1) + v(e^−λ − 1)).
//! Setting the derivative to zero gives a quadratic for z = e^λ, u(1−x)z² − x(1−s)z − v(1+x) = 0, whose positive root
//! it is. At given d the mean of e^λD grows with s, so I falls, and what holds for an upper limit of s holds for every
//! smaller s. A tenth of α goes to that limit, N·KL(ŝ‖s) ≤ ln(10/α), and the rest to the two sides of d, N·I ≤
//! ln(2/(0.9α)). This needs logarithms and one root. Nothing in it is asymptotic, so the coverage is at least the
//! confidence for every N.
//!
//! *Independent seeds.* Half of α goes to each scenario: the lower end of one minus the upper end of the other.
//!
//! Tried, and wider: D as any variable in [−1, 1] (Hoeffding 1963), which cannot see that most trials do not differ;
//! and an interval for each of u and v, up to √2 as wide.

use super::bound::boundary;
use super::interval::interval;
use crate::outcome::{Interval, Outcome, PairedEstimate};

/// Share of α that goes to the limit of s.
const FOR_DISCORDANT: f64 = 0.1;

/// Confidence interval of P(outcome) of the second scenario minus that of the first.
///
/// With common random numbers, it is narrow where the two differ in few trials. It covers the true difference with at
/// least this confidence for every number of trials; without trials it is [−1, 1].
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::{KOfN, Majority}};
/// use kofn::{Outcome, crosscheck, monte_carlo};
/// let agents = || Agents::identical(5, 0.23);
/// let (first, second) = (Scenario::new(agents(), Majority)?, Scenario::new(agents(), KOfN { k: 4 })?);
/// let pair = monte_carlo::simulate_pair(&first, &second, monte_carlo::SimulationOptions::new(1_000_000, 42))?;
/// let interval = crosscheck::difference_interval(&pair, Outcome::Correct, 0.99);
/// let exact = -10.0 * 0.77_f64.powi(3) * 0.23_f64.powi(2); // three of five are correct
/// assert!(interval.contains(exact) && interval.half_width() < 0.00165);
/// # Ok::<(), kofn::SimulationError>(())
/// ```
pub fn difference_interval(pair: &PairedEstimate, outcome: Outcome, confidence: f64) -> Interval {
    let Some(joint) = &pair.joint else { return of_independent(pair, outcome, confidence) };
    let (only_first, only_second) = joint.only(outcome);
    of_discordant(only_first, only_second, pair.first.trials, confidence)
}

fn of_independent(pair: &PairedEstimate, outcome: Outcome, confidence: f64) -> Interval {
    let [first, second] = [&pair.first, &pair.second].map(|estimate| {
        interval(estimate.counts.of(outcome), estimate.trials, 1.0 - 0.5 * (1.0 - confidence))
    });
    Interval { low: second.low - first.high, high: second.high - first.low }
}

fn of_discordant(only_first: u64, only_second: u64, trials: u64, confidence: f64) -> Interval {
    if trials == 0 {
        return Interval { low: -1.0, high: 1.0 };
    }
    let doubt = 1.0 - confidence;
    // A two-sided interval of twice the doubt has the doubt on the one side that is used.
    let discordant = interval(only_first + only_second, trials, 1.0 - 2.0 * FOR_DISCORDANT * doubt).high;
    let allowed = libm::log(2.0 / ((1.0 - FOR_DISCORDANT) * doubt));
    let trials = trials as f64;
    let mean = (only_second as f64 - only_first as f64) / trials;
    let inside = |difference: f64| trials * rate(mean, difference, discordant) <= allowed;
    Interval { low: boundary(mean, -discordant, inside), high: boundary(mean, discordant, inside) }
}

/// I(x; d, s); infinite where x is impossible.
fn rate(x: f64, difference: f64, discordant: f64) -> f64 {
    let (u, v) = (0.5 * (discordant + difference).max(0.0), 0.5 * (discordant - difference).max(0.0));
    if x == 0.0 {
        return -libm::log1p(2.0 * libm::sqrt(u * v) - discordant);
    }
    // The same with both swapped.
    let (x, u, v) = if x < 0.0 { (-x, v, u) } else { (x, u, v) };
    if u == 0.0 || x >= 1.0 {
        return -libm::log(u);
    }
    let (square, linear, constant) = (u * (1.0 - x), x * (1.0 - discordant).max(0.0), v * (1.0 + x));
    let z = (linear + libm::sqrt(linear * linear + 4.0 * square * constant)) / (2.0 * square);
    if z == 0.0 {
        return f64::INFINITY; // only the second is left, and not every trial was in it
    }
    // 1/z − 1 loses nothing like this.
    x * libm::log(z) - libm::log1p(u * (z - 1.0) + v * (1.0 - z) / z)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Counts, Estimate, JointCounts};

    /// (u, v): probabilities that only the second, and only the first, ends in the outcome.
    const LAWS: [(f64, f64); 9] = [
        (0.0, 0.0),
        (0.0, 0.2),
        (0.01, 0.0),
        (0.02, 0.03),
        (0.3, 0.1),
        (0.25, 0.25),
        (0.5, 0.5),
        (0.9, 0.05),
        (1.0, 0.0),
    ];

    fn ln_factorial(n: u64) -> f64 {
        (1..=n).map(|i| (i as f64).ln()).sum()
    }

    /// By all outcomes of N trials: it covers with its confidence, and where trials differ it misses now and then.
    #[test]
    fn the_interval_covers() {
        for (u, v) in LAWS {
            for trials in [1_u64, 7, 40, 120] {
                let mut missed = 0.0;
                for up in 0..=trials {
                    for down in 0..=trials - up {
                        let rest = trials - up - down;
                        let power = |p: f64, n: u64| if n == 0 { 0.0 } else { n as f64 * p.ln() };
                        let ln_ways =
                            ln_factorial(trials) - ln_factorial(up) - ln_factorial(down) - ln_factorial(rest);
                        let probability =
                            (ln_ways + power(u, up) + power(v, down) + power(1.0 - u - v, rest)).exp();
                        let Interval { low, high } = of_discordant(down, up, trials, 0.9);
                        // A difference at the end itself is covered, but for rounding.
                        let covered = (low - 1e-12..=high + 1e-12).contains(&(u - v));
                        missed += if covered || probability.is_nan() { 0.0 } else { probability };
                    }
                }
                assert!(missed <= 0.1, "{u} {v} {trials}: {missed}");
                // Chernoff's bound loses a factor of five where a normal law is near, and the limit of s another four
                // with so few trials.
                assert!(u * v < 0.05 || trials < 120 || missed > 0.002, "{u} {v}: {missed}");
            }
        }
    }

    /// The supremum over λ, found on a grid: the root of the quadratic gives no less, and no more than the grid leaves
    /// room for.
    #[test]
    fn the_rate_is_the_supremum() {
        for (u, v) in LAWS {
            for x in [-1.0, -0.7, -0.2, 0.0, 1e-3, 0.4, 0.99, 1.0] {
                let at = |l: f64| l * x - (1.0 - u - v + u * l.exp() + v * (-l).exp()).ln();
                let grid = (-6000..=6000).map(|i| at(f64::from(i) * 0.005));
                let largest = grid.filter(|value| !value.is_nan()).fold(0.0, f64::max);
                let found = rate(x, u - v, u + v);
                if found == f64::INFINITY {
                    assert_eq!(largest, at(-30.0).max(at(30.0)), "no end is in sight: {u} {v} {x}");
                } else {
                    // Between grid points the supremum is missed by half a square of half a step at most, times a
                    // variance of one.
                    assert!(
                        (largest - 1e-12..=largest + 4e-6).contains(&found),
                        "{u} {v} {x}: {found} {largest}"
                    );
                }
            }
        }
    }

    fn pair(numbers: [[u64; 3]; 3], common: bool) -> PairedEstimate {
        let joint = JointCounts(numbers);
        let of = |counts: Counts| Estimate { trials: counts.total(), seed: 1, counts, partial: false };
        PairedEstimate {
            first: of(joint.first()),
            second: of(joint.second()),
            joint: common.then_some(joint),
        }
    }

    /// A million trials of which three in a thousand differ: 0.0012 wide, where independent ones would be 0.006.
    #[test]
    fn few_discordant_trials_make_a_narrow_interval() {
        let numbers = [[500_000, 1000, 0], [2000, 497_000, 0], [0; 3]];
        let width = |common| {
            let Interval { low, high } = difference_interval(&pair(numbers, common), Outcome::Correct, 0.99);
            assert!(low < 0.001 && 0.001 < high);
            high - low
        };
        // The normal law's width of 2·2.576·√(0.003/10⁶) is the least that there can be.
        assert!((2.8e-4..4e-4).contains(&width(true)), "{}", width(true));
        assert!(width(false) > 10.0 * width(true), "{}", width(false));
    }

    #[test]
    fn no_trials_say_nothing_and_equal_ones_little() {
        let everything = Interval { low: -1.0, high: 1.0 };
        assert_eq!(difference_interval(&pair([[0; 3]; 3], true), Outcome::Wrong, 0.99), everything);
        assert_eq!(difference_interval(&pair([[0; 3]; 3], false), Outcome::Wrong, 0.99), everything);
        let Interval { low, high } = difference_interval(
            &pair([[1000, 0, 0], [0, 1000, 0], [0, 0, 1000]], true),
            Outcome::Abstain,
            0.99,
        );
        assert!(low < 0.0 && high == -low);
    }
}
