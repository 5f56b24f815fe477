//! Parts of every section: tables, figures, notes, names and numbers.

use crate::error::FigureError;
use crate::escape::labelled;
use crate::fitted::FitFigure;
use crate::rendered::Rendered;
use kofn::Interval;
use kofn::answers::grouped;
use kofn::answers::numbers::as_sure;
use kofn_logs::fit::Fit;
use kofn_logs::replay::Replay;
use maud::{Markup, PreEscaped, html};

/// A column of a table.
pub(super) struct Column {
    head: String,
    is_number: bool,
}

/// A column of words.
pub(super) fn words(head: impl Into<String>) -> Column {
    Column { head: head.into(), is_number: false }
}

/// A column of numbers.
pub(super) fn numbers(head: impl Into<String>) -> Column {
    Column { head: head.into(), is_number: true }
}

/// A table with these columns. The first cell of a row names it; the row at `chosen` is marked. A row of two cells in a
/// wider table has a text in place of its numbers.
pub(super) fn table(label: &str, columns: &[Column], rows: &[Vec<String>], chosen: Option<usize>) -> Markup {
    let class = |column: usize| columns.get(column).filter(|column| column.is_number).map(|_| "kofn-number");
    html! {
        div class="kofn-table" role="region" tabindex="0" aria-label=(label) {
            table {
                thead { tr {
                    @for (place, column) in columns.iter().enumerate() {
                        th scope="col" class=[class(place)] { (column.head) }
                    }
                } }
                tbody {
                    @for (place, row) in rows.iter().enumerate() {
                        tr class=[(chosen == Some(place)).then_some("kofn-chosen")] {
                            (cells(row, columns.len(), &class))
                        }
                    }
                }
            }
        }
    }
}

/// The cells of a row.
fn cells(row: &[String], columns: usize, class: &dyn Fn(usize) -> Option<&'static str>) -> Markup {
    let is_text = row.len() == 2 && columns > 2;
    html! {
        @for (place, cell) in row.iter().enumerate() {
            @if place == 0 {
                th scope="row" class=[class(place)] { (cell) }
            } @else if is_text {
                td colspan=(columns - 1) { (cell) }
            } @else {
                td class=[class(place)] { (cell) }
            }
        }
    }
}

/// A figure, or why it was not drawn.
pub(super) fn figure(drawn: Result<Option<Rendered>, FigureError>) -> Markup {
    match drawn {
        Ok(None) => Markup::default(),
        Ok(Some(rendered)) => html! { figure class="kofn-figure" { (PreEscaped(rendered.svg)) } },
        Err(error) => html! { p { "The figure was not drawn: " (labelled(&error.to_string())) "." } },
    }
}

/// A figure of a fit.
pub(super) fn figure_of(fit: &Fit, figure: FitFigure) -> Markup {
    self::figure(figure.draw(fit))
}

/// A paragraph that explains a table.
pub(super) fn note(text: &str) -> Markup {
    html! { p class="kofn-note" { (text) } }
}

/// Sentences below each other.
pub(super) fn list(class: Option<&str>, texts: &[String]) -> Markup {
    html! {
        @if !texts.is_empty() {
            ul class=[class] { @for text in texts { li { (text) } } }
        }
    }
}

/// A text of the library as a sentence: with a capital letter and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = labelled(text);
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!', ':']) { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}

/// The name of an agent, whole.
pub(super) fn name(fit: &Fit, agent: usize) -> String {
    fit.agents.get(agent).map_or(String::new(), |agent| labelled(&agent.name))
}

/// A number of things, in the singular or plural.
pub(super) fn many(count: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A share with its interval, both with as many digits as the interval carries.
pub(super) fn share(value: f64, interval: Option<Interval>) -> String {
    let half = interval.map_or(0.005, Interval::half_width);
    match interval {
        Some(around) => format!("{} ({})", as_sure(value, half), ends(around)),
        None => as_sure(value, half),
    }
}

/// The ends of an interval, with as many digits as it carries.
pub(super) fn ends(interval: Interval) -> String {
    let half = interval.half_width();
    format!("{} to {}", as_sure(interval.low, half), as_sure(interval.high, half))
}

/// What is resampled and split into halves.
pub(super) fn units(fit: &Fit) -> &'static str {
    if fit.clusters.is_some() { "clusters" } else { "tasks" }
}

/// Agents, or runs of the only one.
pub(super) fn voters(fit: &Fit) -> &'static str {
    if fit.agents.len() > 1 { "agents" } else { "runs" }
}

/// A number with at most `most` decimals.
pub(super) fn decimals(value: f64, most: usize) -> String {
    let text = format!("{value:.most$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// A number that a replay has if the log does.
type Measure = fn(&Replay) -> Option<f64>;

/// A table of replayed systems.
pub(super) fn replays(systems: &[Replay]) -> Markup {
    let has = |of: Measure| systems.iter().any(|system| of(system).is_some());
    let shown: [(&str, Measure, usize); 3] = [
        ("saved calls", |system| system.saved_calls, 2),
        ("cost", |system| system.cost, 4),
        ("time, ms", |system| system.latency_ms, 0),
    ];
    let shown: Vec<_> = shown.into_iter().filter(|(_, of, _)| has(*of)).collect();
    let heads = ["correct", "wrong", "abstain", "calls"].into_iter();
    let heads = heads.chain(shown.iter().map(|(head, ..)| *head)).chain(["tasks"]);
    let columns: Vec<Column> = [words("system")].into_iter().chain(heads.map(numbers)).collect();
    let row = |system: &Replay| {
        let half = system.interval.half_width();
        let mut row = vec![
            labelled(&system.system),
            share(system.correct, Some(system.interval)),
            as_sure(system.wrong, half),
            as_sure(system.abstain, half),
            decimals(system.calls, 2),
        ];
        row.extend(
            shown
                .iter()
                .map(|(_, of, digits)| of(system).map_or("–".into(), |value| decimals(value, *digits))),
        );
        row.push(grouped(system.tasks));
        row
    };
    table("Replayed systems", &columns, &systems.iter().map(row).collect::<Vec<_>>(), None)
}
