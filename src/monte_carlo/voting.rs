//! A vote of all agents: every agent of every trial is drawn, the votes are counted, the quorum decides.

use super::decoder::Sitting;
use super::groups::{Counted, Groups};
use super::lanes::Lanes;
use super::random::{BLOCK, Block, Stream, Uniform, Words};
use crate::scenario::{Failures, WrongAnswers};

/// A trial's outcome as a byte.
pub(crate) mod outcome {
    /// The right answer is given.
    pub(crate) const CORRECT: u8 = 0;
    /// No answer is given.
    pub(crate) const ABSTAIN: u8 = 1;
    /// A wrong answer is given.
    pub(crate) const WRONG: u8 = 2;
}

/// When a trial that is not correct is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wrong {
    /// When fewer than this many agents are correct: all others give the same wrong answer. 0 for never.
    FewerCorrect(u32),
    /// When at least this many agents are wrong: all of them give the same wrong answer.
    Together(u32),
    /// When at least this many wrong agents pick the same answer. It is more than half of all agents.
    SamePick(u32, Uniform),
}

/// A vote with a quorum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Voting {
    /// The agents.
    pub(crate) groups: Groups,
    /// How many agents there are.
    pub(crate) agents: u32,
    /// How many correct agents make a trial correct.
    pub(crate) quorum: u32,
    /// When it is wrong.
    pub(crate) wrong: Wrong,
}

/// The memory that a thread uses again and again.
#[derive(Default)]
pub(crate) struct Buffers {
    correct: Counters,
    wrong: Counters,
    picks: Vec<u64>,
    /// The outcome of each trial.
    pub(crate) outcomes: Vec<u8>,
}

impl Voting {
    /// Agents with these failure `rates`, fewer than 2³¹, under a quorum of 1 … that many. Without a checker the quorum is more
    /// than half of them.
    pub(crate) fn new(rates: Vec<f64>, failures: &Failures, quorum: u32, checker: bool) -> Self {
        let agents = rates.len() as u32;
        let hallucination = voting_share(failures);
        let wrong = match failures.wrong_answers {
            _ if checker || hallucination == 0.0 => Wrong::FewerCorrect(0),
            WrongAnswers::Distinct if quorum > 1 => Wrong::FewerCorrect(0),
            WrongAnswers::Among(answers @ 2..) => Wrong::SamePick(quorum, Uniform::below(answers)),
            _ if failures.all_vote() => Wrong::FewerCorrect(agents - quorum + 1),
            _ => Wrong::Together(quorum),
        };
        let counted = match wrong {
            Wrong::FewerCorrect(_) => Counted::Correct,
            Wrong::SamePick(..) if failures.all_vote() => Counted::Correct,
            _ => Counted::CorrectAndWrong(hallucination),
        };
        Self { groups: Groups::of(rates, counted), agents, quorum, wrong }
    }

    /// The outcomes of the next `trials` trials, in `buffers.outcomes`.
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        self.draw::<L, W>(trials.div_ceil(BLOCK), stream, buffers);
        buffers.outcomes.clear();
        buffers.outcomes.resize(trials, outcome::ABSTAIN);
        let Buffers { correct, wrong, outcomes, .. } = buffers;
        match self.wrong {
            Wrong::FewerCorrect(few) => {
                correct.set_where(outcomes, outcome::WRONG, |count| count < few);
                correct.set_where(outcomes, outcome::CORRECT, |count| count >= self.quorum);
            }
            Wrong::Together(quorum) => {
                wrong.set_where(outcomes, outcome::WRONG, |count| count >= quorum);
                correct.set_where(outcomes, outcome::CORRECT, |count| count >= self.quorum);
            }
            Wrong::SamePick(quorum, answers) => {
                correct.set_where(outcomes, outcome::CORRECT, |count| count >= self.quorum);
                self.pick(quorum, answers, stream, buffers);
            }
        }
    }

    /// Draws the agents: group by group, and within a group 64 trials at a time.
    fn draw<L: Lanes, W: Words>(&self, blocks: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        let Buffers { correct, wrong, .. } = buffers;
        let both = self.groups.counts_wrong();
        correct.clear(blocks);
        wrong.clear(if both { blocks } else { 0 });
        for run in &self.groups.runs {
            let decoder = self.groups.decoder(run.table);
            let mut sitting = Sitting::new(&decoder);
            for _ in 0..run.groups {
                correct.make_room(run.size);
                wrong.make_room(run.size);
                if both {
                    add_both::<L, W>(&mut sitting, stream, &mut correct.bytes, &mut wrong.bytes);
                } else {
                    add::<L, W>(&mut sitting, stream, &mut correct.bytes);
                }
            }
        }
        correct.finish();
        wrong.finish();
    }

    /// Lets the wrong agents of each undecided trial pick their answers, in trial order, where enough of them are wrong.
    fn pick<W: Words>(&self, quorum: u32, answers: Uniform, stream: &mut Stream<W>, buffers: &mut Buffers) {
        let Buffers { correct, wrong, outcomes, picks } = buffers;
        let counts_wrong = self.groups.counts_wrong();
        for (trial, outcome) in outcomes.iter_mut().enumerate() {
            let wrong = if counts_wrong { wrong.at(trial) } else { self.agents - correct.at(trial) };
            if *outcome == outcome::ABSTAIN && wrong >= quorum {
                picks.clear();
                picks.extend((0..wrong).map(|_| answers.draw(stream)));
                if majority(picks) >= quorum {
                    *outcome = outcome::WRONG;
                }
            }
        }
    }
}

