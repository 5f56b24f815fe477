//! Dependence models: what the simulation makes of each.
//!
//! A new model is a file of its own that implements [`DependenceModel`], and an arm here.

mod beta_binomial;
mod common_cause;
pub(crate) mod draw;
mod gaussian_copula;
mod independent;
mod model;
mod repeats;

pub(crate) use model::DependenceModel;
pub(crate) use repeats::Repeats;

use crate::scenario::Dependence;

/// Returns the model as it is simulated. No other code of the simulation depends on which model it is.
pub(crate) fn simulated(dependence: &Dependence, repeats: Option<Repeats>) -> Box<dyn DependenceModel> {
    match dependence {
        Dependence::Independent => Box::new(independent::Independent { repeats }),
        Dependence::CommonCause { probability } => {
            Box::new(common_cause::CommonCause { probability: *probability, repeats })
        }
        Dependence::BetaBinomial { correlation } => {
            Box::new(beta_binomial::BetaBinomial { correlation: *correlation, repeats })
        }
        Dependence::GaussianCopula { correlation } => {
            Box::new(gaussian_copula::GaussianCopula { correlation: *correlation, groups: None, repeats })
        }
        Dependence::GroupedCopula { correlation, within, groups } => {
            let groups = Some((groups.clone(), *within));
            Box::new(gaussian_copula::GaussianCopula { correlation: *correlation, groups, repeats })
        }
    }
}
