//! What a target reliability takes.
//!
//! All answers come from the closed forms of [`exact`](crate::exact), and none assumes that more agents are better:
//! an even number is worse than the odd one before it, and with easy and hard tasks reliability can rise and then fall.
//! [`options`] leaves the scheme open: it assesses every system of the same agents, and finds the cheapest that meets a
//! [`Demand`] and what each price buys. If none does, [`obstacle`] finds what limits reliability and which changes
//! would be enough. Where rates were fitted, [`intervals`] gives the uncertainty of all this.
//!
//! A target is met where P(correct), as the double that [`assess`] gives, is at least the target.

mod choice;
mod count;
mod demand;
mod families;
mod lift;
mod margin;
mod model;
mod options;
mod rate;
mod team;
mod uncertainty;

pub use choice::Choice;
pub use count::{Count, Reached, smallest_count};
pub(crate) use demand::check_steps;
pub use demand::{Demand, Scope};
pub use families::LeftOut;
pub use lift::{Change, Lift, Obstacle, obstacle};
pub use margin::{Margin, smallest_margin};
pub use options::{Options, options};
pub use rate::largest_failure_rate;
pub use uncertainty::{ChoiceIntervals, CountInterval, Uncertainty, intervals};

use crate::exact::{Limit, assess, limit};
use crate::outcome::Exact;
use crate::scenario::{Error, Scenario};
use demand::check;

/// The answers about a target. A part without an answer is the error that says why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The target for P(correct).
    pub target: f64,
    /// The scenario as it is.
    pub present: Exact,
    /// The smallest number of agents that meets it.
    pub smallest_count: Result<Count, Error>,
    /// The largest failure rate with which the present number of agents meets the target; `None` where no rate does.
    pub largest_failure_rate: Result<Option<f64>, Error>,
    /// The outcome in the limit (n → ∞).
    pub limit: Result<Limit, Error>,
}

/// Returns all answers about `target`, a P(correct) above 0 and below 1.
///
/// # Errors
/// A target outside (0, 1); agents with different rates; a scenario that [`assess`] refuses.
///
/// ```
/// use kofn::plan::{Count, Reached, plan};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let plan = plan(&Scenario::new(Agents::identical(3, 0.23), Majority)?, 0.99)?;
/// assert!(matches!(plan.smallest_count?, Count::Found(Reached { count: 17, .. })));
/// assert_eq!(plan.largest_failure_rate?.map(|rate| (rate * 1e4).round()), Some(589.0)); // 5.89 %
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn plan(scenario: &Scenario, target: f64) -> Result<Plan, Error> {
    check(scenario, target)?;
    Ok(Plan {
        target,
        present: assess(scenario)?,
        smallest_count: smallest_count(scenario, target),
        largest_failure_rate: largest_failure_rate(scenario, target),
        limit: limit(scenario),
    })
}
