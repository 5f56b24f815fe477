//! Parts of plans in words.

use super::numbers::{chance, rounded, rounded_down, useful};
use crate::plan::{Change, Choice, Lift};
use crate::scenario::{Agents, Scenario};

/// Returns what a task is expected to cost, and how long it takes: "3 calls per task".
pub fn effort(choice: &Choice) -> String {
    let expected = &choice.exact.expected;
    let price = match expected.cost {
        Some(cost) => format!("cost {}", useful(cost)),
        None if expected.validations > 0.0 => format!("{} calls and validations", useful(choice.price)),
        None if choice.price == 1.0 => "1 call".into(),
        None => format!("{} calls", useful(choice.price)),
    };
    let latency = expected.latency.map_or(String::new(), |latency| format!(", latency {}", useful(latency)));
    format!("{price} per task{latency}")
}

/// Returns one change in words: how far it must go to reach the target or, if it cannot, the most that it reaches.
pub fn change(lift: &Lift, scenario: &Scenario) -> String {
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
