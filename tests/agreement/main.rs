//! Closed form and simulation agree, and a change to either is caught.

mod schemes;
mod votes;
