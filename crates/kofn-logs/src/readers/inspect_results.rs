//! What a log of Inspect says about the whole evaluation, and whether its samples agree.

use super::totals;
use super::value::Value;
use crate::collector::Collector;
use crate::quote::quoted;
use serde::Deserialize;
use std::collections::HashMap;

/// `eval`: what was evaluated.
#[derive(Deserialize)]
pub(super) struct Spec {
    pub(super) task: String,
    model: String,
    /// The same for an evaluation and one that takes it up again.
    #[serde(default)]
    task_id: Option<String>,
    #[serde(default)]
    solver: Option<String>,
    #[serde(default)]
    config: Config,
    /// What distinguishes evaluations of the same name.
    #[serde(default)]
    task_args: Option<serde_json::Value>,
    #[serde(default)]
    model_roles: Option<serde_json::Value>,
    #[serde(default)]
    model_args: Option<serde_json::Value>,
    #[serde(default)]
    model_generate_config: Option<serde_json::Value>,
    #[serde(default)]
    solver_args: Option<serde_json::Value>,
}

#[derive(Deserialize, Default)]
struct Config {
    #[serde(default)]
    epochs: Option<u32>,
}

impl Spec {
    /// How often each sample is run.
    pub(super) fn epochs(&self) -> u32 {
        self.config.epochs.unwrap_or(1)
    }

    /// The model, and the solver where one was chosen for it.
    pub(super) fn agent(&self) -> String {
        let solver = self.solver.as_ref().map_or(String::new(), |solver| format!(", {solver}"));
        format!("{}{solver}", self.model)
    }

    /// Tells the task and the agent apart from those of the same names in other logs, if their arguments differ: other
    /// arguments of a task are other samples, and other settings of a model another agent.
    pub(super) fn tell_apart(&mut self, collector: &mut Collector) {
        let text = |values: &[&Option<serde_json::Value>]| {
            let is_empty =
                |value: &serde_json::Value| value.as_object().is_some_and(serde_json::Map::is_empty);
            let values = values
                .iter()
                .map(|value| value.as_ref().filter(|value| !value.is_null() && !is_empty(value)));
            values
                .map(|value| value.map_or(String::new(), ToString::to_string))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let task = quoted(&self.task);
        let arguments = text(&[&self.task_args]);
        if let Err(other) = collector.check_content(&format!("arguments of {}", self.task), &arguments) {
            let other = quoted(&other);
            collector.note(format!(
                "task {task} has different arguments than in {other}: its samples are different tasks"
            ));
            self.task = format!("{} ({})", self.task, collector.label());
        }
        let settings =
            text(&[&self.model_roles, &self.model_args, &self.model_generate_config, &self.solver_args]);
        collector.run_with(&self.agent(), &settings, "different settings than");
    }

    /// What the calls of the evaluated model cost, without those of graders, where the log says so.
    pub(super) fn cost_of<'a>(&self, usage: impl Iterator<Item = (&'a String, Option<f64>)>) -> Option<f64> {
        usage.filter(|(model, _)| **model == self.model).find_map(|(_, cost)| cost)
    }

    /// The number of a run: the same epoch of another evaluation is another run, of the same evaluation taken up
    /// again it is the same.
    pub(super) fn trial(&self, epoch: u32) -> String {
        format!("{epoch} of evaluation {}", self.task_id.as_deref().unwrap_or("without task_id"))
    }
}

/// `results`: totals over the samples.
#[derive(Deserialize)]
pub(super) struct StatedResults {
    #[serde(default)]
    total_samples: Option<u64>,
    #[serde(default)]
    completed_samples: Option<u64>,
    #[serde(default)]
    scores: Vec<Stated>,
    /// Of the only score, in version 1.
    #[serde(default)]
    metrics: Option<Metrics>,
}

#[derive(Deserialize)]
struct Stated {
    name: String,
    #[serde(default)]
    scorer: Option<String>,
    #[serde(default)]
    reducer: Option<String>,
    #[serde(default)]
    metrics: Metrics,
}

