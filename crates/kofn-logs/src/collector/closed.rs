//! Tasks that were counted and let go: whether one of them comes again.

use super::order::Order;
use super::rejection::Rejection;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// The tasks so far, each of which came in one piece.
///
/// While their names come in an [`Order`], a name that follows is new. For names without order their fingerprints are
/// kept, within a budget. Two names with the same fingerprint would be taken for one and be refused: among a million
/// tasks without order, with a probability of 10¹²/2⁶⁵ < 10⁻⁷.
#[derive(Debug)]
pub(super) struct Closed {
    order: Order,
    fingerprints: Option<HashSet<u64, BuildHasherDefault<IdentityHasher>>>,
    most: usize,
}

impl Closed {
    /// No tasks yet, and what they may take in memory.
    pub(super) fn new(budget_bytes: usize) -> Self {
        // A slot is a number and a byte; slots are a power of two, of which seven of eight are used.
        let slots = budget_bytes / (size_of::<u64>() + 1);
        let most = slots.checked_ilog2().map_or(0, |power| (1 << power) / 8 * 7);
        Self { order: Order::default(), fingerprints: Some(HashSet::default()), most }
    }

    /// Takes a task that is not open; an error if it may have been there before.
    pub(super) fn takes(&mut self, task: &str, fingerprint: u64) -> Result<(), Rejection> {
        let in_order = self.order.takes(task);
        let full = self.fingerprints.as_ref().is_some_and(|known| known.len() >= self.most);
        if full && in_order {
            self.fingerprints = None;
        }
        match &mut self.fingerprints {
            Some(known) if known.contains(&fingerprint) => Err(Rejection::Again),
            Some(_) if full => Err(Rejection::WithoutOrder),
            Some(known) => {
                known.insert(fingerprint);
                Ok(())
            }
            None if in_order => Ok(()),
            None => Err(Rejection::WithoutOrder),
        }
    }
}

/// A hash that is the number itself: fingerprints are hashes already.
#[derive(Debug, Default)]
pub(super) struct IdentityHasher(u64);

impl Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
