//! Votes once more, as plain loops over all patterns of few agents in exact rationals, for the tests of this room.

use super::assess::assess;
use crate::scenario::scheme::{Judge, KOfN, Pbft, Plurality, Scheme, Validated};
use crate::scenario::{Agents, Concurrency, Costs, Dependence, Failures, Filter, Scenario, WrongAnswers};
use num_rational::BigRational as Number;
use num_traits::{One, Signed, Zero};
use std::cmp::Ordering;

/// The bound that the exact engine states: four units of 2⁻⁵².
const BOUND: f64 = 4.0 * f64::EPSILON;

fn number(x: f64) -> Number {
    Number::from_float(x).expect("finite")
}

fn whole(x: u64) -> Number {
    Number::from_integer(x.into())
}

/// What one agent does, with its probability: it votes for the right answer, for a wrong one, or not at all.
#[derive(Clone, Copy, PartialEq)]
enum Ballot {
    Right,
    Wrong(usize),
    Silent,
}

/// What can happen.
struct Pattern {
    failed: usize,
    ballots: Vec<Ballot>,
    probability: Number,
}

/// A question, and what its agents do once it is known who fails.
struct Case<'a> {
    rates: &'a [f64],
    failures: Failures,
    filter: Option<Filter>,
    dependence: Dependence,
}

impl Case<'_> {
    /// P(just these agents fail).
    fn probability(&self, fails: &[bool]) -> Number {
        let rates: Vec<Number> = self.rates.iter().map(|rate| number(*rate)).collect();
        let independent = |rates: &[Number]| -> Number {
            rates
                .iter()
                .zip(fails)
                .map(|(f, &fails)| if fails { f.clone() } else { Number::one() - f })
                .product()
        };
        match self.dependence {
            Dependence::CommonCause { probability } => {
                let (strikes, spares) = (number(probability), Number::one() - number(probability));
                let rest: Vec<Number> = rates.iter().map(|f| (f - &strikes) / &spares).collect();
                let all = if fails.iter().all(|fails| *fails) { strikes } else { Number::zero() };
                all + spares * independent(&rest)
            }
            Dependence::BetaBinomial { correlation } => polya(&rates[0], &number(correlation), fails),
            Dependence::Independent => independent(&rates),
            Dependence::GaussianCopula { .. } => panic!("its probabilities are no fractions"),
        }
    }

    /// What agent `index` can do if it fails or not.
    fn ballots(&self, index: usize, fails: bool) -> Vec<(Ballot, Number)> {
        let accepts =
            |rate: fn(Filter) -> f64| self.filter.map_or(Number::one(), |filter| number(rate(filter)));
        let votes = if fails {
            let Failures { hallucination, corruption, crash, .. } = self.failures;
            let total = number(hallucination) + number(corruption) + number(crash);
            number(hallucination) / total * accepts(|filter| filter.accepts_wrong)
        } else {
            accepts(|filter| filter.accepts_correct)
        };
        let silent = (Ballot::Silent, Number::one() - &votes);
        let voting: Vec<_> = match (fails, self.failures.wrong_answers) {
            (false, _) => vec![(Ballot::Right, votes)],
            (true, WrongAnswers::Same) => vec![(Ballot::Wrong(0), votes)],
            (true, WrongAnswers::Distinct) => vec![(Ballot::Wrong(index), votes)],
            (true, WrongAnswers::Among(m)) => {
                (0..m as usize).map(|answer| (Ballot::Wrong(answer), &votes / whole(m))).collect()
            }
        };
        [voting, vec![silent]].concat()
    }

    /// Everything that can happen, with its probability.
    fn patterns(&self) -> Vec<Pattern> {
        let n = self.rates.len();
        let mut patterns = Vec::new();
        for number in 0..1_u32 << n {
            let fails: Vec<bool> = (0..n).map(|agent| number >> agent & 1 == 1).collect();
            let mut all = vec![(Vec::new(), self.probability(&fails))];
            for (agent, &fails) in fails.iter().enumerate() {
                let choices = self.ballots(agent, fails);
                let with = |ballots: &[Ballot], p: &Number| {
                    let more = choices.iter().map(|(ballot, q)| ([ballots, &[*ballot]].concat(), p * q));
                    more.filter(|(_, p)| !p.is_zero()).collect::<Vec<_>>()
                };
                all = all.iter().flat_map(|(ballots, p)| with(ballots, p)).collect();
            }
            let failed = fails.iter().filter(|fails| **fails).count();
            patterns.extend(all.into_iter().map(|(ballots, probability)| Pattern {
                failed,
                ballots,
                probability,
            }));
        }
        patterns
    }

    fn scenario(&self, scheme: Scheme) -> Scenario {
        let equal = self.rates.iter().all(|rate| *rate == self.rates[0]);
        let agents = if equal {
            Agents::identical(self.rates.len() as u64, self.rates[0])
        } else {
            Agents::different(self.rates)
        };
        let scenario = Scenario::new(agents, scheme).expect("a scenario");
        let scenario = scenario.with_dependence(self.dependence).expect("a dependence");
        match self.filter {
            Some(filter) => scenario.with_filter(filter).expect("a filter"),
            None => scenario,
        }
    }
}

