//! P(correct) of the dual model against the validation bonus, and the bonus needed for the printed reliability.

use super::prose::{probability, seen};
use crate::chapter::Question;
use crate::data::CLAIMED_DUAL;
use crate::figure::Figure;
use crate::settings::{CLASSES, Settings, decimal};
use kofn::scenario::{Error, Fallback};
use kofn_figures::chart::{Axis, Callout, Chart, Panel, Series, Side};
use kofn_figures::sample::{self, CORRECT, CheckedProbability, trials};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "validation-bonus",
    shows: "P(correct) of the dual model under three rules, against the validation bonus of the second model",
    settings: &["failure_rate", "validator_floor", "easiest_failure_rate", "complexity_step"],
    draw,
};

/// A rule, and the dual model under it with a bonus in percent.
struct Rule {
    name: &'static str,
    question: fn(&Settings, f64) -> Result<Question, Error>,
    /// Side of the mark on which the bonus needed for the printed reliability is written.
    side: Side,
}

const RULES: [Rule; 3] = [
    Rule {
        name: "as printed",
        question: |settings, bonus| dual(settings, bonus, Fallback::Abstain),
        side: Side::BelowRight,
    },
    Rule {
        name: "keep = formula",
        question: |settings, bonus| dual(settings, bonus, Fallback::Keep),
        side: Side::AboveLeft,
    },
    Rule { name: "keep by class", question: by_class, side: Side::BelowLeft },
];

struct Row {
    rule: &'static str,
    bonus: f64,
    answer: CheckedProbability,
}

fn dual(settings: &Settings, bonus: f64, fallback: Fallback) -> Result<Question, Error> {
    Question::dual(settings.failure_rate, settings.validator_failure_rate(bonus), fallback)
}

fn by_class(settings: &Settings, bonus: f64) -> Result<Question, Error> {
    Question::benchmark_dual_with(settings, bonus)
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings)?;
    Rendered::new(name, &chart(&rows, settings), &table(&rows))
}

fn data(settings: &Settings) -> Result<Vec<Row>, FigureError> {
    if max_percent(settings) == 0 {
        let rate = settings.failure_rate;
        let message = format!("failure_rate must be at least 0.01 for a bonus of one percent, got {rate}");
        return Err(FigureError::Unsuited(message));
    }
    let all = RULES.iter().flat_map(|rule| (0..=max_percent(settings)).map(move |percent| (rule, percent)));
    all.map(|(rule, percent)| {
        let bonus = f64::from(percent) / 100.0;
        let answer = sample::correct(&(rule.question)(settings, bonus)?.scenario)?;
        Ok(Row { rule: rule.name, bonus, answer })
    })
    .collect()
}

/// The largest bonus, in whole percents: that of a validator which hardly ever fails.
fn max_percent(settings: &Settings) -> u32 {
    decimal(100.0 * settings.failure_rate).floor() as u32
}

fn table(rows: &[Row]) -> Table {
    Table::new(&[&["rule", "validation_bonus"], CORRECT], rows, |row| {
        [vec![Cell::Text(row.rule.into()), Cell::Number(row.bonus)], row.answer.cells()].concat()
    })
}

/// Returns the bonus at which a rule reaches the printed reliability. Between whole percents each rule is linear in the
/// bonus, since the validator's failure rates are linear in it and P(correct) in them.
fn needed(rows: &[Row], rule: &Rule) -> Option<f64> {
    let printed = CLAIMED_DUAL.value();
    let values: Vec<&Row> = rows.iter().filter(|row| row.rule == rule.name).collect();
    let reached = values.iter().position(|row| CLAIMED_DUAL.value() <= row.answer.exact)?;
    let (after, before) = (values.get(reached)?, values.get(reached.checked_sub(1)?)?);
    let share = (printed - before.answer.exact) / (after.answer.exact - before.answer.exact);
    Some(before.bonus + share * (after.bonus - before.bonus))
}

fn series(rows: &[Row]) -> impl Iterator<Item = Series> {
    RULES.iter().enumerate().map(move |(look, rule)| {
        let of_rule = || rows.iter().filter(|row| row.rule == rule.name);
        let callout = needed(rows, rule).map(|bonus| Callout {
            x: bonus,
            y: CLAIMED_DUAL.value(),
            label: format!("{bonus:.3}"),
            side: rule.side,
        });
        Series::new(look, rule.name)
            .line(of_rule().map(|row| (row.bonus, row.answer.exact)))
            .points(of_rule().step_by(2).filter_map(|row| row.answer.point(row.bonus)))
            .callouts(callout)
    })
}

