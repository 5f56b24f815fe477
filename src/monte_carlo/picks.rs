//! How wrong agents pick their answers.

use super::block::{BLOCK, Block};
use super::decoder::{DecodeState, Decoder};
use super::lanes::Lanes;
use super::law::Law;
use super::most_common::MostCommon;
use super::random::{Stream, Uniform, Words};
use super::restaurant::{Restaurant, Seats};
use crate::scenario::WrongAnswers;

/// Maximum number of agents whose answers a byte decides together where answers repeat each other: their partitions are
/// few enough for tables that each class of tasks builds.
const MAX_SEATED_TOGETHER: u32 = 16;

/// How wrong agents of a vote pick their answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picks {
    /// For each number of agents that pick, as far as a byte holds the answers of all: their most common answer.
    pub(crate) together: Vec<Gathering>,
    /// One after the other, where there are more answers or agents.
    apart: Answers,
}

/// The most common answer of a number of agents.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Gathering {
    /// Draws a number of `leaders`.
    decoder: Decoder,
    pub(crate) leaders: Vec<MostCommon>,
}

/// Wrong answers, of which one agent after the other picks one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answers {
    /// At most 256, all equally likely: a byte each.
    Few(Box<Decoder>),
    /// More, all equally likely: a word each.
    Many(Uniform),
    /// Those that repeat earlier ones: a word each, but for the first.
    Repeating(Box<Restaurant>),
}

/// The answers of at most `agents` wrong agents, if it matters how often they agree: not where all agree for certain or
/// never, or where there is one.
pub(crate) fn picked_answers(wrong_answers: WrongAnswers, agents: u32) -> Option<Answers> {
    match wrong_answers.simplified() {
        WrongAnswers::Same | WrongAnswers::Distinct => None,
        WrongAnswers::Open { .. } | WrongAnswers::Unequal { .. } if agents == 1 => None,
        WrongAnswers::Among(answers) => Some(Answers::among(answers)),
        WrongAnswers::Open { collision, discount } => {
            Some(Answers::Repeating(Box::new(Restaurant::open(collision, discount, agents))))
        }
        WrongAnswers::Unequal { answers, collision } => {
            Some(Answers::Repeating(Box::new(Restaurant::among(answers, collision, agents))))
        }
    }
}

impl Answers {
    /// Returns this many equally likely answers, at least one.
    fn among(answers: u64) -> Self {
        match answers {
            ..=256 => Self::Few(Box::new(Decoder::new(&equally_likely(answers), |answer| answer as u8))),
            _ => Self::Many(Uniform::below(answers)),
        }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Few(decoder) => decoder.bytes(),
            Self::Many(_) => 0,
            Self::Repeating(restaurant) => restaurant.bytes(),
        }
    }

    pub(crate) fn picker(&self) -> AnswerPicker<'_> {
        match self {
            Self::Few(decoder) => AnswerPicker::Few(Box::new(Blocks::new(decoder))),
            Self::Many(uniform) => AnswerPicker::Many(*uniform),
            Self::Repeating(restaurant) => AnswerPicker::Repeating(restaurant, Seats::default()),
        }
    }
}

/// So many equally likely patterns.
fn equally_likely(patterns: u64) -> Law {
    Law::of_weights(&vec![1.0; patterns as usize])
}

impl Gathering {
    /// The most common of a number of agents' answers, where `leaders` has one of them for each pattern of `law`.
    fn new(law: &Law, leaders: &[MostCommon]) -> Self {
        let mut kinds = leaders.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let kind = |pattern: usize| kinds.iter().position(|kind| *kind == leaders[pattern]);
        // At most 256 patterns have at most 256 kinds.
        let decoder = Decoder::new(law, |pattern| kind(pattern).unwrap_or(0) as u8);
        Self { decoder, leaders: kinds }
    }

    /// That of agents who pick among `answers` equally likely answers, if their patterns are few.
    fn of_patterns(answers: u64, agents: u32) -> Option<Self> {
        let patterns = answers.checked_pow(agents).filter(|patterns| *patterns <= 256)?;
        let of = |pattern| MostCommon::of_pattern(pattern as usize, answers as usize, agents);
        Some(Self::new(&equally_likely(patterns), &(0..patterns).map(of).collect::<Vec<_>>()))
    }
}

