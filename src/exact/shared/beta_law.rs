//! The law of a failure rate that is drawn from a beta distribution.
//!
//! # Accuracy
//! The density keeps a relative error of 10⁻¹⁹ where it counts, for correlations down to the smallest double and up to
//! one ulp below one; the distribution function, on both sides, what the quadrature leaves: 1.2·10⁻¹⁵ at most on the
//! values of this file.
//!
//! # Testing
//! Against the incomplete beta function at 60 digits, against its closed forms and its symmetry, in this file; means of
//! pipelines against Pólya's urn over all calls, in exact rationals, in `tests/oracle`.
//!
//! # Implementation
//! A rate θ is represented by y, the logarithm of its odds beside those of the mean f: the law of y has the density
//! e^(αy)/(1−f+fe^y)^(α+β), largest at zero, smooth everywhere and exponential on both flanks, whatever α and β are.
//! Its exponent −α(e^y−1−y) + (α+β)(u − ln(1+u)), with u = f(e^y−1), is a difference of numbers of second order, so
//! that neither α+β near 10³⁰⁰ nor f near 10⁻³⁰⁰ costs digits. Far out the flanks are exponential to all digits, and
//! are summed in closed form: with α = 10⁻³⁰⁰ nearly all rates are there.

use super::values::{NotConverged, Values, means, weighted};
use crate::exact::binomial::Chance;
use crate::exact::double_double::DoubleDouble;
use crate::exact::logarithm::ln_quotient;
use crate::exact::quadrature::{integrate, integrate_smooth};
use crate::exact::scaled::Scaled;

/// The flanks begin where powers of θ and 1 − θ are within e⁻⁵⁰ = 2·10⁻²² of their limits.
const FLAT: f64 = 50.0;

/// A relative 2⁻⁶⁰ is a hundredth of the last bit of a double.
const SHARP_BITS: i64 = 60;

/// A density with a smaller exponent is zero.
const LOWEST: f64 = -1e15;

/// A beta distribution of rates, by its mean and the correlation of two draws.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BetaLaw {
    /// f and 1 − f.
    mean: Chance,
    alpha: Scaled,
    beta: Scaled,
    /// α + β = (1 − ρ)/ρ.
    both: Scaled,
}

/// P(θ < `rate`) and P(θ > `rate`) for a θ from the beta distribution with the mean `failure` and the correlation; with
/// a correlation of zero θ is its mean. `None` if the quadrature does not converge, which was not seen.
pub(crate) fn beta_below(failure: Chance, correlation: Chance, rate: f64) -> Option<Chance> {
    let excess = Scaled::from(rate) - failure.yes;
    let certain = if excess.is_positive() { Chance::CERTAIN } else { Chance::IMPOSSIBLE };
    let has_no_spread = correlation.yes.is_zero() || failure.yes.is_zero() || failure.no.is_zero();
    if has_no_spread || rate <= 0.0 || rate >= 1.0 {
        return Some(certain);
    }
    let law = BetaLaw::new(failure, correlation);
    let edge = law.place(rate, excess);
    if law.density(edge).is_zero() {
        return Some(certain);
    }
    let (low, high) = (law.integral_below(edge)?, law.mirrored().integral_below(-edge)?);
    Some(Chance { yes: low / (low + high), no: high / (low + high) })
}

impl BetaLaw {
    /// Returns the law with this mean and correlation, neither of which may be zero or one.
    pub(crate) fn new(mean: Chance, correlation: Chance) -> Self {
        let Chance { yes, no } = correlation;
        let both = no / yes;
        Self { mean, alpha: mean.yes * both, beta: mean.no * both, both }
    }

    /// Returns the law of 1 − θ.
    fn mirrored(&self) -> Self {
        Self { mean: self.mean.opposite(), alpha: self.beta, beta: self.alpha, both: self.both }
    }

