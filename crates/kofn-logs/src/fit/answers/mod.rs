//! What agents answered: how often wrong ones agree, what a plurality of them does, and how many votes they are worth.
//!
//! Observed pluralities are exact: the mean over tasks and over all ways to draw k different agents and one run of
//! each, or k runs of the only agent, without replacement. Intervals are those of redrawn tasks, or clusters.
//!
//! # Testing
//! `tests/logs/fit_answers.rs` enumerates all subsets; `tests/heavy/fit_answers.rs` draws logs from known laws and
//! counts how often intervals hold their parameters.

mod agreement;
mod effective;
mod law;
mod plurality;
mod predicted;
mod rows;
mod shape;
mod tasks;

pub use effective::{EffectiveAtK, EffectiveVotes, EffectiveWithout};
pub use plurality::PluralityShares;
pub(crate) use plurality::plurality_of_runs;
pub(super) use predicted::Half as PluralityHalf;
pub use predicted::HeldOutPlurality;

use super::resample::{BootstrapRows, Redrawn};
use super::votes::largest_team;
use super::watch::Watch;
use super::{Bootstrap, Correlation, FitOptions, FittedModel, Halvings, Interval};
use crate::Log;
use agreement::by_pair;
use kofn::monte_carlo::Part;
use kofn::scenario::{Error, Failures};
use law::{Partitions, Peak};
use rows::{MAX_ANSWERS, Rows, Sums};
use schemars::JsonSchema;
use serde::Serialize;
use tasks::AnsweredLog;

/// How often wrong agents agree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Collision {
    /// Pairs of wrong runs that agree ÷ pairs of wrong runs, of different agents on one task, or of two runs of the
    /// only agent.
    pub estimate: f64,
    /// Its interval from redrawn tasks.
    pub interval: Option<Interval>,
    /// Number of pairs of wrong runs.
    pub wrong_pairs: u64,
    /// The share of failed runs that gave an answer.
    pub voting_failures: f64,
    /// Each pair of agents that were both wrong on some task.
    pub pairs: Vec<PairCollision>,
    /// The fitted law of wrong answers; `None` where no task has two wrong agents.
    pub law: Option<FittedLaw>,
}

/// How often two agents agree when both are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PairCollision {
    /// The two, the smaller number first.
    pub agents: (usize, usize),
    /// The share of pairs of wrong runs that agree.
    pub estimate: f64,
    /// Number of pairs of wrong runs.
    pub wrong_pairs: u64,
}

/// The law that makes the wrong answers to each task most likely: that of Pitman and Yor, or Pólya's urn with a number of
/// answers where wrong answers are more even than any discount allows. Where several agents have several runs, one run of
/// each is drawn, and the likelihood is the mean over these draws.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FittedLaw {
    /// Its probability c that two wrong agents agree: 1 where all do, 0 where none do.
    pub collision: f64,
    /// The interval of that from redrawn tasks.
    pub collision_interval: Option<Interval>,
    /// How many wrong answers there are; null for answers without end.
    pub answers: Option<u64>,
    /// Its discount a: 0 where there is a number of answers.
    pub discount: f64,
    /// The interval of that from redrawn tasks: percentiles, as the discount is often at its end 0.
    pub discount_interval: Option<Interval>,
    /// The log-likelihood of who agrees with whom.
    pub log_likelihood: f64,
    /// Number of tasks with two or more wrong agents: the expected one where runs are drawn, rounded up.
    pub tasks: u64,
    /// What cannot be told from so few wrong agents.
    pub warning: Option<String>,
}

/// A plurality of k answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PluralityFit {
    /// The vote.
    pub vote: PluralityVote,
    /// How many answers are drawn.
    pub of: usize,
    /// Tasks with enough answers.
    pub tasks: u64,
    /// Tasks that are left out for want of them.
    pub left_out: u64,
    /// The mean over tasks and over all draws without replacement.
    pub observed: PluralityShares,
    /// Its intervals from redrawn tasks.
    pub intervals: PluralityIntervals,
    /// What the trusted model predicts with the fitted law of wrong answers and the share of failures that vote, if
    /// there is such a model.
    pub predicted: Option<PluralityShares>,
    /// How far off this was on held-out tasks, of two to five votes.
    pub held_out: Option<HeldOutPlurality>,
}

