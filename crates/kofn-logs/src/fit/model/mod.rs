//! Models of failures, fitted by maximum likelihood.
//!
//! Given what a task shares, all runs on it are independent; the models differ in what is shared. Each is fitted with
//! one rate for all agents or with a rate for each, by climbing to the peak of its likelihood in all parameters
//! together.

mod beta_binomial;
mod em;
mod family;
mod fitted;
mod gaussian_copula;
mod start;
mod two_level;

use super::likelihood::Mixture;
use super::sample::{Kind, Observations, Runs};
use super::watch::Watch;
use crate::Results;
use beta_binomial::{Tails, Urn};
use em::Classes;
pub use family::{MAX_CORRELATION, Model, ModelFamily, RateSharing};
pub use fitted::{FittedModel, Parameters};
use gaussian_copula::Ogive;
use kofn::scenario::Error;

/// Numbers of classes that are tried.
const CLASSES: std::ops::RangeInclusive<usize> = 2..=4;

impl Model {
    /// The maximum-likelihood fit to logs.
    ///
    /// # Errors
    /// Logs from which the model's parameters cannot be estimated: without runs, or of an agent without any; for what
    /// is shared, also those without a second task, without two runs on one task, or in which every run failed or none
    /// did; more than 10⁶ runs on one task.
    ///
    /// ```
    /// use kofn_logs::fit::{RateSharing, ModelFamily, Model, Parameters};
    /// use kofn_logs::{Results, RunTally};
    /// let task = |correct| vec![RunTally::new(correct, 4).unwrap()];
    /// let results = Results::gather(1, [0, 0, 0, 1, 2, 4, 4, 3].map(task));
    /// let model = Model { family: ModelFamily::BetaBinomial, rates: RateSharing::Equal };
    /// let fitted = model.fit(&results)?;
    /// let Parameters::BetaBinomial { correlation, .. } = fitted.parameters else { panic!("another model") };
    /// assert!((correlation - 0.5792).abs() < 1e-4);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn fit(self, results: &Results) -> Result<FittedModel, Error> {
        self.fit_from(results, None, &Watch::unwatched())
    }

    /// The fit, from a start if there is one; worth nothing once `watch` is stopped.
    pub(super) fn fit_from(
        self,
        results: &Results,
        start: Option<&Parameters>,
        watch: &Watch,
    ) -> Result<FittedModel, Error> {
        let sample = self.sample(results);
        self.check(&sample)?;
        let (parameters, log_likelihood) = match self.family {
            ModelFamily::Independent => independent(&sample),
            ModelFamily::CommonCause => common_cause(&sample, start, watch),
            ModelFamily::BetaBinomial => beta_binomial(&sample),
            ModelFamily::GaussianCopula => gaussian_copula(&sample, start, watch),
            ModelFamily::Classes => classes(&sample, start, watch),
            ModelFamily::TwoLevelCopula => two_level_copula(&sample, self.rates, start, watch),
        };
        Ok(FittedModel::new(self, parameters, log_likelihood, sample.tasks()))
    }

    /// Returns an error unless the model's parameters can be estimated from the sample.
    fn check(self, sample: &Observations) -> Result<(), Error> {
        let refused = |why: &str| Err(Error::refused(self.family.name(), format!("{self}: {why}")));
        let mut totals = sample.totals();
        if self.rates == RateSharing::Equal && totals.len() > 1 {
            totals = vec![summed(&totals)];
        }
        if totals.is_empty() || totals.iter().any(|runs| runs.total() == 0.0) {
            return refused("an agent without runs has no failure rate");
        }
        if self.family == ModelFamily::Independent {
            return Ok(());
        }
        if sample.tasks() < 2.0 {
            return refused("correlation within tasks cannot be estimated from one task");
        }
        if sample.max_runs() < 2.0 {
            return refused("correlation within tasks cannot be estimated from one run on each task");
        }
        sample.check_runs()?;
        let sum = |of: fn(&Runs) -> f64| totals.iter().map(of).sum::<f64>();
        if sum(|runs| runs.failed) == 0.0 || sum(|runs| runs.correct) == 0.0 {
            return refused("correlation cannot be estimated where every run has the same result");
        }
        if self.family == ModelFamily::TwoLevelCopula {
            return self.check_two_levels(sample);
        }
        if self.family == ModelFamily::Classes && max_classes(sample) < *CLASSES.start() {
            return refused(
                "two classes of tasks cannot be distinguished with fewer than three runs on each task",
            );
        }
        Ok(())
    }

    /// Returns an error unless the sample has runs of different agents and repeated ones, of agents that vary.
    fn check_two_levels(self, sample: &Observations) -> Result<(), Error> {
        let refused = |why: &str| Err(Error::refused(self.family.name(), format!("{self}: {why}")));
        let totals = sample.totals();
        let varies = |agent: &usize| {
            self.rates == RateSharing::Equal || (totals[*agent].failed > 0.0 && totals[*agent].correct > 0.0)
        };
        let open: Vec<usize> = (0..sample.agents).filter(varies).collect();
        let runs_of = |kind: &Kind| open.iter().map(|&agent| kind.runs[agent].total()).collect::<Vec<_>>();
        let are_several = |kind: &Kind| runs_of(kind).iter().filter(|runs| **runs > 0.0).count() > 1;
        if !sample.kinds.iter().any(are_several) {
            return refused("needs a task with runs of two agents that neither always nor never fail");
        }
        let most = sample.kinds.iter().flat_map(runs_of).fold(0.0, f64::max);
        if most < 2.0 {
            return refused(
                "needs two runs of one agent on a task, of an agent that neither always nor never fails",
            );
        }
        if most > two_level::MAX_RUNS_OF_ONE {
            let allowed = format!("at most {} of one agent on one task", two_level::MAX_RUNS_OF_ONE);
            return Err(Error::out_of_range("runs", most, allowed));
        }
        Ok(())
    }
}