    /// Returns the y at which θ is `rate`, which exceeds the mean by `excess`.
    fn place(&self, rate: f64, excess: Scaled) -> DoubleDouble {
        let Chance { yes, no } = Chance::of_rate(rate);
        let u = excess / (self.mean.yes * no);
        if u.abs().to_f64() < 0.25 {
            return (u - u * u * Scaled::from(less_logarithm(u.to_double_double()))).to_double_double();
        }
        ln_quotient(yes * self.mean.no, no * self.mean.yes)
    }

    /// Returns θ and 1 − θ at `y`.
    fn rate(&self, y: DoubleDouble) -> Chance {
        let raised = self.mean.yes * Scaled::exp(y);
        let total = self.mean.no + raised;
        Chance { yes: raised / total, no: self.mean.no / total }
    }

    /// Density at `y`, as a multiple of the density at zero.
    fn density(&self, y: DoubleDouble) -> Scaled {
        let exponent = self.exponent(y).to_double_double();
        if exponent.high > LOWEST { Scaled::exp(exponent) } else { Scaled::ZERO }
    }

    fn exponent(&self, y: DoubleDouble) -> Scaled {
        // From the side of the smaller mean u stays above −½.
        if (self.mean.yes - self.mean.no).is_positive() {
            return self.mirrored().exponent(-y);
        }
        let (less_line, growth) = exponential(y);
        let u = self.mean.yes * growth;
        if u.to_f64() < 0.25 {
            let second = u * u * Scaled::from(less_logarithm(u.to_double_double()));
            return self.both * second - self.alpha * less_line;
        }
        self.alpha * Scaled::from(y) - self.both * Scaled::from(ln_quotient(Scaled::ONE + u, Scaled::ONE))
    }

    /// A scale on which the density changes around zero: its deviation, at most one.
    fn width(&self) -> f64 {
        let variance = Scaled::ONE / (self.both * self.mean.yes * self.mean.no);
        variance.sqrt().to_f64().min(1.0)
    }

    /// Distance below zero from which the density and powers of θ and 1 − θ up to `degree` are e^(αy) to all digits.
    fn flat_below(&self, degree: Scaled) -> f64 {
        let odds = self.mean.yes / self.mean.no;
        FLAT + ((degree + self.both + Scaled::ONE) * odds).ln().max(0.0)
    }

    /// The means of functions of the rate, polynomials of at most this degree with no negative coefficient in θ and 1 −
    /// θ; an error if they do not converge.
    pub(crate) fn mean(
        &self,
        degree: Scaled,
        function: impl Fn(Chance) -> Values,
    ) -> Result<Values, NotConverged> {
        let width = self.width();
        let at = |y: DoubleDouble| weighted(function(self.rate(y)), self.density(y));
        if let Some(integrals) = integrate_smooth(|place| at(place.times(width))) {
            return Ok(means(integrals));
        }
        let (down, up) = (self.flat_below(degree), self.mirrored().flat_below(degree));
        let mut ends: Vec<f64> =
            doublings(5.0 * width, down.max(up)).map(|end| end.clamp(-down, up)).collect();
        ends.dedup();
        let within = integrate(&ends, at).ok_or(NotConverged)?;
        // On the flanks a polynomial is what it is at the end, which may be nothing.
        let below = weighted(function(Chance::IMPOSSIBLE), self.flank_below((-down).into()));
        let above = weighted(function(Chance::CERTAIN), self.mirrored().flank_below((-up).into()));
        Ok(means(std::array::from_fn(|i| within[i] + below[i] + above[i])))
    }

    /// E[1/(1−θ)] = (α+β−1)/(β−1), or E[1/θ]: infinite unless β, or α, is above one.
    pub(crate) fn mean_of_inverse(&self, of_complement: bool) -> Scaled {
        let beyond_one = if of_complement { self.beta } else { self.alpha } - Scaled::ONE;
        if beyond_one.is_positive() { (self.both - Scaled::ONE) / beyond_one } else { Scaled::INFINITE }
    }

