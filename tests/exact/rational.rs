//! Exact fractions against the closed forms, on random scenarios: each is the other's test.
//!
//! The fractions are those of the doubles (`Reading::Binary`), which is what the closed forms take.

use crate::cases;
use kofn::exact::{RationalOutcome, Reading, assess, assess_rational};
use kofn::scenario::scheme::{FirstTo, Judge, KOfN, Majority, Plurality, Scheme, Validated, Weighted};
use kofn::scenario::{Agents, Dependence, Error, Failures, Fallback, Scenario, TaskClass, WrongAnswers};
use kofn_testing::enumeration::enumerate;
use kofn_testing::fraction::Fraction;
use kofn_testing::random_scenario::{agents, dependence, failures, judge, rate, scenario};
use kofn_testing::urn::{Urn, judge_exactly};
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use proptest::prelude::*;

/// What the closed forms state for up to 10,000 agents, in units of 2⁻⁵².
const BOUND: f64 = 4.0;

/// The same of an integral over what all attempts of a pipeline share: 2.5·10⁻¹⁴.
const BOUND_OF_INTEGRALS: f64 = 2.5e-14 / f64::EPSILON;

/// Maximum number of agents of the random scenarios.
const MOST_AGENTS: usize = 60;

fn exactly(double: f64) -> BigRational {
    BigRational::from_float(double).expect("a finite number")
}

/// The answer of a scenario that must have one.
fn binary(scenario: &Scenario) -> RationalOutcome {
    assess_rational(scenario, Reading::Binary).expect("a rational answer")
}

/// The answer of a random scenario; one of sixty agents with rates of a thousand bits and five attempts is refused, and
/// drawn anew.
fn read(scenario: &Scenario, reading: Reading) -> Result<RationalOutcome, TestCaseError> {
    assess_rational(scenario, reading).map_err(|error| anew(&error, "the exact fraction"))
}

/// Rejects a scenario that is refused for this reason.
fn anew(error: &Error, reason: &str) -> TestCaseError {
    let text = error.to_string();
    if text.contains(reason) { TestCaseError::reject(text) } else { TestCaseError::fail(text) }
}

/// How far a double is from the truth in units of 2⁻⁵² of it, after the spacing of doubles below the normal ones.
fn error_in_eps(computed: f64, truth: &BigRational) -> f64 {
    if truth.is_zero() {
        return if computed == 0.0 { 0.0 } else { f64::INFINITY };
    }
    let error = (exactly(computed) - truth).abs() - exactly(f64::from_bits(1));
    if error.is_negative() { 0.0 } else { (error / truth).to_f64().expect("a number") / f64::EPSILON }
}

/// The largest error of the engine's numbers in units of 2⁻⁵².
fn largest_error(scenario: &Scenario, truth: &RationalOutcome) -> Result<(f64, &'static str), TestCaseError> {
    // What cancels among several wrong answers is a fraction all the same.
    let exact = assess(scenario).map_err(|error| anew(&error, "where P(abstain) is far below P(wrong)"))?;
    let expected = exact.expected;
    let priced = |computed: Option<f64>| computed.expect("prices");
    let mut largest = (0.0, "nothing");
    for (name, computed, truth) in [
        ("correct", exact.correct, &truth.correct),
        ("abstain", exact.abstain, &truth.abstain),
        ("wrong", exact.wrong, &truth.wrong),
        ("failure", exact.failure, &truth.failure),
        ("calls", expected.calls, &truth.expected_calls),
        ("validations", expected.validations, &truth.expected_validations),
        ("cost", priced(expected.cost), truth.expected_cost.as_ref().expect("prices")),
        ("latency", priced(expected.latency), truth.expected_latency.as_ref().expect("times")),
    ] {
        let error = error_in_eps(computed, truth);
        if error > largest.0 {
            largest = (error, name);
        }
    }
    Ok(largest)
}

fn shares_a_rate(scenario: &Scenario) -> bool {
    matches!(scenario.dependence(), Dependence::BetaBinomial { .. })
}

