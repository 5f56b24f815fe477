//! Which model to trust: each is fitted to one half of the tasks and tested on the other.
//!
//! The tasks, or the clusters of tasks, are halved at random several times; each half is fitted once and predicted
//! once. A halving leaves as many tasks to fit as to test, so neither the fit nor the test is much noisier than the
//! other; with ten folds, the share of correct votes on a tenth of the tasks says next to nothing. The models are
//! compared by what their user wants: the number of correct runs among those that vote.

use super::effort::Effort;
use super::mean::mean;
use super::model::{FittedModel, Model};
use super::resample::split;
use super::votes::{Ballots, ObservedVote, VoteKind, VoteTarget, max_voters, observed};
use crate::Results;
use kofn::scenario::Error;
use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

/// Maximum number of runs in a vote that is predicted for held-out tasks.
const MAX_HELD_OUT: usize = 5;

/// How models are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halvings {
    /// How often the tasks are halved.
    pub count: usize,
    /// The seed of the halvings.
    pub seed: u64,
}

impl Default for Halvings {
    /// Twenty-five halvings, so fifty fits of each model, from seed 42.
    fn default() -> Self {
        Self { count: 25, seed: 42 }
    }
}

/// All models side by side.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ModelComparison {
    /// The models, in the order of [`Model::all`].
    pub models: Vec<ComparedModel>,
    /// What votes did, and what every model says of them.
    pub votes: Vec<VoteRow>,
    /// How often the tasks were halved.
    pub halvings: usize,
    /// Place of the model to trust; `None` where no model can be tested on held-out tasks.
    pub trusted: Option<usize>,
}

/// A model, fitted to all tasks or refused.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ComparedModel {
    /// Which model.
    #[serde(flatten)]
    pub model: Model,
    /// The fit to all tasks.
    pub fitted: Option<FittedModel>,
    /// Why there is none, or why there is none to a half of the tasks.
    pub refused: Option<String>,
    /// How its fits to halves of the tasks did on the other halves.
    pub held_out: Option<HeldOut>,
}

/// How a model did on tasks that it was not fitted to.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct HeldOut {
    /// The mean log-likelihood of a task; `None` where a fit assigns probability 0 to a held-out task.
    pub log_likelihood: Option<f64>,
    /// The logarithmic score of the number of correct votes, on average over tasks; `None` in the same case.
    pub score: Option<f64>,
    /// The largest score of all models, less this one.
    pub deficit: Option<f64>,
    /// The standard error of the deficit.
    pub standard_error: Option<f64>,
    /// The mean absolute error over any and all of two to five runs and the majority of three and of five: how far
    /// off it was.
    pub error: f64,
    /// Vote by vote.
    pub votes: Vec<HeldOutVote>,
}

/// A vote on tasks that a model was not fitted to, averaged over all halves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct HeldOutVote {
    /// The vote.
    #[serde(flatten)]
    pub target: VoteTarget,
    /// The observed share.
    pub observed: f64,
    /// The prediction of the model.
    pub predicted: f64,
    /// The mean size of the difference within a half: it contains the chance of which tasks are in which half.
    pub mean_absolute_error: f64,
    /// The mean difference, predicted less observed, from which that chance cancels.
    pub bias: f64,
}

/// A vote on all tasks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct VoteRow {
    /// The vote.
    #[serde(flatten)]
    pub target: VoteTarget,
    /// The observed share.
    pub observed: ObservedVote,
    /// The prediction of each model, in their order; `None` for one that is refused.
    pub predicted: Vec<Option<f64>>,
}

/// What one half says of a model fitted to the other: predictions in the order of the targets.
struct Trial {
    log_likelihood: f64,
    vote_score: f64,
    predicted: Vec<f64>,
}

/// One half: what was observed on it, and the trials of all models.
struct Half {
    observed: Vec<f64>,
    trials: Vec<Result<Trial, Error>>,
}

