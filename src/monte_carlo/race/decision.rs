//! What ends a race.

use crate::monte_carlo::outcomes::outcome::{self, OPEN};
use crate::scenario::{Error, Goal, Race};
use num_bigint::BigUint;
use num_traits::One;

/// Maximum number of calls of an adaptive race: the numbers that decide its stops have as many bits.
const MAX_ADAPTIVE_CALLS: u64 = 100_000;

/// Numbers of votes for the right and the wrong answer.
pub(super) type Votes = [u32; 2];

/// What ends a race: its votes, or the last call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ending {
    decision: Decision,
    /// Maximum number of calls.
    pub(super) max_calls: Option<u64>,
}

/// What decides a race, by the votes of the two answers.
#[derive(Debug, Clone, PartialEq)]
enum Decision {
    /// This many more votes than the other answer.
    Lead(u32),
    /// This many votes.
    Votes(u32),
    /// The number of votes at the index of those of the other answer; after the last call, one vote more. It grows with
    /// them.
    Leader(Vec<u32>),
}

impl Ending {
    /// Returns what ends a race.
    ///
    /// # Errors
    /// More than 100,000 calls in an adaptive race.
    pub(super) fn new(race: &Race) -> Result<Self, Error> {
        let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let decision = match race.goal {
            Goal::Lead(margin) => Decision::Lead(narrow(margin)),
            Goal::Votes(most) => Decision::Votes(narrow(most)),
            Goal::Confidence(confidence) => {
                let most = race.max_calls.unwrap_or(u64::MAX);
                if most > MAX_ADAPTIVE_CALLS {
                    let message = format!(
                        "scheme.max_calls must be at most {MAX_ADAPTIVE_CALLS} to simulate an adaptive race, got {most}"
                    );
                    return Err(Error::refused("scheme.max_calls", message));
                }
                Decision::Leader(stops(confidence, most))
            }
        };
        Ok(Self { decision, max_calls: race.max_calls })
    }

    /// Approximate number of calls in a trial, which decides the size of a unit.
    pub(super) fn work(&self) -> u64 {
        let goal = match &self.decision {
            Decision::Lead(margin) => u64::from(*margin) * 2,
            Decision::Votes(most) => u64::from(*most) * 2,
            Decision::Leader(_) => 16,
        };
        self.max_calls.map_or(goal, |most| most.min(goal)).min(64)
    }

    /// Memory of its table.
    pub(super) fn bytes(&self) -> usize {
        match &self.decision {
            Decision::Leader(stops) => size_of_val(stops.as_slice()),
            Decision::Lead(_) | Decision::Votes(_) => 0,
        }
    }

    /// Outcome of a trial with these votes after `calls` calls, or [`OPEN`].
    #[inline]
    pub(super) fn outcome(&self, votes: Votes, calls: u64) -> u8 {
        self.decision.of(votes, self.max_calls == Some(calls))
    }

    /// Whether a trial with these votes after `calls` calls stays open through `more` calls, whatever their answers.
    #[inline]
    pub(super) fn stays_open(&self, votes: Votes, calls: u64, more: u32) -> bool {
        let is_before_last = self.max_calls.is_none_or(|most| calls + u64::from(more) < most);
        is_before_last && self.decision.least_calls(votes) > more
    }

    /// Votes that decide in the same way, after the same calls, and are the same for all trials that do.
    pub(super) fn reduced(&self, [right, wrong]: Votes) -> Votes {
        let common = match self.decision {
            Decision::Lead(_) => right.min(wrong),
            Decision::Votes(_) | Decision::Leader(_) => 0,
        };
        [right - common, wrong - common]
    }
}

