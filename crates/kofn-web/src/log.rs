//! Logs that were dropped on the page. They stay in the memory of the page.

use crate::questions::json;
use crate::refused;
use kofn::answers::Versioned;
use kofn_logs::advice::{LogReport, ReportQuestion, report_log};
use kofn_logs::fit::fit_log;
use kofn_logs::{AnswerComparison, Columns, HarnessErrors, ReadOptions, Source};
use serde::Deserialize;
use std::io::Cursor;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Memory for tasks. A browser has no temporary files, so all tasks must fit: 1 GB of the 4 GB of WebAssembly.
const MEMORY_BYTES: usize = 1 << 30;

/// Logs, and the report on them.
#[wasm_bindgen]
#[derive(Default)]
pub struct Log {
    files: Vec<(String, Vec<u8>)>,
    read: Option<kofn_logs::Log>,
    report: Option<LogReport>,
}

/// How logs are read: the options of `kofn fit` that decide it, by their names.
#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Reading {
    columns: Option<String>,
    score: Option<String>,
    pass_at: Option<f64>,
    validator: Option<String>,
    filter: Option<String>,
    errors: Option<String>,
    cluster: Option<String>,
    answers: Option<String>,
    tasks: Option<String>,
}

#[wasm_bindgen]
impl Log {
    /// Returns an empty set of logs.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. A path with a slash says that it was found in a folder.
    pub fn add(&mut self, path: String, bytes: Vec<u8>) {
        self.files.push((path, bytes));
    }

    /// Reads the files and fits models to them; returns what `kofn fit --json` prints. `options` is a JSON object of the
    /// options of `kofn fit` that say how logs are read.
    pub fn fit(&mut self, options: &str) -> Result<String, JsError> {
        let reading: Reading = match options {
            "" => Reading::default(),
            _ => serde_json::from_str(options).map_err(|error| refused(format!("options: {error}")))?,
        };
        (self.read, self.report) = (None, None);
        let log = kofn_logs::read(self.sources(), &reading.options()?).map_err(refused)?;
        let question = ReportQuestion::new(None);
        let fit = fit_log(log.clone(), &question.fit, &question.pipeline).map_err(refused)?;
        let text = json(&Versioned::new(&fit))?;
        self.read = Some(log);
        Ok(text)
    }

    /// Plans with what was read, for the report.
    pub fn plan(&mut self) -> Result<(), JsError> {
        let log = self.read.clone().ok_or_else(|| refused("read a log first"))?;
        self.report = Some(report_log(log, &ReportQuestion::new(None), &|_, _, _| true).map_err(refused)?);
        Ok(())
    }

    /// Returns the trusted model as a scenario in TOML; nothing if no model could be tested.
    pub fn scenario(&self) -> Option<String> {
        Some(self.report.as_ref()?.fit.scenario()?.to_toml())
    }

    /// Returns the sections of the report, for a page that has its style sheet.
    pub fn report(&self) -> Option<String> {
        self.report.as_ref().map(kofn_figures::report::fragment)
    }

    /// Returns what `kofn report` writes.
    pub fn page(&self) -> Option<String> {
        self.report.as_ref().map(kofn_figures::report::page)
    }
}

impl Log {
    fn sources(&self) -> Vec<Source> {
        let (of_folder, single): (Vec<_>, Vec<_>) =
            self.files.iter().cloned().partition(|(path, _)| path.contains('/'));
        let single = single.into_iter().map(|(name, bytes)| Source::new(&name, Cursor::new(bytes)));
        let of_folder = of_folder.into_iter().map(|(path, bytes)| (path, Cursor::new(bytes)));
        single.chain(Source::folder(of_folder)).collect()
    }
}

impl Reading {
    fn options(self) -> Result<ReadOptions, JsError> {
        let errors = match self.errors.as_deref() {
            None | Some("leave-out") => HarnessErrors::LeaveOut,
            Some("fail") => HarnessErrors::Fail,
            Some(other) => return Err(refused(format!("errors must be leave-out or fail, got {other}"))),
        };
        let answers = match self.answers.as_deref() {
            None | Some("text") => AnswerComparison::Text,
            Some("case") => AnswerComparison::Case,
            Some("numeric") => AnswerComparison::Numeric,
            Some("exact") => AnswerComparison::Exact,
            Some(other) => {
                return Err(refused(format!("answers must be text, case, numeric or exact, got {other}")));
            }
        };
        let columns: Option<Result<Columns, _>> = self.columns.map(|columns| columns.parse());
        let columns = columns.transpose().map_err(|problem| refused(format!("columns {problem}")))?;
        let tasks = self.tasks.map(|tasks| tasks.lines().map(str::trim).map(str::to_owned).collect());
        Ok(ReadOptions::default()
            .with_score(self.score)
            .with_validator(self.validator)
            .with_filter(self.filter)
            .with_pass_at(self.pass_at)
            .with_errors(errors)
            .with_answers(answers)
            .with_cluster(self.cluster)
            .with_columns(columns.unwrap_or_default())
            .with_tasks(tasks)
            .with_memory_bytes(MEMORY_BYTES))
    }
}
