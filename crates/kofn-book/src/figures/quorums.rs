//! Probability that replicas are not safe or not live, under Raft and under PBFT.

use super::axes::decades;
use super::prose::{ends, seen};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn::answers::Simulated;
use kofn::outcome::Exact;
use kofn::scenario::scheme::{Majority, Pbft};
use kofn::scenario::{Agents, Failures, Scenario, WrongAnswers};
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CheckedProbability, RARE_FAILURE, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "quorums",
    shows: "Safety and liveness of replicas under Raft and under PBFT, against their number",
    settings: &["replica_failure_rate"],
    draw,
};

const MAX_REPLICAS: u64 = 13;
/// Replicas that crash and never answer wrongly.
const CRASHES: Failures =
    Failures { hallucination: 0.0, corruption: 0.0, crash: 1.0, wrong_answers: WrongAnswers::Same };

/// A property of a protocol: the minimum number of replicas, and the probability that it does not hold.
struct Question {
    name: &'static str,
    /// That it does not hold, which is what the curve shows.
    fails: &'static str,
    first: u64,
    answer: fn(f64, u64) -> Result<CheckedProbability, FigureError>,
}

const QUESTIONS: [Question; 3] = [
    Question {
        name: "PBFT safe and live",
        fails: "PBFT not both safe and live",
        first: 4,
        answer: pbft_not_safe_and_live,
    },
    Question { name: "PBFT safe", fails: "PBFT not safe", first: 4, answer: pbft_not_safe },
    Question { name: "Raft live", fails: "Raft not live", first: 1, answer: raft_not_live },
];

fn raft_not_live(rate: f64, replicas: u64) -> Result<CheckedProbability, FigureError> {
    sample::failure(&Scenario::new(Agents::identical(replicas, rate), Majority)?.with_failures(CRASHES)?)
}

fn pbft(rate: f64, replicas: u64) -> Result<(Exact, Simulated), FigureError> {
    sample::answer(&Scenario::new(Agents::identical(replicas, rate), Pbft::default())?)
}

fn pbft_not_safe(rate: f64, replicas: u64) -> Result<CheckedProbability, FigureError> {
    let (exact, estimate) = pbft(rate, replicas)?;
    Ok(CheckedProbability::new(exact.wrong, estimate.counts.wrong()))
}

fn pbft_not_safe_and_live(rate: f64, replicas: u64) -> Result<CheckedProbability, FigureError> {
    let (exact, estimate) = pbft(rate, replicas)?;
    Ok(CheckedProbability::failure(&exact, &estimate))
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings.replica_failure_rate)?;
    let table = table(&[&["question", "replicas"], RARE_FAILURE], &rows, CheckedProbability::cells_by_method);
    Rendered::new(name, &chart(&rows, settings), &table)
}

fn data(rate: f64) -> Result<Vec<Row>, FigureError> {
    let replicas = |question: &Question| question.first..=MAX_REPLICAS;
    QUESTIONS.iter().flat_map(|question| replicas(question).map(move |n| row(rate, question, n))).collect()
}

fn row(rate: f64, question: &Question, replicas: u64) -> Result<Row, FigureError> {
    let cells = vec![Cell::Text(question.name.into()), Cell::Count(replicas)];
    Ok(Row {
        curve: question.name.into(),
        x: replicas as f64,
        cells,
        answer: (question.answer)(rate, replicas)?,
    })
}

/// What is seen with the settings of the book.
const BOOK: &str = "All fall in steps rather than steadily: an even number of replicas is worse for Raft than the \
                    odd number before it, and PBFT gains safety but no liveness at five, eight and eleven replicas.";

/// The same with others.
fn computed(rows: &[Row]) -> String {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        if let Some(question) = QUESTIONS.iter().find(|question| question.name == row.curve) {
            row.curve = question.fails.into();
        }
    }
    format!("From fewest to most replicas: {}.", ends(&rows))
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let rate = settings.replica_failure_rate;
    let each = seen(settings, "one in a hundred", || rate.to_string());
    let x = Axis::integers("Number of replicas", (0.0, MAX_REPLICAS as f64), (1..=MAX_REPLICAS).step_by(2));
    let y = decades(
        "Probability that it does not hold (10⁻³: three nines)",
        -12,
        2,
        rows.iter().map(|row| row.answer.exact),
    );
    Chart {
        title: title(rows),
        description: format!(
            "Line chart with a logarithmic scale. Across: the number of replicas, 1 to {MAX_REPLICAS}, each \
             failing at {each}. Up: the probability that Raft is not live, that PBFT is not safe, and that it is not \
             both safe and live. {}",
            seen(settings, BOOK, || computed(rows))
        ),
        caption: format!(
            "Each replica fails at {rate}: under Raft by a crash, and Raft is always safe; under PBFT it is \
             Byzantine. PBFT: quorums of ⌈(n+t+1)/2⌉, t = ⌊(n−1)/3⌋. Lines: exact, joining whole numbers. Marks: \
             simulated, {trials} trials each, with 99 % intervals; of Raft below 10⁻⁴ by importance sampling (tilted \
             trials); hollow with arrows: not once in {trials} trials, one-sided 99 % upper limits.",
            trials = trials()
        ),
        panels: vec![Panel::new(x, y).height(380.0).with(series(rows))],
    }
}

/// What the fifth replica does, by the probabilities for four and for five.
fn title(rows: &[Row]) -> String {
    let falls = |curve: &str| {
        let at =
            |x: f64| rows.iter().find(|row| row.curve == curve && row.x == x).map(|row| row.answer.exact);
        at(5.0) < at(4.0)
    };
    let safer = if falls("PBFT safe") { "safer" } else { "no safer" };
    match falls("PBFT safe and live") {
        true => format!("A fifth replica makes PBFT {safer}, and safe and live more often"),
        false => format!("A fifth replica makes PBFT {safer} and less live"),
    }
}
