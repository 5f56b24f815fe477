//! Trials by class of tasks, outcome and number of failures.

use crate::monte_carlo::threads::Accumulate;

/// The histograms of each class of tasks, one for each outcome, in the order of the bytes that stand for them; of no
/// class before the first trial.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histograms(pub(super) Vec<[Histogram; 3]>);

impl Accumulate for Histograms {
    fn add(&mut self, other: Self) {
        self.0.resize_with(self.0.len().max(other.0.len()), Default::default);
        for (histogram, other) in self.0.as_flattened_mut().iter_mut().zip(other.0.as_flattened()) {
            other.iter().for_each(|(failures, trials)| histogram.add(failures, trials));
        }
    }
}

/// Trials by number of failures. Numbers of failures are close together for any number of agents, so only the range
/// from the smallest to the largest is stored.
///
/// Tried, and slower: all outcomes in one table; four tables that take turns, so that no addition waits for another to
/// the same cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Histogram {
    /// Smallest number of failures.
    first: u32,
    /// Trials with that many failures, one more, ….
    trials: Vec<u64>,
}

impl Histogram {
    #[inline]
    pub(super) fn add(&mut self, failures: u32, trials: u64) {
        // A number below the first becomes one far beyond the last.
        match self.trials.get_mut(failures.wrapping_sub(self.first) as usize) {
            Some(counted) => *counted += trials,
            None => self.widen(failures, trials),
        }
    }

    #[cold]
    fn widen(&mut self, failures: u32, trials: u64) {
        if self.trials.is_empty() {
            self.first = failures;
        }
        if failures < self.first {
            let before = (self.first - failures) as usize;
            self.trials.splice(0..0, std::iter::repeat_n(0, before));
            self.first = failures;
        }
        let at = (failures - self.first) as usize;
        self.trials.resize(self.trials.len().max(at + 1), 0);
        self.trials[at] += trials;
    }

    /// Pairs of a number of failures and the number of trials that had it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u64)> {
        (self.first..).zip(self.trials.iter().copied()).filter(|(_, trials)| *trials > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_are_counted_wherever_they_fall() {
        let mut histogram = Histogram::default();
        for failures in [7, 9, 7, 1_000, 0, 8, 7, 1_000] {
            histogram.add(failures, 1);
        }
        histogram.add(9, 5);
        assert_eq!(histogram.iter().collect::<Vec<_>>(), [(0, 1), (7, 3), (8, 1), (9, 6), (1_000, 2)]);
    }

    /// Whatever a thread has seen, even of fewer classes or of none.
    #[test]
    fn sums_of_histograms_are_those_of_all_trials() {
        let (mut all, mut parts) = (Histograms::default(), [const { Histograms(Vec::new()) }; 4]);
        for trial in 0..1000_u32 {
            let (class, outcome, failures) = (trial / 450, trial % 3, trial * trial % 57);
            for histograms in [&mut all, &mut parts[trial as usize / 300 % 3]] {
                let classes = histograms.0.len().max(class as usize + 1);
                histograms.0.resize_with(classes, Default::default);
                histograms.0[class as usize][outcome as usize].add(failures, 1);
            }
        }
        let cells = |histograms: &Histograms| {
            histograms.0.as_flattened().iter().map(|of| of.iter().collect()).collect::<Vec<Vec<_>>>()
        };
        let mut sum = Histograms::default();
        parts.into_iter().for_each(|part| sum.add(part));
        assert_eq!(cells(&sum), cells(&all));
        assert_eq!(cells(&sum).concat().iter().map(|(_, trials)| trials).sum::<u64>(), 1000);
    }
}
