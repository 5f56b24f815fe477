//! How the chapter's programs are set: what its text prints, and the few settings that only their code gives.

use crate::printed::Printed;
use kofn::scenario::{Costs, Failures};

/// The failure rate of one agent, as printed.
pub(crate) const FAILURE_RATE: Printed = Printed::new("23%");
/// By how much the second model validates better than it generates, as printed.
pub(crate) const VALIDATION_BONUS: Printed = Printed::new("21%");
/// The latency of the single and of the dual model, as printed.
pub(crate) const LATENCIES: [Printed; 2] = [Printed::new("1900 µs"), Printed::new("4000 µs")];

/// The benchmark's classes of tasks, by complexity.
pub(crate) const CLASSES: usize = 5;
/// The failure rate on class c is 13 + 5 (c − 1) percent: its code's.
const EASIEST_PERCENT: u32 = 13;
const STEP_PERCENT: u32 = 5;
/// The validator's failure rate is the class's less the bonus, but no less than this: its code's.
const VALIDATOR_FLOOR_PERCENT: u32 = 2;
/// How the simulation's agents fail, in percent: its code's.
const HALLUCINATION_PERCENT: u32 = 60;
const CORRUPTION_PERCENT: u32 = 25;
const CRASH_PERCENT: u32 = 15;

/// The failure rate of one agent.
pub(crate) fn failure_rate() -> f64 {
    FAILURE_RATE.value()
}

/// The failure rate of a validator with the bonus.
pub(crate) fn validator_failure_rate() -> f64 {
    validator_failure_rate_with(in_percent(VALIDATION_BONUS))
}

/// Returns the failure rate of a validator with a bonus in percent.
pub(crate) fn validator_failure_rate_with(bonus_percent: u32) -> f64 {
    fraction(in_percent(FAILURE_RATE).saturating_sub(bonus_percent))
}

/// The single model's failure rates, class by class.
pub(crate) fn class_failure_rates() -> [f64; CLASSES] {
    class_percents().map(fraction)
}

/// The validator's failure rates, class by class.
pub(crate) fn class_validator_failure_rates() -> [f64; CLASSES] {
    class_validator_failure_rates_with(in_percent(VALIDATION_BONUS))
}

/// Returns the validator's failure rates, class by class, with a bonus in percent.
pub(crate) fn class_validator_failure_rates_with(bonus_percent: u32) -> [f64; CLASSES] {
    class_percents().map(|rate| fraction(rate.saturating_sub(bonus_percent).max(VALIDATOR_FLOOR_PERCENT)))
}

/// Latencies as printed: the validation takes what the dual model takes more than the single one. A call and a
/// validation cost one unit each.
pub(crate) fn costs() -> Costs {
    let [single, dual] = LATENCIES.map(Printed::value);
    Costs::new(1.0).with_validation(1.0).with_latencies(single, dual - single)
}

/// The simulation's failure modes.
pub(crate) fn failures() -> Failures {
    Failures {
        hallucination: fraction(HALLUCINATION_PERCENT),
        corruption: fraction(CORRUPTION_PERCENT),
        crash: fraction(CRASH_PERCENT),
        ..Failures::default()
    }
}

fn class_percents() -> [u32; CLASSES] {
    std::array::from_fn(|class| EASIEST_PERCENT + STEP_PERCENT * class as u32)
}

/// Whole percents: a difference of two rates is as decimal as they are.
fn in_percent(printed: Printed) -> u32 {
    (printed.value() * printed.scale()).round() as u32
}

/// Returns a percentage as the double nearest to the decimal.
pub(crate) fn fraction(percent: u32) -> f64 {
    f64::from(percent) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_the_decimals_they_stand_for() {
        assert_eq!(validator_failure_rate(), 0.02);
        assert_eq!(class_failure_rates(), [0.13, 0.18, 0.23, 0.28, 0.33]);
        assert_eq!(class_validator_failure_rates(), [0.02, 0.02, 0.02, 0.07, 0.12]);
    }
}
