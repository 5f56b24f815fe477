//! Logs of Inspect AI as an archive, `.eval`: a zip with the parts of the log as JSON, packed by deflate or by zstd.
//!
//! The summaries of the samples are enough; where they are missing, the samples are read. A log that was not finished
//! has a journal. Parts are visited as they are unpacked, so a part that unpacks to much takes time and no memory.
//!
//! ruzstd unpacks zstd, not the C library that the crate zip would bring: it builds as fast and needs no C compiler.

use super::input::Input;
use super::inspect::{InspectLog, NO_SAMPLES};
use super::json::{self, Each, Object, Only};
use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::source::Origin;
use ruzstd::decoding::StreamingDecoder;
use std::io::{self, BufReader, Cursor, Read, Seek};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// An archive on a pipe is kept whole, as its directory is at its end; this is what may be kept.
const MAX_BYTES_ON_A_PIPE: u64 = 64 << 20;
/// Maximum unpacked size of a part: a hundred times the largest logs that are seen, and minutes to read.
const MAX_PART_BYTES: u64 = 16 << 30;

pub(crate) const FORMAT: Format = Format {
    name: "Inspect .eval",
    files: "logs of Inspect AI as .eval, compressed with deflate or zstd, finished or not",
    is: |start| start.bytes.starts_with(b"PK\x03\x04"),
    read,
};

/// Reads an archive: from its file where it is one, else from `input`.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, options, .. } = input;
    if let Some(file) = &origin.file {
        return read_archive(BufReader::new(&**file), origin, options, collector);
    }
    let mut kept = Vec::new();
    text.take(MAX_BYTES_ON_A_PIPE + 1).read_to_end(&mut kept).map_err(|error| origin.unreadable(error))?;
    if kept.len() as u64 > MAX_BYTES_ON_A_PIPE {
        return Err(origin.wrong_as_a_whole(format!(
            "an archive on a pipe may have {MAX_BYTES_ON_A_PIPE} bytes, as it is read from its end; give it as a file"
        )));
    }
    read_archive(Cursor::new(kept), origin, options, collector)
}

fn read_archive(
    input: impl Read + Seek,
    origin: &Origin,
    options: &ReadOptions,
    collector: &mut Collector,
) -> Result<(), LogError> {
    let archive = ZipArchive::new(input).map_err(|error| unzip(origin, error))?;
    let names = archive.file_names().filter_map(|name| name.ok().map(|name| name.into_owned())).collect();
    let mut parts = Parts { archive, names, origin };
    let mut log = InspectLog::new(options, collector);
    let header = ["header.json", "_journal/start.json"];
    let Some(header) = header.into_iter().find(|name| parts.has(name)) else {
        let is_workbook = parts.has("xl/workbook.xml");
        return Err(origin.wrong_as_a_whole(match is_workbook {
            true => "this is an Excel workbook: save the sheet as CSV first",
            false => "this archive is not a log of Inspect, for it has no header.json: unpack it, and give the logs in it",
        }));
    };
    parts.document(header, Object(&mut log))?;
    let (lists, samples) = parts.samples();
    if lists.is_empty() && samples.is_empty() {
        return Err(origin.wrong_as_a_whole(NO_SAMPLES));
    }
    for part in lists {
        parts.document(&part, Each::new(|sample| log.sample(sample)))?;
    }
    for part in samples {
        parts.document(&part, Only::new(|sample| log.sample(sample)))?;
    }
    log.finish().map_err(|problem| origin.wrong_as_a_whole(problem))
}

/// The parts of an archive, by their names.
struct Parts<'a, R> {
    archive: ZipArchive<R>,
    names: Vec<String>,
    origin: &'a Origin,
}

impl<R: Read + Seek> Parts<'_, R> {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The names of the parts that hold all samples, each once: those with lists of them, and those with one.
    fn samples(&self) -> (Vec<String>, Vec<String>) {
        if self.has("summaries.json") {
            return (vec!["summaries.json".into()], Vec::new());
        }
        let journal = self.json_below("_journal/summaries/");
        if journal.is_empty() { (journal, self.json_below("samples/")) } else { (journal, Vec::new()) }
    }

    fn json_below(&self, folder: &str) -> Vec<String> {
        let is_below = |name: &&String| name.starts_with(folder) && name.ends_with(".json");
        self.names.iter().filter(is_below).cloned().collect()
    }

    /// Reads a part as JSON.
    fn document<S>(&mut self, name: &str, seed: S) -> Result<(), LogError>
    where
        S: for<'de> serde::de::DeserializeSeed<'de, Value = ()>,
    {
        let origin = self.origin.part(name);
        let wrong = |error| unzip(&origin, error);
        let index = self.archive.index_for_name(name).ok_or_else(|| wrong(ZipError::FileNotFound))?;
        let part = self.archive.by_index_raw(index).map_err(wrong)?;
        let (method, encrypted, size, checksum) =
            (part.compression(), part.encrypted(), part.size(), part.crc32());
        if encrypted {
            return Err(origin.wrong_as_a_whole("this part is encrypted; give a log without a password"));
        }
        match method {
            CompressionMethod::ZSTD => {
                let unpacked = StreamingDecoder::new(part)
                    .map_err(|error| origin.wrong_as_a_whole(format!("this is not zstd: {error}")))?;
                json::document(Checked::new(unpacked, size, checksum), &origin, seed)
            }
            CompressionMethod::Stored | CompressionMethod::Deflated => {
                drop(part);
                let part = self.archive.by_index(index).map_err(wrong)?;
                json::document(Checked::new(part, size, checksum), &origin, seed)
            }
            other => Err(origin
                .wrong_as_a_whole(format!("this part is packed by {other}; known are deflate and zstd"))),
        }
    }
}

fn unzip(origin: &Origin, error: ZipError) -> LogError {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::InvalidData => origin.unreadable(error),
        error => origin.wrong_as_a_whole(format!("this archive cannot be read: {error}")),
    }
}

/// Unpacked bytes, compared with the archive's directory: their number, and at the end their checksum.
struct Checked<R> {
    unpacked: R,
    /// Number of bytes still to come.
    left: u64,
    hash: crc32fast::Hasher,
    checksum: u32,
}

impl<R: Read> Checked<R> {
    fn new(unpacked: R, size: u64, checksum: u32) -> Self {
        Self { unpacked, left: size.min(MAX_PART_BYTES), hash: crc32fast::Hasher::new(), checksum }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let broken = |problem: &str| io::Error::new(io::ErrorKind::InvalidData, problem);
        let read = self
            .unpacked
            .read(into)
            .map_err(|error| broken(&format!("this part cannot be unpacked: {error}")))?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| broken("this part unpacks to more than it may"))?;
        self.hash.update(&into[..read]);
        if read == 0 && !into.is_empty() && (self.left > 0 || self.hash.clone().finalize() != self.checksum) {
            return Err(broken(
                "this part is broken: it is shorter than it should be, or its checksum is another",
            ));
        }
        Ok(read)
    }
}
