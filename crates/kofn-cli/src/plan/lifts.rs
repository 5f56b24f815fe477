//! What prevents a target, and what would make it reachable, as text.

use super::text::{flag, line};
use crate::output::Output;
use crate::text::{grouped, number, wrapped};
use kofn::Scenario;
use kofn::answers::words::change;
use kofn::plan::{Count, Lift, Obstacle};
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
        .map(|lifts| lifts.into_iter().map(|lift| change(lift, scenario)).collect::<Vec<_>>());
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
