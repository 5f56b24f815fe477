//! Gauss's quadrature on eight points.

/// The positive points on [−1, 1] and their weights.
const POINTS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// Points and weights on this many equal panels of an interval, in rising order.
pub(super) fn panels(low: f64, high: f64, count: usize) -> Vec<(f64, f64)> {
    let half = 0.5 * (high - low) / count as f64;
    let of_panel = |panel: usize| {
        let middle = low + (2 * panel + 1) as f64 * half;
        let left = POINTS.iter().rev().map(move |(point, weight)| (middle - half * point, half * weight));
        left.chain(POINTS.iter().map(move |(point, weight)| (middle + half * point, half * weight)))
    };
    (0..count).flat_map(of_panel).collect()
}
