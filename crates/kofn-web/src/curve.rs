//! Exact answers of a scenario for each number of agents.

use kofn::outcome::Exact;
use kofn::scenario::{Dependence, Scheme};
use kofn::{Agents, Error, Scenario, answers, assess};
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};
use serde::Serialize;

/// Exact answers of a scenario, by number of agents.
#[derive(Debug, Serialize)]
pub(crate) struct Curve {
    /// Answers under the dependence of the scenario.
    points: Vec<Point>,
    /// Answers if agents failed independently; null if the scenario says that they do.
    independent: Option<Vec<Point>>,
    /// What the curve shows at the scenario's number of agents, and what more agents would change.
    title: String,
}

/// The answer of one number of agents.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Point {
    agents: u64,
    #[serde(flatten)]
    exact: Exact,
}

/// The curve as a file to keep.
#[derive(Debug, Serialize)]
pub(crate) struct Drawing {
    svg: String,
    csv: String,
}

impl Curve {
    /// Computes the answers for 1 to `most` agents; numbers that the scheme does not allow are left out. Of a list of
    /// failure rates, n agents are the first n.
    ///
    /// `asked` is the number of agents of a list that is asked for; `None` for all.
    ///
    /// # Errors
    /// Fails if the scenario itself has no exact answer.
    pub(crate) fn of(scenario: &Scenario, most: u64, asked: Option<u64>) -> Result<Self, Error> {
        let asked = asked.map_or_else(|| Ok(scenario.clone()), |count| of_count(scenario, count))?;
        let here = assess(&asked)?;
        let counts = counts(scenario, asked.agents().count(), most);
        let points = self::points(scenario, &counts);
        let independent = match scenario.dependence() {
            Dependence::Independent => None,
            _ => Some(scenario.clone().with_dependence(Dependence::Independent)?),
        };
        let independent = independent.map(|scenario| self::points(&scenario, &counts));
        let title = title(&asked, &here, &points, independent.as_deref());
        Ok(Self { title, points, independent })
    }
}

/// Numbers of agents to try. For a majority of an odd number these are the odd ones, since one agent more than an odd
/// number only adds ties.
fn counts(scenario: &Scenario, here: u64, most: u64) -> Vec<u64> {
    let is_odd = matches!(scenario.scheme(), Scheme::Majority(_)) && !here.is_multiple_of(2);
    let most = match scenario.agents() {
        Agents::Different { failure_rates } => most.min(failure_rates.len() as u64),
        _ => most.max(here),
    };
    (1..=most).step_by(if is_odd { 2 } else { 1 }).collect()
}

fn of_count(scenario: &Scenario, count: u64) -> Result<Scenario, Error> {
    scenario.to_builder().first(count).build()
}

fn points(scenario: &Scenario, counts: &[u64]) -> Vec<Point> {
    let point = |&agents: &u64| {
        let exact = assess(&of_count(scenario, agents).ok()?).ok()?;
        Some(Point { agents, exact })
    };
    counts.iter().filter_map(point).collect()
}

/// A probability in percent, with enough digits to tell it from 0 and 100.
fn percent(probability: f64) -> String {
    let percent = 100.0 * probability;
    match percent {
        p if p == 0.0 || p == 100.0 => format!("{p} %"),
        p if p < 1e-4 => format!("{p:.1e} %"),
        p => {
            let from_end = p.min(100.0 - p).max(1e-9);
            let digits = (1.0 - libm::floor(libm::log10(from_end))).clamp(1.0, 8.0) as usize;
            format!("{p:.digits$} %")
        }
    }
}

/// "A system of 5 agents fails on 8.4 % of tasks; 2 more would lower that to 5.4 %", and what independence would promise.
fn title(scenario: &Scenario, here: &Exact, points: &[Point], independent: Option<&[Point]>) -> String {
    let count = scenario.agents().count();
    let of = |points: &[Point], count: u64| points.iter().find(|point| point.agents == count).copied();
    let next = points.iter().find(|point| point.agents > count);
    let said = format!("{} fails on {} of tasks", system(count), percent(here.failure));
    let more = next.map_or(String::new(), |next| {
        let by = next.agents - count;
        let is_lower =
            next.exact.failure < here.failure && percent(next.exact.failure) != percent(here.failure);
        let verb = if is_lower { "would lower that to" } else { "would not help:" };
        format!("; {by} more {verb} {}", percent(next.exact.failure))
    });
    let assumed = independent
        .and_then(|points| of(points, count))
        .map_or(String::new(), |point| format!(" (assuming independence: {})", percent(point.exact.failure)));
    format!("{said}{assumed}{more}")
}

fn system(count: u64) -> String {
    if count == 1 { "1 agent".to_owned() } else { format!("A system of {count} agents") }
}

