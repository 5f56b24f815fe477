//! Stages of votes, the next taken where the one before abstains.
//!
//! # Accuracy
//! Correct is Σₛ Π(t < s) aₜ · cₛ over the stages s, c and a their probabilities of being correct and of abstaining:
//! sums of products of positive numbers, of which each stage's have 28 digits. Independent agents and a common cause:
//! within 0.501 units of 2⁻⁵² on all cascades of `tests/oracle`, some 30,000; under a beta distribution or a copula
//! what the quadrature leaves, 2.5·10⁻¹⁴.
//!
//! # Testing
//! Against all patterns of answers of all stages in exact rationals in `tests/oracle`, written from the design alone;
//! against the simulated arm on the grid of `tests/agreement`; prices by hand in `tests/exact/teams.rs`.
//!
//! # Implementation
//! Given what the agents share, stages have no agent in common and are independent: so a cascade is a ballot like any
//! other, and the mixtures of each dependence model integrate it whole. Every stage is evaluated to 28 digits, as its
//! P(abstain) multiplies all later ones. A stage that cannot be reached is not evaluated.

use super::ballot::{Ballot, MAX_DIFFERENT_WITH_COPULA};
use super::decision::Decision;
use crate::exact::agents::Population;
use crate::exact::fractions::{self, FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::scaled::Scaled;
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Error, Race};

/// Stages of votes, each with its number of agents.
pub(super) struct Cascade<'a> {
    pub(super) stages: Vec<(u64, Box<dyn Ballot + 'a>)>,
}

impl Cascade<'_> {
    /// Returns each stage with its agents.
    fn of<'s>(&'s self, agents: &'s Population) -> impl Iterator<Item = (Population, &'s dyn Ballot)> {
        let mut first = 0;
        self.stages.iter().map(move |(count, ballot)| {
            let start = first;
            first += count;
            (agents.slice(start..first), &**ballot)
        })
    }
}

impl Ballot for Cascade<'_> {
    fn independent(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        let mut sum = TaskResult::NONE;
        let mut open = Scaled::ONE;
        for (agents, ballot) in self.of(agents) {
            if open.is_zero() {
                break;
            }
            let simpler = ballot.simplified(&agents, answers);
            let stage = simpler.as_deref().unwrap_or(ballot).independent(&agents, answers)?;
            let Outcomes { abstain, .. } = stage.outcomes;
            sum = sum.plus(
                TaskResult { outcomes: Outcomes { abstain: Scaled::ZERO, ..stage.outcomes }, ..stage },
                open,
            );
            open *= abstain;
        }
        sum.outcomes.abstain = open;
        Ok(sum)
    }

    /// Those of each stage.
    fn classes(&self, _: usize) -> Vec<usize> {
        let mut first = 0;
        let of_stage = |(agents, ballot): &(u64, Box<dyn Ballot + '_>)| {
            let classes = ballot.classes(*agents as usize).into_iter().map(|class| class + first);
            let classes: Vec<usize> = classes.collect();
            first = classes.iter().max().map_or(first, |last| last + 1);
            classes
        };
        self.stages.iter().flat_map(of_stage).collect()
    }

    fn max_agents_with_copula(&self, agents: &Population, answers: Answers) -> u64 {
        let of_stages =
            self.of(agents).map(|(agents, ballot)| ballot.max_agents_with_copula(&agents, answers));
        let least = of_stages.min().unwrap_or(u64::MAX);
        match agents {
            Population::Identical { .. } => least,
            Population::Different(_) => least.min(MAX_DIFFERENT_WITH_COPULA),
        }
    }

    fn check_for_quadrature(&self, answers: Answers) -> Result<(), Error> {
        self.stages.iter().try_for_each(|(_, ballot)| ballot.check_for_quadrature(answers))
    }

    fn decision(&self, _: u64) -> Result<Option<Decision>, Error> {
        Ok(None)
    }

    fn race(&self) -> Option<Race> {
        None
    }

    /// Each stage as if it had all agents, which takes no less.
    fn rational_work(&self, size: &VoteSize, votes: &Votes) -> Result<u128, Error> {
        let of_stages = self.stages.iter().map(|(_, ballot)| ballot.rational_work(size, votes));
        of_stages.sum::<Result<u128, Error>>()
    }

    fn rational(&self, law: &FailureLaw, votes: &Votes) -> Result<Rounds, Error> {
        let mut first = 0;
        let stages = self.stages.iter().map(|(agents, ballot)| {
            let start = first;
            first += *agents as usize;
            let places: Vec<usize> = (start..first).collect();
            Ok((places.len(), ballot.rational(&law.of(&places), votes)?.outcomes))
        });
        Ok(fractions::cascade(stages.collect::<Result<_, Error>>()?))
    }
}
