//! Logs of Inspect AI: one JSON object with the samples in it.
//!
//! A sample has a score for each scorer. Its value is a number, a truth value, or a letter: C (1), P (½), I and N
//! (0); `NaN` where the scorer gave none. `results` states the means of the scores and the number of samples, which
//! are compared with the samples. Version 1 has one score for each sample, and one for the results.

use super::input::Input;
use super::inspect_results::{Found, Spec, StatedResults};
use super::json::{self, Each, Fields, Object};
use super::judge::{Judge, Judgement};
use super::sketch::Sketch;
use super::value::{AnswerText, Name, Value, check_entry};
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::quote::{self, count, list, quoted};
use crate::report::RunResult;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "Inspect JSON",
    files: "logs of Inspect AI as .json, versions 1 and 2",
    is: |start| {
        let is_log = |log: &Sketch| matches!(log.get("eval"), Some(Sketch::Object(_)));
        start.document().is_some_and(|log| is_log(log) && (log.has(&["status"]) || log.has(&["plan"])))
    },
    read,
};

/// Reads a log as JSON.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, options, .. } = input;
    let mut log = InspectLog::new(options, collector);
    json::document(text, origin, Object(&mut log))?;
    if !log.has_samples {
        return Err(origin.wrong_as_a_whole(NO_SAMPLES));
    }
    log.finish().map_err(|problem| origin.wrong_as_a_whole(problem))
}

/// Why a log without samples is refused.
pub(super) const NO_SAMPLES: &str =
    "this log has no samples: run `inspect log dump` on the log that has them, and give that";

/// A log while it is read.
pub(super) struct InspectLog<'a> {
    collector: &'a mut Collector,
    spec: Option<Spec>,
    status: Option<String>,
    results: Option<StatedResults>,
    choice: Choice<'a>,
    judge: Judge,
    /// Of a validator's verdicts.
    accepts: Judge,
    found: Found,
    /// Which score is a validator's verdict.
    validator: Option<&'a str>,
    /// How many samples say something.
    used: u64,
    has_samples: bool,
}

/// A sample, or its summary, which has the same fields.
#[derive(Deserialize)]
pub(super) struct Sample {
    id: Name,
    #[serde(default)]
    epoch: Option<u32>,
    #[serde(default)]
    scores: Option<Scores>,
    /// The only score, in early logs.
    #[serde(default)]
    score: Option<Score>,
    #[serde(default)]
    error: Option<IgnoredAny>,
    #[serde(default)]
    invalidation: Option<IgnoredAny>,
    #[serde(default)]
    completed: Option<bool>,
    /// In seconds.
    #[serde(default)]
    total_time: Option<f64>,
    #[serde(default)]
    model_usage: Option<BTreeMap<String, Usage>>,
}

#[derive(Deserialize)]
struct Usage {
    /// In dollars.
    #[serde(default)]
    total_cost: Option<f64>,
}

#[derive(Deserialize)]
struct Score {
    value: Value,
    #[serde(default)]
    answer: Option<AnswerText>,
}

/// The values of a sample by the names of their scorers; where a value is an object, by `scorer.key` for each key.
#[derive(Default)]
struct Scores(BTreeMap<String, (Value, Option<AnswerText>)>);

impl Scores {
    fn add(&mut self, scorer: String, Score { value, answer }: Score) {
        if let Value::Table(table) = value {
            let keys =
                table.into_iter().map(|(key, value)| (format!("{scorer}.{key}"), (value, answer.clone())));
            self.0.extend(keys);
        } else {
            self.0.insert(scorer, (value, answer));
        }
    }
}

impl<'de> Deserialize<'de> for Scores {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ScoresVisitor)
    }
}

struct ScoresVisitor;

impl<'de> Visitor<'de> for ScoresVisitor {
    type Value = Scores;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with a score for each scorer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scores, A::Error> {
        let mut scores = Scores::default();
        while let Some(scorer) = map.next_key::<String>()? {
            check_entry(&scorer, scores.0.len())?;
            scores.add(scorer, map.next_value()?);
        }
        Ok(scores)
    }
}

/// Which of several scores counts.
struct Choice<'a> {
    wanted: Option<&'a str>,
    /// Its name, once a sample had it.
    found: Option<String>,
}

impl Choice<'_> {
    /// Returns the value of the score that counts, out of all scores of a sample; `None` where it has none.
    ///
    /// A scorer that gave no value at all gave none for any key.
    fn of(&mut self, Scores(values): &mut Scores) -> Result<Option<(Value, Option<AnswerText>)>, String> {
        let Some(name) = self.name(values)? else { return Ok(None) };
        let value = values.remove(&name);
        if value.as_ref().is_some_and(|(value, _)| !value.is_none()) {
            match &self.found {
                Some(found) if *found != name => return Err(ambiguous([found, &name].into_iter())),
                _ => self.found = Some(name),
            }
        }
        Ok(value)
    }

    /// Returns the chosen score, or its scorer where that gave nothing; else the only one.
    fn name(&self, values: &BTreeMap<String, (Value, Option<AnswerText>)>) -> Result<Option<String>, String> {
        let mut names = values.keys();
        match (self.wanted, names.next(), names.next()) {
            (_, None, _) => Ok(None),
            (Some(wanted), ..) if values.contains_key(wanted) => Ok(Some(wanted.to_owned())),
            (Some(wanted), ..) if empty_scorer(values, wanted).is_some() => Ok(empty_scorer(values, wanted)),
            (Some(wanted), ..) if self.found.as_deref() == Some(wanted) => Ok(None),
            (_, Some(only), None) => Ok(Some(only.clone())),
            (None, ..) => Err(ambiguous(values.keys())),
            (Some(wanted), ..) => Err(format!(
                "no score of this sample is called {}; its scores are {}",
                quoted(wanted),
                list(values.keys())
            )),
        }
    }
}

