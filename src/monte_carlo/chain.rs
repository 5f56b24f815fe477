//! Candidates that are validated, attempt by attempt, in the trials that have no answer yet.

use super::active::Active;
use super::ballot::Ballot;
use super::block::{BLOCK, Block};
use super::buffers::Buffers;
use super::decoder::{DecodeState, Decoder};
use super::lanes::{Job, Lanes, Portable};
use super::law::Law;
use super::level::Level;
use super::outcomes;
use super::outcomes::outcome::{self, OPEN};
use super::random::{Columns, Stream, Words};
use crate::outcome::Counts;
use crate::scenario::{Arbiter, Chain, Error, Fallback, Probability};

/// Number of patterns of the five events that decide about a candidate.
const JUDGES: usize = 32;

/// Maximum number of attempts, unless trials end early.
const MANY_ATTEMPTS: u64 = 1_000_000;

/// A pipeline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pipeline {
    /// The vote that gives candidates.
    pub(crate) generator: Ballot,
    /// Draws the judge of an attempt: bit 0, a correct candidate would be accepted; 1, a wrong one would; 2, a rejected
    /// one that is not correct would be repaired; 3 and 4, the arbiter would give a rejected correct or wrong one.
    pub(crate) judge: Decoder,
    /// Maximum number of candidates.
    pub(crate) attempts: u64,
    /// Outcome of a candidate: [`JUDGES`] cells for each of the three kinds.
    results: Level,
    /// The same in the last attempt.
    last_results: Level,
}

impl Pipeline {
    /// Returns the pipeline whose candidates `generator` gives.
    ///
    /// # Errors
    /// More than a million attempts, if the first of them ends none of a thousand trials, or if agents are correlated:
    /// a hard task may then need all of its attempts.
    pub(crate) fn new(generator: Ballot, chain: &Chain) -> Result<Self, Error> {
        let never = Probability::new(0.0);
        let arbiter = chain.arbiter.unwrap_or(Arbiter { accepts_correct: never, accepts_wrong: never });
        let law = Law::of_events(&[
            chain.accepts_correct,
            chain.accepts_wrong,
            chain.repairs,
            arbiter.accepts_correct,
            arbiter.accepts_wrong,
        ]);
        let (results, last_results) = (results(|_| OPEN), results_of_last(chain.fallback));
        let [results, last_results] = [results, last_results].map(in_cells);
        let judge = Decoder::new(&law, |pattern| pattern as u8);
        let pipeline = Self { generator, judge, attempts: chain.attempts, results, last_results };
        if chain.attempts > MANY_ATTEMPTS && !pipeline.ends_early() {
            let message = format!(
                "scheme.attempts must be at most {MANY_ATTEMPTS} to simulate attempts that hardly ever end a trial, \
                 or whose failures are correlated, got {}",
                chain.attempts
            );
            return Err(Error::refused("scheme.attempts", message));
        }
        Ok(pipeline)
    }

    /// Whether the first attempt ends any of a thousand trials, always the same ones. An attempt that ends at least one
    /// of a hundred trials passes with probability 1 − 4·10⁻⁵ or more.
    fn ends_early(&self) -> bool {
        if self.generator.is_dependent() {
            return false;
        }
        let trials = 16 * BLOCK;
        let mut stream = Stream::new(Columns::<Portable>::new(0, 0));
        let start = Active { trials, counted: 0 };
        let (_, left) =
            self.attempt::<Portable, _>(start, &self.results, &mut stream, &mut Buffers::default());
        left.trials < trials
    }

    /// Runs the next `trials` trials and counts the first `counted`.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        counted: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> Counts {
        let mut counts = Counts::default();
        let mut active = Active { trials, counted };
        self.generator.begin(trials, stream, buffers);
        for attempt in 1..=self.attempts {
            if active.trials == 0 {
                break;
            }
            let results = if attempt == self.attempts { &self.last_results } else { &self.results };
            let ended;
            (ended, active) = self.attempt::<L, W>(active, results, stream, buffers);
            counts.add(ended);
        }
        counts
    }

    /// Runs one attempt of all active trials. Returns the counts of those that it ends, and the others.
    #[inline(always)]
    fn attempt<L: Lanes, W: Words>(
        &self,
        active: Active,
        results: &Level,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> (Counts, Active) {
        self.generator.run::<L, W>(active.trials, stream, buffers);
        let outcomes = &mut buffers.outcomes;
        outcomes.resize(active.trials.next_multiple_of(BLOCK), outcome::ABSTAIN);
        L::enter(Judging { judge: &self.judge, results, candidates: outcomes.as_chunks_mut().0, stream });
        outcomes.truncate(active.trials);
        self.generator.keep(buffers, OPEN);
        let counts = outcomes::count(&buffers.outcomes[..active.counted]);
        (counts, active.left(&buffers.outcomes, OPEN))
    }
}