    /// Whether the rate is as good as its mean for polynomials of at most this degree: E[θⁱ(1−θ)ʲ]/(fⁱ(1−f)ʲ) is
    /// between e^(−d²/2(α+β)) and e^(d²/2min(α, β)) for d = i + j.
    pub(crate) fn is_sharp(&self, degree: Scaled) -> bool {
        let square = degree * degree;
        [self.alpha, self.beta].iter().all(|parameter| square.is_negligible_beside(*parameter, SHARP_BITS))
    }

    /// Integral of the density below `y`, where it is e^(αy) to all digits.
    fn flank_below(&self, y: DoubleDouble) -> Scaled {
        self.density(y) / self.alpha
    }

    /// Integral of the density below `edge`.
    fn integral_below(&self, edge: DoubleDouble) -> Option<Scaled> {
        let reach = self.flat_below(Scaled::ZERO) + (-edge.high).max(0.0);
        // Distances from the edge, so that the edge itself is not rounded.
        let inside = doublings(5.0 * self.width(), reach).filter(|end| *end < edge.high);
        let mut ends: Vec<f64> = inside.map(|end| edge.high - end).chain([0.0]).collect();
        ends.reverse();
        let farthest = edge - ends[ends.len() - 1].into();
        let [integral] = integrate(&ends, |distance| [self.density(edge - distance)])?;
        Some(integral + self.flank_below(farthest))
    }
}

/// −`reach` … −2·`first`, −`first`, 0, `first`, 2·`first`, … `reach`.
fn doublings(first: f64, reach: f64) -> impl Iterator<Item = f64> {
    let mut ends = vec![first.min(reach)];
    while ends[ends.len() - 1] < reach {
        ends.push((2.0 * ends[ends.len() - 1]).min(reach));
    }
    let below: Vec<f64> = ends.iter().rev().map(|end| -end).collect();
    below.into_iter().chain([0.0]).chain(ends)
}

/// e^y − 1 − y and e^y − 1, neither as a difference of larger numbers.
fn exponential(y: DoubleDouble) -> (Scaled, Scaled) {
    if y.high.abs() >= 1.0 {
        let growth = Scaled::exp(y) - Scaled::ONE;
        return (growth - y.into(), growth);
    }
    let square = (y * y).times_power_of_two(0.5);
    let (mut ratio, mut sum) = (DoubleDouble::ONE, DoubleDouble::ONE);
    let mut divisor = 3.0;
    while ratio.high.abs() > 1e-33 {
        ratio = (ratio * y).over(divisor);
        sum = sum + ratio;
        divisor += 1.0;
    }
    let less_line = Scaled::from(square * sum);
    (less_line, less_line + y.into())
}

