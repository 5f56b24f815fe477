//! Rows of a table in memory.

use super::super::judge::{Cell, Judge};
use super::roles::{Layout, ROLES, Role, Unclear};
use super::{Row, RowReader, duplicate, layout_of, matrix_row, name, note_layout};
use crate::collector::{Collector, Fingerprinter};
use crate::error::LogError;
use crate::frame::{Field, Frame, FrameBatch};
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use crate::source::Origin;
use std::collections::HashSet;

/// How tables in memory are called in reports.
pub(crate) const FORMAT: &str = "data frame";

/// Number of rows from which the roles of columns are found, as of files.
const MAX_ROWS: usize = 1000;

impl<'a> From<&'a Field<'_>> for Cell<'a> {
    fn from(field: &'a Field<'_>) -> Self {
        match field {
            Field::Nothing => Self::Null,
            Field::Text(text) => Self::Text(text),
            Field::Number(number) => Self::Number(*number),
            Field::Flag(flag) => Self::Flag(*flag),
            Field::Nested => Self::Nested,
        }
    }
}

/// Reads every row of the table, and returns a fingerprint of what was read.
pub(crate) fn read(
    frame: Box<dyn Frame>,
    origin: &Origin,
    options: &ReadOptions,
    collector: &mut Collector,
) -> Result<u128, LogError> {
    let mut rows = FrameRows::begin(frame, origin)?;
    let wrong = |problem: String| origin.wrong_as_a_whole(problem);
    if let Some(problem) = duplicate(&rows.titles) {
        return Err(wrong(problem));
    }
    let layout = if rows.frame.is_matrix() {
        Layout::Matrix { task: rows.titles.first().cloned().unwrap_or_default() }
    } else {
        let (layout, notes) = rows.layout(options).map_err(|unclear| match unclear {
            Unclear::Ask(problem) => wrong(problem),
            Unclear::NotRows(problem) => wrong(format!(
                "this is not a table of runs: {problem}; the columns found are {}",
                list(&rows.titles)
            )),
        })?;
        note_layout(notes, &layout, &rows.titles, collector);
        layout
    };
    match &layout {
        Layout::Matrix { .. } => matrix(&mut rows, options, collector)?,
        Layout::Long(titles) => long(&mut rows, &layout, titles, options, collector)?,
    }
    Ok(rows.seen.finish())
}

/// The rows of a table, one after another.
struct FrameRows<'a> {
    frame: Box<dyn Frame>,
    origin: &'a Origin,
    titles: Vec<String>,
    /// The batches that were looked at and not yet read.
    first: Vec<Box<dyn FrameBatch>>,
    seen: Fingerprinter,
}

/// A row was not taken, for this reason, in this column.
type Refused = (usize, String);

impl<'a> FrameRows<'a> {
    /// Takes the titles, and enough batches to find the roles of the columns.
    fn begin(mut frame: Box<dyn Frame>, origin: &'a Origin) -> Result<Self, LogError> {
        let titles: Vec<String> = frame.titles().iter().map(|title| title.trim().to_owned()).collect();
        if titles.len() < 2 {
            let found = if titles.is_empty() { "none".to_owned() } else { list(&titles) };
            return Err(origin.wrong_as_a_whole(format!(
                "a table must have at least two columns, and this one has {found}"
            )));
        }
        let (mut first, mut rows) = (Vec::new(), 0);
        while rows < MAX_ROWS {
            let batch = frame.next_batch().map_err(|problem| origin.wrong_as_a_whole(problem))?;
            let Some(batch) = batch else { break };
            rows += batch.rows();
            first.push(batch);
        }
        Ok(Self { frame, origin, titles, first, seen: Fingerprinter::default() })
    }

