//! The likelihood against other quadratures, and its slopes against differences.

use super::*;
use crate::fit::model::{FittedModel, Model, ModelFamily, Parameters, RateSharing};
use crate::fit::normal::quantile;
use crate::{Results, RunTally};

fn given(parameters: Parameters) -> FittedModel {
    let family = match parameters {
        Parameters::GaussianCopula { .. } => ModelFamily::GaussianCopula,
        _ => ModelFamily::TwoLevelCopula,
    };
    let rates = RateSharing::Different;
    FittedModel::new(Model { family, rates }, parameters, 0.0, 1.0)
}

fn two_levels(failure_rates: &[f64], correlation: f64, repeats: f64) -> FittedModel {
    given(Parameters::TwoLevelCopula { failure_rates: failure_rates.to_vec(), correlation, repeats })
}

/// One task with these failed and correct runs of each agent.
fn task(runs: &[(u32, u32)]) -> Results {
    let tally = |&(failed, correct): &(u32, u32)| RunTally::new(correct, failed + correct).unwrap();
    Results::gather(runs.len(), [runs.iter().map(tally).collect()])
}

/// The mean over a normal variable by the trapezoidal rule with a step of 1/32 on [−9, 9]: of functions that bend no
/// faster than e^(−10x²) it leaves e^(−400) beside the 10⁻¹⁸ outside.
fn normal_mean(of: impl Fn(f64) -> f64) -> f64 {
    let at = |i: i32| {
        let x = f64::from(i) / 32.0;
        of(x) * libm::exp(-0.5 * x * x)
    };
    (-288..=288).map(at).sum::<f64>() / (32.0 * libm::sqrt(2.0 * std::f64::consts::PI))
}

