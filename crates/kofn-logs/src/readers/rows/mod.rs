//! Rows: somebody's own table of runs, or of verdicts of a validator, as CSV or JSON.
//!
//! What is read does not depend on how the rows are written: columns are found by their names in `roles`, and every row
//! goes through [`RowReader`].

pub(super) mod csv;
pub(crate) mod frame;
pub(super) mod json;
mod roles;

use super::judge::{Cell, Judge, Judgement};
use super::sketch::{Sketch, Start};
use crate::collector::{Asked, Collector};
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use crate::report::{Answer, RunResult};
pub(super) use roles::name_agents;
use roles::{Column, Layout, ROLES, Role, Unclear, layout};
use std::borrow::Cow;
use std::collections::HashMap;

/// Why a row says nothing about its agent.
const NOT_GRADED: &str = "not graded";
/// Why an empty field of a matrix says nothing.
const NOT_RUN: &str = "not run";
/// Why a verdict says nothing about its validator.
const NOT_JUDGED: &str = "not judged";

/// The fields of a row by their roles.
type Row<'a> = [Cell<'a>; ROLES];

/// Takes rows with a run or a verdict each.
struct RowReader<'a> {
    collector: &'a mut Collector,
    judge: Judge,
    /// Of verdicts.
    accepts: Judge,
    has_agents: bool,
    /// Runs that are graded by comparing answers, and how many of them are correct.
    by_answers: (u64, u64),
    has_grades: bool,
    has_verdicts: bool,
    rows: u64,
}

impl<'a> RowReader<'a> {
    /// Notes what the layout says, and begins.
    fn new(layout: &Layout, options: &ReadOptions, collector: &'a mut Collector) -> Self {
        let mut judge = Judge::new(options.pass_at);
        if let Some(title) = layout.title(Role::Passed) {
            judge.named(title);
            collector.offers(Asked::Score, [title]);
        }
        if let Some(title) = layout.title(Role::Accepted) {
            collector.offers(Asked::Validator, [title]);
        }
        Self {
            collector,
            judge,
            accepts: Judge::of_verdicts(),
            has_agents: layout.title(Role::Agent).is_some(),
            by_answers: (0, 0),
            has_grades: layout.title(Role::Passed).is_some(),
            has_verdicts: layout.title(Role::Accepted).is_some(),
            rows: 0,
        }
    }

    /// Whether 0 and 1 are grades.
    fn is_plain(&self) -> bool {
        !self.judge.is_of_errors()
    }

    /// Takes a row; what is wrong with it comes with the column that it is about.
    fn take(&mut self, row: &Row<'_>) -> Result<(), (Role, String)> {
        let correct = match self.has_grades {
            true => Some(
                self.judge
                    .judge_cell(row[Role::Passed as usize])
                    .map_err(|problem| (Role::Passed, problem))?,
            ),
            false => None,
        };
        self.take_graded(row, correct).map_err(|problem| (Role::Task, problem))
    }

    fn take_graded(&mut self, row: &Row<'_>, correct: Option<Judgement>) -> Result<(), String> {
        self.rows += 1;
        let cell = |role: Role| row[role as usize];
        let mut task = match self.has_verdicts && cell(Role::Task) == Cell::Missing {
            true => Cow::Owned(format!("row {}", self.rows)),
            false => name(cell(Role::Task), "the task")?,
        };
        if let Some(group) = optional(cell(Role::Group), "the group of tasks")? {
            task = Cow::Owned(format!("{group}/{task}"));
        }
        let answer = text(cell(Role::Answer), "the answer")?.map(|text| self.collector.answer(&text));
        let correct = if let Some(correct) = correct {
            correct
        } else {
            let target = text(cell(Role::Target), "the right answer")?;
            let target = target.map(|text| self.collector.answer(&text));
            self.compare(&task, answer, target)
        };
        // Without a grade an answer that is not there is a run without an answer.
        let answer = answer.or((!self.has_grades).then_some(Answer::Silent));
        let Judgement::Run { correct, .. } = correct else {
            self.collector.leave_out(if self.has_verdicts { NOT_JUDGED } else { NOT_GRADED });
            return Ok(());
        };
        let agent = match self.has_agents {
            // Without a name it would be taken for one that is called like the file.
            true => Some(name(cell(Role::Agent), "the agent")?),
            false => None,
        };
        let (trial, cluster) =
            (optional(cell(Role::Trial), "the trial")?, optional(cell(Role::Cluster), "the cluster")?);
        let run = RunResult {
            task: &task,
            agent: agent.as_deref(),
            trial: trial.as_deref(),
            correct,
            answer,
            cluster: cluster.as_deref(),
            cost: amount(cell(Role::Cost), "the cost")?,
            latency_ms: amount(cell(Role::Latency), "the latency")?,
        };
        if !self.has_verdicts {
            return self.collector.run(run);
        }
        // Candidates of several agents are judged together; each has trials of its own.
        let of_agent = agent.as_ref().zip(trial.as_ref()).map(|(agent, trial)| format!("{agent}/{trial}"));
        let run = RunResult { trial: of_agent.as_deref().or(run.trial), ..run };
        match self.accepts.judge_cell(cell(Role::Accepted))? {
            Judgement::Run { correct: accepted, .. } => self.collector.verdict(run, accepted),
            Judgement::Unscored => {
                self.collector.leave_out(NOT_JUDGED);
                Ok(())
            }
        }
    }

