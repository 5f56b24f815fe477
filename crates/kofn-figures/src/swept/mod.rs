//! A sweep as a figure and as CSV: the first axis is the x axis, the second gives the curves, the third the panels.

mod quantity;
mod scales;
mod table;
mod title;

pub use quantity::Quantity;
pub use table::csv;

use crate::chart::{Chart, Panel, Series};
use crate::error::FigureError;
use kofn::answers::{Sweep, SweepAxis, SweepCell, grouped};

/// Maximum number of curves in a panel: each has a look of its own.
const MAX_CURVES: usize = 8;
/// Maximum number of panels.
const MAX_PANELS: usize = 6;
/// Simulated values shown on one curve; of more, some are left out, because their marks would touch.
const MAX_MARKS: usize = 24;

/// A figure of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it shows.
    pub quantity: Quantity,
    /// Its title; `None` for what it shows, in numbers.
    pub title: Option<String>,
}

/// The values of one combination of the axes after the first, by increasing x.
struct Curve<'a> {
    cells: Vec<(f64, &'a SweepCell)>,
    /// The value of the second axis; empty where there is none.
    label: String,
    /// The values of all axes after the first.
    name: String,
}

impl Figure {
    /// Checks that a sweep over these axes can be drawn.
    ///
    /// # Errors
    /// More than three axes; a first axis with words or a single value; more than 8 curves or 6 panels.
    pub fn check(&self, axes: &[SweepAxis]) -> Result<(), FigureError> {
        let count = |place: usize| axes.get(place).map_or(1, |axis: &SweepAxis| axis.values().len());
        let key = |place: usize| axes.get(place).map_or("", SweepAxis::key);
        let is_numeric = axes.first().is_some_and(SweepAxis::is_numeric);
        if count(0) < 2 || !is_numeric {
            let lacking = if is_numeric { "two values or more" } else { "numbers alone" };
            return Err(FigureError::Unsuited(format!(
                "the first axis of a figure is its x axis and must have {lacking}, which {} has not; sweep another key \
                 first",
                key(0)
            )));
        }
        if axes.len() > 3 {
            return Err(FigureError::Unsuited(format!(
                "a figure has at most three axes (x, curves and panels), got {}; draw one figure for each value of {}, \
                 or write a table",
                axes.len(),
                key(3)
            )));
        }
        for (place, most, what) in [(1, MAX_CURVES, "curves"), (2, MAX_PANELS, "panels")] {
            if count(place) > most {
                return Err(FigureError::Unsuited(format!(
                    "a figure has at most {most} {what}, and {} has {} values; choose some of them, or sweep it first",
                    key(place),
                    grouped(count(place) as u64)
                )));
            }
        }
        Ok(())
    }

    /// Draws the sweep as an SVG: lines through exact values, marks with intervals for simulated ones.
    ///
    /// The same sweep gives the same bytes. The name is the anchor of the figure's style rules and of its title, as of
    /// every [`Chart`].
    ///
    /// ```
    /// use kofn::answers::{SweepOptions, sweep};
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// use kofn_figures::swept::{Figure, Quantity};
    /// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
    /// let swept = sweep(&scenario, ["agents.count=1:9:2".parse()?], SweepOptions::new())?;
    /// let svg = Figure { quantity: Quantity::Correct, title: None }.draw(&swept, "majority")?;
    /// assert!(svg.contains("P(correct) rises from 0.77 to 0.965 as agents.count goes from 1 to 9"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What [`check`](Self::check) refuses; a sweep that is not complete; costs of a scenario without prices.
    pub fn draw(&self, sweep: &Sweep, name: &str) -> Result<String, FigureError> {
        self.check(&sweep.axes)?;
        if sweep.partial {
            return Err(FigureError::Unsuited("a figure needs all cells of a sweep".into()));
        }
        self.check_prices(sweep)?;
        self.chart(sweep).draw(name)
    }

