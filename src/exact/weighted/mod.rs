//! The outcome of a vote with weights.
//!
//! # Accuracy
//! Sums of products of positive numbers, in double-doubles, but for a difference that keeps all but eight of its 29
//! digits: within 7.2·10⁻²⁰ of exact numbers on the 3,150 votes of three to five agents in this room, whatever their
//! rates, so that outcomes are rounded correctly. With many agents and several wrong answers a P(abstain) that is less
//! than 10⁻⁸ of both its neighbours is refused.
//!
//! # Testing
//! Against all patterns of answers in integers, with every kind of failures and rates from 10⁻¹⁰⁰ to 1 − 2⁻⁵³, in this
//! room; against the project's table in `tests/exact/known_values.rs`; both ways to P(abstain) and equal weights
//! against each other.
//!
//! # Implementation
//! The law of a sum of weights is formed agent by agent, as a list of the sums in rising order in which equal ones are
//! one: 2ⁿ entries at most, and never more than integers up to the largest sum or than choices among agents of one
//! weight. It is kept in two short halves; a tail is a sum over one half of what a window of the other holds, and the
//! window only moves one way. So 25 agents with any weights take lists of 2¹² and 2¹³ sums and hundreds with integer
//! weights no more than their total: 1.6 ms for 25 agents, 0.13 s for 300 with weights to 97 and 1.2 s for 400 with
//! weights to 499, silent failures included.
//!
//! Correct is a tail, not correct another. Without a checker the quota is more than half, so that only one answer can
//! reach it, and P(wrong) = m · P(the weight behind one certain wrong answer ≥ quota) for m answers. What an agent
//! decides whose weight alone is the quota is the outcome. P(abstain) is a window of one law where every agent votes
//! for one of two answers; elsewhere a difference of two tails, if that keeps its digits; else a sum of its own terms:
//! - with one wrong answer, let agents that are not right fall silent one after the other. Before that the others weigh
//!   T − C, and abstaining has the probability P(T − quota < C < quota); agent i falls silent with probability sᵢ, and
//!   that counts if the weight of the others that are not right, of which those before i may be silent already, lies in
//!   \[quota − wᵢ, quota): n windows, where the joint law of right and wrong weights took 3ⁿ;
//! - with several, all answers agent by agent from the heaviest, those already decided being left out.
//!
//! Where wrong answers depend on each other P(wrong) is a sum of its own, over weights and numbers of agents.

mod branches;
mod deciding;
mod partitioned;
mod sums;

use super::agents::{Agent, Population};
use super::binomial::Chance;
use super::given_votes::quorum_by_failures;
use super::outcomes::Outcomes;
use super::scaled::{Scaled, difference};
use super::voting;
use super::wrong_answers::{Answers, Picks};
use crate::scenario::{Error, WeightedThreshold};
pub(crate) use deciding::DecidingWeights;
pub(crate) use sums::{Halves, Mass, Sums};

/// Maximum number of sums where a law is formed several hundred times: some ten seconds.
const MAX_STEPS_EACH: u128 = 33_000;

/// The same where a law is formed for each agent.
const MAX_STEPS_OF_ALL: u128 = 1 << 27;

/// The outcomes of a vote, and whether P(abstain) has lost digits: then its error is at most 10⁻²⁴ of P(wrong).
#[derive(Debug, Clone, Copy)]
pub(crate) struct WeightedOutcomes {
    pub outcomes: Outcomes,
    pub is_rounded: bool,
}

/// Returns the outcomes of a vote of these agents.
///
/// # Errors
/// More sums than can be formed in some seconds; for many agents with several wrong answers, a P(abstain) below 10⁻⁸ of
/// both other outcomes.
pub(crate) fn vote(
    population: &Population,
    rule: &WeightedThreshold,
    answers: Answers,
) -> Result<Outcomes, Error> {
    let vote = Simplified::of(rule).outcomes(population, answers)?;
    if vote.is_rounded { Err(cancelled()) } else { Ok(vote.outcomes) }
}

