//! The results of tasks, equal ones together.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Number of runs of one agent on one task, and how many of them were correct: never more than there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunTally {
    correct: u32,
    runs: u32,
}

impl RunTally {
    /// Returns the tally of `runs` of which `correct` were correct; `None` if that is more.
    ///
    /// ```
    /// use kofn_logs::RunTally;
    /// assert_eq!(RunTally::new(1, 4).map(RunTally::failed), Some(3));
    /// assert_eq!(RunTally::new(5, 4), None);
    /// ```
    pub const fn new(correct: u32, runs: u32) -> Option<Self> {
        if correct <= runs { Some(Self { correct, runs }) } else { None }
    }

    /// Number of runs that were correct.
    pub const fn correct(self) -> u32 {
        self.correct
    }

    /// Number of runs; zero if the agent was not run on the task.
    pub const fn runs(self) -> u32 {
        self.runs
    }

    /// Number of runs that failed.
    pub const fn failed(self) -> u32 {
        self.runs - self.correct
    }

    /// Both tallies together; `None` beyond 2³² − 1 runs.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let runs = self.runs.checked_add(other.runs)?;
        Some(Self { correct: self.correct + other.correct, runs })
    }

    /// Counts one more run; `None` if there are 2³² − 1 already.
    pub(crate) fn add(&mut self, correct: bool) -> Option<()> {
        self.runs = self.runs.checked_add(1)?;
        self.correct += u32::from(correct);
        Some(())
    }
}

/// Tasks with the same results.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskResults {
    /// One tally for each agent.
    pub tallies: Arc<[RunTally]>,
    /// How many tasks have them.
    pub tasks: u64,
}

/// The results of all tasks: each that occurs, once, and how many tasks have it. The order of the tasks is not in it.
///
/// Tasks that go together, such as those of one repository, may be held as clusters: [`fit`](crate::fit) then redraws
/// and halves clusters instead of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    agents: usize,
    kinds: Vec<TaskResults>,
    clusters: Option<Clusters>,
}

/// Which tasks go together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clusters {
    /// The tallies of tasks, each once; parts of the results and results drawn again share them.
    tallies: Arc<[Arc<[RunTally]>]>,
    /// For each cluster, places of tallies in their order, and how many of its tasks have them.
    members: Vec<Arc<[(usize, u64)]>>,
}

/// Maximum number of tasks in clusters: with at most 2³² − 1 runs of each, all can be counted.
const MAX_CLUSTERED: u64 = 1 << 32;

impl Results {
    /// Gathers the results of single tasks, each a tally for every one of `agents`; missing tallies are of no runs.
    ///
    /// ```
    /// use kofn_logs::{Results, RunTally};
    /// let correct = vec![RunTally::new(1, 1).unwrap()];
    /// let wrong = vec![RunTally::new(0, 1).unwrap()];
    /// let results = Results::gather(1, [correct.clone(), wrong, correct]);
    /// assert_eq!(results.tasks(), 3);
    /// assert_eq!(results.kinds().len(), 2);
    /// ```
    pub fn gather(agents: usize, tasks: impl IntoIterator<Item = Vec<RunTally>>) -> Self {
        let mut kinds = BTreeMap::new();
        for mut tallies in tasks {
            tallies.resize(agents, RunTally::default());
            *kinds.entry(tallies.into_boxed_slice()).or_insert(0) += 1;
        }
        Self::from_kinds(
            agents,
            kinds.into_iter().map(|(tallies, tasks)| TaskResults { tallies: tallies.into(), tasks }),
        )
    }

