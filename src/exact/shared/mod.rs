//! What the agents of one task share, and its law: a common normal variable, a common rate, or an urn.
//!
//! Nothing here knows a rule or lists the dependence models.

mod beta_law;
mod copula;
mod count;
mod groups;
mod states;
mod urn;
mod values;

pub(crate) use beta_law::{BetaLaw, beta_below};
pub(crate) use copula::{Barrier, Copula, copula_below};
pub(crate) use count::Count;
pub(crate) use groups::{Group, Groups, Members, NoLaw};
pub(crate) use states::{Convolution, States};
pub(crate) use urn::Urn;
pub(crate) use values::{NotConverged, Values};

/// Maximum number of correlated agents where the effort is proportional to their number.
pub(crate) const MAX_CORRELATED_AGENTS: u64 = 10_000_000;
