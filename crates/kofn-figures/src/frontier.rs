//! The figure of a plan: what each price buys.

use crate::chart::{Axis, Callout, Chart, Panel, Point, Series, Side};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};
use kofn::plan::{Choice, Options};

/// The data of the figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Frontier {
    /// Label of the price axis.
    pub price: String,
    /// The required P(correct), if there is a requirement.
    pub target: Option<f64>,
    /// Whether systems are teams of agents that differ: then those on the frontier have numbers, and the caption says
    /// which they are.
    pub teams: bool,
    /// The systems, in any order.
    pub points: Vec<PricedSystem>,
}

impl Frontier {
    /// Returns what was compared for a plan.
    pub fn of(options: &Options) -> Self {
        let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
        let teams = options.choices.iter().any(|choice| choice.members.is_some());
        let point = |(place, choice): (usize, &Choice)| PricedSystem {
            name: choice.title(),
            scheme: choice.scenario.scheme().about().name.into(),
            agents: choice.agents(),
            price: choice.price,
            failure: choice.exact.failure,
            wrong: choice.exact.wrong,
            on_frontier: options.frontier.contains(&place),
            cheapest: options.cheapest == Some(place),
            best_single: teams && options.best_single == Some(place),
        };
        let price =
            if priced { "Expected cost of a task" } else { "Expected calls and validations of a task" };
        Self {
            price: price.into(),
            target: Some(options.demand.target),
            teams,
            points: options.choices.iter().enumerate().map(point).collect(),
        }
    }
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
/// scheme that reaches the frontier, and steps along the frontier itself. The cheapest system that meets the
/// requirements is marked, and the best single agent.
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
/// let frontier = Frontier { price: "Expected calls".into(), target: Some(0.86), teams: false, points };
/// let rendered = draw(&frontier, "plan")?;
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

/// Maximum number of systems on the frontier that have numbers: more would not be read.
const NUMBERED: usize = 9;

/// Returns the systems on the frontier that have numbers: all or, of many, the first, the last and others at equal
/// distances.
fn numbered<'a>(points: &[&'a PricedSystem]) -> Vec<&'a PricedSystem> {
    let last = points.len().saturating_sub(1);
    let cheapest = points.iter().position(|point| point.cheapest);
    let step_of = |rank: usize| rank * (NUMBERED - 2) / last.max(1);
    let is_told = |(rank, point): &(usize, &&PricedSystem)| {
        let begins_step = *rank == 0 || step_of(*rank) != step_of(rank - 1);
        // The label of the cheapest needs room.
        let is_close = *rank > 0 && *rank < last && cheapest.is_some_and(|other| other.abs_diff(*rank) <= 2);
        points.len() <= NUMBERED || point.cheapest || begins_step && !is_close
    };
    points.iter().enumerate().filter(is_told).map(|(_, point)| *point).collect()
}

/// A kind of system of different agents.
struct Kind {
    label: &'static str,
    has: fn(&PricedSystem) -> bool,
}

const KINDS: [Kind; 3] = [
    Kind { label: "single agent", has: |point| point.agents == 1 },
    Kind { label: "team", has: |point| point.agents > 1 && point.scheme != "cascade" },
    Kind { label: "cascade", has: |point| point.scheme == "cascade" },
];

/// Returns the marks of all single agents, and of the teams and the cascades of teams on the frontier.
fn of_kinds(frontier: &Frontier) -> Vec<Series> {
    let is_shown = |point: &&PricedSystem| point.on_frontier || point.agents == 1;
    let of = |(look, kind): (usize, &Kind)| {
        let points = frontier.points.iter().filter(is_shown).filter(|point| (kind.has)(point));
        Series::new(look, kind.label).points(points.map(|point| Point::new(point.price, point.failure)))
    };
    KINDS.iter().enumerate().map(of).collect()
}

/// Returns the names beside the marks.
fn callouts(frontier: &Frontier, points: &[&PricedSystem]) -> Vec<Callout> {
    let callout =
        |point: &PricedSystem, label: String, side| Callout { x: point.price, y: point.failure, label, side };
    let numbers = numbered(points);
    let label = |point: &PricedSystem| {
        let number = numbers.iter().position(|other| std::ptr::eq(*other, point)).filter(|_| frontier.teams);
        let parts = [
            number.map(|number| (number + 1).to_string()),
            point.cheapest.then(|| "cheapest".into()),
            (point.best_single && !(frontier.teams && point.cheapest)).then(|| "best single agent".into()),
        ];
        parts.into_iter().flatten().collect::<Vec<String>>().join(", ")
    };
    let is_marked = |point: &&&PricedSystem| point.on_frontier || point.best_single;
    let all: Vec<&PricedSystem> = frontier.points.iter().collect();
    let marked = all.iter().filter(is_marked).map(|point| (*point, label(point)));
    marked
        .filter(|(_, label)| !label.is_empty())
        .map(|(point, label)| {
            // The curves come from the upper left and go to the lower right.
            let side =
                if point.on_frontier && !point.best_single { Side::BelowLeft } else { Side::BelowRight };
            callout(point, label, side)
        })
        .collect()
}

