//! Which columns of rows mean what: by the names people use, or by `--columns`. Ambiguity is asked about, not guessed.

use crate::columns::Columns;
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use crate::readers::judge::{Cell, grade, is_error};
use crate::readers::sketch::Sketch;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Task,
    /// What the names of tasks are unique in.
    Group,
    Agent,
    Trial,
    Passed,
    Accepted,
    Answer,
    Target,
    Cluster,
    Cost,
    Latency,
}

/// Number of roles.
pub(super) const ROLES: usize = 11;

/// The names of columns that say what the task is called.
const TASKS: &[&str] = &[
    "task",
    "task_id",
    "id",
    "question_id",
    "instance_id",
    "input_id",
    "problem_id",
    "example_id",
    "sample_id",
    "name",
];
const AGENTS: &[&str] = &["agent", "model", "model_name", "model_id", "system", "provider"];
const TRIALS: &[&str] = &["trial", "run", "run_idx", "run_id", "epoch", "attempt", "repeat", "seed"];
const GRADES: &[&str] = &[
    "passed",
    "pass",
    "correct",
    "is_correct",
    "success",
    "resolved",
    "is_resolved",
    "result",
    "score",
    "reward",
    "grade",
];
const ANSWERS: &[&str] = &["answer", "pred", "prediction", "predicted", "output"];
const TARGETS: &[&str] =
    &["target", "truth", "ground_truth", "label", "expected", "reference", "correct_answer"];

/// A column: its title, and the values in the beginning of the log.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) title: &'a str,
    pub(super) values: Vec<Cell<'a>>,
}

impl Column<'_> {
    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.title.eq_ignore_ascii_case(name))
    }

    /// Whether all values are grades or scores.
    fn is_graded(&self) -> bool {
        self.values.iter().all(|&value| grade(value).is_some())
    }
}

/// How the rows are laid out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Layout {
    /// A row for each run, or for each verdict of a validator: the titles of the columns by their roles.
    Long(Box<[Option<String>; ROLES]>),
    /// A row for each task, a column for each agent.
    Matrix { task: String },
}

impl Layout {
    pub(super) fn title(&self, role: Role) -> Option<&str> {
        match self {
            Self::Long(titles) => titles[role as usize].as_deref(),
            Self::Matrix { task } => (role == Role::Task).then_some(task),
        }
    }
}

/// Why there is no layout.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unclear {
    /// These are rows of runs, and something must be said.
    Ask(String),
    /// What these rows do not have.
    NotRows(String),
}

/// The columns with one of these names.
fn among<'a, 'b>(columns: &'b [Column<'a>], names: &[&str]) -> Vec<&'b Column<'a>> {
    columns.iter().filter(|column| column.is(names)).collect()
}

/// Returns the layout of these columns, and what to note about it. Rows may be nested, so that a path leads to a
/// column.
pub(super) fn layout(
    columns: &[Column<'_>],
    is_nested: bool,
    options: &ReadOptions,
) -> Result<(Layout, Vec<String>), Unclear> {
    let mut finder = Finder { columns, is_nested, options, notes: Vec::new() };
    let layout = finder.layout()?;
    Ok((layout, finder.notes))
}

struct Finder<'a> {
    columns: &'a [Column<'a>],
    is_nested: bool,
    options: &'a ReadOptions,
    notes: Vec<String>,
}

type Title = Option<String>;

