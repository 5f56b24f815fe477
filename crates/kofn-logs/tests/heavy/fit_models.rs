//! Models of failures fitted to data that were drawn from them, to data at the ends of their ranges, and to data that
//! tell nothing.

use kofn::Scenario;
use kofn_logs::fit::{FittedModel, MAX_CORRELATION, Model, ModelFamily, Parameters, RateSharing};
use kofn_logs::{Results, RunTally};
use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::collections::BTreeMap;
use std::sync::Mutex;

type Random = Xoshiro256PlusPlus;

/// Draws a task.
type Draw = Box<dyn Fn(&mut Random) -> Vec<RunTally> + Sync>;

/// Failed runs as a tally.
fn tally(runs: u32, mut fails: impl FnMut() -> bool) -> RunTally {
    let failed: u32 = (0..runs).map(|_| u32::from(fails())).sum();
    RunTally::new(runs - failed, runs).unwrap()
}

/// A model's name, its true parameters, and how to draw a task from it.
struct Truth {
    model: Model,
    parameters: Parameters,
    tasks: usize,
    task: Draw,
}

fn truths() -> Vec<Truth> {
    use RateSharing::{Different, Equal};
    let rates = [0.15, 0.4, 0.6, 0.8];
    let barriers = [-1.0364333894937896, -0.2533471031357997, 0.2533471031357997, 0.8416212335729143];
    let truth = |family, rates, parameters, tasks, task: Draw| Truth {
        model: Model { family, rates },
        parameters,
        tasks,
        task,
    };
    vec![
        truth(
            ModelFamily::Independent,
            Different,
            Parameters::Independent { failure_rates: rates.to_vec() },
            500,
            Box::new(move |random| rates.map(|f| tally(2, || random.random_bool(f))).to_vec()),
        ),
        truth(
            ModelFamily::CommonCause,
            Different,
            Parameters::CommonCause {
                failure_rates: rates.map(|f| 0.1 + 0.9 * f).to_vec(),
                probability: 0.1,
            },
            1000,
            Box::new(move |random| {
                let strikes = random.random_bool(0.1);
                rates.map(|f| tally(1, || strikes || random.random_bool(f))).to_vec()
            }),
        ),
        truth(
            ModelFamily::BetaBinomial,
            Equal,
            Parameters::BetaBinomial { failure_rate: 0.35, correlation: 0.25 },
            500,
            Box::new(|random| {
                let rate = Beta::new(0.35 * 3.0, 0.65 * 3.0).unwrap().sample(random);
                vec![tally(2, || random.random_bool(rate)), tally(4, || random.random_bool(rate))]
            }),
        ),
        truth(
            ModelFamily::GaussianCopula,
            Different,
            Parameters::GaussianCopula { failure_rates: rates.to_vec(), correlation: 0.4 },
            500,
            Box::new(move |random| {
                let shared: f64 = StandardNormal.sample(random);
                let mut own = || -> f64 { StandardNormal.sample(random) };
                let fails = |barrier: f64| 0.4_f64.sqrt() * shared + 0.6_f64.sqrt() * own() < barrier;
                barriers.map(fails).map(|fails| tally(1, || fails)).to_vec()
            }),
        ),
        truth(
            ModelFamily::TwoLevelCopula,
            Different,
            Parameters::TwoLevelCopula { failure_rates: rates[..3].to_vec(), correlation: 0.3, repeats: 0.5 },
            500,
            Box::new(move |random| {
                let shared: f64 = StandardNormal.sample(random);
                let of_agent = |(rate, barrier): (f64, f64)| {
                    let within = within(rate, 0.5);
                    let own: f64 = StandardNormal.sample(random);
                    let common = 0.3_f64.sqrt() * shared + (within - 0.3).sqrt() * own;
                    tally(3, || {
                        let run: f64 = StandardNormal.sample(random);
                        common + (1.0 - within).sqrt() * run < barrier
                    })
                };
                rates.into_iter().zip(barriers).take(3).map(of_agent).collect()
            }),
        ),
        truth(
            ModelFamily::TwoLevelCopula,
            Equal,
            Parameters::TwoLevelCopula { failure_rates: vec![0.4], correlation: 0.2, repeats: 0.6 },
            500,
            Box::new(move |random| {
                let shared: f64 = StandardNormal.sample(random);
                let within = within(0.4, 0.6);
                let of_agent = |runs| {
                    let own: f64 = StandardNormal.sample(random);
                    let common = 0.2_f64.sqrt() * shared + (within - 0.2).sqrt() * own;
                    tally(runs, || {
                        let run: f64 = StandardNormal.sample(random);
                        common + (1.0 - within).sqrt() * run < barriers[1]
                    })
                };
                [2, 1, 3].map(of_agent).to_vec()
            }),
        ),
        truth(
            ModelFamily::Classes,
            Equal,
            Parameters::Classes { weights: vec![0.4, 0.6], failure_rates: vec![vec![0.2], vec![0.85]] },
            500,
            Box::new(|random| {
                let rate = if random.random_bool(0.4) { 0.2 } else { 0.85 };
                vec![tally(6, || random.random_bool(rate))]
            }),
        ),
        truth(
            ModelFamily::Classes,
            Different,
            Parameters::Classes {
                weights: vec![0.5, 0.5],
                failure_rates: vec![vec![0.1, 0.3, 0.2, 0.4, 0.15], vec![0.8, 0.7, 0.9, 0.6, 0.95]],
            },
            1000,
            Box::new(|random| {
                let easy = random.random_bool(0.5);
                let rates = if easy { [0.1, 0.3, 0.2, 0.4, 0.15] } else { [0.8, 0.7, 0.9, 0.6, 0.95] };
                rates.map(|f| tally(1, || random.random_bool(f))).to_vec()
            }),
        ),
    ]
}

