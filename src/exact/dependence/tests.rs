use crate::exact::assess;
use crate::exact::testing::scenario;
use crate::outcome::Exact;
use crate::scenario::scheme::{
    Adaptive, AheadBy, Any, FirstTo, Judge, KOfN, Majority, Pbft, Plurality, Scheme, Single, Unanimous,
    Validated, Weighted,
};
use crate::scenario::{Agents, Dependence, Failures, Filter, TaskClass, WrongAnswers};

/// The bound that is stated for quadratures, and four eps for sums.
const COPULA: f64 = 2.5e-14;
const FOUR_EPS: f64 = 4.0 * f64::EPSILON;

fn ask(agents: Agents, scheme: impl Into<Scheme>, dependence: Dependence) -> Exact {
    assess(&scenario(agents, scheme, dependence)).expect("an exact answer")
}

fn ask_with(agents: Agents, scheme: impl Into<Scheme>, failures: Failures, dependence: Dependence) -> Exact {
    let scenario = scenario(agents, scheme, dependence).with_failures(failures).expect("failures");
    assess(&scenario).expect("an exact answer")
}

fn copula(correlation: f64) -> Dependence {
    Dependence::GaussianCopula { correlation }
}

fn beta(correlation: f64) -> Dependence {
    Dependence::BetaBinomial { correlation }
}

fn relative(computed: f64, expected: f64) -> f64 {
    if computed == expected { 0.0 } else { (computed / expected - 1.0).abs() }
}

fn assert_outcomes(exact: &Exact, expected: [f64; 3], bound: f64) {
    for (computed, expected) in [exact.correct, exact.abstain, exact.wrong].into_iter().zip(expected) {
        let error = relative(computed, expected);
        assert!(error <= bound, "{computed:e} for {expected:e}: {error:e}");
    }
}

fn failures(hallucination: f64, wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination, corruption: 1.0 - hallucination, crash: 0.0, wrong_answers }
}

/// P(correct), P(abstain), P(wrong) at a quorum, by mpmath at 40 digits: a trapezoid stretched around the step.
#[test]
fn copulas_agree_with_another_quadrature() {
    let table: [(&[f64], f64, u64, [f64; 3]); 11] = [
        (&[1e-300; 1], 0.3, 1, [1.0, 0.0, 1e-300]),
        (&[1e-09; 5], 0.999999999999, 3, [0.999999999, 0.0, 9.999999999868336e-10]),
        (&[0.23; 5], 0.999999999999, 3, [0.77000000000008, 0.0, 0.22999999999992002]),
        (&[0.23; 4], 0.9999999999999999, 3, [0.7699999990497262, 1.9005475890849743e-9, 0.2299999990497262]),
        (&[0.1, 0.2, 0.3], 0.4, 2, [0.8558059916370608, 0.0, 0.14419400836293914]),
        (&[1e-09, 0.4, 0.05, 0.6, 0.97], 0.9, 3, [0.6116301486490283, 0.0, 0.38836985135097163]),
        (&[0.3, 1e-12, 0.7, 0.2], 0.05, 3, [0.6705762429728856, 0.2812660661777621, 0.04815769084935228]),
        (&[0.999999999999; 4], 0.5, 3, [5.057867856079727e-19, 2.1616701395878016e-16, 0.9999999999999998]),
        (&[0.5; 3], 1e-09, 2, [0.5, 0.0, 0.5]),
        (&[5e-324; 3], 0.999, 2, [1.0, 0.0, 5e-324]),
        (&[1e-05; 40], 0.001, 21, [1.0, 5.82007062510137e-88, 8.188114890802877e-93]),
    ];
    for (rates, correlation, k, expected) in table {
        let exact = ask(Agents::different(rates), KOfN { k }, copula(correlation));
        assert_outcomes(&exact, expected, COPULA);
        if rates.iter().all(|rate| *rate == rates[0]) {
            let agents = Agents::identical(rates.len() as u64, rates[0]);
            assert_outcomes(&ask(agents, KOfN { k }, copula(correlation)), expected, COPULA);
        }
    }
}

