//! Simulated votes per second against the number of agents: kofn, and plain loops over rand and NumPy. The figure shows
//! a measurement that is stored as a table; `benches/votes.rs` repeats it.

use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel, Point, Series};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "kernel-speed",
    shows: "Agent votes per second that the simulation draws, by engine, and that plain loops draw",
    settings: &[],
    draw,
};

/// The measurement: the machine, in a line that begins with #, then columns.
const MEASURED: &str = include_str!("kernel_speed.csv");
/// The rate that is drawn; the table has others.
const FAILURE_RATE: f64 = 0.23;
const GIGA: f64 = 1e9;
/// What the axis of speeds covers at least, before the room beyond: three powers of ten are labelled.
const LEAST_SPAN: [f64; 2] = [0.13, 72.0];

/// A line of what was measured.
#[derive(Debug, Clone, serde::Deserialize)]
struct Row {
    method: String,
    /// Of kofn alone.
    engine: String,
    threads: u64,
    agents: u64,
    failure_rate: f64,
    votes_per_second: f64,
}

impl Row {
    /// Whether it is an engine of kofn on one thread.
    fn is_one_engine(&self) -> bool {
        self.method == "kofn" && self.threads == 1
    }

    /// Whether it is the loop that all others are compared with.
    fn is_plain_loop(&self) -> bool {
        self.method == "random"
    }

    fn is_of_same_series(&self, other: &Self) -> bool {
        (&self.method, &self.engine, self.threads) == (&other.method, &other.engine, other.threads)
    }

    /// What stands at the end of the line.
    fn label(&self) -> String {
        match (self.method.as_str(), self.threads) {
            ("kofn", 1) => format!("kofn {}", self.engine),
            ("kofn", threads) => format!("kofn, {threads} threads"),
            ("random", _) => "random() < f".into(),
            ("counts", _) => "counts drawn".into(),
            (other, _) => other.into(),
        }
    }
}

fn draw(name: &str, _: &Settings) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows)?, &table(&rows)?)
}

fn data() -> Result<Vec<Row>, FigureError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(MEASURED.as_bytes());
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

/// Returns the speed relative to the plain loop for the same number of agents and rate.
fn times_plain_loop(row: &Row, rows: &[Row]) -> Result<f64, FigureError> {
    let same = |other: &&Row| (other.agents, other.failure_rate) == (row.agents, row.failure_rate);
    let plain = rows.iter().filter(same).find(|row| row.is_plain_loop());
    let missing = || FigureError::Table(format!("no plain loop was measured beside {row:?}"));
    Ok(row.votes_per_second / plain.ok_or_else(missing)?.votes_per_second)
}

fn table(rows: &[Row]) -> Result<Table, FigureError> {
    let columns =
        ["method", "engine", "threads", "agents", "failure_rate", "votes_per_second", "times_plain_loop"];
    let ratios = rows.iter().map(|row| Ok((row, times_plain_loop(row, rows)?)));
    let ratios: Vec<(&Row, f64)> = ratios.collect::<Result<_, FigureError>>()?;
    Ok(Table::new(&[&columns], &ratios, |(row, ratio)| {
        vec![
            Cell::Text(row.method.clone().into()),
            Cell::Text(row.engine.clone().into()),
            Cell::Count(row.threads),
            Cell::Count(row.agents),
            Cell::Number(row.failure_rate),
            Cell::Number(row.votes_per_second),
            Cell::Number(*ratio),
        ]
    }))
}

/// A series for each method, engine and number of threads, in the order of the table.
fn series(rows: &[Row]) -> Vec<Series> {
    let methods = rows.chunk_by(Row::is_of_same_series).enumerate();
    let one = |(look, rows): (usize, &[Row])| {
        let place = |row: &Row| (row.agents as f64, row.votes_per_second / GIGA);
        let label = rows.first().map(Row::label).unwrap_or_default();
        Series::new(look, label)
            .line(rows.iter().map(place))
            .points(rows.iter().map(place).map(|(x, y)| Point::new(x, y)))
    };
    methods.map(one).collect()
}

/// From the least to the greatest, with some room beyond.
fn around(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = least_and_greatest(values);
    (low / 1.4, high * 1.4)
}

fn least_and_greatest(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, 0.0), |(low, high), value| (low.min(value), high.max(value)))
}

/// Returns the widest engine, with which the table begins, and its minimum and maximum speed relative to the plain
/// loop.
fn widest(rows: &[Row]) -> Result<(&str, (f64, f64)), FigureError> {
    let missing = || FigureError::Table("no engine was measured".into());
    let of_engine =
        rows.chunk_by(Row::is_of_same_series).next().filter(|rows| rows.iter().all(Row::is_one_engine));
    let of_engine = of_engine.ok_or_else(missing)?;
    let ratios = of_engine.iter().map(|row| times_plain_loop(row, rows)).collect::<Result<Vec<_>, _>>()?;
    let engine = of_engine.first().ok_or_else(missing)?.engine.as_str();
    Ok((engine, least_and_greatest(ratios.into_iter())))
}

fn chart(rows: &[Row]) -> Result<Chart, FigureError> {
    let rows: Vec<Row> = rows.iter().filter(|row| row.failure_rate == FAILURE_RATE).cloned().collect();
    let (engine, (least, most)) = widest(&rows)?;
    let machine = MEASURED.lines().next().unwrap_or_default().trim_start_matches('#').trim();
    let x = Axis::in_full("Number of agents n", around(rows.iter().map(|row| row.agents as f64)));
    let speeds = rows.iter().map(|row| row.votes_per_second / GIGA);
    let y = Axis::in_full("Simulated votes, 10⁹ per second", around(speeds.chain(LEAST_SPAN)));
    Ok(Chart {
        title: format!("Every vote drawn, {least:.0} to {most:.0} times as fast as a plain loop"),
        description: format!(
            "Line chart with logarithmic scales. Across: the number of agents. Up: simulated votes in thousands of \
             millions per second, at a failure rate of {FAILURE_RATE}. {}.",
            spoken(&rows)
        ),
        caption: format!(
            "Majority of n agents that fail at f = {FAILURE_RATE}. Marks: measured in one run, NumPy in another, on \
             one thread except for the line labeled 2 threads. {machine}. The title compares {engine} with a loop over \
             rand's random::<f64>() < f. NumPy: the fastest of several forms that draw every vote, f rounded to 2⁻¹⁶ \
             at most. Counts drawn: the number of failures is drawn from a binomial, so it cannot check the binomial."
        ),
        panels: vec![Panel::new(x, y).height(400.0).with(series(&rows))],
    })
}

/// The speeds for a reader who does not see them.
fn spoken(rows: &[Row]) -> String {
    let speed = |row: &Row| format!("{:.2} with {} agents", row.votes_per_second / GIGA, row.agents);
    let one = |rows: &[Row]| match rows {
        [first, .., last] => format!("{}: {} and {}", first.label(), speed(first), speed(last)),
        _ => String::new(),
    };
    rows.chunk_by(Row::is_of_same_series).map(one).collect::<Vec<_>>().join("; ")
}