/// Fits all models, to all tasks and to halves of them, and says which to trust.
///
/// # Which model is trusted
/// The one that thought most probable how many of the runs on the other tasks were correct: all agents, one run of
/// each, or all runs of the only one. The number of correct votes is all that any vote depends on, and the logarithm
/// of its probability is largest, on average, for the model that has it right; one that calls impossible what
/// happened there is out. A model whose score is within a standard error of the largest is as good, and among those
/// one with fewer parameters is taken: they are known better; of equally many, the one with the higher score.
///
/// The standard error is that of the difference between two models on the same halves, (1/J + 1)·s² for J fits, which
/// Nadeau and Bengio (2003) correct for halves that overlap. The votes themselves judge less well: on fifty tasks the
/// chance of which half has the easy ones is an error of 0.13 in every model's votes, and hides that one without
/// correlation is 0.14 off. They are reported because they show how far off the trusted model was.
///
/// ```
/// use kofn_logs::fit::{ModelFamily, Halvings, compare};
/// use kofn_logs::{Results, RunTally};
/// // Hard tasks, on which all three agents fail, and easy ones.
/// let run = |task: u32, agent| RunTally::new(u32::from(task % 2 == 0 && (task + agent) % 7 > 0), 1).unwrap();
/// let results = Results::gather(3, (0..80).map(|task| (0..3).map(|agent| run(task, agent)).collect()));
/// let comparison = compare(&results, Halvings { count: 5, seed: 42 });
/// let trusted = &comparison.models[comparison.trusted.unwrap()];
/// assert_ne!(trusted.model.family, ModelFamily::Independent);
/// ```
pub fn compare(results: &Results, halvings: Halvings) -> ModelComparison {
    let models = Model::all(results.agents());
    let effort = Effort::of(results);
    let halvings = Halvings { count: effort.halvings(&models, halvings.count), ..halvings };
    let fit = |model: &Model, results: &Results| {
        if effort.is_fitted(*model) { model.fit(results) } else { Err(too_large(*model, results)) }
    };
    let fits: Vec<Result<FittedModel, Error>> = models.par_iter().map(|model| fit(model, results)).collect();
    let targets = VoteTarget::all(max_voters(results));
    let held: Vec<VoteTarget> =
        targets.iter().copied().filter(|vote| (2..=MAX_HELD_OUT).contains(&vote.of)).collect();
    let halves =
        if held.is_empty() { Vec::new() } else { all_halves(results, &models, fit, &held, halvings) };
    let scores = (0..models.len()).filter_map(|model| scores_of(model, &halves));
    let best = scores.max_by(|one, other| mean(one).total_cmp(&mean(other)));
    let held_out: Vec<_> =
        (0..models.len()).map(|model| held_out(model, &halves, best.as_deref(), &held)).collect();
    let refused = |model: usize| {
        let on_half = halves.iter().find_map(|half| half.trials[model].as_ref().err());
        fits[model].as_ref().err().or(on_half).map(ToString::to_string)
    };
    let votes = vote_rows(results, &targets, &fits);
    let candidate = |(place, held_out): (usize, Option<HeldOut>)| ComparedModel {
        model: models[place],
        fitted: fits[place].as_ref().ok().cloned(),
        refused: refused(place),
        held_out,
    };
    let models: Vec<ComparedModel> = held_out.into_iter().enumerate().map(candidate).collect();
    ModelComparison { trusted: trusted(&models, |_| true), models, votes, halvings: halvings.count }
}

/// A vote of all to fail is any of them to be right, turned round, and a majority of two or four nearly that of three
/// or five: they say no more of an error.
fn counts_for_error(target: VoteTarget) -> bool {
    target.vote != VoteKind::AllFail && (target.vote != VoteKind::Majority || target.of % 2 == 1)
}

fn vote_rows(results: &Results, targets: &[VoteTarget], fits: &[Result<FittedModel, Error>]) -> Vec<VoteRow> {
    let predicted: Vec<Option<Vec<Option<f64>>>> = fits
        .iter()
        .map(|fit| fit.as_ref().ok().and_then(|fit| fit.predicted(results, targets).ok()))
        .collect();
    let observed = observed(results, targets);
    let row = |(place, observed): (usize, &ObservedVote)| VoteRow {
        target: targets[place],
        observed: *observed,
        predicted: predicted.iter().map(|of| of.as_ref().and_then(|of| of[place])).collect(),
    };
    observed.iter().enumerate().map(row).collect()
}

/// The model has too many parameters to be fitted to so large a log.
fn too_large(model: Model, results: &Results) -> Error {
    let (agents, tasks) = (results.agents(), results.kinds().len());
    let message = format!("{model}: too large to be fitted to {agents} agents on {tasks} different tasks");
    Error::refused(model.family.name(), message)
}

fn all_halves(
    results: &Results,
    models: &[Model],
    fit: impl Fn(&Model, &Results) -> Result<FittedModel, Error> + Sync,
    targets: &[VoteTarget],
    halvings: Halvings,
) -> Vec<Half> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(halvings.seed);
    let pairs: Vec<_> = (0..halvings.count).map(|_| split(results, 0.5, &mut random)).collect();
    let both = pairs.iter().flat_map(|(one, other)| [(one, other), (other, one)]).collect::<Vec<_>>();
    both.into_par_iter()
        .filter_map(|(fit_to, other)| Half::of(fit_to, other, models, &fit, targets))
        .collect()
}

