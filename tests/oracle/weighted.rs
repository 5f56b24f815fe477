//! Votes of different weight.

use super::*;
use kofn::scenario::scheme::Weighted;

/// Weights and quotas of so many agents: small and large, alike and far apart, with sums that hit a half or a quota exactly in decimals and
/// not in binary numbers.
fn weightings(agents: usize) -> Vec<Weighted> {
    let first = |weights: &[f64]| Weighted::new(weights[..agents].to_vec());
    let tenths = first(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    let total = [0.1, 0.3, 0.6, 1.0, 1.5, 2.1][agents - 1];
    let far = first(&[1e6, 1.0, 1e-9, 0.0, 17.25, 123_456.789]);
    let ones = first(&[1.0; 6]);
    let mut all = vec![
        tenths.clone(),
        tenths.clone().with_quota(total),
        tenths.clone().with_quota(0.1),
        far.clone(),
        far.with_quota(1e6),
        ones.clone().with_quota((agents / 2).max(1) as f64),
        ones.clone().with_quota((agents / 2) as f64 + 0.5),
        ones,
    ];
    if agents >= 3 {
        all.push(tenths.clone().with_quota(0.3));
        all.push(tenths.with_quota(0.300_000_001));
        all.push(first(&[2.0, 1.0, 1.0, 0.0, 0.0, 0.0]));
        all.push(first(&[3.0, 1.0, 1.0, 0.5, 0.25, 0.125]));
    }
    all
}

#[test]
fn identical_agents() {
    let mut scenarios = Vec::new();
    for agents in 1..=3 {
        for rate in RATES {
            for failures in all_failures() {
                for weighted in weightings(agents) {
                    scenarios.push(scenario(Agents::identical(agents as u64, rate), weighted, failures));
                }
            }
        }
    }
    for agents in 4..=6 {
        for rate in [0.5, 0.23, 1e-9, 1e-200] {
            for failures in few_failures() {
                for weighted in weightings(agents) {
                    scenarios.push(scenario(Agents::identical(agents as u64, rate), weighted, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn different_agents_and_classes_of_tasks() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        for rates in different_rates() {
            for weighted in weightings(rates.len().min(6)) {
                if rates.len() <= 6 {
                    scenarios.push(scenario(Agents::different(rates.clone()), weighted, failures));
                }
            }
        }
        for count in 1..=4 {
            for tasks in task_classes(count) {
                for weighted in weightings(count as usize) {
                    scenarios.push(scenario(Agents::by_task(count, tasks.clone()), weighted, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn log_odds() {
    let mut scenarios = Vec::new();
    for failures in all_failures() {
        for agents in [
            Agents::different([0.05, 0.3, 0.3, 0.3, 0.3]),
            Agents::different([0.1, 0.12, 0.15]),
            Agents::different([1e-200, 0.4, 0.6, 1.0]),
            Agents::different([5e-324, 0.499, 0.5]),
            Agents::different([0.23, 1.0 - f64::EPSILON / 2.0, 1e-9, 0.25]),
            Agents::identical(4, 0.23),
        ] {
            for quota in [None, Some(1e-9), Some(0.5)] {
                let weighted =
                    quota.map_or(Weighted::log_odds(), |quota| Weighted::log_odds().with_quota(quota));
                scenarios.push(scenario(agents.clone(), weighted, failures));
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn agents_that_depend_on_each_other() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        let mut ask = |agents: Agents, dependence| {
            for weighted in weightings(agents.count() as usize) {
                scenarios.push(depending(scenario(agents.clone(), weighted, failures), dependence));
            }
        };
        for probability in [0.0, 0.05, 0.2] {
            for agents in [
                Agents::identical(4, 0.2),
                Agents::different([0.25, 0.2, 1.0]),
                Agents::by_task(3, [TaskClass::new(1.0, 0.23), TaskClass::new(2.5, 1.0)]),
            ] {
                ask(agents, Dependence::CommonCause { probability });
            }
        }
        for correlation in [0.0, 1e-9, 0.3, 1.0 - f64::EPSILON / 2.0] {
            for agents in 1..=4 {
                for rate in [0.23, 1e-9, 1e-200] {
                    ask(Agents::identical(agents, rate), Dependence::BetaBinomial { correlation });
                }
            }
        }
    }
    compare_all(&scenarios);
}
