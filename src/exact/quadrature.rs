//! Integrals of positive functions of unknown size.
//!
//! # Accuracy
//! The trapezoidal rule is done when its error, estimated from two halvings of the step, is below 10⁻¹⁶ of the
//! integral. A panel is done when two rules on it differ by less than 10⁻¹³ of the whole integral, each component
//! measured against its own. The difference is the error of the coarser rule; that of the finer one, which is kept, is
//! smaller by many orders.
//!
//! # Testing
//! Against integrals that are known in this file: narrow and far peaks, and steps, by both rules.
//!
//! # Implementation
//! On the whole axis the trapezoidal rule converges faster than any power of the step where a function is smooth:
//! halving the step squares the error, at least. So differences d before d′ of successive sums say that the last is off
//! by d′(d′/d)². Fifty points do for five voters, four hundred for a hundred.
//!
//! Where a function is a step, Gauss and Kronrod's pair of 15 and 31 points on panels that are halved where the pair
//! disagrees. The numbers have an exponent of their own, so that a peak of any height or place shows itself: however
//! far below it a point lies, its slope makes the pair disagree, and the halving goes where the function is largest.
//! Gauss and Hermite's rule, which fixes its points before it sees the function, is off by a quarter where the function
//! is a step.

use super::double_double::DoubleDouble;
use super::scaled::Scaled;

/// Several integrals over the same variable.
pub(crate) type Components<const N: usize> = [Scaled; N];

/// Two rules on a panel may differ by this part of the integral.
const TOLERANCE: f64 = 1e-13;

/// Maximum number of halvings of a panel; the narrowest step between doubles needs fifty.
const MAX_HALVINGS: usize = 80;

/// Maximum number of panels; no integral that converged needed a tenth of them.
const MAX_PANELS: usize = 10_000;

/// The points of both rules from 0 to 1, mirrored on the other side, with Kronrod's weight and Gauss's.
const RULE: [(f64, f64, f64); 16] = [
    (0.0, 0.101_330_007_014_791_54, 0.202_578_241_925_561_3),
    (0.101_142_066_918_717_5, 0.100_769_845_523_875_59, 0.0),
    (0.201_194_093_997_434_51, 0.099_173_598_721_791_96, 0.198_431_485_327_111_58),
    (0.299_180_007_153_168_84, 0.096_642_726_983_623_68, 0.0),
    (0.394_151_347_077_563_4, 0.093_126_598_170_825_32, 0.186_161_000_015_562_2),
    (0.485_081_863_640_239_7, 0.088_564_443_056_211_76, 0.0),
    (0.570_972_172_608_538_8, 0.083_080_502_823_133_02, 0.166_269_205_816_993_92),
    (0.650_996_741_297_417, 0.076_849_680_757_720_38, 0.0),
    (0.724_417_731_360_170_1, 0.069_854_121_318_728_26, 0.139_570_677_926_154_32),
    (0.790_418_501_442_466, 0.062_009_567_800_670_64, 0.0),
    (0.848_206_583_410_427_2, 0.053_481_524_690_928_09, 0.107_159_220_467_171_94),
    (0.897_264_532_344_081_9, 0.044_589_751_324_764_88, 0.0),
    (0.937_273_392_400_706, 0.035_346_360_791_375_85, 0.070_366_047_488_108_12),
    (0.967_739_075_679_139_1, 0.025_460_847_326_715_32, 0.0),
    (0.987_992_518_020_485_4, 0.015_007_947_329_316_122, 0.030_753_241_996_117_27),
    (0.998_002_298_693_397_1, 0.005_377_479_872_923_349, 0.0),
];

/// A sum with the trapezoidal rule may be off by this part of it, …
const TRAPEZOID_TOLERANCE: f64 = 1e-16;

/// … or two may differ by this: they are sums of doubles with errors of their own.
const SAME: f64 = 1e-15;

/// A difference below which the errors of halved steps are taken to be squares.
const SMOOTH: f64 = 1e-5;

/// Maximum number of points; beyond it panels are cheaper.
const MAX_POINTS: usize = 1200;

/// A difference this large at so small a step is that of a step function.
const STEEP: f64 = 1.0 / 16.0;
const STEP_OF_STEEP: f64 = 0.125;

