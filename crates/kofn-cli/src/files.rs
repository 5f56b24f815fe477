//! Files that are there whole, old or new, whatever happens.

use super::Failure;
use kofn_figures::Rendered;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes the picture and its table into `directory`, which is made if need be, as NAME.svg and NAME.csv.
pub(crate) fn write_figure(rendered: &Rendered, directory: &Path) -> Result<[PathBuf; 2], Failure> {
    let failure = |path: &Path, error| Failure::File { name: path.display().to_string(), error };
    std::fs::create_dir_all(directory).map_err(|error| failure(directory, error))?;
    let file = |extension: &str, text: &str| {
        let path = directory.join(format!("{}.{extension}", rendered.name));
        replace(&path, text.as_bytes()).map_err(|error| failure(&path, error))?;
        Ok::<_, Failure>(path)
    };
    Ok([file("svg", &rendered.svg)?, file("csv", &rendered.csv)?])
}

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
