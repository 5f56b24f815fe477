//! The exact outcome of a scenario.

use super::agents::Population;
use super::dependence::{self, model};
use super::effort;
use super::outcomes::{Outcomes, TaskAnswer, TaskResult};
use super::rule::Procedure;
use super::scaled::Scaled;
use super::wrong_answers::Answers;
use crate::outcome::Exact;
use crate::scenario::{Class, Error, Rates, Scenario};
use rayon::prelude::*;

/// Classes that are evaluated before their results are added up.
const CLASSES_AT_ONCE: usize = 4096;

/// Time and memory for agents with different rates grow with their number.
const MAX_DIFFERENT_AGENTS: usize = 10_000_000;

/// Returns the exact outcome of a scenario.
///
/// The three outcomes, the failure probability and the logarithms each have full relative precision: within four units
/// of 2⁻⁵² for up to 10,000 agents, and for independent ones up to the 10¹³ identical or 10⁷ different ones that a
/// scenario may have.
///
/// Failures may be correlated: under a common cause in any scheme; with a rate from a beta distribution among up to 10⁷
/// agents, 10⁴ in pipelines of several attempts; with a Gaussian copula among up to 10⁷ equal or 1,000
/// different agents in any scheme, 10⁴ where each of them votes for one of two answers.
///
/// A plurality has an answer for up to 10⁶ agents where no two wrong answers agree or all do, for any number where all
/// do and nobody is silent, and for 4,600 agents with three wrong answers or 780 with any number of them; 10⁴ equal
/// agents under a copula. A filter costs no more, but in a plurality with one wrong answer: 4,800 agents.
///
/// Where wrong answers have a collision, a plurality has an answer for up to 1,000 agents, 400 with a discount or where
/// some of the right and some of the failed agents are silent; so has one with random ties or a minimum number of
/// votes. Votes at a quorum: up to 10,000 agents, or 2,000 with a number of answers or where some are silent. Weights:
/// as far as their sums and the numbers of agents behind them are passed in some seconds, so 15 agents with any
/// weights, and ten under a copula.
///
/// Weights that have up to 2²¹ different sums in each half of the agents, so those of 42 agents whatever they are;
/// fewer where failures are correlated. Races of up to some 10⁸ states.
///
/// Groups under a copula: as many agents as their sums pass in some ten seconds, so 1,000 in ten groups in a tenth of a
/// second; stages, weights and attempts up to 200,000 joint numbers of failures. Where agents are called again
/// `repeats` says how correlated calls of one agent are: one agent as far as its model reaches, several attempts of
/// several agents up to as many joint numbers of failures.
///
/// # Errors
/// More than 10⁷ agents with different rates; under a copula more than 20,000 classes of tasks, or 10⁴ agents with
/// different rates in all classes together, or 2,000 in several attempts; pluralities, weights, races and dependences
/// beyond the limits above; `repeats` below the correlation of different agents, and beside groups for several attempts
/// of several agents.
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
    check_classes(&classes, scenario)?;
    let result = |class: &Class<'_>| of_class(class, Procedure::of(&class.rule), scenario);
    if let [class] = &classes[..] {
        return outcome(result(class)?, scenario);
    }
    let total_weight: Scaled = classes.iter().map(|class| Scaled::from(class.weight)).sum();
    let mut sum = TaskResult::NONE;
    // In parallel, but added in their order: the sum does not depend on the number of threads.
    for classes in classes.chunks(CLASSES_AT_ONCE) {
        let results: Vec<_> = classes.par_iter().map(result).collect();
        for (class, result) in classes.iter().zip(results) {
            sum = sum.plus(result?, Scaled::from(class.weight) / total_weight);
        }
    }
    outcome(sum, scenario)
}