/// A vote on answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PluralityVote {
    /// The answer with the most votes is given, and none in a tie.
    Plurality,
}

/// Intervals of what a plurality does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct PluralityIntervals {
    /// Interval of P(correct).
    pub correct: Option<Interval>,
    /// Interval of P(abstain).
    pub abstain: Option<Interval>,
    /// Interval of P(wrong).
    pub wrong: Option<Interval>,
}

/// All that the answers of a log say.
#[derive(Debug, Clone, Default)]
pub(super) struct AnswersFit {
    pub(super) collision: Option<Collision>,
    pub(super) answers: Option<Vec<PluralityFit>>,
    pub(super) effective: Option<EffectiveVotes>,
    /// The failures of a scenario; `None` where the log does not say what wrong agents answered.
    pub(super) failures: Option<Failures>,
    pub(super) notes: Vec<String>,
}

const TOO_MANY_STATES: &str = "repeated runs give too many combinations of answers on one task, so pluralities and \
                               the law of wrong answers are not estimated";

/// The answers of a log, or right and wrong where it has no answers, before anything is drawn.
pub(super) struct Answering<'a> {
    log: &'a Log,
    answered: AnsweredLog,
    /// `None` where runs have too many combinations, or a task too many.
    rows: Option<Rows>,
    has_answers: bool,
    notes: Vec<String>,
}

impl<'a> Answering<'a> {
    pub(super) fn new(log: &'a Log) -> Self {
        let mut notes = Vec::new();
        let recorded = log.answers.as_ref().map(|answers| AnsweredLog::of_answers(log.agents.len(), answers));
        let recorded = recorded.filter(|answered| match answered.unrecorded() {
            0 => true,
            runs => {
                notes.push(unrecorded_note(runs));
                false
            }
        });
        let has_answers = recorded.is_some();
        let answered = recorded.unwrap_or_else(|| AnsweredLog::of_results(&log.results));
        let rows = rows(&answered);
        notes.extend((has_answers && rows.is_none()).then(|| TOO_MANY_STATES.to_owned()));
        Self { log, answered, rows, has_answers, notes }
    }

    /// What a part of the draws gives.
    pub(super) fn redrawn(
        &self,
        settings: &FitOptions,
        part: Part,
        watch: &Watch,
    ) -> Result<BootstrapRows, Error> {
        let rows = self.rows.as_ref();
        rows.map_or_else(
            || Ok(BootstrapRows::default()),
            |rows| rows.redrawn(self.has_answers, settings, part, watch),
        )
    }

