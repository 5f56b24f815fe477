//! Finite geometric sums.

use super::scaled::Scaled;

/// Returns 1 + q + … + q^(m−1) by doubling, with additions and products only: (1 − q^m)/(1 − q) cancels for q near one.
pub(crate) fn geometric_sum(q: Scaled, m: u64) -> Scaled {
    let (mut sum, mut power) = (Scaled::ZERO, Scaled::ONE);
    for bit in (0..u64::BITS - m.leading_zeros()).rev() {
        sum += sum * power;
        power *= power;
        if m >> bit & 1 == 1 {
            sum = Scaled::ONE + sum * q;
            power *= q;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometric_sums_are_right_at_both_ends() {
        let half = Scaled::from(0.5);
        assert_eq!(geometric_sum(half, 1), Scaled::ONE);
        assert_eq!(geometric_sum(half, 3).to_f64(), 1.75);
        assert_eq!(geometric_sum(Scaled::ONE, 1_000_000_007).to_f64(), 1_000_000_007.0);
        assert_eq!(geometric_sum(Scaled::ZERO, 9).to_f64(), 1.0);
    }
}
