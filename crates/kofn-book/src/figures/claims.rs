//! Printed numbers against exact ones, a row for each.

use crate::claims::{Check, Judgment, audit};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel, Point, Series};
use kofn_figures::sample::{SEED, TRIALS};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "claims",
    shows: "Every number the chapter prints, compared with the exact one and grouped by verdict",
    settings: &[],
    draw,
};

const VERDICTS: [Judgment; 4] =
    [Judgment::Holds, Judgment::HoldsUnderAnotherRule, Judgment::ContradictsItself, Judgment::NotReproduced];
/// The axis ends here, in hundredths.
const LARGEST_RATIO_PERCENT: u32 = 250;
const ROW_HEIGHT: f64 = 21.5;

/// A judged number, and the row of the audit it belongs to.
struct Row {
    number: u64,
    printed: String,
    printed_value: f64,
    verdict: Judgment,
    check: Check,
}

/// A line of the chart: the verdict above its rows, or a row.
enum Line<'a> {
    Heading(Judgment),
    Row(&'a Row),
}

fn draw(name: &str, _: &Settings) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows), &table(&rows))
}

/// The audit's checks of printed numbers, in its order; those of "always correct" print none.
fn data() -> Result<Vec<Row>, FigureError> {
    let audit = audit(TRIALS, SEED)?;
    if !audit.agrees() {
        return Err(FigureError::Disagreement("the audit".into()));
    }
    let all = audit
        .rows
        .into_iter()
        .flat_map(|row| row.checks.into_iter().map(move |check| (row.number as u64, check)));
    let judged = all.filter_map(|(number, check)| {
        let (printed, printed_value, verdict) =
            (check.printed.clone()?, check.printed_value?, check.verdict?);
        Some(Row { number, printed, printed_value, verdict, check })
    });
    Ok(judged.collect())
}

fn table(rows: &[Row]) -> Table {
    let columns = &[
        "row",
        "about",
        "printed",
        "printed_value",
        "exact",
        "trials",
        "seed",
        "simulated",
        "verdict",
        "other_rule",
        "other_rule_exact",
    ];
    Table::new(&[columns], rows, |row| {
        let Check { about, exact, simulated, alternatives, .. } = &row.check;
        let other = alternatives.first();
        vec![
            Cell::Count(row.number),
            Cell::Text(about.clone().into()),
            Cell::Text(row.printed.clone().into()),
            Cell::Number(row.printed_value),
            Cell::Number(*exact),
            Cell::Count(TRIALS),
            Cell::Count(SEED),
            Cell::Number(simulated.map_or(f64::NAN, |simulated| simulated.estimate)),
            Cell::Text(row.verdict.to_string().into()),
            Cell::Text(other.map_or(String::new(), |other| other.name.clone()).into()),
            Cell::Number(other.map_or(f64::NAN, |other| other.exact)),
        ]
    })
}

fn of(rows: &[Row], verdict: Judgment) -> impl Iterator<Item = &Row> {
    rows.iter().filter(move |row| row.verdict == verdict)
}

fn lines(rows: &[Row]) -> Vec<Line<'_>> {
    let group = |&verdict: &Judgment| {
        std::iter::once(Line::Heading(verdict)).chain(of(rows, verdict).map(Line::Row)).collect::<Vec<_>>()
    };
    VERDICTS.iter().flat_map(group).collect()
}

fn text(line: &Line<'_>) -> String {
    match line {
        Line::Heading(verdict) => format!("— {verdict} —"),
        Line::Row(row) => {
            let printed = row.printed.replace("percentage points", "pp");
            format!("{}: {printed}, {}", row.number, row.check.about)
        }
    }
}

/// The rows of one verdict: a mark at printed/exact, and a line to it from 1.
fn series(look: usize, verdict: Judgment, lines: &[Line<'_>]) -> Series {
    let marks: Vec<Point> = (1..)
        .zip(lines)
        .filter_map(|(place, line)| match line {
            Line::Row(row) if row.verdict == verdict => {
                Some(Point::new(row.printed_value / row.check.exact, -f64::from(place)))
            }
            _ => None,
        })
        .collect();
    // A point without a place ends each line.
    let line = marks.iter().flat_map(|mark| [(1.0, mark.y), (mark.x, mark.y), (f64::NAN, f64::NAN)]);
    Series::new(look, "").line(line).points(marks.iter().copied())
}

fn chart(rows: &[Row]) -> Chart {
    let lines = lines(rows);
    let counts: Vec<_> =
        VERDICTS.iter().map(|&verdict| format!("{} {verdict}", of(rows, verdict).count())).collect();
    let x = Axis::hundredths("Printed / exact", LARGEST_RATIO_PERCENT, 50);
    let y = Axis::names("Number of the claim: what is printed, of what", lines.iter().map(text));
    let series = VERDICTS.iter().enumerate().map(|(look, &verdict)| series(look, verdict, &lines));
    let panel =
        Panel::new(x, y).height(ROW_HEIGHT * (lines.len() + 1) as f64).with(series).reference_x(1.0, "");
    Chart {
        title: format!(
            "{} of {} printed numbers hold as printed",
            of(rows, Judgment::Holds).count(),
            rows.len()
        ),
        description: format!(
            "Dot chart, a row for each printed number that was judged, in four groups: {}. Across: the printed number \
             as a multiple of the exact one, 0 to 2.5, with a line at 1. Those that hold are close to 1. Among the \
             others, the percentages by complexity are about twice what their own counts give, and a majority is \
             printed as up to 14 percent more reliable than it is.",
            counts.join(", ")
        ),
        caption: "Marks: the printed number as a multiple of the exact one, or of what follows from other printed \
            numbers; vertical line: the two are equal. Each group has its own mark. The numbers before the colon are \
                  those of the audit, which lists what each is compared with."
            .into(),
        panels: vec![panel],
    }
}
