//! Test runs of DeepEval: test cases with metrics.
//!
//! | file | where test cases are |
//! |---|---|
//! | `.latest_test_run.json`, since June 2025 | `testRunData.testCases` and `.conversationalTestCases` |
//! | the same after an upload to Confident AI | nowhere: it has a link alone |
//! | `.latest_run_full.json`, `test_run_TIME.json`, `.temp_test_run_data.json` | the same without `testRunData` |
//! | of 2024 | `metricsMetadata` instead of `metricsData`, messages of conversations are test cases themselves |
//! | of 2023 | `minimumScore` instead of `threshold`, no totals |
//!
//! `success` of a test case decides: all metrics passed, but for flaky ones. An error of a metric is one of the
//! harness, though the tool counts the test case as failed; where another metric failed, so did the test case. A test
//! case without metrics is passed by the tool's rule: it is not graded. With `--score` one metric decides.
//!
//! The agent is the hyperparameter `model` or `llm`. `evaluationModel` and `evaluationCost` are the judge's, and
//! `runDuration` is how long it judged. `tokenCost` and `completionTime`, which users supply, are taken to be in
//! dollars and seconds.

use super::input::Input;
use super::json::{self, Each, Fields, Object};
use super::judge::{Judge, Judgement};
use super::sketch::Sketch;
use super::totals;
use super::value::{AnswerText, Value};
use crate::collector::{Asked, Collector, fingerprint};
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use crate::report::{Answer, RunResult};
use crate::source::NamedAfter;
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess};
use std::collections::{BTreeSet, HashMap};

pub(crate) const FORMAT: Format = Format {
    name: "DeepEval",
    files: ".latest_test_run.json and other test runs, since 2023",
    is: |start| {
        let has_any = |value: &Sketch, keys: &[&str]| keys.iter().any(|key| value.get(key).is_some());
        let has_cases = |run: &Sketch| has_any(run, &["testCases", "conversationalTestCases"]);
        let is_case = |case: &Sketch| has_any(case, &["metricsData", "metricsMetadata"]);
        let is_run = |run: &Sketch| {
            has_any(run, &["metricsScores", "metricScores", "conversationalTestCases"])
                || run.get("testCases").and_then(Sketch::first).is_some_and(is_case)
        };
        start.document().is_some_and(|log| {
            log.get("testRunLink").is_some()
                || log.get("testRunData").is_some_and(has_cases)
                || has_cases(log) && is_run(log)
        })
    },
    read,
};

/// Reads the test run.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, options, .. } = input;
    let mut run = TestRun {
        options,
        judge: Judge::new(options.pass_at),
        cases: Vec::new(),
        metrics: BTreeSet::new(),
        model: None,
        passed: None,
        failed: None,
        has_link: false,
    };
    json::document(text, origin, Object(&mut File(&mut run)))?;
    if run.cases.is_empty() {
        return Err(origin.wrong_as_a_whole(match run.has_link {
            true => {
                "this file has only a link to Confident AI, where the results are: give .latest_run_full.json, or the \
                 file of a test run that was not uploaded"
            }
            false => "testCases must have a test case; this test run of DeepEval has none",
        }));
    }
    match &run.model {
        Some(model) => collector.made_by(model),
        None => {
            collector.named_after(NamedAfter::LabelOfHiddenFile);
            collector.note("no hyperparameter `model` or `llm` names the agent: it is named after the file");
        }
    }
    run.pass_on(collector).map_err(|problem| origin.wrong_as_a_whole(problem))
}

/// The file: a test run, or an object with one.
struct File<'a, 'b>(&'a mut TestRun<'b>);

impl Fields for File<'_, '_> {
    const WHAT: &'static str = "a test run of DeepEval: an object with `testRunData` or `testCases`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "testRunData" => map.next_value_seed(Object(&mut *self.0)),
            "testRunLink" => {
                self.0.has_link = true;
                map.next_value::<IgnoredAny>().map(drop)
            }
            other => self.0.field(other, map),
        }
    }
}

/// All test cases, reduced to what counts: the agent's name stands behind them.
struct TestRun<'a> {
    options: &'a ReadOptions,
    judge: Judge,
    cases: Vec<JudgedCase>,
    /// Names of metrics.
    metrics: BTreeSet<String>,
    model: Option<String>,
    /// What the file states.
    passed: Option<u64>,
    failed: Option<u64>,
    has_link: bool,
}

struct JudgedCase {
    is_conversation: bool,
    order: u64,
    name: Box<str>,
    /// What the test case asks.
    content: u128,
    end: End,
    /// As the file states it.
    success: Option<bool>,
    answer: Option<Answer>,
    cost: Option<f64>,
    latency_ms: Option<f64>,
}

