//! The law of the number of successes, number by number.

use super::contour::Masses;
use super::tilt::Draws;
use crate::exact::chance::Chance;
use crate::exact::scaled::Scaled;

/// The probabilities P(X = j) of single numbers of successes.
pub(crate) struct Law {
    pub(super) draws: Draws,
}

impl Law {
    pub(crate) fn new(chances: impl Iterator<Item = Chance>) -> Self {
        Self { draws: Draws::new(chances) }
    }

    /// The least and the largest number that can be.
    pub(crate) fn support(&self) -> (u64, u64) {
        (self.draws.certain, self.draws.certain + self.draws.count())
    }

    /// P(X = j) for one j after the other: quick where each is near the one before.
    pub(crate) fn masses(&self) -> impl FnMut(u64) -> Scaled {
        let (first, last) = self.support();
        let mut masses: Option<Masses<'_>> = None;
        move |number| {
            if !(first..=last).contains(&number) {
                return Scaled::ZERO;
            }
            if first == last {
                return Scaled::ONE;
            }
            let j = number - first;
            masses.get_or_insert_with(|| Masses::from(&self.draws, j)).at(j)
        }
    }
}
