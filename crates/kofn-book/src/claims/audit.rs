//! The audit itself.

use super::answer::{Audit, Row};
use super::claim::{Claim, Tested};
use super::judge::Judge;
use super::replay;
use super::rows::{self, Claims};
use super::verdict;
use crate::FigureError;
use crate::chapter::Engines;

/// Judges every claim of the chapter, each scenario simulated with `trials` trials from `seed`.
///
/// The verdicts do not depend on the simulation, which only checks the exact values.
///
/// # Errors
/// An engine's refusal.
///
/// ```
/// let audit = kofn_book::claims::audit(100_000, 42)?;
/// assert!(audit.agrees()); // the engines with each other
/// assert!(!audit.holds()); // the chapter, in all its numbers
/// # Ok::<(), kofn_book::FigureError>(())
/// ```
pub fn audit(trials: u64, seed: u64) -> Result<Audit, FigureError> {
    let rows = rows::rows()?;
    let counts_tested = tests(&rows);
    let threshold = verdict::threshold(counts_tested);
    let mut judge = Judge { engines: Engines::new(trials, seed), threshold };
    let rows = rows
        .iter()
        .enumerate()
        .map(|(i, claims)| {
            Ok(Row {
                number: i + 1,
                title: claims.title.into(),
                note: claims.note.into(),
                checks: claims.claims.iter().map(|claim| judge.check(claim)).collect::<Result<_, _>>()?,
            })
        })
        .collect::<Result<_, FigureError>>()?;
    Ok(Audit {
        trials,
        seed,
        counts_tested,
        threshold,
        scenarios: judge.engines.scenarios(),
        disagreements: judge.engines.disagreements(),
        rows,
        replay: replay::replays(),
    })
}

/// How many counts are tested: one that supports several claims is tested once.
fn tests(rows: &[Claims]) -> usize {
    let mut tests: Vec<Tested> = Vec::new();
    for tested in rows.iter().flat_map(|row| &row.claims).flat_map(Claim::tested) {
        if !tests.contains(&tested) {
            tests.push(tested);
        }
    }
    tests.len()
}
