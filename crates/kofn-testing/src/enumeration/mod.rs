//! Every scheme by name, as a plain loop over all patterns of answers, all paths of a pipeline, all calls of a race and
//! all stages of a cascade.
//!
//! Written from the definitions alone: nothing here calls `Scheme::rule` or an engine.

mod answers;
mod ballots;
mod cascade;
mod pipeline;
mod race;
mod votes;

use crate::fraction::Fraction;
use crate::truth::Truth;
use ballots::{Answering, Past, complement};
use kofn::outcome::Outcome;
use kofn::scenario::scheme::Scheme;
use kofn::scenario::{Agents, ClassRates, Concurrency, Dependence, PerAgent, Scenario, TaskClass};
use std::ops::Range;

/// A class of tasks, in exact numbers.
struct Class {
    share: Fraction,
    failure_rates: Vec<Fraction>,
    /// Correlation of the agents' failures through a shared rate.
    correlation: Fraction,
    validator_failure_rate: Option<f64>,
}

impl Past {
    /// Adds calls, and how many of them failed, where later calls of the class depend on that.
    fn and(self, class: &Class, calls: usize, failed: usize) -> Self {
        if class.correlation.is_zero() {
            return self;
        }
        Self { calls: self.calls + calls, failed: self.failed + failed }
    }
}

/// One result of a vote or race.
struct Written {
    outcome: Outcome,
    /// All calls on the task so far.
    past: Past,
    probability: Fraction,
    /// Expected number of its calls, times the indicator of this result.
    calls: Fraction,
}

/// Probabilities of the three outcomes, and expected numbers of attempts and calls.
struct Ending {
    correct: Fraction,
    abstain: Fraction,
    wrong: Fraction,
    attempts: Fraction,
    /// Of the agents of each team: see [`cascade::teams`].
    calls: Vec<Fraction>,
}

impl Ending {
    fn none(teams: usize) -> Self {
        let [correct, abstain, wrong, attempts] = [(); 4].map(|()| Fraction::zero());
        Self { correct, abstain, wrong, attempts, calls: vec![Fraction::zero(); teams] }
    }

    fn add(&mut self, outcome: Outcome, probability: Fraction) {
        *match outcome {
            Outcome::Correct => &mut self.correct,
            Outcome::Abstain => &mut self.abstain,
            Outcome::Wrong => &mut self.wrong,
        } += probability;
    }

    fn add_share(&mut self, share: &Fraction, other: &Self) {
        self.correct += share * &other.correct;
        self.abstain += share * &other.abstain;
        self.wrong += share * &other.wrong;
        self.attempts += share * &other.attempts;
        for (sum, calls) in self.calls.iter_mut().zip(&other.calls) {
            *sum += share * calls;
        }
    }
}

/// Returns the true answer to a scenario, by enumeration.
pub fn enumerate(scenario: &Scenario) -> Truth {
    let answering = Answering { failures: scenario.failures(), filter: scenario.filter() };
    let weights = votes::weights(scenario.scheme(), scenario.agents());
    let teams = cascade::teams(scenario.scheme(), scenario.agents().count() as usize);
    let mut sum = Ending::none(teams.len());
    let depending = |class| by_dependence(class, scenario.dependence());
    for class in classes(scenario.agents()).into_iter().flat_map(depending) {
        let ending = match scenario.scheme() {
            Scheme::Validated(pipeline) => pipeline::validated(pipeline, &weights, &class, answering),
            Scheme::Cascade(stages) => cascade::cascade(stages, scenario.agents(), &class, answering),
            scheme => once(scheme, &weights, &class, answering),
        };
        sum.add_share(&class.share, &ending);
    }
    priced(scenario, &teams, sum)
}

/// Result of a system that consists of one vote or race.
fn once(scheme: &Scheme, weights: &[u128], class: &Class, answering: Answering<'_>) -> Ending {
    let mut ending = Ending { attempts: one(), ..Ending::none(1) };
    for Written { outcome, probability, calls, .. } in
        written(scheme, weights, class, answering, Past::default())
    {
        ending.add(outcome, probability);
        ending.calls[0] += calls;
    }
    ending
}

/// Every result of one vote or race after these earlier calls.
fn written(
    scheme: &Scheme,
    weights: &[u128],
    class: &Class,
    answering: Answering<'_>,
    past: Past,
) -> Vec<Written> {
    match race::max_calls(scheme) {
        Some(max_calls) => race::run(scheme, max_calls, class, answering, past),
        None => votes::voted(scheme, weights, class, answering, past),
    }
}

