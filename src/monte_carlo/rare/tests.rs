//! What a trial weighs, by enumeration; what is counted, for any number of threads.

use super::plan::RarePlan;
use super::tilt::{Boundary, Tilt};
use super::*;
use crate::monte_carlo::Engine;
use crate::outcome::Weighted;
use crate::scenario::scheme::{Judge, KOfN, Majority, Validated};
use crate::scenario::{Agents, Dependence, Failures, TaskClass, WrongAnswers};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Rates of agents, and how many failures are too many.
fn votes() -> Vec<(Vec<f64>, u32)> {
    vec![
        (vec![0.05; 7], 4),
        (vec![0.95; 6], 3),
        (vec![0.4; 8], 8),
        (vec![0.4; 8], 1),
        (vec![0.1, 0.02, 0.3, 0.001, 0.2], 3),
        (vec![0.0, 1.0, 0.1, 0.2, 0.05], 3),
        (vec![1e-300, 0.2, 0.9, 5e-324], 3),
        (vec![0.99, 1.0 - 1e-12, 0.3, 0.9999], 2),
        (vec![1e-12], 1),
    ]
}

fn tilt((rates, failures): &(Vec<f64>, u32)) -> (RareEvent, Tilt) {
    let boundary = Boundary { failures: *failures };
    let seldom = boundary.is_seldom_reached(rates);
    let event = if seldom { RareEvent::Failure } else { RareEvent::Correct };
    (event, Tilt::towards(event, boundary, rates.clone()).unwrap())
}

/// The probability that of agents with these rates exactly those of `pattern` fail.
fn probability(rates: &[f64], pattern: u32) -> f64 {
    let of = |(agent, rate): (usize, &f64)| if pattern >> agent & 1 == 1 { *rate } else { 1.0 - *rate };
    rates.iter().enumerate().map(of).product()
}

/// Pattern, true probability, and tilted probability times weight, of each pattern of the event.
fn patterns(rates: &[f64], event: RareEvent, failures: u32, tilt: &Tilt) -> Vec<(u32, f64, f64)> {
    let in_event = |pattern: &u32| (pattern.count_ones() >= failures) == (event == RareEvent::Failure);
    (0..1_u32 << rates.len())
        .filter(in_event)
        .map(|pattern| {
            let weight = tilt.part_of_largest(pattern.count_ones()) * libm::exp(tilt.ln_largest);
            (pattern, probability(rates, pattern), probability(&tilt.rates, pattern) * weight)
        })
        .collect()
}

/// Sum over all patterns, relative to what it should be.
fn recovered(rates: &[f64], event: RareEvent, failures: u32, tilt: &Tilt) -> f64 {
    let patterns = patterns(rates, event, failures, tilt);
    patterns.iter().map(|pattern| pattern.2).sum::<f64>()
        / patterns.iter().map(|pattern| pattern.1).sum::<f64>()
}

/// Every pattern of a tilted vote, weighed, has its true probability. A logit is below 745 and rounded some eight times
/// on its way into rate and weight, in each agent: 8 · 745 · 2⁻⁵³. A rate near one is rounded by up to 2⁻⁵³ of it,
/// which is more of its complement; but then the agent is correct as seldom.
#[test]
fn weights_undo_the_tilt_pattern_by_pattern() {
    const UNIT: f64 = f64::EPSILON / 2.0;
    for vote in votes() {
        let (event, tilt) = tilt(&vote);
        assert!(tilt.steepness > 0.0, "{vote:?}");
        for (pattern, truth, weighed) in patterns(&vote.0, event, vote.1, &tilt) {
            let correct = tilt.rates.iter().enumerate().filter(|(agent, _)| pattern >> agent & 1 == 0);
            let complements: f64 = correct.map(|(_, rate)| UNIT / (1.0 - rate)).sum();
            let allowed = vote.0.len() as f64 * 8.0 * 745.0 * UNIT + complements;
            // Products below the normal range have lost their precision before.
            let normal = truth > 1e-300 && weighed > 1e-300;
            assert!(!normal || (weighed / truth - 1.0).abs() <= allowed, "{vote:?}: {weighed} {truth}");
        }
        let recovered = recovered(&vote.0, event, vote.1, &tilt);
        assert!((recovered - 1.0).abs() < 1e-12, "{vote:?}: {recovered}");
    }
}

