//! The latent correlation w of two runs of an agent whose failures have the correlation φ.
//!
//! # Accuracy
//! w is within some 10⁻¹³ of what the engine of scenarios finds in double-doubles, which is tested here.
//!
//! # Implementation
//! With w = sin θ the covariance of two failures at the threshold t is ∫ exp(−t²/(1 + sin θ))/2π dθ from 0 to θ
//! (Plackett 1954); Newton's method inside a bracket finds θ. From there 1 − w = 2 sin²((π/2 − θ)/2) has its digits
//! near w = 1 too.

use super::legendre::panels;
use crate::fit::normal::{ln_below, ln_density};
use std::f64::consts::{FRAC_PI_2, PI};

/// w at a threshold, and its slopes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Latent {
    /// w.
    pub(super) within: f64,
    /// 1 − w.
    pub(super) rest: f64,
    /// ∂w/∂t for a given φ.
    pub(super) by_threshold: f64,
    /// ∂w/∂φ.
    pub(super) by_repeats: f64,
}

/// Panels of the integral of the covariance.
const PANELS: usize = 5;

/// The derivative of the covariance by θ.
fn density(threshold: f64, angle: f64) -> f64 {
    libm::exp(-threshold * threshold / (1.0 + libm::sin(angle))) / (2.0 * PI)
}

fn covariance(threshold: f64, angle: f64) -> f64 {
    panels(0.0, angle, PANELS).into_iter().map(|(at, weight)| weight * density(threshold, at)).sum()
}

impl Latent {
    /// Of a finite threshold and φ in [0, 1).
    pub(super) fn of(threshold: f64, repeats: f64) -> Self {
        let below = |x: f64| libm::exp(ln_below(x));
        let (fails, correct) = (below(threshold), below(-threshold));
        let target = repeats * fails * correct;
        let (mut low, mut high, mut angle) = (0.0, FRAC_PI_2, FRAC_PI_2 * repeats);
        for _ in 0..60 {
            let excess = covariance(threshold, angle) - target;
            if excess < 0.0 {
                low = angle
            } else {
                high = angle
            }
            let newton = angle - excess / density(threshold, angle);
            let next = if low < newton && newton < high { newton } else { 0.5 * (low + high) };
            let moved = (next - angle).abs();
            angle = next;
            if moved <= 1e-15 * angle.min(FRAC_PI_2 - angle) {
                break;
            }
        }
        let sine = libm::sin(0.5 * (FRAC_PI_2 - angle));
        let (within, rest) = (libm::sin(angle), 2.0 * sine * sine);
        // ∂C/∂w = (∂C/∂θ)/cos θ, cos²θ = (1 − w)(1 + w).
        let by_within = density(threshold, angle) / libm::sqrt(rest * (1.0 + within));
        let normal = libm::exp(ln_density(threshold));
        let both = below(threshold * libm::sqrt(rest / (1.0 + within)));
        let by_threshold = repeats * (correct - fails) * normal - 2.0 * normal * (both - fails);
        Self { within, rest, by_threshold: by_threshold / by_within, by_repeats: fails * correct / by_within }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::normal::quantile;

    /// The engine's φ of the w that was found: it has 10⁻¹⁵, and φ moves by at most w's error times ∂φ/∂w.
    #[test]
    fn the_engine_gives_the_correlation_back() {
        for rate in [1e-4, 0.03, 0.2, 0.5, 0.77, 0.999] {
            for repeats in [1e-6, 0.01, 0.3, 0.6, 0.9, 0.99, 0.9999] {
                let latent = Latent::of(quantile(rate), repeats);
                let back = kofn::exact::phi(rate, rate, latent.within);
                let allowed = 1e-12 * repeats + 2e-16 / latent.by_repeats;
                assert!((back - repeats).abs() < allowed, "{rate} {repeats}: {:e}", back - repeats);
            }
        }
    }

    /// Central differences with h = 10⁻⁵ leave 10⁻¹⁰ of a third derivative, and 10⁻¹⁵/h of rounding.
    #[test]
    fn slopes_are_those_of_the_latent_correlation() {
        for (threshold, repeats) in [(-1.5, 0.4), (-0.2, 0.8), (0.7, 0.1)] {
            let h = 1e-5;
            let of = |t: f64, phi: f64| Latent::of(t, phi).within;
            let latent = Latent::of(threshold, repeats);
            let by_threshold = (of(threshold + h, repeats) - of(threshold - h, repeats)) / (2.0 * h);
            let by_repeats = (of(threshold, repeats + h) - of(threshold, repeats - h)) / (2.0 * h);
            assert!((latent.by_threshold - by_threshold).abs() < 1e-8, "{threshold} {repeats}");
            assert!((latent.by_repeats - by_repeats).abs() < 1e-8, "{threshold} {repeats}");
        }
    }
}