fn summed(totals: &[Runs]) -> Runs {
    let sum = |of: fn(&Runs) -> f64| totals.iter().map(of).sum();
    Runs { failed: sum(|runs| runs.failed), correct: sum(|runs| runs.correct) }
}

/// The rates at which runs failed, whose likelihood is the largest.
fn independent(sample: &Observations) -> (Parameters, f64) {
    let failure_rates: Vec<f64> = rates(sample);
    let ln = Mixture::unshared(&failure_rates).log_likelihood(sample);
    (Parameters::Independent { failure_rates }, ln)
}

fn rates(sample: &Observations) -> Vec<f64> {
    sample.totals().iter().map(|runs| runs.failed / runs.total()).collect()
}

fn common_cause(sample: &Observations, start: Option<&Parameters>, watch: &Watch) -> (Parameters, f64) {
    let (without, ln_without) = independent(sample);
    let failing: f64 =
        sample.kinds.iter().filter(|kind| kind.failed() == kind.total()).map(|kind| kind.tasks).sum();
    let share = failing / sample.tasks();
    let sampled = rates(sample);
    let mut starts = vec![0.2 * share, 0.8 * share];
    if let Some(Parameters::CommonCause { probability, .. }) = start {
        starts = vec![probability.clamp(0.01 * share, share)];
    }
    let climb = |cause: f64| {
        let rates: Vec<f64> = sampled.iter().map(|rate| rate.max(cause)).collect();
        let mut start = Classes::struck(&rates, cause);
        // A rate of zero is never left again, so the climb must not start there.
        let floor = |rate: &mut f64| *rate = rate.clamp(1e-3, 1.0 - 1e-3);
        start.rates[1].iter_mut().for_each(floor);
        start.climb(sample, watch)
    };
    let best = starts.into_iter().map(climb).max_by(|one, other| one.1.total_cmp(&other.1));
    match best {
        Some((classes, ln)) if ln > ln_without + GAIN => {
            let cause = classes.weights[0];
            let rate = |spared: &f64| cause + (1.0 - cause) * spared;
            let failure_rates = classes.rates[1].iter().map(rate).collect();
            (Parameters::CommonCause { failure_rates, probability: cause }, ln)
        }
        _ => {
            let Parameters::Independent { failure_rates } = without else { return (without, ln_without) };
            (Parameters::CommonCause { failure_rates, probability: 0.0 }, ln_without)
        }
    }
}

