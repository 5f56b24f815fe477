//! The nearest known name to one that is not known.

/// The length from which a name is not compared.
const MAX_LENGTH: usize = 100;

/// Returns the known name that `given` is a misspelling of, if there is one: at most a third of its letters
/// differ. Case, `_` and `-` do not matter.
///
/// ```
/// use kofn::scenario::nearest;
/// assert_eq!(nearest("majorty", ["single", "majority"]), Some("majority"));
/// assert_eq!(nearest("k_of_n", ["k-of-n"]), Some("k-of-n"));
/// assert_eq!(nearest("quorum", ["k-of-n", "single"]), None);
/// ```
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if given.len() > MAX_LENGTH {
        return None;
    }
    let plain = |name: &str| name.to_lowercase().replace('_', "-");
    let distance = |name: &str| strsim::osa_distance(&plain(given), &plain(name));
    let length = |name: &str| given.chars().count().max(name.chars().count());
    let all = known.into_iter().map(|name| (distance(name), name));
    let (distance, name) = all.min_by_key(|(distance, _)| *distance)?;
    (3 * distance <= length(name)).then_some(name)
}
