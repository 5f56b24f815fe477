//! Results of tau2-bench: simulations, each of a task, a trial and a reward.
//!
//! | file | where runs are |
//! |---|---|
//! | `data/simulations/NAME.json`, `NAME/results.json` | `simulations` |
//! | `results.json` of large runs, since version 1.0 | `simulation_index`; the simulations have files of their own |
//! | `simulations/ID.json` beside it | one simulation; the index has it as well, so that it is passed over |
//!
//! A run is correct if its reward is 1 within 10⁻⁶. A simulation that the infrastructure or the simulated user broke is
//! an error of the harness, though the tool gives a reward of 0 for a broken user. A task without criteria gets a
//! reward of 1 from the tool: it is not graded. Tasks of every domain are numbered from 0, so that the domain is part
//! of a task's name. The last message is chat and no answer that could be compared.

use super::few::Few;
use super::input::Input;
use super::json::{self, Each, Fields, Object};
use super::judge::{Judge, Judgement};
use super::sketch::Sketch;
use super::totals;
use super::value::{Name, Value};
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::quote::count;
use crate::report::{Answer, RunResult};
use serde::Deserialize;
use serde::de::{Error as _, IgnoredAny, MapAccess};

pub(crate) const FORMAT: Format = Format {
    name: "tau2-bench",
    files: "results.json, with simulations or simulation_index",
    is: |start| start.document().is_some_and(|log| is_simulation(log) || is_results(log, start.is_cut)),
    read,
};

/// Whether it is results of simulations; where their beginning is cut, tasks may stand before the first simulation.
fn is_results(log: &Sketch, is_cut: bool) -> bool {
    let Some(info) = log.get("info").filter(|info| info.has(&["agent_info"])) else { return false };
    let has_domain = info.get("environment_info").is_some_and(|info| info.has(&["domain_name"]));
    let mut lists = ["simulations", "simulation_index"].iter().filter_map(|key| log.get(key));
    has_domain && is_cut
        || lists.any(|list| match list.first() {
            Some(run) => run.has(&["task_id", "termination_reason"]),
            None => has_domain && matches!(list, Sketch::List(_)),
        })
}

/// Whether it is a simulation alone.
fn is_simulation(log: &Sketch) -> bool {
    log.has(&["id", "task_id", "termination_reason", "reward_info"])
}

const TOLERANCE: f64 = 1e-6;

/// How simulations end for a reason that is not the agent's.
const HARNESS: &[&str] = &["infrastructure_error", "unexpected_error", "user_error"];
/// How simulations end that the tool gives a reward of 0, by the agent's fault.
const AGENT: &[&str] = &["agent_error", "context_window_exceeded", "max_steps", "too_many_errors"];

/// Reads the simulations.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, options } = input;
    if start.document().is_some_and(is_simulation) {
        collector.pass_over("this is one simulation of tau2-bench: give results.json, which names the agent");
        return Ok(());
    }
    let mut log = Tau2 {
        collector,
        judge: Judge::new(options.pass_at),
        uses_tolerance: options.pass_at.is_none(),
        setting: None,
        domain: None,
        tasks: 0,
        has_list: false,
        found: 0,
        partial: 0,
        broken_users: 0,
        ungraded: Few::default(),
    };
    json::document(text, origin, Object(&mut log))?;
    if !log.has_list {
        return Err(origin
            .wrong_as_a_whole("`simulations` or `simulation_index` is required in results of tau2-bench"));
    }
    log.finish();
    Ok(())
}

struct Tau2<'a> {
    collector: &'a mut Collector,
    judge: Judge,
    uses_tolerance: bool,
    setting: Option<Setting>,
    domain: Option<String>,
    tasks: u64,
    /// Whether there is a list of simulations, be it empty.
    has_list: bool,
    found: u64,
    /// Rewards between 0 and 1.
    partial: u64,
    /// Simulations that the simulated user broke.
    broken_users: u64,
    /// Failures without a reward, by how they ended.
    ungraded: Few,
}

/// `info`.
#[derive(Deserialize)]
struct Setting {
    #[serde(default)]
    num_trials: Option<u64>,
    #[serde(default)]
    agent_info: Option<AgentInfo>,
    #[serde(default)]
    environment_info: Option<EnvironmentInfo>,
    #[serde(default)]
    audio_native_config: Option<Audio>,
}

#[derive(Deserialize)]
struct AgentInfo {
    #[serde(default)]
    implementation: Option<String>,
    #[serde(default)]
    llm: Option<String>,
}

#[derive(Deserialize)]
struct EnvironmentInfo {
    #[serde(default)]
    domain_name: Option<String>,
}

#[derive(Deserialize)]
struct Audio {
    #[serde(default)]
    model: Option<String>,
}

impl Setting {
    /// The model, and how it is asked where that is not the usual way.
    fn agent(&self) -> Option<String> {
        let info = self.agent_info.as_ref();
        let audio = || self.audio_native_config.as_ref()?.model.as_deref();
        let Some(model) = info.and_then(|info| info.llm.as_deref()) else {
            return audio().map(str::to_owned);
        };
        Some(match info.and_then(|info| info.implementation.as_deref()) {
            None | Some("llm_agent") => model.to_owned(),
            Some(other) => format!("{model} ({other})"),
        })
    }
}

