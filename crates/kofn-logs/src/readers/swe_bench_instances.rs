//! Results of SWE-bench by instance: one object whose keys are instances.
//!
//! | file | value of an instance |
//! |---|---|
//! | `report.json` of an instance | an object with `resolved`, and whether the patch could be applied |
//! | `per_instance_details.json` of the site | an object with `resolved`, `cost` (dollars) and `api_calls` |
//! | `eval_results.json` of SWE-bench Pro | true or false; errors of the harness are false as well |
//!
//! The agent is the folder that the file is in; of an instance's report, which is in a folder of the instance, the one
//! around it.

use super::input::Input;
use super::json::{self, EachEntry};
use super::sketch::Sketch;
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::report::RunResult;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "SWE-bench instances",
    files: "report.json of an instance, per_instance_details.json, eval_results.json of SWE-bench Pro",
    is: |start| match start.document() {
        Some(Sketch::Object(fields)) => fields.first().is_some_and(|(_, value)| match value {
            Sketch::Flag(_) => fields.iter().all(|(key, value)| {
                key.contains("__") && key.contains('-') && matches!(value, Sketch::Flag(_) | Sketch::Unknown)
            }),
            other => {
                other.get("resolved").is_some()
                    && ["patch_exists", "patch_successfully_applied", "api_calls", "cost"]
                        .iter()
                        .any(|known| other.get(known).is_some())
            }
        }),
        _ => false,
    },
    read,
};

struct Instance {
    resolved: bool,
    cost: Option<f64>,
}

#[derive(Deserialize)]
struct Details {
    resolved: bool,
    #[serde(default)]
    cost: Option<f64>,
}

impl<'de> Deserialize<'de> for Instance {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(InstanceVisitor)
    }
}

struct InstanceVisitor;

impl<'de> Visitor<'de> for InstanceVisitor {
    type Value = Instance;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("true, false, or an object with `resolved`")
    }

    fn visit_bool<E>(self, resolved: bool) -> Result<Instance, E> {
        Ok(Instance { resolved, cost: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Instance, A::Error> {
        let details = Details::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(Instance { resolved: details.resolved, cost: details.cost })
    }
}

/// Reads the instances.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, .. } = input;
    let only = match start.document() {
        Some(Sketch::Object(fields)) if fields.len() == 1 => fields.first().map(|(key, _)| key.as_str()),
        _ => None,
    };
    let agent = match (origin.folder(), only) {
        (Some(folder), Some(instance)) if folder == instance => origin.folder_above(1),
        _ => None,
    };
    collector.offers(Asked::Cluster, ["repository"]);
    let is_pro =
        start.document().and_then(Sketch::first_value).is_some_and(|value| matches!(value, Sketch::Flag(_)));
    let each = |task: &str, Instance { resolved, cost }: Instance| {
        let cluster = task.rsplit_once('-').map(|(repository, _)| repository);
        collector.run(RunResult { task, agent, correct: resolved, cost, cluster, ..RunResult::default() })
    };
    json::document(text, origin, EachEntry::new(each))?;
    if is_pro {
        collector.note("this file does not say which failures are errors of the harness");
    }
    Ok(())
}