impl Finder<'_> {
    fn layout(&mut self) -> Result<Layout, Unclear> {
        let asked = &self.options.columns;
        let accepted = asked.accepted.as_ref().or(self.options.validator.as_ref());
        let accepted = self.column("accepted", accepted, &["accepted"])?;
        let (answer, target) = self.answers()?;
        let passed = self.passed(accepted.is_some(), answer.is_some() && target.is_some())?;
        if accepted.is_some() && accepted == passed {
            return Err(Unclear::Ask(format!(
                "{} cannot be both the grade and the validator's verdict; name them with --columns \
                 passed=NAME,accepted=NAME",
                quoted(passed.as_deref().unwrap_or_default())
            )));
        }
        let (task, group) = self.task(accepted.is_some())?;
        let agent = self.column("agent", asked.agent.as_ref(), AGENTS)?;
        let trial = self.column("trial", asked.trial.as_ref(), TRIALS)?;
        if passed.is_none() && !(answer.is_some() && target.is_some()) {
            return self.matrix(task, agent.is_none() && trial.is_none() && accepted.is_none());
        }
        let named = |title: &Option<String>| self.named(title.as_ref());
        let mut titles: [Title; ROLES] = Default::default();
        for (role, title) in [
            (Role::Task, task),
            (Role::Group, group),
            (Role::Agent, agent),
            (Role::Trial, trial),
            (Role::Passed, passed),
            (Role::Accepted, accepted),
            (Role::Answer, answer),
            (Role::Target, target),
            (Role::Cluster, self.options.cluster.clone().filter(|title| self.has(title))),
            (Role::Cost, named(&asked.cost)?),
            (Role::Latency, named(&asked.latency_ms)?),
        ] {
            titles[role as usize] = title;
        }
        self.note_unused(&titles);
        Ok(Layout::Long(Box::new(titles)))
    }

    fn has(&self, title: &str) -> bool {
        self.columns.iter().any(|column| column.title == title)
    }

    /// The column that was asked for by name.
    fn named(&self, asked: Option<&String>) -> Result<Title, Unclear> {
        match asked {
            // A path into nested objects is not among the columns; whether any row has it is known in the end.
            Some(title) if self.has(title) || self.is_nested && title.contains('.') => {
                Ok(Some(title.clone()))
            }
            Some(title) => Err(Unclear::Ask(format!(
                "--columns: there is no column {}; there are {}",
                quoted(title),
                self.titles()
            ))),
            None => Ok(None),
        }
    }

    fn titles(&self) -> String {
        list(self.columns.iter().map(|column| column.title))
    }

    /// The column that was asked for, else the only one with one of the names.
    fn column(&self, key: &str, asked: Option<&String>, names: &[&str]) -> Result<Title, Unclear> {
        if asked.is_some() {
            return self.named(asked);
        }
        self.only(key, &among(self.columns, names))
    }

    fn only(&self, key: &str, found: &[&Column<'_>]) -> Result<Title, Unclear> {
        match found {
            [] => Ok(None),
            [only] => Ok(Some(only.title.to_owned())),
            several => Err(Unclear::Ask(format!(
                "columns {} may all be the {}; choose one, as in --columns {key}={}",
                list(several.iter().map(|column| column.title)),
                meaning(key),
                several[0].title
            ))),
        }
    }

    /// The column of grades. Columns whose values are no grades are none, whatever they are called.
    fn passed(&self, is_judged: bool, has_answers: bool) -> Result<Title, Unclear> {
        let asked = self.options.columns.passed.as_ref();
        let score = self.options.score.as_ref().filter(|score| self.has(score));
        if let (Some(score), None, true) =
            (&self.options.score, score, among(self.columns, GRADES).is_empty())
        {
            return Err(Unclear::NotRows(format!("--score {}: there is no such column", quoted(score))));
        }
        if let Some(asked) = asked.or(score) {
            return self.named(Some(asked));
        }
        let named = among(self.columns, GRADES);
        let graded: Vec<_> = named.iter().copied().filter(|column| column.is_graded()).collect();
        match (graded.as_slice(), named.as_slice()) {
            ([], [only]) if !has_answers => Ok(Some(only.title.to_owned())), // its values are refused one by one
            ([], []) if is_judged => Err(Unclear::NotRows(format!(
                "a column that says whether a candidate is correct is required ({}), and none was found; name it with --columns passed=NAME",
                GRADES.join(", ")
            ))),
            (graded, _) => self.only("passed", graded),
        }
    }

    /// The column of the task, and that of what tasks are grouped by.
    fn task(&mut self, is_judged: bool) -> Result<(Title, Title), Unclear> {
        if let Some(asked) = &self.options.columns.task {
            return Ok((self.named(Some(asked))?, None));
        }
        let found = among(self.columns, TASKS);
        let (groups, names): (Vec<&Column<'_>>, Vec<&Column<'_>>) =
            found.iter().copied().partition(|column| column.title.eq_ignore_ascii_case("task"));
        if let ([group], [name]) = (&*groups, &*names) {
            self.notes.push(format!(
                "{} names the task, and {} a group of them: tasks of different groups are different \
                 (--cluster {} draws them together)",
                quoted(name.title),
                quoted(group.title),
                quoted(group.title)
            ));
            return Ok((Some(name.title.to_owned()), Some(group.title.to_owned())));
        }
        match (found.as_slice(), self.columns.first()) {
            ([], Some(first)) if first.title.is_empty() => Ok((Some(String::new()), None)),
            ([], _) if is_judged => Ok((None, None)),
            ([], _) => Err(Unclear::NotRows(format!(
                "a task column is required ({}), and none was found; name it with --columns task=NAME",
                TASKS.join(", ")
            ))),
            (found, _) => Ok((self.only("task", found)?, None)),
        }
    }

    /// The columns of the answer and of what is right.
    ///
    /// Some logs call what is right `answer`, and what was answered `pred`: where both stand and nothing else is called
    /// so, it is not clear.
    fn answers(&mut self) -> Result<(Title, Title), Unclear> {
        let Columns { answer, target, .. } = &self.options.columns;
        // A list or an object is no answer that can be compared.
        let texts = |names: &[&str]| -> Vec<&Column<'_>> {
            let is_text = |column: &&Column<'_>| !column.values.contains(&Cell::Nested);
            among(self.columns, names).into_iter().filter(is_text).collect()
        };
        let target = match target {
            Some(_) => self.named(target.as_ref()),
            None => self.only("target", &texts(TARGETS)),
        };
        let found = texts(ANSWERS);
        let answer = match found.iter().find(|column| column.title.eq_ignore_ascii_case("answer")) {
            _ if answer.is_some() => self.named(answer.as_ref()),
            Some(answer) if matches!(target, Ok(Some(_))) => Ok(Some(answer.title.to_owned())),
            _ => self.only("answer", &found),
        };
        if among(self.columns, GRADES).is_empty() && self.options.columns.passed.is_none() {
            return Ok((answer?, target?));
        }
        // Grades stand beside the answers, so that it can go on without them.
        for unclear in [answer.as_ref().err(), target.as_ref().err()].into_iter().flatten() {
            let (Unclear::Ask(problem) | Unclear::NotRows(problem)) = unclear;
            self.notes.push(format!("answers are not read: {problem}"));
        }
        Ok((answer.unwrap_or_default(), target.unwrap_or_default()))
    }

    /// A matrix, if the first column is the task and all others are graded.
    fn matrix(&self, task: Title, may_be: bool) -> Result<Layout, Unclear> {
        let Columns { agent, trial, answer, target, cost, latency_ms, .. } = &self.options.columns;
        if [agent, trial, answer, target, cost, latency_ms].iter().any(|asked| asked.is_some()) {
            return Err(Unclear::Ask(format!(
                "--columns: these rows have no grade in {}; name it with --columns passed=NAME",
                GRADES.join(", ")
            )));
        }
        let looked_for = || {
            format!(
                "a column of grades is required ({}, or answer and target), and none was found; name it with \
                 --columns passed=NAME",
                GRADES.join(", ")
            )
        };
        let is_first = self.columns.first().map(|column| column.title) == task.as_deref();
        let Some(task) = task.filter(|_| may_be && is_first && self.columns.len() > 1) else {
            return Err(Unclear::NotRows(looked_for()));
        };
        if let Some(error) = self.columns[1..].iter().find(|column| is_no_agent(column.title)) {
            return Err(Unclear::NotRows(format!(
                "{}; or, if every column is an agent, {} must be renamed or removed: it does not look like an agent's name",
                looked_for(),
                quoted(error.title)
            )));
        }
        match self.columns[1..].iter().find(|column| !column.is_graded()) {
            None => Ok(Layout::Matrix { task }),
            Some(other) if self.columns[1..].iter().any(Column::is_graded) => {
                let value = other.values.iter().find(|&&value| grade(value).is_none());
                Err(Unclear::NotRows(format!(
                    "{}; a table with a column for each agent must have grades in all of them, and {} has {}",
                    looked_for(),
                    quoted(other.title),
                    value.unwrap_or(&Cell::Nested)
                )))
            }
            Some(_) => Err(Unclear::NotRows(looked_for())),
        }
    }

    fn note_unused(&mut self, used: &[Title; ROLES]) {
        let is_used = |title: &str| used.iter().flatten().any(|used| used == title);
        let unused = self.columns.iter().map(|column| column.title);
        let titles: Vec<_> = unused.filter(|title| !title.is_empty() && !is_used(title)).collect();
        if !titles.is_empty() {
            self.notes.push(format!("columns that are not used: {}", list(titles)));
        }
    }
}

