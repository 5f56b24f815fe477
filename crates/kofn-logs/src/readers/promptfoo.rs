//! Results of promptfoo: a row for each test, prompt and provider.
//!
//! A provider is an agent; with several prompts it is one for each of them. A test that is repeated gets a new number
//! each time, so tests are distinguished by their content: variables, assertions and description. A row whose reason of
//! failure is an error is left out.
//!
//! | version | where rows are |
//! |---|---|
//! | 3 | `results.results`, with `testIdx` and `promptIdx` |
//! | 2 | the same without them: variables are the test, the prompt's template tells prompts apart |
//! | 1 | the same at the top, if rows name their provider |
//! | `-o out.jsonl` | JSON lines; where a row was written again, the last one counts |

use super::input::Input;
use super::json::{self, Each, Fields, Object};
use super::sketch::Sketch;
use super::totals;
use crate::collector::{Collector, fingerprint};
use crate::error::LogError;
use crate::format::Format;
use crate::options::AnswerComparison;
use crate::quote::count;
use crate::report::{Answer, RunResult};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::{self, Write as _};

pub(crate) const FORMAT: Format = Format {
    name: "promptfoo",
    files: "results as JSON (versions 1 to 3) and as JSON lines",
    is: |start| {
        let is_row = |row: &Sketch| {
            row.get("success").is_some()
                && row.get("provider").is_some()
                && ["promptIdx", "testCase", "vars", "prompt"].iter().any(|key| row.get(key).is_some())
        };
        let in_results = |log: &Sketch| {
            let results = log.get("results");
            match results {
                Some(Sketch::List(_)) => {
                    log.has(&["stats"]) && results.and_then(Sketch::first).is_none_or(is_row)
                        || log.has(&["table"])
                }
                Some(results @ Sketch::Object(_)) => match results.get("results") {
                    Some(Sketch::List(rows)) => {
                        let says = |key: &&str| results.get(key).is_some();
                        ["stats", "version", "table"].iter().any(says) || rows.first().is_some_and(is_row)
                    }
                    _ => false,
                },
                _ => false,
            }
        };
        start.document().is_some_and(in_results)
            || start.first().is_some_and(|row| is_row(row) && row.get("promptIdx").is_some())
    },
    read,
};

/// `failureReason` of a row whose failure is not the agent's.
const ERROR: u64 = 2;

/// Reads the results.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, .. } = input;
    let mut results = AllRows { comparison: input.options.answers, ..AllRows::default() };
    if start.first().is_some_and(|row| row.get("results").is_none()) {
        // Some versions leave the end of line out between two batches.
        json::lines(text, origin, |line| {
            for row in serde_json::Deserializer::from_slice(line).into_iter::<Row>() {
                if let Err(problem) = results.row(row?) {
                    return Ok(Err(problem));
                }
            }
            Ok(Ok(()))
        })?;
    } else {
        json::whole_document(text, origin, Object(&mut File(&mut results)))?;
    }
    if results.rows.is_empty() {
        return Err(origin.wrong_as_a_whole("there are no rows in `results` of this log of promptfoo"));
    }
    results.pass_on(collector).map_err(|problem| origin.wrong_as_a_whole(problem))
}

/// The file: `results` is the object with rows and totals, or the rows.
struct File<'a>(&'a mut AllRows);

impl Fields for File<'_> {
    const WHAT: &'static str = "results of promptfoo: an object with `results`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "results" => map.next_value_seed(RowsOrInner(&mut *self.0)),
            "stats" => {
                self.0.stats = map.next_value()?;
                Ok(())
            }
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }
}

/// `results`: a list of rows, or an object with one.
struct RowsOrInner<'a>(&'a mut AllRows);

impl<'de> serde::de::DeserializeSeed<'de> for RowsOrInner<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowsOrInner<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of rows, or an object with `results` and `stats`")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        Each::new(|row| self.0.row(row)).visit_seq(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        Object(self.0).visit_map(map)
    }
}

/// All rows, reduced to what counts: an agent's name is known after the last one.
#[derive(Default)]
struct AllRows {
    rows: Vec<JudgedRow>,
    comparison: AnswerComparison,
    /// Where the row of this evaluation, test and prompt is.
    by_place: HashMap<(u128, u64, u64), usize>,
    /// Rows that another one replaced.
    replaced: u64,
    /// Number of failures without a reason.
    unexplained: u64,
    /// Providers, and the prompts of each in the order in which they appear.
    providers: HashMap<String, u32>,
    prompts: HashMap<u32, Vec<u128>>,
    /// The template of each.
    templates: HashMap<(u32, u128), u128>,
    /// The test with this number in its evaluation, and with this content.
    by_number: HashMap<(u128, u64), u32>,
    by_content: HashMap<String, u32>,
    tests: u32,
    stats: Stats,
}

