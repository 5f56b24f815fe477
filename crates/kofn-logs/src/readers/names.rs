//! Names out of files' names, where a log does not hold them.

/// A stem without these endings, taken off in this order where they are; as it is where nothing would be left.
pub(super) fn without_ending<'a>(stem: &'a str, endings: &[&str]) -> &'a str {
    let stripped = endings.iter().fold(stem, |stem, ending| stem.strip_suffix(ending).unwrap_or(stem));
    if stripped.is_empty() { stem } else { stripped }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_taken_off() {
        assert_eq!(without_ending("ada.jsonl_results", &["_results", ".jsonl"]), "ada");
        assert_eq!(without_ending("ada_results", &["_results", ".jsonl"]), "ada");
        assert_eq!(without_ending("_results", &["_results"]), "_results");
    }
}