/// Returns the curve as a figure in the house style, and its numbers.
///
/// # Errors
/// Fails if the scenario itself has no exact answer, or if the curve cannot be drawn.
pub(crate) fn drawing(scenario: &Scenario, most: u64, asked: Option<u64>) -> Result<Drawing, FigureError> {
    let curve = Curve::of(scenario, most, asked)?;
    let last = curve.points.last().map_or(1, |point| point.agents);
    let line = |value: fn(&Exact) -> f64| {
        curve.points.iter().map(move |point| (point.agents as f64, value(&point.exact)))
    };
    let mut series = vec![Series::new(0, "correct").line(line(|exact| exact.correct))];
    for (look, name, value) in [(1, "abstain", abstain as fn(&Exact) -> f64), (2, "wrong", wrong)] {
        if line(value).any(|(_, value)| value > 0.0) {
            series.push(Series::new(look, name).line(line(value)));
        }
    }
    if let Some(independent) = &curve.independent {
        let line = independent.iter().map(|point| (point.agents as f64, point.exact.correct));
        series.push(Series::new(3, "correct, if independent").line(line));
    }
    let step = (last / 10).max(1);
    let ticks = (1..=last).step_by(step as usize);
    let x = Axis::integers("Number of agents", (0.5, last as f64 + 0.5), ticks);
    let chart = Chart {
        title: curve.title.clone(),
        description: "Probabilities of the outcomes against the number of agents.".into(),
        caption: format!("Lines: exact. {}.", answers::describe(scenario).join("; ")),
        panels: vec![Panel::new(x, Axis::percent("Share of tasks", 20)).with(series)],
    };
    let rows = Table::new(&[&["agents", "correct", "abstain", "wrong"]], &curve.points, |point| {
        let Exact { correct, abstain, wrong, .. } = point.exact;
        vec![Cell::Count(point.agents), Cell::Number(correct), Cell::Number(abstain), Cell::Number(wrong)]
    });
    let figure = Rendered::new("curve", &chart, &rows)?;
    Ok(Drawing { svg: figure.svg, csv: figure.csv })
}

fn wrong(exact: &Exact) -> f64 {
    exact.wrong
}

fn abstain(exact: &Exact) -> f64 {
    exact.abstain
}

#[cfg(test)]
mod tests {
    use super::*;
    use kofn::scenario::scheme::{Any, KOfN, Majority};

    fn agents_of(curve: &Curve) -> Vec<u64> {
        curve.points.iter().map(|point| point.agents).collect()
    }

    #[test]
    fn a_majority_of_an_odd_number_has_odd_numbers_alone() {
        let five = Scenario::new(Agents::identical(5, 0.23), Majority).unwrap();
        assert_eq!(agents_of(&Curve::of(&five, 9, None).unwrap()), [1, 3, 5, 7, 9]);
        let six = five.with_count(6).unwrap();
        assert_eq!(agents_of(&Curve::of(&six, 9, None).unwrap()), (1..=9).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_that_the_scheme_does_not_have_are_left_out() {
        let three_of_five = Scenario::new(Agents::identical(5, 0.1), KOfN { k: 3 }).unwrap();
        assert_eq!(agents_of(&Curve::of(&three_of_five, 6, None).unwrap()), [3, 4, 5, 6]);
    }

    #[test]
    fn a_list_of_rates_is_taken_from_its_beginning() {
        let rates = [0.1, 0.3, 0.2];
        let three = Scenario::new(Agents::different(rates), Any).unwrap();
        let curve = Curve::of(&three, 41, None).unwrap();
        assert_eq!(agents_of(&curve), [1, 2, 3]);
        let failures: Vec<f64> = curve.points.iter().map(|point| point.exact.failure).collect();
        for (failure, product) in failures.iter().zip([0.1, 0.1 * 0.3, 0.1 * 0.3 * 0.2]) {
            assert!((failure / product - 1.0).abs() < 4.0 * f64::EPSILON, "{failure} for {product}");
        }
    }

    #[test]
    fn the_curve_of_a_list_is_about_the_agents_that_are_asked_for() {
        let five = Scenario::new(Agents::different([0.1, 0.12, 0.15, 0.2, 0.25]), Majority).unwrap();
        let four = Curve::of(&five, 41, Some(4)).unwrap();
        assert_eq!(agents_of(&four), [1, 2, 3, 4, 5]);
        assert!(four.title.contains("4 agents"), "{}", four.title);
    }

    #[test]
    fn independence_is_shown_beside_dependence_alone() {
        let five = Scenario::new(Agents::identical(5, 0.23), Majority).unwrap();
        let alone = Curve::of(&five, 5, None).unwrap();
        assert!(alone.independent.is_none());
        let together = five.with_dependence(Dependence::GaussianCopula { correlation: 0.5 }).unwrap();
        let beside = Curve::of(&together, 5, None).unwrap().independent.unwrap();
        let failures = |points: &[Point]| points.iter().map(|point| point.exact.failure).collect::<Vec<_>>();
        assert_eq!(failures(&beside), failures(&alone.points));
    }

    #[test]
    fn the_title_says_what_the_curve_shows() {
        let five = Scenario::new(Agents::identical(5, 0.23), Majority).unwrap();
        let said = "A system of 5 agents fails on 8.4 % of tasks; 2 more would lower that to 5.4 %";
        assert_eq!(Curve::of(&five, 9, None).unwrap().title, said);
        assert_eq!(
            [0.0, 1.0, 0.5, 0.08356, 1e-9, 0.99998].map(percent),
            ["0 %", "100 %", "50.0 %", "8.4 %", "1.0e-7 %", "99.9980 %"]
        );
    }

    #[test]
    fn a_drawing_has_the_numbers_of_the_curve() {
        let five = Scenario::new(Agents::identical(5, 0.23), Majority).unwrap();
        let drawing = drawing(&five, 5, None).unwrap();
        assert!(
            drawing.csv.contains("\n3,0.865634,0,0.134366") && drawing.svg.contains("8.4 %"),
            "{}",
            drawing.csv
        );
    }
}
