//! Files that are there whole, old or new, whatever happens.

use std::io::{self, Write};
use std::path::Path;

/// Puts these bytes into a file: they are written under another name in the same directory, brought to the disk and then renamed.
///
/// Whoever is killed while writing leaves the old file, and perhaps one beside it whose name begins with `.kofn-`.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kofn-");
    readable_by_all(&mut builder);
    let mut file = builder.tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// A temporary file is private by default; what is written here is not (the process's umask still applies).
#[cfg(unix)]
fn readable_by_all(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable_by_all(_: &mut tempfile::Builder<'_, '_>) {}
