//! Which agent is worth improving, against plain sums and differences.

use kofn::assess;
use kofn::exact::{Importance, importance};
use kofn::scenario::scheme::{
    Any, Byzantine, Judge, KOfN, Majority, Plurality, Scheme, Unanimous, Validated, Weighted,
};
use kofn::scenario::{
    Agents, ClassRates, Dependence, Failures, Filter, Problem, Scenario, TaskClass, WrongAnswers,
};
use kofn_testing::scenario;
use num_bigint::BigInt;
use num_rational::BigRational;

fn rational(double: f64) -> BigRational {
    BigRational::from_float(double).unwrap()
}

fn one() -> BigRational {
    BigRational::from_integer(BigInt::from(1))
}

fn ask(agents: Agents, scheme: impl Into<Scheme>, dependence: Dependence) -> Importance {
    importance(&scenario(agents, scheme, dependence)).unwrap()
}

/// The importance that all of `n` agents of one rate have.
fn of_each(n: u64, rate: f64, dependence: Dependence) -> f64 {
    match ask(Agents::identical(n, rate), Majority, dependence) {
        Importance::Equal(each) => each,
        Importance::Different(_) => panic!("equal agents"),
    }
}

/// P(just k − 1 of the others are right), over all patterns of them, as fractions.
fn enumerated(rates: &[BigRational], agent: usize, k: u64) -> BigRational {
    enumerated_with_weights(rates, &vec![1; rates.len()], agent, k)
}

/// P(the others that do not fail weigh less than the quota, and with the agent no less), over all patterns of them, as
/// fractions.
fn enumerated_with_weights(rates: &[BigRational], weights: &[u64], agent: usize, quota: u64) -> BigRational {
    let rights = |pattern: u32| (0..rates.len()).filter(move |other| pattern >> other & 1 == 1);
    (0..1_u32 << rates.len())
        .filter(|pattern| pattern >> agent & 1 == 0)
        .filter(|&pattern| {
            let weight: u64 = rights(pattern).map(|other| weights[other]).sum();
            weight < quota && weight + weights[agent] >= quota
        })
        .map(|pattern| {
            (0..rates.len()).filter(|other| *other != agent).fold(one(), |product, other| {
                product * if pattern >> other & 1 == 1 { one() - &rates[other] } else { rates[other].clone() }
            })
        })
        .sum()
}

/// Four units of 2^-52, which nothing but zero is from zero.
fn assert_close(computed: f64, expected: &BigRational, what: &str) {
    assert_within(4.0, computed, expected, what);
}

/// This number of units of 2^-52.
fn assert_within(units: f64, computed: f64, expected: &BigRational, what: &str) {
    let error = rational(computed) - expected;
    let allowed = expected * rational(units * f64::EPSILON);
    assert!(error <= allowed && -error <= allowed, "{computed:?}: {what}");
}

const RATES: [&[f64]; 5] = [
    &[0.1, 0.2, 0.3],
    &[0.23, 0.23, 0.5, 0.9],
    &[1e-9, 0.4, 0.05, 0.6, 0.97, 0.3],
    &[0.0, 0.3, 1.0, 0.2, 0.0],
    &[0.25],
];

fn schemes(n: u64) -> Vec<(Scheme, u64)> {
    let byzantine = (n + (n - 1) / 3 + 1).div_ceil(2);
    let mut all = vec![
        (Majority.into(), n / 2 + 1),
        (Any.into(), 1),
        (Unanimous.into(), n),
        (Byzantine.into(), byzantine),
    ];
    all.extend((1..=n).map(|k| (Scheme::from(KOfN { k }), k)));
    all
}

#[test]
fn an_agent_decides_where_the_others_are_divided() {
    for rates in RATES {
        for (scheme, k) in schemes(rates.len() as u64) {
            let fractions: Vec<BigRational> = rates.iter().map(|&rate| rational(rate)).collect();
            let computed = ask(Agents::different(rates), scheme.clone(), Dependence::Independent);
            for agent in 0..rates.len() {
                let expected = enumerated(&fractions, agent, k);
                assert_close(computed.of(agent).unwrap(), &expected, &format!("{rates:?} {scheme} {agent}"));
            }
            assert_eq!(computed.of(rates.len()), None);
        }
    }
}

