//! Minimum odd number of agents for a required reliability, against their failure rate.

use super::threshold::{Row, data, percent, table};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "agents-needed",
    shows: "Number of agents that a majority needs for 90 to 99.99 % reliability, against their failure rate",
    settings: &["failure_rate"],
    draw,
};

/// P(failure) of the vote, from the strictest.
const FAILURES: [f64; 4] = [1e-4, 1e-3, 1e-2, 0.1];
const MAX_AGENTS: u64 = 1001;
/// What is said of agents that fail at one half or more often.
const NONE: &str = "no number is enough";
/// Up to here every number is a step; above, steps are finer than the line, and the corners are joined.
const MAX_STEPS: u64 = 99;

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(&FAILURES, &numbers())?;
    Rendered::new(name, &chart(&rows, settings.failure_rate, &needed(settings.failure_rate)?), &table(&rows))
}

/// Odd numbers: all up to [`MAX_STEPS`], then in steps of about a twentieth.
fn numbers() -> Vec<u64> {
    let next = |&agents: &u64| Some(agents + if agents < MAX_STEPS { 2 } else { 2 * (agents / 40) });
    std::iter::successors(Some(1), next).take_while(|&agents| agents <= MAX_AGENTS).collect()
}

fn chart(rows: &[Row], marked_rate: f64, needed: &[Option<u64>]) -> Chart {
    let of = |failure: f64| rows.iter().filter(move |row| row.failure == failure);
    let series = FAILURES
        .iter()
        .enumerate()
        .map(|(look, &failure)| Series::new(look, percent(failure)).line(steps(of(failure))));
    let tenths = match marked_rate {
        0.0..=0.4 => 4,
        _ => 5,
    };
    let x = Axis::tenths("Failure rate of each agent", tenths);
    let y = Axis::counts("Smallest odd number of agents", 3);
    let mut panel = Panel::new(x, y).height(380.0).with(series);
    if marked_rate <= 0.5 {
        panel = panel.reference_x(marked_rate, marked_rate.to_string());
    }
    let at_mark = at_mark(needed, marked_rate);
    Chart {
        title: title(needed, marked_rate),
        description: format!(
            "Step chart with a logarithmic scale. Across: the failure rate of each agent, 0 to {}. Up: the smallest \
             odd number of agents whose majority is correct with probability 90, 99, 99.9 or 99.99 percent. All four \
             curves rise steadily and steepen towards one half. At a failure rate of {marked_rate} {}.",
            f64::from(tenths) / 10.0,
            at_mark.as_ref().map_or(NONE.into(), |told| format!("the numbers are {told}")),
        ),
        caption: format!(
            "Lines: exact, labeled with the reliability of the majority. At a failure rate of {marked_rate} {}. \
             Beyond {MAX_STEPS} agents the steps are finer than the line.",
            at_mark.map_or(NONE.into(), |told| format!("they are at {told} agents")),
        ),
        panels: vec![panel],
    }
}

/// Returns the numbers of agents at the marked rate, for increasing reliability; none above [`MAX_AGENTS`].
fn needed(marked_rate: f64) -> Result<Vec<Option<u64>>, FigureError> {
    let smallest = |failure: f64| {
        for agents in (1..=MAX_AGENTS).step_by(2) {
            if kofn::unreliability(agents, marked_rate)? <= failure {
                return Ok(Some(agents));
            }
        }
        Ok(None)
    };
    FAILURES.into_iter().rev().map(smallest).collect()
}

/// The numbers in words; none where there are none.
fn at_mark(needed: &[Option<u64>], marked_rate: f64) -> Option<String> {
    let one = |agents: &Option<u64>| {
        agents.map_or_else(|| format!("more than {MAX_AGENTS}"), |agents| agents.to_string())
    };
    (marked_rate < 0.5).then(|| needed.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// What each further nine costs, from 90 percent on.
fn title(needed: &[Option<u64>], marked_rate: f64) -> String {
    let pairs = needed.iter().zip(needed.iter().skip(1));
    let costs: Option<Vec<u64>> = pairs.map(|(fewer, more)| Some((*more)? - (*fewer)?)).collect();
    let of = format!("agents that fail at {marked_rate}");
    let Some(costs) = costs else {
        return match needed.iter().flatten().count() {
            0 if marked_rate >= 0.5 => format!("No number of {of} is enough"),
            _ => format!("More than {MAX_AGENTS} {of} are needed for {}", percent(FAILURES[0])),
        };
    };
    match (costs.iter().min(), costs.iter().max()) {
        (Some(0), Some(most)) => format!("Each further nine takes at most {most} more {of}"),
        (Some(least), Some(most)) if least < most => format!("A further nine costs {least} to {most} {of}"),
        (cost, _) => format!("A further nine costs {} {of}", cost.copied().unwrap_or_default()),
    }
}

/// The corners of the smallest number of agents as a function of the failure rate.
fn steps<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<(f64, f64)> {
    let mut corners = vec![(0.0, 1.0)];
    for row in rows {
        let agents = row.agents as f64;
        if row.agents <= MAX_STEPS {
            let from = corners.last().map_or(0.0, |corner| corner.0);
            corners.push((from, agents));
        }
        corners.push((row.failure_rate, agents));
    }
    corners
}