impl Picks {
    /// Returns how at most `agents` wrong agents pick their answers, if it matters.
    pub(crate) fn of_agents(wrong_answers: WrongAnswers, agents: u32) -> Option<Self> {
        let apart = picked_answers(wrong_answers, agents)?;
        let together = match (wrong_answers.simplified(), &apart) {
            (_, Answers::Repeating(restaurant)) => {
                let gatherings = restaurant.gatherings(agents.min(MAX_SEATED_TOGETHER));
                Some(gatherings.iter().map(|(leaders, law)| Gathering::new(law, leaders)).collect())
            }
            // All of them, or none.
            (WrongAnswers::Among(answers), _) if agents <= 8 => {
                (0..=agents).map(|agents| Gathering::of_patterns(answers, agents)).collect()
            }
            _ => None,
        };
        Some(Self { together: together.unwrap_or_default(), apart })
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        let bytes = |gathering: &Gathering| {
            size_of::<Gathering>() + gathering.decoder.bytes() + size_of_val(gathering.leaders.as_slice())
        };
        self.together.iter().map(bytes).sum::<usize>() + self.apart.bytes()
    }

    pub(crate) fn picker(&self) -> Picker<'_> {
        let together = self.together.iter().map(|gathering| (gathering, None)).collect();
        Picker { together, apart: self.apart.picker(), votes: [0; 256], picks: Vec::new() }
    }
}

/// Symbols one after the other, from blocks of 64; the rest of the last block is dropped.
pub(crate) struct Blocks<'a> {
    /// Number of patterns.
    patterns: usize,
    state: DecodeState<'a>,
    block: Block,
    used: usize,
}

impl<'a> Blocks<'a> {
    fn new(decoder: &'a Decoder) -> Self {
        Self {
            patterns: decoder.symbols.len(),
            state: DecodeState::new(decoder),
            block: [0; BLOCK],
            used: BLOCK,
        }
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

/// Picks one answer after the other.
pub(crate) enum AnswerPicker<'a> {
    /// From bytes.
    Few(Box<Blocks<'a>>),
    /// From words.
    Many(Uniform),
    /// From words and the answers before.
    Repeating(&'a Restaurant, Seats),
}

impl AnswerPicker<'_> {
    /// Begins with the first agent of another trial.
    #[inline(always)]
    pub(crate) fn begin(&mut self) {
        match self {
            Self::Few(_) | Self::Many(_) => {}
            Self::Repeating(_, seats) => seats.clear(),
        }
    }

    #[inline(always)]
    pub(crate) fn pick<L: Lanes, W: Words>(&mut self, stream: &mut Stream<W>) -> u64 {
        match self {
            Self::Few(blocks) => u64::from(blocks.next::<L, W>(stream)),
            Self::Many(uniform) => uniform.draw(stream),
            Self::Repeating(restaurant, seats) => u64::from(restaurant.seat(seats, stream)),
        }
    }
}

/// Picks the answers of all wrong agents of a trial.
pub(crate) struct Picker<'a> {
    /// At once; what a number of agents needs is made when it is first needed.
    together: Vec<(&'a Gathering, Option<Box<Blocks<'a>>>)>,
    /// One after the other.
    apart: AnswerPicker<'a>,
    /// Room for the votes of the answers of a trial, where they are few.
    votes: [u32; 256],
    /// Room for the answers of a trial, where they are many.
    picks: Vec<u64>,
}

impl Picker<'_> {
    /// Returns the most common answer of this many agents.
    #[inline(always)]
    pub(crate) fn most_common<L: Lanes, W: Words>(
        &mut self,
        agents: u32,
        stream: &mut Stream<W>,
    ) -> MostCommon {
        if let Some((gathering, blocks)) = self.together.get_mut(agents as usize) {
            let blocks = blocks.get_or_insert_with(|| Box::new(Blocks::new(&gathering.decoder)));
            return gathering.leaders[usize::from(blocks.next::<L, W>(stream))];
        }
        self.apart.begin();
        match &mut self.apart {
            AnswerPicker::Few(blocks) => {
                self.votes[..blocks.patterns].fill(0);
                (0..agents).fold(MostCommon::default(), |most, _| {
                    let votes = &mut self.votes[usize::from(blocks.next::<L, W>(stream))];
                    *votes += 1;
                    most.after_vote(*votes)
                })
            }
            AnswerPicker::Many(uniform) => {
                self.picks.clear();
                self.picks.extend((0..agents).map(|_| uniform.draw(stream)));
                MostCommon::of_picks(&mut self.picks)
            }
            AnswerPicker::Repeating(restaurant, seats) => {
                (0..agents).for_each(|_| {
                    restaurant.seat(seats, stream);
                });
                seats.most_common()
            }
        }
    }
}
