//! Rows as JSON: lines, a list, or a list inside an object.

use super::super::input::Input;
use super::super::json::{self, Fields, Object};
use super::super::judge::{Cell, Judge};
use super::super::sketch::{Sketch, Start};
use super::super::value::{Value, ValueVisitor};
use super::roles::{Layout, ROLES, Role, Unclear, has_meaning};
use super::{Row, RowReader, layout_of, matrix_row, name, note_layout, sketched_columns};
use crate::collector::Collector;
use crate::columns::Columns;
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "JSON rows",
    files: "JSON lines, a JSON list, or a list inside an object, with the fields of CSV",
    is: |start| {
        columns(start).is_some_and(|rows| !matches!(rows.layout(start.options), Err(Unclear::NotRows(_))))
    },
    read,
};

/// Where rows stand.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    /// One behind the other.
    Lines,
    /// In a list.
    List,
    /// In the list at this key of the only object.
    At(String),
}

/// Rows at the beginning of a log.
pub(super) struct Rows<'a> {
    place: Result<Place, String>,
    rows: &'a [Sketch],
}

/// The rows of JSON that has some.
pub(super) fn columns<'a>(start: &'a Start<'_>) -> Option<Rows<'a>> {
    let is_rows = |rows: &[Sketch]| matches!(rows.first(), Some(Sketch::Object(_)));
    let values = start.values.as_deref()?;
    match values {
        [Sketch::List(rows)] if is_rows(rows) => Some(Rows { place: Ok(Place::List), rows }),
        [Sketch::Object(fields)] => {
            let lists = fields.iter().filter_map(|(key, value)| match value {
                Sketch::List(rows) if is_rows(rows) => Some((key, rows)),
                _ => None,
            });
            let asked = start.options.columns.rows.as_ref();
            let found: Vec<_> = lists.filter(|(key, _)| asked.is_none_or(|asked| asked == *key)).collect();
            match found.as_slice() {
                // One line of JSON lines.
                [] if asked.is_none() => Some(Rows { place: Ok(Place::Lines), rows: values }),
                [] => None,
                [(key, rows)] => Some(Rows { place: Ok(Place::At((*key).clone())), rows }),
                several => {
                    let keys = list(several.iter().map(|(key, _)| key.as_str()));
                    let problem = format!(
                        "rows may stand in {keys}; choose one, as in --columns rows={}",
                        several[0].0
                    );
                    Some(Rows { place: Err(problem), rows: several[0].1 })
                }
            }
        }
        rows if is_rows(rows) => Some(Rows { place: Ok(Place::Lines), rows }),
        _ => None,
    }
}

impl Rows<'_> {
    pub(super) fn titles(&self) -> Vec<String> {
        sketched_columns(self.rows).into_iter().map(|(title, _)| title).collect()
    }

    pub(super) fn layout(&self, options: &ReadOptions) -> Result<(Layout, Vec<String>), Unclear> {
        let mut columns = Vec::new();
        for (title, values) in sketched_columns(self.rows) {
            // Long texts are sketched in part; none of them is a grade.
            let mut cells: Vec<Cell<'_>> = values.into_iter().map(Cell::from).collect();
            if cells.len() < self.rows.len() {
                cells.push(Cell::Missing);
            }
            columns.push((title, cells));
        }
        layout_of(&columns, true, options)
    }
}

