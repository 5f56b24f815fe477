//! P(correct) by class of tasks, for searches among scenarios.
//!
//! # Accuracy
//! That of [`assess`](super::assess): the same closed forms, except that wrong answers are not distinguished from
//! abstentions.
//!
//! # Testing
//! Against `assess` for every scenario of `tests/exact/plan.rs`.
//!
//! # Implementation
//! With a checker P(correct) of a vote is the same, and wrong answers need not be counted.

use super::assess::{check_classes, of_class};
use super::limit;
use super::outcomes::Outcomes;
use super::rule::Procedure;
use super::scaled::Scaled;
use crate::scenario::{Class, Error, Scenario};

/// P(correct) in each class of tasks.
#[derive(Debug, Clone)]
pub(crate) struct Reliability(Vec<ClassReliability>);

#[derive(Debug, Clone, Copy)]
struct ClassReliability {
    share: Scaled,
    correct: Scaled,
    failure: Scaled,
}

impl Reliability {
    /// Reliability of `scenario` with its number of agents.
    pub(crate) fn of(scenario: &Scenario) -> Result<Self, Error> {
        Self::by_class(scenario, |class| {
            let mut procedure = Procedure::of(&class.rule);
            if procedure.pipelines.are_none() {
                procedure.ballot.merge_failures();
            }
            Ok(of_class(class, procedure, scenario)?.outcomes)
        })
    }

    /// Reliability of `scenario` in the limit n → ∞.
    pub(crate) fn in_the_limit(scenario: &Scenario) -> Result<Self, Error> {
        Self::by_class(scenario, |class| limit::reliability_of_class(class, scenario))
    }

    fn by_class(
        scenario: &Scenario,
        outcomes: impl Fn(&Class<'_>) -> Result<Outcomes, Error>,
    ) -> Result<Self, Error> {
        let classes = scenario.classes();
        check_classes(&classes, scenario)?;
        let total: Scaled = classes.iter().map(|class| Scaled::from(class.weight)).sum();
        let part = |class: &Class<'_>| {
            let share = Scaled::from(class.weight) / total;
            let Outcomes { correct, abstain, wrong } = outcomes(class)?;
            Ok(ClassReliability { share, correct, failure: abstain + wrong })
        };
        Ok(Self(classes.iter().map(part).collect::<Result<_, Error>>()?))
    }

    /// Number of classes.
    pub(crate) fn classes(&self) -> u64 {
        self.0.len() as u64
    }

    /// P(correct) over all classes.
    pub(crate) fn correct(&self) -> f64 {
        self.0.iter().map(|part| part.correct * part.share).sum::<Scaled>().to_f64()
    }

    /// P(failure), as a sum of its own.
    pub(crate) fn failure(&self) -> f64 {
        self.0.iter().map(|part| part.failure * part.share).sum::<Scaled>().to_f64()
    }

    /// P(correct) if each class took the better of two scenarios.
    pub(crate) fn correct_at_most(&self, other: &Self) -> f64 {
        let larger = |(mine, others): (&ClassReliability, &ClassReliability)| {
            let other_is_larger = (others.correct - mine.correct).is_positive();
            mine.share * if other_is_larger { others.correct } else { mine.correct }
        };
        self.0.iter().zip(&other.0).map(larger).sum::<Scaled>().to_f64()
    }
}
