//! A loop over units that can be broken.

use crate::monte_carlo::SimulationError;
use crate::monte_carlo::buffers::Buffers;
use crate::monte_carlo::lanes::{Engine, Job, Lanes};
use crate::monte_carlo::random::Columns;
use crate::monte_carlo::units::Plan;
use crate::outcome::{Counts, Estimate};

/// A loop over the units of a plan, on one thread.
#[derive(Clone, Copy)]
pub(crate) struct BrokenUnits<'a> {
    pub(crate) plan: &'a Plan,
    /// Number of trials that the result claims.
    pub(crate) trials: u64,
    pub(crate) seed: u64,
    /// The unit whose random words a unit uses.
    pub(crate) words_of: fn(u64) -> u64,
    /// Whether the trials beyond those asked for are left out.
    pub(crate) masked: bool,
}

impl<'a> BrokenUnits<'a> {
    /// Returns the correct loop.
    pub(crate) fn new(plan: &'a Plan, trials: u64, seed: u64) -> Self {
        Self { plan, trials, seed, words_of: |unit| unit, masked: true }
    }

    /// Returns the counts of all units, on this engine.
    pub(crate) fn estimate(self, engine: Option<Engine>) -> Result<Estimate, SimulationError> {
        let engine = engine.map_or_else(Engine::from_environment, Ok)?;
        let counts = self.counted_by(engine, |counts, _| counts);
        Ok(Estimate { trials: self.trials, seed: self.seed, counts, partial: false })
    }

    /// Returns the sum over units of `count`, which gets the counts of a unit and everything that it has drawn.
    pub(crate) fn counted_by(self, engine: Engine, count: impl FnMut(Counts, &Buffers) -> Counts) -> Counts {
        engine.run(Loop { units: self, count })
    }
}

struct Loop<'a, F> {
    units: BrokenUnits<'a>,
    count: F,
}

impl<F: FnMut(Counts, &Buffers) -> Counts> Job for Loop<'_, F> {
    type Output = Counts;

    #[inline(always)]
    fn run<L: Lanes>(mut self) -> Counts {
        let BrokenUnits { plan, trials, seed, words_of, masked } = self.units;
        let (mut counts, mut buffers) = (Counts::default(), Buffers::default());
        for unit in 0..trials.div_ceil(plan.unit_trials) {
            let counted = if masked { trials - unit * plan.unit_trials } else { plan.unit_trials };
            let words = Columns::<L>::new(seed, words_of(unit));
            let of_unit = plan.unit::<L, _>(counted, words, &mut buffers);
            counts.add((self.count)(of_unit, &buffers));
        }
        counts
    }
}
