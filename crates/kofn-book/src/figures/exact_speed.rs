//! Time of one exact answer against the number of agents: kofn, statrs, SciPy and the plain recursion. The figure
//! shows a measurement that is stored as a table; `benches/exact.rs` repeats it.

use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel, Point, Series, superscript};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "exact-speed",
    shows: "Time of one exact answer against the number of agents: kofn, statrs, SciPy and the plain recursion",
    settings: &[],
    draw,
};

/// The measurement: the machine, in a line that begins with #, then columns.
const MEASURED: &str = include_str!("exact_speed.csv");
/// What is asked, as the table calls it, and of how many agents.
type Question = (&'static str, &'static str);
const IDENTICAL: Question = ("identical", "Number of identical agents n, f = 0.23");
const NEAR_MEAN: Question = ("near-mean", "Number of identical agents n, f just below ½");
const DIFFERENT: Question = ("different", "Number of different agents n, f between 0.2 and 0.4");
const ASSESS: &str = "kofn assess";
const RECURSION: &str = "recursion";
const AT_ONCE: &str = "kofn reliability_many";
/// The methods that are drawn, by their looks, and the names of their lines; the table has two more.
const DRAWN: [(&str, &str); 6] = [
    (ASSESS, ASSESS),
    ("statrs", "statrs"),
    ("kofn reliability", "kofn reliability"),
    ("SciPy", "SciPy"),
    ("SciPy array", "SciPy, 10⁴ at once"),
    (RECURSION, "plain recursion"),
];
const MICRO: f64 = 1e3;

/// A line of what was measured.
#[derive(Debug, Clone, serde::Deserialize)]
struct Row {
    question: String,
    method: String,
    agents: u64,
    nanoseconds: f64,
    /// Relative error of the answer, where it is more than 10⁻⁹.
    wrong_by: Option<f64>,
}

impl Row {
    fn place(&self) -> (f64, f64) {
        (self.agents as f64, self.nanoseconds)
    }
}

fn draw(name: &str, _: &Settings) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows)?, &table(&rows))
}

fn data() -> Result<Vec<Row>, FigureError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(MEASURED.as_bytes());
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

fn table(rows: &[Row]) -> Table {
    let columns = ["question", "method", "agents", "nanoseconds", "wrong_by"];
    Table::new(&[&columns], rows, |row| {
        vec![
            Cell::Text(row.question.clone().into()),
            Cell::Text(row.method.clone().into()),
            Cell::Count(row.agents),
            Cell::Number(row.nanoseconds),
            Cell::Number(row.wrong_by.unwrap_or(f64::NAN)),
        ]
    })
}

/// What was measured of a method for a question, by number of agents.
fn measured<'a>(rows: &'a [Row], (question, _): Question, method: &'a str) -> impl Iterator<Item = &'a Row> {
    rows.iter().filter(move |row| row.question == question && row.method == method)
}

fn panel(rows: &[Row], question: Question) -> Panel {
    let drawn = DRAWN.iter().enumerate().filter_map(|(look, (method, label))| {
        let places: Vec<_> = measured(rows, question, method).map(Row::place).collect();
        let points: Vec<_> = places.iter().map(|&(x, y)| Point::new(x, y)).collect();
        (!places.is_empty()).then(|| Series::new(look, *label).line(places).points(points))
    });
    let asked = || rows.iter().filter(move |row| row.question == question.0);
    let x = Axis::powers(question.1, around(asked().map(|row| row.agents as f64)), 1);
    let y = Axis::powers("Time of an answer in ns", around(asked().map(|row| row.nanoseconds)), 1);
    Panel::new(x, y).height(260.0).with(drawn)
}

/// From the least to the greatest, with some room beyond.
fn around(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let [low, high] = least_and_greatest(values);
    (low / 1.6, high * 1.6)
}

fn least_and_greatest(values: impl Iterator<Item = f64>) -> [f64; 2] {
    values.fold([f64::MAX, 0.0], |[low, high], value| [low.min(value), high.max(value)])
}

