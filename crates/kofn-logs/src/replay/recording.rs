//! The recorded runs of a log, by what they vote for.

use super::{ReplayOptions, WrongAnswers};
use crate::{AgentPrices, AnswerGroup, GivenAnswer, Log, RunTally};
use std::collections::HashMap;

/// What one run votes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Vote {
    Right,
    /// A wrong answer of this number.
    Wrong(u32),
    /// A wrong answer that nobody else gives.
    Alone,
    Silent,
}

/// Runs of one agent on a task that vote for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct VotingRuns {
    pub(super) vote: Vote,
    pub(super) runs: u32,
}

/// Tasks on which all agents did the same.
#[derive(Debug, Clone)]
pub(super) struct RecordedTasks {
    /// For each agent its runs; none where it was not run.
    agents: Vec<Vec<VotingRuns>>,
    /// The place of the cluster that they are in, where tasks are in clusters.
    pub(super) cluster: usize,
    /// How many tasks.
    pub(super) tasks: u64,
}

/// The recorded runs of a log, to replay systems on.
#[derive(Debug, Clone)]
pub struct Recording {
    agents: Vec<String>,
    prices: Vec<AgentPrices>,
    pub(super) tasks: Vec<RecordedTasks>,
    /// How many clusters of tasks there are, where tasks are in clusters.
    pub(super) clusters: Option<usize>,
    /// Whether the log says what wrong runs answered.
    has_answers: bool,
    /// Whether there are wrong runs of which the log does not say what they answered.
    has_unrecorded: bool,
    silent: Vec<bool>,
    pub(super) options: ReplayOptions,
}

/// The number of the wrong answer of all runs of which the log does not say what they answered.
const UNRECORDED: u32 = u32::MAX;

impl Recording {
    /// Returns the runs of a log. Where it does not say what a wrong run answered, the options do.
    pub fn of(log: &Log, options: &ReplayOptions) -> Self {
        let mut recording = Self {
            agents: log.agents.clone(),
            prices: log.prices.clone(),
            tasks: Vec::new(),
            clusters: log.results.clusters().map(|clusters| clusters as usize),
            has_answers: false,
            has_unrecorded: false,
            silent: vec![false; log.agents.len()],
            options: *options,
        };
        match &log.answers {
            Some(answers) => {
                let mut clusters = HashMap::new();
                for kind in &answers.kinds {
                    let next = clusters.len();
                    let cluster = kind.cluster.map_or(0, |cluster| *clusters.entry(cluster).or_insert(next));
                    recording.add_answers(&kind.groups, cluster, kind.tasks);
                }
            }
            None => recording.add_results(log),
        }
        recording
    }

    fn add_results(&mut self, log: &Log) {
        let Some(clusters) = log.results.each_cluster() else {
            log.results.kinds().iter().for_each(|kind| self.add_tallies(&kind.tallies, 0, kind.tasks));
            return;
        };
        for (cluster, kinds) in clusters.enumerate() {
            kinds.for_each(|(tallies, tasks)| self.add_tallies(tallies, cluster, tasks));
        }
    }

    fn add_tallies(&mut self, tallies: &[RunTally], cluster: usize, tasks: u64) {
        let runs = |tally: &RunTally| {
            let right = VotingRuns { vote: Vote::Right, runs: tally.correct() };
            let wrong = VotingRuns { vote: self.unrecorded(), runs: tally.failed() };
            [right, wrong].into_iter().filter(|voting| voting.runs > 0).collect()
        };
        let agents = tallies.iter().map(runs).collect();
        self.has_unrecorded |= tallies.iter().any(|tally| tally.failed() > 0);
        self.tasks.push(RecordedTasks { agents, cluster, tasks });
    }

    fn add_answers(&mut self, groups: &[AnswerGroup], cluster: usize, tasks: u64) {
        let mut agents: Vec<Vec<VotingRuns>> = vec![Vec::new(); self.agents.len()];
        for group in groups {
            let vote = match group.answer {
                GivenAnswer::Right => Vote::Right,
                GivenAnswer::Silent => Vote::Silent,
                GivenAnswer::Wrong(answer) => Vote::Wrong(answer),
                GivenAnswer::Unrecorded => self.unrecorded(),
            };
            let agent = group.agent as usize;
            self.has_answers |= matches!(group.answer, GivenAnswer::Wrong(_));
            self.has_unrecorded |= group.answer == GivenAnswer::Unrecorded;
            if let (Some(runs), Some(silent)) = (agents.get_mut(agent), self.silent.get_mut(agent)) {
                *silent |= vote == Vote::Silent;
                runs.push(VotingRuns { vote, runs: group.runs });
            }
        }
        self.tasks.push(RecordedTasks { agents, cluster, tasks });
    }

