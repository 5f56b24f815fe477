//! What comes with the trusted model: caveats, names, rates of its scenario, and what asking again is worth.

use kofn::scenario::{Agents, PerAgent};
use kofn_logs::fit::{Fit, FitOptions, ModelFamily, RateReason, RateSharing, fit, own_rates};
use kofn_logs::{ReadOptions, Source, read};

fn source(csv: &str) -> Vec<Source> {
    vec![Source::new("runs.csv", std::io::Cursor::new(csv.to_owned()))]
}

fn options() -> FitOptions {
    FitOptions::default().with_replicas(100)
}

fn fitted(csv: &str) -> Fit {
    fit(&read(source(csv), &ReadOptions::default()).unwrap(), &options()).unwrap()
}

/// Exactly one of three agents fails on each of so many tasks, in turn.
fn in_turn(tasks: usize) -> String {
    let row = |i: usize| format!("{i},{}\n", ["0,1,1", "1,0,1", "1,1,0"][i % 3]);
    format!("task,ada,bob,eve\n{}", (0..tasks).map(row).collect::<String>())
}

/// Three tasks in turn are no evidence: independent agents of the same rates would do it with probability 8/81. Of 30
/// tasks it is 10⁻¹⁰.
#[test]
fn negative_correlation_is_told_where_it_is_seen() {
    assert!(!fitted(&in_turn(3)).is_negatively_correlated());
    for tasks in [30, 300] {
        let fit = fitted(&in_turn(tasks));
        assert!(fit.is_negatively_correlated(), "{tasks}");
        assert!(fit.caveats()[0].contains("negatively correlated (−0.50)"), "{:?}", fit.caveats());
    }
    // Two agents that differ on both tasks: no redrawn sample can say otherwise, and it is nothing.
    assert!(!fitted("task,ada,bob\na,1,0\nb,0,1\n").is_negatively_correlated());
}

#[test]
fn few_tasks_are_told_with_an_interval() {
    let row = |i: u32| format!("{i},{},{}\n", u32::from(i > 0), u32::from(!i.is_multiple_of(2)));
    let caveats = fitted(&format!("task,ada,bob\n{}", (0..10).map(row).collect::<String>())).caveats();
    let expected = "10 tasks: with so few, the failure rate 0.10 of ada may be anything from 0.00 to 0.45 \
                    (Clopper–Pearson, 95 %)";
    assert_eq!(caveats, [expected]);
}

/// A log of three agents with prices, alike but for chance.
fn priced() -> String {
    let row = |i: u32, agent: u32| {
        let passed = u32::from(!i.is_multiple_of(4) && (i * 7 + agent * 5) % 9 > 1);
        format!("{i},{},{passed},{}\n", ["ada", "bob", "eve"][agent as usize], agent + 1)
    };
    let rows: String = (0..90).flat_map(|i| (0..3).map(move |agent| row(i, agent))).collect();
    format!("task,agent,passed,cost\n{rows}")
}

/// Names, one rate for each agent and its price are in the scenario and in all of its replicas, whichever rates are
/// trusted.
#[test]
fn scenarios_of_several_agents_have_names_rates_and_prices() {
    let reading = ReadOptions::default().with_columns("cost=cost".parse().unwrap());
    for own in [false, true] {
        let log = read(source(&priced()), &reading).unwrap();
        let fit = fit(&log, &options()).unwrap();
        let asked = own_rates(&fit, &log, &options()).unwrap();
        let trusted = if own { asked } else { fit.trusted }.unwrap();
        let step = trusted.choice.rates.unwrap();
        assert_eq!(step.rates, if own { RateSharing::Different } else { RateSharing::Equal });
        assert_eq!(step.reason == RateReason::Asked, own);
        let replicas = trusted.replicas.iter();
        assert!(replicas.len() > 0);
        for scenario in replicas.chain([&trusted.scenario]) {
            assert_eq!(scenario.names().unwrap(), ["ada", "bob", "eve"]);
            assert_eq!(scenario.costs().unwrap().call, Some(PerAgent::Each(vec![1.0, 2.0, 3.0])));
            match scenario.agents() {
                Agents::Different { failure_rates } => assert_eq!(failure_rates.len(), 3),
                Agents::ByTask { count, .. } => assert_eq!(count, &3),
                Agents::Identical { .. } => panic!("agents of one log without rates of their own"),
            }
        }
    }
}

/// Agents that repeat themselves exactly, and hardly agree: what asking again is worth is in the trusted model.
#[test]
fn agents_that_repeat_themselves_are_not_asked_again_in_vain() {
    let row = |i: u32, agent: u32| {
        let passed = u32::from((i * (5 + 2 * agent) + i * i * (agent + 1)) % 11 > 3);
        let name = ["ada", "bob", "eve"][agent as usize];
        (0..3).map(|trial| format!("{i},{name},{trial},{passed}\n")).collect::<String>()
    };
    let rows: String = (0..110).flat_map(|i| (0..3).map(move |agent| row(i, agent))).collect();
    let fit = fitted(&format!("task,agent,trial,passed\n{rows}"));
    assert_eq!(fit.repeats.map(|repeats| repeats.value), Some(1.0));
    assert!(fit.correlation.unwrap().value < 0.3);
    let trusted = fit.trusted.unwrap();
    assert_eq!(fit.models[trusted.model].model.family, ModelFamily::TwoLevelCopula);
    assert!(trusted.repeats.unwrap() > 0.99 && trusted.scenario.repeats() == trusted.repeats);
}
