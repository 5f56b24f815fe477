//! A scenario read again and again with other values of some of its keys.

use super::document::{Document, Format};
use super::keys::known;
use super::{Error, Failures, Scenario};

/// The shares of failures, of which one that is varied leaves the rest to the others.
const SHARES: [&str; 3] = ["failures.hallucination", "failures.corruption", "failures.crash"];

/// A scenario as a tree in which some keys are given values, as a file gives them.
///
/// The file is parsed once. For each set of values only the tree is read, and checked as a whole: what a value must be
/// depends on the others.
#[derive(Debug, Clone)]
pub(crate) struct Variation<'a> {
    base: Document<'a>,
    present: Document<'a>,
    rule: &'static str,
    keys: Vec<&'a str>,
    has_words: bool,
}

impl<'a> Variation<'a> {
    /// Varies these keys of the scenario that `json` echoes. With words among the values (`has_words`), such as names
    /// of schemes, one value may decide which keys are known.
    pub(crate) fn new(
        scenario: &Scenario,
        json: &'a str,
        keys: Vec<&'a str>,
        has_words: bool,
    ) -> Result<Self, Error> {
        let base = Document::parse("scenario", json.as_bytes(), Some(Format::Json))?;
        Ok(Self { present: base.clone(), base, rule: scenario.scheme().about().name, keys, has_words })
    }

    /// Returns the scenario in which the keys have these values, as they would be written in a file.
    ///
    /// A scheme of the scenario's own name keeps its parameters. Shares of failures that are not among the keys keep
    /// their proportion, in what the varied ones leave.
    ///
    /// # Errors
    /// As for [`Scenario::from_json`], without a location.
    pub(crate) fn scenario(&mut self, values: &[&'a str]) -> Result<Scenario, Error> {
        if self.has_words {
            self.present.clone_from(&self.base);
        }
        for (key, value) in self.keys.iter().zip(values) {
            if !(*key == "scheme" && *value == self.rule) {
                self.present.set(key, value)?;
            }
        }
        let read = if self.has_words {
            Scenario::of(&self.present, |failures| self.complete(failures))
        } else {
            Scenario::of_known(&self.present, |failures| self.complete(failures))
        };
        read.map_err(|error| Error { location: None, ..error })
    }

    /// Checks that the keys are known, where the values are numbers.
    pub(crate) fn check_keys(&mut self, values: &[&'a str]) -> Result<(), Error> {
        if self.has_words {
            return Ok(());
        }
        for (key, value) in self.keys.iter().zip(values) {
            self.present.set(key, value)?;
        }
        let checked = self.present.check_keys(&known);
        checked.map_err(|error| Error { location: None, ..error })
    }

    /// Gives what the varied shares leave to the others, in their proportion; to the first of them where all are 0.
    fn complete(&self, failures: &mut Failures) {
        let shares = [&mut failures.hallucination, &mut failures.corruption, &mut failures.crash];
        let is_varied = |share: &str| self.keys.contains(&share);
        let (varied, mut others): (Vec<_>, Vec<_>) =
            SHARES.into_iter().zip(shares).partition(|(name, _)| is_varied(name));
        let rest = 1.0 - varied.iter().map(|(_, share)| **share).sum::<f64>();
        if varied.is_empty() || rest < 0.0 {
            return;
        }
        let total: f64 = others.iter().map(|(_, share)| **share).sum();
        for (place, (_, share)) in others.iter_mut().enumerate() {
            **share = match total > 0.0 {
                true => **share / total * rest,
                false if place == 0 => rest,
                false => 0.0,
            };
        }
    }
}
