//! Records on disk in the order in which they came, to be read again if it turns out that they must be sorted.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

/// A temporary file without a name: nothing is left of it however the process ends.
#[derive(Debug)]
pub(super) struct Journal {
    file: BufWriter<File>,
    encoded: Vec<u8>,
}

impl Journal {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { file: BufWriter::with_capacity(1 << 16, tempfile::tempfile()?), encoded: Vec::new() })
    }

    /// Appends a record.
    pub(super) fn push(&mut self, record: &impl Serialize) -> io::Result<()> {
        self.encoded.clear();
        let encoded = postcard::to_extend(record, std::mem::take(&mut self.encoded));
        self.encoded = encoded.map_err(io::Error::other)?;
        let length = u32::try_from(self.encoded.len()).map_err(io::Error::other)?;
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(&self.encoded)
    }

    /// Passes on all records in their order.
    pub(super) fn each<T: DeserializeOwned>(
        self,
        mut each: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let mut input = BufReader::with_capacity(1 << 16, file);
        let mut bytes = Vec::new();
        loop {
            let mut length = [0; size_of::<u32>()];
            match input.read_exact(&mut length) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                read => read?,
            }
            bytes.resize(u32::from_le_bytes(length) as usize, 0);
            input.read_exact(&mut bytes)?;
            each(postcard::from_bytes(&bytes).map_err(io::Error::other)?)?;
        }
    }
}