/// Pólya's urn: the chance of a failure after i failures and j successes is (f(1−ρ) + iρ)/(1 − ρ + (i+j)ρ).
fn polya(f: &Number, correlation: &Number, fails: &[bool]) -> Number {
    let rest = Number::one() - correlation;
    let (mut failing, mut working) = (f * &rest, (Number::one() - f) * &rest);
    let mut probability = Number::one();
    for &fails in fails {
        let total = &failing + &working;
        let side = if fails { &mut failing } else { &mut working };
        probability *= &*side / total;
        *side += correlation;
    }
    probability
}

fn wrong_counts(ballots: &[Ballot]) -> Vec<usize> {
    let count = |answer| ballots.iter().filter(|ballot| **ballot == Ballot::Wrong(answer)).count();
    (0..8).map(count).collect()
}

fn right_count(ballots: &[Ballot]) -> usize {
    ballots.iter().filter(|ballot| **ballot == Ballot::Right).count()
}

const CORRECT: usize = 0;
const ABSTAIN: usize = 1;
const WRONG: usize = 2;

fn k_of_n(ballots: &[Ballot], k: usize) -> usize {
    let most = wrong_counts(ballots).into_iter().max().expect("answers");
    if right_count(ballots) >= k {
        CORRECT
    } else if 2 * k > ballots.len() && most >= k {
        WRONG
    } else {
        ABSTAIN
    }
}

/// |computed/expected − 1|.
fn error(computed: f64, expected: &Number) -> f64 {
    if expected.is_zero() {
        return if computed == 0.0 { 0.0 } else { f64::INFINITY };
    }
    let error = ((number(computed) - expected) / expected).abs() * whole(1 << 62);
    error.to_integer().to_string().parse::<f64>().expect("an integer") / 2.0_f64.powi(62)
}

/// Holds the engine against the loops, and says how far off it is at most.
fn assert_agrees(
    case: &Case<'_>,
    patterns: &[Pattern],
    scheme: Scheme,
    rule: impl Fn(&Pattern) -> usize,
) -> f64 {
    let mut truth = [(); 3].map(|()| Number::zero());
    for pattern in patterns {
        truth[rule(pattern)] += &pattern.probability;
    }
    let mut scenario = case.scenario(scheme);
    if case.failures != Failures::default() {
        scenario = scenario.with_failures(case.failures).expect("failures");
    }
    let exact = assess(&scenario).expect("an answer");
    let failure = &truth[ABSTAIN] + &truth[WRONG];
    let pairs = [
        (exact.correct, &truth[CORRECT]),
        (exact.abstain, &truth[ABSTAIN]),
        (exact.wrong, &truth[WRONG]),
        (exact.failure, &failure),
    ];
    let errors = pairs.map(|(computed, expected)| error(computed, expected));
    let worst = errors.into_iter().fold(0.0, f64::max);
    assert!(worst <= BOUND, "{scenario:?}: {exact:?}: {:?}", errors.map(|error| error / f64::EPSILON));
    worst
}

