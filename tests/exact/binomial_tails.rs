//! The tails of the binomial against a table proven in interval arithmetic (`reference/binomial.py`), and against what
//! must hold of any tails.

use kofn::exact::{Tails, tails};
use kofn_testing::tail_table::{Told, assert_all};
use proptest::prelude::*;

/// Rows of the table.
const ROWS: usize = 9_660;

/// What the engine promises: four units of 2⁻⁵².
const BOUND: f64 = 4.0 * f64::EPSILON;

fn ask(n: u64, f: f64, k: u64) -> Tails {
    tails(n, f, k).expect("in range")
}

/// What of a row of the table the engine does not meet.
fn disagreement(row: &str) -> Option<String> {
    let [n, k, f, side, p, ln_p] = row.split(',').collect::<Vec<_>>().try_into().expect("six columns");
    let [n, k]: [u64; 2] = [n, k].map(|number| number.parse().expect("a whole number"));
    let tails = ask(n, f.parse().expect("a rate"), k);
    let told = match side {
        "below" => Told { small: tails.below, large: tails.at_least, ln_small: tails.ln_below },
        "at_least" => Told { small: tails.at_least, large: tails.below, ln_small: tails.ln_at_least },
        other => panic!("{other} is no tail"),
    };
    (!told.is_right(p, ln_p, BOUND, BOUND)).then(|| format!("{row}: {tails:?}"))
}

#[test]
fn every_row_of_the_table_is_within_four_units() {
    assert_all(include_str!("../reference/binomial.csv"), ROWS, disagreement);
}

/// Twice the bound, for two numbers that each have it.
fn not_above(smaller: f64, larger: f64) -> bool {
    smaller <= larger * (1.0 + 2.0 * BOUND)
}

/// Numbers of agents of every size, and a threshold anywhere or near the mean.
fn question() -> impl Strategy<Value = (u64, f64, u64)> {
    let rate = prop_oneof![0.0..=1.0, (-300.0..0.0).prop_map(|x: f64| 10f64.powf(x))];
    ((0.0..13.0).prop_map(|x: f64| 10f64.powf(x) as u64), rate, -10.0..10.0, any::<bool>(), 0.0..1.0)
        .prop_map(|(n, f, deviations, near, share): (u64, f64, f64, bool, f64)| {
            let mean: f64 = n as f64 * (1.0 - f);
            let near_mean = mean + deviations * (mean * f).sqrt();
            let k = if near { near_mean } else { share * n as f64 };
            (n, f, (k as u64).clamp(1, n))
        })
}

proptest! {
    #[test]
    fn more_are_rarer((n, f, k) in question(), step in 1_u64..1000) {
        let (here, further) = (ask(n, f, k), ask(n, f, k.saturating_add(step).min(n)));
        prop_assert!(not_above(further.at_least, here.at_least));
        prop_assert!(not_above(here.below, further.below));
    }

    #[test]
    fn worse_agents_fail_more_often((n, f, k) in question(), share in 0.0..1.0) {
        let (worse, better) = (ask(n, f, k), ask(n, f * share, k));
        prop_assert!(not_above(worse.at_least, better.at_least));
        prop_assert!(not_above(better.below, worse.below));
    }

    #[test]
    fn tails_are_complements((n, f, k) in question()) {
        let tails = ask(n, f, k);
        prop_assert!((tails.at_least + tails.below - 1.0).abs() <= f64::EPSILON);
    }

    /// 1 − f is exact for these rates.
    #[test]
    fn correct_and_failed_mirror_each_other((n, _, k) in question(), twentieth in 1_u32..1 << 20) {
        let f = f64::from(twentieth) / f64::from(1 << 20);
        let (correct, failed) = (ask(n, f, k), ask(n, 1.0 - f, n - k + 1));
        prop_assert!(not_above(correct.at_least, failed.below) && not_above(failed.below, correct.at_least));
        prop_assert!(not_above(correct.below, failed.at_least) && not_above(failed.at_least, correct.below));
    }
}

/// Many answers at once are those one by one, to the last bit, and errors name the element.
#[test]
fn many_are_as_one_by_one() {
    let rates: Vec<f64> = (0..=200).map(|i| f64::from(i) / 200.0).collect();
    for n in [1, 2, 25, 170, 171, 100_000] {
        let many = [kofn::reliability_many(&[n], &rates), kofn::unreliability_many(&[n], &rates)];
        let [correct, failure] = many.map(|many| many.expect("answers"));
        for (place, &f) in rates.iter().enumerate() {
            assert_eq!(Ok(correct[place]), kofn::reliability(n, f));
            assert_eq!(Ok(failure[place]), kofn::unreliability(n, f));
        }
    }
    let key = |n: &[u64], f: &[f64]| kofn::reliability_many(n, f).expect_err("an error").key.to_string();
    assert_eq!(key(&[3, 0], &[0.1]), "n[1]");
    assert_eq!(key(&[3, 5], &[0.1, f64::NAN]), "f[1]");
    assert_eq!(key(&[3, 5], &[0.1, 0.2, 0.3]), "f");
    assert_eq!(kofn::reliability_many(&[], &[]), Ok(vec![]));
}

#[test]
fn what_is_certain_is_exact() {
    let [never, always] = [ask(5, 0.0, 5), ask(5, 1.0, 1)];
    assert_eq!(
        (never.at_least, never.below, never.ln_at_least, never.ln_below),
        (1.0, 0.0, 0.0, f64::NEG_INFINITY)
    );
    assert_eq!((always.at_least, always.below), (0.0, 1.0));
    for (n, f, k) in
        [(0, 0.5, 1), (10_000_000_000_001, 0.5, 1), (3, 0.5, 0), (3, 0.5, 4), (3, -0.1, 1), (3, f64::NAN, 1)]
    {
        assert!(tails(n, f, k).is_err(), "{n} {f} {k}");
    }
}
