//! Answers where the failures of the agents hang together.
//!
//! Given what the agents share, they are independent; so every model is a mixture of what the closed forms say of independent agents, or, for
//! the beta-binomial, of what they say when so many agents fail. Whole answers are mixed, each outcome as a sum of
//! its own positive terms: none is one minus the others.
//!
//! | | votes | pipelines |
//! |---|---|---|
//! | common cause | all | all |
//! | beta-binomial, equal rates | to 10⁷ agents | to 10⁷ agents; of several attempts, to 10⁴ |
//! | Gaussian copula | to 10⁷ equal, 10⁴ different agents, 1,000 where those can abstain beside a tie | all |
//!
//! Pluralities are held to 10⁴ equal agents under a copula, and everywhere to what their own table by the number of failures allows.
//! Weights are answered up to some 26 agents with any of them, or as many as have 200,000 sums, and races of about 3·10⁵ states.

mod beta_binomial;
pub(crate) mod beta_law;
mod gaussian_copula;
mod mean;
mod races;

use super::binomial::Chance;
use super::failures::Agreement;
use super::importance::pivotal;
use super::scaled::Scaled;
use super::{
    Answer, Population, around, ballots, by_failures, faults, independent, innermost, plurality, race,
    weighted,
};
use crate::exact::race::Bounds;
use crate::scenario::{Dependence, Error, Rule, WrongAnswers};
use beta_binomial::Urn;
use beta_law::BetaLaw;
use gaussian_copula::Copula;
use mean::Shares;

/// Where the effort grows with the number of agents.
pub(crate) const MOST_AGENTS: u64 = 10_000_000;

/// Where it does so some thousand times over: voters that are called again.
const MOST_REPEATED_AGENTS: u64 = 10_000;

/// Where it does so some hundred times over: a sum over the number of failures for all that agents may share.
const MOST_COUNTED_AGENTS: u64 = 10_000;

/// Where the effort grows with the square of the number of agents, some hundred times over.
const MOST_DIFFERENT_AGENTS: u64 = 1_000;

/// The same where each has an integral of its own.
const MOST_RANKED_AGENTS: u64 = 200;

/// Some hundred tails of different agents, where each votes for one of two answers or only right ones count: ten seconds.
const MOST_DIFFERENT_VOTERS: u64 = 10_000;

/// What the closed forms say where the agents' failures hang together like this.
pub(super) fn answer(
    population: &Population,
    rule: &Rule,
    answers: WrongAnswers,
    dependence: Dependence,
) -> Result<Answer, Error> {
    match dependence {
        Dependence::Independent => independent(population, rule, answers),
        Dependence::CommonCause { probability } => common_cause(population, rule, answers, probability),
        Dependence::BetaBinomial { correlation } => beta_binomial(population, rule, answers, correlation),
        Dependence::GaussianCopula { correlation } => gaussian_copula(population, rule, answers, correlation),
    }
}

/// Either all agents fail, or they fail independently with (f − c)/(1 − c).
fn common_cause(
    population: &Population,
    rule: &Rule,
    answers: WrongAnswers,
    probability: f64,
) -> Result<Answer, Error> {
    let cause = Chance::of_rate(probability);
    let all_fail = || independent(&all_failing(population), rule, answers);
    let spared = || independent(&spared_agents(population, cause), rule, answers);
    // A part that never happens is not asked for: its chances of failure need not be any.
    if cause.yes.is_zero() {
        spared()
    } else if cause.no.is_zero() {
        all_fail()
    } else {
        Ok(Answer::NONE.plus(all_fail()?, cause.yes).plus(spared()?, cause.no))
    }
}

/// The same agents when a common cause does not strike: they fail with (f − c)/(1 − c).
fn spared_agents(population: &Population, cause: Chance) -> Population {
    let rates = population.failures();
    population.failing_with(|agent| rates[agent].spared_by(cause))
}

fn all_failing(population: &Population) -> Population {
    population.failing_with(|_| Chance { yes: Scaled::ONE, no: Scaled::ZERO })
}

