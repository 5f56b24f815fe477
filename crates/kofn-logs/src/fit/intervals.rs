//! Confidence intervals of a failure rate, from a number of failures among independent runs.
//!
//! # Accuracy
//! Within two units of 2⁻⁵² on the 365 rows of `tests/reference/intervals.csv`, Wilson's within one and a half: up to
//! 10¹³ runs, ends from 10⁻²⁹ to 1, confidences from 0.01 to 1 − 2⁻⁵². The bound that is tested is four units, at the
//! low and at the high end alike. For a rate near one that is no relative precision of its complement: ask for the
//! interval of the successes.
//!
//! # Testing
//! Against that table, which is proven in interval arithmetic; monotony, symmetry and the tails at the ends in
//! `tests/logs/fit_intervals.rs`. How often they hold the truth, in simulated runs and by the exact sum over all
//! numbers of failures, in `tests/heavy/fit_coverage.rs`: Clopper and Pearson's never less often than they say,
//! Wilson's at 95 % in 90.5 % of logs of 100 runs that fail at 0.001, and in 91.6 to 98 % at the other rates and
//! numbers tried.
//!
//! # Implementation
//! An end of Clopper and Pearson's interval is the rate f at which a tail of the binomial is α/2, the other tails of
//! which this crate computes to full relative precision. ln of a tail is a concave function of the log odds of f,
//! since a log-concave distribution that is cut off has a smaller variance; so Newton's steps on it come from one
//! side only. Its slope is x·(1−f)·P(X = x)/P(X ≥ x), where P(X = x) may be a difference of two tails: a slope needs
//! no more digits than that leaves. A bracket holds the steps where rounding ends them. The odds are multiplied by e
//! to the step, so that rates of any size keep their digits. An interval takes less than 0.1 ms.

use kofn::Interval;
use kofn::exact::{tails, two_sided_normal_quantile};
use kofn::scenario::{Error, Scenario};

/// The interval of Clopper and Pearson (1934) for the failure rate of independent runs: the rates at which neither
/// this many failures or more, nor this many or fewer, have a probability below α/2, α = 1 − `confidence`.
///
/// It holds the true rate with at least that confidence, whatever the rate is. Of runs that are repeated on the same
/// tasks it is too narrow: draw the tasks again with [`bootstrap`](super::bootstrap).
///
/// # Errors
/// `runs` outside 1 … 10¹³, more failures than runs, a confidence outside (0, 1).
///
/// ```
/// let interval = kofn_logs::fit::clopper_pearson(1, 1_000_000_000, 0.95)?;
/// assert!((interval.low / 2.531_780_798e-11 - 1.0).abs() < 1e-9);
/// assert!((interval.high / 5.571_643_378e-9 - 1.0).abs() < 1e-9);
/// // Never seen in n runs: below ln(2/α)/n.
/// assert!((kofn_logs::fit::clopper_pearson(0, 1000, 0.95)?.high - 0.003_682).abs() < 1e-6);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn clopper_pearson(failures: u64, runs: u64, confidence: f64) -> Result<Interval, Error> {
    check(failures, runs, confidence)?;
    let share = 0.5 * (1.0 - confidence);
    let near = wilson_ends(failures, runs, confidence);
    let end = |side, start| End { side, failures, runs, share }.solve(start);
    let low = match failures {
        0 => 0.0,
        _ if failures == runs => root(share, runs as f64),
        _ => end(Side::Low, near.low)?,
    };
    let high = match failures {
        0 => -libm::expm1(libm::log(share) / runs as f64),
        _ if failures == runs => 1.0,
        _ => end(Side::High, near.high)?,
    };
    Ok(Interval { low, high })
}

/// Wilson's interval (1927) for the failure rate f of independent runs: where |x/n − f| ≤ z·√(f(1−f)/n) for x
/// failures in n runs, z the normal quantile of 1 − α/2, α = 1 − `confidence`.
///
/// It holds the true rate with that confidence on average over rates that are not rare, and is shorter than
/// [`clopper_pearson`]. It is too narrow for repeated runs just so.
///
/// # Errors
/// `runs` outside 1 … 10¹³, more failures than runs, a confidence outside (0, 1).
///
/// ```
/// let interval = kofn_logs::fit::wilson(23, 100, 0.95)?;
/// assert!((interval.low - 0.158_433).abs() < 1e-6 && (interval.high - 0.321_544).abs() < 1e-6);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn wilson(failures: u64, runs: u64, confidence: f64) -> Result<Interval, Error> {
    check(failures, runs, confidence)?;
    Ok(wilson_ends(failures, runs, confidence))
}

fn check(failures: u64, runs: u64, confidence: f64) -> Result<(), Error> {
    if !(1..=Scenario::MAX_AGENTS).contains(&runs) {
        return Err(Error::out_of_range(
            "runs",
            runs,
            format!("an integer from 1 to {}", Scenario::MAX_AGENTS),
        ));
    }
    if failures > runs {
        return Err(Error::out_of_range(
            "failures",
            failures,
            format!("an integer from 0 to the {runs} runs"),
        ));
    }
    check_confidence(confidence)
}

