//! A model with its parameters.

use super::beta_binomial::{Tails, Urn};
use super::em::Classes;
use super::family::MAX_CORRELATION;
use super::family::{Model, ModelFamily, RateSharing};
use super::gaussian_copula::Ogive;
use super::two_level;
use crate::Results;
use crate::fit::likelihood::Mixture;
use crate::fit::mean::mean;
use crate::fit::row::Row;
use crate::fit::sample::Observations;
use crate::fit::watch::Watch;
use kofn::scenario::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// What was fitted. Of equal agents there is one rate, else one for each.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Parameters {
    /// Of independent runs.
    Independent {
        /// The failure rates.
        failure_rates: Vec<f64>,
    },
    /// Of a common cause.
    CommonCause {
        /// The failure rates, whatever the cause.
        failure_rates: Vec<f64>,
        /// That all fail together.
        probability: f64,
    },
    /// Of one rate drawn for all.
    BetaBinomial {
        /// The mean rate.
        failure_rate: f64,
        /// Between two failures.
        correlation: f64,
    },
    /// Of a shared normal variable.
    GaussianCopula {
        /// The failure rates.
        failure_rates: Vec<f64>,
        /// Between two latent variables.
        correlation: f64,
    },
    /// Of classes of tasks, easy ones first.
    Classes {
        /// How common each class is; they sum to one.
        weights: Vec<f64>,
        /// The failure rates in each class.
        failure_rates: Vec<Vec<f64>>,
    },
    /// Of a shared normal variable, and one more that the runs of one agent share.
    TwoLevelCopula {
        /// The failure rates.
        failure_rates: Vec<f64>,
        /// Between the latent variables of two agents.
        correlation: f64,
        /// Between the failures of two runs of one agent: not latent, and at least what `correlation` comes to.
        repeats: f64,
    },
}

/// A model with the parameters that make the logs most likely.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FittedModel {
    /// Which model.
    #[serde(flatten)]
    pub model: Model,
    /// Its parameters.
    pub parameters: Parameters,
    /// Their log-likelihood L, without binomial coefficients: that of the order of the runs too.
    pub log_likelihood: f64,
    /// How many parameters p were free.
    pub free_parameters: usize,
    /// Akaike's criterion, 2p − 2L.
    pub aic: f64,
    /// Schwarz's criterion, p ln N − 2L with N tasks.
    pub bic: f64,
}

impl FittedModel {
    pub(super) fn new(model: Model, parameters: Parameters, log_likelihood: f64, tasks: f64) -> Self {
        let free_parameters = parameters.count();
        let free = free_parameters as f64;
        Self {
            model,
            parameters,
            log_likelihood,
            free_parameters,
            aic: 2.0 * free - 2.0 * log_likelihood,
            bic: free * libm::log(tasks) - 2.0 * log_likelihood,
        }
    }

    /// The numbers that make the model: its log-likelihood, Schwarz's criterion, and its parameters in their order.
    pub(in crate::fit) fn row(&self) -> Row {
        let mut row = vec![self.log_likelihood, self.bic];
        match &self.parameters {
            Parameters::Independent { failure_rates } => row.extend(failure_rates),
            Parameters::CommonCause { failure_rates, probability: shared }
            | Parameters::GaussianCopula { failure_rates, correlation: shared } => {
                row.extend(failure_rates.iter().chain([shared]));
            }
            Parameters::BetaBinomial { failure_rate, correlation } => row.extend([failure_rate, correlation]),
            Parameters::Classes { weights, failure_rates } => {
                row.extend(weights.iter().chain(failure_rates.iter().flatten()));
            }
            Parameters::TwoLevelCopula { failure_rates, correlation, repeats } => {
                row.extend(failure_rates.iter().chain([correlation, repeats]));
            }
        }
        Row(row)
    }

    /// The model of these numbers, for logs of so many agents; `None` for numbers that no fit gives.
    pub(in crate::fit) fn of_row(model: Model, agents: usize, row: &Row) -> Option<Self> {
        let (&[log_likelihood, bic], numbers) = row.split_first_chunk()?;
        let rates = if model.rates == RateSharing::Equal { 1 } else { agents };
        let parameters = Parameters::of_numbers(model.family, rates, numbers)?;
        let free_parameters = parameters.count();
        let aic = 2.0 * free_parameters as f64 - 2.0 * log_likelihood;
        Some(Self { model, parameters, log_likelihood, free_parameters, aic, bic })
    }

