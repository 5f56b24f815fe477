//! Outcomes of a vote of agents that fail in different ways: correct, abstain or wrong.

use super::axes::decades;
use super::majority::agents_axis;
use super::prose::{ends, seen};
use crate::figure::Figure;
use crate::settings::{Settings, decimal};
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Failures, Scenario};
use kofn_figures::chart::{Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CheckedProbability, OUTCOME, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "outcomes",
    shows: "How often a majority is correct, abstains or is wrong, where only some failures cast a vote",
    settings: &["failure_rate", "hallucination", "corruption"],
    draw,
};

const MAX_AGENTS: u64 = 41;

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings)?;
    let table = table(&[&["agents", "outcome"], OUTCOME], &rows, CheckedProbability::cells);
    Rendered::new(name, &chart(&rows, settings), &table)
}

fn data(settings: &Settings) -> Result<Vec<Row>, FigureError> {
    let mut rows = Vec::new();
    for agents in (1..=MAX_AGENTS).step_by(2) {
        let scenario = Scenario::new(Agents::identical(agents, settings.failure_rate), Majority)?
            .with_failures(settings.failures())?;
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

/// What is seen with the chapter's settings.
const BOOK: &str = "Correct stays near 1. Abstaining falls from one in eleven to less than one in ten thousand at \
                    41 agents. A wrong answer starts above it, at one in seven, and falls much faster, to about \
                    one in seventy million.";

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let Failures { hallucination, corruption, crash, .. } = settings.failures();
    let (rate, percent) = (settings.failure_rate, |share: f64| decimal(100.0 * share));
    let wrong_answers = match hallucination {
        0.0 => "no failure is a wrong answer".into(),
        share => format!("{} % of failures are wrong answers, all identical", percent(share)),
    };
    let y = decades("Probability of the outcome", -9, 3, rows.iter().map(|row| row.answer.exact));
    Chart {
        title: title(rows).into(),
        description: format!(
            "Line chart with a logarithmic scale. Across: the number of agents, odd, 1 to {MAX_AGENTS}. Up: the \
             probability of each outcome of a majority vote. {} Simulated values agree with the exact curves; \
             where the outcome never occurred, arrows show upper limits.",
            seen(settings, BOOK, || format!("From one agent to {MAX_AGENTS}: {}.", ends(rows)))
        ),
        caption: format!(
            "Each agent fails at {rate}: {}; {} % malformed and \
             {} % missing answers cast no vote. Lines: exact. Full marks: simulated, {trials} trials each, with 99 % \
             intervals. Hollow marks with arrows: not once in {trials} trials; one-sided 99 % upper limits.",
            wrong_answers,
            percent(corruption),
            percent(crash),
            trials = trials()
        ),
        panels: vec![Panel::new(agents_axis(MAX_AGENTS, 8), y).with(series(rows))],
    }
}

/// Which outcome a vote of many agents has.
fn title(rows: &[Row]) -> &'static str {
    let of = |outcome: &str| {
        let mut rows = rows.iter().filter(|row| row.curve == outcome).map(|row| row.answer.exact);
        let one = rows.next().unwrap_or(f64::NAN);
        (one, rows.next_back().unwrap_or(f64::NAN))
    };
    let (correct, abstain, wrong) = (of("correct"), of("abstain"), of("wrong"));
    match () {
        () if correct.1 < correct.0 && wrong.1 > abstain.1 => "With more agents the vote errs",
        () if correct.1 < correct.0 => "With more agents the vote abstains",
        () if abstain.1 > wrong.1 => "With more agents a failed vote abstains rather than errs",
        () => "With more agents a vote fails less often, and then errs rather than abstains",
    }
}
