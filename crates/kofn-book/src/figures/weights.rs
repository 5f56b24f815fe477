//! A vote of one strong and four weak agents, each with one vote or each with the weight of its log-odds.

use super::prose::{ends, probability, seen};
use crate::figure::Figure;
use crate::settings::{Settings, decimal};
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
    settings: &["strong_failure_rate"],
    draw,
};

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

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings.strong_failure_rate)?;
    let table = table(&[&["vote", "weak_failure_rate"], CORRECT], &rows, CheckedProbability::cells);
    Rendered::new(name, &chart(&rows, settings), &table)
}

fn data(strong: f64) -> Result<Vec<Row>, FigureError> {
    let rates = || WEAK.step_by(STEP).map(|thousandths| f64::from(thousandths) / 1000.0);
    VOTES.iter().flat_map(|vote| rates().map(move |weak| row(strong, vote, weak))).collect()
}

fn row(strong: f64, vote: &Vote, weak: f64) -> Result<Row, FigureError> {
    let answer = sample::correct(&scenario(strong, (vote.scheme)(), weak)?)?;
    let cells = vec![Cell::Text(vote.name.into()), Cell::Number(weak)];
    Ok(Row { curve: vote.name.into(), x: weak, cells, answer })
}

fn scenario(strong: f64, scheme: Scheme, weak: f64) -> Result<Scenario, Error> {
    let mut rates = vec![strong];
    rates.extend([weak; WEAK_AGENTS]);
    Scenario::new(Agents::different(rates), scheme)
}

/// What is seen with the settings of the book.
const BOOK: &str = "With equal votes it falls from 99.9 percent, below the 95 percent of the strong agent alone \
                    when the weak ones fail at about 0.23, to 67 percent. With log-odds weights it falls to 95 \
                    percent near 0.3 and stays there.";

/// The same with others.
fn computed(rows: &[Row], strong: f64) -> String {
    let alone = probability(1.0 - strong);
    let crossing = match outvoted(rows, strong) {
        Some(weak) => format!(" Equal votes are below it from a failure rate of the weak ones of {weak} on."),
        None => String::new(),
    };
    format!("{}. The strong agent alone: {alone}.{crossing}", ends(rows))
}

/// The least failure rate of the weak agents at which equal votes are worse than the strong agent.
fn outvoted(rows: &[Row], strong: f64) -> Option<f64> {
    let equal = rows.iter().filter(|row| row.curve == VOTES[1].name);
    equal.filter(|row| row.answer.exact < decimal(1.0 - strong)).map(|row| row.x).next()
}

/// The failure rate from which four weak agents together weigh less than the strong one: their log-odds are a quarter
/// of its.
fn light(strong: f64) -> f64 {
    let odds = (1.0 - strong) / strong;
    1.0 / (1.0 + odds.powf(1.0 / WEAK_AGENTS as f64))
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let strong = settings.strong_failure_rate;
    let ends = [WEAK.start(), WEAK.end()].map(|thousandths| f64::from(*thousandths) / 1000.0);
    let alone = Series::new(VOTES.len(), "strong agent alone").line(ends.map(|weak| (weak, 1.0 - strong)));
    let x = Axis::hundredths("Failure rate of each of the four weak agents", 50, 10);
    let least = rows.iter().map(|row| row.answer.exact).fold(1.0 - strong, f64::min);
    let low = (10.0 * least).floor() as u32 * 10;
    let y = Axis::percent_from("Probability that the answer is correct", low, 10);
    Chart {
        title: match outvoted(rows, strong) {
            Some(weak) if weak >= ends[1] => {
                format!("Five equal votes beat the strong agent until the weak ones fail at {weak}")
            }
            Some(_) => "Equal votes let weak agents outvote the strong one".into(),
            None => format!("Weak agents help one that fails at {strong}, with equal votes too"),
        },
        description: format!(
            "Line chart. Across: the failure rate of each of four weak agents, 0.05 to 0.5. Up: the probability that \
             the answer of five agents is correct, {low} to 100 percent; the fifth fails at {strong}. {}",
            seen(settings, BOOK, || computed(rows, strong))
        ),
        caption: format!(
            "One agent fails at {strong}. Weights: ln((1−f)/f), which are optimal; above a rate of {:.2} four weak \
             agents together weigh less than the strong one. Lines: exact. Marks: simulated, {} trials each; 99 % \
             intervals are shorter than the marks.",
            light(strong),
            trials()
        ),
        panels: vec![Panel::new(x, y).with(series(rows)).with([alone])],
    }
}
