//! Rows as CSV, separated by commas, semicolons or tabulators.

use super::super::input::Input;
use super::super::judge::{Cell, Judge};
use super::super::sketch::Start;
use super::super::table::{self, Table};
use super::roles::{Layout, ROLES, Role, Unclear};
use super::{Row, RowReader, duplicate, layout_of, matrix_row, note_layout};
use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::quote::quoted;
use crate::report::RunResult;
use std::collections::HashSet;

pub(crate) const FORMAT: Format = Format {
    name: "CSV",
    files: "a column for each agent (task,ada,bob: 1, 0, or empty where it was not run), or a row for each run \
            (task,agent,trial,passed, or answer,target) or for each verdict of a validator (task,correct,accepted)",
    is: |start| {
        Header::of(start)
            .is_some_and(|header| !matches!(header.layout(start.options), Err(Unclear::NotRows(_))))
    },
    read,
};

/// The header of a table, and the rows that stand in the beginning of it.
pub(super) struct Header {
    pub(super) titles: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Maximum number of rows that are looked at.
const MAX_ROWS: usize = 1000;

impl Header {
    /// Of a log that is no JSON, and text with more than one column.
    pub(super) fn of(start: &Start<'_>) -> Option<Self> {
        if start.values.is_some() || start.bytes.contains(&0) {
            return None;
        }
        let mut records = table::beginning(start.bytes);
        let titles = records.next()?;
        let titles: Vec<_> = titles.into_iter().map(|title| title.trim().to_owned()).collect();
        let width = titles.len();
        // A part of the last row may be missing.
        let mut rows: Vec<_> = records.take(MAX_ROWS).filter(|row| row.len() == width).collect();
        if start.is_cut {
            rows.pop();
        }
        (width > 1).then_some(Self { titles, rows })
    }

    pub(super) fn layout(&self, options: &ReadOptions) -> Result<(Layout, Vec<String>), Unclear> {
        let values = |place: usize| self.rows.iter().map(|row| Cell::Text(&row[place])).collect();
        let columns: Vec<_> =
            self.titles.iter().enumerate().map(|(place, title)| (title.clone(), values(place))).collect();
        layout_of(&columns, false, options)
    }
}

/// Reads every row of the table.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Some(header) = Header::of(input.start) else {
        return Err(input
            .origin
            .wrong_as_a_whole("a table must have at least two columns, and this file has one"));
    };
    let (layout, notes) = header.layout(input.options).map_err(|unclear| {
        let (Unclear::Ask(problem) | Unclear::NotRows(problem)) = unclear;
        input.origin.wrong_at(1, 1, problem)
    })?;
    note_layout(notes, &layout, &header.titles, collector);
    let Input { text, origin, options, .. } = input;
    let mut table = Table::open(text, origin)?;
    if let Some(problem) = duplicate(&table.header) {
        return Err(origin.wrong_at(1, 1, problem));
    }
    match &layout {
        Layout::Matrix { .. } => {
            collector.format("matrix CSV");
            matrix(&mut table, options, collector)
        }
        Layout::Long(titles) => {
            let is_judged = layout.title(Role::Accepted).is_some();
            collector.format(if is_judged { "verdicts CSV" } else { "long CSV" });
            let place = |title: &Option<String>| {
                let title = title.as_ref()?;
                table.header.iter().position(|known| known == title)
            };
            let places: Vec<_> = titles.iter().map(place).collect();
            let mut rows = RowReader::new(&layout, options, collector);
            // A title that is a grade would let a header that repeats pass for a run.
            let is_plain = rows.is_plain() && !matches!(layout.title(Role::Passed), Some("0" | "1"));
            let mut plain = Plain::new(&places, options, is_plain);
            while table.next()? {
                if let Some(plain) = &mut plain
                    && plain.take(&table, &mut rows)?
                {
                    continue;
                }
                if table.is_header() {
                    continue;
                }
                let row = row(&table, &places)?;
                let taken = rows.take(&row);
                taken.map_err(|(about, problem)| {
                    let at = places[about as usize].or(places[Role::Task as usize]);
                    table.wrong(at.unwrap_or(0), problem)
                })?;
            }
            rows.finish();
            table.note_broken(collector);
            Ok(())
        }
    }
}