/// The scorer of which `wanted` is a key, if it gave no value at all.
fn empty_scorer(values: &BTreeMap<String, (Value, Option<AnswerText>)>, wanted: &str) -> Option<String> {
    let (scorer, (value, _)) = values.get_key_value(wanted.rsplit_once('.')?.0)?;
    value.is_none().then(|| scorer.clone())
}

fn ambiguous<'a>(names: impl Iterator<Item = &'a String>) -> String {
    format!("there are several scores, {}: choose one with --score", list(names))
}

impl<'a> InspectLog<'a> {
    pub(super) fn new(options: &'a ReadOptions, collector: &'a mut Collector) -> Self {
        Self {
            collector,
            spec: None,
            status: None,
            results: None,
            choice: Choice { wanted: options.score.as_deref(), found: None },
            judge: Judge::new(options.pass_at),
            accepts: Judge::of_verdicts(),
            found: Found::default(),
            used: 0,
            has_samples: false,
            validator: options.validator.as_deref(),
        }
    }

    /// Takes a sample.
    pub(super) fn sample(&mut self, sample: Sample) -> Result<(), String> {
        self.has_samples = true;
        let Some(spec) = &self.spec else {
            return Err(
                "`samples` stand before `eval`, which names the model; Inspect writes `eval` first".into()
            );
        };
        self.found.samples += 1;
        self.found.errors += u64::from(sample.error.is_some());
        let (id, epoch) = (&sample.id.0, sample.epoch.unwrap_or(1));
        let mut scores = sample.scores.unwrap_or_default();
        if let Some(score) = sample.score {
            scores.add("score".to_owned(), score);
        }
        self.collector.offers(Asked::Score, scores.0.keys());
        self.collector.offers(Asked::Validator, scores.0.keys());
        let verdict = self.validator.and_then(|validator| scores.0.remove(validator));
        let value = self.choice.of(&mut scores)?;
        if let Some(name) = &self.choice.found {
            self.judge.named(name);
        }
        let (task, trial, agent) = (format!("{}/{id}", spec.task), spec.trial(epoch), spec.agent());
        let run = RunResult {
            task: &task,
            agent: Some(&agent),
            trial: Some(&trial),
            cluster: Some(&spec.task),
            cost: spec
                .cost_of(sample.model_usage.iter().flatten().map(|(model, usage)| (model, usage.total_cost))),
            latency_ms: sample.total_time.map(|seconds| 1000.0 * seconds),
            ..RunResult::default()
        };
        let (value, answer) = match value {
            _ if sample.invalidation.is_some() => {
                self.collector.leave_out("invalidated");
                return Ok(());
            }
            Some(value) => value,
            None if sample.error.is_some() => return self.collector.error(run, "error"),
            None if sample.completed == Some(false) => {
                self.collector.leave_out("not completed");
                return Ok(());
            }
            None => {
                self.collector.leave_out("no score");
                return Ok(());
            }
        };
        let of_sample = |problem| format!("sample {}: {problem}", quoted(id));
        let Judgement::Run { correct, score } = self.judge.judge(&value).map_err(of_sample)? else {
            self.collector.leave_out("unscored");
            return Ok(());
        };
        self.found.score(id, score, spec.epochs());
        self.used += 1;
        let answer = answer.and_then(|text| text.answer(self.collector));
        let run = RunResult { correct, answer, ..run };
        if self.validator.is_none() {
            return self.collector.run(run);
        }
        let accepted =
            verdict.map(|(verdict, _)| self.accepts.judge(&verdict).map_err(of_sample)).transpose()?;
        match accepted {
            Some(Judgement::Run { correct: accepted, .. }) => self.collector.verdict(run, accepted),
            Some(Judgement::Unscored) | None => {
                self.collector.leave_out("not judged");
                Ok(())
            }
        }
    }

    /// Notes what a reader should know, after the last sample.
    ///
    /// # Errors
    /// No sample was scored.
    pub(super) fn finish(self) -> Result<(), String> {
        let Self { collector, spec, status, results, choice, judge, found, used, .. } = self;
        if used == 0 && found.samples > found.errors && choice.found.is_none() {
            let samples = count(found.samples, "sample");
            return Err(format!("none of {samples} has a score: run `inspect score` on this log"));
        }
        collector.offers(Asked::Cluster, ["task"]);
        match status.as_deref() {
            Some("success") => {}
            Some("started") | None => {
                collector.note("the evaluation was not finished; what it had until then counts")
            }
            Some(status) => {
                collector.note(format!(
                    "the evaluation's status is {}; what it had until then counts",
                    quote::value(status)
                ));
            }
        }
        judge.notes().into_iter().for_each(|note| collector.note(note));
        if let (Some(results), Some(spec)) = (results, spec) {
            results.reconcile(&found, choice.found.as_deref(), &spec, collector);
        }
        Ok(())
    }
}

impl Fields for InspectLog<'_> {
    const WHAT: &'static str = "a log of Inspect: an object with `eval`, `status` and `samples`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "eval" => {
                let mut spec: Spec = map.next_value()?;
                spec.tell_apart(self.collector);
                self.spec = Some(spec);
            }
            "status" => self.status = map.next_value()?,
            "results" => self.results = map.next_value()?,
            "samples" => return map.next_value_seed(Each::new(|sample| self.sample(sample))),
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}
