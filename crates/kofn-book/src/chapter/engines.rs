//! Both engines' answers, each scenario asked once.

use super::question::Quantity;
use super::relation::Relation;
use crate::FigureError;
use kofn::crosscheck;
use kofn::outcome::Counts;
use kofn::{Exact, Scenario};
pub use kofn_figures::sample::CONFIDENCE;
use schemars::JsonSchema;
use serde::Serialize;

/// A simulated number, and the interval that holds the true one with at least [`CONFIDENCE`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Simulated {
    /// The estimate.
    pub estimate: f64,
    /// The interval's ends.
    pub interval: (f64, f64),
}

/// The engines' answers for one number of trials and one seed.
#[derive(Debug)]
pub(crate) struct Engines {
    pub(crate) trials: u64,
    pub(crate) seed: u64,
    answers: Vec<(Scenario, BothAnswers)>,
}

/// What both engines say of one scenario.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BothAnswers {
    pub(crate) exact: Exact,
    pub(crate) counts: Counts,
    agrees: bool,
}

/// What both engines say of one number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) exact: f64,
    /// `None` for what a simulation does not count.
    pub(crate) simulated: Option<Simulated>,
}

impl Engines {
    pub(crate) fn new(trials: u64, seed: u64) -> Self {
        Self { trials, seed, answers: Vec::new() }
    }

    pub(crate) fn answer(&mut self, scenario: &Scenario) -> Result<BothAnswers, FigureError> {
        if let Some((_, answer)) = self.answers.iter().find(|(asked, _)| asked == scenario) {
            return Ok(*answer);
        }
        let check = kofn::cross_check(scenario, self.trials, self.seed)?;
        let (exact, counts, agrees) = (check.exact, check.simulated.counts, check.agrees());
        let answer = BothAnswers { exact, counts, agrees };
        self.answers.push((scenario.clone(), answer));
        Ok(answer)
    }

    /// A number, exactly and by simulation.
    ///
    /// Each of k terms has an interval of confidence 1 − (1 − 0.99)/k, so that all of them hold together with 0.99.
    pub(crate) fn read(&mut self, relation: &Relation<Quantity>) -> Result<Reading, FigureError> {
        let terms = relation.terms();
        let answers: Vec<BothAnswers> =
            terms.iter().map(|term| self.answer(&term.question.scenario)).collect::<Result<_, _>>()?;
        let asked = || terms.iter().zip(&answers);
        let exact: Vec<f64> = asked().map(|(term, answer)| term.measure.exact(&answer.exact)).collect();
        let counts: Option<Vec<u64>> =
            asked().map(|(term, answer)| term.measure.count(&answer.counts)).collect();
        let simulated = counts.map(|counts| {
            let share = |&count: &u64| count as f64 / self.trials as f64;
            let confidence = 1.0 - (1.0 - CONFIDENCE) / counts.len() as f64;
            let interval = |&count: &u64| crosscheck::interval(count, self.trials, confidence).into();
            Simulated {
                estimate: relation.evaluate(&counts.iter().map(share).collect::<Vec<_>>()),
                interval: relation.range(&counts.iter().map(interval).collect::<Vec<_>>()),
            }
        });
        Ok(Reading { exact: relation.evaluate(&exact), simulated })
    }

    /// Number of scenarios that both engines have answered.
    pub(crate) fn scenarios(&self) -> usize {
        self.answers.len()
    }

    /// The scenarios of which the engines do not agree, each at a false-alarm rate of [`crosscheck::FALSE_ALARM_RATE`].
    pub(crate) fn disagreements(&self) -> Vec<Scenario> {
        let disagrees =
            |(scenario, answer): &(Scenario, BothAnswers)| (!answer.agrees).then(|| scenario.clone());
        self.answers.iter().filter_map(disagrees).collect()
    }
}