/// No weight of the event is above the largest, and the one at the edge is the largest.
#[test]
fn the_edge_weighs_the_most() {
    for vote in votes() {
        let (event, tilt) = tilt(&vote);
        let edge = if event == RareEvent::Failure { vote.1 } else { vote.1 - 1 };
        assert_eq!((tilt.edge, tilt.part_of_largest(edge)), (edge, 1.0));
        assert!((0..20).all(|failures| tilt.part_of_largest(failures) <= 1.0));
    }
}

/// What the enumeration is worth: it sees each way in which a weight can be wrong.
#[test]
fn broken_weights_are_seen() {
    let vote = (vec![0.1, 0.02, 0.3, 0.001, 0.2], 3);
    let (event, sound) = tilt(&vote);
    let untilted = [&[0.1], &sound.rates[1..]].concat();
    let breaks = [
        ("wrong sign of t", Tilt { steepness: -sound.steepness, ..sound.clone() }),
        ("one agent not tilted", Tilt { rates: untilted, ..sound.clone() }),
        ("one failure more", Tilt { edge: sound.edge + 1, ..sound.clone() }),
        ("one failure fewer", Tilt { edge: sound.edge - 1, ..sound }),
    ];
    for (name, tilt) in breaks {
        let recovered = recovered(&vote.0, event, vote.1, &tilt);
        assert!((recovered - 1.0).abs() > 0.1, "{name}: {recovered}");
    }
}

/// A majority of an odd number of equal agents is tilted to ½ exactly, and any vote so that failure is neither rare nor
/// certain.
#[test]
fn the_boundary_is_put_in_the_middle() {
    for agents in [1, 3, 101, 1001] {
        for rate in [1e-300, 0.05, 0.49, 0.51, 0.95] {
            let vote = (vec![rate; agents], agents as u32 / 2 + 1);
            assert_eq!(tilt(&vote).1.rates, vec![0.5; agents]);
        }
    }
    for vote in votes() {
        let mean: f64 = tilt(&vote).1.rates.iter().sum();
        assert!((mean - (f64::from(vote.1) - 0.5)).abs() < 1e-6, "{vote:?}: {mean}");
    }
}

fn scenarios() -> Vec<Scenario> {
    let failures =
        Failures { hallucination: 0.7, corruption: 0.3, crash: 0.0, wrong_answers: WrongAnswers::Among(3) };
    let repeated = WrongAnswers::Open { collision: 0.6, discount: 0.2 };
    let tasks = vec![TaskClass::new(1.0, 0.05), TaskClass::new(1e-6, 0.3), TaskClass::new(2.0, 0.1)];
    let new = |agents| Scenario::new(agents, Majority).unwrap();
    let silent = new(Agents::different([0.1, 0.01, 0.2, 0.05, 0.3])).with_failures(failures).unwrap();
    vec![
        new(Agents::identical(101, 0.05)),
        silent.clone(),
        new(Agents::identical(25, 0.1))
            .with_failures(Failures { wrong_answers: repeated, ..failures })
            .unwrap(),
        new(Agents::by_task(11, tasks)).with_failures(failures).unwrap(),
        silent.with_dependence(Dependence::CommonCause { probability: 1e-3 }).unwrap(),
    ]
}

#[test]
fn any_number_of_threads_gives_the_same_estimate() {
    for scenario in scenarios() {
        for trials in [10_000, 100_001] {
            let with = |threads| {
                simulate_rare(&scenario, SimulationOptions::new(trials, 5).with_threads(threads)).unwrap()
            };
            let alone = with(1);
            assert_eq!((alone.trials, alone.partial), (trials, false));
            for threads in [2, 3, 7] {
                assert_eq!(with(threads), alone);
            }
        }
    }
}

