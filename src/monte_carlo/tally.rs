//! Units counted by any number of threads, with the same counts for all of them.

use super::lanes::{Engine, Job, Lanes};
use super::parts::Part;
use super::random::Columns;
use super::units::Plan;
use super::verdict::outcome;
use super::voting::Buffers;
use super::{Error, Run};
use crate::outcome::{Counts, Estimate};
use std::num::NonZero;
use std::ops::{AddAssign, Range};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Progress is told this seldom at most.
const BETWEEN_REPORTS: Duration = Duration::from_millis(50);

/// Trials in units, and what is counted of them.
pub(crate) trait Units: Sync {
    /// What is counted: integers, so that it does not matter which thread counted what.
    type Sum: Default + AddAssign + Send;

    /// Trials in a unit.
    fn unit_trials(&self) -> u64;

    /// Adds the first `counted` trials of a unit, which is always computed whole, to `sum`; returns what is told of them.
    fn count<L: Lanes>(
        &self,
        counted: u64,
        words: Columns<L>,
        buffers: &mut Buffers,
        sum: &mut Self::Sum,
    ) -> Counts;
}

impl Units for Plan {
    type Sum = Counts;

    fn unit_trials(&self) -> u64 {
        self.unit_trials
    }

    #[inline(always)]
    fn count<L: Lanes>(
        &self,
        counted: u64,
        words: Columns<L>,
        buffers: &mut Buffers,
        sum: &mut Counts,
    ) -> Counts {
        let counts = self.unit::<L, _>(counted, words, buffers);
        *sum += counts;
        counts
    }
}

/// How many of these trials ended in each outcome.
#[inline(always)]
pub(crate) fn count(outcomes: &[u8]) -> Counts {
    let mut counts = Counts::default();
    // A byte can count 255 trials; this is what the compiler turns into additions of whole vectors of bytes.
    for outcomes in outcomes.chunks(255) {
        let of =
            |outcome| u64::from(outcomes.iter().fold(0_u8, |count, was| count + u8::from(*was == outcome)));
        counts += Counts {
            correct: of(outcome::CORRECT),
            abstain: of(outcome::ABSTAIN),
            wrong: of(outcome::WRONG),
        };
    }
    counts
}

/// Runs a plan, or the part of it that is asked for, on the engine that the run or else the environment names.
pub(crate) fn run(plan: &Plan, run: Run<'_>) -> Result<Estimate, Error> {
    let units = Part::units_of(run.part, run.trials.div_ceil(plan.unit_trials));
    let done = count_units(plan, run, units.clone(), None, Counts::default())?;
    let (trials, partial) = (done.sum.total(), done.end < units.end);
    Ok(Estimate { trials, seed: run.seed, counts: done.sum, partial })
}

/// What was counted of a range of units: those before `end`.
pub(crate) struct Done<S> {
    pub(crate) end: u64,
    pub(crate) sum: S,
}

/// Counts these units until the run is stopped or the clock says `until`; `before` has been counted already, and is told with
/// what is counted here.
///
/// Threads take units in order and finish every unit that they took. So what has been done when a run is stopped is exactly
/// its first units.
pub(crate) fn count_units<U: Units>(
    plan: &U,
    run: Run<'_>,
    units: Range<u64>,
    until: Option<Instant>,
    before: Counts,
) -> Result<Done<U::Sum>, Error> {
    let engine = run.engine.map_or_else(Engine::from_environment, Ok)?;
    let reported = Mutex::new(Reported { counts: before, at: Instant::now() });
    let work = Work { plan, run, end: units.end, until, next: AtomicU64::new(units.start), reported };
    let sum = match threads(run.threads, units.end - units.start)? {
        1 => engine.run(Thread(&work)),
        threads => {
            let of_threads = pool(threads)?.broadcast(|_| engine.run(Thread(&work)));
            of_threads.into_iter().fold(U::Sum::default(), |mut sum, of_thread| {
                sum += of_thread;
                sum
            })
        }
    };
    Ok(Done { end: work.next.into_inner().min(units.end), sum })
}

/// So many threads, started.
fn pool(threads: usize) -> Result<rayon::ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
        Error::refused("threads", format!("{threads} threads could not be started: {error}"))
    })
}

/// How many threads to use: not more than there are units.
fn threads(asked: Option<usize>, units: u64) -> Result<usize, Error> {
    if asked == Some(0) {
        return Err(Error::out_of_range("threads", 0, "1 or more"));
    }
    let available = || std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = asked.unwrap_or_else(available).min(rayon::max_num_threads());
    Ok(threads.min(usize::try_from(units).unwrap_or(usize::MAX)).max(1))
}

