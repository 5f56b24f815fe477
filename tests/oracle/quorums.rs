//! Agreement of replicas.

use super::*;
use kofn::scenario::scheme::Pbft;

/// All quorums that so many replicas can meet, and those that are usual.
fn quorums(replicas: u64) -> Vec<Pbft> {
    let mut all = vec![Pbft::default()];
    for q_eq in 1..=replicas {
        for q_per in 1..=replicas {
            for q_vc in replicas + 1 - q_per..=replicas {
                all.extend((1..=q_vc).map(|q_vc_t| Pbft::new(q_eq, q_per, q_vc, q_vc_t)));
            }
        }
    }
    let mut in_part = Pbft::default();
    in_part.q_per = Some(replicas);
    all.push(in_part);
    all
}

fn replicas(agents: Agents, pbft: Pbft, dependence: Dependence) -> Scenario {
    depending(Scenario::new(agents, pbft).expect("a scenario"), dependence)
}

#[test]
fn identical_replicas() {
    let mut scenarios = Vec::new();
    for count in 1..=5 {
        for pbft in quorums(count) {
            for rate in [0.0, 1.0, 0.5, 0.01, 1e-200, 1.0 - f64::EPSILON / 2.0] {
                scenarios.push(replicas(Agents::identical(count, rate), pbft, Dependence::Independent));
            }
        }
    }
    for count in [6, 7, 8, 10, 13, 40, 100] {
        for rate in [0.01, 0.23, 1e-9] {
            let agents = Agents::identical(count, rate);
            scenarios.push(replicas(agents, Pbft::default(), Dependence::Independent));
        }
    }
    compare_all(&scenarios);
}

#[test]
fn different_and_dependent_replicas() {
    let mut scenarios = Vec::new();
    for count in 1..=4 {
        for pbft in quorums(count) {
            let different = [0.25, 1e-9, 0.4, 1.0];
            let agents = Agents::different(&different[..count as usize]);
            scenarios.push(replicas(agents, pbft, Dependence::Independent));
            for tasks in task_classes(count) {
                scenarios.push(replicas(Agents::by_task(count, tasks), pbft, Dependence::Independent));
            }
            for probability in [1e-300, 0.05, 0.23] {
                let cause = Dependence::CommonCause { probability };
                scenarios.push(replicas(Agents::identical(count, 0.23), pbft, cause));
            }
            for correlation in [1e-9, 0.3, 1.0 - f64::EPSILON / 2.0] {
                let urn = Dependence::BetaBinomial { correlation };
                scenarios.push(replicas(Agents::identical(count, 0.01), pbft, urn));
            }
        }
    }
    compare_all(&scenarios);
}
