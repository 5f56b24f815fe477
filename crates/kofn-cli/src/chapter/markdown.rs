//! The audit and the tables as Markdown that a page of a book can include.

use super::words;
use crate::output::Output;
use kofn_book::chapter::{System, SystemLine};
use kofn_book::claims::{Audit, Check, Row};
use std::io;

pub(super) fn audit(output: &mut Output, audit: &Audit) -> io::Result<()> {
    output.line(&format!("{} {}\n", words::totals(audit), escaped(&words::engines(audit))))?;
    header(output, &["", "the chapter says", "verdict"])?;
    for row in &audit.rows {
        cells(output, &[row.number.to_string(), row.title.clone(), words::verdicts(row)])?;
    }
    audit.rows.iter().try_for_each(|row| self::row(output, row))?;
    output.line("\n### How this was judged\n")?;
    for sentence in words::rule(audit) {
        output.line(&format!("- {}", escaped(&sentence)))?;
    }
    output.line(&format!("\n{}", escaped(&words::replay(&audit.replay))))
}

fn row(output: &mut Output, row: &Row) -> io::Result<()> {
    output.line(&format!("\n### {}. {}\n", row.number, escaped(&row.title)))?;
    if !row.note.is_empty() {
        output.line(&format!("{}\n", escaped(&row.note)))?;
    }
    header(output, &["printed", "of", "compared with", "exact", "simulated (99 %)", "verdict"])?;
    row.checks.iter().try_for_each(|check| cells(output, &columns(check)))?;
    changes(output, row)
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

/// Prints what would make the claims of a row true, as a list.
fn changes(output: &mut Output, row: &Row) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    for check in row.checks.iter().filter(|check| !check.scenarios.is_empty()) {
        let alternatives =
            check.alternatives.iter().map(|alternative| words::alternative(check, alternative));
        let printed = check.printed.as_deref().unwrap_or("");
        let change =
            |text: String| format!("- {}, {}: {}", escaped(printed), escaped(&check.about), escaped(&text));
        lines.extend(alternatives.chain(words::remedies(check)).map(change));
    }
    if lines.is_empty() { Ok(()) } else { output.line(&format!("\n{}", lines.join("\n"))) }
}

pub(super) fn system(output: &mut Output, system: &System) -> io::Result<()> {
    output.line(&format!("### {}", system.title))?;
    if !system.note.is_empty() {
        output.line(&format!("\n{}", escaped(&system.note)))?;
    }
    for table in &system.tables {
        output.line(&format!("\n{}\n", escaped(&table.title)))?;
        header(output, &["", "printed", "exact", "sample", "simulated (99 %)"])?;
        table.lines.iter().try_for_each(|line| self::line(output, line))?;
    }
    output.line(&format!("\n{}", escaped(&words::runs(system))))
}

fn line(output: &mut Output, line: &SystemLine) -> io::Result<()> {
    cells(
        output,
        &[
            line.label.clone(),
            words::printed(line.printed.unwrap_or("")),
            words::exact(line.unit, line.exact),
            line.sample.map_or(String::new(), |sample| words::exact(line.unit, sample.estimate)),
            line.simulated.map_or(String::new(), |simulated| words::simulated(line.unit, &simulated)),
        ],
    )
}

fn header(output: &mut Output, columns: &[&str]) -> io::Result<()> {
    output.line(&format!("| {} |", columns.join(" | ")))?;
    output.line(&format!("|{}", " --- |".repeat(columns.len())))
}

fn cells(output: &mut Output, cells: &[String]) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    output.line(&format!("| {} |", cells.join(" | ")))
}

/// Without what Markdown would take for a table's edge, emphasis, a link or HTML.
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
