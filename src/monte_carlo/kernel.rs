//! What one class of tasks does.

use super::ballot::Ballot;
use super::buffers::Buffers;
use super::cascade::Cascade;
use super::chain::Pipeline;
use super::classes::ClassTrials;
use super::lanes::Lanes;
use super::random::{Stream, Words};
use crate::outcome::Counts;

/// What one class of tasks does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kernel {
    /// Agents vote, or one agent is called until it is decided.
    Ballot(Ballot),
    /// Agents vote stage by stage.
    Cascade(Cascade),
    /// Candidates are validated.
    Chain(Box<Pipeline>),
}

impl Kernel {
    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Ballot(ballot) => size_of::<Self>() + ballot.bytes(),
            Self::Cascade(cascade) => size_of::<Self>() + cascade.bytes(),
            Self::Chain(pipeline) => {
                size_of::<Pipeline>() + pipeline.generator.bytes() + pipeline.judge.bytes()
            }
        }
    }

    /// Whether no trial is kept in memory.
    pub(super) fn is_packed(&self) -> bool {
        matches!(self, Self::Ballot(ballot) if ballot.packed().is_some())
    }

    /// Approximate number of votes in a trial, which decides the size of a unit.
    pub(super) fn work(&self) -> u64 {
        match self {
            Self::Ballot(ballot) => ballot.work(),
            Self::Cascade(cascade) => cascade.work(),
            Self::Chain(pipeline) => pipeline.generator.work() * pipeline.attempts.min(16),
        }
    }

    #[inline(always)]
    pub(super) fn run<L: Lanes, W: Words>(
        &self,
        share: ClassTrials,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> Counts {
        match self {
            Self::Ballot(ballot) => ballot.count::<L, W>(share.trials, share.counted, stream, buffers),
            Self::Cascade(cascade) => cascade.run::<L, W>(share.trials, share.counted, stream, buffers),
            Self::Chain(pipeline) => pipeline.run::<L, W>(share.trials, share.counted, stream, buffers),
        }
    }
}
