//! What more attempts of a pipeline can and cannot do.

use super::assess::assess;
use crate::outcome::Exact;
use crate::scenario::scheme::Scheme;
use crate::scenario::{Error, Fallback, Scenario};

/// The most attempts that a scenario can ask for.
const ENDLESS: u64 = i64::MAX as u64;

/// What comes of a pipeline that tries again and again.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Resampling {
    /// P(correct) with ever more attempts: no number of them exceeds it, since a wrong candidate that is accepted ends them.
    pub most_correct: f64,
    /// What is left to one, in its own right.
    pub least_failure: f64,
    /// P(wrong) among the answers that this scenario gives; NaN where it never gives one.
    pub wrong_given_answered: f64,
}

/// What more attempts of the pipeline in `scenario` come to, and how often an answer of it is wrong.
///
/// With g and h the probabilities that an attempt ends with a right and with a wrong answer, ever more attempts are correct with probability g/(g + h): a
/// validator's false acceptances are what resampling cannot outrun. 2⁶³ − 1 attempts, which abstain in the end, stand for ever more.
/// Where tasks or what agents share make some trials hopeless, these never end, and abstain.
///
/// # Errors
/// A scheme that is no pipeline; what [`assess`] refuses.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::{Judge, Validated}};
/// let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.1, repairs: 0.0 };
/// let scenario = Scenario::new(Agents::identical(1, 0.4), Validated::new(judge).with_attempts(3))?;
/// let resampling = kofn::exact::resampling(&scenario)?;
/// // .6·.9 right and .4·.1 wrong answers an attempt.
/// assert!((resampling.most_correct - 0.54 / 0.58).abs() < 1e-15);
/// assert!((resampling.wrong_given_answered - 0.04 / 0.58).abs() < 1e-15);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn resampling(scenario: &Scenario) -> Result<Resampling, Error> {
    let Scheme::Validated(pipeline) = scenario.scheme() else {
        let message = format!("{} tries once: only a pipeline can try again", scenario.scheme().about().name);
        return Err(Error::refused("scheme.rule", message));
    };
    let endless = pipeline.clone().with_attempts(ENDLESS).with_fallback(Fallback::Abstain);
    let Exact { correct, failure, .. } = assess(&scenario.clone().with_scheme(endless)?)?;
    let exact = assess(scenario)?;
    Ok(Resampling {
        most_correct: correct,
        least_failure: failure,
        wrong_given_answered: exact.wrong / (exact.correct + exact.wrong),
    })
}