struct JudgedRow {
    provider: u32,
    prompt: u128,
    test: u32,
    end: End,
    answer: Option<Answer>,
    cost: Option<f64>,
    latency_ms: Option<f64>,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Correct,
    Wrong,
    Error,
}

#[derive(Deserialize, Default)]
struct Stats {
    #[serde(default)]
    successes: Option<u64>,
    #[serde(default)]
    failures: Option<u64>,
    #[serde(default)]
    errors: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default)]
    eval_id: Option<String>,
    #[serde(default)]
    prompt_idx: Option<u64>,
    #[serde(default)]
    test_idx: Option<u64>,
    #[serde(default)]
    provider: Option<Provider>,
    #[serde(default)]
    prompt: Option<Prompt>,
    success: bool,
    #[serde(default)]
    failure_reason: Option<u64>,
    #[serde(default)]
    vars: Option<Box<RawValue>>,
    #[serde(default)]
    test_case: Option<TestCase>,
    #[serde(default)]
    response: Option<Response>,
    #[serde(default)]
    cost: Option<f64>,
    #[serde(default)]
    latency_ms: Option<f64>,
}

/// A provider by its name, or as an object with `id` and `label`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Provider {
    Name(String),
    Object {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        label: Option<String>,
    },
}

#[derive(Deserialize)]
struct Prompt {
    /// With the variables filled in.
    #[serde(default)]
    raw: Option<String>,
    /// The template, in version 3 and before.
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    display: Option<String>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    output: Option<Box<RawValue>>,
    #[serde(default)]
    cost: Option<f64>,
}

#[derive(Deserialize)]
struct TestCase {
    #[serde(default)]
    vars: Option<Box<RawValue>>,
    #[serde(default, rename = "assert")]
    assertions: Option<Box<RawValue>>,
    #[serde(default)]
    description: Option<Box<RawValue>>,
}

