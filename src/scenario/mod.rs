//! Scenarios: the questions, as plain validated data.
//!
//! Nothing here computes a probability or draws a number. Both engines read a scenario as its
//! [`classes`](Scenario::classes): for each class of tasks its weight, the agents' failure rates and the
//! [`Rule`]. A scenario is made and changed by its [builder](ScenarioBuilder) alone, which checks it as a
//! whole.

mod about;
mod agents;
mod builder;
mod check;
mod class;
mod costs;
mod dependence;
mod document;
mod draft;
mod echo;
mod error;
mod failures;
mod filter;
mod keys;
mod nearest;
mod probability;
mod question;
mod range;
mod read;
mod rule;
pub mod scheme;
mod system;
mod variation;

pub use about::{About, Key};
pub use agents::{Agents, ClassRates, TaskClass};
pub use builder::ScenarioBuilder;
pub use class::{Class, Rates};
pub use costs::{Concurrency, Costs, PerAgent};
pub use dependence::Dependence;
pub use document::whole_number;
pub(crate) use document::{is_literal, nearest_double};
pub use draft::Draft;
pub use error::{Error, Location, Problem};
pub use failures::{Failures, WrongAnswers};
pub use filter::Filter;
pub use keys::KEYS;
pub use nearest::nearest;
pub use probability::Probability;
pub use question::Scenario;
pub use rule::{Arbiter, CascadeStage, Chain, Fallback, Goal, Race, Rule, Ties, WeightedThreshold};
pub use scheme::Scheme;
pub use system::{Member, System, SystemStage};
pub(crate) use variation::Variation;
