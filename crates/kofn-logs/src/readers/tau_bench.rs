//! Results of tau-bench: a list of runs, each with a task, a trial and a reward.
//!
//! A run is correct if its reward is 1 within 10⁻⁶. Where the harness failed it writes a reward of 0 and an error;
//! that is not a failure of the agent. Until September 2024 `info` is a text that begins with "Error:" then.
//!
//! Tasks of every domain are numbered from 0, and the domain is in the file's name at best: what the task says
//! (`info.task.instruction`, early `info.gt_data_hash`) distinguishes them as well.

use super::input::Input;
use super::json::{self, Each};
use super::judge::{Judge, Judgement};
use super::rows;
use super::sketch::Sketch;
use super::value::{Name, Value};
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::quote::quoted;
use crate::report::RunResult;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "tau-bench",
    files: "results of tau-bench, a JSON list",
    is: |start| {
        let run = start.document().and_then(Sketch::first);
        run.is_some_and(|run| run.has(&["task_id", "reward", "info", "trial"]))
            && !rows::name_agents(start.rows(), start.options)
    },
    read,
};

const TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
struct Episode {
    task_id: Name,
    #[serde(default)]
    trial: Option<Name>,
    reward: Value,
    #[serde(default)]
    info: Info,
}

/// What `info` says.
#[derive(Default)]
struct Info {
    is_error: bool,
    /// What the task is about: its instruction, or a hash of what it should lead to.
    content: Option<String>,
}

impl<'de> Deserialize<'de> for Info {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(InfoVisitor)
    }
}

struct InfoVisitor;

#[derive(Deserialize)]
struct Task {
    #[serde(default)]
    instruction: Option<String>,
}

impl<'de> Visitor<'de> for InfoVisitor {
    type Value = Info;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object, or a text that begins with \"Error:\"")
    }

    fn visit_unit<E>(self) -> Result<Info, E> {
        Ok(Info::default())
    }

    fn visit_str<E>(self, text: &str) -> Result<Info, E> {
        Ok(Info { is_error: text.starts_with("Error"), content: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Info, A::Error> {
        let mut info = Info::default();
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "gt_data_hash" => info.content = map.next_value()?,
                "error" => info.is_error = map.next_value::<Option<IgnoredAny>>()?.is_some(),
                "task" => info.content = map.next_value::<Option<Task>>()?.and_then(|task| task.instruction),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(info)
    }
}

/// The domains of the tool.
const DOMAINS: &[&str] = &["airline", "retail", "telecom", "banking"];

/// Reads the runs.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, options, .. } = input;
    let label = collector.label();
    let (agent, domain) = agent_and_domain(&label);
    match domain {
        Some(_) => collector.made_by_anywhere(&agent),
        None => collector.made_by(&agent),
    }
    if let Some(domain) = domain {
        collector
            .note(format!("domain {domain}, by the file's name: tasks of other domains are other tasks"));
    }
    collector.offers(Asked::Cluster, ["domain"]);
    let mut judge = Judge::new(options.pass_at);
    let mut partial = 0_u64;
    let each = |Episode { task_id, trial, reward, info }: Episode| {
        let id = &task_id.0;
        let task = domain.map_or_else(|| id.clone(), |domain| format!("{domain}/{id}"));
        if let (None, Some(content)) = (domain, &info.content) {
            collector.check_content(&task, content).map_err(|other| {
                format!(
                    "task {} here differs from task {} in {}; put the domain ({}) into the file names",
                    quoted(&task),
                    quoted(&task),
                    quoted(&other),
                    DOMAINS.join(", ")
                )
            })?;
        }
        let trial = trial.as_ref().map(|trial| trial.0.as_str());
        let run = RunResult { task: &task, trial, cluster: domain, ..RunResult::default() };
        if info.is_error {
            return collector.error(run, "error");
        }
        let correct = match reward {
            Value::Number(reward) if options.pass_at.is_none() && !reward.is_nan() => {
                let correct = (reward - 1.0).abs() <= TOLERANCE;
                partial += u64::from(!correct && reward > 0.0);
                correct
            }
            other => match judge.judge(&other)? {
                Judgement::Run { correct, .. } => correct,
                Judgement::Unscored => {
                    collector.leave_out("no reward");
                    return Ok(());
                }
            },
        };
        collector.run(RunResult { correct, ..run })
    };
    json::document(text, origin, Each::new(each))?;
    if partial > 0 {
        let runs = if partial == 1 { "1 run has".into() } else { format!("{partial} runs have") };
        collector
            .note(format!("{runs} a reward that is neither 0 nor 1; by the tool's rule that is a failure"));
    }
    judge.notes().into_iter().for_each(|note| collector.note(note));
    Ok(())
}

/// The strategy, model and temperature, which the tool's file names begin with, without the range of tasks and what
/// follows; and the domain, which some names hold.
fn agent_and_domain(stem: &str) -> (String, Option<&'static str>) {
    let agent = match stem.split_once("_range_") {
        Some((agent, _)) if !agent.is_empty() => agent,
        _ => stem,
    };
    let parts: Vec<&str> = agent.split_inclusive(['-', '_', '.']).collect();
    let is = |part: &str, domain: &str| part.trim_end_matches(['-', '_', '.']).eq_ignore_ascii_case(domain);
    let Some(&domain) = DOMAINS.iter().find(|domain| parts.iter().any(|part| is(part, domain))) else {
        return (agent.to_owned(), None);
    };
    let rest: String = parts.into_iter().filter(|part| !is(part, domain)).collect();
    let rest = rest.trim_end_matches(['-', '_', '.']);
    (if rest.is_empty() { agent.to_owned() } else { rest.to_owned() }, Some(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_taken_out_of_the_name() {
        let told = |stem: &str| {
            let (agent, domain) = agent_and_domain(stem);
            format!("{agent} {}", domain.unwrap_or("-"))
        };
        assert_eq!(told("gpt-4o-airline"), "gpt-4o airline");
        assert_eq!(told("sonnet-35-new-retail"), "sonnet-35-new retail");
        assert_eq!(told("tau_airline"), "tau airline");
        assert_eq!(told("retail"), "retail retail");
        assert_eq!(told("tool-calling-ada-0.0_range_0--1_user-bob-llm_0102"), "tool-calling-ada-0.0 -");
    }
}