pub(super) fn check_confidence(confidence: f64) -> Result<(), Error> {
    if confidence > 0.0 && confidence < 1.0 {
        return Ok(());
    }
    Err(Error::out_of_range("confidence", confidence, "a number between 0 and 1"))
}

/// The roots of (n + z²)·f² − (2x + z²)·f + x²/n, the smaller one from their product: nothing cancels.
fn wilson_ends(failures: u64, runs: u64, confidence: f64) -> Interval {
    let (x, n) = (failures as f64, runs as f64);
    let z = two_sided_normal_quantile(confidence);
    let square = z * z;
    let larger = x + 0.5 * square + libm::sqrt(square * (x * ((n - x) / n) + 0.25 * square));
    // Without a failure, and with z rounded to zero, `larger` may be zero; without anything else rounding may miss one.
    let low = if failures > 0 { x / n * (x / larger) } else { 0.0 };
    let high = if failures < runs { larger / (n + square) } else { 1.0 };
    Interval { low, high }
}

/// The n-th root of `share`; of 1/n too what the division rounds off counts.
fn root(share: f64, n: f64) -> f64 {
    let inverse = 1.0 / n;
    let rest = libm::fma(-n, inverse, 1.0) * inverse;
    libm::pow(share, inverse) * (1.0 + libm::log(share) * rest)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Low,
    High,
}

/// An end: the rate at which the probability of this many `failures` among `runs`, or of more at the low end and of
/// fewer at the high one, is `share`. Neither no run fails nor all do.
struct End {
    side: Side,
    failures: u64,
    runs: u64,
    share: f64,
}

/// More than the bisection of all doubles in (0, 1) takes.
const MAX_STEPS: usize = 1100;

impl End {
    fn solve(&self, start: f64) -> Result<f64, Error> {
        let (mut below, mut above, mut rate) = (0.0, 1.0, start);
        for _ in 0..MAX_STEPS {
            let (excess, slope) = self.excess(rate)?;
            if (excess < 0.0) == (self.side == Side::Low) {
                below = rate;
            } else {
                above = rate;
            }
            let next = shifted(rate, -excess / slope);
            let next = if below < next && next < above { next } else { 0.5 * (below + above) };
            if (next - rate).abs() <= f64::EPSILON * rate || next <= below || next >= above {
                return Ok(next);
            }
            rate = next;
        }
        Ok(rate)
    }

    /// ln of the tail over `share`, and its derivative for the log odds of the rate.
    fn excess(&self, rate: f64) -> Result<(f64, f64), Error> {
        let (failures, others) = (self.failures as f64, (self.runs - self.failures) as f64);
        // P(X ≥ x) is that of at most n − x correct runs.
        let threshold = self.runs - self.failures;
        let at = |threshold| tails(self.runs, rate, threshold);
        let (less, more) = (at(threshold)?, at(threshold + 1)?);
        let (tail, ln_tail, ln_further, slope) = match self.side {
            Side::Low => (more.below, more.ln_below, less.ln_below, failures * (1.0 - rate)),
            Side::High => (less.at_least, less.ln_at_least, more.ln_at_least, -others * rate),
        };
        let excess = ln_tail - libm::log(self.share);
        let ratio = tail / self.share;
        let excess = if excess.abs() < 0.1 { libm::log(ratio) } else { excess };
        Ok((excess, slope * (1.0 - libm::exp(ln_further - ln_tail))))
    }
}

/// The rate whose odds are e^`step` times those of `rate`.
fn shifted(rate: f64, step: f64) -> f64 {
    let change = libm::expm1(step);
    let normaliser = 1.0 + rate * change;
    if step.abs() < 0.5 {
        // A small step is added, so its own rounding does not count.
        rate + rate * (1.0 - rate) * change / normaliser
    } else {
        rate * libm::exp(step) / normaliser
    }
}

/// Returns the central `confidence` of drawn values without NaN; `None` if there is none. For estimates from tasks,
/// [`Bootstrap`](super::Bootstrap) corrects it.
pub fn percentiles(values: Vec<f64>, confidence: f64) -> Option<Interval> {
    let sorted = sorted(values);
    let tail = 0.5 * (1.0 - confidence);
    Some(Interval { low: quantile(&sorted, tail)?, high: quantile(&sorted, 1.0 - tail)? })
}

/// The values that are numbers, in order.
pub(super) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.retain(|value| !value.is_nan());
    values.sort_by(f64::total_cmp);
    values
}

/// An order statistic, with linear interpolation between two: the r-th of R values is the quantile r/(R + 1) (Hyndman
/// and Fan 1996, their definition 6).
pub(super) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let count = sorted.len() as f64;
    let rank = (share * (count + 1.0)).clamp(1.0, count.max(1.0));
    let (below, part) = (rank as usize, rank.fract());
    let low = *sorted.get(below.checked_sub(1)?)?;
    Some(sorted.get(below).map_or(low, |high| low + part * (high - low)))
}