    /// Returns the largest number of runs that the agent has on at least nine in ten of the tasks on which it was run.
    pub(super) fn usual_runs(&self, agent: usize) -> u64 {
        let mut counts: Vec<(u64, u64)> =
            self.tasks.iter().map(|tasks| (tasks.count(agent), tasks.tasks)).filter(|of| of.0 > 0).collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let all: u64 = counts.iter().map(|(_, tasks)| tasks).sum();
        let mut seen = 0;
        let usual = counts.iter().find(|(_, tasks)| {
            seen += tasks;
            10 * seen >= 9 * all
        });
        usual.map_or(0, |(runs, _)| *runs)
    }

    /// Number of kinds of tasks.
    pub(crate) fn kinds(&self) -> usize {
        self.tasks.len()
    }

    /// Number of tasks of each kind.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = u64> {
        self.tasks.iter().map(|tasks| tasks.tasks)
    }

    /// The cluster and the number of tasks of each kind.
    pub(crate) fn clusters_of_kinds(&self) -> impl Iterator<Item = (usize, u64)> {
        self.tasks.iter().map(|tasks| (tasks.cluster, tasks.tasks))
    }

    /// Number of clusters, where tasks are in clusters.
    pub(crate) fn cluster_count(&self) -> Option<usize> {
        self.clusters
    }

    /// The confidence of intervals.
    pub(crate) fn confidence(&self) -> f64 {
        self.options.confidence
    }

    /// Returns how many runs of each agent were right on the tasks of a kind.
    pub(crate) fn tallies(&self, kind: usize) -> Vec<RunTally> {
        let tally = |agent: usize| {
            let runs = |only: Option<Vote>| {
                let all = self.tasks[kind].runs(agent).iter();
                all.filter(|of| only.is_none_or(|vote| of.vote == vote)).map(|of| of.runs).sum()
            };
            RunTally::new(runs(Some(Vote::Right)), runs(None)).unwrap_or_default()
        };
        (0..self.agents.len()).map(tally).collect()
    }

    fn unrecorded(&self) -> Vote {
        match self.options.wrong_answers {
            WrongAnswers::Same => Vote::Wrong(UNRECORDED),
            WrongAnswers::Distinct => Vote::Alone,
        }
    }

    /// Returns the names of the agents, in the order of the log.
    pub fn agents(&self) -> &[String] {
        &self.agents
    }

    /// Whether the log says what wrong runs answered, so that votes are counted over answers.
    pub fn has_answers(&self) -> bool {
        self.has_answers
    }

    /// Whether the log has wrong runs of which it does not say what they answered, so that the options do.
    pub fn has_unrecorded_answers(&self) -> bool {
        self.has_unrecorded
    }

    /// Returns what a call of the agent costs and how long it takes.
    pub(super) fn prices(&self, agent: usize) -> AgentPrices {
        self.prices.get(agent).copied().unwrap_or_default()
    }

    /// Whether some run of the agent gave no answer.
    pub(super) fn is_ever_silent(&self, agent: usize) -> bool {
        self.silent.get(agent).copied().unwrap_or_default()
    }

    /// Returns the failure rate of the agent: the mean over its tasks of the share of runs that are not right.
    pub(super) fn failure_rate(&self, agent: usize) -> Option<f64> {
        let mut sums = (0.0, 0.0);
        for kind in &self.tasks {
            let runs = kind.runs(agent);
            let all: f64 = runs.iter().map(|of| f64::from(of.runs)).sum();
            let failed: f64 =
                runs.iter().filter(|of| of.vote != Vote::Right).map(|of| f64::from(of.runs)).sum();
            if all > 0.0 {
                sums = (sums.0 + kind.tasks as f64 * failed / all, sums.1 + kind.tasks as f64);
            }
        }
        (sums.1 > 0.0).then(|| sums.0 / sums.1)
    }
}

impl RecordedTasks {
    /// Returns the runs of an agent.
    pub(super) fn runs(&self, agent: usize) -> &[VotingRuns] {
        self.agents.get(agent).map_or(&[], Vec::as_slice)
    }

    /// Returns how many runs of an agent there are.
    pub(super) fn count(&self, agent: usize) -> u64 {
        self.runs(agent).iter().map(|voting| u64::from(voting.runs)).sum()
    }
}