/// Whether several attempts of a pipeline share a rate from a beta distribution.
fn shares_attempts(scenario: &Scenario) -> bool {
    let attempts = if let Scheme::Validated(pipeline) = scenario.scheme() { pipeline.attempts } else { 1 };
    attempts > 1 && shares_a_rate(scenario)
}

/// Whether the closed form is an integral over what is shared, since the number of failures does not determine the
/// outcome.
fn is_integral(scenario: &Scenario) -> bool {
    let vote = match scenario.scheme() {
        Scheme::Validated(pipeline) => pipeline.vote.as_deref(),
        scheme => Some(scheme),
    };
    shares_attempts(scenario) || matches!(vote, Some(Scheme::Weighted(_))) && shares_a_rate(scenario)
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn closed_forms_are_within_their_bound(scenario in scenario(MOST_AGENTS, 5)) {
        let (error, name) = largest_error(&scenario, &read(&scenario, Reading::Binary)?)?;
        let bound = if is_integral(&scenario) { BOUND_OF_INTEGRALS } else { BOUND };
        prop_assert!(error <= bound, "{name} is off by {error} eps");
    }

    #[test]
    fn outcomes_sum_to_one(scenario in scenario(MOST_AGENTS, 5)) {
        for reading in [Reading::Binary, Reading::Decimal] {
            let outcome = read(&scenario, reading)?;
            prop_assert_eq!(&outcome.abstain + &outcome.wrong, outcome.failure.clone());
            prop_assert!((outcome.correct + outcome.failure).is_one());
        }
    }

    /// Written from the design alone, pattern by pattern.
    #[test]
    fn fractions_are_those_of_enumeration(scenario in scenario(4, 3)) {
        let answers = scenario.failures().wrong_answers;
        prop_assume!(!matches!(answers, WrongAnswers::Among(4..)));
        let scenario = match scenario.dependence() {
            // Enumeration does not know the copula; without correlation it is none.
            Dependence::GaussianCopula { .. } => scenario.with_dependence(Dependence::Independent).expect("none"),
            _ => scenario,
        };
        let (truth, outcome) = (enumerate(&scenario), binary(&scenario));
        let same = |enumerated: &Fraction, rational: &BigRational| {
            *enumerated == Fraction::new(rational.numer().clone(), rational.denom().clone())
        };
        prop_assert!(same(&truth.correct, &outcome.correct), "correct");
        prop_assert!(same(&truth.abstain, &outcome.abstain), "abstain");
        prop_assert!(same(&truth.wrong, &outcome.wrong), "wrong");
        prop_assert!(same(&truth.calls, &outcome.expected_calls), "calls");
        prop_assert!(same(&truth.validations, &outcome.expected_validations), "validations");
        prop_assert!(same(&truth.cost.expect("prices"), &outcome.expected_cost.expect("prices")), "cost");
        prop_assert!(same(&truth.latency.expect("times"), &outcome.expected_latency.expect("times")), "latency");
    }
}

fn ratio(numerator: i64, denominator: i64) -> BigRational {
    BigRational::new(numerator.into(), denominator.into())
}

#[test]
fn decimals_are_taken_as_they_are_written() {
    let scenario = Scenario::new(Agents::identical(3, 0.23), Majority).unwrap();
    let outcome = assess_rational(&scenario, Reading::Decimal).unwrap();
    assert_eq!(outcome.correct, ratio(432_817, 500_000));
    assert_eq!((outcome.abstain, outcome.wrong.clone()), (ratio(0, 1), ratio(67_183, 500_000)));
    assert_eq!((outcome.failure, outcome.expected_calls), (outcome.wrong, ratio(3, 1)));
    assert_eq!((outcome.expected_validations, outcome.expected_cost), (ratio(0, 1), None));
    assert_ne!(binary(&scenario).correct, outcome.correct);
}

