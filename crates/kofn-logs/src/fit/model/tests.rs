use super::beta_binomial::{Tails, Urn};
use super::gaussian_copula::Ogive;
use super::*;
use crate::RunTally;

/// Parameters that nothing was fitted to.
fn given(rates: RateSharing, parameters: Parameters) -> FittedModel {
    let family = match parameters {
        Parameters::Independent { .. } => ModelFamily::Independent,
        Parameters::CommonCause { .. } => ModelFamily::CommonCause,
        Parameters::BetaBinomial { .. } => ModelFamily::BetaBinomial,
        Parameters::GaussianCopula { .. } => ModelFamily::GaussianCopula,
        Parameters::Classes { .. } => ModelFamily::Classes,
        Parameters::TwoLevelCopula { .. } => ModelFamily::TwoLevelCopula,
    };
    FittedModel::new(Model { family, rates }, parameters, 0.0, 1.0)
}

fn task(runs: &[(u32, u32)]) -> Vec<RunTally> {
    runs.iter().map(|&(failed, correct)| RunTally::new(correct, failed + correct).unwrap()).collect()
}

/// Returns the likelihood of one task with these failed and correct runs of each agent.
fn ln_of(fitted: &FittedModel, runs: &[(u32, u32)]) -> f64 {
    fitted.log_likelihood_of(&Results::gather(runs.len(), [task(runs)])).unwrap()
}

/// One of each model of three agents, none of them at an end of its range.
fn some() -> Vec<FittedModel> {
    use RateSharing::{Different, Equal};
    let rates = || vec![0.2, 0.55, 0.9];
    let classes =
        |rates: [Vec<f64>; 2]| Parameters::Classes { weights: vec![0.3, 0.7], failure_rates: rates.into() };
    let cause = |failure_rates, probability| Parameters::CommonCause { failure_rates, probability };
    let copula = |failure_rates, correlation| Parameters::GaussianCopula { failure_rates, correlation };
    let two_levels = |failure_rates, correlation, repeats| Parameters::TwoLevelCopula {
        failure_rates,
        correlation,
        repeats,
    };
    vec![
        given(Different, Parameters::Independent { failure_rates: rates() }),
        given(Different, cause(rates(), 0.15)),
        given(Equal, cause(vec![0.4], 0.4)),
        given(Equal, Parameters::BetaBinomial { failure_rate: 0.35, correlation: 0.45 }),
        given(Different, copula(rates(), 0.6)),
        given(Equal, copula(vec![0.01], 0.97)),
        given(Equal, classes([vec![0.05], vec![0.8]])),
        given(Different, classes([vec![0.0, 0.3, 0.9], vec![0.8, 1.0, 0.6]])),
        given(Different, two_levels(rates(), 0.3, 0.6)),
        given(Different, two_levels(rates(), 0.3, 0.999)),
        given(Equal, two_levels(vec![0.3], 0.0, 0.05)),
        given(Equal, two_levels(vec![0.02], 0.2, 0.35)),
    ]
}

/// What the quadrature leaves of a likelihood, and of the rounding of some: 10⁻¹¹ of both levels of a copula.
fn precision(fitted: &FittedModel) -> f64 {
    if fitted.model.family == ModelFamily::TwoLevelCopula { 1e-11 } else { 2e-14 }
}

