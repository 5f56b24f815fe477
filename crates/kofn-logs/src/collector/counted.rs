//! What is known of finished tasks.

use super::sample::{SampledKind, TaskSample};
use super::task::{Answers as TaskAnswers, Task};
use crate::answers::{AnswerGroup, AnsweredTasks, Answers, GivenAnswer};
use crate::counts::LogCounts;
use crate::report::Answer;
use crate::results::{Results, RunTally};
use std::collections::{BTreeMap, HashMap};

/// A part of what is kept of a task: the tally of an agent, or runs that gave one answer where answers are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Cell {
    Tally(RunTally),
    Group(AnswerGroup),
}

/// Counts over finished tasks, and the tasks themselves, equal ones together.
#[derive(Debug)]
pub(super) struct Counted {
    counts: LogCounts,
    sample: TaskSample<Cell>,
    tallies: Vec<RunTally>,
    kind: Vec<Cell>,
    /// Answers that are graded both ways on one task.
    contradictions: u64,
}

/// All that was read.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) counts: LogCounts,
    pub(super) results: Results,
    pub(super) answers: Option<Answers>,
    pub(super) contradictions: u64,
}

impl Counted {
    /// No tasks, and what those may take in memory that are kept.
    pub(super) fn new(budget_bytes: usize) -> Self {
        Self {
            counts: LogCounts::default(),
            sample: TaskSample::new(2 * budget_bytes),
            tallies: Vec::new(),
            kind: Vec::new(),
            contradictions: 0,
        }
    }

    pub(super) fn add(&mut self, task: &Task) {
        self.tallies.clear();
        self.tallies.extend(task.tallies());
        self.counts.add(&self.tallies, 1);
        let used = self.tallies.iter().rposition(|tally| tally.runs() > 0).map_or(0, |last| last + 1);
        self.kind.clear();
        match task.answers() {
            Some(answers) => {
                let (mut groups, contradictions) = groups(answers);
                self.contradictions += contradictions;
                groups.extend(unrecorded(&self.tallies[..used], answers));
                self.kind.extend(merged(groups).into_iter().map(Cell::Group));
            }
            None => self.kind.extend(self.tallies[..used].iter().copied().map(Cell::Tally)),
        }
        // Tasks of a cluster are kept or dropped together.
        let unit = task.cluster().unwrap_or((task.fingerprint >> 64) as u64);
        self.sample.add(unit, task.cluster(), &self.kind);
    }

    pub(super) fn finish(mut self, columns: usize) -> Counts {
        self.counts.add(&vec![RunTally::default(); columns], 0);
        let kinds = self.sample.kinds();
        let has_answers =
            kinds.iter().any(|(_, kind, _)| kind.iter().any(|cell| matches!(cell, Cell::Group(_))));
        let answers = has_answers.then(|| {
            Answers::of_kinds(kinds.iter().map(|(cluster, cells, tasks)| AnsweredTasks {
                groups: (0..).zip(cells).flat_map(|(place, cell)| cell.groups(place)).collect(),
                cluster: *cluster,
                tasks: *tasks,
            }))
        });
        let results = results(columns, kinds);
        Counts { counts: self.counts, results, answers, contradictions: self.contradictions }
    }
}

impl Cell {
    /// The runs of an agent by their answers; `place` is the agent's where the cell is its tally.
    fn groups(&self, place: u32) -> Vec<AnswerGroup> {
        let group = |(answer, runs)| AnswerGroup { agent: place, answer, runs };
        match self {
            Self::Group(group) => vec![*group],
            Self::Tally(tally) => {
                let both = [(GivenAnswer::Right, tally.correct()), (GivenAnswer::Unrecorded, tally.failed())];
                both.into_iter().filter(|(_, runs)| *runs > 0).map(group).collect()
            }
        }
    }
}

/// The runs of which the log says no answer.
fn unrecorded(tallies: &[RunTally], answers: &TaskAnswers) -> Vec<AnswerGroup> {
    let recorded = |agent: u32, correct: bool| {
        answers
            .iter()
            .filter(|((of, _, right), _)| (*of, *right) == (agent, correct))
            .map(|(_, runs)| *runs)
            .sum::<u32>()
    };
    let of_agent =
        |(agent, tally): (u32, &RunTally)| {
            let right = tally.correct().saturating_sub(recorded(agent, true));
            let wrong = tally.failed().saturating_sub(recorded(agent, false));
            [(GivenAnswer::Right, right), (GivenAnswer::Unrecorded, wrong)]
                .map(|(answer, runs)| AnswerGroup { agent, answer, runs })
        };
    (0..).zip(tallies).flat_map(of_agent).filter(|group| group.runs > 0).collect()
}

