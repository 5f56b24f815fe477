//! Whether names are sorted: then a name that follows is new.

use std::cmp::Ordering;

/// The orders that all names so far are in.
#[derive(Debug)]
pub(super) struct Order {
    last: String,
    /// Rising and falling, in natural order and in the order of their bytes (as `LC_ALL=C sort` leaves them).
    kept: [bool; 4],
}

impl Default for Order {
    fn default() -> Self {
        Self { last: String::new(), kept: [true; 4] }
    }
}

impl Order {
    /// Takes the next name, not empty. Returns whether it is in one order with all before, and therefore new.
    pub(super) fn takes(&mut self, name: &str) -> bool {
        if !self.last.is_empty() && self.kept.contains(&true) {
            let (natural, bytes) = (natural(&self.last, name), self.last.as_str().cmp(name));
            let [rises, falls, bytes_rise, bytes_fall] = &mut self.kept;
            *rises &= natural.is_lt();
            *falls &= natural.is_gt();
            *bytes_rise &= bytes.is_lt();
            *bytes_fall &= bytes.is_gt();
        }
        name.clone_into(&mut self.last);
        self.kept.contains(&true)
    }
}

/// Text by its bytes, numbers in it by their value: t9 comes before t10. Different names are never equal.
fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.as_bytes(), other.as_bytes());
    while let (Some(first), Some(second)) = (left.first(), right.first()) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number, other_number) = (take_number(&mut left), take_number(&mut right));
            number.len().cmp(&other_number.len()).then_with(|| number.cmp(other_number))
        } else {
            (left, right) = (&left[1..], &right[1..]);
            first.cmp(second)
        };
        if order.is_ne() {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| one.cmp(other))
}

/// Takes the digits off; returns them without leading zeros.
fn take_number<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    *text = rest;
    let zeros = number.iter().take_while(|&&byte| byte == b'0').count();
    &number[zeros..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_count_by_their_value() {
        let rising = ["", "a", "a1", "a01", "a2", "a9", "a10", "a10b", "a10b2", "a10b10", "b", "b0", "é"];
        for pair in rising.windows(2) {
            // Leading zeros alone: by bytes, only to be an order at all.
            let expected = if pair == ["a1", "a01"] { Ordering::Greater } else { Ordering::Less };
            assert_eq!(natural(pair[0], pair[1]), expected, "{pair:?}");
        }
    }

    #[test]
    fn the_first_name_out_of_order_ends_it() {
        let takes = |names: &[&str]| {
            let mut order = Order::default();
            names.iter().map(|name| order.takes(name)).collect::<Vec<_>>()
        };
        assert_eq!(takes(&["t9", "t10", "t11", "t2", "t30"]), [true, true, true, false, false]);
        assert_eq!(takes(&["t10", "t2", "t30", "t1"]), [true, true, true, false]); // by bytes
        assert_eq!(takes(&["t10", "t9", "t8"]), [true; 3]);
        assert_eq!(takes(&["b", "a10", "a1", "a"]), [true; 4]);
        assert_eq!(takes(&["a", "b", "b"]), [true, true, false]);
    }

    proptest! {
        // Only a total order shows that a name is new.
        #[test]
        fn natural_order_is_an_order(names in prop::collection::vec("[a0-2]{0,6}", 3)) {
            let [a, b, c] = [&names[0], &names[1], &names[2]];
            prop_assert_eq!(natural(a, b), natural(b, a).reverse());
            prop_assert_eq!(natural(a, b).is_eq(), a == b);
            if natural(a, b).is_le() && natural(b, c).is_le() {
                prop_assert!(natural(a, c).is_le(), "{:?}", names);
            }
        }
    }
}
