//! Scenarios, with the text from which they were read.

use crate::error::Refusal;
use kofn::answers::describe;
use kofn::scenario::Draft;
use pyo3::prelude::*;
use std::sync::Arc;

/// A scenario. It is immutable.
#[pyclass(frozen, module = "kofn._kofn")]
#[derive(Debug)]
pub(crate) struct Scenario {
    /// The text and the name of its source, which says whether it is TOML or JSON.
    text: String,
    name: String,
    pub scenario: Arc<kofn::Scenario>,
}

/// Returns a scenario as it was written; keys may be missing. A text without a name does not come from a file.
pub(crate) fn draft(text: &str, name: &str) -> Result<Draft, Refusal> {
    match name {
        "" => Ok(Draft::from_json(text)),
        _ => Ok(Draft::read(name, text.as_bytes())?),
    }
}

#[pymethods]
impl Scenario {
    /// Reads `text`, called `name` in errors: JSON if the name ends in .json, TOML if it ends in .toml, otherwise by
    /// its first character. A text without a name does not come from a file, so errors name only the key.
    #[new]
    fn new(text: String, name: String) -> Result<Self, Refusal> {
        let scenario = kofn::Scenario::read(&name, text.as_bytes()).map_err(|error| match name.as_str() {
            "" => kofn::Error { location: None, ..error },
            _ => error,
        })?;
        Ok(Self { text, name, scenario: Arc::new(scenario) })
    }

    /// Returns the text and its name, from which the same scenario can be read.
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

    /// Returns the scenario in words, one line for each part.
    fn describe(&self) -> Vec<String> {
        describe(&self.scenario)
    }
}
