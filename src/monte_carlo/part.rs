//! One of several parts of a run.

use super::parts::UnitSet;
use crate::scenario::Error;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

/// One of several parts of a run, such as the third of sixteen: "3/16".
///
/// Part k of m has the units from ⌊U(k−1)/m⌋ to ⌊Uk/m⌋ − 1 of U: all parts together have each unit once, and the
/// numbers of units in two parts differ by at most one. A unit has 1,024 to 131,072 trials; if there are more parts
/// than units, some parts are empty.
///
/// ```
/// use kofn::monte_carlo::{Part, SimulationOptions, simulate};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let mut options = SimulationOptions::new(1_000_000, 42);
/// let whole = simulate(&scenario, options)?;
/// let mut correct = 0;
/// for number in 1..=16 {
///     options.part = Some(Part::new(number, 16)?);
///     correct += simulate(&scenario, options)?.counts.correct();
/// }
/// assert_eq!(correct, whole.counts.correct());
///
/// let part: Part = "3/16".parse()?;
/// assert_eq!((part.number(), part.of()), (3, 16));
/// let error = "17/16".parse::<Part>().unwrap_err();
/// assert!(error.to_string().contains("17/16") && error.to_string().contains("K/M"));
/// # Ok::<(), kofn::SimulationError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    number: u64,
    of: u64,
}

impl Part {
    /// The whole, which is the first of one part.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Returns the part of this number, counted from 1, of `of` parts.
    ///
    /// # Errors
    /// A number that is 0 or above `of`.
    pub fn new(number: u64, of: u64) -> Result<Self, Error> {
        let part = Self { number, of };
        if (1..=of).contains(&number) { Ok(part) } else { Err(not_a_part(part)) }
    }

    /// The number of the part, from 1.
    pub fn number(self) -> u64 {
        self.number
    }

    /// The number of parts.
    pub fn of(self) -> u64 {
        self.of
    }

    /// Returns the units, out of `all`, that belong to the part.
    ///
    /// ```
    /// use kofn::monte_carlo::Part;
    /// assert_eq!(Part::new(2, 3)?.units(10), 3..6);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn units(self, all: u64) -> Range<u64> {
        let Self { number, of } = self;
        let before = |parts: u64| (u128::from(all) * u128::from(parts) / u128::from(of)) as u64;
        before(number - 1)..before(number)
    }

    /// Returns which of so many units belong to a part, or to the whole.
    pub(crate) fn share_of(part: Option<Self>, units: u64) -> Range<u64> {
        part.unwrap_or(Self::WHOLE).units(units)
    }

    /// Returns which of `of` parts are not among those of these numbers, as job arrays take them: `4` or `2-7,9`, empty
    /// if nothing is missing.
    ///
    /// ```
    /// use kofn::monte_carlo::Part;
    /// assert_eq!(Part::missing(9, [8, 1]), "2-7,9");
    /// ```
    pub fn missing(of: u64, numbers: impl IntoIterator<Item = u64>) -> String {
        let numbers: BTreeSet<u64> = numbers.into_iter().filter(|number| (1..=of).contains(number)).collect();
        let there =
            UnitSet::of_ranges(numbers.into_iter().map(|number| number - 1..number)).unwrap_or_default();
        let missing: Vec<[u64; 2]> =
            there.gaps(0..of).into_iter().map(|range| [range.start + 1, range.end]).collect();
        Self::job_array(&missing)
    }

    /// Ranges of numbers, both ends included, as job arrays take them.
    pub(crate) fn job_array(ranges: &[[u64; 2]]) -> String {
        let range = |&[first, last]: &[u64; 2]| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        };
        ranges.iter().map(range).collect::<Vec<_>>().join(",")
    }

    /// Returns the numbers of the parts, out of `of`, that have units of a range that is not empty.
    pub(super) fn numbers(range: &Range<u64>, of: u64, units: u64) -> RangeInclusive<u64> {
        // Unit u is in the first part k for which ⌊Uk/m⌋ > u.
        let number = |unit: u64| {
            (u128::from(unit + 1) * u128::from(of)).div_ceil(u128::from(units)).min(u128::from(of)) as u64
        };
        number(range.start)..=number(range.end - 1)
    }
}

fn not_a_part(written: impl fmt::Display) -> Error {
    Error::out_of_range("part", written, "K/M, the K-th of M parts, K from 1 to M, such as 3/16")
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Part {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // Digits alone: the parser of integers would take a sign, too.
        let number = |digits: &str| {
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
        };
        let numbers = text.split_once('/').and_then(|(left, right)| Some((number(left)?, number(right)?)));
        let (number, of) = numbers.ok_or_else(|| not_a_part(format!("{text:?}")))?;
        Self::new(number, of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_share_the_units_evenly_and_in_order(units in 0_u64..200, of in 1_u64..60) {
            let mut next = 0;
            for number in 1..=of {
                let part = Part::new(number, of).unwrap();
                let range = Part::share_of(Some(part), units);
                prop_assert_eq!(range.start, next);
                let count = range.end - range.start;
                prop_assert!(count == units / of || count == units / of + 1);
                for unit in range.clone() {
                    prop_assert_eq!(Part::numbers(&(unit..unit + 1), of, units), number..=number);
                }
                next = range.end;
            }
            prop_assert_eq!(next, units);
        }
    }

    #[test]
    fn numbers_as_large_as_they_get_do_not_overflow() {
        let part = Part::new(u64::MAX, u64::MAX).unwrap();
        assert_eq!(Part::share_of(Some(part), u64::MAX), u64::MAX - 1..u64::MAX);
        assert_eq!(Part::numbers(&(0..u64::MAX), u64::MAX, u64::MAX), 1..=u64::MAX);
    }

    #[test]
    fn missing_parts_are_ranges() {
        assert_eq!(Part::missing(3, []), "1-3");
        assert_eq!(Part::missing(3, [2, 2, 0, 4]), "1,3");
        assert_eq!(Part::missing(3, 1..=3), "");
        assert_eq!(Part::missing(u64::MAX, [7]), "1-6,8-18446744073709551615");
    }

    #[test]
    fn what_is_no_part_is_refused() {
        let texts =
            "0/16|17/16|3/0|0/0|a/b||/|3|3/|/16|3/16/2|+3/16|-3/16|3 /16|3.0/16|1/18446744073709551616";
        for text in texts.split('|') {
            let error = text.parse::<Part>().unwrap_err().to_string();
            assert!(error.contains("K/M"), "{text}: {error}");
        }
        assert_eq!("03/016".parse::<Part>().unwrap().to_string(), "3/16");
    }
}