/// P(abstain) of a majority by mpmath at 45 digits, a sum over silent and correct agents under a trapezoid: where it is
/// a difference of tails, where that difference needs 28 digits, and where none is left of it.
#[test]
fn rare_silence_under_a_copula_keeps_its_digits() {
    let table = [
        (1, 0.23, 0.3, 1e-9, 2.3e-10),
        (4, 0.23, 0.3, 1e-9, 0.1624091447076508),
        (5, 0.23, 0.3, 0.4, 0.09970045692357153),
        (5, 0.23, 0.3, 0.001, 0.0002832261710350524),
        (5, 0.23, 0.3, 1e-9, 2.8325994136635157e-10),
        (5, 0.23, 0.3, 1e-14, 2.8325994140000423e-15),
        (5, 0.23, 0.3, 1e-40, 2.8325994140000453e-41),
        (21, 0.23, 0.3, 0.001, 0.0003022691169519477),
        (21, 0.4, 0.05, 1e-13, 9.723411025467407e-14),
        (51, 0.1, 0.2, 1e-9, 2.1827968792438652e-11),
    ];
    for (n, rate, correlation, corruption, expected) in table {
        let wrong_answers = WrongAnswers::Same;
        let failures = Failures { hallucination: 1.0 - corruption, corruption, crash: 0.0, wrong_answers };
        let exact = ask_with(Agents::identical(n, rate), Majority, failures, copula(correlation));
        let error = relative(exact.abstain, expected);
        assert!(error <= COPULA, "{n} {corruption}: {:e} for {expected:e}: {error:e}", exact.abstain);
    }
}

/// By mpmath at 60 digits, as a sum over the number of failures.
#[test]
fn beta_binomials_agree_with_a_sum_of_sixty_digits() {
    use WrongAnswers::{Among, Same};
    let table = [
        (5, 0.23, 0.3, 0.6, Same, [0.8198053046666043, 0.11238478185671706, 0.0678099134766787]),
        (5, 0.23, 0.3, 1.0, Among(2), [0.8198053046666043, 0.09114102715901284, 0.08905366817438291]),
        (101, 0.23, 0.2, 0.7, Among(2), [0.8910336762019022, 0.10896599562520394, 3.2817289333869615e-7]),
        (100, 0.05, 1e-9, 1.0, Same, [1.0, 6.8951456028013e-38, 3.7431371725827314e-39]),
        (20, 1e-200, 0.5, 0.5, Same, [1.0, 6.94271260972499e-201, 7.450014220292897e-202]),
        (1000, 0.4, 0.01, 0.95, Same, [0.9715866447459671, 0.020433209717601965, 0.007980145536430965]),
    ];
    for (n, rate, correlation, hallucination, answers, expected) in table {
        let failures = failures(hallucination, answers);
        let exact = ask_with(Agents::identical(n, rate), Majority, failures, beta(correlation));
        assert_outcomes(&exact, expected, FOUR_EPS);
    }
}

/// ρ = 0 is independence, to the last bit; a correlation too small to matter is within the bound of it.
#[test]
fn no_correlation_is_independence() {
    let all = [
        Agents::identical(6, 0.23),
        Agents::different([0.1, 0.0, 0.4, 1e-9]),
        Agents::by_task(5, [TaskClass::new(1.0, 0.13), TaskClass::new(2.0, 0.6)]),
    ];
    for agents in all {
        let with = |dependence| {
            ask_with(agents.clone(), Majority, failures(0.6, WrongAnswers::Among(2)), dependence)
        };
        let independent = with(Dependence::Independent);
        assert_eq!(with(copula(0.0)), independent);
        assert_eq!(with(Dependence::CommonCause { probability: 0.0 }), independent);
        let expected = [independent.correct, independent.abstain, independent.wrong];
        assert_outcomes(&with(copula(1e-100)), expected, COPULA);
        if !matches!(agents, Agents::Different { .. }) {
            assert_eq!(with(beta(0.0)), independent);
            assert_outcomes(&with(beta(1e-100)), expected, FOUR_EPS);
        }
    }
}

