//! Systems on recorded runs: what a log says of a system without any model.
//!
//! A system is applied to the runs of each task, drawn without replacement, and all that it could have given is
//! counted. A task counts only if every agent of the system has enough runs on it.

mod answer;
mod compare;
mod mcnemar;
mod moments;
mod prepared;
mod recording;
mod stopping;
mod task;

pub use answer::{CompareAnswer, ReplayAnswer, compare_logs, compare_on_log, replay_log, replay_logs};
pub use compare::{CompareOptions, PairComparison, compare};
pub use mcnemar::{McNemar, holm, mcnemar};
pub use recording::Recording;
pub use stopping::early_stopping;

use kofn::{Error, Interval, System};
pub(crate) use moments::Moments;
use prepared::{Calls, Prepared};
use schemars::JsonSchema;
use serde::Serialize;
use task::{Drawing, TaskReplay};

/// How wrong runs vote if the log does not record their answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WrongAnswers {
    /// All wrong runs of a task give the same wrong answer: the worst case.
    #[default]
    Same,
    /// Each gives a different one.
    Distinct,
}

/// How systems are replayed.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ReplayOptions {
    /// What wrong runs vote for whose answer the log does not have.
    pub wrong_answers: WrongAnswers,
    /// The confidence of intervals, above 0 and below 1.
    pub confidence: f64,
    /// The seed of orders that are drawn.
    pub seed: u64,
    /// How many orders are drawn for each kind of task on which there are too many to count.
    pub orders: u32,
}

impl Default for ReplayOptions {
    /// Wrong runs agree, 95 % intervals, seed 42, 1,000 orders.
    fn default() -> Self {
        Self { wrong_answers: WrongAnswers::Same, confidence: 0.95, seed: 42, orders: 1000 }
    }
}

impl ReplayOptions {
    /// Returns the options with another way for wrong runs to vote.
    pub fn with_wrong_answers(self, wrong_answers: WrongAnswers) -> Self {
        Self { wrong_answers, ..self }
    }

    /// Returns the options with another confidence.
    pub fn with_confidence(self, confidence: f64) -> Self {
        Self { confidence, ..self }
    }

    /// Returns the options with another seed.
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

/// What a system gives on the recorded runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Replay {
    /// The system, as one writes it.
    pub system: String,
    /// Number of tasks on which every agent of the system has the runs that it needs.
    pub tasks: u64,
    /// Number of tasks that were left out, because some agent has too few runs there.
    pub left_out: u64,
    /// P(correct): the mean over the tasks and over all ways to draw the runs of each.
    pub correct: f64,
    /// P(abstain).
    pub abstain: f64,
    /// P(wrong).
    pub wrong: f64,
    /// Expected calls of a task.
    pub calls: f64,
    /// Of a race: how many calls it saves on average by stopping when it is decided, of all that it may make; null where
    /// their number is not limited, and of systems that do not stop early.
    pub saved_calls: Option<f64>,
    /// Expected cost of a task, where the log says what a run of every agent costs: the calls of each agent at the mean
    /// cost of its runs.
    pub cost: Option<f64>,
    /// Expected time of a task in milliseconds, where the log has the times of every agent, which are the means of its
    /// runs: the stages one after another, the slowest agent of a stage, the calls of a race one after another.
    pub latency_ms: Option<f64>,
    /// The interval of P(correct), over tasks or clusters of tasks.
    pub interval: Interval,
    /// The interval of P(wrong).
    pub wrong_interval: Interval,
    /// The confidence of the intervals.
    pub confidence: f64,
    /// Number of clusters of tasks that have such tasks, where tasks are in clusters.
    pub clusters: Option<u64>,
    /// Number of tasks for which orders of runs were drawn, because there are too many to count all.
    pub tasks_drawn: u64,
    /// Share of the tasks that were not decided when their runs ended, of a race without `max_calls`: they abstain.
    pub undecided: f64,
    /// P(correct), tasks and cluster of each kind of task.
    #[serde(skip)]
    scores: Vec<Score>,
}

/// How a system does on a kind of task.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Score {
    /// The kind's place in the recording.
    kind: usize,
    correct: f64,
}

