//! How the votes of a trial become its outcome.

use super::block::{BLOCK, Block};
use super::decoder::{DecodeState, Decoder};
use super::lanes::Lanes;
use super::law::Law;
use super::outcomes::outcome;
use super::random::{Stream, Uniform, Words};
use crate::scenario::{Failures, WrongAnswers};

/// How the numbers of correct and of wrong votes become an outcome.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Criterion {
    /// A trial with at least `quorum` correct votes is correct.
    Quorum {
        /// Number of correct votes.
        quorum: u32,
        /// When it is wrong.
        wrong: WrongWhen,
    },
    /// The answer with more votes than every other is given.
    MostVotes(Rivals),
}

/// When a trial without a quorum of correct votes is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WrongWhen {
    /// Where fewer than this many agents are correct: all others give the same wrong answer. 0 for never.
    FewerCorrect(u32),
    /// Where at least this many agents are wrong: all of them give the same wrong answer.
    Together(u32),
    /// Where a quorum of wrong agents, more than half of all agents, picks the same answer.
    SamePick(Picks),
}

/// Answers that wrong votes are for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rivals {
    /// All for one answer.
    Same,
    /// Each for another one.
    Distinct,
    /// Each picks one.
    Picked(Picks),
}

/// How wrong agents pick their answers, uniformly.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Picks {
    /// A byte holds the answers of all agents: for each number of agents that pick, a decoder of the most common
    /// answer.
    Together(Vec<Decoder>),
    /// One after the other, where there are more answers or agents.
    Apart(Answers),
}

/// Wrong answers, all equally likely, of which an agent picks one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answers {
    /// At most 256: a byte each.
    Few(Box<Decoder>),
    /// A word each.
    Many(Uniform),
}

impl Criterion {
    /// Criterion of a vote with a quorum. `wrong_votes` says whether a vote can be wrong, `all_vote` whether all agents
    /// vote. Without a checker, a quorum is more than half of the agents.
    pub(crate) fn of_quorum(
        agents: u32,
        quorum: u32,
        checker: bool,
        failures: &Failures,
        [wrong_votes, all_vote]: [bool; 2],
    ) -> Self {
        let wrong = match failures.wrong_answers.simplified() {
            _ if checker || !wrong_votes => WrongWhen::FewerCorrect(0),
            WrongAnswers::Distinct if quorum > 1 => WrongWhen::FewerCorrect(0),
            WrongAnswers::Among(answers) => WrongWhen::SamePick(Picks::of_agents(answers, agents)),
            _ if all_vote => WrongWhen::FewerCorrect(agents - quorum + 1),
            _ => WrongWhen::Together(quorum),
        };
        Self::Quorum { quorum, wrong }
    }

    /// Criterion of a vote in which most votes decide. If all agents vote for one of two answers, or no vote can be
    /// wrong, it is a quorum.
    pub(crate) fn of_most_votes(
        agents: u32,
        failures: &Failures,
        [wrong_votes, all_vote]: [bool; 2],
    ) -> Self {
        match failures.wrong_answers.simplified() {
            _ if !wrong_votes => Self::Quorum { quorum: 1, wrong: WrongWhen::FewerCorrect(0) },
            WrongAnswers::Same if all_vote => {
                Self::Quorum { quorum: agents / 2 + 1, wrong: WrongWhen::FewerCorrect(agents.div_ceil(2)) }
            }
            WrongAnswers::Same => Self::MostVotes(Rivals::Same),
            WrongAnswers::Distinct | WrongAnswers::Open { .. } | WrongAnswers::Unequal { .. } => {
                Self::MostVotes(Rivals::Distinct)
            }
            WrongAnswers::Among(answers) => {
                Self::MostVotes(Rivals::Picked(Picks::of_agents(answers, agents)))
            }
        }
    }

    /// Criterion of replicas, with the numbers of failures that break safety and liveness.
    pub(crate) fn of_faults(agents: u32, unsafe_from: u64, stuck_from: u64) -> Self {
        let needed = |failures: u64| (u64::from(agents) + 1).saturating_sub(failures) as u32;
        let (safe, live) = (needed(unsafe_from), needed(stuck_from));
        Self::Quorum { quorum: safe.max(live), wrong: WrongWhen::FewerCorrect(safe) }
    }

    /// Whether wrong votes must be counted: their number matters, and is not that of all agents that are not correct.
    pub(crate) fn counts_wrong(&self, all_vote: bool) -> bool {
        match self {
            Self::Quorum { wrong: WrongWhen::FewerCorrect(_), .. } => false,
            Self::Quorum { wrong: WrongWhen::Together(_), .. } => true,
            Self::Quorum { wrong: WrongWhen::SamePick(_), .. } | Self::MostVotes(_) => !all_vote,
        }
    }