#[test]
fn a_common_cause_leaves_smaller_rates() {
    let (rates, cause) = ([0.125, 0.25, 0.5, 0.75], 0.125);
    let rest: Vec<BigRational> =
        rates.iter().map(|&rate| (rational(rate) - rational(cause)) / (one() - rational(cause))).collect();
    for (scheme, k) in schemes(4) {
        let dependence = Dependence::CommonCause { probability: cause };
        let computed = ask(Agents::different(rates), scheme, dependence);
        for agent in 0..4 {
            assert_close(computed.of(agent).unwrap(), &enumerated(&rest, agent, k), "common cause");
        }
    }
}

/// Weights, and the quotas that they can have.
const WEIGHTS: [(&[u64], &[u64]); 4] = [
    (&[2, 1, 1, 1], &[1, 2, 3, 4, 5]),
    (&[7, 5, 3, 2], &[6, 9, 12, 17]),
    (&[0, 4, 2, 2], &[1, 4, 5, 8]),
    (&[3, 3, 3, 3], &[6, 7, 12]),
];

/// A vote of agents of which a part passes the filter and counts.
fn with_weights(
    agents: Agents,
    weights: &[u64],
    quota: u64,
    dependence: Dependence,
    filter: Filter,
) -> Scenario {
    let weights: Vec<f64> = weights.iter().map(|&weight| weight as f64).collect();
    let failures = Failures::new(0.75, 0.25, 0.0).with_wrong_answers(WrongAnswers::Among(3));
    let weighted = Weighted::new(weights).with_quota(quota as f64);
    let scenario = scenario(agents, weighted, dependence).with_failures(failures);
    scenario.and_then(|scenario| scenario.with_filter(filter)).unwrap()
}

/// Weights, filters, silent failures and several wrong answers, of independent agents and of those that a common cause
/// spares.
#[test]
fn an_agent_with_a_weight_decides_where_the_others_lack_no_more() {
    let filter = Filter { accepts_correct: 0.75, accepts_wrong: 0.25 };
    let passes = rational(filter.accepts_correct);
    for (weights, quotas) in WEIGHTS {
        for (rates, cause) in [
            ([0.125, 0.25, 0.5, 0.75], 0.125),
            ([0.3, 0.1, 0.9, 0.97], 0.0),
            ([1e-9, 0.5, 1e-100, 1.0], 0.0),
            ([0.25; 4], 0.0),
            ([0.5; 4], 0.25),
        ] {
            let dependence = Dependence::CommonCause { probability: cause };
            let votes_not = |rate: f64| {
                let spared = (rational(rate) - rational(cause)) / (one() - rational(cause));
                one() - (one() - spared) * &passes
            };
            let silent: Vec<BigRational> = rates.iter().map(|&rate| votes_not(rate)).collect();
            let mut all = vec![Agents::different(rates)];
            if rates.iter().all(|rate| *rate == rates[0]) {
                all.push(Agents::identical(4, rates[0]));
            }
            for agents in all {
                for &quota in quotas {
                    let asked = with_weights(agents.clone(), weights, quota, dependence.clone(), filter);
                    let computed = importance(&asked).unwrap();
                    for agent in 0..4 {
                        let expected = enumerated_with_weights(&silent, weights, agent, quota) * &passes;
                        let what = format!("{weights:?} {quota} {rates:?} {agent}");
                        // Equal weights are a quorum.
                        let units = if weights == [3; 4] { 4.0 } else { 0.501 };
                        assert_within(units, computed.of(agent).unwrap(), &expected, &what);
                    }
                }
            }
        }
    }
}

/// By hand, weights of [2, 1, 1]: the first decides unless both others are wrong, another where the first is right and
/// the third is not.
#[test]
fn weights_are_ranked() {
    let computed =
        ask(Agents::different([0.1, 0.2, 0.3]), Weighted::new([2.0, 1.0, 1.0]), Dependence::Independent);
    for (agent, expected) in [1.0 - 0.2 * 0.3, 0.9 * 0.3, 0.9 * 0.2].into_iter().enumerate() {
        assert!((computed.of(agent).unwrap() - expected).abs() < 1e-15, "{computed:?}");
    }
}

