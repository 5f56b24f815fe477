//! A scenario read again and again with other values of some of its keys.

use super::document::Document;
use super::keys::known;
use super::{Draft, Error, Scenario};

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
    keys: Vec<&'a str>,
    /// The places of the keys, those of tables before those of what stands in them.
    order: Vec<usize>,
    has_words: bool,
    has_places: bool,
    /// Whether a share of failures is written that is not varied.
    has_shares: bool,
}

impl<'a> Variation<'a> {
    /// Varies these keys of the draft. With words among the values (`has_words`), such as names of schemes, one value
    /// may decide which keys are known.
    pub(crate) fn new(draft: &'a Draft, keys: Vec<&'a str>, has_words: bool) -> Result<Self, Error> {
        let base = draft.document()?;
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|&place| keys[place].len());
        let has_shares = SHARES.into_iter().any(|share| !keys.contains(&share) && base.has(share));
        let has_places = draft.has_places();
        Ok(Self { present: base.clone(), base, keys, order, has_words, has_places, has_shares })
    }

    /// Returns the scenario in which the keys have these values, as they would be written in a file.
    ///
    /// A scheme of the name that is written keeps its parameters. Shares of failures that are not among the keys keep
    /// their proportion, in what the varied ones leave.
    ///
    /// # Errors
    /// As for [`Scenario::read`]; the location is that of something written, and else none.
    pub(crate) fn scenario(&mut self, values: &[&'a str]) -> Result<Scenario, Error> {
        if self.has_words {
            self.present.clone_from(&self.base);
        }
        self.set(values)?;
        let read = if self.has_words {
            Scenario::of(&self.present, |read| self.complete(read))
        } else {
            Scenario::of_known(&self.present, |read| self.complete(read))
        };
        read.map_err(|error| self.placed(error))
    }

    fn set(&mut self, values: &[&'a str]) -> Result<(), Error> {
        for &place in &self.order {
            let (key, value) = (self.keys[place], values[place]);
            if !(self.has_words && self.present.is_named(key, value)) {
                self.present.set(key, value)?;
            }
        }
        Ok(())
    }

    /// Checks that the keys are known, where the values are numbers.
    pub(crate) fn check_keys(&mut self, values: &[&'a str]) -> Result<(), Error> {
        if self.has_words {
            return Ok(());
        }
        self.set(values)?;
        self.present.check_keys(&known).map_err(|error| self.placed(error))
    }

    fn placed(&self, error: Error) -> Error {
        if self.has_places { error } else { Error { location: None, ..error } }
    }

    /// Gives what the varied shares leave to the others, in the proportion that is written or else that of the scheme;
    /// to the first of them where all are 0.
    fn complete(&self, read: &mut Scenario) {
        if !SHARES.iter().any(|share| self.keys.contains(share)) {
            return;
        }
        let usual = read.scheme.meaning().default_failures();
        let failures = &mut read.failures;
        let usual = [usual.hallucination, usual.corruption, usual.crash];
        let shares = [&mut failures.hallucination, &mut failures.corruption, &mut failures.crash];
        let is_varied = |share: &str| self.keys.contains(&share);
        let (varied, mut others): (Vec<_>, Vec<_>) =
            SHARES.into_iter().zip(shares.into_iter().zip(usual)).partition(|(name, _)| is_varied(name));
        let rest = 1.0 - varied.iter().map(|(_, (share, _))| **share).sum::<f64>();
        if rest < 0.0 {
            return;
        }
        if !self.has_shares {
            others.iter_mut().for_each(|(_, (share, usual))| **share = *usual);
        }
        let total: f64 = others.iter().map(|(_, (share, _))| **share).sum();
        for (place, (_, (share, _))) in others.iter_mut().enumerate() {
            **share = match total > 0.0 {
                true => **share / total * rest,
                false if place == 0 => rest,
                false => 0.0,
            };
        }
    }
}
