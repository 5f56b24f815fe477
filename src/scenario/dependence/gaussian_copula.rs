use super::model::{Definition, Model, check_correlation};
use crate::scenario::document::Fields;
use crate::scenario::range::CORRELATION;
use crate::scenario::{About, Error, Key};

pub(super) struct GaussianCopula {
    pub correlation: f64,
}

const KEY: Key = Key::required(
    "correlation",
    CORRELATION,
    "correlation ρ of the latent normals of two agents; 0 is independence",
);

impl Definition for GaussianCopula {
    const ABOUT: About = About {
        name: "gaussian-copula",
        parameters: &[KEY],
        meaning: "agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ), with Z and e standard normal",
        source: "Vasicek 2002",
        example: "scheme = \"majority\"\nagents = { count = 5, failure_rate = 0.23 }\ndependence = { model = \"gaussian-copula\", correlation = 0.3 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self { correlation: fields.required_number(KEY.path, CORRELATION)? })
    }
}

impl Model for GaussianCopula {
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)> {
        Some((KEY.path, &mut self.correlation))
    }

    fn check(&mut self) -> Result<(), Error> {
        check_correlation(&mut self.correlation)
    }
}
