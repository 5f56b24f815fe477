//! The values of flags that only a command line has; `kofn::answers::values` reads the others.

use clap::builder::{PossibleValue, PossibleValuesParser};
use kofn::scenario::Scheme;

/// The names of all schemes, for suggestions and completions.
pub(super) fn scheme_names() -> PossibleValuesParser {
    let value = |about: &kofn::scenario::About| PossibleValue::new(about.name).help(about.meaning);
    PossibleValuesParser::new(Scheme::ALL.iter().map(value))
}

/// The commands whose output has a schema, likewise.
pub(super) fn schema_names() -> PossibleValuesParser {
    PossibleValuesParser::new(crate::schema::ALL.iter().map(|(name, _)| PossibleValue::new(name)))
}

/// The names of the book's figures, likewise.
pub(super) fn figure_names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        kofn_book::figures().iter().map(|figure| PossibleValue::new(figure.name).help(figure.shows)),
    )
}

/// A key and its value, as they are written.
pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE, such as failure_rate=0.2")?;
    Ok((key.trim().into(), value.trim().into()))
}
