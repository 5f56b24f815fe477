//! Reads a tally from a file.

use super::tally::{KIND, SCHEMA, Tally};
use super::unit_set::UnitSet;
use crate::monte_carlo::options::STREAM;
use crate::monte_carlo::part::Part;
use crate::outcome::Counts;
use crate::scenario::{Error, Location, Scenario};
use serde::Deserialize;
use std::io::Read;

/// Maximum size of a file: four times that of a scenario, which is written in full.
const SIZE_LIMIT_BYTES: u64 = 256 << 20;

/// The fields that say whether the rest can be understood.
#[derive(Deserialize)]
struct Header {
    kind: String,
    schema: u64,
    version: String,
    stream: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "schema")]
    _schema: u64,
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "stream")]
    _stream: u64,
    fingerprint: String,
    scenario: serde_json::Value,
    seed: u64,
    trials: u64,
    part: Option<String>,
    unit_trials: u64,
    units: Vec<(u64, u64)>,
    correct: u64,
    abstain: u64,
    wrong: u64,
    digest: Option<String>,
}

impl Tally {
    /// Reads a tally from a file, or from any other bytes, called `name` in messages. At most 256 MiB are read.
    ///
    /// ```
    /// use kofn::monte_carlo::Tally;
    /// let error = Tally::read("part-3.json", &b"{\"kind\": \"kofn tally\", "[..]).unwrap_err();
    /// let message = "part-3.json:1:23: this tally is cut off: EOF while parsing a value";
    /// assert_eq!(error.to_string(), message);
    /// ```
    ///
    /// # Errors
    /// Text that is not JSON, is cut off or is not a tally; other simulated values; a fingerprint that is not that of
    /// the run; units outside of the part; counts that do not sum to the trials of the units; a digest that is missing
    /// or not that of the content.
    pub fn read(name: &str, bytes: impl Read) -> Result<Self, Error> {
        let mut text = Vec::new();
        // One byte more than the maximum shows that a file is too large, without reading all of it.
        let read = bytes.take(SIZE_LIMIT_BYTES + 1).read_to_end(&mut text);
        let refused = |message: String| at(name, None, message);
        match read {
            Err(error) => return Err(refused(format!("the file cannot be read: {error}"))),
            Ok(length) if length as u64 > SIZE_LIMIT_BYTES => {
                return Err(refused("the file must be at most 256 MiB".into()));
            }
            Ok(_) => {}
        }
        let header: Header = parse(name, &text)?;
        header.understood().map_err(refused)?;
        let fields: Fields = parse(name, &text)?;
        fields.tally().map_err(|error| Error {
            location: Some(Location { source: name.into(), line_and_column: None }),
            ..error
        })
    }
}

impl Header {
    fn understood(&self) -> Result<(), String> {
        let Self { kind, schema, version, stream } = self;
        let ours = env!("CARGO_PKG_VERSION");
        if kind != KIND {
            return Err(format!("kind must be {KIND:?}, got {kind:?}"));
        }
        for (key, value, allowed) in [("schema", *schema, SCHEMA), ("stream", *stream, u64::from(STREAM))] {
            if value != allowed {
                return Err(format!(
                    "{key} must be {allowed}, that of this kofn {ours}, got {value}, of kofn {version}"
                ));
            }
        }
        Ok(())
    }
}

impl Fields {
    fn tally(self) -> Result<Tally, Error> {
        if self.unit_trials == 0 {
            return Err(Error::out_of_range("unit_trials", 0, "1 or more"));
        }
        let units = || self.units.iter().map(|&(start, end)| start..end);
        let Some(units) = UnitSet::of_ranges(units()) else {
            let allowed = "pairs of first and end, none of them empty, in order and apart";
            return Err(Error::out_of_range("units", "a list of other pairs", allowed));
        };
        let tally = Tally {
            scenario: Scenario::from_json(&self.scenario.to_string())?,
            seed: self.seed,
            trials: self.trials,
            part: self.part.as_deref().map(str::parse::<Part>).transpose()?,
            unit_trials: self.unit_trials,
            units,
            counts: Counts::new(self.correct, self.abstain, self.wrong)
                .map_err(|error| Error::conflict("correct", error.to_string()))?,
        };
        tally.consistent(&self.fingerprint)?;
        tally.unchanged(self.digest.as_deref())?;
        Ok(tally)
    }
}

impl Tally {
    fn consistent(&self, fingerprint: &str) -> Result<(), Error> {
        let expected = self.fingerprint();
        if fingerprint != expected {
            let allowed = format!("{expected:?}, that of its scenario, seed and trials");
            return Err(Error::out_of_range("fingerprint", format!("{fingerprint:?}"), allowed));
        }
        let part = self.units_of_part();
        if let Some(outside) =
            self.units.ranges().iter().find(|units| units.start < part.start || units.end > part.end)
        {
            let (value, allowed) = (format!("{outside:?}"), format!("{part:?}, those of its part"));
            return Err(Error::out_of_range("units", value, allowed));
        }
        let (counted, trials) = (self.counts.total(), self.trials_in(&self.units));
        if counted != trials {
            let message = format!(
                "correct, abstain and wrong must sum to {trials}, the trials of its units, got {counted}"
            );
            return Err(Error::conflict("correct", message));
        }
        Ok(())
    }

    fn unchanged(&self, digest: Option<&str>) -> Result<(), Error> {
        let expected = self.digest();
        match digest {
            Some(digest) if digest == expected => Ok(()),
            Some(digest) => {
                let allowed =
                    format!("{expected:?}, that of its content: the file was changed after it was written");
                Err(Error::out_of_range("digest", format!("{digest:?}"), allowed))
            }
            None => {
                let allowed = "the SHA-256 of its content; a tally without one, as kofn wrote them before, must be \
                    counted again";
                Err(Error::missing("digest", allowed))
            }
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(name: &str, text: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(text).map_err(|error| {
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        let place = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
        let location = Some((place(error.line()), place(error.column())));
        let what = if error.is_eof() { "this tally is cut off" } else { "this is not a tally" };
        at(name, location, format!("{what}: {message}"))
    })
}

fn at(name: &str, line_and_column: Option<(u32, u32)>, message: String) -> Error {
    Error::syntax(Some(Location { source: name.into(), line_and_column }), message)
}