/// What is seen with the chapter's settings.
const BOOK: &str = "The rule as printed rises in a straight line from 77 percent to 100; the keep rule, which is \
                    the formula, from 94.7 to 100; the keep rule class by class from 94.2 percent, bending where \
                    the validator of a class cannot get better, to 98.9.";

/// The same with others.
fn computed(rows: &[Row]) -> String {
    let one = |rows: &[Row]| match rows {
        [first, .., last] => {
            format!(
                "{}: from {} to {}",
                first.rule,
                probability(first.answer.exact),
                probability(last.answer.exact)
            )
        }
        _ => String::new(),
    };
    rows.chunk_by(|a, b| a.rule == b.rule).map(one).collect::<Vec<_>>().join("; ") + "."
}

/// Where the rules reach the printed reliability, or that they do not.
fn crossings(rows: &[Row]) -> String {
    let crossed = RULES.iter().filter_map(|rule| Some(format!("{:.3} ({})", needed(rows, rule)?, rule.name)));
    let crossed: Vec<String> = crossed.collect();
    let mut text = match crossed.is_empty() {
        true => String::new(),
        false => format!(", which they cross at bonuses of {}", crossed.join(", ")),
    };
    for rule in RULES.iter().filter(|rule| needed(rows, rule).is_none()) {
        let starts_above =
            rows.iter().any(|row| row.rule == rule.name && CLAIMED_DUAL.value() <= row.answer.exact);
        let how = if starts_above { "is never below it" } else { "never reaches it" };
        text += &format!("; {} {how}", rule.name);
    }
    text
}

/// The least failure rate of the validator of a class in words: the floor does not raise it above the class's own.
fn floor(settings: &Settings) -> String {
    let floor = settings.validator_floor;
    match settings.class_failure_rates().into_iter().any(|rate| rate < floor) {
        true => format!("{floor} or the class's own rate"),
        false => floor.to_string(),
    }
}

/// Whether the rules reach the printed reliability at different bonuses.
fn title(rows: &[Row]) -> String {
    let printed = CLAIMED_DUAL.text();
    let reached = |rule: &Rule| {
        rows.iter()
            .find(|row| row.rule == rule.name && CLAIMED_DUAL.value() <= row.answer.exact)
            .map(|row| row.bonus)
    };
    match RULES.each_ref().map(reached) {
        [None, None, None] => format!("No bonus is enough for {printed}"),
        all if all == [Some(0.0); 3] => format!("No bonus is needed for {printed}"),
        _ => format!("The bonus needed for {printed} depends on the rule"),
    }
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let high = (max_percent(settings) + 1).next_multiple_of(5);
    let least = rows.iter().map(|row| row.answer.exact).fold(CLAIMED_DUAL.value(), f64::min);
    let tick = if least < 0.6 { 20 } else { 5 };
    let low = decimal(100.0 * least).floor() as u32 / tick * tick;
    let x = Axis::hundredths("Validation bonus", high, if high > 30 { 10 } else { 5 });
    let y = Axis::percent_from("Probability that the answer is correct", low, tick as usize);
    let printed = CLAIMED_DUAL.text();
    let panel = Panel::new(x, y).height(380.0).with(series(rows)).reference_y(CLAIMED_DUAL.value(), "");
    let rate = settings.failure_rate;
    Chart {
        title: title(rows),
        description: format!(
            "Line chart. Across: by how much the second model's failure rate as a validator is below {rate}, 0 to \
             {}. Up: the probability that the dual model is correct, {low} to 100 percent. {} A level line marks the \
             printed {printed}{}. Simulated \
             values agree with the exact lines.",
            f64::from(max_percent(settings)) / 100.0,
            seen(settings, BOOK, || computed(rows)),
            crossings(rows)
        ),
        caption: format!(
            "Lines: exact. Small marks: simulated, {} trials each; 99 % intervals are shorter than the marks. Level \
             line: the printed {printed}; large marks: the bonus at which each rule reaches it. Each model fails at \
             {rate}, the validator at {rate} less the bonus. by class: five classes of tasks, {} on average, the \
             validator's rate no lower than {}.",
            trials(),
            decimal(settings.class_failure_rates().iter().sum::<f64>() / CLASSES as f64),
            floor(settings),
        ),
        panels: vec![panel],
    }
}