impl Decision {
    /// Outcome by the votes for the right and the wrong answer, or [`OPEN`].
    #[inline]
    fn of(&self, [right, wrong]: Votes, is_last: bool) -> u8 {
        let (leader, other) = (right.max(wrong), right.min(wrong));
        let is_decided = match self {
            Self::Lead(margin) => leader - other >= *margin,
            Self::Votes(most) => leader >= *most,
            Self::Leader(stops) => {
                leader > other && (is_last || stops.get(other as usize).is_some_and(|stop| leader >= *stop))
            }
        };
        match (is_decided, right > wrong) {
            (true, true) => outcome::CORRECT,
            (true, false) => outcome::WRONG,
            (false, _) if is_last => outcome::ABSTAIN,
            (false, _) => OPEN,
        }
    }

    /// Number of calls before which no open trial with these votes is decided, unless one of them is the last.
    #[inline]
    fn least_calls(&self, [right, wrong]: Votes) -> u32 {
        let (leader, other) = (right.max(wrong), right.min(wrong));
        match self {
            Self::Lead(margin) => margin - (leader - other),
            Self::Votes(most) => most - leader,
            Self::Leader(stops) => {
                stops.get(other as usize).map_or(u32::MAX, |stop| stop.saturating_sub(leader))
            }
        }
    }
}

