//! Whether the data of a scenario are in range and go together. For files and for callers of the library alike.

use super::{
    Agents, Class, ClassRates, Costs, Dependence, Error, Failures, Rates, Scenario, TaskClass, WrongAnswers,
};

/// What a rate or a share may be.
pub(super) const RATE: &str = "a number from 0 to 1";
/// What a number of agents may be.
pub(super) const COUNT: &str = "a whole number from 1 to 10000000000000";
/// What a weight may be.
pub(super) const WEIGHT: &str = "a finite number above 0";
/// What a price or a latency may be.
pub(super) const COST: &str = "a finite number, 0 or more";
/// What a parameter that counts may be: TOML knows no larger integer.
pub(super) const POSITIVE_INTEGER: &str = "a whole number from 1 to 9223372036854775807";
/// How many wrong answers there may be.
pub(super) const WRONG_ANSWERS: &str =
    "\"same\", \"distinct\" or a whole number from 1 to 9223372036854775807";

/// Which models of dependence there are.
pub(super) const MODEL: &str = "\"independent\", \"common-cause\", \"beta-binomial\" or \"gaussian-copula\"";
/// What a correlation may be.
pub(super) const CORRELATION: &str = "a number from 0 to 1, without 1 itself";

/// How far from 1 the shares may sum.
const SHARES_TOLERANCE: f64 = 1e-9;

impl Scenario {
    /// The scenario if all is well with it, −0.0 made 0.0.
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        check_agents(&mut self.agents)?;
        check_validators(&self)?;
        check_failures(&mut self.failures)?;
        for (key, value) in self.scheme.probabilities() {
            probability(value, || format!("scheme.{key}"))?;
        }
        check_parameter(&mut self.dependence)?;
        check_dependence(self.dependence, &self.agents, &self.resolve()?)?;
        if let Some(filter) = &mut self.filter {
            probability(&mut filter.accepts_correct, || "filter.accepts_correct".into())?;
            probability(&mut filter.accepts_wrong, || "filter.accepts_wrong".into())?;
        }
        self.scheme.suits(&self)?;
        let has_validator = self.scheme.has_validator() || self.filter.is_some();
        self.costs.as_mut().map_or(Ok(()), |costs| check_costs(costs, has_validator))?;
        Ok(self)
    }
}

/// A count in a scheme or among wrong answers lies in 1 … 2⁶³ − 1.
pub(super) fn check_positive(key: &str, value: u64, allowed: &str) -> Result<(), Error> {
    let in_range = (1..=i64::MAX as u64).contains(&value);
    if in_range { Ok(()) } else { Err(Error::out_of_range(key, value, allowed)) }
}

fn check_agents(agents: &mut Agents) -> Result<(), Error> {
    match agents {
        Agents::Identical { count, failure_rate } => {
            check_count(*count)?;
            probability(failure_rate, || "agents.failure_rate".into())
        }
        Agents::Different { failure_rates } if failure_rates.is_empty() => {
            Err(Error::out_of_range("agents.failure_rates", "an empty list", "one rate for each agent"))
        }
        Agents::Different { failure_rates } => check_rates(failure_rates, || "agents.failure_rates".into()),
        Agents::ByTask { count, tasks } => {
            check_count(*count)?;
            check_tasks(*count, tasks)
        }
    }
}

fn check_count(count: u64) -> Result<(), Error> {
    if (1..=Scenario::MAX_AGENTS).contains(&count) {
        return Ok(());
    }
    Err(Error::out_of_range("agents.count", count, COUNT))
}

fn check_rates(rates: &mut [f64], key: impl Fn() -> String) -> Result<(), Error> {
    rates
        .iter_mut()
        .enumerate()
        .try_for_each(|(index, rate)| probability(rate, || format!("{}[{index}]", key())))
}

fn check_tasks(count: u64, tasks: &mut [TaskClass]) -> Result<(), Error> {
    if tasks.is_empty() {
        return Err(Error::out_of_range("tasks", "an empty list", "one class of tasks or more"));
    }
    for (index, task) in tasks.iter_mut().enumerate() {
        check_task(count, task, |key| format!("tasks[{index}].{key}"))?;
    }
    if tasks.iter().map(|task| task.weight).sum::<f64>().is_finite() {
        return Ok(());
    }
    Err(Error::conflict(
        "tasks",
        "the weights of tasks sum to more than a double holds; only their ratios matter",
    ))
}

fn check_task(count: u64, task: &mut TaskClass, key: impl Fn(&str) -> String) -> Result<(), Error> {
    if !(task.weight > 0.0 && task.weight.is_finite()) {
        return Err(Error::out_of_range(&key("weight"), format!("{:?}", task.weight), WEIGHT));
    }
    match &mut task.rates {
        ClassRates::Identical(rate) => probability(rate, || key("failure_rate"))?,
        ClassRates::Different(rates) if rates.len() as u64 != count => {
            let (given, allowed) = (counted(rates.len(), "rate"), format!("{count}, one for each agent"));
            return Err(Error::out_of_range(&key("failure_rates"), given, allowed));
        }
        ClassRates::Different(rates) => check_rates(rates, || key("failure_rates"))?,
    }
    match &mut task.validator_failure_rate {
        Some(rate) => probability(rate, || key("validator_failure_rate")),
        None => Ok(()),
    }
}

