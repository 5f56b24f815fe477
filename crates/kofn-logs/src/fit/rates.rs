//! Rates of one agent, with intervals in closed form.

use super::intervals::{check_confidence, clopper_pearson, wilson};
use crate::AgentCounts;
use kofn::Interval;
use kofn::scenario::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// An agent's failure rate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AgentRates {
    /// Tasks with at least one run.
    pub tasks: u64,
    /// Runs over all tasks.
    pub runs: u64,
    /// Runs that failed.
    pub failures: u64,
    /// Mean over the tasks of the share of runs that failed: every task counts the same, however often it was run.
    /// It is 1 − pass^1.
    pub failure_rate: f64,
    /// `failures` divided by `runs`: a task counts as often as it was run. The same as `failure_rate` where all tasks
    /// were run equally often.
    pub pooled_failure_rate: f64,
    /// Clopper and Pearson's interval of the pooled rate, for `failures` among `runs` as if the runs were independent:
    /// where tasks were repeated they are not, and it is too narrow.
    pub clopper_pearson: Interval,
    /// Wilson's interval of the pooled rate, in the same case.
    pub wilson: Interval,
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
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn of(agent: &AgentCounts, confidence: f64) -> Result<Option<Self>, Error> {
        check_confidence(confidence)?;
        let runs = agent.runs;
        let Some(failures) = runs.checked_sub(agent.correct) else {
            return Err(Error::out_of_range("correct", agent.correct, format!("at most the {runs} runs")));
        };
        let Some((failure_rate, pooled_failure_rate)) = agent.failure_rate().zip(agent.pooled_failure_rate())
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            tasks: agent.tasks,
            runs,
            failures,
            failure_rate,
            pooled_failure_rate,
            clopper_pearson: clopper_pearson(failures, runs, confidence)?,
            wilson: wilson(failures, runs, confidence)?,
        }))
    }
}
