//! Rates of one agent, with intervals in closed form.

use super::intervals::{check_confidence, clopper_pearson, wilson};
use crate::AgentCounts;
use kofn::Interval;
use kofn::scenario::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// An agent's failure rate, and how repeated runs of it do.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AgentRates {
    /// Tasks with at least one run.
    pub tasks: u64,
    /// Runs over all tasks.
    pub runs: u64,
    /// Runs that failed.
    pub failures: u64,
    /// `failures` of `runs`: where tasks are run unequally often, those with many runs count more; 1 − pass^1 counts
    /// every task the same.
    pub failure_rate: f64,
    /// For `failures` among `runs`, as if the runs were independent: where tasks were repeated they are not, and it
    /// is too narrow.
    pub clopper_pearson: Interval,
    /// Wilson's interval, in the same case.
    pub wilson: Interval,
    /// pass^k at k − 1: that all of k runs of a task are correct, without bias, from the tasks with at least k runs.
    pub pass_all: Vec<f64>,
    /// pass@k at k − 1: that any of k runs is correct, in the same way.
    pub pass_any: Vec<f64>,
}

impl AgentRates {
    /// What is counted of one agent; `None` without a run.
    ///
    /// # Errors
    /// A confidence outside (0, 1); more than 10¹³ runs, or more correct ones than runs.
    ///
    /// ```
    /// use kofn_logs::fit::AgentRates;
    /// use kofn_logs::{LogCounts, Results, RunTally};
    /// let results = Results::gather(1, [vec![RunTally::new(1, 4).unwrap()], vec![RunTally::new(4, 4).unwrap()]]);
    /// let rates = AgentRates::of(&LogCounts::of(&results).agents[0], 0.95)?.expect("runs");
    /// assert_eq!((rates.failures, rates.runs, rates.failure_rate), (3, 8, 0.375));
    /// assert_eq!(rates.pass_all, [0.625, 0.5, 0.5, 0.5]);
    /// assert_eq!(rates.pass_any, [0.625, 0.75, 0.875, 1.0]);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn of(agent: &AgentCounts, confidence: f64) -> Result<Option<Self>, Error> {
        check_confidence(confidence)?;
        if agent.runs == 0 {
            return Ok(None);
        }
        let runs = agent.runs;
        let Some(failures) = runs.checked_sub(agent.correct) else {
            return Err(Error::out_of_range("correct", agent.correct, format!("at most the {runs} runs")));
        };
        let of_each = |pass: fn(&AgentCounts, usize) -> Option<f64>| {
            (1..=agent.repeats.len()).filter_map(|k| pass(agent, k)).collect()
        };
        Ok(Some(Self {
            tasks: agent.tasks,
            runs,
            failures,
            failure_rate: failures as f64 / runs as f64,
            clopper_pearson: clopper_pearson(failures, runs, confidence)?,
            wilson: wilson(failures, runs, confidence)?,
            pass_all: of_each(AgentCounts::pass_all),
            pass_any: of_each(AgentCounts::pass_any),
        }))
    }
}
