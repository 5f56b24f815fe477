//! Kernels broken on purpose: the cross-check must catch each. A check that cannot fail is worth nothing.
//!
//! Breaks that need only the public API stand in `tests/agreement.rs`; these reach into the kernel, so that they cannot live
//! in either engine's room.

use crate::crosscheck::{FALSE_ALARM_RATE, compare, compare_with_rare};
use crate::monte_carlo::decoder::Decoder;
use crate::monte_carlo::groups::Groups;
use crate::monte_carlo::lanes::Portable;
use crate::monte_carlo::law::Law;
use crate::monte_carlo::random::Columns;
use crate::monte_carlo::rare::plan::RarePlan;
use crate::monte_carlo::rare::{count, estimate};
use crate::monte_carlo::units::{Kernel, Plan};
use crate::monte_carlo::voting::{Buffers, Source, Voting};
use crate::monte_carlo::{Run, simulate};
use crate::outcome::Counts;
use crate::scenario::scheme::Majority;
use crate::{Agents, Estimate, Exact, Scenario, assess};

const RATE: f64 = 0.23;
const SEED: u64 = 42;

fn majority(n: u64) -> (Exact, Plan) {
    let scenario = Scenario::new(Agents::identical(n, RATE), Majority).unwrap();
    (assess(&scenario).unwrap(), Plan::new(&scenario).unwrap())
}

/// The counts of a plan's first trials, by the engine's own units.
fn counted(plan: &Plan, trials: u64) -> Counts {
    let mut counts = Counts::default();
    let mut buffers = Buffers::default();
    for unit in 0..trials.div_ceil(plan.unit_trials) {
        let left = trials - unit * plan.unit_trials;
        counts += plan.unit::<Portable, _>(left, Columns::<Portable>::new(SEED, unit), &mut buffers);
    }
    counts
}

fn agrees(exact: &Exact, trials: u64, counts: Counts) -> bool {
    compare(exact, &Estimate { trials, seed: SEED, counts, partial: false }, FALSE_ALARM_RATE).agrees()
}

fn voting(plan: &mut Plan) -> &mut Voting {
    match &mut plan.kernels[0] {
        Kernel::Vote(voting) => voting,
        Kernel::Chain(_) => unreachable!("a majority is a vote"),
    }
}

fn groups(plan: &mut Plan) -> &mut Groups {
    match &mut voting(plan).source {
        Source::Groups(groups) => groups,
        Source::Dependent(_) => unreachable!("the agents are independent"),
    }
}

/// Breaks a plan; the sound one must agree and the broken one must not, on the same trials.
fn assert_caught(n: u64, trials: u64, break_it: impl Fn(&mut Plan)) {
    let (exact, mut plan) = majority(n);
    assert!(agrees(&exact, trials, counted(&plan, trials)), "the sound kernel");
    break_it(&mut plan);
    assert!(!agrees(&exact, trials, counted(&plan, trials)), "the broken kernel");
}

/// Agent 0's draw decides for agent 1 too. Each agent alone still fails at its rate.
#[test]
fn two_agents_sharing_a_stream_are_caught() {
    assert_caught(5, 1 << 20, |plan| {
        let four = Law::of_failures(&[RATE; 4]);
        let correct = |pattern: usize| 5 - (pattern.count_ones() + (pattern as u32 & 1)) as u8;
        let groups = groups(plan);
        assert_eq!((groups.built.len(), groups.runs[0].size), (1, 5), "all five in one group");
        groups.built[0] = Decoder::new(&four, correct);
    });
}

/// Undecided bytes go to the level after next. Without the second level P(correct) is off by .013, without the third by 4·10⁻⁴,
/// which 2²⁷ trials show as seventeen standard deviations.
#[test]
fn a_skipped_level_of_the_decoder_is_caught() {
    for level in [1, 2] {
        assert_caught(5, 1 << 27, |plan| {
            for decoder in &mut groups(plan).built {
                assert!(decoder.levels.len() > level + 1);
                decoder.levels.remove(level);
            }
        });
    }
}

/// The trials beyond what was asked for are counted as well.
#[test]
fn a_masked_last_unit_counted_whole_is_caught() {
    let (exact, plan) = majority(101);
    let trials = plan.unit_trials + plan.unit_trials / 2;
    let whole = counted(&plan, 2 * plan.unit_trials);
    assert!(agrees(&exact, trials, counted(&plan, trials)));
    assert!(!agrees(&exact, trials, whole));
}

/// The vote asks for one correct agent more than it should.
#[test]
fn a_quorum_off_by_one_in_the_kernel_is_caught() {
    assert_caught(5, 1 << 20, |plan| voting(plan).quorum += 1);
}

/// Every unit draws the words of the first one.
#[test]
fn a_repeated_unit_is_caught() {
    let (exact, plan) = majority(5);
    let units = 1 << 12;
    let one = plan.unit::<Portable, _>(
        plan.unit_trials,
        Columns::<Portable>::new(SEED, 0),
        &mut Buffers::default(),
    );
    let repeated = Counts { correct: one.correct * units, abstain: 0, wrong: one.wrong * units };
    assert!(!agrees(&exact, units * plan.unit_trials, repeated));
}

/// Breaks tilted trials; the sound ones must agree and the broken ones must not, on the same words.
fn assert_rare_caught(name: &str, break_it: impl Fn(&mut RarePlan)) {
    let scenario = Scenario::new(Agents::identical(101, 0.05), Majority).unwrap();
    let (exact, run) = (assess(&scenario).unwrap(), Run::new(1 << 19, SEED));
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
    assert_rare_caught("a quorum off by one", |plan| voting(&mut plan.plan).quorum += 1);
    // The last group of five, of 101 agents in groups of eight.
    assert_rare_caught("a group that is not tilted", |plan| {
        let groups = groups(&mut plan.plan);
        let (last, size) = groups.runs.last().map(|run| (run.table, run.size)).unwrap();
        groups.built[last] = Decoder::new(&Law::of_failures(&vec![0.05; size]), |pattern| {
            size as u8 - pattern.count_ones() as u8
        });
    });
}
