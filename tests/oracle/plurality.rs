//! The answer with most votes.

use super::*;
use kofn::scenario::scheme::Plurality;

fn plurality(_: u64) -> Vec<Scheme> {
    vec![Plurality::new().into()]
}

#[test]
fn identical_agents() {
    compare_all(&every(identical(1..=4, &RATES), &all_failures(), plurality));
    compare_all(&every(identical(5..=6, &FEW_RATES), &few_failures(), plurality));
    compare_all(&every(identical(7..=7, &FEW_RATES), &few_failures()[..3], plurality));
}

#[test]
fn many_identical_agents() {
    compare_all(&every_of_many(&[0.23, 0.8, 1e-9], plurality));
}

#[test]
fn different_agents_and_classes_of_tasks() {
    compare_all(&every(different().chain(on_tasks(1..=5)), &few_failures(), plurality));
}

#[test]
fn agents_that_depend_on_each_other() {
    let agents = [
        Agents::identical(5, 0.2),
        Agents::different([0.25, 0.2, 1.0, 0.4]),
        Agents::by_task(3, [TaskClass::new(1.0, 0.23), TaskClass::new(2.5, 1.0)]),
    ];
    let scenarios = every(agents, &few_failures(), plurality);
    compare_all(&with_causes(&[0.0, 1e-300, 0.05, 0.2], &scenarios));
    let agents = identical(1..=5, &[0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200]);
    let scenarios = every(agents, &few_failures(), plurality);
    compare_all(&with_urns(&[0.0, 1e-200, 1e-9, 0.3, 1.0 - f64::EPSILON / 2.0], &scenarios));
}
