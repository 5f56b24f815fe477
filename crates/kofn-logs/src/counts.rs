//! Counts over all tasks of a log: rates, repeats and pairs.

use super::results::{Results, RunTally, TaskResults};

/// Counts over tasks, of every agent and every pair of agents.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LogCounts {
    /// How many tasks.
    pub tasks: u64,
    /// One for each agent.
    pub agents: Vec<AgentCounts>,
    /// One for each pair of agents: (0, 1), (0, 2), (1, 2), (0, 3), …; [`pair`](Self::pair) finds it.
    pub pairs: Vec<PairCounts>,
}

/// What one agent did.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AgentCounts {
    /// Tasks with at least one run.
    pub tasks: u64,
    /// Runs over all tasks.
    pub runs: u64,
    /// Runs that were correct.
    pub correct: u64,
    /// Least number of runs of one of these tasks; zero without a task.
    pub least_runs: u32,
    /// Largest number of runs of one of these tasks.
    pub most_runs: u32,
    /// At k − 1: outcomes of k runs of one task, drawn without replacement, summed over the tasks with at least k runs,
    /// for k of 1 and 2. [`AgentPasses`](crate::fit::AgentPasses) has every other k.
    pub repeats: [Repeats; 2],
}

/// Sums over tasks of n ≥ k runs, c of them correct.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Repeats {
    /// Number of tasks with at least k runs.
    pub tasks: u64,
    /// The sum of C(c, k)/C(n, k): that all k are correct.
    pub all_correct: f64,
    /// The sum of C(n−c, k)/C(n, k): that all k fail.
    pub all_failed: f64,
}

/// What two agents did on the tasks that both were run on: sums over these tasks of the shares of pairs of runs, one
/// of each agent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct PairCounts {
    /// Tasks with runs of both.
    pub tasks: u64,
    /// Both are correct.
    pub both_correct: f64,
    /// Only the first is.
    pub first_correct: f64,
    /// Only the second is.
    pub second_correct: f64,
    /// Both fail.
    pub both_failed: f64,
}

impl LogCounts {
    /// No tasks yet.
    pub fn new(agents: usize) -> Self {
        let mut counts = Self::default();
        counts.resize(agents);
        counts
    }

    /// Counts over these results.
    ///
    /// ```
    /// use kofn_logs::{LogCounts, Results, RunTally};
    /// let results = Results::gather(1, [vec![RunTally::new(1, 4).unwrap()], vec![RunTally::new(4, 4).unwrap()]]);
    /// let counts = LogCounts::of(&results);
    /// assert_eq!(counts.agents[0].failure_rate(), Some(0.375));
    /// assert_eq!(counts.agents[0].repeats[1].all_correct, 1.0); // 0 of 6 pairs, and 6 of 6
    /// assert_eq!(counts.agents[0].repeats[1].all_failed, 0.5); // 3 of 6, and 0 of 6
    /// ```
    pub fn of(results: &Results) -> Self {
        let mut counts = Self::new(results.agents());
        let is_run_once = |kind: &TaskResults| kind.tallies.iter().all(|tally| tally.runs() == 1);
        if results.kinds().iter().all(is_run_once) {
            results.kinds().iter().for_each(|kind| counts.add_agents(&kind.tallies, kind.tasks));
            counts.add_pairs_run_once(results.kinds());
        } else {
            results.kinds().iter().for_each(|kind| counts.add(&kind.tallies, kind.tasks));
        }
        counts
    }

    /// Adds tasks on which every agent was run once to the pairs, from the failures alone: the same whole numbers as
    /// pair by pair.
    fn add_pairs_run_once(&mut self, kinds: &[TaskResults]) {
        let mut failed = Vec::new();
        for kind in kinds {
            failed.clear();
            let agents = (0_usize..).zip(&*kind.tallies);
            failed.extend(agents.filter(|(_, tally)| tally.failed() > 0).map(|(agent, _)| agent));
            let tasks = kind.tasks as f64;
            for (place, &second) in failed.iter().enumerate() {
                let row = &mut self.pairs[pair(0, second)..];
                failed[..place].iter().for_each(|&first| row[first].both_failed += tasks);
            }
        }
        let failures: Vec<f64> =
            self.agents.iter().map(|agent| (agent.runs - agent.correct) as f64).collect();
        let tasks = self.tasks as f64;
        for (second, of_second) in failures.iter().enumerate() {
            let row = &mut self.pairs[pair(0, second)..];
            for (counts, of_first) in row.iter_mut().zip(&failures[..second]) {
                counts.tasks = self.tasks;
                counts.first_correct = of_second - counts.both_failed;
                counts.second_correct = of_first - counts.both_failed;
                counts.both_correct = tasks - of_first - counts.first_correct;
            }
        }
    }

