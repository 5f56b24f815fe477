//! What weights gain, against all weights and all subsets of a few agents.

use kofn::assess;
use kofn::exact::{WeightGain, weight_gain};
use kofn::scenario::scheme::{Majority, Weighted};
use kofn::scenario::{Agents, Dependence, Failures, Filter, Scenario, TaskClass, WrongAnswers};
use kofn_testing::scenario;

/// What both of two answers may be off, and their difference.
const ROUNDING: f64 = 4.0 * f64::EPSILON;

fn weighted(rates: &[f64], weights: &[f64]) -> Scenario {
    Scenario::new(Agents::different(rates), Weighted::new(weights)).unwrap()
}

fn of(scenario: &Scenario) -> WeightGain {
    weight_gain(scenario).unwrap()
}

fn majority(rates: &[f64], chosen: u32, dependence: Dependence) -> f64 {
    let chosen = (0..rates.len()).filter(|agent| chosen >> agent & 1 == 1).map(|agent| rates[agent]);
    assess(&scenario(Agents::different(chosen.collect::<Vec<_>>()), Majority, dependence)).unwrap().correct
}

const RATES: [&[f64]; 4] =
    [&[0.1, 0.2, 0.3], &[0.3, 0.05, 0.3, 0.31, 0.3], &[0.4, 0.45, 0.2, 0.6], &[0.02, 0.3, 0.35, 0.4, 0.01]];

/// No majority of any of the agents is more often right than that of the best ones.
#[test]
fn no_subset_beats_the_best_majority() {
    for rates in RATES {
        for dependence in [
            Dependence::Independent,
            Dependence::CommonCause { probability: 0.005 },
            Dependence::GaussianCopula { correlation: 0.3 },
        ] {
            let asked = weighted(rates, &vec![1.0; rates.len()]).with_dependence(dependence.clone()).unwrap();
            let best = of(&asked).best_majority.unwrap();
            let all = (1..1_u32 << rates.len()).map(|chosen| majority(rates, chosen, dependence.clone()));
            let most = all.fold(0.0, f64::max);
            assert!((best.correct - most).abs() <= 5e-14, "{rates:?} {dependence:?}: {best:?} {most}");
            let chosen = best.places.iter().map(|place| 1 << place).sum();
            assert!((best.correct - majority(rates, chosen, dependence)).abs() <= ROUNDING, "{best:?}");
            let gain = best.correct - of(&asked).one_vote_each;
            assert!((best.gain - gain).abs() <= 5e-14, "{best:?} {gain}");
        }
    }
}

/// Neither do weights up to 3 beat log-odds where these are said to be the best; where sides can tie they may.
#[test]
fn no_weights_beat_the_best_ones() {
    for rates in RATES {
        let n = rates.len() as u32;
        let weights = |pattern: u32| (0..n).map(|agent| f64::from(pattern / 4_u32.pow(agent) % 4)).collect();
        let asked = of(&weighted(rates, &vec![1.0; rates.len()]));
        assert!(asked.log_odds_are_best && asked.log_odds_caveat.is_none(), "{rates:?} {asked:?}");
        for pattern in 1..4_u32.pow(n) {
            let weights: Vec<f64> = weights(pattern);
            let given = of(&weighted(rates, &weights));
            assert!(given.own <= asked.log_odds.unwrap() + ROUNDING, "{rates:?} {weights:?}");
        }
    }
    let two = of(&weighted(&[0.1, 0.1], &[1.0, 0.0]));
    assert!(!two.log_odds_are_best && two.own > two.log_odds.unwrap(), "{two:?}");
    assert!(two.log_odds_caveat.unwrap().contains("both sides can have equal weight"));
}

/// By hand: 2·0.9·… for a strong first agent, and what it takes to name the agents.
#[test]
fn own_weights_may_lose() {
    let gain = of(&weighted(&[0.1, 0.2, 0.3], &[2.0, 1.0, 1.0]));
    assert!((gain.own - 0.846).abs() < 1e-15 && (gain.own_gain + 0.056).abs() < 1e-15, "{gain:?}");
    assert_eq!((gain.gain, gain.best_majority.unwrap().places), (Some(0.0), vec![0, 1, 2]));
    // The second agent alone is right with .95; with any two others with .95·(1 − .09) + .05·.49.
    let strong = of(&weighted(&[0.3, 0.05, 0.3, 0.3, 0.3], &[0.0, 1.0, 0.0, 0.0, 0.0]));
    assert!((strong.own - 0.95).abs() < 1e-15 && strong.own_gain > 0.0);
    let best = strong.best_majority.unwrap();
    assert!((best.places, best.correct) == (vec![1], 0.95));
}

/// The own weights have a gain whatever the agents do; log-odds say why they are not known to be best.
#[test]
fn caveats_are_told() {
    let base = || weighted(&[0.1, 0.2, 0.3], &[2.0, 1.0, 1.0]);
    let copula = Dependence::GaussianCopula { correlation: 0.3 };
    let classes = Agents::by_task(3, [TaskClass::new(1.0, 0.1), TaskClass::new(1.0, 0.3)]);
    for (asked, has_log_odds, caveat) in [
        (base().with_dependence(copula), true, "the agents are correlated"),
        (base().with_failures(Failures::new(0.5, 0.5, 0.0)), true, "some agents do not vote"),
        (base().with_filter(Filter::new(0.9, 0.1)), true, "some agents do not vote"),
        (
            base().with_failures(Failures::default().with_wrong_answers(WrongAnswers::Among(2))),
            true,
            "several wrong answers",
        ),
        (Scenario::new(classes, Weighted::new([2.0, 1.0, 1.0])), false, "cannot be combined with tasks"),
        (Ok(weighted(&[0.0, 0.2, 0.3], &[2.0, 1.0, 1.0])), false, "an agent that never fails"),
    ] {
        let asked = asked.unwrap();
        let gain = of(&asked);
        assert_eq!((gain.log_odds.is_some(), gain.gain.is_some()), (has_log_odds, has_log_odds), "{gain:?}");
        assert!(!gain.log_odds_are_best, "{gain:?}");
        assert!(gain.log_odds_caveat.as_ref().is_some_and(|text| text.contains(caveat)), "{gain:?}");
        let equal = assess(&asked.clone().with_scheme(Majority).unwrap()).unwrap().correct;
        assert_eq!((gain.one_vote_each, gain.own), (equal, assess(&asked).unwrap().correct));
        assert!((gain.own_gain - (gain.own - equal)).abs() <= 5e-14, "{gain:?}");
    }
    assert!(weight_gain(&Scenario::new(Agents::identical(3, 0.1), Majority).unwrap()).is_err());
}