/// A simulation, or its entry in the index.
#[derive(Deserialize)]
struct Simulation {
    task_id: Name,
    #[serde(default)]
    trial: Option<Name>,
    #[serde(default)]
    reward_info: Option<RewardInfo>,
    /// In the index.
    #[serde(default)]
    reward: Option<Value>,
    #[serde(default)]
    termination_reason: Option<String>,
    /// In dollars, without the simulated user.
    #[serde(default)]
    agent_cost: Option<Value>,
    /// In seconds.
    #[serde(default)]
    duration: Option<Value>,
}

#[derive(Deserialize)]
struct RewardInfo {
    #[serde(default)]
    reward: Option<Value>,
    #[serde(default)]
    info: Option<RewardNote>,
}

#[derive(Deserialize)]
struct RewardNote {
    #[serde(default)]
    note: Option<String>,
}

impl Fields for Tau2<'_> {
    const WHAT: &'static str = "results of tau2-bench: an object with `info` and `simulations`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "info" => {
                let setting = map.next_value()?;
                self.begin(setting);
            }
            "tasks" => {
                return map.next_value_seed(Each::new(|_: IgnoredAny| {
                    self.tasks += 1;
                    Ok(())
                }));
            }
            "simulations" | "simulation_index" => {
                if self.setting.is_none() {
                    return Err(A::Error::custom(format!(
                        "`{key}` stands before `info`, which names the agent; tau2-bench writes `info` first"
                    )));
                }
                // Where there are simulations, the index says the same again.
                if self.found > 0 {
                    map.next_value::<IgnoredAny>()?;
                    return Ok(());
                }
                self.has_list = true;
                return map.next_value_seed(Each::new(|simulation| self.simulation(simulation)));
            }
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl Tau2<'_> {
    /// Takes what is the same for all simulations.
    fn begin(&mut self, setting: Setting) {
        let Self { collector, .. } = self;
        self.domain = setting.environment_info.as_ref().and_then(|info| info.domain_name.clone());
        match &self.domain {
            Some(_) => collector.offers(Asked::Cluster, ["domain"]),
            None => collector.note(
                "this log does not say its domain: its tasks are taken to be those of the same names in other logs",
            ),
        }
        if let Some(agent) = setting.agent() {
            // In another domain it is the same agent; a second log of this domain may be of another setting.
            let domain = self.domain.as_deref().unwrap_or_default();
            let here = format!("{agent} of tau2-bench in {domain}");
            let conflict = "also has runs of this agent in this domain; the runs of this file are counted as a different agent";
            collector.made_by_in_part(&agent, &here, Some(conflict));
        }
        self.setting = Some(setting);
    }

    fn simulation(&mut self, simulation: Simulation) -> Result<(), String> {
        self.found += 1;
        let Simulation { task_id, trial, reward_info, reward, termination_reason, agent_cost, duration } =
            simulation;
        let task = match &self.domain {
            Some(domain) => format!("{domain}/{}", task_id.0),
            None => task_id.0,
        };
        let run = RunResult {
            task: &task,
            trial: trial.as_ref().map(|trial| trial.0.as_str()),
            cluster: self.domain.as_deref(),
            cost: agent_cost.and_then(|cost| cost.amount()),
            latency_ms: duration.and_then(|seconds| seconds.amount()).map(|seconds| 1000.0 * seconds),
            ..RunResult::default()
        };
        let note = reward_info.as_ref().and_then(|info| info.info.as_ref()?.note.as_deref());
        if note.is_some_and(|note| note.contains("No evaluation criteria")) {
            self.collector.leave_out("no evaluation criteria");
            return Ok(());
        }
        let reward = reward_info.and_then(|info| info.reward).or(reward).unwrap_or(Value::Nothing);
        let end = termination_reason.as_deref().unwrap_or_default();
        let judgement = match reward {
            Value::Number(reward) if self.uses_tolerance && !reward.is_nan() => {
                let correct = (reward - 1.0).abs() <= TOLERANCE;
                self.partial += u64::from(!correct && reward > 0.0);
                Judgement::Run { correct, score: reward }
            }
            other => self.judge.judge(&other)?,
        };
        match judgement {
            Judgement::Run { correct: true, .. } => self.collector.run(RunResult { correct: true, ..run }),
            _ if HARNESS.contains(&end) => {
                self.broken_users += u64::from(end == "user_error");
                self.collector.error(run, end)
            }
            Judgement::Run { .. } => self.collector.run(run),
            Judgement::Unscored if AGENT.contains(&end) => {
                self.ungraded.add(end);
                self.collector.run(RunResult { answer: Some(Answer::Silent), ..run })
            }
            Judgement::Unscored => {
                self.collector.leave_out("no reward");
                Ok(())
            }
        }
    }

    fn finish(self) {
        let Self { collector, judge, setting, tasks, found, partial, broken_users, ungraded, .. } = self;
        if partial > 0 {
            let runs = count(partial, "run");
            collector
                .note(format!("{runs} with a reward that is neither 0 nor 1: failures by the tool's rule"));
        }
        if broken_users > 0 {
            let runs = count(broken_users, "run");
            collector.note(format!("{runs} broken by the simulated user, which the tool counts as failures"));
        }
        if let Some((runs, ends)) = ungraded.runs() {
            collector.note(format!("{runs} without a reward ended by the agent's fault ({ends}): failures"));
        }
        judge.notes().into_iter().for_each(|note| collector.note(note));
        if let Some(trials) = setting.and_then(|setting| setting.num_trials).filter(|_| tasks > 0) {
            let what = format!("simulations ({tasks} × {trials}, tasks by trials)");
            totals::reconcile(collector, &what, tasks.checked_mul(trials), found);
        }
    }
}
