//! What figures of simulated values have in common: how much is simulated, and what is said about it.

use crate::FigureError;
use crate::chart::{Point, Series, superscript};
use crate::table::Cell;
use kofn::answers::{Check, Simulated, Tilted, TiltedShare};
use kofn::crosscheck::interval;
use kofn::outcome::{Exact, RareEvent};
use kofn::scenario::Scenario;

/// Trials of each simulated value: enough that an interval is no longer than a mark on a percent axis.
pub const TRIALS: u64 = 1_000_000;
/// Seed of each simulated value.
pub const SEED: u64 = 42;
/// The level of the intervals and of the one-sided limits.
pub const CONFIDENCE: f64 = 0.99;

/// Answers the scenario exactly and by [`TRIALS`] trials, if the two agree.
pub fn answer(scenario: &Scenario) -> Result<(Exact, Simulated), FigureError> {
    answer_from(scenario, TRIALS, SEED)
}

/// Answers the scenario exactly and by simulation, if the two agree.
pub fn answer_from(scenario: &Scenario, trials: u64, seed: u64) -> Result<(Exact, Simulated), FigureError> {
    let check = checked(scenario, trials, seed)?;
    Ok((check.exact, check.simulated))
}

fn checked(scenario: &Scenario, trials: u64, seed: u64) -> Result<Check, FigureError> {
    let check = kofn::cross_check(scenario, trials, seed)?;
    if check.agrees() {
        return Ok(check);
    }
    let (name, agents) = (scenario.scheme().about().name, scenario.agents().count());
    Err(FigureError::Disagreement(format!("{name} of {agents} agents")))
}

/// P(failure), by tilted trials where [`TRIALS`] plain ones see too little of it and tilting serves.
pub fn failure(scenario: &Scenario) -> Result<Answer, FigureError> {
    let check = checked(scenario, TRIALS, SEED)?;
    let plain = Answer::failure(&check.exact, &check.simulated);
    Ok(match check.rare {
        Some(rare) if rare.estimated == RareEvent::Failure => Answer { seen: Share::tilted(&rare), ..plain },
        Some(_) | None => plain,
    })
}

/// A probability answered both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// The exact probability.
    pub exact: f64,
    seen: Share,
}

/// The columns of [`Answer::cells`], by what is answered.
pub const CORRECT: &[&str] =
    &["exact_correct", "trials", "seed", "correct", "simulated_correct", "interval_low", "interval_high"];
/// The same for a probability of failure.
pub const FAILURE: &[&str] =
    &["exact_failure", "trials", "seed", "failed", "simulated_failure", "interval_low", "interval_high"];
/// The columns of [`Answer::cells_by_method`]; tilted trials are not counted.
pub const RARE_FAILURE: &[&str] = &[
    "exact_failure",
    "method",
    "trials",
    "seed",
    "failed",
    "simulated_failure",
    "interval_low",
    "interval_high",
];
/// The same for an outcome that a column of its own names.
pub const OUTCOME: &[&str] =
    &["exact", "trials", "seed", "count", "simulated", "interval_low", "interval_high"];

impl Answer {
    /// A probability, and how many of [`TRIALS`] trials it came true in.
    pub fn new(exact: f64, count: u64) -> Self {
        Self { exact, seen: Share::new(count, TRIALS) }
    }

    /// P(correct).
    pub fn correct(exact: &Exact, simulated: &Simulated) -> Self {
        Self::new(exact.correct, simulated.counts.correct())
    }

    /// P(failure).
    pub fn failure(exact: &Exact, simulated: &Simulated) -> Self {
        Self::new(exact.failure, simulated.counts.abstain() + simulated.counts.wrong())
    }

    /// The mark at `x`, if anything was seen.
    pub fn point(self, x: f64) -> Option<Point> {
        self.seen.point(x)
    }

    /// Returns the cells of a row under [`CORRECT`], [`FAILURE`] or [`OUTCOME`].
    pub fn cells(self) -> Vec<Cell> {
        let mut cells = vec![Cell::Number(self.exact)];
        cells.extend(self.seen.cells());
        cells
    }

    /// Returns the cells of a row under [`RARE_FAILURE`].
    pub fn cells_by_method(self) -> Vec<Cell> {
        let mut cells = self.cells();
        cells.insert(1, Cell::Text(if self.seen.count.is_some() { "plain" } else { "tilted" }.into()));
        cells
    }
}

/// A line through the exact answers, with the simulated ones as marks, or as limits where nothing was seen.
pub fn curve(
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

    fn tilted(rare: &Tilted) -> Self {
        let TiltedShare { estimate, interval, .. } = rare.share;
        Self { count: None, value: estimate, interval: (interval.low, interval.high) }
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
pub fn trials() -> String {
    format!("10{}", superscript(TRIALS.ilog10() as i32))
}
