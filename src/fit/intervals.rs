//! Intervals.

/// A confidence interval, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The percentile interval of a bootstrap: the central `confidence` of the replicas; those that are no numbers are left out, and
/// without any other there is no interval.
///
/// The ends are order statistics, with linear interpolation between them (Hyndman and Fan 1996, their definition 6: the r-th of R
/// replicas is the quantile r/(R + 1)).
pub fn percentiles(replicas: Vec<f64>, confidence: f64) -> Option<Interval> {
    let mut sorted = replicas;
    sorted.retain(|value| !value.is_nan());
    sorted.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    Some(Interval { low: quantile(&sorted, tail)?, high: quantile(&sorted, 1.0 - tail)? })
}

fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * (sorted.len() as f64 + 1.0)).clamp(1.0, (sorted.len() as f64).max(1.0));
    let (below, part) = (rank as usize, rank.fract());
    let low = *sorted.get(below.checked_sub(1)?)?;
    Some(sorted.get(below).map_or(low, |high| low + part * (high - low)))
}
