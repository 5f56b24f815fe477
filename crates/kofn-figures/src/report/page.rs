//! The whole document.

use super::{STYLE, fragment, sections};
use crate::escape::labelled;
use kofn_logs::advice::LogReport;
use maud::{DOCTYPE, PreEscaped, html};

/// Nothing is loaded, and nothing runs.
const HEAD: &str = concat!(
    r#"<meta charset="utf-8"/>"#,
    r#"<meta name="viewport" content="width=device-width, initial-scale=1"/>"#,
    r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>"#,
    r#"<meta name="color-scheme" content="light dark"/>"#,
    r#"<meta name="generator" content="kofn "#,
    env!("CARGO_PKG_VERSION"),
    r#""/>"#
);

/// Maximum number of logs that the title names.
const MAX_NAMED: usize = 3;

/// Returns a report as one HTML document without scripts, which loads nothing.
pub fn page(report: &LogReport) -> String {
    let title = title(report);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (PreEscaped(HEAD))
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body class="kofn-page" {
                main {
                    h1 { (title) }
                    nav class="kofn-contents" aria-label="Contents" {
                        ol {
                            @for section in sections(report) {
                                li { a href={ "#kofn-report-" (section.id) } { (section.name) } }
                            }
                        }
                    }
                    (PreEscaped(fragment(report)))
                }
            }
        }
    }
    .into_string()
}

/// The logs without their folders.
fn title(report: &LogReport) -> String {
    let sources = &report.fit.sources;
    let file = |name: &str| labelled(name.rsplit(['/', '\\']).next().unwrap_or(name));
    let named = sources.iter().take(MAX_NAMED).map(|source| file(&source.name));
    let named = named.collect::<Vec<_>>().join(", ");
    match sources.len().saturating_sub(MAX_NAMED) {
        0 => format!("Report on {named}"),
        more => format!("Report on {named} and {more} more"),
    }
}
