//! Questions turned round: not how reliable a system is, but what it takes to be so reliable.
//!
//! All answers are found by the closed forms of [`exact`](crate::exact), and none of them supposes that more agents are better:
//! an even number is worse than the odd one before it, and with easy and hard tasks reliability can rise and then fall.
//! [`options`] leaves the scheme open: it assesses all that could be built of the same agents, and tells the cheapest that meets a [`Demand`] and what each
//! price buys. Where none will do, [`obstacle`] tells what stands in the way and what would lift it, and where rates were fitted, [`intervals`] how sure
//! all that is.
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
pub use demand::{Demand, Scope};
pub use families::LeftOut;
pub use lift::{Change, Lift, Obstacle, obstacle};
pub use margin::{Margin, smallest_margin};
pub use options::{Options, options};
pub use rate::largest_failure_rate;
pub use uncertainty::{ChoiceIntervals, CountInterval, Interval, Uncertainty, intervals};

use crate::exact::{Limit, assess, limit};
use crate::outcome::Exact;
use crate::scenario::{Agents, Error, Scenario};

/// What there is to know about a target. A part that the scenario has no answer to is the error that says why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The P(correct) that is asked for.
    pub target: f64,
    /// The scenario as it is.
    pub present: Exact,
    /// How many agents it takes.
    pub smallest_count: Result<Count, Error>,
    /// The largest failure rate with which the present number of agents meets the target; `None` where no rate does.
    pub largest_failure_rate: Result<Option<f64>, Error>,
    /// What ever more agents come to.
    pub limit: Result<Limit, Error>,
}

/// Answers everything that can be asked about `target`, a P(correct) between 0 and 1.
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

/// Whether the target is one, and whether there is a number of agents and a rate to change.
fn check(scenario: &Scenario, target: f64) -> Result<(), Error> {
    demand::check_target(target)?;
    let different = match scenario.agents() {
        Agents::Identical { .. } => return Ok(()),
        Agents::Different { .. } => Some("agents.failure_rates".into()),
        Agents::ByTask { tasks, .. } => tasks
            .iter()
            .position(|task| matches!(task.rates, crate::scenario::ClassRates::Different(_)))
            .map(|class| format!("tasks[{class}].failure_rates")),
    };
    let Some(key) = different else { return Ok(()) };
    let message = format!(
        "{key} differ by agent, so that it matters which agent is added or improved; a plan needs agents with equal rates"
    );
    Err(Error::refused(&key, message))
}
