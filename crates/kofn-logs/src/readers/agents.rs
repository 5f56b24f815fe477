//! Agents' names out of files' names, where a log does not hold them.

use std::path::Path;

/// A stem without these endings, taken off in this order where they are; as it is where nothing would be left.
pub(super) fn without_ending<'a>(stem: &'a str, endings: &[&str]) -> &'a str {
    let stripped = endings.iter().fold(stem, |stem, ending| stem.strip_suffix(ending).unwrap_or(stem));
    if stripped.is_empty() { stem } else { stripped }
}

/// The name of the folder that the file is in.
pub(super) fn folder(name: &str) -> Option<&str> {
    Path::new(name).parent()?.file_name()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_taken_off_and_folders_found() {
        assert_eq!(without_ending("ada.jsonl_results", &["_results", ".jsonl"]), "ada");
        assert_eq!(without_ending("ada_results", &["_results", ".jsonl"]), "ada");
        assert_eq!(without_ending("_results", &["_results"]), "_results");
        assert_eq!(folder("out/org__ada/samples_x.jsonl"), Some("org__ada"));
        assert_eq!(folder("samples_x.jsonl"), None);
        assert_eq!(folder(""), None);
    }
}
