//! The figure of a plan: what each price buys.

use super::chart::{Axis, Callout, Chart, Panel, Point as Mark, Series, Side};
use super::table::{Cell, Table};
use super::{BookError, Rendered};
use std::path::{Path, PathBuf};

/// The data of the figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Frontier {
    /// What a price is, for the axis.
    pub price: String,
    /// The P(correct) that is asked for.
    pub target: f64,
    /// The systems, in any order.
    pub points: Vec<Point>,
}

/// One system.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Its name in a few words.
    pub name: String,
    /// Its scheme's name: systems of one scheme have one look.
    pub scheme: String,
    /// How many agents.
    pub agents: u64,
    /// What a task is expected to cost.
    pub price: f64,
    /// P(abstain) + P(wrong).
    pub failure: f64,
    /// P(wrong).
    pub wrong: f64,
    /// Whether none is at most as dear and at least as reliable.
    pub on_frontier: bool,
    /// Whether it is the cheapest that meets what is demanded.
    pub cheapest: bool,
}

/// Failure probabilities below this are not shown: nobody can tell such systems apart.
const SHOWN_DECADES: f64 = 12.0;

/// Draws `frontier` under this name: P(failure) on a logarithmic scale against the price, a line of marks for each scheme that reaches the frontier, and
/// steps along the frontier itself.
///
/// # Errors
/// A chart that cannot be drawn, or a table that cannot be written.
///
/// ```
/// use kofn::book::frontier::{Frontier, Point, draw};
/// let point = |agents: u64, failure| Point {
///     name: format!("majority of {agents}"),
///     scheme: "majority".into(),
///     agents,
///     price: agents as f64,
///     failure,
///     wrong: failure,
///     on_frontier: true,
///     cheapest: agents == 3,
/// };
/// let points = vec![point(1, 0.23), point(3, 0.134366), point(5, 0.083556)];
/// let rendered = draw(&Frontier { price: "Expected calls".into(), target: 0.86, points }, "plan")?;
/// assert!(rendered.svg.contains("majority of 3"));
/// assert!(rendered.csv.contains("\nmajority of 3,majority,3,3,0.134366,0.134366,true,true\n"));
/// # Ok::<(), kofn::book::BookError>(())
/// ```
pub fn draw(frontier: &Frontier, name: &str) -> Result<Rendered, BookError> {
    let svg = chart(frontier).draw(name)?;
    Ok(Rendered { name: name.into(), svg, csv: table(frontier).csv()? })
}

/// Draws `frontier` into `file`, an SVG, and writes the numbers beside it under the same name with the ending .csv.
///
/// # Errors
/// What [`draw`] says, a name that does not end in .svg, and the file that could not be written.
pub fn write(frontier: &Frontier, file: &Path) -> Result<[PathBuf; 2], BookError> {
    let stem = file.file_stem().and_then(|stem| stem.to_str());
    let (Some(stem), Some("svg")) = (stem, file.extension().and_then(|ending| ending.to_str())) else {
        let message =
            format!("{} has no place for a figure; allowed is a file name that ends in .svg", file.display());
        return Err(BookError::Draw(message));
    };
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    super::write(&draw(frontier, stem)?, directory.unwrap_or(Path::new(".")))
}

fn table(frontier: &Frontier) -> Table {
    Table::new(
        &[&["system", "scheme", "agents", "price", "failure", "wrong", "on_frontier", "cheapest"]],
        &frontier.points,
        |point| {
            vec![
                Cell::Text(point.name.clone().into()),
                Cell::Text(point.scheme.clone().into()),
                Cell::Count(point.agents),
                Cell::Number(point.price),
                Cell::Number(point.failure),
                Cell::Number(point.wrong),
                Cell::Text(point.on_frontier.to_string().into()),
                Cell::Text(point.cheapest.to_string().into()),
            ]
        },
    )
}

/// The points on the frontier, the cheapest first.
fn sorted(frontier: &Frontier) -> Vec<&Point> {
    let mut points: Vec<&Point> = frontier.points.iter().filter(|point| point.on_frontier).collect();
    points.sort_by(|a, b| a.price.total_cmp(&b.price));
    points
}

