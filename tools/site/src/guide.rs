//! The guide: an mdBook.

use mdbook_driver::MDBook;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Files beside the chapters that are no part of the site: the book copies all that is not Markdown.
const SOURCES: [&str; 1] = ["page"];

/// Builds the book in `docs` into `folder`, in place of what is there.
pub(crate) fn build(docs: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut book = MDBook::load(docs)?;
    book.config.build.build_dir = absolute(folder)?;
    book.build()?;
    for source in SOURCES {
        fs::remove_dir_all(folder.join(source)).or_else(absent)?;
    }
    Ok(())
}

/// The book takes a relative path for one from its own folder.
fn absolute(folder: &Path) -> std::io::Result<PathBuf> {
    std::path::absolute(folder)
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
