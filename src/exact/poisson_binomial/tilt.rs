//! Draws by their odds, and the tilt that moves their mean.

use crate::exact::binomial::Chance;
use crate::exact::logarithm::exp_with_error;
use crate::exact::scaled::Scaled;
use std::sync::OnceLock;

/// Draws that can both succeed and fail.
pub(super) struct Draws {
    chances: Vec<Chance>,
    /// What only tilts need: few draws mostly do without.
    odds: OnceLock<Odds>,
    pub(super) mean: f64,
    /// Draws that were certain to succeed, and left out.
    pub(super) certain: u64,
}

struct Odds {
    odds: Vec<Scaled>,
    logarithms: Vec<f64>,
    /// P(no success).
    none: Scaled,
}

impl Draws {
    pub(super) fn new(chances: impl Iterator<Item = Chance>) -> Self {
        let open = Vec::with_capacity(chances.size_hint().0);
        let mut draws = Self { chances: open, odds: OnceLock::new(), mean: 0.0, certain: 0 };
        for chance in chances {
            if chance.no.is_zero() {
                draws.certain += 1;
            } else if !chance.yes.is_zero() {
                draws.chances.push(chance);
                draws.mean += chance.yes.to_f64();
            }
        }
        draws
    }

    /// Returns what `side` makes of the draws.
    pub(super) fn seen_as(&self, side: impl Fn(Chance) -> Chance) -> Self {
        Self::new(self.chances.iter().map(|&chance| side(chance)))
    }

    pub(super) fn count(&self) -> u64 {
        self.chances.len() as u64
    }

    pub(super) fn chances(&self) -> &[Chance] {
        &self.chances
    }

    pub(super) fn odds(&self) -> &[Scaled] {
        &self.all_odds().odds
    }

    /// P(no success).
    pub(super) fn none(&self) -> Scaled {
        self.all_odds().none
    }

    fn ln_odds(&self) -> &[f64] {
        &self.all_odds().logarithms
    }

    fn all_odds(&self) -> &Odds {
        self.odds.get_or_init(|| {
            let odds: Vec<Scaled> = self.chances.iter().map(|chance| chance.yes / chance.no).collect();
            let logarithms = odds.iter().map(|odds| odds.ln()).collect();
            let none = self.chances.iter().fold(Scaled::ONE, |none, chance| none * chance.no);
            Odds { odds, logarithms, none }
        })
    }

    /// Mean and variance where all odds are multiplied by e^`ln_tilt`, and the largest chance on the less likely side.
    fn moments(&self, ln_tilt: f64) -> Moments {
        let mut moments = Moments { mean: 0.0, variance: 0.0, largest_smaller_side: 0.0 };
        for ln_odds in self.ln_odds() {
            // e^−|x|/(1 + e^−|x|) is the less likely side, to its own precision.
            let x = ln_odds + ln_tilt;
            let small = exp_with_error((-x.abs()).max(-700.0)).0;
            let smaller_side = small / (1.0 + small);
            moments.mean += if x > 0.0 { 1.0 - smaller_side } else { smaller_side };
            moments.variance += smaller_side * (1.0 - smaller_side);
            moments.largest_smaller_side = smaller_side.max(moments.largest_smaller_side);
        }
        moments
    }
}

/// Moments of the number of successes.
#[derive(Debug, Clone, Copy)]
struct Moments {
    mean: f64,
    variance: f64,
    largest_smaller_side: f64,
}

/// A factor r on all odds: P(X = j) = P′(X = j) · Π(q + pr) · r⁻ʲ. Every r is right; it only decides what is well
/// scaled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tilt {
    pub(super) factor: Scaled,
    pub(super) ln: f64,
    /// Variance of the tilted law.
    pub(super) variance: f64,
    pub(super) largest_smaller_side: f64,
}

impl Tilt {
    /// The tilt under which the mean is about `target`: within a fifth of a standard deviation, or 0.07.
    ///
    /// Newton's method between bounds: where all draws are nearly certain the mean has plateaus, from which it would be
    /// thrown out.
    pub(super) fn to(draws: &Draws, target: f64) -> Self {
        let n = draws.count() as f64;
        // A target of none or all has no finite tilt.
        let target = target.clamp(0.5, n - 0.5);
        let (least, most) = draws
            .ln_odds()
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &x| (x.min(a), x.max(b)));
        let beyond = libm::log(2.0 * n) + 1.0;
        let (mut low, mut high) = (-most - beyond, -least + beyond);
        let mut ln = 0.0_f64.clamp(low, high);
        let mut moments = draws.moments(ln);
        for step in 0..200 {
            let missing = target - moments.mean;
            if missing * missing <= 0.04 * (moments.variance + 0.1) {
                break;
            }
            if missing > 0.0 {
                low = ln
            } else {
                high = ln
            }
            let newton = ln + missing / moments.variance;
            // Newton's method may also creep; halving never takes long.
            let trusted = step % 8 < 6 && newton > low && newton < high;
            ln = if trusted { newton } else { 0.5 * (low + high) };
            moments = draws.moments(ln);
        }
        let (mantissa, exponent) = Scaled::exp(ln.into()).parts();
        Self {
            factor: Scaled::from(mantissa.high).times_power_of_two(exponent),
            ln,
            variance: moments.variance,
            largest_smaller_side: moments.largest_smaller_side,
        }
    }
}
