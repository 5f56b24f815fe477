//! Failures that hang together through one normal variable.
//!
//! # Accuracy
//! On 40 reference values of 25 digits (n to 201, ρ to 0.94, failure to 10⁻²⁴) the largest relative error of reliability and failure
//! is 0.56 eps (1.2·10⁻¹⁶), the median 3·10⁻¹⁷; the stated bound is 2.5·10⁻¹⁴ for every outcome, also for ρ one ulp
//! below one and for rates down to the smallest double. What is left is the quadrature's own estimate: see there.
//!
//! # Testing
//! Against the project's table in `tests/known_values.rs`; for different agents, far tails and extreme correlations against another
//! quadrature at 40 digits; ρ = 0 against independence, ρ → 1 and n = 1 against one agent.
//!
//! # Implementation
//! Agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < tᵢ = Φ⁻¹(fᵢ). Given Z agents are independent and fail with Φ((tᵢ − √ρ·Z)/√(1−ρ)), of which both
//! sides keep their precision; so each outcome is an integral of what the closed forms say of independent agents. All are taken
//! together, each to its own precision, since what makes a rare outcome happen may be a Z that hardly ever does.

use crate::exact::binomial::Chance;
use crate::exact::double_double::DoubleDouble;
use crate::exact::quadrature::integrate;
use crate::exact::scaled::Scaled;
use crate::exact::voting::Outcomes;
use crate::exact::{Answer, Population, normal};

/// Beyond so many standard deviations from its largest place a product with the normal density is below 10⁻²¹ of it.
const REACH: f64 = 10.0;

/// The conditional chances of failure of agents with a common normal variable.
pub(crate) struct Copula {
    root: DoubleDouble,
    root_of_rest: DoubleDouble,
    barriers: Vec<Barrier>,
    agents: f64,
}

/// What the agent's latent variable must stay above.
enum Barrier {
    At(DoubleDouble),
    /// It fails always or never, whatever is shared.
    Fixed(Chance),
}

impl Copula {
    pub(crate) fn new(population: &Population, correlation: f64) -> Self {
        let barrier = |chance: Chance| {
            let open = !chance.yes.is_zero() && !chance.no.is_zero();
            if open { Barrier::At(normal::quantile(chance)) } else { Barrier::Fixed(chance) }
        };
        Self {
            root: DoubleDouble::from(correlation).sqrt(),
            root_of_rest: DoubleDouble::sum(1.0, -correlation).sqrt(),
            barriers: population.failures().into_iter().map(barrier).collect(),
            agents: population.count() as f64,
        }
    }

    /// Whether what is shared decides nothing.
    pub(crate) fn is_certain(&self) -> bool {
        self.barriers.iter().all(|barrier| matches!(barrier, Barrier::Fixed(_)))
    }

    /// The expectation of an answer given what the agents share; none if it does not settle.
    pub(crate) fn expectation(
        &self,
        population: &Population,
        answer: impl Fn(&Population) -> Answer,
    ) -> Option<Answer> {
        let integrals = integrate(&self.panels(), |shared| {
            let Answer { outcomes, calls, validations } = answer(&self.given(population, shared));
            let Outcomes { correct, abstain, wrong } = outcomes;
            let density = normal::density(shared);
            [correct, abstain, wrong, calls, validations, Scaled::ONE].map(|value| value * density)
        })?;
        // What is the same for every z comes out as it is: n calls are n, and certainty is one.
        let [correct, abstain, wrong, calls, validations, one] = integrals;
        let outcomes = Outcomes { correct: correct / one, abstain: abstain / one, wrong: wrong / one };
        Some(Answer { outcomes, calls: calls / one, validations: validations / one })
    }

    /// The agents when the shared variable is `shared`.
    fn given(&self, population: &Population, shared: DoubleDouble) -> Population {
        let pull = self.root * shared;
        population.failing_with(|agent| match &self.barriers[agent] {
            Barrier::At(barrier) => normal::below((*barrier - pull) / self.root_of_rest),
            Barrier::Fixed(chance) => *chance,
        })
    }

    /// Where the integrand can be large: around zero in even steps, then ever wider ones.
    fn panels(&self) -> Vec<f64> {
        let farthest = self.farthest();
        let mut ends = vec![0.0, 5.0, 10.0];
        while ends[ends.len() - 1] < farthest {
            ends.push(2.0 * ends[ends.len() - 1]);
        }
        ends.iter().rev().map(|end| -end).chain(ends.iter().copied().skip(1)).collect()
    }

    /// No outcome has its largest integrand, or a part of 10⁻²¹ of it, beyond this. Every factor of an outcome is the chance of a
    /// normal variable beyond u = (t − √ρz)/√(1−ρ): it has no more to gain where |u| > 9, and the gain of all agents
    /// together per unit of z is at most n √(ρ/(1−ρ)) times the hazard |u| + 1.
    fn farthest(&self) -> f64 {
        let barrier = self.barriers.iter().fold(0.0, |most: f64, barrier| match barrier {
            Barrier::At(barrier) => most.max(barrier.high.abs()),
            Barrier::Fixed(_) => most,
        });
        let (root, root_of_rest) = (self.root.high, self.root_of_rest.high);
        let no_more_to_gain = (barrier + 9.0) / root;
        let pulled = self.agents * root / root_of_rest * (barrier / root_of_rest + 2.0);
        no_more_to_gain.min(pulled) + REACH
    }
}
