//! Scenarios: what is read is echoed, and what is wrong is refused with its place.

mod bad_input;
mod echo;
mod systems;