    /// How wrong agents pick their answers, if they do.
    pub(crate) fn picks(&self) -> Option<&Picks> {
        match self {
            Self::Quorum { wrong: WrongWhen::SamePick(picks), .. }
            | Self::MostVotes(Rivals::Picked(picks)) => Some(picks),
            Self::Quorum { .. } | Self::MostVotes(_) => None,
        }
    }

    /// Outcome by the numbers of correct and wrong votes, or [`outcome::OPEN`] where it depends on the picks.
    #[inline]
    pub(crate) fn of(&self, correct: u32, wrong: u32) -> u8 {
        match self {
            Self::Quorum { quorum, wrong: when } => match when {
                _ if correct >= *quorum => outcome::CORRECT,
                WrongWhen::FewerCorrect(few) if correct < *few => outcome::WRONG,
                WrongWhen::Together(quorum) if wrong >= *quorum => outcome::WRONG,
                WrongWhen::SamePick(_) if wrong >= *quorum => outcome::OPEN,
                _ => outcome::ABSTAIN,
            },
            Self::MostVotes(rivals) => match rivals {
                Rivals::Distinct if correct == 0 && wrong == 1 => outcome::WRONG,
                Rivals::Distinct if correct > 1 || correct > wrong => outcome::CORRECT,
                Rivals::Distinct => outcome::ABSTAIN,
                _ if correct > wrong => outcome::CORRECT,
                _ if wrong == 0 => outcome::ABSTAIN,
                Rivals::Picked(_) => outcome::OPEN,
                Rivals::Same if wrong > correct => outcome::WRONG,
                Rivals::Same => outcome::ABSTAIN,
            },
        }
    }

    /// Outcome of an open trial by the number of its correct votes and its most common wrong answer.
    #[inline]
    pub(crate) fn of_picks(&self, correct: u32, picked: MostCommon) -> u8 {
        let MostCommon { votes, is_alone } = picked;
        match self {
            Self::Quorum { quorum, .. } if votes >= *quorum => outcome::WRONG,
            Self::Quorum { .. } => outcome::ABSTAIN,
            Self::MostVotes(_) if correct > votes => outcome::CORRECT,
            Self::MostVotes(_) if votes > correct && is_alone => outcome::WRONG,
            Self::MostVotes(_) => outcome::ABSTAIN,
        }
    }
}

/// The most common of some picked answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MostCommon {
    /// Number of its votes.
    votes: u32,
    /// Whether no other answer has as many.
    is_alone: bool,
}

impl MostCommon {
    /// The bit of a byte that stands for `is_alone`.
    const ALONE: u8 = 128;

    /// Sorts the picks.
    fn of(picks: &mut [u64]) -> Self {
        picks.sort_unstable();
        let none = Self { votes: 0, is_alone: false };
        picks.chunk_by(|one, next| one == next).fold(none, |most, equal| {
            let votes = equal.len() as u32;
            if votes > most.votes {
                Self { votes, is_alone: true }
            } else {
                Self { is_alone: most.is_alone && votes < most.votes, ..most }
            }
        })
    }

    /// The most common answer of at most 127 agents, whose answers are the digits of a pattern to the base `answers`.
    fn of_pattern(pattern: usize, answers: usize, agents: u32) -> Self {
        let mut picks: Vec<u64> =
            (0..agents).map(|agent| (pattern / answers.pow(agent) % answers) as u64).collect();
        Self::of(&mut picks)
    }

    fn to_byte(self) -> u8 {
        self.votes as u8 | if self.is_alone { Self::ALONE } else { 0 }
    }

    fn from_byte(byte: u8) -> Self {
        Self { votes: u32::from(byte & !Self::ALONE), is_alone: byte & Self::ALONE != 0 }
    }
}

impl Answers {
    /// Returns this many answers, at least one.
    pub(crate) fn among(answers: u64) -> Self {
        match answers {
            ..=256 => {
                let law = Law::of_weights(&vec![1.0; answers as usize]);
                Self::Few(Box::new(Decoder::new(&law, |answer| answer as u8)))
            }
            _ => Self::Many(Uniform::below(answers)),
        }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Few(decoder) => decoder.bytes(),
            Self::Many(_) => 0,
        }
    }

    pub(crate) fn picker(&self) -> AnswerPicker<'_> {
        match self {
            Self::Few(decoder) => AnswerPicker::Few(Box::new(Blocks::new(decoder))),
            Self::Many(uniform) => AnswerPicker::Many(*uniform),
        }
    }
}

