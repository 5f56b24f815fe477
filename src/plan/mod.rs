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
mod pool;
mod rate;
mod team;
mod uncertainty;

pub use choice::Choice;
pub use count::{Count, Reached, smallest_count};
pub use demand::{Ceiling, Demand, RepeatedCalls, Scope};
pub(crate) use demand::{check_steps, price};
pub use families::LeftOut;
pub(crate) use families::calls_again;
pub use lift::{Change, Lift, Obstacle, obstacle};
pub use margin::{Margin, smallest_margin};
pub use options::{Options, choose, options};
pub use rate::{LargestRate, largest_failure_rate};
pub use uncertainty::{ChoiceIntervals, CountInterval, Uncertainty, intervals};

use crate::exact::{Limit, assess, limit};
use crate::outcome::Exact;
use crate::scenario::{Error, Scenario};
use demand::check;

/// The answers about a demand. A part without an answer is the error that says why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The demand.
    pub demand: Demand,
    /// The scenario as it is.
    pub present: Exact,
    /// The smallest number of agents that meets it.
    pub smallest_count: Result<Count, Error>,
    /// The largest failure rate with which the present number of agents meets it.
    pub largest_failure_rate: Result<LargestRate, Error>,
    /// The outcome in the limit (n → ∞).
    pub limit: Result<Limit, Error>,
}

/// Returns all answers about `demand` for the scenario's own scheme.
///
/// # Errors
/// A demand out of range; agents with different rates; a scenario that [`assess`] refuses.
///
/// ```
/// use kofn::plan::{Count, Demand, LargestRate, Reached, plan};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let plan = plan(&Scenario::new(Agents::identical(3, 0.23), Majority)?, &Demand::new(0.99))?;
/// assert!(matches!(plan.smallest_count?, Count::Found(Reached { count: 17, .. })));
/// assert!(matches!(plan.largest_failure_rate?, LargestRate::UpTo(rate) if (rate - 0.0589).abs() < 5e-5));
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn plan(scenario: &Scenario, demand: &Demand) -> Result<Plan, Error> {
    check(scenario, demand.target)?;
    demand.check(scenario)?;
    Ok(Plan {
        demand: *demand,
        present: assess(scenario)?,
        smallest_count: smallest_count(scenario, demand),
        largest_failure_rate: largest_failure_rate(scenario, demand),
        limit: limit(scenario),
    })
}
