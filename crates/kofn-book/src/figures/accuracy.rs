//! Relative error of binomial tails against the number of agents: kofn and statrs.

use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel, Point, Series};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "accuracy",
    shows: "Relative error of binomial tails for up to 10¹³ agents: kofn and statrs",
    settings: &[],
    draw,
};

/// Tails whose digits are proven: n, k, f, which tail, its value and its logarithm.
const TRUTH: &str = include_str!("binomial.csv");

/// Median and largest error of statrs 0.19.1 on the same tails, by decade of n. Measured once, since its last digits
/// depend on the platform's logarithm; the tests measure it again.
const STATRS: [[f64; 2]; 14] = [
    [20.0, 670.0],
    [250.0, 2000.0],
    [640.0, 5500.0],
    [4e3, 1.1e5],
    [8.9e4, 9e5],
    [1.4e6, 6.8e9],
    [1.1e7, 2.2e14],
    [1.6e8, 1.7e14],
    [2.2e9, 1.4e15],
    [2.2e10, 3.8e16],
    [2.1e11, 7.3e15],
    [2.2e12, 4.2e17],
    [2.5e13, 7.8e16],
    [6.3e17, 4.1e18],
];

/// Errors for 10^`decade` agents, up to ten times as many.
struct Row {
    decade: u32,
    tails: usize,
    kofn: [f64; 2],
    statrs: [f64; 2],
}

fn draw(name: &str, _: &Settings) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows), &table(&rows))
}

fn data() -> Result<Vec<Row>, FigureError> {
    let mut errors = vec![Vec::new(); STATRS.len()];
    for line in TRUTH.lines().skip(1) {
        if let Some((agents, error)) = measure(line)?
            && let Some(errors) = errors.get_mut(agents.ilog10() as usize)
        {
            errors.push(error);
        }
    }
    let row = |((decade, errors), statrs): ((u32, Vec<f64>), [f64; 2])| Row {
        decade,
        tails: errors.len(),
        kofn: median_and_largest(errors),
        statrs,
    };
    Ok((0..).zip(errors).zip(STATRS).map(row).collect())
}

fn median_and_largest(mut errors: Vec<f64>) -> [f64; 2] {
    errors.sort_by(f64::total_cmp);
    [errors.get(errors.len() / 2), errors.last()].map(|error| error.copied().unwrap_or(f64::NAN))
}

/// The number of agents of a line of the table, and the error of kofn in units of 2⁻⁵²; none where the tail is not a
/// normal double.
fn measure(line: &str) -> Result<Option<(u64, f64)>, FigureError> {
    let unreadable = || FigureError::Table(format!("there is no proven tail in \"{line}\""));
    let mut cells = line.split(',');
    let mut next = || cells.next().ok_or_else(unreadable);
    let (agents, needed, rate, side, truth) = (next()?, next()?, next()?, next()?, next()?);
    let agents: u64 = agents.parse().map_err(|_| unreadable())?;
    let (needed, rate) = (needed.parse().map_err(|_| unreadable())?, rate.parse().map_err(|_| unreadable())?);
    if !truth.parse().is_ok_and(f64::is_normal) {
        return Ok(None);
    }
    let tails = kofn::exact::tails(agents, rate, needed)?;
    let computed = if side == "below" { tails.below } else { tails.at_least };
    let error = relative_error(computed, truth).ok_or_else(unreadable)?;
    Ok(Some((agents, error / f64::EPSILON)))
}

/// Returns |computed/truth − 1| to 10⁻¹⁸, where `truth` is a decimal of 19 digits.
fn relative_error(computed: f64, truth: &str) -> Option<f64> {
    let (computed, exponent) = digits(&format!("{computed:.18e}"))?;
    let (truth, of_truth) = digits(truth)?;
    let shift = |by: i32| Some(10_i128.pow(by.max(0).try_into().ok().filter(|&by: &u32| by < 18)?));
    let difference = computed * shift(exponent - of_truth)? - truth * shift(of_truth - exponent)?;
    Some(difference.unsigned_abs() as f64 / (truth * shift(of_truth - exponent)?) as f64)
}

/// The first 19 digits of a decimal such as 1.25e-7 or 0.5, as an integer, and the exponent of the first.
fn digits(decimal: &str) -> Option<(i128, i32)> {
    let (mantissa, exponent) = decimal.split_once('e').unwrap_or((decimal, "0"));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{before}{after}");
    let significant = all.trim_start_matches('0');
    let leading = before.len() as i32 - (all.len() - significant.len()) as i32;
    let digits = format!("{significant:0<19}").get(..19)?.parse().ok()?;
    Some((digits, exponent.parse::<i32>().ok()? + leading - 1))
}

fn table(rows: &[Row]) -> Table {
    let columns = [
        "agents_from",
        "tails",
        "kofn_median_eps",
        "kofn_largest_eps",
        "statrs_median_eps",
        "statrs_largest_eps",
    ];
    Table::new(&[&columns], rows, |row| {
        let counts = [10_u64.pow(row.decade), row.tails as u64].map(Cell::Count);
        let errors = [row.kofn, row.statrs].concat().into_iter().map(Cell::Number);
        counts.into_iter().chain(errors).collect()
    })
}

fn chart(rows: &[Row]) -> Chart {
    let x = |row: &Row| 10_u64.pow(row.decade) as f64;
    let series = |look: usize, label: &str, error: fn(&Row) -> f64| {
        let place = |row: &Row| (x(row), error(row));
        Series::new(look, label)
            .line(rows.iter().map(place))
            .points(rows.iter().map(place).map(|(x, y)| Point::new(x, y)))
    };
    let panel = Panel::new(
        Axis::decades("Number of agents n", 0, 13, 2),
        Axis::decades("Relative error of a tail, in units of 2⁻⁵²", -1, 19, 4),
    )
    .height(380.0)
    .with([
        series(1, "statrs, largest", |row| row.statrs[1]),
        series(2, "statrs, median", |row| row.statrs[0]),
        series(0, "kofn, largest", |row| row.kofn[1]),
        series(3, "kofn, median", |row| row.kofn[0]),
    ])
    .reference_y(1.0 / f64::EPSILON, "");
    let tails: usize = rows.iter().map(|row| row.tails).sum();
    let largest = rows.iter().map(|row| row.kofn[1]).fold(0.0, f64::max);
    Chart {
        title: "Binomial tails to the last digit, for any number of agents".into(),
        description: format!(
            "Line chart with logarithmic scales. Across: the number of agents, 1 to ten to the power of 13. Up: the \
             relative error of a binomial tail in units of the last place of a double. The errors of kofn stay between \
             a tenth and {largest:.1} units. Those of statrs grow with the number of agents, its median from 20 to \
             more than ten to the power of 17 units, its largest beyond the level line at which no digit is right from \
             a million agents on.",
        ),
        caption: format!(
            "Marks: {tails} proven tails, by decade of n: a mark stands where its decade begins. Below half a unit a \
             result is rounded correctly. Level line: the error equals the tail itself. Largest error of kofn: \
             {largest:.2} units. statrs 0.19.1: cdf and sf of its binomial.",
        ),
        panels: vec![panel],
    }
}
