//! Checks that the data of a scenario are in range and go together, for files and for callers of the library alike.

use super::dependence::check_correlation;
use super::failures::COLLISION_TOLERANCE;
use super::keys::{COLLISION, DISCOUNT, NAME, WRONG_ANSWERS};
use super::range::{
    COST, COST_PER_AGENT, COUNT, POSITIVE_INTEGER, RATE, WEIGHT, check_positive, check_probability, list_of,
};
use super::scheme::Surroundings;
use super::{
    Agents, ClassRates, Costs, Dependence, Error, Failures, PerAgent, Scenario, TaskClass, WrongAnswers,
};
use crate::escape::escape;
use std::collections::HashMap;

/// How far from 1 the shares may sum.
const SHARES_TOLERANCE: f64 = 1e-9;

impl Scenario {
    /// Returns the scenario if it is valid, with 0.0 for −0.0.
    pub(super) fn checked(mut self) -> Result<Self, Error> {
        check_agents(&mut self.agents)?;
        check_names(&self)?;
        check_validators(&self)?;
        check_failures(&mut self.failures)?;
        for (key, value) in self.scheme.meaning_mut().probabilities() {
            check_probability(value, || format!("scheme.{key}"))?;
        }
        self.dependence.check()?;
        check_repeats(&mut self)?;
        if let Some(filter) = &mut self.filter {
            check_probability(&mut filter.accepts_correct, || "filter.accepts_correct".into())?;
            check_probability(&mut filter.accepts_wrong, || "filter.accepts_wrong".into())?;
        }
        let classes = self.resolve()?;
        self.dependence.suits(&self.agents, &classes)?;
        let Self { failures, dependence, filter, .. } = &self;
        self.scheme.meaning().suits(&Surroundings {
            classes: &classes,
            failures,
            dependence,
            filter: *filter,
        })?;
        let has_validator = self.scheme.meaning().has_validator() || self.filter.is_some();
        let agents = self.agents.count();
        self.costs.as_mut().map_or(Ok(()), |costs| check_costs(costs, agents, has_validator))?;
        Ok(self)
    }
}

