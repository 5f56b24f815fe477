//! The correlation of failures that comes from a correlation of latent normal variables, and back.
//!
//! # Accuracy
//! The integral is positive and is taken in double-doubles at points and weights that are doubles: within 10⁻¹⁵, for
//! any rates and correlations, however small. The latent correlation has both its sides to 10⁻¹⁵.
//!
//! # Testing
//! Against another library at 30 digits, against Sheppard's formula at a rate of one half, and each direction against
//! the other, in this file.
//!
//! # Implementation
//! ∂P(X < s, Y < t)/∂ρ is the density of both at (s, t) (Plackett 1954), so that the covariance of two failures is its
//! integral from 0 to ρ. With ρ = sin θ and u = tan(θ/2) it is ∫ e^(−E)/(π(1+u²)) du up to u = ρ/(1+√(1−ρ²)), with E =
//! st(1+u²)/(1+u)² + (s−t)²(1+u²)²/(2(1−u²)²): of rational functions, and nothing cancels. From u to one the same
//! integral is what is missing to full correlation. Back, Newton's method in logarithms finds u, or 1 − u where the
//! correlation is above one half.

use super::chance::Chance;
use super::double_double::{DoubleDouble, PI};
use super::normal;
use super::quadrature::integrate;
use super::scaled::Scaled;

/// Returns the correlation φ of the failures of two agents with the rates `first` and `second` under a Gaussian copula,
/// whose latent normal variables have the correlation `latent`:
///
/// φ = (P(both fail) − f₁f₂)/√(f₁(1−f₁)f₂(1−f₂)), P(both fail) = Φ₂(Φ⁻¹(f₁), Φ⁻¹(f₂); ρ).
///
/// Rates are between 0 and 1, the latent correlation is between −1 and 1; NaN outside, and for an agent that always
/// fails or never does, whose failures have no variance. Different rates have a φ below one even for ρ = 1.
///
/// ```
/// let phi = kofn::exact::phi(0.2, 0.2, 0.3);
/// assert!((phi - 0.1634).abs() < 1e-4);
/// // At one half it is Sheppard's (2/π)·arcsin ρ.
/// assert!((kofn::exact::phi(0.5, 0.5, 0.5) - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn phi(first: f64, second: f64, latent: f64) -> f64 {
    let is_open = |rate: f64| 0.0 < rate && rate < 1.0;
    if !(is_open(first) && is_open(second) && (-1.0..=1.0).contains(&latent)) {
        return f64::NAN;
    }
    let [a, b] = [first, second].map(Chance::of_rate);
    let deviations = (a.yes * a.no * b.yes * b.no).sqrt();
    let [s, t] = [a, b].map(normal::quantile);
    // With the opposite of one variable the other sign.
    let t = if latent < 0.0 { -t } else { t };
    let covariance = Pair { s, t }.covariance(Chance::of_rate(latent.abs()));
    let phi = covariance.map_or(f64::NAN, |covariance| (covariance / deviations).to_f64());
    if latent < 0.0 { -phi } else { phi + 0.0 }
}

/// The barriers of two agents.
#[derive(Debug, Clone, Copy)]
struct Pair {
    s: DoubleDouble,
    t: DoubleDouble,
}

impl Pair {
    /// Returns the covariance of the failures.
    fn covariance(&self, latent: Chance) -> Option<Scaled> {
        // √(1 − ρ²) = √((1 − ρ)(1 + ρ)).
        let root = (latent.no * (Scaled::ONE + latent.yes)).sqrt();
        let end = (latent.yes / (Scaled::ONE + root)).to_double_double();
        self.up_to(end)
    }

    fn up_to(&self, end: DoubleDouble) -> Option<Scaled> {
        // In parts of the end, which may be smaller than doubles can halve.
        let [integral] = integrate(&[0.0, 0.5, 1.0], |part| [self.density(end * part)])?;
        Some(integral * Scaled::from(end))
    }

    /// The same from 1 − `distance` to 1.
    fn beyond(&self, distance: DoubleDouble) -> Option<Scaled> {
        let [integral] =
            integrate(&[0.0, 0.5, 1.0], |part| [self.density(DoubleDouble::ONE - distance * part)])?;
        Some(integral * Scaled::from(distance))
    }

    /// The derivative of the covariance with u.
    fn density(&self, u: DoubleDouble) -> Scaled {
        let square = DoubleDouble::ONE + u * u;
        let sum = DoubleDouble::ONE + u;
        let apart = self.s - self.t;
        let mut exponent = self.s * self.t * square / (sum * sum);
        if apart.high != 0.0 {
            let quotient = square / (sum * (DoubleDouble::ONE - u));
            exponent = exponent + (apart * apart * quotient * quotient).times_power_of_two(0.5);
        }
        // What is smaller than this is nothing beside the rest of any integral.
        if exponent.high > 1e12 {
            return Scaled::ZERO;
        }
        Scaled::exp(-exponent) / Scaled::from(PI * square)
    }
}

