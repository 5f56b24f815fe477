//! Everything that a log says about its agents, in one answer.

use super::effort::Effort;
use super::held_out::family_step;
use super::resample::{BootstrapRows, Redrawn, units};
use super::row::Row;
use super::scenario::scenario_of_log;
use super::steps::{Steps, chosen};
use super::votes::VoteShares;
use super::watch::{GoOn, Watch};
use super::{
    AgentPair, AgentPasses, AgentRates, AlikePair, Bootstrap, Collision, ComparedModel, EffectiveVotes,
    FittedModel, Halvings, Interval, Model, ModelChoice, Parameters, PluralityFit, RateReason, RateSharing,
    RateStep, VoteRow, between_correlation, percentiles, repeats_correlation, within_correlation,
};
use crate::quote::quoted;
use crate::{AgentPrices, Log, LogCounts, Results};
use kofn::exact::two_sided_normal_quantile;
use kofn::monte_carlo::Part;
use kofn::scenario::{Error, Failures, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// Confidence, effort and seed of a fit.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FitOptions {
    /// The confidence of all intervals, above 0 and below 1.
    pub confidence: f64,
    /// Number of times that the tasks are redrawn.
    pub replicas: usize,
    /// How models are tested on held-out tasks.
    pub halvings: Halvings,
    /// The seed of everything that is drawn.
    pub seed: u64,
    /// The k of pass^k and pass@k that are asked for over the same tasks, each at least 1.
    pub ks: Vec<u32>,
}

impl Default for FitOptions {
    /// 95 % intervals from 1,000 draws, 25 halvings, seed 42.
    fn default() -> Self {
        Self { confidence: 0.95, replicas: 1000, halvings: Halvings::default(), seed: 42, ks: Vec::new() }
    }
}

impl FitOptions {
    /// Returns the options with another confidence.
    pub fn with_confidence(self, confidence: f64) -> Self {
        Self { confidence, ..self }
    }

    /// Returns the options with another number of redrawn samples.
    pub fn with_replicas(self, replicas: usize) -> Self {
        Self { replicas, ..self }
    }

    /// Returns the options with other halvings.
    pub fn with_halvings(self, halvings: Halvings) -> Self {
        Self { halvings, ..self }
    }

    /// Returns the options with another seed, of the halvings too.
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, halvings: Halvings { seed, ..self.halvings }, ..self }
    }

    /// Returns the options with the k at which pass^k and pass@k are wanted over the same tasks: those with at least as
    /// many runs as the largest k.
    pub fn with_ks(self, ks: impl IntoIterator<Item = u32>) -> Self {
        Self { ks: ks.into_iter().collect(), ..self }
    }
}

