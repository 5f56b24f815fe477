//! How the votes of a trial become its outcome.

use super::most_common::MostCommon;
use super::outcomes::outcome;
use super::picks::Picks;
use crate::scenario::{Failures, Ties, WrongAnswers};
use std::cmp::Ordering;

/// How the numbers of correct and of wrong votes become an outcome.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Criterion {
    /// A trial with at least `quorum` correct votes is correct.
    Quorum {
        /// Number of correct votes.
        quorum: u32,
        /// When it is wrong.
        wrong: WrongWhen,
    },
    /// The answer with the most votes is given.
    MostVotes(MostVotes),
}

/// When a trial without a quorum of correct votes is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WrongWhen {
    /// Where fewer than this many agents are correct: all others give the same wrong answer. 0 for never.
    FewerCorrect(u32),
    /// Where at least this many agents are wrong: all of them give the same wrong answer.
    Together(u32),
    /// Where a quorum of wrong agents, more than half of all agents, picks the same answer.
    SamePick(Picks),
}

/// Answers that wrong votes are for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rivals {
    /// All for one answer.
    Same,
    /// Each for another one.
    Distinct,
    /// Each picks one.
    Picked(Picks),
}

/// When the answer with the most votes is given.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MostVotes {
    /// Answers of the wrong votes.
    pub(crate) rivals: Rivals,
    /// What happens where several answers lead.
    pub(crate) ties: Ties,
    /// Number of votes, at least 1, below which nothing is given.
    pub(crate) min_votes: u32,
}

impl Criterion {
    /// Criterion of a vote with a quorum. `wrong_votes` says whether a vote can be wrong, `all_vote` whether all agents
    /// vote. Without a checker, a quorum is more than half of the agents.
    pub(crate) fn of_quorum(
        agents: u32,
        quorum: u32,
        checker: bool,
        failures: &Failures,
        [wrong_votes, all_vote]: [bool; 2],
    ) -> Self {
        let wrong = match failures.wrong_answers.simplified() {
            _ if checker || !wrong_votes => WrongWhen::FewerCorrect(0),
            WrongAnswers::Distinct if quorum > 1 => WrongWhen::FewerCorrect(0),
            law => match Picks::of_agents(law, agents) {
                Some(picks) => WrongWhen::SamePick(picks),
                None if all_vote => WrongWhen::FewerCorrect(agents - quorum + 1),
                None => WrongWhen::Together(quorum),
            },
        };
        Self::Quorum { quorum, wrong }
    }

    /// Criterion of a vote in which most votes decide. If all agents vote for one of two answers and no tie is drawn,
    /// or no vote can be wrong, it is a quorum.
    pub(crate) fn of_most_votes(
        agents: u32,
        failures: &Failures,
        (ties, min_votes): (Ties, u32),
        [wrong_votes, all_vote]: [bool; 2],
    ) -> Self {
        if !wrong_votes {
            return Self::Quorum { quorum: min_votes, wrong: WrongWhen::FewerCorrect(0) };
        }
        let law = failures.wrong_answers.simplified();
        let no_tie_is_drawn = ties == Ties::Abstain || agents % 2 == 1;
        let rivals = match Picks::of_agents(law, agents) {
            None if law == WrongAnswers::Same && all_vote && no_tie_is_drawn => {
                let (quorum, few) = (agents / 2 + 1, agents.div_ceil(2));
                return Self::Quorum { quorum, wrong: WrongWhen::FewerCorrect(few) };
            }
            None if law == WrongAnswers::Same => Rivals::Same,
            None => Rivals::Distinct,
            Some(picks) => Rivals::Picked(picks),
        };
        Self::MostVotes(MostVotes { rivals, ties, min_votes })
    }

    /// Criterion of replicas, with the numbers of failures that break safety and liveness.
    pub(crate) fn of_faults(agents: u32, unsafe_from: u64, stuck_from: u64) -> Self {
        let needed = |failures: u64| (u64::from(agents) + 1).saturating_sub(failures) as u32;
        let (safe, live) = (needed(unsafe_from), needed(stuck_from));
        Self::Quorum { quorum: safe.max(live), wrong: WrongWhen::FewerCorrect(safe) }
    }

    /// Whether wrong votes must be counted: their number matters, and is not that of all agents that are not correct.
    pub(crate) fn counts_wrong(&self, all_vote: bool) -> bool {
        match self {
            Self::Quorum { wrong: WrongWhen::FewerCorrect(_), .. } => false,
            Self::Quorum { wrong: WrongWhen::Together(_), .. } => true,
            Self::Quorum { wrong: WrongWhen::SamePick(_), .. } | Self::MostVotes(_) => !all_vote,
        }
    }