fn beta_binomial(
    population: &Population,
    rule: &Rule,
    answers: WrongAnswers,
    correlation: f64,
) -> Result<Answer, Error> {
    let Population::Identical { count, agent } = *population else {
        return Err(refused("\"beta-binomial\" needs agents with equal failure rates"));
    };
    let failure = agent.failure();
    if correlation == 0.0 || failure.yes.is_zero() || failure.no.is_zero() {
        return independent(population, rule, answers);
    }
    check_count(count, "beta-binomial", MOST_AGENTS)?;
    let urn = Urn::new(count, failure, correlation);
    match innermost(rule) {
        Rule::Threshold { quorum, checker } if !repeats(rule) => {
            let of_wrong = Agreement::among_failed(&agent, *quorum, answers).filter(|_| !checker);
            let outcomes = beta_binomial::vote(&urn, *quorum, of_wrong, Agreement::among_right(&agent));
            Ok(around(rule, Answer::of_vote(count, outcomes)))
        }
        Rule::MostVotes if !repeats(rule) => {
            let votes = plurality::by_failures(population, answers)?;
            let outcomes = by_failures::mean(urn.masses(), |failures| votes.at(failures));
            Ok(around(rule, Answer::of_vote(count, outcomes)))
        }
        Rule::Faults { unsafe_from, stuck_from } => {
            let given = |failures| faults::given(failures, *unsafe_from, *stuck_from);
            Ok(Answer::of_vote(count, by_failures::mean(urn.masses(), given)))
        }
        _ => repeated(population, rule, answers, BetaLaw::new(failure, correlation)),
    }
}

/// Where agents are called again, all calls of a task share one rate: an integral over it of what the closed forms say at each.
fn repeated(
    population: &Population,
    rule: &Rule,
    answers: WrongAnswers,
    law: BetaLaw,
) -> Result<Answer, Error> {
    let agents = population.count();
    let Bounds { calls, degree } = match races::bounds(population, rule) {
        Ok(bounds) => bounds,
        Err(kind) => return Ok(races::of_one_kind(rule, kind, law.mean_of_inverse(kind.is_right))),
    };
    if law.is_sharp(degree) {
        return independent(population, rule, answers);
    }
    check_count(agents, "beta-binomial", MOST_REPEATED_AGENTS)?;
    check_effort(innermost(rule))?;
    let shares = Shares::new(calls, rule);
    let ballot = ballots(population, innermost(rule), answers)?;
    let means =
        law.mean(degree, |rate| shares.values_of(&population.failing_with(|_| rate), answers, &ballot));
    shares.answer("beta-binomial", means)
}

/// Whether agents are called more than once for one task: then an expectation over single calls does not tell the answer.
fn repeats(rule: &Rule) -> bool {
    match rule {
        Rule::Chain(chain) => chain.attempts > 1 || repeats(&chain.generator),
        _ => false,
    }
}

fn gaussian_copula(
    population: &Population,
    rule: &Rule,
    answers: WrongAnswers,
    correlation: f64,
) -> Result<Answer, Error> {
    let copula = Copula::new(population, correlation);
    if correlation == 0.0 || copula.is_certain() {
        return independent(population, rule, answers);
    }
    let inner = innermost(rule);
    let only_failures_count = matches!(inner, Rule::Threshold { checker: true, .. } | Rule::Faults { .. });
    let two_answers = answers == WrongAnswers::Same;
    let most = match population {
        Population::Identical { .. } if *inner == Rule::MostVotes => MOST_COUNTED_AGENTS,
        Population::Identical { .. } => MOST_AGENTS,
        Population::Different(agents)
            if only_failures_count || two_answers && agents.iter().all(|a| a.silent.is_zero()) =>
        {
            MOST_DIFFERENT_VOTERS
        }
        Population::Different(_) => MOST_DIFFERENT_AGENTS,
    };
    check_count(population.count(), "gaussian-copula", most)?;
    match (population, inner) {
        (Population::Identical { .. }, Rule::Threshold { quorum, checker }) if !repeats(rule) => {
            let vote = copula.vote(population, *quorum, *checker, answers);
            let outcomes = vote.ok_or_else(|| unsettled("gaussian-copula"))?;
            Ok(around(rule, Answer::of_vote(population.count(), outcomes)))
        }
        _ => {
            check_effort(inner)?;
            let Bounds { calls, degree } = match races::bounds(population, rule) {
                Ok(bounds) => bounds,
                Err(kind) => {
                    let mean = copula.mean_of_inverse(correlation, kind.is_right);
                    let mean = mean.ok_or_else(|| unsettled("gaussian-copula"))?;
                    return Ok(races::of_one_kind(rule, kind, mean));
                }
            };
            let copula = if matches!(inner, Rule::Race(_)) { copula.of_race(degree) } else { copula };
            let shares = Shares::new(calls, rule);
            let ballot = ballots(population, inner, answers)?;
            let means = copula.expectation(population, |agents| shares.values_of(agents, answers, &ballot));
            shares.answer("gaussian-copula", means)
        }
    }
}

