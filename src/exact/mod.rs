//! Closed forms: the exact outcome of a scenario, the small numbers to full relative precision.
//!
//! *Invariant:* nothing here knows that a simulation exists, and nothing here is random. Reliability near one is told by its failure
//! probability, which is a sum of its own terms and never one minus a rounded number.
//!
//! Every probability is carried as a double-double with an exponent of its own until it is handed over, so that
//! an outcome keeps its precision wherever it lies: below the range of doubles the logarithms tell it.
//!
#![doc = include_str!("combinations.md")]

mod agents;
mod binomial;
mod by_failures;
mod chain;
mod dependence;
mod double_double;
mod early_stopping;
#[cfg(test)]
mod enumeration;
mod failures;
mod faults;
mod importance;
mod limit;
mod logarithm;
mod normal;
mod occupancy;
mod plurality;
mod poisson_binomial;
mod quadrature;
mod race;
mod rational;
mod reliability;
mod resampling;
mod scaled;
mod voting;
mod weighted;

use crate::outcome::{Exact, Expected};
use crate::scenario::scheme::KOfN;
use crate::scenario::{Agents, Class, Concurrency, Error, Rates, Rule, Scenario, WrongAnswers};
use agents::Population;
use binomial::Chance;
pub(crate) use dependence::MOST_AGENTS as MOST_CORRELATED_AGENTS;
use double_double::DoubleDouble;
pub use early_stopping::{EarlyStopping, early_stopping};
pub use importance::{Importance, importance};
pub use limit::{Limit, limit};
pub(crate) use race::{MOST_MARGIN, Steps, steps};
pub use rational::{Decimal, RationalOutcome, Reading, assess_rational};
pub(crate) use reliability::Reliability;
pub use resampling::{Resampling, resampling};
use scaled::Scaled;
use voting::Outcomes;
pub use weighted::{WeightGain, weight_gain};

/// Time and memory for agents with different rates grow with their number.
const MOST_DIFFERENT_AGENTS: usize = 10_000_000;

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
    let mut sum = Answer::NONE;
    for class in &classes {
        let share = Scaled::from(class.weight) / total_weight;
        sum = sum.plus(answer(class, scenario)?, share);
    }
    Ok(sum.hand_over(scenario))
}

/// Both sides of the question whether at least k of n agents are correct.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(C ≥ k).
    pub at_least: f64,
    /// P(C < k).
    pub below: f64,
    /// ln P(C ≥ k), right where the probability is below the doubles or rounds to one; −∞ for zero.
    pub ln_at_least: f64,
    /// ln P(C < k), likewise.
    pub ln_below: f64,
}

/// The tails of the number C of correct agents at the threshold `k`, out of `n` independent ones that each fail with rate `f`.
///
/// # Errors
/// `n` outside 1 … 10¹³, `k` outside 1 … `n`, or `f` outside [0, 1].
///
/// ```
/// let tails = kofn::exact::tails(1_000_000_000_000, 0.4, 500_000_000_001)?;
/// assert_eq!(tails.below, 0.0);
/// assert!((tails.ln_below / -2.041_099_7e10 - 1.0).abs() < 1e-7);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn tails(n: u64, f: f64, k: u64) -> Result<Tails, Error> {
    let binomial::Tails { at_least, below } = identical_tails(n, f, k)?;
    Ok(Tails {
        at_least: at_least.to_f64(),
        below: below.to_f64(),
        ln_at_least: at_least.ln_with_complement(below),
        ln_below: below.ln_with_complement(at_least),
    })
}

/// The tails of the number of correct agents, without a scenario unless something is wrong with it.
pub(crate) fn identical_tails(n: u64, f: f64, k: u64) -> Result<binomial::Tails, Error> {
    if !((1..=Scenario::MAX_AGENTS).contains(&n) && (1..=n).contains(&k) && (0.0..=1.0).contains(&f)) {
        Scenario::new(Agents::identical(n, f), KOfN { k })?;
    }
    let correct = Chance { yes: DoubleDouble::sum(1.0, -f).into(), no: f.into() };
    Ok(binomial::tails(n, correct, k))
}

/// The x ≥ 0 such that a standard normal variable is between −x and x with probability `central` in (0, 1).
///
/// ```
/// assert!((kofn::exact::two_sided_normal_quantile(0.95) - 1.959_963_984_540_054).abs() < 1e-15);
/// ```
pub fn two_sided_normal_quantile(central: f64) -> f64 {
    let half = |sum: DoubleDouble| Scaled::from(sum.times_power_of_two(0.5));
    let [no, yes] = [-central, central].map(|central| half(DoubleDouble::sum(1.0, central)));
    normal::quantile(Chance { yes, no }).high
}

