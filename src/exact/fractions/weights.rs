//! A vote with weights, by the law of a sum of weights.

use super::law::FailureLaw;
use super::polynomial::{Polynomial, add, multiply, scale};
use super::reading::Number;
use super::vote::{OutcomePolynomials, Votes};
use crate::exact::weighted::{Halves, Mass, Sums};
use num_bigint::BigUint;
use num_traits::One;

/// Returns the outcomes of a vote of agents whose weights are above 0.
///
/// Without a checker the quota is more than half of all weights, so that only one answer can reach it, and P(wrong) is
/// the number of answers times P(the weight behind one certain answer ≥ quota). An answer of one agent alone needs an
/// agent whose weight is the quota, of whom there is no second.
pub(crate) fn weighted(
    law: &FailureLaw,
    halves: &Halves,
    quota: u64,
    checker: bool,
    votes: &Votes,
) -> OutcomePolynomials {
    let agents = law.agents;
    let [of_right, of_wrong] = [&votes.right, &votes.picked].map(|chance| chance.denom().pow(agents as u32));
    let all = |agent: usize| {
        let sides = law.sides(agent);
        add(&sides.fails, &sides.works)
    };
    let whole = (0..agents).fold(vec![&of_right * &of_wrong], |whole, agent| multiply(&whole, &all(agent)));
    let right = |agent| Voter::new(&law.sides(agent).works, &all(agent), &votes.right);
    let wrong = |agent| Voter::new(&law.sides(agent).fails, &all(agent), &votes.picked);
    let wrong = match votes.answers {
        _ if checker => vec![BigUint::ZERO; whole.len()],
        0 => at_least(halves, quota, |agent| {
            if halves.weights[agent] >= quota { wrong(agent) } else { wrong(agent).never_voting() }
        }),
        answers => scale(&at_least(halves, quota, wrong), &answers.into()),
    };
    let of_rates: BigUint = (0..agents).map(|agent| law.sides(agent).whole).product();
    OutcomePolynomials::with_rest(
        scale(&at_least(halves, quota, right), &of_wrong),
        scale(&wrong, &of_right),
        whole,
        of_right * of_wrong * of_rates,
    )
}

/// The chances that an agent votes for an answer and that it does not, over one denominator.
pub(crate) struct Voter {
    votes: Polynomial,
    does_not: Polynomial,
}

impl Voter {
    /// An agent with the probability `side` of a kind, of which the part `chance` votes.
    fn new(side: &Polynomial, all: &Polynomial, chance: &Number) -> Self {
        let votes = scale(side, chance.numer());
        let does_not = scale(all, chance.denom());
        let does_not = does_not.into_iter().zip(&votes).map(|(all, votes)| all - votes).collect();
        Self { votes, does_not }
    }

    fn never_voting(self) -> Self {
        let votes = vec![BigUint::ZERO; self.votes.len()];
        Self { does_not: add(&self.votes, &self.does_not), votes }
    }
}

impl Mass for Polynomial {
    type Voter = Voter;

    fn counted(&self, voter: &Voter) -> Self {
        multiply(self, &voter.votes)
    }

    fn left_out(&self, voter: &Voter) -> Self {
        multiply(self, &voter.does_not)
    }

    fn add(&mut self, other: Self) {
        self.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
    }
}

/// P(the agents that vote for an answer weigh at least `quota`).
fn at_least(halves: &Halves, quota: u64, voter: impl Fn(usize) -> Voter) -> Polynomial {
    let [low, mut high] = halves.sums(vec![BigUint::one()], voter);
    let degree = |sums: &Sums<Polynomial>| sums.first().map_or(0, |(_, polynomial)| polynomial.len() - 1);
    let mut enough = vec![BigUint::ZERO; degree(&high) + 1];
    let mut reached = vec![BigUint::ZERO; degree(&low) + degree(&high) + 1];
    // The more one half weighs, the less is needed of the other.
    for (sum, mass) in low {
        while let Some((_, other)) = high.pop_if(|(other, _)| sum + *other >= quota) {
            enough.add(other);
        }
        reached.add(multiply(&mass, &enough));
    }
    reached
}
