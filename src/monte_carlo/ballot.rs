//! One ballot: a vote of all agents, or a race of one.

use super::buffers::Buffers;
use super::lanes::Lanes;
use super::outcomes;
use super::packed::Packed;
use super::race::Racing;
use super::random::{Stream, Words};
use super::voting::Voting;
use super::weighted::Weighing;
use crate::outcome::Counts;

/// How a class of tasks is decided, or a candidate of a pipeline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ballot {
    /// Agents vote.
    Vote(Box<Voting>),
    /// Agents vote with weights.
    Weighted(Box<Weighing>),
    /// One agent is called until its votes decide.
    Race(Box<Racing>),
}

impl Ballot {
    /// Approximate number of votes in a trial.
    pub(crate) fn work(&self) -> u64 {
        match self {
            Self::Vote(voting) => u64::from(voting.agents),
            Self::Weighted(weighing) => u64::from(weighing.agents()),
            Self::Race(race) => race.work(),
        }
    }

    /// The same trials drawn whole, where the agents are few enough.
    pub(crate) fn packed(&self) -> Option<&Packed> {
        match self {
            Self::Vote(voting) => voting.packed.as_deref(),
            Self::Weighted(weighing) => weighing.packed(),
            Self::Race(race) => race.packed(),
        }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Vote(voting) => voting.bytes(),
            Self::Weighted(weighing) => weighing.bytes(),
            Self::Race(race) => race.bytes(),
        }
    }

    /// Whether the agents of a trial are correlated.
    pub(crate) fn is_dependent(&self) -> bool {
        match self {
            Self::Vote(voting) => voting.is_dependent(),
            Self::Weighted(weighing) => weighing.is_dependent(),
            Self::Race(race) => race.is_dependent(),
        }
    }

    /// Draws the next `trials` trials and counts the first `counted`.
    #[inline(always)]
    pub(crate) fn count<L: Lanes, W: Words>(
        &self,
        trials: usize,
        counted: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> Counts {
        let (mut counts, mut done) = (Counts::default(), 0);
        if let Some(packed) = self.packed() {
            done = packed.whole(trials);
            counts = packed.run::<L, W>(done, counted.min(done), stream);
        }
        let trials = trials - done;
        self.begin(trials, stream, buffers);
        let counted = counted.saturating_sub(done);
        counts.add(match self {
            Self::Vote(voting) => voting.count::<L, W>(trials, counted, stream, buffers),
            Self::Race(race) => race.count::<L, W>(trials, counted, stream, buffers),
            Self::Weighted(weighing) => {
                weighing.run::<L, W>(trials, stream, buffers);
                outcomes::count(&buffers.outcomes[..counted])
            }
        });
        counts
    }

    /// Draws what the agents of each of the next `trials` trials have in common, for this ballot and later ones of the
    /// same trials.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        match self {
            Self::Vote(voting) => voting.begin(trials, stream, buffers),
            Self::Weighted(weighing) => weighing.begin(trials, stream, &mut buffers.common),
            Self::Race(race) => race.begin(trials, stream, buffers),
        }
    }

    /// Writes the outcomes of the next `trials` trials, which have begun, to `buffers.outcomes`; ballots of the same
    /// trials may follow.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        match self {
            Self::Vote(voting) => voting.run::<L, W>(trials, stream, buffers),
            Self::Weighted(weighing) => weighing.run::<L, W>(trials, stream, buffers),
            Self::Race(race) => race.run::<L, W>(trials, stream, buffers),
        }
    }

    /// Keeps for the next ballot what the agents have in common in those of the last trials that had this outcome.
    pub(crate) fn keep(&self, buffers: &mut Buffers, outcome: u8) {
        if self.is_dependent() {
            buffers.keep(outcome);
        }
    }
}
