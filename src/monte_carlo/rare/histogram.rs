//! Trials by outcome and number of failures.

use crate::outcome::Outcome;

/// Trials by number of failures. Numbers of failures keep close together however many agents there are, so only the
/// stretch from the least to the greatest seen is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Histogram {
    /// The least number of failures seen.
    first: u32,
    /// Trials with that many failures, one more, ….
    trials: Vec<u64>,
}

impl Histogram {
    #[inline]
    fn add(&mut self, failures: u32, trials: u64) {
        match failures.checked_sub(self.first).and_then(|at| self.trials.get_mut(at as usize)) {
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

    /// Pairs of a number of failures and how many trials had it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u64)> {
        (self.first..).zip(self.trials.iter().copied()).filter(|(_, trials)| *trials > 0)
    }
}

/// The histograms of one class of tasks, one for each outcome, in the order of the bytes that stand for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ByOutcome([Histogram; 3]);

impl ByOutcome {
    /// Counts a trial.
    #[inline]
    pub(crate) fn add(&mut self, outcome: u8, failures: u32) {
        self.0[usize::from(outcome)].add(failures, 1);
    }

    /// The trials that ended in `outcome`.
    pub(crate) fn of(&self, outcome: Outcome) -> &Histogram {
        match outcome {
            Outcome::Correct => &self.0[0],
            Outcome::Abstain => &self.0[1],
            Outcome::Wrong => &self.0[2],
        }
    }

    /// Adds the trials that another thread has counted.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (histogram, other) in self.0.iter_mut().zip(&other.0) {
            other.iter().for_each(|(failures, trials)| histogram.add(failures, trials));
        }
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

    #[test]
    fn merged_histograms_are_those_of_all_trials() {
        let mut all = ByOutcome::default();
        let mut parts = [ByOutcome::default(), ByOutcome::default()];
        for trial in 0..1000_u32 {
            let (outcome, failures) = ((trial % 3) as u8, trial * trial % 57);
            all.add(outcome, failures);
            parts[trial as usize / 300 % 2].add(outcome, failures);
        }
        let [mut merged, other] = parts;
        merged.merge(&other);
        for outcome in Outcome::ALL {
            assert!(merged.of(outcome).iter().eq(all.of(outcome).iter()));
        }
        assert_eq!(all.of(Outcome::Wrong).iter().map(|(_, trials)| trials).sum::<u64>(), 333);
    }
}