    /// What a part of the halves says of pluralities as this model predicts them; nothing where it cannot.
    pub(super) fn halves(
        &self,
        trusted: &FittedModel,
        halvings: Halvings,
        part: Part,
        watch: &Watch,
    ) -> Result<Vec<Option<PluralityHalf>>, Error> {
        match &self.rows {
            Some(rows) if self.failures().is_some() => {
                predicted::halves(trusted, (&self.answered, rows), halvings, part, watch)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Whether there are as many rows as all draws give.
    pub(super) fn fits_in(&self, redrawn: &BootstrapRows, settings: &FitOptions) -> bool {
        match &self.rows {
            Some(rows) => rows.draws(settings).fits_in(redrawn),
            None => redrawn.replicas.is_empty() && redrawn.without.is_empty(),
        }
    }

    /// Whether these can be all halves: as many as there must be, each with all its places.
    pub(super) fn halves_fit_in(&self, halves: &[Option<PluralityHalf>], halvings: Halvings) -> bool {
        let (count, places) = match &self.rows {
            Some(rows) if self.failures().is_some() => (2 * halvings.count, rows.ks.len()),
            _ => (0, 0),
        };
        halves.len() == count && halves.iter().flatten().all(|half| half.places() == places)
    }

    /// The failures of a scenario; `None` where the log does not say what wrong agents answered.
    fn failures(&self) -> Option<Failures> {
        let rows = self.rows.as_ref().filter(|_| self.has_answers)?;
        predicted::failures(&self.answered, rows, &self.answered.tasks.0)
    }

    /// Returns what the answers of a log say; `correlation` is that of failures on one task, `trusted` the model that
    /// predicts pluralities, with the halves that it was tested on.
    pub(super) fn answer(
        self,
        correlation: Option<Correlation>,
        redrawn: BootstrapRows,
        trusted: Option<(&FittedModel, Vec<Option<PluralityHalf>>)>,
        settings: &FitOptions,
    ) -> AnswersFit {
        let failures = self.failures();
        let Self { log, answered, rows, has_answers, mut notes } = self;
        let Some(rows) = rows else { return AnswersFit { notes, ..AnswersFit::default() } };
        let estimates = Estimates::new(rows, has_answers, redrawn, settings);
        let effective = estimates.effective(log, &answered, correlation);
        let collision = if has_answers { estimates.collision(&answered) } else { None };
        let mut answers = has_answers.then(|| estimates.pluralities());
        if let (Some(answers), Some((trusted, halves)), Some(failures)) = (&mut answers, trusted, &failures) {
            add_predictions(answers, trusted, failures, &log.results);
            let held_out = predicted::held_out(halves, estimates.rows.ks.len());
            notes.extend(predicted::much_off(&held_out));
            answers.iter_mut().zip(held_out).for_each(|(vote, held_out)| vote.held_out = held_out);
        }
        AnswersFit { collision, answers, effective: Some(effective), failures, notes }
    }
}

/// Returns how often wrong agents agree, and the law of that, without fitting a model of right and wrong; `None` where
/// the log does not say what wrong agents answered, or no two are wrong on one task.
///
/// ```
/// use kofn_logs::fit::{FitOptions, collision};
/// use kofn_logs::{ReadOptions, Source, read};
/// // Both are wrong on half of the tasks, and agree on two thirds of these.
/// let row = |i: usize| {
///     let (ada, bob) = (["a", "b"][i % 2], ["a", "b", "a", "b", "a", "c"][i % 6]);
///     format!("{i},ada,{ada},a\n{i},bob,{bob},a\n")
/// };
/// let csv = format!("task,agent,answer,target\n{}", (0..60).map(row).collect::<String>());
/// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let found = collision(&log, &FitOptions::default().with_replicas(100)).unwrap();
/// assert_eq!((found.estimate, found.wrong_pairs), (2.0 / 3.0, 30));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn collision(log: &Log, settings: &FitOptions) -> Option<Collision> {
    let answered = AnsweredLog::of_answers(log.agents.len(), log.answers.as_ref()?);
    let rows = rows(&answered).filter(|_| answered.unrecorded() == 0)?;
    // Nobody stops it.
    let redrawn = rows.redrawn(true, settings, Part::WHOLE, &Watch::unwatched()).unwrap_or_default();
    Estimates::new(rows, true, redrawn, settings).collision(&answered)
}

fn add_predictions(
    answers: &mut [PluralityFit],
    trusted: &FittedModel,
    failures: &Failures,
    results: &crate::Results,
) {
    let ks: Vec<usize> = answers.iter().map(|vote| vote.of).collect();
    let predicted = predicted::predicted(trusted, failures, results, &ks);
    answers.iter_mut().zip(predicted).for_each(|(vote, predicted)| vote.predicted = predicted);
}

fn unrecorded_note(runs: u64) -> String {
    let runs = crate::quote::count(runs, "wrong run");
    format!(
        "the log does not say what {runs} answered, so pluralities of answers and the collision are not estimated"
    )
}

/// Sums over the tasks; `None` where runs have too many combinations, or a task too many.
fn rows(answered: &AnsweredLog) -> Option<Rows> {
    let shapes = answered.shapes(None)?;
    let fits = shapes.iter().flatten().all(|(shape, _)| shape.agents() <= MAX_ANSWERS);
    fits.then(|| Rows::new(answered, &shapes))
}

/// Estimates from sums over tasks, with intervals from redrawn ones.
struct Estimates {
    rows: Rows,
    sums: Sums,
    bootstrap: Bootstrap,
    confidence: f64,
}

/// Estimates of each plurality: three shares and the effective votes.
const OF_A_PLURALITY: usize = 4;

/// Numbers that redrawn samples may take in all, and the least number of these.
const MAX_STEPS: f64 = 5e9;
const MIN_REPLICAS: usize = 100;

impl Rows {
    /// The estimates from a part of the draws.
    fn redrawn(
        &self,
        has_answers: bool,
        settings: &FitOptions,
        part: Part,
        watch: &Watch,
    ) -> Result<BootstrapRows, Error> {
        let row = |tasks: &crate::Results| estimates(&self.sums(tasks), self.ks.len(), has_answers);
        self.draws(settings).rows(part, watch, row)
    }

    fn draws(&self, settings: &FitOptions) -> Redrawn<'_> {
        let replicas = ((MAX_STEPS / self.steps()) as usize).max(MIN_REPLICAS).min(settings.replicas);
        Redrawn::new(&self.tasks.0, replicas, settings.seed)
    }
}

impl Estimates {
    fn new(rows: Rows, has_answers: bool, redrawn: BootstrapRows, settings: &FitOptions) -> Self {
        let sums = rows.sums(&rows.tasks.0);
        let plain = estimates(&sums, rows.ks.len(), has_answers);
        let bootstrap = Bootstrap::of_rows(&rows.tasks.0, plain, redrawn);
        Self { rows, sums, bootstrap, confidence: settings.confidence }
    }

