//! The native half of the Python package `kofn`: the module `kofn._kofn`.
//!
//! Nothing is computed here. A function takes plain values, asks `kofn::answers` (or the crate whose question it is) and
//! returns the JSON text that the command line prints with `--json`; `python/kofn` is the face that people see, and makes
//! typed answers of the text. Work that may take long runs on a thread of its own while signals are polled.

mod answers;
mod arrays;
mod error;
mod figures;
mod fit_parts;
mod frames;
mod logs;
mod options;
mod parts;
mod run;
mod scenario;
mod sweep;

use pyo3::prelude::*;

/// The module `kofn._kofn`.
#[pymodule]
fn _kofn(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    error::add_to(module)?;
    module.add_class::<scenario::Scenario>()?;
    arrays::add_to(module)?;
    answers::add_to(module)?;
    logs::add_to(module)?;
    fit_parts::add_to(module)?;
    parts::add_to(module)?;
    sweep::add_to(module)?;
    figures::add_to(module)
}
