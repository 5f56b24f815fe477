//! The benchmark class by class: exact, simulated, printed.

use crate::chapter::Question;
use crate::data::{ClassLine, DUAL_BY_CLASS, SINGLE_BY_CLASS};
use crate::figure::Figure;
use crate::settings;
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

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows), &table(&rows))
}

fn data() -> Result<Vec<Row>, FigureError> {
    let mut rows = Vec::new();
    for model in &MODELS {
        let rates =
            settings::class_failure_rates().into_iter().zip(settings::class_validator_failure_rates());
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

fn panel(model: &Model, rows: &[Row]) -> Panel {
    let rows = || rows.iter().filter(|row| row.model == model.name);
    let classes = settings::CLASSES as u64;
    let x = Axis::integers("Complexity class", (0.7, classes as f64 + 0.3), 1..=classes);
    let (low, step) = model.axis;
    let y = Axis::percent_from(format!("Probability that the {} model is correct", model.name), low, step);
    let printed = Series::new(1, "printed").line(rows().map(|row| (row.class as f64, row.printed))).points(
        rows().map(|row| Point { x: row.class as f64, y: row.printed, interval: Some(row.printed_interval) }),
    );
    let exact = curve(0, "exact", rows().map(|row| (row.class as f64, row.answer)));
    Panel::new(x, y).height(230.0).with([printed, exact])
}

fn chart(rows: &[Row]) -> Chart {
    let tasks = SINGLE_BY_CLASS[0].count.tasks.text();
    let [easiest, .., hardest] = settings::class_failure_rates();
    let [best, .., worst] = settings::class_validator_failure_rates();
    Chart {
        title: format!("Each class's printed rate is consistent with {tasks} tasks"),
        description:
            "Two line charts, one below the other. Across: five classes of tasks by complexity. Up: the probability \
             that the answer is correct; above of the single model, 50 to 100 percent, below of the dual model with \
             the keep rule, 90 to 100 percent. The single model's exact values fall evenly from 87 to 67 percent, the \
             printed ones three points above from 90 to 70. The dual model's exact values stay above 99.5 percent for \
             three classes and fall to 96 percent; the printed ones fall from 99.5 to 96.5 percent. All intervals of \
             printed values contain the exact ones. Simulated values agree with the exact lines.".into(),
        caption: format!(
            "exact: lines; the marks on them are simulated, {} trials each, with 99 % intervals shorter than the \
             marks. printed: percentages as counts of {tasks} tasks, with their 99 % intervals. Failure rates \
             {easiest} to {hardest}, the validator's {best} to {worst}; keep rule.",
            trials()
        ),
        panels: MODELS.iter().map(|model| panel(model, rows)).collect(),
    }
}
