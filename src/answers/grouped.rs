//! Counts in texts.

/// Returns the count with its thousands separated.
///
/// ```
/// assert_eq!([999, 1_000, 12_345_678].map(kofn::answers::grouped), ["999", "1,000", "12,345,678"]);
/// ```
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let thousands: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&thousands.join(&b',')).into_owned()
}
