//! The questions that the closed forms ask of every rule.
//!
//! The methods with a default are shortcuts: a rule without them has the same answers, only slower. A new rule must
//! answer all others.

use super::decision::Decision;
use crate::exact::agents::{Agent, Population};
use crate::exact::by_failures::{self, ByFailures};
use crate::exact::fractions::{FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::race::{self, Bounds, OneKind};
use crate::exact::scaled::Scaled;
use crate::exact::shared::{Copula, Count, MAX_CORRELATED_AGENTS, NotConverged};
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Error, Race};

/// The result of one ballot at one value of what the agents share.
pub(crate) struct BallotResult {
    pub result: TaskResult,
    /// The error to return if P(abstain), which has lost digits here, is not negligible beside P(wrong).
    pub if_abstain_counts: Option<fn() -> Error>,
}

impl BallotResult {
    /// Returns a result of full precision.
    pub(crate) fn precise(result: TaskResult) -> Self {
        Self { result, if_abstain_counts: None }
    }
}

/// A ballot that is evaluated at many values of what the agents share.
pub(crate) type SharedBallot<'a> = Box<dyn Fn(&Population) -> Result<BallotResult, Error> + 'a>;

/// One ballot of all agents: every rule but the pipelines around it.
pub(crate) trait Ballot {
    /// Returns the simpler ballot with the same outcomes for these agents, if there is one.
    fn simplified(&self, _agents: &Population, _answers: Answers) -> Option<Box<dyn Ballot>> {
        None
    }

    /// Stops distinguishing wrong answers from abstentions, where that saves time.
    fn merge_failures(&mut self) {}

    /// Returns the result for independent agents, with more digits than a double.
    fn independent(&self, agents: &Population, answers: Answers) -> TaskAnswer;

    /// Returns the result for independent agents, each outcome to the precision of a double. No outcome may be raised
    /// to a power afterwards, or subtracted from another.
    fn independent_in_doubles(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        self.independent(agents, answers)
    }

    /// Returns the ballot as a function of the agents' failure rates. What does not depend on the rates is computed
    /// once.
    fn shared<'a>(&'a self, _agents: &Population, answers: Answers) -> Result<SharedBallot<'a>, Error> {
        Ok(Box::new(move |agents| Ok(BallotResult::precise(self.independent(agents, answers)?))))
    }

    /// Returns the outcomes when the number of failures follows `count`; `None` where that number does not determine
    /// them.
    fn with_count(
        &self,
        _count: Count<'_>,
        _agents: &Population,
        _answers: Answers,
    ) -> Result<Option<Outcomes>, Error> {
        Ok(None)
    }

    /// Returns the outcomes under a copula where that is quicker than integrating [`shared`](Self::shared); else
    /// `None`.
    fn with_copula(
        &self,
        _copula: &Copula,
        _agents: &Population,
        _answers: Answers,
    ) -> Result<Option<Outcomes>, NotConverged> {
        Ok(None)
    }

    /// Returns a class for each agent, counted from 0, so that the numbers of failures in all classes determine the
    /// outcome.
    fn classes(&self, agents: usize) -> Vec<usize>;

    /// Maximum number of agents for which the integrals under a copula take at most ten seconds.
    fn max_agents_with_copula(&self, agents: &Population, answers: Answers) -> u64;

    /// Checks that the ballot can be evaluated at several hundred values of what the agents share.
    fn check_for_quadrature(&self, answers: Answers) -> Result<(), Error>;

    /// Returns what it takes to be right; `None` where that depends on the other votes too.
    ///
    /// # Errors
    /// More sums of weights than can be formed once for each agent.
    fn decision(&self, agents: u64) -> Result<Option<Decision>, Error>;

    /// The race, if the ballot is one; every other ballot calls each agent once.
    fn race(&self) -> Option<Race>;

    /// Returns the number of products of machine words that [`rational`](Self::rational) takes.
    ///
    /// # Errors
    /// More steps than are worth counting.
    fn rational_work(&self, size: &VoteSize, votes: &Votes) -> Result<u128, Error>;

    /// Returns the outcomes as exact fractions.
    fn rational(&self, law: &FailureLaw, votes: &Votes) -> Result<Rounds, Error>;
}

impl ByFailures {
    /// Returns a ballot with these outcomes for each number of failures.
    pub(super) fn into_shared<'a>(self) -> SharedBallot<'a> {
        Box::new(move |agents| {
            let result = TaskResult::of_vote(agents.count(), self.mean(agents));
            Ok(BallotResult::precise(result))
        })
    }

    /// Returns the outcomes where the number of failures follows `count`.
    pub(super) fn with_count(&self, count: Count<'_>) -> Outcomes {
        by_failures::mean(count.masses(), |failures| self.at(failures))
    }
}

impl dyn Ballot + '_ {
    /// Returns bounds that hold for every failure rate, or the only kind of vote that an unlimited race can get.
    pub(crate) fn bounds(&self, agents: &Population) -> Result<Bounds, OneKind> {
        match self.race() {
            Some(race) => race::bounds(&agents.agent(0), race),
            None => Ok(Bounds { calls: agents.count().into(), degree: agents.count().into() }),
        }
    }

    /// Returns the copula with the range in which outcomes of polynomial degree `degree` change.
    pub(crate) fn range_of_copula(&self, copula: Copula, degree: Scaled) -> Copula {
        if self.race().is_some() { copula.of_race(degree) } else { copula }
    }
}

/// Maximum number of different agents under a copula where a ballot takes time proportional to their square.
pub(super) const MAX_DIFFERENT_WITH_COPULA: u64 = 1_000;

/// Maximum number of identical agents under a copula, where each of several hundred values of what they share costs a
/// sum over the number of failures.
const MAX_IDENTICAL_BY_COUNT_WITH_COPULA: u64 = 10_000;

/// The same where a ballot is a few tails of a count: several hundred of them take ten seconds.
const MAX_DIFFERENT_VOTERS_WITH_COPULA: u64 = 10_000;

/// Maximum number of voters under a copula where a ballot is a sum over the number of failures.
pub(super) fn max_counted_with_copula(agents: &Population) -> u64 {
    match agents {
        Population::Identical { .. } => MAX_IDENTICAL_BY_COUNT_WITH_COPULA,
        Population::Different(_) => MAX_DIFFERENT_WITH_COPULA,
    }
}

/// Maximum number of voters under a copula; `few_tails` says whether a ballot of different ones is a few tails of a
/// count.
pub(super) fn max_voters_with_copula(agents: &Population, few_tails: bool) -> u64 {
    match agents {
        Population::Identical { .. } => MAX_CORRELATED_AGENTS,
        Population::Different(_) if few_tails => MAX_DIFFERENT_VOTERS_WITH_COPULA,
        Population::Different(_) => MAX_DIFFERENT_WITH_COPULA,
    }
}

/// Whether each of these agents votes for one of two answers.
pub(super) fn all_vote_for_two_answers(agents: &Population, answers: Answers) -> bool {
    let never_silent = match agents {
        Population::Identical { agent, .. } => agent.silent.is_zero(),
        Population::Different(agents) => agents.iter().all(|agent: Agent| agent.silent.is_zero()),
    };
    answers.are_one() && never_silent
}