/// One agent fails with its rate, whatever it would share with others.
#[test]
fn one_agent_keeps_its_rate() {
    for rate in [5e-324, 1e-300, 1e-9, 0.23, 0.5, 0.999, 1.0 - f64::EPSILON / 2.0] {
        for correlation in [1e-9, 0.3, 0.999, 1.0 - f64::EPSILON / 2.0] {
            for (dependence, bound) in [(copula(correlation), COPULA), (beta(correlation), FOUR_EPS)] {
                let exact = ask(Agents::identical(1, rate), Majority, dependence);
                assert_outcomes(&exact, [1.0 - rate, 0.0, rate], bound);
            }
        }
    }
}

/// As ρ → 1 all agents fail together. Two that do not differ with a probability of order √(1−ρ) (copula) or exactly
/// 2f(1−f)(1−ρ) (beta-binomial), and a majority differs from one agent by less than any pair of n does.
#[test]
fn full_correlation_is_one_agent() {
    let (n, rate, gap) = (5, 0.23, 1e-12);
    let pairs = (n * (n - 1) / 2) as f64;
    let between = 1.0 - gap;
    for (dependence, bound) in
        [(copula(between), pairs * gap.sqrt()), (beta(between), pairs * 2.0 * rate * (1.0 - rate) * gap)]
    {
        let exact = ask(Agents::identical(n, rate), Majority, dependence.clone());
        assert!((exact.wrong - rate).abs() <= bound, "{dependence:?}: {}", exact.wrong);
        let all = ask(Agents::identical(n, rate), Unanimous, dependence.clone());
        assert!(all.abstain > 0.0 && all.abstain <= bound, "{dependence:?}: {}", all.abstain);
    }
}

/// A cause as likely as the failure itself leaves nothing else to fail.
#[test]
fn a_common_cause_can_be_all_there_is() {
    let rate = 0.23;
    for scheme in [Scheme::from(Majority), Any.into(), Unanimous.into()] {
        let exact = ask(Agents::identical(7, rate), scheme, Dependence::CommonCause { probability: rate });
        assert_eq!(exact.failure, rate);
    }
    let certain = ask(Agents::identical(3, 1.0), Majority, Dependence::CommonCause { probability: 1.0 });
    assert_eq!((certain.correct, certain.wrong), (0.0, 1.0));
}

const PERFECT: Judge = Judge::Rates { accepts_correct: 1.0, accepts_wrong: 0.0, repairs: 0.0 };

/// Two attempts of one agent share what they share with others: under full correlation the second is as the first.
#[test]
fn attempts_share_the_draw() {
    let twice = |correlation| {
        ask(Agents::identical(1, 0.23), Validated::new(PERFECT).with_attempts(2), copula(correlation))
    };
    // Both fail: the copula of two agents, of which each attempt is one.
    for correlation in [0.0, 0.4, 0.9] {
        let both = ask(Agents::identical(2, 0.23), Any, copula(correlation));
        assert!(relative(twice(correlation).abstain, both.failure) < COPULA);
        assert!(relative(twice(correlation).expected.calls, 1.23) < COPULA);
    }
}

/// All calls fail where one does as ρ → 1, and by themselves as ρ → 0; on the way P(both fail) = f² + ρf(1−f).
#[test]
fn attempts_share_a_rate() {
    for rate in [1e-300, 1e-9, 0.23, 0.999] {
        for correlation in [0.0, 5e-324, 1e-300, 1e-17, 1e-3, 0.5, 1.0 - f64::EPSILON / 2.0] {
            let pipeline = Validated::new(PERFECT).with_attempts(2);
            let twice = ask(Agents::identical(1, rate), pipeline, beta(correlation));
            let both = rate * rate + correlation * rate * (1.0 - rate);
            // Three roundings of the expected value, beside the bound.
            if both > 1e-300 {
                assert!(relative(twice.abstain, both) < COPULA, "{rate} {correlation}: {:e}", twice.abstain);
            }
            assert!(relative(twice.expected.calls, 1.0 + rate) < COPULA);
            let pair = ask(Agents::identical(2, rate), Any, beta(correlation));
            assert!(relative(twice.ln_failure, pair.ln_failure) < COPULA, "{rate} {correlation}");
        }
    }
}

