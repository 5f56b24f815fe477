//! All cascades of two stages.

use super::laws::Count;
use super::select::Selection;
use super::{Pool, Screened, Stages, Voted, arranged};
use crate::scenario::Scheme;
use rayon::prelude::*;

/// A first stage abstains if it does so in more than this share of its failures: less is rounding.
const NEVER: f64 = 1e-12;

/// Returns the number of products per case for all cascades of up to `most` of `agents`.
pub(super) fn work(agents: usize, most: usize, ways: &[Vec<(Count, Scheme)>]) -> f64 {
    let choose =
        |n: usize, k: usize| (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64);
    let mut sum = 0.0;
    for first in 1..most {
        for then in 1..=most - first {
            let teams = choose(agents, first) * choose(agents - first, then);
            sum += 2.0 * teams * (ways[first].len() * ways[then].len()) as f64;
        }
    }
    sum
}

/// Returns the cascades that can be needed beside what is selected, and the number of all.
pub(super) fn screened(
    pool: &Pool<'_>,
    voted: &[Voted],
    stages: &Stages,
    selection: &Selection<'_>,
) -> (Vec<Screened>, usize) {
    // The ballots of each team stand together.
    let mut of_team: Vec<&[Voted]> = vec![&[]; 1 << pool.agents.len()];
    for ballots in voted.chunk_by(|a, b| a.ballot.team == b.ballot.team) {
        of_team[ballots[0].ballot.team as usize] = ballots;
    }
    let of_first = |first: &Voted| {
        let mut found = (Vec::new(), 0);
        let Some(stage) = first.stage.filter(|_| pool.is_first(first.ballot.team, 0)) else { return found };
        if first.failure - first.wrong <= NEVER * first.failure {
            return found;
        }
        let others = (1_u32 << pool.agents.len()) - 1 - first.ballot.team;
        let mut then = others;
        while then > 0 {
            let fits = (first.ballot.team.count_ones() + then.count_ones()) as usize <= pool.largest_cascade;
            if fits && pool.is_first(then, first.ballot.team) {
                for second in of_team[then as usize] {
                    found.1 += usize::from(second.stage.is_some());
                    found.0.extend(cascade(pool, stages, selection, (first, stage), second));
                }
            }
            then = (then - 1) & others;
        }
        found
    };
    let all: Vec<_> = voted.par_iter().map(of_first).collect();
    let screened = all.iter().map(|(_, screened)| screened).sum();
    (all.into_iter().flat_map(|(found, _)| found).collect(), screened)
}

fn cascade(
    pool: &Pool<'_>,
    stages: &Stages,
    selection: &Selection<'_>,
    (first, stage): (&Voted, usize),
    then: &Voted,
) -> Option<Screened> {
    let reached = (first.failure - first.wrong).max(0.0);
    let price = first.price + reached * then.price;
    if !selection.may_be_needed(price, first.wrong) {
        return None;
    }
    let (failure, wrong) = stages.after(stages.abstains(stage), then.stage?);
    let failure = first.wrong + failure;
    let groups = pool.team.base.dependence().groups().map(|(sizes, _)| sizes);
    if !selection.may_be_needed(price, failure)
        || groups.is_some()
            && arranged(groups, &pool.places(first.ballot), &pool.places(then.ballot)).is_none()
    {
        return None;
    }
    Some(Screened {
        first: first.ballot,
        then: Some(then.ballot),
        failure,
        wrong: first.wrong + wrong,
        price,
        latency: first.latency + reached * then.latency,
    })
}