    fn interval(&self, place: usize) -> Option<Interval> {
        self.bootstrap.interval(place, self.confidence)
    }

    fn pluralities(&self) -> Vec<PluralityFit> {
        let all = self.rows.tasks.0.tasks();
        let fit = |(place, &of): (usize, &usize)| {
            let tasks = self.sums.tasks(place) as u64;
            let interval = |outcome: usize| self.interval(OF_A_PLURALITY * place + outcome);
            let [correct, abstain, wrong] = [0, 1, 2].map(interval);
            Some(PluralityFit {
                vote: PluralityVote::Plurality,
                of,
                tasks,
                left_out: all.saturating_sub(tasks),
                observed: self.sums.plurality(place)?,
                intervals: PluralityIntervals { correct, abstain, wrong },
                predicted: None,
                held_out: None,
            })
        };
        self.rows.ks.iter().enumerate().filter_map(fit).collect()
    }

    fn collision(&self, answered: &AnsweredLog) -> Option<Collision> {
        let pairs = self.sums.pairs();
        let of_pair = |((first, second), pairs): ((usize, usize), agreement::WrongPairs)| {
            let wrong_pairs = pairs.pairs as u64;
            Some(PairCollision { agents: (first, second), estimate: pairs.collision()?, wrong_pairs })
        };
        let place = OF_A_PLURALITY * self.rows.ks.len();
        let (voting, silent) = answered.failures(&answered.tasks.0);
        Some(Collision {
            estimate: pairs.collision()?,
            interval: self.interval(place),
            wrong_pairs: pairs.pairs as u64,
            voting_failures: voting / (voting + silent),
            pairs: by_pair(answered).into_iter().filter_map(of_pair).collect(),
            law: self.law(place + 1),
        })
    }

