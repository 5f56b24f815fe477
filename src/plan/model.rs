//! The properties of each model of dependence that matter to planning: the only place in this folder that lists the
//! models.

use super::lift::change::Change;
use crate::scenario::Dependence;

/// The properties of a model of dependence that matter to planning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Model {
    /// The relative error bound of exact answers that [`assess`](crate::exact::assess) states.
    pub rounding: f64,
    /// Whether agents share a random failure rate. Then fewer agents have an exact answer, each takes longer, and
    /// P(correct) of a Byzantine quorum, or of a filtered majority, can peak between two numbers of agents.
    pub shares_a_rate: bool,
    /// The change that makes the dependence weaker.
    pub weaker: Option<Change>,
}

/// Four roundings of a double.
const CLOSED_FORM: f64 = 4.0 * f64::EPSILON;
/// The error of the quadrature.
const QUADRATURE: f64 = 2.5e-14;

impl Model {
    pub(super) fn of(dependence: &Dependence) -> Self {
        let shares_a_rate = !dependence.is_independent();
        match dependence {
            Dependence::Independent => Self { rounding: CLOSED_FORM, shares_a_rate: false, weaker: None },
            Dependence::CommonCause { .. } => {
                Self { rounding: CLOSED_FORM, shares_a_rate: false, weaker: Some(Change::CommonCause) }
            }
            Dependence::BetaBinomial { .. } => {
                Self { rounding: CLOSED_FORM, shares_a_rate, weaker: Some(Change::Correlation) }
            }
            Dependence::GaussianCopula { .. } | Dependence::GroupedCopula { .. } => {
                let rounding = if shares_a_rate { QUADRATURE } else { CLOSED_FORM };
                Self { rounding, shares_a_rate, weaker: Some(Change::Correlation) }
            }
        }
    }
}
