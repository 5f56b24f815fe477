//! Agreement of replicas.

use super::*;
use kofn::scenario::scheme::Pbft;

/// All quorums that this many replicas can meet, and the default ones.
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

#[test]
fn identical_replicas() {
    let rates = [0.0, 1.0, 0.5, 0.01, 1e-200, 1.0 - f64::EPSILON / 2.0];
    compare_all(&every(identical(1..=5, &rates), &[Failures::default()], quorums));
    let many = [6, 7, 8, 10, 13, 40, 100].map(|count| identical(count..=count, &[0.01, 0.23, 1e-9]));
    compare_all(&every(many.concat(), &[Failures::default()], |_| vec![Pbft::default()]));
}

#[test]
fn different_and_dependent_replicas() {
    let of = |agents: Vec<Agents>| every(agents, &[Failures::default()], quorums);
    let different = (1..=4).map(|count| Agents::different(&[0.25, 1e-9, 0.4, 1.0][..count]));
    compare_all(&of(different.chain(on_tasks(1..=4)).collect()));
    compare_all(&with_causes(&[1e-300, 0.05, 0.23], &of(identical(1..=4, &[0.23]))));
    compare_all(&with_urns(&[1e-9, 0.3, 1.0 - f64::EPSILON / 2.0], &of(identical(1..=4, &[0.01]))));
}
