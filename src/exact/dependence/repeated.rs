//! Calls of one agent whose failures have a correlation of their own, which may be larger than that of different
//! agents.
//!
//! # Accuracy
//! One agent: that of the model that its calls have. Several: sums of products of doubles, within 5·10⁻¹⁵ of exact
//! fractions where agents share nothing, a cause or a rate; under a copula that of groups, 2.5·10⁻¹⁴, and of the latent
//! correlation, which is found to 10⁻¹⁵.
//!
//! # Testing
//! In `tests/exact/groups.rs`: against Pólya's urn of all calls in exact fractions; two calls against f² + ρf(1−f);
//! calls as correlated as agents against the model without `repeats`.
//!
//! # Implementation
//! What all agents share is drawn as the model says; then each agent draws a rate of its own for all its calls.
//!
//! - One agent: its rate is from a beta distribution with the correlation ρ of two calls, which is the model of
//!   beta-binomial agents. Under a common cause c that is its law where the cause spares it: there calls have the
//!   correlation κ with φ + (1 − φ)κ = ρ, φ = c(1−f)/((1−c)f) being what the cause alone makes of it.
//! - Several agents, independent or spared by a common cause: the failures among the m calls of each are Pólya's urn.
//!   The numbers of failures in all attempts together are states whose laws are convolved, agent by agent.
//! - Beta-binomial agents: the rate θ of the task is the mean of each agent's own beta law, with κ = (ρ' − ρ)/(1 − ρ)
//!   for calls that correlate by ρ' and agents that correlate by ρ. An urn's probabilities are polynomials in θ without
//!   negative coefficients, and their mean over θ is an integral as elsewhere.
//! - A Gaussian copula: an agent is a group of its own calls, with the latent correlation that makes the failures of
//!   two calls correlate by ρ at the agent's rate.

use super::beta_binomial::BetaBinomial;
use super::by_state::Calls;
use super::gaussian_copula::GaussianCopula;
use super::grouped_copula::{Deviations, law_of, members_of};
use super::independent::Independent;
use super::model::{Model, not_converged, refused};
use crate::exact::agents::Population;
use crate::exact::chance::Chance;
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::phi::latent;
use crate::exact::rule::Procedure;
use crate::exact::scaled::Scaled;
use crate::exact::shared::{Barrier, BetaLaw, Convolution, NotConverged, States, Values};
use crate::exact::wide::Wide;
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Dependence, Error};

/// A correlation of calls may be this much below that of agents: both may have been rounded.
const ROUNDED: f64 = 1e-12;

/// Maximum number of products for one law of all states, and for one that is integrated over a rate.
const MAX_PRODUCTS: f64 = 3e9;
const MAX_PRODUCTS_EACH: f64 = 5e6;

/// Returns the result of a task in which agents are called again, two calls of one having failures with the correlation
/// `repeats`.
pub(super) fn result(
    dependence: &Dependence,
    repeats: f64,
    agents: &Population,
    procedure: &Procedure<'_>,
    answers: Answers,
) -> TaskAnswer {
    let task = Task { agents, procedure, answers, repeats: Chance::of_rate(repeats) };
    match dependence {
        Dependence::Independent => task.independent(agents, |_| Ok(task.repeats)),
        Dependence::CommonCause { probability } => task.common_cause(Chance::of_rate(*probability)),
        Dependence::BetaBinomial { correlation } => task.beta_binomial(Chance::of_rate(*correlation)),
        Dependence::GaussianCopula { correlation } => task.copula(Chance::of_rate(*correlation)),
        Dependence::GroupedCopula { correlation, groups, .. } => {
            if groups.len() == 1 && groups[0] == 1 {
                return task.copula(Chance::of_rate(*correlation));
            }
            Err(Error::refused(
                "dependence.repeats",
                "dependence.repeats has no exact answer with groups for several attempts of several agents; remove groups or repeats",
            ))
        }
    }
}

/// A task in which agents are called again.
struct Task<'a> {
    agents: &'a Population,
    procedure: &'a Procedure<'a>,
    answers: Answers,
    /// The correlation of the failures of two calls of one agent.
    repeats: Chance,
}

fn is_certain(chance: Chance) -> bool {
    chance.yes.is_zero() || chance.no.is_zero()
}

/// Returns the correlation κ that is left to calls of one agent with all calls' correlation `whole` where `part` of it
/// is shared by others: (whole − part)/(1 − part).
fn left_of(whole: Chance, part: Chance, what: &str) -> Result<Chance, Error> {
    let yes = whole.yes - part.yes;
    if yes.is_positive() {
        return Ok(Chance { yes: yes / part.no, no: whole.no / part.no });
    }
    if part.yes.to_f64() - whole.yes.to_f64() <= ROUNDED * part.yes.to_f64() {
        return Ok(Chance::IMPOSSIBLE);
    }
    Err(too_small(whole, part, what))
}

