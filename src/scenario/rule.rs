//! The closed vocabulary in which schemes speak to the engines.

use super::Probability;

/// How answers become one outcome: the one place where schemes and engines meet.
///
/// Every scheme says what it means as a `Rule`; every engine has one arm for each variant. A scheme that a `Rule` can
/// express needs no change in any engine; a new variant makes the compiler name both engines. In each engine the
/// arms stand in a match without a wildcard.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// Agents vote. C is the number of agents that are correct and vote; W is the largest number of agents that give
    /// one and the same wrong answer.
    /// Correct if C ≥ `quorum`; else wrong if there is no `checker` and W ≥ `quorum`; else abstain.
    ///
    /// Without a checker the quorum is more than half of all agents, so the first two never hold together.
    Threshold {
        /// Number of equal votes that an answer needs, 1 … n.
        quorum: u64,
        /// Whether a correct answer is known when seen, so that a wrong one is never given.
        checker: bool,
    },
    /// Agents vote, each with a weight of its own.
    WeightedThreshold(WeightedThreshold),
    /// The right answer, if strictly more agents vote for it than for any other; a wrong answer likewise. Where several
    /// lead, what `ties` says; abstain with fewer votes than `min_votes`, and with none.
    MostVotes {
        /// What happens where several answers lead.
        ties: Ties,
        /// Number of votes of all answers together below which nothing is answered, 1 … n.
        min_votes: u64,
    },
    /// Replicas fail, B of them, and all that fail are Byzantine. Wrong if B ≥ `unsafe_from`; else abstain if
    /// B ≥ `stuck_from`; else correct.
    Faults {
        /// Number of failures that break safety, at least 1.
        unsafe_from: u64,
        /// Number of failures that break liveness, at least 1.
        stuck_from: u64,
    },
    /// Stages of agents, which take the agents in their order. The next stage is asked only where the one before
    /// abstains; given what all agents share, stages are independent.
    Cascade(Vec<CascadeStage>),
    /// One agent is called again and again.
    Race(Race),
    /// Candidates are written and validated, again and again.
    Chain(Chain),
}

/// What a plurality gives where several answers have the most votes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ties {
    /// Nothing.
    #[default]
    Abstain,
    /// One of them, each equally likely.
    Random,
}

/// A stage of a cascade.
#[derive(Debug, Clone, PartialEq)]
pub struct CascadeStage {
    /// The number of its agents.
    pub agents: u64,
    /// How they vote: a rule that calls each of them once.
    pub rule: Rule,
}

/// A vote with weights.
///
/// Correct if the agents that are correct and vote weigh at least `quota` together; else wrong if there is no
/// `checker` and those that give one and the same wrong answer do; else abstain. Without a checker the quota
/// is more than half of all weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedThreshold {
    /// The weight of each agent, in the order of their rates: integers without a common divisor that sum to
    /// less than 2⁶².
    pub weights: Vec<u64>,
    /// The weight that an answer needs, from 1 to that of all agents.
    pub quota: u64,
    /// Whether a correct answer is known when seen, so that a wrong one is never given.
    pub checker: bool,
}

/// One agent is called until its votes decide. There is one wrong answer; a call that does not vote changes no count.
///
/// A decision on the last call counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Race {
    /// What decides.
    pub goal: Goal,
    /// Maximum number of calls, whether or not they vote, at least 1; `None` for no limit.
    pub max_calls: Option<u64>,
}

/// What decides a race.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// One answer leads by this many votes. Abstain after the last call.
    Lead(u64),
    /// One answer has this many votes. Abstain after the last call.
    Votes(u64),
    /// With a ≥ b votes of the two answers, 1 − I_½(a+1, b+1) is at least this, a number above ½ and below 1:
    /// the leader is given, also after the last call; then a tie abstains.
    Confidence(f64),
}

/// A generate-and-validate pipeline.
///
/// Each attempt: `generator` writes a candidate: its outcome is a correct, a wrong or (abstain) a silent candidate.
/// 1. A correct candidate is accepted with probability `accepts_correct`, a wrong one with `accepts_wrong`, a
///    silent one never. Accepted, it is the answer.
/// 2. A rejected candidate that is not correct is repaired into the right answer with probability `repairs`,
///    which is then given.
/// 3. Otherwise an arbiter, if there is one, may overrule the rejection of a candidate that is not silent, and give it.
/// 4. Otherwise the attempt ends and the next begins.
///
/// After `attempts` attempts: abstain, or keep the last candidate as it is (a silent one abstains).
/// Every attempt is one validation.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// How the candidate comes from the agents: a vote; `Threshold { quorum: 1, checker: false }` for one agent.
    pub generator: Box<Rule>,
    /// Probability that a correct candidate is accepted.
    pub accepts_correct: Probability,
    /// Probability that a wrong candidate is accepted.
    pub accepts_wrong: Probability,
    /// Probability that a rejected candidate that is not correct becomes the right answer.
    pub repairs: Probability,
    /// Who may overrule a rejection.
    pub arbiter: Option<Arbiter>,
    /// Maximum number of candidates, at least 1.
    pub attempts: u64,
    /// What happens after the last.
    pub fallback: Fallback,
}

/// The second opinion on a rejected candidate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arbiter {
    /// Probability that a rejected correct candidate is given after all.
    pub accepts_correct: Probability,
    /// Probability that a rejected wrong candidate is given after all.
    pub accepts_wrong: Probability,
}

/// What a pipeline does when its last attempt has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fallback {
    /// Give no answer.
    #[default]
    Abstain,
    /// Give the last candidate as it is.
    Keep,
}