/// Whether this is no name of an agent: what is counted or measured beside a grade, or an error, of which 1 is not
/// correct. Names of models have digits, such as `gpt-5-250-turns`, and those of measures have few words.
fn is_no_agent(title: &str) -> bool {
    const MEASURES: &[&str] = &[
        "cost",
        "costs",
        "price",
        "usd",
        "tokens",
        "time",
        "latency",
        "duration",
        "seconds",
        "ms",
        "difficulty",
        "count",
        "index",
        "steps",
        "length",
        "turns",
        "calls",
    ];
    let lower = title.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|character: char| !character.is_ascii_alphanumeric()).collect();
    let is_a_measure = parts.iter().any(|part| MEASURES.contains(part));
    let may_be_a_model = parts.len() > 3 || lower.bytes().any(|byte| byte.is_ascii_digit());
    is_error(title) || is_a_measure && !may_be_a_model
}

/// Whether a column of this name would mean something: not if `--columns` says which column it is.
pub(super) fn has_meaning(title: &str, asked: &Columns) -> bool {
    let names = [
        (TASKS, &asked.task),
        (AGENTS, &asked.agent),
        (TRIALS, &asked.trial),
        (GRADES, &asked.passed),
        (ANSWERS, &asked.answer),
        (TARGETS, &asked.target),
        (&["accepted"], &asked.accepted),
    ];
    let is_open = names.iter().filter(|(_, asked)| asked.is_none());
    is_open.flat_map(|(names, _)| names.iter()).any(|name| title.eq_ignore_ascii_case(name))
}

/// Whether rows of a tool name an agent or are asked to, so that they are somebody's own.
pub(in crate::readers) fn name_agents(rows: &[Sketch], options: &ReadOptions) -> bool {
    let Columns { task, agent, trial, passed, .. } = &options.columns;
    let asked = [task, agent, trial, passed];
    let is_named = |key: &str| {
        let is_agent = AGENTS.iter().chain(&["llm"]).any(|name| key.eq_ignore_ascii_case(name));
        is_agent || asked.iter().any(|column| column.as_deref() == Some(key))
    };
    rows.iter().any(|row| row.keys().into_iter().any(is_named))
}

fn meaning(key: &str) -> &'static str {
    match key {
        "task" => "name of the task",
        "agent" => "agent",
        "trial" => "number of the trial",
        "passed" => "grade",
        "answer" => "answer",
        "target" => "right answer",
        _ => "verdict",
    }
}
