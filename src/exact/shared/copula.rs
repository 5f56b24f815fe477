//! Failures that are correlated through one normal variable.
//!
//! # Accuracy
//! On 40 reference values of 25 digits (n to 201, ρ to 0.94, failure to 10⁻²⁴) the largest relative error of
//! reliability and failure is 0.46 eps (1.0·10⁻¹⁶), the median 3·10⁻¹⁷; the stated bound is 2.5·10⁻¹⁴ for every
//! outcome, also for ρ one ulp below one and for rates down to the smallest double. What is left is the error estimate
//! of the quadrature.
//!
//! # Testing
//! Against the project's table in `tests/exact/known_values.rs`; for different agents, far tails, rare silence and
//! extreme correlations against another quadrature at 40 digits; ρ = 0 against independence, ρ → 1 and n = 1 against
//! one agent.
//!
//! # Implementation
//! Agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < tᵢ = Φ⁻¹(fᵢ). Given Z agents are independent and fail with Φ((tᵢ −
//! √ρ·Z)/√(1−ρ)), of which both sides keep their precision; so each outcome is an integral of what the closed forms say
//! of independent agents. All are taken together, each to its own precision, since what makes a rare outcome happen may
//! be a Z that hardly ever does.
//!
//! For identical agents the integrands are tails; P(abstain) is a difference of integrals unless it is much less than
//! those. A majority at f = 0.23 and ρ = 0.3 takes 0.065 ms for 5 agents, 0.45 ms for 101, 4 ms for 10,000 and 7 ms for
//! 10⁷; with all digits of every outcome at every Z it was 3, 17 and 40 ms for the first three. Different agents: 25 ms
//! for 101, a second for 1,000, nine for 10,000.

use super::values::{NotConverged, Values, filled, means, weighted};
use crate::exact::agents::{Agent, Population};
use crate::exact::binomial::{Chance, mass, tails};
use crate::exact::double_double::DoubleDouble;
use crate::exact::normal;
use crate::exact::outcomes::Outcomes;
use crate::exact::quadrature::{integrate, integrate_smooth};
use crate::exact::rule::Decision;
use crate::exact::scaled::Scaled;
use crate::exact::voting;
use crate::exact::wrong_answers::Picks;
use rayon::prelude::*;

/// Number of standard deviations from its maximum beyond which a product with the normal density is below 10⁻²¹ of it.
const REACH: f64 = 10.0;

/// The conditional chances of failure of agents with a common normal variable.
pub(crate) struct Copula {
    root: DoubleDouble,
    root_of_rest: DoubleDouble,
    barriers: Vec<Barrier>,
    agents: f64,
    /// Number of deviations of its latent variable within which an agent's chances change an outcome.
    deviations: f64,
}

/// Beyond it the rarer of the two chances of an agent is below 10⁻¹⁹.
const DEVIATIONS: f64 = 9.0;

/// Number of agents whose integrals are taken together.
const AT_ONCE: usize = 8;

/// Peaks whose standard deviation is below this have panels of their own.
const NARROW: f64 = 1.0 / 64.0;

/// Maximum number of different agents whose steps have panels of their own.
const MAX_STEPS_OF_THEIR_OWN: usize = 64;

/// The value that an agent's latent variable must exceed for the agent to be right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Barrier {
    At(DoubleDouble),
    /// It always fails or never does.
    Fixed(Chance),
}

impl Barrier {
    /// Returns the barrier of an agent that fails with this chance.
    pub(crate) fn of(chance: Chance) -> Self {
        let is_open = !chance.yes.is_zero() && !chance.no.is_zero();
        if is_open { Self::At(normal::quantile(chance)) } else { Self::Fixed(chance) }
    }
}

/// How often a vote of identical agents is neither right nor wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rest {
    /// Never.
    None,
    /// Only in a tie.
    Tie,
    /// In other cases too.
    Some,
    /// Whenever it is not right.
    All,
}

impl Rest {
    fn of(agents: u64, agent: &Agent, quorum: u64, checker: bool, answers: Picks) -> Self {
        if checker {
            return Self::All;
        }
        // Where every agent votes for one of two answers, too few for one are enough for the other, or nearly.
        let two_answers = agent.silent.is_zero() && answers == Picks::Same;
        match (2 * quorum).checked_sub(agents) {
            Some(0 | 1) if two_answers => Self::None,
            Some(2) if two_answers => Self::Tie,
            _ => Self::Some,
        }
    }
}

