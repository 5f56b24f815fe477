//! Results of Harbor: a file for each trial, or all trials of a job.
//!
//! | file | what it is |
//! |---|---|
//! | `JOB/TRIAL/result.json` | one trial, with `verifier_result.rewards` |
//! | the same of `sandboxes` (2025) | `verifier_result.reward`, which is 0 as well where the verifier broke |
//! | `JOB/result.json` with `trial_results` | all trials of the job, and totals |
//! | `JOB/result.json` without | totals alone: the trials are in the files beside it, and this one is passed over |
//!
//! A reward decides, also where the agent ran out of time and was verified nevertheless. Without a reward some
//! exceptions are failures of the agent; the others are errors of the harness.
//!
//! The agent is `AGENT/MODEL`. Attempts at a task have no numbers, only names. A task whose `task_checksum` differs is
//! another task. A trial that is in two files counts once, by its `id`. Latencies are those of the agent alone.

use super::few::Few;
use super::input::Input;
use super::json::{self, Each, Fields, Object, Only};
use super::judge::{Judge, Judgement};
use super::sketch::Sketch;
use super::time::milliseconds;
use super::totals;
use super::value::Value;
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use crate::report::{Answer, RunResult};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess};
use std::collections::BTreeMap;

pub(crate) const FORMAT: Format = Format {
    name: "Harbor",
    files: "result.json of trials, and of jobs with their trials",
    is: |start| start.document().is_some_and(|log| is_job(log) || is_trial(log)),
    read,
};

fn is_job(log: &Sketch) -> bool {
    log.has(&["n_total_trials", "stats"])
}

fn is_trial(log: &Sketch) -> bool {
    log.has(&["task_name", "trial_name"])
        && ["agent_info", "task_checksum", "trial_uri", "verifier_result"]
            .iter()
            .any(|key| log.get(key).is_some())
}

/// Exceptions that are failures of the agent.
const AGENT: &[&str] = &[
    "AgentTimeoutError",
    "ContextLengthExceededError",
    "NonZeroAgentExitCodeError",
    "OutputLengthExceededError",
];
/// Exceptions that are not, by which they are counted.
const HARNESS: &[&str] = &[
    "AgentSetupTimeoutError",
    "ApiRateLimitError",
    "BadRequestError",
    "EnvironmentBuildTimeoutError",
    "EnvironmentStartTimeoutError",
    "RewardFileNotFoundError",
    "RuntimeError",
    "VerifierRuntimeError",
    "VerifierTimeoutError",
];
/// Whoever started the trial ended it.
const CANCELLED: &str = "CancelledError";

/// What is wrong with the file of a job where the trials are not given.
const NO_TRIALS: &str = "this file of a Harbor job has totals and no trials: give the folder with the trials";

/// Reads the trial or the job.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, options } = input;
    let mut job = Job {
        collector: &mut *collector,
        options,
        judge: Judge::new(options.pass_at),
        found: Found::default(),
        unfinished: false,
        planned: None,
        stats: None,
    };
    if start.document().is_some_and(is_job) {
        json::document(text, origin, Object(&mut job))?;
        if job.found.trials == 0 {
            job.collector.pass_over(NO_TRIALS);
            return Ok(());
        }
    } else {
        json::document(text, origin, Only::new(|trial| job.trial(trial)))?;
    }
    job.finish();
    // The only trial of its file, with all that is said of it.
    collector.end_unless(false);
    Ok(())
}

#[derive(Deserialize)]
struct Trial {
    task_name: String,
    trial_name: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    task_checksum: Option<String>,
    #[serde(default)]
    config: Option<Config>,
    #[serde(default)]
    agent_info: Option<AgentInfo>,
    #[serde(default)]
    agent_result: Option<AgentResult>,
    #[serde(default)]
    verifier_result: Option<VerifierResult>,
    #[serde(default)]
    exception_info: Option<ExceptionInfo>,
    #[serde(default)]
    agent_execution: Option<Span>,
    #[serde(default)]
    step_results: Option<Vec<Step>>,
}

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    agent: Option<AgentConfig>,
}

#[derive(Deserialize)]
struct AgentConfig {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    model_name: Option<String>,
}

#[derive(Deserialize)]
struct AgentInfo {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    model_info: Option<ModelInfo>,
}

#[derive(Deserialize)]
struct ModelInfo {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    provider: Option<String>,
}

#[derive(Deserialize)]
struct AgentResult {
    /// In dollars.
    #[serde(default)]
    cost_usd: Option<Value>,
}

#[derive(Deserialize)]
struct VerifierResult {
    #[serde(default)]
    rewards: Option<Value>,
    /// The only one, in early versions.
    #[serde(default)]
    reward: Option<Value>,
}

#[derive(Deserialize)]
struct ExceptionInfo {
    #[serde(default)]
    exception_type: Option<String>,
}

