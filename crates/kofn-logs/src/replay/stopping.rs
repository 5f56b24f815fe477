//! What races would have done on the recorded runs of agents that were run repeatedly.

use super::{Recording, Replay};
use kofn::System;
use kofn::scenario::Member;

/// Maximum number of agents whose races are replayed.
const MAX_AGENTS: usize = 10;

/// Races of at most so many calls: with more runs of a task there are too many partial votes to count them all.
const MAX_CALLS: u64 = 15;

/// Number of runs from which on a race can stop before it has made all of them.
const FEWEST_RUNS: u64 = 3;

/// Returns what a plurality of all runs and races of as many calls give, agent by agent: calls until two answers agree, or
/// half of the runs do, until one leads by two, and until a majority is likely. Only agents with three runs or more on
/// most of their tasks have any.
///
/// ```
/// use kofn_logs::replay::{Recording, ReplayOptions, early_stopping};
/// use kofn_logs::{ReadOptions, Source, read};
/// let csv = "task,agent,answer,target\na,ada,4,4\na,ada,4,4\na,ada,5,4\nb,ada,1,2\nb,ada,2,2\nb,ada,2,2\n";
/// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let stopping = early_stopping(&Recording::of(&log, &ReplayOptions::default()));
/// // Two of three runs agree on the right answer, the first two with probability 1/3: then the third is saved.
/// let first_to_two = &stopping[1];
/// assert_eq!(first_to_two.system, "first-to(ada; votes = 2, max_calls = 3)");
/// let saved = first_to_two.saved_calls.unwrap();
/// assert!((first_to_two.correct - 1.0).abs() < 1e-15 && (saved - 1.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn early_stopping(recording: &Recording) -> Vec<Replay> {
    let systems = (0..recording.agents().len()).flat_map(|agent| systems(recording, agent));
    systems.filter_map(|system| recording.replay(&system).ok()).collect()
}

/// The vote of all runs of an agent, and the races of as many calls.
fn systems(recording: &Recording, agent: usize) -> Vec<System> {
    let runs = recording.usual_runs(agent).min(MAX_CALLS);
    if runs < FEWEST_RUNS || agent >= MAX_AGENTS {
        return Vec::new();
    }
    let name = Member::new(recording.agents()[agent].clone()).quoted();
    let first_to = |votes: u64| format!("first-to({name}; votes = {votes}, max_calls = {runs})");
    let majority = runs / 2 + 1;
    let mut all = vec![format!("plurality({name}*{runs})"), first_to(2)];
    all.extend((majority > 2).then(|| first_to(majority)));
    all.push(format!("ahead-by({name}; margin = 2, max_calls = {runs})"));
    all.push(format!("adaptive({name}; confidence = 0.95, max_calls = {runs})"));
    all.iter().filter_map(|system| System::parse(system).ok()).collect()
}
