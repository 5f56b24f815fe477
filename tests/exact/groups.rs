//! Agents in groups and correlated calls of one agent: against nested integrals of 25 digits (`reference/groups.py`),
//! against simpler models, and against Pólya's urn in exact fractions.

use kofn::exact::{importance, limit, phi};
use kofn::scenario::scheme::{Any, Judge, KOfN, Majority, Scheme, Unanimous, Validated};
use kofn::scenario::{Agents, Dependence, Problem};
use kofn::{Exact, Scenario, assess};
use kofn_testing::scenario;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

const TABLE: &str = include_str!("../reference/groups.csv");

/// Rows of the table.
const ROWS: usize = 530;

/// The largest error found on the table is 2·10⁻¹⁵; what is stated for every outcome is 2.5·10⁻¹⁴.
const BOUND: f64 = 5e-15;
const STATED: f64 = 2.5e-14;

fn relative(computed: f64, expected: f64) -> f64 {
    if computed == expected { 0.0 } else { (computed / expected - 1.0).abs() }
}

fn outcomes(exact: &Exact) -> [f64; 3] {
    [exact.correct, exact.abstain, exact.wrong]
}

#[track_caller]
fn assert_equal(a: &Exact, b: &Exact, bound: f64) {
    for (a, b) in outcomes(a).into_iter().zip(outcomes(b)) {
        assert!(relative(a, b) <= bound, "{a:e} {b:e}");
    }
    assert!(relative(a.expected.calls, b.expected.calls) <= bound);
}

fn list(text: &str) -> String {
    text.split(' ').collect::<Vec<_>>().join(", ")
}

