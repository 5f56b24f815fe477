//! Records sorted by a key, on disk where they are too many for memory.
//!
//! Records are gathered until they take the budget, sorted, and written behind one another into a temporary file; in
//! the end these sorted runs are merged. The file has no name from the moment it is made, so that nothing is left of
//! it however the process ends.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;

/// The smallest part of a sorted run that is read at once.
const MIN_READ_BYTES: usize = 4 << 10;
/// The key and the length before each record.
const HEADER_BYTES: usize = size_of::<u128>() + size_of::<u32>();

/// Takes records with keys, and returns them sorted: by key, equal keys in the order in which they came.
#[derive(Debug)]
pub(super) struct Sorter<T> {
    /// Records, encoded, and where they stand.
    buffer: Vec<u8>,
    index: Vec<(u128, usize)>,
    budget_bytes: usize,
    file: Option<File>,
    /// The sorted runs: where each begins in the file, and its length.
    runs: Vec<(u64, u64)>,
    written: u64,
    records: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Sorter<T> {
    /// No records, and what they may take in memory.
    pub(super) fn new(budget_bytes: usize) -> Self {
        Self {
            buffer: Vec::new(),
            index: Vec::new(),
            budget_bytes,
            file: None,
            runs: Vec::new(),
            written: 0,
            records: PhantomData,
        }
    }

    /// Takes a record.
    pub(super) fn push(&mut self, key: u128, record: &T) -> io::Result<()> {
        let at = self.buffer.len();
        self.buffer.extend(key.to_le_bytes());
        self.buffer.extend([0; size_of::<u32>()]);
        self.buffer =
            postcard::to_extend(record, std::mem::take(&mut self.buffer)).map_err(io::Error::other)?;
        let length = u32::try_from(self.buffer.len() - at - HEADER_BYTES).map_err(io::Error::other)?;
        self.buffer[at + size_of::<u128>()..at + HEADER_BYTES].copy_from_slice(&length.to_le_bytes());
        self.index.push((key, at));
        // Twice, for lists are half empty after they have grown.
        let taken = 2 * (self.buffer.len() + size_of_val(&*self.index));
        if taken > self.budget_bytes { self.write_run() } else { Ok(()) }
    }

    /// Sorts what is in memory and writes it into the file.
    fn write_run(&mut self) -> io::Result<()> {
        if self.index.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        self.index.sort_unstable();
        let mut out = io::BufWriter::with_capacity(1 << 16, file);
        for &(_, at) in &self.index {
            out.write_all(record_at(&self.buffer, at))?;
        }
        out.flush()?;
        self.runs.push((self.written, self.buffer.len() as u64));
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        self.index.clear();
        Ok(())
    }

    /// The records in their order.
    pub(super) fn sorted(mut self) -> io::Result<Sorted<T>> {
        self.write_run()?;
        self.buffer = Vec::new();
        self.index = Vec::new();
        let most = (self.budget_bytes / self.runs.len().max(1)).max(MIN_READ_BYTES);
        let mut sorted =
            Sorted { file: self.file, runs: Vec::new(), next: BinaryHeap::new(), records: PhantomData };
        for (at, left) in self.runs {
            sorted.runs.push(Run { at, left, buffer: Vec::new(), given: 0, most });
            sorted.queue(sorted.runs.len() - 1)?;
        }
        Ok(sorted)
    }
}

/// The record that first appears in this row, with its key and length.
fn record_at(buffer: &[u8], at: usize) -> &[u8] {
    let length = buffer[at + size_of::<u128>()..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    &buffer[at..at + HEADER_BYTES + length as usize]
}

/// A sorted run while it is read.
#[derive(Debug)]
struct Run {
    at: u64,
    left: u64,
    buffer: Vec<u8>,
    given: usize,
    most: usize,
}

impl Run {
    /// Makes sure that so many bytes are in the buffer; `false` at the end of the run.
    fn fill(&mut self, file: &mut File, bytes: usize) -> io::Result<bool> {
        if self.buffer.len() - self.given >= bytes {
            return Ok(true);
        }
        self.buffer.drain(..self.given);
        self.given = 0;
        let wanted = (self.most.max(bytes) - self.buffer.len()) as u64;
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.take(wanted.min(self.left)).read_to_end(&mut self.buffer)? as u64;
        self.at += read;
        self.left -= read;
        Ok(self.buffer.len() >= bytes)
    }

    /// The key of the next record; nothing at the end.
    fn key(&mut self, file: &mut File) -> io::Result<Option<u128>> {
        if !self.fill(file, HEADER_BYTES)? {
            return Ok(None);
        }
        Ok(self.buffer[self.given..].first_chunk().map(|bytes| u128::from_le_bytes(*bytes)))
    }
}

/// Sorted records.
#[derive(Debug)]
pub(super) struct Sorted<T> {
    file: Option<File>,
    runs: Vec<Run>,
    /// The key of the next record of each run, and the run.
    next: BinaryHeap<Reverse<(u128, usize)>>,
    records: PhantomData<T>,
}

impl<T: DeserializeOwned> Sorted<T> {
    fn queue(&mut self, run: usize) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if let Some(key) = self.runs[run].key(file)? {
            self.next.push(Reverse((key, run)));
        }
        Ok(())
    }

    /// The next record and its key; nothing behind the last.
    pub(super) fn next(&mut self) -> io::Result<Option<(u128, T)>> {
        let Some(Reverse((key, place))) = self.next.pop() else { return Ok(None) };
        let (Some(file), Some(run)) = (&mut self.file, self.runs.get_mut(place)) else { return Ok(None) };
        let length = record_length(&run.buffer[run.given..]);
        if !run.fill(file, HEADER_BYTES + length)? {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let bytes = &run.buffer[run.given + HEADER_BYTES..run.given + HEADER_BYTES + length];
        let record = postcard::from_bytes(bytes).map_err(io::Error::other)?;
        run.given += HEADER_BYTES + length;
        self.queue(place)?;
        Ok(Some((key, record)))
    }
}

fn record_length(record: &[u8]) -> usize {
    let length = record.get(size_of::<u128>()..HEADER_BYTES).and_then(|bytes| bytes.first_chunk());
    length.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The standard library's stable sort is the other route.
        #[test]
        fn records_come_sorted_whatever_the_memory(
            keys in prop::collection::vec(0..40_u128, 0..300),
            budget_bytes in 0..8000_usize,
        ) {
            let records: Vec<(u128, String)> =
                keys.iter().enumerate().map(|(at, &key)| (key << 100, "x".repeat(at % 50) + &at.to_string())).collect();
            let mut sorter = Sorter::new(budget_bytes);
            for (key, record) in &records {
                sorter.push(*key, record).unwrap();
            }
            let mut sorted = sorter.sorted().unwrap();
            let mut found = Vec::new();
            while let Some(next) = sorted.next().unwrap() {
                found.push(next);
            }
            let mut expected = records;
            expected.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(found, expected);
        }
    }
}
