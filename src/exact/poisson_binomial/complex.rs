//! Complex numbers of double-doubles.

use crate::exact::double_double::{DoubleDouble, PI};
use std::ops::Mul;

/// The number `re + i·im`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Complex {
    pub(super) re: DoubleDouble,
    pub(super) im: DoubleDouble,
}

impl Complex {
    pub(super) const ONE: Self = Self { re: DoubleDouble::ONE, im: DoubleDouble::ZERO };

    pub(super) fn conjugate(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    pub(super) fn times(self, factor: DoubleDouble) -> Self {
        Self { re: self.re * factor, im: self.im * factor }
    }

    pub(super) fn over(self, divisor: Self) -> Self {
        let size = divisor.re * divisor.re + divisor.im * divisor.im;
        let Self { re, im } = self * divisor.conjugate();
        Self { re: re / size, im: im / size }
    }

    /// e^(iθ), to about 2⁻⁹⁸ and the rounding of θ.
    pub(super) fn unit(angle: DoubleDouble) -> Self {
        let turn = PI.times_power_of_two(2.0);
        let turns = libm::rint(angle.high / turn.high);
        // Both series on a 64th, which is at most 0.05, and six squarings.
        let x = (angle - turn.times(turns)).times_power_of_two(1.0 / 64.0);
        let square = x * x;
        let series = |first: f64| {
            (0..9).rev().fold(DoubleDouble::ONE, |sum, i| {
                let next = 2.0 * f64::from(i) + first;
                DoubleDouble::ONE - (sum * square).over(next * (next + 1.0))
            })
        };
        let part = Self { re: series(1.0), im: x * series(2.0) };
        (0..6).fold(part, |z, _| z * z)
    }
}

impl Mul for Complex {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sines and cosines that are roots of simple equations, at angles of every size.
    #[test]
    fn units_are_roots_of_one() {
        for (turns, parts) in [(1.0, 1), (1.0, 3), (5.0, 7), (-3.0, 16), (1000.0, 101)] {
            let angle = PI.times(2.0 * turns).over(f64::from(parts));
            let z = (0..parts).fold(Complex::ONE, |power, _| power * Complex::unit(angle));
            let error = (z.re - DoubleDouble::ONE).high.abs() + z.im.high.abs();
            assert!(error < 1e-26, "{turns}/{parts}: {error:e}");
        }
        let third = Complex::unit(PI.over(3.0));
        assert!((third.re - DoubleDouble::from(0.5)).high.abs() < 1e-29);
    }
}