    /// The same model fitted to other logs of the same agents, such as tasks drawn again; the climb starts from here,
    /// and the number of classes stays.
    ///
    /// # Errors
    /// Those of [`Model::fit`]; logs of another number of agents than there are rates.
    ///
    /// ```
    /// use kofn_logs::fit::{RateSharing, ModelFamily, Model, bootstrap};
    /// use kofn_logs::{Results, RunTally};
    /// let task = |i| (0..3).map(|agent| RunTally::new(u32::from(i % (agent + 2) == 0), 1).unwrap()).collect();
    /// let results = Results::gather(3, (0..60).map(task));
    /// let model = Model { family: ModelFamily::GaussianCopula, rates: RateSharing::Different };
    /// let fitted = model.fit(&results)?;
    /// let replicas = bootstrap(&results, 20, 42, |results| fitted.refit(results));
    /// assert!(replicas.iter().all(Result::is_ok));
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn refit(&self, results: &Results) -> Result<Self, Error> {
        self.refit_watched(results, &Watch::unwatched())
    }

    /// The same, worth nothing once `watch` is stopped.
    pub(in crate::fit) fn refit_watched(&self, results: &Results, watch: &Watch) -> Result<Self, Error> {
        self.check_agents(results)?;
        self.model.fit_from(results, Some(&self.parameters), watch)
    }

    /// Returns an error unless the model has a rate for each agent of these logs.
    pub(in crate::fit) fn check_agents(&self, results: &Results) -> Result<(), Error> {
        let (rates, agents) = (self.parameters.agents(), results.agents());
        if self.model.rates == RateSharing::Equal || rates == agents {
            return Ok(());
        }
        let allowed = format!("{rates}, the number of agents that the model was fitted to");
        Err(Error::out_of_range("agents", agents, allowed))
    }

    /// Returns the log-likelihood of these parameters for other logs of the same agents; −∞ where they make them
    /// impossible.
    ///
    /// # Errors
    /// Logs of another number of agents than there are rates; more than 10⁶ runs on one task.
    pub fn log_likelihood_of(&self, results: &Results) -> Result<f64, Error> {
        self.check_agents(results)?;
        let sample = self.model.sample(results);
        if self.model.family != ModelFamily::Independent {
            sample.check_runs()?;
        }
        Ok(self.ln_likelihood(&sample))
    }

    fn ln_likelihood(&self, sample: &Observations) -> f64 {
        if let Parameters::BetaBinomial { failure_rate, correlation } = self.parameters {
            return Tails::of(sample).log_likelihood(Urn { failure_rate, correlation });
        }
        if let Parameters::TwoLevelCopula { failure_rates, correlation, repeats } = &self.parameters {
            let layout = two_level::Layout::new(sample, self.model.rates);
            return two_level::ln_likelihood(failure_rates, *correlation, *repeats, &layout);
        }
        let mixture = self.mixture(&sample.max_of_each(), sample.max_runs());
        mixture.map_or(f64::NAN, |mixture| mixture.log_likelihood(sample))
    }

    /// What a task may share, precise for tasks with at most this many runs of each agent and of all; `None` for a
    /// beta distribution, whose urn needs no quadrature. Under the two-level copula it is what different agents share,
    /// of which each has one run.
    pub(in crate::fit) fn mixture(&self, most: &[f64], together: f64) -> Option<Mixture> {
        Some(match &self.parameters {
            Parameters::Independent { failure_rates } => Mixture::unshared(failure_rates),
            Parameters::CommonCause { failure_rates, probability } => {
                Classes::struck(failure_rates, *probability).mixture()
            }
            Parameters::BetaBinomial { .. } => return None,
            Parameters::GaussianCopula { failure_rates, correlation }
            | Parameters::TwoLevelCopula { failure_rates, correlation, .. } => {
                Ogive::new(failure_rates, *correlation).mixture(most, together)
            }
            Parameters::Classes { weights, failure_rates } => {
                let (weights, rates) = (weights.clone(), failure_rates.clone());
                Classes { weights, rates, first_always_fails: false }.mixture()
            }
        })
    }
}

/// No latent correlation is fitted that is nearer to 1: quadratures would take too many nodes.
const MAX_LATENT: f64 = 1.0 - 1e-12;

