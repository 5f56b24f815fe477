//! Tables as CSV: rows with their places, and headers.

use crate::collector::Collector;
use crate::error::LogError;
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
    /// Number of rows that go over several lines.
    broken: u64,
    /// Number of rows that are the header again, as where files are put one behind the other.
    headers: u64,
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
        let mut table =
            Self { reader, record: ByteRecord::new(), origin, header: Vec::new(), broken: 0, headers: 0 };
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

    /// Whether the row is the header again, which is counted.
    pub(super) fn is_header(&mut self) -> bool {
        let is = |column: usize| self.field(column).trim_ascii() == self.header[column].as_bytes();
        let is_header = (0..self.header.len()).all(is);
        self.headers += u64::from(is_header);
        is_header
    }

    /// Notes rows that go over several lines, which a quote that is not closed makes as well.
    pub(super) fn note_broken(&self, collector: &mut Collector) {
        match self.headers {
            0 => {}
            1 => collector.note("the header appears again in 1 row, which was skipped"),
            rows => collector.note(format!("the header appears again in {rows} rows, which were skipped")),
        }
        match self.broken {
            0 => {}
            1 => collector
                .note("1 row goes over several lines: a line break in quotes, or a quote that is not closed"),
            rows => collector.note(format!(
                "{rows} rows go over several lines: line breaks in quotes, or quotes that are not closed"
            )),
        }
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
                self.broken += u64::from(self.reader.position().line() > line + 1);
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
        Ok(name.trim_ascii())
    }

    /// A field as text.
    pub(super) fn text(&self, column: usize) -> Result<&str, LogError> {
        let field = self.field(column);
        std::str::from_utf8(field).map_err(|_| {
            let title = quote::quoted(&self.header[column]);
            self.wrong(column, format!("{title} must be text in UTF-8, got {}", shown(field)))
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

/// The complete records at the beginning of a table; of text that is none, none.
pub(super) fn beginning(start: &[u8]) -> impl Iterator<Item = Vec<String>> {
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(start)).from_reader(start);
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let records = reader.into_byte_records().map_while(Result::ok);
    records.map(move |record| record.iter().map(text).collect::<Vec<_>>()).filter(|record| {
        // A line of white space is none.
        record.len() > 1 || record.iter().any(|field| !field.trim().is_empty())
    })
}
