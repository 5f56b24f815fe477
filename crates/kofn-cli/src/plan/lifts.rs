//! What prevents a target, and what would make it reachable, as text.

use super::text::{chance, flag, line, rounded, rounded_down};
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
    let (enough, others): (Vec<&Lift>, Vec<&Lift>) =
        obstacle.lifts.iter().partition(|lift| lift.largest.is_some());
    let [mut enough, mut others] = [enough, others]
        .map(|lifts| lifts.into_iter().map(|lift| described(lift, scenario)).collect::<Vec<_>>());
    match &obstacle.independent {
        Some(Ok(Count::Found(reached))) => {
            enough.push(format!("independent failures, with a majority of {}", grouped(reached.count)));
        }
        Some(Ok(_)) => others.push("independent failures, with a majority of any size".into()),
        Some(Err(_)) | None => {}
    }
    for (label, title, changes) in
        [("changes", "any one of these would be enough:", enough), ("", "not enough alone:", others)]
    {
        if changes.is_empty() {
            continue;
        }
        line(output, label, title)?;
        for change in changes {
            for line in wrapped(&format!("{:16}{change}", ""), 18) {
                output.line(&line)?;
            }
        }
    }
    Ok(())
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
        Ok(Count::Exceeds { ceiling, .. }) => {
            line(output, "majority", &format!("no number of agents keeps within {}", flag(*ceiling)))
        }
        Err(_) => Ok(()),
    }?;
    match &obstacle.ceiling {
        Ok(limit) => line(output, "", &format!("limit n → ∞: {}", number(limit.correct, limit.failure))),
        Err(_) => Ok(()),
    }
}

/// One change: how far it must go or, if that is not enough, what it reaches at its best.
fn described(lift: &Lift, scenario: &Scenario) -> String {
    let (choice, system) = (&lift.choice, lift.choice.title());
    let limit = lift.largest.map_or("= 0".into(), |largest| format!("at most {}", rounded_down(largest, 4)));
    let now = lift.present.map_or(String::new(), |present| format!(" (now {})", rounded(present, 4)));
    let what = match lift.change {
        Change::Correlation => format!("correlation {limit}{now}"),
        Change::CommonCause => format!("probability of the common cause {limit}{now}"),
        Change::FailureRate => format!("failure rate {limit}{now}"),
        Change::HardestClass(class) => format!("{}: {limit}{now}", hardest(scenario.agents(), class)),
        Change::FailureRates => format!("all failure rates multiplied by {limit}"),
        Change::AcceptsWrong { accepts_correct } => {
            format!("a validator with accepts_correct = {accepts_correct} and accepts_wrong {limit}")
        }
        Change::ValidatorFailureRate => {
            format!("a validator that repairs what it rejects, with validator_failure_rate {limit}")
        }
    };
    match lift.largest {
        Some(_) => format!("{what}, with {system}"),
        None => {
            format!("{what}: at most {} with {system}", chance(choice.exact.correct, choice.exact.failure))
        }
    }
}

fn hardest(agents: &Agents, class: usize) -> String {
    let Agents::ByTask { tasks, .. } = agents else { return "failure rate on the hardest tasks".into() };
    let total: f64 = tasks.iter().map(|task| task.weight).sum();
    format!("failure rate on the hardest tasks ({} %)", rounded(100.0 * tasks[class].weight / total, 4))
}
