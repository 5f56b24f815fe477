//! Stages of votes, one after the other, in the trials in which all before abstained.

use super::active::Active;
use super::ballot::Ballot;
use super::buffers::Buffers;
use super::lanes::Lanes;
use super::outcomes;
use super::outcomes::outcome::ABSTAIN;
use super::random::{Stream, Words};
use crate::outcome::Counts;

/// The votes of a cascade, in their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cascade {
    pub(crate) stages: Vec<Ballot>,
}

impl Cascade {
    /// Memory of their tables.
    pub(crate) fn bytes(&self) -> usize {
        self.stages.iter().map(Ballot::bytes).sum()
    }

    /// Approximate number of votes in a trial that reaches the last stage.
    pub(crate) fn work(&self) -> u64 {
        self.stages.iter().map(Ballot::work).sum()
    }

    /// Runs the next `trials` trials and counts the first `counted`.
    ///
    /// What the agents have in common is drawn once, by the stage that is first correlated: the stages share it.
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
        let correlated = self.stages.iter().find(|stage| stage.is_dependent());
        if let Some(correlated) = correlated {
            correlated.begin(trials, stream, buffers);
        }
        for stage in &self.stages {
            if active.trials == 0 {
                break;
            }
            stage.run::<L, W>(active.trials, stream, buffers);
            counts.add(Counts { abstain: 0, ..outcomes::count(&buffers.outcomes[..active.counted]) });
            active = active.left(&buffers.outcomes, ABSTAIN);
            if correlated.is_some() {
                buffers.keep(ABSTAIN);
            }
        }
        counts.add(Counts { abstain: active.counted as u64, ..Counts::default() });
        counts
    }
}