/// The same rates as equal ones, one by one, and as classes of tasks.
#[test]
fn equal_agents_have_equal_importance() {
    for dependence in [
        Dependence::Independent,
        Dependence::CommonCause { probability: 0.1 },
        Dependence::GaussianCopula { correlation: 0.3 },
    ] {
        let all = of_each(9, 0.3, dependence.clone());
        let Importance::Different(each) = ask(Agents::different([0.3; 9]), Majority, dependence.clone())
        else {
            panic!("different agents")
        };
        assert_eq!(each.len(), 9);
        assert!(each.iter().all(|one| (one / all - 1.0).abs() < 2.5e-14), "{all} {each:?}");
        let tasks = [
            TaskClass::new(1.0, 0.3),
            TaskClass { rates: ClassRates::Different(vec![0.3; 9]), ..TaskClass::new(3.0, 0.3) },
        ];
        let by_task = ask(Agents::by_task(9, tasks), Majority, dependence);
        assert!((0..9).all(|agent| (by_task.of(agent).unwrap() / all - 1.0).abs() < 2.5e-14));
    }
}

/// P(correct) at two rates, for the difference quotient.
fn quotient(rates: &[f64], agent: usize, step: f64, dependence: Dependence, scheme: &Scheme) -> f64 {
    let at = |rate: f64| {
        let mut rates = rates.to_vec();
        rates[agent] = rate;
        assess(&scenario(Agents::different(rates), scheme.clone(), dependence.clone())).unwrap().correct
    };
    (at(rates[agent] - step) - at(rates[agent] + step)) / (2.0 * step)
}

/// A central difference with step s is off by s²/6 times the third derivative, and by the error of P(correct), 2.5e-14,
/// over s. Halving the step must therefore quarter the first part; extrapolated (Richardson), the remaining error is of
/// order s⁴, and 5·2.5e-14/s of noise.
#[test]
fn under_a_copula_it_is_the_slope() {
    let rates = [0.1, 0.2, 0.3, 0.45, 0.6];
    let step = 2.0_f64.powi(-9);
    for correlation in [0.05, 0.3, 0.8] {
        let dependence = Dependence::GaussianCopula { correlation };
        let weighted = Weighted::new([3.0, 2.0, 2.0, 1.0, 1.0]).into();
        for scheme in [Scheme::from(Majority), Any.into(), Unanimous.into(), weighted] {
            let computed = ask(Agents::different(rates), scheme.clone(), dependence.clone());
            for agent in 0..rates.len() {
                let [whole, half, quarter] = [step, step / 2.0, step / 4.0]
                    .map(|step| quotient(&rates, agent, step, dependence.clone(), &scheme));
                let [coarse, fine] = [(4.0 * half - whole) / 3.0, (4.0 * quarter - half) / 3.0];
                // The finer extrapolation is off by a fifteenth of how far the two differ, and here by no more than
                // that.
                let allowed = (coarse - fine).abs() + 10.0 * 2.5e-14 / (step / 4.0);
                let slope = computed.of(agent).unwrap();
                let error = (fine - slope).abs();
                assert!(error <= allowed, "{slope} {fine} ±{allowed:e}: {correlation} {scheme} {agent}");
                assert!(allowed < 1e-6, "a bound that says something: {allowed:e}");
            }
        }
    }
}

