//! Items taken in order by any number of threads.

use crate::monte_carlo::SimulationError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What the threads share.
struct Work<'a, I, F> {
    next: AtomicUsize,
    failed: AtomicBool,
    count: usize,
    stop: Option<&'a AtomicBool>,
    init: I,
    item: F,
}

/// Returns the items 0, 1, … `count` − 1, or the first ones of them if the work is stopped. `item` makes one with
/// the state that `init` made for its thread; it returns `None` where it was stopped itself.
///
/// Threads take the next item and finish what they took, so that the items before one that failed or that was stopped
/// are all there: the first error in their order is returned, whichever thread met one first.
pub(super) fn in_order<S, T, E, I, F>(
    count: usize,
    threads: usize,
    stop: Option<&AtomicBool>,
    init: I,
    item: F,
) -> Result<Vec<T>, E>
where
    T: Send,
    E: Send + From<SimulationError>,
    I: Fn() -> S + Sync,
    F: Fn(&mut S, usize) -> Result<Option<T>, E> + Sync,
{
    let work = Work { next: AtomicUsize::new(0), failed: AtomicBool::new(false), count, stop, init, item };
    let of_threads = match threads.min(count) {
        0 | 1 => vec![work.of_thread()],
        threads => pool(threads)?.broadcast(|_| work.of_thread()),
    };
    let mut items: Vec<Option<Result<T, E>>> = (0..count).map(|_| None).collect();
    for (place, item) in of_threads.into_iter().flatten() {
        items[place] = item.transpose();
    }
    items.into_iter().map_while(|item| item).collect()
}

/// A pool of this many threads, started.
fn pool(count: usize) -> Result<rayon::ThreadPool, SimulationError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
    pool.map_err(|error| SimulationError::Threads { count, reason: error.to_string() })
}

impl<S, T, E, I, F> Work<'_, I, F>
where
    I: Fn() -> S,
    F: Fn(&mut S, usize) -> Result<Option<T>, E>,
{
    /// What each thread does.
    fn of_thread(&self) -> Vec<(usize, Result<Option<T>, E>)> {
        let mut state = (self.init)();
        let mut taken = Vec::new();
        while let Some(place) = self.take() {
            let item = (self.item)(&mut state, place);
            if !matches!(item, Ok(Some(_))) {
                self.failed.store(true, Ordering::Relaxed);
            }
            taken.push((place, item));
        }
        taken
    }

    fn take(&self) -> Option<usize> {
        let stopped = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if stopped || self.failed.load(Ordering::Relaxed) {
            return None;
        }
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        (place < self.count).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    fn numbers(
        threads: usize,
        end: impl Fn(usize) -> Result<Option<usize>, SimulationError> + Sync,
    ) -> Result<Vec<usize>, SimulationError> {
        in_order(1000, threads, None, || (), |(), place| end(place))
    }

    fn failure(place: usize) -> SimulationError {
        SimulationError::Threads { count: place, reason: String::new() }
    }

    #[test]
    fn items_are_in_order_and_the_first_failure_counts() {
        for threads in [1, 2, 7] {
            assert_eq!(numbers(threads, |place| Ok(Some(place))), Ok((0..1000).collect()));
            let stopped = numbers(threads, |place| Ok((place != 900).then_some(place)));
            assert_eq!(stopped, Ok((0..900).collect()));
            let failing =
                |place: usize| if place % 100 == 99 { Err(failure(place)) } else { Ok(Some(place)) };
            assert_eq!(numbers(threads, failing), Err(failure(99)));
        }
    }

    /// Both items are taken before either is done.
    #[test]
    fn what_is_done_behind_a_gap_is_left_out() {
        let both_taken = Barrier::new(2);
        let first_stopped = |(): &mut (), place: usize| {
            both_taken.wait();
            Ok((place == 1).then_some(place))
        };
        let none: Result<Vec<usize>, SimulationError> = in_order(2, 2, None, || (), first_stopped);
        assert_eq!(none, Ok(Vec::new()));
    }

    #[test]
    fn what_is_stopped_before_it_began_is_empty() {
        let stop = AtomicBool::new(true);
        let none: Result<Vec<usize>, SimulationError> =
            in_order(10, 2, Some(&stop), || (), |(), place| Ok(Some(place)));
        assert_eq!(none, Ok(Vec::new()));
    }
}
