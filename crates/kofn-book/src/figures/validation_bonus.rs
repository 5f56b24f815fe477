//! P(correct) of the dual model against the validation bonus, and the bonus needed for the printed reliability.

use crate::chapter::Question;
use crate::data::CLAIMED_DUAL;
use crate::figure::Figure;
use crate::settings;
use kofn::scenario::{Error, Fallback};
use kofn_figures::chart::{Axis, Callout, Chart, Panel, Series, Side};
use kofn_figures::sample::{self, CORRECT, CheckedProbability, trials};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "validation-bonus",
    shows: "P(correct) of the dual model under three rules, against the validation bonus of the second model",
    draw,
};

const MAX_BONUS_PERCENT: u32 = 23;

/// A rule, and the dual model under it with a bonus in percent.
struct Rule {
    name: &'static str,
    question: fn(u32) -> Result<Question, Error>,
    /// Side of the mark on which the bonus needed for the printed reliability is written.
    side: Side,
}

const RULES: [Rule; 3] = [
    Rule { name: "as printed", question: |bonus| dual(bonus, Fallback::Abstain), side: Side::BelowRight },
    Rule { name: "keep = formula", question: |bonus| dual(bonus, Fallback::Keep), side: Side::AboveLeft },
    Rule { name: "keep by class", question: by_class, side: Side::BelowLeft },
];

struct Row {
    rule: &'static str,
    bonus: f64,
    answer: CheckedProbability,
}

fn dual(bonus_percent: u32, fallback: Fallback) -> Result<Question, Error> {
    let validator = settings::validator_failure_rate_with(bonus_percent);
    Question::dual(settings::failure_rate(), validator, fallback)
}

fn by_class(bonus_percent: u32) -> Result<Question, Error> {
    Question::benchmark_dual_with(settings::class_validator_failure_rates_with(bonus_percent))
}

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows), &table(&rows))
}

fn data() -> Result<Vec<Row>, FigureError> {
    let all = RULES.iter().flat_map(|rule| (0..=MAX_BONUS_PERCENT).map(move |percent| (rule, percent)));
    all.map(|(rule, percent)| {
        let answer = sample::correct(&(rule.question)(percent)?.scenario)?;
        Ok(Row { rule: rule.name, bonus: settings::fraction(percent), answer })
    })
    .collect()
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

fn chart(rows: &[Row]) -> Chart {
    let x = Axis::hundredths("Validation bonus", 25, 5);
    let y = Axis::percent_from("Probability that the answer is correct", 75, 5);
    let printed = CLAIMED_DUAL.text();
    let panel = Panel::new(x, y).height(380.0).with(series(rows)).reference_y(CLAIMED_DUAL.value(), "");
    let bonuses: Vec<_> =
        RULES.iter().filter_map(|rule| Some(format!("{:.3} ({})", needed(rows, rule)?, rule.name))).collect();
    let rate = settings::failure_rate();
    Chart {
        title: format!("The bonus needed for {printed} depends on the rule"),
        description: format!(
            "Line chart. Across: by how much the second model's failure rate as a validator is below {rate}, 0 to \
             0.{MAX_BONUS_PERCENT}. Up: the probability that the dual model is correct, 75 to 100 percent. The rule as \
             printed rises in a straight line from 77 percent to 100; the keep rule, which is the formula, from 94.7 \
             to 100; the keep rule class by class from 94.2 percent, bending where the validator of a class cannot get \
             better, to 98.9. A level line marks the printed {printed}, which they cross at bonuses of {}. Simulated \
             values agree with the exact lines.",
            bonuses.join(", ")
        ),
        caption: format!(
            "Lines: exact. Small marks: simulated, {} trials each; 99 % intervals are shorter than the marks. Level \
             line: the printed {printed}; large marks: the bonus at which each rule reaches it. Each model fails at \
             {rate}, the validator at {rate} less the bonus. by class: five classes of tasks, {rate} on average, the \
             validator's rate no lower than {}.",
            trials(),
            settings::class_validator_failure_rates()[0],
        ),
        panels: vec![panel],
    }
}
