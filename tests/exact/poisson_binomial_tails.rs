//! The tails of agents with different rates against a table of exact numbers (`reference/poisson_binomial.py`), and
//! against what must hold of any tails.

use crate::answer;
use kofn::exact::assess;
use kofn::outcome::Exact;
use kofn::scenario::scheme::KOfN;
use kofn::scenario::{Agents, Failures, Scenario, WrongAnswers};
use kofn_testing::closeness::is_within;
use kofn_testing::fraction::Fraction;
use kofn_testing::tail_table::{Told, assert_all};
use proptest::prelude::*;

/// Rows of the table.
const ROWS: usize = 376;

/// Tails are rounded once, from far more digits: half a unit of 2⁻⁵², and the table is rounded to 19 digits.
const BOUND: f64 = 0.503 * f64::EPSILON;

/// A logarithm is taken in doubles.
const BOUND_OF_LOGARITHM: f64 = 2.0 * f64::EPSILON;

fn ask(rates: &[f64], k: u64) -> Exact {
    answer(Agents::different(rates), KOfN { k })
}

/// The rates of a row, as the script describes them.
fn rates(n: u64, seed: u64, shape: &str) -> Vec<f64> {
    let mut state = seed;
    let mut draw = |i: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let odd = (2 * (state >> 54) + 1) as f64;
        let small = |power: i32| odd * 2.0_f64.powi(-power);
        match shape {
            "even" => small(11),
            "seldom" => small(17),
            "often" => 1.0 - small(14),
            "split" if i.is_multiple_of(2) => small(21),
            "split" => 1.0 - small(21),
            "powers" => small(11 + 40 * (i % 8) as i32),
            other => panic!("{other} is no shape"),
        }
    };
    (0..n).map(&mut draw).collect()
}

/// What of a row of the table the engine does not meet.
fn disagreement(row: &str) -> Option<String> {
    let [n, seed, shape, k, side, p, ln_p] =
        row.split(',').collect::<Vec<_>>().try_into().expect("seven columns");
    let [n, seed, k]: [u64; 3] = [n, seed, k].map(|number| number.parse().expect("a whole number"));
    let exact = ask(&rates(n, seed, shape), k);
    let told = match side {
        "below" => Told { small: exact.failure, large: exact.correct, ln_small: exact.ln_failure },
        "at_least" => Told { small: exact.correct, large: exact.failure, ln_small: exact.ln_correct },
        other => panic!("{other} is no tail"),
    };
    (!told.is_right(p, ln_p, BOUND, BOUND_OF_LOGARITHM)).then(|| format!("{row}: {exact:?}"))
}

#[test]
fn every_row_of_the_table_is_rounded_correctly() {
    assert_all(include_str!("../reference/poisson_binomial.csv"), ROWS, disagreement);
}

/// Two numbers that are each rounded correctly.
fn not_above(smaller: f64, larger: f64) -> bool {
    smaller <= larger * (1.0 + 2.0 * BOUND)
}

/// Rates of every size on either side, for few and many agents, and a threshold.
fn question() -> impl Strategy<Value = (Vec<f64>, u64)> {
    let small = (-300.0..0.0).prop_map(|x: f64| 10_f64.powf(x));
    let rate =
        prop_oneof![4 => 0.0..=1.0, 1 => small, 1 => (-16.0..0.0).prop_map(|x: f64| 1.0 - 10_f64.powf(x))];
    let rates =
        prop_oneof![prop::collection::vec(rate.clone(), 1..40), prop::collection::vec(rate, 200..500),];
    (rates, 0.0..1.0).prop_map(|(rates, share): (Vec<f64>, f64)| {
        let k = 1 + (share * rates.len() as f64) as u64;
        (rates, k)
    })
}

