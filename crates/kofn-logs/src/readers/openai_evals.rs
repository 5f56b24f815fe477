//! Records of OpenAI evals: JSON lines with a specification, a final report and events.
//!
//! The final report stands anywhere, mostly in line 2: events are written later, and those of different samples are
//! mixed. A sample is graded by its `match` events, and where a log has none by a value of its `metrics` events.
//!
//! | version | specification |
//! |---|---|
//! | April 2023 on | `completion_fns` |
//! | before | `model_name`, or `model_names` |

use super::input::Input;
use super::json;
use super::judge::{Judge, Judgement};
use super::sketch::Sketch;
use super::totals;
use super::value::{Name, Value};
use crate::collector::{Asked, Collector, fingerprint};
use crate::error::LogError;
use crate::format::Format;
use crate::options::{AnswerComparison, ReadOptions};
use crate::quote::{list, quoted};
use crate::report::{Answer, RunResult};
use crate::source::NamedAfter;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) const FORMAT: Format = Format {
    name: "OpenAI evals",
    files: "event records, as JSON lines",
    is: |start| {
        let is_spec = |row: &Sketch| {
            row.get("spec").is_some_and(|spec| {
                spec.get("eval_name").is_some() && spec.get("run_config").or(spec.get("base_eval")).is_some()
            })
        };
        let is_event = |row: &Sketch| row.has(&["event_id", "sample_id", "type", "data"]);
        start.rows().iter().take(3).any(|row| is_spec(row) || is_event(row))
    },
    read,
};

/// What `--score` calls the grades of `match` events.
const MATCH: &str = "match";

/// The values of `metrics` events that are grades.
const GRADES: &[&str] = &["accuracy", "score", "correct"];

/// The choice of a grader that could not be read.
const INVALID: &str = "__invalid__";

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default)]
    spec: Option<Spec>,
    #[serde(default)]
    final_report: Option<Value>,
    #[serde(default)]
    sample_id: Option<Name>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Spec {
    eval_name: String,
    #[serde(default)]
    run_id: Option<Name>,
    #[serde(default)]
    completion_fns: Option<Vec<String>>,
    #[serde(default)]
    model_name: Option<String>,
    #[serde(default)]
    model_names: Option<BTreeMap<String, Vec<String>>>,
}

impl Spec {
    /// The completion functions, or the model.
    fn agent(&self) -> Option<String> {
        let functions = self.completion_fns.as_ref().map(|functions| functions.join(","));
        let models = || Some(self.model_names.as_ref()?.get("completions")?.join(","));
        functions.or_else(|| self.model_name.clone()).or_else(models).filter(|agent| !agent.is_empty())
    }
}

/// The data of a `match` event.
#[derive(Deserialize)]
struct Match {
    correct: Value,
    #[serde(default)]
    picked: Option<Picked>,
    #[serde(default)]
    sampled: Option<serde::de::IgnoredAny>,
}

/// What was picked: a text, null or a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Picked {
    One(String),
    Several(Vec<String>),
    Other(serde::de::IgnoredAny),
}

/// What is known of a sample.
#[derive(Default)]
struct Sample {
    /// How many `match` events there were, and how many of them were correct.
    matches: u32,
    correct: u32,
    answer: Option<Answer>,
    /// The value of a `metrics` event that counts where there are no matches.
    value: Option<Value>,
    is_error: bool,
    /// A grader's choice could not be read.
    is_invalid: bool,
}

/// A sum and how many values it has.
#[derive(Default)]
struct Mean {
    sum: f64,
    absolute: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.absolute += value.abs();
        self.count += 1;
    }
}

/// Maximum number of names that are kept, to say which there are.
const MAX_NAMES: usize = 100;

/// All samples, reduced to what counts: what grades them is known after the last event.
struct Record<'a> {
    wanted: Option<&'a str>,
    spec: Option<Spec>,
    final_report: Option<Value>,
    samples: Vec<(String, Sample)>,
    places: HashMap<u128, usize>,
    judge: Judge,
    comparison: AnswerComparison,
    matches: u64,
    correct: u64,
    /// The names of the values of `metrics` events.
    metrics: BTreeSet<String>,
    /// Means over all `metrics` events.
    means: BTreeMap<&'static str, Mean>,
    /// How often a sample's value was replaced by another one.
    replaced: u64,
}

/// Reads the lines.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, options, .. } = input;
    let mut record = Record::new(options);
    json::lines(text, origin, |line| record.line(serde_json::from_slice(line)?))?;
    record.pass_on(collector).map_err(|problem| origin.wrong_as_a_whole(problem))
}