fn all_failures() -> Vec<Failures> {
    use WrongAnswers::{Among, Distinct, Same};
    let of = |hallucination, corruption, wrong_answers| Failures {
        hallucination,
        corruption,
        crash: 1.0 - hallucination,
        wrong_answers,
    };
    vec![
        of(1.0, 0.0, Same),
        of(1.0, 0.0, Distinct),
        of(1.0, 0.0, Among(3)),
        of(0.75, 0.0, Among(2)),
        of(0.75, 0.0, Same),
        of(0.5, 0.0, Distinct),
        of(0.0, 0.0, Same),
        of(1.0, 1e-12, Same),
    ]
}

fn filters() -> Vec<Option<Filter>> {
    let of = |(accepts_correct, accepts_wrong)| Some(Filter { accepts_correct, accepts_wrong });
    let rates = [(0.95, 0.125), (1.0, 0.1), (1.0 - 1e-13, 1.0), (0.0, 0.5), (1e-9, 1.0 - 1e-9)];
    [None].into_iter().chain(rates.into_iter().map(of)).collect()
}

/// Every model that goes with these rates and has a rational answer.
fn dependences(rates: &[f64]) -> Vec<Dependence> {
    let smallest = rates.iter().copied().fold(1.0, f64::min);
    let mut all = vec![Dependence::Independent];
    if smallest > 0.0 {
        all.push(Dependence::CommonCause { probability: 0.5 * smallest });
    }
    if rates.iter().all(|rate| *rate == rates[0]) {
        all.extend([0.3, 1e-9].map(|correlation| Dependence::BetaBinomial { correlation }));
    }
    all
}

