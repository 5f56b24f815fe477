//! A hash that is the same on every machine and in every version: what is sampled depends on it, and answers are kept
//! as such.

use siphasher::sip128::{Hasher128 as _, SipHasher13};
use std::hash::Hasher as _;

/// SipHash-1-3 of 128 bits, with both keys 0.
///
/// Two of n texts have the same with a probability below n²/2¹²⁹: for 10⁹ texts 1.5·10⁻²¹. So texts are told apart by
/// their fingerprints alone.
pub(crate) fn fingerprint(text: &[u8]) -> u128 {
    let mut hasher = SipHasher13::new();
    hasher.write(text);
    hasher.finish128().as_u128()
}

/// The fingerprint of a sequence of texts of several kinds.
#[derive(Debug, Default)]
pub(crate) struct Fingerprinter(SipHasher13);

impl Fingerprinter {
    /// Adds a text of this kind.
    pub(crate) fn write(&mut self, kind: u8, text: &[u8]) {
        self.0.write_u8(kind);
        self.0.write_u64(text.len() as u64);
        self.0.write(text);
    }

    /// The fingerprint of all texts.
    pub(crate) fn finish(&self) -> u128 {
        self.0.finish128().as_u128()
    }
}

/// A hash that is the number itself: fingerprints are hashes already.
#[derive(Debug, Default)]
pub(super) struct IdentityHasher(u64);

impl std::hash::Hasher for IdentityHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = self.0.rotate_left(32) ^ number as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    // Computed apart from this crate, from the published description of the hash.
    #[test]
    fn the_hash_is_pinned() {
        assert_eq!(fingerprint(b""), 0xb91c_5ed0_31fb_3303_2134_935d_61d9_b40d);
        assert_eq!(fingerprint(b"t1"), 0x6f25_8e9c_8719_6a57_df36_8043_238f_0c76);
        assert_eq!(fingerprint(b"instance_42 and more"), 0x377e_5bf0_2629_807e_8379_f869_0174_e413);
    }
}
