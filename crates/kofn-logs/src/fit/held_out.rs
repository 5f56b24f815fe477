//! Which model to trust: each is fitted to one half of the tasks and tested on the other.
//!
//! The tasks, or the clusters of tasks, are halved at random several times; each half is fitted once and predicted
//! once. A halving leaves as many tasks to fit as to test, so neither the fit nor the test is much noisier than the
//! other; with ten folds, the share of correct votes on a tenth of the tasks says next to nothing. The models are
//! compared by one number, the held-out log-likelihood of a task: of all of its runs, whatever they are used for.
//!
//! # Testing
//! `held_out/tests.rs` draws logs from a known law and tests its true model: its held-out error is the floor, on
//! average.

use super::effort::Effort;
use super::mean::mean;
use super::model::{FittedModel, Model, RateSharing};
use super::resample::{Halved, units};
use super::row::Row;
use super::votes::{ObservedVote, VoteKind, VoteTarget, max_voters, observed};
use super::watch::Watch;
use crate::Results;
use kofn::monte_carlo::Part;
use kofn::scenario::Error;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

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
    /// The models, in the order of [`Model::of_log`].
    pub models: Vec<ComparedModel>,
    /// What votes did, and what every model says of them.
    pub votes: Vec<VoteRow>,
    /// How often the tasks were halved.
    pub halvings: usize,
    /// Place of the model to trust; `None` where no model can be tested on held-out tasks.
    pub trusted: Option<usize>,
    /// The two steps to it.
    pub choice: Option<ModelChoice>,
}

/// How the model to trust was chosen, in two steps by one number: the mean log-likelihood of a held-out task.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ModelChoice {
    /// Step one, equal or own rates; `None` for one agent, which has one rate.
    pub rates: Option<RateStep>,
    /// Step two, the family among the models with these rates.
    pub family: FamilyStep,
}

/// Step one: the best model with equal rates against the best with own rates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RateStep {
    /// The rates that were chosen.
    pub rates: RateSharing,
    /// Why.
    pub reason: RateReason,
    /// Place of the best model with equal rates, if any could be tested.
    pub equal: Option<usize>,
    /// Place of the best model with own rates, if any could be tested.
    pub own: Option<usize>,
    /// What own rates gain over equal ones, where both could be tested.
    pub gain: Option<HeldOutDifference>,
}

/// Why equal or own rates were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateReason {
    /// They predict held-out tasks better, by more than one standard error.
    Better,
    /// Both are within one standard error, and the best model with these rates has fewer parameters.
    FewerParameters,
    /// No model with the other rates could be tested, or each assigns probability 0 to a held-out task.
    Only,
    /// They were asked for.
    Asked,
}

/// Step two: of the models within one standard error of the best, the one with the fewest parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FamilyStep {
    /// Place of the model that was chosen.
    pub model: usize,
    /// Place of the one with the largest log-likelihood of held-out tasks.
    pub best: usize,
    /// How far the chosen one is behind it.
    pub behind: HeldOutDifference,
}

/// The difference of two models' mean log-likelihoods of a held-out task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct HeldOutDifference {
    /// The difference.
    pub value: f64,
    /// Its standard error, over halvings that overlap.
    pub standard_error: f64,
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
    /// The largest mean log-likelihood of all models with the same rates, equal or own, less this one's; `None` in the
    /// same case.
    pub behind: Option<HeldOutDifference>,
    /// The mean absolute error over any and all of two to five runs and the majority of three and of five: how far
    /// off it was.
    pub error: f64,
    /// The error that a perfect model would have had on so many tasks, by sampling noise alone; `None` on halves of a
    /// single task.
    pub floor: Option<f64>,
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
    /// The mean size of the difference that a perfect model would have had: √(2/π)·σ, σ being the standard error of the
    /// observed share of a half, over clusters where there are some; `None` on halves of a single task.
    pub floor: Option<f64>,
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
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "Row", from = "Row")]
struct Trial {
    log_likelihood: f64,
    predicted: Row,
}

impl From<Trial> for Row {
    fn from(Trial { log_likelihood, predicted: Self(mut row) }: Trial) -> Self {
        row.push(log_likelihood);
        Self(row)
    }
}

impl From<Row> for Trial {
    fn from(Row(mut row): Row) -> Self {
        Self { log_likelihood: row.pop().unwrap_or(f64::NAN), predicted: Row(row) }
    }
}

/// One half: what was observed on it, and the trials of all models.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Half {
    observed: Row,
    /// NaN where there is none.
    floors: Row,
    trials: Vec<Result<Trial, String>>,
}