impl Half {
    /// None where some vote cannot be held on the half that is held out.
    fn of(
        fit_to: &Results,
        other: &Results,
        models: &[Model],
        fit: impl Fn(&Model, &Results) -> Result<FittedModel, Error>,
        targets: &[VoteTarget],
    ) -> Option<Self> {
        let observed: Option<Vec<f64>> =
            observed(other, targets).into_iter().map(|observed| observed.share).collect();
        let ballots = Ballots::new(other);
        let trial = |model: &Model| {
            let fitted = fit(model, fit_to)?;
            let predicted = fitted.predicted(other, targets)?.into_iter().map(Option::unwrap_or_default);
            Ok(Trial {
                log_likelihood: fitted.log_likelihood_of(other)? / other.tasks() as f64,
                vote_score: fitted.vote_score(&ballots),
                predicted: predicted.collect(),
            })
        };
        Some(Self { observed: observed?, trials: models.iter().map(trial).collect() })
    }
}

/// A model's trials, each with what was observed; nothing if some half could not be fitted.
fn trials_of(model: usize, halves: &[Half]) -> Option<Vec<(&Half, &Trial)>> {
    let trials = halves.iter().map(|half| Some((half, half.trials[model].as_ref().ok()?)));
    trials.collect::<Option<Vec<_>>>().filter(|trials| !trials.is_empty())
}

/// A model's scores, if all are finite.
fn scores_of(model: usize, halves: &[Half]) -> Option<Vec<f64>> {
    let scores: Vec<f64> = trials_of(model, halves)?.iter().map(|(_, trial)| trial.vote_score).collect();
    scores.iter().all(|score| score.is_finite()).then_some(scores)
}

/// How a model did, beside the scores of the best.
fn held_out(model: usize, halves: &[Half], best: Option<&[f64]>, targets: &[VoteTarget]) -> Option<HeldOut> {
    let trials = trials_of(model, halves)?;
    let log_likelihood = mean(&trials.iter().map(|(_, trial)| trial.log_likelihood).collect::<Vec<_>>());
    let scores = scores_of(model, halves);
    let deficits = scores
        .as_ref()
        .zip(best)
        .map(|(own, best)| best.iter().zip(own).map(|(best, own)| best - own).collect::<Vec<_>>());
    let vote = |(place, target): (usize, &VoteTarget)| {
        let of = |value: &dyn Fn(&Half, &Trial) -> f64| {
            mean(&trials.iter().map(|(half, trial)| value(half, trial)).collect::<Vec<_>>())
        };
        let difference = |half: &Half, trial: &Trial| trial.predicted[place] - half.observed[place];
        HeldOutVote {
            target: *target,
            observed: of(&|half, _| half.observed[place]),
            predicted: of(&|_, trial| trial.predicted[place]),
            mean_absolute_error: of(&|half, trial| difference(half, trial).abs()),
            bias: of(&difference),
        }
    };
    let votes: Vec<HeldOutVote> = targets.iter().enumerate().map(vote).collect();
    let counted = votes.iter().filter(|vote| counts_for_error(vote.target));
    Some(HeldOut {
        log_likelihood: log_likelihood.is_finite().then_some(log_likelihood),
        score: scores.as_deref().map(mean),
        deficit: deficits.as_deref().map(mean),
        standard_error: deficits.as_deref().map(standard_error),
        error: mean(&counted.map(|vote| vote.mean_absolute_error).collect::<Vec<_>>()),
        votes,
    })
}

/// Of the mean of differences on halves that overlap.
fn standard_error(differences: &[f64]) -> f64 {
    let (count, mean) = (differences.len() as f64, mean(differences));
    let squares: f64 = differences.iter().map(|of| (of - mean) * (of - mean)).sum();
    if count < 2.0 { 0.0 } else { libm::sqrt((1.0 / count + 1.0) * squares / (count - 1.0)) }
}

/// Scores that differ by no more are equal.
const ROUNDING: f64 = 1e-9;

/// The model to trust, by the rule that [`compare`] states, of those that are `asked` for.
pub(super) fn trusted(models: &[ComparedModel], asked: impl Fn(&ComparedModel) -> bool) -> Option<usize> {
    let standing = |(place, model): (usize, &ComparedModel)| {
        let (fitted, held_out) = (model.fitted.as_ref()?, model.held_out.as_ref()?);
        let (score, deficit, error) = (held_out.score?, held_out.deficit?, held_out.standard_error?);
        // What calls possible all that happened is trusted alone, and rounding decides nothing.
        held_out.log_likelihood?;
        (deficit <= error + ROUNDING).then_some((place, fitted.free_parameters, score))
    };
    let good = models.iter().enumerate().filter(|(_, model)| asked(model)).filter_map(standing);
    let best = good.min_by(|one, other| one.1.cmp(&other.1).then(other.2.total_cmp(&one.2)));
    best.map(|(place, ..)| place)
}