    /// How wrong agents pick their answers, if they do.
    pub(crate) fn picks(&self) -> Option<&Picks> {
        match self {
            Self::Quorum { wrong: WrongWhen::SamePick(picks), .. }
            | Self::MostVotes(MostVotes { rivals: Rivals::Picked(picks), .. }) => Some(picks),
            Self::Quorum { .. } | Self::MostVotes(_) => None,
        }
    }

    /// Whether some trials are open by their numbers of votes: answers are picked, or ties drawn.
    pub(crate) fn leaves_open(&self) -> bool {
        self.picks().is_some() || matches!(self, Self::MostVotes(MostVotes { ties: Ties::Random, .. }))
    }

    /// Outcome by the numbers of correct and wrong votes, or [`outcome::OPEN`] where it depends on the picks or a tie.
    #[inline]
    pub(crate) fn of(&self, correct: u32, wrong: u32) -> u8 {
        match self {
            Self::Quorum { quorum, wrong: when } => match when {
                _ if correct >= *quorum => outcome::CORRECT,
                WrongWhen::FewerCorrect(few) if correct < *few => outcome::WRONG,
                WrongWhen::Together(quorum) if wrong >= *quorum => outcome::WRONG,
                WrongWhen::SamePick(_) if wrong >= *quorum => outcome::OPEN,
                _ => outcome::ABSTAIN,
            },
            Self::MostVotes(vote) => vote.of(correct, wrong),
        }
    }

    /// Outcome of an open trial by the number of its correct votes and its most common wrong answer, or
    /// [`outcome::OPEN`] where the right answer leads together with that.
    #[inline]
    pub(crate) fn of_picks(&self, correct: u32, picked: MostCommon) -> u8 {
        match self {
            Self::Quorum { quorum, .. } if picked.votes >= *quorum => outcome::WRONG,
            Self::Quorum { .. } => outcome::ABSTAIN,
            Self::MostVotes(vote) => vote.against(correct, picked),
        }
    }

    /// The most common of this many wrong answers, where none is picked.
    #[inline]
    pub(crate) fn unpicked(&self, wrong: u32) -> MostCommon {
        match self {
            Self::MostVotes(MostVotes { rivals: Rivals::Distinct, .. }) => MostCommon::distinct(wrong),
            Self::MostVotes(_) | Self::Quorum { .. } => MostCommon::same(wrong),
        }
    }
}

impl MostVotes {
    #[inline]
    fn of(&self, correct: u32, wrong: u32) -> u8 {
        match &self.rivals {
            _ if correct + wrong < self.min_votes => outcome::ABSTAIN,
            Rivals::Picked(_) if correct <= wrong => outcome::OPEN,
            Rivals::Picked(_) => outcome::CORRECT,
            Rivals::Same => self.against(correct, MostCommon::same(wrong)),
            Rivals::Distinct => self.against(correct, MostCommon::distinct(wrong)),
        }
    }

    /// Outcome of enough votes against this most common wrong answer. Whichever of several wrong leaders is given, it
    /// is wrong.
    #[inline]
    fn against(&self, correct: u32, wrong: MostCommon) -> u8 {
        let is_drawn = self.ties == Ties::Random;
        match correct.cmp(&wrong.votes) {
            Ordering::Greater => outcome::CORRECT,
            Ordering::Less if is_drawn || wrong.leaders == 1 => outcome::WRONG,
            Ordering::Equal if is_drawn => outcome::OPEN,
            Ordering::Less | Ordering::Equal => outcome::ABSTAIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where everybody votes for one of two answers, a quorum says what most votes say.
    #[test]
    fn most_votes_of_all_agents_are_a_quorum() {
        let failures = Failures::default();
        for agents in 1..9 {
            let quorum = Criterion::of_most_votes(agents, &failures, (Ties::Abstain, 1), [true, true]);
            let counted = Criterion::of_most_votes(agents, &failures, (Ties::Abstain, 1), [true, false]);
            assert!(matches!(
                (&quorum, &counted),
                (Criterion::Quorum { .. }, Criterion::MostVotes(MostVotes { rivals: Rivals::Same, .. }))
            ));
            for correct in 0..=agents {
                assert_eq!(quorum.of(correct, agents - correct), counted.of(correct, agents - correct));
            }
        }
    }

    #[test]
    fn faults_are_counted_from_the_other_end() {
        for (unsafe_from, stuck_from) in [(1, 2), (2, 1), (3, 3), (7, 1)] {
            let criterion = Criterion::of_faults(7, unsafe_from, stuck_from);
            for failed in 0..=7 {
                let expected = match u64::from(failed) {
                    failed if failed >= unsafe_from => outcome::WRONG,
                    failed if failed >= stuck_from => outcome::ABSTAIN,
                    _ => outcome::CORRECT,
                };
                assert_eq!(criterion.of(7 - failed, 0), expected);
            }
        }
    }
}
