//! Values answered exactly and by simulation: how many trials, and how both are drawn.

use crate::chart::{Point, Series, superscript};
use crate::error::FigureError;
use crate::table::Cell;
pub use kofn::answers::CONFIDENCE;
use kofn::answers::{Check, Simulated, Tilted, TiltedShare};
use kofn::crosscheck::interval;
use kofn::outcome::{Exact, RareEvent};
use kofn::scenario::Scenario;

/// Trials of each simulated value: enough that an interval is no longer than a mark on a percent axis.
pub const TRIALS: u64 = 1_000_000;
/// Seed of each simulated value.
pub const SEED: u64 = 42;

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

/// P(correct), exactly and by [`TRIALS`] trials.
pub fn correct(scenario: &Scenario) -> Result<CheckedProbability, FigureError> {
    let (exact, simulated) = answer(scenario)?;
    Ok(CheckedProbability::new(exact.correct, simulated.counts.correct()))
}

/// P(failure), by tilted trials where [`TRIALS`] plain ones see too little of it and tilting serves.
pub fn failure(scenario: &Scenario) -> Result<CheckedProbability, FigureError> {
    let check = checked(scenario, TRIALS, SEED)?;
    let plain = CheckedProbability::failure(&check.exact, &check.simulated);
    Ok(match check.rare {
        Some(rare) if rare.estimated == RareEvent::Failure => {
            CheckedProbability { seen: Share::tilted(&rare), ..plain }
        }
        Some(_) | None => plain,
    })
}

/// A probability, exact and simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedProbability {
    /// The exact probability.
    pub exact: f64,
    seen: Share,
}

/// The columns of [`CheckedProbability::cells`] for P(correct).
pub const CORRECT: &[&str] =
    &["exact_correct", "trials", "seed", "correct", "simulated_correct", "interval_low", "interval_high"];
/// The columns of [`CheckedProbability::cells`] for P(failure).
pub const FAILURE: &[&str] =
    &["exact_failure", "trials", "seed", "failed", "simulated_failure", "interval_low", "interval_high"];
/// The columns of [`CheckedProbability::cells_by_method`]; tilted trials are not counted.
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
/// The columns of [`CheckedProbability::cells`] for an outcome that another column names.
pub const OUTCOME: &[&str] =
    &["exact", "trials", "seed", "count", "simulated", "interval_low", "interval_high"];

impl CheckedProbability {
    /// A probability, and the number of [`TRIALS`] trials in which the event occurred; more than all count as all.
    pub fn new(exact: f64, count: u64) -> Self {
        Self::counted(exact, count, TRIALS, SEED)
    }

    /// A probability, and the number of trials in which the event occurred; more than all count as all.
    pub(crate) fn counted(exact: f64, count: u64, trials: u64, seed: u64) -> Self {
        Self { exact, seen: Share::new(count.min(trials), trials, seed) }
    }

    /// Whether the event never occurred.
    pub(crate) fn is_unseen(self) -> bool {
        self.seen.count == Some(0)
    }

    /// Returns the upper end of the interval of the simulated value, or its upper limit.
    pub(crate) fn high_end(self) -> f64 {
        self.seen.interval.1
    }

    /// P(failure).
    pub fn failure(exact: &Exact, simulated: &Simulated) -> Self {
        Self::new(exact.failure, simulated.counts.abstain() + simulated.counts.wrong())
    }

    /// Returns the mark at `x`; none where the event never occurred.
    pub fn point(self, x: f64) -> Option<Point> {
        self.seen.point(x)
    }

    /// Returns the upper limit at `x`, if the event never occurred.
    pub(crate) fn limit(self, x: f64) -> Option<(f64, f64)> {
        self.seen.limit(x)
    }

    /// Returns the mark at `x`, on the floor where the event never occurred: its interval ends at the upper limit.
    pub(crate) fn mark(self, x: f64) -> Point {
        let (low, high) = self.seen.interval;
        Point::new(x, self.seen.value).between(low, high)
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

/// Returns a line through the exact values, with the simulated ones as marks, or as upper limits where the event never
/// occurred.
pub fn curve(
    look: usize,
    label: impl Into<String>,
    answers: impl Iterator<Item = (f64, CheckedProbability)> + Clone,
) -> Series {
    Series::new(look, label)
        .line(answers.clone().map(|(x, answer)| (x, answer.exact)))
        .points(answers.clone().filter_map(|(x, answer)| answer.point(x)))
        .limits(answers.filter_map(|(x, answer)| answer.limit(x)))
}

/// The estimate of a probability by trials.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    trials: u64,
    seed: u64,
    /// The number of trials in which the event occurred; `None` for tilted trials, which are weighted.
    count: Option<u64>,
    value: f64,
    /// Lower and upper end of the interval.
    interval: (f64, f64),
}

impl Share {
    /// Where the event never occurred, the limit is one-sided: it is the upper end of the two-sided interval at twice
    /// the error rate.
    fn new(count: u64, trials: u64, seed: u64) -> Self {
        let confidence = if count == 0 { 1.0 - 2.0 * (1.0 - CONFIDENCE) } else { CONFIDENCE };
        let value = count as f64 / trials as f64;
        Self { trials, seed, count: Some(count), value, interval: interval(count, trials, confidence).into() }
    }

    fn tilted(rare: &Tilted) -> Self {
        let TiltedShare { estimate, interval, .. } = rare.share;
        Self {
            trials: rare.trials,
            seed: rare.seed,
            count: None,
            value: estimate,
            interval: (interval.low, interval.high),
        }
    }

    fn point(self, x: f64) -> Option<Point> {
        let (low, high) = self.interval;
        (self.count != Some(0)).then(|| Point::new(x, self.value).between(low, high))
    }

    /// The upper limit at `x`, if the event never occurred.
    fn limit(self, x: f64) -> Option<(f64, f64)> {
        (self.count == Some(0)).then_some((x, self.interval.1))
    }

    /// Cells: trials, seed, count, share, lower and upper end of the interval.
    fn cells(self) -> [Cell; 6] {
        [
            Cell::Count(self.trials),
            Cell::Count(self.seed),
            self.count.map_or(Cell::Number(f64::NAN), Cell::Count),
            Cell::Number(self.value),
            Cell::Number(self.interval.0),
            Cell::Number(self.interval.1),
        ]
    }
}

/// Returns [`TRIALS`] as it is printed.
pub fn trials() -> String {
    format!("10{}", superscript(TRIALS.ilog10() as i32))
}