/// Every engine runs, and all give the same estimate.
#[test]
fn any_engine_gives_the_same_estimate() {
    for scenario in scenarios() {
        let with = |engine| {
            simulate_rare(&scenario, SimulationOptions::new(100_001, 5).with_engine(engine)).unwrap()
        };
        let portable = with(Engine::PORTABLE);
        for engine in Engine::required() {
            let before = engine.units();
            assert_eq!(with(engine), portable, "{}", engine.name());
            assert!(engine.units() > before, "{}", engine.name());
        }
    }
}

/// Every trial is counted once, whatever its class and outcome.
#[test]
fn histograms_hold_every_trial() {
    for scenario in scenarios() {
        let plan = RarePlan::new(&scenario).unwrap();
        for trials in [1, 999, 100_001] {
            let (histograms, counted) = count(&plan, SimulationOptions::new(trials, 5)).unwrap();
            let cells = histograms.0.as_flattened().iter().flat_map(|histogram| histogram.iter());
            assert_eq!((cells.map(|(_, trials)| trials).sum::<u64>(), counted), (trials, trials));
        }
    }
}

/// A run that is stopped equals the run of the trials that it did.
#[test]
fn a_stopped_run_is_the_run_of_the_trials_that_it_did() {
    let scenario = Scenario::new(Agents::identical(101, 0.05), Majority).unwrap();
    for threads in [1, 2, 7] {
        let (stop, reported) = (AtomicBool::new(false), AtomicU64::new(0));
        let progress = |counts: Counts| {
            reported.store(counts.total(), Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
        };
        let options = SimulationOptions::new(u64::MAX, 5).with_threads(threads);
        let options = options.with_progress(&progress).with_stop(&stop);
        let stopped = simulate_rare(&scenario, options).unwrap();
        assert!(stopped.partial && stopped.trials >= reported.into_inner() && stopped.trials > 0);
        let again = simulate_rare(&scenario, SimulationOptions::new(stopped.trials, 5)).unwrap();
        assert_eq!(again, RareEstimate { partial: false, ..stopped });
    }
}

#[test]
fn a_run_stopped_before_it_began_is_partial_and_says_so() {
    let scenario = Scenario::new(Agents::identical(101, 0.05), Majority).unwrap();
    let stop = AtomicBool::new(true);
    let estimate = simulate_rare(&scenario, SimulationOptions::new(10, 5).with_stop(&stop)).unwrap();
    assert_eq!((estimate.trials, estimate.partial), (0, true));
    assert_eq!(estimate.estimate.probability(), 0.0);
}

#[test]
fn what_is_not_tilted_is_refused_by_name() {
    let refused = |scenario: &Scenario, trials| {
        let error = simulate_rare(scenario, SimulationOptions::new(trials, 5)).unwrap_err();
        (error.key().to_string(), error.to_string())
    };
    let majority = |agents| Scenario::new(agents, Majority).unwrap();
    let five = majority(Agents::identical(5, 0.1));
    for dependence in
        [Dependence::BetaBinomial { correlation: 0.3 }, Dependence::GaussianCopula { correlation: 0.3 }]
    {
        let (key, text) = refused(&five.clone().with_dependence(dependence.clone()).unwrap(), 1000);
        assert!(key == "dependence.model" && text.contains(dependence.model()), "{text}");
        assert!(text.contains("more plain trials") && text.contains("`assess`"), "{text}");
    }
    let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.1, repairs: 0.0 };
    let validated = Scenario::new(Agents::identical(1, 0.1), Validated::new(judge)).unwrap();
    let (key, text) = refused(&validated, 1000);
    assert!(
        key == "scheme.rule" && text.contains("more plain trials") && text.contains("`assess`"),
        "{text}"
    );
    assert_eq!(refused(&majority(Agents::identical(5, 0.0)), 1000).0, "agents");
    assert_eq!(refused(&majority(Agents::identical(1_000_001, 0.1)), 1000).0, "agents.count");
    let (key, text) = refused(&five, 200);
    assert!(
        key == "trials" && text.contains("200 tilted trials") && text.contains("as many trials"),
        "{text}"
    );
    let part = SimulationOptions::new(10_000, 5).with_part("2/3".parse().unwrap());
    assert_eq!(simulate_rare(&five, part).unwrap_err().key(), "part");
    let none = Dependence::BetaBinomial { correlation: 0.0 };
    assert!(simulate_rare(&five.with_dependence(none).unwrap(), SimulationOptions::new(10_000, 5)).is_ok());
}