#[derive(Clone, Copy)]
enum End {
    Graded(bool),
    MetricError,
    LeftOut(&'static str),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    order: Option<u64>,
    #[serde(default)]
    input: Option<Text>,
    #[serde(default)]
    scenario: Option<Text>,
    #[serde(default)]
    actual_output: Option<AnswerText>,
    #[serde(default)]
    success: Option<bool>,
    #[serde(default)]
    metrics_data: Option<Vec<Metric>>,
    /// Before August 2024.
    #[serde(default)]
    metrics_metadata: Option<Vec<Metric>>,
    #[serde(default)]
    token_cost: Option<Value>,
    /// In seconds.
    #[serde(default)]
    completion_time: Option<Value>,
    #[serde(default)]
    turns: Option<Vec<Turn>>,
    /// Messages of a conversation, in 2024.
    #[serde(default)]
    test_cases: Option<Vec<Case>>,
    #[serde(default)]
    messages: Option<Vec<Case>>,
}

/// The fingerprint of a text; of anything else it is that of no text.
#[derive(Clone, Copy)]
struct Text(u128);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match AnswerText::deserialize(from)?.0.map(|text| Answer::of(&text)) {
            Some(Answer::Given(content)) => Self(content),
            Some(Answer::Silent) | None => Self(0),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    #[serde(default)]
    name: Option<String>,
    /// Its name in early versions.
    #[serde(default)]
    metric: Option<String>,
    #[serde(default)]
    success: Option<bool>,
    #[serde(default)]
    score: Option<Value>,
    #[serde(default)]
    threshold: Option<Value>,
    /// The threshold in early versions.
    #[serde(default)]
    minimum_score: Option<Value>,
    #[serde(default)]
    error: Option<IgnoredAny>,
    #[serde(default)]
    flaky: Option<bool>,
}

#[derive(Deserialize)]
struct Turn {
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    content: Option<AnswerText>,
}

impl Metric {
    fn name(&self) -> &str {
        self.name.as_deref().or(self.metric.as_deref()).unwrap_or_default()
    }

    /// Whether it passed, as stated, else by its threshold; nothing where neither says so.
    fn passed(&self) -> Option<bool> {
        let by_score = || match (&self.score, &self.minimum_score) {
            (Some(Value::Number(score)), Some(Value::Number(least))) => Some(score >= least),
            _ => None,
        };
        self.success.or_else(by_score)
    }

    /// Whether its score and its threshold show that less is better.
    fn less_is_better(&self) -> bool {
        match (&self.score, &self.threshold, self.success) {
            (Some(Value::Number(score)), Some(Value::Number(threshold)), Some(success)) => {
                success && score < threshold || !success && score > threshold
            }
            _ => false,
        }
    }
}

impl Fields for TestRun<'_> {
    const WHAT: &'static str = "a test run of DeepEval: an object with `testCases`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "testCases" => return map.next_value_seed(Each::new(|case| self.case(case, false))),
            "conversationalTestCases" => return map.next_value_seed(Each::new(|case| self.case(case, true))),
            "hyperparameters" | "configurations" => {
                if let Value::Table(table) = map.next_value()? {
                    let model = ["model", "llm"].iter().find_map(|wanted| {
                        let named = table.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted));
                        named.map(|(_, value)| value)
                    });
                    self.named(model);
                }
            }
            "model" => {
                let model: Value = map.next_value()?;
                self.named(Some(&model));
            }
            "testPassed" => self.passed = map.next_value()?,
            "testFailed" => self.failed = map.next_value()?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

/// Maximum number of names of metrics that are kept.
const MAX_METRICS: usize = 100;