/// Functions that are not negligible farther out than this are left to panels too.
const FARTHEST: f64 = 40.0;

/// Values below 2 to minus this, beside the largest one, are negligible.
const NEGLIGIBLE_BITS: i64 = 68;

/// Returns the integrals of `function` over the whole axis; `None` where it is not smooth. No component may be negative
/// or exceed the last one, which falls on both sides of zero.
pub(crate) fn integrate_smooth<const N: usize>(
    function: impl Fn(DoubleDouble) -> Components<N>,
) -> Option<Components<N>> {
    let (mut sums, window) = scan(&function)?;
    let mut step = 1.0;
    let mut points = window.1 - window.0;
    let mut before: Option<[f64; N]> = None;
    while 2.0 * points <= MAX_POINTS as f64 {
        let mut middles = [Scaled::ZERO; N];
        let first = window.0 + 0.5 * step;
        for i in 0..points as usize {
            add(&mut middles, function((first + step * i as f64).into()));
        }
        // Half of the difference of both rules beside the finer one.
        let differences = std::array::from_fn(|i| {
            let (coarse, fine) = (sums[i], (sums[i] + middles[i]).times_power_of_two(-1));
            if fine.is_zero() { 0.0 } else { ((coarse - fine) / fine).to_f64().abs() }
        });
        add(&mut sums, middles);
        (step, points) = (0.5 * step, 2.0 * points);
        if before.is_some_and(|before| has_settled(&before, &differences)) {
            return Some(sums.map(|sum| sum * step.into()));
        }
        if step <= STEP_OF_STEEP && differences.iter().any(|difference| *difference > STEEP) {
            return None;
        }
        before = Some(differences);
    }
    None
}

fn add<const N: usize>(sums: &mut Components<N>, values: Components<N>) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

/// Whether the last of three sums is right in every component, by its difference from the second and the difference
/// before.
fn has_settled<const N: usize>(before: &[f64; N], last: &[f64; N]) -> bool {
    before.iter().zip(last).all(|(before, last)| {
        let quotient = last / before;
        *last <= SAME || (*last <= SMOOTH && last * quotient * quotient <= TRAPEZOID_TOLERANCE)
    })
}

/// The sums of all values at whole numbers, as far as any component can count, and where any does: two whole numbers.
fn scan<const N: usize>(
    function: impl Fn(DoubleDouble) -> Components<N>,
) -> Option<(Components<N>, (f64, f64))> {
    let mut sums = function(DoubleDouble::ZERO);
    let mut largest = sums;
    let mut all = vec![(0.0, sums)];
    let mut distance = 0.0;
    // Either side may be the one that falls more slowly.
    let bounds = |all: &[(f64, Components<N>)]| {
        [all[all.len().saturating_sub(2)].1[N - 1], all[all.len() - 1].1[N - 1]]
    };
    while !largest.iter().all(|&most| {
        most.is_zero() || bounds(&all).iter().all(|bound| bound.is_negligible_beside(most, NEGLIGIBLE_BITS))
    }) {
        distance += 1.0;
        if distance > FARTHEST {
            return None;
        }
        for place in [-distance, distance] {
            let values = function(place.into());
            add(&mut sums, values);
            all.push((place, values));
            for (largest, value) in largest.iter_mut().zip(values) {
                if (value - *largest).is_positive() {
                    *largest = value;
                }
            }
        }
    }
    let counts = |values: &Components<N>| {
        values.iter().zip(&largest).any(|(value, &most)| !value.is_negligible_beside(most, NEGLIGIBLE_BITS))
    };
    let places = || all.iter().filter(|(_, values)| counts(values)).map(|(place, _)| *place);
    Some((sums, (places().fold(0.0, f64::min) - 1.0, places().fold(0.0, f64::max) + 1.0)))
}

/// A stretch of the axis, the integrals over it and how far the two rules differ.
struct Panel<const N: usize> {
    from: f64,
    to: f64,
    integrals: Components<N>,
    differences: Components<N>,
}

