//! The laws of what wrong agents answer: which of them agree, and what the most common answer has.

mod leaders;
mod occupancy;
mod open;
mod partition;
mod quorum;

use crate::scenario::WrongAnswers;
pub(crate) use leaders::{Leader, Leaders};
pub(crate) use occupancy::Occupancy;
pub(crate) use partition::{Kind, Partition};
pub(crate) use quorum::WrongQuorum;

/// How wrong agents agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Answers {
    /// Each picks its answer independently of the others.
    Picked(Picks),
    /// Their answers depend on each other.
    Partitioned(Partition),
}

/// Answers that each wrong agent picks by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picks {
    /// All the same one.
    Same,
    /// All different.
    Distinct,
    /// One of so many, at least two, each equally likely.
    Among(u64),
}

impl Answers {
    /// Maximum number of voters of whom P(no quorum) is computed in a few seconds: in one pass, or as a power; fewer
    /// where some of them may be silent, so that each number of failures takes a sum.
    pub(crate) fn max_voters(self, may_be_silent: bool) -> u64 {
        match self {
            Self::Picked(_) => u64::MAX,
            Self::Partitioned(law) => match law.kind {
                Kind::Open { .. } if !may_be_silent => 10_000,
                Kind::Open { .. } | Kind::Finite { .. } => 2_000,
            },
        }
    }

    /// Whether all wrong agents give one answer.
    pub(crate) fn are_one(self) -> bool {
        self == Self::Picked(Picks::Same)
    }
}

impl From<WrongAnswers> for Answers {
    fn from(law: WrongAnswers) -> Self {
        match law.simplified() {
            WrongAnswers::Same => Self::Picked(Picks::Same),
            WrongAnswers::Distinct => Self::Picked(Picks::Distinct),
            WrongAnswers::Among(answers) => Self::Picked(Picks::Among(answers)),
            WrongAnswers::Open { collision, discount } => {
                Self::Partitioned(Partition::open(collision, discount))
            }
            WrongAnswers::Unequal { answers, collision } => {
                Self::Partitioned(Partition::unequal(answers, collision))
            }
        }
    }
}
