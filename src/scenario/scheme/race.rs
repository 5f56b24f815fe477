//! What the schemes that call one agent again and again have in common.

use super::{Setting, one_agent};
use crate::scenario::check::{POSITIVE_INTEGER, check_positive};
use crate::scenario::{Dependence, Error, Filter, Goal, Race, Rates, Rule, Scenario, WrongAnswers};

/// The race of `name` towards `goal`.
pub(super) fn race(
    name: &str,
    goal: Goal,
    max_calls: Option<u64>,
    setting: Setting<'_>,
) -> Result<Rule, Error> {
    one_agent(name, setting)?;
    if let Some(max_calls) = max_calls {
        check_positive("scheme.max_calls", max_calls, POSITIVE_INTEGER)?;
    }
    Ok(Rule::Race(Race { goal, max_calls }))
}

/// There is one wrong answer, and without `max_calls` the agent votes some time, whatever happens to it.
pub(super) fn suits(name: &str, max_calls: Option<u64>, scenario: &Scenario) -> Result<(), Error> {
    let failures = scenario.failures();
    match failures.wrong_answers {
        WrongAnswers::Same | WrongAnswers::Among(1) => {}
        WrongAnswers::Distinct | WrongAnswers::Among(_) => {
            let message = format!("\"same\" (or 1), because {name} knows one wrong answer");
            let given = match failures.wrong_answers {
                WrongAnswers::Among(answers) => answers.to_string(),
                _ => "\"distinct\"".into(),
            };
            return Err(Error::out_of_range("failures.wrong_answers", given, message));
        }
    }
    if max_calls.is_some() || votes_some_time(scenario) {
        return Ok(());
    }
    Err(Error::missing(
        "scheme.max_calls",
        format!("{POSITIVE_INTEGER}, because here the agent may never vote, and {name} would never end"),
    ))
}

/// Whether the agent, called often enough, casts a vote: in every class, and whether or not a common cause strikes.
fn votes_some_time(scenario: &Scenario) -> bool {
    let accepts = |rate: fn(&Filter) -> f64| scenario.filter().is_none_or(|filter| rate(&filter) > 0.0);
    let correct_votes = accepts(|filter| filter.accepts_correct);
    let wrong_votes = scenario.failures().hallucination > 0.0 && accepts(|filter| filter.accepts_wrong);
    let cause = match scenario.dependence() {
        Dependence::CommonCause { probability } => probability,
        _ => 0.0,
    };
    // What the cause spares fails with (f − c)/(1 − c), which is 0 where f is c.
    let spared_votes = |rate: f64| wrong_votes && rate > cause || correct_votes && rate < 1.0;
    let struck = cause == 0.0 || wrong_votes;
    let spared = cause == 1.0
        || scenario.classes().iter().all(|class| match class.rates {
            Rates::Identical { failure_rate, .. } => spared_votes(failure_rate),
            Rates::Different(rates) => rates.iter().all(|rate| spared_votes(*rate)),
        });
    struck && spared
}