/// For each number b of votes of the other answer, the smallest a ≥ b with 1 − I_½(a+1, b+1) ≥ `confidence`, up to
/// `most` votes.
///
/// I_½(a+1, b+1) is the probability that at least a + 1 of a + b + 1 fair coins show heads. Its complement is
/// 2^−(a+b+1) Σ C(a+b+1, j) over j > b. So the race stops iff Σ C(a+b+1, j) over j ≤ b is at most 2^(a+b+1) (1 −
/// confidence): in integers, so that a tie is a tie.
fn stops(confidence: f64, most: u64) -> Vec<u32> {
    // 1 − confidence is digits · 2^−shift, exactly: between ½ and 1 doubles are multiples of 2⁻⁵³.
    const SHIFT: u64 = 53;
    let digits = ((1.0 - confidence) * (1_u64 << SHIFT) as f64) as u64;
    let mut stops = Vec::new();
    // Of n = a + b + 1 coins: the sum of C(n, j) over j ≤ b, and C(n, b).
    let (mut a, mut b) = (0_u64, 0_u64);
    let (mut sum, mut last) = (BigUint::one(), BigUint::one());
    while a + b <= most {
        let coins = a + b + 1;
        if &sum << SHIFT <= BigUint::from(digits) << coins {
            stops.push(a as u32);
            // One vote more for the other: C(n+1, b+1) = C(n, b)·(n+1)/(b+1), and Σ over n + 1 coins = 2Σ − C(n, b).
            let next = &last * (coins + 1) / (b + 1);
            sum = (sum << 1_u8) - &last + &next;
            last = next;
            b += 1;
        } else {
            let next = &last * (coins + 1) / (coins + 1 - b);
            sum = (sum << 1_u8) - &last;
            last = next;
            a += 1;
        }
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_rational::BigRational;
    use num_traits::Zero;

    /// 1 − I_½(a+1, b+1) by its definition as an integral of a polynomial, in fractions.
    fn confidence(a: u32, b: u32) -> BigRational {
        let two = BigRational::from_integer(2.into());
        // ∫ over [0, x] of t^a (1−t)^b = Σ C(b, i) (−1)^i x^(a+1+i)/(a+1+i).
        let integral = |x: &BigRational| {
            let mut choose = BigRational::one();
            let mut sum = BigRational::zero();
            for i in 0..=b {
                let power = a + 1 + i;
                let term = &choose * x.pow(power as i32) / BigRational::from_integer(power.into());
                sum = if i % 2 == 0 { sum + term } else { sum - term };
                choose *= BigRational::new((b - i).into(), (i + 1).into());
            }
            sum
        };
        BigRational::one() - integral(&(BigRational::one() / &two)) / integral(&BigRational::one())
    }

    #[test]
    fn stops_are_those_of_the_integral() {
        for level in [0.500_000_1, 0.75, 0.9, 0.937_5, 0.95, 0.999] {
            let most = 40;
            let stops = stops(level, most);
            let target = BigRational::from_float(level).unwrap();
            for (b, stop) in (0..).zip(&stops) {
                assert!(confidence(*stop, b) >= target, "{level} {stop} {b}");
                assert!(*stop == b || confidence(stop - 1, b) < target, "{level} {stop} {b}");
            }
            let next = stops.len() as u32;
            let could_be = (next..=most as u32 - next).find(|a| confidence(*a, next) >= target);
            assert_eq!(could_be, None, "{level}");
        }
    }

    /// Unanimous votes give .75 .875 .9375 .96875, so that .95 stops at the fourth and .9375 at the third (Aggarwal et
    /// al. 2023).
    #[test]
    fn unanimous_votes_stop_where_they_reach_the_confidence() {
        assert_eq!([0.95, 0.9375, 0.75].map(|level| stops(level, 9)[0]), [4, 3, 1]);
    }

    #[test]
    fn races_are_decided_as_defined() {
        use outcome::{ABSTAIN, CORRECT, WRONG};
        let lead = Decision::Lead(2);
        assert_eq!([[0, 1], [0, 2], [3, 1]].map(|votes| lead.of(votes, false)), [OPEN, WRONG, CORRECT]);
        assert_eq!([[1, 2], [1, 3]].map(|votes| lead.of(votes, true)), [ABSTAIN, WRONG]);
        let votes = Decision::Votes(2);
        assert_eq!([[1, 1], [2, 1]].map(|of| votes.of(of, false)), [OPEN, CORRECT]);
        assert_eq!([[1, 1], [1, 2]].map(|of| votes.of(of, true)), [ABSTAIN, WRONG]);
        let leader = Decision::Leader(vec![3]);
        assert_eq!([[2, 0], [3, 0], [4, 1]].map(|of| leader.of(of, false)), [OPEN, CORRECT, OPEN]);
        assert_eq!([[2, 2], [1, 2]].map(|of| leader.of(of, true)), [ABSTAIN, WRONG]);
    }

    /// Every few answers more, in any order: none of the votes in between is decided, and after one call more some are.
    #[test]
    fn decisions_take_as_many_calls_as_they_need() {
        let decisions =
            [Decision::Lead(1), Decision::Lead(4), Decision::Votes(5), Decision::Leader(stops(0.9, 12))];
        for decision in decisions {
            let open = |votes| decision.of(votes, false) == OPEN;
            for (right, wrong) in (0..12).flat_map(|right| (0..12).map(move |wrong| (right, wrong))) {
                if !open([right, wrong]) {
                    continue;
                }
                let least = decision.least_calls([right, wrong]);
                let reach = least.min(15);
                for more in 0..reach {
                    for right_more in 0..=more {
                        assert!(
                            open([right + right_more, wrong + more - right_more]),
                            "{decision:?} {right} {wrong}"
                        );
                    }
                }
                let decided = (0..=reach).any(|more| !open([right + more, wrong + reach - more]));
                assert!(decided || reach < least, "{decision:?} {right} {wrong}");
            }
        }
    }

    #[test]
    fn the_last_call_ends_a_race() {
        let ending = |max_calls| Ending::new(&Race { goal: Goal::Lead(3), max_calls }).unwrap();
        assert!(ending(None).stays_open([4, 4], 8, 2) && !ending(None).stays_open([4, 4], 8, 3));
        assert!(ending(Some(11)).stays_open([4, 4], 8, 2) && !ending(Some(10)).stays_open([4, 4], 8, 2));
        assert_eq!(
            [9, 10, 11].map(|calls| ending(Some(10)).outcome([4, 4], calls)),
            [OPEN, outcome::ABSTAIN, OPEN]
        );
        assert_eq!(ending(None).reduced([7, 5]), [2, 0]);
    }
}
