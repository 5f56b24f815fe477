//! A race that the first answer with k votes wins.

use super::call::Call;
use crate::exact::binomial::{Chance, masses, tails_double_double};
use crate::exact::outcomes::{Outcomes, TaskResult};
use crate::exact::scaled::Scaled;

/// Returns the result of a race without a limit to its calls.
pub(super) fn unlimited(call: Call, votes: u64) -> TaskResult {
    let right = call.right_vote();
    let correct = tails_double_double(2 * votes - 1, right, votes);
    // k/r times the chance that the (k+1)th right vote comes before the kth wrong one.
    let calls = |each: Scaled, kind: Chance| {
        let tail = tails_double_double(2 * votes, kind, votes + 1).at_least;
        if each.is_zero() { Scaled::ZERO } else { Scaled::from(votes) * tail / each }
    };
    let outcomes = Outcomes { correct: correct.at_least, abstain: Scaled::ZERO, wrong: correct.below };
    TaskResult::of_calls(outcomes, calls(call.right, right) + calls(call.wrong, right.opposite()))
}

/// Returns the result of a race of at most `calls` calls, which is at least `votes`.
pub(super) fn limited(call: Call, votes: u64, calls: u64) -> TaskResult {
    let (right, voting) = (call.right_vote(), call.votes());
    let last = 2 * votes - 1;
    let fewer = tails_double_double(calls - 1, voting, votes - 1).below;
    // j · P(V = j), summed over j < k, is n·v times a tail of one call less.
    let mut asked = Scaled::from(calls) * voting.yes * fewer;
    let mut below = tails_double_double(calls, voting, votes).below;
    let mut outcomes = Outcomes::NONE;
    // P(decided for the right answer), P(decided for the wrong one), expected votes; after each number of votes.
    let (mut correct, mut wrong, mut asked_so_far) = (Scaled::ZERO, Scaled::ZERO, Scaled::from(votes));
    let (mut decides_right, mut decides_wrong) = (right.yes.power(votes), right.no.power(votes));
    let mut counts = masses(calls, voting, votes);
    for vote in votes..=last {
        correct += decides_right;
        wrong += decides_wrong;
        outcomes.abstain += (decides_right + decides_wrong) * below;
        let mass = match vote {
            _ if vote == last => tails_double_double(calls, voting, last).at_least,
            _ => counts.next().unwrap_or(Scaled::ZERO),
        };
        outcomes.correct += mass * correct;
        outcomes.wrong += mass * wrong;
        asked += mass * asked_so_far;
        below += mass;
        // D(j): its rounding is negligible beside the votes before.
        let open = Scaled::ONE - (correct + wrong);
        asked_so_far += if open.is_positive() { open } else { Scaled::ZERO };
        let growth = Scaled::from(vote) / Scaled::from(vote + 1 - votes);
        decides_right *= growth * right.no;
        decides_wrong *= growth * right.yes;
    }
    TaskResult::of_calls(outcomes, asked / voting.yes)
}