fn check_agents(agents: &mut Agents) -> Result<(), Error> {
    match agents {
        Agents::Identical { count, failure_rate } => {
            check_count(*count)?;
            check_probability(failure_rate, || "agents.failure_rate".into())
        }
        Agents::Different { failure_rates } if failure_rates.is_empty() => Err(Error::out_of_range(
            "agents.failure_rates",
            "an empty list",
            "a list of one rate for each agent",
        )),
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
        .try_for_each(|(index, rate)| check_probability(rate, || format!("{}[{index}]", key())))
}

fn check_tasks(count: u64, tasks: &mut [TaskClass]) -> Result<(), Error> {
    if tasks.is_empty() {
        return Err(Error::out_of_range("tasks", "an empty list", "a list of one class of tasks or more"));
    }
    for (index, task) in tasks.iter_mut().enumerate() {
        check_task(count, task, |key| format!("tasks[{index}].{key}"))?;
    }
    if tasks.iter().map(|task| task.weight).sum::<f64>().is_finite() {
        return Ok(());
    }
    Err(Error::conflict("tasks", "the weights of tasks must have a finite sum: only their ratios matter"))
}

fn check_task(count: u64, task: &mut TaskClass, key: impl Fn(&str) -> String) -> Result<(), Error> {
    if !(task.weight > 0.0 && task.weight.is_finite()) {
        return Err(Error::out_of_range(&key("weight"), format!("{:?}", task.weight), WEIGHT));
    }
    match &mut task.rates {
        ClassRates::Identical(rate) => check_probability(rate, || key("failure_rate"))?,
        ClassRates::Different(rates) if rates.len() as u64 != count => {
            let (given, allowed) =
                (list_of(rates.len(), "rate"), format!("a list of {count}, one for each agent"));
            return Err(Error::out_of_range(&key("failure_rates"), given, allowed));
        }
        ClassRates::Different(rates) => check_rates(rates, || key("failure_rates"))?,
    }
    match &mut task.validator_failure_rate {
        Some(rate) => check_probability(rate, || key("validator_failure_rate")),
        None => Ok(()),
    }
}

/// Checks that the validator's rate is given in every class or in none, and only where there is a validator.
fn check_validators(scenario: &Scenario) -> Result<(), Error> {
    let Agents::ByTask { tasks, .. } = &scenario.agents else { return Ok(()) };
    let key = |index| format!("tasks[{index}].validator_failure_rate");
    let Some(given) = tasks.iter().position(|task| task.validator_failure_rate.is_some()) else {
        return Ok(());
    };
    if !scenario.scheme.meaning().has_validator() {
        let name = scenario.scheme.about().name;
        return Err(Error::conflict(
            &key(given),
            format!("{} cannot be combined with {name}, which has no validator", key(given)),
        ));
    }
    match tasks.iter().position(|task| task.validator_failure_rate.is_none()) {
        Some(lacking) => Err(Error::missing(&key(lacking), format!("{RATE}, as in {}", key(given)))),
        None => Ok(()),
    }
}

fn check_failures(failures: &mut Failures) -> Result<(), Error> {
    let Failures { hallucination, corruption, crash, wrong_answers } = failures;
    check_probability(hallucination, || "failures.hallucination".into())?;
    check_probability(corruption, || "failures.corruption".into())?;
    check_probability(crash, || "failures.crash".into())?;
    let sum = *hallucination + *corruption + *crash;
    if (sum - 1.0).abs() > SHARES_TOLERANCE {
        let message =
            format!("failures.hallucination, corruption and crash must sum to 1 within 1e-9, got {sum:?}");
        return Err(Error::conflict("failures", message));
    }
    check_wrong_answers(wrong_answers)
}

fn check_wrong_answers(law: &mut WrongAnswers) -> Result<(), Error> {
    let check_collision = |collision: f64, least: f64, allowed: &str| {
        if collision > 0.0 && collision >= least && collision <= 1.0 {
            return Ok(());
        }
        Err(Error::out_of_range("failures.wrong_answers.collision", collision, allowed))
    };
    match law {
        WrongAnswers::Same | WrongAnswers::Distinct => Ok(()),
        WrongAnswers::Among(answers) => check_positive("failures.wrong_answers", *answers, WRONG_ANSWERS),
        WrongAnswers::Open { collision, discount } => {
            check_collision(*collision, 0.0, COLLISION)?;
            *discount += 0.0;
            if (0.0..1.0).contains(discount) {
                return Ok(());
            }
            Err(Error::out_of_range("failures.wrong_answers.discount", *discount, DISCOUNT))
        }
        WrongAnswers::Unequal { answers, collision } => {
            check_positive("failures.wrong_answers.answers", *answers, POSITIVE_INTEGER)?;
            check_collision(*collision, 0.0, COLLISION)?;
            let least = 1.0 / *answers as f64;
            let allowed = format!(
                "from {least} to 1, because with {answers} wrong answers two wrong agents agree at least so often"
            );
            check_collision(*collision, least - COLLISION_TOLERANCE, &allowed)
        }
    }
}

fn check_costs(costs: &mut Costs, agents: u64, has_validator: bool) -> Result<(), Error> {
    let Costs { call, validation, call_latency, validation_latency, agents: _ } = costs;
    let some = "a table with call, validation, call_latency or validation_latency";
    let timed = call_latency.is_some() || validation_latency.is_some();
    if call.is_none() && validation.is_none() && !timed {
        return Err(Error::out_of_range("costs", "none of them", some));
    }
    check_per_agent("costs.call", call, agents)?;
    check_cost("costs.validation", validation, has_validator)?;
    if timed {
        check_per_agent("costs.call_latency", call_latency, agents)?;
        check_cost("costs.validation_latency", validation_latency, has_validator)?;
    }
    Ok(())
}

/// Checks a price or latency of calls, which is needed: one for all agents, or one for each.
fn check_per_agent(key: &str, costs: &mut Option<PerAgent>, agents: u64) -> Result<(), Error> {
    let Some(costs) = costs else { return Err(Error::missing(key, COST_PER_AGENT)) };
    if let PerAgent::Each(values) = costs
        && values.len() as u64 != agents
    {
        let allowed = format!("one number, or a list of {agents}, one for each agent");
        return Err(Error::out_of_range(key, list_of(values.len(), "number"), allowed));
    }
    costs.values_mut().into_iter().try_for_each(|(place, value)| check_value(&format!("{key}{place}"), value))
}

/// Checks a price or latency of validations: it is given where it is `needed`.
fn check_cost(key: &str, cost: &mut Option<f64>, needed: bool) -> Result<(), Error> {
    match cost {
        Some(cost) => check_value(key, cost),
        None if needed => Err(Error::missing(key, COST)),
        None => Ok(()),
    }
}

fn check_value(key: &str, cost: &mut f64) -> Result<(), Error> {
    if !(*cost >= 0.0 && cost.is_finite()) {
        return Err(Error::out_of_range(key, format!("{cost:?}"), COST));
    }
    *cost += 0.0;
    Ok(())
}

/// Checks that there is one name for each agent, and that no two agents have the same.
fn check_names(scenario: &Scenario) -> Result<(), Error> {
    let Some(names) = &scenario.names else { return Ok(()) };
    let agents = scenario.agents.count();
    if names.len() as u64 != agents {
        let allowed = format!("a list of {agents}, one for each agent");
        return Err(Error::out_of_range("agents.names", list_of(names.len(), "name"), allowed));
    }
    let mut first = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        let key = format!("agents.names[{place}]");
        if name.trim().is_empty() {
            return Err(Error::out_of_range(&key, format!("{name:?}"), NAME));
        }
        if let Some(other) = first.insert(name, place) {
            let allowed = format!("different from agents.names[{other}]");
            return Err(Error::out_of_range(&key, format!("{:?}", escape(name)), allowed));
        }
    }
    Ok(())
}

/// Checks the correlation of repeated calls, which is the only one where there is one agent.
fn check_repeats(scenario: &mut Scenario) -> Result<(), Error> {
    let Some(repeats) = &mut scenario.repeats else { return Ok(()) };
    check_correlation("dependence.repeats", repeats)?;
    let correlated =
        scenario.dependence.parameter().filter(|(key, value)| *key == "correlation" && *value > 0.0);
    if correlated.is_some() && scenario.agents.count() == 1 {
        return Err(Error::conflict(
            "dependence.repeats",
            "dependence.repeats cannot be combined with dependence.correlation for one agent, whose calls have one \
             correlation: remove one of them",
        ));
    }
    if let Dependence::BetaBinomial { correlation } = scenario.dependence
        && *repeats < correlation
    {
        let allowed = format!("at least {correlation:?}, which is dependence.correlation, and below 1");
        return Err(Error::out_of_range("dependence.repeats", format!("{repeats:?}"), allowed));
    }
    Ok(())
}