impl<'a> Record<'a> {
    fn new(options: &'a ReadOptions) -> Self {
        Self {
            wanted: options.score.as_deref(),
            spec: None,
            final_report: None,
            samples: Vec::new(),
            places: HashMap::new(),
            judge: Judge::new(options.pass_at),
            comparison: options.answers,
            matches: 0,
            correct: 0,
            metrics: BTreeSet::new(),
            means: BTreeMap::new(),
            replaced: 0,
        }
    }

    fn line(&mut self, line: Line<'_>) -> serde_json::Result<Result<(), String>> {
        let Line { spec, final_report, sample_id, kind, data } = line;
        if spec.is_some() {
            if self.spec.is_some() {
                return Ok(Err("this is a second `spec`: give each record as a file of its own".into()));
            }
            self.spec = spec;
            return Ok(Ok(()));
        }
        if final_report.is_some() {
            self.final_report = final_report;
            return Ok(Ok(()));
        }
        let Some(kind) = kind else {
            return Ok(Err("a line must have `spec`, `final_report` or `type`; this one has none".into()));
        };
        // Events outside of samples grade none.
        let Some(sample_id) = sample_id else { return Ok(Ok(())) };
        let place = self.place(sample_id.0);
        match (&*kind, data) {
            ("error", _) => self.samples[place].1.is_error = true,
            (MATCH, Some(data)) => return Ok(self.grade(place, serde_json::from_str(data.get())?)),
            ("metrics", Some(data)) => {
                let Value::Table(values) = serde_json::from_str(data.get())? else {
                    return Ok(Err("data of a metrics event must be an object".into()));
                };
                self.values(place, values);
            }
            (MATCH | "metrics", None) => return Ok(Err(format!("data of a {kind} event is required"))),
            _ => {}
        }
        Ok(Ok(()))
    }

    /// Where the sample is.
    fn place(&mut self, id: String) -> usize {
        let Self { places, samples, .. } = self;
        *places.entry(fingerprint(id.as_bytes())).or_insert_with(|| {
            samples.push((id, Sample::default()));
            samples.len() - 1
        })
    }

    fn grade(&mut self, place: usize, event: Match) -> Result<(), String> {
        let sample = &mut self.samples[place].1;
        let Judgement::Run { correct, .. } = self.judge.judge(&event.correct)? else { return Ok(()) };
        self.matches += 1;
        self.correct += u64::from(correct);
        sample.matches += 1;
        sample.correct += u32::from(correct);
        sample.answer = match event.picked {
            // The answers to several questions are none to the sample.
            _ if sample.matches > 1 => None,
            Some(Picked::One(picked)) => Some(Answer::compared(&picked, self.comparison)),
            Some(Picked::Several(picked)) => Some(Answer::compared(&picked.join("\n"), self.comparison)),
            Some(Picked::Other(_)) => None,
            // Nothing in what was sampled is an answer. Evals that do not say what was picked write null as well.
            None => (!correct && event.sampled.is_some()).then_some(Answer::Silent),
        };
        Ok(())
    }

    fn values(&mut self, place: usize, values: BTreeMap<String, Value>) {
        let sample = &mut self.samples[place].1;
        for (name, value) in values {
            let number = match value {
                Value::Number(number) if !number.is_nan() => Some(number),
                Value::Flag(flag) => Some(f64::from(u8::from(flag))),
                _ => None,
            };
            if let (Some(&grade), Some(number)) = (GRADES.iter().find(|grade| **grade == name), number) {
                self.means.entry(grade).or_default().add(number);
            }
            if name == "choice" && matches!(&value, Value::Text(choice) if choice == INVALID) {
                sample.is_invalid = true;
            }
            if !self.metrics.contains(&name) && self.metrics.len() < MAX_NAMES {
                self.metrics.insert(name.clone());
            }
            let counts = match self.wanted {
                Some(wanted) => wanted == name,
                None => GRADES.contains(&name.as_str()),
            };
            if counts {
                let before = sample.value.replace(value);
                self.replaced += u64::from(before.is_some() && before != sample.value);
            }
        }
    }

