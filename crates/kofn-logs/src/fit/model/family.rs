//! The models of failures, before they are fitted.

use crate::fit::sample::Observations;
use crate::results::Results;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// A correlation of failures is fitted up to this; where it is reached, the logs allow any larger one as well.
pub const MAX_CORRELATION: f64 = 0.9999;

/// What the runs of a task share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ModelFamily {
    /// Nothing.
    Independent,
    /// That all of them fail, with some probability.
    CommonCause,
    /// A rate from a beta distribution.
    BetaBinomial,
    /// A normal variable.
    GaussianCopula,
    /// One of a few classes of tasks.
    Classes,
}

/// Whether agents have one rate or one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateSharing {
    /// One rate for all of them.
    Equal,
    /// One rate for each of them.
    Different,
}

/// A model of failures, before it is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Model {
    /// What runs share.
    #[serde(rename = "model")]
    pub family: ModelFamily,
    /// Whether agents differ.
    pub rates: RateSharing,
}

impl ModelFamily {
    /// The name, as scenarios give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::CommonCause => "common-cause",
            Self::BetaBinomial => "beta-binomial",
            Self::GaussianCopula => "gaussian-copula",
            Self::Classes => "classes",
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&match self.rates {
            RateSharing::Equal => format!("{}, equal rates", self.family.name()),
            RateSharing::Different => self.family.name().to_owned(),
        })
    }
}

impl Model {
    /// Returns the models that logs of this many agents can distinguish: one agent has one rate, and the
    /// beta-binomial model has equal rates only.
    pub fn all(agents: usize) -> Vec<Self> {
        use ModelFamily::{BetaBinomial, Classes, CommonCause, GaussianCopula, Independent};
        let families = [Independent, CommonCause, BetaBinomial, GaussianCopula, Classes];
        let equal = families.map(|family| Self { family, rates: RateSharing::Equal });
        let different = [Independent, CommonCause, GaussianCopula, Classes]
            .map(|family| Self { family, rates: RateSharing::Different });
        let different = different.into_iter().filter(|_| agents > 1);
        equal.into_iter().chain(different).collect()
    }

    /// The runs as this model takes them.
    pub(super) fn sample(self, results: &Results) -> Observations {
        match self.rates {
            RateSharing::Equal => Observations::pooled(results),
            RateSharing::Different => Observations::of_agents(results),
        }
    }
}
