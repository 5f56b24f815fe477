//! A majority on a mixture of easy and hard tasks: the four shapes of P(correct) against the number of agents.

use super::majority::agents_axis;
use crate::figure::Figure;
use crate::settings::Settings;
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Scenario, TaskClass};
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CORRECT, CheckedProbability, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "easy-and-hard",
    shows: "P(correct) of a majority against the number of agents on a mixture of easy and hard tasks: the four shapes",
    settings: &[],
    draw,
};

const MAX_AGENTS: u64 = 61;

/// A share of easy tasks, and the failure rates of every agent on easy and on hard ones.
struct Mixture {
    shape: &'static str,
    easy_share: f64,
    easy: f64,
    hard: f64,
}

/// One of each shape in Chen et al. (2024, theorem 2): whether the success rates of both classes sum to more than one,
/// and the share of easy tasks, decide which it is.
const MIXTURES: [Mixture; 4] = [
    Mixture { shape: "rises", easy_share: 0.8, easy: 0.4, hard: 0.85 },
    Mixture { shape: "rises, falls", easy_share: 0.6, easy: 0.15, hard: 0.6 },
    Mixture { shape: "falls, rises", easy_share: 0.5, easy: 0.4, hard: 0.85 },
    Mixture { shape: "falls", easy_share: 0.2, easy: 0.15, hard: 0.6 },
];

fn draw(name: &str, _: &Settings) -> Result<Rendered, FigureError> {
    let rows = data()?;
    let mixture = ["shape", "easy_share", "easy_failure_rate", "hard_failure_rate", "agents"];
    Rendered::new(name, &chart(&rows), &table(&[&mixture, CORRECT], &rows, CheckedProbability::cells))
}

fn data() -> Result<Vec<Row>, FigureError> {
    let numbers = (1..=MAX_AGENTS).step_by(2);
    MIXTURES.iter().flat_map(|mixture| numbers.clone().map(move |agents| row(mixture, agents))).collect()
}

fn row(&Mixture { shape, easy_share, easy, hard }: &Mixture, agents: u64) -> Result<Row, FigureError> {
    let tasks = [TaskClass::new(easy_share, easy), TaskClass::new(1.0 - easy_share, hard)];
    let answer = sample::correct(&Scenario::new(Agents::by_task(agents, tasks), Majority)?)?;
    let [easy_share, easy, hard] = [easy_share, easy, hard].map(Cell::Number);
    let cells = vec![Cell::Text(shape.into()), easy_share, easy, hard, Cell::Count(agents)];
    Ok(Row { curve: shape.into(), x: agents as f64, cells, answer })
}

fn chart(rows: &[Row]) -> Chart {
    let y = Axis::percent("Probability that the majority is correct", 20);
    let mixture = |Mixture { shape, easy_share, easy, hard }: &Mixture| {
        format!("{shape}: {:.0} % easy, {easy} and {hard}", 100.0 * easy_share)
    };
    Chart {
        title: "Where some tasks are hard, more agents can hurt".into(),
        description: format!(
            "Line chart. Across: the number of agents, odd, 1 to {MAX_AGENTS}. Up: the probability that a strict \
             majority is correct, 0 to 100 percent, on a mixture of easy and hard tasks. One curve for each of four \
             mixtures: one rises from 51 towards 80 percent; one rises from 67 to 71 percent at five agents and falls \
             back towards 60; one falls from 38 to 35 percent and rises towards 50; one falls from 49 towards 20 \
             percent. Simulated values agree with the exact curves.",
        ),
        caption: format!(
            "Share of easy tasks, failure rates on easy and on hard ones: {}. In the limit n → ∞ the majority is \
             correct on all easy tasks and on no hard one, so each curve ends at its share of easy tasks. Lines: \
             exact, at odd n. Marks: simulated, {} trials each; 99 % intervals are shorter than the marks.",
            MIXTURES.each_ref().map(mixture).join("; "),
            trials()
        ),
        panels: vec![Panel::new(agents_axis(MAX_AGENTS, 10), y).with(series(rows))],
    }
}
