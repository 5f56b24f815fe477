//! Votes of equal weight.

use super::*;

#[test]
fn votes_of_identical_agents() {
    compare_all(&every(identical(1..=4, &RATES), &all_failures(), votes));
}

#[test]
fn votes_of_more_identical_agents() {
    compare_all(&every(identical(5..=6, &FEW_RATES), &few_failures(), votes));
    compare_all(&every(identical(7..=7, &FEW_RATES), &few_failures()[..3], votes));
}

#[test]
fn votes_of_many_identical_agents() {
    compare_all(&every_of_many(&[0.23, 0.5, 1e-9], |agents| {
        let [third, most] = [agents / 3, agents * 4 / 5].map(|k| Scheme::from(KOfN { k }));
        vec![Majority.into(), Any.into(), Unanimous.into(), Byzantine.into(), third, most]
    }));
}

#[test]
fn votes_of_different_agents() {
    let (few, more): (Vec<_>, Vec<_>) = different().partition(|agents| agents.count() <= 4);
    compare_all(&every(few, &all_failures(), votes));
    compare_all(&every(more, &few_failures(), votes));
}

#[test]
fn votes_on_classes_of_tasks() {
    compare_all(&every(on_tasks(1..=5), &few_failures(), votes));
}