/// A difference of integrals of tails, each within 1.4 units of 2⁻⁵², is used while it is at least this part of them.
const QUICKLY_KEPT: f64 = 1.0 / 16.0;

/// The same for tails of 28 digits. The quick difference is precise enough to decide this.
const ACCURATELY_KEPT: f64 = 1e-11;

/// P(abstain), where it may be little or nothing at places that do not count.
fn difference(given: &Population, quorum: u64, answers: Picks) -> Scaled {
    let wrong = voting::wrong(quorum, answers, |k, kind| given.tails(k, kind).at_least);
    let difference = given.tails(quorum, Agent::correct).below - wrong;
    if difference.is_positive() { difference } else { Scaled::ZERO }
}

fn is_kept(difference: Scaled, whole: Scaled, part: f64) -> bool {
    (difference - whole * part.into()).is_positive()
}

impl Copula {
    /// Returns the copula of latent variables with this correlation, of which both sides keep their precision.
    pub(crate) fn new(population: &Population, correlation: Chance) -> Self {
        Self {
            root: correlation.yes.sqrt().to_double_double(),
            root_of_rest: correlation.no.sqrt().to_double_double(),
            barriers: population.failures().into_iter().map(Barrier::of).collect(),
            agents: population.count() as f64,
            deviations: DEVIATIONS,
        }
    }

    /// Returns the copula for races, whose outcomes change no faster than polynomials of this degree.
    pub(crate) fn of_race(self, degree: Scaled) -> Self {
        let ln = degree.ln().max(0.0);
        Self { agents: degree.to_f64().min(f64::MAX), deviations: DEVIATIONS + libm::sqrt(2.0 * ln), ..self }
    }

    /// E[1/(1−θ)], or E[1/θ], of an agent's rate θ given what is shared; an error if the quadrature does not converge.
    ///
    /// With u = (t − √ρz)/√(1−ρ) the integrand falls, on its slower side, as e^(u²/2 − z²/2) = e^(−az² + bz): where it
    /// does not, it has no mean.
    pub(crate) fn mean_of_inverse(
        &self,
        correlation: Chance,
        of_complement: bool,
    ) -> Result<Scaled, NotConverged> {
        let Some(Barrier::At(barrier)) = self.barriers.first() else { return Err(NotConverged) };
        let rest = correlation.no.to_f64();
        let fall = (correlation.no - correlation.yes).to_f64() / (2.0 * rest);
        let growth = if of_complement { barrier.high } else { -barrier.high } * self.root.high / rest;
        if fall < 0.0 || fall == 0.0 && growth >= 0.0 {
            return Ok(Scaled::INFINITE);
        }
        // az² − bz = 60 for z > 0, in the form that does not cancel.
        let root = libm::sqrt(growth * growth + 240.0 * fall);
        let farthest = if growth > 0.0 { (growth + root) / (2.0 * fall) } else { 120.0 / (root - growth) };
        let integrand = |shared: DoubleDouble| {
            let chance = self.chance(0, self.root * shared);
            [normal::density(shared) / if of_complement { chance.no } else { chance.yes }]
        };
        let [mean] = integrate_smooth(integrand)
            .or_else(|| integrate(&ends_up_to(farthest + REACH), integrand))
            .ok_or(NotConverged)?;
        Ok(mean)
    }

    /// Whether the shared variable makes no difference.
    pub(crate) fn is_certain(&self) -> bool {
        self.barriers.iter().all(|barrier| matches!(barrier, Barrier::Fixed(_)))
    }

    /// Returns the means of `values` of the agents given the shared variable; an error if the quadrature does not
    /// converge.
    pub(crate) fn expectation(
        &self,
        population: &Population,
        values: impl Fn(&Population) -> Values,
    ) -> Result<Values, NotConverged> {
        self.mean(|shared| values(&self.given(population, shared)))
    }

