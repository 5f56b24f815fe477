//! Votes that were cast, and what a rule makes of them.

use crate::outcome::Outcome;
use crate::scenario::{Goal, Race, Rule, Ties, WeightedThreshold};

/// Votes for the right answer and for wrong ones, each with its weight; what does not vote is not in them.
///
/// ```
/// use kofn::scenario::{Rule, Ties};
/// use kofn::{Outcome, Shares, Votes};
/// let mut votes = Votes::default();
/// votes.right(1);
/// votes.wrong(7, 1);
/// votes.wrong(9, 1);
/// let plurality = Rule::MostVotes { ties: Ties::Abstain, min_votes: 1 };
/// assert_eq!(plurality.shares(&votes), Some(Shares::of(Outcome::Abstain)));
/// votes.wrong(7, 1);
/// assert_eq!(plurality.shares(&votes), Some(Shares::of(Outcome::Wrong)));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Votes {
    right: u64,
    /// The weight behind each wrong answer that several may give, by its number, in rising order.
    wrong: Vec<(u32, u64)>,
    /// The largest weight of a wrong answer that nobody else gives, and how many have it.
    lone: (u64, u64),
    /// Number of votes.
    cast: u64,
}

impl Votes {
    /// Adds a vote for the right answer.
    pub fn right(&mut self, weight: u64) {
        self.right += weight;
        self.cast += 1;
    }

    /// Adds a vote for the wrong answer of this number.
    pub fn wrong(&mut self, answer: u32, weight: u64) {
        self.cast += 1;
        match self.wrong.binary_search_by_key(&answer, |(known, _)| *known) {
            Ok(place) => self.wrong[place].1 += weight,
            Err(place) => self.wrong.insert(place, (answer, weight)),
        }
    }

    /// Adds a vote for a wrong answer that nobody else gives.
    pub fn wrong_alone(&mut self, weight: u64) {
        self.cast += 1;
        self.lone = match self.lone {
            (most, count) if weight == most => (most, count + 1),
            (most, _) if weight > most => (weight, 1),
            lone => lone,
        };
    }

    /// Returns the largest weight behind a wrong answer, and how many wrong answers have it.
    fn leading_wrong(&self) -> (u64, u64) {
        let all = self.wrong.iter().map(|(_, weight)| (*weight, 1)).chain([self.lone]);
        let largest = |(most, count): (u64, u64), (weight, more)| match weight {
            _ if weight == most => (most, count + more),
            _ if weight > most => (weight, more),
            _ => (most, count),
        };
        all.filter(|(weight, _)| *weight > 0).fold((0, 0), largest)
    }

    /// Returns the leader, and the weights of the two answers that have the most; `None` without a leader.
    fn leader(&self) -> (Option<Outcome>, u64, u64) {
        let (wrong, count) = self.leading_wrong();
        if self.right > wrong {
            return (Some(Outcome::Correct), self.right, wrong);
        }
        let second = if count > 1 { wrong } else { self.right.max(self.second_wrong()) };
        let leads = wrong > second;
        (leads.then_some(Outcome::Wrong), wrong, second)
    }

    /// Returns the weight behind the second wrong answer, where one alone leads.
    fn second_wrong(&self) -> u64 {
        let (most, _) = self.leading_wrong();
        let others = self.wrong.iter().map(|(_, weight)| *weight).chain([self.lone.0]);
        others.filter(|weight| *weight < most).max().unwrap_or(0)
    }

    /// Returns what the answer with the most votes is, or one of the leaders at random.
    fn most(&self, ties: Ties, min_votes: u64) -> Shares {
        if self.cast < min_votes {
            return Shares::of(Outcome::Abstain);
        }
        let (wrong, count) = self.leading_wrong();
        match self.leader().0 {
            Some(outcome) => Shares::of(outcome),
            None if ties == Ties::Random && wrong > 0 => {
                let leaders = count + u64::from(self.right == wrong);
                let share = |of: u64| of as f64 / leaders as f64;
                Shares { correct: share(leaders - count), abstain: 0.0, wrong: share(count) }
            }
            None => Shares::of(Outcome::Abstain),
        }
    }

    /// Returns what a vote at this quota gives.
    fn at_quota(&self, quota: u64, checker: bool) -> Outcome {
        match () {
            () if self.right >= quota => Outcome::Correct,
            () if !checker && self.leading_wrong().0 >= quota => Outcome::Wrong,
            () => Outcome::Abstain,
        }
    }
}

