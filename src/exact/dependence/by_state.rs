//! Results by the numbers of failures in classes of agents, under any joint law of those numbers.
//!
//! # Accuracy
//! A sum of products of positive numbers: that of the law, and 10⁻²⁸ for the results of each state.
//!
//! # Testing
//! Through the models that use it; against enumeration of Pólya's urn in `tests/oracle`.
//!
//! # Implementation
//! How a failed agent fails does not depend on which it is. So what a ballot gives depends on the numbers of failures
//! in those classes of agents among which it does not distinguish: one class in a vote at a quorum, a stage or a weight
//! where there are several. Given these numbers it is the ballot of independent agents that fail for certain or never
//! do. Ballots that are taken again have classes of their own: given all that calls share, each call is one more agent.

use super::model::refused;
use crate::exact::agents::Population;
use crate::exact::chance::Chance;
use crate::exact::outcomes::{TaskAnswer, TaskResult};
use crate::exact::rule::{Ballot, Procedure};
use crate::exact::scaled::Scaled;
use crate::exact::shared::{Count, States};
use crate::exact::wrong_answers::Answers;
use crate::scenario::Error;

/// Maximum number of states.
const MAX_STATES: u64 = 200_000;

/// Maximum number of agents, so that lists of them stay short.
const MAX_AGENTS: u64 = 20_000;

/// The classes of all calls for a task, and what each of their states gives.
pub(super) struct Calls<'a> {
    procedure: &'a Procedure<'a>,
    agents: &'a Population,
    answers: Answers,
    /// The class of each agent in one ballot.
    pub classes: Vec<usize>,
    /// The states of one ballot.
    ballot: States,
    /// Number of ballots.
    pub ballots: usize,
    /// The states of all ballots.
    pub states: States,
}

impl<'a> Calls<'a> {
    /// Returns the calls of these agents.
    ///
    /// # Errors
    /// More states than can be passed in some ten seconds.
    pub(super) fn new(
        agents: &'a Population,
        procedure: &'a Procedure<'a>,
        answers: Answers,
        model: &str,
    ) -> Result<Self, Error> {
        let count = agents.count();
        if count > MAX_AGENTS {
            return Err(refused(&format!(
                "{model} has no exact answer for {count} agents; the maximum is {MAX_AGENTS}"
            )));
        }
        let classes = procedure.ballot.classes(count as usize);
        let mut counts = vec![0; classes.iter().max().map_or(1, |last| last + 1)];
        classes.iter().for_each(|&class| counts[class] += 1);
        let too_many = |what: &str| {
            refused(&format!(
                "{model} has no exact answer here: {what} have more than {MAX_STATES} joint states, the maximum; \
                 use fewer agents, stages, different weights or attempts"
            ))
        };
        let ballot = States::new(counts.clone(), MAX_STATES)
            .ok_or_else(|| too_many("the numbers of failures in all stages or of all weights"))?;
        let ballots = procedure.pipelines.max_ballots().to_f64();
        let attempts = || too_many("the numbers of failures in all attempts");
        // Each attempt has two states at least.
        if ballots > 64.0 {
            return Err(attempts());
        }
        let ballots = ballots as usize;
        let states = States::new(counts.repeat(ballots), MAX_STATES).ok_or_else(attempts)?;
        Ok(Self { procedure, agents, answers, classes, ballot, ballots, states })
    }

    /// Number of classes in one ballot.
    pub(super) fn classes_of_ballot(&self) -> usize {
        self.ballot.counts().len()
    }

    /// Returns the result under this law of the states.
    pub(super) fn result(&self, law: &[Scaled]) -> TaskAnswer {
        let Procedure { ballot, pipelines } = self.procedure;
        if self.ballots == 1 && self.classes_of_ballot() == 1 {
            let count = Count::Masses(law);
            if let Some(outcomes) = ballot.with_count(count, self.agents, self.answers)? {
                return Ok(pipelines.around(TaskResult::of_vote(self.agents.count(), outcomes)));
            }
        }
        Ok(self.by_state()?.mean(law))
    }

    /// Returns the result of each state.
    pub(super) fn by_state(&self) -> Result<ByState, Error> {
        let Procedure { ballot, pipelines } = self.procedure;
        let single: Vec<TaskResult> =
            (0..self.ballot.len()).map(|state| self.of_ballot(&**ballot, state)).collect::<Result<_, _>>()?;
        if self.ballots == 1 {
            return Ok(ByState(single.into_iter().map(|result| pipelines.around(result)).collect()));
        }
        let (each, kinds) = (pipelines.each(single), self.ballot.len());
        let mut places = vec![0; self.ballots];
        let of = |state: usize| {
            // The last ballot varies fastest.
            let mut rest = state;
            for place in places.iter_mut().rev() {
                *place = rest % kinds;
                rest /= kinds;
            }
            each.along(&places)
        };
        Ok(ByState((0..self.states.len()).map(of).collect()))
    }

    /// Returns the result of a ballot where the first agents of each class fail, as many as the state says.
    fn of_ballot(&self, ballot: &dyn Ballot, state: usize) -> TaskAnswer {
        let mut left = self.ballot.failures(state);
        let failing = self.classes.iter().map(|&class| {
            let fails = left[class] > 0;
            left[class] -= u64::from(fails);
            if fails { Chance::CERTAIN } else { Chance::IMPOSSIBLE }
        });
        let failing: Vec<Chance> = failing.collect();
        ballot.independent(&self.agents.with_failures(failing), self.answers)
    }
}

/// The result of each state.
pub(super) struct ByState(Vec<TaskResult>);

impl ByState {
    /// Returns the mean under a law of the states, whose probabilities have any common scale.
    pub(super) fn mean(&self, law: &[Scaled]) -> TaskResult {
        let total: Scaled = law.iter().copied().sum();
        let mut sum = TaskResult::NONE;
        for (result, mass) in self.0.iter().zip(law) {
            if !mass.is_zero() {
                sum = sum.plus(*result, *mass / total);
            }
        }
        sum
    }
}
