//! What a vote gives, given how many right and how many wrong votes there are.
//!
//! # Accuracy
//! Sums of positive numbers, as precise as the law of wrong answers: about n · 2⁻¹⁰⁰ for n agents.
//!
//! # Testing
//! Against the project's table and one by another route (`tests/exact/wrong_answers.rs`), and against set partitions in
//! `tests/oracle`.
//!
//! # Implementation
//! Which agents are wrong does not matter beyond their number, and neither does it for those that are right. So the
//! outcome depends on C right and W wrong votes alone, and given K failures C and W are independent: P(outcome | K) = Σ
//! P(C) P(W) P(outcome | C, W). A plurality is right if no wrong answer has C votes or more, and wrong if one alone, or
//! with random ties any, has more than C: from the largest level down, what leads at a level is added to all smaller C.
//! With random ties 1/(s + 1) of the draws between the right answer and s wrong ones are right, and the rest of them,
//! which is at least half, is a difference.

use super::agents::Modes;
use super::binomial::tails_double_double;
use super::by_failures::ByFailures;
use super::chance::Chance;
use super::outcomes::Outcomes;
use super::scaled::Scaled;
use super::wrong_answers::{Answers, Leaders, WrongQuorum};
use crate::scenario::{Error, Rule, Ties, WrongAnswers};
use crate::votes::Shares;
use rayon::prelude::*;

/// From so many agents on the numbers of failures are divided among threads.
const MANY: u64 = 64;

/// Maximum number of agents of which all numbers of votes are tabulated.
const MAX_AGENTS: u64 = 1_000;

/// What a vote of so many agents gives for every number of right and of wrong votes.
///
/// ```
/// use kofn::exact::GivenVotes;
/// use kofn::scenario::{Rule, Ties, WrongAnswers};
/// // Two wrong agents agree on 60 % of the tasks: then they outvote the only right one.
/// let law = WrongAnswers::Open { collision: 0.6, discount: 0.0 };
/// let given = GivenVotes::new(law, &Rule::MostVotes { ties: Ties::Abstain, min_votes: 1 }, 3)?;
/// let shares = given.shares(1, 2);
/// assert!((shares.wrong - 0.6).abs() < 1e-15 && (shares.abstain - 0.4).abs() < 1e-15);
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct GivenVotes(VoteTable);

impl GivenVotes {
    /// Returns the table of a vote at a quorum or of a plurality among this many agents.
    ///
    /// # Errors
    /// A rule that does not count one vote of each agent, or weighs them; more than 1,000 agents.
    pub fn new(law: WrongAnswers, rule: &Rule, agents: u64) -> Result<Self, Error> {
        if agents > MAX_AGENTS {
            let message = format!("at most {MAX_AGENTS} agents have a table of all votes, got {agents}");
            return Err(Error::refused("agents.count", message));
        }
        match *rule {
            Rule::Threshold { quorum, checker } => Ok(Self::of_quorum(law, quorum, checker, agents)),
            Rule::MostVotes { ties, min_votes } => Ok(Self::of_plurality(law, ties, min_votes, agents)),
            Rule::WeightedThreshold(_)
            | Rule::Faults { .. }
            | Rule::Cascade(_)
            | Rule::Race(_)
            | Rule::Chain(_) => Err(Error::refused(
                "scheme",
                "must be a vote with a quorum or a plurality, with one equal vote per agent",
            )),
        }
    }

    /// Returns the table of a vote at a quorum.
    pub(crate) fn of_quorum(law: WrongAnswers, quorum: u64, checker: bool, agents: u64) -> Self {
        Self(VoteTable::of_quorum(agents, quorum, checker, law.into()))
    }

    /// Returns the table of a plurality.
    pub(crate) fn of_plurality(law: WrongAnswers, ties: Ties, min_votes: u64, agents: u64) -> Self {
        Self(VoteTable::of_plurality(agents, ties, min_votes, law.into()))
    }

    /// Returns the probabilities of the outcomes given this many right and this many wrong votes, at most one of each
    /// agent; more are an abstention.
    pub fn shares(&self, right: u64, wrong: u64) -> Shares {
        let outcomes = self.0.at(right, wrong);
        Shares {
            correct: outcomes.correct.to_f64(),
            abstain: outcomes.abstain.to_f64(),
            wrong: outcomes.wrong.to_f64(),
        }
    }
}

/// The outcomes for each number of right votes, and for each number of wrong votes beside them.
#[derive(Debug, Clone)]
pub(crate) struct VoteTable(Vec<Vec<Outcomes>>);

impl VoteTable {
    /// A vote at a quorum, which is more than half of all agents unless there is a checker.
    pub(crate) fn of_quorum(agents: u64, quorum: u64, checker: bool, answers: Answers) -> Self {
        let quorums = if checker { None } else { Some(WrongQuorum::new(quorum, agents, answers)) };
        let given = |right: u64, wrong: u64| match &quorums {
            _ if right >= quorum => Outcomes::CORRECT,
            None => Outcomes::ABSTAIN,
            Some(of) => Outcomes {
                correct: Scaled::ZERO,
                abstain: of.missed[wrong as usize],
                wrong: of.reached[wrong as usize],
            },
        };
        Self::of(agents, given)
    }

    /// The answer with the most votes.
    pub(crate) fn of_plurality(agents: u64, ties: Ties, min_votes: u64, answers: Answers) -> Self {
        let mut table = Self::of(agents, |right, wrong| match (right, wrong) {
            (0, 0) => Outcomes::ABSTAIN,
            (_, 0) => Outcomes::CORRECT,
            _ => Outcomes::NONE,
        });
        table.add_levels(Leaders::new(agents, answers, ties == Ties::Random), ties);
        let few = |right: usize, wrong: usize| ((right + wrong) as u64) < min_votes;
        for (right, row) in table.0.iter_mut().enumerate() {
            let of_few = row.iter_mut().enumerate().filter(|(wrong, _)| few(right, *wrong));
            of_few.for_each(|(_, outcomes)| *outcomes = Outcomes::ABSTAIN);
        }
        table
    }