/// Returns the latent correlation at which the failures of two agents of the same rate have the correlation `phi`;
/// neither may be zero or one. `None` if it is not found.
pub(crate) fn latent(failure: Chance, phi: Chance) -> Option<Chance> {
    let barrier = normal::quantile(failure);
    let pair = Pair { s: barrier, t: barrier };
    let variance = failure.yes * failure.no;
    if phi.yes.to_f64() <= 0.5 {
        let u = solve(phi.yes * variance, |u| pair.up_to(u), |u| pair.density(u))?;
        let square = DoubleDouble::ONE + u * u;
        let rest = DoubleDouble::ONE - u;
        Some(Chance { yes: (u.times(2.0) / square).into(), no: (rest * rest / square).into() })
    } else {
        let distance = |v: DoubleDouble| DoubleDouble::ONE - v;
        let v = solve(phi.no * variance, |v| pair.beyond(v), |v| pair.density(distance(v)))?;
        let u = distance(v);
        let square = DoubleDouble::ONE + u * u;
        Some(Chance { yes: (u.times(2.0) / square).into(), no: (v * v / square).into() })
    }
}

/// Returns the x in (0, 1) at which a rising function with this derivative is `target`.
fn solve(
    target: Scaled,
    function: impl Fn(DoubleDouble) -> Option<Scaled>,
    derivative: impl Fn(DoubleDouble) -> Scaled,
) -> Option<DoubleDouble> {
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = DoubleDouble::from(0.5);
    for _ in 0..200 {
        let value = function(x)?;
        if (value - target).is_positive() {
            high = x.high
        } else {
            low = x.high
        }
        let excess = ((value - target) / target).to_f64();
        let ln_excess = if excess.abs() < 0.5 { libm::log1p(excess) } else { value.ln() - target.ln() };
        let step = (value / derivative(x)).to_f64() * ln_excess;
        let next = x - step.into();
        // Convergence is quadratic: the next step would be below the last digit.
        if step.abs() <= 1e-9 * x.high {
            return Some(next);
        }
        x = if low < next.high && next.high < high {
            next
        } else if high > 4.0 * low {
            // So small a solution is sought by its size.
            (libm::sqrt(high) * libm::sqrt(low.max(f64::MIN_POSITIVE))).into()
        } else {
            (0.5 * (low + high)).into()
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(computed: f64, expected: f64) -> f64 {
        (computed / expected - 1.0).abs()
    }

    /// Plackett's integral by mpmath at 30 digits.
    #[test]
    fn correlations_agree_with_the_table() {
        for (first, second, latent, expected) in [
            (0.2, 0.2, 0.3, 0.163_410_623_138_803),
            (0.1, 0.45, 0.7, 0.318_964_117_488_352_1),
            (1e-9, 0.3, 0.5, 4.819_083_265_273_118e-5),
            (0.2, 0.3, -0.6, -0.270_157_565_011_727_9),
            (0.9, 0.05, 0.99, 0.076_471_911_290_187_25),
        ] {
            assert!(relative(phi(first, second, latent), expected) < 1e-15, "{first} {second} {latent}");
        }
    }

    #[test]
    fn one_half_is_sheppards_formula() {
        for latent in [-1.0, -0.7, -1e-9, 1e-300, 1e-9, 0.3, 0.99, 1.0] {
            let expected = std::f64::consts::FRAC_2_PI * libm::asin(latent);
            assert!(relative(phi(0.5, 0.5, latent), expected) < 1e-15, "{latent}");
        }
        assert_eq!(phi(0.2, 0.3, 0.0), 0.0);
        assert!(
            [(0.0, 0.3, 0.3), (0.3, 1.0, 0.3), (0.2, 0.3, 1.1)]
                .iter()
                .all(|(f, g, r)| phi(*f, *g, *r).is_nan())
        );
    }

    /// Full correlation leaves P(both fail) at the smaller rate.
    #[test]
    fn full_correlation_is_the_smaller_rate() {
        for (f, g) in [(0.2, 0.2), (0.2, 0.3), (1e-9, 0.5), (0.7, 0.1), (1e-300, 1e-300)] {
            let [a, b]: [f64; 2] = [f, g];
            let expected = (a.min(b) * (1.0 - a.max(b))) / (a * (1.0 - a)).sqrt() / (b * (1.0 - b)).sqrt();
            assert!(relative(phi(f, g, 1.0), expected) < 4e-15, "{f} {g}: {}", phi(f, g, 1.0));
        }
    }

    /// What is found gives what was asked for, on both sides.
    #[test]
    fn both_directions_agree() {
        for rate in [1e-300, 1e-9, 0.05, 0.2, 0.5, 0.77, 1.0 - 1e-9] {
            for phi in [1e-300, 1e-12, 0.01, 0.3, 0.5, 0.8, 0.99, 1.0 - 1e-12] {
                let (failure, asked) = (Chance::of_rate(rate), Chance::of_rate(phi));
                let found = latent(failure, asked).unwrap_or_else(|| panic!("{rate} {phi}"));
                let barrier = normal::quantile(failure);
                let pair = Pair { s: barrier, t: barrier };
                let variance = failure.yes * failure.no;
                let covariance = pair.covariance(found).expect("settled") / variance;
                let error = ((covariance - asked.yes) / asked.yes).to_f64().abs();
                assert!(error < 1e-13, "{rate} {phi}: {error:e}");
                // 1 − u from the two sides: √((1−ρ)(1+u²)).
                let u = found.yes / (Scaled::ONE + (found.no * (Scaled::ONE + found.yes)).sqrt());
                let distance = (found.no * (Scaled::ONE + u * u)).sqrt().to_double_double();
                let missing = pair.beyond(distance).expect("settled") / variance;
                let error = ((missing - asked.no) / asked.no).to_f64().abs();
                assert!(error < 1e-13, "{rate} {phi}: {error:e}");
            }
        }
    }
}
