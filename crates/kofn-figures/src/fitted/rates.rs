//! Failure rates of agents with their intervals.

use super::labels::percent;
use crate::chart::{Axis, Chart, Panel, Point, Series};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// Maximum number of characters of a name that are shown.
const NAME_LENGTH: usize = 40;
/// Maximum number of agents with room for their names; the table lists all.
const MAX_AGENTS: usize = 40;
const ROW_HEIGHT: f64 = 27.0;

/// The failure rate of an agent.
#[derive(Debug, Clone, PartialEq)]
pub struct FailureRate {
    /// The agent's name.
    pub agent: String,
    /// The rate.
    pub rate: f64,
    /// The ends of its interval, if there is one.
    pub interval: Option<(f64, f64)>,
}

/// Draws the failure rate of each agent as a mark with its interval at `confidence`, a row for each agent, the best
/// first; `drawn` says what intervals come from, such as "resampled tasks".
///
/// # Errors
/// What cannot be drawn or written.
///
/// ```
/// use kofn_figures::fitted::{FailureRate, rates};
/// let of = |agent: &str, rate| FailureRate { agent: agent.into(), rate, interval: Some((rate - 0.1, rate + 0.1)) };
/// let figure = rates(&[of("ada", 0.4), of("bob", 0.3)], 0.95, "resampled tasks")?;
/// assert!(figure.svg.contains("bob fails least: on 30.0 %"));
/// assert!(figure.csv.starts_with("agent,failure_rate,interval_low,interval_high\nbob,0.3,"));
/// # Ok::<(), kofn_figures::FigureError>(())
/// ```
pub fn rates(rates: &[FailureRate], confidence: f64, drawn: &str) -> Result<Rendered, FigureError> {
    let mut sorted = rates.to_vec();
    sorted.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    Rendered::new("rates", &chart(&sorted, confidence, drawn), &table(&sorted))
}

fn table(rates: &[FailureRate]) -> Table {
    Table::new(&[&["agent", "failure_rate", "interval_low", "interval_high"]], rates, |rate| {
        let (low, high) = rate.interval.unwrap_or((f64::NAN, f64::NAN));
        let numbers = [rate.rate, low, high].map(Cell::Number);
        [Cell::Text(rate.agent.clone().into())].into_iter().chain(numbers).collect()
    })
}

fn chart(rates: &[FailureRate], confidence: f64, drawn: &str) -> Chart {
    let title = title(rates);
    let left_out = match rates.len().saturating_sub(MAX_AGENTS) {
        0 => String::new(),
        more => format!(" {more} more agents are in the table."),
    };
    Chart {
        description: format!("A row for each of {} agents. {title}.", rates.len()),
        title,
        caption: format!(
            "Marks: share of runs that fail, as the mean over tasks. Lines: {} % intervals from {drawn}.{left_out}",
            100.0 * confidence
        ),
        panels: vec![panel(&rates[..rates.len().min(MAX_AGENTS)])],
    }
}

fn title(rates: &[FailureRate]) -> String {
    match (rates.first(), rates.last()) {
        (Some(only), _) if rates.len() == 1 => {
            format!("{} fails on {} of tasks", only.agent, percent(only.rate))
        }
        (Some(best), Some(worst)) if best.rate < worst.rate => format!(
            "{} fails least: on {} of tasks, {} on {}",
            best.agent,
            percent(best.rate),
            worst.agent,
            percent(worst.rate)
        ),
        (Some(best), _) => format!("All agents fail on {} of tasks", percent(best.rate)),
        (None, _) => "No agent was run".into(),
    }
}

fn panel(rates: &[FailureRate]) -> Panel {
    let ends = rates.iter().map(|rate| rate.interval.map_or(rate.rate, |(_, high)| high.max(rate.rate)));
    let x =
        Axis::from_zero("Failure rate, %", (105.0 * ends.fold(0.0, f64::max)).clamp(1.0, 100.0)).gridded();
    let names = rates.iter().map(|rate| kofn::shorten(&rate.agent, NAME_LENGTH).into_owned());
    // A line without a name for each interval, which lies across.
    let series = (1..).zip(rates).map(|(place, rate)| {
        let y = -f64::from(place);
        let line = rate.interval.map(|(low, high)| [(100.0 * low, y), (100.0 * high, y)]);
        Series::new(0, "").line(line.into_iter().flatten()).points([Point::new(100.0 * rate.rate, y)])
    });
    Panel::new(x, Axis::names("", names)).height(ROW_HEIGHT * (rates.len() as f64 + 1.0)).with(series)
}