#[derive(Deserialize)]
struct Span {
    #[serde(default)]
    started_at: Option<String>,
    #[serde(default)]
    finished_at: Option<String>,
}

#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    agent_result: Option<AgentResult>,
    #[serde(default)]
    agent_execution: Option<Span>,
}

impl AgentResult {
    fn cost(&self) -> Option<f64> {
        self.cost_usd.as_ref()?.amount()
    }
}

impl Span {
    fn milliseconds(&self) -> Option<f64> {
        milliseconds(self.started_at.as_deref(), self.finished_at.as_deref())
    }
}

impl Trial {
    /// `AGENT/MODEL`, the model with its provider where that is stated.
    fn agent(&self) -> Option<String> {
        let config = self.config.as_ref().and_then(|config| config.agent.as_ref());
        let info = self.agent_info.as_ref();
        let name =
            info.and_then(|info| info.name.as_ref()).or(config.and_then(|config| config.name.as_ref()))?;
        let stated = info.and_then(|info| info.model_info.as_ref()).and_then(|model| {
            let provider = model.provider.as_deref().map(|provider| format!("{provider}/"));
            Some(provider.unwrap_or_default() + model.name.as_deref()?)
        });
        Some(match config.and_then(|config| config.model_name.clone()).or(stated) {
            Some(model) => format!("{name}/{model}"),
            None => name.clone(),
        })
    }

    /// The sum over the steps where it is not stated for the trial; nothing where a step does not state it.
    fn cost(&self) -> Option<f64> {
        let steps = self.step_results.iter().flatten().map(|step| step.agent_result.as_ref()?.cost());
        let cost = self.agent_result.as_ref().map_or_else(|| steps.sum(), AgentResult::cost);
        cost.filter(|cost: &f64| *cost > 0.0)
    }

    fn latency_ms(&self) -> Option<f64> {
        let steps =
            self.step_results.iter().flatten().map(|step| step.agent_execution.as_ref()?.milliseconds());
        let latency_ms = self.agent_execution.as_ref().map_or_else(|| steps.sum(), Span::milliseconds);
        latency_ms.filter(|latency_ms: &f64| *latency_ms > 0.0)
    }

    /// Rewards by their names, and whether the tool writes 0 for errors of the harness too.
    fn rewards(&mut self) -> Result<(BTreeMap<String, Value>, bool), String> {
        let Some(VerifierResult { rewards, reward }) = self.verifier_result.take() else {
            return Ok((BTreeMap::new(), false));
        };
        match (rewards, reward) {
            (Some(Value::Table(rewards)), _) => Ok((rewards, false)),
            (None | Some(Value::Nothing), Some(reward)) => {
                Ok((BTreeMap::from([("reward".into(), reward)]), true))
            }
            (None | Some(Value::Nothing), None) => Ok((BTreeMap::new(), false)),
            (Some(other), _) => {
                Err(format!("rewards must be an object with a number for each name, got {other}"))
            }
        }
    }
}

struct Job<'a> {
    collector: &'a mut Collector,
    options: &'a ReadOptions,
    judge: Judge,
    found: Found,
    /// Whether the job states no end.
    unfinished: bool,
    planned: Option<u64>,
    stats: Option<Stats>,
}

#[derive(Default)]
struct Found {
    trials: u64,
    /// Trials with an exception.
    exceptions: u64,
    /// Failures without a reward, by their exceptions.
    ungraded: Few,
    /// Exceptions that are not known.
    unknown: Few,
    /// Versions of the agent that are not those in other trials.
    versions: Few,
    /// Tasks that are other ones than in other files.
    others: Few,
}

#[derive(Deserialize)]
struct Stats {
    #[serde(default)]
    n_trials: Option<u64>,
    #[serde(default)]
    n_completed_trials: Option<u64>,
    #[serde(default)]
    n_errors: Option<u64>,
    #[serde(default)]
    n_errored_trials: Option<u64>,
}