/// Fits all models, to all tasks and to halves of them, and says which to trust.
///
/// # Which model is trusted
/// Two steps by one number, the log-likelihood of the results of a held-out task, on average over tasks and halvings:
/// it is largest, on average, for the model that is right. Step one takes equal or own rates: the best model with equal
/// rates is compared with the best one with own rates. Step two takes the family among the models with these rates. In
/// each step a model within one standard error of the best is as good, and among those the one with the fewest
/// parameters is taken: they are known better; of equally many, the one with the larger log-likelihood. A model that
/// assigns probability 0 to a held-out task is out.
///
/// The standard error is that of the difference between two models on the same halves, (1/J + 1)·s² for J fits, which
/// Nadeau and Bengio (2003) correct for halves that overlap. The votes themselves judge less well: on fifty tasks the
/// chance of which half has the easy ones is an error of 0.13 in every model's votes, and hides that one without
/// correlation is 0.14 off. They are reported because they show how far off the trusted model was, each beside the
/// error that a perfect model would have had.
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
    let (comparing, watch) = (Comparing::new(results, halvings), Watch::unwatched());
    // Nobody stops it.
    let fits = comparing.fits(Part::WHOLE, &watch).unwrap_or_default();
    let halves = comparing.halves(Part::WHOLE, &watch).unwrap_or_default();
    comparing.comparison(&fits, &halves)
}

/// What is compared, and how.
pub(super) struct Comparing<'a> {
    results: &'a Results,
    effort: Effort,
    models: Vec<Model>,
    targets: Vec<VoteTarget>,
    /// The votes that are predicted for held-out tasks.
    held: Vec<VoteTarget>,
    halvings: Halvings,
}

/// A model fitted to all tasks, as [`FittedModel::row`] writes it, or why there is none.
pub(super) type WholeFit = Result<Row, String>;

impl<'a> Comparing<'a> {
    pub(super) fn new(results: &'a Results, halvings: Halvings) -> Self {
        let (models, effort) = (Model::of_log(results), Effort::of(results));
        let halvings = Halvings { count: effort.halvings(&models, halvings.count), ..halvings };
        let targets = VoteTarget::all(max_voters(results));
        let held = targets.iter().copied().filter(|vote| (2..=MAX_HELD_OUT).contains(&vote.of)).collect();
        Self { results, effort, models, targets, held, halvings }
    }

    /// All votes.
    pub(super) fn targets(&self) -> &[VoteTarget] {
        &self.targets
    }

    /// How the tasks are halved.
    pub(super) fn halvings(&self) -> Halvings {
        self.halvings
    }

    fn fit(&self, model: Model, results: &Results, watch: &Watch) -> Result<FittedModel, Error> {
        match self.effort.is_fitted(model) {
            true => model.fit_from(results, None, watch),
            false => Err(too_large(model, results)),
        }
    }

    /// The models of a part, fitted to all tasks.
    pub(super) fn fits(&self, part: Part, watch: &Watch) -> Result<Vec<WholeFit>, Error> {
        let fit = |place: usize| {
            let fitted = self.fit(self.models[place], self.results, watch);
            fitted.map(|fitted| fitted.row()).map_err(|error| error.to_string())
        };
        watch.each(units(part, self.models.len()), fit)
    }

    /// The halves of a part, with the trials of all models on each; `None` where some vote cannot be held on the half.
    pub(super) fn halves(&self, part: Part, watch: &Watch) -> Result<Vec<Option<Half>>, Error> {
        let halves = Halved::new(self.results, self.halvings);
        let fit = |model: Model, results: &Results| self.fit(model, results, watch);
        let half = |place: usize| Half::of(halves.at(place), &self.models, fit, &self.held);
        watch.each(units(part, self.all_halves()), half)
    }

    /// How many halves there are.
    fn all_halves(&self) -> usize {
        if self.held.is_empty() { 0 } else { 2 * self.halvings.count }
    }

    /// Whether these can be all fits and halves: as many as there must be, each with all its numbers.
    pub(super) fn fits_in(&self, fits: &[WholeFit], halves: &[Option<Half>]) -> bool {
        let is_whole = |half: &Half| {
            let predicts = |trial: &Result<Trial, String>| {
                trial.as_ref().map_or(true, |trial| trial.predicted.len() == self.held.len())
            };
            [half.observed.len(), half.floors.len()] == [self.held.len(); 2]
                && half.trials.len() == self.models.len()
                && half.trials.iter().all(predicts)
        };
        let is_fit = |(model, fit): (&Model, &WholeFit)| {
            fit.as_ref().map_or(true, |row| self.fitted(*model, row).is_some())
        };
        [fits.len(), halves.len()] == [self.models.len(), self.all_halves()]
            && self.models.iter().zip(fits).all(is_fit)
            && halves.iter().flatten().all(is_whole)
    }

    fn fitted(&self, model: Model, row: &Row) -> Option<FittedModel> {
        FittedModel::of_row(model, self.results.agents(), row)
    }