/// What a log says of its agents, and which model of their failures to trust.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Fit {
    /// How many tasks the log has.
    pub tasks: u64,
    /// How many clusters of tasks that go together; whole clusters are then redrawn and halved, wherever this says
    /// tasks.
    /// `None` where every task stands for itself.
    pub clusters: Option<u64>,
    /// One for each agent.
    pub agents: Vec<AgentFit>,
    /// Agreement and correlation of every pair of agents.
    pub pairs: Vec<AgentPair>,
    /// Pairs that agree suspiciously often.
    pub alike: Vec<AlikePair>,
    /// Correlation of failures on one task, of different agents where there are several; `None` if no task has two
    /// runs, or nothing varies.
    pub correlation: Option<Correlation>,
    /// Correlation of the failures of two runs of one agent, over all agents: what asking again is worth. `None` if no
    /// agent has two runs of a task, or nothing varies.
    pub repeats: Option<Correlation>,
    /// The models side by side.
    pub models: Vec<ComparedModel>,
    /// Votes: observed, and predicted by each model.
    pub votes: Vec<VoteFit>,
    /// Pluralities of answers: observed, and predicted by the trusted model and the fitted law of wrong answers; `None`
    /// where the log does not say what wrong agents answered.
    pub answers: Option<Vec<PluralityFit>>,
    /// How often wrong agents agree; `None` in the same case, and where no two runs are wrong on one task.
    pub collision: Option<Collision>,
    /// What failures of these agents are, in the scenario too; `None` where the log does not say what wrong agents
    /// answered: all failures are then taken to be the same wrong answer.
    #[serde(skip)]
    pub failures: Option<Failures>,
    /// How many independent agents these are worth, in a plurality of answers or else in a majority.
    pub effective_votes: Option<EffectiveVotes>,
    /// Number of times that the tasks were halved to test models on the other half.
    pub halvings: usize,
    /// Independence among the models, with a rate for each agent: what the trusted one is compared with.
    pub independent: Option<usize>,
    /// The model to trust, if any could be tested on held-out tasks.
    pub trusted: Option<TrustedModel>,
    /// The confidence of the intervals.
    pub confidence: f64,
    /// Number of times that the tasks were redrawn.
    pub replicas: usize,
    /// The seed of what was drawn.
    pub seed: u64,
    /// What a reader should know: what was computed less often than requested, because the log is large, and what the
    /// log has too few runs for.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// An agent and its rates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AgentFit {
    /// Its name.
    pub name: String,
    /// Rates and their closed-form intervals.
    #[serde(flatten)]
    pub rates: AgentRates,
    /// pass^k and pass@k.
    #[serde(flatten)]
    pub passes: AgentPasses,
    /// The interval of the failure rate, the mean over tasks, from redrawn tasks: valid also if runs of a task are
    /// correlated.
    pub resampled: Option<Interval>,
    /// The correlation of two runs of the agent on one task, where there are some.
    pub within_correlation: Option<f64>,
    /// What a run costs and how long it takes; `None` where no log says either.
    pub prices: Option<AgentPrices>,
}

/// Which runs are correlated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CorrelatedRuns {
    /// Runs of different agents.
    Agents,
    /// Repeated runs of one agent.
    Runs,
}

/// The correlation of failures on one task.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Correlation {
    /// Of which runs.
    pub between: CorrelatedRuns,
    /// The moment estimate, which no model enters.
    pub value: f64,
    /// The interval from redrawn tasks.
    pub resampled: Option<Interval>,
}

/// A vote on all tasks.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct VoteFit {
    /// Observed, and predicted by each model.
    #[serde(flatten)]
    pub row: VoteRow,
    /// The interval from redrawn tasks.
    pub resampled: Option<Interval>,
    /// Whether the trusted model and independence differ by more than the half-width of that interval; otherwise this
    /// vote does not distinguish them. `None` where independence is trusted.
    pub tells: Option<bool>,
}

/// The model to trust.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TrustedModel {
    /// Its place among the models.
    pub model: usize,
    /// The two steps in which it was chosen.
    pub choice: ModelChoice,
    /// The mean failure rate of the agents that makes the log most likely under the model: under independence that of
    /// pooled runs.
    pub failure_rate: f64,
    /// Its interval, from fits to tasks that are drawn again.
    pub failure_rate_interval: Option<Interval>,
    /// The fitted correlation, or the probability of a common cause; `None` where the model has neither.
    pub shared: Option<f64>,
    /// Its interval.
    pub shared_interval: Option<Interval>,
    /// The fitted correlation of the failures of two runs of one agent, where the model has one of its own for them.
    pub repeats: Option<f64>,
    /// Its interval.
    pub repeats_interval: Option<Interval>,
    /// A majority of the agents with these rates and what they share: of several with their names, and with their
    /// prices where the logs say so of all.
    pub scenario: Scenario,
    /// The same from redrawn tasks: other rates that are possible. Empty where all draws are equal, such as of agents
    /// that never failed: what was not seen cannot be drawn again.
    #[serde(skip)]
    pub replicas: Vec<Scenario>,
}

impl TrustedModel {
    /// The same with these failures in its scenarios; redrawn tasks change the rates alone.
    pub(super) fn with_failures(self, failures: Option<Failures>) -> Self {
        let Some(failures) = failures else { return self };
        let with = |scenario: Scenario| scenario.clone().with_failures(failures).unwrap_or(scenario);
        let replicas = self.replicas.into_iter().map(with).collect();
        Self { scenario: with(self.scenario), replicas, ..self }
    }
}

