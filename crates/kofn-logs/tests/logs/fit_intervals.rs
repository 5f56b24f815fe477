//! Confidence intervals against a table proven in interval arithmetic (`reference/intervals.py`), and against what must
//! hold of any.

use kofn_logs::fit::{Interval, clopper_pearson, wilson};
use kofn_testing::closeness::is_within;
use kofn_testing::fraction::Fraction;
use kofn_testing::tail_table::assert_all;
use proptest::prelude::*;

/// Rows of the table.
const ROWS: usize = 365;

/// What is promised: four units of 2⁻⁵².
const BOUND: f64 = 4.0 * f64::EPSILON;

/// What of a row of the table is not met.
fn disagreement(row: &str) -> Option<String> {
    let columns: [&str; 7] = row.split(',').collect::<Vec<_>>().try_into().expect("seven columns");
    let [failures, runs, confidence, ends @ ..] = columns;
    let [failures, runs] = [failures, runs].map(|count: &str| count.parse().expect("a whole number"));
    let confidence = confidence.parse().expect("a confidence");
    let exact = clopper_pearson(failures, runs, confidence).expect("in range");
    let wilson = wilson(failures, runs, confidence).expect("in range");
    let computed = [exact.low, exact.high, wilson.low, wilson.high];
    let is_right =
        |(computed, truth): (f64, &str)| is_within(BOUND, computed, &Fraction::from_decimal(truth));
    (!computed.into_iter().zip(ends).all(is_right)).then(|| format!("{row}: {computed:?}"))
}

#[test]
fn every_row_of_the_table_is_within_four_units() {
    assert_all(include_str!("../../../../tests/reference/intervals.csv"), ROWS, disagreement);
}

#[test]
fn without_failures_or_with_nothing_else_one_end_is_exact() {
    for runs in [1, 2, 50, 10_000_000_000_000] {
        for interval in [clopper_pearson, wilson] {
            assert_eq!(interval(0, runs, 0.95).unwrap().low, 0.0);
            assert_eq!(interval(runs, runs, 0.95).unwrap().high, 1.0);
        }
    }
}

#[test]
fn what_is_out_of_range_is_refused_by_name() {
    let told = |failures, runs, confidence| {
        clopper_pearson(failures, runs, confidence).expect_err("refused").to_string()
    };
    assert_eq!(told(0, 0, 0.95), "runs must be an integer from 1 to 10000000000000, got 0");
    assert!(told(4, 3, 0.95).starts_with("failures must be") && told(4, 3, 0.95).ends_with(", got 4"));
    for confidence in [0.0, 1.0, -0.5, f64::NAN, f64::INFINITY] {
        assert!(told(1, 3, confidence).starts_with("confidence must be "), "{confidence}");
        assert!(wilson(1, 3, confidence).is_err());
    }
    assert!(wilson(1, 10_000_000_000_001, 0.95).is_err());
}

/// So small a confidence that its normal quantile squared is no double.
#[test]
fn the_smallest_confidence_leaves_the_share_itself() {
    let interval = wilson(23, 100, 1e-300).unwrap();
    assert_eq!((interval.low, interval.high), (0.23, 0.23));
    assert_eq!(wilson(0, 100, 1e-300).unwrap(), Interval { low: 0.0, high: 0.0 });
    assert!(clopper_pearson(23, 100, 1e-300).unwrap().contains(0.23));
}

/// Runs of every size, and failures anywhere among them or few.
fn question() -> impl Strategy<Value = (u64, u64, f64)> {
    let runs = (0.0..13.0).prop_map(|x: f64| 10f64.powf(x) as u64);
    (runs, 0.0..1.0, any::<bool>(), 0.001..0.999_999).prop_map(|(runs, share, few, confidence)| {
        let failures = if few { (runs as f64).powf(share) } else { share * runs as f64 };
        ((failures as u64).min(runs), runs, confidence)
    })
}

/// Two numbers that are each within the bound may be out of order by twice that.
fn not_above(smaller: f64, larger: f64) -> bool {
    smaller <= larger * (1.0 + 2.0 * BOUND)
}

proptest! {
    #[test]
    fn the_share_that_was_seen_is_inside((failures, runs, confidence) in question()) {
        let share = failures as f64 / runs as f64;
        // At a confidence near zero Wilson's interval is the share, as rounded.
        for interval in [clopper_pearson, wilson] {
            let Interval { low, high } = interval(failures, runs, confidence).unwrap();
            prop_assert!(0.0 <= low && not_above(low, share) && not_above(share, high) && high <= 1.0);
        }
    }

    #[test]
    fn more_failures_are_a_higher_rate((failures, runs, confidence) in question(), more in 1_u64..1000) {
        let more = (failures + more).min(runs);
        for interval in [clopper_pearson, wilson] {
            let (few, many) = (interval(failures, runs, confidence).unwrap(), interval(more, runs, confidence).unwrap());
            prop_assert!(not_above(few.low, many.low) && not_above(few.high, many.high));
        }
    }

    #[test]
    fn more_confidence_is_wider((failures, runs, confidence) in question(), part in 0.1..0.999) {
        for interval in [clopper_pearson, wilson] {
            let (wide, narrow) =
                (interval(failures, runs, confidence).unwrap(), interval(failures, runs, confidence * part).unwrap());
            prop_assert!(not_above(wide.low, narrow.low) && not_above(narrow.high, wide.high));
        }
    }

    #[test]
    fn failures_and_successes_mirror_each_other((failures, runs, confidence) in question()) {
        for interval in [clopper_pearson, wilson] {
            let (here, there) =
                (interval(failures, runs, confidence).unwrap(), interval(runs - failures, runs, confidence).unwrap());
            prop_assert!((here.low + there.high - 1.0).abs() <= 2.0 * BOUND);
        }
    }

    #[test]
    fn clopper_and_pearson_leave_half_of_the_rest_on_either_side((failures, runs, confidence) in question()) {
        prop_assume!(0 < failures && failures < runs);
        let Interval { low, high } = clopper_pearson(failures, runs, confidence).unwrap();
        let correct = runs - failures;
        let as_many = kofn::exact::tails(runs, low, correct + 1).unwrap().below;
        let as_few = kofn::exact::tails(runs, high, correct).unwrap().at_least;
        // A tail changes by a factor of up to this for every unit of the rate, besides its own four units.
        let mass = |f: f64| (runs as f64 * f * (1.0 - f)).sqrt().max(1.0);
        for (tail, rate) in [(as_many, low), (as_few, high)] {
            let change = BOUND * (1.0 + 40.0 * (mass(rate) + 40.0) / (1.0 - rate));
            prop_assert!((tail / (0.5 * (1.0 - confidence)) - 1.0).abs() <= change, "{} {}", tail, rate);
        }
    }
}