    /// Checks that some cell of a sweep, or of the beginning of one, has what is shown.
    ///
    /// # Errors
    /// Costs of a scenario without prices.
    pub fn check_prices(&self, sweep: &Sweep) -> Result<(), FigureError> {
        if sweep.cells.iter().all(|cell| self.quantity.of(&cell.exact).is_none()) {
            let message = format!("{} needs prices: the scenario has no costs", self.quantity.name());
            return Err(FigureError::Unsuited(message));
        }
        Ok(())
    }

    fn chart(&self, sweep: &Sweep) -> Chart {
        let axes = &sweep.axes;
        let curves = curves(sweep);
        let scales = scales::Scales::of(self.quantity, sweep);
        let computed = title::title(self.quantity, axes, &curves);
        let per_panel = axes.get(1).map_or(1, |axis| axis.values().len());
        let panels = curves.chunks(per_panel).enumerate();
        let panels = panels.map(|(place, curves)| {
            let y = match axes.get(2) {
                Some(axis) => format!("{}, {} = {}", self.quantity.name(), axis.key(), axis.values()[place]),
                None => self.quantity.name().to_owned(),
            };
            let series = curves
                .iter()
                .enumerate()
                .map(|(look, curve)| self.series(look, curve, scales.is_logarithmic));
            Panel::new(scales.x(), scales.y(y))
                .height(if axes.len() > 2 { 230.0 } else { 330.0 })
                .with(series)
        });
        Chart {
            description: title::description(self.quantity, axes, &computed),
            caption: title::caption(self.quantity, sweep, &scales)
                + &title::hidden(self.quantity, &curves, &scales),
            panels: panels.collect(),
            title: self.title.clone().unwrap_or(computed),
        }
    }

    /// A curve and its marks. Where nothing was seen, a mark on a logarithmic scale is an upper limit.
    fn series(&self, look: usize, drawn: &Curve<'_>, is_logarithmic: bool) -> Series {
        let values = drawn.cells.iter().filter_map(|(x, cell)| Some((*x, self.quantity.of(&cell.exact)?)));
        let marked = drawn.cells.iter().step_by(mark_every(drawn.cells.len()));
        let marked = marked.filter_map(|(x, cell)| Some((*x, self.quantity.checked(cell)?)));
        let series = Series::new(look, drawn.label.clone()).line(values);
        if is_logarithmic {
            return series
                .points(marked.clone().filter_map(|(x, checked)| checked.point(x)))
                .limits(marked.filter_map(|(x, checked)| checked.limit(x)));
        }
        series.points(marked.map(|(x, checked)| checked.mark(x)))
    }
}

/// Every how many values one is marked.
fn mark_every(values: usize) -> usize {
    // An odd number, because what holds of odd agents alone would else be marked alone.
    values.div_ceil(MAX_MARKS) | 1
}

/// Returns the curves of a complete sweep, in the order of the second axis, then the third.
fn curves(sweep: &Sweep) -> Vec<Curve<'_>> {
    let length = sweep.axes.first().map_or(1, |axis| axis.values().len());
    let curve = |cells: &'_ [SweepCell]| -> (String, String) {
        let others =
            cells.first().map(|cell| cell.over.values().skip(1).collect::<Vec<_>>()).unwrap_or_default();
        let label = others.first().map(|(_, value)| value.to_string()).unwrap_or_default();
        let names: Vec<String> = others.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        (label, names.join(", "))
    };
    sweep
        .cells
        .chunks(length)
        .map(|cells| {
            let (label, name) = curve(cells);
            let x = |cell: &SweepCell| cell.over.values().next().and_then(|(_, value)| value.number());
            let mut cells: Vec<_> = cells.iter().map(|cell| (x(cell).unwrap_or(f64::NAN), cell)).collect();
            cells.sort_by(|one, other| one.0.total_cmp(&other.0));
            Curve { cells, label, name }
        })
        .collect()
}
