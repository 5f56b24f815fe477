//! The figure of a plan: what each price buys.

use crate::chart::{Axis, Callout, Chart, Panel, Point, Series, Side};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// The data of the figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Frontier {
    /// Label of the price axis.
    pub price: String,
    /// The required P(correct).
    pub target: f64,
    /// The systems, in any order.
    pub points: Vec<PricedSystem>,
}

/// A system with its price.
#[derive(Debug, Clone, PartialEq)]
pub struct PricedSystem {
    /// Its name, in a few words.
    pub name: String,
    /// Name of its scheme: systems of one scheme share a look.
    pub scheme: String,
    /// Number of agents.
    pub agents: u64,
    /// Expected price of a task.
    pub price: f64,
    /// P(abstain) + P(wrong).
    pub failure: f64,
    /// P(wrong).
    pub wrong: f64,
    /// Whether no other system is both cheaper and more reliable.
    pub on_frontier: bool,
    /// Whether it is the cheapest that meets the requirements.
    pub cheapest: bool,
    /// Whether it is the most reliable agent alone.
    pub best_single: bool,
}

/// Number of decades shown: below, failure probabilities make no practical difference.
const SHOWN_DECADES: f64 = 12.0;

/// Draws `frontier` under this name: P(failure) on a logarithmic scale against the price, a line of marks for each
/// scheme that reaches the frontier, and steps along the frontier itself.
///
/// # Errors
/// A chart that cannot be drawn, or a table that cannot be written.
///
/// ```
/// use kofn_figures::frontier::{Frontier, PricedSystem, draw};
/// let point = |agents: u64, failure| PricedSystem {
///     name: format!("majority of {agents}"),
///     scheme: "majority".into(),
///     agents,
///     price: agents as f64,
///     failure,
///     wrong: failure,
///     on_frontier: true,
///     cheapest: agents == 3,
///     best_single: agents == 1,
/// };
/// let points = vec![point(1, 0.23), point(3, 0.134366), point(5, 0.083556)];
/// let rendered = draw(&Frontier { price: "Expected calls".into(), target: 0.86, points }, "plan")?;
/// assert!(rendered.svg.contains("majority of 3"));
/// assert!(rendered.csv.contains("\nmajority of 3,majority,3,3,0.134366,0.134366,true,true\n"));
/// # Ok::<(), kofn_figures::FigureError>(())
/// ```
pub fn draw(frontier: &Frontier, name: &str) -> Result<Rendered, FigureError> {
    Rendered::new(name, &chart(frontier), &table(frontier))
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

/// Returns the points on the frontier, the cheapest first.
fn sorted(frontier: &Frontier) -> Vec<&PricedSystem> {
    let mut points: Vec<&PricedSystem> = frontier.points.iter().filter(|point| point.on_frontier).collect();
    points.sort_by(|a, b| a.price.total_cmp(&b.price));
    points
}

/// Returns the frontier as steps down at each price, up to `end`.
fn steps(points: &[&PricedSystem], end: f64) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for point in points {
        steps.extend(steps.last().map(|&(_, failure)| (point.price, failure)));
        steps.push((point.price, point.failure));
    }
    steps.extend(steps.last().map(|&(_, failure)| (end, failure)));
    steps
}

/// Returns the schemes on the frontier in the order of their first price, and a majority to compare with.
fn schemes(points: &[&PricedSystem]) -> Vec<String> {
    let mut schemes: Vec<String> = Vec::new();
    for scheme in points.iter().map(|point| point.scheme.as_str()).chain(["majority"]) {
        if scheme != "single" && !schemes.iter().any(|other| other == scheme) {
            schemes.push(scheme.into());
        }
    }
    schemes
}

/// Returns the systems of a scheme that are more reliable than every cheaper one of it, joined by a line.
fn of_scheme(frontier: &Frontier, look: usize, scheme: &str) -> Series {
    let points = if scheme == "majority" { majorities(frontier) } else { improving(frontier, scheme) };
    let mark = |point: &&PricedSystem| Point::new(point.price, point.failure);
    Series::new(look, scheme)
        .line(points.iter().map(|point| (point.price, point.failure)))
        .points(points.iter().map(mark))
}

fn improving<'a>(frontier: &'a Frontier, scheme: &str) -> Vec<&'a PricedSystem> {
    let mut points: Vec<&PricedSystem> =
        frontier.points.iter().filter(|point| point.scheme == scheme).collect();
    points.sort_by(|a, b| a.price.total_cmp(&b.price).then(a.failure.total_cmp(&b.failure)));
    let mut least = f64::INFINITY;
    points.retain(|point| {
        let better = point.failure < least;
        least = least.min(point.failure);
        better
    });
    points
}

/// Returns all majorities of odd numbers, including a single agent.
fn majorities(frontier: &Frontier) -> Vec<&PricedSystem> {
    let is_odd = |point: &&PricedSystem| {
        point.scheme == "single" || (point.scheme == "majority" && point.agents % 2 == 1)
    };
    let mut points: Vec<&PricedSystem> = frontier.points.iter().filter(is_odd).collect();
    points.sort_by_key(|point| point.agents);
    points
}

