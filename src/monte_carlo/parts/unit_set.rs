//! Which units have been counted.

use std::ops::Range;

/// A set of units: ranges in order that are not empty and do not touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::monte_carlo) struct UnitSet(Vec<Range<u64>>);

impl UnitSet {
    /// A set of these ranges, if they are not empty, in order and apart; ranges that touch become one.
    pub(in crate::monte_carlo) fn of_ranges(ranges: impl IntoIterator<Item = Range<u64>>) -> Option<Self> {
        let mut set = Self::default();
        let mut end = 0;
        for range in ranges {
            if range.is_empty() || range.start < end {
                return None;
            }
            end = range.end;
            set.push(range);
        }
        Some(set)
    }

    pub(super) fn ranges(&self) -> &[Range<u64>] {
        &self.0
    }

    /// The first range of units that are in both.
    pub(super) fn overlap(&self, other: &Self) -> Option<Range<u64>> {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let both = a.start.max(b.start)..a.end.min(b.end);
            if !both.is_empty() {
                return Some(both);
            }
            if a.end <= b.end {
                left.next()
            } else {
                right.next()
            };
        }
        None
    }

    /// Adds units of which none is in the set.
    pub(super) fn add(&mut self, other: &Self) {
        let mut ranges = [std::mem::take(&mut self.0), other.0.clone()].concat();
        ranges.sort_by_key(|range| range.start);
        ranges.into_iter().for_each(|range| self.push(range));
    }

    /// The units of a range that are not in the set.
    pub(in crate::monte_carlo) fn gaps(&self, within: Range<u64>) -> Vec<Range<u64>> {
        let mut gaps = Vec::new();
        let mut next = within.start;
        for range in &self.0 {
            gaps.push(next..range.start.min(within.end));
            next = next.max(range.end);
        }
        gaps.push(next..within.end);
        gaps.retain(|gap| !gap.is_empty());
        gaps
    }

    /// Adds a range that begins no earlier than the last one ends.
    fn push(&mut self, range: Range<u64>) {
        match self.0.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.0.push(range),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The ranges of units whose bits are set.
    fn set(bits: u32) -> UnitSet {
        UnitSet::of_ranges((0..32).filter(|unit| bits >> unit & 1 == 1).map(|unit| unit..unit + 1)).unwrap()
    }

    fn units(ranges: &[Range<u64>]) -> BTreeSet<u64> {
        ranges.iter().cloned().flatten().collect()
    }

    proptest! {
        #[test]
        fn it_is_a_set(left: u32, right: u32, start in 0_u64..32, length in 0_u64..32) {
            let (a, b) = (set(left), set(right));
            prop_assert!(a.ranges().windows(2).all(|pair| pair[0].end < pair[1].start));
            let first = (left & right != 0).then(|| u64::from((left & right).trailing_zeros()));
            prop_assert_eq!(a.overlap(&b).map(|range| range.start), first);
            if let Some(overlap) = a.overlap(&b) {
                prop_assert!(units(&[overlap]).is_subset(&units(set(left & right).ranges())));
            }
            let apart = set(right & !left);
            let mut sum = a.clone();
            sum.add(&apart);
            prop_assert_eq!(sum, set(left | right));
            let within = start..start + length;
            let missing: BTreeSet<u64> = within.clone().filter(|unit| left.checked_shr(*unit as u32).unwrap_or(0) & 1 == 0).collect();
            prop_assert_eq!(units(&a.gaps(within)), missing);
        }
    }

    #[test]
    fn ranges_out_of_order_are_no_set() {
        let of = |pairs: &[(u64, u64)]| UnitSet::of_ranges(pairs.iter().map(|&(start, end)| start..end));
        for pairs in [&[(3, 3)][..], &[(4, 3)], &[(0, 2), (1, 3)], &[(5, 6), (0, 1)]] {
            assert_eq!(of(pairs), None);
        }
        assert_eq!(of(&[(0, 2), (2, 3)]), of(&[(0, 3)]));
    }
}