/// Down at each price to what it buys, and on to the end.
fn steps(points: &[&Point], end: f64) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for point in points {
        steps.extend(steps.last().map(|&(_, failure)| (point.price, failure)));
        steps.push((point.price, point.failure));
    }
    steps.extend(steps.last().map(|&(_, failure)| (end, failure)));
    steps
}

/// The schemes on the frontier, and a majority to hold against them, in the order of their first price.
fn schemes(points: &[&Point]) -> Vec<String> {
    let mut schemes: Vec<String> = Vec::new();
    for scheme in points.iter().map(|point| point.scheme.as_str()).chain(["majority"]) {
        if scheme != "single" && !schemes.iter().any(|other| other == scheme) {
            schemes.push(scheme.into());
        }
    }
    schemes
}

/// All systems of a scheme that no other of the same scheme beats, joined.
fn of_scheme(frontier: &Frontier, look: usize, scheme: &str) -> Series {
    let mut points: Vec<&Point> = frontier.points.iter().filter(|point| point.scheme == scheme).collect();
    points.sort_by(|a, b| a.price.total_cmp(&b.price).then(a.failure.total_cmp(&b.failure)));
    let mut least = f64::INFINITY;
    points.retain(|point| {
        let better = point.failure < least;
        least = least.min(point.failure);
        better
    });
    let mark = |point: &&Point| Mark { x: point.price, y: point.failure, interval: None };
    Series::new(look, scheme)
        .line(points.iter().map(|point| (point.price, point.failure)))
        .points(points.iter().map(mark))
}

fn chart(frontier: &Frontier) -> Chart {
    let points = sorted(frontier);
    let dearest = points.iter().map(|point| point.price).fold(0.0, f64::max);
    let least = points.iter().map(|point| point.failure).filter(|failure| *failure > 0.0).fold(1.0, f64::min);
    let lowest = least.min(1.0 - frontier.target).log10().max(-SHOWN_DECADES).floor() as i32;
    let end = if dearest > 0.0 { 1.05 * dearest } else { 1.0 };
    let y =
        Axis::decades("Probability of failure", lowest.min(-1), 0, ((-lowest) as usize).div_ceil(8).max(1));
    let schemes = schemes(&points);
    let curves = schemes.iter().enumerate().map(|(look, scheme)| of_scheme(frontier, look, scheme));
    let chosen = points.iter().filter(|point| point.cheapest).map(|point| Callout {
        x: point.price,
        y: point.failure,
        label: point.name.clone(),
        side: Side::BelowLeft,
    });
    let edge = Series::new(schemes.len(), "frontier").line(steps(&points, end)).callouts(chosen);
    let panel = Panel::new(Axis::from_zero(frontier.price.clone(), end), y)
        .reference_y(1.0 - frontier.target, format!("target {}", frontier.target))
        .with(curves)
        .with([edge]);
    Chart {
        title: title(&points),
        description: description(frontier, &points),
        caption: caption(),
        panels: vec![panel],
    }
}

fn title(points: &[&Point]) -> String {
    match points.iter().find(|point| point.cheapest) {
        Some(point) => format!("The cheapest that will do: {}", point.name),
        None => "Nothing that was considered will do".into(),
    }
}

fn description(frontier: &Frontier, points: &[&Point]) -> String {
    let ends = match (points.first(), points.last()) {
        (Some(first), Some(last)) => format!(
            " The frontier goes from {} at a price of {:.4} and a probability of failure of {:.4e} to {} at {:.4} and {:.4e}.",
            first.name, first.price, first.failure, last.name, last.price, last.failure
        ),
        _ => String::new(),
    };
    format!(
        "A chart with a logarithmic scale of the probability of failure against the price of a task, for {} systems and a target of {}.{ends}",
        frontier.points.len(),
        frontier.target
    )
}

fn caption() -> String {
    "Marks: the systems of each scheme that no cheaper one of the same scheme equals; all values are exact. frontier: the least failure that a price buys. The large mark is the cheapest system that meets the demand."
        .into()
}