/// Maximum probability that any of the pairs is called suspicious although all are alike.
pub const FALSE_ALARM_RATE: f64 = 1e-3;

const ONE_CLUSTER: &str = "all tasks are in one cluster: there are no intervals from redrawn clusters, and no cluster to test \
                           a model on";

/// Maximum number of agents that are named for having too few runs.
const MAX_NAMED: usize = 5;

/// Maximum number of fits of a model to redrawn tasks; rates and votes are counted as often as requested.
const MAX_REFITS: usize = 400;

/// Returns what a log says: rates, correlation, votes, and the model to trust.
///
/// # Errors
/// A log without runs; a confidence outside (0, 1); a k of zero, or more than the runs of any agent on a task.
///
/// ```
/// use kofn_logs::fit::{FitOptions, fit};
/// use kofn_logs::{ReadOptions, Source, read};
/// let row = |i: u32| format!("{i},{},{},{}\n", i % 2, u32::from(i % 6 > 0 && i % 2 > 0), u32::from(i % 10 > 1 && i % 2 > 0));
/// let csv = format!("task,ada,bob,eve\n{}", (0..60).map(row).collect::<String>());
/// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let fit = fit(&log, &FitOptions::default().with_replicas(100))?;
/// assert_eq!(fit.agents[0].rates.failure_rate, 0.5);
/// assert!(fit.correlation.unwrap().value > 0.7);
/// assert_eq!(fit.trusted.unwrap().scenario.agents().count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit(log: &Log, settings: &FitOptions) -> Result<Fit, Error> {
    fit_watched(log, settings, &|_, _| true)
}

/// [`fit`], which tells `go_on` how much is done, and ends soon after that has said no: within some milliseconds for
/// most logs.
///
/// # Errors
/// As for [`fit`]; a fit that was stopped.
///
/// ```
/// # use kofn_logs::fit::{FitOptions, fit_watched};
/// # use kofn_logs::{ReadOptions, Source, read};
/// # let csv = "task,ada,bob\n1,1,0\n2,0,0\n3,1,1\n";
/// # let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let error = fit_watched(&log, &FitOptions::default(), &|done, _| done < 100).unwrap_err();
/// assert_eq!(error.to_string(), "the fit was stopped before it was done");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fit_watched(log: &Log, settings: &FitOptions, go_on: &GoOn) -> Result<Fit, Error> {
    let (steps, watch) = (Steps::new(log, settings)?, Watch::new(go_on));
    let compared = steps.compare(Part::WHOLE, &watch)?;
    let comparison = steps.comparison(&compared);
    let refitted = chosen(&comparison).map(|chosen| steps.refit(chosen, Part::WHOLE, &watch)).transpose()?;
    steps.answer(comparison, compared, refitted.unwrap_or_default())
}

/// Notes on what was done less often than asked: redrawn samples, halvings, and fits of the trusted model.
pub(super) fn done_less(
    log: &Log,
    settings: &FitOptions,
    asked: &FitOptions,
    trusted: Option<Model>,
) -> Vec<String> {
    let one_cluster = log.results.clusters().is_some_and(|clusters| clusters < 2);
    let mut notes: Vec<String> = one_cluster.then(|| ONE_CLUSTER.into()).into_iter().collect();
    let mut note = |what: &str, done: usize, asked: usize| {
        if done < asked {
            notes.push(format!("the log is large: {what} {done} times instead of {asked}"));
        }
    };
    note("tasks were redrawn", settings.replicas, asked.replicas);
    note("tasks were halved", settings.halvings.count, asked.halvings.count);
    if let Some(trusted) = trusted {
        let most = settings.replicas.min(MAX_REFITS);
        note("the trusted model was fitted again", all_refits(trusted, log, settings), most);
    }
    notes
}

/// Numbers of agents of the curves: odd ones, some six to a decade.
const CURVE: [u64; 12] = [1, 3, 5, 7, 9, 11, 15, 21, 31, 45, 65, 99];

/// A rate no further from one half than this is called near it.
const NEAR_HALF: f64 = 0.1;

