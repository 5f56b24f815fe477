//! Logs that are packed by gzip or zstd.
//!
//! ruzstd unpacks zstd, not the C library that others bring: it needs no C compiler.

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// How a log is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
}

/// Maximum unpacked size: a hundred times the largest logs that are seen, and minutes to read.
const MAX_BYTES: u64 = 64 << 30;

/// Returns how a log that starts like this is packed.
pub(super) fn packing(start: &[u8]) -> Option<Packing> {
    if start.starts_with(b"\x1f\x8b") {
        Some(Packing::Gzip)
    } else if start.starts_with(b"\x28\xb5\x2f\xfd") {
        Some(Packing::Zstd)
    } else {
        None
    }
}

/// Returns what is packed.
pub(super) fn unpacked(packing: Packing, input: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    let unpacked: Box<dyn Read + Send> = match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(input)),
        Packing::Zstd => Box::new(Frames { input: Some(BufReader::new(input)), frame: None }),
    };
    Box::new(Bounded { unpacked, left: MAX_BYTES })
}

/// Frames of zstd, one behind the other.
struct Frames<R: Read> {
    input: Option<BufReader<R>>,
    frame: Option<StreamingDecoder<BufReader<R>, ruzstd::decoding::FrameDecoder>>,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(into)?;
                if read > 0 || into.is_empty() {
                    return Ok(read);
                }
            }
            self.input = self.frame.take().map(StreamingDecoder::into_inner).or(self.input.take());
            let Some(mut input) = self.input.take() else { return Ok(0) };
            if input.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.frame = Some(StreamingDecoder::new(input).map_err(io::Error::other)?);
        }
    }
}

/// A stream that unpacks to no more than it may, and says that it was packed when it fails.
struct Bounded {
    unpacked: Box<dyn Read + Send>,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(into).map_err(|error| {
            io::Error::new(error.kind(), format!("this compressed file cannot be decompressed: {error}"))
        })?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("this file unpacks to more than {MAX_BYTES} bytes"),
            )
        })?;
        Ok(read)
    }
}
