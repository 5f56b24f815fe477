//! What stands in the way of a target, and what would lift it, as text.

use super::text::line;
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
    line(output, "would do", "each by itself, all else as it is:")?;
    for lift in &obstacle.lifts {
        for line in wrapped(&format!("{:16}{}", "", told(lift, scenario)), 18) {
            output.line(&line)?;
        }
    }
    match &obstacle.independent {
        Some(Ok(Count::Found(reached))) => {
            line(output, "", &format!("independent failures: majority of {}", grouped(reached.count)))
        }
        Some(Ok(_)) => line(output, "", "independent failures: no majority would do even then"),
        Some(Err(_)) | None => Ok(()),
    }
}

/// How far ever more agents get under a majority.
fn ceiling(output: &mut Output, obstacle: &Obstacle) -> io::Result<()> {
    match &obstacle.majority {
        Ok(Count::Found(reached)) => {
            line(output, "majority", &format!("{} agents would do", grouped(reached.count)))
        }
        Ok(Count::Never { best }) => {
            let best = format!("{} with {}", number(best.correct, best.failure), grouped(best.count));
            line(output, "majority", &format!("no number of agents does; best {best}"))
        }
        Ok(Count::NotUpTo { tried, .. }) => {
            line(output, "majority", &format!("none up to {} does", grouped(*tried)))
        }
        Err(_) => Ok(()),
    }?;
    match &obstacle.ceiling {
        Ok(limit) => line(output, "", &format!("ever more come to {}", number(limit.correct, limit.failure))),
        Err(_) => Ok(()),
    }
}

/// One lift.
fn told(lift: &Lift, scenario: &Scenario) -> String {
    let choice = &lift.choice;
    let enough = match lift.largest {
        Some(largest) => format!("at most {}", rounded_down(largest)),
        None => "none".into(),
    };
    let what = match lift.change {
        Change::Correlation => quantity("correlation", lift),
        Change::CommonCause => quantity("probability of the common cause", lift),
        Change::FailureRate => quantity("failure rate", lift),
        Change::HardestClass(class) => quantity(&hardest(scenario.agents(), class), lift),
        Change::FailureRates => format!("all failure rates: {enough} of what they are"),
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
            format!("{what}, is not enough; best {best} with {choice}")
        }
    }
}

/// How large a quantity may be, and how large it is.
fn quantity(name: &str, lift: &Lift) -> String {
    let now = lift.present.map_or(String::new(), |present| format!(" (now {})", rounded(present)));
    match lift.largest {
        Some(largest) => format!("{name}: at most {}{now}", rounded_down(largest)),
        None => format!("{name}: the lowest there is{now}"),
    }
}

fn hardest(agents: &Agents, class: usize) -> String {
    let Agents::ByTask { tasks, .. } = agents else { return "failure rate on the hardest tasks".into() };
    let total: f64 = tasks.iter().map(|task| task.weight).sum();
    format!("failure rate on the hardest tasks ({} %)", rounded(100.0 * tasks[class].weight / total))
}

/// Four digits.
fn rounded(value: f64) -> String {
    let text = format!("{value:.3e}");
    text.parse::<f64>().map_or(text, |value| value.to_string())
}

/// Four digits, no more than the value: what is said to be enough is.
fn rounded_down(value: f64) -> String {
    let nearest = format!("{value:.3e}");
    let Ok(parsed) = nearest.parse::<f64>() else { return nearest };
    if parsed <= value {
        return parsed.to_string();
    }
    let unit = 10f64.powi(value.log10().floor() as i32 - 3);
    rounded(parsed - unit)
}
