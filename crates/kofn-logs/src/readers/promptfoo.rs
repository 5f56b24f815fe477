//! Results of promptfoo: one object with a row for each test, prompt and provider.
//!
//! A provider is an agent; with several prompts it is one for each of them. A test that is repeated gets a new number
//! each time, so tests are distinguished by their content: variables, assertions and description. A row whose reason of
//! failure is an error is left out.

use super::input::Input;
use super::json::{self, Each, Fields, Object};
use super::totals;
use crate::collector::Collector;
use crate::error::LogError;
use crate::report::RunResult;
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

/// `failureReason` of a row whose failure is not the agent's.
const ERROR: u64 = 2;

/// Problem of a log without rows. The totals of lm-evaluation-harness have `results` as well, so it names them.
const NO_ROWS: &str = "there are no rows in `results.results` of this log; those of lm-evaluation-harness are in its samples_*.jsonl";

/// Reads the results.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    let mut results = AllRows::default();
    json::whole_document(text, origin, Object(&mut File(&mut results)))?;
    if results.rows.is_empty() && results.errors == 0 {
        return Err(origin.wrong_as_a_whole(NO_ROWS));
    }
    results.pass_on(collector).map_err(|problem| origin.wrong_as_a_whole(problem))
}

/// The file: `results` is the object that counts.
struct File<'a>(&'a mut AllRows);

impl Fields for File<'_> {
    const WHAT: &'static str = "results of promptfoo: an object with `results`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "results" => map.next_value_seed(Object(&mut *self.0)),
            _ => map.next_value::<IgnoredAny>().map(drop),
        }
    }
}

/// All rows, reduced to what counts: an agent's name is known after the last one.
#[derive(Default)]
struct AllRows {
    rows: Vec<JudgedRow>,
    errors: u64,
    /// Number of failures without a reason.
    unexplained: u64,
    /// Providers, and the prompts of each.
    providers: HashMap<String, u32>,
    prompts: BTreeMap<u32, BTreeSet<u64>>,
    /// The test with this number, and with this content.
    by_number: HashMap<u64, u32>,
    by_content: HashMap<String, u32>,
    tests: u32,
    stats: Stats,
}

struct JudgedRow {
    provider: u32,
    prompt: u64,
    test: u32,
    correct: bool,
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
    prompt_idx: u64,
    test_idx: u64,
    provider: Provider,
    success: bool,
    #[serde(default)]
    failure_reason: Option<u64>,
    #[serde(default)]
    vars: Option<Box<RawValue>>,
    #[serde(default)]
    test_case: Option<TestCase>,
}

#[derive(Deserialize)]
struct Provider {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    label: Option<String>,
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
        let name = row.provider.label.as_ref().filter(|label| !label.is_empty()).or(row.provider.id.as_ref());
        let name = name.ok_or("provider.id is required: the provider's name")?.clone();
        if !row.success && row.failure_reason == Some(ERROR) {
            self.errors += 1;
            return Ok(());
        }
        self.unexplained += u64::from(!row.success && row.failure_reason.is_none());
        let free = u32::try_from(self.providers.len()).map_err(|_| "there are more than 2³² providers")?;
        let provider = *self.providers.entry(name).or_insert(free);
        self.prompts.entry(provider).or_default().insert(row.prompt_idx);
        let test = self.test(&row);
        self.rows.push(JudgedRow { provider, prompt: row.prompt_idx, test, correct: row.success });
        Ok(())
    }

    /// The test of this row: the one with its number, else the one with its content, else a new one.
    fn test(&mut self, row: &Row) -> u32 {
        if let Some(&known) = self.by_number.get(&row.test_idx) {
            return known;
        }
        let content = row.content().unwrap_or_else(|| format!("test {}", row.test_idx));
        let tests = &mut self.tests;
        let test = *self.by_content.entry(content).or_insert_with(|| {
            *tests += 1;
            *tests - 1
        });
        self.by_number.insert(row.test_idx, test);
        test
    }

    fn pass_on(self, collector: &mut Collector) -> Result<(), String> {
        (0..self.errors).for_each(|_| collector.leave_out("error"));
        let mut names = HashMap::new();
        for (provider, number) in &self.providers {
            let prompts = self.prompts.get(number).into_iter().flatten();
            let several = prompts.clone().count() > 1;
            for (order, prompt) in (1..).zip(prompts) {
                let name = if several { format!("{provider}, prompt {order}") } else { provider.clone() };
                names.insert((*number, *prompt), name);
            }
        }
        let mut tests = vec![""; self.tests as usize];
        for (content, &test) in &self.by_content {
            tests[test as usize] = content;
        }
        let mut correct_rows = 0;
        for &JudgedRow { provider, prompt, test, correct } in &self.rows {
            correct_rows += u64::from(correct);
            let agent = names.get(&(provider, prompt)).map(String::as_str);
            collector.run(RunResult { task: tests[test as usize], agent, trial: None, correct })?;
        }
        if self.unexplained > 0 {
            let rows = self.unexplained;
            collector.note(format!(
                "{rows} failures have no failureReason: errors of the harness may be among them"
            ));
        }
        let Stats { successes, failures, errors } = self.stats;
        totals::reconcile(collector, "successes", successes, correct_rows);
        totals::reconcile(collector, "failures", failures, self.rows.len() as u64 - correct_rows);
        totals::reconcile(collector, "errors", errors, self.errors);
        Ok(())
    }
}

impl Row {
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
