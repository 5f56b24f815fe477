//! The tasks of a log by the answers that were given to them.

use super::shape::{self, Shape};
use crate::{AnswerGroup, Answers, GivenAnswer, Results, RunTally, TaskResults};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tasks of one kind have the same answers of the same agents.
pub(super) struct AnsweredLog {
    pub(super) agents: usize,
    pub(super) kinds: Vec<Arc<[AnswerGroup]>>,
    /// The tasks by the place of their kind.
    pub(super) tasks: Placed,
}

/// Tasks of which each has a place in some list. They are held as results, so that they are redrawn and halved as
/// results are, in the same clusters.
pub(super) struct Placed(pub(super) Results);

impl Placed {
    pub(super) fn new(tasks: impl IntoIterator<Item = (Option<u64>, usize, u64)>) -> Self {
        let tally = |place: usize| vec![RunTally::new(place as u32, u32::MAX).unwrap_or_default()];
        let tasks: Vec<_> = tasks.into_iter().collect();
        if tasks.iter().any(|(cluster, ..)| cluster.is_some()) {
            let of = |(cluster, place, tasks): (Option<u64>, usize, u64)| {
                (cluster.unwrap_or(0), tally(place), tasks)
            };
            return Self(Results::gather_clustered(1, tasks.into_iter().map(of)));
        }
        let mut kinds = BTreeMap::new();
        for (_, place, tasks) in tasks {
            *kinds.entry(tally(place)).or_insert(0) += tasks;
        }
        Self(Results::of_kinds(1, kinds))
    }

    /// The places, and how many of these tasks have each.
    pub(super) fn of(results: &Results) -> impl Iterator<Item = (usize, u64)> {
        results.kinds().iter().map(|kind| (Self::place(&kind.tallies), kind.tasks))
    }

    /// The place of a task.
    pub(super) fn place(tallies: &[RunTally]) -> usize {
        tallies.first().map_or(0, |tally| tally.correct() as usize)
    }

    /// All tasks cluster by cluster, or kind by kind where there are none: cluster, place, number of tasks.
    pub(super) fn all(&self) -> Vec<(Option<u64>, usize, u64)> {
        match self.0.each_cluster() {
            Some(clusters) => (0..)
                .zip(clusters)
                .flat_map(|(cluster, tasks)| {
                    tasks.map(move |(tallies, tasks)| (Some(cluster), Self::place(tallies), tasks))
                })
                .collect(),
            None => Self::of(&self.0).map(|(place, tasks)| (None, place, tasks)).collect(),
        }
    }

    /// The same tasks in another list: at the place that `of` has for theirs.
    pub(super) fn moved(&self, of: &[usize]) -> Self {
        Self::new(self.all().into_iter().map(|(cluster, place, tasks)| (cluster, of[place], tasks)))
    }
}

impl AnsweredLog {
    /// The answers of a log.
    pub(super) fn of_answers(agents: usize, answers: &Answers) -> Self {
        let kinds = answers.kinds.iter();
        Self::new(agents, kinds.map(|kind| (kind.cluster, Arc::clone(&kind.groups), kind.tasks)))
    }

    /// A log that says right or wrong: all wrong answers to a task are taken to be the same, which makes a plurality a
    /// majority.
    pub(super) fn of_results(results: &Results) -> Self {
        let groups = |tallies: &[RunTally]| -> Arc<[AnswerGroup]> {
            let of_agent = |(agent, tally): (u32, &RunTally)| {
                let both = [(GivenAnswer::Right, tally.correct()), (GivenAnswer::Wrong(0), tally.failed())];
                both.map(|(answer, runs)| AnswerGroup { agent, answer, runs })
            };
            (0..).zip(tallies).flat_map(of_agent).filter(|group| group.runs > 0).collect()
        };
        let tasks: Vec<_> = match results.each_cluster() {
            Some(clusters) => (0..)
                .zip(clusters)
                .flat_map(|(cluster, tasks)| {
                    tasks
                        .map(move |(tallies, tasks)| (Some(cluster), groups(tallies), tasks))
                        .collect::<Vec<_>>()
                })
                .collect(),
            None => results.kinds().iter().map(|kind| (None, groups(&kind.tallies), kind.tasks)).collect(),
        };
        Self::new(results.agents(), tasks)
    }