fn too_small(whole: Chance, part: Chance, what: &str) -> Error {
    let allowed = format!("at least {:?}, {what}", part.yes.to_f64());
    Error::out_of_range("dependence.repeats", format!("{:?}", whole.yes.to_f64()), allowed)
}

impl Task<'_> {
    /// Returns the result of agents that share nothing with each other, each of whose calls have their own correlation.
    fn independent(&self, agents: &Population, of: impl Fn(Chance) -> Result<Chance, Error>) -> TaskAnswer {
        let Self { procedure, answers, .. } = *self;
        if agents.count() == 1 {
            let correlation = of(agents.agent(0).failure())?;
            return BetaBinomial { correlation }.result(agents, procedure, answers);
        }
        let calls = Calls::new(agents, procedure, answers, "repeats")?;
        let urns = Urns::new(agents, &calls, of)?;
        urns.check(MAX_PRODUCTS)?;
        calls.result(&urns.law(|mean| mean))
    }

    fn common_cause(&self, cause: Chance) -> TaskAnswer {
        let Self { agents, procedure, answers, repeats } = *self;
        // c(1−f)/((1−c)f), and what is left of one: (f−c)/((1−c)f).
        let of_cause = |failure: Chance| {
            let spared = failure.spared_by(cause);
            if is_certain(failure) {
                return Chance::IMPOSSIBLE;
            }
            Chance { yes: cause.yes * spared.no / failure.yes, no: spared.yes / failure.yes }
        };
        let correlation = |failure| {
            left_of(
                repeats,
                of_cause(failure),
                "the correlation that the common cause gives to calls of one agent",
            )
        };
        if cause.yes.is_zero() {
            return self.independent(agents, |_| Ok(repeats));
        }
        if cause.no.is_zero() {
            return Independent.result(agents, procedure, answers);
        }
        for failure in agents.failures() {
            correlation(failure)?;
        }
        let all_fail = agents.failing_with(|_| Chance::CERTAIN);
        let struck = Independent.result(&all_fail, procedure, answers)?;
        let failures = agents.failures();
        let spared = agents.failing_with(|agent| failures[agent].spared_by(cause));
        // A rate that is spared leads back to the one it comes from: f = c + (1−c)g.
        let spared = self.independent(&spared, |rate| {
            correlation(Chance { yes: cause.yes + cause.no * rate.yes, no: cause.no * rate.no })
        })?;
        Ok(TaskResult::NONE.plus(struck, cause.yes).plus(spared, cause.no))
    }

    fn beta_binomial(&self, shared: Chance) -> TaskAnswer {
        let Self { agents, procedure, answers, repeats } = *self;
        let Population::Identical { agent, count } = *agents else {
            return Err(refused("\"beta-binomial\" needs agents with equal failure rates"));
        };
        let own = left_of(repeats, shared, "which is dependence.correlation")?;
        let failure = agent.failure();
        if count == 1 || shared.yes.is_zero() || is_certain(failure) {
            return self.independent(agents, |_| Ok(repeats));
        }
        let calls = Calls::new(agents, procedure, answers, "repeats")?;
        let urns = Urns::new(agents, &calls, |_| Ok(own))?;
        urns.check(MAX_PRODUCTS_EACH)?;
        let law = BetaLaw::new(failure, shared);
        let ballots = procedure.pipelines.max_ballots();
        let max_calls = Scaled::from(count) * ballots;
        let max_validations = max_calls + ballots;
        let by_state = calls.by_state()?;
        let values = |rate: Chance| -> Values {
            let result = by_state.mean(&urns.law(|_| rate));
            let Outcomes { correct, abstain, wrong } = result.outcomes;
            let (calls, validations) = (result.calls / max_calls, result.validations / max_validations);
            [correct, abstain, wrong, calls, validations, Scaled::ZERO, Scaled::ZERO, Scaled::ZERO]
        };
        let degree = max_calls;
        let [correct, abstain, wrong, calls, validations, ..] = if law.is_sharp(degree) {
            values(failure)
        } else {
            law.mean(degree, values).map_err(|NotConverged| not_converged("beta-binomial"))?
        };
        let (calls, validations) = (calls * max_calls, validations * max_validations);
        Ok(TaskResult { outcomes: Outcomes { correct, abstain, wrong }, calls, validations })
    }

    fn copula(&self, shared: Chance) -> TaskAnswer {
        let Self { agents, procedure, answers, repeats } = *self;
        if repeats.yes.is_zero() && shared.yes.is_zero() {
            return Independent.result(agents, procedure, answers);
        }
        let within = agents.failures().into_iter().map(|failure| self.within(failure, shared));
        let within: Vec<Chance> = within.collect::<Result<_, Error>>()?;
        if agents.count() == 1 {
            return GaussianCopula { correlation: within[0] }.result(agents, procedure, answers);
        }
        let calls = Calls::new(agents, procedure, answers, "\"gaussian-copula\" with repeats")?;
        let barriers: Vec<Barrier> = agents.failures().into_iter().map(Barrier::of).collect();
        let place = |agent: usize| if barriers.len() == 1 { 0 } else { agent };
        let group = |(agent, &class): (usize, &usize)| {
            let agent = place(agent);
            Deviations::of(shared, within[agent]).group(members_of(&[(barriers[agent], class)], &calls))
        };
        calls.result(&law_of(&calls.states, calls.classes.iter().enumerate().map(group).collect())?)
    }

    /// Returns the latent correlation of two calls of an agent.
    fn within(&self, failure: Chance, shared: Chance) -> Result<Chance, Error> {
        if is_certain(failure) {
            return Ok(shared);
        }
        let found =
            if self.repeats.yes.is_zero() { Some(Chance::IMPOSSIBLE) } else { latent(failure, self.repeats) };
        let found = found.ok_or_else(|| not_converged("gaussian-copula"))?;
        if !(shared.yes - found.yes).is_positive() {
            return Ok(found);
        }
        if ((shared.yes - found.yes) / shared.yes).to_f64() <= ROUNDED {
            return Ok(shared);
        }
        let message = format!(
            "dependence.repeats must be at least the correlation of the failures of different agents: {:?} at the rate {:?} is a latent \
             correlation of {:?}, and dependence.correlation is {:?}",
            self.repeats.yes.to_f64(),
            failure.yes.to_f64(),
            found.yes.to_f64(),
            shared.yes.to_f64()
        );
        Err(Error::refused("dependence.repeats", message))
    }
}

