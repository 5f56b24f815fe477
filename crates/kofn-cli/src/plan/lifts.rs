//! What prevents a target, and what would make it reachable, as text.

use super::text::{line, rounded, rounded_down};
use crate::output::Output;
use crate::text::{grouped, number, wrapped};
use kofn::Scenario;
use kofn::plan::{Change, Count, Lift, Obstacle};
use kofn::scenario::Agents;
use kofn::scenario::scheme::Scheme;
use std::io;

pub(super) fn obstacle(output: &mut Output, scenario: &Scenario, obstacle: &Obstacle) -> io::Result<()> {
    // Under a majority the lines above have said so.
    if !matches!(scenario.scheme(), Scheme::Majority(_)) {
        ceiling(output, obstacle)?;
    }
    output.line("")?;
    line(output, "changes", "any one of these would be enough:")?;
    for lift in &obstacle.lifts {
        for line in wrapped(&format!("{:16}{}", "", described(lift, scenario)), 18) {
            output.line(&line)?;
        }
    }
    match &obstacle.independent {
        Some(Ok(Count::Found(reached))) => {
            line(output, "", &format!("independent failures, with a majority of {}", grouped(reached.count)))
        }
        Some(Ok(_)) => line(output, "", "(independent failures would not be enough for a majority)"),
        Some(Err(_)) | None => Ok(()),
    }
}

/// What a majority reaches.
fn ceiling(output: &mut Output, obstacle: &Obstacle) -> io::Result<()> {
    match &obstacle.majority {
        Ok(Count::Found(reached)) => {
            line(output, "majority", &format!("{} agents would be enough", grouped(reached.count)))
        }
        Ok(Count::Never { best }) => {
            let best = format!("{} with {}", number(best.correct, best.failure), grouped(best.count));
            line(output, "majority", &format!("no number of agents is enough; best: {best}"))
        }
        Ok(Count::NotUpTo { tried, .. }) => {
            line(output, "majority", &format!("no number of agents up to {} is enough", grouped(*tried)))
        }
        Err(_) => Ok(()),
    }?;
    match &obstacle.ceiling {
        Ok(limit) => line(output, "", &format!("limit n → ∞: {}", number(limit.correct, limit.failure))),
        Err(_) => Ok(()),
    }
}

/// One lift.
fn described(lift: &Lift, scenario: &Scenario) -> String {
    let choice = &lift.choice;
    let enough = match lift.largest {
        Some(largest) => format!("at most {}", rounded_down(largest, 4)),
        None => "none".into(),
    };
    let what = match lift.change {
        Change::Correlation => quantity("correlation", lift),
        Change::CommonCause => quantity("probability of the common cause", lift),
        Change::FailureRate => quantity("failure rate", lift),
        Change::HardestClass(class) => quantity(&hardest(scenario.agents(), class), lift),
        Change::FailureRates => format!("all failure rates: {enough} times the present ones"),
        Change::AcceptsWrong { accepts_correct } => format!(
            "a validator that accepts {accepts_correct} of the correct candidates and {enough} of the wrong"
        ),
        Change::ValidatorFailureRate => {
            format!("a validator that repairs what it rejects and fails {enough} of the time")
        }
    };
    match lift.largest {
        Some(_) => format!("{what}, with {choice}"),
        None => {
            let best = number(choice.exact.correct, choice.exact.failure);
            format!("{what}, is not enough; best: {best} with {choice}")
        }
    }
}

/// How large a quantity may be, and how large it is.
fn quantity(name: &str, lift: &Lift) -> String {
    let now = lift.present.map_or(String::new(), |present| format!(" (now {})", rounded(present, 4)));
    match lift.largest {
        Some(largest) => format!("{name}: at most {}{now}", rounded_down(largest, 4)),
        None => format!("{name}: 0{now}"),
    }
}

fn hardest(agents: &Agents, class: usize) -> String {
    let Agents::ByTask { tasks, .. } = agents else { return "failure rate on the hardest tasks".into() };
    let total: f64 = tasks.iter().map(|task| task.weight).sum();
    format!("failure rate on the hardest tasks ({} %)", rounded(100.0 * tasks[class].weight / total, 4))
}