impl Fit {
    /// Whether the failures of different agents, or of the runs of the only one, are significantly less correlated than
    /// by chance: no model here can express that.
    ///
    /// Two conditions must hold: the interval from redrawn tasks is below zero, unless all redrawn samples agree; and
    /// so is the value plus z/√N, the half-width that N pairs of independent runs on the same tasks have, because a few
    /// tasks drawn again show only themselves.
    pub fn is_negatively_correlated(&self) -> bool {
        let Some(Correlation { between, value, resampled }) = self.correlation else { return false };
        let pairs: f64 = match between {
            CorrelatedRuns::Agents => self.pairs.iter().map(|pair| pair.tasks as f64).sum(),
            CorrelatedRuns::Runs => self.agents.iter().map(|agent| pairs_of_runs(&agent.rates)).sum(),
        };
        let half_width = two_sided_normal_quantile(self.confidence) / libm::sqrt(pairs);
        value + half_width < 0.0 && resampled.is_none_or(|interval| interval.high < 0.0)
    }

    /// Mean errors of the votes on held-out tasks: of this model, and of independence unless that is the model.
    pub fn vote_errors(&self, model: usize) -> (Option<f64>, Option<f64>) {
        let error = |place: usize| self.models[place].held_out.as_ref().map(|held_out| held_out.error);
        let independent = self.compared().into_iter().find(|&place| Some(place) == self.independent);
        (error(model), independent.filter(|&place| place != model).and_then(error))
    }

    /// Whether all agents fail about half of the time: a majority of them is then nearly the same under any model.
    pub fn is_near_half(&self) -> bool {
        self.agents.iter().all(|agent| (agent.rates.failure_rate - 0.5).abs() < NEAR_HALF)
    }

    /// Returns the places of the models that are compared: the trusted one and independence, which may be the same.
    pub fn compared(&self) -> Vec<usize> {
        let trusted = self.trusted.as_ref().map(|trusted| trusted.model);
        let is_independence = trusted.is_some_and(|model| is_independent(&self.models[model]));
        let independent = self.independent.filter(|_| !is_independence);
        trusted.into_iter().chain(independent).collect()
    }

    /// Returns, for each of [these](Self::compared) models, majorities of 1 to 99 agents that are alike, each as good
    /// as the mean of those of the log.
    ///
    /// # Errors
    /// What the scenario refuses.
    pub fn curves(&self) -> Result<Vec<(usize, Vec<Scenario>)>, Error> {
        let curve = |model: usize| {
            let fitted = self.models[model].fitted.as_ref();
            let scenarios = CURVE.iter().filter_map(|&count| Some(fitted?.majority_of(count)));
            Ok((model, scenarios.collect::<Result<_, _>>()?))
        };
        self.compared().into_iter().map(curve).collect()
    }
}

/// The model to trust among those in which every agent has a rate of its own, whichever rates are trusted. `None` for
/// one agent, or where no such model could be tested.
///
/// # Errors
/// What the scenario refuses.
pub fn own_rates(fit: &Fit, log: &Log, settings: &FitOptions) -> Result<Option<TrustedModel>, Error> {
    own_rates_watched(fit, log, settings, &|_, _| true)
}

/// [`own_rates`], which can be stopped.
pub(crate) fn own_rates_watched(
    fit: &Fit,
    log: &Log,
    settings: &FitOptions,
    go_on: &GoOn,
) -> Result<Option<TrustedModel>, Error> {
    let own = RateSharing::Different;
    let Some(family) = family_step(&fit.models, own) else { return Ok(None) };
    let rates = fit.trusted.as_ref().and_then(|trusted| trusted.choice.rates);
    let rates = rates.map(|step| RateStep { rates: own, reason: RateReason::Asked, ..step });
    let Some(fitted) = &fit.models[family.model].fitted else { return Ok(None) };
    let refits = refits(fitted, log, settings, Part::WHOLE, &Watch::new(go_on))?;
    let trusted = trusted(ModelChoice { rates, family }, fitted, &refits, (log, settings))?;
    Ok(Some(trusted.with_failures(fit.failures)))
}