impl Picks {
    /// Returns how at most `agents` agents pick among `answers` answers.
    pub(crate) fn of_agents(answers: u64, agents: u32) -> Self {
        let patterns = |agents| answers.checked_pow(agents).filter(|patterns| *patterns <= 256);
        if agents > 127 || patterns(agents).is_none() {
            return Self::Apart(Answers::among(answers));
        }
        let of = |agents: u32| {
            let law = Law::of_weights(&vec![1.0; patterns(agents).unwrap_or(1) as usize]);
            Decoder::new(&law, |pattern| MostCommon::of_pattern(pattern, answers as usize, agents).to_byte())
        };
        Self::Together((0..=agents).map(of).collect())
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Together(decoders) => decoders.iter().map(Decoder::bytes).sum(),
            Self::Apart(answers) => answers.bytes(),
        }
    }

    pub(crate) fn picker(&self) -> Picker<'_> {
        match self {
            Self::Together(decoders) => Picker::Together(decoders.iter().map(Blocks::new).collect()),
            Self::Apart(answers) => Picker::Apart(answers.picker()),
        }
    }
}

/// Symbols one after the other, from blocks of 64; the rest of the last block is dropped.
pub(crate) struct Blocks<'a> {
    state: DecodeState<'a>,
    block: Block,
    used: usize,
}

impl<'a> Blocks<'a> {
    fn new(decoder: &'a Decoder) -> Self {
        Self { state: DecodeState::new(decoder), block: [0; BLOCK], used: BLOCK }
    }

    #[inline(always)]
    fn next<L: Lanes, W: Words>(&mut self, stream: &mut Stream<W>) -> u8 {
        if self.used == BLOCK {
            let block = &mut self.block;
            self.state.hand_out::<L, W, _>(stream, 0..1_usize, |_, symbols| *block = *symbols);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}

/// Picks an answer.
pub(crate) enum AnswerPicker<'a> {
    /// From bytes.
    Few(Box<Blocks<'a>>),
    /// From words.
    Many(Uniform),
}

impl AnswerPicker<'_> {
    #[inline(always)]
    pub(crate) fn pick<L: Lanes, W: Words>(&mut self, stream: &mut Stream<W>) -> u64 {
        match self {
            Self::Few(blocks) => u64::from(blocks.next::<L, W>(stream)),
            Self::Many(uniform) => uniform.draw(stream),
        }
    }
}

/// Picks the answers of all wrong agents of a trial.
pub(crate) enum Picker<'a> {
    /// At once.
    Together(Vec<Blocks<'a>>),
    /// One after the other.
    Apart(AnswerPicker<'a>),
}

impl Picker<'_> {
    /// Returns the most common answer of this many agents; `picks` is room for their answers.
    #[inline(always)]
    pub(crate) fn most_common<L: Lanes, W: Words>(
        &mut self,
        agents: u32,
        picks: &mut Vec<u64>,
        stream: &mut Stream<W>,
    ) -> MostCommon {
        match self {
            Self::Together(blocks) => MostCommon::from_byte(blocks[agents as usize].next::<L, W>(stream)),
            Self::Apart(answers) => {
                picks.clear();
                picks.extend((0..agents).map(|_| answers.pick::<L, W>(stream)));
                MostCommon::of(picks)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_common_pick_is_found_and_whether_it_is_alone() {
        for code in 0..3_u64.pow(7) {
            for count in 0..=7_u32 {
                let mut picks: Vec<u64> = (0..count).map(|at| code / 3_u64.pow(at) % 3).collect();
                let counts = [0, 1, 2].map(|of| picks.iter().filter(|pick| **pick == of).count() as u32);
                let most = counts.into_iter().max().unwrap();
                let is_alone = most > 0 && counts.iter().filter(|count| **count == most).count() == 1;
                let expected = MostCommon { votes: most, is_alone };
                assert_eq!(MostCommon::of(&mut picks), expected, "{picks:?}");
                assert_eq!(MostCommon::of_pattern(code as usize, 3, count), expected, "{picks:?}");
                assert_eq!(MostCommon::from_byte(expected.to_byte()), expected);
            }
        }
    }

    /// Where everybody votes for one of two answers, a quorum says what most votes say.
    #[test]
    fn most_votes_of_all_agents_are_a_quorum() {
        let failures = Failures::default();
        for agents in 1..9 {
            let quorum = Criterion::of_most_votes(agents, &failures, [true, true]);
            let counted = Criterion::of_most_votes(agents, &failures, [true, false]);
            assert!(matches!(
                (&quorum, &counted),
                (Criterion::Quorum { .. }, Criterion::MostVotes(Rivals::Same))
            ));
            for correct in 0..=agents {
                assert_eq!(quorum.of(correct, agents - correct), counted.of(correct, agents - correct));
            }
        }
    }

    #[test]
    fn faults_are_counted_from_the_other_end() {
        for (unsafe_from, stuck_from) in [(1, 2), (2, 1), (3, 3), (7, 1)] {
            let criterion = Criterion::of_faults(7, unsafe_from, stuck_from);
            for failed in 0..=7 {
                let expected = match u64::from(failed) {
                    failed if failed >= unsafe_from => outcome::WRONG,
                    failed if failed >= stuck_from => outcome::ABSTAIN,
                    _ => outcome::CORRECT,
                };
                assert_eq!(criterion.of(7 - failed, 0), expected);
            }
        }
    }
}
