//! What CSV logs have in common: rows with their places, headers, and values that mean correct or not.

use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::quote;
use crate::source::Origin;
use csv::{ByteRecord, ReaderBuilder, Terminator};
use std::io::{self, BufRead, Read};

/// What is read behind the last row: a quote that is not closed swallows it.
const LAST_ROW: &[u8] = b"\n.\n";
/// Number of bytes that the csv crate reads at once.
const BUFFER_BYTES: usize = 1 << 16;
/// Maximum length of a row: a longer one has a quote that is not closed, or is not a log.
const MAX_ROW_BYTES: u64 = 8 << 20;
/// Maximum length of the name of a task, an agent or a trial.
const MAX_NAME_BYTES: usize = 4096;

/// A table whose header was read.
pub(super) struct Table<'a> {
    reader: csv::Reader<Guard<'a>>,
    record: ByteRecord,
    origin: &'a Origin,
    pub(super) header: Vec<String>,
    delimiter: u8,
}

impl<'a> Table<'a> {
    /// Reads the header.
    pub(super) fn open(input: &'a mut dyn BufRead, origin: &'a Origin) -> Result<Self, LogError> {
        let start = input.fill_buf().map_err(|error| origin.unreadable(error))?;
        let (marked, delimiter) = (start.starts_with(b"\xef\xbb\xbf"), delimiter(start));
        if marked {
            input.consume(3);
        }
        // Rows end with \n alone, the \r before it is stripped: so a lone \r is seen and not taken for an end whose
        // line is not counted.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(Guard { input, rest: LAST_ROW, given: 0, total: 0, ended: None });
        let mut table = Self { reader, record: ByteRecord::new(), origin, header: Vec::new(), delimiter };
        if !table.next_record()? {
            return Err(origin.wrong_as_a_whole(
                "the file must have a header and a row for each run or task, got nothing",
            ));
        }
        let titles = (0..table.record.len()).map(|column| Ok(table.name(column)?.trim().to_owned()));
        table.header = titles.collect::<Result<_, LogError>>()?;
        Ok(table)
    }

    /// Goes to the next row; `false` at the end.
    pub(super) fn next(&mut self) -> Result<bool, LogError> {
        if !self.next_record()? {
            return Ok(false);
        }
        let (found, wanted) = (self.record.len(), self.header.len());
        if found != wanted {
            return Err(self.wrong(0, format!("this row has {found} fields, the header has {wanted}")));
        }
        Ok(true)
    }

    /// Goes to the next record that is not a blank line.
    fn next_record(&mut self) -> Result<bool, LogError> {
        loop {
            self.reader.get_mut().given = 0;
            let line = self.reader.position().line();
            let found = self.reader.read_byte_record(&mut self.record);
            let found = found.map_err(|error| self.unreadable(error, line))?;
            if self.reader.get_ref().ended == Some(self.reader.position().byte()) || !found {
                let closed = self.record.len() == 1 && self.record[0] == LAST_ROW[1..2];
                let problem = "a quote is opened in this row and not closed";
                return if closed { Ok(false) } else { Err(self.origin.wrong_at(line, 1, problem)) };
            }
            if self.record.len() > 1 || !matches!(&self.record[0], b"" | b"\r") {
                return Ok(true);
            }
        }
    }

    /// A field of the row, without the \r of the end of line.
    pub(super) fn field(&self, column: usize) -> &[u8] {
        let field = &self.record[column];
        if column + 1 == self.record.len() { field.strip_suffix(b"\r").unwrap_or(field) } else { field }
    }

