//! What a reader must know of a log before any model of it is used.

use super::intervals::clopper_pearson;
use super::{AgentFit, Fit};
use crate::quote::{count as counted, quoted};

/// With fewer tasks the interval of a rate is told, whatever was seen: at a rate of one half it is wider than ±0.18.
const FEW_TASKS: u64 = 30;

/// Maximum number of agents that are named.
const MAX_NAMED: usize = 3;

impl Fit {
    /// Returns what must be said wherever a model of this log is used, a sentence each: that failures are negatively
    /// correlated, which no model expresses; and how little so few tasks say of a rate, above all of agents that never
    /// failed.
    ///
    /// ```
    /// use kofn_logs::fit::{FitOptions, fit};
    /// use kofn_logs::{ReadOptions, Source, read};
    /// // Exactly one of three agents fails on each task, in turn.
    /// let row = |i: u32| format!("{i},{}\n", ["0,1,1", "1,0,1", "1,1,0"][i as usize % 3]);
    /// let csv = format!("task,ada,bob,eve\n{}", (0..60).map(row).collect::<String>());
    /// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
    /// let caveats = fit(&log, &FitOptions::default().with_replicas(100))?.caveats();
    /// assert!(caveats[0].starts_with("failures are negatively correlated (−0.50)"), "{caveats:?}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn caveats(&self) -> Vec<String> {
        [self.negative_correlation(), self.never_failed(), self.few_tasks()].into_iter().flatten().collect()
    }

    fn negative_correlation(&self) -> Option<String> {
        let correlation = self.correlation.filter(|_| self.is_negatively_correlated())?;
        Some(format!(
            "failures are negatively correlated (−{:.2}). None of these models can represent that: rely on the log's own \
             votes",
            correlation.value.abs()
        ))
    }

    /// How many tasks, or clusters of tasks, say something of an agent. Runs of one task may all be alike.
    fn units(&self, agent: &AgentFit) -> u64 {
        self.clusters.map_or(agent.rates.tasks, |clusters| clusters.min(agent.rates.tasks))
    }

    /// So many tasks, or clusters, in words.
    fn counted(&self, count: u64) -> String {
        counted(count, if self.clusters.is_some() { "cluster" } else { "task" })
    }

    /// The agents that never failed, those with the fewest tasks first.
    fn never_failed(&self) -> Option<String> {
        let mut agents: Vec<&AgentFit> =
            self.agents.iter().filter(|agent| agent.rates.failures == 0).collect();
        agents.sort_by_key(|agent| self.units(agent));
        let count = self.units(agents.first()?);
        let high = clopper_pearson(0, count, self.confidence).ok()?.high;
        let mut names: Vec<String> = agents.iter().take(MAX_NAMED).map(|agent| quoted(&agent.name)).collect();
        if agents.len() > MAX_NAMED {
            names.push(format!("{} more", agents.len() - MAX_NAMED));
        }
        let (units, confidence) = (self.counted(count), percent(self.confidence));
        Some(format!(
            "{} never failed: on {units} that means only that the failure rate is below {high:.2} (Clopper–Pearson, \
             {confidence})",
            listed(&names)
        ))
    }

    /// The interval of the best agent that ever failed.
    fn few_tasks(&self) -> Option<String> {
        let failed = self.agents.iter().filter(|agent| agent.rates.failures > 0);
        let rate = |agent: &AgentFit| agent.rates.failure_rate;
        let best = failed.min_by(|one, other| rate(one).total_cmp(&rate(other)))?;
        let count = self.units(best);
        if count >= FEW_TASKS {
            return None;
        }
        // Of so few the share of failures to the nearest whole task is all that there is.
        let seen = (rate(best) * count as f64).round() as u64;
        let interval = clopper_pearson(seen.min(count), count, self.confidence).ok()?;
        Some(format!(
            "{}: with so few, the failure rate {:.2} of {} may be anything from {:.2} to {:.2} (Clopper–Pearson, {})",
            self.counted(count),
            rate(best),
            quoted(&best.name),
            interval.low,
            interval.high,
            percent(self.confidence)
        ))
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn percent(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