/// Returns the integrals of `function`, all of whose components are positive or zero, between the first and the last of
/// the rising `ends`; `None` if halving does not converge.
pub(crate) fn integrate<const N: usize>(
    ends: &[f64],
    function: impl Fn(DoubleDouble) -> Components<N>,
) -> Option<Components<N>> {
    let mut panels: Vec<_> = ends.windows(2).map(|pair| Panel::new(pair[0], pair[1], &function)).collect();
    for _ in 0..MAX_HALVINGS {
        let total = sum(&panels);
        let (mut done, open): (Vec<_>, Vec<_>) = panels.into_iter().partition(|panel| panel.agrees(&total));
        if open.is_empty() {
            return Some(total);
        }
        if done.len() + open.len() > MAX_PANELS {
            return None;
        }
        for panel in open {
            let middle = 0.5 * (panel.from + panel.to);
            done.push(Panel::new(panel.from, middle, &function));
            done.push(Panel::new(middle, panel.to, &function));
        }
        panels = done;
    }
    None
}

fn sum<const N: usize>(panels: &[Panel<N>]) -> Components<N> {
    std::array::from_fn(|i| panels.iter().map(|panel| panel.integrals[i]).sum())
}

impl<const N: usize> Panel<N> {
    fn new(from: f64, to: f64, function: impl Fn(DoubleDouble) -> Components<N>) -> Self {
        // Far out a panel is narrow beside the spacing of its ends: rounded, its middle would shift every point.
        let middle = DoubleDouble::sum(from, to).times_power_of_two(0.5);
        let half = DoubleDouble::sum(to, -from).times_power_of_two(0.5);
        let mut kronrod = [Scaled::ZERO; N];
        let mut gauss = [Scaled::ZERO; N];
        let mut add = |place: f64, of_kronrod: f64, of_gauss: f64| {
            let values = function(middle + half.times(place));
            for (i, value) in values.into_iter().enumerate() {
                kronrod[i] += value * of_kronrod.into();
                gauss[i] += value * of_gauss.into();
            }
        };
        for (place, of_kronrod, of_gauss) in RULE {
            add(place, of_kronrod, of_gauss);
            if place > 0.0 {
                add(-place, of_kronrod, of_gauss);
            }
        }
        let half = Scaled::from(half);
        Self {
            from,
            to,
            integrals: kronrod.map(|sum| sum * half),
            differences: std::array::from_fn(|i| (kronrod[i] - gauss[i]).abs() * half),
        }
    }

