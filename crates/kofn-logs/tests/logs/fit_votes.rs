//! What votes of the agents of a log come to, observed, predicted and held out.

use kofn::scenario::scheme::{Any, KOfN, Majority, Unanimous};
use kofn::scenario::{Agents, Scenario, Scheme};
use kofn_logs::fit::{
    AgentPasses, Halvings, Model, ModelFamily, Parameters, RateSharing, VoteKind, VoteTarget, compare,
    max_voters, observed,
};
use kofn_logs::{Results, RunTally};
use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Five agents with one to three runs each, some of them missing.
fn log() -> Results {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut run = |hard: bool| {
        let runs: u32 = random.random_range(0..4);
        let correct = (0..runs).map(|_| u32::from(random.random_bool(if hard { 0.2 } else { 0.7 }))).sum();
        RunTally::new(correct, runs).unwrap()
    };
    Results::gather(5, (0..40).map(|i| (0..5).map(|_| run(i % 2 == 0)).collect()))
}

fn holds(vote: VoteKind, correct: usize, of: usize) -> bool {
    match vote {
        VoteKind::Majority => 2 * correct > of,
        VoteKind::Any => correct > 0,
        VoteKind::All => correct == of,
        VoteKind::AllFail => correct == 0,
    }
}

/// The probability of a vote over all subsets of `of` of these agents and all patterns of their answers.
fn enumerated(target: VoteTarget, correct: &[f64]) -> f64 {
    let subsets = (0_u32..1 << correct.len()).filter(|set| set.count_ones() as usize == target.of);
    let of_subset = |set: u32| -> f64 {
        let members: Vec<f64> =
            (0..correct.len()).filter(|i| set >> i & 1 == 1).map(|i| correct[i]).collect();
        let pattern = |pattern: u32| -> f64 {
            if !holds(target.vote, pattern.count_ones() as usize, target.of) {
                return 0.0;
            }
            members
                .iter()
                .enumerate()
                .map(|(i, q)| if pattern >> i & 1 == 1 { *q } else { 1.0 - q })
                .product()
        };
        (0..1 << members.len()).map(pattern).sum()
    };
    let (count, sum) = subsets.fold((0.0, 0.0), |(count, sum), set| (count + 1.0, sum + of_subset(set)));
    sum / count
}

/// Sums of at most 2⁵ · C(5, 3) positive terms of some ten roundings each.
#[test]
fn observed_votes_are_those_of_all_subsets() {
    let results = log();
    let targets = VoteTarget::all(5);
    for (target, observed) in targets.iter().zip(observed(&results, &targets)) {
        let (mut tasks, mut sum) = (0, 0.0);
        for kind in results.kinds() {
            let run = kind.tallies.iter().filter(|tally| tally.runs() > 0);
            let correct: Vec<f64> = run.map(|t| f64::from(t.correct()) / f64::from(t.runs())).collect();
            if correct.len() >= target.of {
                tasks += kind.tasks;
                sum += kind.tasks as f64 * enumerated(*target, &correct);
            }
        }
        assert_eq!((observed.tasks, observed.left_out), (tasks, results.tasks() - tasks), "{target}");
        assert!((observed.share.unwrap() - sum / tasks as f64).abs() < 1e-13, "{target}");
    }
}

/// Against the passes over the same tasks; k draws of c of n.
#[test]
fn observed_votes_of_one_agent_are_its_repeats() {
    let results = Results::gather(
        1,
        [(0, 4), (1, 4), (3, 4), (4, 4), (2, 3), (7, 9)]
            .map(|(correct, runs)| vec![RunTally::new(correct, runs).unwrap()]),
    );
    for of in 1..=4 {
        let passes = AgentPasses::of(&results, 0, &[of]).passes[0];
        let of = of as usize;
        let [all, any] = [VoteKind::All, VoteKind::Any].map(|vote| VoteTarget { vote, of });
        let shares: Vec<f64> = observed(&results, &[all, any]).iter().map(|o| o.share.unwrap()).collect();
        assert!((shares[0] - passes.pass_all.unwrap()).abs() < 1e-15);
        assert!((shares[1] - passes.pass_any.unwrap()).abs() < 1e-15);
    }
    assert_eq!(max_voters(&results), 9);
    let nothing = observed(&results, &[VoteTarget { vote: VoteKind::All, of: 10 }])[0];
    assert_eq!((nothing.tasks, nothing.left_out, nothing.share), (0, 6, None));
}