/// Most agents of a vote of identical ones, and the longest time that an answer took, in microseconds.
fn identical(rows: &[Row]) -> Result<(u64, f64), FigureError> {
    let all = || [IDENTICAL, NEAR_MEAN].into_iter().flat_map(|question| measured(rows, question, ASSESS));
    let agents = all().map(|row| row.agents).max().ok_or_else(|| missing("vote of identical agents"))?;
    Ok((agents, all().map(|row| row.nanoseconds / MICRO).fold(0.0, f64::max)))
}

/// The number of different agents from which on kofn is faster than the recursion.
fn overtakes_at(rows: &[Row]) -> Result<u64, FigureError> {
    let times = measured(rows, DIFFERENT, ASSESS).zip(measured(rows, DIFFERENT, RECURSION));
    let times: Vec<_> = times.collect();
    let faster = times.iter().rev().take_while(|(kofn, recursion)| kofn.nanoseconds < recursion.nanoseconds);
    faster.last().map(|(kofn, _)| kofn.agents).ok_or_else(|| missing("vote faster than the recursion"))
}

/// What the caption says of answers that are wrong.
fn wrong(rows: &[Row]) -> String {
    let wrong = || rows.iter().filter_map(|row| Some((row, row.wrong_by?)));
    let Some((first, _)) = wrong().min_by_key(|(row, _)| row.agents) else { return String::new() };
    let most = wrong().map(|(_, error)| error).fold(0.0, f64::max);
    format!(" Answers of {} are off by up to {most:e} from n = {} on.", first.method, first.agents)
}

/// What the caption says of many answers at once, which were measured of few agents.
fn at_once(rows: &[Row]) -> String {
    let times: Vec<&Row> = measured(rows, IDENTICAL, AT_ONCE).collect();
    let [first, .., last] = times[..] else { return String::new() };
    let [least, most] = least_and_greatest(times.iter().map(|row| row.nanoseconds));
    format!(
        " kofn's reliability_many, 10⁴ at once: {least:.0} to {most:.0} ns each for {} to {} agents.",
        first.agents, last.agents
    )
}

fn missing(what: &str) -> FigureError {
    FigureError::Table(format!("no {what} was measured"))
}

fn chart(rows: &[Row]) -> Result<Chart, FigureError> {
    let machine = MEASURED.lines().next().unwrap_or_default().trim_start_matches('#').trim();
    let ((agents, most), overtakes) = (identical(rows)?, overtakes_at(rows)?);
    Ok(Chart {
        title: format!(
            "Up to 10{} identical agents: exact in at most {most:.1} µs",
            superscript(agents.ilog10() as i32)
        ),
        description: format!(
            "Three line charts with logarithmic scales. Across: the number of agents. Up: nanoseconds of one exact \
             answer, for a majority of identical agents at two rates and of different agents. {}.",
            spoken(rows)
        ),
        caption: format!(
            "P(failure) of a majority. Marks: the fastest samples of one run, SciPy of another, on one thread. {machine}. kofn \
             assess: all outcomes of a scenario; kofn reliability, statrs and SciPy: one probability.{} f just below \
             ½: the threshold is half a standard deviation from the mean, where most terms count.{} For different \
             agents kofn is faster than the plain recursion, which adds one agent at a time, from n = {overtakes} on.",
            at_once(rows),
            wrong(rows)
        ),
        panels: [IDENTICAL, NEAR_MEAN, DIFFERENT].map(|question| panel(rows, question)).into(),
    })
}

/// The times for a reader who does not see them.
fn spoken(rows: &[Row]) -> String {
    let time = |row: &Row| format!("{:.0} with {} agents", row.nanoseconds, row.agents);
    let one = |(question, what): &Question, (method, label): &(&str, &str)| {
        let times: Vec<&Row> = measured(rows, (question, what), method).collect();
        Some(format!("{question}, {label}: {} and {}", time(times.first()?), time(times.last()?)))
    };
    let questions = [IDENTICAL, NEAR_MEAN, DIFFERENT];
    let all =
        questions.iter().flat_map(|question| DRAWN.iter().filter_map(move |method| one(question, method)));
    all.collect::<Vec<_>>().join("; ")
}