/// Below the range of doubles the logarithm keeps the probability.
#[test]
fn tails_below_the_range_of_doubles_have_logarithms() {
    let exact = ask(Agents::identical(5, 1e-300), Majority, copula(0.3));
    assert_eq!(exact.failure, 0.0);
    // 0.0
    let expected = 8.908_612_380_997_393_f64.ln() - 564.0 * std::f64::consts::LN_10;
    assert!(relative(exact.ln_failure, expected) < 1e-15);
}

/// Rates that all differ.
fn different(agents: u32) -> Vec<f64> {
    (1..=agents).map(|agent| 0.1 / f64::from(agent)).collect()
}

#[test]
fn too_many_agents_are_refused_by_name() {
    for (agents, dependence) in [
        (Agents::identical(10_000_001, 0.1), beta(0.3)),
        (Agents::identical(10_000_001, 0.1), copula(0.3)),
        (Agents::different(different(10_001)), copula(0.3)),
    ] {
        let error = assess(&scenario(agents, Majority, dependence)).expect_err("refused");
        assert!(error.key.as_ref() == "dependence.model" && error.to_string().contains("the maximum is"));
    }
    let silent = scenario(Agents::different(different(1_001)), Majority, copula(0.3));
    let silent = silent.with_failures(failures(0.5, WrongAnswers::Same)).expect("failures");
    let error = assess(&silent).expect_err("refused");
    assert!(error.to_string().contains("the maximum is 1000"), "{error}");
}

/// P(correct), P(abstain), P(wrong) by mpmath at 40 digits: the joint law of right and wrong votes of all agents, under
/// a trapezoid.
#[test]
fn most_votes_and_filters_under_a_copula_agree_with_another_quadrature() {
    use WrongAnswers::{Among, Same};
    let most = || Scheme::from(Plurality::new());
    type Asked<'a> = (&'a [f64], f64, Scheme, f64, [f64; 2], WrongAnswers);
    let asked: [Asked<'_>; 6] = [
        (&[0.23; 5], 0.3, most(), 1.0, [1.0, 1.0], Among(3)),
        (&[0.23; 6], 0.3, most(), 0.75, [1.0, 1.0], Among(2)),
        (&[0.1, 0.2, 0.3, 0.9], 0.4, most(), 1.0, [0.9, 0.25], Among(3)),
        (&[0.4; 12], 0.05, most(), 0.75, [0.9, 0.25], Same),
        (&[0.23; 5], 0.3, Majority.into(), 1.0, [0.95, 0.1], Same),
        (&[0.1, 0.2, 0.3, 0.9], 0.4, Majority.into(), 0.75, [0.9, 0.25], Same),
    ];
    let expected = [
        [0.872855157061929, 0.07667502999078998, 0.05046981294728111],
        [0.9045386620830906, 0.05041465623773662, 0.0450466816791727],
        [0.8676489346068031, 0.10279061131288374, 0.02956045408031315],
        [0.9768595660413246, 0.014290981339548654, 0.008849452619126733],
        [0.8222565142354994, 0.17739151481645893, 0.0003519709480416442],
        [0.4465223517022237, 0.5520554012698943, 0.0014222470278819667],
    ];
    for ((rates, correlation, scheme, hallucination, filter, answers), expected) in
        asked.into_iter().zip(expected)
    {
        let [accepts_correct, accepts_wrong] = filter;
        let scenario = scenario(Agents::different(rates), scheme, copula(correlation));
        let scenario = scenario.with_failures(failures(hallucination, answers)).expect("failures");
        let scenario = scenario.with_filter(Filter { accepts_correct, accepts_wrong }).expect("a filter");
        assert_outcomes(&assess(&scenario).expect("an answer"), expected, COPULA);
    }
}

