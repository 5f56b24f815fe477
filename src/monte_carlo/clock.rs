//! The clock of a simulation: when to report, to save and to pause. No count depends on it.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use std::time::Instant;
// That of std panics in a browser.
#[cfg(target_arch = "wasm32")]
pub(crate) use web_time::Instant;