/// Agents that always or never fail, whether equal or not, leave events impossible or certain, never a panic.
#[test]
fn certain_agents_are_no_trouble() {
    for rates in [vec![1.0; 3], vec![0.0, 0.0, 1.0], vec![0.0, 1.0, 1.0], vec![0.0, 0.5, 1.0], vec![1.0]] {
        for quorum in 1..=rates.len() as u64 {
            let scenario = Scenario::new(Agents::different(rates.clone()), KOfN { k: quorum }).unwrap();
            if let Ok(estimate) = simulate_rare(&scenario, SimulationOptions::new(10_000, 5)) {
                assert!(estimate.estimate.share_of_largest > 0.4, "{rates:?} {quorum} {estimate:?}");
            }
        }
    }
}

/// A small vote whose probabilities are integers over 1024ⁿ.
#[derive(Debug, Clone)]
struct SmallVote {
    /// Failure rates of the agents in 256ths.
    rates: Vec<u128>,
    quorum: u64,
    /// The share of failures that vote, in quarters.
    voting: u128,
}

fn small_vote() -> impl Strategy<Value = SmallVote> {
    (prop::collection::vec(1_u128..256, 1..=5), 0_u128..=4)
        .prop_flat_map(|(rates, voting)| (1..=rates.len() as u64, Just(rates), Just(voting)))
        .prop_map(|(quorum, rates, voting)| SmallVote { rates, quorum, voting })
}

impl SmallVote {
    fn scenario(&self) -> Scenario {
        let hallucination = self.voting as f64 / 4.0;
        let failures = Failures { hallucination, crash: 1.0 - hallucination, ..Failures::default() };
        let agents =
            Agents::different(self.rates.iter().map(|rate| *rate as f64 / 256.0).collect::<Vec<_>>());
        Scenario::new(agents, KOfN { k: self.quorum }).unwrap().with_failures(failures).unwrap()
    }

    /// Probabilities of the three outcomes, times 1024ⁿ, by enumeration of who is correct, wrong and silent.
    fn outcomes(&self) -> [u128; 3] {
        let (agents, quorum) = (self.rates.len() as u32, self.quorum as usize);
        let mut outcomes = [0; 3];
        for pattern in 0..3_usize.pow(agents) {
            let states: Vec<usize> = (0..agents).map(|agent| pattern / 3_usize.pow(agent) % 3).collect();
            let parts = |rate: u128| [4 * (256 - rate), self.voting * rate, (4 - self.voting) * rate];
            let of = |state| states.iter().filter(|is| **is == state).count();
            let outcome = match () {
                () if of(0) >= quorum => Outcome::Correct,
                () if of(1) >= quorum && 2 * quorum > states.len() => Outcome::Wrong,
                () => Outcome::Abstain,
            };
            let parts = self.rates.iter().zip(&states).map(|(rate, state)| parts(*rate)[*state]);
            outcomes[outcome as usize] += parts.product::<u128>();
        }
        outcomes
    }

    /// The probability that the trial ends in one of these outcomes, good to the last place.
    fn probability(&self, of: &[Outcome]) -> f64 {
        let outcomes = self.outcomes();
        let sum: u128 = of.iter().map(|outcome| outcomes[*outcome as usize]).sum();
        sum as f64 / (1_u64 << (10 * self.rates.len())) as f64
    }
}