/// The scheme of a row as JSON.
fn scheme(rule: &str, attempts: &str) -> String {
    let words: Vec<&str> = rule.split(' ').collect();
    let vote = match words[..] {
        ["k-of-n", k] => format!(r#"{{"rule": "k-of-n", "k": {k}}}"#),
        ["weighted", ..] => format!(r#"{{"rule": "weighted", "weights": [{}]}}"#, words[1..].join(", ")),
        ["cascade", ..] => {
            let stage = |pair: &[&str]| format!(r#"{{"agents": {}, "scheme": "{}"}}"#, pair[0], pair[1]);
            let stages: Vec<String> = words[1..].chunks(2).map(stage).collect();
            format!(r#"{{"rule": "cascade", "stages": [{}]}}"#, stages.join(", "))
        }
        _ => format!("\"{rule}\""),
    };
    if attempts == "1" {
        return vote;
    }
    format!(
        r#"{{"rule": "validated", "accepts_correct": 0.875, "accepts_wrong": 0.25, "repairs": 0, "attempts": {attempts}, "vote": {vote}}}"#
    )
}

#[test]
fn outcomes_agree_with_nested_integrals() {
    let (mut rows, mut worst, mut all) = (0, 0.0, Vec::new());
    for row in TABLE.lines().skip(1) {
        let columns: Vec<&str> = row.split(',').collect();
        let [rates, groups, correlation, within, rule, attempts, silence, answers, expected @ ..] =
            &columns[..]
        else {
            panic!("{row}");
        };
        let answers =
            if answers.parse::<u64>().is_ok() { (*answers).into() } else { format!("\"{answers}\"") };
        let hallucination = 1.0 - silence.parse::<f64>().expect("a share");
        let json = format!(
            r#"{{"scheme": {}, "agents": {{"failure_rates": [{}]}},
                "failures": {{"hallucination": {hallucination:?}, "crash": {silence}, "wrong_answers": {answers}}},
                "dependence": {{"model": "gaussian-copula", "correlation": {correlation}, "within": {within}, "groups": [{}]}}}}"#,
            scheme(rule, attempts),
            list(rates),
            list(groups),
        );
        let exact = assess(&Scenario::from_json(&json).expect("a scenario")).expect("an answer");
        for (computed, expected) in outcomes(&exact).into_iter().zip(expected) {
            let error = relative(computed, expected.parse().expect("a number"));
            assert!(error <= BOUND, "{row}: {computed:e} for {expected}: {error:e}");
            worst = f64::max(worst, error);
            all.push(error);
        }
        rows += 1;
    }
    all.sort_by(f64::total_cmp);
    println!("{} probabilities: largest {worst:e}, median {:e}", all.len(), all[all.len() / 2]);
    assert_eq!(rows, ROWS);
}

fn grouped(correlation: f64, within: f64, groups: &[u64]) -> Dependence {
    Dependence::GroupedCopula { correlation, within, groups: groups.to_vec() }
}

fn copula(correlation: f64) -> Dependence {
    Dependence::GaussianCopula { correlation }
}

const RATES: [f64; 6] = [0.1, 0.4, 0.05, 0.6, 0.3, 0.2];

fn ask(rates: &[f64], scheme: impl Into<Scheme>, dependence: Dependence) -> Exact {
    assess(&scenario(Agents::different(rates), scheme, dependence)).expect("an answer")
}

#[test]
fn groups_that_are_none_are_the_plain_copula() {
    let schemes = || [Scheme::from(Majority), Any.into(), Unanimous.into(), KOfN { k: 5 }.into()];
    // The next double above r leaves a variable of each group that is as good as nothing.
    let next = 0.3_f64.next_up();
    for (dependence, plain) in [
        (grouped(0.3, 0.3, &[2, 4]), copula(0.3)),
        (grouped(0.3, next, &[2, 4]), copula(0.3)),
        (grouped(0.1, 0.7, &[6]), copula(0.7)),
        (grouped(0.2, 0.7, &[1; 6]), copula(0.2)),
        (grouped(0.0, 0.7, &[1; 6]), Dependence::Independent),
        (grouped(0.0, 0.0, &[2, 4]), Dependence::Independent),
        (grouped(0.0, 1e-30, &[2, 4]), Dependence::Independent),
    ] {
        for scheme in schemes() {
            assert_equal(
                &ask(&RATES, scheme.clone(), dependence.clone()),
                &ask(&RATES, scheme, plain.clone()),
                STATED,
            );
        }
    }
}

/// One agent of a group alone votes: with the quorum of one among agents that always fail.
#[test]
fn marginals_are_the_rates() {
    for rate in [1e-300, 1e-9, 0.23, 0.5, 0.999] {
        for (correlation, within) in [(0.0, 0.5), (0.3, 0.6), (0.9, 0.99)] {
            let rates = [1.0, rate, 1.0, 1.0];
            let exact = ask(&rates, Any, grouped(correlation, within, &[2, 2]));
            assert!(
                relative(exact.failure, rate) <= STATED,
                "{rate} {correlation} {within}: {:e}",
                exact.failure
            );
            assert!(relative(exact.correct, 1.0 - rate) <= STATED);
        }
    }
}

/// Pairs inside a group and between groups have the φ of their latent correlations.
#[test]
fn pairs_have_the_correlations_that_are_said() {
    let (r, w) = (0.2, 0.7);
    for (f, g) in [(0.2, 0.2), (0.1, 0.45), (1e-6, 0.3_f64)] {
        let both = |rates: &[f64]| ask(rates, Any, grouped(r, w, &[2, 2])).abstain;
        let deviations = f64::sqrt(f * (1.0 - f) * g * (1.0 - g));
        for (rates, latent) in [([f, g, 1.0, 1.0], w), ([f, 1.0, g, 1.0], r)] {
            let expected = f * g + phi(f, g, latent) * deviations;
            assert!(relative(both(&rates), expected) <= STATED, "{rates:?}");
        }
    }
}

fn fraction(x: f64) -> BigRational {
    BigRational::from_float(x).expect("finite")
}

fn whole(x: usize) -> BigRational {
    BigRational::from_integer(BigInt::from(x))
}

/// x(x + s)(x + 2s) …, `count` factors.
fn rising(x: &BigRational, step: &BigRational, count: usize) -> BigRational {
    (0..count).fold(BigRational::one(), |product, j| product * (x + step * whole(j)))
}

/// The coefficients of a product of two polynomials.
fn product(a: &[BigRational], b: &[BigRational]) -> Vec<BigRational> {
    let mut sums = vec![BigRational::zero(); a.len() + b.len() - 1];
    for (i, a) in a.iter().enumerate() {
        for (j, b) in b.iter().enumerate() {
            sums[i + j] += a * b;
        }
    }
    sums
}

/// P(just these calls of one agent fail), a polynomial in the mean rate θ, for calls that correlate by κ.
fn urn(failures: usize, calls: usize, kappa: &BigRational) -> Vec<BigRational> {
    let one = BigRational::one();
    let rest = &one - kappa;
    let mut all = vec![&one / rising(&one, &(kappa / &rest), calls) / rest.pow(calls as i32)];
    for j in 0..failures {
        all = product(&all, &[kappa * whole(j), rest.clone()]);
    }
    for j in 0..calls - failures {
        all = product(&all, &[&rest + kappa * whole(j), -rest.clone()]);
    }
    all
}

/// P(correct), P(abstain), P(wrong) of a majority that is validated, over all patterns of calls that fail; agents share
/// a beta-distributed rate with the correlation `shared`.
fn enumerated(rates: &[BigRational], attempts: usize, kappa: &BigRational, shared: &BigRational) -> [f64; 3] {
    let n = rates.len();
    let (a, b) = (fraction(0.875), fraction(0.25));
    let mut sums = [BigRational::zero(), BigRational::zero(), BigRational::zero()];
    for pattern in 0..1_usize << (n * attempts) {
        let fails = |attempt: usize, agent: usize| pattern >> (attempt * n + agent) & 1;
        let mut probability = vec![BigRational::one()];
        let mut value = BigRational::one();
        for (agent, rate) in rates.iter().enumerate() {
            let failures = (0..attempts).map(|attempt| fails(attempt, agent)).sum();
            let own = urn(failures, attempts, kappa);
            if shared.is_zero() {
                value *= own.iter().rev().fold(BigRational::zero(), |sum, c| sum * rate + c);
            } else {
                probability = product(&probability, &own);
            }
        }
        if !shared.is_zero() {
            // E[θᵏ] is the urn of k calls that all fail.
            let rest = BigRational::one() - shared;
            let moment = |k: usize| rising(&(&rates[0] * &rest), shared, k) / rising(&rest, shared, k);
            value = probability.iter().enumerate().map(|(k, c)| c * moment(k)).sum();
        }
        let mut open = value;
        for attempt in 0..attempts {
            let failed: usize = (0..n).map(|agent| fails(attempt, agent)).sum();
            let (place, given) = if 2 * failed < n { (0, &a) } else { (2, &b) };
            sums[place] += &open * given;
            open *= BigRational::one() - given;
        }
        sums[1] += open;
    }
    sums.map(|sum| sum.to_f64().expect("a number"))
}

fn validated(attempts: u64) -> Scheme {
    let judge = Judge::Rates { accepts_correct: 0.875, accepts_wrong: 0.25, repairs: 0.0 };
    let mut pipeline = Validated::new(judge).with_attempts(attempts);
    pipeline.vote = Some(Box::new(Majority.into()));
    pipeline.into()
}

fn repeated(agents: Agents, scheme: impl Into<Scheme>, dependence: Dependence, repeats: f64) -> Scenario {
    let builder = Scenario::builder(agents, scheme.into()).dependence(dependence).repeats(repeats);
    builder.build().expect("a scenario")
}

/// Agents that are independent, spared by a common cause or share a rate, by enumeration of all calls in exact
/// fractions.
#[test]
fn repeated_calls_are_polyas_urn() {
    let zero = BigRational::zero();
    let exact = |scenario: &Scenario| outcomes(&assess(scenario).expect("an answer"));
    let close = |computed: [f64; 3], expected: [f64; 3], what: &str| {
        for (computed, expected) in computed.into_iter().zip(expected) {
            assert!(relative(computed, expected) <= BOUND, "{what}: {computed:e} {expected:e}");
        }
    };
    for (rates, attempts) in [(vec![0.25, 0.125, 0.5], 2), (vec![0.25; 3], 3), (vec![0.0625; 5], 2)] {
        let fractions: Vec<BigRational> = rates.iter().map(|rate| fraction(*rate)).collect();
        for repeats in [0.0, 0.125, 0.75] {
            let with = |dependence| {
                repeated(Agents::different(rates.clone()), validated(attempts as u64), dependence, repeats)
            };
            let rho = fraction(repeats);
            let independent = enumerated(&fractions, attempts, &rho, &zero);
            close(exact(&with(Dependence::Independent)), independent, "independent");
            let shared = 0.0625;
            if rates.iter().all(|rate| *rate == rates[0]) && repeats > shared {
                let rest = BigRational::one() - fraction(shared);
                let kappa = (&rho - fraction(shared)) / rest;
                let expected = enumerated(&fractions, attempts, &kappa, &fraction(shared));
                let beta = Dependence::BetaBinomial { correlation: shared };
                close(exact(&with(beta)), expected, "beta-binomial");
            }
        }
    }
    // A common cause: what is left to the calls of a spared agent.
    let (f, c, rho) = (fraction(0.25), fraction(0.0625), fraction(0.5));
    let one = BigRational::one();
    let spared = (&f - &c) / (&one - &c);
    let of_cause = &c * (&one - &f) / ((&one - &c) * &f);
    let kappa = (&rho - &of_cause) / (&one - &of_cause);
    let (struck, spared) =
        (enumerated(&vec![one.clone(); 3], 2, &rho, &zero), enumerated(&vec![spared; 3], 2, &kappa, &zero));
    let cause = Dependence::CommonCause { probability: 0.0625 };
    let computed = exact(&repeated(Agents::identical(3, 0.25), validated(2), cause, 0.5));
    let expected = [0, 1, 2].map(|i| 0.0625 * struck[i] + 0.9375 * spared[i]);
    close(computed, expected, "common cause");
}

/// Both calls fail with f² + ρf(1−f), under every model.
#[test]
fn two_calls_of_one_agent_have_the_correlation_that_is_said() {
    let perfect = Judge::Rates { accepts_correct: 1.0, accepts_wrong: 0.0, repairs: 0.0 };
    for rate in [1e-9, 0.23, 0.5, 0.97] {
        for repeats in [0.01, 0.4, 0.9, 0.999_999] {
            for dependence in
                [Dependence::Independent, copula(0.0), Dependence::CommonCause { probability: rate * 1e-3 }]
            {
                let pipeline = Validated::new(perfect).with_attempts(2);
                let scenario = repeated(Agents::identical(1, rate), pipeline, dependence.clone(), repeats);
                let both = assess(&scenario).expect("an answer").abstain;
                let expected = rate * rate + repeats * rate * (1.0 - rate);
                assert!(
                    relative(both, expected) <= STATED,
                    "{dependence:?} {rate} {repeats}: {both:e} {expected:e}"
                );
            }
        }
    }
}

/// What calls of one agent share beyond different agents may be nothing: then a scenario without `repeats` says the
/// same.
#[test]
fn calls_as_correlated_as_agents_are_more_agents() {
    let rate = 0.23;
    let latent = 0.3;
    let agents = || Agents::identical(3, rate);
    let plain = |dependence| assess(&scenario(agents(), validated(2), dependence)).expect("an answer");
    let with = |dependence, repeats| {
        assess(&repeated(agents(), validated(2), dependence, repeats)).expect("an answer")
    };
    assert_equal(&with(copula(latent), phi(rate, rate, latent)), &plain(copula(latent)), STATED);
    let beta = Dependence::BetaBinomial { correlation: 0.25 };
    assert_equal(&with(beta.clone(), 0.25), &plain(beta), STATED);
    assert_equal(&with(Dependence::Independent, 0.0), &plain(Dependence::Independent), STATED);
    // Votes without a second call only say it back.
    let vote = assess(&repeated(agents(), Majority, copula(latent), 0.9)).expect("an answer");
    assert_eq!(vote, assess(&scenario(agents(), Majority, copula(latent))).expect("an answer"));
}

/// P(correct) at two rates, for the difference quotient.
fn slope(rates: &[f64], agent: usize, step: f64, dependence: &Dependence, scheme: &Scheme) -> f64 {
    let at = |rate: f64| {
        let mut rates = rates.to_vec();
        rates[agent] = rate;
        ask(&rates, scheme.clone(), dependence.clone()).correct
    };
    (at(rates[agent] - step) - at(rates[agent] + step)) / (2.0 * step)
}

/// As in `importance.rs`: two extrapolations (Richardson) that differ by more than the finer one is off, and noise of
/// 2.5e-14 over the step.
#[test]
fn importance_is_the_slope() {
    let (rates, step) = ([0.1, 0.2, 0.3, 0.45, 0.6], 2.0_f64.powi(-9));
    for dependence in [grouped(0.3, 0.6, &[2, 3]), grouped(0.0, 0.5, &[1, 2, 2]), grouped(0.1, 0.9, &[3, 2])]
    {
        for scheme in [Scheme::from(Majority), Any.into(), Unanimous.into()] {
            let scenario = scenario(Agents::different(rates), scheme.clone(), dependence.clone());
            let computed = importance(&scenario).expect("an answer");
            for agent in 0..rates.len() {
                let [whole, half, quarter] = [step, step / 2.0, step / 4.0]
                    .map(|step| slope(&rates, agent, step, &dependence, &scheme));
                let [coarse, fine] = [(4.0 * half - whole) / 3.0, (4.0 * quarter - half) / 3.0];
                let allowed = (coarse - fine).abs() + 10.0 * 2.5e-14 / (step / 4.0);
                let own = computed.of(agent).expect("an agent");
                assert!(
                    (fine - own).abs() <= allowed,
                    "{own} {fine} ±{allowed:e}: {dependence:?} {scheme} {agent}"
                );
                assert!(allowed < 1e-6, "a bound that says something: {allowed:e}");
            }
        }
    }
}

#[test]
fn what_has_no_answer_is_refused() {
    let refused = |scenario: &Scenario, key: &str| {
        let error = assess(scenario).expect_err("refused");
        assert!(matches!(error.problem, Problem::Refused(_)) && error.key.as_ref() == key, "{error}");
    };
    let many = [20_000, 20_000];
    refused(
        &scenario(Agents::identical(40_000, 0.2), Majority, grouped(0.3, 0.6, &many)),
        "dependence.model",
    );
    let near_one = grouped(0.3, 1.0 - 1e-12, &[2, 1]);
    refused(&scenario(Agents::identical(3, 0.2), Majority, near_one), "dependence.model");
    refused(
        &scenario(Agents::identical(9, 0.2), validated(9), grouped(0.3, 0.6, &[4, 5])),
        "dependence.model",
    );
    let groups = grouped(0.3, 0.6, &[2, 1]);
    refused(&repeated(Agents::identical(3, 0.2), validated(2), groups.clone(), 0.5), "dependence.repeats");
    refused(&repeated(Agents::identical(3, 0.2), validated(2), copula(0.5), 0.1), "dependence.repeats");
    let error = limit(&scenario(Agents::identical(3, 0.2), Majority, groups)).expect_err("refused");
    assert_eq!(error.key.as_ref(), "dependence.model");
}
