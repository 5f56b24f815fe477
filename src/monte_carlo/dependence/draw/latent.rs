//! The correlation of two failures whose latent normals are correlated.
//!
//! # Accuracy
//! With ρ = sin θ the derivative of P(both fail) is exp(−t²/(1 + sin θ))/2π per unit of θ, t = Φ⁻¹(f) (Plackett 1954):
//! a smooth function, summed by Simpson's rule on 2,000 intervals, within some 10⁻¹². Only + − × ÷ √ and functions of
//! the `libm` crate are used, the same on every machine.

use super::normals;
use std::f64::consts::FRAC_PI_2;

const INTERVALS: usize = 2000;

/// The correlation of the failures of two agents with this rate, above 0 and below 1, whose latent normals have this
/// correlation.
pub(crate) fn phi(rate: f64, correlation: f64) -> f64 {
    let quantile = normals::quantile(rate);
    // Φ⁻¹(f) = −√2·x, so that its square is 2x².
    let square = 2.0 * quantile * quantile;
    let end = libm::asin(correlation);
    let step = end / INTERVALS as f64;
    let at = |index: usize| libm::exp(-square / (1.0 + libm::sin(step * index as f64)));
    let weight = |index: usize| match index {
        0 | INTERVALS => 1.0,
        _ if index % 2 == 1 => 4.0,
        _ => 2.0,
    };
    let sum: f64 = (0..=INTERVALS).map(|index| weight(index) * at(index)).sum();
    sum * step / 3.0 / (4.0 * FRAC_PI_2 * rate * (1.0 - rate))
}

/// The correlation of the latent normals for which failures of this rate have the correlation `phi`, by bisection.
pub(crate) fn latent_correlation(rate: f64, wanted: f64) -> f64 {
    if wanted <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return low;
        }
        if phi(rate, middle) < wanted { low = middle } else { high = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At a rate of ½ it is 2 arcsin(ρ)/π (Sheppard 1899). Simpson's rule is exact for the constant that is left.
    #[test]
    fn known_correlations() {
        for latent in [0.01, 0.3, 0.5, 0.99] {
            let expected = 2.0 / std::f64::consts::PI * libm::asin(latent);
            assert!((phi(0.5, latent) - expected).abs() < 1e-14, "{latent}: {}", phi(0.5, latent));
        }
        // A latent correlation of .3 is one of .16 at a rate of .2.
        assert!((phi(0.2, 0.3) - 0.16).abs() < 0.005, "{}", phi(0.2, 0.3));
    }

    #[test]
    fn the_latent_correlation_gives_phi() {
        for rate in [1e-9, 0.01, 0.2, 0.5, 0.97] {
            for wanted in [1e-3, 0.2, 0.8, 0.999] {
                let latent = latent_correlation(rate, wanted);
                assert!((phi(rate, latent) / wanted - 1.0).abs() < 1e-9, "{rate} {wanted}");
            }
            assert_eq!(latent_correlation(rate, 0.0), 0.0);
        }
    }
}
