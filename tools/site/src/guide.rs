//! The guide: an mdBook.

use mdbook_driver::MDBook;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Files that mdBook would copy because they are not Markdown, but that are not part of the site.
const SOURCES: [&str; 1] = ["page"];

/// Builds the book in `docs` into `folder`, and replaces what is there.
pub(crate) fn build(docs: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut book = MDBook::load(docs)?;
    book.config.build.build_dir = absolute(folder)?;
    book.build()?;
    for source in SOURCES {
        fs::remove_dir_all(folder.join(source)).or_else(absent)?;
    }
    Ok(())
}

/// An absolute path, because mdBook takes a relative one from its own folder.
fn absolute(folder: &Path) -> std::io::Result<PathBuf> {
    std::path::absolute(folder)
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
