//! Units counted by any number of threads, with the same counts for all of them.

use super::buffers::Buffers;
use super::clock::Instant;
use super::error::SimulationError;
use super::lanes::{Engine, Job, Lanes};
use super::options::SimulationOptions;
use super::random::Columns;
use crate::outcome::{Counts, JointCounts};
use crate::scenario::Error;
use std::io;
use std::num::NonZero;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Shortest time between two progress reports.
pub(crate) const BETWEEN_REPORTS: Duration = Duration::from_millis(50);

/// Integers that are counted, so that it does not matter which thread counted what.
pub(crate) trait Accumulate: Default + Send {
    /// Adds what another thread has counted.
    fn add(&mut self, other: Self);
}

impl Accumulate for Counts {
    fn add(&mut self, other: Self) {
        Self::add(self, other);
    }
}

impl Accumulate for JointCounts {
    fn add(&mut self, other: Self) {
        Self::add(self, other);
    }
}

/// Trials in units, and what is counted of them.
pub(crate) trait Units: Sync {
    /// What is counted.
    type Sum: Accumulate;

    /// Trials in a unit.
    fn unit_trials(&self) -> u64;

    /// Adds the first `counted` trials of a unit, which is always computed whole, to `sum`; returns the counts to
    /// report.
    fn count<L: Lanes>(
        &self,
        counted: u64,
        words: Columns<L>,
        buffers: &mut Buffers,
        sum: &mut Self::Sum,
    ) -> Counts;
}

/// What was counted of a range of units: those before `end`.
pub(crate) struct Done<S> {
    pub(crate) end: u64,
    pub(crate) sum: S,
}

/// Counts these units until the run is stopped or the time is `until`. Reports include `before`, which has been counted
/// already.
///
/// Threads take units in order and finish every unit that they took. The units that were counted when a run is stopped
/// are therefore exactly its first ones.
pub(crate) fn count_units<U: Units>(
    plan: &U,
    options: SimulationOptions<'_>,
    units: Range<u64>,
    until: Option<Instant>,
    before: Counts,
) -> Result<Done<U::Sum>, SimulationError> {
    let engine = options.engine.map_or_else(Engine::from_environment, Ok)?;
    let reported = Mutex::new(Reported { counts: before, at: Instant::now() });
    let work = Work { plan, options, end: units.end, until, next: AtomicU64::new(units.start), reported };
    let threads = threads(options.threads, units.end - units.start)?;
    let sum = work.on_threads(threads, || engine.run(Thread(&work)))?;
    Ok(Done { end: work.next.into_inner().min(units.end), sum })
}

/// Number of threads to use, at most the number of units.
fn threads(asked: Option<usize>, units: u64) -> Result<usize, Error> {
    Ok(asked_threads(asked)?.min(usize::try_from(units).unwrap_or(usize::MAX)).max(1))
}

/// Number of threads that is asked for: all that there are, if none is.
pub(crate) fn asked_threads(asked: Option<usize>) -> Result<usize, Error> {
    if asked == Some(0) {
        return Err(Error::out_of_range("threads", 0, "1 or more"));
    }
    Ok(asked.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get)))
}

/// What the threads share.
struct Work<'a, U> {
    plan: &'a U,
    options: SimulationOptions<'a>,
    end: u64,
    until: Option<Instant>,
    next: AtomicU64,
    reported: Mutex<Reported>,
}

/// What all threads have counted, and when it was last reported.
struct Reported {
    counts: Counts,
    at: Instant,
}

/// What each thread does.
struct Thread<'a, U>(&'a Work<'a, U>);

impl<U: Units> Job for Thread<'_, U> {
    type Output = U::Sum;

    #[inline(always)]
    fn run<L: Lanes>(self) -> U::Sum {
        let Self(work) = self;
        let mut buffers = Buffers::default();
        let mut sum = U::Sum::default();
        while let Some(unit) = work.take() {
            let counted = work.options.trials - unit * work.plan.unit_trials();
            let words = Columns::<L>::new(work.options.seed, unit);
            work.report(work.plan.count(counted, words, &mut buffers, &mut sum));
        }
        sum
    }
}

impl<U: Units> Work<'_, U> {
    /// The sum of what threads count, of which this one is the first: short runs would feel one more start.
    fn on_threads(
        &self,
        threads: usize,
        count: impl Fn() -> U::Sum + Sync,
    ) -> Result<U::Sum, SimulationError> {
        thread::scope(|scope| {
            let start = |_| thread::Builder::new().spawn_scoped(scope, &count);
            let others: io::Result<Vec<_>> = (1..threads).map(start).collect();
            let others = others.map_err(|error| {
                // Those that were started find nothing left.
                self.next.fetch_max(self.end, Ordering::Relaxed);
                SimulationError::Threads { count: threads, reason: error.to_string() }
            })?;
            let mut sum = count();
            for other in others {
                sum.add(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            Ok(sum)
        })
    }

    /// Takes the next unit, unless there is none, the run is stopped or its time is up.
    fn take(&self) -> Option<u64> {
        let stopped = self.options.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if stopped || self.until.is_some_and(|until| Instant::now() >= until) {
            return None;
        }
        let unit = self.next.fetch_add(1, Ordering::Relaxed);
        (unit < self.end).then_some(unit)
    }

    fn report(&self, of_unit: Counts) {
        let Some(progress) = self.options.progress else { return };
        // A callback that panics poisons the lock; the panic itself ends the run.
        let mut reported = self.reported.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        reported.counts.add(of_unit);
        if reported.at.elapsed() >= BETWEEN_REPORTS {
            reported.at = Instant::now();
            progress(reported.counts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_threads_are_refused_and_too_many_are_not_started() {
        assert_eq!(&*threads(Some(0), 5).unwrap_err().key, "threads");
        assert_eq!(threads(Some(usize::MAX), 5).unwrap(), 5);
        assert_eq!(threads(Some(2), 0).unwrap(), 1);
    }
}
