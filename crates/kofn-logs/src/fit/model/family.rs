//! The models of failures, before they are fitted.

use crate::fit::sample::Observations;
use crate::results::Results;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A correlation of failures is fitted up to this; where it is reached, the logs allow any larger one as well.
pub const MAX_CORRELATION: f64 = 0.9999;

/// What the runs of a task share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
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
    /// A normal variable, and the runs of one agent another one besides.
    TwoLevelCopula,
}

/// Whether agents have one rate or one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateSharing {
    /// One rate for all of them.
    Equal,
    /// One rate for each of them.
    Different,
}

/// A model of failures, before it is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    /// What runs share.
    #[serde(rename = "model")]
    pub family: ModelFamily,
    /// Whether agents differ.
    pub rates: RateSharing,
}

impl ModelFamily {
    /// The name, for most as scenarios give it: the two-level copula is a Gaussian copula with `repeats` there.
    pub fn name(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::CommonCause => "common-cause",
            Self::BetaBinomial => "beta-binomial",
            Self::GaussianCopula => "gaussian-copula",
            Self::Classes => "classes",
            Self::TwoLevelCopula => "two-level-copula",
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

    /// Returns the models that can be compared on these logs: [all](Self::all), and those of two levels where there are
    /// several agents and one of them has several runs of a task.
    ///
    /// ```
    /// use kofn_logs::fit::{Model, ModelFamily};
    /// use kofn_logs::{Results, RunTally};
    /// let task = |runs| vec![RunTally::new(1, runs).unwrap(); 2];
    /// let has_two_levels = |runs| {
    ///     let models = Model::of_log(&Results::gather(2, [task(runs)]));
    ///     models.iter().any(|model| model.family == ModelFamily::TwoLevelCopula)
    /// };
    /// assert_eq!([1, 2].map(has_two_levels), [false, true]);
    /// ```
    pub fn of_log(results: &Results) -> Vec<Self> {
        let mut models = Self::all(results.agents());
        if results.agents() > 1 && has_repeats(results) {
            let model = |rates| Self { family: ModelFamily::TwoLevelCopula, rates };
            let first = models.iter().position(|model| model.rates == RateSharing::Different);
            models.insert(first.unwrap_or(models.len()), model(RateSharing::Equal));
            models.push(model(RateSharing::Different));
        }
        models
    }

    /// The runs as this model takes them.
    pub(super) fn sample(self, results: &Results) -> Observations {
        match (self.family, self.rates) {
            // Which runs are of one agent counts, also where all have one rate.
            (ModelFamily::TwoLevelCopula, _) | (_, RateSharing::Different) => {
                Observations::of_agents(results)
            }
            (_, RateSharing::Equal) => Observations::pooled(results),
        }
    }
}

/// Whether some agent has several runs of a task.
fn has_repeats(results: &Results) -> bool {
    results.kinds().iter().any(|kind| kind.tallies.iter().any(|tally| tally.runs() > 1))
}
