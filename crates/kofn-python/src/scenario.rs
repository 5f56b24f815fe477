//! Scenarios, as they were written and as they are read.

use crate::error::Refusal;
use kofn::answers::describe;
use kofn::scenario::Draft;
use pyo3::prelude::*;
use std::sync::Arc;

/// A scenario: what is asked. It never changes.
#[pyclass(frozen, module = "kofn._kofn")]
#[derive(Debug)]
pub(crate) struct Scenario {
    /// The text and the name of its source, which says whether it is TOML or JSON.
    text: String,
    name: String,
    pub scenario: Arc<kofn::Scenario>,
}

/// Returns a scenario as it was written, of which keys may be missing; what has no name was not written by a person.
pub(crate) fn draft(text: &str, name: &str) -> Result<Draft, Refusal> {
    match name {
        "" => Ok(Draft::from_json(text)),
        _ => Ok(Draft::read(name, text.as_bytes())?),
    }
}

#[pymethods]
impl Scenario {
    /// Reads `text`, called `name` in errors: JSON if the name ends in .json, TOML if it ends in .toml, else by its first
    /// character. What has no name was not written by a person: errors name the key alone.
    #[new]
    fn new(text: String, name: String) -> Result<Self, Refusal> {
        let scenario = kofn::Scenario::read(&name, text.as_bytes()).map_err(|error| match name.as_str() {
            "" => kofn::Error { location: None, ..error },
            _ => error,
        })?;
        Ok(Self { text, name, scenario: Arc::new(scenario) })
    }

    /// Returns the text and the name, from which the same scenario is read.
    fn written(&self) -> (&str, &str) {
        (&self.text, &self.name)
    }

    /// Returns the scenario with its defaults filled in, as TOML.
    fn to_toml(&self) -> String {
        self.scenario.to_toml()
    }

    /// Returns the scenario with its defaults filled in, as JSON.
    fn to_json(&self) -> String {
        self.scenario.to_json()
    }

    /// Returns the scenario in words, a line for each part.
    fn describe(&self) -> Vec<String> {
        describe(&self.scenario)
    }
}