    /// Grades an answer by the right one.
    fn compare(&mut self, task: &str, answer: Option<Answer>, target: Option<Answer>) -> Judgement {
        let Some(Answer::Given(fingerprint)) = target else { return Judgement::Unscored };
        self.collector.check_target(task, fingerprint);
        self.by_answers.0 += 1;
        self.by_answers.1 += u64::from(answer == target);
        Judgement::Run { correct: answer == target, score: f64::NAN }
    }

    /// Tells what should be known, after the last row.
    fn finish(self) {
        if let (1.., 0) = self.by_answers {
            self.collector.note(
                "no answer equals its right answer; if that cannot be, say which columns they are with --columns answer=NAME,target=NAME",
            );
        }
        self.collector.note_targets();
        if self.has_verdicts && self.has_agents {
            self.collector.note("candidates of all agents are judged together");
        }
        for note in self.judge.notes() {
            self.collector.note(note);
        }
    }
}

/// Whole numbers up to this are exact.
const MAX_EXACT: f64 = (1_u64 << 53) as f64;

/// What a field names.
fn name<'a>(cell: Cell<'a>, what: &str) -> Result<Cow<'a, str>, String> {
    match cell {
        Cell::Text(text) if !text.trim().is_empty() => Ok(Cow::Borrowed(text.trim_ascii())),
        // Beyond that numbers are rounded, so that two of them may look the same.
        Cell::Number(number) if number.abs() > MAX_EXACT => {
            Err(format!("{what} must be a number below 2^53 or a text in quotation marks, got {cell}"))
        }
        Cell::Number(number) if !number.is_nan() => Ok(Cow::Owned(number.to_string())),
        Cell::Flag(flag) => Ok(Cow::Borrowed(if flag { "true" } else { "false" })),
        other => Err(format!("{what} must be a name or a number, got {other}")),
    }
}

/// What a field names, if there is such a column; `null` is none.
fn optional<'a>(cell: Cell<'a>, what: &str) -> Result<Option<Cow<'a, str>>, String> {
    match cell {
        Cell::Missing | Cell::Null => Ok(None),
        cell => name(cell, what).map(Some),
    }
}

/// The text of an answer; `null` is an empty one.
fn text<'a>(cell: Cell<'a>, what: &str) -> Result<Option<Cow<'a, str>>, String> {
    Ok(Some(match cell {
        Cell::Missing => return Ok(None),
        Cell::Null => Cow::Borrowed(""),
        Cell::Text(text) => Cow::Borrowed(text),
        Cell::Number(number) if number.is_nan() => Cow::Borrowed(""),
        Cell::Number(number) => Cow::Owned(number.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
        Cell::Nested => return Err(format!("{what} must be a text or a number, got a list or an object")),
    }))
}