/// A vote of independent agents, by the plain sum over the number of correct ones.
fn binomial_tail(agents: u64, rate: f64, least_correct: u64) -> BigRational {
    let (fails, works) = (exactly(rate), BigRational::one() - exactly(rate));
    let power = |base: &BigRational, times: u64| num_traits::pow(base.clone(), times as usize);
    let ways = |chosen: u64| {
        (0..chosen).fold(BigRational::one(), |ways, i| ways * ratio((agents - i) as i64, (i + 1) as i64))
    };
    (least_correct..=agents)
        .map(|right| ways(right) * power(&works, right) * power(&fails, agents - right))
        .sum()
}

/// The probabilities of two scenarios that are the same question: equal as fractions, and within both bounds as
/// doubles.
fn same_question(one: &Scenario, other: &Scenario) -> Result<(), TestCaseError> {
    let (fractions, others) = (read(one, Reading::Binary)?, read(other, Reading::Binary)?);
    prop_assert_eq!(&fractions.correct, &others.correct);
    prop_assert_eq!(&fractions.abstain, &others.abstain);
    prop_assert_eq!(&fractions.wrong, &others.wrong);
    let (exact, others) = (assess(one).expect("an answer"), assess(other).expect("an answer"));
    prop_assert!(within_both_bounds(exact.correct, others.correct));
    prop_assert!(within_both_bounds(exact.abstain, others.abstain));
    prop_assert!(within_both_bounds(exact.wrong, others.wrong));
    Ok(())
}

/// `less` is correct no more often than `more`: as fractions, and as doubles within their bounds.
fn correct_no_more_often(less: &Scenario, more: &Scenario) -> Result<(), TestCaseError> {
    prop_assert!(read(less, Reading::Binary)?.correct <= read(more, Reading::Binary)?.correct);
    let [less, more] = [less, more].map(|scenario| assess(scenario).expect("an answer").correct);
    prop_assert!(less <= more || within_both_bounds(less, more));
    Ok(())
}

fn within_both_bounds(one: f64, other: f64) -> bool {
    (one - other).abs() <= 2.0 * BOUND * f64::EPSILON * one.max(other) + 2.0 * f64::from_bits(1)
}

