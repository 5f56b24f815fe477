//! Classes of tasks by expectation and maximisation, accelerated.
//!
//! Each step finds how probable every class is for each kind of tasks, and takes the weights and rates that these
//! shares give: the likelihood never falls (Dempster, Laird and Rubin 1977), rates of zero and one are nothing
//! special, and the sums stay what they are. Two steps are extrapolated (Varadhan and Roland 2008, their third step
//! length), which is undone where the likelihood would fall.

use crate::fit::likelihood::{LnChance, Mixture, Point};
use crate::fit::sample::Observations;
use crate::fit::watch::Watch;

/// Weights, and for each class one rate per agent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Classes {
    pub(super) weights: Vec<f64>,
    pub(super) rates: Vec<Vec<f64>>,
    /// Whether every run fails in the first class, whatever the data say: a common cause.
    pub(super) first_always_fails: bool,
}

/// Steps end where no parameter moves by more than this.
const SETTLED: f64 = 1e-9;

/// So near to zero or one a rate is tried there.
const NEAR_AN_END: f64 = 1e-5;

/// Maximum number of steps, for flat likelihoods.
const MAX_STEPS: usize = 3_000;

impl Classes {
    /// A common cause as classes: the first strikes, and in the second agents fail with (f − c)/(1 − c).
    pub(super) fn struck(failure_rates: &[f64], cause: f64) -> Self {
        let spared =
            |rate: &f64| if cause < 1.0 { ((rate - cause) / (1.0 - cause)).clamp(0.0, 1.0) } else { 1.0 };
        Self {
            weights: vec![cause, 1.0 - cause],
            rates: vec![vec![1.0; failure_rates.len()], failure_rates.iter().map(spared).collect()],
            first_always_fails: true,
        }
    }

    pub(super) fn mixture(&self) -> Mixture {
        let point = |(class, (weight, rates)): (usize, (&f64, &Vec<f64>))| Point {
            ln_weight: libm::log(*weight),
            chances: if class == 0 && self.first_always_fails {
                vec![LnChance::ALWAYS_FAILS; rates.len()]
            } else {
                rates.iter().copied().map(LnChance::of_rate).collect()
            },
        };
        Mixture(self.weights.iter().zip(&self.rates).enumerate().map(point).collect())
    }

    /// Up to so many rounds of steps towards the nearest peak of the likelihood, and its logarithm there.
    pub(super) fn approach(mut self, sample: &Observations, rounds: usize, watch: &Watch) -> (Self, f64) {
        for _ in 0..rounds {
            if !watch.goes_on() {
                break;
            }
            let (first, _) = self.step(sample);
            let (second, ln_of_first) = first.step(sample);
            if first.distance(&second) <= SETTLED {
                self = second;
                break;
            }
            let (tried, ln_of_tried) = self.extrapolated(&first, &second).step(sample);
            self = if ln_of_tried >= ln_of_first { tried } else { second };
        }
        let ln = self.mixture().log_likelihood(sample);
        (self, ln)
    }

    /// The nearest peak of the likelihood, and its logarithm there.
    pub(super) fn climb(self, sample: &Observations, watch: &Watch) -> (Self, f64) {
        let (peak, ln) = self.approach(sample, MAX_STEPS / 3, watch);
        let at_ends = peak.with_rates_at_ends();
        let ln_at_ends = at_ends.mixture().log_likelihood(sample);
        if ln_at_ends >= ln { (at_ends, ln_at_ends) } else { (peak, ln) }
    }

    /// Rates that the steps have come near to zero or one, and would for ever come nearer, put there.
    fn with_rates_at_ends(&self) -> Self {
        let mut other = self.clone();
        for rate in other.rates.iter_mut().flatten() {
            if rate.min(1.0 - *rate) < NEAR_AN_END {
                *rate = rate.round();
            }
        }
        other
    }

    /// One step, and the log-likelihood of what it starts from.
    fn step(&self, sample: &Observations) -> (Self, f64) {
        match self.weights.len() {
            2 => self.step_of::<2>(sample),
            3 => self.step_of::<3>(sample),
            4 => self.step_of::<4>(sample),
            _ => self.step_of::<1>(sample),
        }
    }

    /// The same of this number of classes.
    fn step_of<const CLASSES: usize>(&self, sample: &Observations) -> (Self, f64) {
        let mut weights = [0.0; CLASSES];
        let mut failed = vec![[0.0; CLASSES]; sample.agents];
        let mut runs = failed.clone();
        let (likelihood, mut posterior, mut ln) = (self.mixture().likelihood(), Vec::new(), 0.0);
        for kind in &sample.kinds {
            ln += kind.tasks * likelihood.ln_of(kind, &mut posterior);
            let tasks: [f64; CLASSES] = std::array::from_fn(|class| kind.tasks * posterior[class]);
            weights.iter_mut().zip(tasks).for_each(|(weight, tasks)| *weight += tasks);
            for ((failed, runs), of_agent) in failed.iter_mut().zip(&mut runs).zip(&kind.runs) {
                let total = of_agent.total();
                for ((failed, runs), tasks) in failed.iter_mut().zip(runs).zip(tasks) {
                    *failed += tasks * of_agent.failed;
                    *runs += tasks * total;
                }
            }
        }
        let all: f64 = weights.iter().sum();
        // A rate that nothing depends on stays as it is.
        let rate = |class: usize, agent: usize| {
            let of = runs[agent][class];
            if of > 0.0 { (failed[agent][class] / of).min(1.0) } else { self.rates[class][agent] }
        };
        let rates = (0..CLASSES).map(|class| (0..sample.agents).map(|agent| rate(class, agent)).collect());
        let weights = weights.iter().map(|weight| weight / all).collect();
        (Self { weights, rates: rates.collect(), ..*self }, ln)
    }

    fn parameters(&self) -> impl Iterator<Item = f64> {
        self.weights.iter().chain(self.rates.iter().flatten()).copied()
    }

    fn distance(&self, other: &Self) -> f64 {
        self.parameters().zip(other.parameters()).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
    }

    /// Beyond two steps that start here: with r the first and v what the second changes, x + 2sr + s²v, s = |r|/|v|.
    fn extrapolated(&self, first: &Self, second: &Self) -> Self {
        let triples = || self.parameters().zip(first.parameters()).zip(second.parameters());
        let squares = triples().map(|((zero, one), two)| {
            let (r, v) = (one - zero, two - 2.0 * one + zero);
            (r * r, v * v)
        });
        let (r, v) = squares.fold((0.0, 0.0), |(r, v), (of_r, of_v)| (r + of_r, v + of_v));
        let s = libm::sqrt(r / v);
        if !(s.is_finite() && s > 1.0) {
            return second.clone();
        }
        // A bound that is reached is never left again, so it is approached by halves.
        let place = |((zero, one), two): ((f64, f64), f64)| {
            let far = zero + 2.0 * s * (one - zero) + s * s * (two - 2.0 * one + zero);
            far.clamp(0.5 * two, 0.5 + 0.5 * two)
        };
        second.with_parameters(triples().map(place))
    }

    fn with_parameters(&self, mut parameters: impl Iterator<Item = f64>) -> Self {
        let mut next = self.clone();
        let places = next.weights.iter_mut().chain(next.rates.iter_mut().flatten());
        places.zip(&mut parameters).for_each(|(place, parameter)| *place = parameter);
        let all: f64 = next.weights.iter().sum();
        next.weights.iter_mut().for_each(|weight| *weight /= all);
        next
    }
}
