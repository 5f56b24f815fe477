//! The audit and the tables as Markdown that a page of a book can include.

use crate::chapter::{System, SystemLine};
use crate::claims::{Audit, Check, Row};
use crate::words;

/// Returns the audit.
///
/// ```
/// let audit = kofn_book::claims::audit(1_000, 42)?;
/// assert!(kofn_book::markdown::audit(&audit).starts_with("Of 53 numbers"));
/// # Ok::<(), kofn_book::FigureError>(())
/// ```
pub fn audit(audit: &Audit) -> String {
    let summary =
        audit.rows.iter().map(|row| [row.number.to_string(), row.title.clone(), words::verdicts(row)]);
    let mut page = format!(
        "{} {}\n\n{}",
        words::totals(audit),
        escaped(&words::engines(audit)),
        table(["", "the chapter says", "verdict"], summary)
    );
    page.extend(audit.rows.iter().map(row));
    page.push_str("\n### How this was judged\n\n");
    page.extend(words::rule(audit).map(|sentence| format!("- {}\n", escaped(&sentence))));
    page + &paragraph(&words::replay(&audit.replay))
}

fn row(row: &Row) -> String {
    let mut text = format!("\n### {}. {}\n", row.number, escaped(&row.title));
    if !row.note.is_empty() {
        text += &paragraph(&row.note);
    }
    let header = ["printed", "of", "compared with", "exact", "simulated (99 %)", "verdict"];
    text.push('\n');
    text + &table(header, row.checks.iter().map(columns)) + &changes(row)
}

fn columns(check: &Check) -> [String; 6] {
    let exact = words::exact(check.unit, check.exact);
    let arithmetic = check.scenarios.is_empty();
    [
        check.printed.as_deref().map_or(String::new(), words::printed),
        check.about.clone(),
        check.against.clone(),
        // What arithmetic gives instead is short enough to stand beside its result.
        words::remedies(check)
            .filter(|_| arithmetic)
            .map_or(exact.clone(), |remedies| format!("{exact}, {remedies}")),
        check.simulated.map_or(String::new(), |simulated| words::simulated(check.unit, &simulated)),
        words::verdict(check),
    ]
}

/// Returns what would make the claims of a row true, as a list.
fn changes(row: &Row) -> String {
    let mut lines: Vec<String> = Vec::new();
    for check in row.checks.iter().filter(|check| !check.scenarios.is_empty()) {
        let alternatives =
            check.alternatives.iter().map(|alternative| words::alternative(check, alternative));
        let printed = check.printed.as_deref().unwrap_or("");
        let change =
            |text: String| format!("- {}, {}: {}\n", escaped(printed), escaped(&check.about), escaped(&text));
        lines.extend(alternatives.chain(words::remedies(check)).map(change));
    }
    if lines.is_empty() { String::new() } else { format!("\n{}", lines.concat()) }
}

/// Returns the tables of a system.
pub fn system(system: &System) -> String {
    let mut page = format!("### {}\n", system.title);
    if !system.note.is_empty() {
        page += &paragraph(&system.note);
    }
    let header = ["", "printed", "exact", "sample", "simulated (99 %)"];
    for part in &system.tables {
        page += &format!("{}\n{}", paragraph(&part.title), table(header, part.lines.iter().map(line)));
    }
    page + &paragraph(&words::runs(system))
}

fn line(line: &SystemLine) -> [String; 5] {
    [
        line.label.clone(),
        words::printed(line.printed.unwrap_or("")),
        words::exact(line.unit, line.exact),
        line.sample.map_or(String::new(), |sample| words::exact(line.unit, sample.estimate)),
        line.simulated.map_or(String::new(), |simulated| words::simulated(line.unit, &simulated)),
    ]
}

fn paragraph(text: &str) -> String {
    format!("\n{}\n", escaped(text))
}

fn table<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let row = |cells: [String; N]| format!("| {} |\n", cells.map(|cell| escaped(&cell)).join(" | "));
    let head = format!("| {} |\n|{}\n", header.join(" | "), " --- |".repeat(N));
    head + &rows.map(row).collect::<String>()
}

/// Returns the text with escapes for what Markdown would take for a table's edge, emphasis, a link or HTML.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.replace(words::NO_BREAK, " ").chars() {
        if matches!(character, '|' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '\\' | '~') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_is_left_for_markdown_to_read() {
        assert_eq!(super::escaped("a|b <c> f × (1)"), "a\\|b \\<c\\> f × (1)");
        assert_eq!(super::escaped("CONSENSUS_FAILURE"), "CONSENSUS\\_FAILURE");
    }
}
