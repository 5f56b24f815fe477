//! Errors as Python exceptions.

use kofn::answers::{MergeError, SamplingError};
use kofn::{Error, SimulationError};
use pyo3::create_exception;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

create_exception!(
    kofn,
    KofnError,
    PyValueError,
    "Raised for a value out of range, a log that cannot be read, or a question without an answer."
);

/// Adds the error to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let class = module.py().get_type::<KofnError>();
    class.setattr("key", None::<&str>)?;
    class.setattr("location", None::<&str>)?;
    module.add("KofnError", class)
}

/// Why input is refused: the message, the key at fault, and its place.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    pub text: String,
    pub key: Option<String>,
    pub location: Option<String>,
}

impl Refusal {
    /// A refusal of the value of one option.
    pub(crate) fn of(key: &str, text: impl Into<String>) -> Self {
        Self { text: text.into(), key: Some(key.into()), location: None }
    }

    /// The refusal of an argument `n`, `f` or `k`, given an error that names its key in a scenario.
    pub(crate) fn of_number(error: Error) -> Self {
        let name = match &*error.key {
            "agents.count" => "n",
            "scheme.k" => "k",
            _ => "f",
        };
        error.about(name.into()).into()
    }

    /// A refusal of no particular option.
    pub(crate) fn whole(text: impl Into<String>) -> Self {
        Self { text: text.into(), key: None, location: None }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let key = (!error.key.is_empty()).then(|| error.key.to_string());
        Self { text: error.to_string(), key, location: error.location.map(|location| location.to_string()) }
    }
}

impl From<SimulationError> for Refusal {
    fn from(error: SimulationError) -> Self {
        match error {
            SimulationError::Scenario(error) => error.into(),
            other => Self::whole(other.to_string()),
        }
    }
}

impl From<SamplingError> for Refusal {
    fn from(error: SamplingError) -> Self {
        match error {
            SamplingError::Simulation(error) => error.into(),
            other => Self::whole(other.to_string()),
        }
    }
}

impl From<MergeError> for Refusal {
    fn from(error: MergeError) -> Self {
        Self::whole(error.to_string())
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::whole(error.to_string())
    }
}

/// Creates the Python exception, with its attributes `key` and `location`, which are None if unknown.
impl From<Refusal> for PyErr {
    fn from(refusal: Refusal) -> Self {
        Python::attach(|py| {
            let error = KofnError::new_err(refusal.text);
            let value = error.value(py);
            match value.setattr("key", refusal.key).and_then(|()| value.setattr("location", refusal.location))
            {
                Ok(()) => error,
                Err(other) => other,
            }
        })
    }
}

/// The error if a thread of the engines ended without an answer, which is a bug in kofn.
pub(crate) fn lost() -> PyErr {
    PyRuntimeError::new_err("kofn stopped without an answer; this is a bug, please report it")
}