/// Reads every row.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let rows = columns(input.start).ok_or_else(|| input.origin.wrong_as_a_whole("there are no rows"))?;
    let (layout, notes) = rows.layout(input.options).map_err(|unclear| {
        let (Unclear::Ask(problem) | Unclear::NotRows(problem)) = unclear;
        input.origin.wrong_as_a_whole(problem)
    })?;
    let place = rows.place.clone().map_err(|problem| input.origin.wrong_as_a_whole(problem))?;
    let titles = rows.titles();
    note_layout(notes, &layout, &titles, collector);
    let Input { text, origin, options, start } = input;
    let known = Known {
        titles: titles.iter().cloned().collect(),
        asked: options.columns.clone(),
        all: matches!(layout, Layout::Matrix { .. }),
    };
    let may_have_more_lists = start.is_cut && options.columns.rows.is_none();
    match &layout {
        Layout::Matrix { task } => {
            collector.format("matrix JSON");
            let agents: Vec<_> = titles.into_iter().filter(|title| title != task).collect();
            let mut wanted = vec![task.clone()];
            wanted.extend(agents.iter().cloned());
            let mut judge = Judge::new(options.pass_at);
            let mut run = HashSet::new();
            each(
                text,
                origin,
                &Reading { place: &place, wanted: &wanted, known: &known, may_have_more_lists },
                |cells| {
                    let task = name(cell(&cells[0]), "the task")?;
                    let of_agents = agents.iter().map(String::as_str).zip(cells[1..].iter().map(cell));
                    let was_run = |agent: &str| {
                        if !run.contains(agent) {
                            run.insert(agent.to_owned());
                        }
                    };
                    matrix_row(&task, of_agents, &mut judge, collector, was_run)
                },
            )?;
            for agent in agents.iter().filter(|agent| !run.contains(*agent)) {
                collector.note(format!("{} has no runs", quoted(agent)));
            }
            judge.notes().into_iter().for_each(|note| collector.note(note));
            Ok(())
        }
        Layout::Long(titles) => {
            if layout.title(Role::Accepted).is_some() {
                collector.format("verdicts JSON");
            }
            // The columns that are read, and the roles of each.
            let mut wanted: Vec<String> = Vec::new();
            let mut roles: Vec<Option<usize>> = vec![None; ROLES];
            for (role, title) in titles.iter().enumerate() {
                let Some(title) = title else { continue };
                let place = wanted.iter().position(|known| known == title).unwrap_or_else(|| {
                    wanted.push(title.clone());
                    wanted.len() - 1
                });
                roles[role] = Some(place);
            }
            let mut found = vec![false; wanted.len()];
            let mut reader = RowReader::new(&layout, options, collector);
            each(
                text,
                origin,
                &Reading { place: &place, wanted: &wanted, known: &known, may_have_more_lists },
                |cells| {
                    let mut row: Row<'_> = [Cell::Missing; ROLES];
                    for (slot, place) in row.iter_mut().zip(&roles) {
                        *slot = place.map_or(Cell::Missing, |place| cell(&cells[place]));
                    }
                    found.iter_mut().zip(cells).for_each(|(found, cell)| *found |= cell.is_some());
                    reader.take(&row).map_err(|(_, problem)| problem)
                },
            )?;
            reader.finish();
            match wanted.iter().zip(found).find(|(_, found)| !found) {
                Some((title, _)) => {
                    Err(origin.wrong_as_a_whole(format!("--columns: no row has {}", quoted(title))))
                }
                None => Ok(()),
            }
        }
    }
}

fn cell(value: &Option<Value>) -> Cell<'_> {
    value.as_ref().map_or(Cell::Missing, Cell::from)
}

/// What is read of rows, and where they stand.
struct Reading<'a> {
    place: &'a Place,
    wanted: &'a [String],
    known: &'a Known,
    /// Whether there may be lists of rows behind what was looked at.
    may_have_more_lists: bool,
}

/// The columns that the rows in the beginning have.
struct Known {
    titles: HashSet<String>,
    asked: Columns,
    /// Whether every column means something.
    all: bool,
}

impl Known {
    /// Refuses a column that begins later and would have meant something.
    fn check<E: serde::de::Error>(&self, title: &str) -> Result<(), E> {
        if self.titles.contains(title) || !(self.all || has_meaning(title, &self.asked)) {
            return Ok(());
        }
        Err(E::custom(format!(
            "{} first appears in this row, too late to be recognized; move this row to the top, or name the column with \
             --columns",
            quoted(title)
        )))
    }
}