/// The share of failures that vote.
fn voting_share(failures: &Failures) -> f64 {
    let (voting, [corruption, crash]) = failures.voting_and_silent();
    voting / (voting + (corruption + crash))
}

fn add<L: Lanes, W: Words>(sitting: &mut Sitting<'_>, stream: &mut Stream<W>, correct: &mut [Block]) {
    for counters in correct {
        L::add(counters, &sitting.decode::<L, W>(stream));
    }
}

fn add_both<L: Lanes, W: Words>(
    sitting: &mut Sitting<'_>,
    stream: &mut Stream<W>,
    correct: &mut [Block],
    wrong: &mut [Block],
) {
    for (correct, wrong) in correct.iter_mut().zip(wrong) {
        L::add_halves(correct, wrong, &sitting.decode::<L, W>(stream));
    }
}

/// How often the answer occurs that more than half of `picks` are, or else some answer (Boyer and Moore 1991).
fn majority(picks: &[u64]) -> u32 {
    let (mut leader, mut lead) = (0, 0_u32);
    for pick in picks {
        match lead {
            0 => (leader, lead) = (*pick, 1),
            _ if *pick == leader => lead += 1,
            _ => lead -= 1,
        }
    }
    picks.iter().filter(|pick| **pick == leader).count() as u32
}

/// A number for each trial: a byte, emptied into a wide counter before it could overflow.
#[derive(Default)]
struct Counters {
    bytes: Vec<Block>,
    /// Empty as long as the bytes have been enough.
    wide: Vec<u32>,
    /// The most that a byte can have come to.
    reached: usize,
}

impl Counters {
    fn clear(&mut self, blocks: usize) {
        self.bytes.clear();
        self.bytes.resize(blocks, [0; BLOCK]);
        self.wide.clear();
        self.reached = 0;
    }

    /// Before up to `most` is added to each byte.
    fn make_room(&mut self, most: usize) {
        if self.reached + most > usize::from(u8::MAX) {
            self.widen();
        }
        self.reached += most;
    }

    fn widen(&mut self) {
        self.wide.resize(self.bytes.len() * BLOCK, 0);
        for (wide, byte) in self.wide.iter_mut().zip(self.bytes.as_flattened_mut()) {
            *wide += u32::from(std::mem::take(byte));
        }
        self.reached = 0;
    }

    /// After the last addition.
    fn finish(&mut self) {
        if !self.wide.is_empty() {
            self.widen();
        }
    }

    fn at(&self, trial: usize) -> u32 {
        match self.wide.get(trial) {
            Some(wide) => *wide,
            None => u32::from(self.bytes.as_flattened()[trial]),
        }
    }

    /// Gives the trials whose number passes the test this outcome.
    fn set_where(&self, outcomes: &mut [u8], outcome: u8, test: impl Fn(u32) -> bool) {
        let set = |(was, count): (&mut u8, u32)| *was = if test(count) { outcome } else { *was };
        if self.wide.is_empty() {
            let counts = self.bytes.as_flattened().iter().map(|byte| u32::from(*byte));
            outcomes.iter_mut().zip(counts).for_each(set);
        } else {
            outcomes.iter_mut().zip(self.wide.iter().copied()).for_each(set);
        }
    }
}
