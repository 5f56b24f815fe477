//! What each model of dependence answers about itself.

use crate::scenario::document::Fields;
use crate::scenario::range::CORRELATION;
use crate::scenario::{About, Class, Error};

/// A model's description and reader.
pub(super) trait Definition: Sized {
    const ABOUT: About;

    /// Reads its parameters from its table. Only their types are checked here.
    fn read(fields: &Fields<'_>) -> Result<Self, Error>;
}

/// What a model with its parameters answers; each model is one file.
pub(super) trait Model {
    /// Returns the key and the value of the parameter that says how strong the dependence is; `None` for
    /// independence. At 0 the agents are independent.
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)>;

    /// Checks the parameters by themselves; −0.0 becomes 0.0.
    fn check(&mut self) -> Result<(), Error>;

    /// Checks the parameters against the rates of all classes of tasks; `key` is the path of the rates of a class.
    fn suits(&self, _classes: &[Class<'_>], _key: &dyn Fn(usize) -> String) -> Result<(), Error> {
        Ok(())
    }

    /// Returns the probability that one cause makes all agents fail at once.
    fn common_cause(&self) -> f64 {
        0.0
    }
}

/// Checks that a correlation is in [0, 1); −0.0 becomes 0.0.
pub(super) fn check_correlation(correlation: &mut f64) -> Result<(), Error> {
    if !(0.0..1.0).contains(correlation) {
        return Err(Error::out_of_range("dependence.correlation", format!("{correlation:?}"), CORRELATION));
    }
    *correlation += 0.0;
    Ok(())
}