    /// All models side by side.
    pub(super) fn comparison(&self, fits: &[WholeFit], halves: &[Option<Half>]) -> ModelComparison {
        let Self { models, held, .. } = self;
        let fitted = |(model, fit): (&Model, &WholeFit)| {
            let row = fit.as_ref().map_err(String::clone)?;
            self.fitted(*model, row).ok_or_else(|| format!("{model}: the fit is out of range"))
        };
        let fits: Vec<Result<FittedModel, String>> = models.iter().zip(fits).map(fitted).collect();
        let halves: Vec<&Half> = halves.iter().flatten().collect();
        let scores: Vec<Option<Vec<f64>>> =
            (0..models.len()).map(|model| scores_of(model, &halves)).collect();
        let best = |rates: RateSharing| best_of(models, &scores, rates);
        let held_out = |model: usize| {
            let best = best(models[model].rates).and_then(|best| scores[best].as_deref());
            held_out(model, &halves, scores[model].as_deref().zip(best), held)
        };
        let refused = |model: usize| {
            let on_half = halves.iter().find_map(|half| half.trials[model].as_ref().err());
            fits[model].as_ref().err().or(on_half).cloned()
        };
        let votes = vote_rows(self.results, &self.targets, &fits);
        let candidate = |place: usize| ComparedModel {
            model: models[place],
            fitted: fits[place].as_ref().ok().cloned(),
            refused: refused(place),
            held_out: held_out(place),
        };
        let models: Vec<ComparedModel> = (0..models.len()).map(candidate).collect();
        let choice = choice(&models, &scores);
        let trusted = choice.map(|choice| choice.family.model);
        ModelComparison { trusted, choice, models, votes, halvings: self.halvings.count }
    }
}

/// A vote of all to fail is any of them to be right, turned round, and a majority of two or four nearly that of three
/// or five: they say no more of an error.
fn counts_for_error(target: VoteTarget) -> bool {
    target.vote != VoteKind::AllFail && (target.vote != VoteKind::Majority || target.of % 2 == 1)
}

fn vote_rows(
    results: &Results,
    targets: &[VoteTarget],
    fits: &[Result<FittedModel, String>],
) -> Vec<VoteRow> {
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

impl Half {
    /// None where some vote cannot be held on the half that is held out.
    fn of(
        (fit_to, other): (&Results, &Results),
        models: &[Model],
        fit: impl Fn(Model, &Results) -> Result<FittedModel, Error>,
        targets: &[VoteTarget],
    ) -> Option<Self> {
        let observed = observed(other, targets);
        let shares: Option<Vec<f64>> = observed.iter().map(|observed| observed.share).collect();
        let trial = |model: &Model| {
            let fitted = fit(*model, fit_to)?;
            let predicted = fitted.predicted(other, targets)?.into_iter().map(Option::unwrap_or_default);
            Ok(Trial {
                log_likelihood: fitted.log_likelihood_of(other)? / other.tasks() as f64,
                predicted: Row(predicted.collect()),
            })
        };
        let trials = models.iter().map(|model| trial(model).map_err(|error: Error| error.to_string()));
        let floors = observed.iter().map(|observed| observed.noise_floor().unwrap_or(f64::NAN));
        Some(Self { observed: Row(shares?), floors: Row(floors.collect()), trials: trials.collect() })
    }
}

/// A model's trials, each with what was observed; nothing if some half could not be fitted.
fn trials_of<'a>(model: usize, halves: &[&'a Half]) -> Option<Vec<(&'a Half, &'a Trial)>> {
    let trials = halves.iter().map(|&half| Some((half, half.trials[model].as_ref().ok()?)));
    trials.collect::<Option<Vec<_>>>().filter(|trials| !trials.is_empty())
}

/// The mean log-likelihood of a task on each half, if all are finite.
fn scores_of(model: usize, halves: &[&Half]) -> Option<Vec<f64>> {
    let scores: Vec<f64> = trials_of(model, halves)?.iter().map(|(_, trial)| trial.log_likelihood).collect();
    scores.iter().all(|score| score.is_finite()).then_some(scores)
}

/// Place of the model with these rates whose scores are the best.
fn best_of(models: &[Model], scores: &[Option<Vec<f64>>], rates: RateSharing) -> Option<usize> {
    let of_rates = models.iter().zip(scores).enumerate().filter(|(_, (model, _))| model.rates == rates);
    let known = of_rates.filter_map(|(place, (_, scores))| Some((place, mean(scores.as_deref()?))));
    known.max_by(|one, other| one.1.total_cmp(&other.1)).map(|(place, _)| place)
}