/// (u − ln(1 + u))/u² for −½ ≤ u ≤ ¼, by the series of the inverse hyperbolic tangent.
fn less_logarithm(u: DoubleDouble) -> DoubleDouble {
    let s = u / (u + DoubleDouble::from(2.0));
    let square = s * s;
    let (mut power, mut sum) = (DoubleDouble::ONE, DoubleDouble::ONE.over(3.0));
    let mut odd = 5.0;
    while power.high > 1e-33 {
        power = power * square;
        sum = sum + power.over(odd);
        odd += 2.0;
    }
    let rest = DoubleDouble::ONE - s;
    (rest * (DoubleDouble::ONE - s * rest * sum)).times_power_of_two(0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::relative;

    fn sides(mean: f64, correlation: f64, rate: f64) -> Chance {
        beta_below(Chance::of_rate(mean), Chance::of_rate(correlation), rate).expect("settled")
    }

    /// The regularised incomplete beta function on both sides, by mpmath at 60 digits.
    const TABLE: [(f64, f64, f64, f64, f64); 12] = [
        (0.23, 0.3, 0.5, 0.8501342022684709, 0.14986579773152905),
        (0.23, 0.01, 0.5, 0.9999999853942234, 1.4605776535951061e-08),
        (0.4, 0.0001, 0.5, 1.0, 7.100146183019525e-90),
        (0.23, 0.001, 0.5, 1.0, 3.418182006288432e-69),
        (0.3, 0.999, 0.3333333333333333, 0.6998544563149395, 0.3001455436850605),
        (1e-09, 0.2, 0.5, 0.999999999894078, 1.0592205651036491e-10),
        (0.6, 0.05, 0.3333333333333333, 0.008788509159833964, 0.991211490840166),
        (0.05, 0.9, 0.25, 0.9448854203546777, 0.055114579645322306),
        (0.49, 1e-06, 0.5, 1.0, 2.7171476146488388e-89),
        (0.999999999, 0.3, 0.5, 3.1355728434093315e-10, 0.9999999996864427),
        (0.2, 0.3, 1e-06, 0.0022410695597178407, 0.9977589304402822),
        (0.2, 0.3, 0.999999999, 1.0, 5.602675150438894e-18),
    ];

    #[test]
    fn both_sides_agree_with_the_table() {
        for (mean, correlation, rate, yes, no) in TABLE {
            let computed = sides(mean, correlation, rate);
            for (computed, expected) in [(computed.yes, yes), (computed.no, no)] {
                let error = relative(computed, expected.into());
                assert!(error < BOUND, "{mean} {correlation} {rate}: {error:e}");
            }
        }
    }

    /// Nodes and weights of the quadrature are doubles, and the integrand falls by some e³⁰ over a panel that needs no
    /// halving: 30 · 2⁻⁵³, and a little.
    const BOUND: f64 = 4e-15;

    /// α = β = 1 is uniform, α = β = ½ the arcsine law, and equal α and β leave one half on either side of one half.
    #[test]
    fn laws_with_closed_forms_are_met() {
        for rate in [1e-300, 1e-9, 0.1, 0.5, 0.77, 1.0 - f64::EPSILON] {
            // One third is rounded, by a relative 2⁻⁵⁴ that ln(1/rate) and the quadrature's bound are beside.
            let rounded = BOUND + 1e-16 * libm::log(1.0 / rate);
            assert!(relative(sides(0.5, 1.0 / 3.0, rate).yes, rate.into()) < rounded, "{rate}");
            let arcsine = libm::asin(libm::sqrt(rate)) * std::f64::consts::FRAC_2_PI;
            assert!(relative(sides(0.5, 0.5, rate).yes, arcsine.into()) < BOUND, "{rate}");
        }
        for correlation in [5e-324, 1e-300, 1e-40, 1e-17, 1e-9, 0.2, 0.99, 1.0 - f64::EPSILON / 2.0] {
            for side in [sides(0.5, correlation, 0.5).yes, sides(0.5, correlation, 0.5).no] {
                assert!(relative(side, 0.5.into()) < BOUND, "{correlation}: {}", side.to_f64());
            }
        }
    }

    /// Without correlation θ is its mean; with all of it θ is one with the mean's probability, up to (1 − ρ)|ln| of the
    /// rates in between.
    #[test]
    fn both_ends_of_the_correlation_are_met() {
        for mean in [5e-324, 1e-300, 1e-9, 0.23, 0.5 - 1e-9, 0.6, 1.0 - f64::EPSILON / 2.0] {
            for correlation in [5e-324, 1e-300, 1e-40, 1e-22] {
                // Of a variance f(1−f)ρ hardly anything lies beyond ½, by Chebyshev's inequality.
                let beyond = mean * (1.0 - mean) * correlation / ((mean - 0.5) * (mean - 0.5));
                let Chance { yes, no } = sides(mean, correlation, 0.5);
                let small = if mean < 0.5 { no } else { yes };
                assert!(small.to_f64() <= beyond + BOUND * beyond, "{mean} {correlation}");
            }
            let nearly_all = 1.0 - f64::EPSILON / 2.0;
            for rate in [0.25, 0.5] {
                let Chance { yes, no } = sides(mean, nearly_all, rate);
                assert!(relative(no, mean.into()) < BOUND && relative(yes, Chance::of_rate(mean).no) < BOUND);
            }
        }
        let none = beta_below(Chance::of_rate(0.23), Chance::IMPOSSIBLE, 0.5);
        assert_eq!(none, Some(Chance::CERTAIN));
    }
}
