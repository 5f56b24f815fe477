//! Where climbs to the peaks of a likelihood of several classes start: always at the same places.

use super::em::Classes;
use crate::fit::sample::{Kind, Observations};

/// How much of a task its own class has to begin with.
const OWN_SHARE: f64 = 0.9;

/// How common a class is that has few tasks to begin with, and how far its rate is from zero or one.
const FEW: f64 = 0.1;
const NEAR_AN_END: f64 = 0.02;

/// Returns starts for this many classes: tasks ranked by how many runs failed; rates spread evenly; a class of few
/// tasks that are easy, or hard; and, as the agents may disagree on what is hard, tasks ranked by the difference of
/// two halves of the agents.
pub(super) fn starts(sample: &Observations, count: usize) -> Vec<Classes> {
    let mut starts = vec![
        ranked(sample, count, |kind| kind.failed() / kind.total()),
        spread(sample, count, 0.02),
        spread(sample, count, 0.5 / count as f64),
        few(sample, count, NEAR_AN_END),
        few(sample, count, 1.0 - NEAR_AN_END),
    ];
    if sample.agents > 1 {
        starts.push(ranked(sample, count, |kind| alternating(kind, 1)));
        starts.push(ranked(sample, count, |kind| alternating(kind, sample.agents.div_ceil(2))));
    }
    starts
}

/// Failures of every other group of `group` agents, less those of the rest.
fn alternating(kind: &Kind, group: usize) -> f64 {
    let of = kind.runs.iter().enumerate();
    of.map(|(agent, runs)| if (agent / group).is_multiple_of(2) { runs.failed } else { -runs.failed }).sum()
}

/// Even rates from `margin` to 1 − `margin`, the same of all agents.
fn spread(sample: &Observations, count: usize, margin: f64) -> Classes {
    let rate = |class: usize| margin + (1.0 - 2.0 * margin) * class as f64 / (count - 1) as f64;
    Classes {
        weights: vec![1.0 / count as f64; count],
        rates: (0..count).map(|class| vec![rate(class); sample.agents]).collect(),
        first_always_fails: false,
    }
}

/// One class of few tasks at this rate, and the rest around the mean rate.
fn few(sample: &Observations, count: usize, rate: f64) -> Classes {
    let mut start = spread(sample, count, 0.25);
    let mean = sample.kinds.iter().map(|kind| kind.tasks * kind.failed() / kind.total()).sum::<f64>()
        / sample.tasks();
    for class in 1..count {
        let towards = start.rates[class][0];
        start.rates[class].fill(0.5 * (mean + towards).clamp(2.0 * NEAR_AN_END, 2.0 - 2.0 * NEAR_AN_END));
        start.weights[class] = (1.0 - FEW) / (count - 1) as f64;
    }
    start.rates[0].fill(rate);
    start.weights[0] = FEW;
    start
}

/// As many tasks in each class, in the order of their ranks.
fn ranked(sample: &Observations, count: usize, rank: impl Fn(&Kind) -> f64) -> Classes {
    let mut kinds: Vec<&Kind> = sample.kinds.iter().collect();
    kinds.sort_by(|one, other| rank(one).total_cmp(&rank(other)));
    let (all, mut before) = (sample.tasks(), 0.0);
    let mut failed = vec![vec![0.5; sample.agents]; count];
    let mut runs = vec![vec![1.0; sample.agents]; count];
    for kind in kinds {
        let middle = (before + 0.5 * kind.tasks) / all;
        let own = ((middle * count as f64) as usize).min(count - 1);
        before += kind.tasks;
        for class in 0..count {
            let share = if class == own { OWN_SHARE } else { (1.0 - OWN_SHARE) / (count - 1) as f64 };
            for (agent, of_agent) in kind.runs.iter().enumerate() {
                failed[class][agent] += kind.tasks * share * of_agent.failed;
                runs[class][agent] += kind.tasks * share * of_agent.total();
            }
        }
    }
    let rate = |class: usize, agent: usize| failed[class][agent] / runs[class][agent];
    Classes {
        weights: vec![1.0 / count as f64; count],
        rates: (0..count).map(|class| (0..sample.agents).map(|agent| rate(class, agent)).collect()).collect(),
        first_always_fails: false,
    }
}
