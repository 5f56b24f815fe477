//! What a log is, from its first bytes.

use super::format::{FORMATS, Format, NO_LOGS};
use super::quote;
use super::readers::sketch::Start;

/// Returns the format of a log that starts like this, or why there is none.
pub(super) fn format(start: &Start<'_>) -> Result<&'static Format, String> {
    if let Some(problem) = other_files(start.bytes) {
        return Err(problem.into());
    }
    if let Some(problem) = NO_LOGS.iter().find_map(|no_log| no_log(start)) {
        return Err(problem.into());
    }
    if let Some(format) = FORMATS.iter().find(|format| (format.is)(start)) {
        return Ok(format);
    }
    Err(match start.readable_as_rows() {
        Some(problem) => problem,
        None => unknown(start),
    })
}

/// What a file is by its first bytes if it is no log, and what to do.
fn other_files(start: &[u8]) -> Option<&'static str> {
    const MARKS: &[(&[u8], &str)] = &[
        (b"version https://git-lfs", "this is a pointer of Git LFS, not the log: run `git lfs pull` first"),
        (
            b"PAR1",
            "this is Parquet: convert it to CSV first, as in `df.to_csv(\"runs.csv\", index=False)`, or read it in Python \
             with `kofn.fit`",
        ),
        (b"SQLite format 3\0", "this is an SQLite database: export a table as CSV first"),
        (b"ARROW1", "this is an Arrow file: convert it to CSV first"),
        (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook: save the sheet as CSV first"),
        (b"BZh", "this is packed by bzip2: unpack it first, as in `bzip2 -dc FILE | kofn fit -`"),
        (b"\xfd7zXZ\0", "this is packed by xz: unpack it first, as in `xz -dc FILE | kofn fit -`"),
        (b"\xff\xfe", "this is text in UTF-16: save it as UTF-8"),
        (b"\xfe\xff", "this is text in UTF-16: save it as UTF-8"),
        (b"%PDF", "this is a PDF: give the log that it was made from"),
        (b"<!DOCTYPE", "this is a page of HTML: give the log that it was made from"),
        (b"<html", "this is a page of HTML: give the log that it was made from"),
    ];
    let mark = MARKS.iter().find(|(mark, _)| start.starts_with(mark)).map(|(_, problem)| *problem);
    let is_zip = start.starts_with(b"PK\x03\x04");
    mark.or((!is_zip && start.contains(&0))
        .then_some("this is a binary file of an unknown kind; give the log as text (JSON or CSV)"))
}

fn unknown(start: &Start<'_>) -> String {
    if start.bytes.trim_ascii().is_empty() {
        return "this file is empty".into();
    }
    let known: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    format!(
        "this is not a log format that kofn knows: {}; known formats are {}",
        start.seen(),
        known.join(", ")
    )
}

impl Start<'_> {
    /// What is there, in short.
    fn seen(&self) -> String {
        match self.keys() {
            Some(keys) if keys.is_empty() => "JSON without keys".into(),
            Some(keys) => format!("JSON with the keys {}", quote::list(keys)),
            None => {
                let start = String::from_utf8_lossy(&self.bytes[..self.bytes.len().min(4096)]);
                format!("it starts with {}", quote::value(start.trim_start_matches('\u{feff}')))
            }
        }
    }
}
