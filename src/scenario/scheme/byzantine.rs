use super::definition::{Definition, Meaning, Setting, vote};
use crate::scenario::document::Fields;
use crate::scenario::{About, Error, Rule};

/// A collector's vote with a quorum of Byzantine size: k-of-n with k = ⌈(n + t + 1)/2⌉, t = ⌊(n − 1)/3⌋.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Byzantine;

impl Definition for Byzantine {
    const ABOUT: About = About {
        name: "byzantine",
        parameters: &[],
        meaning: "the answer that a Byzantine quorum gives, ⌈(n+t+1)/2⌉ of n agents with t = ⌊(n−1)/3⌋, as counted by a collector",
        source: "Malkhi and Reiter 1998, Byzantine quorum systems",
        example: "scheme = \"byzantine\"\nagents = { count = 5, failure_rate = 0.23 }\n",
    };

    fn read(_: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Meaning for Byzantine {
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        Ok(vote(quorum(setting.agents), false))
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        Some((2, 3))
    }
}

/// ⌈(n + t + 1)/2⌉ with t = ⌊(n − 1)/3⌋: two quorums share a correct agent where up to t of n fail.
pub(super) fn quorum(agents: u64) -> u64 {
    (agents + (agents - 1) / 3 + 1).div_ceil(2)
}
