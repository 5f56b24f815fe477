//! Birnbaum importance: the rate at which P(correct) grows as one agent fails less often.
//!
//! # Accuracy
//! A sum of positive terms: within four units of 2⁻⁵² without a copula, within 0.501 with weights, where every sum is
//! of 28 digits; under a copula within what the quadrature leaves, 2.5·10⁻¹⁴.
//!
//! # Testing
//! Against enumeration of all patterns of the other agents in exact rationals, with weights, filters and failures that
//! do not vote; against differences of [`assess`](super::assess) with a derived bound; and by the identity that the
//! importances of equal agents sum to the derivative in their common rate, in `tests/exact/importance.rs`.
//!
//! # Implementation
//! An agent decides a vote when just k − 1 of the others are right or, with weights, when what the right ones weigh
//! lacks no more of the quota than it weighs. Of independent agents that is −∂P(correct)/∂fᵢ (Birnbaum 1969):
//! P(correct) is linear in each rate. Under a common cause the rest fails with gᵢ = (fᵢ−c)/(1−c) and counts with 1−c:
//! the two factors cancel, and it is the same probability at the rates g. Under a copula fᵢ moves the barrier tᵢ, so
//! that it is the same probability given that the agent is at its barrier: Z then is normal with mean √ρ·tᵢ and
//! variance 1−ρ. An agent that never fails or always does has its barrier at infinity, and Z with it: all others fail,
//! or all are right, but those whose own barrier is there.
//!
//! With weights the law of the others is formed anew for each agent: 36 independent agents of any weights take four
//! seconds, 300 with weights to 7 two; under a copula 20 of any weights take two.

use super::agents::{DifferentAgents, Population};
use super::dependence::model;
use super::rule::{Decision, Procedure};
use super::scaled::Scaled;
use crate::scenario::{Agents, Class, Error, Rates, Scenario};

/// Gain in P(correct) per unit of failure rate removed from one agent: −∂P(correct)/∂fᵢ, between 0 and 1.
#[derive(Debug, Clone, PartialEq)]
pub enum Importance {
    /// All agents have the same importance.
    Equal(f64),
    /// One for each agent, in their order.
    Different(Vec<f64>),
}

impl Importance {
    /// Returns the importance of one agent, counted from 0; `None` beyond the last agent.
    pub fn of(&self, agent: usize) -> Option<f64> {
        match self {
            Self::Equal(importance) => Some(*importance),
            Self::Different(importances) => importances.get(agent).copied(),
        }
    }
}

/// Returns Birnbaum's importance of each agent of a vote. With classes of tasks it is that of a rate that changes
/// equally in all classes.
///
/// Where agents are independent, given the class, P(correct) is linear in each rate: lowering a rate by 0.01 gains
/// exactly a hundredth of the importance. Under a copula that holds to first order.
///
/// # Errors
/// A beta-binomial, which draws one rate for all agents, so that no agent has its own rate to change; a common cause
/// that always strikes; more than 200 different agents under a copula; weights with too many
/// sums for each agent; pipelines, plurality and races, where it takes more than right votes to be right.
///
/// ```
/// use kofn::exact::importance;
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::different([0.1, 0.2, 0.3]), Majority)?;
/// let first = importance(&scenario)?.of(0).expect("three agents");
/// assert!((first - (0.8 * 0.3 + 0.2 * 0.7)).abs() < 1e-15); // one of the other two is right
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn importance(scenario: &Scenario) -> Result<Importance, Error> {
    let classes = scenario.classes();
    let total: Scaled = classes.iter().map(|class| Scaled::from(class.weight)).sum();
    let by_class: Vec<Vec<Scaled>> =
        classes.iter().map(|class| of_class(class, scenario)).collect::<Result<_, Error>>()?;
    let mean = |agent: usize| -> f64 {
        let weighted = classes.iter().zip(&by_class).map(|(class, importances)| {
            // A class with a single number has the same one for every agent.
            let own = importances[if importances.len() == 1 { 0 } else { agent }];
            own * Scaled::from(class.weight) / total
        });
        weighted.sum::<Scaled>().to_f64()
    };
    let all_alike = by_class.iter().all(|importances| importances.len() == 1);
    Ok(if all_alike && !matches!(scenario.agents(), Agents::Different { .. }) {
        Importance::Equal(mean(0))
    } else {
        Importance::Different((0..scenario.agents().count() as usize).map(mean).collect())
    })
}