/// The probability of each outcome: all of one of them, unless a tie is broken at random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// P(correct).
    pub correct: f64,
    /// P(abstain).
    pub abstain: f64,
    /// P(wrong).
    pub wrong: f64,
}

impl Shares {
    /// Certainty.
    pub fn of(outcome: Outcome) -> Self {
        let share = |of| f64::from(u8::from(outcome == of));
        Self {
            correct: share(Outcome::Correct),
            abstain: share(Outcome::Abstain),
            wrong: share(Outcome::Wrong),
        }
    }
}

impl Rule {
    /// Returns what the rule makes of these votes of all agents; `None` of a rule that does not count one vote of each:
    /// replicas, stages, races and pipelines.
    pub fn shares(&self, votes: &Votes) -> Option<Shares> {
        match self {
            Self::Threshold { quorum, checker } => Some(Shares::of(votes.at_quota(*quorum, *checker))),
            Self::WeightedThreshold(WeightedThreshold { quota, checker, .. }) => {
                Some(Shares::of(votes.at_quota(*quota, *checker)))
            }
            Self::MostVotes { ties, min_votes } => Some(votes.most(*ties, *min_votes)),
            Self::Faults { .. } | Self::Cascade(_) | Self::Race(_) | Self::Chain(_) => None,
        }
    }

    /// Returns the weight of the agent at this place: 1 where all are equal.
    pub fn weight(&self, place: usize) -> u64 {
        match self {
            Self::WeightedThreshold(WeightedThreshold { weights, .. }) => {
                weights.get(place).copied().unwrap_or_default()
            }
            Self::Threshold { .. }
            | Self::MostVotes { .. }
            | Self::Faults { .. }
            | Self::Cascade(_)
            | Self::Race(_)
            | Self::Chain(_) => 1,
        }
    }
}

impl Race {
    /// Returns the answer that these votes decide for; `None` while the race goes on. Of several wrong answers the
    /// leader counts, and the one that has the second most votes.
    ///
    /// ```
    /// use kofn::scenario::{Goal, Race};
    /// use kofn::{Outcome, Votes};
    /// let race = Race { goal: Goal::Votes(2), max_calls: None };
    /// let mut votes = Votes::default();
    /// votes.wrong(0, 1);
    /// assert_eq!(race.decision(&votes), None);
    /// votes.wrong(0, 1);
    /// assert_eq!(race.decision(&votes), Some(Outcome::Wrong));
    /// ```
    pub fn decision(&self, votes: &Votes) -> Option<Outcome> {
        let (leader, first, second) = votes.leader();
        let decides = match self.goal {
            Goal::Lead(margin) => first - second >= margin,
            Goal::Votes(votes) => first >= votes,
            Goal::Confidence(confidence) => majority_is_likely(first, second) >= confidence,
        };
        leader.filter(|_| decides)
    }

    /// Returns what the race gives after its last call.
    pub fn after_last(&self, votes: &Votes) -> Outcome {
        let leader = match self.goal {
            Goal::Lead(_) | Goal::Votes(_) => self.decision(votes),
            Goal::Confidence(_) => votes.leader().0,
        };
        leader.unwrap_or(Outcome::Abstain)
    }
}

/// 1 − I_½(a + 1, b + 1) = P(X ≤ a) with X binomial(a + b + 1, ½): a sum of positive terms.
fn majority_is_likely(a: u64, b: u64) -> f64 {
    let n = (a + b + 1) as f64;
    // From the middle of P(X > a), which has b + 1 terms of falling size, all of them C(n, k)/2ⁿ with k > a.
    let ln_term = |k: f64| {
        libm::lgamma(n + 1.0)
            - libm::lgamma(k + 1.0)
            - libm::lgamma(n - k + 1.0)
            - n * core::f64::consts::LN_2
    };
    if n <= 1000.0 {
        let mut term = libm::exp2(-n);
        let mut sum = 0.0;
        for k in 0..=a {
            sum += term;
            term *= (n - k as f64) / (k + 1) as f64;
        }
        return sum;
    }
    1.0 - (a + 1..=a + b + 1).map(|k| libm::exp(ln_term(k as f64))).sum::<f64>()
}