    /// Gathers the results of tasks in clusters: the number of a cluster, a tally for every one of `agents`, and how
    /// many tasks of the cluster have these. A cluster may come in several pieces, and in any order. Tasks beyond the
    /// first 2³² are left out.
    ///
    /// ```
    /// use kofn_logs::{Results, RunTally};
    /// let [correct, wrong] = [1, 0].map(|correct| vec![RunTally::new(correct, 1).unwrap()]);
    /// let results = Results::gather_clustered(1, [(7, correct.clone(), 3), (8, wrong, 2), (7, correct, 1)]);
    /// assert_eq!((results.tasks(), results.kinds().len(), results.clusters()), (6, 2, Some(2)));
    /// ```
    pub fn gather_clustered(
        agents: usize,
        tasks: impl IntoIterator<Item = (u64, Vec<RunTally>, u64)>,
    ) -> Self {
        let mut kinds: BTreeMap<Box<[RunTally]>, BTreeMap<u64, u64>> = BTreeMap::new();
        let mut room = MAX_CLUSTERED;
        for (cluster, mut tallies, tasks) in tasks {
            let tasks = tasks.min(room);
            room -= tasks;
            if tasks > 0 {
                tallies.resize(agents, RunTally::default());
                *kinds.entry(tallies.into_boxed_slice()).or_default().entry(cluster).or_insert(0) += tasks;
            }
        }
        let mut members: BTreeMap<u64, Vec<(usize, u64)>> = BTreeMap::new();
        let mut all_tallies: Vec<Arc<[RunTally]>> = Vec::with_capacity(kinds.len());
        for (place, (tallies, clusters)) in kinds.into_iter().enumerate() {
            all_tallies.push(tallies.into());
            for (cluster, tasks) in clusters {
                members.entry(cluster).or_default().push((place, tasks));
            }
        }
        let members = members.into_values().map(Arc::from).collect();
        Self::from_clusters(agents, Clusters { tallies: all_tallies.into(), members })
    }

    /// Results of so many tasks with each of these tallies.
    pub(crate) fn of_kinds(agents: usize, kinds: std::collections::BTreeMap<Vec<RunTally>, u64>) -> Self {
        let kind = |(tallies, tasks): (Vec<RunTally>, u64)| TaskResults { tallies: tallies.into(), tasks };
        Self::from_kinds(agents, kinds.into_iter().map(kind))
    }

    /// Results whose kinds differ, in their order; those that no task has are dropped.
    pub(crate) fn from_kinds(agents: usize, kinds: impl IntoIterator<Item = TaskResults>) -> Self {
        Self { agents, kinds: kinds.into_iter().filter(|kind| kind.tasks > 0).collect(), clusters: None }
    }

    fn from_clusters(agents: usize, clusters: Clusters) -> Self {
        let mut tasks = vec![0; clusters.tallies.len()];
        for &(place, more) in clusters.members.iter().flat_map(|members| members.iter()) {
            tasks[place] += more;
        }
        let kinds = clusters.tallies.iter().zip(tasks);
        let kinds = kinds.map(|(tallies, tasks)| TaskResults { tallies: Arc::clone(tallies), tasks });
        let results = Self::from_kinds(agents, kinds);
        Self { clusters: Some(clusters), ..results }
    }

    /// The clusters at these places, one that comes several times as several; `None` without clusters.
    pub(crate) fn of_clusters(&self, places: impl IntoIterator<Item = usize>) -> Option<Self> {
        let Clusters { tallies, members } = self.clusters.as_ref()?;
        let members = places.into_iter().filter_map(|place| members.get(place).cloned()).collect();
        Some(Self::from_clusters(self.agents, Clusters { tallies: Arc::clone(tallies), members }))
    }

    /// The tasks of each cluster, by their tallies; `None` without clusters.
    pub(crate) fn each_cluster(
        &self,
    ) -> Option<impl Iterator<Item = impl Iterator<Item = (&[RunTally], u64)>>> {
        let Clusters { tallies, members } = self.clusters.as_ref()?;
        Some(members.iter().map(move |of| of.iter().map(move |&(place, tasks)| (&*tallies[place], tasks))))
    }

    /// How many clusters of tasks there are; `None` where every task stands for itself.
    pub fn clusters(&self) -> Option<u64> {
        self.clusters.as_ref().map(|clusters| clusters.members.len() as u64)
    }

    /// How many agents there are.
    pub fn agents(&self) -> usize {
        self.agents
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.tasks).sum()
    }

    /// The different results, in a fixed order, with the number of tasks that have them.
    pub fn kinds(&self) -> &[TaskResults] {
        &self.kinds
    }
}