    /// What grades the samples: its name.
    fn graded_by(&self) -> Result<String, String> {
        let grades = || self.metrics.iter().filter(|name| GRADES.contains(&name.as_str()));
        let names = |of: &mut dyn Iterator<Item = &String>| list(of.map(String::as_str));
        match (self.wanted, grades().count()) {
            (Some(MATCH), _) | (None, _) if self.matches > 0 => Ok(MATCH.into()),
            (Some(wanted), _) if self.metrics.contains(wanted) => Ok(wanted.into()),
            (None, 1) => Ok(grades().next().cloned().unwrap_or_default()),
            (None, 0) if self.metrics.is_empty() => {
                Err("no sample is graded: there are no match and no metrics events".into())
            }
            (None, 0) => Err(format!(
                "no sample has a match, and none of its metrics is a grade by its name; there are {}: choose one with \
                 --score",
                names(&mut self.metrics.iter())
            )),
            (None, _) => {
                Err(format!("there are several scores, {}: choose one with --score", names(&mut grades())))
            }
            (Some(wanted), _) => {
                let matches = (self.matches > 0).then(|| MATCH.to_owned());
                let there = names(&mut matches.iter().chain(&self.metrics));
                Err(format!("no score is called {}; there are {there}", quoted(wanted)))
            }
        }
    }

    /// Gives all samples to the collector.
    fn pass_on(mut self, collector: &mut Collector) -> Result<(), String> {
        let spec =
            self.spec.take().ok_or("a line with `spec` is required, which names the eval; there is none")?;
        let agent = spec.agent();
        collector.named_after(NamedAfter::label_without(&[]));
        collector.offers(Asked::Score, (self.matches > 0).then_some(MATCH));
        collector.offers(Asked::Score, &self.metrics);
        collector.offers(Asked::Cluster, ["eval"]);
        let failed = |sample: &Sample| sample.is_error && sample.matches == 0 && sample.value.is_none();
        let by = match self.samples.iter().all(|(_, sample)| failed(sample)) {
            true => MATCH.into(),
            false => self.graded_by()?,
        };
        let is_match = by == MATCH && self.matches > 0;
        self.judge.named(&by);
        let mut several = 0_u64;
        for (id, sample) in &self.samples {
            let task = format!("{}/{id}", spec.eval_name);
            let run = RunResult {
                task: &task,
                agent: agent.as_deref(),
                trial: Some(spec.run_id.as_ref().map_or("", |run| run.0.as_str())),
                cluster: Some(&spec.eval_name),
                ..RunResult::default()
            };
            let (correct, answer) = match &sample.value {
                _ if is_match && sample.matches > 0 => {
                    several += u64::from(sample.matches > 1);
                    (sample.correct == sample.matches, sample.answer)
                }
                Some(_) if !is_match && sample.is_invalid => {
                    collector.error(run, "the grader's choice was invalid")?;
                    continue;
                }
                Some(value) if !is_match => {
                    let of_sample = |problem| format!("sample {}, {}: {problem}", quoted(id), quoted(&by));
                    match self.judge.judge(value).map_err(of_sample)? {
                        Judgement::Run { correct, .. } => (correct, None),
                        Judgement::Unscored => {
                            collector.leave_out("unscored");
                            continue;
                        }
                    }
                }
                _ if sample.is_error => {
                    collector.error(run, "error")?;
                    continue;
                }
                _ => {
                    collector.leave_out("not graded");
                    continue;
                }
            };
            collector.run(RunResult { correct, answer, ..run })?;
        }
        if several > 0 {
            let samples = if several == 1 { "1 sample has" } else { &format!("{several} samples have") };
            collector
                .note(format!("{samples} several matches: a sample is correct if all of its matches are"));
        }
        if self.replaced > 0 && !is_match {
            let values = match self.replaced {
                1 => format!("1 value of {} was", quoted(&by)),
                several => format!("{several} values of {} were", quoted(&by)),
            };
            collector.note(format!("{values} replaced by a later one of its sample"));
        }
        self.reconcile(collector);
        self.judge.notes().into_iter().for_each(|note| collector.note(note));
        Ok(())
    }

    /// Notes where the final report differs from the events.
    fn reconcile(&self, collector: &mut Collector) {
        let Some(report) = &self.final_report else {
            collector.note(
                "there is no final report: the evaluation was not finished; what it had until then counts",
            );
            return;
        };
        let Value::Table(report) = report else { return };
        let ones = self.correct as f64;
        let matches = Mean { sum: ones, absolute: ones, count: self.matches };
        for name in ["accuracy", "score"] {
            let Some(Value::Number(stated)) = report.get(name) else { continue };
            let of_matches = Some(&matches).filter(|_| name == "accuracy");
            let Some(mean) = self.means.get(name).or(of_matches).filter(|mean| mean.count > 0) else {
                continue;
            };
            let count = mean.count as f64;
            let found = mean.sum / count;
            if !stated.is_nan()
                && !totals::may_be_rounding(stated - found, mean.count, 1, mean.absolute / count)
            {
                collector.note(format!("the log states {name} {stated}, its events give {found}"));
            }
        }
    }
}
