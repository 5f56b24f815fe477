//! What the schemes that call one agent again and again have in common.

use super::{Setting, one_agent};
use crate::scenario::check::{POSITIVE_INTEGER, check_positive};
use crate::scenario::{Dependence, Error, Goal, Race, Rates, Rule, Scenario, WrongAnswers};

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
    if max_calls.is_some() {
        return Ok(());
    }
    let (votes_correct, votes_wrong) = scenario
        .filter()
        .map_or((true, true), |filter| (filter.accepts_correct > 0.0, filter.accepts_wrong > 0.0));
    let wrong_vote = failures.hallucination > 0.0 && votes_wrong;
    let all_may_fail =
        matches!(scenario.dependence(), Dependence::CommonCause { probability } if probability > 0.0);
    let may_vote = |rate: f64| wrong_vote && rate > 0.0 || votes_correct && rate < 1.0;
    let votes = scenario.classes().iter().all(|class| match class.rates {
        Rates::Identical { failure_rate, .. } => may_vote(failure_rate),
        Rates::Different(rates) => rates.iter().all(|rate| may_vote(*rate)),
    });
    if votes && (wrong_vote || !all_may_fail) {
        return Ok(());
    }
    Err(Error::missing(
        "scheme.max_calls",
        format!("{POSITIVE_INTEGER}, because here the agent may never vote, and {name} would never end"),
    ))
}