/// Replaces candidates by their outcomes.
struct Judging<'a, W> {
    judge: &'a Decoder,
    results: &'a Level,
    candidates: &'a mut [Block],
    stream: &'a mut Stream<W>,
}

impl<W: Words> Job for Judging<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let results = L::table(self.results);
        let candidates = self.candidates.iter_mut();
        DecodeState::new(self.judge).hand_out::<L, W, _>(self.stream, candidates, |candidates, judges| {
            let entry = |trial: usize| candidates[trial] << JUDGES.ilog2() | judges[trial];
            L::look_up(results, &std::array::from_fn(entry), &[0; 2 * BLOCK], candidates);
        });
    }
}

/// A table of these results, in which every byte is decided.
fn in_cells(results: [u8; 3 * JUDGES]) -> Level {
    Level::new(std::array::from_fn(|entry| results.get(entry).copied().unwrap_or(results[0])), 256)
}

fn results_of_last(fallback: Fallback) -> [u8; 3 * JUDGES] {
    match fallback {
        Fallback::Abstain => results(|_| outcome::ABSTAIN),
        Fallback::Keep => results(|candidate| candidate),
    }
}

/// Outcome of each kind of candidate under each pattern of events; `otherwise` where the attempt ends without an
/// answer.
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

#[cfg(test)]
mod tests {
    use super::super::lanes::on_every_engine;
    use super::super::reference::{Script, behavior};
    use super::super::rules;
    use super::*;
    use crate::scenario::{Failures, Rule};

    fn chain(attempts: u64, fallback: Fallback) -> Chain {
        Chain {
            generator: Box::new(Rule::Threshold { quorum: 1, checker: false }),
            accepts_correct: Probability::new(0.75),
            accepts_wrong: Probability::new(0.25),
            repairs: Probability::one_minus(0.75),
            arbiter: Some(Arbiter {
                accepts_correct: Probability::new(0.5),
                accepts_wrong: Probability::new(0.5),
            }),
            attempts,
            fallback,
        }
    }

    fn single(failure_rate: f64, failures: Failures) -> Ballot {
        let rule = Rule::Threshold { quorum: 1, checker: false };
        rules::simulated(&rule).ballot(vec![failure_rate].into(), behavior(&failures)).unwrap()
    }

    fn pipeline(failure_rate: f64, failures: Failures, chain: &Chain) -> Pipeline {
        Pipeline::new(single(failure_rate, failures), chain).unwrap()
    }

    /// A rate of a quarter, half of the failures silent: an agent is correct, wrong or silent 192, 32 and 32 times of
    /// 256.
    fn quarter(chain: &Chain) -> Pipeline {
        let failures = Failures { hallucination: 0.5, corruption: 0.5, ..Failures::default() };
        pipeline(0.25, failures, chain)
    }

    /// The numbers of 2¹⁶ inputs of one attempt that end correct, wrong and not at all, from the definition: in
    /// sixty-fourths, of the correct ¾ + ¼·½, of the wrong ¼ and ¾·¾·½ wrong and ¾·¼ correct, of the silent ¼ correct.
    const CORRECT: u64 = (192 * 56 + 32 * 12 + 32 * 16) * 4;
    const WRONG: u64 = 32 * (16 + 18) * 4;

