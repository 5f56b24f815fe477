//! How many of k drawn runs are correct, for every k at once.
//!
//! # Accuracy
//! Every probability is a sum of positive terms: its relative error is below 4k units of 2⁻⁵³, however small it is.
//!
//! # Testing
//! Against an enumeration of all subsets in `tests/logs/fit_votes.rs`.

use super::sample::Runs;

/// At k, then at j ≤ k: that j of k drawn runs are correct.
pub(super) type Table = Vec<Vec<f64>>;

/// An agent's two chances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chances {
    pub(super) fails: f64,
    pub(super) correct: f64,
}

/// Draws one after the other, where the next one's chances depend on how many were drawn and how many of those were
/// correct.
pub(super) fn in_turn(most: usize, next: impl Fn(usize, usize) -> Chances) -> Table {
    let mut table = vec![vec![1.0]];
    for drawn in 0..most {
        let mut row = vec![0.0; drawn + 2];
        for (correct, probability) in table[drawn].iter().enumerate() {
            let chances = next(drawn, correct);
            row[correct] += probability * chances.fails;
            row[correct + 1] += probability * chances.correct;
        }
        table.push(row);
    }
    table
}

/// Draws from the runs of one agent on one task, none of them twice.
pub(super) fn from_runs(most: usize, runs: Runs) -> Table {
    in_turn(most.min(runs.total() as usize), |drawn, correct| {
        let left = runs.total() - drawn as f64;
        let correct_left = (runs.correct - correct as f64).max(0.0);
        let failed_left = (runs.failed - (drawn - correct) as f64).max(0.0);
        Chances { fails: failed_left / left, correct: correct_left / left }
    })
}

/// Draws different agents, every subset of k as likely as any other, and one run of each.
///
/// Among the first m agents, a subset of k contains the last of them with probability k/m.
pub(super) fn of_agents(most: usize, agents: impl Iterator<Item = Chances>) -> Table {
    let mut table = vec![vec![1.0]];
    for (before, chances) in agents.enumerate() {
        let all = (before + 1) as f64;
        if table.len() <= most {
            table.push(vec![0.0; table.len() + 1]);
        }
        for drawn in (1..table.len()).rev() {
            let with = drawn as f64 / all;
            let without = (all - drawn as f64) / all;
            let (fewer, row) = table.split_at_mut(drawn);
            for (correct, probability) in row[0].iter_mut().enumerate() {
                let last_fails = fewer[drawn - 1].get(correct).map_or(0.0, |p| p * chances.fails);
                let last_is_right =
                    correct.checked_sub(1).map_or(0.0, |other| fewer[drawn - 1][other] * chances.correct);
                *probability = without * *probability + with * (last_fails + last_is_right);
            }
        }
    }
    table
}