/// Checks that all classes together take at most ten seconds, before any of them is evaluated.
pub(super) fn check_classes(classes: &[Class<'_>], scenario: &Scenario) -> Result<(), Error> {
    let different = classes.iter().map(|class| match class.rates {
        Rates::Different(rates) => rates.len() as u64,
        Rates::Identical { .. } => 0,
    });
    model(scenario.dependence()).check_classes(classes.len(), different.sum())
}

/// Returns the result of one class of tasks, whose rule is `procedure`.
pub(super) fn of_class(class: &Class<'_>, mut procedure: Procedure<'_>, scenario: &Scenario) -> TaskAnswer {
    if let Rates::Different(rates) = class.rates
        && rates.len() > MAX_DIFFERENT_AGENTS
    {
        let n = rates.len();
        let message = format!(
            "{n} agents with different failure rates are too many for an exact answer; the maximum is \
             {MAX_DIFFERENT_AGENTS}"
        );
        return Err(Error::refused("agents.failure_rates", message));
    }
    let agents = Population::new(class.rates, scenario.failures(), scenario.filter());
    let answers = Answers::from(scenario.failures().wrong_answers);
    if let Some(ballot) = procedure.ballot.simplified(&agents, answers) {
        procedure.ballot = ballot;
    }
    dependence::result(scenario, &agents, &procedure, answers)
}

fn outcome(result: TaskResult, scenario: &Scenario) -> Result<Exact, Error> {
    let Outcomes { correct, abstain, wrong } = result.outcomes;
    let failure = abstain + wrong;
    Ok(Exact {
        correct: correct.to_f64(),
        abstain: abstain.to_f64(),
        wrong: wrong.to_f64(),
        failure: failure.to_f64(),
        ln_correct: correct.ln_with_complement(failure),
        ln_failure: failure.ln_with_complement(correct),
        expected: effort::expected(result, scenario, assess)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::scheme::{
        Any, FirstTo, Judge, Majority, Pbft, Plurality, Unanimous, Validated, Weighted,
    };
    use crate::scenario::{Agents, Dependence, Failures, Filter, Scheme, WrongAnswers};

    fn schemes(agents: u64) -> Vec<Scheme> {
        let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 1e-310 };
        if agents == 1 {
            return vec![FirstTo::new(3).into(), Validated::new(judge).with_attempts(3).into()];
        }
        vec![Majority.into(), Any.into(), Unanimous.into(), Plurality::new().into()]
    }

    fn dependences(parameter: f64) -> [Dependence; 4] {
        [
            Dependence::Independent,
            Dependence::CommonCause { probability: parameter },
            Dependence::BetaBinomial { correlation: parameter },
            Dependence::GaussianCopula { correlation: parameter },
        ]
    }

    fn scenario(
        agents: Agents,
        scheme: Scheme,
        failures: Failures,
        dependence: Dependence,
    ) -> Result<Scenario, Error> {
        Scenario::new(agents, scheme)?.with_failures(failures)?.with_dependence(dependence)
    }

    fn silent_at_times(wrong_answers: WrongAnswers) -> Failures {
        Failures { hallucination: 0.75, corruption: 0.125, crash: 0.125, wrong_answers }
    }

    /// To the bit, and as quickly: with 10¹³ agents a sum over their number would not end.
    #[test]
    fn a_single_wrong_answer_is_the_same_wrong_answer() {
        let all_vote = |wrong_answers| Failures { wrong_answers, ..Failures::default() };
        let kinds: [&dyn Fn(WrongAnswers) -> Failures; 2] = [&all_vote, &silent_at_times];
        for (failures, agents) in kinds.into_iter().flat_map(|kind| [4, 5, MANY].map(|agents| (kind, agents)))
        {
            // Beyond the maximum for other schemes and models.
            let (schemes_asked, models) = if agents == MANY { (3, 2) } else { (4, 4) };
            for scheme in schemes(agents).into_iter().take(schemes_asked) {
                for dependence in dependences(0.125).into_iter().take(models) {
                    let [one, same] = [WrongAnswers::Among(1), WrongAnswers::Same].map(|answers| {
                        let agents = Agents::identical(agents, 0.75);
                        let scenario =
                            scenario(agents, scheme.clone(), failures(answers), dependence.clone());
                        assess(&scenario.expect("a scenario")).expect("an answer")
                    });
                    assert_eq!(one, same, "{agents} {scheme:?} {dependence:?}");
                }
            }
        }
    }

    const MANY: u64 = 9_999_999_999_999;

    fn is_answered(scenario: Result<Scenario, Error>) {
        let Ok(scenario) = scenario else { return };
        let exact = assess(&scenario).expect("an answer");
        let total = exact.correct + exact.abstain + exact.wrong;
        assert!((total - 1.0).abs() < 1e-14, "{scenario:?}: {exact:?}");
        let _ = crate::exact::limit(&scenario);
    }

    /// Rates, shares and correlations down to the smallest double are answered, and their outcomes sum to one.
    #[test]
    fn the_smallest_numbers_are_answered() {
        let small = 1e-310;
        let silent = Failures { corruption: small, ..Failures::default() };
        for rate in [small, 0.25, 1.0 - f64::EPSILON / 2.0] {
            for dependence in [small, 5e-324].into_iter().flat_map(dependences) {
                for (count, scheme) in
                    [1, 5].into_iter().flat_map(|n| schemes(n).into_iter().map(move |s| (n, s)))
                {
                    let mixed = [rate, small, 0.5].into_iter().cycle().take(count as usize);
                    let mixed = Agents::different(mixed.collect::<Vec<_>>());
                    for (agents, failures) in [
                        (Agents::identical(count, rate), Failures::default()),
                        (Agents::identical(count, rate), silent),
                        (mixed, silent),
                    ] {
                        is_answered(scenario(agents, scheme.clone(), failures, dependence.clone()));
                    }
                }
            }
        }
        is_answered(Scenario::new(Agents::identical(4, 1e-310), Pbft::new(4, 4, 4, 2)));
        let weighted = Scenario::new(Agents::different([1e-310, 0.25, 0.5]), Weighted::log_odds());
        let filter = Filter { accepts_correct: 1e-310, accepts_wrong: 5e-324 };
        is_answered(weighted.and_then(|scenario| scenario.with_filter(filter)));
    }
}
