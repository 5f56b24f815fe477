//! The benchmark class by class: exact, simulated, printed.

use super::prose::{probability, seen};
use crate::chapter::Question;
use crate::data::{ClassLine, DUAL_BY_CLASS, SINGLE_BY_CLASS};
use crate::figure::Figure;
use crate::settings::{self, Settings};
use kofn::crosscheck::interval;
use kofn::scenario::scheme::Single;
use kofn::scenario::{Error, Fallback};
use kofn_figures::chart::{Axis, Chart, Panel, Point, Series};
use kofn_figures::sample::{self, CONFIDENCE, CORRECT, CheckedProbability, curve, trials};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "complexity",
    shows: "P(correct) of the single and the dual model on five classes of tasks: exact, simulated, printed",
    settings: &["validation_bonus", "validator_floor", "easiest_failure_rate", "complexity_step"],
    draw,
};

/// One of the two models: the benchmark's lines of it, and its system for a class's failure rate and its validator's.
struct Model {
    name: &'static str,
    lines: [ClassLine; settings::CLASSES],
    question: fn(f64, f64) -> Result<Question, Error>,
    /// Where the axis begins, in percent, and the distance of its ticks.
    axis: (u32, usize),
}

const MODELS: [Model; 2] = [
    Model {
        name: "single",
        lines: SINGLE_BY_CLASS,
        question: |rate, _| Question::vote(Single, 1, rate),
        axis: (50, 10),
    },
    Model {
        name: "dual",
        lines: DUAL_BY_CLASS,
        question: |rate, validator| Question::dual(rate, validator, Fallback::Keep),
        axis: (90, 2),
    },
];

struct Row {
    model: &'static str,
    class: u64,
    answer: CheckedProbability,
    printed: f64,
    /// Of the count that the printed percentage stands for.
    printed_interval: (f64, f64),
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings)?;
    Rendered::new(name, &chart(&rows, settings), &table(&rows))
}

fn data(settings: &Settings) -> Result<Vec<Row>, FigureError> {
    let mut rows = Vec::new();
    for model in &MODELS {
        let rates = settings
            .class_failure_rates()
            .into_iter()
            .zip(settings.class_validator_failure_rates(settings.validation_bonus));
        for (class, (line, (rate, validator))) in (1..).zip(model.lines.iter().zip(rates)) {
            rows.push(Row {
                model: model.name,
                class,
                answer: sample::correct(&(model.question)(rate, validator)?.scenario)?,
                printed: line.rate.value(),
                printed_interval: printed_interval(line),
            });
        }
    }
    Ok(rows)
}

fn printed_interval(line: &ClassLine) -> (f64, f64) {
    let tasks = line.count.tasks.value();
    interval((line.rate.value() * tasks).round() as u64, tasks as u64, CONFIDENCE).into()
}

fn table(rows: &[Row]) -> Table {
    Table::new(
        &[&["model", "complexity"], CORRECT, &["printed", "printed_interval_low", "printed_interval_high"]],
        rows,
        |row| {
            [
                vec![Cell::Text(row.model.into()), Cell::Count(row.class)],
                row.answer.cells(),
                [row.printed, row.printed_interval.0, row.printed_interval.1].map(Cell::Number).to_vec(),
            ]
            .concat()
        },
    )
}

/// Where the axis of a model begins: lower than usual where a value would not be seen.
fn low(model: &Model, rows: &[Row]) -> u32 {
    let of_model = rows.iter().filter(|row| row.model == model.name);
    let least = of_model.map(|row| row.answer.exact.min(row.printed_interval.0)).fold(1.0, f64::min);
    let (usual, step) = (model.axis.0, model.axis.1 as u32);
    usual.min((100.0 * least).floor() as u32 / step * step)
}

fn panel(model: &Model, rows: &[Row]) -> Panel {
    let low = low(model, rows);
    let rows = || rows.iter().filter(|row| row.model == model.name);
    let classes = settings::CLASSES as u64;
    let x = Axis::integers("Complexity class", (0.7, classes as f64 + 0.3), 1..=classes);
    let step = model.axis.1;
    let y = Axis::percent_from(format!("Probability that the {} model is correct", model.name), low, step);
    let printed = Series::new(1, "printed").line(rows().map(|row| (row.class as f64, row.printed))).points(
        rows().map(|row| Point { x: row.class as f64, y: row.printed, interval: Some(row.printed_interval) }),
    );
    let exact = curve(0, "exact", rows().map(|row| (row.class as f64, row.answer)));
    Panel::new(x, y).height(230.0).with([printed, exact])
}

/// What is seen with the chapter's settings.
const BOOK: &str = "The single model's exact values fall evenly from 87 to 67 percent, the printed ones three \
                    points above from 90 to 70. The dual model's exact values stay above 99.5 percent for three \
                    classes and fall to 96 percent; the printed ones fall from 99.5 to 96.5 percent. All intervals \
                    of printed values contain the exact ones.";

/// The same with others.
fn computed(rows: &[Row]) -> String {
    let models = rows.chunk_by(|a, b| a.model == b.model);
    let one = |rows: &[Row]| match rows {
        [first, .., last] => format!(
            "The {} model's exact values go from {} to {}, the printed ones from {} to {}.",
            first.model,
            probability(first.answer.exact),
            probability(last.answer.exact),
            probability(first.printed),
            probability(last.printed)
        ),
        _ => String::new(),
    };
    models.map(one).collect::<Vec<_>>().join(" ")
}

/// How many of the printed rates have the exact one in their intervals.
fn title(rows: &[Row], tested: &str) -> String {
    let consistent =
        |row: &&Row| (row.printed_interval.0..=row.printed_interval.1).contains(&row.answer.exact);
    match (rows.iter().filter(consistent).count(), rows.len()) {
        (all, of) if all == of => format!("Each class's printed rate is consistent with {tested}"),
        (some, of) => format!("{some} of {of} printed rates are consistent with {tested}"),
    }
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let tasks = SINGLE_BY_CLASS[0].count.tasks.text();
    let tested =
        seen(settings, &format!("{tasks} tasks"), || format!("these failure rates ({tasks} tasks each)"));
    let [easiest, .., hardest] = settings.class_failure_rates();
    let [best, .., worst] = settings.class_validator_failure_rates(settings.validation_bonus);
    Chart {
        title: title(rows, &tested),
        description: format!(
            "Two line charts, one below the other. Across: five classes of tasks by complexity. Up: the probability \
             that the answer is correct; above of the single model, {} to 100 percent, below of the dual model with \
             the keep rule, {} to 100 percent. {} Simulated values agree with the exact lines.",
            low(&MODELS[0], rows),
            low(&MODELS[1], rows),
            seen(settings, BOOK, || computed(rows))
        ),
        caption: format!(
            "exact: lines; the marks on them are simulated, {} trials each, with 99 % intervals shorter than the \
             marks. printed: percentages as counts of {tasks} tasks, with their 99 % intervals. Failure rates \
             {easiest} to {hardest}, the validator's {best} to {worst}; keep rule.",
            trials()
        ),
        panels: MODELS.iter().map(|model| panel(model, rows)).collect(),
    }
}
