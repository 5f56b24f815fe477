//! A race that ends when its leader is likely enough to be the more common answer.

use super::call::Call;
use crate::exact::binomial::masses;
use crate::exact::outcomes::{Outcomes, TaskResult};
use crate::exact::scaled::Scaled;
use num_bigint::BigUint;

/// Returns the result of a race of at most `calls` calls, some of which may vote.
pub(super) fn run(call: Call, confidence: f64, calls: u64) -> TaskResult {
    let voting = call.votes();
    let mut race = Open::new(call);
    let mut stops = Stops::new(confidence);
    let mut outcomes = Outcomes::NONE;
    let mut asked = Scaled::ZERO;
    for (votes, mass) in (0..).zip(masses(calls, voting, 0)) {
        if votes > 0 {
            race.vote(votes, stops.next());
        }
        if !mass.is_zero() {
            outcomes = outcomes.plus(race.ended(votes), mass);
            asked += mass * race.asked;
        }
    }
    TaskResult::of_calls(outcomes, asked / voting.yes)
}

/// The race after some votes.
struct Open {
    right_vote: Scaled,
    wrong_vote: Scaled,
    /// The probability of each number of right votes that leaves the race open: `fewest`, and those following it.
    states: Vec<Scaled>,
    fewest: u64,
    /// Probability that it was decided for the right answer, and for the wrong one.
    correct: Scaled,
    wrong: Scaled,
    /// Expected votes that were asked for.
    asked: Scaled,
}

impl Open {
    fn new(call: Call) -> Self {
        let right = call.right_vote();
        Self {
            right_vote: right.yes,
            wrong_vote: right.no,
            states: vec![Scaled::ONE],
            fewest: 0,
            correct: Scaled::ZERO,
            wrong: Scaled::ZERO,
            asked: Scaled::ZERO,
        }
    }

    /// Adds vote number `votes`. The race stops with fewer than `enough` votes against the leader.
    fn vote(&mut self, votes: u64, enough: u64) {
        self.asked += self.states.iter().copied().sum::<Scaled>();
        self.states.push(Scaled::ZERO);
        for i in (0..self.states.len()).rev() {
            let below = if i > 0 { self.states[i - 1] } else { Scaled::ZERO };
            self.states[i] = self.states[i] * self.wrong_vote + below * self.right_vote;
        }
        while self.fewest < enough && 2 * self.fewest < votes {
            self.wrong += self.states.remove(0);
            self.correct += self.states.pop().unwrap_or(Scaled::ZERO);
            self.fewest += 1;
        }
    }

    /// Returns the outcomes if there are no more votes: the leader wins.
    fn ended(&self, votes: u64) -> Outcomes {
        let half = self.states.len() / 2;
        let (wrong_leads, rest) = self.states.split_at(half);
        let (tie, right_leads) = rest.split_at(if votes.is_multiple_of(2) { 1.min(rest.len()) } else { 0 });
        let sum = |states: &[Scaled]| states.iter().copied().sum::<Scaled>();
        Outcomes {
            correct: self.correct + sum(right_leads),
            abstain: sum(tie),
            wrong: self.wrong + sum(wrong_leads),
        }
    }
}

/// Smallest number of votes against the leader with which the race goes on, after 1, 2, … votes.
///
/// With N = a + b + 1, it stops if Σ C(N, i) over i ≤ b is at most (1 − c)·2ᴺ. As N grows by one, so does the least b
/// for which that does not hold, or it stays: P(Bin(N, ½) ≤ b) falls with N, and P(Bin(N+1, ½) ≤ b+1) is no less than
/// P(Bin(N, ½) ≤ b).
struct Stops {
    /// N, one more than the votes.
    draws: u64,
    /// b.
    enough: u64,
    /// C(N, b) and the sum up to it.
    term: BigUint,
    sum: BigUint,
    /// (1 − c)·2ᴺ in units of 2⁻⁵³, which are those of 1 − c.
    most: BigUint,
}

/// 2⁵³.
const UNITS: f64 = 9_007_199_254_740_992.0;
const UNIT_BITS: usize = 53;

impl Stops {
    fn new(confidence: f64) -> Self {
        let most = BigUint::from(((1.0 - confidence) * UNITS) as u64) << 1_usize;
        Self { draws: 1, enough: 0, term: 1_u8.into(), sum: 1_u8.into(), most }
    }

    /// Returns that number after one more vote.
    fn next(&mut self) -> u64 {
        self.sum = (&self.sum << 1_usize) - &self.term;
        self.draws += 1;
        self.term = &self.term * self.draws / (self.draws - self.enough);
        self.most <<= 1_usize;
        if &self.sum << UNIT_BITS <= self.most {
            self.term = &self.term * (self.draws - self.enough) / (self.enough + 1);
            self.enough += 1;
            self.sum += &self.term;
        }
        self.enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether votes a ≥ b stop the race, by the definition: the integral of xᵃ(1−x)ᵇ beside that over [0, 1], in
    /// integers.
    fn stops(a: u64, b: u64, confidence: f64) -> bool {
        let draws = a + b + 1;
        let (mut term, mut above) = (BigUint::from(1_u8), BigUint::ZERO);
        for i in 0..=draws {
            if i > b {
                above += &term;
            }
            term = term * (draws - i) / (i + 1);
        }
        above << UNIT_BITS >= BigUint::from((confidence * UNITS) as u64) << draws as usize
    }

    #[test]
    fn stops_are_those_of_the_definition() {
        for confidence in
            [0.51, 0.75, 0.875, 0.9, 0.9375, 0.9375_f64.next_up(), 0.95, 0.999_999, 1.0 - f64::EPSILON / 2.0]
        {
            let mut rule = Stops::new(confidence);
            for votes in 1..=200 {
                let enough = rule.next();
                for fewer in 0..=votes / 2 {
                    let stops = stops(votes - fewer, fewer, confidence);
                    assert_eq!(stops, fewer < enough, "{confidence} {votes} {fewer}");
                }
            }
        }
    }

    /// Unanimous runs of votes reach .75, .875, .9375, .96875.
    #[test]
    fn unanimous_runs_stop_where_published() {
        let first = |confidence| {
            let mut rule = Stops::new(confidence);
            (1..).find(|_| rule.next() > 0)
        };
        assert_eq!([0.75, 0.875, 0.9375, 0.96875, 0.95].map(first), [1, 2, 3, 4, 4].map(Some));
    }
}
