//! Logs: reading from files, bytes and data frames, fits, replays, comparisons and plans.

use crate::answers::{demand, json, scope};
use crate::error::Refusal;
use crate::figures::{Drawn, drawn};
use crate::frames::{Columns, Stream};
use crate::options::{Options, refused};
use crate::run::run_on_threads;
use kofn::System;
use kofn::answers::{Versioned, values};
use kofn::scenario::Fallback;
use kofn_logs::advice::{LogPlanQuestion, plan_log};
use kofn_logs::fit::{FitAnswer, FitError, FitOptions, PipelineQuestion, fit_log_watched};
use kofn_logs::replay::{CompareOptions, ReplayOptions, WrongAnswers, compare_on_log, replay_log};
use kofn_logs::{AnswerComparison, HarnessErrors, LogError, ReadOptions, Source, read_until};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyString};
use pyo3_arrow::input::AnyRecordBatch;
use std::io::Cursor;
use std::sync::Arc;

/// Adds the classes and functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Fitted>()?;
    module.add_class::<Log>()?;
    module.add_class::<Runs>()?;
    module.add_function(wrap_pyfunction!(read_log, module)?)?;
    module.add_function(wrap_pyfunction!(read_runs, module)?)
}

/// The counts of logs that were read.
#[pyclass(frozen, module = "kofn._kofn")]
#[derive(Debug)]
pub(crate) struct Log(pub Arc<kofn_logs::Log>);

/// A fitted log.
#[pyclass(frozen, module = "kofn._kofn")]
#[derive(Debug)]
pub(crate) struct Fitted(pub Arc<FitAnswer>);

/// The runs of logs that were read, before they are counted; they can be added.
#[pyclass(frozen, module = "kofn._kofn")]
#[derive(Debug)]
pub(crate) struct Runs(Arc<kofn_logs::Runs>);