fn with_k(agents: &Agents, k: u64, failures: Failures, dependence: Dependence) -> Scenario {
    let scenario = kofn_testing::scenario(agents.clone(), KOfN { k }, dependence);
    scenario.with_failures(failures).expect("failures")
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn more_votes_to_reach_are_never_reached_more_often(
        (agents, failures, dependence) in (1..=12_usize)
            .prop_flat_map(|count| (agents(count), failures()))
            .prop_flat_map(|(agents, failures)| {
                let dependence = dependence(&agents);
                (Just(agents), Just(failures), dependence)
            })
    ) {
        let scenarios: Vec<Scenario> =
            (1..=agents.count()).map(|k| with_k(&agents, k, failures, dependence.clone())).collect();
        for pair in scenarios.windows(2) {
            correct_no_more_often(&pair[1], &pair[0])?;
        }
    }

    #[test]
    fn a_worse_agent_never_helps(
        (mut rates, agent, worse, k, failures) in prop::collection::vec(rate(), 1..=12)
            .prop_flat_map(|rates| {
                let count = rates.len();
                (Just(rates), 0..count, rate(), 1..=count as u64, failures())
            })
    ) {
        let ask = |rates: &[f64]| with_k(&Agents::different(rates), k, failures, Dependence::Independent);
        let (low, high) = (rates[agent].min(worse), rates[agent].max(worse));
        rates[agent] = low;
        let better = ask(&rates);
        rates[agent] = high;
        correct_no_more_often(&ask(&rates), &better)?;
    }

    /// With one wrong answer, wrong and right change places when failure and success do, and the order of agents means
    /// nothing.
    #[test]
    fn votes_are_symmetric(
        (units, k) in prop::collection::vec(0..=1024_u32, 1..=12).prop_flat_map(|units| {
            let count = units.len() as u64;
            (Just(units), count / 2 + 1..=count)
        })
    ) {
        let rates: Vec<f64> = units.iter().map(|&units| f64::from(units) / 1024.0).collect();
        let ask = |rates: Vec<f64>| {
            with_k(&Agents::different(rates), k, Failures::default(), Dependence::Independent)
        };
        let (one, mirrored) = (ask(rates.clone()), ask(rates.iter().map(|rate| 1.0 - rate).collect()));
        let (fractions, others) = (binary(&one), binary(&mirrored));
        prop_assert_eq!(fractions.correct, others.wrong);
        prop_assert_eq!(fractions.abstain, others.abstain);
        let (exact, others) = (assess(&one).expect("an answer"), assess(&mirrored).expect("an answer"));
        prop_assert!(within_both_bounds(exact.correct, others.wrong));
        prop_assert!(within_both_bounds(exact.abstain, others.abstain));
        same_question(&one, &ask(rates.into_iter().rev().collect()))?;
    }

    #[test]
    fn every_family_reduces_to_the_binomial(
        (agents, rate, failures, k) in (1..=20_u64, rate(), failures())
            .prop_flat_map(|(agents, rate, failures)| (Just(agents), Just(rate), Just(failures), 1..=agents))
    ) {
        let identical = Agents::identical(agents, rate);
        let independent = with_k(&identical, k, failures, Dependence::Independent);
        prop_assert_eq!(read(&independent, Reading::Binary)?.correct, binomial_tail(agents, rate, k));

        let classes = Agents::by_task(agents, [TaskClass::new(0.3, rate), TaskClass::new(1e9, rate)]);
        for agents in [Agents::different(vec![rate; agents as usize]), classes] {
            same_question(&with_k(&agents, k, failures, Dependence::Independent), &independent)?;
        }
        for dependence in [
            Dependence::CommonCause { probability: 0.0 },
            Dependence::BetaBinomial { correlation: 0.0 },
            Dependence::GaussianCopula { correlation: 0.0 },
        ] {
            same_question(&with_k(&identical, k, failures, dependence), &independent)?;
        }
        // A validator that accepts whatever there is changes nothing, and neither do attempts when each of them ends.
        let mut transparent = Validated::new(Judge::Rates { accepts_correct: 1.0, accepts_wrong: 1.0, repairs: 0.0 });
        transparent.vote = Some(Box::new(KOfN { k }.into()));
        let pipeline = kofn_testing::scenario(identical.clone(), transparent, Dependence::Independent);
        same_question(&pipeline.with_failures(failures).expect("failures"), &independent)?;
        // When the cause strikes as often as agents fail, all fail or none: the same as one agent alone.
        let together = with_k(&identical, k, Failures::default(), Dependence::CommonCause { probability: rate });
        prop_assert_eq!(read(&together, Reading::Binary)?.correct, BigRational::one() - exactly(rate));
    }

    /// Several attempts of agents that share a rate: drawn ball by ball from Pólya's urn, failures of earlier attempts
    /// in it.
    #[test]
    fn attempts_share_what_agents_share(
        (agents, rate, correlation, judge, attempts, keep) in
            (1..=3_u64, 0.0..=1.0, 0.0..1.0, judge(), 1..=3_u64, any::<bool>())
    ) {
        let fallback = if keep { Fallback::Keep } else { Fallback::Abstain };
        let mut pipeline = Validated::new(judge).with_attempts(attempts).with_fallback(fallback);
        pipeline.vote = Some(Box::new(Majority.into()));
        let dependence = Dependence::BetaBinomial { correlation };
        let scenario = kofn_testing::scenario(Agents::identical(agents, rate), pipeline, dependence);
        let outcome = read(&scenario, Reading::Binary)?;
        let mut urn = Urn {
            agents,
            rate: exactly(rate),
            correlation: exactly(correlation),
            judge: judge_exactly(judge),
            attempts,
            keep,
            endings: [(); 3].map(|()| BigRational::zero()),
            mean_attempts: BigRational::zero(),
        };
        urn.attempt(1, 0, BigRational::one());
        prop_assert_eq!([outcome.correct, outcome.abstain, outcome.wrong], urn.endings);
        prop_assert_eq!(outcome.expected_validations, urn.mean_attempts);
    }
}

