//! Tilted trials broken on purpose: the check of the rare event must catch each.

use super::kernels::{groups, quorum};
use crate::crosscheck::{FALSE_ALARM_RATE, compare_with_rare};
use crate::monte_carlo::decoder::Decoder;
use crate::monte_carlo::law::Law;
use crate::monte_carlo::rare::plan::RarePlan;
use crate::monte_carlo::rare::{count, estimate};
use crate::monte_carlo::{SimulationOptions, simulate};
use crate::scenario::scheme::Majority;
use crate::{Agents, Scenario, assess};

const SEED: u64 = 42;

/// Breaks tilted trials; the sound ones must agree and the broken ones must not, on the same words.
fn assert_rare_caught(name: &str, break_it: impl Fn(&mut RarePlan)) {
    let scenario = Scenario::new(Agents::identical(101, 0.05), Majority).unwrap();
    let (exact, run) = (assess(&scenario).unwrap(), SimulationOptions::new(1 << 19, SEED));
    let plain = simulate(&scenario, run).unwrap();
    let agrees = |plan: &RarePlan| {
        let (classes, trials) = count(plan, run).unwrap();
        let rare = estimate(plan, &classes, trials, run);
        compare_with_rare(&exact, &plain, &rare, FALSE_ALARM_RATE).agrees()
    };
    let mut plan = RarePlan::new(&scenario).unwrap();
    assert!(agrees(&plan), "{name}: the sound trials");
    break_it(&mut plan);
    assert!(!agrees(&plan), "{name}: the broken trials");
}

#[test]
fn broken_tilted_trials_are_caught() {
    assert_rare_caught("the wrong sign of the exponent", |plan| plan.tilts[0].steepness *= -1.0);
    assert_rare_caught("every trial with a failure too many", |plan| {
        plan.ln_largest -= plan.tilts[0].steepness
    });
    assert_rare_caught("every trial with a failure too few", |plan| {
        plan.ln_largest += plan.tilts[0].steepness
    });
    assert_rare_caught("a largest weight off by 6 %", |plan| plan.ln_largest += 0.06);
    assert_rare_caught("a quorum off by one", |plan| *quorum(&mut plan.plan) += 1);
    // The last group of five, of 101 agents in groups of eight.
    assert_rare_caught("a group that is not tilted", |plan| {
        let groups = groups(&mut plan.plan);
        let (last, size) = groups.runs.last().map(|run| (run.table, run.size)).unwrap();
        groups.built[last] = Decoder::new(&Law::of_failures(&vec![0.05; size]), |pattern| {
            size as u8 - pattern.count_ones() as u8
        });
    });
}
