//! `per_instance_stats.json` of HELM: statistics of each instance, in one list element for each metric class.
//!
//! Elements of the same instance and trial are merged, as the tool does. A trial is a draw of training examples. Copies
//! of an instance that were perturbed are left out. The run's folder names the scenario and the model:
//! `mmlu:subject=anatomy,method=multiple_choice_joint,model=openai_gpt-4`.
//!
//! | version | elements |
//! |---|---|
//! | November 2022 on | `instance_id`, `train_trial_index`, `perturbation` of copies, `stats` |

use super::input::Input;
use super::judge::{Judge, Judgement};
use super::sketch::{Sketch, Start};
use super::value::{Name, Value};
use super::{json, names};
use crate::collector::{Asked, Collector, fingerprint};
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use crate::report::RunResult;
use crate::source::{NamedAfter, Origin};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap};

pub(crate) const FORMAT: Format = Format {
    name: "HELM",
    files: "per_instance_stats.json",
    is: |start| {
        start.rows().first().is_some_and(|row| {
            row.has(&["instance_id", "train_trial_index"])
                && matches!(row.get("stats"), Some(Sketch::List(_)))
        })
    },
    read,
};

/// Why files of the tool that lie beside the log are none.
pub(super) fn no_log(start: &Start<'_>) -> Option<&'static str> {
    let row = start.document()?.first()?;
    let is_total =
        row.get("name").is_some_and(|name| name.get("name").is_some()) && row.has(&["count", "sum"]);
    let is_display = row.has(&["instance_id", "train_trial_index", "predicted_text"]);
    (is_total || is_display)
        .then_some("kofn does not read this HELM file; give the per_instance_stats.json next to it")
}

/// Names of statistics that are grades, with more being better.
const GRADES: &[&str] = &[
    "exact_match",
    "quasi_exact_match",
    "prefix_exact_match",
    "quasi_prefix_exact_match",
    "quasi_leave_articles_exact_match",
    "exact_match_indicator",
    "final_number_exact_match",
    "exact_set_match",
    "iou_set_match",
    "f1_set_match",
    "f1_score",
    "math_equiv",
    "math_equiv_chain_of_thought",
    "pass",
    "code_eval_acc",
    "test_avg",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "bleu_1",
    "bleu_4",
    "RR@10",
    "NDCG@10",
    "chain_of_thought_correctness",
    "ifeval_strict_accuracy",
    "omni_math_accuracy",
    "wildbench_score_rescaled",
    "cleva_math_result_match",
];

/// Names of statistics that say nothing about whether an answer is right, and beginnings of such names.
const NO_GRADES: &[&str] = &[
    "batch_size",
    "bits_per_byte",
    "expected_max_toxicity",
    "logprob",
    "logprob_per_byte",
    "max_prob",
    "max_toxicity_probability",
    "non_toxic_frac",
    "perplexity",
    "predicted_index",
    "prompt_truncated",
    "toxic_frac",
];
const NO_GRADES_START: &[&str] = &[
    "bias_metric",
    "ece_",
    "estimated_",
    "finish_reason_",
    "inference_",
    "num_",
    "platt_",
    "selective_",
    "training_",
];

/// Time that the model took, in seconds.
const RUNTIME: &str = "inference_runtime";

fn is_grade(name: &str) -> bool {
    GRADES.contains(&name) || name.starts_with("chinese_")
}

fn is_no_grade(name: &str) -> bool {
    NO_GRADES.contains(&name) || NO_GRADES_START.iter().any(|start| name.starts_with(start))
}

/// Whether it is the best of several answers, as in exact_match@5; it stands beside the one of the first answer.
fn is_best_of_several(name: &str) -> bool {
    let number = name.rsplit_once('@').map(|(_, number)| number);
    !GRADES.contains(&name)
        && number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[derive(Deserialize)]
struct Element {
    instance_id: Name,
    #[serde(default)]
    train_trial_index: Option<Name>,
    #[serde(default)]
    perturbation: Option<Box<RawValue>>,
    stats: Vec<Stat>,
}

#[derive(Deserialize)]
struct Stat {
    name: StatName,
    #[serde(default)]
    count: Option<u64>,
    #[serde(default)]
    sum: Option<Value>,
    #[serde(default)]
    mean: Option<Value>,
}

#[derive(Deserialize)]
struct StatName {
    name: String,
    #[serde(default)]
    split: Option<String>,
    #[serde(default)]
    perturbation: Option<IgnoredAny>,
}

impl Stat {
    /// The mean; nothing where there are no values.
    fn value(&self) -> Value {
        match (&self.mean, &self.sum, self.count) {
            (Some(mean), ..) => mean.clone(),
            (None, Some(Value::Number(sum)), Some(count)) if count > 0 => Value::Number(sum / count as f64),
            _ => Value::Nothing,
        }
    }
}

/// Maximum number of names that are kept, to say which there are.
const MAX_NAMES: usize = 100;

/// Which statistic counts.
struct Choice<'a> {
    wanted: Option<&'a str>,
    /// Those that may be meant, where none is asked for.
    names: BTreeSet<String>,
}

impl Choice<'_> {
    /// Takes note of a statistic that is there.
    fn sees(&mut self, name: &str, collector: &mut Collector) {
        if is_no_grade(name) && self.wanted != Some(name) {
            return;
        }
        collector.offers(Asked::Score, [name]);
        if !is_best_of_several(name) && !self.names.contains(name) && self.names.len() < MAX_NAMES {
            self.names.insert(name.to_owned());
        }
    }

    /// The statistic that counts: the one that is asked for, else the only one so far.
    fn counts(&self) -> Option<&str> {
        match (self.wanted, self.names.len()) {
            (Some(wanted), _) => Some(wanted),
            (None, 1) => self.names.first().map(String::as_str),
            (None, _) => None,
        }
    }

    /// # Errors
    /// It is not clear which statistic counts.
    fn check(&self) -> Result<(), String> {
        if self.wanted.is_some() {
            return Ok(());
        }
        let names = || list(&self.names);
        match self.names.len() {
            0 => Err("no statistic of these instances is a score, such as exact_match".into()),
            1 if self.names.iter().all(|name| is_grade(name)) => Ok(()),
            1 => Err(format!("is {} the score? then say so with --score {}", names(), names())),
            _ => Err(format!("there are several scores, {}: choose one with --score", names())),
        }
    }
}

