#![doc = include_str!("../README.md")]
//!
//! Nothing here has a formula of its own: lines are exact values and marks are simulated ones, and both come from the
//! engines, which must agree.

pub mod chapter;
pub mod claims;
mod data;
mod figure;
mod figures;
#[cfg(doctest)]
mod guide;
pub mod markdown;
mod printed;
mod settings;
pub mod words;

pub use figure::Figure;
pub use figures::figures;
pub use kofn_figures::{FigureError, Rendered};
pub use settings::{Setting, Settings};
