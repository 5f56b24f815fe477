//! Integrals of positive functions whose size is not known beforehand.
//!
//! # Accuracy
//! A panel is done when two rules on it differ by less than 10⁻¹³ of the whole integral, each component measured against its own. The
//! difference is the error of the coarser rule; that of the finer one, which is kept, is smaller by many orders.
//!
//! # Testing
//! Against integrals that are known in this file: narrow and far peaks, and steps.
//!
//! # Implementation
//! Gauss and Kronrod's pair of 15 and 31 points on panels that are halved where the pair disagrees. The numbers have an exponent of their own, so that
//! a peak of any height or place shows itself: however far below it a point lies, its slope makes the pair disagree, and the
//! halving goes where the function is largest. Gauss and Hermite's rule, which fixes its points before it sees the function, is off by a
//! quarter where the function is a step.

use super::double_double::DoubleDouble;
use super::scaled::Scaled;

/// Several integrals of one variable, taken together.
pub(crate) type Components<const N: usize> = [Scaled; N];

/// Two rules on a panel may differ by this part of the integral.
const TOLERANCE: f64 = 1e-13;

/// Halvings of a panel; the narrowest step that doubles can ask for needs fifty.
const MOST_HALVINGS: usize = 80;

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

/// A stretch of the axis, the integrals over it and how far the two rules differ.
struct Panel<const N: usize> {
    from: f64,
    to: f64,
    integrals: Components<N>,
    differences: Components<N>,
}

/// The integrals of `function`, no component of which is negative, between the first and the last of `ends`, which rise; none if
/// the halving does not settle.
pub(crate) fn integrate<const N: usize>(
    ends: &[f64],
    function: impl Fn(DoubleDouble) -> Components<N>,
) -> Option<Components<N>> {
    let mut panels: Vec<_> = ends.windows(2).map(|pair| Panel::new(pair[0], pair[1], &function)).collect();
    for _ in 0..MOST_HALVINGS {
        let total = sum(&panels);
        let (mut done, open): (Vec<_>, Vec<_>) = panels.into_iter().partition(|panel| panel.agrees(&total));
        if open.is_empty() {
            return Some(total);
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
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        let mut kronrod = [Scaled::ZERO; N];
        let mut gauss = [Scaled::ZERO; N];
        let mut add = |place: f64, of_kronrod: f64, of_gauss: f64| {
            // The place itself is rounded; the point must not be, where the function falls steeply far from zero.
            let values = function(DoubleDouble::sum(middle, half * place));
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
}
