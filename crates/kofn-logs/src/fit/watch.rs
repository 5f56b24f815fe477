//! Whether a fit goes on, and how much of it is done.

use kofn::Error;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// Is told how many units of work are done and how many are known to be needed, and says whether to go on. A fit calls
/// it from several threads, some thousand times a second, and ends soon after it has said no. What is needed grows while
/// a fit runs: which model is fitted again turns out on the way.
pub type GoOn<'a> = dyn Fn(u64, u64) -> bool + Sync + 'a;

/// A fit that runs.
pub(super) struct Watch<'a> {
    go_on: &'a GoOn<'a>,
    stopped: AtomicBool,
    done: AtomicU64,
    all: AtomicU64,
}

impl Watch<'static> {
    /// A fit that nobody watches: it always goes on.
    pub(super) fn unwatched() -> Self {
        Self::new(&|_, _| true)
    }
}

impl<'a> Watch<'a> {
    pub(super) fn new(go_on: &'a GoOn<'a>) -> Self {
        Self { go_on, stopped: AtomicBool::new(false), done: AtomicU64::new(0), all: AtomicU64::new(0) }
    }

    /// Whether to go on. After the first no, what is still computed is worth nothing, and is thrown away.
    pub(super) fn goes_on(&self) -> bool {
        let goes_on =
            !self.stopped.load(Relaxed) && (self.go_on)(self.done.load(Relaxed), self.all.load(Relaxed));
        if !goes_on {
            self.stopped.store(true, Relaxed);
        }
        goes_on
    }

    /// Returns an error if the fit was stopped.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.stopped.load(Relaxed) { Err(Error::refused("", STOPPED)) } else { Ok(()) }
    }

    /// Computes units on all threads, in the order of their numbers; an error if the fit is stopped.
    pub(super) fn each<T: Send>(
        &self,
        units: Range<usize>,
        unit: impl Fn(usize) -> T + Sync,
    ) -> Result<Vec<T>, Error> {
        self.all.fetch_add(units.len() as u64, Relaxed);
        let computed = units.into_par_iter().map(|place| {
            let computed = self.goes_on().then(|| unit(place));
            self.done.fetch_add(1, Relaxed);
            computed
        });
        let computed = computed.collect::<Option<Vec<T>>>();
        self.check()?;
        computed.ok_or_else(|| Error::refused("", STOPPED))
    }
}

const STOPPED: &str = "the fit was stopped before it was done";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_unit_begins_after_the_end() {
        let begun = AtomicU64::new(0);
        let go_on = |done, _| done < 10;
        let units = Watch::new(&go_on).each(0..10_000, |_| begun.fetch_add(1, Relaxed));
        assert!(units.is_err());
        // Each thread may have begun one that is not done yet.
        assert!(begun.into_inner() <= 10 + rayon::current_num_threads() as u64);
    }
}
