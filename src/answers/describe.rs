//! A scenario in a few words, as the heading of an answer.

use crate::scenario::{Agents, ClassRates, Dependence, Failures, Scenario, WrongAnswers};

/// Returns a scenario in a few words, one line for each part of it, the scheme and the agents first.
pub fn describe(scenario: &Scenario) -> Vec<String> {
    let mut lines = vec![format!("{}, {}", scenario.scheme(), agents(scenario.agents()))];
    if let Agents::ByTask { tasks, .. } = scenario.agents() {
        let total: f64 = tasks.iter().map(|task| task.weight).sum();
        lines.extend(tasks.iter().map(|task| {
            let validator = task.validator_failure_rate;
            let validator =
                validator.map_or(String::new(), |rate| format!(", validator failure rate {rate}"));
            let rates = match &task.rates {
                ClassRates::Identical(rate) => format!("failure rate {rate}"),
                ClassRates::Different(rates) => different(rates),
            };
            format!("{:.4} % of tasks: {rates}{validator}", 100.0 * (task.weight / total))
        }));
    }
    if *scenario.failures() != Failures::default() {
        lines.push(failures(scenario.failures()));
    }
    if let Some(dependence) = dependence(scenario.dependence()) {
        lines.push(dependence);
    }
    if let Some(filter) = scenario.filter() {
        lines.push(format!(
            "filter: accepts correct {}, accepts wrong {}",
            filter.accepts_correct, filter.accepts_wrong
        ));
    }
    lines
}

fn dependence(dependence: &Dependence) -> Option<String> {
    let (key, value) = dependence.parameter()?;
    Some(format!("dependence: {}, {key} {value}", dependence.model()))
}

fn agents(agents: &Agents) -> String {
    let many = |count: u64| if count == 1 { "1 agent".into() } else { format!("{count} agents") };
    match agents {
        Agents::Identical { count, failure_rate } => format!("{}, failure rate {failure_rate}", many(*count)),
        Agents::Different { failure_rates } => {
            format!("{}, {}", many(failure_rates.len() as u64), different(failure_rates))
        }
        Agents::ByTask { count, tasks } => format!("{}, {} classes of tasks", many(*count), tasks.len()),
    }
}

fn different(rates: &[f64]) -> String {
    const SHOWN: usize = 9;
    let shown: Vec<String> = rates.iter().take(SHOWN).map(f64::to_string).collect();
    let more = if rates.len() > SHOWN { " …" } else { "" };
    format!("failure rates {}{more}", shown.join(" "))
}

fn failures(failures: &Failures) -> String {
    let answers = match failures.wrong_answers {
        WrongAnswers::Same => "the same wrong answer".into(),
        WrongAnswers::Distinct => "distinct wrong answers".into(),
        WrongAnswers::Among(count) => format!("one of {count} wrong answers"),
    };
    format!(
        "failures: hallucination {}, corruption {}, crash {}; {answers}",
        failures.hallucination, failures.corruption, failures.crash
    )
}

/// Returns what limits the reliability of a vote as agents are added, in words.
pub fn limiting_factor(scenario: &Scenario) -> &'static str {
    match scenario.dependence() {
        Dependence::CommonCause { .. } => "a common cause",
        Dependence::BetaBinomial { .. }
        | Dependence::GaussianCopula { .. }
        | Dependence::GroupedCopula { .. } => "correlation",
        Dependence::Independent if matches!(scenario.agents(), Agents::ByTask { .. }) => "hard tasks",
        Dependence::Independent if scenario.filter().is_some() => "the filter",
        Dependence::Independent => "the failure rate",
    }
}
