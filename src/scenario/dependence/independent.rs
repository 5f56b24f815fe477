use super::REPEATS;
use super::model::{Definition, Model, Setting};
use crate::scenario::document::Fields;
use crate::scenario::{About, Dependence, Error};

pub(super) struct Independent;

impl Definition for Independent {
    const ABOUT: About = About {
        name: "independent",
        parameters: &[REPEATS],
        meaning: "given the class of the task, agents fail independently",
        source: "Condorcet 1785",
        example: "scheme = \"majority\"\nagents = { count = 5, failure_rate = 0.23 }\ndependence = \"independent\"\n",
    };

    fn read(_: &Fields<'_>, _: Setting) -> Result<Dependence, Error> {
        Ok(Self.into())
    }
}

impl Model for Independent {
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)> {
        None
    }

    fn check(&mut self) -> Result<(), Error> {
        Ok(())
    }
}