    /// The law, whose estimates are at this place and after it.
    fn law(&self, place: usize) -> Option<FittedLaw> {
        let partitions = self.sums.partitions();
        let peak = partitions.peak()?;
        let Peak { collision, discount, answers, log_likelihood } = peak;
        let collision_interval = self.interval(place);
        let discount_interval =
            self.bootstrap.percentiles(place + 1, self.confidence).filter(|_| answers.is_none());
        // That of the pairs stands before that of the law.
        let beside = self.interval(place - 1).zip(collision_interval);
        let is_apart = beside.is_some_and(|(pairs, law)| pairs.high < law.low || law.high < pairs.low);
        let unfit = is_apart.then(|| UNFIT.to_owned());
        Some(FittedLaw {
            collision,
            collision_interval,
            answers,
            discount,
            discount_interval,
            log_likelihood,
            tasks: partitions.tasks_with(2).ceil() as u64,
            warning: unfit.or_else(|| warning(&partitions, peak, discount_interval)),
        })
    }

    fn effective(
        &self,
        log: &Log,
        answered: &AnsweredLog,
        correlation: Option<Correlation>,
    ) -> EffectiveVotes {
        let of = if answered.agents == 1 { largest_team(&log.results) } else { answered.agents };
        let around = correlation.and_then(|correlation| correlation.resampled);
        let at_k = |(place, &of): (usize, &usize)| {
            let votes = effective::known(effective::of_plurality(&self.sums, place));
            let interval = votes.and_then(|_| self.interval(OF_A_PLURALITY * place + 3));
            EffectiveAtK { of, votes, interval: interval.map(effective::unbounded) }
        };
        EffectiveVotes {
            of,
            kish: correlation.and_then(|correlation| effective::kish(of, correlation.value)),
            interval: around.map(|around| effective::kish_interval(of, around)),
            votes: self.rows.ks.iter().enumerate().map(at_k).collect(),
            without: effective::without(answered, &log.agents, &log.counts),
        }
    }
}

/// All that is estimated from these sums: for each plurality three shares and the effective votes; the collision; the
/// law's collision and discount. NaN if there is nothing to estimate it from.
fn estimates(sums: &Sums, pluralities: usize, has_answers: bool) -> Vec<f64> {
    let plurality = |place: usize| {
        let shares = sums.plurality(place).map_or([f64::NAN; 3], PluralityShares::values);
        shares.into_iter().chain([effective::of_plurality(sums, place)])
    };
    let mut row: Vec<f64> = (0..pluralities).flat_map(plurality).collect();
    if has_answers {
        let law = sums.partitions().peak();
        row.push(sums.pairs().collision().unwrap_or(f64::NAN));
        row.extend(law.map_or([f64::NAN; 2], |law| [law.collision, law.discount]));
    }
    row
}

/// Below this number of tasks with three or more wrong agents the discount is reported as poorly determined, and below
/// this number of those with two the law.
const FEW_TASKS: f64 = 10.0;
/// Width of the discount's interval above which it is reported as poorly determined.
const WIDE: f64 = 0.5;

const UNFIT: &str =
    "this law does not fit: the intervals of its collision and of that of the pairs are disjoint";
const NO_DISCOUNT: &str =
    "no task has three or more wrong runs, so only the collision can be estimated; the discount is set to 0";

/// What such partitions do not tell of the law.
fn warning(partitions: &Partitions, peak: Peak, discount: Option<Interval>) -> Option<String> {
    let [two, three] = [2, 3].map(|wrong| partitions.tasks_with(wrong).ceil() as u64);
    if (two as f64) < FEW_TASKS {
        let tasks = crate::quote::count(two, "task");
        return Some(format!("the law is poorly determined: {tasks} with two or more wrong runs"));
    }
    if peak.answers.is_some() || peak.collision == 0.0 || peak.collision == 1.0 {
        return None;
    }
    let is_wide = discount.is_some_and(|interval| interval.high - interval.low > WIDE);
    match three {
        0 => Some(NO_DISCOUNT.into()),
        _ if (three as f64) < FEW_TASKS || is_wide => {
            let tasks = crate::quote::count(three, "task");
            let wide = if is_wide { "its interval is wide, " } else { "" };
            Some(format!("the discount is poorly determined: {wide}{tasks} with three or more wrong runs"))
        }
        _ => None,
    }
}