    /// A field that names something.
    pub(super) fn name(&self, column: usize) -> Result<&str, LogError> {
        let field = self.field(column);
        let allowed = |problem: &str| {
            let title = self.header.get(column).map_or("a column's title", String::as_str);
            self.wrong(column, format!("{title} must be {problem}, got {}", shown(field)))
        };
        if field.len() > MAX_NAME_BYTES {
            return Err(allowed(&format!("at most {MAX_NAME_BYTES} bytes long")));
        }
        let name = std::str::from_utf8(field).map_err(|_| allowed("text in UTF-8"))?;
        if name.trim_ascii().is_empty() && !self.header.is_empty() {
            return Err(allowed("a name that is not blank"));
        }
        if name.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(allowed("a name without line breaks and control characters (is a quote missing?)"));
        }
        Ok(name)
    }

    /// Whether the field says yes; nothing where it is empty.
    pub(super) fn yes(&self, column: usize) -> Result<Option<bool>, LogError> {
        yes(self.field(column)).map_err(|allowed| {
            let problem = format!(
                "{} must be {allowed}, got {}",
                quote::quoted(&self.header[column]),
                shown(self.field(column))
            );
            self.wrong(column, problem)
        })
    }

    /// Something is wrong with a field of this row.
    pub(super) fn wrong(&self, column: usize, problem: impl Into<String>) -> LogError {
        let breaks = self.record.as_slice().iter().filter(|&&byte| byte == b'\n').count() as u64;
        let line = self.reader.position().line().saturating_sub(1 + breaks).max(1);
        self.origin.wrong_at(line, self.column_of(column), problem)
    }

    /// Where the field begins, in characters, if nothing in this row is quoted; else where the row begins.
    fn column_of(&self, column: usize) -> u64 {
        let start = self.record.position().map_or(0, csv::Position::byte);
        let plain = self.record.as_slice().len() + self.record.len();
        if start + plain as u64 != self.reader.position().byte() {
            return 1;
        }
        let before: usize = self
            .record
            .iter()
            .take(column)
            .map(|field| String::from_utf8_lossy(field).chars().count() + 1)
            .sum();
        1 + before as u64
    }

    fn unreadable(&self, error: csv::Error, line: u64) -> LogError {
        match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => self.origin.wrong_at(
                line,
                1,
                format!("this row is longer than {MAX_ROW_BYTES} bytes; is a quote not closed?"),
            ),
            csv::ErrorKind::Io(error) => self.origin.unreadable(error),
            other => self.origin.wrong_at(line, 1, format!("{other:?}")),
        }
    }
}

/// Input with [`LAST_ROW`] behind it, that refuses to yield more for one row than a row may have.
struct Guard<'a> {
    input: &'a mut dyn BufRead,
    /// What is still to be given behind the input.
    rest: &'static [u8],
    /// Bytes that were given for the row that is being read.
    given: u64,
    /// Bytes that were given for all rows.
    total: u64,
    /// The total with the last row, once it is known.
    ended: Option<u64>,
}

impl Read for Guard<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given > MAX_ROW_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut count = 0;
        if self.ended.is_none() {
            count = self.read_input(buffer)?;
            if count == 0 && !buffer.is_empty() {
                self.ended = Some(self.total + self.rest.len() as u64);
            }
        }
        if self.ended.is_some() {
            count = self.rest.read(buffer)?;
        }
        self.given += count as u64;
        self.total += count as u64;
        Ok(count)
    }
}

impl Guard<'_> {
    fn read_input(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.input.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }
}

/// Whether the value says yes; nothing where it is empty. Else what is allowed.
fn yes(value: &[u8]) -> Result<Option<bool>, &'static str> {
    match value {
        b"1" => Ok(Some(true)),
        b"0" => Ok(Some(false)),
        other => yes_in_words(other.trim_ascii()),
    }
}

fn yes_in_words(value: &[u8]) -> Result<Option<bool>, &'static str> {
    let is = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()));
    if value.is_empty() {
        Ok(None)
    } else if is(&["1", "1.0", "true", "pass"]) {
        Ok(Some(true))
    } else if is(&["0", "0.0", "false", "fail"]) {
        Ok(Some(false))
    } else {
        Err("0 or 1 (also true, false, pass, fail; empty where there is none)")
    }
}

/// Returns the beginning of a value between quotation marks.
fn shown(value: &[u8]) -> String {
    quote::value(&String::from_utf8_lossy(&value[..value.len().min(MAX_NAME_BYTES)]))
}

/// What separates the fields: a comma; where the first line has none, a semicolon or a tabulator.
fn delimiter(start: &[u8]) -> u8 {
    let line =
        start.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|mark| line.contains(mark)).unwrap_or(b',')
}