/// Pairs of runs of one agent on one task, all tasks having as many runs as the mean.
fn pairs_of_runs(rates: &AgentRates) -> f64 {
    let runs = rates.runs as f64;
    0.5 * runs * (runs / rates.tasks as f64 - 1.0)
}

/// Whether this is independence and was fitted.
pub(super) fn is_independent(candidate: &ComparedModel) -> bool {
    candidate.model.family == super::ModelFamily::Independent && candidate.fitted.is_some()
}

/// What is counted again on tasks that are drawn again: the rates of the agents, the correlation, the votes.
pub(super) struct Drawn {
    agents: usize,
    confidence: f64,
    bootstrap: Bootstrap,
}

/// What is counted on some tasks.
pub(super) fn counted(results: &Results, votes: &VoteShares) -> Vec<f64> {
    let counts = LogCounts::of(results);
    let rates = counts.agents.iter().map(|agent| agent.failure_rate().unwrap_or(f64::NAN));
    let correlation = moment(&counts).map_or(f64::NAN, |(_, value)| value);
    let repeats = repeats_correlation(&counts).unwrap_or(f64::NAN);
    let votes = votes.observed(results).into_iter().map(|vote| vote.share.unwrap_or(f64::NAN));
    rates.chain([correlation, repeats]).chain(votes).collect()
}

impl Drawn {
    pub(super) fn new(results: &Results, votes: &VoteShares, rows: BootstrapRows, confidence: f64) -> Self {
        let bootstrap = Bootstrap::of_rows(results, counted(results, votes), rows);
        Self { agents: results.agents(), confidence, bootstrap }
    }

    pub(super) fn rate(&self, agent: usize) -> Option<Interval> {
        self.bootstrap.interval(agent, self.confidence)
    }

    pub(super) fn correlation(&self) -> Option<Interval> {
        self.bootstrap.interval(self.agents, self.confidence)
    }

    pub(super) fn repeats(&self) -> Option<Interval> {
        self.bootstrap.interval(self.agents + 1, self.confidence)
    }

    pub(super) fn vote(&self, place: usize) -> Option<Interval> {
        self.bootstrap.interval(self.agents + 2 + place, self.confidence)
    }
}

/// The correlation of the log by its moments: of different agents where there are some.
pub(super) fn moment(counts: &LogCounts) -> Option<(CorrelatedRuns, f64)> {
    match counts.agents.as_slice() {
        [only] => Some((CorrelatedRuns::Runs, within_correlation(only)?)),
        _ => Some((CorrelatedRuns::Agents, between_correlation(counts)?)),
    }
}

/// pass^k and pass@k of every agent, and notes on those that have too few runs for what was asked.
pub(super) fn passes(log: &Log, ks: &[u32]) -> Result<(Vec<AgentPasses>, Vec<String>), Error> {
    if ks.contains(&0) {
        return Err(Error::out_of_range("k", 0, "a whole number of at least 1"));
    }
    let passes = |agent| AgentPasses::of(&log.results, agent, ks);
    let passes: Vec<AgentPasses> = (0..log.agents.len()).map(passes).collect();
    let Some(&largest) = ks.iter().max() else { return Ok((passes, Vec::new())) };
    let most = passes.iter().map(AgentPasses::most_runs).max().unwrap_or(0);
    if largest > most {
        let message = format!(
            "--k must be at most {most}, the largest number of runs of one agent on one task, got {largest}"
        );
        return Err(Error::refused("k", message));
    }
    let few = log.agents.iter().zip(&passes).filter(|(_, passes)| passes.most_runs() < largest);
    let mut few = few.map(|(name, passes)| (quoted(name), passes.most_runs()));
    let mut notes: Vec<String> = few
        .by_ref()
        .take(MAX_NAMED)
        .map(|(name, most)| {
            format!("{name} has no task with {largest} runs, at most {most}: no pass^k and pass@k for --k")
        })
        .collect();
    match few.count() {
        0 => {}
        more => notes.push(format!("{more} more agents have no task with {largest} runs")),
    }
    Ok((passes, notes))
}