/// The scheme that asks the same as a vote of so many.
fn scheme(target: VoteTarget) -> Option<Scheme> {
    Some(match target.vote {
        VoteKind::Majority => KOfN { k: target.of as u64 / 2 + 1 }.into(),
        VoteKind::Any => Any.into(),
        VoteKind::All => Unanimous.into(),
        _ => return None,
    })
}

/// The closed forms answer the fitted scenario to 10⁻¹⁵; the fit's quadrature leaves 10⁻¹⁴, and logarithms of a rate of
/// 10⁻⁶ and sixteen draws some 10⁻¹⁴ more.
#[test]
fn predictions_are_the_exact_answers_of_the_scenario() {
    let runs = [0, 0, 1, 2, 2, 3, 5, 6, 6, 6].map(|correct| vec![RunTally::new(correct, 6).unwrap()]);
    let results = Results::gather(1, runs);
    let targets = VoteTarget::all(6);
    for model in Model::all(1) {
        let fitted = model.fit(&results).unwrap();
        let scenario = fitted.scenario(&results).unwrap();
        for (target, predicted) in targets.iter().zip(fitted.predicted(&results, &targets).unwrap()) {
            let Some(scheme) = scheme(*target) else { continue };
            let agents = match scenario.agents().clone() {
                Agents::Identical { failure_rate, .. } => Agents::identical(target.of as u64, failure_rate),
                Agents::ByTask { tasks, .. } => Agents::by_task(target.of as u64, tasks),
                other => panic!("{other:?}"),
            };
            let asked = Scenario::new(agents, scheme)
                .unwrap()
                .with_dependence(scenario.dependence().clone())
                .unwrap();
            let exact = kofn::assess(&asked).unwrap().correct;
            let error = predicted.unwrap() / exact - 1.0;
            assert!(error.abs() < 1e-12, "{model}, {target}: {error:e}");
        }
    }
}

/// The same for agents that differ, all of them.
#[test]
fn predictions_for_all_agents_are_the_exact_answers_too() {
    let task = |i: u32| {
        let correct = |agent: u32| u32::from(!i.is_multiple_of(3) && (i * 5 + agent * 3) % 7 > agent);
        (0..5).map(|agent| RunTally::new(correct(agent), 1).unwrap()).collect()
    };
    let results = Results::gather(5, (0..90).map(task));
    for model in Model::all(5) {
        let fitted = model.fit(&results).unwrap();
        let scenario = fitted.scenario(&results).unwrap();
        for scheme in [Scheme::from(Majority), Any.into(), Unanimous.into()] {
            let vote = match scheme.about().name {
                "majority" => VoteKind::Majority,
                "any" => VoteKind::Any,
                _ => VoteKind::All,
            };
            let exact = kofn::assess(&scenario.clone().with_scheme(scheme).unwrap()).unwrap().correct;
            let predicted = fitted.predicted(&results, &[VoteTarget { vote, of: 5 }]).unwrap()[0].unwrap();
            assert!((predicted - exact).abs() <= 1e-12 * exact, "{model}: {predicted} {exact}");
        }
    }
}

/// A small probability keeps its digits: 10⁻⁶⁰ of all ten to fail.
#[test]
fn small_tails_keep_their_digits() {
    let results = Results::gather(1, [vec![RunTally::new(999_999, 1_000_000).unwrap()]]);
    let fitted = Model { family: ModelFamily::Independent, rates: RateSharing::Equal }.fit(&results).unwrap();
    let predicted =
        fitted.predicted(&results, &[VoteTarget { vote: VoteKind::AllFail, of: 10 }]).unwrap()[0].unwrap();
    assert!((predicted / 1e-60 - 1.0).abs() < 1e-12, "{predicted:e}");
}

/// Six agents on 300 tasks whose rates are drawn from a beta distribution, or not.
fn drawn(correlation: f64, seed: u64) -> Results {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut task = || {
        let size = (1.0 - correlation) / correlation;
        let rate = if correlation > 0.0 {
            Beta::new(0.7 * size, 0.3 * size).unwrap().sample(&mut random)
        } else {
            0.7
        };
        (0..6).map(|_| RunTally::new(u32::from(!random.random_bool(rate)), 1).unwrap()).collect()
    };
    Results::gather(6, (0..300).map(|_| task()))
}

