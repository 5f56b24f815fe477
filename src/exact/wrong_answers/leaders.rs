//! The most common wrong answer, level by level.

use super::occupancy::Occupancy;
use super::open::OpenLevels;
use super::partition::Kind;
use super::{Answers, Picks};
use crate::exact::chance::Chance;
use crate::exact::scaled::Scaled;

/// The leader's number of votes beside a level, given some number of wrong votes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Leader {
    /// P(no answer has as many votes as the level).
    pub below: Scaled,
    /// P(one has just as many, and every other fewer).
    pub alone: Scaled,
    /// P(several have just as many, and no other more).
    pub tied: Scaled,
    /// The mean of 1/(s + 1) where s ≥ 1 answers have just as many, and no other more: how often one more answer with
    /// as many is drawn among all leaders. Zero where draws do not count.
    pub drawn: Scaled,
}

impl Leader {
    /// No answer has any votes.
    pub(super) const NONE: Self =
        Self { below: Scaled::ONE, alone: Scaled::ZERO, tied: Scaled::ZERO, drawn: Scaled::ZERO };
}

/// The leaders of up to some number of wrong votes.
pub(crate) enum Leaders {
    /// All votes are for one answer, or each for a different one: what there is at each level is plain.
    Plain {
        votes: u64,
        level: u64,
        all_agree: bool,
    },
    Finite(Occupancy),
    Open(Box<OpenLevels>),
}

impl Leaders {
    /// Returns the leaders of up to `votes` votes, at level 1; `draws` says whether draws among leaders count.
    pub(crate) fn new(votes: u64, answers: Answers, draws: bool) -> Self {
        match answers {
            Answers::Picked(Picks::Among(count)) => {
                Self::Finite(Occupancy::new(votes, Chance::CERTAIN, count).with_draws(draws))
            }
            Answers::Picked(picks) => Self::Plain { votes, level: 1, all_agree: picks == Picks::Same },
            Answers::Partitioned(law) => match law.kind {
                Kind::Open { .. } => Self::Open(Box::new(OpenLevels::new(votes, law, draws))),
                Kind::Finite { answers, kappa } => {
                    Self::Finite(Occupancy::of_urn(votes, answers, kappa).with_draws(draws))
                }
            },
        }
    }

    /// Returns the leader beside the level for each number of votes, and raises the level. `below` is right as long as
    /// so many right votes fit beside them.
    pub(crate) fn raise(&mut self) -> Vec<Leader> {
        match self {
            Self::Finite(occupancy) => occupancy.raise(),
            Self::Open(levels) => levels.raise(),
            Self::Plain { votes, level, all_agree } => {
                let at = *level;
                *level += 1;
                (0..=*votes).map(|votes| plain(votes, at, *all_agree)).collect()
            }
        }
    }
}

/// The leader of votes that are all for one answer, or each for a different one.
fn plain(votes: u64, level: u64, all_agree: bool) -> Leader {
    let (most, leaders) = match votes {
        0 => return Leader::NONE,
        _ if all_agree => (votes, 1),
        _ => (1, votes),
    };
    let is = |holds: bool| if holds { Scaled::ONE } else { Scaled::ZERO };
    let leads = most == level;
    Leader {
        below: is(most < level),
        alone: is(leads && leaders == 1),
        tied: is(leads && leaders > 1),
        drawn: if leads { Scaled::ONE / Scaled::from(leaders + 1) } else { Scaled::ZERO },
    }
}
