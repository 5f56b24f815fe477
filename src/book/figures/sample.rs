//! What figures of simulated values have in common: how much is simulated, and what is said about it.

use crate::book::BookError;
use crate::book::chart::{Point, Series, superscript};
use crate::book::table::Cell;
use crate::crosscheck::{self, interval, rare_interval};
use crate::monte_carlo::SimulationOptions;
use crate::outcome::{Estimate, Exact, RareEstimate, RareEvent};
use crate::scenario::Scenario;

/// Trials of each simulated value: enough that an interval is no longer than a mark on a percent axis.
pub(super) const TRIALS: u64 = 1_000_000;
pub(super) const SEED: u64 = 42;
/// The level of the intervals and of the one-sided limits.
pub(super) const CONFIDENCE: f64 = 0.99;

/// Answers the scenario exactly and by [`TRIALS`] trials, if the two agree.
pub(in crate::book) fn answer(scenario: &Scenario) -> Result<(Exact, Estimate), BookError> {
    answer_from(scenario, TRIALS, SEED)
}

/// Answers the scenario exactly and by simulation, if the two agree.
pub(super) fn answer_from(
    scenario: &Scenario,
    trials: u64,
    seed: u64,
) -> Result<(Exact, Estimate), BookError> {
    let (exact, estimate, verdict) = crate::cross_check(scenario, trials, seed)?;
    if verdict.agrees() { Ok((exact, estimate)) } else { Err(disagreement(scenario)) }
}

fn disagreement(scenario: &Scenario) -> BookError {
    BookError::Disagreement(format!(
        "{} of {} agents",
        scenario.scheme().about().name,
        scenario.agents().count()
    ))
}

/// P(failure), by tilted trials where [`TRIALS`] plain ones see too little of it and tilting serves.
pub(super) fn failure(scenario: &Scenario) -> Result<Answer, BookError> {
    let (exact, estimate) = answer(scenario)?;
    let plain = Answer::failure(&exact, &estimate);
    if !crosscheck::is_too_rare(&exact, TRIALS) {
        return Ok(plain);
    }
    match crate::simulate_rare(scenario, SimulationOptions::new(TRIALS, SEED)) {
        Ok(rare) if rare.event == RareEvent::Failure => {
            let rate = crosscheck::FALSE_ALARM_RATE;
            let verdict = crosscheck::compare_with_rare(&exact, &estimate, &rare, rate);
            let seen = Share::weighted(&rare);
            if verdict.agrees() { Ok(Answer { seen, ..plain }) } else { Err(disagreement(scenario)) }
        }
        Ok(_) | Err(_) => Ok(plain),
    }
}

/// A probability answered both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::book) struct Answer {
    pub(in crate::book) exact: f64,
    seen: Share,
}

/// The columns of [`Answer::cells`], by what is answered.
pub(in crate::book) const CORRECT: &[&str] =
    &["exact_correct", "trials", "seed", "correct", "simulated_correct", "interval_low", "interval_high"];
pub(super) const FAILURE: &[&str] =
    &["exact_failure", "trials", "seed", "failed", "simulated_failure", "interval_low", "interval_high"];
/// The columns of [`Answer::cells_by_method`]; tilted trials are not counted.
pub(super) const RARE_FAILURE: &[&str] = &[
    "exact_failure",
    "method",
    "trials",
    "seed",
    "failed",
    "simulated_failure",
    "interval_low",
    "interval_high",
];
pub(super) const OUTCOME: &[&str] =
    &["exact", "trials", "seed", "count", "simulated", "interval_low", "interval_high"];

impl Answer {
    /// A probability, and how many of [`TRIALS`] trials it came true in.
    pub(super) fn new(exact: f64, count: u64) -> Self {
        Self { exact, seen: Share::new(count, TRIALS) }
    }

    /// P(correct).
    pub(in crate::book) fn correct(exact: &Exact, estimate: &Estimate) -> Self {
        Self::new(exact.correct, estimate.counts.correct)
    }

    /// P(failure).
    pub(super) fn failure(exact: &Exact, estimate: &Estimate) -> Self {
        Self::new(exact.failure, estimate.counts.abstain + estimate.counts.wrong)
    }

    /// The mark at `x`, if anything was seen.
    pub(super) fn point(self, x: f64) -> Option<Point> {
        self.seen.point(x)
    }

    pub(in crate::book) fn cells(self) -> Vec<Cell> {
        let mut cells = vec![Cell::Number(self.exact)];
        cells.extend(self.seen.cells());
        cells
    }

    pub(super) fn cells_by_method(self) -> Vec<Cell> {
        let mut cells = self.cells();
        cells.insert(1, Cell::Text(if self.seen.count.is_some() { "plain" } else { "tilted" }.into()));
        cells
    }
}

/// A line through the exact answers, with the simulated ones as marks, or as limits where nothing was seen.
pub(in crate::book) fn curve(
    look: usize,
    label: impl Into<String>,
    answers: impl Iterator<Item = (f64, Answer)> + Clone,
) -> Series {
    Series::new(look, label)
        .line(answers.clone().map(|(x, answer)| (x, answer.exact)))
        .points(answers.clone().filter_map(|(x, answer)| answer.point(x)))
        .limits(answers.filter_map(|(x, answer)| answer.seen.limit(x)))
}

/// What [`TRIALS`] trials say about a probability.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    /// How many it came true in; `None` for tilted trials, which weigh differently.
    count: Option<u64>,
    value: f64,
    /// Lower and upper end of the interval.
    interval: (f64, f64),
}

impl Share {
    /// Nothing seen has a one-sided limit: all of the doubt is put above. The two-sided interval of twice the doubt has
    /// half of it, the stated one, on that side.
    fn new(count: u64, trials: u64) -> Self {
        let confidence = if count == 0 { 1.0 - 2.0 * (1.0 - CONFIDENCE) } else { CONFIDENCE };
        let value = count as f64 / trials as f64;
        Self { count: Some(count), value, interval: interval(count, trials, confidence).into() }
    }

    fn weighted(rare: &RareEstimate) -> Self {
        let crate::Interval { low, high } = rare_interval(&rare.estimate, rare.trials, CONFIDENCE);
        let value = rare.estimate.probability();
        Self { count: None, value, interval: (libm::exp(low), libm::exp(high)) }
    }

    fn point(self, x: f64) -> Option<Point> {
        (self.count != Some(0)).then_some(Point { x, y: self.value, interval: Some(self.interval) })
    }

    /// The upper limit at `x`, if nothing was seen.
    fn limit(self, x: f64) -> Option<(f64, f64)> {
        (self.count == Some(0)).then_some((x, self.interval.1))
    }

    /// Cells: trials, seed, count, share, lower and upper end of the interval.
    fn cells(self) -> [Cell; 6] {
        [
            Cell::Count(TRIALS),
            Cell::Count(SEED),
            self.count.map_or(Cell::Number(f64::NAN), Cell::Count),
            Cell::Number(self.value),
            Cell::Number(self.interval.0),
            Cell::Number(self.interval.1),
        ]
    }
}

/// The number of trials, in print.
pub(in crate::book) fn trials() -> String {
    format!("10{}", superscript(TRIALS.ilog10() as i32))
}