    /// Whether the rules agree in every component, measured against the whole of it.
    fn agrees(&self, total: &Components<N>) -> bool {
        let allowed = Scaled::from(TOLERANCE);
        self.differences
            .iter()
            .zip(total)
            .all(|(&difference, &whole)| difference.is_zero() || (whole * allowed - difference).is_positive())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::normal;

    fn relative(computed: Scaled, expected: f64) -> f64 {
        (computed.to_f64() / expected - 1.0).abs()
    }

    /// A density wherever it lies and however narrow it is, in one stretch with others.
    #[test]
    fn peaks_are_found() {
        let far = [0.0, 1e-3, 300.0, -70.0].map(DoubleDouble::from);
        let widths = [1.0, 1e-6, 1e-3, 2.0];
        let integrals = integrate(&[-1000.0, 0.0, 1000.0], |x| {
            std::array::from_fn::<_, 4, _>(|i| normal::density((x - far[i]).over(widths[i])))
        });
        let integrals = integrals.expect("settled");
        for (computed, width) in integrals.into_iter().zip(widths) {
            assert!(relative(computed, width) < 1e-14, "{width}: {:e}", relative(computed, width));
        }
    }

    /// ∫ e^(2x − e^(x − 700)) = e^1400 · Γ(2), on panels whose ends are far coarser than what the slope of 2 lets pass.
    #[test]
    fn panels_far_out_keep_their_middles() {
        let [integral] =
            integrate(&[-50.3, 1.0 / 3.0, 699.1, 700.1 + 2f64.powi(-43), 700.9, 704.7, 2000.0 / 2.8], |x| {
                let fall = Scaled::exp(x - 700.0.into()).to_f64().min(1e6);
                [Scaled::exp(x.times(2.0) - DoubleDouble::from(1400.0) - fall.into())]
            })
            .expect("settled");
        assert!(relative(integral, 1.0) < 2e-15, "{:e}", relative(integral, 1.0));
    }

    /// e^(−x²/2 − 10⁵x) has its weight in the first 10⁻⁵ of a stretch of 40, and is e^−800000 elsewhere.
    #[test]
    fn steep_flanks_and_steps_are_resolved() {
        let third = DoubleDouble::ONE.over(3.0);
        let integrals = integrate(&[0.0, 40.0], |x| {
            let step = if (x - third).high < 0.0 { Scaled::ONE } else { Scaled::ZERO };
            [Scaled::exp(-x.times(1e5)), step]
        });
        let [steep, step] = integrals.expect("settled");
        assert!(relative(steep, 1e-5) < 1e-14, "{:e}", relative(steep, 1e-5));
        assert!(relative(step, 1.0 / 3.0) < 1e-12, "{:e}", relative(step, 1.0 / 3.0));
    }

    /// E[Φ(a + bZ)] = Φ(a/√(1 + b²)), and both sides of it: right wherever the rule settles, which it does unless the
    /// step is steep.
    #[test]
    fn smooth_functions_settle_where_they_should() {
        let (mut worst, mut settled): (f64, u32) = (0.0, 0);
        for slope in [0.0, 1e-6, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 100.0, 1e4, 1e9] {
            for barrier in [0.0, -0.3, -2.0, -7.0, -19.0] {
                // Steps at different places of the grid.
                let barrier = barrier * slope + 0.1 * slope;
                let integrals = integrate_smooth(|z| {
                    let below = normal::below(DoubleDouble::from(barrier) + z.times(slope));
                    [below.yes, below.no, Scaled::ONE].map(|value| value * normal::density(z))
                });
                let root = (DoubleDouble::ONE + DoubleDouble::from(slope).times(slope)).sqrt();
                let expected = normal::below(DoubleDouble::from(barrier) / root);
                let Some([yes, no, one]) = integrals else {
                    assert!(slope >= 20.0, "{barrier} {slope}");
                    continue;
                };
                settled += 1;
                for (computed, expected) in [(yes, expected.yes), (no, expected.no), (one, Scaled::ONE)] {
                    worst = worst.max(((computed - expected) / expected).to_f64().abs());
                }
            }
        }
        assert!(settled >= 40 && worst < 1e-15, "{settled} {worst:e}");
    }

    /// A peak between the first points, which only its flanks betray.
    #[test]
    fn a_peak_between_the_points_is_no_smooth_function() {
        let integrals = integrate_smooth(|z| {
            let peak = normal::density((z - DoubleDouble::from(1.0 / 3.0)).times(1e4));
            [peak * normal::density(z), normal::density(z)]
        });
        assert!(integrals.is_none());
    }

    /// e^(−|x|) on one side and a normal density on the other: the sum must go on as far as the slower one counts.
    #[test]
    fn a_slow_flank_is_followed_to_its_end() {
        for mirror in [1.0, -1.0] {
            let integrals = integrate_smooth(|z| {
                let (place, flank) = (z.times(mirror), Scaled::exp(z.times(3.0 * mirror)));
                // e^(3x)/(1 + e^(3x))⁵, whose integral is B(1, 4)/3.
                let rest = Scaled::ONE + Scaled::exp(place.times(3.0));
                [flank / (rest * rest * rest * rest * rest)]
            });
            let [integral] = integrals.expect("settled");
            assert!(relative(integral, 1.0 / 12.0) < 1e-15, "{:e}", relative(integral, 1.0 / 12.0));
        }
    }

    /// φ(z)(1 + aφ(20z − 6)) has the integral 1 + aφ(6/√401)/√401, whether a is large or so small that only the last
    /// digits show it.
    #[test]
    fn small_features_on_large_ones_are_resolved() {
        for size in [1.0, 1e-3, 1e-6, 1e-9] {
            let integrals = integrate_smooth(|z| {
                let bump = Scaled::ONE + normal::density(z.times(20.0) - 6.0.into()) * size.into();
                [normal::density(z) * bump, normal::density(z) * Scaled::from(1.0 + size)]
            });
            let [integral, _] = integrals.expect("settled");
            let root = DoubleDouble::from(401.0).sqrt();
            let bump = normal::density(DoubleDouble::from(6.0) / root) / Scaled::from(root);
            let expected = Scaled::ONE + bump * size.into();
            let error = ((integral - expected) / expected).to_f64().abs();
            assert!(error < 2e-16, "{size}: {error:e}");
        }
    }
}
