//! Exact fractions as text for a terminal.

use super::output::{FAINT, Output, styled};
use super::text::{grouped, heading};
use kofn::Scenario;
use kofn::exact::{Decimal, RationalOutcome};
use num_rational::BigRational;
use std::io;

/// How many significant digits a decimal has that is not the fraction itself.
const SIGNIFICANT: u32 = 20;
/// How wide a line may be for a fraction to stand in it in full.
const LINE: usize = 80;
/// A probability whose complement is below this power of ten is told by it.
const NEARLY_ONE: i64 = -7;

pub(super) fn assessed(
    output: &mut Output,
    scenario: &Scenario,
    outcome: &RationalOutcome,
) -> io::Result<()> {
    heading(output, scenario)?;
    let told = [
        ("correct", told_by_either(&outcome.correct, &outcome.failure), &outcome.correct),
        ("abstain", told(&outcome.abstain), &outcome.abstain),
        ("wrong", told(&outcome.wrong), &outcome.wrong),
        ("failure", told_by_either(&outcome.failure, &outcome.correct), &outcome.failure),
    ];
    let is_abridged = table(output, &told)?;
    output.line("")?;
    output.line("  expected per task")?;
    let is_abridged = table(output, &effort(outcome))? || is_abridged;
    if is_abridged {
        output.line("")?;
        output.line(&styled(FAINT, "  … marks omitted digits (--json prints all)"))?;
    }
    Ok(())
}

/// A name, its decimal and the fraction that it stands for.
type Row<'a> = (&'static str, String, &'a BigRational);

fn effort(outcome: &RationalOutcome) -> Vec<Row<'_>> {
    let validations = &outcome.expected_validations;
    let all = [
        ("calls", Some(&outcome.expected_calls)),
        ("validations", Some(validations).filter(|validations| **validations != BigRational::default())),
        ("cost", outcome.expected_cost.as_ref()),
        ("latency", outcome.expected_latency.as_ref()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, told(value?), value?))).collect()
}

/// Prints the rows in columns, and tells whether a fraction was too long for its line.
fn table(output: &mut Output, rows: &[Row<'_>]) -> io::Result<bool> {
    let name_width = rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0).max("correct ".len());
    let width = rows.iter().map(|(_, decimal, _)| decimal.chars().count()).max().unwrap_or(0);
    let mut is_abridged = false;
    for (name, decimal, fraction) in rows {
        let start = format!("  {name:<name_width$} {decimal:<width$}   ");
        let text = fraction.to_string();
        let shown = if fraction.is_integer() {
            String::new()
        } else if start.chars().count() + text.len() <= LINE {
            text
        } else {
            is_abridged = true;
            abridged(fraction)
        };
        output.line((start + &shown).trim_end())?;
    }
    Ok(is_abridged)
}

/// A fraction as a decimal, and whether that is all.
fn told(fraction: &BigRational) -> String {
    let decimal = Decimal::nearest(fraction, SIGNIFICANT);
    format!("{} {decimal}", sign(&decimal))
}

/// A probability that is nearly one is told by its complement.
fn told_by_either(probability: &BigRational, complement: &BigRational) -> String {
    let rest = Decimal::nearest(complement, SIGNIFICANT);
    if rest.exponent < NEARLY_ONE { format!("{} 1 − {rest}", sign(&rest)) } else { told(probability) }
}

fn sign(decimal: &Decimal) -> char {
    if decimal.is_exact { '=' } else { '≈' }
}

/// The first and last digits of numerator and denominator, and how many there are.
fn abridged(fraction: &BigRational) -> String {
    let [(above, digits_above), (below, digits_below)] =
        [fraction.numer(), fraction.denom()].map(|integer| {
            let digits = integer.to_string();
            let shown = match digits.len() {
                ..=7 => digits.clone(),
                count => format!("{}…{}", &digits[..3], &digits[count - 3..]),
            };
            (shown, grouped(digits.len() as u64))
        });
    format!("{above}/{below} ({digits_above}/{digits_below} digits)")
}