/// Passes on the wanted fields of each row.
fn each(
    text: &mut dyn std::io::BufRead,
    origin: &crate::source::Origin,
    reading: &Reading<'_>,
    mut take: impl FnMut(&[Option<Value>]) -> Result<(), String>,
) -> Result<(), LogError> {
    let Reading { place, wanted, known, may_have_more_lists } = *reading;
    let paths: BTreeMap<&str, usize> = wanted.iter().map(String::as_str).zip(0..).collect();
    let paths = Paths { paths: &paths, known };
    match place {
        Place::Lines => {
            let mut cells = vec![None; wanted.len()];
            json::lines(text, origin, |line| {
                cells.fill(None);
                let mut parser = serde_json::Deserializer::from_slice(line);
                let seed = RowSeed { paths, prefix: String::new(), cells: &mut cells };
                seed.deserialize(&mut parser).and_then(|()| parser.end())?;
                Ok(take(&cells))
            })
        }
        Place::List => json::document(text, origin, RowList { paths, take: &mut take }),
        Place::At(key) => {
            let mut rows = RowsAt { key, paths, may_have_more_lists, take: &mut take };
            json::document(text, origin, Object(&mut rows))
        }
    }
}

/// The columns that are read by their paths, and those that are known.
#[derive(Clone, Copy)]
struct Paths<'a> {
    paths: &'a BTreeMap<&'a str, usize>,
    known: &'a Known,
}

/// Reads the wanted fields of an object, those of objects in it by paths such as `metrics.ok`.
struct RowSeed<'a> {
    paths: Paths<'a>,
    prefix: String,
    cells: &'a mut [Option<Value>],
}

impl RowSeed<'_> {
    /// Whether a path leads into the object at this one.
    fn leads_into(&self, path: &str) -> bool {
        let into = format!("{path}.");
        self.paths.paths.range(into.as_str()..).next().is_some_and(|(known, _)| known.starts_with(&into))
    }
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a row: an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let path =
                if self.prefix.is_empty() { key } else { Cow::Owned(format!("{}.{key}", self.prefix)) };
            if let Some(&place) = self.paths.paths.get(&*path) {
                let value = map.next_value_seed(ValueVisitor::whole())?;
                if self.cells[place].replace(value).is_some() {
                    return Err(A::Error::custom(format!("{} appears twice in its row", quoted(&path))));
                }
            } else if self.leads_into(&path) {
                let inner = RowSeed { paths: self.paths, prefix: path.into_owned(), cells: &mut *self.cells };
                map.next_value_seed(Inner(inner))?;
            } else {
                if self.prefix.is_empty() {
                    self.paths.known.check(&path)?;
                }
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// An object inside a row, or anything else, which has no fields.
struct Inner<'a>(RowSeed<'a>);

impl<'de> DeserializeSeed<'de> for Inner<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inner<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object inside a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.visit_map(map)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

type Take<'a> = &'a mut dyn FnMut(&[Option<Value>]) -> Result<(), String>;

/// A list of rows.
struct RowList<'a> {
    paths: Paths<'a>,
    take: Take<'a>,
}

impl<'de> DeserializeSeed<'de> for RowList<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowList<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of rows")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut cells = vec![None; self.paths.paths.len()];
        loop {
            cells.fill(None);
            let seed = RowSeed { paths: self.paths, prefix: String::new(), cells: &mut cells };
            if list.next_element_seed(seed)?.is_none() {
                return Ok(());
            }
            (self.take)(&cells).map_err(A::Error::custom)?;
        }
    }
}

/// A list of rows at a key.
struct RowsAt<'a> {
    key: &'a str,
    paths: Paths<'a>,
    may_have_more_lists: bool,
    take: Take<'a>,
}

impl Fields for RowsAt<'_> {
    const WHAT: &'static str = "an object with a list of rows";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if key == self.key {
            return map.next_value_seed(RowList { paths: self.paths, take: &mut *self.take });
        }
        if self.may_have_more_lists && map.next_value::<Shape>()? == Shape::Rows {
            return Err(A::Error::custom(format!(
                "rows may stand in {} and in {}; choose one, as in --columns rows={}",
                quoted(self.key),
                quoted(key),
                self.key
            )));
        }
        if !self.may_have_more_lists {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Whether a value may be rows: a list that begins with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Rows,
    Object,
    Other,
}

impl<'de> serde::Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Shape::Object)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let first = list.next_element::<Shape>()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(if first == Some(Shape::Object) { Shape::Rows } else { Shape::Other })
    }
}
