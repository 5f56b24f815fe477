//! One agent that is called until its votes decide, call by call, in the trials that are still undecided.

use super::buffers::Buffers;
use super::lanes::Lanes;
use super::outcomes::outcome::{self, OPEN};
use super::random::{Stream, Words};
use super::voting::Voting;
use crate::scenario::{Error, Goal, Race};
use num_bigint::BigUint;
use num_traits::One;

/// Maximum expected number of calls.
const MAX_CALLS: f64 = 1e6;

/// Maximum number of calls of an adaptive race: the numbers that decide its stops have as many bits.
const MAX_ADAPTIVE_CALLS: u64 = 100_000;

/// A race.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Racing {
    /// The vote of one call.
    agent: Voting,
    decision: Decision,
    max_calls: Option<u64>,
}

/// What decides a race, by the votes of the two answers.
#[derive(Debug, Clone, PartialEq)]
enum Decision {
    /// This many more votes than the other answer.
    Lead(u32),
    /// This many votes.
    Votes(u32),
    /// The number of votes at the index of those of the other answer; after the last call, one vote more.
    Leader(Vec<u32>),
}

impl Racing {
    /// Returns the race of an agent at least a share `votes` of whose calls vote, in any task.
    ///
    /// # Errors
    /// More than a million expected calls, or more than 100,000 in an adaptive race.
    pub(crate) fn new(agent: Voting, race: &Race, votes: f64) -> Result<Self, Error> {
        let needed = match race.goal {
            // A fair walk takes the square of its goal; no other takes more.
            Goal::Lead(margin) => margin as f64 * margin as f64 / votes,
            Goal::Votes(most) => 2.0 * most as f64 / votes,
            Goal::Confidence(_) => f64::INFINITY,
        };
        let calls = race.max_calls.map_or(needed, |most| needed.min(most as f64));
        if calls.is_nan() || calls > MAX_CALLS {
            return Err(Error::refused(
                "scheme.max_calls",
                format!(
                    "a race of about {calls:.0} calls cannot be simulated: at most {MAX_CALLS:.0} calls; set \
                     scheme.max_calls to limit them"
                ),
            ));
        }
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
        Ok(Self { agent, decision, max_calls: race.max_calls })
    }

    /// Approximate number of calls in a trial, which decides the size of a unit.
    pub(crate) fn work(&self) -> u64 {
        let goal = match &self.decision {
            Decision::Lead(margin) => u64::from(*margin) * 2,
            Decision::Votes(most) => u64::from(*most) * 2,
            Decision::Leader(_) => 16,
        };
        self.max_calls.map_or(goal, |most| most.min(goal)).min(64)
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        let stops = match &self.decision {
            Decision::Leader(stops) => size_of_val(stops.as_slice()),
            Decision::Lead(_) | Decision::Votes(_) => 0,
        };
        self.agent.bytes() + stops
    }

    /// Whether the calls of a trial are correlated.
    pub(crate) fn is_dependent(&self) -> bool {
        self.agent.is_dependent()
    }

    /// Draws what the calls of each of the next `trials` trials have in common.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        self.agent.begin(trials, stream, buffers);
    }

    /// Writes the outcomes of the next `trials` trials, which have begun, to `buffers.outcomes`.
    ///
    /// Decided trials are no longer called. If trials are `to_be_kept`, because correlated agents will be called for
    /// the same tasks again, decided ones are called with the others and ignored: all trials must have the same number
    /// of calls.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        to_be_kept: bool,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        let mut race = std::mem::take(&mut buffers.race);
        race.start(trials);
        let all = to_be_kept && self.is_dependent();
        let mut calls = 0;
        while !race.places.is_empty() {
            let called = if all { trials } else { race.places.len() };
            self.agent.run::<L, W>(called, stream, buffers);
            calls += 1;
            let is_last = self.max_calls == Some(calls);
            race.count(&mut buffers.outcomes, all, |votes| self.decision.of(votes, is_last));
            if self.is_dependent() && !all {
                buffers.keep(OPEN);
            }
        }
        std::mem::swap(&mut race.outcomes, &mut buffers.outcomes);
        buffers.race = race;
    }
}

impl Decision {
    /// Outcome by the votes for the right and the wrong answer, or [`OPEN`].
    #[inline]
    fn of(&self, [right, wrong]: [u32; 2], is_last: bool) -> u8 {
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
}
