use super::definition::{Definition, Meaning, Parameter, Setting, votes_of_agents};
use crate::scenario::document::Fields;
use crate::scenario::range::VOTES;
use crate::scenario::{About, Error, Key, Rule, Ties};

/// The answer that strictly more agents give than any other answer.
///
/// ```
/// use kofn::scenario::{Agents, Failures, Scenario, Ties, WrongAnswers, scheme::Plurality};
/// let failures = Failures::default().with_wrong_answers(WrongAnswers::Distinct);
/// let two = |scheme: Plurality| Scenario::new(Agents::identical(2, 0.5), scheme)?.with_failures(failures);
/// // Where the two differ, and where both are wrong, each answer has one vote.
/// assert_eq!(kofn::exact::assess(&two(Plurality::new())?)?.abstain, 0.75);
/// let drawn = kofn::exact::assess(&two(Plurality::new().with_ties(Ties::Random))?)?;
/// assert_eq!((drawn.correct, drawn.wrong), (0.5, 0.5));
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plurality {
    /// What happens where several answers have the most votes.
    pub ties: Ties,
    /// Number of votes below which nothing is answered, 1 … n.
    pub min_votes: u64,
}

/// What `ties` may be.
const TIES: &str = "\"abstain\" or \"random\"";

impl Default for Plurality {
    fn default() -> Self {
        Self::new()
    }
}

impl Plurality {
    /// Abstains in a tie; one vote is enough.
    pub fn new() -> Self {
        Self { ties: Ties::Abstain, min_votes: 1 }
    }

    /// The same with other ties.
    #[must_use]
    pub fn with_ties(self, ties: Ties) -> Self {
        Self { ties, ..self }
    }

    /// The same, which abstains with fewer votes than these.
    #[must_use]
    pub fn with_min_votes(self, min_votes: u64) -> Self {
        Self { min_votes, ..self }
    }
}

impl Definition for Plurality {
    const ABOUT: About = About {
        name: "plurality",
        parameters: &[
            Key::optional(
                "ties",
                TIES,
                "\"abstain\"",
                "if several answers lead: abstain, or give one of them at random",
            ),
            Key::optional("min_votes", VOTES, "1", "minimum number of votes; with fewer, abstain"),
        ],
        meaning: "the answer with more votes than any other",
        source: "List and Goodin 2001, Epistemic democracy",
        example: "scheme = \"plurality\"\nagents = { count = 5, failure_rate = 0.4 }\nfailures = { wrong_answers = 3 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        let ties = match fields.choice("ties", &["abstain", "random"], TIES)? {
            Some("random") => Ties::Random,
            Some(_) | None => Ties::Abstain,
        };
        Ok(Self { ties, min_votes: fields.integer("min_votes", VOTES)?.unwrap_or(1) })
    }
}

impl Meaning for Plurality {
    /// What is as usual is not written: a plurality without parameters is its name.
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let ties = (self.ties == Ties::Random).then_some(("ties", Parameter::Text("random")));
        let min_votes = (self.min_votes != 1).then_some(("min_votes", Parameter::Integer(self.min_votes)));
        ties.into_iter().chain(min_votes).collect()
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        let min_votes = votes_of_agents("scheme.min_votes", self.min_votes, setting.agents)?;
        Ok(Rule::MostVotes { ties: self.ties, min_votes })
    }

    fn fewest_agents(&self) -> Option<u64> {
        Some(self.min_votes)
    }
}