/// Whether a ballot can be asked for at some hundred places of an integral.
fn check_effort(ballot: &Rule) -> Result<(), Error> {
    match ballot {
        Rule::WeightedThreshold(rule) => weighted::check_for_quadrature(rule),
        Rule::Race(race) => race::check_for_quadrature(*race),
        Rule::Threshold { .. } | Rule::MostVotes | Rule::Faults { .. } | Rule::Chain(_) => Ok(()),
    }
}

fn unsettled(model: &str) -> Error {
    refused(&format!("\"{model}\" has no exact answer here: its integral does not settle"))
}

/// How often the vote inside is taken at most.
fn most_attempts(rule: &Rule) -> Scaled {
    match rule {
        Rule::Chain(chain) => Scaled::from(chain.attempts) * most_attempts(&chain.generator),
        _ => Scaled::ONE,
    }
}

/// How probable it is that each agent decides a vote at `quorum`, where its rate changes by itself.
pub(super) fn importance(
    population: &Population,
    dependence: Dependence,
    quorum: u64,
) -> Result<Vec<Scaled>, Error> {
    match dependence {
        Dependence::CommonCause { probability } if probability > 0.0 => {
            let cause = Chance::of_rate(probability);
            if cause.no.is_zero() {
                return Err(refused("\"common-cause\" always strikes here, and leaves no rate to change"));
            }
            Ok(pivotal(&spared_agents(population, cause), quorum))
        }
        Dependence::BetaBinomial { correlation } if correlation > 0.0 => Err(refused(
            "\"beta-binomial\" draws one rate for all agents, so that no agent has one of its own to change",
        )),
        Dependence::GaussianCopula { correlation } if correlation > 0.0 => {
            let most = match population {
                Population::Identical { .. } => MOST_AGENTS,
                Population::Different(_) => MOST_RANKED_AGENTS,
            };
            check_count(population.count(), "gaussian-copula", most)?;
            Copula::new(population, correlation).pivotal(population, quorum).ok_or_else(|| {
                refused("\"gaussian-copula\" has no exact answer here: its integral does not settle")
            })
        }
        Dependence::Independent
        | Dependence::CommonCause { .. }
        | Dependence::BetaBinomial { .. }
        | Dependence::GaussianCopula { .. } => Ok(pivotal(population, quorum)),
    }
}

/// The chance that the shared rate of beta-binomial agents lies below `rate`, for ρ above 0.
pub(super) fn beta_below(failure: Chance, correlation: f64, rate: Chance) -> Result<Chance, Error> {
    beta_law::below(failure, correlation, rate.yes.to_f64())
        .ok_or_else(|| refused("\"beta-binomial\" has no limit here: its integral does not settle"))
}

/// The chance that the rate of agents under a copula, given what they share, lies below `rate`, for ρ above 0.
pub(super) fn copula_below(failure: Chance, correlation: f64, rate: Chance) -> Result<Chance, Error> {
    Ok(gaussian_copula::below(failure, correlation, rate))
}

fn check_count(count: u64, model: &str, most: u64) -> Result<(), Error> {
    if count <= most {
        return Ok(());
    }
    Err(refused(&format!(
        "\"{model}\" has no exact answer yet for {count} such agents; allowed is up to {most}"
    )))
}

fn refused(message: &str) -> Error {
    Error::refused("dependence.model", format!("dependence.model {message}"))
}

#[cfg(test)]
mod tests;
