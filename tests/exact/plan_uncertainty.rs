//! Intervals over replicas, against each replica assessed by hand.

use crate::three;
use kofn::assess;
use kofn::plan::{Demand, Options, RepeatedCalls, Scope, intervals, options};
use kofn::scenario::scheme::{Majority, Scheme, Weighted};
use kofn::scenario::{Agents, Dependence, Scenario, TaskClass};
use kofn_testing::scenario;

fn found(scenario: &Scenario, target: f64) -> Options {
    options(scenario, &Demand::new(target), &Scope::default()).unwrap()
}

/// 199 replicas of rates in a scrambled order: at a level of .95 the fifth smallest and the fifth largest are the ends,
/// ⌈199·.025⌉ being 5.
#[test]
fn intervals_are_the_order_statistics_of_the_replicas() {
    let options = found(&three(0.2), 0.9);
    let rates: Vec<f64> = (0..199).map(|i| 0.1 + 0.001 * f64::from(i * 83 % 199)).collect();
    let replicas: Vec<Scenario> = rates.iter().copied().map(three).collect();
    let uncertainty = intervals(&options, &options.frontier, &replicas, 0.95).unwrap();
    assert_eq!((uncertainty.replicas, uncertainty.level), (199, 0.95));
    assert!(uncertainty.choices.iter().any(|of| Some(of.choice) == options.cheapest));
    for of in &uncertainty.choices {
        let choice = &options.choices[of.choice];
        let at = |rate: f64| {
            let agents = Agents::identical(choice.agents(), rate);
            assess(&Scenario::new(agents, choice.scenario.scheme().clone()).unwrap()).unwrap()
        };
        // Nothing is better than a lower rate: the ends come from the fifth rates.
        let (better, worse) = (at(0.1 + 0.001 * 4.0), at(0.1 + 0.001 * 194.0));
        assert_eq!((of.correct.low, of.correct.high), (worse.correct, better.correct), "{choice}");
        assert_eq!((of.failure.low, of.failure.high), (better.failure, worse.failure));
        let met = rates.iter().filter(|&&rate| at(rate).correct >= 0.9).count();
        assert_eq!(of.share_that_meets, met as f64 / 199.0);
    }
}

/// The smallest majority of each replica, by trying all; where none does it counts as more than any.
#[test]
fn the_smallest_majority_is_found_in_each_replica() {
    let tasks = |rate| Agents::by_task(3, [TaskClass::new(1.0, 0.05), TaskClass::new(1.0, rate)]);
    let of_rate: [fn(f64) -> Agents; 2] = [|rate| Agents::identical(3, rate), tasks];
    for (agents, dependence) in of_rate.into_iter().flat_map(|agents| {
        [Dependence::Independent, Dependence::BetaBinomial { correlation: 0.1 }].map(|with| (agents, with))
    }) {
        let of_rate = |rate| scenario(agents(rate), Majority, dependence.clone());
        let options = found(&of_rate(0.3), 0.85);
        let rates: Vec<f64> = (1..=19).map(|i| 0.03 * f64::from(i)).collect();
        let replicas: Vec<Scenario> = rates.iter().map(|&rate| of_rate(rate)).collect();
        let smallest = |rate: f64| {
            let correct = |count| assess(&of_rate(rate).with_count(count).unwrap()).unwrap().correct;
            (1..=25).step_by(2).find(|&count| correct(count) >= 0.85)
        };
        let mut counts: Vec<Option<u64>> = rates.iter().map(|&rate| smallest(rate)).collect();
        counts.sort_by_key(|count| count.unwrap_or(u64::MAX));
        assert!(counts[18].is_none() && counts[0] == Some(1));
        let met = counts.iter().flatten().count();
        for (level, place) in [(0.999, 0), (0.79, 1), (0.5, 4)] {
            let count = intervals(&options, &options.frontier, &replicas, level).unwrap().smallest_majority;
            assert_eq!((count.low, count.high), (counts[place], counts[18 - place]), "{level}");
            assert_eq!(count.share_that_meets, met as f64 / 19.0);
        }
    }
}

/// The same agents, whichever are the most reliable in a replica, with the weights that were chosen.
#[test]
fn agents_and_weights_stay_what_was_chosen() {
    let rates = [0.3, 0.1, 0.2, 0.4];
    let other = [0.1, 0.35, 0.2, 0.15];
    let different = |rates: [f64; 4]| Scenario::new(Agents::different(rates), Majority).unwrap();
    let scope = Scope::default().with_repeated_calls(RepeatedCalls::Never);
    let options = options(&different(rates), &Demand::new(0.9), &scope).unwrap();
    let all: Vec<usize> = (0..options.choices.len()).collect();
    let uncertainty = intervals(&options, &all, &[different(other)], 0.9).unwrap();
    let mut weighted = 0;
    for of in &uncertainty.choices {
        let choice = &options.choices[of.choice];
        let members = choice.members.as_ref().unwrap();
        let rates_of = |rates: [f64; 4]| members.iter().map(|&place| rates[place]).collect::<Vec<_>>();
        let scheme: Scheme = match choice.scenario.scheme() {
            Scheme::Weighted(_) => {
                weighted += 1;
                // ln((1 − f)/f) to nine decimals, of the rates that were planned with.
                let odds = rates_of(rates).into_iter().map(|rate| ((1.0 - rate) / rate).ln());
                Weighted::new(odds.map(|odds| (odds * 1e9).round() / 1e9).collect::<Vec<_>>()).into()
            }
            scheme => scheme.clone(),
        };
        let exact = assess(&Scenario::new(Agents::different(rates_of(other)), scheme).unwrap()).unwrap();
        assert!((of.correct.low / exact.correct - 1.0).abs() < 1e-14, "{choice}");
        assert_eq!(of.correct.low, of.correct.high);
    }
    assert!(weighted > 0);
}

#[test]
fn what_is_no_replica_is_refused_by_name() {
    let options = found(&three(0.2), 0.9);
    let said = |options: &Options, replicas: &[Scenario], level| {
        intervals(options, &options.frontier, replicas, level).unwrap_err().to_string()
    };
    for level in [0.0, 1.0, -1.0, f64::NAN] {
        let expected = format!("level must be above 0 and below 1, such as 0.95, got {level:?}");
        assert_eq!(said(&options, &[three(0.2)], level), expected);
    }
    assert!(said(&options, &[], 0.9).starts_with("replicas must be a list of one scenario or more"));
    let none = intervals(&options, &[0, 1_000], &[three(0.2)], 0.9).unwrap_err().to_string();
    assert!(none.starts_with(&format!("places must be a place among {} choices", options.choices.len())));
    let different = |rates: &[f64]| Scenario::new(Agents::different(rates), Majority).unwrap();
    assert!(said(&options, &[different(&[0.1, 0.2])], 0.9).contains("agents with equal rates"));
    let planned = found(&different(&[0.3, 0.1, 0.2]), 0.9);
    let refusal = said(&planned, &[different(&[0.1, 0.2])], 0.9);
    assert!(refusal.starts_with("replicas: agents.count must be at least 3"), "{refusal}");
    assert!(intervals(&planned, &planned.frontier, &[three(0.2)], 0.9).is_ok());
}