fn of_class(class: &Class<'_>, scenario: &Scenario) -> Result<Vec<Scaled>, Error> {
    let decision = decision(class, scenario)?;
    let population = match class.rates {
        // Agents of one rate that count differently are not identical.
        Rates::Identical { count, failure_rate } if decision.distinguishes_agents() => {
            one_by_one(&vec![failure_rate; count as usize], scenario)
        }
        Rates::Different(rates) if decision.distinguishes_agents() => one_by_one(rates, scenario),
        rates => Population::new(rates, scenario.failures(), scenario.filter()),
    };
    let importances = model(scenario.dependence()).importance(&population, &decision)?;
    // An agent that is right makes a difference only if a filter lets it vote.
    let votes = population.modes().right_votes.yes;
    Ok(importances.into_iter().map(|importance| importance * votes).collect())
}

fn one_by_one(rates: &[f64], scenario: &Scenario) -> Population {
    Population::Different(DifferentAgents::new(rates, scenario.failures(), scenario.filter()))
}

/// Returns what it takes to be right.
fn decision(class: &Class<'_>, scenario: &Scenario) -> Result<Decision, Error> {
    let Procedure { ballot, pipelines } = Procedure::of(&class.rule);
    if !pipelines.are_none() {
        let message = "the importance of agents in a pipeline has no exact answer; use the vote within it as the scheme";
        return Err(Error::refused("scheme", message));
    }
    ballot.decision(class.rates.count())?.ok_or_else(|| {
        let name = scenario.scheme().about().name;
        let message = format!(
            "the importance of agents in {name} has no exact answer; use a vote at a quorum or with weights"
        );
        Error::refused("scheme", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::assess;
    use crate::exact::testing::scenario;
    use crate::scenario::scheme::{KOfN, Pbft};
    use crate::scenario::{Dependence, Filter};

    const FILTER: Filter = Filter { accepts_correct: 0.75, accepts_wrong: 0.25 };
    const COPULA: Dependence = Dependence::GaussianCopula { correlation: 0.3 };

    fn filtered(rates: &[f64], k: u64, dependence: Dependence) -> Scenario {
        scenario(Agents::different(rates), KOfN { k }, dependence).with_filter(FILTER).expect("a filter")
    }

    type Asks = dyn Fn(&[f64], Dependence) -> Scenario;

    /// P(correct) is linear in each rate, from the common cause up to one: its slope is that between both ends, each
    /// rounded by an ulp of one.
    #[test]
    fn slopes_are_those_between_both_ends() {
        let rates = [0.25, 0.5, 0.125, 0.0625, 0.375];
        let asks: [&Asks; 3] = [
            &|rates, dependence| filtered(rates, 3, dependence),
            &|rates, dependence| filtered(rates, 1, dependence),
            &|rates, dependence| scenario(Agents::different(rates), Pbft::new(4, 4, 4, 2), dependence),
        ];
        for probability in [0.0, 0.0625] {
            let dependence = Dependence::CommonCause { probability };
            for ask in asks {
                let importance = importance(&ask(&rates, dependence.clone())).expect("an answer");
                for agent in 0..rates.len() {
                    let with = |rate| {
                        let mut rates = rates;
                        rates[agent] = rate;
                        assess(&ask(&rates, dependence.clone())).expect("an answer").correct
                    };
                    let slope = (with(probability) - with(1.0)) / (1.0 - probability);
                    let own = importance.of(agent).expect("an agent");
                    assert!((own - slope).abs() <= 8.0 * f64::EPSILON, "{agent}: {own} {slope}");
                }
            }
        }
    }

    /// One agent alone is right with (1 − f)·a; others that never fail vote with a.
    #[test]
    fn filters_count_under_a_copula() {
        let a = FILTER.accepts_correct;
        let expected = [(vec![0.25], 1, a), (vec![0.0, 0.0], 2, a * a), (vec![0.0, 0.0], 1, a * (1.0 - a))];
        for (rates, k, expected) in expected {
            let own = importance(&filtered(&rates, k, COPULA)).expect("an answer").of(0).expect("an agent");
            assert!((own / expected - 1.0).abs() <= 2.5e-14, "{rates:?} {k}: {own}");
        }
    }
}