/// Where a log comes from.
#[derive(FromPyObject)]
enum From<'py> {
    /// A folder or a file.
    Path(String),
    /// A name, and the bytes of a file.
    Bytes(String, PyBackedBytes),
    /// A name, a table with an Arrow stream, and whether it was read from a file.
    Arrow(String, Bound<'py, PyAny>, bool),
    /// A name, titles, columns, and whether every column but the first is an agent.
    Columns(String, Vec<String>, Vec<Bound<'py, PyAny>>, bool),
}

/// Opens all sources.
fn open(sources: Vec<From<'_>>) -> PyResult<Vec<Source>> {
    let mut opened = Vec::new();
    for source in sources {
        match source {
            From::Path(path) => opened.extend(Source::open_all(path).map_err(said)?),
            From::Bytes(name, bytes) => opened.push(Source::new(&name, Cursor::new(bytes))),
            From::Arrow(name, table, is_file) => {
                let batches = table.extract::<AnyRecordBatch>()?.into_reader()?;
                opened.push(match is_file {
                    true => Source::frame_of_file(&name, Stream::new(batches)),
                    false => Source::frame(&name, Stream::new(batches)),
                });
            }
            From::Columns(name, titles, columns, is_matrix) => {
                opened.push(Source::frame(&name, Columns::new(titles, columns, is_matrix)?));
            }
        }
    }
    Ok(opened)
}

/// Reads logs. Options: columns, score, pass_at, validator, filter, errors, cluster, answers, tasks, memory.
#[pyfunction]
fn read_log(py: Python<'_>, sources: Vec<From<'_>>, options: Options<'_>) -> PyResult<Log> {
    let (reading, sources) = (reading(&options)?, open(sources)?);
    run_on_threads(py, None, move |watch| {
        Ok(Log(Arc::new(read_until(sources, &reading, watch.stop()).map_err(said)?)))
    })
}

/// Reads logs, and keeps their runs. Options: as of `read_log`.
#[pyfunction]
fn read_runs(py: Python<'_>, sources: Vec<From<'_>>, options: Options<'_>) -> PyResult<Runs> {
    let (reading, sources) = (reading(&options)?, open(sources)?);
    run_on_threads(py, None, move |watch| {
        Ok(Runs(Arc::new(kofn_logs::Runs::read(sources, &reading, watch.stop()).map_err(said)?)))
    })
}

#[pymethods]
impl Runs {
    /// Returns these runs and those of other sources.
    fn plus(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        let (one, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        run_on_threads(py, None, move |_| Ok(Self(Arc::new(one.plus(&other)?))))
    }

    /// Returns the log that the runs make.
    fn log(&self, py: Python<'_>) -> PyResult<Log> {
        let runs = Arc::clone(&self.0);
        run_on_threads(py, None, move |watch| Ok(Log(Arc::new(runs.log(watch.stop()).map_err(said)?))))
    }

    /// Returns the names of all sources.
    fn sources(&self) -> Vec<String> {
        self.0.sources().map(str::to_owned).collect()
    }

    /// Returns the runs as bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let runs = Arc::clone(&self.0);
        let bytes = py.detach(move || runs.to_bytes()).map_err(Refusal::from)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Reads runs from bytes.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: PyBackedBytes) -> PyResult<Self> {
        let runs = py.detach(move || kofn_logs::Runs::from_bytes(&bytes)).map_err(Refusal::from)?;
        Ok(Self(Arc::new(runs)))
    }
}

#[pymethods]
impl Fitted {
    /// Returns the answer as JSON.
    fn json(&self) -> PyResult<String> {
        Ok(json(&Versioned::new(&*self.0))?)
    }

    /// Returns the scenario of the trusted model or of the validated pipeline as JSON, if there is one.
    fn scenario(&self) -> Option<String> {
        self.0.scenario().map(kofn::Scenario::to_json)
    }

    /// Draws all figures of the fit.
    fn figures(&self, py: Python<'_>) -> PyResult<Vec<Drawn>> {
        let answer = Arc::clone(&self.0);
        run_on_threads(py, None, move |_| match &answer.fit {
            Some(fit) => Ok(kofn_figures::fitted::figures(fit)?.into_iter().map(drawn).collect()),
            None => Ok(Vec::new()),
        })
    }
}

#[pymethods]
impl Log {
    /// Returns the names of the agents.
    fn agents(&self) -> Vec<String> {
        self.0.agents.clone()
    }

    /// Fits the log. Options: confidence, replicas, seed, k, attempts, keep, within.
    #[pyo3(signature = (options, progress = None))]
    fn fit(
        &self,
        py: Python<'_>,
        options: Options<'_>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Fitted> {
        let (log, fitting, question) = (Arc::clone(&self.0), fitting(&options)?, pipeline(&options)?);
        run_on_threads(py, progress, move |watch| {
            let go_on = |done, all| watch.goes_on(done, all);
            let fitted = fit_log_watched((*log).clone(), &fitting, &question, &go_on);
            Ok(Fitted(Arc::new(fitted.map_err(refusal)?)))
        })
    }

    /// Replays systems. Options: wrong_answers, confidence, seed.
    fn replay(&self, py: Python<'_>, systems: Vec<String>, options: Options<'_>) -> PyResult<String> {
        let (log, systems, options) = (Arc::clone(&self.0), parsed(&systems)?, replaying(&options)?);
        run_on_threads(py, None, move |_| {
            json(&Versioned::new(&replay_log(&log, &systems, &options).map_err(refusal)?))
        })
    }

    /// Compares systems. Options: wrong_answers, confidence, seed, gate.
    fn compare(&self, py: Python<'_>, systems: Vec<String>, options: Options<'_>) -> PyResult<String> {
        let comparing = CompareOptions::default().with_gate(options.number("gate", values::rate)?);
        let (log, systems, options) = (Arc::clone(&self.0), parsed(&systems)?, replaying(&options)?);
        run_on_threads(py, None, move |_| {
            json(&Versioned::new(&compare_on_log(&log, &systems, &options, &comparing).map_err(refusal)?))
        })
    }

    /// Plans with the agents of the log. Options: as of a plan, and own_rates, wrong_answers, confidence.
    fn plan(
        &self,
        py: Python<'_>,
        options: Options<'_>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let mut question = LogPlanQuestion::new(demand(&options)?);
        question.scope = scope(&options)?;
        question.at_most = options.number("at_most", values::max_agents)?;
        question.own_rates = options.flag("own_rates")?;
        question.replay = replaying(&options)?.with_seed(question.replay.seed);
        question.fit = question.fit.with_confidence(question.replay.confidence);
        let log = Arc::clone(&self.0);
        run_on_threads(py, progress, move |watch| {
            let go_on = |_, done, all| watch.goes_on(done, all);
            json(&plan_log((*log).clone(), &question, &go_on).map_err(refusal)?)
        })
    }
}

/// Returns how logs are read.
fn reading(options: &Options<'_>) -> PyResult<ReadOptions> {
    let errors = [("leave-out", HarnessErrors::LeaveOut), ("fail", HarnessErrors::Fail)];
    let answers = [
        ("text", AnswerComparison::Text),
        ("case", AnswerComparison::Case),
        ("numeric", AnswerComparison::Numeric),
        ("exact", AnswerComparison::Exact),
    ];
    let tasks = options.raw("tasks")?.map(|tasks| {
        let names = tasks.extract::<Vec<String>>();
        names.map_err(|_| refused("tasks", "must be a list of the names of all tasks", &tasks))
    });
    Ok(ReadOptions::default()
        .with_score(options.text("score")?)
        .with_validator(options.text("validator")?)
        .with_filter(options.text("filter")?)
        .with_pass_at(options.number("pass_at", values::finite)?)
        .with_errors(options.word("errors", &errors)?.unwrap_or_default())
        .with_answers(options.word("answers", &answers)?.unwrap_or_default())
        .with_cluster(options.text("cluster")?)
        .with_columns(columns(options)?)
        .with_tasks(tasks.transpose()?.map(Arc::from))
        .with_memory_bytes(options.number("memory", values::megabytes)?.unwrap_or(38) * 1_000_000))
}

/// Returns the meaning of columns, given as a dict, or as a text in the notation of the command line.
fn columns(options: &Options<'_>) -> PyResult<kofn_logs::Columns> {
    let mut columns = kofn_logs::Columns::default();
    let Some(given) = options.raw("columns")? else { return Ok(columns) };
    let wrong = |problem: String| Refusal::of("columns", format!("columns {problem}"));
    if let Ok(text) = given.cast::<PyString>() {
        return Ok(text.to_cow()?.parse().map_err(wrong)?);
    }
    let pairs = given
        .cast::<PyDict>()
        .map_err(|_| refused("columns", "must be a dict such as {\"task\": \"question\"}", &given))?;
    for (key, name) in pairs {
        let (Ok(key), Ok(name)) = (key.extract::<String>(), name.extract::<String>()) else {
            return Err(refused("columns", "must have strings as keys and values", &given));
        };
        columns.set(&key, &name).map_err(wrong)?;
    }
    Ok(columns)
}

/// Returns how the log is fitted. Options: confidence, replicas, seed, k.
pub(crate) fn fitting(options: &Options<'_>) -> PyResult<FitOptions> {
    let mut fitting = FitOptions::default();
    if let Some(confidence) = confidence(options)? {
        fitting = fitting.with_confidence(confidence);
    }
    if let Some(replicas) = options.number("replicas", values::replicas)? {
        fitting = fitting.with_replicas(replicas);
    }
    let seed = options.seed()?;
    let ks = options.numbers("k", values::drawn_runs)?.unwrap_or_default();
    Ok(fitting.with_seed(seed).with_ks(ks))
}

/// Returns the pipeline for which verdicts are assessed.
pub(crate) fn pipeline(options: &Options<'_>) -> PyResult<PipelineQuestion> {
    let fallback = if options.flag("keep")? { Fallback::Keep } else { Fallback::Abstain };
    let mut question = PipelineQuestion::default()
        .with_attempts(options.number("attempts", values::attempts)?.unwrap_or(3))
        .with_fallback(fallback)
        .with_half_width(options.number("within", values::half_width_of_share)?.unwrap_or(0.01))
        .with_seed(options.seed()?)
        .with_draws(options.number("replicas", values::replicas)?.unwrap_or(1000));
    if let Some(confidence) = confidence(options)? {
        question = question.with_confidence(confidence);
    }
    Ok(question)
}

fn replaying(options: &Options<'_>) -> PyResult<ReplayOptions> {
    let ways = [("same", WrongAnswers::Same), ("distinct", WrongAnswers::Distinct)];
    let replaying = ReplayOptions::default()
        .with_wrong_answers(options.word("wrong_answers", &ways)?.unwrap_or_default())
        .with_seed(options.seed()?);
    Ok(match confidence(options)? {
        Some(confidence) => replaying.with_confidence(confidence),
        None => replaying,
    })
}

fn confidence(options: &Options<'_>) -> PyResult<Option<f64>> {
    options.number("confidence", values::probability_between_zero_and_one)
}

fn parsed(systems: &[String]) -> PyResult<Vec<System>> {
    Ok(systems.iter().map(|system| System::parse(system)).collect::<Result<_, _>>().map_err(Refusal::from)?)
}

/// Returns why a log is refused.
fn said(error: LogError) -> Refusal {
    let location = match &error {
        LogError::Content { location, .. } => Some(location.to_string()),
        LogError::Read { name, .. } => Some(name.clone()),
        _ => None,
    };
    Refusal { text: in_python(&error.to_string()), key: None, location }
}

/// Returns why a question about a log is refused.
pub(crate) fn refusal(error: FitError) -> Refusal {
    match error {
        FitError::Log(error) => said(error),
        FitError::Question(error) => {
            let refusal = Refusal::from(error);
            Refusal { text: in_python(&refusal.text), ..refusal }
        }
        other => Refusal::whole(other.to_string()),
    }
}

/// Translates options of the command line in a message to Python: `--columns task=id` to `columns="task=id"`,
/// `--pass-at` to `pass_at`.
fn in_python(text: &str) -> String {
    let mut words = text.split(' ').peekable();
    let mut said: Vec<String> = Vec::new();
    while let Some(word) = words.next() {
        let start = word
            .find("--")
            .filter(|&at| word[at + 2..].starts_with(|first: char| first.is_ascii_lowercase()));
        let Some((before, flag)) = start.map(|at| (&word[..at], &word[at + 2..])) else {
            said.push(word.to_owned());
            continue;
        };
        let end = flag.find(|other: char| other != '-' && !other.is_ascii_lowercase()).unwrap_or(flag.len());
        let (flag, after) = flag.split_at(end);
        let name = flag.replace('-', "_");
        let value = words.peek().filter(|next| after.is_empty() && flag == "columns" && next.contains('='));
        match value.map(|value| (value.trim_end_matches([',', ';', '.', ')']), value.len())) {
            Some((value, length)) => {
                let rest = words.next().map_or("", |next| &next[value.len()..length]);
                said.push(format!("{before}{name}=\"{value}\"{rest}"));
            }
            None => said.push(format!("{before}{name}{after}")),
        }
    }
    said.join(" ")
}
