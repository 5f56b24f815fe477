//! What the schemes have in common that call one agent repeatedly.

use super::definition::{Definition, Meaning, Parameter, Setting, Surroundings, one_agent};
use crate::scenario::range::{POSITIVE_INTEGER, check_positive};
use crate::scenario::{Error, Filter, Goal, Key, Race, Rates, Rule, WrongAnswers};

/// The maximum number of calls, where it may be left out.
pub(super) const MAX_CALLS: Key = Key::optional(
    "max_calls",
    POSITIVE_INTEGER,
    "as many calls as it takes",
    "maximum number of calls; then abstain",
);

/// A scheme that calls one agent until its votes decide.
pub(super) trait Racing: Definition {
    /// Returns the key and the value of the parameter that decides.
    fn decides(&self) -> (&'static str, Parameter);

    /// Returns what decides, after checking it.
    fn goal(&self) -> Result<Goal, Error>;

    /// Returns the maximum number of calls, if there is one.
    fn max_calls(&self) -> Option<u64>;
}

impl<T: Racing> Meaning for T {
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let max_calls = self.max_calls().map(|calls| ("max_calls", Parameter::Integer(calls)));
        [self.decides()].into_iter().chain(max_calls).collect()
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        let (goal, max_calls) = (self.goal()?, self.max_calls());
        one_agent(Self::ABOUT.name, setting)?;
        if let Some(max_calls) = max_calls {
            check_positive("scheme.max_calls", max_calls, POSITIVE_INTEGER)?;
        }
        Ok(Rule::Race(Race { goal, max_calls }))
    }

    fn repeats_calls(&self) -> bool {
        true
    }

    fn calls_one_agent(&self) -> bool {
        true
    }

    /// Checks that there is one wrong answer, and that without `max_calls` the agent votes in the end, whatever
    /// happens to it.
    fn suits(&self, surroundings: &Surroundings<'_>) -> Result<(), Error> {
        let name = Self::ABOUT.name;
        let law = surroundings.failures.wrong_answers;
        let given = match law {
            _ if law.are_one() => None,
            WrongAnswers::Same | WrongAnswers::Distinct => Some("\"distinct\"".into()),
            WrongAnswers::Among(answers) => Some(answers.to_string()),
            WrongAnswers::Open { collision, .. } | WrongAnswers::Unequal { collision, .. } => {
                Some(format!("a collision of {collision}"))
            }
        };
        if let Some(given) = given {
            let allowed = format!("\"same\" or 1, because {name} assumes a single wrong answer");
            return Err(Error::out_of_range("failures.wrong_answers", given, allowed));
        }
        if self.max_calls().is_some() || votes_in_the_end(surroundings) {
            return Ok(());
        }
        let allowed =
            format!("{POSITIVE_INTEGER}, because the agent may never vote here, and {name} would never end");
        Err(Error::missing("scheme.max_calls", allowed))
    }
}

/// Returns whether the agent, called often enough, casts a vote: in every class, and whether or not a common
/// cause strikes.
fn votes_in_the_end(surroundings: &Surroundings<'_>) -> bool {
    let Surroundings { classes, failures, dependence, filter } = surroundings;
    let accepts = |rate: fn(&Filter) -> f64| filter.is_none_or(|filter| rate(&filter) > 0.0);
    let correct_votes = accepts(|filter| filter.accepts_correct);
    let wrong_votes = failures.hallucination > 0.0 && accepts(|filter| filter.accepts_wrong);
    let cause = dependence.common_cause();
    // Without the cause the agent fails with (f − c)/(1 − c), which is 0 where f is c.
    let spared_votes = |rate: f64| wrong_votes && rate > cause || correct_votes && rate < 1.0;
    let struck = cause == 0.0 || wrong_votes;
    let spared = cause == 1.0
        || classes.iter().all(|class| match class.rates {
            Rates::Identical { failure_rate, .. } => spared_votes(failure_rate),
            Rates::Different(rates) => rates.iter().all(|rate| spared_votes(*rate)),
        });
    struck && spared
}
