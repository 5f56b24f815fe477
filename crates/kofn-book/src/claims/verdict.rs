//! The rule of judgment.
//!
//! - A printed number that names an exact value holds if the value is within half a unit of its last digit
//!   ([`Printed::names`]).
//! - A printed count out of N holds if N·KL(printed‖exact) ≤ ln(2m/0.001), for m counts tested in the whole audit: the
//!   probability that any right count of the m is called wrong is at most 0.001.
//! - A claim that fails holds under another rule if a scheme found by search passes the same test.
//! - Arithmetic between printed numbers that does not come out contradicts itself.

use kofn::{Exact, crosscheck};
use schemars::JsonSchema;
use serde::Serialize;

#[cfg(doc)]
use crate::printed::Printed;

/// Maximum probability that any count is called wrong although all are right.
pub const CLAIMS_FALSE_ALARM_RATE: f64 = 0.001;

/// Verdict of the audit on a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Judgment {
    /// Holds as printed.
    Holds,
    /// Holds under a rule other than the one the chapter names.
    HoldsUnderAnotherRule,
    /// Contradicts other printed numbers.
    ContradictsItself,
    /// Given by no scheme that was searched.
    NotReproduced,
}

impl std::fmt::Display for Judgment {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Self::Holds => "holds",
            Self::HoldsUnderAnotherRule => "holds under another rule",
            Self::ContradictsItself => "contradicts itself",
            Self::NotReproduced => "not reproduced",
        })
    }
}

/// Returns the maximum N·KL of a count that holds where `counts` are tested: ln(2m/0.001).
pub(super) fn threshold(counts: usize) -> f64 {
    (2.0 * counts as f64 / CLAIMS_FALSE_ALARM_RATE).ln()
}

/// N·KL of a printed count from an exact P(correct).
pub(super) fn divergence(successes: u64, tasks: u64, exact: &Exact) -> f64 {
    crosscheck::statistic(successes, tasks, exact.correct, exact.failure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kofn::scenario::scheme::Single;
    use kofn::{Agents, Scenario, assess};

    fn single(failure_rate: f64) -> Exact {
        assess(&Scenario::new(Agents::identical(1, failure_rate), Single).unwrap()).unwrap()
    }

    /// ln(2·15/0.001) = 10.309; of 1000 tasks at 77 %, 708 are 10.259 off and 707 10.584, 828 are 10.151 and 829
    /// 10.518.
    #[test]
    fn counts_hold_up_to_the_threshold_and_not_beyond() {
        let exact = single(0.23);
        let allowed = threshold(15);
        assert!((allowed - 10.308_952_660_644_293).abs() < 1e-12);
        for (count, holds) in [(770, true), (708, true), (707, false), (828, true), (829, false)] {
            assert_eq!(
                divergence(count, 1000, &exact) <= allowed,
                holds,
                "{count}: {}",
                divergence(count, 1000, &exact)
            );
        }
    }

    /// The same share of more tasks says more.
    #[test]
    fn the_number_of_tasks_counts() {
        let exact = single(0.23);
        assert!(divergence(74, 100, &exact) <= threshold(1));
        assert!(divergence(7400, 10_000, &exact) > threshold(1));
    }

    #[test]
    fn what_cannot_be_does_not_hold() {
        assert_eq!(divergence(1, 10, &single(1.0)), f64::INFINITY);
        assert_eq!(divergence(11, 10, &single(0.23)), f64::INFINITY);
    }
}
