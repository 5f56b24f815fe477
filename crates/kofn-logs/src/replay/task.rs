//! A system on one task: every way to draw the runs that it calls, without replacement.
//!
//! # Accuracy
//! Sums of products of positive numbers: an error of some n · 2⁻⁵³ for n calls. By seeded orders where a task has more
//! than 20,000 different partial votes.
//!
//! # Testing
//! Against all ordered draws of runs in `tests/logs/replay.rs`.
//!
//! # Implementation
//! Calls are made one by one. What has been cast so far, and how many runs are left of each kind of the agents that
//! are called again, is a state; states that are equal are one. Where every agent that is called did only one thing,
//! there is nothing to draw, which is nearly every log with one run of each agent.

use super::prepared::{Calls, Prepared, Stage};
use super::recording::{RecordedTasks, Vote, VotingRuns};
use crate::fit::plurality_of_runs;
use kofn::scenario::{Race, Rule, Ties};
use kofn::{Outcome, Shares, Votes};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::collections::BTreeMap;

/// Maximum number of states; beyond it orders are drawn.
const MAX_STATES: usize = 20_000;

/// What a system gives on a task, on average over all ways to draw its runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct TaskReplay {
    pub(super) correct: f64,
    pub(super) abstain: f64,
    pub(super) wrong: f64,
    /// Expected number of calls of each agent of the system, in the order of [`Prepared::needs`].
    pub(super) calls: Vec<f64>,
    /// Probability that each stage is reached; of a race the expected number of its calls.
    pub(super) reached: Vec<f64>,
    /// Probability that a race without a last call had no run left.
    pub(super) undecided: f64,
    /// How many orders were drawn; none where all were counted.
    pub(super) orders: u32,
}

impl TaskReplay {
    fn nothing(prepared: &Prepared) -> Self {
        let (calls, reached) = (vec![0.0; prepared.needs.len()], vec![0.0; prepared.stages()]);
        Self { calls, reached, ..Self::default() }
    }

    fn end(&mut self, shares: Shares, of: f64) {
        self.correct += of * shares.correct;
        self.abstain += of * shares.abstain;
        self.wrong += of * shares.wrong;
    }

    /// Ends a stage that is reached with the probability `of`; returns the probability that the next one is.
    fn end_stage(&mut self, shares: Shares, of: f64, is_last: bool) -> f64 {
        if is_last {
            self.end(shares, of);
            return 0.0;
        }
        self.end(Shares { abstain: 0.0, ..shares }, of);
        of * shares.abstain
    }
}

/// How tasks are replayed that have too many states.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawing {
    pub(super) orders: u32,
    pub(super) seed: u64,
}

/// Returns what the system gives on these tasks, which have the runs that it needs.
pub(super) fn replay(prepared: &Prepared, tasks: &RecordedTasks, drawing: Drawing) -> TaskReplay {
    let exact = match &prepared.calls {
        Calls::Stages(stages) => stages_in_all_orders(prepared, stages, tasks)
            .or_else(|| plurality_of_one_agent(prepared, stages, tasks)),
        Calls::Race { race, agent, max_calls } => {
            race_in_all_orders(prepared, *race, tasks.runs(*agent), *max_calls)
        }
    };
    let mut replay = exact.unwrap_or_else(|| drawn(prepared, tasks, drawing));
    // Sums of shares may round to more than 1.
    let TaskReplay { correct, abstain, wrong, .. } = &mut replay;
    [correct, abstain, wrong].into_iter().for_each(|share| *share = share.min(1.0));
    replay
}

/// What has been cast, and the runs that are left of every agent that is called again.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    votes: Votes,
    left: Vec<u32>,
}

type States = BTreeMap<State, f64>;

/// The agents that are called again, and where the runs of each begin in [`State::left`].
struct Again<'a> {
    tasks: &'a RecordedTasks,
    first: Vec<(usize, usize)>,
}

impl<'a> Again<'a> {
    fn new(prepared: &Prepared, tasks: &'a RecordedTasks) -> (Self, Vec<u32>) {
        let (mut first, mut left) = (Vec::new(), Vec::new());
        for (agent, _) in prepared.needs.iter().filter(|(agent, _)| prepared.calls_again(*agent)) {
            first.push((*agent, left.len()));
            left.extend(tasks.runs(*agent).iter().map(|voting| voting.runs));
        }
        (Self { tasks, first }, left)
    }

    /// Returns where the left runs of an agent stand, if it is called again.
    fn place(&self, agent: usize) -> Option<usize> {
        self.first.iter().find(|(known, _)| *known == agent).map(|(_, first)| *first)
    }

