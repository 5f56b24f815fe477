//! Tables of what rounds do to open trials.
//!
//! The trials that are open after the same number of rounds differ in their votes alone, and often in few ways: seven
//! calls leave a race to a lead of three open with a lead of one, for the right or the wrong answer. Each of these
//! *standings* is a symbol, and a stage is a table from symbol and pattern to the next symbol. Where the standings are
//! those of an earlier stage, its table is used again.

use super::decision::{Ending, Votes};
use super::round::Round;
use crate::monte_carlo::level::Block256;
use crate::monte_carlo::outcomes::outcome::OPEN;
use std::collections::BTreeSet;

/// Maximum number of rows of the tables together, 32 kilobytes: they are built for each class of tasks, and few trials
/// are left where they end.
pub(super) const MAX_ROWS: usize = 128;

/// The tables of a race.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stages {
    stages: Vec<Stage>,
    /// The round of the last call and its stage, where an earlier table would be used for it.
    last: Option<(u64, usize)>,
    /// The votes of each symbol after the last stage, if another round may follow.
    pub(super) rest: Vec<Votes>,
}

/// What a round does.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    /// For each open symbol and each pattern, the symbol after the round: an outcome, or one of the next stage's.
    pub(super) rows: Vec<Block256>,
    /// The next stage.
    pub(super) next: usize,
}

impl Stages {
    /// Returns the tables of a race, with at most `max_rows` rows or a little more, at least that of the first round.
    pub(super) fn new(round: &Round, ending: &Ending, max_rows: usize) -> Self {
        let calls = u64::from(round.calls);
        let last_round = ending.max_calls.map(|most| most.saturating_sub(1) / calls);
        let mut stages = Self { stages: Vec::new(), last: None, rest: Vec::new() };
        let mut standings = vec![vec![[0; 2]]];
        let mut rows = 1;
        loop {
            let at = stages.stages.len();
            let (outcomes, next) = after(round, ending, &standings[at], at as u64 * calls);
            let known = standings.iter().position(|standing| *standing == next);
            stages.stages.push(Stage { rows: rows_of(&outcomes, &next), next: known.unwrap_or(at + 1) });
            if let Some(known) = known {
                if let Some(last) = last_round {
                    let repeated = known + ((last - (at as u64 + 1)) % (at + 1 - known) as u64) as usize;
                    let (outcomes, next) = after(round, ending, &standings[repeated], last * calls);
                    stages.stages.push(Stage { rows: rows_of(&outcomes, &next), next: at + 2 });
                    stages.last = Some((last, at + 1));
                }
                return stages;
            }
            rows += next.len();
            if next.is_empty() || rows > max_rows {
                stages.rest = next;
                return stages;
            }
            standings.push(next);
        }
    }

    /// The stage of a round, after `next` of the one before; `None` where trials are followed by their votes.
    pub(super) fn of(&self, round: u64, next: usize) -> Option<&Stage> {
        match self.last {
            Some((last, stage)) if round == last => self.stages.get(stage),
            Some(_) | None => self.stages.get(next),
        }
    }

    /// The symbol of each pattern of the first round.
    pub(super) fn first(&self) -> &Stage {
        &self.stages[0]
    }

    /// Memory of the tables.
    pub(super) fn bytes(&self) -> usize {
        self.stages.iter().map(|stage| size_of_val(stage.rows.as_slice())).sum()
    }
}

/// Where a pattern leads from some standing: to an outcome, or, if that is [`OPEN`], to these votes.
type Standing = (u8, Votes);

/// Where each pattern leads from each of the standings after `before` calls, and the standings that are open then.
fn after(
    round: &Round,
    ending: &Ending,
    standings: &[Votes],
    before: u64,
) -> (Vec<Vec<Standing>>, Vec<Votes>) {
    let follow = |mut votes: Votes, pattern| {
        let outcome = round.follow(ending, &mut votes, pattern, before);
        (outcome, ending.reduced(votes))
    };
    let from = |votes: &Votes| (0..round.patterns()).map(|pattern| follow(*votes, pattern)).collect();
    let led: Vec<Vec<Standing>> = standings.iter().map(from).collect();
    let open = led.iter().flatten().filter(|(outcome, _)| *outcome == OPEN).map(|(_, votes)| *votes);
    let open: BTreeSet<Votes> = open.collect();
    (led, open.into_iter().collect())
}

/// Rows of symbols; the open ones are the numbers of their votes in `next`, from [`OPEN`] on.
fn rows_of(led: &[Vec<Standing>], next: &[Votes]) -> Vec<Block256> {
    let symbol = |(outcome, votes): &Standing| match next.binary_search(votes) {
        Ok(number) if *outcome == OPEN => OPEN + number as u8,
        _ => *outcome,
    };
    let row = |from: &Vec<Standing>| {
        let mut row = [0; 256];
        row.iter_mut().zip(from).for_each(|(cell, standing)| *cell = symbol(standing));
        row
    };
    led.iter().map(row).collect()
}
