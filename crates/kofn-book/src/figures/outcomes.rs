//! Outcomes of a vote of agents that fail in different ways: correct, abstain or wrong.

use super::majority::agents_axis;
use crate::figure::Figure;
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Failures, Scenario, WrongAnswers};
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CheckedProbability, OUTCOME, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "outcomes",
    shows: "How often a majority is correct, abstains or is wrong, where only some failures cast a vote",
    draw,
};

const FAILURE_RATE: f64 = 0.23;
const FAILURES: Failures =
    Failures { hallucination: 0.6, corruption: 0.25, crash: 0.15, wrong_answers: WrongAnswers::Same };
const MAX_AGENTS: u64 = 41;

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data()?;
    let table = table(&[&["agents", "outcome"], OUTCOME], &rows, CheckedProbability::cells);
    Rendered::new(name, &chart(&rows), &table)
}

fn data() -> Result<Vec<Row>, FigureError> {
    let mut rows = Vec::new();
    for agents in (1..=MAX_AGENTS).step_by(2) {
        let scenario =
            Scenario::new(Agents::identical(agents, FAILURE_RATE), Majority)?.with_failures(FAILURES)?;
        let (exact, estimate) = sample::answer(&scenario)?;
        let counts = estimate.counts;
        for (outcome, exact, count) in [
            ("correct", exact.correct, counts.correct()),
            ("abstain", exact.abstain, counts.abstain()),
            ("wrong", exact.wrong, counts.wrong()),
        ] {
            let cells = vec![Cell::Count(agents), Cell::Text(outcome.into())];
            let answer = CheckedProbability::new(exact, count);
            rows.push(Row { curve: outcome.into(), x: agents as f64, cells, answer });
        }
    }
    Ok(rows)
}

fn chart(rows: &[Row]) -> Chart {
    let y = Axis::decades("Probability of the outcome", -9, 0, 3);
    Chart {
        title: "With more agents a failed vote abstains rather than errs".into(),
        description: format!(
            "Line chart with a logarithmic scale. Across: the number of agents, odd, 1 to {MAX_AGENTS}. Up: the \
             probability of each outcome of a majority vote. Correct stays near 1. Abstaining falls from one in eleven \
             to less than one in ten thousand at {MAX_AGENTS} agents. A wrong answer starts above it, at one in seven, \
             and falls much faster, to about one in seventy million. Simulated values agree with the exact curves; \
             where the outcome never occurred, arrows show upper limits.",
        ),
        caption: format!(
            "Each agent fails at {FAILURE_RATE}: 60 % of failures are wrong answers, all identical; 25 % malformed and \
             15 % missing answers cast no vote. Lines: exact. Full marks: simulated, {trials} trials each, with 99 % \
             intervals. Hollow marks with arrows: not once in {trials} trials; one-sided 99 % upper limits.",
            trials = trials()
        ),
        panels: vec![Panel::new(agents_axis(MAX_AGENTS, 8), y).with(series(rows))],
    }
}