pub(super) fn agents(
    log: &Log,
    passes: Vec<AgentPasses>,
    drawn: &Drawn,
    settings: &FitOptions,
) -> Result<Vec<AgentFit>, Error> {
    let agents = log.agents.iter().zip(&log.counts.agents).zip(passes).enumerate();
    let agent = |(place, ((name, counts), passes))| {
        let rates = AgentRates::of(counts, settings.confidence)?;
        Ok(rates.map(|rates| AgentFit {
            name: String::clone(name),
            rates,
            passes,
            resampled: drawn.rate(place),
            within_correlation: within_correlation(counts),
            prices: log.prices.get(place).copied().filter(|prices| !prices.is_unknown()),
        }))
    };
    agents.filter_map(|found| agent(found).transpose()).collect()
}

/// The fits of a model to a part of the tasks that are drawn again, as [`FittedModel::row`] writes them.
pub(super) fn refits(
    fitted: &FittedModel,
    log: &Log,
    settings: &FitOptions,
    part: Part,
    watch: &Watch,
) -> Result<Vec<Option<Row>>, Error> {
    let redrawn = Redrawn::new(&log.results, all_refits(fitted.model, log, settings), settings.seed);
    let refit = |place: usize| Some(fitted.refit_watched(&redrawn.draw(place), watch).ok()?.row());
    watch.each(units(part, redrawn.replicas()), refit)
}

/// How often a model is fitted again.
pub(super) fn all_refits(model: Model, log: &Log, settings: &FitOptions) -> usize {
    Effort::of(&log.results).refits(model, settings.replicas.min(MAX_REFITS))
}

/// The trusted model, of its fit to all tasks and of those to tasks that were drawn again.
pub(super) fn trusted(
    choice: ModelChoice,
    fitted: &FittedModel,
    refits: &[Option<Row>],
    (log, settings): (&Log, &FitOptions),
) -> Result<TrustedModel, Error> {
    let refitted = |row: &Row| FittedModel::of_row(fitted.model, log.agents.len(), row);
    let refits: Vec<FittedModel> = refits.iter().flatten().filter_map(refitted).collect();
    let interval = |of: fn(&Parameters) -> Option<f64>| {
        let values: Vec<f64> = refits.iter().filter_map(|fitted| of(&fitted.parameters)).collect();
        interval_around(of(&fitted.parameters)?, values, settings.confidence)
    };
    let rate = |parameters: &Parameters| Some(parameters.mean_failure_rate());
    let failure_rate_interval = interval(rate);
    let replicas = refits.iter().filter(|_| failure_rate_interval.is_some());
    let replicas = replicas.filter_map(|fitted| scenario_of_log(fitted, log).ok()).collect();
    Ok(TrustedModel {
        model: choice.family.model,
        choice,
        failure_rate: fitted.parameters.mean_failure_rate(),
        failure_rate_interval,
        shared: fitted.parameters.shared(),
        shared_interval: interval(Parameters::shared),
        repeats: fitted.parameters.repeats(),
        repeats_interval: interval(Parameters::repeats),
        scenario: scenario_of_log(fitted, log)?,
        replicas,
    })
}

/// The percentiles of fits to tasks drawn again, and the fit itself, which a climb may end beside; none where all are
/// the same but for that.
fn interval_around(value: f64, replicas: Vec<f64>, confidence: f64) -> Option<Interval> {
    let Interval { low, high } = percentiles(replicas, confidence)?;
    (high - low > SAME).then(|| Interval { low: low.min(value), high: high.max(value) })
}

/// Where climbs from different starts end may differ by this.
const SAME: f64 = 1e-9;

impl VoteFit {
    pub(super) fn new(row: VoteRow, resampled: Option<Interval>, models: Option<(usize, usize)>) -> Self {
        let predicted = |model: usize| row.predicted.get(model).copied().flatten();
        let tells = models.and_then(|(independent, trusted)| {
            let apart = (predicted(independent)? - predicted(trusted)?).abs();
            let Interval { low, high } = resampled?;
            Some(apart > (high - low) / 2.0)
        });
        Self { row, resampled, tells }
    }
}