/// The same for quorums that three failures of five make unsafe and two stuck.
#[test]
fn replicas_under_a_copula_agree_with_another_quadrature() {
    let table: [(&[f64], f64, [f64; 3]); 2] = [
        (&[0.1; 5], 0.3, [0.8856450815291547, 0.07927310653045494, 0.035081811940390416]),
        (
            &[0.01, 0.02, 0.05, 0.001, 0.3],
            0.5,
            [0.9486770034204249, 0.04239197759639566, 0.008931018983179452],
        ),
    ];
    for (rates, correlation, expected) in table {
        let exact = ask(Agents::different(rates), Pbft::new(4, 4, 4, 2), copula(correlation));
        assert_outcomes(&exact, expected, COPULA);
    }
}

/// One agent wins a plurality by its vote: as a plurality and as a single agent a pipeline has the same outcomes.
#[test]
fn one_agent_has_most_votes() {
    for dependence in [copula(0.4), beta(0.3), Dependence::CommonCause { probability: 0.1 }] {
        let [most, single] = [Scheme::from(Plurality::new()), Single.into()].map(|vote| {
            let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 0.1 };
            let pipeline = Validated { vote: Some(Box::new(vote)), ..Validated::new(judge) };
            let scenario =
                scenario(Agents::identical(1, 0.23), pipeline.with_attempts(3), dependence.clone());
            let scenario = scenario.with_failures(failures(0.6, WrongAnswers::Among(3))).expect("failures");
            let filter = Filter { accepts_correct: 0.8, accepts_wrong: 0.5 };
            assess(&scenario.with_filter(filter).expect("a filter")).expect("an answer")
        });
        assert_outcomes(&most, [single.correct, single.abstain, single.wrong], COPULA);
        assert!(relative(most.expected.validations, single.expected.validations) < COPULA);
    }
}

/// Races and weights at f = 0.23, ρ = 0.3 and three quarters of failures that vote: P(correct), P(abstain), P(wrong)
/// and expected calls, by mpmath's quadrature at 30 digits over the logarithm of the odds of the rate, or over the
/// normal variable, of a walk over all counts of votes (without a limit: of Wald's formula), and of a loop over all
/// patterns of answers.
#[test]
fn races_and_weights_agree_with_another_quadrature() {
    let lead = || Scheme::from(AheadBy::new(3));
    let votes = || Scheme::from(FirstTo::new(3).with_max_calls(6));
    let adaptive = || Scheme::from(Adaptive::new(0.9, 6));
    let weighted = || Scheme::from(Weighted::new([31.0, 2.0, 22.0, 18.0]).with_quota(40.0));
    let (beta, copula) = (beta(0.3), copula(0.3));
    let cases = [
        (lead(), beta.clone(), [0.8741714938263112, 0.0, 0.12582850617368885], 5.145456640315907),
        (lead(), copula.clone(), [0.9211125279351217, 0.0, 0.07888747206487833], 5.25862150620761),
        (
            votes(),
            beta.clone(),
            [0.8474409748908476, 0.02280424818317987, 0.1297547769259725],
            3.676942567099405,
        ),
        (
            votes(),
            copula.clone(),
            [0.8836724938660108, 0.018483709510297697, 0.09784379662369154],
            3.738578964928284,
        ),
        (
            adaptive(),
            beta.clone(),
            [0.8327252195594442, 0.0510292773141729, 0.11624550312638292],
            4.102053371724848,
        ),
        (
            adaptive(),
            copula.clone(),
            [0.8658159186534471, 0.054627139408517406, 0.07955694193803547],
            4.254988929438355,
        ),
        (weighted(), beta, [0.8060466615384615, 0.06739786754807693, 0.12655547091346153], 4.0),
        (weighted(), copula, [0.827320355213196, 0.06480686213621807, 0.10787278265058595], 4.0),
    ];
    for (scheme, dependence, expected, calls) in cases {
        let agents = Agents::identical(if matches!(scheme, Scheme::Weighted(_)) { 4 } else { 1 }, 0.23);
        let exact = ask_with(agents, scheme, failures(0.75, WrongAnswers::Same), dependence);
        assert_outcomes(&exact, expected, COPULA);
        assert!(relative(exact.expected.calls, calls) < COPULA);
    }
}