impl Parameters {
    /// The parameters of these numbers, for so many rates.
    fn of_numbers(family: ModelFamily, rates: usize, numbers: &[f64]) -> Option<Self> {
        let most = |most: f64| move |number: &f64| (0.0..=most).contains(number);
        if !numbers.iter().all(most(1.0)) {
            return None;
        }
        let (failure_rates, shared) = match family {
            ModelFamily::Classes => return Self::classes_of(rates, numbers),
            _ => numbers.split_at_checked(rates)?,
        };
        let failure_rates = failure_rates.to_vec();
        Some(match (family, shared) {
            (ModelFamily::Independent, []) => Self::Independent { failure_rates },
            (ModelFamily::CommonCause, &[probability]) => Self::CommonCause { failure_rates, probability },
            (ModelFamily::GaussianCopula, &[correlation]) if correlation <= MAX_CORRELATION => {
                Self::GaussianCopula { failure_rates, correlation }
            }
            (ModelFamily::BetaBinomial, &[correlation]) if correlation <= MAX_CORRELATION => {
                Self::BetaBinomial { failure_rate: *failure_rates.first()?, correlation }
            }
            (ModelFamily::TwoLevelCopula, &[correlation, repeats])
                if correlation <= MAX_LATENT && repeats <= MAX_CORRELATION =>
            {
                Self::TwoLevelCopula { failure_rates, correlation, repeats }
            }
            _ => return None,
        })
    }

    /// Classes of these weights and rates.
    fn classes_of(rates: usize, numbers: &[f64]) -> Option<Self> {
        let classes = numbers.len() / (rates + 1);
        let (weights, failure_rates) = numbers.split_at_checked(classes)?;
        let fits = rates > 0 && (1..=4).contains(&classes) && failure_rates.len() == classes * rates;
        let failure_rates = || failure_rates.chunks_exact(rates).map(<[f64]>::to_vec).collect();
        fits.then(|| Self::Classes { weights: weights.to_vec(), failure_rates: failure_rates() })
    }

    /// Number of agents that have rates.
    fn agents(&self) -> usize {
        match self {
            Self::BetaBinomial { .. } => 1,
            Self::Independent { failure_rates }
            | Self::CommonCause { failure_rates, .. }
            | Self::GaussianCopula { failure_rates, .. }
            | Self::TwoLevelCopula { failure_rates, .. } => failure_rates.len(),
            Self::Classes { failure_rates, .. } => failure_rates.first().map_or(0, Vec::len),
        }
    }

    /// Number of free parameters.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Independent { failure_rates } => failure_rates.len(),
            Self::CommonCause { failure_rates, .. } | Self::GaussianCopula { failure_rates, .. } => {
                failure_rates.len() + 1
            }
            Self::TwoLevelCopula { failure_rates, .. } => failure_rates.len() + 2,
            Self::BetaBinomial { .. } => 2,
            Self::Classes { weights, failure_rates } => {
                weights.len().saturating_sub(1) + failure_rates.iter().map(Vec::len).sum::<usize>()
            }
        }
    }

    /// The mean failure rate over agents and classes of tasks.
    pub fn mean_failure_rate(&self) -> f64 {
        match self {
            Self::BetaBinomial { failure_rate, .. } => *failure_rate,
            Self::Independent { failure_rates }
            | Self::CommonCause { failure_rates, .. }
            | Self::GaussianCopula { failure_rates, .. }
            | Self::TwoLevelCopula { failure_rates, .. } => mean(failure_rates),
            Self::Classes { weights, failure_rates } => {
                weights.iter().zip(failure_rates).map(|(weight, rates)| weight * mean(rates)).sum()
            }
        }
    }

    /// The same with one rate for all agents, their mean, which are run once each.
    pub(in crate::fit) fn alike(&self) -> Self {
        let mut alike = self.clone();
        if let Self::TwoLevelCopula { failure_rates, correlation, .. } = alike {
            alike = Self::GaussianCopula { failure_rates, correlation };
        }
        match &mut alike {
            Self::BetaBinomial { .. } => {}
            Self::Independent { failure_rates }
            | Self::CommonCause { failure_rates, .. }
            | Self::GaussianCopula { failure_rates, .. }
            | Self::TwoLevelCopula { failure_rates, .. } => *failure_rates = vec![mean(failure_rates)],
            Self::Classes { failure_rates, .. } => {
                failure_rates.iter_mut().for_each(|rates| *rates = vec![mean(rates)]);
            }
        }
        alike
    }

    /// The correlation or the probability of a common cause, where the model has one.
    pub fn shared(&self) -> Option<f64> {
        match self {
            Self::CommonCause { probability, .. } => Some(*probability),
            Self::BetaBinomial { correlation, .. }
            | Self::GaussianCopula { correlation, .. }
            | Self::TwoLevelCopula { correlation, .. } => Some(*correlation),
            Self::Independent { .. } | Self::Classes { .. } => None,
        }
    }

    /// The correlation of the failures of two runs of one agent, where the model has one that is not that of different
    /// agents.
    pub fn repeats(&self) -> Option<f64> {
        match self {
            Self::TwoLevelCopula { repeats, .. } => Some(*repeats),
            Self::Independent { .. }
            | Self::CommonCause { .. }
            | Self::BetaBinomial { .. }
            | Self::GaussianCopula { .. }
            | Self::Classes { .. } => None,
        }
    }
}
