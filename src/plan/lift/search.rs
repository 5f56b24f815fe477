//! The largest value of a quantity with which some system meets the demand.

use super::change::Change;
use crate::plan::choice::Choice;
use crate::plan::demand::Demand;
use crate::plan::families::{Sized, candidate, contenders};
use crate::plan::options::Options;
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
    /// What could be built before the change, and what is demanded.
    pub options: &'a Options,
    pub change: Change,
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
        Ok(Found { largest: None, choice: best(all, &self.options.demand)? })
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
        let choice = best(self.systems(largest, Some(&meeting))?, &self.options.demand)?;
        Ok(Found { largest: Some(largest), choice })
    }

    /// The contenders with this value, or those in `places`, that have an exact answer.
    fn systems(&self, value: f64, places: Option<&[usize]>) -> Result<Vec<Contender>, Error> {
        let options = self.options;
        let (scenario, scope) = self.change.applied(self.scenario, &options.scope, value)?;
        let team = Team::new(&scenario);
        let again = self.change != Change::ValidatorFailureRate;
        let mut all = contenders(&team, &scope, again, options.demand.has_ceilings());
        if team.is_pool() {
            all.extend(self.best_now().map(|place| Sized::like(&options.choices[place])));
        }
        let wanted = |place: &usize| places.is_none_or(|places| places.contains(place));
        let of = |(place, sized)| {
            let choice = candidate(&team, sized).and_then(Choice::of).ok()?;
            Some(Contender { place, choice })
        };
        let all: Vec<_> = all.into_iter().enumerate().filter(|(place, _)| wanted(place)).collect();
        Ok(all.into_par_iter().filter_map(of).collect())
    }

    /// The systems that are on the frontier before the change, and the most reliable one.
    fn best_now(&self) -> impl Iterator<Item = usize> {
        let Options { frontier, most_reliable, .. } = self.options;
        frontier.iter().copied().chain([*most_reliable])
    }

    fn meeting(&self, all: &[Contender]) -> Vec<usize> {
        let demand = &self.options.demand;
        let met =
            all.iter().filter(|contender| demand.is_met_by(&contender.choice.exact, contender.choice.price));
        met.map(|contender| contender.place).collect()
    }
}

/// Returns the contender that is most often correct, of those within the ceilings if there are any; of equals the
/// first.
fn best(all: Vec<Contender>, demand: &Demand) -> Result<Choice, Error> {
    let is_within = |choice: &Choice| demand.admits(&choice.exact, choice.price);
    let rank = |choice: &Choice| (is_within(choice), choice.exact.correct);
    let better = |best: Choice, choice: Choice| if rank(&choice) > rank(&best) { choice } else { best };
    let best = all.into_iter().map(|contender| contender.choice).reduce(better);
    best.ok_or_else(|| Error::refused("scenario", "no system has an exact answer here"))
}