/// What is known of an instance, a trial and a perturbation.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    Perturbed,
    /// It has no score yet.
    Waiting,
    Scored(f64),
}

/// Reads the elements.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, options } = input;
    let scenario = name_agent(origin, collector);
    let mut reader = Reader::new(scenario, options);
    json::rows_or_list(text, origin, start, |element: Element| reader.element(&element, collector))?;
    reader.finish(collector).map_err(|problem| origin.wrong_as_a_whole(problem))
}

struct Reader<'a> {
    scenario: Option<String>,
    choice: Choice<'a>,
    judge: Judge,
    known: HashMap<u128, Known>,
    splits: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn new(scenario: Option<String>, options: &'a ReadOptions) -> Self {
        Self {
            scenario,
            choice: Choice { wanted: options.score.as_deref(), names: BTreeSet::new() },
            judge: Judge::new(options.pass_at),
            known: HashMap::new(),
            splits: BTreeSet::new(),
        }
    }

    fn element(&mut self, element: &Element, collector: &mut Collector) -> Result<(), String> {
        let Element { instance_id, train_trial_index, perturbation, stats } = element;
        let trial = train_trial_index.as_ref().map_or("0", |trial| trial.0.as_str());
        let copy = perturbation.as_ref().map_or("", |perturbation| perturbation.get());
        let key = fingerprint(format!("{}\0{trial}\0{copy}", instance_id.0).as_bytes());
        if perturbation.is_some() {
            self.known.insert(key, Known::Perturbed);
            return Ok(());
        }
        let before = *self.known.entry(key).or_insert(Known::Waiting);
        let plain = || stats.iter().filter(|stat| stat.name.perturbation.is_none());
        for stat in plain() {
            self.choice.sees(&stat.name.name, collector);
        }
        let Some(name) = self.choice.counts() else { return Ok(()) };
        let Some(stat) = plain().find(|stat| stat.name.name == name) else { return Ok(()) };
        self.judge.named(name);
        let of_instance =
            |problem| format!("instance {}, {}: {problem}", quoted(&instance_id.0), quoted(name));
        let judged = self.judge.judge(&stat.value()).map_err(of_instance)?;
        let Judgement::Run { correct, score } = judged else { return Ok(()) };
        if let Known::Scored(other) = before {
            let problem = || format!("trial {} has two values, {other} and {score}", quoted(trial));
            return if other == score { Ok(()) } else { Err(of_instance(problem())) };
        }
        self.known.insert(key, Known::Scored(score));
        if let Some(split) = &stat.name.split
            && !self.splits.contains(split)
            && self.splits.len() < MAX_NAMES
        {
            self.splits.insert(split.clone());
        }
        let task = match &self.scenario {
            Some(scenario) => format!("{scenario}/{}", instance_id.0),
            None => instance_id.0.clone(),
        };
        let runtime = plain().find(|stat| stat.name.name == RUNTIME).map(Stat::value);
        collector.run(RunResult {
            task: &task,
            trial: Some(trial),
            correct,
            cluster: self.scenario.as_deref(),
            latency_ms: match runtime {
                Some(Value::Number(seconds)) => Some(1000.0 * seconds),
                _ => None,
            },
            ..RunResult::default()
        })
    }

    fn finish(self, collector: &mut Collector) -> Result<(), String> {
        let Self { choice, judge, known, splits, scenario } = self;
        choice.check()?;
        if scenario.is_some() {
            collector.offers(Asked::Cluster, ["scenario"]);
        }
        let without_score = format!("no {}", choice.counts().unwrap_or("score"));
        for known in known.into_values() {
            match known {
                Known::Perturbed => collector.leave_out("perturbed copy"),
                Known::Waiting => collector.leave_out(&without_score),
                Known::Scored(_) => {}
            }
        }
        if splits.len() > 1 {
            collector
                .note(format!("the instances are of several splits, {}; all of them count", list(splits)));
        }
        judge.notes().into_iter().for_each(|note| collector.note(note));
        Ok(())
    }
}

