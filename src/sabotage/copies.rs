//! Breaks that draw the same trials again: R copies of N/R trials make a share swing, but bias nothing.
//!
//! With x of N/R trials correct, N·KL(Rx/N‖q) is R times what N/R trials have: the check rejects as if its threshold
//! were R times lower, whatever N is.

use super::kernels::{Units, of_counts, plan};
use super::laws::{decided, independent};
use super::{
    AGENTS, ALARM, RATE, SEED, assert_caught_as_predicted, assert_documented, assert_power, assert_sound,
    is_caught, majority,
};
use crate::Estimate;
use crate::crosscheck::FALSE_ALARM_RATE;
use crate::monte_carlo::block::BLOCK;
use crate::monte_carlo::buffers::Buffers;
use crate::monte_carlo::lanes::Portable;
use crate::monte_carlo::random::{Columns, Stream};
use crate::monte_carlo::reference::Script;
use crate::scenario::Scenario;
use kofn_testing::rejection::Rule;

/// Proves a break that counts each of its draws `copies` times. Its power does not grow with the number of trials, but
/// with the number of seeds among which a suite of checks divides its false-alarm rate.
fn assert_copies_caught(
    what: &str,
    scenario: &Scenario,
    exact: [f64; 3],
    (trials, copies): (u64, u64),
    broken: impl Fn(u64, u64) -> Estimate,
) {
    let missed = |rate| Rule::at(rate).missed(trials, exact, trials / copies, exact, copies);
    assert_caught_as_predicted(what, scenario, trials, 1.0 - missed(FALSE_ALARM_RATE), &broken);
    let of_suite = |seeds: u64| missed(FALSE_ALARM_RATE / seeds as f64).powf(seeds as f64);
    let seeds = (1..1000).find(|seeds| of_suite(*seeds) <= ALARM).unwrap();
    let few = format!("{:.3} of seeds, {trials} trials each", 1.0 - missed(FALSE_ALARM_RATE));
    assert_documented(what, &few, &format!("{seeds} seeds"));
    assert_sound(what, scenario, trials);
    let is_caught = |seed| is_caught(scenario, &broken(trials, seed), FALSE_ALARM_RATE / seeds as f64);
    assert!((SEED..SEED + seeds).any(is_caught), "{what}: the broken kernel");
}

/// Sixty-four threads begin with the same unit, and go on with the same.
#[test]
fn threads_sharing_a_seed_are_caught() {
    let scenario = majority(AGENTS, RATE);
    let sound = plan(&scenario, 1 << 10);
    let exact = decided(&independent(AGENTS, RATE), AGENTS / 2 + 1);
    assert_copies_caught("64 threads sharing a seed", &scenario, exact, (1 << 18, 64), |trials, seed| {
        Units { words_of: |unit| unit / 64, ..Units::new(&sound, trials, seed) }.estimate(None).unwrap()
    });
}

/// The generator gives each block 128 times. Seven agents of rate one half are one group, whose pattern is a byte of
/// which no value is undecided: so each block of trials is drawn 128 times.
#[test]
fn a_repeated_block_is_caught() {
    let (copies, unit) = (128, 1 << 15);
    let scenario = majority(7, 0.5);
    let sound = plan(&scenario, unit);
    let exact = decided(&independent(7, 0.5), 4);
    assert_copies_caught(
        "block repeated 128 times, n = 7, f = 0.5",
        &scenario,
        exact,
        (unit, copies),
        |trials, seed| {
            let mut stream = Stream::new(Columns::<Portable>::new(seed, 0));
            let mut bytes = Vec::new();
            for _ in 0..unit / (BLOCK as u64 * copies) {
                bytes.extend(stream.block().repeat(copies as usize));
            }
            let script = Script::of_bytes(&bytes);
            of_counts(trials, seed, sound.unit::<Portable, _>(trials, script, &mut Buffers::default()))
        },
    );
}

/// Every unit draws the words of the first one: as many copies as there are units.
#[test]
fn a_repeated_unit_is_caught() {
    let unit = 1 << 10;
    let scenario = majority(AGENTS, RATE);
    let sound = plan(&scenario, unit);
    let exact = decided(&independent(AGENTS, RATE), AGENTS / 2 + 1);
    assert_power(
        "every unit the first one, of 1024 trials",
        &scenario,
        unit,
        |rule, trials| rule.missed(trials, exact, unit, exact, trials / unit),
        |trials, seed| Units { words_of: |_| 0, ..Units::new(&sound, trials, seed) }.estimate(None).unwrap(),
    );
}
