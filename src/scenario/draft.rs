//! Scenarios as they were written, before they are read as a whole.

use super::document::{Document, Format, SIZE_LIMIT_BYTES};
use super::{Error, Location, Scenario};
use std::io::Read;

/// A scenario as it was written, of which keys that are [swept](crate::answers::sweep) may be left out.
///
/// What is not written has the default that goes with the rest: under another scheme, that of the other scheme. A
/// [`Scenario`] is a draft in which all is written, as [`to_json`](Scenario::to_json) does.
///
/// ```
/// use kofn::answers::{SweepOptions, sweep};
/// use kofn::scenario::Draft;
/// let draft = Draft::read("vote.toml", &b"scheme = \"majority\"\nagents = { count = 5 }"[..])?;
/// let swept = sweep(draft, ["agents.failure_rate=0.1,0.2".parse()?], SweepOptions::new())?;
/// assert_eq!(swept.cells.len(), 2);
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Draft(Written);

/// What a draft is written in.
#[derive(Debug, Clone, PartialEq)]
enum Written {
    File {
        name: String,
        bytes: Vec<u8>,
    },
    /// Key path, literal and flag each.
    Flags(Vec<[String; 3]>),
    Whole {
        json: String,
    },
}

impl Draft {
    /// Takes a scenario file, as [`Scenario::read`] does; nothing in it is checked yet.
    ///
    /// # Errors
    /// Bytes that cannot be read.
    pub fn read(name: &str, bytes: impl Read) -> Result<Self, Error> {
        let mut file = Vec::new();
        // One byte more than the maximum shows that a file is too large, without reading all of it.
        bytes.take(SIZE_LIMIT_BYTES as u64 + 1).read_to_end(&mut file).map_err(|error| {
            let location = Location { source: name.into(), line_and_column: None };
            Error::syntax(Some(location), format!("the file cannot be read: {error}"))
        })?;
        Ok(Self(Written::File { name: name.into(), bytes: file }))
    }

    /// Takes flags of a command line, as [`Scenario::from_flags`] does; nothing in them is checked yet.
    ///
    /// ```
    /// use kofn::answers::{SweepOptions, sweep};
    /// use kofn::scenario::Draft;
    /// let draft = Draft::from_flags(&[
    ///     ("scheme.rule", "majority", "--scheme"),
    ///     ("agents.count", "5", "--agents"),
    /// ]);
    /// let swept = sweep(draft, ["agents.failure_rate=0.1,0.2".parse()?], SweepOptions::new())?;
    /// assert_eq!(swept.cells.len(), 2);
    /// # Ok::<(), kofn::answers::SamplingError>(())
    /// ```
    pub fn from_flags(entries: &[(&str, &str, &str)]) -> Self {
        let entry = |(key, literal, flag): &(&str, &str, &str)| [*key, *literal, *flag].map(String::from);
        Self(Written::Flags(entries.iter().map(entry).collect()))
    }

    /// Takes JSON that a program wrote; nothing in it is checked yet. Errors in it name the key alone, without a place that
    /// nobody knows.
    ///
    /// ```
    /// use kofn::answers::{SweepOptions, sweep};
    /// use kofn::scenario::Draft;
    /// let draft = Draft::from_json(r#"{"scheme": "majority", "agents": {"count": 5}}"#);
    /// let swept = sweep(draft, ["agents.failure_rate=0.1,0.2".parse()?], SweepOptions::new())?;
    /// assert_eq!(swept.cells.len(), 2);
    /// # Ok::<(), kofn::answers::SamplingError>(())
    /// ```
    pub fn from_json(text: &str) -> Self {
        Self(Written::Whole { json: text.into() })
    }

    /// Whether an error in it has a place that a reader knows.
    pub(super) fn has_places(&self) -> bool {
        !matches!(self.0, Written::Whole { .. })
    }

    pub(super) fn document(&self) -> Result<Document<'_>, Error> {
        match &self.0 {
            Written::File { name, bytes } => Document::parse(name, bytes, None),
            Written::Whole { json } => Document::parse("scenario", json.as_bytes(), Some(Format::Json)),
            Written::Flags(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|[key, literal, flag]| (&**key, &**literal, &**flag)).collect();
                Document::from_flags(&entries)
            }
        }
    }
}

impl From<&Scenario> for Draft {
    /// All that the scenario has is written, defaults included.
    fn from(scenario: &Scenario) -> Self {
        Self(Written::Whole { json: scenario.to_json() })
    }
}