/// How a model did, with its scores beside those of the best with the same rates.
fn held_out(
    model: usize,
    halves: &[&Half],
    scores: Option<(&[f64], &[f64])>,
    targets: &[VoteTarget],
) -> Option<HeldOut> {
    let trials = trials_of(model, halves)?;
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
            floor: known_mean(
                trials.iter().map(|(half, _)| Some(half.floors[place]).filter(|floor| !floor.is_nan())),
            ),
            bias: of(&difference),
        }
    };
    let votes: Vec<HeldOutVote> = targets.iter().enumerate().map(vote).collect();
    let counted = || votes.iter().filter(|vote| counts_for_error(vote.target));
    Some(HeldOut {
        log_likelihood: scores.map(|(own, _)| mean(own)),
        behind: scores.map(|(own, best)| HeldOutDifference::of(best, own)),
        error: mean(&counted().map(|vote| vote.mean_absolute_error).collect::<Vec<_>>()),
        floor: known_mean(counted().map(|vote| vote.floor)),
        votes,
    })
}

/// The mean of what is known; `None` where nothing is.
fn known_mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let known: Vec<f64> = values.flatten().collect();
    (!known.is_empty()).then(|| mean(&known))
}

/// Differences that are no larger are rounding.
const ROUNDING: f64 = 1e-9;

impl HeldOutDifference {
    /// Of scores on the same halves, the first less the second.
    fn of(first: &[f64], second: &[f64]) -> Self {
        let differences: Vec<f64> = first.iter().zip(second).map(|(first, second)| first - second).collect();
        Self { value: mean(&differences), standard_error: standard_error(&differences) }
    }

    /// Whether it is not above one standard error.
    fn is_within_one(self) -> bool {
        self.value <= self.standard_error + ROUNDING
    }
}

/// Of the mean of differences on halves that overlap.
fn standard_error(differences: &[f64]) -> f64 {
    let (count, mean) = (differences.len() as f64, mean(differences));
    let squares: f64 = differences.iter().map(|of| (of - mean) * (of - mean)).sum();
    if count < 2.0 { 0.0 } else { libm::sqrt((1.0 / count + 1.0) * squares / (count - 1.0)) }
}

/// The two steps that [`compare`] states.
fn choice(models: &[ComparedModel], scores: &[Option<Vec<f64>>]) -> Option<ModelChoice> {
    let place = |rates| {
        let usable = models
            .iter()
            .zip(scores)
            .map(|(model, scores)| scores.clone().filter(|_| model.fitted.is_some()));
        let families: Vec<Model> = models.iter().map(|model| model.model).collect();
        best_of(&families, &usable.collect::<Vec<_>>(), rates)
    };
    let (equal, own) = (place(RateSharing::Equal), place(RateSharing::Different));
    let of = |place: usize| scores[place].as_deref().unwrap_or_default();
    let gain = equal.zip(own).map(|(equal, own)| HeldOutDifference::of(of(own), of(equal)));
    let parameters = |place: usize| models[place].fitted.as_ref().map_or(0, |fitted| fitted.free_parameters);
    let (rates, reason) = match (equal.zip(own), gain) {
        (Some((equal, own)), Some(gain)) => {
            let behind = HeldOutDifference { value: gain.value.abs(), ..gain };
            let better = if gain.value > 0.0 { RateSharing::Different } else { RateSharing::Equal };
            match parameters(equal).cmp(&parameters(own)) {
                _ if !behind.is_within_one() => (better, RateReason::Better),
                Ordering::Less => (RateSharing::Equal, RateReason::FewerParameters),
                Ordering::Equal => (better, RateReason::Better),
                Ordering::Greater => (RateSharing::Different, RateReason::FewerParameters),
            }
        }
        _ => (
            own.filter(|_| equal.is_none()).map_or(RateSharing::Equal, |_| RateSharing::Different),
            RateReason::Only,
        ),
    };
    let step = RateStep { rates, reason, equal, own, gain };
    let several = models.iter().any(|model| model.model.rates == RateSharing::Different);
    Some(ModelChoice { rates: several.then_some(step), family: family_step(models, rates)? })
}

/// Step two: the family among the models with these rates.
pub(super) fn family_step(models: &[ComparedModel], rates: RateSharing) -> Option<FamilyStep> {
    let tested = models.iter().enumerate().filter(|(_, model)| model.model.rates == rates).filter_map(
        |(place, model)| {
            let (fitted, held_out) = (model.fitted.as_ref()?, model.held_out.as_ref()?);
            Some((place, fitted.free_parameters, held_out.behind?))
        },
    );
    let tested: Vec<(usize, usize, HeldOutDifference)> = tested.collect();
    let (best, ..) = *tested.iter().min_by(|one, other| one.2.value.total_cmp(&other.2.value))?;
    let good = tested.iter().filter(|(.., behind)| behind.is_within_one());
    let fewest = good.min_by(|one, other| one.1.cmp(&other.1).then(one.2.value.total_cmp(&other.2.value)));
    let (model, _, behind) = *fewest?;
    Some(FamilyStep { model, best, behind })
}

#[cfg(test)]
mod tests;
