//! Nothing of its own: `cargo test` builds it, and thereby the module for Python, with everything else, so that the tests
//! of the package need no second build of the engines.

pub use _kofn as module;
