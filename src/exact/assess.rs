//! The exact outcome of a scenario.

use super::agents::{Population, wrong_answers};
use super::dependence::model;
use super::outcomes::{Outcomes, TaskResult};
use super::rule::Procedure;
use super::scaled::Scaled;
use crate::outcome::{Exact, Expected};
use crate::scenario::{Class, Concurrency, Error, Rates, Scenario};

/// Time and memory for agents with different rates grow with their number.
const MAX_DIFFERENT_AGENTS: usize = 10_000_000;

/// The exact outcome of a scenario.
///
/// The three outcomes, the failure probability and the logarithms each have full relative precision: within four units of 2⁻⁵² for up to
/// 10,000 agents, and for independent ones up to the 10¹³ identical or 10⁷ different ones that are allowed.
///
/// Failures may hang together: under a common cause in any scheme; with a rate from a beta distribution among up to 10⁷
/// agents, 10⁴ in pipelines of several attempts; with a Gaussian copula among up to 10⁷ equal or 1,000
/// different agents in any scheme, 10⁴ of which each votes for one of two answers.
///
/// A plurality has an answer for up to 10⁶ agents where no two wrong answers agree or all do, for any number where all do and nobody is silent, and for 4,600 agents with
/// three wrong answers or 780 with any number of them; 10⁴ equal agents under a copula. A filter costs no more, but in a plurality with one wrong answer: 4,800 agents.
///
/// Weights that have up to 2²¹ different sums in each half of the agents, so those of 42 agents whatever they are; fewer where failures
/// hang together. Races as long as some 10⁸ states are passed.
///
/// # Errors
/// More than 10⁷ agents with different rates; pluralities, weights, races and dependences beyond what is said above.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let exact = kofn::exact::assess(&Scenario::new(Agents::identical(101, 0.05), Majority)?)?;
/// assert_eq!(exact.correct, 1.0);
/// assert!((exact.failure / 7.190_556e-39 - 1.0).abs() < 1e-6);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn assess(scenario: &Scenario) -> Result<Exact, Error> {
    let classes = scenario.classes();
    let total_weight: Scaled = classes.iter().map(|class| Scaled::from(class.weight)).sum();
    let mut sum = TaskResult::NONE;
    for class in &classes {
        let share = Scaled::from(class.weight) / total_weight;
        sum = sum.plus(of_class(class, Procedure::of(&class.rule), scenario)?, share);
    }
    Ok(outcome(sum, scenario))
}

/// Returns the result of one class of tasks, of which `procedure` is the rule.
pub(super) fn of_class(
    class: &Class<'_>,
    mut procedure: Procedure<'_>,
    scenario: &Scenario,
) -> Result<TaskResult, Error> {
    if let Rates::Different(rates) = class.rates
        && rates.len() > MAX_DIFFERENT_AGENTS
    {
        let n = rates.len();
        let message = format!(
            "{n} agents with different failure rates are too many for an exact answer; the maximum is {MAX_DIFFERENT_AGENTS}"
        );
        return Err(Error::refused("agents.failure_rates", message));
    }
    let agents = Population::new(class.rates, scenario.failures(), scenario.filter());
    let answers = wrong_answers(scenario.failures());
    if let Some(ballot) = procedure.ballot.simplified(&agents, answers) {
        procedure.ballot = ballot;
    }
    model(scenario.dependence()).result(&agents, &procedure, answers)
}

fn outcome(result: TaskResult, scenario: &Scenario) -> Exact {
    let TaskResult { outcomes, calls, validations } = result;
    let Outcomes { correct, abstain, wrong } = outcomes;
    let failure = abstain + wrong;
    let effort = Effort::of(calls, validations, scenario);
    let costs = scenario.costs().copied().unwrap_or_default();
    Exact {
        correct: correct.to_f64(),
        abstain: abstain.to_f64(),
        wrong: wrong.to_f64(),
        failure: failure.to_f64(),
        ln_correct: correct.ln_with_complement(failure),
        ln_failure: failure.ln_with_complement(correct),
        expected: Expected {
            calls: effort.calls,
            validations: effort.validations,
            cost: total(effort.calls, costs.call, effort.validations, costs.validation),
            latency: total(
                effort.rounds,
                costs.call_latency,
                effort.validation_rounds,
                costs.validation_latency,
            ),
        },
    }
}

/// What is done for one task, on average.
struct Effort {
    calls: f64,
    validations: f64,
    /// Calls that run side by side are one round.
    rounds: f64,
    /// The same for validations: those of a filter run side by side with those of other calls.
    validation_rounds: f64,
}

impl Effort {
    /// With a filter every call is one validation more.
    fn of(calls: Scaled, validations: Scaled, scenario: &Scenario) -> Self {
        let concurrency = scenario.costs().map(|costs| costs.agents).unwrap_or_default();
        let rounds = match concurrency {
            Concurrency::Parallel => calls.to_f64() / scenario.agents().count() as f64,
            Concurrency::Sequential => calls.to_f64(),
        };
        let filtered = |number: f64| if scenario.filter().is_some() { number } else { 0.0 };
        Self {
            calls: calls.to_f64(),
            validations: validations.to_f64() + filtered(calls.to_f64()),
            rounds,
            validation_rounds: validations.to_f64() + filtered(rounds),
        }
    }
}

/// The price of calls and validations; a price that nothing asks for need not be given.
fn total(calls: f64, call: Option<f64>, validations: f64, validation: Option<f64>) -> Option<f64> {
    let validation = if validations == 0.0 { Some(0.0) } else { validation };
    // What costs nothing costs nothing however often it is expected: that may be infinite.
    let price = |count: f64, each: f64| if each == 0.0 { 0.0 } else { count * each };
    Some(price(calls, call?) + price(validations, validation?))
}
