//! The largest value of a quantity with which some system meets the target.

use super::change::Change;
use crate::plan::choice::Choice;
use crate::plan::demand::Scope;
use crate::plan::families::{candidate, contenders};
use crate::plan::team::Team;
use crate::scenario::{Error, Scenario};
use rayon::prelude::*;

/// Number of equal steps into which the range of a quantity is divided at first.
const STEPS: u32 = 8;

/// A value that misses is larger than the one that meets by no more than this share.
const WIDTH: f64 = 1e-9;

/// A scenario in which one quantity is varied.
pub(super) struct Varied<'a> {
    pub scenario: &'a Scenario,
    pub scope: &'a Scope,
    pub change: Change,
    pub target: f64,
}

/// The largest value that meets the target.
pub(super) struct Found {
    pub largest: Option<f64>,
    /// The best system at that value or, where no value is enough, at the smallest one.
    pub choice: Choice,
}

/// A contender, with its outcome.
struct Contender {
    place: usize,
    choice: Choice,
}

impl Varied<'_> {
    /// Returns the largest value between these that meets the target, to the width.
    pub(super) fn search(&self, low: f64, high: f64) -> Result<Found, Error> {
        let at = |step: u32| low + (high - low) * f64::from(step) / f64::from(STEPS);
        let mut missed = high;
        let mut all = Vec::new();
        for step in (0..STEPS).rev() {
            all = self.systems(at(step), None)?;
            let met = self.meeting(&all);
            if !met.is_empty() {
                return self.halve(at(step), missed, met);
            }
            missed = at(step);
        }
        Ok(Found { largest: None, choice: best(all)? })
    }

    /// Halves the range between a value at which contenders meet the target and one at which none does.
    fn halve(&self, met: f64, missed: f64, mut meeting: Vec<usize>) -> Result<Found, Error> {
        // Numbers that are not negative have the order of their bits.
        let (mut met, mut missed) = (met.to_bits(), missed.to_bits());
        while missed - met > 1 && f64::from_bits(missed) > f64::from_bits(met) * (1.0 + WIDTH) {
            let middle = met.midpoint(missed);
            let still = self.meeting(&self.systems(f64::from_bits(middle), Some(&meeting))?);
            if still.is_empty() {
                missed = middle;
            } else {
                (met, meeting) = (middle, still);
            }
        }
        let largest = f64::from_bits(met);
        let choice = best(self.systems(largest, Some(&meeting))?)?;
        Ok(Found { largest: Some(largest), choice })
    }

    /// The contenders with this value, or those in `places`, that have an exact answer.
    fn systems(&self, value: f64, places: Option<&[usize]>) -> Result<Vec<Contender>, Error> {
        let (scenario, scope) = self.change.applied(self.scenario, self.scope, value)?;
        let team = Team::new(&scenario);
        let all = contenders(&team, &scope, self.change != Change::ValidatorFailureRate);
        let wanted = |place: &usize| places.is_none_or(|places| places.contains(place));
        let of = |(place, sized)| {
            let choice = candidate(&team, sized).and_then(Choice::of).ok()?;
            Some(Contender { place, choice })
        };
        let all: Vec<_> = all.into_iter().enumerate().filter(|(place, _)| wanted(place)).collect();
        Ok(all.into_par_iter().filter_map(of).collect())
    }

    fn meeting(&self, all: &[Contender]) -> Vec<usize> {
        let met = all.iter().filter(|contender| contender.choice.exact.correct >= self.target);
        met.map(|contender| contender.place).collect()
    }
}

/// Returns the contender that is most often correct, the first of equals.
fn best(all: Vec<Contender>) -> Result<Choice, Error> {
    let better = |best: Choice, choice: Choice| {
        if choice.exact.correct > best.exact.correct { choice } else { best }
    };
    let best = all.into_iter().map(|contender| contender.choice).reduce(better);
    best.ok_or_else(|| Error::refused("scenario", "no system has an exact answer here"))
}