fn chart(frontier: &Frontier) -> Chart {
    let points = sorted(frontier);
    let end = end(frontier, &points);
    let lowest = lowest(frontier, &points);
    let y = Axis::decades("Probability of failure", lowest, 0, (-lowest as usize).div_ceil(8).max(1));
    let schemes = schemes(&points);
    let curves = schemes.iter().enumerate().map(|(look, scheme)| of_scheme(frontier, look, scheme));
    let chosen = points.iter().filter(|point| point.cheapest).map(|point| Callout {
        x: point.price,
        y: point.failure,
        label: "cheapest".into(),
        // The curves come from the upper left and go to the lower right.
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

/// Returns the end of the price axis: beyond the frontier, or beyond all majorities if the frontier has fewer than
/// three points.
fn end(frontier: &Frontier, points: &[&PricedSystem]) -> f64 {
    let dearest =
        |points: &mut dyn Iterator<Item = &PricedSystem>| points.map(|point| point.price).fold(0.0, f64::max);
    let mut majorities = frontier.points.iter().filter(|point| point.scheme == "majority");
    let end = match points.len() {
        0..3 => dearest(&mut majorities).max(dearest(&mut points.iter().copied())),
        _ => dearest(&mut points.iter().copied()),
    };
    if end > 0.0 { 1.05 * end } else { 1.0 }
}

/// Returns the exponent at the lower end of the axis: below the target with its label, and below every point shown.
fn lowest(frontier: &Frontier, points: &[&PricedSystem]) -> i32 {
    const ROOM: f64 = 0.6;
    let failures = points.iter().map(|point| point.failure).filter(|failure| *failure > 0.0);
    let least = failures.fold(ROOM * (1.0 - frontier.target), f64::min);
    (least.log10().max(-SHOWN_DECADES).floor() as i32).min(-1)
}

fn title(points: &[&PricedSystem]) -> String {
    match points.iter().find(|point| point.cheapest) {
        Some(point) => format!("The cheapest that meets the target: {}", point.name),
        None => "No system considered meets the target".into(),
    }
}

fn description(frontier: &Frontier, points: &[&PricedSystem]) -> String {
    let ends = match (points.first(), points.last()) {
        (Some(first), Some(last)) => format!(
            " The frontier goes from {} at a price of {:.4} and a probability of failure of {:.4e} to {} at {:.4} and \
             {:.4e}.",
            first.name, first.price, first.failure, last.name, last.price, last.failure
        ),
        _ => String::new(),
    };
    format!(
        "A chart with a logarithmic scale of the probability of failure against the price of a task, for {} systems \
         and a target of {}.{ends}",
        frontier.points.len(),
        frontier.target
    )
}

fn caption() -> String {
    "Marks: the systems of each scheme that are more reliable than every cheaper one of it, and all majorities of odd \
     numbers; all values are exact. frontier: the minimum probability of failure at each price. cheapest: the cheapest \
     system that meets the requirements."
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(scheme: &str, agents: u64, price: f64, failure: f64) -> PricedSystem {
        PricedSystem {
            name: format!("{scheme} of {agents}"),
            scheme: scheme.into(),
            agents,
            price,
            failure,
            wrong: failure,
            on_frontier: true,
            cheapest: false,
            best_single: false,
        }
    }

    fn frontier(points: Vec<PricedSystem>) -> Frontier {
        Frontier { price: "Expected calls".into(), target: 0.9, points }
    }

    #[test]
    fn steps_go_down_where_a_price_buys_more() {
        let (one, three) = (point("single", 1, 1.0, 0.2), point("majority", 3, 3.0, 0.1));
        assert_eq!(steps(&[&one, &three], 4.0), [(1.0, 0.2), (3.0, 0.2), (3.0, 0.1), (4.0, 0.1)]);
        assert!(steps(&[], 4.0).is_empty());
    }

    #[test]
    fn a_target_stands_above_the_foot() {
        let low = |points| {
            let frontier = frontier(points);
            lowest(&frontier, &sorted(&frontier))
        };
        assert_eq!(low(vec![]), -2);
        assert_eq!(low(vec![point("majority", 3, 3.0, 1e-5)]), -5);
        assert_eq!(low(vec![point("majority", 3, 3.0, 1e-300)]), -12);
        assert_eq!(low(vec![point("majority", 3, 3.0, 0.0)]), -2);
    }

    #[test]
    fn a_frontier_of_one_point_is_shown_beside_the_majorities() {
        let mut points =
            vec![point("single", 1, 1.0, 0.7), point("majority", 3, 3.0, 0.8), point("any", 9, 9.0, 0.1)];
        points[1].on_frontier = false;
        points[2].on_frontier = false;
        let frontier = frontier(points);
        assert_eq!(end(&frontier, &sorted(&frontier)), 1.05 * 3.0);
        assert!(
            draw(&frontier, "one")
                .is_ok_and(|drawn| drawn.svg.contains("No system considered meets the target"))
        );
    }
}
