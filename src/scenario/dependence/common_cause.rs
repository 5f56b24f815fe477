use super::REPEATS;
use super::model::{Definition, Model, Setting};
use crate::scenario::document::Fields;
use crate::scenario::range::{RATE, check_probability};
use crate::scenario::{About, Class, Dependence, Error, Key};

pub(super) struct CommonCause {
    pub probability: f64,
}

const KEY: Key = Key::required(
    "probability",
    "between 0 and the smallest failure rate",
    "probability c that all agents fail at once; else each fails with (f−c)/(1−c)",
);

impl Definition for CommonCause {
    const ABOUT: About = About {
        name: "common-cause",
        parameters: &[KEY, REPEATS],
        meaning: "with a certain probability all agents fail at once; else they fail independently",
        source: "Fleming 1975, the beta-factor model",
        example: "scheme = \"majority\"\nagents = { count = 5, failure_rate = 0.23 }\ndependence = { model = \"common-cause\", probability = 0.05 }\n",
    };

    fn read(fields: &Fields<'_>, _: Setting) -> Result<Dependence, Error> {
        Ok(Self { probability: fields.required_number(KEY.path, RATE)? }.into())
    }
}

impl Model for CommonCause {
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)> {
        Some((KEY.path, &mut self.probability))
    }

    fn check(&mut self) -> Result<(), Error> {
        check_probability(&mut self.probability, || "dependence.probability".into())
    }

    fn suits(&self, classes: &[Class<'_>], _: &dyn Fn(usize) -> String) -> Result<(), Error> {
        let smallest = classes.iter().map(|class| class.rates.smallest()).fold(1.0, f64::min);
        if self.probability <= smallest {
            return Ok(());
        }
        let allowed = format!("between 0 and {smallest:?}, the smallest failure rate");
        Err(Error::out_of_range("dependence.probability", format!("{:?}", self.probability), allowed))
    }

    fn common_cause(&self) -> f64 {
        self.probability
    }
}
