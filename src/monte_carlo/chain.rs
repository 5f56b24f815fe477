//! Candidates that are validated, attempt by attempt, over the trials that are still without an answer.

use super::decoder::{Decoder, Sitting};
use super::lanes::{Lanes, Portable};
use super::law::Law;
use super::random::{BLOCK, Columns, Stream, Words};
use super::tally;
use super::voting::{Buffers, Voting, outcome};
use crate::outcome::Counts;
use crate::scenario::{Arbiter, Chain, Error, Fallback, Probability};

/// No outcome yet: the next attempt begins.
const AGAIN: u8 = 3;

/// Judges: patterns of the five events that decide what becomes of a candidate.
const JUDGES: usize = 32;

/// More attempts than this are simulated only if trials end early.
const MANY_ATTEMPTS: u64 = 1_000_000;

/// A pipeline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    /// Where candidates come from.
    pub(crate) generator: Voting,
    /// Draws the judge of an attempt: bit 0, a correct candidate would be accepted; 1, a wrong one would; 2, a rejected one that is
    /// not correct would be repaired; 3 and 4, the arbiter would give a rejected correct or wrong one.
    pub(crate) judge: Decoder,
    /// How many candidates at most.
    pub(crate) attempts: u64,
    /// What becomes of a candidate: [`JUDGES`] entries for each of the three kinds.
    results: [u8; 3 * JUDGES],
    /// The same where no attempt is left.
    last_results: [u8; 3 * JUDGES],
}

/// Trials without an answer yet, the first of which are counted. Trials keep their order, so that these are always the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Active {
    trials: usize,
    counted: usize,
}

impl Pipeline {
    /// The pipeline whose candidates are given by `generator`.
    ///
    /// # Errors
    /// More than a million attempts of which none of a thousand trials needs only one.
    pub(crate) fn new(generator: Voting, chain: &Chain) -> Result<Self, Error> {
        let never = Probability::new(0.0);
        let arbiter = chain.arbiter.unwrap_or(Arbiter { accepts_correct: never, accepts_wrong: never });
        let law = Law::of_events(&[
            chain.accepts_correct,
            chain.accepts_wrong,
            chain.repairs,
            arbiter.accepts_correct,
            arbiter.accepts_wrong,
        ]);
        let (results, last_results) = (results(|_| AGAIN), results_of_last(chain.fallback));
        let judge = Decoder::new(&law, |pattern| pattern as u8);
        let pipeline = Self { generator, judge, attempts: chain.attempts, results, last_results };
        if chain.attempts > MANY_ATTEMPTS && !pipeline.ends_early() {
            let message = format!(
                "{} attempts are not simulated where an attempt hardly ever ends a trial; allowed are {MANY_ATTEMPTS}",
                chain.attempts
            );
            return Err(Error::refused("scheme.attempts", message));
        }
        Ok(pipeline)
    }

    /// Whether the first attempt ends any of a thousand trials, always the same ones. If it did so less often than once in a
    /// hundred trials, this would be seen with probability 1 − 4·10⁻⁵ at least.
    fn ends_early(&self) -> bool {
        let trials = 16 * BLOCK;
        let mut stream = Stream::new(Columns::<Portable>::new(0, 0));
        let start = Active { trials, counted: 0 };
        let (_, left) =
            self.attempt::<Portable, _>(start, &self.results, &mut stream, &mut Buffers::default());
        left.trials < trials
    }

    /// Runs the next `trials` trials and counts the first `counted`.
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        counted: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> Counts {
        let mut counts = Counts::default();
        let mut active = Active { trials, counted };
        for attempt in 1..=self.attempts {
            if active.trials == 0 {
                break;
            }
            let results = if attempt == self.attempts { &self.last_results } else { &self.results };
            let ended;
            (ended, active) = self.attempt::<L, W>(active, results, stream, buffers);
            counts += ended;
        }
        counts
    }

    /// One attempt of all active trials: those that it ends, counted, and those that it does not.
    fn attempt<L: Lanes, W: Words>(
        &self,
        active: Active,
        results: &[u8; 3 * JUDGES],
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> (Counts, Active) {
        self.generator.run::<L, W>(active.trials, stream, buffers);
        let mut judges = Sitting::new(&self.judge);
        for candidates in buffers.outcomes.chunks_mut(BLOCK) {
            let judges = judges.decode::<L, W>(stream);
            for (candidate, judge) in candidates.iter_mut().zip(judges) {
                *candidate = results[usize::from(*candidate) * JUDGES + usize::from(judge)];
            }
        }
        let (counted, others) = buffers.outcomes.split_at(active.counted);
        let (again, never_counted) = (occurrences(counted, AGAIN), occurrences(others, AGAIN));
        (tally::count(counted), Active { trials: again + never_counted, counted: again })
    }
}

fn occurrences(bytes: &[u8], of: u8) -> usize {
    bytes.iter().filter(|byte| **byte == of).count()
}

fn results_of_last(fallback: Fallback) -> [u8; 3 * JUDGES] {
    match fallback {
        Fallback::Abstain => results(|_| outcome::ABSTAIN),
        Fallback::Keep => results(|candidate| candidate),
    }
}

/// What becomes of each kind of candidate under each judge; `otherwise` where the attempt ends without an answer.
fn results(otherwise: impl Fn(u8) -> u8) -> [u8; 3 * JUDGES] {
    std::array::from_fn(|entry| {
        let (candidate, judge) = ((entry / JUDGES) as u8, entry % JUDGES);
        let would = |event: usize| judge >> event & 1 == 1;
        match candidate {
            outcome::CORRECT if would(0) || would(3) => outcome::CORRECT,
            outcome::WRONG if would(1) => outcome::WRONG,
            outcome::WRONG | outcome::ABSTAIN if would(2) => outcome::CORRECT,
            outcome::WRONG if would(4) => outcome::WRONG,
            _ => otherwise(candidate),
        }
    })
}
