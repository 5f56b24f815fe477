//! P(correct) of a pipeline with more or fewer attempts.

use super::assess::assess;
use crate::scenario::scheme::{Scheme, Validated};
use crate::scenario::{Error, Fallback, Scenario};

/// The maximum number of attempts of a scenario, in place of infinitely many.
const ENDLESS: u64 = i64::MAX as u64;

/// What a pipeline can reach with another number of attempts.
#[derive(Debug, Clone, Copy, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct Resampling {
    /// Maximum of P(correct). With `fallback = "abstain"` it is the limit as the number of attempts → ∞, which no number of attempts
    /// exceeds: a wrong candidate that is accepted ends them. With `fallback = "keep"` it is the largest of that limit, of one attempt and of the
    /// scenario's own number of attempts; where all tasks are alike, no other number of attempts exceeds it.
    pub most_correct: f64,
    /// P(failure) for the same number of attempts: not one minus `most_correct`.
    pub least_failure: f64,
    /// P(wrong) among the answers that this scenario gives; NaN where it never gives one.
    #[schemars(with = "Option<f64>")]
    pub wrong_given_answered: f64,
}

/// Returns what the pipeline in `scenario` can reach with more or fewer attempts, and how often an answer of it is wrong.
///
/// With g and h the probabilities that an attempt ends with a right and with a wrong answer, P(correct) tends to g/(g + h): more attempts
/// cannot undo what a validator wrongly accepts. The limit is evaluated at 2⁶³ − 1 attempts, which abstain in the end. Tasks for which no
/// attempt can end, by their class or by what the agents share, abstain in the limit.
///
/// A pipeline that keeps its last candidate may be best with a single attempt: P(correct) changes with the number of attempts m as
/// A + B·qᵐ, and so is monotone in m.
///
/// # Errors
/// A scheme that is not a pipeline; what [`assess`](super::assess()) refuses.
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
    let with = |pipeline: Validated| assess(&scenario.clone().with_scheme(pipeline)?);
    let exact = assess(scenario)?;
    let limit = with(pipeline.clone().with_attempts(ENDLESS).with_fallback(Fallback::Abstain))?;
    let best = match pipeline.fallback {
        Fallback::Abstain => limit,
        Fallback::Keep => [with(pipeline.clone().with_attempts(1))?, exact]
            .into_iter()
            .fold(limit, |best, other| if other.correct > best.correct { other } else { best }),
    };
    Ok(Resampling {
        most_correct: best.correct,
        least_failure: best.failure,
        wrong_given_answered: exact.wrong / (exact.correct + exact.wrong),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Agents;
    use crate::scenario::scheme::Judge;

    /// A validator that accepts only wrong candidates: what is kept is right more often than what is accepted.
    #[test]
    fn no_number_of_attempts_exceeds_the_maximum() {
        let judge = Judge::Rates { accepts_correct: 0.1, accepts_wrong: 0.9, repairs: 0.0 };
        for fallback in [Fallback::Abstain, Fallback::Keep] {
            let with = |attempts| {
                let pipeline = Validated::new(judge).with_attempts(attempts).with_fallback(fallback);
                Scenario::new(Agents::identical(1, 0.4), pipeline).expect("a scenario")
            };
            let most = resampling(&with(2)).expect("an answer");
            for attempts in [1, 2, 3, 10, 1000] {
                let exact = assess(&with(attempts)).expect("an answer");
                assert!(exact.correct <= most.most_correct, "{fallback:?} {attempts}: {}", exact.correct);
                assert!(exact.failure >= most.least_failure, "{fallback:?} {attempts}: {}", exact.failure);
            }
        }
    }
}
