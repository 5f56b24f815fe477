//! Votes of different weight.

use super::*;
use kofn::scenario::scheme::Weighted;

/// Weights and quotas: small and large, equal and far apart, with sums that hit a half or a quota exactly in decimals
/// and not in binary numbers.
fn weightings(agents: u64) -> Vec<Weighted> {
    let agents = agents as usize;
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
    compare_all(&every(identical(1..=3, &RATES), &all_failures(), weightings));
    compare_all(&every(identical(4..=6, &FEW_RATES), &few_failures(), weightings));
}

#[test]
fn different_agents_and_classes_of_tasks() {
    let different = different().filter(|agents| agents.count() <= 6);
    compare_all(&every(different.chain(on_tasks(1..=4)), &few_failures(), weightings));
}

#[test]
fn log_odds() {
    let agents = [
        Agents::different([0.05, 0.3, 0.3, 0.3, 0.3]),
        Agents::different([0.1, 0.12, 0.15]),
        Agents::different([1e-200, 0.4, 0.6, 1.0]),
        Agents::different([5e-324, 0.499, 0.5]),
        Agents::different([0.23, 1.0 - f64::EPSILON / 2.0, 1e-9, 0.25]),
        Agents::identical(4, 0.23),
    ];
    let odds = Weighted::log_odds;
    let schemes = |_| vec![odds(), odds().with_quota(1e-9), odds().with_quota(0.5)];
    compare_all(&every(agents, &all_failures(), schemes));
}

#[test]
fn agents_that_depend_on_each_other() {
    let agents = [
        Agents::identical(4, 0.2),
        Agents::different([0.25, 0.2, 1.0]),
        Agents::by_task(3, [TaskClass::new(1.0, 0.23), TaskClass::new(2.5, 1.0)]),
    ];
    compare_all(&with_causes(&[0.0, 0.05, 0.2], &every(agents, &few_failures(), weightings)));
    let scenarios = every(identical(1..=4, &[0.23, 1e-9, 1e-200]), &few_failures(), weightings);
    compare_all(&with_urns(&[0.0, 1e-9, 0.3, 1.0 - f64::EPSILON / 2.0], &scenarios));
}