/// What a run's name may say behind the model that is not about the instances: how it was asked.
const HOW: &[&str] = &[
    "data_augmentation",
    "global_prefix",
    "max_train_instances",
    "model_deployment",
    "num_outputs",
    "num_prompt_tokens",
    "num_train_trials",
    "stop",
];

/// The scenario and the model in a run's name.
fn scenario_and_model(run: &str) -> Option<(String, &str)> {
    let parts = || run.split_inclusive([',', ':']).map(|part| part.trim_end_matches([',', ':']));
    let model = parts().find_map(|part| part.strip_prefix("model=")).filter(|model| !model.is_empty())?;
    let (name, arguments) = run.split_once([':', ',']).unwrap_or((run, ""));
    let mut is_behind_model = false;
    let kept = arguments.split(',').filter(|argument| {
        let key = argument.split_once('=').map_or(*argument, |(key, _)| key);
        is_behind_model |= key == "model";
        key != "model" && !argument.is_empty() && !(is_behind_model && HOW.contains(&key))
    });
    let kept = kept.collect::<Vec<_>>().join(",");
    let scenario = if kept.is_empty() { name.to_owned() } else { format!("{name}:{kept}") };
    Some((scenario, model))
}

/// Names the agent, and returns the scenario where the folder says it.
fn name_agent(origin: &Origin, collector: &mut Collector) -> Option<String> {
    let folder = origin.folder();
    let Some((scenario, model)) = folder.and_then(scenario_and_model) else {
        match folder {
            Some(folder) => collector.made_by(folder),
            None => collector.named_after(NamedAfter::label_without(&[])),
        }
        return None;
    };
    names::made_by_in_part(collector, model, &scenario);
    Some(scenario)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_s_name_has_the_scenario_and_the_model() {
        for (run, expected) in [
            ("mmlu:subject=law,method=joint,model=a_b", Some(("mmlu:subject=law,method=joint", "a_b"))),
            ("boolq:model=ada,data_augmentation=canonical", Some(("boolq", "ada"))),
            ("custom_mcqa,path=x.jsonl,model=ada", Some(("custom_mcqa:path=x.jsonl", "ada"))),
            ("math:model=ada,subject=algebra,stop=none", Some(("math:subject=algebra", "ada"))),
            ("boolq", None),
            ("boolq:model=", None),
            ("", None),
        ] {
            let found = scenario_and_model(run);
            assert_eq!(
                found.as_ref().map(|(scenario, model)| (scenario.as_str(), *model)),
                expected,
                "{run}"
            );
        }
    }

    #[test]
    fn the_best_of_several_is_told_from_a_name_with_a_number() {
        assert!(is_best_of_several("exact_match@5"));
        assert!(
            !is_best_of_several("RR@10") && !is_best_of_several("exact_match") && !is_best_of_several("a@")
        );
    }
}
