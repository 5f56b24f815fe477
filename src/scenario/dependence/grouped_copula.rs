//! The Gaussian copula whose agents come in groups: families of models, racks of replicas.

use super::gaussian_copula::GaussianCopula;
use super::model::{Definition, Model, Setting, check_correlation};
use crate::scenario::document::Fields;
use crate::scenario::range::CORRELATION;
use crate::scenario::scheme::Parameter;
use crate::scenario::{About, Dependence, Error, Key};

pub(super) struct GroupedCopula {
    pub correlation: f64,
    pub within: f64,
    pub groups: Vec<u64>,
}

/// What the sizes of groups must be.
const SIZES: &str = "a list of whole numbers from 1, which add up to the number of agents";

/// What each of them must be.
const SIZE: &str = "a whole number from 1";

pub(super) const GROUPS: Key = Key::optional(
    "groups",
    SIZES,
    "one group",
    "sizes of groups of agents, in the order of the agents; with within",
);
pub(super) const WITHIN: Key = Key::optional(
    "within",
    "at least correlation and below 1",
    "required with groups",
    "correlation of the latent normals of two agents of one group",
);

/// Returns the model with groups, if the table has any.
pub(super) fn read(fields: &Fields<'_>, correlation: f64) -> Result<Option<Dependence>, Error> {
    match (fields.integers(GROUPS.path, SIZES, SIZE)?, fields.number(WITHIN.path, CORRELATION)?) {
        (None, None) => Ok(None),
        (groups, within) => {
            let groups = fields.required(GROUPS.path, groups, &format!("{SIZES}, with dependence.within"))?;
            let within = fields.required(
                WITHIN.path,
                within,
                "at least correlation and below 1, with dependence.groups",
            )?;
            Ok(Some(GroupedCopula { correlation, within, groups }.into()))
        }
    }
}

impl Definition for GroupedCopula {
    const ABOUT: About = GaussianCopula::ABOUT;

    fn read(fields: &Fields<'_>, setting: Setting) -> Result<Dependence, Error> {
        GaussianCopula::read(fields, setting)
    }
}

impl Model for GroupedCopula {
    fn parameter(&mut self) -> Option<(&'static str, &mut f64)> {
        Some(("correlation", &mut self.correlation))
    }

    fn parameters(&mut self) -> Vec<(&'static str, Parameter)> {
        vec![
            ("correlation", Parameter::Number(self.correlation)),
            (GROUPS.path, Parameter::Integers(self.groups.clone())),
            (WITHIN.path, Parameter::Number(self.within)),
        ]
    }

    fn is_independent(&mut self) -> bool {
        self.within == 0.0 || (self.correlation == 0.0 && self.groups.iter().all(|size| *size == 1))
    }

    fn check(&mut self) -> Result<(), Error> {
        check_correlation("dependence.correlation", &mut self.correlation)?;
        check_correlation("dependence.within", &mut self.within)?;
        if self.within < self.correlation {
            let allowed =
                format!("at least {:?}, which is dependence.correlation, and below 1", self.correlation);
            return Err(Error::out_of_range("dependence.within", format!("{:?}", self.within), allowed));
        }
        match self.groups.iter().position(|size| *size == 0) {
            Some(place) => Err(Error::out_of_range(&format!("dependence.groups[{place}]"), 0, SIZE)),
            None => Ok(()),
        }
    }

    fn suits_count(&self, agents: u64) -> Result<(), Error> {
        let total = self.groups.iter().fold(0_u64, |total, size| total.saturating_add(*size));
        if total == agents {
            return Ok(());
        }
        let message = format!(
            "dependence.groups must add up to {agents}, the number of agents, got {:?}, which adds up to {total}",
            self.groups
        );
        Err(Error::conflict("dependence.groups", message))
    }
}