/// A validator validates every attempt, a filter every call. Parallel agents take the time of the slowest and their
/// filters the time of one; the calls of a race, the attempts of a pipeline and the stages of a cascade are sequential.
fn priced(scenario: &Scenario, teams: &[Range<usize>], ending: Ending) -> Truth {
    let Ending { correct, abstain, wrong, attempts, calls: of_teams } = ending;
    let calls: Fraction = of_teams.iter().cloned().sum();
    let has_validator = matches!(scenario.scheme(), Scheme::Validated(_));
    let validated = if has_validator { attempts } else { Fraction::zero() };
    let is_filtered = scenario.filter().is_some();
    let filtered = if is_filtered { calls.clone() } else { Fraction::zero() };
    let validations: Fraction = [validated.clone(), filtered].into_iter().sum();
    let price = |times: &Fraction, price: Option<f64>| match price {
        Some(price) => times * &Fraction::from_double(price),
        None if times.is_zero() => Fraction::zero(),
        None => panic!("this grid gives every price"),
    };
    // A team is called together, so that each of its agents is called as often as the others.
    let rounds = |team: &Range<usize>, calls: &Fraction| calls / &Fraction::new(team.len(), 1);
    let each = |prices: &Option<PerAgent>, team: &Range<usize>| -> Vec<Fraction> {
        let prices = prices.as_ref().expect("this grid gives every price");
        let of = |agent| Fraction::from_double(prices.of(agent).expect("a price for each agent"));
        team.clone().map(of).collect()
    };
    let cost = scenario.costs().map(|costs| {
        let of_team = |(team, calls)| &rounds(team, calls) * &each(&costs.call, team).into_iter().sum();
        let of_calls = teams.iter().zip(&of_teams).map(of_team).sum();
        [of_calls, price(&validations, costs.validation)].into_iter().sum()
    });
    let latency = scenario.costs().map(|costs| {
        let is_sequential = costs.agents == Concurrency::Sequential;
        let of_team = |(team, calls)| {
            let latencies = each(&costs.call_latency, team);
            let of_round = match is_sequential {
                true => latencies.into_iter().sum(),
                false => latencies.into_iter().reduce(Fraction::larger).expect("an agent"),
            };
            let rounds = rounds(team, calls);
            let checks = match (is_filtered, is_sequential) {
                (false, _) => Fraction::zero(),
                (true, true) => calls.clone(),
                (true, false) => rounds.clone(),
            };
            [&rounds * &of_round, price(&checks, costs.validation_latency)].into_iter().sum()
        };
        let of_teams: Fraction = teams.iter().zip(&of_teams).map(of_team).sum();
        [of_teams, price(&validated, costs.validation_latency)].into_iter().sum()
    });
    Truth { correct, abstain, wrong, calls, validations, cost, latency }
}

/// Splits a class by the shared draw: a common cause gives one part in which all agents fail, and one in which they
/// fail with their remaining rates.
fn by_dependence(class: Class, dependence: &Dependence) -> Vec<Class> {
    match *dependence {
        Dependence::Independent => vec![class],
        Dependence::GaussianCopula { correlation: 0.0 } => vec![class],
        Dependence::BetaBinomial { correlation } => {
            vec![Class { correlation: Fraction::from_double(correlation), ..class }]
        }
        Dependence::CommonCause { probability } => {
            let strikes = Fraction::from_double(probability);
            let spares = complement(&strikes);
            let left = |rate: &Fraction| &rate.distance(&strikes) / &spares;
            let of = |share: &Fraction, failure_rates| Class {
                share: &class.share * share,
                failure_rates,
                correlation: Fraction::zero(),
                validator_failure_rate: class.validator_failure_rate,
            };
            let all_fail = of(&strikes, vec![one(); class.failure_rates.len()]);
            if spares.is_zero() {
                return vec![all_fail];
            }
            vec![all_fail, of(&spares, class.failure_rates.iter().map(left).collect())]
        }
        ref other => unimplemented!("a dependence that the oracle does not know: {other:?}"),
    }
}

fn classes(agents: &Agents) -> Vec<Class> {
    let equal = |count: u64, rate: f64| vec![Fraction::from_double(rate); count as usize];
    let each = |rates: &[f64]| rates.iter().map(|&rate| Fraction::from_double(rate)).collect();
    let class = |share, failure_rates, validator_failure_rate| Class {
        share,
        failure_rates,
        correlation: Fraction::zero(),
        validator_failure_rate,
    };
    match agents {
        Agents::Identical { count, failure_rate } => vec![class(one(), equal(*count, *failure_rate), None)],
        Agents::Different { failure_rates } => vec![class(one(), each(failure_rates), None)],
        Agents::ByTask { count, tasks } => {
            let total: Fraction = tasks.iter().map(|task| Fraction::from_double(task.weight)).sum();
            let of = |task: &TaskClass| {
                let rates = match &task.rates {
                    ClassRates::Identical(rate) => equal(*count, *rate),
                    ClassRates::Different(rates) => each(rates),
                };
                class(&Fraction::from_double(task.weight) / &total, rates, task.validator_failure_rate)
            };
            tasks.iter().map(of).collect()
        }
    }
}

fn one() -> Fraction {
    Fraction::new(1, 1)
}