    /// Calls the agent once more in every state; `None` for too many states.
    fn call(&self, states: &States, agent: usize, weight: u64) -> Option<States> {
        let runs = self.tasks.runs(agent);
        let place = self.place(agent);
        let mut next = States::new();
        for (state, share) in states {
            let left = |at: usize| place.map_or(runs[at].runs, |first| state.left[first + at]);
            let all: f64 = (0..runs.len()).map(|at| f64::from(left(at))).sum();
            for (at, voting) in runs.iter().enumerate().filter(|(at, _)| left(*at) > 0) {
                let mut to = state.clone();
                if let Some(first) = place {
                    to.left[first + at] -= 1;
                }
                cast(&mut to.votes, voting.vote, weight);
                *next.entry(to).or_default() += share * f64::from(left(at)) / all;
            }
        }
        (next.len() <= MAX_STATES).then_some(next)
    }
}

fn cast(votes: &mut Votes, vote: Vote, weight: u64) {
    match vote {
        _ if weight == 0 => {}
        Vote::Right => votes.right(weight),
        Vote::Wrong(answer) => votes.wrong(answer, weight),
        Vote::Alone => votes.wrong_alone(weight),
        Vote::Silent => {}
    }
}

fn decide(stage: &Stage, votes: &Votes) -> Shares {
    stage.rule.shares(votes).unwrap_or(Shares::of(Outcome::Abstain))
}

/// Adds the calls of a stage that is reached with this probability.
fn reach(replay: &mut TaskReplay, prepared: &Prepared, stage: &Stage, at: usize, share: f64) {
    replay.reached[at] += share;
    for (agent, _) in &stage.voters {
        if let Some(place) = prepared.needs.iter().position(|(known, _)| known == agent) {
            replay.calls[place] += share;
        }
    }
}

fn stages_in_all_orders(prepared: &Prepared, stages: &[Stage], tasks: &RecordedTasks) -> Option<TaskReplay> {
    let mut replay = TaskReplay::nothing(prepared);
    if prepared.needs.iter().all(|(agent, _)| tasks.runs(*agent).len() == 1) {
        certain(&mut replay, prepared, stages, tasks);
        return Some(replay);
    }
    let (again, left) = Again::new(prepared, tasks);
    let mut states = States::from([(State { votes: Votes::default(), left }, 1.0)]);
    for (at, stage) in stages.iter().enumerate() {
        reach(&mut replay, prepared, stage, at, states.values().sum());
        for (agent, weight) in &stage.voters {
            states = again.call(&states, *agent, *weight)?;
        }
        let is_last = at + 1 == stages.len();
        let mut open = States::new();
        for (state, share) in states {
            let left = replay.end_stage(decide(stage, &state.votes), share, is_last);
            if left > 0.0 {
                *open.entry(State { votes: Votes::default(), ..state }).or_default() += left;
            }
        }
        states = open;
    }
    Some(replay)
}

/// Returns the plurality of several runs of one agent, from the counts of its answers; `None` for any other system.
fn plurality_of_one_agent(
    prepared: &Prepared,
    stages: &[Stage],
    tasks: &RecordedTasks,
) -> Option<TaskReplay> {
    let ([stage], [(agent, calls)]) = (stages, prepared.needs.as_slice()) else { return None };
    let Rule::MostVotes { ties: Ties::Abstain, min_votes: 1 } = stage.rule else { return None };
    let (mut right, mut silent, mut wrong) = (0, 0, Vec::new());
    for voting in tasks.runs(*agent) {
        match voting.vote {
            Vote::Right => right += voting.runs,
            Vote::Silent => silent += voting.runs,
            Vote::Wrong(_) => wrong.push(voting.runs),
            Vote::Alone => wrong.extend((0..voting.runs).map(|_| 1)),
        }
    }
    let [correct, abstain, wrong] = plurality_of_runs(right, wrong, silent, *calls as usize)?;
    let mut replay = TaskReplay::nothing(prepared);
    reach(&mut replay, prepared, stage, 0, 1.0);
    replay.end(Shares { correct, abstain, wrong }, 1.0);
    Some(replay)
}

/// Adds the result where each agent's runs all vote alike.
fn certain(replay: &mut TaskReplay, prepared: &Prepared, stages: &[Stage], tasks: &RecordedTasks) {
    let mut open = 1.0;
    for (at, stage) in stages.iter().enumerate() {
        if open == 0.0 {
            return;
        }
        reach(replay, prepared, stage, at, open);
        let mut votes = Votes::default();
        for (agent, weight) in &stage.voters {
            cast(&mut votes, tasks.runs(*agent)[0].vote, *weight);
        }
        open = replay.end_stage(decide(stage, &votes), open, at + 1 == stages.len());
    }
}