fn chart(frontier: &Frontier) -> Chart {
    let points = sorted(frontier);
    let end = end(frontier, &points);
    let lowest = lowest(frontier, &points);
    let y = Axis::decades("Probability of failure", lowest, 0, (-lowest as usize).div_ceil(8).max(1));
    let schemes = schemes(&points);
    let curves: Vec<Series> = if frontier.teams {
        of_kinds(frontier)
    } else {
        schemes.iter().enumerate().map(|(look, scheme)| of_scheme(frontier, look, scheme)).collect()
    };
    let edge =
        Series::new(curves.len(), "frontier").line(steps(&points, end)).callouts(callouts(frontier, &points));
    let panel = Panel::new(Axis::from_zero(frontier.price.clone(), end), y).with(curves).with([edge]);
    let panel = match frontier.target {
        Some(target) => panel.reference_y(1.0 - target, format!("target {target}")),
        None => panel,
    };
    Chart {
        title: title(frontier, &points),
        description: description(frontier, &points),
        caption: if frontier.teams { caption_of_teams(&points) } else { caption() },
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
    let foot = frontier.target.map_or(1.0, |target| ROOM * (1.0 - target));
    let least = failures.fold(foot, f64::min);
    (least.log10().max(-SHOWN_DECADES).floor() as i32).min(-1)
}

fn title(frontier: &Frontier, points: &[&PricedSystem]) -> String {
    if frontier.target.is_none() {
        return points.last().map_or("No system was considered".into(), |last| {
            format!("The model's most reliable: {}", last.name)
        });
    }
    match points.iter().find(|point| point.cheapest) {
        Some(point) => format!("The cheapest that meets the target: {}", point.name),
        None => "No system considered meets the target".into(),
    }
}

fn description(frontier: &Frontier, points: &[&PricedSystem]) -> String {
    let target = frontier.target.map_or(String::new(), |target| format!(" and a target of {target}"));
    let ends = match (points.first(), points.last()) {
        (Some(first), Some(last)) => format!(
            " The frontier goes from {} at a price of {:.4} and a probability of failure of {:.4e} to {} at {:.4} and \
             {:.4e}.",
            first.name, first.price, first.failure, last.name, last.price, last.failure
        ),
        _ => String::new(),
    };
    format!(
        "A chart with a logarithmic scale of the probability of failure against the price of a task, for {} \
         systems{target}.{ends}",
        frontier.points.len()
    )
}

fn caption() -> String {
    "Marks: the systems of each scheme that are more reliable than every cheaper one of it, and all majorities of odd \
     numbers; all values are exact for these rates. frontier: the minimum probability of failure at each price. cheapest: the cheapest \
     system that meets the requirements. best single agent: the most reliable agent alone."
        .into()
}

/// The caption of teams, with the names of those that have numbers.
fn caption_of_teams(points: &[&PricedSystem]) -> String {
    let names =
        numbered(points).into_iter().enumerate().map(|(rank, point)| format!("{} {}", rank + 1, point.name));
    let names: Vec<String> = names.collect();
    format!(
        "Circles: each agent alone; squares: teams; triangles: cascades of two teams; all values are exact for these rates. frontier: the \
         minimum probability of failure at each price. cheapest: the cheapest system that meets the requirements. On the \
         frontier: {}.",
        names.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of many systems few have numbers, and the caption names those and no others.
    #[test]
    fn numbered_systems_are_named() {
        let points: Vec<PricedSystem> = (1..=40_u32)
            .map(|rank| PricedSystem {
                name: format!("system {rank}."),
                cheapest: rank == 17,
                best_single: rank == 1,
                ..point("cascade", 3, f64::from(rank), 0.9_f64.powi(rank as i32))
            })
            .collect();
        let frontier = Frontier { teams: true, ..frontier(points) };
        let points = sorted(&frontier);
        let names: Vec<&str> = numbered(&points).into_iter().map(|point| point.name.as_str()).collect();
        assert!(names.len() <= NUMBERED && names.contains(&"system 17."), "{names:?}");
        assert_eq!((names.first(), names.last()), (Some(&"system 1."), Some(&"system 40.")));
        let caption = caption_of_teams(&points);
        for (rank, name) in names.iter().enumerate() {
            assert!(caption.contains(&format!("{} {name}", rank + 1)), "{caption}");
        }
        let labels: Vec<String> =
            callouts(&frontier, &points).into_iter().map(|callout| callout.label).collect();
        assert!(labels.contains(&"1, best single agent".into()), "{labels:?}");
        assert!(labels.iter().any(|label| label.ends_with(", cheapest")), "{labels:?}");
    }

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
        Frontier { price: "Expected calls".into(), target: Some(0.9), teams: false, points }
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
