//! Floors by simulation, and the two steps on scores that are given.

use super::*;
use crate::RunTally;
use crate::fit::model::{ModelFamily, Parameters};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A model with its true parameters, as if it had been fitted.
fn truth(failure_rates: &[f64], results: &Results) -> FittedModel {
    let model = Model { family: ModelFamily::Independent, rates: RateSharing::Different };
    let mut truth = model.fit(results).unwrap();
    truth.parameters = Parameters::Independent { failure_rates: failure_rates.to_vec() };
    truth
}

/// Means over logs, and the standard error of the difference of two of them.
fn means(pairs: &[(f64, f64)]) -> (f64, f64, f64) {
    let of = |value: fn(&(f64, f64)) -> f64| mean(&pairs.iter().map(value).collect::<Vec<_>>());
    let difference = of(|(error, floor)| error - floor);
    let squares: f64 = pairs.iter().map(|(error, floor)| (error - floor - difference).powi(2)).sum();
    let count = pairs.len() as f64;
    (of(|(error, _)| *error), of(|(_, floor)| *floor), libm::sqrt(squares / (count * (count - 1.0))))
}

/// The error and the floor of the true model on halves of a log.
fn error_and_floor(failure_rates: &[f64], results: &Results) -> (f64, f64) {
    let truth = truth(failure_rates, results);
    let targets: Vec<VoteTarget> =
        VoteTarget::all(failure_rates.len()).into_iter().filter(|target| target.of > 1).collect();
    let fit = |_: Model, _: &Results| Ok(truth.clone());
    let halved = Halved::new(results, Halvings { count: 5, seed: 42 });
    let half = |place| Half::of(halved.at(place), &[truth.model], fit, &targets);
    let halves: Vec<Half> = (0..10).filter_map(half).collect();
    let held_out = held_out(0, &halves.iter().collect::<Vec<_>>(), None, &targets).unwrap();
    (held_out.error, held_out.floor.unwrap())
}

/// How far apart the means of error and floor may be: five standard errors, exceeded once in a million such tests, and
/// what is of order 1/N for halves of N units. The standard error of N values is too small by (1 + κ/2)/(4N) of itself
/// for an excess kurtosis κ, and the mean of |X| differs from that of a normal variable by κ/(24N): below 1/N of the
/// floor for κ < 6, as shares of votes here have.
fn assert_agree(logs: &[(f64, f64)], units_of_a_half: f64) {
    let (error, floor, standard_error) = means(logs);
    let allowed = 5.0 * standard_error + floor / units_of_a_half;
    assert!((error - floor).abs() < allowed, "{error} {floor} {allowed}");
    // The test must be able to see a factor of √2, such as that of a floor of all tasks instead of a half.
    assert!(allowed < 0.1 * floor, "{allowed} {floor}");
}

#[test]
fn the_error_of_the_true_model_is_the_floor() {
    let rates = [0.2, 0.4, 0.5];
    let log = |seed| {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut run = |rate: f64| RunTally::new(u32::from(!random.random_bool(rate)), 1).unwrap();
        let results = Results::gather(3, (0..120).map(|_| rates.map(&mut run).to_vec()).collect::<Vec<_>>());
        error_and_floor(&rates, &results)
    };
    assert_agree(&(0..600).map(log).collect::<Vec<_>>(), 60.0);
}

/// Tasks in clusters of four that are all alike: floors over tasks would be half as large.
#[test]
fn the_floor_of_clusters_is_that_of_clusters() {
    let rates = [0.2, 0.4, 0.5];
    let log = |seed| {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut run = |rate: f64| RunTally::new(u32::from(!random.random_bool(rate)), 1).unwrap();
        let clusters = (0..120).map(|cluster| (cluster, rates.map(&mut run).to_vec(), 4));
        error_and_floor(&rates, &Results::gather_clustered(3, clusters.collect::<Vec<_>>()))
    };
    assert_agree(&(0..600).map(log).collect::<Vec<_>>(), 60.0);
}

/// A fitted model with so many parameters, and its scores on four halves.
fn candidate(
    rates: RateSharing,
    free_parameters: usize,
    scores: Option<[f64; 4]>,
) -> (ComparedModel, Option<Vec<f64>>) {
    let results = Results::gather(1, [0, 1].map(|correct| vec![RunTally::new(correct, 1).unwrap()]));
    let model = Model { family: ModelFamily::Independent, rates };
    let fitted = FittedModel { model, free_parameters, ..model.fit(&results).unwrap() };
    (ComparedModel { model, fitted: Some(fitted), refused: None, held_out: None }, scores.map(Vec::from))
}

/// The two steps on candidates: what they chose, and why.
fn chosen(candidates: Vec<(ComparedModel, Option<Vec<f64>>)>) -> Option<(usize, RateSharing, RateReason)> {
    let (mut models, scores): (Vec<_>, Vec<_>) = candidates.into_iter().unzip();
    let families: Vec<Model> = models.iter().map(|model| model.model).collect();
    for (place, model) in models.iter_mut().enumerate() {
        let best = best_of(&families, &scores, model.model.rates).and_then(|best| scores[best].as_deref());
        let behind = scores[place].as_deref().zip(best).map(|(own, best)| HeldOutDifference::of(best, own));
        let log_likelihood = scores[place].as_deref().map(mean);
        model.held_out = Some(HeldOut { log_likelihood, behind, error: 0.0, floor: None, votes: Vec::new() });
    }
    let choice = choice(&models, &scores)?;
    let rates = choice.rates?;
    Some((choice.family.model, rates.rates, rates.reason))
}

#[test]
fn rates_and_then_the_family_are_chosen_within_one_standard_error() {
    use RateSharing::{Different, Equal};
    let clear = [-2.0, -2.1, -1.9, -2.0];
    let far_behind = clear.map(|score| score - 0.5);
    // A mean of 0.02 behind, with differences that spread by far more.
    let nearly = [-2.12, -2.0, -2.02, -1.94];
    let equal = |parameters, scores| candidate(Equal, parameters, Some(scores));
    let own = |parameters, scores| candidate(Different, parameters, Some(scores));
    assert_eq!(
        chosen(vec![equal(2, far_behind), own(4, nearly), own(5, clear)]),
        Some((1, Different, RateReason::Better)),
        "the family with fewer parameters within one standard error"
    );
    assert_eq!(
        chosen(vec![equal(2, nearly), own(4, far_behind), own(5, clear)]),
        Some((0, Equal, RateReason::FewerParameters))
    );
    assert_eq!(
        chosen(vec![equal(7, nearly), own(3, clear)]),
        Some((1, Different, RateReason::FewerParameters)),
        "own rates may have fewer parameters"
    );
    assert_eq!(chosen(vec![equal(2, clear), own(4, far_behind)]), Some((0, Equal, RateReason::Better)));
    // What assigns probability 0 is out, whatever else it does.
    assert_eq!(
        chosen(vec![equal(2, far_behind), candidate(Different, 4, None)]),
        Some((0, Equal, RateReason::Only))
    );
    assert_eq!(
        chosen(vec![candidate(Equal, 2, None), own(4, far_behind)]),
        Some((1, Different, RateReason::Only))
    );
    assert_eq!(chosen(vec![candidate(Equal, 2, None), candidate(Different, 4, None)]), None);
}