/// N·KL(observed‖p): above x with a probability below 2e⁻ˣ, for the mean of any N independent numbers in [0, 1] whose
/// expectation is p.
fn statistic(trials: u64, observed: f64, p: f64) -> f64 {
    let term = |observed: f64, p: f64| if observed == 0.0 { 0.0 } else { observed * libm::log(observed / p) };
    trials as f64 * (term(observed, p) + term(1.0 - observed, 1.0 - p))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Two hundred short runs together estimate what an enumeration in integers gives: the event, and for failure each
    /// of its two parts. A false alarm in any of 96 comparisons has a probability below 10⁻¹⁰.
    #[test]
    fn estimates_are_unbiased(vote in small_vote()) {
        const SEEDS: u64 = 200;
        const TRIALS: u64 = 1_000;
        let plan = RarePlan::new(&vote.scenario()).unwrap();
        let estimates: Vec<_> = (0..SEEDS)
            .map(|seed| {
                let options = SimulationOptions::new(TRIALS, seed).with_threads(1);
                let (histograms, trials) = count(&plan, options).unwrap();
                estimate(&plan, &histograms, trials, options)
            })
            .collect();
        let agrees = |of: &[Outcome], weighted: &dyn Fn(&RareEstimate) -> Weighted| {
            let shares = estimates.iter().map(|estimate| weighted(estimate).share_of_largest);
            let mean = shares.sum::<f64>() / SEEDS as f64;
            let part = vote.probability(of) / libm::exp(plan.ln_largest);
            // No share is above one, but rounding can make one so.
            statistic(SEEDS * TRIALS, mean, part.min(1.0)) <= libm::log(2e12)
        };
        let event = match plan.event {
            RareEvent::Failure => &[Outcome::Abstain, Outcome::Wrong][..],
            RareEvent::Correct => &[Outcome::Correct],
        };
        prop_assert!(agrees(event, &|estimate| estimate.estimate));
        if plan.event == RareEvent::Failure {
            prop_assert!(agrees(&[Outcome::Abstain], &|estimate| estimate.abstain.unwrap()));
            prop_assert!(agrees(&[Outcome::Wrong], &|estimate| estimate.wrong.unwrap()));
        }
    }

    /// A run is refused for saying too little exactly where it says less than a hundred trials of equal weight:
    /// (Σw)²/Σw² of the trials in the event, by weights from odds before and after. Exponents and logarithms of less
    /// than 100 are rounded a few times: by 10⁻¹³ of a sum.
    #[test]
    fn samples_of_little_effect_are_refused(vote in small_vote(), trials in 1_u64..3_000, seed: u64) {
        let (plan, options) = (RarePlan::new(&vote.scenario()).unwrap(), SimulationOptions::new(trials, seed));
        let (histograms, _) = count(&plan, options).unwrap();
        let sound = estimate(&plan, &histograms, trials, options);
        let effective = sound.estimate.effective_sample_size;
        let outcomes = match plan.event {
            RareEvent::Failure => 1..3,
            RareEvent::Correct => 0..1,
        };
        let in_event = || histograms.0.iter().flat_map(|of| &of[outcomes.clone()]).flat_map(|of| of.iter());
        // The odds of the first agent say how it, and so each of them, was tilted.
        let ln_odds = |rate: f64| libm::log(rate / (1.0 - rate));
        let exponent = ln_odds(plan.tilts[0].rates[0]) - ln_odds(vote.rates[0] as f64 / 256.0);
        let sum = |power: f64| {
            in_event().map(|(failures, trials)| trials as f64 * libm::exp(-power * exponent * f64::from(failures))).sum::<f64>()
        };
        let expected = if in_event().next().is_none() { 0.0 } else { sum(1.0) * sum(1.0) / sum(2.0) };
        prop_assert!((effective - expected).abs() <= 1e-9 * expected, "{effective} {expected}");
        match simulate_rare(&vote.scenario(), options) {
            Ok(estimate) => prop_assert!(effective >= 100.0 && estimate == sound),
            Err(error) => {
                prop_assert!(effective < 100.0 && error.key() == "trials");
                let said = format!("{trials} tilted trials have an effective sample size of {effective:.1}");
                prop_assert!(error.to_string().contains(&said), "{error}");
            }
        }
    }
}
