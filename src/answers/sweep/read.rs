//! Cells that were computed elsewhere, read from the lines that a sweep prints.

use super::{Over, SCHEMA, Sweep, SweepAxis, SweepCell, count};
use crate::answers::Simulated;
use crate::outcome::{Counts, Estimate, Exact, Expected, OutcomeError};
use crate::scenario::{Error, Location};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;

/// A cell as it is written. What follows from other fields is not read.
#[derive(Deserialize)]
struct Written<'a> {
    schema: u32,
    #[serde(borrow)]
    over: &'a RawValue,
    exact: WrittenExact,
    simulated: Option<WrittenSimulated>,
}

#[derive(Deserialize)]
struct WrittenExact {
    correct: f64,
    abstain: f64,
    wrong: f64,
    failure: f64,
    ln_correct: Option<f64>,
    ln_failure: Option<f64>,
    expected_calls: Option<f64>,
    expected_validations: Option<f64>,
    expected_cost: Option<f64>,
    expected_latency: Option<f64>,
}

#[derive(Deserialize)]
struct WrittenSimulated {
    seed: u64,
    correct: u64,
    abstain: u64,
    wrong: u64,
}

impl Sweep {
    /// Reads a sweep over `axes` from its cells as lines of JSON, such as those of the parts of a sweep that were computed
    /// elsewhere, one after the other.
    ///
    /// ```
    /// use kofn::answers::{Sweep, SweepOptions, sweep};
    /// use kofn::monte_carlo::Part;
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
    /// let axes = ["agents.count=1:9:2".parse()?];
    /// let mut lines = String::new();
    /// for number in 1..=2 {
    ///     let part = SweepOptions::new().with_part(Some(Part::new(number, 2)?));
    ///     for cell in sweep(&scenario, axes.clone(), part)?.cells {
    ///         lines += &(serde_json::to_string(&cell)? + "\n");
    ///     }
    /// }
    /// assert_eq!(Sweep::read(axes.clone(), &lines)?, sweep(&scenario, axes, SweepOptions::new())?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Lines that are no cells; more or fewer cells than the axes have, or in another order, unless the last one says that
    /// the sweep was stopped after it.
    pub fn read(axes: impl Into<Vec<SweepAxis>>, lines: &str) -> Result<Self, Error> {
        let axes: Arc<[SweepAxis]> = axes.into().into();
        let all = count(&axes)?;
        let mut cells = Vec::with_capacity(all);
        for (place, line) in lines.lines().enumerate() {
            let over = Over { axes: Arc::clone(&axes), cell: place };
            let cell =
                if place < all { read(line, over) } else { Err(format!("a sweep of {all} cells has ended")) };
            cells.push(cell.map_err(|problem| at_line(place, &problem))?);
        }
        // A cell after which the sweep was stopped says so.
        let partial = lines.lines().next_back().is_none_or(|last| last.ends_with(r#""partial":true}"#));
        if cells.len() < all && !partial {
            return Err(at_line(cells.len(), &format!("{all} cells are required, got {}", cells.len())));
        }
        let partial = cells.len() < all;
        if let (true, Some(last)) = (partial, cells.last_mut()) {
            last.partial = Some(true);
        }
        Ok(Self { axes, cells, partial })
    }
}

fn at_line(place: usize, problem: &str) -> Error {
    let line = u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1);
    let location = Location { source: "cells".into(), line_and_column: Some((line, 1)) };
    Error::syntax(Some(location), problem.to_owned())
}

/// Reads a cell, which must have these values.
fn read(line: &str, over: Over) -> Result<SweepCell, String> {
    let written: Written<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if written.schema != SCHEMA {
        return Err(format!("schema must be {SCHEMA}, got {}", written.schema));
    }
    let expected = serde_json::to_string(&over).map_err(|error| error.to_string())?;
    if written.over.get() != expected {
        return Err(format!("must be the cell {expected}, got {}", crate::shorten(written.over.get(), 200)));
    }
    let exact = written.exact.exact().map_err(|error| error.to_string())?;
    let simulated = written.simulated.map(|simulated| simulated.simulated()).transpose();
    let simulated = simulated.map_err(|error| error.to_string())?.map(Box::new);
    Ok(SweepCell { schema: SCHEMA, over, exact, simulated, partial: None })
}

impl WrittenExact {
    fn exact(self) -> Result<Exact, OutcomeError> {
        let Self { correct, abstain, wrong, failure, .. } = self;
        let expected = Expected {
            calls: self.expected_calls.unwrap_or(f64::INFINITY),
            validations: self.expected_validations.unwrap_or(f64::INFINITY),
            cost: self.expected_cost,
            latency: self.expected_latency,
        };
        let [ln_correct, ln_failure] =
            [self.ln_correct, self.ln_failure].map(|ln| ln.unwrap_or(f64::NEG_INFINITY));
        let checked = Exact::new(correct, abstain, wrong)?;
        Ok(Exact { failure, ln_correct, ln_failure, expected, ..checked })
    }
}

impl WrittenSimulated {
    fn simulated(self) -> Result<Simulated, OutcomeError> {
        let counts = Counts::new(self.correct, self.abstain, self.wrong)?;
        Ok(Simulated::from(&Estimate::new(counts, self.seed)))
    }
}