    /// Returns the outcomes of a vote of identical agents; `None` for different ones.
    ///
    /// P(correct), its complement and P(wrong) are tails, at a constant cost. So is P(abstain) where it is zero or not
    /// small.
    pub(crate) fn vote(
        &self,
        population: &Population,
        quorum: u64,
        checker: bool,
        answers: Picks,
    ) -> Result<Option<Outcomes>, NotConverged> {
        let Population::Identical { count, agent } = *population else { return Ok(None) };
        let rest = Rest::of(count, &agent, quorum, checker, answers);
        let [correct, not, wrong, tie, ..] = self.mean(|shared| {
            let agent = agent.failing_with(self.chance(0, self.root * shared));
            let correct = tails(count, agent.correct(), quorum);
            let wrong = match rest {
                Rest::All => Scaled::ZERO,
                _ => voting::wrong(quorum, answers, |k, kind| tails(count, kind(&agent), k).at_least),
            };
            let tie = if rest == Rest::Tie { mass(count, agent.correct(), count / 2) } else { Scaled::ZERO };
            filled([correct.at_least, correct.below, wrong, tie])
        })?;
        let abstain = match rest {
            Rest::All => not,
            Rest::Tie | Rest::None => tie,
            Rest::Some if is_kept(not - wrong, not, QUICKLY_KEPT) => not - wrong,
            Rest::Some if is_kept(not - wrong, not, ACCURATELY_KEPT) => {
                self.abstain(population, |given| difference(given, quorum, answers))?
            }
            Rest::Some => {
                self.abstain(population, |given| voting::threshold(given, quorum, false, answers).abstain)?
            }
        };
        Ok(Some(Outcomes { correct, abstain, wrong }))
    }

    fn abstain(
        &self,
        population: &Population,
        given: impl Fn(&Population) -> Scaled,
    ) -> Result<Scaled, NotConverged> {
        let [abstain, ..] = self.mean(|shared| filled([given(&self.given(population, shared))]))?;
        Ok(abstain)
    }

    /// Returns the means of functions of the shared variable, each to full relative precision.
    fn mean(&self, function: impl Fn(DoubleDouble) -> Values) -> Result<Values, NotConverged> {
        let integrand = |shared| weighted(function(shared), normal::density(shared));
        let integrals = integrate_smooth(integrand).or_else(|| integrate(&self.panels_of_steps(), integrand));
        Ok(means(integrals.ok_or(NotConverged)?))
    }

    /// P(the agent decides the vote), for each agent when it is at its barrier; one number for identical agents.
    pub(crate) fn pivotal(
        &self,
        population: &Population,
        decision: &Decision,
    ) -> Result<Vec<Scaled>, NotConverged> {
        let places: Vec<usize> = (0..self.barriers.len()).collect();
        let of_chunk = |places: &[usize]| -> Result<Vec<Scaled>, NotConverged> {
            let integrals = integrate::<AT_ONCE>(&self.panels_around(places), |shared| {
                let decides = decision.pivotal(&self.given(population, shared), places);
                let at = |i: usize| places.get(i).map(|&agent| decides[i] * self.at_barrier(agent, shared));
                std::array::from_fn(|i| at(i).unwrap_or(Scaled::ZERO))
            })
            .ok_or(NotConverged)?;
            let of = |(integral, &agent): (Scaled, &usize)| {
                self.pivotal_at_infinity(agent, population, decision).unwrap_or(integral)
            };
            Ok(integrals.into_iter().zip(places).map(of).collect())
        };
        let chunks: Vec<_> = places.par_chunks(AT_ONCE).map(of_chunk).collect();
        Ok(chunks.into_iter().collect::<Result<Vec<_>, NotConverged>>()?.concat())
    }

    /// The panels for these agents' importances: there the integrand has its peaks around their barriers.
    fn panels_around(&self, places: &[usize]) -> Vec<f64> {
        self.panels(places.iter().filter_map(|&place| match &self.barriers[place] {
            Barrier::At(barrier) => Some(self.root.high * barrier.high),
            Barrier::Fixed(_) => None,
        }))
    }

    /// The panels for outcomes, which change in steps where the chances of agents do.
    fn panels_of_steps(&self) -> Vec<f64> {
        let few = self.barriers.iter().take(MAX_STEPS_OF_THEIR_OWN);
        self.panels(few.filter_map(|barrier| match barrier {
            Barrier::At(barrier) => Some(barrier.high / self.root.high),
            Barrier::Fixed(_) => None,
        }))
    }

