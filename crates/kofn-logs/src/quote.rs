//! Text of logs inside messages: short, and safe to print.

/// Maximum number of characters of a name or value that a message quotes.
const QUOTED_CHARS: usize = 60;

/// Returns a name as messages quote it: shortened, and with invisible characters escaped.
pub(crate) fn quoted(name: &str) -> String {
    kofn::escape(&kofn::shorten(name, QUOTED_CHARS)).into_owned()
}

/// Returns a value between quotation marks, shortened and escaped.
pub(crate) fn value(text: &str) -> String {
    format!("{:?}", kofn::shorten(text, QUOTED_CHARS))
}

/// Returns up to twelve names, separated by commas.
pub(crate) fn list<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    const QUOTED: usize = 12;
    let mut quoted_names: Vec<_> =
        names.into_iter().take(QUOTED + 1).map(|name| quoted(name.as_ref())).collect();
    if quoted_names.len() > QUOTED {
        quoted_names[QUOTED] = "…".into();
    }
    quoted_names.join(", ")
}

/// Returns "1 run" or "2 runs".
pub(crate) fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
