//! Teams against facts from outside: the beta-factor model of common causes, and orthant probabilities of normals.

use kofn::exact::assess;
use kofn::scenario::scheme::{Cascade, Majority, Single, Stage, Unanimous};
use kofn::scenario::{Agents, Costs, Dependence, Scenario};
use std::f64::consts::PI;

/// Two out of three under the beta-factor model (Mosleh et al. 1998, NUREG/CR-5485): 3(1−β)²Q² + βQ, for rare failures.
///
/// With c = βQ and g = (1−β)Q/(1−c) the exact probability is c + (1−c)(3g² − 2g³). The formula leaves out
/// 3(1−β)²Q²·c/(1−c) and 2(1−c)g³, of opposite signs: at most 3Q³/(1−Q) and 2Q³/(1−Q)².
#[test]
fn two_of_three_under_a_beta_factor() {
    for (rate, beta) in [(1e-3, 0.05), (1e-3, 0.1), (1e-5, 0.2), (0.01, 0.1), (0.02, 0.05)] {
        let cause = Dependence::CommonCause { probability: beta * rate };
        let scenario = Scenario::builder(Agents::identical(3, rate), Majority).dependence(cause);
        let failure = assess(&scenario.build().expect("a scenario")).expect("an answer").failure;
        let published = 3.0 * (1.0 - beta).powi(2) * rate * rate + beta * rate;
        let left_out = 3.0 * rate.powi(3) / (1.0 - rate) + 2.0 * rate.powi(3) / (1.0 - rate).powi(2);
        let rounding = 8.0 * f64::EPSILON * published;
        assert!((failure - published).abs() <= left_out + rounding, "{rate} {beta}: {failure} {published}");
        // The model matters far more than what it leaves out.
        assert!((published - 3.0 * rate * rate).abs() > 5.0 * left_out, "{rate} {beta}");
    }
}

/// At a failure rate of ½ three agents all fail with 1/8 + (arcsin ρ₁₂ + arcsin ρ₁₃ + arcsin ρ₂₃)/4π (Sheppard 1899).
#[test]
fn three_agents_in_two_groups_fail_as_normals_do() {
    for (correlation, within) in [(0.0, 0.5), (0.1, 0.6), (0.3, 0.3), (0.25, 0.9), (0.7, 0.99), (0.01, 0.02)]
    {
        let groups = Dependence::GroupedCopula { correlation, within, groups: vec![2, 1] };
        let scenario = Scenario::builder(Agents::identical(3, 0.5), Unanimous).dependence(groups);
        let exact = assess(&scenario.build().expect("a scenario")).expect("an answer");
        let expected = 0.125 + (within.asin() + 2.0 * correlation.asin()) / (4.0 * PI);
        for found in [exact.wrong, exact.correct] {
            let error = (found / expected - 1.0).abs();
            assert!(error <= 2.5e-14 + 4.0 * f64::EPSILON, "{correlation} {within}: {error:e}");
        }
    }
}

/// Prices and latencies of a cascade, by hand: .6 of all tasks are decided correctly by the first two and .05 wrongly,
/// and the third is asked in the others.
#[test]
fn prices_of_a_cascade_by_hand() {
    let stages = [Stage::new(2, Unanimous), Stage::new(1, Single)];
    let costs = Costs::new([1.0, 3.0, 10.0]).with_call_latency([100.0, 250.0, 1000.0]);
    let scenario = Scenario::builder(Agents::different([0.2, 0.25, 0.05]), Cascade::new(stages)).costs(costs);
    let exact = assess(&scenario.build().expect("a scenario")).expect("an answer");
    let close =
        |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-15, "{found} {expected}");
    close(exact.correct, 0.6 + 0.35 * 0.95);
    close(exact.wrong, 0.05 + 0.35 * 0.05);
    assert_eq!(exact.abstain, 0.0);
    close(exact.expected.calls, 2.0 + 0.35);
    close(exact.expected.cost.expect("prices"), 4.0 + 0.35 * 10.0);
    close(exact.expected.latency.expect("latencies"), 250.0 + 0.35 * 1000.0);
}
