//! What the answers to a task look like once it no longer matters which agent gave them.

use crate::{AnswerGroup, GivenAnswer};
use std::collections::BTreeMap;

/// Answers of so many agents, each of which gives one; or so many runs of the only agent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Shape {
    pub(super) right: u32,
    pub(super) silent: u32,
    /// How many gave each wrong answer, the largest number first.
    pub(super) wrong: Vec<u32>,
}

impl Shape {
    /// How many agents there are.
    pub(super) fn agents(&self) -> u32 {
        self.right + self.silent + self.voting_wrong()
    }

    /// How many gave a wrong answer.
    pub(super) fn voting_wrong(&self) -> u32 {
        self.wrong.iter().sum()
    }

    /// So many right and silent answers, and so many of each wrong one.
    pub(super) fn new(right: u32, wrong: Vec<u32>, silent: u32) -> Self {
        Self { right, silent, wrong }.sorted()
    }

    fn sorted(mut self) -> Self {
        self.wrong.retain(|&agents| agents > 0);
        self.wrong.sort_unstable_by(|one, other| other.cmp(one));
        self
    }
}

/// Maximum number of combinations of answers on one task that are told apart.
const MAX_STATES: usize = 20_000;

/// The runs of the only agent of a log on a task.
pub(super) fn of_runs(groups: &[AnswerGroup]) -> Shape {
    let mut shape = Shape::default();
    for group in groups {
        match group.answer {
            GivenAnswer::Right => shape.right += group.runs,
            GivenAnswer::Silent => shape.silent += group.runs,
            GivenAnswer::Wrong(_) | GivenAnswer::Unrecorded => shape.wrong.push(group.runs),
        }
    }
    shape.sorted()
}

/// One run of each agent, drawn at random: every shape that comes of it, with its probability. There is one where no
/// agent has several runs with different answers. `None` where there are too many combinations.
pub(super) fn of_agents(groups: &[AnswerGroup]) -> Option<Vec<(Shape, f64)>> {
    let mut states = BTreeMap::from([(State::default(), 1.0)]);
    let answers = Numbers::of(groups);
    for runs in by_agent(groups) {
        let all: f64 = runs.iter().map(|group| f64::from(group.runs)).sum();
        let mut next = BTreeMap::new();
        for (state, probability) in &states {
            for group in &runs {
                let share = f64::from(group.runs) / all;
                *next.entry(state.with(group.answer, &answers)).or_insert(0.0) += probability * share;
            }
        }
        states = next;
        if states.len() > MAX_STATES {
            return None;
        }
    }
    let mut shapes = BTreeMap::new();
    for (state, probability) in states {
        *shapes.entry(state.shape()).or_insert(0.0) += probability;
    }
    Some(shapes.into_iter().collect())
}

fn by_agent(groups: &[AnswerGroup]) -> Vec<Vec<&AnswerGroup>> {
    let mut agents: BTreeMap<u32, Vec<&AnswerGroup>> = BTreeMap::new();
    for group in groups.iter().filter(|group| group.runs > 0) {
        agents.entry(group.agent).or_default().push(group);
    }
    agents.into_values().collect()
}

/// The wrong answers that several agents gave, numbered: the others are alike, none of them is given twice.
struct Numbers(BTreeMap<GivenAnswer, usize>);

impl Numbers {
    fn of(groups: &[AnswerGroup]) -> Self {
        let mut agents: BTreeMap<GivenAnswer, u32> = BTreeMap::new();
        for group in groups.iter().filter(|group| matches!(group.answer, GivenAnswer::Wrong(_))) {
            *agents.entry(group.answer).or_default() += 1;
        }
        let shared = agents.into_iter().filter(|&(_, agents)| agents > 1);
        Self(shared.enumerate().map(|(number, (answer, _))| (answer, number)).collect())
    }
}

/// The answers of the agents so far: `alone` are wrong ones of one agent each.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    right: u32,
    silent: u32,
    alone: u32,
    shared: Vec<u32>,
}

impl State {
    fn with(&self, answer: GivenAnswer, numbers: &Numbers) -> Self {
        let mut state = self.clone();
        match (answer, numbers.0.get(&answer)) {
            (GivenAnswer::Right, _) => state.right += 1,
            (GivenAnswer::Silent, _) => state.silent += 1,
            (_, None) => state.alone += 1,
            (_, Some(&number)) => {
                state.shared.resize(numbers.0.len(), 0);
                state.shared[number] += 1;
            }
        }
        state
    }

    fn shape(self) -> Shape {
        let mut wrong = self.shared;
        wrong.resize(wrong.len() + self.alone as usize, 1);
        Shape { right: self.right, silent: self.silent, wrong }.sorted()
    }
}
