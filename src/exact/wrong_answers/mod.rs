//! The laws of what wrong agents answer.

mod partition;

use crate::scenario::WrongAnswers;
pub(crate) use partition::Partition;

/// How wrong agents agree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Answers {
    /// Each picks its answer independently of the others.
    Picked(Picks),
    /// Their answers depend on each other.
    Partitioned(Partition),
}

impl Answers {
    /// Temporary.
    pub(crate) fn picks(self) -> Picks {
        match self {
            Self::Picked(picks) => picks,
            Self::Partitioned(_) => Picks::Distinct,
        }
    }

    /// Whether all wrong agents give one answer.
    pub(crate) fn are_one(self) -> bool {
        self == Self::Picked(Picks::Same)
    }
}

/// Answers that each wrong agent picks by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picks {
    /// All the same one.
    Same,
    /// Each another one.
    Distinct,
    /// One of so many, at least two, each equally likely.
    Among(u64),
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
