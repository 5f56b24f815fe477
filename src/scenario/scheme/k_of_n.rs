use super::definition::{Definition, Meaning, Parameter, Setting, vote, votes_of_agents};
use crate::scenario::document::Fields;
use crate::scenario::range::VOTES;
use crate::scenario::{About, Error, Key, Rule};

/// The answer that at least `k` of all agents give.
///
/// For k ≤ n/2 this is the k-out-of-n of reliability engineering: it assumes a checker that recognizes a
/// correct answer, and never gives a wrong one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KOfN {
    /// The number of equal votes that an answer needs, 1 … n.
    pub k: u64,
}

impl Definition for KOfN {
    const ABOUT: About = About {
        name: "k-of-n",
        parameters: &[Key::required(
            "k",
            VOTES,
            "votes required for an answer; if k ≤ n/2, assumes a checker that picks the correct one",
        )],
        meaning: "the answer that at least k of all agents give",
        source: "Barlow and Heidtmann 1984, k-out-of-n systems",
        example: "scheme = { rule = \"k-of-n\", k = 3 }\nagents = { count = 4, failure_rate = 0.1 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self { k: fields.required_integer("k", VOTES)? })
    }
}

impl Meaning for KOfN {
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        vec![("k", Parameter::Integer(self.k))]
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        let n = setting.agents;
        Ok(vote(votes_of_agents("scheme.k", self.k, n)?, self.k <= n / 2))
    }

    fn fewest_agents(&self) -> Option<u64> {
        Some(self.k)
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        Some((0, 1))
    }
}