/// What is shared must make the logs more likely by this, in logarithm, than nothing shared does: else there is
/// nothing but rounding.
const GAIN: f64 = 1e-9;

fn beta_binomial(sample: &Observations) -> (Parameters, f64) {
    let tails = Tails::of(sample);
    let urn = tails.peak();
    let Urn { failure_rate, correlation } = urn;
    (Parameters::BetaBinomial { failure_rate, correlation }, tails.log_likelihood(urn))
}

fn gaussian_copula(sample: &Observations, start: Option<&Parameters>, watch: &Watch) -> (Parameters, f64) {
    let rates = rates(sample);
    // An agent that never fails, or always, does so whatever is shared: its likelihood is one.
    let open: Vec<usize> =
        (0..rates.len()).filter(|&agent| 0.0 < rates[agent] && rates[agent] < 1.0).collect();
    let reduced = sample.of_some(&open);
    let place = |start: &[f64], correlation: f64| {
        let of = |&agent: &usize| {
            if 0.0 < start[agent] && start[agent] < 1.0 { start[agent] } else { rates[agent] }
        };
        Ogive::new(&open.iter().map(of).collect::<Vec<_>>(), correlation)
    };
    let first = match start {
        Some(Parameters::GaussianCopula { failure_rates, correlation }) => {
            place(failure_rates, correlation.clamp(0.01, 0.99))
        }
        _ => place(&rates, 0.3),
    };
    let (ogive, ln) = first.climb(&reduced, watch);
    let (_, ln_without) = independent(sample);
    if ln <= ln_without + GAIN {
        return (Parameters::GaussianCopula { failure_rates: rates, correlation: 0.0 }, ln_without);
    }
    let mut failure_rates = rates;
    open.iter().zip(ogive.failure_rates()).for_each(|(&agent, rate)| failure_rates[agent] = rate);
    (Parameters::GaussianCopula { failure_rates, correlation: ogive.correlation() }, ln)
}

/// Where a climb starts that has nothing to start from.
const FIRST_CORRELATION: f64 = 0.2;
const FIRST_REPEATS: f64 = 0.5;

fn two_level_copula(
    sample: &Observations,
    sharing: RateSharing,
    start: Option<&Parameters>,
    watch: &Watch,
) -> (Parameters, f64) {
    let mut rates = rates(sample);
    let open: Vec<usize> =
        (0..rates.len()).filter(|&agent| 0.0 < rates[agent] && rates[agent] < 1.0).collect();
    let (mut reduced, mut first): (Observations, Vec<f64>) =
        (sample.of_some(&open), open.iter().map(|&agent| rates[agent]).collect());
    if sharing == RateSharing::Equal {
        let all = summed(&sample.totals());
        rates = vec![all.failed / all.total()];
        (reduced, first) = (sample.clone(), rates.clone());
    }
    let layout = two_level::Layout::new(&reduced, sharing);
    let point = match start {
        Some(Parameters::TwoLevelCopula { failure_rates, correlation, repeats }) => {
            let of = |(place, rate): (usize, f64)| {
                let agent = if sharing == RateSharing::Equal { 0 } else { open[place] };
                failure_rates.get(agent).copied().filter(|start| 0.0 < *start && *start < 1.0).unwrap_or(rate)
            };
            let started: Vec<f64> = first.iter().copied().enumerate().map(of).collect();
            two_level::Point::near(&started, correlation.clamp(0.001, 0.99), repeats.clamp(0.01, 0.99))
        }
        _ => two_level::Point::near(&first, FIRST_CORRELATION, FIRST_REPEATS),
    };
    let (peak, ln) = two_level::climb(point, &layout, watch);
    let of_open = peak.failure_rates();
    match sharing {
        RateSharing::Equal => rates = of_open,
        RateSharing::Different => open.iter().zip(of_open).for_each(|(&agent, rate)| rates[agent] = rate),
    }
    let (correlation, repeats) = (peak.correlation(), peak.repeats);
    (Parameters::TwoLevelCopula { failure_rates: rates, correlation, repeats }, ln)
}