proptest! {
    #[test]
    fn more_are_rarer((rates, k) in question(), step in 1_u64..20) {
        let (here, further) = (ask(&rates, k), ask(&rates, (k + step).min(rates.len() as u64)));
        prop_assert!(not_above(further.correct, here.correct));
        prop_assert!(not_above(here.failure, further.failure));
    }

    #[test]
    fn a_better_agent_fails_less_often((rates, k) in question(), which in any::<prop::sample::Index>(), share in 0.0..1.0) {
        let mut better = rates.clone();
        better[which.index(rates.len())] *= share;
        let (here, there) = (ask(&rates, k), ask(&better, k));
        prop_assert!(not_above(here.correct, there.correct));
        prop_assert!(not_above(there.failure, here.failure));
    }

    #[test]
    fn tails_are_complements((rates, k) in question()) {
        let exact = ask(&rates, k);
        prop_assert!((exact.correct + exact.failure - 1.0).abs() <= f64::EPSILON);
    }

    /// The order of the agents is of no account.
    #[test]
    fn agents_may_be_turned_around((rates, k) in question()) {
        let turned: Vec<f64> = rates.iter().rev().copied().collect();
        let (here, there) = (ask(&rates, k), ask(&turned, k));
        prop_assert!(not_above(here.correct, there.correct) && not_above(there.correct, here.correct));
        prop_assert!(not_above(here.failure, there.failure) && not_above(there.failure, here.failure));
    }
}

/// A tail far below the doubles, of more agents than any table has: equal rates are a binomial, computed in two ways.
#[test]
fn many_equal_agents_are_identical_ones() {
    let million = 1_000_000;
    for (n, f, k) in
        [(100_000, 0.9, 50_001), (100_000, 0.3, 70_200), (million, 0.3, 500_001), (million, 1e-9, 999_990)]
    {
        let exact = ask(&vec![f; n], k);
        let tails = kofn::exact::tails(n as u64, f, k).expect("in range");
        // The binomial is within 1.4 units of its own.
        let close = |a: f64, b: f64| (a - b).abs() <= 2.0 * f64::EPSILON * b.abs();
        for (exact, tail) in [
            (exact.correct, tails.at_least),
            (exact.failure, tails.below),
            (exact.ln_correct, tails.ln_at_least),
            (exact.ln_failure, tails.ln_below),
        ] {
            assert!(close(exact, tail), "{n} {f} {k}: {exact:e} {tail:e}");
        }
    }
}

/// Rows of the table of votes.
const VOTES: usize = 484;

/// What of the three outcomes of a row of the table the engine does not meet.
fn disagreement_in_vote(row: &str) -> Option<String> {
    let [n, seed, shape, silence, answers, k, abstain, wrong] =
        row.split(',').collect::<Vec<_>>().try_into().expect("eight columns");
    let [n, seed, answers, k]: [u64; 4] =
        [n, seed, answers, k].map(|number| number.parse().expect("a whole number"));
    let silent = silence.parse().map_or(0.0, |power: i32| 2.0_f64.powi(-power));
    let wrong_answers = if answers == 1 { WrongAnswers::Same } else { WrongAnswers::Among(answers) };
    let failures = Failures { hallucination: 1.0 - silent, corruption: silent, crash: 0.0, wrong_answers };
    let scenario = Scenario::new(Agents::different(rates(n, seed, shape)), KOfN { k }).expect("a scenario");
    let exact = assess(&scenario.with_failures(failures).expect("failures")).expect("an exact answer");
    let close = [(exact.abstain, abstain), (exact.wrong, wrong)]
        .into_iter()
        .all(|(computed, truth)| is_within(BOUND, computed, &Fraction::from_decimal(truth)));
    (!close).then(|| format!("{row}: {exact:?}"))
}

/// Also where silence is so rare that P(abstain) is lost in the difference of two tails.
#[test]
fn every_vote_of_the_table_is_rounded_correctly() {
    assert_all(include_str!("../reference/different_votes.csv"), VOTES, disagreement_in_vote);
}

#[test]
fn more_than_ten_million_are_refused() {
    let rates = vec![0.5; 10_000_001];
    let scenario = Scenario::new(Agents::different(rates), KOfN { k: 1 }).expect("a scenario");
    let message = assess(&scenario).expect_err("too many").to_string();
    assert!(message.contains("10000001") && message.contains("10000000"), "{message}");
}