impl Fields for Job<'_> {
    const WHAT: &'static str = "a job of Harbor: an object with `stats` and `trial_results`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "trial_results" => {
                return map.next_value_seed(Each::new(|trial| {
                    let before = self.noted();
                    self.trial(trial)?;
                    self.collector.end_unless(before != self.noted());
                    Ok(())
                }));
            }
            "n_total_trials" => self.planned = map.next_value()?,
            "stats" => self.stats = map.next_value()?,
            "finished_at" => self.unfinished = map.next_value::<Option<IgnoredAny>>()?.is_none(),
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl Job<'_> {
    /// Number of runs that are noted, and notes on rewards.
    fn noted(&self) -> (u64, Vec<String>) {
        let Found { ungraded, unknown, versions, others, .. } = &self.found;
        (ungraded.count() + unknown.count() + versions.count() + others.count(), self.judge.notes())
    }

    fn trial(&mut self, trial: Trial) -> Result<(), String> {
        let name = quoted(&trial.trial_name);
        self.take(trial).map_err(|problem| format!("trial {name}: {problem}"))
    }

    fn take(&mut self, mut trial: Trial) -> Result<(), String> {
        self.found.trials += 1;
        self.found.exceptions += u64::from(trial.exception_info.is_some());
        if let Some(id) = &trial.id {
            let id = format!("trial {id} of Harbor");
            if !self.collector.begin_unless_elsewhere(&id, "in another file as well") {
                return Ok(());
            }
        }
        let Some(agent) = trial.agent() else {
            return Err("agent_info.name is required, the name of the agent".into());
        };
        let version = trial.agent_info.as_ref().and_then(|info| info.version.as_deref());
        if let Some(version) = version
            && self.collector.check_content(&format!("version of {agent} of Harbor"), version).is_err()
        {
            self.found.versions.add(version);
        }
        let (mut rewards, zero_may_be_error) = trial.rewards()?;
        self.collector.offers(Asked::Score, rewards.keys());
        self.collector.offers(Asked::Cluster, ["dataset"]);
        let reward = match (&self.options.score, rewards.len()) {
            (Some(wanted), _) => rewards.remove_entry(wanted),
            (None, 0 | 1) => rewards.pop_first(),
            (None, _) => {
                let names = list(rewards.keys());
                return Err(format!("there are several rewards, {names}: choose one with --score"));
            }
        };
        if let Some((name, _)) = &reward {
            self.judge.named(name);
        }
        let reward = reward.map_or(Value::Nothing, |(_, reward)| reward);
        let judgement = self.judge.judge(&reward)?;
        let task = self.task(&trial);
        let run = RunResult {
            task: &task,
            agent: Some(&agent),
            trial: Some(&trial.trial_name),
            cluster: Some(trial.source.as_deref().unwrap_or("adhoc")),
            cost: trial.cost(),
            latency_ms: trial.latency_ms(),
            ..RunResult::default()
        };
        let exception =
            trial.exception_info.as_ref().map(|info| info.exception_type.as_deref().unwrap_or_default());
        match (judgement, exception) {
            (Judgement::Run { correct: false, .. }, Some(exception))
                if zero_may_be_error && !AGENT.contains(&exception) =>
            {
                self.exception(run, exception)
            }
            (Judgement::Run { correct, .. }, _) => self.collector.run(RunResult { correct, ..run }),
            (Judgement::Unscored, Some(exception)) => self.exception(run, exception),
            (Judgement::Unscored, None) => {
                self.collector.leave_out("no reward");
                Ok(())
            }
        }
    }

    /// Takes a trial that ended in this exception, without a reward.
    fn exception(&mut self, run: RunResult<'_>, exception: &str) -> Result<(), String> {
        if AGENT.contains(&exception) {
            self.found.ungraded.add(exception);
            return self.collector.run(RunResult { answer: Some(Answer::Silent), ..run });
        }
        if exception == CANCELLED {
            self.collector.leave_out("cancelled");
            return Ok(());
        }
        let reason = HARNESS.iter().find(|known| **known == exception).copied();
        if reason.is_none() {
            self.found.unknown.add(exception);
        }
        self.collector.error(run, reason.unwrap_or("another exception"))
    }

    /// The name of the task; with its checksum, where other files have a task of this name with another one.
    fn task(&mut self, trial: &Trial) -> String {
        let task = &trial.task_name;
        match &trial.task_checksum {
            Some(checksum) if self.collector.check_content(task, checksum).is_err() => {
                self.found.others.add(task);
                format!("{task} ({checksum})")
            }
            _ => task.clone(),
        }
    }

    fn finish(self) {
        let Self { collector, judge, found, unfinished, planned, stats, .. } = self;
        if unfinished {
            collector.note("the job was not finished; what it had until then counts");
        }
        if let Some((runs, exceptions)) = found.ungraded.runs() {
            collector
                .note(format!("{runs} without a reward ended by the agent's fault ({exceptions}): failures"));
        }
        if let Some((runs, exceptions)) = found.unknown.runs() {
            collector.note(format!(
                "{runs} with an exception that is taken for one of the harness ({exceptions})"
            ));
        }
        if let Some((runs, versions)) = found.versions.runs() {
            collector.note(format!(
                "{runs} of another version of the agent than in trials before ({versions}): it counts as the same agent"
            ));
        }
        if let Some((runs, tasks)) = found.others.runs() {
            collector.note(format!(
                "{runs} on tasks with another checksum than in other files ({tasks}): these are other tasks"
            ));
        }
        judge.notes().into_iter().for_each(|note| collector.note(note));
        totals::reconcile(collector, "planned trials", planned, found.trials);
        if let Some(Stats { n_trials, n_completed_trials, n_errors, n_errored_trials }) = stats {
            totals::reconcile(collector, "completed trials", n_completed_trials.or(n_trials), found.trials);
            totals::reconcile(
                collector,
                "trials with an exception",
                n_errored_trials.or(n_errors),
                found.exceptions,
            );
        }
    }
}
