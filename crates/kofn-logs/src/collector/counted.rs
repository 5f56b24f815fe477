//! What is known of finished tasks.

use super::sample::{SampledKind, TaskSample};
use super::task::{Answers as TaskAnswers, Task};
use crate::answers::{AnswerGroup, Answers, GivenAnswer};
use crate::counts::LogCounts;
use crate::report::Answer;
use crate::results::{Results, RunTally, TaskResults};
use std::collections::{BTreeMap, HashMap};

/// Counts over finished tasks, and the tasks themselves, equal ones together.
#[derive(Debug)]
pub(super) struct Counted {
    counts: LogCounts,
    sample: TaskSample<RunTally>,
    answers: TaskSample<AnswerGroup>,
    tallies: Vec<RunTally>,
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
            sample: TaskSample::new(budget_bytes),
            answers: TaskSample::new(budget_bytes),
            tallies: Vec::new(),
            contradictions: 0,
        }
    }

    pub(super) fn add(&mut self, task: &Task) {
        self.tallies.clear();
        self.tallies.extend(task.tallies());
        self.counts.add(&self.tallies, 1);
        let used = self.tallies.iter().rposition(|tally| tally.runs() > 0).map_or(0, |last| last + 1);
        // Tasks of a cluster are kept or dropped together.
        let unit = task.cluster().unwrap_or((task.fingerprint >> 64) as u64);
        self.sample.add(unit, task.cluster(), &self.tallies[..used]);
        if let Some(answers) = task.answers() {
            let (groups, contradictions) = groups(answers);
            self.contradictions += contradictions;
            self.answers.add(unit, task.cluster(), &groups);
        }
    }

    pub(super) fn finish(mut self, columns: usize) -> Counts {
        self.counts.add(&vec![RunTally::default(); columns], 0);
        let results = results(columns, self.sample.kinds());
        let answers = self.answers.kinds();
        let kinds = answers.into_iter().map(|(_, groups, tasks)| (groups, tasks));
        let answers = (kinds.len() > 0).then(|| Answers::of_kinds(kinds));
        Counts { counts: self.counts, results, answers, contradictions: self.contradictions }
    }
}

/// Kinds of tasks as results: clustered where tasks are in clusters.
fn results(columns: usize, kinds: Vec<SampledKind<RunTally>>) -> Results {
    let filled = |tallies: Box<[RunTally]>| {
        let mut tallies = tallies.into_vec();
        tallies.resize(columns, RunTally::default());
        tallies
    };
    if kinds.iter().any(|(cluster, ..)| cluster.is_some()) {
        let tasks = kinds.into_iter();
        let tasks = tasks.map(|(cluster, tallies, tasks)| (cluster.unwrap_or(0), filled(tallies), tasks));
        return Results::gather_clustered(columns, tasks);
    }
    let kinds = kinds.into_iter();
    let kinds = kinds.map(|(_, tallies, tasks)| TaskResults { tallies: filled(tallies).into(), tasks });
    Results::from_kinds(columns, kinds)
}

/// The answers to a task without their texts: all right ones are one answer; wrong ones are numbered, those of the same
/// pattern of agents in any order. Also how many texts are right in one run and wrong in another.
fn groups(answers: &TaskAnswers) -> (Vec<AnswerGroup>, u64) {
    let mut others: BTreeMap<(u32, GivenAnswer), u32> = BTreeMap::new();
    let mut wrong: HashMap<Answer, BTreeMap<u32, u32>> = HashMap::new();
    for (&(agent, answer, correct), &runs) in answers {
        let known = match (answer, correct) {
            (Answer::Silent, _) => others.entry((agent, GivenAnswer::Silent)).or_default(),
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
