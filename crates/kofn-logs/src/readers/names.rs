//! Names out of files' names, where a log does not hold them.

use crate::collector::Collector;
use crate::source::Origin;

/// A stem without these endings, taken off in this order where they are; as it is where nothing would be left.
pub(super) fn without_ending<'a>(stem: &'a str, endings: &[&str]) -> &'a str {
    let stripped = endings.iter().fold(stem, |stem, ending| stem.strip_suffix(ending).unwrap_or(stem));
    if stripped.is_empty() { stem } else { stripped }
}

/// Names the agent of a log that has some of its tasks, such as one scenario: in logs of other tasks it is the same
/// agent. Where another log of the same tasks names it as well, this is a different one.
pub(super) fn made_by_in_part(collector: &mut Collector, origin: &Origin, agent: &str, tasks: &str) {
    let part = format!("{agent}\0{tasks}");
    match collector.check_content(&part, &origin.name) {
        Ok(()) => collector.made_by_anywhere(agent),
        Err(_) => collector.made_by(agent),
    }
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
