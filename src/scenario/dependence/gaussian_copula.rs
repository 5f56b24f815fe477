use super::model::{Definition, Model, Setting, check_correlation, read_correlation};
use super::{REPEATS, grouped_copula};
use crate::scenario::document::Fields;
use crate::scenario::range::CORRELATION;
use crate::scenario::{About, Dependence, Error, Key};

pub(super) struct GaussianCopula {
    pub correlation: f64,
}

const KEY: Key = Key::required(
    "correlation",
    CORRELATION,
    "correlation ρ of the latent normals of two agents, of different groups where there are groups; 0 is independence",
);

impl Definition for GaussianCopula {
    const ABOUT: About = About {
        name: "gaussian-copula",
        parameters: &[KEY, grouped_copula::GROUPS, grouped_copula::WITHIN, REPEATS],
        meaning: "agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ), with Z and e standard normal",
        source: "Vasicek 2002",
        example: "scheme = \"majority\"\nagents = { count = 5, failure_rate = 0.23 }\ndependence = { model = \"gaussian-copula\", correlation = 0.3 }\n",
    };

    fn read(fields: &Fields<'_>, setting: Setting) -> Result<Dependence, Error> {
        let correlation = read_correlation(KEY, fields, setting)?;
        Ok(grouped_copula::read(fields, correlation)?.unwrap_or(Self { correlation }.into()))
    }
}

impl Model for GaussianCopula {
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)> {
        Some((KEY.path, &mut self.correlation))
    }

    fn check(&mut self) -> Result<(), Error> {
        check_correlation("dependence.correlation", &mut self.correlation)
    }
}
