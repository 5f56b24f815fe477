//! P(correct) in the limit of many agents.

use super::labels::percent;
use crate::chart::{Axis, Chart, Panel};
use crate::curves::{self, Row};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::sample::{self, CORRECT, CheckedProbability, trials};
use crate::table::Cell;
use kofn::scenario::Scenario;

/// A model of failures, as a scenario for each number of agents.
#[derive(Debug, Clone)]
pub struct Curve {
    /// The model's name.
    pub name: String,
    /// Scenarios that differ in the number of agents alone, fewest first.
    pub scenarios: Vec<Scenario>,
}

/// Draws P(correct) against the number of agents for each model, with the limit of the first of them.
///
/// # Errors
/// An engine's refusal of a scenario; two engines that disagree; what cannot be drawn or written.
///
/// ```
/// use kofn_figures::fitted::{Curve, ceiling};
/// use kofn::scenario::{Agents, Dependence, Scenario, scheme::Majority};
/// let scenario = |n| {
///     let dependence = Dependence::BetaBinomial { correlation: 0.3 };
///     Scenario::new(Agents::identical(n, 0.3), Majority)?.with_dependence(dependence)
/// };
/// let scenarios = [1, 3, 5].into_iter().map(scenario).collect::<Result<_, _>>()?;
/// let figure = ceiling(&[Curve { name: "fitted".into(), scenarios }])?;
/// assert_eq!(figure.csv.lines().count(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ceiling(curves: &[Curve]) -> Result<Rendered, FigureError> {
    let rows = curves.iter().flat_map(|curve| curve.scenarios.iter().map(|scenario| row(curve, scenario)));
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    let limit = curves.first().and_then(|curve| curve.scenarios.last()).map(kofn::exact::limit).transpose();
    let limit = limit.ok().flatten().map(|limit| limit.correct);
    let table = curves::table(&[&["model", "agents"], CORRECT], &rows, CheckedProbability::cells);
    Rendered::new("ceiling", &chart(curves, &rows, limit), &table)
}

fn row(curve: &Curve, scenario: &Scenario) -> Result<Row, FigureError> {
    let agents = scenario.agents().count();
    let cells = vec![Cell::Text(curve.name.clone().into()), Cell::Count(agents)];
    Ok(Row { curve: curve.name.clone(), x: agents as f64, cells, answer: sample::correct(scenario)? })
}

fn title(rows: &[Row], scheme: &str, limit: Option<f64>) -> String {
    match (limit, rows.first()) {
        (Some(limit), Some(first)) if limit < first.answer.exact => {
            format!("More of these agents make a {scheme} worse, down to {} in the limit", percent(limit))
        }
        (Some(limit), _) => {
            format!("In the limit, more of these agents bring a {scheme} to {}", percent(limit))
        }
        (None, _) => format!("A {scheme} of more of these agents"),
    }
}

fn chart(curves: &[Curve], rows: &[Row], limit: Option<f64>) -> Chart {
    let most = rows.iter().map(|row| row.x as u64).max().unwrap_or(1);
    let scheme = curves.first().and_then(|curve| curve.scenarios.first());
    let scheme = scheme.map_or("vote", |scenario| scenario.scheme().about().name);
    let x = Axis::counts("Number of agents", most.max(2).ilog10() + 1);
    let panel =
        Panel::new(x, Axis::percent("Probability that the answer is correct", 25)).with(curves::series(rows));
    let panel = match limit {
        Some(limit) => panel.reference_y(limit, format!("limit {}", percent(limit))),
        None => panel,
    };
    let title = title(rows, scheme, limit);
    Chart {
        description: format!(
            "Line chart. Across: the number of agents, logarithmic. Up: the probability that the answer is correct. \
             {title}."
        ),
        title,
        caption: format!(
            "Models fitted to the log; each agent fails at their mean rate. Lines: exact. Marks: simulated, {} trials \
             each; 99 % intervals are shorter than the marks. Level line: the limit n → ∞.",
            trials()
        ),
        panels: vec![panel],
    }
}