/// What the closed forms say of one class of tasks, or of all.
#[derive(Debug, Clone, Copy)]
struct Answer {
    outcomes: Outcomes,
    calls: Scaled,
    validations: Scaled,
}

fn answer(class: &Class<'_>, scenario: &Scenario) -> Result<Answer, Error> {
    if let Rates::Different(rates) = class.rates
        && rates.len() > MOST_DIFFERENT_AGENTS
    {
        let n = rates.len();
        let message = format!(
            "{n} agents with different failure rates are too many for an exact answer; allowed is up to {MOST_DIFFERENT_AGENTS}"
        );
        return Err(Error::refused("agents.failure_rates", message));
    }
    let population = Population::new(class.rates, scenario.failures(), scenario.filter());
    let answers = scenario.failures().wrong_answers;
    let rule = plurality::simplified(&class.rule, &population, answers);
    dependence::answer(&population, &rule, answers, scenario.dependence())
}

/// The answer where the agents fail independently.
fn independent(population: &Population, rule: &Rule, answers: WrongAnswers) -> Result<Answer, Error> {
    let ballot = match rule {
        Rule::Threshold { quorum, checker } => {
            let outcomes = voting::threshold_in_doubles(population, *quorum, *checker, answers);
            Answer::of_vote(population.count(), outcomes)
        }
        // A pipeline raises the outcome of its vote to the power of its attempts, and needs more than a double of it.
        rule => ballot(population, innermost(rule), answers)?,
    };
    Ok(around(rule, ballot))
}

/// What comes of one ballot of independent agents, to more than the precision of a double.
fn ballot(population: &Population, rule: &Rule, answers: WrongAnswers) -> Result<Answer, Error> {
    let vote = |outcomes| Answer::of_vote(population.count(), outcomes);
    match rule {
        Rule::Threshold { quorum, checker } => {
            Ok(vote(voting::threshold(population, *quorum, *checker, answers)))
        }
        Rule::WeightedThreshold(rule) => Ok(vote(weighted::vote(population, rule, answers)?)),
        Rule::MostVotes => Ok(vote(plurality::by_failures(population, answers)?.mean(population))),
        Rule::Faults { unsafe_from, stuck_from } => {
            Ok(vote(faults::outcomes(population, *unsafe_from, *stuck_from)))
        }
        Rule::Race(race) => {
            let race::Ending { outcomes, calls } = race::run(&population.agent(0), *race)?;
            Ok(Answer { outcomes, calls, validations: Scaled::ZERO })
        }
        Rule::Chain(_) => independent(population, rule, answers),
    }
}

type Ballots<'a> = Box<dyn Fn(&Population) -> Result<Answer, Error> + 'a>;

/// Such ballots of the same agents with other chances of failure: what does not depend on those is found once.
fn ballots<'a>(population: &Population, rule: &'a Rule, answers: WrongAnswers) -> Result<Ballots<'a>, Error> {
    if *rule != Rule::MostVotes {
        return Ok(Box::new(move |population| ballot(population, rule, answers)));
    }
    let outcomes = plurality::by_failures(population, answers)?;
    Ok(Box::new(move |population| Ok(Answer::of_vote(population.count(), outcomes.mean(population)))))
}

/// The rule whose outcome pipelines validate: `rule` itself, if it is none.
fn innermost(rule: &Rule) -> &Rule {
    match rule {
        Rule::Chain(chain) => innermost(&chain.generator),
        ballot => ballot,
    }
}

/// What `rule` makes of a ballot by its innermost rule.
fn around(rule: &Rule, ballot: Answer) -> Answer {
    let Rule::Chain(chain) = rule else { return ballot };
    let candidate = around(&chain.generator, ballot);
    let pipeline = chain::pipeline(candidate.outcomes, chain);
    Answer {
        outcomes: pipeline.outcomes,
        calls: candidate.calls * pipeline.attempts,
        validations: candidate.validations * pipeline.attempts + pipeline.attempts,
    }
}

impl Answer {
    const NONE: Self = Self { outcomes: Outcomes::NONE, calls: Scaled::ZERO, validations: Scaled::ZERO };

    /// Of a vote of all agents.
    fn of_vote(agents: u64, outcomes: Outcomes) -> Self {
        Self { outcomes, calls: agents.into(), validations: Scaled::ZERO }
    }

    /// This answer and `share` of another.
    fn plus(self, other: Self, share: Scaled) -> Self {
        Self {
            outcomes: self.outcomes.plus(other.outcomes, share),
            calls: self.calls + other.calls * share,
            validations: self.validations + other.validations * share,
        }
    }

    fn hand_over(self, scenario: &Scenario) -> Exact {
        let Outcomes { correct, abstain, wrong } = self.outcomes;
        let failure = abstain + wrong;
        let effort = Effort::of(self.calls, self.validations, scenario);
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