/// The definition, with the engine's φ of the latent correlation inverted by bisection.
fn brute_force(rates: &[f64], correlation: f64, repeats: f64, runs: &[(u32, u32)]) -> f64 {
    let within = |rate: f64| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if kofn::exact::phi(rate, rate, middle) < repeats { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    let agents: Vec<(f64, f64, (u32, u32))> =
        rates.iter().zip(runs).map(|(&rate, &runs)| (quantile(rate), within(rate), runs)).collect();
    normal_mean(|z| {
        let of_agent = |&(threshold, within, (failed, correct)): &(f64, f64, (u32, u32))| {
            let (own, rest) = ((within - correlation).sqrt(), (1.0 - within).sqrt());
            normal_mean(|u| {
                let eta = (threshold - correlation.sqrt() * z - own * u) / rest;
                let below = |x: f64| 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
                below(eta).powi(failed as i32) * below(-eta).powi(correct as i32)
            })
        };
        agents.iter().map(of_agent).product()
    })
}

#[test]
fn likelihoods_agree_with_brute_force() {
    type Case = (&'static [f64], f64, f64, &'static [(u32, u32)]);
    let cases: [Case; 4] = [
        (&[0.3, 0.6], 0.3, 0.5, &[(1, 3), (2, 0)]),
        (&[0.05, 0.4], 0.1, 0.2, &[(4, 0), (0, 4)]),
        (&[0.2, 0.2], 0.0, 0.1, &[(2, 2), (0, 1)]),
        (&[0.5, 0.8], 0.5, 0.6, &[(0, 3), (3, 1)]),
    ];
    for (rates, correlation, repeats, runs) in cases {
        let ln = two_levels(rates, correlation, repeats).log_likelihood_of(&task(runs)).unwrap();
        let expected = libm::log(brute_force(rates, correlation, repeats, runs));
        assert!((ln - expected).abs() < 1e-10, "{rates:?} {runs:?}: {:e}", ln - expected);
    }
}

/// Where an agent's own runs have no more in common than different agents, at one rate, it is the plain copula.
#[test]
fn it_is_the_plain_copula_where_own_runs_have_nothing_more_in_common() {
    for (rate, correlation, runs) in [
        (0.3, 0.4, [(1, 2), (4, 0), (0, 1)]),
        (0.02, 0.7, [(0, 3), (1, 1), (2, 5)]),
        (0.8, 0.05, [(3, 0), (3, 3), (0, 2)]),
    ] {
        let repeats = kofn::exact::phi(rate, rate, correlation);
        let rates = vec![rate; 3];
        let plain = given(Parameters::GaussianCopula { failure_rates: rates.clone(), correlation });
        let [plain, two_levels] = [plain, two_levels(&rates, correlation, repeats)]
            .map(|fitted| fitted.log_likelihood_of(&task(&runs)).unwrap());
        assert!((plain - two_levels).abs() < 1e-10, "{rate}: {:e}", plain - two_levels);
    }
}

/// Both ways to take the integral over an agent's variable, where either may be chosen.
#[test]
fn both_integrals_agree() {
    use crate::fit::sample::Runs;
    let tallies = [(0.0, 4.0), (1.0, 3.0), (4.0, 0.0)].map(|(failed, correct)| Runs { failed, correct });
    for within in [0.31, 0.33, 0.5, 0.9] {
        let threshold = quantile(0.3);
        let phi = kofn::exact::phi(0.3, 0.3, within);
        let shape = Shape::new(threshold, 0.3, &Latent::of(threshold, phi));
        let places = [-2.0, 0.0, 1.5];
        let [u, eta] = [true, false].map(|over_u| shape.table_over(&tallies, &places, over_u));
        for tally in 0..3 {
            for (u, eta) in u.ln(tally).iter().zip(eta.ln(tally)) {
                assert!((u - eta).abs() < 1e-10, "{within}: {:e}", u - eta);
            }
        }
    }
}

impl Point {
    fn log_likelihood(&self, layout: &Layout) -> f64 {
        log_likelihood(&self.setting().shapes, layout)
    }
}

/// A log of three agents with several runs, which differ.
fn log() -> Results {
    let runs = |i: u32| {
        let hard = i.is_multiple_of(3);
        let correct = |agent: u32, run: u32| {
            let of_agent = (i * 7 + agent * 5) % 11 > 4 + agent;
            u32::from(
                (of_agent && !hard && !(i + run).is_multiple_of(7))
                    || (i * 3 + run * 5 + agent).is_multiple_of(8),
            )
        };
        let tally = |agent: u32| RunTally::new((0..3).map(|run| correct(agent, run)).sum(), 3).unwrap();
        (0..3).map(tally).collect()
    };
    Results::gather(3, (0..150).map(runs))
}

/// Differences of fourth order with step h = 10⁻⁴ leave h⁴/30 of a fifth derivative, which here is below 10¹², and
/// 10⁻¹⁰/h of the quadrature: 5·10⁻⁶.
#[test]
fn slopes_are_those_of_the_likelihood() {
    let results = log();
    for rates in [RateSharing::Equal, RateSharing::Different] {
        let model = Model { family: ModelFamily::TwoLevelCopula, rates };
        let layout = Layout::new(&model.sample(&results), rates);
        let start = match rates {
            RateSharing::Equal => vec![0.5],
            RateSharing::Different => vec![0.4, 0.5, 0.7],
        };
        for (correlation, repeats) in [(0.1, 0.3), (0.3, 0.8), (0.02, 0.05)] {
            let point = Point::near(&start, correlation, repeats);
            let local = point.local(&layout);
            assert!((local.ln - point.log_likelihood(&layout)).abs() < 1e-9);
            for (place, slope) in local.gradient.iter().enumerate() {
                let h = 1e-4;
                let moved = |by: f64| {
                    let mut step = nalgebra::DVector::zeros(local.gradient.len());
                    step[place] = by;
                    point.moved(&step).log_likelihood(&layout)
                };
                let near = 8.0 * (moved(h) - moved(-h));
                let difference = (near - (moved(2.0 * h) - moved(-2.0 * h))) / (12.0 * h);
                assert!((slope - difference).abs() < 5e-6, "{rates:?} {place}: {slope} {difference}");
            }
        }
    }
}