/// The metrics that are means of scores.
#[derive(Deserialize, Clone, Default)]
struct Metrics {
    #[serde(default)]
    accuracy: Option<Metric>,
    #[serde(default)]
    mean: Option<Metric>,
}

#[derive(Deserialize, Clone)]
struct Metric {
    value: Value,
}

/// What was found in the samples.
#[derive(Default)]
pub(super) struct Found {
    pub(super) samples: u64,
    pub(super) errors: u64,
    scored: u64,
    sum: f64,
    absolute: f64,
    /// The sum and number of the scores of a sample, where it has several.
    by_sample: HashMap<String, (f64, u32)>,
}

impl Found {
    /// Adds a score.
    pub(super) fn score(&mut self, id: &str, score: f64, epochs: u32) {
        self.scored += 1;
        self.sum += score;
        self.absolute += score.abs();
        if epochs > 1 {
            let (sum, count) = self.by_sample.entry(id.to_owned()).or_default();
            *sum += score;
            *count += 1;
        }
    }

    /// Returns the mean over samples of the mean over their epochs, and the number of means it is taken over.
    fn accuracy(&self) -> (f64, u64) {
        if self.by_sample.is_empty() {
            return (self.sum / self.scored as f64, self.scored);
        }
        let sum: f64 = self.by_sample.values().map(|&(sum, count)| sum / f64::from(count)).sum();
        (sum / self.by_sample.len() as f64, self.by_sample.len() as u64)
    }
}

impl Stated {
    /// Whether it is about this score, which may be one key of a scorer.
    fn is_about(&self, score: &str) -> bool {
        let of_key = self.scorer.as_ref().is_some_and(|scorer| format!("{scorer}.{}", self.name) == score);
        of_key || self.name == score || score == "score"
    }

    /// Whether scores of several epochs were reduced by their mean. With one epoch, every reducer that gives a score
    /// does so.
    fn is_mean(&self, epochs: u32) -> bool {
        let reducers: &[&str] = if epochs > 1 { &["mean"] } else { &["mean", "median", "mode", "max"] };
        self.reducer.as_deref().is_none_or(|reducer| reducers.contains(&reducer))
    }

    fn accuracy(&self) -> Option<(&str, f64)> {
        let Metrics { accuracy, mean } = &self.metrics;
        [("accuracy", accuracy), ("mean", mean)].into_iter().find_map(|(name, metric)| {
            match metric.as_ref()?.value {
                Value::Number(value) if !value.is_nan() => Some((name, value)),
                _ => None,
            }
        })
    }
}

impl StatedResults {
    /// Notes where what the log states differs from its samples.
    pub(super) fn reconcile(
        &self,
        found: &Found,
        score: Option<&str>,
        spec: &Spec,
        collector: &mut Collector,
    ) {
        totals::reconcile(collector, "samples", self.total_samples, found.samples);
        totals::reconcile(
            collector,
            "samples completed without error",
            self.completed_samples,
            found.samples - found.errors,
        );
        let Some(score) = score else { return };
        let only = self.metrics.as_ref().map(|metrics| Stated {
            name: "score".into(),
            scorer: None,
            reducer: None,
            metrics: metrics.clone(),
        });
        let about: Vec<_> = self.scores.iter().chain(&only).filter(|stated| stated.is_about(score)).collect();
        let Some(mean) = about.iter().find(|stated| stated.is_mean(spec.epochs())) else {
            if let Some(reducer) = about.first().and_then(|stated| stated.reducer.as_ref()) {
                collector.note(format!(
                    "the stated results of {} are of epochs reduced by {}; they were not compared with the samples",
                    quoted(score),
                    quoted(reducer)
                ));
            }
            return;
        };
        let Some((metric, stated)) = mean.accuracy() else { return };
        let (accuracy, count) = found.accuracy();
        let epochs = u64::from(spec.epochs());
        if !totals::may_be_rounding(stated - accuracy, count, epochs, found.absolute / found.scored as f64) {
            collector.note(format!(
                "the log states {metric} {stated} of {}, its samples give {accuracy}",
                quoted(score)
            ));
        }
    }
}