fn race_in_all_orders(
    prepared: &Prepared,
    race: Race,
    runs: &[VotingRuns],
    max_calls: Option<u64>,
) -> Option<TaskReplay> {
    let mut replay = TaskReplay::nothing(prepared);
    let recorded: u64 = runs.iter().map(|voting| u64::from(voting.runs)).sum();
    let left = runs.iter().map(|voting| voting.runs).collect();
    let mut states = States::from([(State { votes: Votes::default(), left }, 1.0)]);
    for call in 0..max_calls.unwrap_or(u64::MAX).min(recorded) {
        replay.reached[0] += states.values().sum::<f64>();
        let mut next = States::new();
        for (state, share) in &states {
            for (at, voting) in runs.iter().enumerate().filter(|(at, _)| state.left[*at] > 0) {
                let share = share * f64::from(state.left[at]) / (recorded - call) as f64;
                let mut to = state.clone();
                to.left[at] -= 1;
                cast(&mut to.votes, voting.vote, 1);
                match race.decision(&to.votes) {
                    Some(outcome) => replay.end(Shares::of(outcome), share),
                    None => *next.entry(to).or_default() += share,
                }
            }
        }
        states = next;
        if states.is_empty() {
            break;
        }
        if states.len() > MAX_STATES {
            return None;
        }
    }
    for (state, share) in states {
        replay.end(Shares::of(race.after_last(&state.votes)), share);
        replay.undecided += if max_calls.is_none() { share } else { 0.0 };
    }
    replay.calls[0] = replay.reached[0];
    Some(replay)
}

/// Returns the result of sampled orders.
fn drawn(prepared: &Prepared, tasks: &RecordedTasks, drawing: Drawing) -> TaskReplay {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(drawing.seed);
    let mut replay = TaskReplay { orders: drawing.orders, ..TaskReplay::nothing(prepared) };
    for _ in 0..drawing.orders {
        in_one_order(&mut replay, prepared, tasks, &mut random);
    }
    let orders = f64::from(drawing.orders.max(1));
    let TaskReplay { correct, abstain, wrong, calls, reached, undecided, .. } = &mut replay;
    let single = [correct, abstain, wrong, undecided].into_iter();
    single.chain(calls).chain(reached).for_each(|sum| *sum /= orders);
    replay
}

fn in_one_order(
    replay: &mut TaskReplay,
    prepared: &Prepared,
    tasks: &RecordedTasks,
    random: &mut Xoshiro256PlusPlus,
) {
    let mut left: Vec<Vec<VotingRuns>> =
        prepared.needs.iter().map(|(agent, _)| tasks.runs(*agent).to_vec()).collect();
    let mut call = |agent: usize| {
        let place = prepared.needs.iter().position(|(known, _)| *known == agent)?;
        let all: u32 = left[place].iter().map(|voting| voting.runs).sum();
        let mut at = random.random_range(0..all.max(1));
        let voting = left[place].iter_mut().find(|voting| {
            let is_it = at < voting.runs;
            at = at.saturating_sub(voting.runs);
            is_it
        })?;
        voting.runs -= 1;
        Some(voting.vote)
    };
    match &prepared.calls {
        Calls::Stages(stages) => {
            let mut open = 1.0;
            for (at, stage) in stages.iter().enumerate() {
                if open == 0.0 {
                    return;
                }
                reach(replay, prepared, stage, at, open);
                let mut votes = Votes::default();
                for (agent, weight) in &stage.voters {
                    cast(&mut votes, call(*agent).unwrap_or(Vote::Silent), *weight);
                }
                open = replay.end_stage(decide(stage, &votes), open, at + 1 == stages.len());
            }
        }
        Calls::Race { race, agent, max_calls } => {
            let mut votes = Votes::default();
            for _ in 0..max_calls.unwrap_or(u64::MAX).min(tasks.count(*agent)) {
                replay.reached[0] += 1.0;
                replay.calls[0] += 1.0;
                cast(&mut votes, call(*agent).unwrap_or(Vote::Silent), 1);
                if let Some(outcome) = race.decision(&votes) {
                    return replay.end(Shares::of(outcome), 1.0);
                }
            }
            replay.end(Shares::of(race.after_last(&votes)), 1.0);
            replay.undecided += if max_calls.is_none() { 1.0 } else { 0.0 };
        }
    }
}
