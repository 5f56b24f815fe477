//! What a reader of the results should know about all sources together.

use crate::counts::LogCounts;
use crate::quote::{count, quoted};
use crate::results::Results;

/// Maximum number of pairs of agents that are named one by one.
const NAMED_PAIRS: usize = 5;

/// Pairs of agents that share few tasks, and results that are a sample.
pub(super) fn notes(agents: &[String], counts: &LogCounts, results: &Results) -> Vec<String> {
    let mut notes = few_shared(agents, counts);
    let (kept, all) = (results.tasks(), counts.tasks);
    if kept < all {
        notes.push(format!(
            "the results of all tasks do not fit into memory; a uniform sample of {kept} of {all} tasks stands for them (use all with a larger --memory)"
        ));
    }
    notes
}

/// Pairs of agents that share less than half of the tasks of the one that has fewer.
fn few_shared(agents: &[String], counts: &LogCounts) -> Vec<String> {
    let mut notes = Vec::new();
    let mut more = 0_u64;
    for (second, name) in agents.iter().enumerate() {
        for (first, other) in agents[..second].iter().enumerate() {
            let shared = counts.pair(first, second).tasks;
            let fewer = counts.agents[first].tasks.min(counts.agents[second].tasks);
            if 2 * shared >= fewer {
                continue;
            }
            if notes.len() < NAMED_PAIRS {
                notes.push(format!(
                    "{} and {} share {shared} of {fewer} tasks; tasks match by name, so check that both logs name them alike",
                    quoted(other),
                    quoted(name)
                ));
            } else {
                more += 1;
            }
        }
    }
    if more > 0 {
        notes.push(format!("also sharing less than half of their tasks: {}", count(more, "more pair")));
    }
    notes
}
