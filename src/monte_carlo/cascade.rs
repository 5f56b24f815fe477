//! Stages of votes, one after the other, in the trials in which all before abstained.

use super::ballot::Ballot;
use super::buffers::Buffers;
use super::lanes::Lanes;
use super::outcomes;
use super::outcomes::outcome::ABSTAIN;
use super::random::{Stream, Words};
use crate::outcome::Counts;

/// The votes of a cascade, in their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stages(pub(crate) Vec<Ballot>);

impl Stages {
    pub(crate) fn new(stages: Vec<Ballot>) -> Self {
        Self(stages)
    }

    /// Memory of their tables.
    pub(crate) fn bytes(&self) -> usize {
        self.0.iter().map(Ballot::bytes).sum()
    }

    /// Approximate number of votes in a trial that reaches the last stage.
    pub(crate) fn work(&self) -> u64 {
        self.0.iter().map(Ballot::work).sum()
    }

    /// Runs the next `trials` trials and counts the first `counted`. Trials keep their order, so counted ones stay first.
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
        let (mut trials, mut counted) = (trials, counted);
        if let Some(correlated) = self.0.iter().find(|stage| stage.is_dependent()) {
            correlated.begin(trials, stream, buffers);
        }
        for (number, stage) in (1..).zip(&self.0) {
            stage.run::<L, W>(trials, stream, buffers);
            let of_stage = outcomes::count(&buffers.outcomes[..counted]);
            let is_last = number == self.0.len();
            counts.add(Counts { abstain: if is_last { of_stage.abstain } else { 0 }, ..of_stage });
            if is_last {
                break;
            }
            counted = of_stage.abstain as usize;
            trials = buffers.outcomes.iter().filter(|outcome| **outcome == ABSTAIN).count();
            if trials == 0 {
                break;
            }
            if self.0.iter().any(Ballot::is_dependent) {
                buffers.keep(ABSTAIN);
            }
        }
        counts
    }
}