fn held_out_error(comparison: &kofn_logs::fit::ModelComparison, place: usize) -> f64 {
    let votes = &comparison.models[place].held_out.as_ref().unwrap().votes;
    let of =
        |vote, of| votes.iter().find(|v| v.target == VoteTarget { vote, of }).unwrap().mean_absolute_error;
    (of(VoteKind::Majority, 3) + of(VoteKind::Majority, 5) + of(VoteKind::AllFail, 5)) / 3.0
}

/// The logs are fixed ones, so that nothing here is left to chance.
#[test]
fn the_trusted_model_is_one_that_is_right() {
    let halvings = Halvings { count: 10, seed: 42 };
    for seed in [1, 2] {
        let comparison = compare(&drawn(0.35, seed), halvings);
        let trusted = comparison.trusted.unwrap();
        let Model { family, rates } = comparison.models[trusted].model;
        assert!(matches!(family, ModelFamily::BetaBinomial | ModelFamily::GaussianCopula), "{family:?}");
        assert_eq!(rates, RateSharing::Equal);
        let independent =
            comparison.models.iter().position(|c| c.model.family == ModelFamily::Independent).unwrap();
        assert!(3.0 * held_out_error(&comparison, trusted) < held_out_error(&comparison, independent));
        let comparison = compare(&drawn(0.0, seed), halvings);
        assert_eq!(comparison.models[comparison.trusted.unwrap()].model.family, ModelFamily::Independent);
    }
}

/// Every half is fitted once and predicted once, so that over all halves each task is observed as often as any other:
/// the mean of what is observed is what all tasks say, where every task is voted on and the number of tasks is even.
#[test]
fn halves_are_all_of_the_tasks() {
    let results = drawn(0.3, 3);
    let comparison = compare(&results, Halvings { count: 3, seed: 1 });
    let votes = &comparison.models[0].held_out.as_ref().unwrap().votes;
    for vote in votes {
        let all = observed(&results, &[vote.target])[0].share.unwrap();
        assert!((vote.observed - all).abs() < 1e-13, "{}", vote.target);
        assert!((vote.predicted - vote.observed - vote.bias).abs() < 1e-13);
        assert!(vote.mean_absolute_error >= vote.bias.abs() - 1e-15);
    }
    assert_eq!(compare(&results, Halvings { count: 3, seed: 1 }), comparison);
    assert_eq!(comparison.votes.len(), VoteTarget::all(6).len());
}

/// Logs that nothing can be told from have no model to trust, and every row of the table says why.
#[test]
fn hopeless_logs_are_told_so() {
    for results in [
        Results::gather(0, []),
        Results::gather(3, []),
        Results::gather(1, [vec![RunTally::new(1, 1).unwrap()]]),
    ] {
        let comparison = compare(&results, Halvings::default());
        assert_eq!(comparison.trusted, None);
        for candidate in &comparison.models {
            assert_eq!(candidate.fitted.is_none(), candidate.refused.is_some(), "{candidate:?}");
        }
    }
}

/// What the command line prints as JSON.
#[test]
fn comparisons_have_names_in_json() {
    let comparison = compare(&drawn(0.3, 5), Halvings { count: 2, seed: 1 });
    let json = serde_json::to_value(&comparison).unwrap();
    let beta_binomial = &json["models"][2];
    assert_eq!(beta_binomial["model"], "beta-binomial");
    assert_eq!(beta_binomial["rates"], "equal");
    assert!(beta_binomial["fitted"]["parameters"]["correlation"].as_f64().unwrap() > 0.1);
    assert_eq!(json["votes"][0]["vote"], "all");
    assert_eq!(json["votes"][0]["of"], 1);
    assert_eq!(json["votes"][0]["predicted"].as_array().unwrap().len(), comparison.models.len());
}

/// From the parameters of other tasks a climb comes to the same peak.
#[test]
fn a_refit_starts_where_it_is_and_ends_where_a_fit_does() {
    let results = drawn(0.3, 6);
    let other = drawn(0.3, 7);
    for model in Model::all(6) {
        let fitted = model.fit(&results).unwrap();
        if matches!(fitted.parameters, Parameters::Classes { .. }) {
            continue; // a refit keeps the number of classes, and a peak beside it
        }
        let (refitted, fitted) = (fitted.refit(&other).unwrap(), model.fit(&other).unwrap());
        assert!((refitted.log_likelihood - fitted.log_likelihood).abs() < 1e-8, "{model}");
    }
}
