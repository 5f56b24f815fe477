#![doc = include_str!("../README.md")]
//!
//! # A tour
//! - [`chart`] draws anybody's numbers: a [`Chart`](chart::Chart) is a title, a caption and [`Panel`](chart::Panel)s; a
//!   panel is two [`Axis`](chart::Axis) and the [`Series`](chart::Series) between them. Lines stand for exact values,
//!   marks for simulated or measured ones.
//! - [`table`] writes the numbers beside the picture as CSV, and [`Rendered::new`] makes a figure of the two.
//! - [`sample`] answers a scenario exactly and by simulation, and draws both; [`curves`] does so for whole curves.
//! - [`swept`] draws a scenario over ranges of its keys, [`frontier`] what each price buys, [`fitted`] what was
//!   fitted to logs. [`report`] is all that logs say as one page of HTML.
//!
//! The same numbers give the same bytes. No number or text makes a chart panic: values without a place are not drawn,
//! and characters that control the text around them are shown as `\u{..}`.
//!
//! ```
//! use kofn_figures::Rendered;
//! use kofn_figures::chart::{Axis, Chart, Panel, Point, Series};
//! use kofn_figures::table::{Cell, Table};
//!
//! let measured = [(1, 770, 1000), (3, 868, 1000), (5, 911, 1000)];
//! let share = |&(_, correct, tasks): &(u64, u64, u64)| correct as f64 / tasks as f64;
//! let points = measured.iter().map(|run| Point::new(run.0 as f64, share(run)).between(0.99 * share(run), 1.0));
//! let expected = [(1.0, 0.77), (3.0, 0.866), (5.0, 0.916)];
//! let chart = Chart {
//!     title: "More agents answer more tasks".into(),
//!     description: "The share of correct answers against the number of agents.".into(),
//!     caption: "Line: expected. Marks: measured.".into(),
//!     panels: vec![
//!         Panel::new(Axis::integers("Number of agents", (0.5, 5.5), 1..=5), Axis::percent("Correct", 20))
//!             .with([Series::new(0, "majority").line(expected).points(points)]),
//!     ],
//! };
//! let row = |run: &(u64, u64, u64)| vec![Cell::Count(run.0), Cell::Number(share(run))];
//! let table = Table::new(&[&["agents", "correct"]], &measured, row);
//! let figure = Rendered::new("measured", &chart, &table)?;
//! assert!(figure.svg.contains("majority") && figure.csv.ends_with("5,0.911\n"));
//! # Ok::<(), kofn_figures::FigureError>(())
//! ```

#[cfg(test)]
mod any_input;
pub mod chart;
pub mod curves;
mod error;
mod escape;
pub mod fitted;
pub mod frontier;
mod rendered;
pub mod report;
pub mod sample;
pub mod swept;
pub mod table;

pub use error::FigureError;
pub use rendered::Rendered;