/// A cost or a time; an empty field states none.
fn amount(cell: Cell<'_>, what: &str) -> Result<Option<f64>, String> {
    let number = match cell {
        Cell::Missing | Cell::Null => return Ok(None),
        Cell::Text(text) if text.trim().is_empty() => return Ok(None),
        Cell::Number(number) => Some(number),
        Cell::Text(text) => text.trim().parse().ok(),
        Cell::Flag(_) | Cell::Nested => None,
    };
    match number.filter(|number: &f64| *number >= 0.0 && number.is_finite()) {
        Some(number) => Ok(Some(number)),
        None => Err(format!("{what} must be a number of at least 0, got {cell}")),
    }
}

/// Reads a row of a matrix: a task, and what each agent did.
fn matrix_row<'a>(
    task: &str,
    agents: impl Iterator<Item = (&'a str, Cell<'a>)>,
    judge: &mut Judge,
    collector: &mut Collector,
    mut was_run: impl FnMut(&str),
) -> Result<(), String> {
    for (agent, cell) in agents {
        match judge.judge_cell(cell)? {
            Judgement::Unscored => collector.leave_out(NOT_RUN),
            Judgement::Run { correct, .. } => {
                was_run(agent);
                // One field is one trial, so that a task that is there twice is found.
                let (agent, trial) = (Some(agent), Some(""));
                collector.run(RunResult { task, agent, trial, correct, ..RunResult::default() })?;
            }
        }
    }
    Ok(())
}

/// What rows that start so do not have, if they are rows at all.
pub(super) fn problem(start: &Start<'_>) -> Option<String> {
    let (columns, problem) = match (json::columns(start), start.values.is_some()) {
        (Some(rows), _) => (rows.titles(), rows.layout(start.options).err()),
        (None, true) => return None,
        (None, false) => {
            let header = csv::Header::of(start)?;
            let titles = header.titles.clone();
            (titles, header.layout(start.options).err())
        }
    };
    let Some(Unclear::NotRows(problem)) = problem else { return None };
    Some(format!(
        "this is neither a known log format nor a table of runs: {problem}; the columns found are {}",
        list(columns)
    ))
}

/// Notes what the layout of a log shows.
fn note_layout(notes: Vec<String>, layout: &Layout, titles: &[String], collector: &mut Collector) {
    collector.used("--columns");
    notes.into_iter().for_each(|note| collector.note(note));
    // A row of a matrix has nothing but its task and its agents.
    if let Layout::Long(_) = layout {
        collector.offers(Asked::Cluster, titles);
    }
}

/// The duplicate among titles, if there is one.
fn duplicate(titles: &[String]) -> Option<String> {
    let mut sorted: Vec<_> = titles.iter().filter(|title| !title.is_empty()).collect();
    sorted.sort_unstable();
    let twice = sorted.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(format!("there are two columns {}; there must be one", quoted(twice[0])))
}

/// The columns of sketched rows, in the order in which they appear, with their values.
fn sketched_columns(rows: &[Sketch]) -> Vec<(String, Vec<&Sketch>)> {
    let mut columns: Vec<(String, Vec<&Sketch>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let Sketch::Object(fields) = row else { continue };
        for (key, value) in fields {
            let place = *places.entry(key).or_insert_with(|| {
                columns.push((key.clone(), Vec::new()));
                columns.len() - 1
            });
            columns[place].1.push(value);
        }
    }
    columns
}

impl<'a> From<&'a Sketch> for Cell<'a> {
    fn from(sketch: &'a Sketch) -> Self {
        match sketch {
            Sketch::Text(text) => Self::Text(text),
            Sketch::Number(number) => Self::Number(*number),
            Sketch::Flag(flag) => Self::Flag(*flag),
            Sketch::Null | Sketch::Unknown => Self::Null,
            Sketch::Object(_) | Sketch::List(_) => Self::Nested,
        }
    }
}

/// Columns with their values, to find a layout in.
fn columns_of<'a>(columns: &'a [(String, Vec<Cell<'a>>)]) -> Vec<Column<'a>> {
    columns.iter().map(|(title, values)| Column { title, values: values.clone() }).collect()
}

fn layout_of(
    columns: &[(String, Vec<Cell<'_>>)],
    is_nested: bool,
    options: &ReadOptions,
) -> Result<(Layout, Vec<String>), Unclear> {
    layout(&columns_of(columns), is_nested, options)
}