    /// Adds `tasks` with these tallies; agents beyond those that are known are new, and those without a tally were
    /// not run.
    pub(crate) fn add(&mut self, tallies: &[RunTally], tasks: u64) {
        self.add_agents(tallies, tasks);
        for (second, &other) in tallies.iter().enumerate() {
            for (first, &one) in tallies[..second].iter().enumerate() {
                let at = pair(first, second);
                self.pairs[at].add(one, other, tasks);
            }
        }
    }

    fn add_agents(&mut self, tallies: &[RunTally], tasks: u64) {
        self.resize(tallies.len());
        self.tasks += tasks;
        for (agent, &tally) in self.agents.iter_mut().zip(tallies) {
            agent.add(tally, tasks);
        }
    }

    /// The counts of a pair of different agents, in either order; the first is the one with the smaller number.
    pub fn pair(&self, one: usize, other: usize) -> &PairCounts {
        &self.pairs[pair(one.min(other), one.max(other))]
    }

    fn resize(&mut self, agents: usize) {
        if agents > self.agents.len() {
            self.agents.resize_with(agents, AgentCounts::default);
            self.pairs.resize_with(pair(0, agents), PairCounts::default);
        }
    }
}

/// Returns the index of a pair: ordered by the second agent, so a new agent moves no pair.
fn pair(first: usize, second: usize) -> usize {
    second * second.saturating_sub(1) / 2 + first
}

impl AgentCounts {
    /// Failure rate: the mean over the tasks of the share of runs that failed, in which every task counts the same
    /// however often it was run. `None` without a run.
    ///
    /// ```
    /// use kofn_logs::{LogCounts, Results, RunTally};
    /// let results = Results::gather(1, [vec![RunTally::new(0, 2).unwrap()], vec![RunTally::new(6, 6).unwrap()]]);
    /// let agent = &LogCounts::of(&results).agents[0];
    /// assert_eq!((agent.failure_rate(), agent.pooled_failure_rate()), (Some(0.5), Some(0.25)));
    /// ```
    pub fn failure_rate(&self) -> Option<f64> {
        if self.least_runs == self.most_runs {
            // The same number, from whole numbers alone.
            return self.pooled_failure_rate();
        }
        let [single, _] = self.repeats;
        (single.tasks > 0).then(|| single.all_failed / single.tasks as f64)
    }

    /// Pooled failure rate: failures divided by runs, in which a task counts as often as it was run. `None` without a
    /// run.
    pub fn pooled_failure_rate(&self) -> Option<f64> {
        (self.runs > 0).then(|| self.runs.saturating_sub(self.correct) as f64 / self.runs as f64)
    }

    fn add(&mut self, tally: RunTally, tasks: u64) {
        let (correct, runs) = (tally.correct(), tally.runs());
        if runs == 0 || tasks == 0 {
            return;
        }
        self.least_runs = if self.tasks == 0 { runs } else { self.least_runs.min(runs) };
        self.most_runs = self.most_runs.max(runs);
        self.tasks += tasks;
        self.runs += u64::from(runs) * tasks;
        self.correct += u64::from(correct) * tasks;
        // C(c, k)/C(n, k) is the product of (c − i)/(n − i) over i < k.
        let (mut all_correct, mut all_failed) = (tasks as f64, tasks as f64);
        for (drawn, repeats) in (0..runs).zip(&mut self.repeats) {
            let left = f64::from(runs - drawn);
            all_correct *= f64::from(correct.saturating_sub(drawn)) / left;
            all_failed *= f64::from((runs - correct).saturating_sub(drawn)) / left;
            repeats.tasks += tasks;
            repeats.all_correct += all_correct;
            repeats.all_failed += all_failed;
        }
    }
}

impl PairCounts {
    fn add(&mut self, one: RunTally, other: RunTally, tasks: u64) {
        if one.runs() == 0 || other.runs() == 0 {
            return;
        }
        self.tasks += tasks;
        let tasks_as_float = tasks as f64;
        if (one.runs(), other.runs()) == (1, 1) {
            // The shares are 0 and 1: one addition instead of four divisions, which matters where rows are short.
            *match (one.correct(), other.correct()) {
                (0, 0) => &mut self.both_failed,
                (0, _) => &mut self.second_correct,
                (_, 0) => &mut self.first_correct,
                _ => &mut self.both_correct,
            } += tasks_as_float;
            return;
        }
        let share = |correct: u32, runs: u32| f64::from(correct) / f64::from(runs);
        let (p, q) = (share(one.correct(), one.runs()), share(other.correct(), other.runs()));
        let (fail_p, fail_q) = (share(one.failed(), one.runs()), share(other.failed(), other.runs()));
        self.both_correct += tasks_as_float * p * q;
        self.first_correct += tasks_as_float * p * fail_q;
        self.second_correct += tasks_as_float * fail_p * q;
        self.both_failed += tasks_as_float * fail_p * fail_q;
    }
}