    #[test]
    fn all_inputs_of_an_attempt_give_exact_counts() {
        on_every_engine!(|L| {
            let bytes: Vec<u8> = (0..1 << 16).map(|input| (input >> 8) as u8).collect();
            let judges: Vec<u8> = (0..1 << 16).map(|input| input as u8).collect();
            for (fallback, kept_correct, kept_wrong) in
                [(Fallback::Abstain, 0, 0), (Fallback::Keep, 192 * 8 * 4, 32 * 18 * 4)]
            {
                let pipeline = quarter(&chain(1, fallback));
                let mut script = Script::of_bytes(&[&bytes[..], &judges[..]].concat());
                let stream = &mut Stream::new(&mut script);
                let counts = pipeline.run::<L, _>(1 << 16, 1 << 16, stream, &mut Buffers::default());
                let (correct, wrong) = (CORRECT + kept_correct, WRONG + kept_wrong);
                assert_eq!(counts, Counts { correct, wrong, abstain: (1 << 16) - correct - wrong });
                assert_eq!(script.left(), 0);
            }
        });
    }

    /// Every judge on every candidate, from the definition.
    #[test]
    fn results_follow_the_definition() {
        for (entry, result) in results(|_| OPEN).into_iter().enumerate() {
            let (candidate, judge) = ((entry / JUDGES) as u8, entry % JUDGES);
            let [accepts_correct, accepts_wrong, repairs, overrules_correct, overrules_wrong] =
                [0, 1, 2, 3, 4].map(|event| judge & (1 << event) != 0);
            let expected = if candidate == outcome::CORRECT {
                if accepts_correct || overrules_correct { outcome::CORRECT } else { OPEN }
            } else if candidate == outcome::WRONG {
                let given = accepts_wrong || (!repairs && overrules_wrong);
                if given {
                    outcome::WRONG
                } else if repairs {
                    outcome::CORRECT
                } else {
                    OPEN
                }
            } else if repairs {
                outcome::CORRECT
            } else {
                OPEN
            };
            assert_eq!(result, expected, "{candidate} {judge:05b}");
        }
    }

    /// Attempts after the first see only the trials that it did not end, in their order.
    #[test]
    fn the_next_attempt_is_for_those_that_remain() {
        on_every_engine!(|L| {
            let never = Probability::new(0.0);
            let half = Probability::new(0.5);
            let plain =
                Chain { accepts_wrong: never, repairs: never, arbiter: None, ..chain(2, Fallback::Keep) };
            let pipeline = pipeline(0.5, Failures::default(), &Chain { accepts_correct: half, ..plain });
            // A byte below 128 is a correct candidate; the judge's bit 0 is set from 128 on.
            let candidates = |correct: usize| (0..BLOCK).map(move |at| if at < correct { 0 } else { 255 });
            let judges = |accepted: usize| (0..BLOCK).map(move |at| if at < accepted { 255 } else { 0 });
            let bytes: Vec<u8> =
                candidates(64).chain(judges(20)).chain(candidates(30)).chain(judges(10)).collect();
            for (counted, expected) in [(64, [50, 14]), (40, [40, 0]), (51, [50, 1]), (0, [0, 0])] {
                let mut stream = Stream::new(Script::of_bytes(&bytes));
                let counts = pipeline.run::<L, _>(64, counted, &mut stream, &mut Buffers::default());
                assert_eq!([counts.correct, counts.wrong], expected);
                assert_eq!(counts.abstain, 0);
            }
        });
    }

    #[test]
    fn endless_attempts_are_refused_and_long_ones_are_not() {
        on_every_engine!(|L| {
            let never = Probability::new(0.0);
            let dead = Chain {
                accepts_correct: never,
                accepts_wrong: never,
                repairs: never,
                arbiter: None,
                ..chain(MANY_ATTEMPTS + 1, Fallback::Abstain)
            };
            let voting = || single(0.5, Failures::default());
            let error = Pipeline::new(voting(), &dead).unwrap_err();
            assert_eq!(&*error.key, "scheme.attempts");
            assert!(Pipeline::new(voting(), &Chain { attempts: MANY_ATTEMPTS, ..dead }).is_ok());
            let long = pipeline(0.5, Failures::default(), &chain(u64::MAX, Fallback::Abstain));
            let columns = Columns::<L>::new(1, 2);
            let counts = long.run::<L, _>(1000, 1000, &mut Stream::new(columns), &mut Buffers::default());
            assert_eq!((counts.total(), counts.abstain), (1000, 0));
        });
    }
}
