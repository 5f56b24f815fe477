//! One function for each question, one type for each answer: what the command, Python and the page show.

mod describe;

pub use describe::{describe, limiting_factor};