/// What a column says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Role {
    Task,
    Agent,
    Trial,
    Passed,
    Accepted,
}

impl Role {
    /// The titles that such a column may have, in any case.
    fn titles(self) -> &'static [&'static str] {
        match self {
            Self::Task => &["task", "task_id", "instance_id", "sample_id", "doc_id"],
            Self::Agent => &["agent", "model"],
            Self::Trial => &["trial", "epoch", "run"],
            Self::Passed => &["passed", "correct", "success", "resolved"],
            Self::Accepted => &["accepted"],
        }
    }

    /// The columns of this role.
    fn columns(self, header: &[String]) -> impl Iterator<Item = usize> {
        let is_one = move |title: &str| self.titles().iter().any(|name| title.eq_ignore_ascii_case(name));
        header.iter().enumerate().filter(move |(_, title)| is_one(title)).map(|(column, _)| column)
    }
}

impl Table<'_> {
    /// The column of this role, if there is one.
    pub(super) fn optional(&self, role: Role) -> Result<Option<usize>, LogError> {
        let mut columns = role.columns(&self.header);
        let first = columns.next();
        match (first, columns.next()) {
            (Some(first), Some(second)) => {
                let (one, other) = (&self.header[first], &self.header[second]);
                let problem = format!(
                    "columns {} and {} have the same meaning; there must be only one of {}",
                    quote::quoted(one),
                    quote::quoted(other),
                    role.titles().join(", ")
                );
                Err(self.wrong(second, problem))
            }
            _ => Ok(first),
        }
    }

    /// The column of this role.
    pub(super) fn needed(&self, role: Role) -> Result<usize, LogError> {
        let missing = || self.wrong(0, format!("a column is required: one of {}", role.titles().join(", ")));
        self.optional(role)?.ok_or_else(missing)
    }

    /// Notes which columns were not used.
    pub(super) fn note_ignored(&self, used: &[Option<usize>], collector: &mut Collector) {
        let unused = self.header.iter().enumerate().filter(|(column, _)| !used.contains(&Some(*column)));
        let titles: Vec<_> = unused.map(|(_, title)| title.as_str()).collect();
        if !titles.is_empty() {
            collector.note(format!("columns that are not used: {}", quote::list(titles)));
        }
    }

    /// What to do where the tasks come in pieces: the command that puts them together.
    pub(super) fn remedy(&self, task: usize) -> String {
        let (delimiter, key) = (self.delimiter, task + 1);
        let separator =
            if delimiter == b'\t' { "$'\\t'".into() } else { format!("'{}'", char::from(delimiter)) };
        format!(
            "sort the log by task, as in `(head -n 1 LOG; tail -n +2 LOG | LC_ALL=C sort -t {separator} -k {key},{key}) | kofn fit -`, or allow more memory with --memory"
        )
    }
}

/// Which kind of table starts like this, or what it is instead.
pub(crate) fn format(start: &[u8]) -> Result<Format, String> {
    let reader = ReaderBuilder::new().has_headers(false).delimiter(delimiter(start)).from_reader(start);
    let header = reader.into_byte_records().next().and_then(Result::ok).unwrap_or_default();
    let header: Vec<_> =
        header.iter().map(|title| String::from_utf8_lossy(title).trim().to_owned()).collect();
    let has = |role: Role| role.columns(&header).next().is_some();
    let first_names_task = Role::Task.columns(&header).next() == Some(0);
    let seen = || format!("text that starts with {}", shown(start));
    match (has(Role::Passed), has(Role::Accepted)) {
        (true, true) => Ok(Format::Verdicts),
        (true, false) if has(Role::Task) => Ok(Format::LongCsv),
        (false, false) if first_names_task && header.len() > 1 && !has(Role::Agent) && !has(Role::Trial) => {
            Ok(Format::MatrixCsv)
        }
        (false, _) if has(Role::Task) => {
            let titles = Role::Passed.titles().join(", ");
            Err(format!("{}, a table without a column of these: {titles}", seen()))
        }
        (true, false) => {
            Err(format!("{}, a table without a column of these: {}", seen(), Role::Task.titles().join(", ")))
        }
        _ => Err(seen()),
    }
}