/// With a rate near zero or one the barrier is far out; at the end itself it is at infinity, and what it tends to is
/// certain.
#[test]
fn certain_agents_are_the_limit_of_nearly_certain_ones() {
    let dependence = Dependence::GaussianCopula { correlation: 0.9 };
    let of_first = |rate: f64, scheme: Scheme| {
        ask(Agents::different([rate, 0.5, 0.0]), scheme, dependence.clone()).of(0).unwrap()
    };
    let weighted = |quota| Weighted::new([2.0, 1.0, 2.0]).with_quota(quota).into();
    for (scheme, never, always) in [
        (Scheme::from(Any), 0.0, 0.0),
        (KOfN { k: 2 }.into(), 1.0, 0.0),
        (Unanimous.into(), 0.0, 1.0),
        (weighted(3.0), 1.0, 0.0),
        (weighted(4.0), 1.0, 1.0),
        (weighted(5.0), 0.0, 1.0),
    ] {
        assert_eq!((of_first(0.0, scheme.clone()), of_first(1.0, scheme.clone())), (never, always));
        assert!((of_first(1e-300, scheme.clone()) - never).abs() < 1e-9);
        assert!((of_first(1.0 - f64::EPSILON / 2.0, scheme) - always).abs() < 1e-9);
    }
}

/// Raising the one rate of n equal agents raises all: the importances sum to the slope, at any size.
#[test]
fn importances_of_equal_agents_sum_to_the_slope() {
    for (n, rate) in [(5_u64, 0.23), (101, 0.4), (10_001, 0.49)] {
        let each = of_each(n, rate, Dependence::Independent);
        // n·C(n−1, (n−1)/2)·(pq)^((n−1)/2), in logarithms of factorials by plain sums.
        let ln_factorial = |n: u64| (1..=n).map(|i| (i as f64).ln()).sum::<f64>();
        let half = (n - 1) / 2;
        let ln = ln_factorial(n - 1) - 2.0 * ln_factorial(half) + half as f64 * (rate * (1.0 - rate)).ln();
        // Sums of n logarithms, each below 10, rounded n times.
        let allowed = 1e-15 * n as f64 * ln_factorial(n).max(10.0);
        assert!((each.ln() - ln).abs() < allowed, "{n}: {each} {}", ln.exp());
        let step = 1e-5;
        let at = |rate| kofn::reliability(n, rate).unwrap();
        let slope = (at(rate - step) - at(rate + step)) / (2.0 * step);
        // The third derivative of n·density is below n²·slope; half a unit of rounding on each side.
        let allowed = step * step / 6.0 * (n * n) as f64 * slope + f64::EPSILON / step;
        assert!((slope - n as f64 * each).abs() <= allowed, "{slope} {}", n as f64 * each);
    }
    let each = of_each(1_000_000_000_001, 0.5, Dependence::Independent);
    // √(2/(πn)), and the next term of Stirling's series is a part of 1/(4n).
    assert!((each / (2.0 / (std::f64::consts::PI * 1e12)).sqrt() - 1.0).abs() < 1e-11);
}

/// Agents whose weights have no two equal sums.
fn unlike(count: u32, dependence: Dependence) -> Scenario {
    let weights: Vec<f64> = (0..count).map(|agent| 2.0_f64.powi(agent as i32)).collect();
    scenario(Agents::identical(count.into(), 0.2), Weighted::new(weights), dependence)
}

#[test]
fn what_has_no_importance_is_refused() {
    let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.1, repairs: 0.0 };
    let many: Vec<f64> = (1..=201).map(|agent| 0.2 / f64::from(agent)).collect();
    let (three, one, failed) =
        (Agents::identical(3, 0.2), Agents::identical(1, 0.2), Agents::identical(3, 1.0));
    for (scenario, key) in [
        (scenario(three, Majority, Dependence::BetaBinomial { correlation: 0.2 }), "dependence.model"),
        (scenario(failed, Majority, Dependence::CommonCause { probability: 1.0 }), "dependence.model"),
        (
            scenario(Agents::different(many), Majority, Dependence::GaussianCopula { correlation: 0.2 }),
            "dependence.model",
        ),
        (scenario(one, Validated::new(judge), Dependence::Independent), "scheme"),
        (scenario(Agents::identical(3, 0.2), Plurality::new(), Dependence::Independent), "scheme"),
        (unlike(40, Dependence::Independent), "scheme.weights"),
        (unlike(24, Dependence::GaussianCopula { correlation: 0.2 }), "scheme.weights"),
    ] {
        let error = importance(&scenario).unwrap_err();
        assert!(matches!(error.problem, Problem::Refused(_)) && error.key.as_ref() == key, "{error}");
    }
}