/// Checks that a vote can be evaluated at several hundred values of what the agents share.
///
/// # Errors
/// More sums than can be formed several hundred times.
pub(crate) fn check_for_quadrature(rule: &WeightedThreshold, answers: Answers) -> Result<(), Error> {
    let vote = Simplified::of(rule);
    let depends = matches!(answers, Answers::Partitioned(_)) && !vote.checker && !vote.has_equal_weights();
    if depends && partitioned::steps(&vote.weights, vote.quota) > partitioned::MAX_STEPS_EACH {
        return Err(partitioned::too_many(partitioned::MAX_STEPS_EACH));
    }
    if vote.has_equal_weights() || Halves::new(vote.weights)?.steps <= MAX_STEPS_EACH {
        return Ok(());
    }
    let message = format!(
        "scheme.weights have too many different sums for an exact answer for correlated agents, which takes \
         several hundred votes: the maximum is {MAX_STEPS_EACH} sums, as 26 agents with any weights have; use \
         fewer agents, fewer different weights or weights of fewer digits"
    );
    Err(Error::refused("scheme.weights", message))
}

/// Returns the error of a P(abstain) that has no digits left.
pub(crate) fn cancelled() -> Error {
    let message = "scheme.weights of this many agents have no exact answer where P(abstain) is far below P(wrong) \
                   and there are several wrong answers; set wrong_answers = \"same\"";
    Error::refused("scheme.weights", message)
}

/// A vote without the agents that have no weight, in the largest unit in which all weights are whole.
pub(crate) struct Simplified {
    pub voters: Vec<usize>,
    pub weights: Vec<u64>,
    pub quota: u64,
    pub checker: bool,
}

impl Simplified {
    pub(crate) fn of(rule: &WeightedThreshold) -> Self {
        let voters: Vec<usize> = (0..rule.weights.len()).filter(|&agent| rule.weights[agent] > 0).collect();
        let unit =
            voters.iter().fold(0, |unit, &agent| greatest_common_divisor(rule.weights[agent], unit)).max(1);
        let weights = voters.iter().map(|&agent| rule.weights[agent] / unit).collect();
        Self { voters, weights, quota: rule.quota.div_ceil(unit), checker: rule.checker }
    }

    pub(crate) fn has_equal_weights(&self) -> bool {
        self.weights.iter().all(|weight| *weight == 1)
    }