/// Failures that vote once in 10¹⁰⁰: only where nearly all calls fail can they win, thirty deviations away. By mpmath
/// at 40 digits, P(wrong) by a trapezoid of the steps 1/16 and 1/32, which agree.
#[test]
fn wrong_answers_that_hardly_ever_win_keep_their_digits() {
    let rare =
        Failures { hallucination: 1e-100, corruption: 0.0, crash: 1.0, wrong_answers: WrongAnswers::Same };
    for (dependence, wrong, calls) in [
        (beta(0.3), 3.7749611932246184e-180, 5.02092050209205),
        (copula(0.3), 3.9372861509460416e-250, 4.2454619574393755),
    ] {
        let exact = ask_with(Agents::identical(1, 0.23), FirstTo::new(3), rare, dependence);
        assert_outcomes(&exact, [1.0, 0.0, wrong], COPULA);
        assert!(relative(exact.expected.calls, calls) < COPULA);
    }
}

/// A validator that always fails with rate 0.1 causes a second attempt as often: expected calls are 1.1 times those of
/// one race.
#[test]
fn a_race_is_run_in_every_attempt() {
    for dependence in
        [Dependence::Independent, Dependence::CommonCause { probability: 0.1 }, beta(0.3), copula(0.3)]
    {
        let race = AheadBy::new(3);
        let mut pipeline = Validated::new(Judge::FailureRate(0.1)).with_attempts(2);
        pipeline.vote = Some(Box::new(race.into()));
        let ask = |scheme: Scheme| {
            ask_with(Agents::identical(1, 0.23), scheme, failures(0.75, WrongAnswers::Same), dependence)
        };
        let (alone, validated) = (ask.clone()(race.into()), ask(pipeline.into()));
        assert!(relative(validated.expected.calls, 1.1 * alone.expected.calls) < COPULA);
        // Accepted in the first attempt or the second, or repaired.
        let correct = 1.1 * 0.9;
        assert!(relative(validated.correct, correct) < COPULA && validated.expected.validations > 1.09);
    }
}

/// Calls that only vote when they are right: k of them take k·E[1/(1−θ)] calls, which is a quotient for a beta law, and
/// infinite where tasks that nearly always fail are too common; for copulas by mpmath at 35 digits.
#[test]
fn expected_calls_may_be_infinite() {
    let silent = failures(0.0, WrongAnswers::Same);
    let calls = |rate, dependence: Dependence| {
        [Scheme::from(AheadBy::new(4)), FirstTo::new(4).into()].map(|scheme| {
            let exact = ask_with(Agents::identical(1, rate), scheme, silent, dependence.clone());
            assert_eq!((exact.correct, exact.abstain, exact.wrong), (1.0, 0.0, 0.0));
            exact.expected.calls
        })
    };
    let finite = [
        (beta(0.3), 1.6736401673640167),
        (copula(0.4), 1.5251886653295261),
        (copula(0.5), 1.8875389986240292),
    ];
    for (dependence, mean) in finite {
        for calls in calls(0.23, dependence.clone()) {
            assert!(relative(calls, 4.0 * mean) < COPULA, "{calls:e} {dependence:?}");
        }
    }
    // (1 − f)(1 − ρ) ≤ ρ; and ρ > ½, or ρ = ½ with f ≥ ½.
    for (rate, dependence) in
        [(0.23, beta(0.5)), (0.5, beta((1.0_f64 / 3.0).next_up())), (0.23, copula(0.51)), (0.5, copula(0.5))]
    {
        assert_eq!(calls(rate, dependence.clone()), [f64::INFINITY; 2], "{dependence:?}");
    }
    // The double below a third is no third: 4(1 − 2ρ)/(½(1 − ρ) − ρ), in fractions.
    let nearly_infinite = calls(0.5, beta(1.0 / 3.0));
    assert!(nearly_infinite.into_iter().all(|calls| relative(calls, 4.80383960252853e+16) < 1e-14));
    let largest = calls(0.5, copula(0.499));
    assert!(largest.into_iter().all(|calls| calls.is_finite() && calls > 8.0), "{largest:?}");
}