fn choose(n: u32, k: u32) -> f64 {
    (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product()
}

/// Every pattern of 2, 1 and 3 runs: with as many orders as there are, the likelihoods sum to one. A sum of 24
/// numbers of which each has a relative error of 10⁻¹⁴, and of some ten roundings.
#[test]
fn likelihoods_sum_to_one() {
    for fitted in some() {
        let mut sum = 0.0;
        for (a, b, c) in (0..=2).flat_map(|a| (0..=1).flat_map(move |b| (0..=3).map(move |c| (a, b, c)))) {
            let orders = choose(2, a) * choose(1, b) * choose(3, c);
            sum += orders * ln_of(&fitted, &[(a, 2 - a), (b, 1 - b), (c, 3 - c)]).exp();
        }
        assert!((sum - 1.0).abs() < precision(&fitted), "{}: {:e}", fitted.model, sum - 1.0);
    }
}

/// What is missing is summed over: a task on which an agent was not run has the likelihood of the patterns with
/// either end of that run.
#[test]
fn runs_that_were_not_made_say_nothing() {
    for fitted in some() {
        let without = ln_of(&fitted, &[(1, 0), (0, 0), (1, 2)]).exp();
        let both: f64 = [(1, 0), (0, 1)].map(|run| ln_of(&fitted, &[(1, 0), run, (1, 2)]).exp()).iter().sum();
        assert!(
            (without - both).abs() <= precision(&fitted) * both,
            "{}: {without:e} {both:e}",
            fitted.model
        );
    }
}

/// The definitions, run by run.
#[test]
fn likelihoods_are_those_of_the_definitions() {
    let cause = &some()[1];
    let spared = |f: f64| (f - 0.15) / 0.85;
    let none_correct = 0.15 + 0.85 * spared(0.2) * spared(0.55).powi(2);
    assert!((ln_of(cause, &[(1, 0), (2, 0), (0, 0)]).exp() / none_correct - 1.0).abs() < 1e-14);
    let one_correct = 0.85 * (1.0 - spared(0.2)) * spared(0.9);
    assert!((ln_of(cause, &[(0, 1), (0, 0), (1, 0)]).exp() / one_correct - 1.0).abs() < 1e-14);
    let classes = &some()[7];
    // In the second class the second agent is never correct; in the first the first agent never fails.
    let expected = 0.3 * 0.3 * 0.1 * 0.1;
    assert!((ln_of(classes, &[(0, 1), (1, 1), (0, 2)]).exp() / (expected * 0.7) - 1.0).abs() < 1e-14);
    assert_eq!(ln_of(classes, &[(1, 0), (0, 1), (0, 0)]), f64::NEG_INFINITY);
}

/// f, ρ, failed, correct and the logarithm from mpmath's beta function at 40 digits.
#[test]
fn urns_agree_with_beta_functions() {
    for (failure_rate, correlation, failed, correct, expected) in [
        (0.3, 0.2, 3, 2, -4.314293222639791),
        (0.3, 1e-9, 3, 2, -4.3252682994267015),
        (0.05, 0.7, 0, 4, -0.08153923246903946),
        (0.9, 0.999, 40, 60, -77.28420023338867),
        (0.4, 0.3, 1000, 3000, -2253.176699981938),
    ] {
        let parameters = Parameters::BetaBinomial { failure_rate, correlation };
        let ln = ln_of(&given(RateSharing::Equal, parameters), &[(failed, correct)]);
        // Every one of so many additions rounds a sum that is no larger than that of all logarithms.
        let runs = f64::from(failed + correct);
        let bound = f64::EPSILON * runs * runs * (runs + 2.0).ln();
        assert!((ln - expected).abs() < bound, "{:e}", ln - expected);
    }
}

/// From mpmath's adaptive quadrature at 40 digits on panels of a quarter.
#[test]
fn copulas_agree_with_another_quadrature() {
    type Case = (&'static [f64], f64, &'static [(u32, u32)], f64);
    let cases: [Case; 5] = [
        (&[0.3, 0.6], 0.5, &[(1, 0), (0, 1)], -2.9283628432807673),
        (&[0.02, 0.7, 0.4], 0.05, &[(1, 2), (0, 1), (3, 0)], -7.786796853089591),
        (&[0.3], 0.4, &[(40, 60)], -69.30595131415087),
        (&[0.5, 0.5], 0.95, &[(2, 0), (0, 2)], -4.714317894497796),
        (&[1e-4, 0.2], 0.6, &[(3, 0), (0, 5)], -37.56879262735282),
    ];
    for (rates, correlation, runs, expected) in cases {
        let parameters = Parameters::GaussianCopula { failure_rates: rates.to_vec(), correlation };
        let fitted = given(RateSharing::Different, parameters);
        let error = ln_of(&fitted, runs) - expected;
        // 10⁻¹⁴ of the rule, and the rounding of the logarithms of a hundred runs at most.
        let total: u32 = runs.iter().map(|(failed, correct)| failed + correct).sum();
        assert!(error.abs() < 1e-14 + 1e-15 * (f64::from(total) + expected.abs()), "{rates:?} {error:e}");
    }
}

/// A small log with repeated runs, missing ones, and agents that differ.
fn log() -> Results {
    let runs = |i: u32| {
        let hard = i.is_multiple_of(3);
        let correct =
            |agent: u32| !hard && (i * 7 + agent * 5) % 11 > 2 + agent || (i + agent).is_multiple_of(13);
        let of = |agent: u32| match agent {
            0 if i.is_multiple_of(5) => (0, 0),
            2 => (1 + u32::from(!correct(2)), u32::from(correct(2))),
            agent => (u32::from(!correct(agent)), u32::from(correct(agent))),
        };
        task(&[of(0), of(1), of(2), of(3)])
    };
    Results::gather(4, (0..120).map(runs))
}

/// Central differences with step h = 10⁻⁴ leave h²/6 of a third derivative, which here is below 10³, and 10⁻¹⁶·10³/h
/// of rounding: 2·10⁻⁶.
#[test]
fn slopes_are_those_of_the_likelihoods() {
    let h = 1e-4;
    let tails = Tails::of(&Observations::pooled(&log()));
    for (failure_rate, correlation) in [(0.6, 0.4), (0.3, 0.01)] {
        let ln = |df: f64, dr: f64| {
            tails.log_likelihood(Urn { failure_rate: failure_rate + df, correlation: correlation + dr })
        };
        let slopes = tails.slopes(Urn { failure_rate, correlation });
        let first = |df: f64, dr: f64| (ln(df, dr) - ln(-df, -dr)) / (2.0 * h);
        let slope = |df: f64, dr: f64| {
            tails.slopes(Urn { failure_rate: failure_rate + df, correlation: correlation + dr })
        };
        let rate = tails.slope_in_rate(failure_rate, correlation);
        let mixed = (slope(h, 0.0).rho - slope(-h, 0.0).rho) / (2.0 * h);
        let own = (slope(0.0, h).rho - slope(0.0, -h).rho) / (2.0 * h);
        let bend = (tails.slope_in_rate(failure_rate + h, correlation).0
            - tails.slope_in_rate(failure_rate - h, correlation).0)
            / (2.0 * h);
        for (computed, expected) in [
            (slopes.rho, first(0.0, h)),
            (rate.0, first(h, 0.0)),
            (slopes.f_rho, mixed),
            (slopes.rho_rho, own),
            (slopes.f_f, bend),
            (rate.1, bend),
        ] {
            assert!((computed / expected - 1.0).abs() < 1e-4, "{computed} {expected}");
        }
    }
}

#[test]
fn the_copulas_derivatives_are_those_of_its_likelihood() {
    let (h, sample) = (1e-4, Observations::of_agents(&log()));
    let ogive = Ogive::new(&[0.3, 0.5, 0.6, 0.8], 0.45);
    let local = ogive.local(&sample);
    for i in 0..5 {
        let (up, down) = (ogive.moved(i, h).local(&sample), ogive.moved(i, -h).local(&sample));
        let slope = (up.ln - down.ln) / (2.0 * h);
        assert!((local.gradient[i] - slope).abs() < 2e-6 * local.gradient.amax(), "{i}: {slope}");
        let bends = (up.gradient - down.gradient) / (2.0 * h);
        let error = (local.hessian.column(i) - bends).amax();
        assert!(error < 2e-6 * local.hessian.amax(), "{i}: {error:e}");
    }
}

/// Every model's parameters are at a peak: none of them, moved by a thousandth, makes the logs more likely.
#[test]
fn fits_are_peaks() {
    let results = log();
    for model in Model::of_log(&results) {
        let fitted = model.fit(&results).unwrap();
        let ln = fitted.log_likelihood_of(&results).unwrap();
        assert!((fitted.log_likelihood - ln).abs() < 1e-10, "{model}: {} {ln}", fitted.log_likelihood);
        for parameters in neighbours(&fitted.parameters) {
            let there = FittedModel { parameters, ..fitted.clone() };
            let gain = there.log_likelihood_of(&results).unwrap() - ln;
            // Parameters that belong to no model have no likelihood.
            assert!(
                gain.is_nan() || gain <= 1e-9,
                "{model}: {gain:e} at {:?}, not {:?}",
                there.parameters,
                fitted.parameters
            );
        }
    }
}

/// All parameters, rates before weights.
fn numbers(parameters: &mut Parameters) -> Vec<&mut f64> {
    match parameters {
        Parameters::Independent { failure_rates } => failure_rates.iter_mut().collect(),
        Parameters::CommonCause { failure_rates, probability: shared }
        | Parameters::GaussianCopula { failure_rates, correlation: shared } => {
            failure_rates.iter_mut().chain([shared]).collect()
        }
        Parameters::BetaBinomial { failure_rate, correlation } => vec![failure_rate, correlation],
        Parameters::Classes { weights, failure_rates } => {
            failure_rates.iter_mut().flatten().chain(weights).collect()
        }
        Parameters::TwoLevelCopula { failure_rates, correlation, repeats } => {
            failure_rates.iter_mut().chain([correlation, repeats]).collect()
        }
    }
}

/// The same parameters with one of them a thousandth up or down, as far as it may be.
fn neighbours(parameters: &Parameters) -> Vec<Parameters> {
    let count = numbers(&mut parameters.clone()).len();
    let moved = |(place, by): (usize, f64)| {
        let mut moved = parameters.clone();
        let number = numbers(&mut moved).swap_remove(place);
        *number = (*number + by).clamp(0.0, 1.0);
        match &mut moved {
            Parameters::CommonCause { failure_rates, probability } if place == failure_rates.len() => {
                *probability = failure_rates.iter().copied().fold(*probability, f64::min);
            }
            Parameters::Classes { weights, .. } => {
                let all: f64 = weights.iter().sum();
                weights.iter_mut().for_each(|weight| *weight /= all);
            }
            _ => {}
        }
        moved
    };
    (0..count).flat_map(|place| [(place, -1e-3), (place, 1e-3)]).map(moved).collect()
}