impl Fields for AllRows {
    const WHAT: &'static str = "the inner `results` of promptfoo: an object with `results` and `stats`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "results" => return map.next_value_seed(Each::new(|row| self.row(row))),
            "stats" => self.stats = map.next_value()?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl AllRows {
    fn row(&mut self, row: Row) -> Result<(), String> {
        let name = match &row.provider {
            Some(Provider::Name(name)) => Some(name),
            Some(Provider::Object { id, label }) => {
                label.as_ref().filter(|label| !label.is_empty()).or(id.as_ref())
            }
            None => None,
        };
        let name = name
            .ok_or("provider.id is required: rows of promptfoo that do not name their provider are not read")?
            .clone();
        let end = match (row.success, row.failure_reason) {
            (true, _) => End::Correct,
            (false, Some(ERROR)) => End::Error,
            (false, reason) => {
                self.unexplained += u64::from(reason.is_none());
                End::Wrong
            }
        };
        let free = u32::try_from(self.providers.len()).map_err(|_| "there are more than 2³² providers")?;
        let provider = *self.providers.entry(name).or_insert(free);
        let prompt = row.prompt_idx.map_or_else(|| row.template(), u128::from);
        let prompts = self.prompts.entry(provider).or_default();
        if !prompts.contains(&prompt) {
            prompts.push(prompt);
            self.templates.insert((provider, prompt), row.template());
        }
        let evaluation = fingerprint(row.eval_id.as_deref().unwrap_or_default().as_bytes());
        let test = self.test(evaluation, &row);
        let known_cost = row.response.as_ref().and_then(|response| response.cost);
        let judged = JudgedRow {
            provider,
            prompt,
            test,
            end,
            answer: row.answer(self.comparison),
            // Zero stands for what is not known.
            cost: known_cost.or(row.cost.filter(|cost| *cost > 0.0)),
            latency_ms: row.latency_ms.filter(|latency_ms| *latency_ms > 0.0),
        };
        if let (Some(test), Some(prompt)) = (row.test_idx, row.prompt_idx) {
            if let Some(&place) = self.by_place.get(&(evaluation, test, prompt)) {
                self.replaced += 1;
                self.rows[place] = judged;
                return Ok(());
            }
            self.by_place.insert((evaluation, test, prompt), self.rows.len());
        }
        self.rows.push(judged);
        Ok(())
    }

    /// The test of this row: the one with its number, else the one with its content, else a new one.
    fn test(&mut self, evaluation: u128, row: &Row) -> u32 {
        if let Some(&known) = row.test_idx.and_then(|number| self.by_number.get(&(evaluation, number))) {
            return known;
        }
        let content = row.content().unwrap_or_else(|| match (row.test_idx, &row.prompt) {
            (Some(number), _) => format!("test {number}"),
            (None, prompt) => {
                let raw = prompt.as_ref().and_then(|prompt| prompt.raw.as_deref()).unwrap_or_default();
                format!("test {:032x}", fingerprint(raw.as_bytes()))
            }
        });
        let tests = &mut self.tests;
        let test = *self.by_content.entry(content).or_insert_with(|| {
            *tests += 1;
            *tests - 1
        });
        if let Some(number) = row.test_idx {
            self.by_number.insert((evaluation, number), test);
        }
        test
    }

    fn pass_on(self, collector: &mut Collector) -> Result<(), String> {
        let mut names = HashMap::new();
        for (provider, number) in &self.providers {
            let prompts = self.prompts.get(number).map_or(&[][..], Vec::as_slice);
            let mut sorted = prompts.to_vec();
            // Numbered prompts by their numbers, others as they appear.
            if sorted.iter().all(|prompt| *prompt < 1 << 64) {
                sorted.sort_unstable();
            }
            for (order, prompt) in (1..).zip(&sorted) {
                let mut name = provider.clone();
                if sorted.len() > 1 {
                    name += &format!(", prompt {order}");
                }
                // The same provider in another file is the same agent if the prompt is the same.
                let template = self.templates.get(&(*number, *prompt)).copied().unwrap_or_default();
                collector.run_with(&name, &template.to_string(), "a different prompt here than");
                names.insert((*number, *prompt), name);
            }
        }
        let mut tests = vec![""; self.tests as usize];
        for (content, &test) in &self.by_content {
            tests[test as usize] = content;
        }
        let mut ends = [0; 3];
        for row in &self.rows {
            ends[row.end as usize] += 1;
            let run = RunResult {
                task: tests[row.test as usize],
                agent: names.get(&(row.provider, row.prompt)).map(String::as_str),
                correct: row.end == End::Correct,
                answer: row.answer,
                cost: row.cost,
                latency_ms: row.latency_ms,
                ..RunResult::default()
            };
            match row.end {
                End::Error => collector.error(run, "error")?,
                End::Correct | End::Wrong => collector.run(run)?,
            }
        }
        if self.unexplained > 0 {
            let failures = count(self.unexplained, "failure");
            collector.note(format!("without failureReason: {failures}; harness errors may be among them"));
        }
        if self.replaced > 0 {
            let rows = count(self.replaced, "row");
            collector.note(format!("written again: {rows}; the last one counts"));
        }
        let Stats { successes, failures, errors } = self.stats;
        let [correct, wrong, broken] = ends;
        totals::reconcile(collector, "successes", successes, correct);
        // Early versions count errors as failures.
        let wrong = if errors.is_none() { wrong + broken } else { wrong };
        totals::reconcile(collector, "failures", failures, wrong);
        totals::reconcile(collector, "errors", errors, broken);
        Ok(())
    }
}

impl Row {
    /// What tells prompts apart where they have no number: their template.
    fn template(&self) -> u128 {
        let prompt = self.prompt.as_ref();
        let template = prompt.and_then(|prompt| prompt.label.as_deref().or(prompt.display.as_deref()));
        fingerprint(template.unwrap_or_default().as_bytes())
    }

    fn answer(&self, how: AnswerComparison) -> Option<Answer> {
        let output = self.response.as_ref()?.output.as_ref()?.get();
        let text: Option<String> = serde_json::from_str(output).unwrap_or_else(|_| Some(output.to_owned()));
        Some(Answer::compared(&text.unwrap_or_default(), how))
    }

    /// Returns a name for what is tested, the same in every file of the tool; `None` where the row has none of it.
    fn content(&self) -> Option<String> {
        let test = self.test_case.as_ref();
        let parts = [
            test.and_then(|test| test.vars.as_ref()).or(self.vars.as_ref()),
            test.and_then(|test| test.assertions.as_ref()),
            test.and_then(|test| test.description.as_ref()),
        ];
        parts.iter().flatten().next()?;
        let mut hash = Sha256::new();
        for part in parts {
            let text = part.map_or("", |part| part.get());
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text);
        }
        let mut name = String::from("test ");
        for byte in &hash.finalize()[..16] {
            let _ = write!(name, "{byte:02x}");
        }
        Some(name)
    }
}