/// The fields of the row that the table is at, by their roles.
fn row<'a>(table: &'a Table<'_>, places: &[Option<usize>]) -> Result<Row<'a>, LogError> {
    const NAMES: [Role; 4] = [Role::Task, Role::Group, Role::Agent, Role::Trial];
    let mut row = [Cell::Missing; ROLES];
    for (role, &place) in places.iter().enumerate() {
        let Some(place) = place else { continue };
        let is_name = NAMES.iter().any(|name| *name as usize == role);
        row[role] = Cell::Text(if is_name { table.name(place)? } else { table.text(place)? });
    }
    Ok(row)
}

/// Rows with a task, a grade and perhaps an agent and a trial, as nearly all long logs have them: the grades 0 and 1
/// are taken without a detour, which is twice as fast.
struct Plain {
    task: usize,
    passed: usize,
    agent: Option<usize>,
    trial: Option<usize>,
    /// The task of the row before, which mostly is that of the next one: it need not be checked again.
    last: String,
}

impl Plain {
    /// Nothing where rows have more than that, or where a grade has to be judged.
    fn new(places: &[Option<usize>], options: &ReadOptions, is_plain: bool) -> Option<Self> {
        let place = |role: Role| places[role as usize];
        let more = [
            Role::Group,
            Role::Accepted,
            Role::Answer,
            Role::Target,
            Role::Cluster,
            Role::Cost,
            Role::Latency,
        ];
        if !is_plain || options.pass_at.is_some() || more.iter().any(|&role| place(role).is_some()) {
            return None;
        }
        Some(Self {
            task: place(Role::Task)?,
            passed: place(Role::Passed)?,
            agent: place(Role::Agent),
            trial: place(Role::Trial),
            last: String::new(),
        })
    }

    /// Takes the row if its grade is 0 or 1.
    fn take(&mut self, table: &Table<'_>, rows: &mut RowReader<'_>) -> Result<bool, LogError> {
        let correct = match table.field(self.passed) {
            b"1" => true,
            b"0" => false,
            _ => return Ok(false),
        };
        let name = |place: Option<usize>| place.map(|place| table.name(place)).transpose();
        let (agent, trial) = (name(self.agent)?, name(self.trial)?);
        if table.field(self.task) != self.last.as_bytes() || self.last.is_empty() {
            table.name(self.task)?.clone_into(&mut self.last);
        }
        let run = RunResult { task: &self.last, agent, trial, correct, ..RunResult::default() };
        rows.collector.run(run).map_err(|problem| table.wrong(self.task, problem))?;
        Ok(true)
    }
}

/// A row for each task, a column for each agent.
///
/// An agent of this name in other rows is the same agent.
fn matrix(table: &mut Table<'_>, options: &ReadOptions, collector: &mut Collector) -> Result<(), LogError> {
    let agents = table.header[1..].to_vec();
    if let Some(place) = agents.iter().position(String::is_empty) {
        return Err(table.wrong(1 + place, "the title of a column must be an agent's name, got none"));
    }
    let mut judge = Judge::new(options.pass_at);
    let mut run = HashSet::new();
    while table.next()? {
        if table.is_header() {
            continue;
        }
        let task = table.name(0)?;
        let mut column = 0;
        let cells = agents.iter().zip(1..).map(|(agent, place)| {
            column = place;
            (agent.as_str(), table.text(place).map_or(Cell::Nested, Cell::Text))
        });
        let was_run = |agent: &str| {
            if !run.contains(agent) {
                run.insert(agent.to_owned());
            }
        };
        let taken = matrix_row(task, cells, &mut judge, collector, was_run);
        taken.map_err(|problem| table.wrong(column, problem))?;
    }
    for agent in agents.iter().filter(|agent| !run.contains(*agent)) {
        collector.note(format!("{} has no runs", quoted(agent)));
    }
    table.note_broken(collector);
    judge.notes().into_iter().for_each(|note| collector.note(note));
    Ok(())
}
