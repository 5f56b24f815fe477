//! Functions of kofn for the browser. Each takes and returns text, the JSON of the command line, so that the page shows
//! what the command prints. Nothing is computed here.
//!
//! A refusal is an `Error` of JavaScript with kofn's message. Each function runs on the thread that calls it: the page
//! calls quick functions itself, and the others in a worker.

mod copies;
mod curve;
#[cfg(feature = "logs")]
pub mod log;
pub mod questions;

use wasm_bindgen::JsError;

/// Turns an error into an `Error` of JavaScript.
fn refused(error: impl std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}