/// Votes whose patterns are few enough to be added up by hand: correct, abstain and wrong.
#[test]
fn small_votes_are_those_added_up_by_hand() {
    let three = "{ failure_rates = [0.1, 0.2, 0.3] }";
    let halves = "{ failure_rates = [0.4, 0.5, 0.5] }";
    let alike = "{ count = 3, failure_rate = 0.5 }";
    let shared = "dependence = { model = 'beta-binomial', correlation = 0.5 }";
    let filter = "filter = { accepts_correct = 0.5, accepts_wrong = 0.5 }";
    for (scheme, agents, rest, expected) in [
        ("'majority'", three, "", ["451/500", "0", "49/500"]),
        // Any two of the three outweigh the third.
        ("{ rule = 'weighted', weights = [3, 2, 2] }", three, "", ["451/500", "0", "49/500"]),
        ("{ rule = 'weighted', weights = [5, 5, 5] }", three, "", ["451/500", "0", "49/500"]),
        // The first and one of the others: 0.9·(1 − 0.06), 0.1·(1 − 0.56).
        ("{ rule = 'weighted', weights = [2, 1, 1] }", three, "", ["423/500", "11/100", "11/250"]),
        ("{ rule = 'weighted', weights = [3, 1, 1] }", three, "", ["9/10", "0", "1/10"]),
        ("{ rule = 'weighted', weights = [3, 1, 1], quota = 1 }", three, "", ["497/500", "3/500", "0"]),
        (
            "{ rule = 'weighted', weights = [0, 1, 0] }",
            three,
            "failures.wrong_answers = 'distinct'",
            ["4/5", "0", "1/5"],
        ),
        // Two are right, or three; all give different answers otherwise.
        ("'plurality'", halves, "failures.wrong_answers = 'distinct'", ["11/20", "9/20", "0"]),
        // One right agent beside two wrong ones that agree or do not, and three wrong ones of whom two always agree.
        ("'plurality'", halves, "failures.wrong_answers = 2", ["11/20", "7/40", "11/40"]),
        ("'plurality'", halves, "", ["11/20", "0", "9/20"]),
        // Each is right, wrong or rejected with probabilities ¼, ¼ and ½.
        (
            "'plurality'",
            "{ count = 2, failure_rate = 0.5 }",
            &format!("failures.wrong_answers = 'distinct'\n{filter}"),
            ["5/16", "7/16", "1/4"],
        ),
        ("'plurality'", "{ count = 2, failure_rate = 0.5 }", filter, ["5/16", "3/8", "5/16"]),
        ("'majority'", "{ count = 2, failure_rate = 0.5 }", filter, ["1/16", "7/8", "1/16"]),
        (
            "'single'",
            "{ failure_rate = 0.2 }",
            "filter = { accepts_correct = 0.9, accepts_wrong = 0.25 }",
            ["18/25", "23/100", "1/20"],
        ),
        // The arcsine law: E[θ³] = 5/16, and E[θ²(1−θ)] = 1/16 for each agent that may be the one that differs.
        ("{ rule = 'weighted', weights = [2, 1, 1] }", alike, shared, ["7/16", "1/8", "7/16"]),
        (
            "'plurality'",
            alike,
            &format!("failures.wrong_answers = 'distinct'\n{shared}"),
            ["1/2", "1/2", "0"],
        ),
        // 0.9⁴ + 4·0.1·0.9³.
        ("'pbft'", "{ count = 4, failure_rate = 0.1 }", "", ["9477/10000", "0", "523/10000"]),
    ] {
        let scenario = Scenario::from_toml(&format!("scheme = {scheme}\nagents = {agents}\n{rest}")).unwrap();
        let outcome = assess_rational(&scenario, Reading::Decimal).unwrap();
        let outcomes = [outcome.correct, outcome.abstain, outcome.wrong].map(|part| part.to_string());
        assert_eq!(outcomes, expected, "{scheme} {agents} {rest}");
        let filtered = if scenario.filter().is_some() { scenario.agents().count() } else { 0 };
        assert_eq!(outcome.expected_validations, ratio(filtered as i64, 1), "{scheme} {rest}");
    }
}

