//! The enumeration against values worked out by hand, and whether the comparison can fail.

use super::*;
use kofn::scenario::scheme::{
    Adaptive, AheadBy, Cascade, FirstTo, Judge, Pbft, Plurality, Stage, Validated, Weighted,
};
use kofn::scenario::{Fallback, Filter};
use kofn_testing::closeness::{is_close, is_close_to_ln};
use kofn_testing::fraction::Fraction;
use kofn_testing::truth::Truth;

/// By hand: what the enumeration must say, so that it is not only consistent with the engine.
#[test]
fn the_enumeration_itself_is_right() {
    let same = Failures::default();
    assert_eq!(half(3, Majority, same), (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
    assert_eq!(half(2, Majority, same), (ratio(1, 4), ratio(1, 2), ratio(1, 4)));
    assert_eq!(half(4, Byzantine, same), (ratio(5, 16), ratio(6, 16), ratio(5, 16)));
    assert_eq!(half(4, KOfN { k: 2 }, same), (ratio(11, 16), ratio(5, 16), ratio(0, 1)));
    assert_eq!(half(1, Any, same), (ratio(1, 2), ratio(1, 2), ratio(0, 1)));
    // Two agents both wrong agree in one case of three.
    let among_three = failures([1.0, 0.0, 0.0], WrongAnswers::Among(3));
    assert_eq!(half(2, Unanimous, among_three), (ratio(1, 4), ratio(8, 12), ratio(1, 12)));
    let distinct = failures([1.0, 0.0, 0.0], WrongAnswers::Distinct);
    assert_eq!(half(2, Unanimous, distinct), (ratio(1, 4), ratio(3, 4), ratio(0, 1)));
    // Two agents that share a rate, or a cause of failure.
    let shared = |dependence| {
        let scenario = scenario(Agents::identical(2, 0.5), Unanimous, same);
        outcomes(enumerate(&depending(scenario, dependence)))
    };
    // rho = 1/4: both fail with 1/4 + 1/4·1/4.
    let quarter = Dependence::BetaBinomial { correlation: 0.25 };
    assert_eq!(shared(quarter), (ratio(5, 16), ratio(6, 16), ratio(5, 16)));
    let cause = Dependence::CommonCause { probability: 0.5 };
    assert_eq!(shared(cause), (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
    let cause = Dependence::CommonCause { probability: 0.25 };
    assert_eq!(shared(cause), (ratio(1, 3), ratio(1, 3), ratio(1, 3)));
    // A quarter of failures is silent.
    let silent = failures([0.75, 0.25, 0.0], WrongAnswers::Same);
    assert_eq!(half(1, Single, silent), (ratio(1, 2), ratio(1, 8), ratio(3, 8)));
    // Accept a right candidate in half of all cases, a wrong one in a quarter, repair half of what is not
    // right and rejected.
    let judge = Judge::Rates { accepts_correct: 0.5, accepts_wrong: 0.25, repairs: 0.5 };
    let pipeline = Validated::new(judge);
    assert_eq!(half(1, pipeline.clone(), same), (ratio(7, 16), ratio(7, 16), ratio(2, 16)));
    let keep = pipeline.clone().with_fallback(Fallback::Keep);
    assert_eq!(half(1, keep, same), (ratio(11, 16), ratio(0, 1), ratio(5, 16)));
    let twice = pipeline.with_attempts(2);
    assert_eq!(half(1, twice.clone(), same), (ratio(161, 256), ratio(49, 256), ratio(46, 256)));
    let effort = enumerate(&scenario(Agents::identical(1, 0.5), twice, same));
    assert_eq!((effort.calls, effort.validations), (ratio(23, 16), ratio(23, 16)));
}

fn ratio(numerator: i32, denominator: i32) -> Fraction {
    Fraction::new(numerator, denominator)
}

/// The three outcomes.
fn outcomes(truth: Truth) -> (Fraction, Fraction, Fraction) {
    (truth.correct, truth.abstain, truth.wrong)
}

/// Of agents that fail half the time.
fn half(agents: u64, scheme: impl Into<Scheme>, failures: Failures) -> (Fraction, Fraction, Fraction) {
    outcomes(enumerate(&scenario(Agents::identical(agents, 0.5), scheme, failures)))
}

#[test]
fn most_votes() {
    let same = Failures::default();
    let [distinct, of_two, silent] = [
        failures([1.0, 0.0, 0.0], WrongAnswers::Distinct),
        failures([1.0, 0.0, 0.0], WrongAnswers::Among(2)),
        failures([0.0, 0.5, 0.5], WrongAnswers::Same),
    ];
    assert_eq!(half(2, Plurality::new(), same), (ratio(1, 4), ratio(1, 2), ratio(1, 4)));
    assert_eq!(half(2, Plurality::new(), silent), (ratio(3, 4), ratio(1, 4), ratio(0, 1)));
    assert_eq!(half(2, Plurality::new(), distinct), (ratio(1, 4), ratio(3, 4), ratio(0, 1)));
    // Two wrong ones of three agree in half of all cases; three always have two that agree.
    assert_eq!(half(3, Plurality::new(), of_two), (ratio(8, 16), ratio(3, 16), ratio(5, 16)));
    assert_eq!(half(3, Plurality::new(), distinct), (ratio(1, 2), ratio(1, 2), ratio(0, 1)));
}

#[test]
fn weights() {
    let (same, of_two) = (Failures::default(), failures([1.0, 0.0, 0.0], WrongAnswers::Among(2)));
    // The first decides; then only all three do; then two of the tenths weigh as much as the third.
    assert_eq!(half(3, Weighted::new([3.0, 1.0, 1.0]), same), (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
    let all = Weighted::new([0.1, 0.2, 0.3]).with_quota(0.6);
    assert_eq!(half(3, all, same), (ratio(1, 8), ratio(6, 8), ratio(1, 8)));
    let checked = Weighted::new([0.1, 0.2, 0.3]).with_quota(0.3);
    assert_eq!(half(3, checked, same), (ratio(5, 8), ratio(3, 8), ratio(0, 1)));
    // A nanounit above half, no checker: {3} no longer does, and {1, 2} does not either.
    let more = Weighted::new([0.1, 0.2, 0.3]).with_quota(0.300_000_001);
    assert_eq!(half(3, more, same), (ratio(3, 8), ratio(2, 8), ratio(3, 8)));
    // Half is not more than half.
    let tie = Weighted::new([0.1, 0.2, 0.3]);
    assert_eq!(half(3, tie, same), (ratio(3, 8), ratio(2, 8), ratio(3, 8)));
    // Both wrong and alike.
    assert_eq!(half(2, Weighted::new([1.0, 1.0]), of_two), (ratio(1, 4), ratio(5, 8), ratio(1, 8)));
    // ln 19 = 2.94 outweighs three times ln(7/3) = 0.847, not four times: the first is right with .95.
    let rates = |count: usize| [vec![0.05], vec![0.3; count]].concat();
    let of = |count| enumerate(&scenario(Agents::different(rates(count)), Weighted::log_odds(), same));
    assert_eq!(of(3).wrong, Fraction::from_double(0.05));
    assert!(of(4).wrong != Fraction::from_double(0.05));
}

#[test]
fn replicas() {
    let same = Failures::default();
    assert_eq!(half(4, Pbft::default(), same), (ratio(5, 16), ratio(0, 1), ratio(11, 16)));
    assert_eq!(half(5, Pbft::new(4, 4, 4, 2), same), (ratio(6, 32), ratio(10, 32), ratio(16, 32)));
    // One replica: a quorum of one, and equivocation with the first failure.
    assert_eq!(half(1, Pbft::default(), same), (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
}

fn quarter(race: impl Into<Scheme>, failures: Failures) -> Truth {
    enumerate(&scenario(Agents::identical(1, 0.25), race, failures))
}

#[test]
fn endless_races() {
    // P = 1/(1 + (f/(1−f))^k), expected calls k(2P − 1)/(1 − 2f).
    let two_ahead = quarter(AheadBy::new(2), Failures::default());
    assert_eq!(two_ahead.calls, ratio(32, 10));
    assert_eq!(outcomes(two_ahead), (ratio(9, 10), ratio(0, 1), ratio(1, 10)));
    // Half of all failures are silent: an eighth of all calls, so that eight sevenths are needed of each vote.
    let silent = quarter(AheadBy::new(2), failures([0.5, 0.25, 0.25], WrongAnswers::Same));
    // Of the calls that vote 1/7 are wrong: 2(2·36/37 − 1)/(5/7)·8/7.
    assert_eq!(silent.calls, ratio(2 * 35 * 8, 37 * 5));
    assert_eq!(outcomes(silent), (ratio(36, 37), ratio(0, 1), ratio(1, 37)));
    let two = quarter(FirstTo::new(2), Failures::default());
    assert_eq!(two.calls, ratio(19, 8));
    assert_eq!(outcomes(two), (ratio(27, 32), ratio(0, 1), ratio(5, 32)));
}

#[test]
fn races_with_a_last_call() {
    let same = Failures::default();
    let twice = quarter(AheadBy::new(2).with_max_calls(2), same);
    assert_eq!(twice.calls, ratio(2, 1));
    assert_eq!(outcomes(twice), (ratio(9, 16), ratio(6, 16), ratio(1, 16)));
    // A silent call counts: of two calls one votes, and that is not enough.
    let silent = failures([0.0, 1.0, 0.0], WrongAnswers::Same);
    assert_eq!(
        outcomes(quarter(FirstTo::new(2).with_max_calls(2), silent)),
        (ratio(9, 16), ratio(7, 16), ratio(0, 1))
    );
    // ¾ is reached by the first vote, 15/16 by the third if all agree; after four calls three against one lead.
    let once = quarter(Adaptive::new(0.75, 9), same);
    assert_eq!((once.calls, once.correct), (ratio(1, 1), ratio(3, 4)));
    let four = enumerate(&scenario(Agents::identical(1, 0.5), Adaptive::new(0.9375, 4), same));
    assert_eq!(four.calls, ratio(15, 4));
    assert_eq!(outcomes(four), (ratio(5, 16), ratio(6, 16), ratio(5, 16)));
    let more = half(1, Adaptive::new(0.9375_f64.next_up(), 3), same);
    assert_eq!(more, (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
    // Calls that share a rate: two alike with 1/4 + 1/4·1/4.
    let urn = Dependence::BetaBinomial { correlation: 0.25 };
    let race = scenario(Agents::identical(1, 0.5), AheadBy::new(2).with_max_calls(2), same);
    assert_eq!(outcomes(enumerate(&depending(race, urn))), (ratio(5, 16), ratio(6, 16), ratio(5, 16)));
}

#[test]
fn a_filter() {
    let filter = Filter { accepts_correct: 0.5, accepts_wrong: 0.25 };
    let of = |agents, scheme: Scheme| {
        let scenario = scenario(Agents::identical(agents, 0.5), scheme, Failures::default());
        enumerate(&scenario.with_filter(filter).expect("a filter"))
    };
    assert_eq!(of(1, Single.into()).validations, ratio(1, 1));
    assert_eq!(outcomes(of(1, Single.into())), (ratio(2, 8), ratio(5, 8), ratio(1, 8)));
    assert_eq!(outcomes(of(2, Plurality::new().into())), (ratio(24, 64), ratio(29, 64), ratio(11, 64)));
    // Of calls that vote one third is wrong; a call votes in 3/8 of all cases.
    let race = of(1, AheadBy::new(1).into());
    assert_eq!((race.calls, race.validations), (ratio(8, 3), ratio(8, 3)));
    let twice = Validated::new(Judge::Rates { accepts_correct: 1.0, accepts_wrong: 1.0, repairs: 0.0 });
    let twice = of(1, twice.with_attempts(2).into());
    // The second attempt is needed where the first is silent; each is a call, its filter, and a validation.
    assert_eq!((twice.calls, twice.validations), (ratio(13, 8), ratio(26, 8)));
}

#[test]
fn cascades() {
    let same = Failures::default();
    let cascade = || Cascade::new([Stage::new(2, Unanimous), Stage::new(1, Single)]);
    // Two differ in half of all cases, and then the third decides.
    assert_eq!(half(3, cascade(), same), (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
    // A checker never gives the wrong answer of the first; of the second, a quarter of failures is silent.
    let checked = || Cascade::new([Stage::new(1, Any), Stage::new(1, Single)]);
    let silent = failures([0.75, 0.25, 0.0], WrongAnswers::Same);
    assert_eq!(half(2, checked(), silent), (ratio(12, 16), ratio(1, 16), ratio(3, 16)));
    // The first is rejected where it is right with 1/2, where it is wrong with 3/4.
    let filter = Filter { accepts_correct: 0.5, accepts_wrong: 0.25 };
    let twice = Cascade::new([Stage::new(1, Single), Stage::new(1, Single)]);
    let filtered =
        scenario(Agents::identical(2, 0.5), twice.clone(), same).with_filter(filter).expect("a filter");
    let filtered = enumerate(&filtered);
    assert_eq!((filtered.calls.clone(), filtered.validations.clone()), (ratio(13, 8), ratio(13, 8)));
    assert_eq!(outcomes(filtered), (ratio(26, 64), ratio(25, 64), ratio(13, 64)));
    // Calls that share a rate. ρ = 1/4: the first abstains with 1/2; then the second is right with 1/2·3/4.
    let urn = Dependence::BetaBinomial { correlation: 0.25 };
    let shared = scenario(Agents::identical(2, 0.5), checked(), same);
    assert_eq!(outcomes(enumerate(&depending(shared, urn))), (ratio(11, 16), ratio(0, 1), ratio(5, 16)));
    // Reached with 1/2: 1 + 2 + 4/2 side by side and one after the other; the slowest of two takes 8, both 13.
    let priced = |concurrency| {
        let scenario = scenario(Agents::identical(3, 0.5), cascade(), same);
        let costs = Costs::new([1.0, 2.0, 4.0]).with_call_latency([8.0, 5.0, 6.0]).with_agents(concurrency);
        let truth = enumerate(&scenario.with_costs(costs).expect("costs"));
        (truth.calls, truth.cost.expect("a cost"), truth.latency.expect("a latency"))
    };
    assert_eq!(priced(Concurrency::Parallel), (ratio(5, 2), ratio(5, 1), ratio(11, 1)));
    assert_eq!(priced(Concurrency::Sequential), (ratio(5, 2), ratio(5, 1), ratio(16, 1)));
}

/// The comparison sees an error of twice the bound, a zero that is not one, and an underflow that is not one.
#[test]
fn the_comparison_can_fail() {
    let third = Fraction::new(1, 3);
    assert!(is_close(1.0 / 3.0, &third));
    assert!(!is_close(1.0 / 3.0 * (1.0 + 2e-13), &third));
    assert!(!is_close(f64::NAN, &third));
    assert!(is_close(0.0, &Fraction::zero()) && !is_close(f64::from_bits(1), &Fraction::zero()));
    let (tiny, one, zero) = (Fraction::from_double(1e-200), Fraction::new(1, 1), Fraction::zero());
    let nothing = &tiny * &tiny;
    assert!(!is_close(0.0, &tiny) && is_close(0.0, &nothing));
    let ln = -400.0 * std::f64::consts::LN_10;
    assert!(is_close_to_ln(ln, &nothing, &one) && !is_close_to_ln(f64::NEG_INFINITY, &nothing, &one));
    assert!(!is_close_to_ln(ln * (1.0 + 2e-13), &nothing, &one));
    let nearly_one = one.distance(&tiny);
    assert!(is_close_to_ln(-1e-200, &nearly_one, &tiny) && !is_close_to_ln(0.0, &nearly_one, &tiny));
    assert!(!is_close_to_ln(-1e-200 * (1.0 + 2e-13), &nearly_one, &tiny));
    assert!(is_close_to_ln(0.0, &one, &zero) && is_close_to_ln(f64::NEG_INFINITY, &zero, &one));
}