/// Maximum number of classes that the runs of a task identify: K of equal agents need 2K − 1 runs (Teicher 1963), of
/// different ones
/// 2⌈log₂ K⌉ + 1 (Allman, Matias and Rhodes 2009, for almost all parameters).
fn max_classes(sample: &Observations) -> usize {
    let most = sample.kinds.iter().map(|kind| match kind.runs.len() {
        1 => (0.5 * (kind.total() + 1.0)) as usize,
        _ if kind.total() >= 5.0 => 4,
        _ if kind.total() >= 3.0 => 2,
        _ => 1,
    });
    most.max().unwrap_or(0).min(*CLASSES.end())
}

/// The number of classes that Akaike's criterion prefers, unless `start` says how many.
fn classes(sample: &Observations, start: Option<&Parameters>, watch: &Watch) -> (Parameters, f64) {
    let fits: Vec<(Parameters, f64)> = match start {
        Some(Parameters::Classes { weights, failure_rates })
            if (1..=*CLASSES.end()).contains(&weights.len()) =>
        {
            let inside = |rate: &f64| rate.clamp(1e-6, 1.0 - 1e-6);
            let rates = failure_rates.iter().map(|rates| rates.iter().map(inside).collect()).collect();
            let start = Classes { weights: weights.clone(), rates, first_always_fails: false };
            vec![ordered(start.climb(sample, watch))]
        }
        _ => {
            (*CLASSES.start()..=max_classes(sample)).map(|count| best_classes(sample, count, watch)).collect()
        }
    };
    let criterion = |(parameters, ln): &(Parameters, f64)| parameters.count() as f64 - ln;
    let best = fits.into_iter().min_by(|one, other| criterion(one).total_cmp(&criterion(other)));
    best.unwrap_or_else(|| independent(sample))
}

/// Rounds of steps after which the climbs that are behind are given up, and how many go on.
const FIRST_ROUNDS: usize = 25;
const KEPT: usize = 3;

fn best_classes(sample: &Observations, count: usize, watch: &Watch) -> (Parameters, f64) {
    let starts = start::starts(sample, count).into_iter();
    let mut begun: Vec<(Classes, f64)> =
        starts.map(|start| start.approach(sample, FIRST_ROUNDS, watch)).collect();
    begun.sort_by(|one, other| other.1.total_cmp(&one.1));
    let climbs = begun.into_iter().take(KEPT).map(|(classes, _)| classes.climb(sample, watch));
    let best = climbs.max_by(|one, other| one.1.total_cmp(&other.1));
    best.map_or_else(|| independent(sample), ordered)
}

/// Easy classes first; those that no task is in are left out.
fn ordered((classes, ln): (Classes, f64)) -> (Parameters, f64) {
    let mut all: Vec<(f64, Vec<f64>)> = classes.weights.into_iter().zip(classes.rates).collect();
    all.retain(|(weight, _)| *weight > 0.0);
    let mean = |rates: &[f64]| rates.iter().sum::<f64>();
    all.sort_by(|(_, one), (_, other)| mean(one).total_cmp(&mean(other)));
    let (weights, failure_rates) = all.into_iter().unzip();
    (Parameters::Classes { weights, failure_rates }, ln)
}

#[cfg(test)]
mod tests;
