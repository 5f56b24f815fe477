//! The audit and the tables as text for a terminal of eighty columns.

use crate::output::{BAD, FAINT, GOOD, Output, STRONG, styled};
use anstyle::{AnsiColor, Style};
use kofn_book::chapter::{System, SystemLine, SystemTable};
use kofn_book::claims::{Audit, Check, Judgment, Row};
use kofn_book::words;
use std::io;

const WIDTH: usize = 80;
/// For what holds under another rule.
const OTHER: Style = AnsiColor::Yellow.on_default().bold();

pub(super) fn audit(output: &mut Output, audit: &Audit) -> io::Result<()> {
    output
        .line(&styled(STRONG, "The chapter's claims, each compared with an exact and a simulated answer"))?;
    for row in &audit.rows {
        output.line("")?;
        self::row(output, row)?;
    }
    output.line("")?;
    output.line(&styled(STRONG, "In short"))?;
    for row in &audit.rows {
        hanging(
            output,
            &format!("{:>3}  ", row.number),
            5,
            &format!("{}: {}", row.title, words::verdicts(row)),
        )?;
    }
    output.line("")?;
    paragraph(output, &words::totals(audit))?;
    paragraph(output, &words::engines(audit))?;
    paragraph(output, &words::replay(&audit.replay))?;
    output.line("")?;
    for sentence in words::rule(audit) {
        for line in wrapped(&sentence, WIDTH - 2) {
            output.line(&styled(FAINT, &format!("  {line}")))?;
        }
    }
    Ok(())
}

fn row(output: &mut Output, row: &Row) -> io::Result<()> {
    output.line(&styled(STRONG, &format!("{:>3}  {}", row.number, row.title)))?;
    for line in wrapped(&row.note, WIDTH - 5) {
        output.line(&styled(FAINT, &format!("     {line}")))?;
    }
    row.checks.iter().try_for_each(|check| self::check(output, check))
}

/// The verdict, what is printed and where; then what it is compared with and what would make it true.
fn check(output: &mut Output, check: &Check) -> io::Result<()> {
    let verdict = styled(style(check.verdict), &format!("{:<24}", words::verdict(check)));
    let first = format!("     {verdict} ");
    let said = check.printed.as_deref().map_or(String::new(), |text| format!("{}, ", words::printed(text)));
    let remedies = words::remedies(check);
    if check.scenarios.is_empty() {
        let value = words::exact(check.unit, check.exact);
        let remedies = remedies.map_or(String::new(), |remedies| format!(", {remedies}"));
        let text = format!("{said}{}: {} = {value}{remedies}", check.about, check.against);
        return hanging(output, &first, 30, &text);
    }
    hanging(output, &first, 30, &format!("{said}{}", check.about))?;
    hanging(output, "       ", 7, &comparison(check))?;
    let alternatives = check.alternatives.iter().map(|alternative| words::alternative(check, alternative));
    alternatives.chain(remedies).try_for_each(|text| hanging(output, "       → ", 9, &text))
}

fn comparison(check: &Check) -> String {
    let mut text = format!("{}: exact {}", check.against, words::exact(check.unit, check.exact));
    if let Some(simulated) = &check.simulated {
        text += &format!(", simulated {}", words::simulated(check.unit, simulated));
    }
    text
}

fn style(verdict: Option<Judgment>) -> Style {
    match verdict {
        Some(Judgment::Holds) => GOOD,
        Some(Judgment::HoldsUnderAnotherRule) => OTHER,
        Some(Judgment::ContradictsItself | Judgment::NotReproduced) => BAD,
        None => FAINT,
    }
}

pub(super) fn system(output: &mut Output, system: &System) -> io::Result<()> {
    output.line(&styled(STRONG, system.title))?;
    for line in wrapped(&system.note, WIDTH - 2) {
        output.line(&styled(FAINT, &format!("  {line}")))?;
    }
    for table in &system.tables {
        output.line("")?;
        self::table(output, table)?;
    }
    output.line("")?;
    for line in wrapped(&words::runs(system), WIDTH - 2) {
        output.line(&styled(FAINT, &format!("  {line}")))?;
    }
    Ok(())
}

fn table(output: &mut Output, table: &SystemTable) -> io::Result<()> {
    hanging(output, "  ", 2, &table.title)?;
    let heading = format!(
        "  {:<15} {:>9} {:>10} {:>9} {:>10}  99 % interval",
        "", "printed", "exact", "sample", "simulated"
    );
    output.line(&styled(FAINT, &heading))?;
    table.lines.iter().try_for_each(|line| put(output, &self::line(line)))
}

fn line(line: &SystemLine) -> String {
    let sample = line.sample.map_or(String::new(), |sample| words::exact(line.unit, sample.estimate));
    let simulated = |text: fn(_, &_) -> String| {
        line.simulated.as_ref().map_or(String::new(), |simulated| text(line.unit, simulated))
    };
    let text = format!(
        "  {:<15} {:>9} {:>10} {sample:>9} {:>10}  {}",
        line.label,
        words::printed(line.printed.unwrap_or("")),
        words::exact(line.unit, line.exact),
        simulated(words::estimate),
        simulated(words::interval)
    );
    text.trim_end().into()
}

fn paragraph(output: &mut Output, text: &str) -> io::Result<()> {
    hanging(output, "  ", 2, text)
}

fn put(output: &mut Output, line: &str) -> io::Result<()> {
    output.line(&line.replace(words::NO_BREAK, " "))
}

/// Text that begins after `first` and goes on below its own beginning, at column `indent`.
fn hanging(output: &mut Output, first: &str, indent: usize, text: &str) -> io::Result<()> {
    for (i, line) in wrapped(text, WIDTH - indent).iter().enumerate() {
        let begin = if i == 0 { first.into() } else { " ".repeat(indent) };
        put(output, &format!("{begin}{line}"))?;
    }
    Ok(())
}

/// Breaks a text between words into lines of at most `width` characters; a longer word stands alone.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_are_as_long_as_may_be_and_lose_no_word() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one twoo", 7), ["one", "twoo"]);
        assert_eq!(wrapped("incomprehensible word", 7), ["incomprehensible", "word"]);
        assert!(wrapped("", 7).is_empty());
    }
}