impl TestRun<'_> {
    fn named(&mut self, model: Option<&Value>) {
        if let (None, Some(Value::Text(model))) = (&self.model, model)
            && !model.trim().is_empty()
        {
            self.model = Some(model.clone());
        }
    }

    fn case(&mut self, mut case: Case, is_conversation: bool) -> Result<(), String> {
        let place = self.cases.len() as u64;
        let order = case.order.unwrap_or(place);
        let name = case.name.take().unwrap_or_else(|| match is_conversation {
            true => format!("conversational_test_case_{order}"),
            false => format!("test_case_{order}"),
        });
        let mut metrics = case.metrics();
        let messages: Vec<Case> =
            case.test_cases.take().into_iter().chain(case.messages.take()).flatten().collect();
        let of = |text: Option<AnswerText>| {
            text.and_then(|text| text.0).map(|text| Answer::compared(&text, self.options.answers))
        };
        let mut answer = of(case.actual_output);
        let turns = case.turns.iter().flatten().filter(|turn| turn.role.as_deref() == Some("assistant"));
        answer = turns.filter_map(|turn| of(turn.content.clone())).next_back().or(answer);
        let mut content = case.input.or(case.scenario);
        for mut message in messages {
            metrics.extend(message.metrics());
            answer = of(message.actual_output).or(answer);
            content = content.or(message.input);
        }
        let end = self.end(case.success, &metrics);
        let end = end.map_err(|problem| format!("test case {}: {problem}", quoted(&name)))?;
        self.cases.push(JudgedCase {
            is_conversation,
            order,
            name: name.into(),
            content: content.map_or(0, |text| text.0),
            end,
            success: case.success,
            answer,
            cost: case.token_cost.and_then(|cost| cost.amount()),
            latency_ms: case
                .completion_time
                .and_then(|seconds| seconds.amount())
                .map(|seconds| 1000.0 * seconds),
        });
        Ok(())
    }

    /// What a test case came to.
    fn end(&mut self, success: Option<bool>, metrics: &[Metric]) -> Result<End, String> {
        for metric in metrics {
            if self.metrics.len() < MAX_METRICS && !self.metrics.contains(metric.name()) {
                self.metrics.insert(metric.name().to_owned());
            }
        }
        if self.options.score.is_some() || self.options.pass_at.is_some() {
            return self.end_of_one(metrics);
        }
        let mut counting = metrics.iter().filter(|metric| metric.flaky != Some(true)).peekable();
        if counting.peek().is_none() {
            return Ok(End::LeftOut("no metrics"));
        }
        let (errors, others): (Vec<_>, Vec<_>) = counting.partition(|metric| metric.error.is_some());
        let one_failed = others.iter().any(|metric| metric.passed() == Some(false));
        Ok(match success {
            Some(false) if !errors.is_empty() && !one_failed => End::MetricError,
            Some(success) => End::Graded(success),
            None if !errors.is_empty() => End::MetricError,
            None => End::LeftOut("no threshold"),
        })
    }

    /// What the one metric came to that was asked for.
    fn end_of_one(&mut self, metrics: &[Metric]) -> Result<End, String> {
        let metric = match (&self.options.score, metrics) {
            (Some(wanted), _) => metrics.iter().find(|metric| metric.name() == wanted),
            (None, [] | [_]) => metrics.first(),
            (None, _) => {
                let names = list(metrics.iter().map(Metric::name));
                return Err(format!("there are several metrics, {names}: choose one with --score"));
            }
        };
        let Some(metric) = metric else { return Ok(End::LeftOut("no such metric")) };
        if metric.error.is_some() {
            return Ok(End::MetricError);
        }
        if self.options.pass_at.is_none() {
            return Ok(metric.passed().map_or(End::LeftOut("no threshold"), End::Graded));
        }
        self.judge.named(metric.name());
        if metric.less_is_better() {
            self.judge.less_is_better(metric.name());
        }
        Ok(match self.judge.judge(metric.score.as_ref().unwrap_or(&Value::Nothing))? {
            Judgement::Run { correct, .. } => End::Graded(correct),
            Judgement::Unscored => End::LeftOut("no score"),
        })
    }

    fn pass_on(self, collector: &mut Collector) -> Result<(), String> {
        let Self { judge, mut cases, metrics, passed, failed, .. } = self;
        collector.offers(Asked::Score, metrics);
        cases.sort_by_key(|case| (case.is_conversation, case.order));
        let mut of_name: HashMap<&str, (u64, u64)> = HashMap::new();
        for case in &cases {
            of_name.entry(&*case.name).or_default().0 += 1;
        }
        let shared: u64 = of_name.values().map(|(all, _)| *all).filter(|all| *all > 1).sum();
        let (mut successes, mut failures, mut others) = (0, 0, 0_u64);
        for case in &cases {
            successes += u64::from(case.success == Some(true));
            failures += u64::from(case.success == Some(false));
            let mut task = case.name.to_string();
            if let Some((all, taken)) = of_name.get_mut(&*case.name)
                && *all > 1
            {
                *taken += 1;
                task = format!("{task} #{taken}");
            }
            // Test cases are called by their numbers where nobody named them.
            if collector.check_content(&task, &format!("{:032x}", case.content)).is_err() {
                others += 1;
                task = format!("{task} ({:08x})", fingerprint(&case.content.to_le_bytes()) as u32);
            }
            let run = RunResult {
                task: &task,
                trial: Some(""),
                answer: case.answer,
                cost: case.cost,
                latency_ms: case.latency_ms,
                ..RunResult::default()
            };
            match case.end {
                End::Graded(correct) => collector.run(RunResult { correct, ..run })?,
                End::MetricError => collector.error(run, "error of a metric")?,
                End::LeftOut(reason) => collector.leave_out(reason),
            }
        }
        if shared > 0 {
            collector
                .note(format!("{shared} test cases share their names: they are told apart by their order"));
        }
        if others > 0 {
            let cases =
                if others == 1 { "1 test case has".into() } else { format!("{others} test cases have") };
            collector.note(format!(
                "{cases} another input than those of the same names in other logs: these are other tasks"
            ));
        }
        judge.notes().into_iter().for_each(|note| collector.note(note));
        totals::reconcile(collector, "test cases passed", passed, successes);
        totals::reconcile(collector, "test cases failed", failed, failures);
        Ok(())
    }
}

impl Case {
    /// Takes its metrics.
    fn metrics(&mut self) -> Vec<Metric> {
        self.metrics_data.take().into_iter().chain(self.metrics_metadata.take()).flatten().collect()
    }
}