/// The latent correlation of two runs of an agent whose failures have the correlation φ: the engine's own φ, inverted.
fn within(rate: f64, phi: f64) -> f64 {
    static KNOWN: Mutex<BTreeMap<(u64, u64), f64>> = Mutex::new(BTreeMap::new());
    let bisected = || {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if kofn::exact::phi(rate, rate, middle) < phi { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    *KNOWN.lock().unwrap().entry((rate.to_bits(), phi.to_bits())).or_insert_with(bisected)
}

impl Truth {
    fn draw(&self, seed: u64) -> Results {
        let mut random = Random::seed_from_u64(seed);
        let tasks: Vec<Vec<RunTally>> = (0..self.tasks).map(|_| (self.task)(&mut random)).collect();
        Results::gather(tasks[0].len(), tasks)
    }

    /// The true parameters as if they had been fitted.
    fn as_fitted(&self, results: &Results) -> FittedModel {
        let nothing_shared = Model { family: ModelFamily::Independent, rates: self.model.rates };
        let mut fitted = nothing_shared.fit(results).unwrap();
        fitted.model = self.model;
        fitted.parameters = self.parameters.clone();
        fitted.free_parameters = numbers(&self.parameters).len();
        fitted
    }

    /// The fit, with the true number of classes.
    fn fit(&self, results: &Results) -> FittedModel {
        match self.model.family {
            ModelFamily::Classes => self.as_fitted(results).refit(results).unwrap(),
            _ => self.model.fit(results).unwrap(),
        }
    }
}

/// The free parameters, in one order.
fn numbers(parameters: &Parameters) -> Vec<f64> {
    match parameters {
        Parameters::Independent { failure_rates } => failure_rates.clone(),
        Parameters::CommonCause { failure_rates, probability: shared }
        | Parameters::GaussianCopula { failure_rates, correlation: shared } => {
            [failure_rates.as_slice(), &[*shared]].concat()
        }
        Parameters::TwoLevelCopula { failure_rates, correlation, repeats } => {
            [failure_rates.as_slice(), &[*correlation, *repeats]].concat()
        }
        Parameters::BetaBinomial { failure_rate, correlation } => vec![*failure_rate, *correlation],
        Parameters::Classes { weights, failure_rates } => [&weights[1..], &failure_rates.concat()].concat(),
    }
}

const REPLICAS: u64 = 1000;

/// So many standard deviations a normal variable exceeds with probability 2·10⁻⁹: in some forty comparisons with 10⁻⁷.
const DEVIATIONS: f64 = 6.0;

/// What N times the bias of an estimate comes to at most: with 4,000 replicas it was 0.5 ± 0.3 for the copula's
/// correlation, and less elsewhere.
const BIAS: f64 = 1.0;

/// Of a thousand logs drawn from each model: the fit is as likely as the truth or more; twice the gain lies below the
/// 95 % quantile of its asymptotic χ² as often as it should, which with 4,000 replicas it did to 0.6 %; and the mean of
/// every estimate is the truth, but for what is of order 1/N.
#[test]
fn estimates_are_spread_around_the_truth_as_likelihood_says() {
    for truth in truths() {
        let fit = |seed| {
            let results = truth.draw(seed);
            let fitted = truth.fit(&results);
            let gain = fitted.log_likelihood - truth.as_fitted(&results).log_likelihood_of(&results).unwrap();
            (2.0 * gain, numbers(&fitted.parameters))
        };
        let fits: Vec<(f64, Vec<f64>)> = (0..REPLICAS).into_par_iter().map(fit).collect();
        let least = fits.iter().map(|(gain, _)| *gain).fold(f64::INFINITY, f64::min);
        assert!(least > -1e-8, "{}: {least:e}", truth.model);
        let (count, expected) = (REPLICAS as f64, numbers(&truth.parameters));
        let largest = ChiSquared::new(expected.len() as f64).unwrap().inverse_cdf(0.95);
        let covered = fits.iter().filter(|(gain, _)| *gain <= largest).count() as f64 / count;
        let allowed = 0.006 + DEVIATIONS * (0.95 * 0.05 / count).sqrt();
        assert!(
            (covered - 0.95).abs() < allowed,
            "{}: {covered} of the gains below the quantile",
            truth.model
        );
        for (i, expected) in expected.iter().enumerate() {
            let mean = fits.iter().map(|(_, numbers)| numbers[i]).sum::<f64>() / count;
            let square = |(_, numbers): &(f64, Vec<f64>)| (numbers[i] - mean).powi(2);
            let variance = fits.iter().map(square).sum::<f64>() / (count - 1.0);
            let allowed = BIAS / truth.tasks as f64 + DEVIATIONS * (variance / count).sqrt();
            assert!((mean - expected).abs() < allowed, "{}: {mean} for {expected}", truth.model);
        }
    }
}

/// Where nothing is shared, a correlation that cannot be negative is estimated as zero in one half of all logs (Self
/// and Liang 1987), but for what is of order 1/√N: 0.01 here, as a skewness of one would make it.
#[test]
fn no_correlation_is_found_where_there_is_none() {
    let zero = |parameters: &Parameters| match *parameters {
        Parameters::BetaBinomial { correlation, .. } | Parameters::GaussianCopula { correlation, .. } => {
            correlation == 0.0
        }
        _ => panic!("{parameters:?} has no correlation"),
    };
    for family in [ModelFamily::BetaBinomial, ModelFamily::GaussianCopula] {
        let model = Model { family, rates: RateSharing::Equal };
        let is_zero = |seed| {
            let mut random = Random::seed_from_u64(seed);
            let task = |_| vec![tally(4, || random.random_bool(0.3))];
            let results = Results::gather(1, (0..1000).map(task));
            u32::from(zero(&model.fit(&results).unwrap().parameters))
        };
        let count: u32 = (0..REPLICAS).into_par_iter().map(is_zero).sum();
        let share = f64::from(count) / REPLICAS as f64;
        let allowed = 0.01 + DEVIATIONS * (0.25 / REPLICAS as f64).sqrt();
        assert!((share - 0.5).abs() < allowed, "{model}: {share}");
    }
}

/// The peaks of the likelihoods by mpmath, with its beta function and another quadrature, at 22 digits. At a peak the
/// slopes are known to some 10⁻¹³ of their parts, and the climbs end sooner than that.
#[test]
fn estimates_agree_with_an_independent_maximum() {
    let counts = [(0, 20), (1, 8), (2, 5), (3, 7), (4, 10)];
    let tasks =
        counts.iter().flat_map(|&(correct, tasks)| vec![vec![RunTally::new(correct, 4).unwrap()]; tasks]);
    let results = Results::gather(1, tasks);
    for (family, expected, ln) in [
        (ModelFamily::BetaBinomial, [0.6056484021387543, 0.5425421788223832], -104.26434458686545),
        (ModelFamily::GaussianCopula, [0.6058744554507237, 0.7560572889011647], -104.2792023921627),
    ] {
        let fitted = fitted(&results, family, RateSharing::Equal);
        for (computed, expected) in numbers(&fitted.parameters).iter().zip(expected) {
            assert!((computed - expected).abs() < 1e-10, "{family:?}: {:e}", computed - expected);
        }
        assert!((fitted.log_likelihood - ln).abs() < 1e-12, "{family:?}: {:e}", fitted.log_likelihood - ln);
    }
}

/// Two tasks on which every run is correct, among eighteen of which half fail: the peak of two classes has one of few
/// tasks, beside a saddle where both are alike.
#[test]
fn a_class_of_few_tasks_is_found() {
    let tasks = [
        (3, 7),
        (2, 4),
        (3, 7),
        (0, 2),
        (2, 5),
        (3, 7),
        (1, 6),
        (3, 7),
        (2, 3),
        (3, 8),
        (3, 7),
        (4, 6),
        (2, 6),
        (2, 4),
        (5, 8),
        (3, 6),
        (2, 3),
        (5, 8),
        (4, 4),
        (6, 6),
    ];
    let results =
        Results::gather(1, tasks.map(|(correct, runs)| vec![RunTally::new(correct, runs).unwrap()]));
    let ln = |weight: f64, easy: f64, hard: f64| -> f64 {
        let of = |rate: f64, (correct, runs): (u32, u32)| {
            (1.0 - rate).powi(correct as i32) * rate.powi((runs - correct) as i32)
        };
        tasks.iter().map(|&task| (weight * of(easy, task) + (1.0 - weight) * of(hard, task)).ln()).sum()
    };
    let hundredths = || (0..=100).map(|i| f64::from(i) / 100.0);
    let grid = hundredths().flat_map(|weight| {
        hundredths().flat_map(move |easy| hundredths().map(move |hard| ln(weight, easy, hard)))
    });
    let best = grid.fold(f64::NEG_INFINITY, f64::max);
    let found = fitted(&results, ModelFamily::Classes, RateSharing::Equal).log_likelihood;
    assert!(found >= best, "{found} {best}");
}

fn matrix(rows: &[&str]) -> Results {
    let tally = |run: char| match run {
        '1' => RunTally::new(1, 1).unwrap(),
        '0' => RunTally::new(0, 1).unwrap(),
        _ => RunTally::default(),
    };
    Results::gather(rows[0].len(), rows.iter().map(|row| row.chars().map(tally).collect()))
}

/// A model without an answer says its name and why.
#[test]
fn what_cannot_be_told_is_refused_by_name() {
    let once = vec![RunTally::new(1, 1).unwrap()];
    let wrong = vec![RunTally::new(0, 1).unwrap()];
    for (results, reason) in [
        (Results::gather(1, [once.clone(), wrong]), "one run on each task"),
        (matrix(&["101"]), "one task"),
        (matrix(&["111", "111", "111"]), "every run has the same result"),
        (matrix(&["000", "000"]), "every run has the same result"),
        (Results::gather(2, []), "without runs"),
        (Results::gather(0, []), "without runs"),
    ] {
        for model in Model::all(results.agents()) {
            let fitted = model.fit(&results);
            if model.family == ModelFamily::Independent && reason != "without runs" {
                assert!(fitted.is_ok(), "{model}");
                continue;
            }
            let error = fitted.unwrap_err().to_string();
            assert!(error.starts_with(model.family.name()) && error.contains(reason), "{model}: {error}");
        }
    }
    let unseen = matrix(&["10-", "01-", "11-"]);
    let model = Model { family: ModelFamily::GaussianCopula, rates: RateSharing::Different };
    assert!(model.fit(&unseen).unwrap_err().to_string().contains("an agent without runs"));
    let two_agents = matrix(&["10", "01", "11", "00"]);
    let error =
        Model { family: ModelFamily::Classes, rates: RateSharing::Different }.fit(&two_agents).unwrap_err();
    assert!(error.to_string().contains("fewer than three runs"), "{error}");
}

fn fitted(results: &Results, family: ModelFamily, rates: RateSharing) -> FittedModel {
    Model { family, rates }.fit(results).unwrap()
}

/// An agent that always fails, and one that never does: their rates are one and zero, and the others are what they are
/// without those two.
#[test]
fn agents_that_always_or_never_fail_change_nothing_for_the_others() {
    let rows = ["1001", "1011", "1001", "0001", "0011", "1011", "1011", "0001"];
    let with = matrix(&rows);
    let without = matrix(&rows.map(|row| {
        if row.starts_with("10") || row.starts_with("00") {
            if &row[0..1] == "1" {
                if &row[2..3] == "1" { "11" } else { "10" }
            } else if &row[2..3] == "1" {
                "01"
            } else {
                "00"
            }
        } else {
            panic!("the second agent always fails")
        }
    }));
    let [all, two] =
        [with, without].map(|results| fitted(&results, ModelFamily::GaussianCopula, RateSharing::Different));
    let (
        Parameters::GaussianCopula { failure_rates: of_all, correlation: one },
        Parameters::GaussianCopula { failure_rates: of_two, correlation: other },
    ) = (&all.parameters, &two.parameters)
    else {
        panic!("other models")
    };
    assert_eq!((of_all[1], of_all[3]), (1.0, 0.0));
    let pairs = [(of_all[0], of_two[0]), (of_all[2], of_two[1]), (*one, *other)];
    // A climb ends where a step would gain 10⁻¹²: some 10⁻⁵ of a standard error of 0.2.
    assert!(pairs.iter().all(|(one, other)| (one - other).abs() < 1e-5), "{pairs:?}");
    assert!((all.log_likelihood - two.log_likelihood).abs() < 1e-10);
}

/// Where all runs of a task end alike, the correlation is the largest that is told; identical agents too.
#[test]
fn runs_that_always_agree_are_as_correlated_as_can_be() {
    let results = matrix(&["111", "000", "111", "000", "000"]);
    for (family, rates) in [
        (ModelFamily::BetaBinomial, RateSharing::Equal),
        (ModelFamily::GaussianCopula, RateSharing::Equal),
        (ModelFamily::GaussianCopula, RateSharing::Different),
    ] {
        let fitted = fitted(&results, family, rates);
        let (Parameters::BetaBinomial { correlation, .. } | Parameters::GaussianCopula { correlation, .. }) =
            fitted.parameters
        else {
            panic!("{:?}", fitted.parameters)
        };
        assert!((correlation / MAX_CORRELATION - 1.0).abs() < 1e-12, "{}: {correlation}", fitted.model);
        assert!(fitted.scenario(&results).is_ok());
    }
    let Parameters::CommonCause { failure_rates, probability } =
        fitted(&results, ModelFamily::CommonCause, RateSharing::Different).parameters
    else {
        panic!("another model")
    };
    assert!((probability - 0.6).abs() < 1e-6 && failure_rates.iter().all(|rate| (rate - 0.6).abs() < 1e-6));
    let Parameters::Classes { weights, failure_rates } =
        fitted(&results, ModelFamily::Classes, RateSharing::Different).parameters
    else {
        panic!("another model")
    };
    assert!((weights[0] - 0.4).abs() < 1e-6);
    assert_eq!(failure_rates, [vec![0.0; 3], vec![1.0; 3]]);
}

/// No task on which all fail: no common cause, and the likelihood is that of independence.
#[test]
fn a_common_cause_that_never_struck_has_no_probability() {
    let results = matrix(&["110", "011", "101", "100", "010", "111"]);
    for rates in [RateSharing::Equal, RateSharing::Different] {
        let cause = fitted(&results, ModelFamily::CommonCause, rates);
        let independent = fitted(&results, ModelFamily::Independent, rates);
        assert!(matches!(cause.parameters, Parameters::CommonCause { probability: 0.0, .. }), "{cause:?}");
        assert_eq!(cause.log_likelihood, independent.log_likelihood);
        assert_eq!(cause.free_parameters, independent.free_parameters + 1);
    }
}

/// Every model's scenario, written and read again, is the same.
#[test]
fn scenarios_survive_their_files() {
    for (results, count) in [
        (truths()[3].draw(1), 4),
        (truths()[4].draw(1), 3),
        (truths()[6].draw(1), 6),
        (matrix(&["110", "011", "1-1", "000", "01-", "111", "000"]), 3),
    ] {
        for model in Model::of_log(&results) {
            let scenario = model.fit(&results).unwrap().scenario(&results).unwrap();
            assert_eq!(scenario.agents().count(), count, "{model}");
            assert_eq!(Scenario::from_toml(&scenario.to_toml()).unwrap(), scenario, "{model}");
            assert_eq!(Scenario::from_json(&scenario.to_json()).unwrap(), scenario, "{model}");
        }
    }
}

/// Thousands of runs of one task neither underflow nor take long.
#[test]
fn thousands_of_runs_are_fitted() {
    let task = |correct| vec![RunTally::new(correct, 5000).unwrap()];
    let results = Results::gather(1, [40, 4000, 2500, 4999, 1200, 3100, 600, 0].map(task));
    for model in Model::all(1) {
        let fitted = model.fit(&results).unwrap();
        assert!(fitted.log_likelihood.is_finite(), "{model}: {fitted:?}");
        assert!(
            (fitted.log_likelihood_of(&results).unwrap() / fitted.log_likelihood - 1.0).abs() < 1e-12,
            "{model}"
        );
    }
}