    /// Returns the outcomes of a vote of these agents; P(abstain) may have lost digits.
    pub(crate) fn outcomes(
        &self,
        population: &Population,
        answers: Answers,
    ) -> Result<WeightedOutcomes, Error> {
        let exactly = |outcomes| Ok(WeightedOutcomes { outcomes, is_rounded: false });
        let Self { voters, weights, quota, checker } = self;
        let agents = population.of(voters);
        if self.has_equal_weights() {
            return exactly(match answers {
                Answers::Picked(picks) => voting::threshold(&agents, *quota, *checker, picks),
                Answers::Partitioned(_) if *checker => voting::threshold(&agents, *quota, true, Picks::Same),
                Answers::Partitioned(_) => {
                    quorum_by_failures(agents.count(), *quota, answers, agents.modes()).mean(&agents)
                }
            });
        }
        if let Some(dictator) = weights.iter().position(|weight| weight >= quota).filter(|_| !checker) {
            return exactly(of_one(&agents.agent(dictator)));
        }
        WeighedAgents { halves: Halves::new(weights.clone())?, agents, quota: *quota, answers }.vote(*checker)
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

/// Returns the outcomes of one agent alone.
fn of_one(agent: &Agent) -> Outcomes {
    Outcomes { correct: agent.correct().yes, abstain: agent.silent().yes, wrong: agent.wrong().yes }
}

/// Agents with weights above 0, not all of one.
struct WeighedAgents {
    agents: Population,
    halves: Halves,
    quota: u64,
    answers: Answers,
}

impl WeighedAgents {
    fn vote(&self, checker: bool) -> Result<WeightedOutcomes, Error> {
        let law = self.halves.law(self.each(Agent::correct));
        let correct = law.tails(self.quota);
        let vote = |abstain, wrong, is_rounded| {
            let outcomes = Outcomes { correct: correct.at_least, abstain, wrong };
            Ok(WeightedOutcomes { outcomes, is_rounded })
        };
        // Without an agent that decides alone no wrong answer can win if no two agree.
        let is_distinct = self.answers == Answers::Picked(Picks::Distinct);
        if checker || is_distinct || correct.below.is_zero() {
            return vote(correct.below, Scaled::ZERO, false);
        }
        let wrong = self.wrong()?;
        let is_same = self.answers.are_one();
        if is_same && !self.agents.may_be_silent() {
            return vote(law.between(self.least_beside_quota(), self.quota), wrong, false);
        }
        if let Some(abstain) = difference(correct.below, wrong) {
            return vote(abstain, wrong, false);
        }
        if is_same {
            return vote(self.abstain_with_one_wrong_answer(correct.at_least)?, wrong, false);
        }
        if let Some(abstain) = branches::abstain(&self.agents, &self.halves.weights, self.quota, self.answers)
        {
            return vote(abstain, wrong, false);
        }
        let difference = correct.below - wrong;
        vote(if difference.is_positive() { difference } else { Scaled::ZERO }, wrong, true)
    }

    /// Returns each agent's chance of this kind of answer.
    fn each(&self, kind: impl Fn(&Agent) -> Chance) -> impl Fn(usize) -> Chance {
        let agents = self.agents.list();
        let chances: Vec<Chance> = agents.iter().map(kind).collect();
        move |agent| chances[agent]
    }

    fn wrong(&self) -> Result<Scaled, Error> {
        let answers = match self.answers {
            Answers::Picked(Picks::Among(count)) => Scaled::from(count),
            Answers::Picked(Picks::Same | Picks::Distinct) => Scaled::ONE,
            Answers::Partitioned(law) => {
                return partitioned::wrong(&self.agents, &self.halves.weights, self.quota, law);
            }
        };
        let one = self.halves.law(self.each(|agent| agent.wrong_by_one_of(answers)));
        Ok(one.tails(self.quota).at_least * answers)
    }

    /// Minimum weight of the right agents with which the others miss the quota.
    fn least_beside_quota(&self) -> u64 {
        self.halves.weights.iter().sum::<u64>() - self.quota + 1
    }

    fn abstain_with_one_wrong_answer(&self, correct: Scaled) -> Result<Scaled, Error> {
        let not_wrong = self.halves.law(self.each(Agent::wrong)).tails(self.quota).below;
        if let Some(abstain) = difference(not_wrong, correct) {
            return Ok(abstain);
        }
        let weights = &self.halves.weights;
        if self.halves.steps.saturating_mul(weights.len() as u128) > MAX_STEPS_OF_ALL {
            return Err(cancelled());
        }
        let beside =
            self.halves.law(self.each(Agent::correct)).between(self.least_beside_quota(), self.quota);
        Ok((0..weights.len()).map(|agent| self.falls_silent(agent)).fold(beside, |sum, term| sum + term))
    }

    /// P(a wrong answer has the quota until this agent falls silent, the ones before it having done so).
    fn falls_silent(&self, agent: usize) -> Scaled {
        let (fails, wrong) = (self.each(|agent| agent.correct().opposite()), self.each(Agent::wrong));
        let others = self.halves.law(|other| match other.cmp(&agent) {
            std::cmp::Ordering::Less => wrong(other),
            std::cmp::Ordering::Equal => Chance::IMPOSSIBLE,
            std::cmp::Ordering::Greater => fails(other),
        });
        let weight = self.halves.weights[agent];
        let silent = self.each(Agent::silent)(agent).yes;
        silent * others.between(self.quota.saturating_sub(weight), self.quota)
    }
}

#[cfg(test)]
mod tests;