    fn of(agents: u64, given: impl Fn(u64, u64) -> Outcomes) -> Self {
        let row = |right: u64| (0..=agents - right).map(|wrong| given(right, wrong)).collect();
        Self((0..=agents).map(row).collect())
    }

    /// Returns the outcomes given these votes.
    pub(crate) fn at(&self, right: u64, wrong: u64) -> Outcomes {
        let row = self.0.get(right as usize);
        row.and_then(|row| row.get(wrong as usize)).copied().unwrap_or(Outcomes::ABSTAIN)
    }

    /// Adds what the leading wrong answer makes of every number of right votes.
    fn add_levels(&mut self, mut leaders: Leaders, ties: Ties) {
        let agents = self.0.len() - 1;
        // For each level, from as many votes on, the probabilities that one leads with so many and that several do.
        let mut leading = Vec::with_capacity(agents);
        for level in 1..=agents {
            let leaders = leaders.raise();
            for (outcomes, leader) in self.0[level].iter_mut().zip(&leaders).skip(1) {
                outcomes.correct += leader.below;
                outcomes.add(tie(leader.alone + leader.tied, leader.drawn, ties));
            }
            leading
                .push(leaders[level..].iter().map(|leader| [leader.alone, leader.tied]).collect::<Vec<_>>());
        }
        // The same for leaders with more votes than the right answer.
        let mut above = vec![[Scaled::ZERO; 2]; agents + 1];
        for (right, row) in self.0.iter_mut().enumerate().rev() {
            for (outcomes, [alone, tied]) in row.iter_mut().zip(&above).skip(1) {
                outcomes.wrong += *alone;
                outcomes.add(tie(*tied, Scaled::ZERO, ties));
            }
            let Some(level) = right.checked_sub(1) else { break };
            for (above, leading) in above[right..].iter_mut().zip(&leading[level]) {
                above[0] += leading[0];
                above[1] += leading[1];
            }
        }
    }

    /// Returns the outcomes by the number of failures, of agents that vote in these modes.
    pub(crate) fn by_failures(&self, modes: Modes) -> ByFailures {
        let agents = self.0.len() as u64 - 1;
        let given = |failures: u64| {
            let right = votes(agents - failures, modes.right_votes);
            let wrong = votes(failures, modes.wrong_votes);
            right.into_iter().fold(Outcomes::NONE, |sum, (right, mass)| {
                sum.plus(self.mean_over_wrong(right as usize, &wrong), mass)
            })
        };
        ByFailures(if agents < MANY {
            (0..=agents).map(given).collect()
        } else {
            (0..=agents).into_par_iter().map(given).collect()
        })
    }

    /// Returns the mean outcomes beside so many right votes.
    fn mean_over_wrong(&self, right: usize, wrong: &[(u64, Scaled)]) -> Outcomes {
        let mut mean = Outcomes::NONE;
        for &(wrong, mass) in wrong {
            match self.0[right][wrong as usize] {
                Outcomes::CORRECT => mean.correct += mass,
                Outcomes::ABSTAIN => mean.abstain += mass,
                outcomes => mean = mean.plus(outcomes, mass),
            }
        }
        mean
    }
}

/// Returns the outcomes of a tie that has this probability; if ties are broken at random, the right answer wins with
/// probability `drawn`.
fn tie(probability: Scaled, drawn: Scaled, ties: Ties) -> Outcomes {
    match ties {
        Ties::Abstain => Outcomes { abstain: probability, ..Outcomes::NONE },
        Ties::Random => Outcomes { correct: drawn, abstain: Scaled::ZERO, wrong: probability - drawn },
    }
}

impl Outcomes {
    fn add(&mut self, more: Self) {
        self.correct += more.correct;
        self.abstain += more.abstain;
        self.wrong += more.wrong;
    }
}

/// Returns the outcomes by the number of failures of a vote at a quorum of more than half of `agents`.
pub(crate) fn quorum_by_failures(agents: u64, quorum: u64, answers: Answers, modes: Modes) -> ByFailures {
    let WrongQuorum { reached, missed } = WrongQuorum::new(quorum, agents, answers);
    let given = |failures: u64| {
        let right = tails_double_double(agents - failures, modes.right_votes, quorum);
        if agents - failures >= quorum {
            return Outcomes { correct: right.at_least, abstain: right.below, wrong: Scaled::ZERO };
        }
        let mean = |of: &[Scaled]| {
            votes(failures, modes.wrong_votes)
                .into_iter()
                .map(|(wrong, mass)| mass * of[wrong as usize])
                .sum()
        };
        Outcomes { correct: Scaled::ZERO, abstain: mean(&missed), wrong: mean(&reached) }
    };
    ByFailures((0..=agents).map(given).collect())
}

/// Numbers of votes of so many agents that have a nonzero probability, each with it.
fn votes(agents: u64, votes: Chance) -> Vec<(u64, Scaled)> {
    if votes.no.is_zero() {
        return vec![(agents, Scaled::ONE)];
    }
    let odds = votes.yes / votes.no;
    let next = |&(count, mass): &(u64, Scaled)| {
        let ratio = odds * Scaled::from(agents - count) / Scaled::from(count + 1);
        (count < agents && !ratio.is_zero()).then(|| (count + 1, mass * ratio))
    };
    std::iter::successors(Some((0, votes.no.power(agents))), next).collect()
}