/// Every case of up to three agents, and some of four.
fn for_all_cases(mut check: impl FnMut(&Case<'_>)) {
    let all_rates: [&[f64]; 7] = [
        &[0.23],
        &[0.6, 0.6],
        &[0.23, 1e-9],
        &[0.1, 0.1, 0.1],
        &[0.4, 1e-7, 0.9],
        &[0.0, 0.5, 1.0],
        &[1e-9; 3],
    ];
    for rates in all_rates {
        for failures in all_failures() {
            for filter in filters() {
                for dependence in dependences(rates) {
                    check(&Case { rates, failures, filter, dependence });
                }
            }
        }
    }
    for rates in [[0.25; 4], [0.25, 0.5, 0.75, 0.125]] {
        for failures in &all_failures()[2..5] {
            for filter in &filters()[..2] {
                for dependence in dependences(&rates) {
                    check(&Case { rates: &rates, failures: *failures, filter: *filter, dependence });
                }
            }
        }
    }
}

#[test]
fn votes_at_a_quorum_agree_with_all_patterns() {
    let mut worst: f64 = 0.0;
    for_all_cases(|case| {
        let patterns = case.patterns();
        let n = case.rates.len();
        for k in 1..=n {
            let scheme = KOfN { k: k as u64 };
            worst = worst
                .max(assert_agrees(case, &patterns, scheme.into(), |pattern| k_of_n(&pattern.ballots, k)));
        }
    });
    assert!(worst > 0.0, "rounding shows");
}

fn plurality(ballots: &[Ballot]) -> usize {
    let (right, wrong) = (right_count(ballots), wrong_counts(ballots));
    let most = wrong.iter().copied().max().expect("answers");
    let leaders = wrong.iter().filter(|count| **count == most).count();
    match right.cmp(&most) {
        Ordering::Greater => CORRECT,
        Ordering::Less if leaders == 1 => WRONG,
        _ => ABSTAIN,
    }
}

#[test]
fn most_votes_agree_with_all_patterns() {
    let mut worst: f64 = 0.0;
    for_all_cases(|case| {
        let patterns = case.patterns();
        let rule = |pattern: &Pattern| plurality(&pattern.ballots);
        worst = worst.max(assert_agrees(case, &patterns, Plurality.into(), rule));
    });
    assert!(worst > 0.0, "rounding shows");
}

/// A pipeline of one attempt that repairs nothing gives the vote's right answers with one chance and the wrong ones with another.
#[test]
fn validated_votes_agree_with_all_patterns() {
    for_all_cases(|case| {
        if case.rates.len() != 3 {
            return;
        }
        let patterns = case.patterns();
        let judge = Judge::Rates { accepts_correct: 1.0, accepts_wrong: 0.0, repairs: 0.0 };
        let scheme = Validated { vote: Some(Box::new(Plurality.into())), ..Validated::new(judge) };
        assert_agrees(case, &patterns, scheme.into(), |pattern| match plurality(&pattern.ballots) {
            WRONG => ABSTAIN,
            outcome => outcome,
        });
    });
}

/// Every two quorums that pbft lets have.
#[test]
fn quorums_of_replicas_agree_with_all_patterns() {
    let mut asked = 0;
    for rates in [&[0.25; 4][..], &[0.01; 4], &[0.1, 0.2, 0.3, 1e-9], &[0.9, 0.0, 1.0, 0.5, 0.25], &[0.3; 7]]
    {
        let n = rates.len();
        for dependence in dependences(rates) {
            let case = Case { rates, failures: Failures::default(), filter: None, dependence };
            let patterns = case.patterns();
            for (q_eq, q_per, q_vc, q_vc_t) in quorums(n) {
                let scheme = Pbft::new(q_eq as u64, q_per as u64, q_vc as u64, q_vc_t as u64);
                let is_unsafe =
                    |b: usize| b as i64 >= (2 * q_eq as i64 - n as i64).max(1) || b + n >= q_per + q_vc;
                let is_stuck = |b: usize| {
                    b + q_eq.max(q_per).max(q_vc) > n || b + q_vc_t > q_vc || b >= q_vc_t.min(q_vc)
                };
                assert_agrees(&case, &patterns, scheme.into(), |pattern| match pattern.failed {
                    b if is_unsafe(b) => WRONG,
                    b if is_stuck(b) => ABSTAIN,
                    _ => CORRECT,
                });
                asked += 1;
            }
        }
    }
    assert!(asked > 200, "{asked}");
}

/// Quorums of which none can be met by the failed alone, in steps.
fn quorums(n: usize) -> Vec<(usize, usize, usize, usize)> {
    let mut all = Vec::new();
    for q_eq in [1, n / 2 + 1, n] {
        for q_per in [n / 2, n / 2 + 2, n] {
            for q_vc in [n / 2 + 1, n - 1, n] {
                for q_vc_t in [1, n / 2, n - 1] {
                    all.push((q_eq, q_per, q_vc, q_vc_t));
                }
            }
        }
    }
    all.retain(|(_, q_per, q_vc, q_vc_t)| q_per + q_vc > n && q_vc_t <= q_vc);
    all
}

/// Every call is one validation more, in parallel as one round of both.
#[test]
fn filters_cost_a_validation_for_each_call() {
    let prices = |agents| Costs {
        call: Some(3.0),
        validation: Some(0.5),
        call_latency: Some(7.0),
        validation_latency: Some(11.0),
        agents,
    };
    let filter = Filter { accepts_correct: 0.5, accepts_wrong: 0.25 };
    let vote = Scenario::new(Agents::identical(5, 0.25), KOfN { k: 3 }).expect("a scenario");
    let judge = Judge::Rates { accepts_correct: 1.0, accepts_wrong: 1.0, repairs: 0.0 };
    let pipeline = Validated { vote: Some(Box::new(KOfN { k: 3 }.into())), ..Validated::new(judge) };
    let pipeline = Scenario::new(Agents::identical(5, 0.25), pipeline).expect("a scenario");
    let asked = |scenario: &Scenario, agents| {
        let scenario = scenario.clone().with_filter(filter).expect("a filter");
        assess(&scenario.with_costs(prices(agents)).expect("costs")).expect("an answer").expected
    };
    for (scenario, validations) in [(vote, 0.0), (pipeline, 1.0)] {
        let parallel = asked(&scenario, Concurrency::Parallel);
        assert_eq!((parallel.calls, parallel.validations), (5.0, 5.0 + validations));
        assert_eq!(parallel.cost, Some(15.0 + 2.5 + 0.5 * validations));
        assert_eq!(parallel.latency, Some(18.0 + 11.0 * validations));
        let sequential = asked(&scenario, Concurrency::Sequential);
        assert_eq!(sequential.latency, Some(90.0 + 11.0 * validations));
    }
}