    fn new(agents: usize, tasks: impl IntoIterator<Item = (Option<u64>, Arc<[AnswerGroup]>, u64)>) -> Self {
        let mut places: BTreeMap<Arc<[AnswerGroup]>, usize> = BTreeMap::new();
        let mut kinds = Vec::new();
        let mut placed = |groups: Arc<[AnswerGroup]>| {
            *places.entry(groups).or_insert_with_key(|groups| {
                kinds.push(Arc::clone(groups));
                kinds.len() - 1
            })
        };
        let tasks: Vec<_> =
            tasks.into_iter().map(|(cluster, groups, tasks)| (cluster, placed(groups), tasks)).collect();
        Self { agents, kinds, tasks: Placed::new(tasks) }
    }

    /// The shapes of the answers to tasks of each kind, with their probabilities, without those of one agent where it
    /// is left out; `None` where there are too many.
    pub(super) fn shapes(&self, left_out: Option<u32>) -> Option<Vec<Vec<(Shape, f64)>>> {
        let of = |groups: &Arc<[AnswerGroup]>| match (self.agents, left_out) {
            (1, _) => Some(vec![(shape::of_runs(groups), 1.0)]),
            (_, None) => shape::of_agents(groups),
            (_, Some(agent)) => {
                let others: Vec<_> = groups.iter().filter(|group| group.agent != agent).copied().collect();
                shape::of_agents(&others)
            }
        };
        self.kinds.iter().map(of).collect()
    }

    /// How many wrong runs did not say what they answered.
    pub(super) fn unrecorded(&self) -> u64 {
        let of = |place: usize| {
            let groups = self.kinds[place].iter().filter(|group| group.answer == GivenAnswer::Unrecorded);
            groups.map(|group| u64::from(group.runs)).sum::<u64>()
        };
        Placed::of(&self.tasks.0).map(|(place, tasks)| tasks * of(place)).sum()
    }

    /// Wrong runs that gave an answer, and those that gave none.
    pub(super) fn failures(&self, tasks: &Results) -> (f64, f64) {
        let runs = |place: usize, of: fn(GivenAnswer) -> bool| {
            let groups = self.kinds[place].iter().filter(|group| of(group.answer));
            groups.map(|group| f64::from(group.runs)).sum::<f64>()
        };
        Placed::of(tasks).fold((0.0, 0.0), |(voting, silent), (place, tasks)| {
            let wrong = runs(place, |answer| matches!(answer, GivenAnswer::Wrong(_)));
            (
                voting + tasks as f64 * wrong,
                silent + tasks as f64 * runs(place, |answer| answer == GivenAnswer::Silent),
            )
        })
    }

    /// Right and wrong of these tasks, agent by agent.
    pub(super) fn results(&self, tasks: &Results) -> Results {
        let mut kinds: BTreeMap<Vec<RunTally>, u64> = BTreeMap::new();
        for (place, tasks) in Placed::of(tasks) {
            *kinds.entry(tallies(self.agents, &self.kinds[place])).or_insert(0) += tasks;
        }
        let kind = |(tallies, tasks): (Vec<RunTally>, u64)| TaskResults { tallies: tallies.into(), tasks };
        Results::from_kinds(self.agents, kinds.into_iter().map(kind))
    }
}

fn tallies(agents: usize, groups: &[AnswerGroup]) -> Vec<RunTally> {
    let mut tallies = vec![RunTally::default(); agents];
    for group in groups {
        let correct = if group.answer == GivenAnswer::Right { group.runs } else { 0 };
        let more = RunTally::new(correct, group.runs).unwrap_or_default();
        if let Some(tally) = tallies.get_mut(group.agent as usize) {
            *tally = tally.plus(more).unwrap_or(*tally);
        }
    }
    tallies
}