    fn layout(&self, options: &ReadOptions) -> Result<(Layout, Vec<String>), Unclear> {
        let fields = |column: usize| {
            let places = self.first.iter().flat_map(|batch| (0..batch.rows()).map(move |row| (batch, row)));
            places.take(MAX_ROWS).map(move |(batch, row)| batch.field(row, column)).collect::<Vec<_>>()
        };
        let columns: Vec<Vec<Field<'_>>> = (0..self.titles.len()).map(fields).collect();
        let titled: Vec<(String, Vec<Cell<'_>>)> = self
            .titles
            .iter()
            .zip(&columns)
            .map(|(title, fields)| (title.clone(), fields.iter().map(Cell::from).collect()))
            .collect();
        layout_of(&titled, false, options)
    }

    /// Passes on the fields of these columns, row by row.
    fn each(
        &mut self,
        columns: &[usize],
        mut take: impl FnMut(&[Field<'_>]) -> Result<(), Refused>,
    ) -> Result<(), LogError> {
        let mut number = 0_u64;
        let mut first = std::mem::take(&mut self.first).into_iter();
        loop {
            let batch = match first.next() {
                Some(batch) => Some(batch),
                None => self.frame.next_batch().map_err(|problem| self.origin.wrong_as_a_whole(problem))?,
            };
            let Some(batch) = batch else { return Ok(()) };
            for row in 0..batch.rows() {
                let fields: Vec<Field<'_>> = columns.iter().map(|&column| batch.field(row, column)).collect();
                fields.iter().for_each(|field| self.seen.add(field));
                take(&fields).map_err(|(column, problem)| {
                    self.origin.wrong_in_row(number, &self.titles[column], problem)
                })?;
                number += 1;
            }
        }
    }
}

impl Fingerprinter {
    fn add(&mut self, field: &Field<'_>) {
        match field {
            Field::Nothing => self.write(0, b""),
            Field::Text(text) => self.write(1, text.as_bytes()),
            Field::Number(number) => self.write(2, &number.to_bits().to_le_bytes()),
            Field::Flag(flag) => self.write(3, &[u8::from(*flag)]),
            Field::Nested => self.write(4, b""),
        }
    }
}

/// A row for each run, or for each verdict.
fn long(
    rows: &mut FrameRows<'_>,
    layout: &Layout,
    titles: &[Option<String>; ROLES],
    options: &ReadOptions,
    collector: &mut Collector,
) -> Result<(), LogError> {
    if layout.title(Role::Accepted).is_some() {
        collector.format("verdicts data frame");
    }
    // The columns that are read, and for each role the place of its column among them.
    let (mut columns, mut roles) = (Vec::new(), [None; ROLES]);
    for (role, title) in titles.iter().enumerate() {
        let found = title.as_ref().and_then(|title| rows.titles.iter().position(|known| known == title));
        let Some(column) = found else { continue };
        roles[role] = Some(columns.iter().position(|&known| known == column).unwrap_or(columns.len()));
        if roles[role] == Some(columns.len()) {
            columns.push(column);
        }
    }
    let mut reader = RowReader::new(layout, options, collector);
    rows.each(&columns, |fields| {
        let mut row: Row<'_> = [Cell::Missing; ROLES];
        for (slot, place) in row.iter_mut().zip(roles) {
            *slot = place.map_or(Cell::Missing, |place| Cell::from(&fields[place]));
        }
        reader.take(&row).map_err(|(about, problem)| {
            let place = roles[about as usize].or(roles[Role::Task as usize]).unwrap_or(0);
            (columns[place], problem)
        })
    })?;
    reader.finish();
    Ok(())
}

/// A row for each task, a column for each agent.
fn matrix(
    rows: &mut FrameRows<'_>,
    options: &ReadOptions,
    collector: &mut Collector,
) -> Result<(), LogError> {
    collector.format("matrix data frame");
    let agents = rows.titles[1..].to_vec();
    if agents.iter().any(String::is_empty) {
        return Err(rows
            .origin
            .wrong_as_a_whole("a column must have an agent's name as its title, got none"));
    }
    let mut judge = Judge::new(options.pass_at);
    let mut run = HashSet::new();
    let columns: Vec<usize> = (0..=agents.len()).collect();
    rows.each(&columns, |fields| {
        let task = name(Cell::from(&fields[0]), "the task").map_err(|problem| (0, problem))?;
        let mut column = 0;
        let cells = agents.iter().zip(1..).map(|(agent, place)| {
            column = place;
            (agent.as_str(), Cell::from(&fields[place]))
        });
        let was_run = |agent: &str| {
            if !run.contains(agent) {
                run.insert(agent.to_owned());
            }
        };
        let taken = matrix_row(&task, cells, &mut judge, collector, was_run);
        taken.map_err(|problem| (column, problem))
    })?;
    for agent in agents.iter().filter(|agent| !run.contains(*agent)) {
        collector.note(format!("{} has no runs", quoted(agent)));
    }
    judge.notes().into_iter().for_each(|note| collector.note(note));
    Ok(())
}
