use super::REPEATS;
use super::model::{Definition, Model, Setting, check_correlation, read_correlation};
use crate::scenario::document::Fields;
use crate::scenario::range::CORRELATION;
use crate::scenario::{About, Class, Dependence, Error, Key, Rates};

pub(super) struct BetaBinomial {
    pub correlation: f64,
}

const KEY: Key = Key::required(
    "correlation",
    CORRELATION,
    "correlation ρ of the failures of two agents; 0 is independence",
);

impl Definition for BetaBinomial {
    const ABOUT: About = About {
        name: "beta-binomial",
        parameters: &[KEY, REPEATS],
        meaning: "the failure rate of all agents, which is one, is drawn from a beta distribution for each task",
        source: "Skellam 1948",
        example: "scheme = \"majority\"\nagents = { count = 5, failure_rate = 0.23 }\ndependence = { model = \"beta-binomial\", correlation = 0.3 }\n",
    };

    fn read(fields: &Fields<'_>, setting: Setting) -> Result<Dependence, Error> {
        Ok(Self { correlation: read_correlation(KEY, fields, setting)? }.into())
    }
}

impl Model for BetaBinomial {
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)> {
        Some((KEY.path, &mut self.correlation))
    }

    fn check(&mut self) -> Result<(), Error> {
        check_correlation("dependence.correlation", &mut self.correlation)
    }

    fn suits(&self, classes: &[Class<'_>], key: &dyn Fn(usize) -> String) -> Result<(), Error> {
        classes.iter().enumerate().try_for_each(|(class, of)| {
            let Rates::Different(rates) = of.rates else { return Ok(()) };
            let Some(other) = rates.iter().position(|rate| *rate != rates[0]) else { return Ok(()) };
            let allowed = format!(
                "{:?} as for the first agent, because beta-binomial agents have equal rates",
                rates[0]
            );
            let key = format!("{}[{other}]", key(class));
            Err(Error::out_of_range(&key, format!("{:?}", rates[other]), allowed))
        })
    }
}