/// The validator's rate is given in every class or in none, and only where there is a validator.
fn check_validators(scenario: &Scenario) -> Result<(), Error> {
    let Agents::ByTask { tasks, .. } = &scenario.agents else { return Ok(()) };
    let key = |index| format!("tasks[{index}].validator_failure_rate");
    let Some(given) = tasks.iter().position(|task| task.validator_failure_rate.is_some()) else {
        return Ok(());
    };
    if !scenario.scheme.has_validator() {
        let name = scenario.scheme.about().name;
        return Err(Error::conflict(
            &key(given),
            format!("{} has no place here: {name} has no validator", key(given)),
        ));
    }
    match tasks.iter().position(|task| task.validator_failure_rate.is_none()) {
        Some(lacking) => Err(Error::missing(&key(lacking), format!("{RATE}, as in {}", key(given)))),
        None => Ok(()),
    }
}

fn check_failures(failures: &mut Failures) -> Result<(), Error> {
    let Failures { hallucination, corruption, crash, wrong_answers } = failures;
    probability(hallucination, || "failures.hallucination".into())?;
    probability(corruption, || "failures.corruption".into())?;
    probability(crash, || "failures.crash".into())?;
    let sum = *hallucination + *corruption + *crash;
    if (sum - 1.0).abs() > SHARES_TOLERANCE {
        let message = "failures.hallucination, corruption and crash sum to";
        return Err(Error::conflict("failures", format!("{message} {sum:?}; allowed is 1 within 1e-9")));
    }
    match wrong_answers {
        WrongAnswers::Among(answers) => check_positive("failures.wrong_answers", *answers, WRONG_ANSWERS),
        WrongAnswers::Same | WrongAnswers::Distinct => Ok(()),
    }
}

/// The parameter of a model of dependence, for itself.
fn check_parameter(dependence: &mut Dependence) -> Result<(), Error> {
    match dependence {
        Dependence::Independent => Ok(()),
        Dependence::CommonCause { probability: cause } => {
            probability(cause, || "dependence.probability".into())
        }
        Dependence::BetaBinomial { correlation } | Dependence::GaussianCopula { correlation } => {
            if !(0.0..1.0).contains(correlation) {
                let value = format!("{correlation:?}");
                return Err(Error::out_of_range("dependence.correlation", value, CORRELATION));
            }
            *correlation += 0.0;
            Ok(())
        }
    }
}

/// Whether a model of dependence goes with the rates of all classes.
fn check_dependence(dependence: Dependence, agents: &Agents, classes: &[Class<'_>]) -> Result<(), Error> {
    match dependence {
        Dependence::Independent | Dependence::GaussianCopula { .. } => Ok(()),
        Dependence::CommonCause { probability } => {
            let smallest = classes.iter().map(|class| smallest(class.rates)).fold(1.0, f64::min);
            if probability <= smallest {
                return Ok(());
            }
            let allowed = format!("0 to {smallest:?}, the smallest failure rate");
            Err(Error::out_of_range("dependence.probability", format!("{probability:?}"), allowed))
        }
        Dependence::BetaBinomial { .. } => classes.iter().enumerate().try_for_each(|(class, of)| {
            check_equal(of.rates, || match agents {
                Agents::ByTask { .. } => format!("tasks[{class}].failure_rates"),
                Agents::Identical { .. } | Agents::Different { .. } => "agents.failure_rates".into(),
            })
        }),
    }
}

fn smallest(rates: Rates<'_>) -> f64 {
    match rates {
        Rates::Identical { failure_rate, .. } => failure_rate,
        Rates::Different(rates) => rates.iter().copied().fold(1.0, f64::min),
    }
}

/// A beta-binomial draws one rate for all agents.
fn check_equal(rates: Rates<'_>, key: impl Fn() -> String) -> Result<(), Error> {
    let Rates::Different(rates) = rates else { return Ok(()) };
    let Some(other) = rates.iter().position(|rate| *rate != rates[0]) else { return Ok(()) };
    let key = format!("{}[{other}]", key());
    let allowed =
        format!("{:?}, the rate of the first agent: beta-binomial agents have equal rates", rates[0]);
    Err(Error::out_of_range(&key, format!("{:?}", rates[other]), allowed))
}

fn check_costs(costs: &mut Costs, has_validator: bool) -> Result<(), Error> {
    let Costs { call, validation, call_latency, validation_latency, agents: _ } = costs;
    let keys = "call, validation, call_latency, validation_latency";
    if [&*call, validation, call_latency, validation_latency].iter().all(|cost| cost.is_none()) {
        return Err(Error::out_of_range("costs", "without any price or latency", keys));
    }
    check_group([("call", call), ("validation", validation)], true, has_validator)?;
    let timed = call_latency.is_some() || validation_latency.is_some();
    check_group(
        [("call_latency", call_latency), ("validation_latency", validation_latency)],
        timed,
        has_validator,
    )
}

/// The two prices, or the two latencies: where they are `asked` for, the scheme's needs are met.
fn check_group(group: [(&str, &mut Option<f64>); 2], asked: bool, has_validator: bool) -> Result<(), Error> {
    let needed = [true, has_validator];
    for ((key, cost), needed) in group.into_iter().zip(needed) {
        let key = || format!("costs.{key}");
        match cost {
            Some(cost) if *cost >= 0.0 && cost.is_finite() => *cost += 0.0,
            Some(cost) => return Err(Error::out_of_range(&key(), format!("{cost:?}"), COST)),
            None if asked && needed => return Err(Error::missing(&key(), COST)),
            None => {}
        }
    }
    Ok(())
}

/// A probability lies in [0, 1]; −0.0 becomes 0.0.
fn probability(value: &mut f64, key: impl FnOnce() -> String) -> Result<(), Error> {
    if !(0.0..=1.0).contains(value) {
        return Err(Error::out_of_range(&key(), format!("{value:?}"), RATE));
    }
    *value += 0.0;
    Ok(())
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("a list of 1 {what}") } else { format!("a list of {count} {what}s") }
}
