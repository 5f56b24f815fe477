//! A scenario in a few words, as the heading of an answer.

use super::phi::Phi;
use crate::escape::escape;
use crate::outcome::Interval;
use crate::scenario::scheme::{Scheme, Weights};
use crate::scenario::{Agents, ClassRates, Dependence, Failures, Scenario, WrongAnswers};

/// Returns a scenario in a few words, one line for each part of it, the scheme and the agents first.
pub fn describe(scenario: &Scenario) -> Vec<String> {
    let mut lines = vec![format!("{}, {}", scenario.scheme(), agents(scenario))];
    if let Agents::ByTask { tasks, .. } = scenario.agents() {
        let total: f64 = tasks.iter().map(|task| task.weight).sum();
        lines.extend(tasks.iter().map(|task| {
            let validator = task.validator_failure_rate;
            let validator =
                validator.map_or(String::new(), |rate| format!(", validator failure rate {rate}"));
            let rates = match &task.rates {
                ClassRates::Identical(rate) => format!("failure rate {rate}"),
                ClassRates::Different(rates) => different(scenario, rates),
            };
            format!("{:.4} % of tasks: {rates}{validator}", 100.0 * (task.weight / total))
        }));
    }
    lines.extend(weights(scenario));
    if *scenario.failures() != Failures::default() {
        lines.push(failures(scenario.failures()));
    }
    if let Some(dependence) = dependence(scenario) {
        lines.push(dependence);
    }
    if let Some(repeats) = scenario.repeats() {
        lines.push(format!("repeated calls of one agent: failures have correlation {}", number(repeats)));
    }
    if let Some(filter) = scenario.filter() {
        lines.push(format!(
            "filter: accepts correct {}, accepts wrong {}",
            filter.accepts_correct, filter.accepts_wrong
        ));
    }
    lines
}

fn dependence(scenario: &Scenario) -> Option<String> {
    let dependence = scenario.dependence();
    let (key, value) = dependence.parameter()?;
    let phi = Phi::of(scenario);
    let with_phi =
        |range: Option<Interval>| range.map_or(String::new(), |range| format!(" ({})", phi_text(range)));
    let (model, between) = (dependence.model(), with_phi(phi.map(|phi| phi.correlation)));
    let Some((groups, within)) = dependence.groups() else {
        return Some(format!("dependence: {model}, {key} {value}{between}"));
    };
    let inside = with_phi(phi.and_then(|phi| phi.within));
    let sizes = listed(groups.iter().map(u64::to_string));
    Some(format!(
        "dependence: {model}, {key} {value}{between} between groups, {within}{inside} within; group sizes {sizes}"
    ))
}

/// The correlation of failures that a latent one amounts to: "φ 0.16", "φ 0.12 to 0.16".
fn phi_text(Interval { low, high }: Interval) -> String {
    let [low, high] = [low, high].map(|phi| match phi {
        0.0 => "0".into(),
        phi if phi < 0.01 => format!("{phi:.1e}"),
        phi => format!("{phi:.2}"),
    });
    if low == high { format!("φ {low}") } else { format!("φ {low} to {high}") }
}

/// Returns what a scenario's answer assumes of repeated calls of one agent on one task; `None` where calls are not
/// repeated, or the scenario says how they are correlated.
///
/// ```
/// use kofn::answers::assumption;
/// use kofn::scenario::{Agents, Scenario, scheme::AheadBy};
/// let race = Scenario::new(Agents::identical(1, 0.2), AheadBy::new(3))?;
/// assert!(assumption(&race).is_some_and(|said| said.starts_with("Assumes that repeated calls of one agent")));
/// assert_eq!(assumption(&race.to_builder().repeats(0.0).build()?), None);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn assumption(scenario: &Scenario) -> Option<&'static str> {
    let is_said = scenario.repeats().is_some() || !scenario.scheme().repeats_calls();
    let dependence = scenario.dependence();
    (!is_said).then(|| match dependence.is_independent() {
        _ if dependence.groups().is_some() => {
            "Assumes that repeated calls of one agent on one task are only as correlated as calls of agents of one group \
             (set dependence.repeats)."
        }
        true => "Assumes that repeated calls of one agent on one task are independent (dependence.repeats = 0).",
        false => {
            "Assumes that repeated calls of one agent on one task are only as correlated as calls of different agents \
             (set dependence.repeats)."
        }
    })
}

fn agents(scenario: &Scenario) -> String {
    let many = |count: u64| if count == 1 { "1 agent".into() } else { format!("{count} agents") };
    match scenario.agents() {
        Agents::Identical { count, failure_rate } => {
            format!("{}, failure rate {}{}", many(*count), number(*failure_rate), names(scenario))
        }
        Agents::Different { failure_rates } => {
            format!("{}, {}", many(failure_rates.len() as u64), different(scenario, failure_rates))
        }
        Agents::ByTask { count, tasks } => {
            let classes = if tasks.len() == 1 { "class" } else { "classes" };
            format!("{}, {} {classes} of tasks{}", many(*count), tasks.len(), names(scenario))
        }
    }
}

/// The weight of each agent, where agents have names and weights.
fn weights(scenario: &Scenario) -> Option<String> {
    let (Scheme::Weighted(weighted), Some(names)) = (scenario.scheme(), scenario.names()) else {
        return None;
    };
    let listed_weights = weighted.listed(scenario.classes().first()?.rates).ok()?;
    let Weights::Listed(weights) = listed_weights.weights else { return None };
    let of = |(name, weight): (&String, f64)| format!("{} {weight}", escape(name));
    Some(format!("weights: {}", listed(names.iter().zip(weights).map(of))))
}

/// A number in few characters, however small.
pub(super) fn number(number: f64) -> String {
    if number > 0.0 && number < 1e-6 { format!("{number:e}") } else { number.to_string() }
}

/// How many rates, names or sizes are listed.
const SHOWN: usize = 9;

/// The names of agents, after a comma, where they have names.
fn names(scenario: &Scenario) -> String {
    let Some(names) = scenario.names() else { return String::new() };
    format!(": {}", listed(names.iter().map(|name| escape(name).into_owned())))
}

fn different(scenario: &Scenario, rates: &[f64]) -> String {
    let named = |(agent, rate): (usize, &f64)| match scenario.names() {
        Some(names) => format!("{} {}", escape(&names[agent]), number(*rate)),
        None => number(*rate),
    };
    format!("failure rates {}", listed(rates.iter().enumerate().map(named)))
}

/// The first of them, separated by commas.
fn listed(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = if items.len() > SHOWN { ", …" } else { "" };
    let shown: Vec<String> = items.take(SHOWN).collect();
    format!("{}{more}", shown.join(", "))
}

fn failures(failures: &Failures) -> String {
    let answers = match failures.wrong_answers {
        WrongAnswers::Same => "the same wrong answer".into(),
        WrongAnswers::Distinct => "distinct wrong answers".into(),
        WrongAnswers::Among(count) => format!("one of {count} wrong answers"),
        WrongAnswers::Open { collision, discount: 0.0 } => {
            format!("two wrong agents agree with probability {collision}")
        }
        WrongAnswers::Open { collision, discount } => {
            format!("two wrong agents agree with probability {collision}, discount {discount}")
        }
        WrongAnswers::Unequal { answers, collision } => {
            format!("{answers} wrong answers, two wrong agents agree with probability {collision}")
        }
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