/// The groups of the same answer of an agent together, in the order of answers.
fn merged(groups: Vec<AnswerGroup>) -> Vec<AnswerGroup> {
    let mut all: BTreeMap<(GivenAnswer, u32), u32> = BTreeMap::new();
    for group in groups {
        let runs = all.entry((group.answer, group.agent)).or_default();
        *runs = runs.saturating_add(group.runs);
    }
    all.into_iter().map(|((answer, agent), runs)| AnswerGroup { agent, answer, runs }).collect()
}

/// Kinds of tasks as results: clustered where tasks are in clusters.
fn results(columns: usize, kinds: Vec<SampledKind<Cell>>) -> Results {
    let is_clustered = kinds.iter().any(|(cluster, ..)| cluster.is_some());
    let tasks = kinds
        .into_iter()
        .map(|(cluster, cells, tasks)| (cluster.unwrap_or(0), tallies(columns, &cells), tasks));
    if is_clustered {
        return Results::gather_clustered(columns, tasks);
    }
    let mut kinds: BTreeMap<Vec<RunTally>, u64> = BTreeMap::new();
    for (_, tallies, tasks) in tasks {
        *kinds.entry(tallies).or_default() += tasks;
    }
    Results::of_kinds(columns, kinds)
}

/// The tally of every agent.
fn tallies(columns: usize, cells: &[Cell]) -> Vec<RunTally> {
    let mut tallies = vec![RunTally::default(); columns];
    for (place, cell) in cells.iter().enumerate() {
        let (agent, more) = match cell {
            Cell::Tally(tally) => (place, Some(*tally)),
            Cell::Group(AnswerGroup { agent, answer, runs }) => {
                let correct = if *answer == GivenAnswer::Right { *runs } else { 0 };
                (*agent as usize, RunTally::new(correct, *runs))
            }
        };
        if let Some((tally, sum)) = tallies.get_mut(agent).and_then(|tally| Some((tally.plus(more?)?, tally)))
        {
            *sum = tally;
        }
    }
    tallies
}

/// The answers to a task without their texts: all right ones are one answer; wrong ones are numbered, those of the same
/// pattern of agents in any order. Also how many texts are right in one run and wrong in another.
fn groups(answers: &TaskAnswers) -> (Vec<AnswerGroup>, u64) {
    let mut others: BTreeMap<(u32, GivenAnswer), u32> = BTreeMap::new();
    let mut wrong: HashMap<Answer, BTreeMap<u32, u32>> = HashMap::new();
    for (&(agent, answer, correct), &runs) in answers {
        let known = match (answer, correct) {
            (Answer::Silent, false) => others.entry((agent, GivenAnswer::Silent)).or_default(),
            // The grade decides, of an empty answer too.
            (_, true) => others.entry((agent, GivenAnswer::Right)).or_default(),
            (_, false) => wrong.entry(answer).or_default().entry(agent).or_default(),
        };
        *known = known.saturating_add(runs);
    }
    let is_right = |given: &&Answer| answers.keys().any(|&(_, answer, correct)| correct && answer == **given);
    let contradictions = wrong.keys().filter(is_right).count() as u64;
    let mut patterns: Vec<_> = wrong.into_values().collect();
    patterns.sort_unstable();
    let mut groups: Vec<_> =
        others.into_iter().map(|((agent, answer), runs)| AnswerGroup { agent, answer, runs }).collect();
    for (number, pattern) in (0..).zip(patterns) {
        let answer = GivenAnswer::Wrong(number);
        groups.extend(pattern.into_iter().map(|(agent, runs)| AnswerGroup { agent, answer, runs }));
    }
    (groups, contradictions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_numbered_and_their_texts_do_not_matter() {
        let given = Answer::Given;
        let of =
            |answers: &[(u32, Answer, bool)]| groups(&answers.iter().map(|&answer| (answer, 1)).collect());
        // Two right texts are one answer; the wrong ones of agents 1 and 2 agree.
        let one = of(&[
            (0, given(1), true),
            (0, given(2), true),
            (1, given(3), false),
            (2, given(3), false),
            (1, given(4), false),
            (2, Answer::Silent, false),
        ]);
        let group = |agent, answer, runs| AnswerGroup { agent, answer, runs };
        let (right, silent, wrong) = (GivenAnswer::Right, GivenAnswer::Silent, GivenAnswer::Wrong);
        let expected = vec![
            group(0, right, 2),
            group(2, silent, 1),
            group(1, wrong(0), 1),
            group(1, wrong(1), 1),
            group(2, wrong(1), 1),
        ];
        assert_eq!(one, (expected.clone(), 0));
        // The same under other texts, one of which is also right.
        let other = of(&[
            (0, given(9), true),
            (0, given(7), true),
            (1, given(9), false),
            (2, given(9), false),
            (1, given(5), false),
            (2, Answer::Silent, false),
        ]);
        assert_eq!(other, (expected, 1));
    }
}