/// Agents that each share a beta-distributed rate among their calls.
struct Urns {
    kinds: Vec<Urn>,
    convolution: Convolution,
}

/// Agents that are alike, and of one class.
struct Urn {
    mean: Chance,
    correlation: Chance,
    class: usize,
    /// The number of failures in each state of the calls of one agent.
    totals: Vec<u64>,
    calls: u64,
}

impl Urns {
    fn new(
        agents: &Population,
        calls: &Calls<'_>,
        correlation: impl Fn(Chance) -> Result<Chance, Error>,
    ) -> Result<Self, Error> {
        let mut kinds: Vec<Urn> = Vec::new();
        let mut parts: Vec<States> = Vec::new();
        let mut order = Vec::new();
        for (mean, &class) in agents.failure_of_each().into_iter().zip(&calls.classes) {
            let known = kinds.iter().position(|kind| kind.mean == mean && kind.class == class);
            order.push(known.unwrap_or(kinds.len()));
            if known.is_none() {
                let mut counts = vec![0; calls.states.counts().len()];
                (0..calls.ballots).for_each(|ballot| counts[ballot * calls.classes_of_ballot() + class] = 1);
                let states = States::new(counts, u64::MAX).ok_or_else(|| refused("is too large"))?;
                let totals = states.totals();
                let correlation = correlation(mean)?;
                kinds.push(Urn { mean, correlation, class, totals, calls: calls.ballots as u64 });
                parts.push(states);
            }
        }
        let convolution = Convolution::new(&calls.states, &parts, &order);
        Ok(Self { kinds, convolution })
    }

    fn check(&self, max: f64) -> Result<(), Error> {
        let products = self.convolution.products();
        if products <= max {
            return Ok(());
        }
        let message = format!(
            "dependence.repeats has no exact answer here: it takes some {products:.0e} steps, and the maximum is {max:.0e}; use fewer agents or attempts"
        );
        Err(Error::refused("dependence.repeats", message))
    }

    /// Returns the law of all states, where an agent's mean rate may differ from its own.
    fn law(&self, mean: impl Fn(Chance) -> Chance) -> Vec<Scaled> {
        let laws: Vec<Vec<Wide>> = self.kinds.iter().map(|kind| kind.law(mean(kind.mean))).collect();
        self.convolution.of(&laws).into_iter().map(Scaled::from).collect()
    }
}

impl Urn {
    /// Returns the probability of each state: with i failures among m calls Π(f(1−κ) + jκ) over j < i, times the like
    /// for calls that are right, over that for all calls.
    fn law(&self, mean: Chance) -> Vec<Wide> {
        let Chance { yes: again, no: rest } = self.correlation;
        let rising = |first: Scaled, count: u64| -> Scaled {
            (0..count).fold(Scaled::ONE, |product, j| product * (first * rest + again * Scaled::from(j)))
        };
        let all = rising(Scaled::ONE, self.calls);
        let of = |failures: u64| rising(mean.yes, failures) * rising(mean.no, self.calls - failures) / all;
        let by_failures: Vec<Wide> = (0..=self.calls).map(|failures| of(failures).into()).collect();
        self.totals.iter().map(|&failures| by_failures[failures as usize]).collect()
    }
}