/// What the threads share.
struct Work<'a, U> {
    plan: &'a U,
    run: Run<'a>,
    end: u64,
    until: Option<Instant>,
    next: AtomicU64,
    reported: Mutex<Reported>,
}

/// What has been counted by all threads, and when it was last told.
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
            let counted = work.run.trials - unit * work.plan.unit_trials();
            let words = Columns::<L>::new(work.run.seed, unit);
            work.report(work.plan.count(counted, words, &mut buffers, &mut sum));
        }
        sum
    }
}

impl<U> Work<'_, U> {
    /// The next unit, unless there is none, the run is to stop or its time is up.
    fn take(&self) -> Option<u64> {
        let stopped = self.run.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if stopped || self.until.is_some_and(|until| Instant::now() >= until) {
            return None;
        }
        let unit = self.next.fetch_add(1, Ordering::Relaxed);
        (unit < self.end).then_some(unit)
    }

    fn report(&self, of_unit: Counts) {
        let Some(progress) = self.run.progress else { return };
        // A callback that panics poisons the lock; the panic itself ends the run.
        let mut reported = self.reported.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        reported.counts += of_unit;
        if reported.at.elapsed() >= BETWEEN_REPORTS {
            reported.at = Instant::now();
            progress(reported.counts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Portable;
    use super::*;
    use crate::scenario::scheme::Majority;
    use crate::scenario::{Agents, Scenario};
    use std::sync::atomic::AtomicBool;

    fn plan() -> Plan {
        let scenario = Scenario::new(Agents::identical(3, 0.23), Majority).unwrap();
        Plan { unit_trials: 1024, ..Plan::new(&scenario).unwrap() }
    }

    fn with_threads(plan: &Plan, trials: u64, threads: usize) -> Estimate {
        run(plan, Run { threads: Some(threads), ..Run::new(trials, 5) }).unwrap()
    }

    #[test]
    fn outcomes_are_counted_whatever_their_number() {
        for (correct, abstain, wrong) in [(0, 0, 0), (1, 2, 3), (255, 256, 257), (1000, 0, 7)] {
            let outcomes = [vec![0; correct], vec![1; abstain], vec![2; wrong]].concat();
            let [correct, abstain, wrong] = [correct, abstain, wrong].map(|count| count as u64);
            assert_eq!(count(&outcomes), Counts { correct, abstain, wrong });
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_counts() {
        for trials in [0, 1, 1023, 1024, 1025, 100_000] {
            let alone = with_threads(&plan(), trials, 1);
            assert_eq!((alone.trials, alone.partial), (trials, false));
            for threads in [2, 3, 7, 64] {
                assert_eq!(with_threads(&plan(), trials, threads), alone);
            }
        }
    }

    /// What a unit adds does not depend on the units after it.
    #[test]
    fn the_first_trials_of_a_longer_run_are_the_shorter_run() {
        let plan = plan();
        let whole = |unit| {
            let words = Columns::<Portable>::new(5, unit);
            plan.unit::<Portable, _>(plan.unit_trials, words, &mut Buffers::default())
        };
        let mut sum = Counts::default();
        for unit in 0..20 {
            sum += whole(unit);
            assert_eq!(with_threads(&plan, 1024 * (unit + 1), 2).counts, sum);
        }
    }

    #[test]
    fn a_stopped_run_is_the_run_of_the_trials_that_it_did() {
        let plan = plan();
        for threads in [1, 2, 7] {
            let stop = AtomicBool::new(false);
            let told = AtomicU64::new(0);
            let progress = |counts: Counts| {
                told.store(counts.total(), Ordering::Relaxed);
                stop.store(true, Ordering::Relaxed);
            };
            let stopped = Run {
                threads: Some(threads),
                progress: Some(&progress),
                stop: Some(&stop),
                ..Run::new(u64::MAX, 5)
            };
            let estimate = run(&plan, stopped).unwrap();
            assert!(estimate.partial && estimate.trials >= told.into_inner() && estimate.trials > 0);
            let again = with_threads(&plan, estimate.trials, 2);
            assert_eq!((again.counts, again.partial), (estimate.counts, false));
        }
    }

    #[test]
    fn a_run_stopped_before_it_began_has_no_trials() {
        let stop = AtomicBool::new(true);
        let estimate = run(&plan(), Run { stop: Some(&stop), ..Run::new(10, 5) }).unwrap();
        assert_eq!((estimate.trials, estimate.partial), (0, true));
    }

    #[test]
    fn no_threads_are_refused_and_too_many_are_not_started() {
        assert_eq!(&*threads(Some(0), 5).unwrap_err().key, "threads");
        assert_eq!(threads(Some(usize::MAX), 5).unwrap(), 5);
        assert_eq!(threads(Some(2), 0).unwrap(), 1);
    }
}
