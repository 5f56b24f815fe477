//! Reports on logs as HTML: what was read, what was found, what to build, and how sure that is.
//!
//! [`page`] is a whole document in one file, which has no script and loads nothing; [`fragment`] is its
//! sections, for use inside another page with [`STYLE`]. The markup is also well-formed XML. The same
//! [`LogReport`] gives the same bytes: no date and no path is in them. Names from logs are
//! escaped, and characters that control the text around them are shown as `\u{..}`.
//!
//! ```
//! use kofn_figures::report::{fragment, page};
//! use kofn_logs::advice::{ReportQuestion, report_log};
//! use kofn_logs::{ReadOptions, Source, read};
//! let row = |i: u32| format!("{i},{},{}\n", u32::from(i % 4 > 0), u32::from(i % 5 > 0));
//! let csv = format!("task,<b>,bob\n{}", (0..60).map(row).collect::<String>());
//! let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
//! let report = report_log(log, &ReportQuestion::new(Some(0.8)).with_replicas(100), &|_, _, _| true)?;
//! let html = page(&report);
//! assert!(html.starts_with("<!DOCTYPE html>") && html.contains(&fragment(&report)));
//! assert!(html.contains("&lt;b&gt;") && !html.contains("<b>") && !html.contains("<script"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod advice;
mod method;
mod models;
mod page;
mod parts;
mod rates;
mod repeats;
mod sources;
mod summary;
#[cfg(test)]
mod tests;
mod together;
mod verdicts;
mod votes;
mod worth;

pub use page::page;

use kofn_logs::advice::LogReport;
use kofn_logs::fit::Fit;
use maud::{Markup, html};

/// The style sheet of a report: all of its rules are about elements inside `.kofn-report`.
pub const STYLE: &str = include_str!("report.css");

/// A section of a report.
struct Section {
    /// Its anchor.
    id: &'static str,
    /// Its name in the table of contents.
    name: &'static str,
    /// What was found.
    heading: String,
    body: Markup,
}

/// Returns the sections of a report inside one `div`, for use in another page.
pub fn fragment(report: &LogReport) -> String {
    html! {
        div class="kofn-report" {
            @for section in sections(report) {
                section class="kofn-section" id={ "kofn-report-" (section.id) } {
                    p class="kofn-kicker" { (section.name) }
                    h2 { (section.heading) }
                    (section.body)
                }
            }
        }
    }
    .into_string()
}

/// All sections for which the log has data.
fn sections(report: &LogReport) -> Vec<Section> {
    let of_fit = |section: fn(&Fit) -> Option<Section>| report.fit.fit.as_ref().and_then(section);
    let all = [
        Some(summary::section(report)),
        Some(sources::section(&report.fit)),
        of_fit(rates::section),
        of_fit(together::correlation),
        of_fit(together::collision),
        of_fit(models::section),
        of_fit(votes::section),
        of_fit(votes::answers),
        advice::section(report),
        of_fit(worth::section),
        repeats::section(&report.fit),
        verdicts::section(report),
        Some(method::section(report)),
    ];
    all.into_iter().flatten().collect()
}