/// Both readings of a rate, of shares, of weights and of a validator, by hand.
#[test]
fn everything_that_is_written_is_a_decimal() {
    let toml = "
        scheme = { rule = 'validated', accepts_correct = 0.9, accepts_wrong = 0.2, repairs = 0.1, attempts = 2 }
        failures = { hallucination = 0.6, corruption = 0.4 }
        costs = { call = 1.3, validation = 0.7 }
        [[tasks]]
        weight = 0.1
        failure_rate = 0.3
        [[tasks]]
        weight = 0.2
        failure_rate = 0.3
    ";
    let outcome = assess_rational(&Scenario::from_toml(toml).unwrap(), Reading::Decimal).unwrap();
    // 7/10 correct, 18/100 wrong, 12/100 silent; given correct .63 + .18·.8·.1 + .12·.1, wrong .18·.2, left .07 +
    // .18·.8·.9 + .12·.9.
    let (correct, wrong, left) = (ratio(6564, 10_000), ratio(36, 1000), ratio(3076, 10_000));
    let attempts = ratio(1, 1) + &left;
    assert_eq!(outcome.correct, correct * &attempts);
    assert_eq!(outcome.wrong, wrong * &attempts);
    assert_eq!(outcome.abstain, &left * &left);
    assert_eq!(outcome.expected_cost, Some(attempts * ratio(2, 1)));
}

#[test]
fn what_is_not_rational_or_too_long_is_refused() {
    let vote = |agents, rate| Scenario::new(Agents::identical(agents, rate), Majority).unwrap();
    let copula = |agents, rate| {
        vote(agents, rate).with_dependence(Dependence::GaussianCopula { correlation: 0.3 }).unwrap()
    };
    let error = |scenario: &Scenario| assess_rational(scenario, Reading::Decimal).unwrap_err().to_string();
    assert!(error(&copula(3, 0.23)).contains("\"gaussian-copula\" has no exact fraction"));
    assert_eq!(binary(&copula(3, 1.0)).wrong, BigRational::one());
    let many = Scenario::new(Agents::different(vec![0.25; 20_000]), Majority).unwrap();
    let plurality = Scenario::new(Agents::identical(5_000, 0.25), Plurality::new()).unwrap();
    let plurality = plurality.with_failures(Failures::default().with_wrong_answers(WrongAnswers::Among(3)));
    let weights: Vec<f64> = (0..4_000).map(|agent| f64::from(1 + agent % 7)).collect();
    let weighted = Scenario::new(Agents::identical(4_000, 0.25), Weighted::new(weights)).unwrap();
    let weights: Vec<f64> = (0..60_u32).map(|agent| f64::from(agent).powi(5) + 1.0).collect();
    let unlike = Scenario::new(Agents::identical(60, 0.25), Weighted::new(weights)).unwrap();
    let race = Scenario::new(Agents::identical(1, 0.25), FirstTo::new(2)).unwrap();
    let attempts = Validated::new(Judge::FailureRate(0.1)).with_attempts(i64::MAX as u64);
    let endless = Scenario::new(Agents::identical(1, 0.23), attempts).unwrap();
    for (scenario, message) in [
        (vote(10_000_000_000_000, 0.23), "bits; the maximum is 1000000"),
        (vote(1_000_000, 0.5), "bits; the maximum is 1000000"),
        (many, "times the maximum number of steps"),
        (plurality.unwrap(), "times the maximum number of steps"),
        (weighted, "times the maximum number of steps"),
        (unlike, "scheme.weights have too many different sums"),
        (race, "a race of calls to one agent has no exact fraction"),
        (endless, "bits; the maximum is 1000000"),
    ] {
        assert!(error(&scenario).contains(message), "{}", error(&scenario));
    }
}