impl Recording {
    /// Replays a system on the recorded runs.
    ///
    /// # Errors
    /// An agent that is not in the log; no task with the runs that the system needs; a confidence outside (0, 1); a
    /// race that only a lead ends, without `max_calls`.
    ///
    /// ```
    /// use kofn::System;
    /// use kofn_logs::replay::{Recording, ReplayOptions};
    /// use kofn_logs::{ReadOptions, Source, read};
    /// let csv = "task,ada,bob,eve\na,1,1,0\nb,1,0,0\nc,0,1,1\nd,1,1,1\n";
    /// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
    /// let recording = Recording::of(&log, &ReplayOptions::default());
    /// let replay = recording.replay(&System::parse("majority(ada, bob, eve)")?)?;
    /// assert_eq!((replay.tasks, replay.correct, replay.wrong), (4, 0.75, 0.25));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replay(&self, system: &System) -> Result<Replay, Error> {
        check_confidence(self.options.confidence)?;
        let prepared = Prepared::new(system, self)?;
        let all: u64 = self.tasks.iter().map(|tasks| tasks.tasks).sum();
        // The kind, how many tasks are of it, and what the system gives there.
        let mut replays: Vec<(usize, u64, TaskReplay)> = Vec::new();
        for (place, tasks) in self.tasks.iter().enumerate() {
            if prepared.is_possible_on(tasks) {
                let drawing = Drawing {
                    orders: self.options.orders,
                    seed: self.options.seed.wrapping_add(place as u64),
                };
                replays.push((place, tasks.tasks, task::replay(&prepared, tasks, drawing)));
            }
        }
        let replayed: u64 = replays.iter().map(|(_, tasks, _)| tasks).sum();
        if replayed == 0 {
            return Err(Error::refused("system", self.nothing_to_replay(system, &prepared)));
        }
        let values = |of: &dyn Fn(&(usize, u64, TaskReplay)) -> f64| {
            let value = |task: &(usize, u64, TaskReplay)| (of(task), task.1, self.tasks[task.0].cluster);
            Moments::of(&replays.iter().map(value).collect::<Vec<_>>(), self.clusters.is_some())
        };
        let interval = |moments: Option<Moments>| {
            moments.map_or(Interval { low: 0.0, high: 1.0 }, |of| of.interval(self.options.confidence))
        };
        let tasks = replayed as f64;
        let mean = |of: &dyn Fn(&TaskReplay) -> f64| {
            replays.iter().map(|(_, tasks, replay)| *tasks as f64 * of(replay)).sum::<f64>() / tasks
        };
        let correct = values(&|(_, _, replay)| replay.correct);
        let calls: Vec<f64> = (0..prepared.needs.len()).map(|at| mean(&|replay| replay.calls[at])).collect();
        let reached: Vec<f64> = (0..prepared.stages()).map(|at| mean(&|replay| replay.reached[at])).collect();
        Ok(Replay {
            system: system.to_string(),
            tasks: replayed,
            left_out: all - replayed,
            correct: mean(&|replay| replay.correct).min(1.0),
            abstain: mean(&|replay| replay.abstain).min(1.0),
            wrong: mean(&|replay| replay.wrong).min(1.0),
            calls: calls.iter().sum(),
            saved_calls: prepared.most_calls().map(|most| most as f64 - calls.iter().sum::<f64>()),
            cost: self.cost(&prepared, &calls),
            latency_ms: self.latency_ms(&prepared, &reached),
            interval: interval(correct),
            wrong_interval: interval(values(&|(_, _, replay)| replay.wrong)),
            confidence: self.options.confidence,
            clusters: correct.and_then(|moments| moments.clusters()),
            tasks_drawn: replays.iter().filter(|(_, _, of)| of.orders > 0).map(|(_, tasks, _)| tasks).sum(),
            undecided: mean(&|replay| replay.undecided),
            scores: replays.iter().map(|(kind, _, of)| Score { kind: *kind, correct: of.correct }).collect(),
        })
    }

    /// Returns P(correct) and P(wrong) of a system on each kind of task; `None` where it lacks runs, or cannot be
    /// replayed at all.
    pub(crate) fn scores(&self, system: &System) -> Vec<Option<[f64; 2]>> {
        let Ok(prepared) = Prepared::new(system, self) else { return vec![None; self.tasks.len()] };
        let of = |(place, tasks): (usize, &recording::RecordedTasks)| {
            let drawing =
                Drawing { orders: self.options.orders, seed: self.options.seed.wrapping_add(place as u64) };
            let replay = || task::replay(&prepared, tasks, drawing);
            prepared.is_possible_on(tasks).then(replay).map(|replay| [replay.correct, replay.wrong])
        };
        self.tasks.iter().enumerate().map(of).collect()
    }

    /// What the calls of each agent cost.
    fn cost(&self, prepared: &Prepared, calls: &[f64]) -> Option<f64> {
        let of = |((agent, _), calls): (&(usize, u64), &f64)| Some(calls * self.prices(*agent).cost?);
        prepared.needs.iter().zip(calls).map(of).sum()
    }

    /// How long the stages that are reached take.
    fn latency_ms(&self, prepared: &Prepared, reached: &[f64]) -> Option<f64> {
        let time = |agent: usize| self.prices(agent).latency_ms;
        match &prepared.calls {
            Calls::Race { agent, .. } => Some(reached[0] * time(*agent)?),
            Calls::Stages(stages) => {
                let slowest = |stage: &prepared::Stage| {
                    let times = stage.voters.iter().map(|(agent, _)| time(*agent));
                    times.collect::<Option<Vec<f64>>>().map(|times| times.into_iter().fold(0.0, f64::max))
                };
                stages.iter().zip(reached).map(|(stage, reached)| Some(reached * slowest(stage)?)).sum()
            }
        }
    }

    /// Why no task has the runs that a system needs.
    fn nothing_to_replay(&self, system: &System, prepared: &Prepared) -> String {
        let lacking = prepared.needs.iter().find_map(|&(agent, runs)| {
            let most = self.tasks.iter().map(|tasks| tasks.count(agent)).max().unwrap_or(0);
            (most < runs).then_some((agent, runs, most))
        });
        let name = |agent: usize| kofn::escape(&kofn::shorten(&self.agents()[agent], 60)).into_owned();
        let why = match lacking {
            Some((agent, runs, most)) => {
                let plural = if runs == 1 { "" } else { "s" };
                format!(
                    "it needs {runs} run{plural} of {} per task, and the log has at most {most} per task",
                    name(agent)
                )
            }
            None => "no task has runs of all its agents".into(),
        };
        let system = system.to_string();
        format!(
            "{} cannot be replayed on this log: {why}",
            kofn::escape(&kofn::shorten(&system, MAX_SHOWN_CHARS))
        )
    }
}

/// Maximum number of characters of a system in a message.
const MAX_SHOWN_CHARS: usize = 200;

/// Checks that a confidence level is above 0 and below 1.
pub(crate) fn check_confidence(confidence: f64) -> Result<(), Error> {
    if confidence > 0.0 && confidence < 1.0 {
        return Ok(());
    }
    Err(Error::out_of_range("confidence", confidence, "above 0 and below 1"))
}
