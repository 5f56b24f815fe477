//! A hash that is the same on every machine and in every version: what is sampled depends on it.

use siphasher::sip::SipHasher13;

/// SipHash-1-3 of the bytes, with both keys 0.
pub(super) fn fingerprint(text: &str) -> u64 {
    SipHasher13::new().hash(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    // Computed apart from this crate, from the published description of the hash.
    #[test]
    fn the_hash_is_pinned() {
        assert_eq!(fingerprint(""), 0xd1fb_a762_150c_532c);
        assert_eq!(fingerprint("t1"), 0xc753_ce6a_9f86_9f47);
        assert_eq!(fingerprint("instance_42 and more"), 0xbf8e_2e01_3dcb_ec7c);
    }
}