    /// The panels, and where ρ is nearly one others that end around these places: what happens there is narrow, so that
    /// halving alone would find it slowly, and not at all where a panel ends in the middle of it.
    fn panels(&self, places: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut ends = ends_up_to(self.farthest());
        if self.root_of_rest.high < NARROW {
            let (first, last) = (ends[0], ends[ends.len() - 1]);
            for place in places {
                ends.extend(
                    [-40.0, -10.0, -5.0, 0.0, 5.0, 10.0, 40.0]
                        .map(|away| place + away * self.root_of_rest.high),
                );
            }
            ends.retain(|end| (first..=last).contains(end));
            ends.sort_by(f64::total_cmp);
            ends.dedup();
        }
        ends
    }

    /// The density of the shared variable given that an agent is just at its barrier: normal around √ρ·t with variance
    /// 1 − ρ.
    fn at_barrier(&self, agent: usize, shared: DoubleDouble) -> Scaled {
        match &self.barriers[agent] {
            Barrier::At(barrier) => {
                let away = (shared - self.root * *barrier) / self.root_of_rest;
                normal::density(away) / Scaled::from(self.root_of_rest)
            }
            Barrier::Fixed(_) => Scaled::ZERO,
        }
    }

    /// Probability that an agent with its barrier at infinity decides the vote; `None` if its barrier is finite.
    fn pivotal_at_infinity(
        &self,
        agent: usize,
        population: &Population,
        decision: &Decision,
    ) -> Option<Scaled> {
        let Barrier::Fixed(own) = &self.barriers[agent] else { return None };
        let certain = population.failing_with(|place| match &self.barriers[place] {
            Barrier::Fixed(chance) => *chance,
            Barrier::At(_) if own.no.is_zero() => Chance::IMPOSSIBLE,
            Barrier::At(_) => Chance::CERTAIN,
        });
        decision.pivotal(&certain, &[agent]).pop()
    }

    /// Returns the agents given that the shared variable is `shared`.
    fn given(&self, population: &Population, shared: DoubleDouble) -> Population {
        let pull = self.root * shared;
        population.failing_with(|agent| self.chance(agent, pull))
    }

    /// Probability that the agent fails where the shared variable moves its barrier down by `pull`.
    fn chance(&self, agent: usize, pull: DoubleDouble) -> Chance {
        match &self.barriers[agent] {
            Barrier::At(barrier) => normal::below((*barrier - pull) / self.root_of_rest),
            Barrier::Fixed(chance) => *chance,
        }
    }

    /// No outcome has its largest integrand, or a part of 10⁻²¹ of it, beyond this. Every factor of an outcome is the
    /// chance of a normal variable beyond u = (t − √ρz)/√(1−ρ): it has no more to gain where |u| > 9, and the gain of
    /// all agents together per unit of z is at most n √(ρ/(1−ρ)) times the hazard |u| + 1.
    fn farthest(&self) -> f64 {
        let barrier = self.barriers.iter().fold(0.0, |most: f64, barrier| match barrier {
            Barrier::At(barrier) => most.max(barrier.high.abs()),
            Barrier::Fixed(_) => most,
        });
        let (root, root_of_rest) = (self.root.high, self.root_of_rest.high);
        let no_more_to_gain = (barrier + self.deviations) / root;
        let pulled = self.agents * root / root_of_rest * (barrier / root_of_rest + 2.0);
        no_more_to_gain.min(pulled) + REACH
    }
}

/// The ends of panels where an integrand can be large: around zero in even steps, then in wider ones.
fn ends_up_to(farthest: f64) -> Vec<f64> {
    let mut ends = vec![0.0, 5.0, 10.0];
    while ends[ends.len() - 1] < farthest {
        ends.push(2.0 * ends[ends.len() - 1]);
    }
    ends.iter().rev().map(|end| -end).chain(ends.iter().copied().skip(1)).collect()
}

/// The chance that the rate of an agent, given what is shared, lies below `rate`, neither of them zero or one:
/// Φ((√(1−ρ)·Φ⁻¹(rate) − Φ⁻¹(f))/√ρ).
pub(crate) fn copula_below(failure: Chance, correlation: Chance, rate: Chance) -> Chance {
    let [root, root_of_rest] = [correlation.yes, correlation.no].map(|part| part.sqrt().to_double_double());
    normal::below((root_of_rest * normal::quantile(rate) - normal::quantile(failure)) / root)
}
