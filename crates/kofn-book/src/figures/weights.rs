//! A vote of one strong and four weak agents, each with one vote or each with the weight of its log-odds.

use crate::figure::Figure;
use kofn::scenario::scheme::{Majority, Weighted};
use kofn::scenario::{Agents, Error, Scenario, Scheme};
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CORRECT, CheckedProbability, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "weights",
    shows: "P(correct) of votes weighted by log-odds and of equal votes, for one strong and four weak agents",
    draw,
};

const STRONG: f64 = 0.05;
const WEAK_AGENTS: usize = 4;
/// Failure rates of the weak agents, in thousandths.
const WEAK: std::ops::RangeInclusive<u32> = 50..=500;
const STEP: usize = 25;

/// A way to vote.
struct Vote {
    name: &'static str,
    scheme: fn() -> Scheme,
}

const VOTES: [Vote; 2] = [
    Vote { name: "log-odds weights", scheme: || Weighted::log_odds().into() },
    Vote { name: "equal votes", scheme: || Majority.into() },
];

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data()?;
    let table = table(&[&["vote", "weak_failure_rate"], CORRECT], &rows, CheckedProbability::cells);
    Rendered::new(name, &chart(&rows), &table)
}

fn data() -> Result<Vec<Row>, FigureError> {
    let rates = || WEAK.step_by(STEP).map(|thousandths| f64::from(thousandths) / 1000.0);
    VOTES.iter().flat_map(|vote| rates().map(move |weak| row(vote, weak))).collect()
}

fn row(vote: &Vote, weak: f64) -> Result<Row, FigureError> {
    let answer = sample::correct(&scenario((vote.scheme)(), weak)?)?;
    let cells = vec![Cell::Text(vote.name.into()), Cell::Number(weak)];
    Ok(Row { curve: vote.name.into(), x: weak, cells, answer })
}

fn scenario(scheme: Scheme, weak: f64) -> Result<Scenario, Error> {
    let mut rates = vec![STRONG];
    rates.extend([weak; WEAK_AGENTS]);
    Scenario::new(Agents::different(rates), scheme)
}

fn chart(rows: &[Row]) -> Chart {
    let ends = [WEAK.start(), WEAK.end()].map(|thousandths| f64::from(*thousandths) / 1000.0);
    let alone = Series::new(VOTES.len(), "strong agent alone").line(ends.map(|weak| (weak, 1.0 - STRONG)));
    let x = Axis::hundredths("Failure rate of each of the four weak agents", 50, 10);
    let y = Axis::percent_from("Probability that the answer is correct", 60, 10);
    Chart {
        title: "Equal votes let weak agents outvote the strong one".into(),
        description: format!(
            "Line chart. Across: the failure rate of each of four weak agents, 0.05 to 0.5. Up: the probability that \
             the answer of five agents is correct, 60 to 100 percent; the fifth fails at {STRONG}. With equal votes it \
             falls from 99.9 percent, below the 95 percent of the strong agent alone when the weak ones fail at about \
             0.23, to 67 percent. With log-odds weights it falls to 95 percent near 0.3 and stays there.",
        ),
        caption: format!(
            "One agent fails at {STRONG}. Weights: ln((1−f)/f), which are optimal; above a rate of 0.32 four weak \
             agents together weigh less than the strong one. Lines: exact. Marks: simulated, {} trials each; 99 % \
             intervals are shorter than the marks.",
            trials()
        ),
        panels: vec![Panel::new(x, y).with(series(rows)).with([alone])],
    }
}
