//! The runs of logs, that add up: a log read in pieces is one log.

use crate::collector::{Collector, DAMAGED, Recorded, Refused};
use crate::error::LogError;
use crate::log::Log;
use crate::options::ReadOptions;
use crate::quote::quoted;
use crate::read::{finish, gather};
use crate::source::{Origin, Source, distinguish};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use kofn::Error;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What was read from logs, before it is counted: runs that can be sent elsewhere and added to others.
///
/// Runs that are added give the log that all their sources give when they are read together, to the last bit and in the
/// order in which they are added, also where the runs of a task are in several of them.
///
/// ```
/// use kofn_logs::{ReadOptions, Runs, Source};
/// use std::io::Cursor;
/// let read = |name: &str, text: &'static str| {
///     Runs::read(vec![Source::new(name, Cursor::new(text))], &ReadOptions::default(), &Default::default())
/// };
/// let first = read("1.csv", "task,agent,passed\nt1,ada,1\nt2,ada,0\n")?;
/// let second = read("2.csv", "task,agent,passed\nt1,bob,1\nt3,ada,1\n")?;
/// let sent = Runs::from_bytes(&second.to_bytes()?)?;
/// let log = first.plus(&sent)?.log(&Default::default())?;
/// assert_eq!((log.agents.len(), log.counts.tasks), (2, 3));
/// assert!(first.plus(&first).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Runs {
    options: ReadOptions,
    parts: Vec<Arc<Part>>,
}

/// Sources that were read together.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    origins: Vec<Origin>,
    recorded: Recorded,
}

/// What [`Runs::to_bytes`] writes before it packs it, and reads.
#[derive(Serialize, Deserialize)]
struct Written<P> {
    format: u32,
    options: ReadOptions,
    parts: Vec<P>,
}

/// Raised whenever what is written changes.
const FORMAT: u32 = 1;

/// Maximum unpacked size, as of a packed log.
const MAX_BYTES: u64 = 64 << 30;

impl Runs {
    /// Reads logs as [`read`](crate::read) does, and keeps their runs, until the flag is set.
    ///
    /// # Errors
    /// A source that fails, that is in no known format, or whose content cannot be right. What only all logs together
    /// show, such as an option that has no effect on any of them, is an error of [`log`](Self::log).
    pub fn read(
        sources: Vec<Source>,
        options: &ReadOptions,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, LogError> {
        let origins = sources.iter().map(|source| source.origin.without_file()).collect();
        let mut collector = Collector::new(options).recording().stopped_by(Arc::clone(stop));
        gather(sources, options, &mut collector)?;
        let recorded = collector.take_record().finish();
        let recorded = recorded.map_err(|problem| Origin::named("the logs").wrong_as_a_whole(problem))?;
        Ok(Self { options: options.clone(), parts: vec![Arc::new(Part { origins, recorded })] })
    }

    /// Returns these runs and those of other sources.
    ///
    /// # Errors
    /// A source that is in both; runs that were read with other options.
    pub fn plus(&self, other: &Self) -> Result<Self, Error> {
        let memory_bytes = self.options.memory_bytes.max(other.options.memory_bytes);
        let options = self.options.clone().with_memory_bytes(memory_bytes);
        if options != other.options.clone().with_memory_bytes(memory_bytes) {
            return Err(refused("results that are added must have been read with the same options"));
        }
        let known: HashSet<_> = self.contents()?.into_iter().collect();
        if let Some((name, _)) = other.contents()?.iter().find(|source| known.contains(source)) {
            return Err(refused(format!(
                "{} is in both of the results that are added; each source must be there once",
                quoted(name)
            )));
        }
        Ok(Self { options, parts: self.parts.iter().chain(&other.parts).cloned().collect() })
    }

    /// Returns the log that the runs make, until the flag is set.
    ///
    /// # Errors
    /// What [`read`](crate::read) refuses of all sources together. Few logs are read otherwise beside others, such as
    /// evaluations of one task with different arguments, which are then two tasks: these must be read at once.
    pub fn log(&self, stop: &Arc<AtomicBool>) -> Result<Log, LogError> {
        let mut parts: Vec<Vec<Origin>> = self.parts.iter().map(|part| part.origins.clone()).collect();
        distinguish(&mut parts.iter_mut().flatten().collect::<Vec<_>>());
        let mut collector = Collector::new(&self.options).stopped_by(Arc::clone(stop));
        let mut skipped = Vec::new();
        for (part, origins) in self.parts.iter().zip(&parts) {
            let taken = collector.take_again(&part.recorded, origins);
            skipped.extend(taken.map_err(|refused| match refused {
                Refused::Log(error) => error,
                Refused::Record(problem) => Origin::named("results").wrong_as_a_whole(problem),
            })?);
        }
        finish(collector, &skipped)
    }

    /// Returns the names of all sources, in the order of reading.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().flat_map(|part| part.origins.iter().map(|origin| &*origin.name))
    }

    /// Returns how the sources were read.
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    /// Writes the runs, packed; [`from_bytes`](Self::from_bytes) reads them.
    ///
    /// # Errors
    /// They do not fit into memory.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let parts: Vec<&Part> = self.parts.iter().map(|part| &**part).collect();
        let written = Written { format: FORMAT, options: self.options.clone(), parts };
        let packed = |bytes: Vec<u8>| {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(&bytes)?;
            packer.finish()
        };
        let bytes = postcard::to_stdvec(&written).map_err(|error| refused(error.to_string()))?;
        packed(bytes).map_err(|error| refused(error.to_string()))
    }

    /// Reads runs that [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Bytes that are none, or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut unpacked = Vec::new();
        let read = GzDecoder::new(bytes).take(MAX_BYTES).read_to_end(&mut unpacked);
        read.map_err(|_| refused(DAMAGED))?;
        match postcard::take_from_bytes::<u32>(&unpacked) {
            Ok((FORMAT, _)) => {}
            Ok((other, _)) => {
                return Err(refused(format!(
                    "results must have been read by a version of kofn that writes format {FORMAT}, got format {other}; \
                     read the logs again"
                )));
            }
            Err(_) => return Err(refused(DAMAGED)),
        }
        let written: Written<Part> = postcard::from_bytes(&unpacked).map_err(|_| refused(DAMAGED))?;
        Ok(Self { options: written.options, parts: written.parts.into_iter().map(Arc::new).collect() })
    }

    /// The name and the fingerprint of each source.
    fn contents(&self) -> Result<Vec<(&str, u128)>, Error> {
        let mut all = Vec::new();
        for part in &self.parts {
            for (source, content) in part.recorded.contents().map_err(refused)? {
                let origin = part.origins.get(source as usize).ok_or_else(|| refused(DAMAGED))?;
                all.push((&*origin.name, content));
            }
        }
        Ok(all)
    }
}

fn refused(problem: impl Into<String>) -> Error {
    Error::refused("results", problem)
}
