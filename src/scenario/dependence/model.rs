//! What each model of dependence answers about itself.

use crate::scenario::document::Fields;
use crate::scenario::range::CORRELATION;
use crate::scenario::scheme::Parameter;
use crate::scenario::{About, Class, Dependence, Error, Key};

/// A model's description and reader.
pub(super) trait Definition: Sized {
    const ABOUT: About;

    /// Reads its parameters from its table. Only their types are checked here.
    fn read(fields: &Fields<'_>, setting: Setting) -> Result<Dependence, Error>;
}

/// What a model knows of the rest of the scenario as it is read.
#[derive(Debug, Clone, Copy)]
pub(in crate::scenario) struct Setting {
    /// Whether the only agent has a correlation of its calls, so that a correlation of agents is not required.
    pub repeats_alone: bool,
}

/// Returns the correlation of two agents: required, unless there is one agent whose calls have a correlation of their
/// own.
pub(super) fn read_correlation(key: Key, fields: &Fields<'_>, setting: Setting) -> Result<f64, Error> {
    let correlation = fields.number(key.path, key.allowed)?;
    if setting.repeats_alone {
        return Ok(correlation.unwrap_or(0.0));
    }
    fields.required(key.path, correlation, key.allowed)
}

/// What a model with its parameters answers; each model is one file.
pub(super) trait Model {
    /// Returns the key and the value of the parameter that says how strong the dependence is; `None` for
    /// independence. At 0 the agents are independent.
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)>;

    /// Returns all parameters, in the order of `ABOUT`.
    fn parameters(&mut self) -> Vec<(&'static str, Parameter)> {
        self.parameter().map(|(key, value)| (key, Parameter::Number(*value))).into_iter().collect()
    }

    /// Whether agents fail independently.
    fn is_independent(&mut self) -> bool {
        self.parameter().is_none_or(|(_, value)| *value == 0.0)
    }

    /// Checks the parameters by themselves; −0.0 becomes 0.0.
    fn check(&mut self) -> Result<(), Error>;

    /// Checks the parameters against the rates of all classes of tasks; `key` is the path of the rates of a class.
    fn suits(&self, _classes: &[Class<'_>], _key: &dyn Fn(usize) -> String) -> Result<(), Error> {
        Ok(())
    }

    /// Checks the parameters against the number of agents.
    fn suits_count(&self, _agents: u64) -> Result<(), Error> {
        Ok(())
    }

    /// Returns the probability that one cause makes all agents fail at once.
    fn common_cause(&self) -> f64 {
        0.0
    }
}

/// Checks that the correlation under `key` is in [0, 1); −0.0 becomes 0.0.
pub(in crate::scenario) fn check_correlation(key: &str, correlation: &mut f64) -> Result<(), Error> {
    if !(0.0..1.0).contains(correlation) {
        return Err(Error::out_of_range(key, format!("{correlation:?}"), CORRELATION));
    }
    *correlation += 0.0;
    Ok(())
}
