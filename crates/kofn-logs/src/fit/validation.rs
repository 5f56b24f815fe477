//! What a validator is worth, estimated from its verdicts on candidates that are known to be correct or wrong.
//!
//! # Accuracy
//! The pipeline's probabilities are those of [`assess`] at the rates seen. Their intervals carry the uncertainty of
//! all three rates: each is drawn from Beta(c/d + ½, (n − c)/d + ½), Jeffreys' posterior for c of n, and the pipeline
//! assessed at every draw. A rate that was never seen to come true, such as 0 of 40 wrong candidates accepted, so
//! keeps its uncertainty, where tasks drawn again would have none. d is Kish's design effect: how much more the rate
//! varies between tasks, or clusters of tasks where the verdicts have such, than it does for independent runs; it is 1
//! with one run of each task. The intervals do not allow for correlation between the three rates.
//!
//! # Testing
//! In `tests/logs/fit_validation.rs`: the share of simulated logs whose interval holds the true P(correct), and
//! rates by hand.
//!
//! # Implementation
//! The width of an interval falls as 1/√tasks, so that half-width h with N tasks takes N((h/w)² − 1) more to reach w.

use super::{Interval, clopper_pearson, percentiles, wilson};
use crate::{Judged, RunTally, ValidatorVerdicts};
use kofn::exact::assess;
use kofn::outcome::Exact;
use kofn::scenario::scheme::{Judge, Validated};
use kofn::scenario::{Agents, Error, Fallback, Scenario};
use rand::SeedableRng;
use rand_distr::{Beta, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;
use schemars::JsonSchema;
use serde::Serialize;

/// The pipeline in question, and the precision of the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PipelineQuestion {
    /// Maximum number of candidates, at least 1.
    pub attempts: u64,
    /// What happens after the last.
    pub fallback: Fallback,
    /// The half-width at which an interval is narrow enough.
    pub half_width: f64,
    /// The confidence of all intervals.
    pub confidence: f64,
    /// Number of draws of the rates for the pipeline's intervals.
    pub draws: usize,
    /// The seed of the draws.
    pub seed: u64,
}

impl Default for PipelineQuestion {
    /// Three attempts, then no answer; known to ±0.01 in 95 % intervals from 1,000 draws, seed 42.
    fn default() -> Self {
        Self {
            attempts: 3,
            fallback: Fallback::Abstain,
            half_width: 0.01,
            confidence: 0.95,
            draws: 1000,
            seed: 42,
        }
    }
}

impl PipelineQuestion {
    /// Returns the question with another maximum number of attempts.
    pub fn with_attempts(self, attempts: u64) -> Self {
        Self { attempts, ..self }
    }

    /// Returns the question with another end after the last attempt.
    pub fn with_fallback(self, fallback: Fallback) -> Self {
        Self { fallback, ..self }
    }

    /// Returns the question with another half-width at which an interval is narrow enough.
    pub fn with_half_width(self, half_width: f64) -> Self {
        Self { half_width, ..self }
    }

    /// Returns the question with another confidence of all intervals.
    pub fn with_confidence(self, confidence: f64) -> Self {
        Self { confidence, ..self }
    }

    /// Returns the question with another number of draws.
    pub fn with_draws(self, draws: usize) -> Self {
        Self { draws, ..self }
    }

    /// Returns the question with another seed.
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

/// A rate that was estimated from counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct RateEstimate {
    /// The estimate, `count` divided by `of`: candidates count the same, and a task as often as it has candidates.
    pub rate: f64,
    /// Number of candidates for which it was true.
    pub count: u64,
    /// Number of candidates.
    pub of: u64,
    /// Clopper and Pearson's exact interval, for independent runs.
    pub clopper_pearson: Interval,
    /// Wilson's interval, which is shorter and has its confidence on average.
    pub wilson: Interval,
    /// Kish's design effect: variance divided by that of independent runs; at least 1.
    pub design_effect: f64,
}

/// A probability of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PipelineEstimate {
    /// At the rates seen.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
    /// Number of additional tasks that make the interval narrow enough, if rates stay as they are.
    pub more_tasks: u64,
    /// For a difference: number of additional tasks until the interval excludes zero, if rates stay as they are;
    /// `None` if there is no difference.
    pub more_tasks_for_sign: Option<u64>,
}

/// What a validator's verdicts say.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Validation {
    /// The validator: the name of its log, without folders and ending.
    pub validator: String,
    /// How many tasks.
    pub tasks: u64,
    /// Candidates that are wrong, out of all candidates pooled.
    pub failure_rate: RateEstimate,
    /// Correct candidates that are accepted; `None` if the log has no correct candidate.
    pub accepts_correct: Option<RateEstimate>,
    /// Wrong candidates that are accepted; `None` if the log has no wrong candidate.
    pub accepts_wrong: Option<RateEstimate>,
    /// The pipeline. This and all that follows is `None` where one of these rates is.
    pub scenario: Option<Scenario>,
    /// P(correct).
    pub correct: Option<PipelineEstimate>,
    /// P(wrong).
    pub wrong: Option<PipelineEstimate>,
    /// P(correct) of the pipeline, less that of the candidate alone.
    pub gain: Option<PipelineEstimate>,
    /// P(wrong) of the candidate alone, less that of the pipeline.
    pub fewer_wrong: Option<PipelineEstimate>,
    /// All that the pipeline does at the rates seen.
    pub exact: Option<Exact>,
}

impl Validation {
    /// Returns which candidates the log does not have, `"correct"` or `"wrong"`, so that the pipeline is unknown.
    pub fn missing(&self) -> Option<&'static str> {
        match (&self.accepts_correct, &self.accepts_wrong) {
            (None, _) => Some("correct"),
            (_, None) => Some("wrong"),
            (Some(_), Some(_)) => None,
        }
    }
}

/// Returns what a validator is worth in a pipeline, estimated from its verdicts. Where there are candidates of one kind
/// only, that is the rate at which it accepts these.
///
/// # Errors
/// No candidate; what [`assess`] refuses.
///
/// ```
/// use kofn_logs::fit::{PipelineQuestion, validation};
/// use kofn_logs::{ReadOptions, Source, read};
/// // 80 correct candidates, 76 accepted; 20 wrong ones, 2 accepted.
/// let row = |i| format!("{i},{},{}\n", u8::from(i < 80), u8::from(i < 76 || i >= 98));
/// let csv = format!("task,correct,accepted\n{}", (0..100).map(row).collect::<String>());
/// let log = read(vec![Source::new("judge.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let found = validation(&log.verdicts[0], &PipelineQuestion::default())?;
/// assert_eq!(found.accepts_wrong.map(|rate| (rate.count, rate.of)), Some((2, 20)));
/// assert!((found.exact.unwrap().correct - 0.76 * (1.0 + 0.22 + 0.22 * 0.22)).abs() < 1e-12);
/// assert!(found.gain.unwrap().value > 0.1 && found.correct.unwrap().more_tasks > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn validation(verdicts: &ValidatorVerdicts, question: &PipelineQuestion) -> Result<Validation, Error> {
    let ValidatorVerdicts { of_correct, of_wrong, .. } = *verdicts;
    let Some(all) = of_correct.candidates.checked_add(of_wrong.candidates) else {
        return Err(Error::out_of_range(
            "candidates",
            of_wrong.candidates,
            "fewer than 2^64 with the correct ones",
        ));
    };
    let candidates = Judged { accepted: of_wrong.candidates, candidates: all };
    let of_one = |tally: RunTally| (f64::from(tally.correct()), f64::from(tally.runs()));
    let of_all = |[correct, wrong]: [RunTally; 2]| {
        let wrong = f64::from(wrong.runs());
        (wrong, f64::from(correct.runs()) + wrong)
    };
    let Some(failure_rate) = share(verdicts, candidates, of_all, question)? else {
        return Err(Error::refused("", "the log must have verdicts on candidates, got none"));
    };
    let accepts_correct = share(verdicts, of_correct, |[correct, _]| of_one(correct), question)?;
    let accepts_wrong = share(verdicts, of_wrong, |[_, wrong]| of_one(wrong), question)?;
    let mut found = Validation {
        validator: verdicts.validator.clone(),
        tasks: verdicts.results.tasks(),
        failure_rate,
        accepts_correct,
        accepts_wrong,
        scenario: None,
        correct: None,
        wrong: None,
        gain: None,
        fewer_wrong: None,
        exact: None,
    };
    if let (Some(accepts_correct), Some(accepts_wrong)) = (accepts_correct, accepts_wrong) {
        found.assess_pipeline([&failure_rate, &accepts_correct, &accepts_wrong], question)?;
    }
    Ok(found)
}

impl Validation {
    /// Sets what the pipeline does at these rates: of failure, of accepting correct and wrong candidates.
    fn assess_pipeline(
        &mut self,
        shares: [&RateEstimate; 3],
        question: &PipelineQuestion,
    ) -> Result<(), Error> {
        let rates = shares.map(|share| share.rate);
        let scenario = pipeline(rates, question)?;
        let exact = assess(&scenario)?;
        let draws = drawn(shares, question)?;
        let tasks = self.tasks;
        let settled = |value: f64, of: fn(&Draw) -> f64| {
            PipelineEstimate::new(value, draws.iter().map(of).collect(), tasks, question).map(Some)
        };
        let [failure, ..] = rates;
        self.correct = settled(exact.correct, |draw| draw.correct)?;
        self.wrong = settled(exact.wrong, |draw| draw.wrong)?;
        self.gain =
            settled(exact.correct - (1.0 - failure), |draw| draw.correct - (1.0 - draw.failure_rate))?;
        self.fewer_wrong = settled(failure - exact.wrong, |draw| draw.failure_rate - draw.wrong)?;
        (self.scenario, self.exact) = (Some(scenario), Some(exact));
        Ok(())
    }
}

/// The pipeline with these rates: of failure, of accepting correct and wrong candidates.
fn pipeline(
    [failure_rate, accepts_correct, accepts_wrong]: [f64; 3],
    question: &PipelineQuestion,
) -> Result<Scenario, Error> {
    let judge = Judge::Rates { accepts_correct, accepts_wrong, repairs: 0.0 };
    let scheme = Validated::new(judge).with_attempts(question.attempts).with_fallback(question.fallback);
    Scenario::new(Agents::identical(1, failure_rate), scheme)
}

/// The pipeline at one draw of the rates.
struct Draw {
    failure_rate: f64,
    correct: f64,
    wrong: f64,
}

fn drawn(shares: [&RateEstimate; 3], question: &PipelineQuestion) -> Result<Vec<Draw>, Error> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(question.seed);
    let posteriors = shares.map(RateEstimate::posterior);
    let draw = |_| {
        let rates = posteriors.map(|posterior| posterior.map_or(f64::NAN, |beta| beta.sample(&mut random)));
        let exact = assess(&pipeline(rates, question)?)?;
        Ok(Draw { failure_rate: rates[0], correct: exact.correct, wrong: exact.wrong })
    };
    (0..question.draws).map(draw).collect()
}

/// The share of candidates for which something is true; `None` without a candidate.
fn share(
    verdicts: &ValidatorVerdicts,
    judged: Judged,
    of_task: impl Fn([RunTally; 2]) -> (f64, f64),
    question: &PipelineQuestion,
) -> Result<Option<RateEstimate>, Error> {
    let Judged { accepted: count, candidates: of } = judged;
    if of == 0 {
        return Ok(None);
    }
    let column = |tallies: &[RunTally], at: usize| tallies.get(at).copied().unwrap_or_default();
    let of_tallies = |tallies: &[RunTally]| of_task([column(tallies, 0), column(tallies, 1)]);
    let tallies: Vec<((f64, f64), u64)> = match verdicts.results.each_cluster() {
        Some(clusters) => clusters.map(|tasks| (sum(tasks, of_tallies), 1)).collect(),
        None => verdicts.results.kinds().iter().map(|kind| (of_tallies(&kind.tallies), kind.tasks)).collect(),
    };
    let rate = count as f64 / of as f64;
    Ok(Some(RateEstimate {
        rate,
        count,
        of,
        clopper_pearson: clopper_pearson(count, of, question.confidence)?,
        wilson: wilson(count, of, question.confidence)?,
        design_effect: design_effect(tallies.into_iter(), rate),
    }))
}

/// The counts of all tasks of a cluster.
fn sum<'a>(
    tasks: impl Iterator<Item = (&'a [RunTally], u64)>,
    of_tallies: impl Fn(&[RunTally]) -> (f64, f64),
) -> (f64, f64) {
    tasks.fold((0.0, 0.0), |(count, of), (tallies, tasks)| {
        let (more, candidates) = of_tallies(tallies);
        (count + tasks as f64 * more, of + tasks as f64 * candidates)
    })
}

/// The variance of a share between tasks, or clusters, Σ(cᵢ − p·nᵢ)²/n², over that of independent runs, p(1 − p)/n; at
/// least 1.
fn design_effect(tallies: impl Iterator<Item = ((f64, f64), u64)>, rate: f64) -> f64 {
    let (between, runs) = tallies.fold((0.0, 0.0), |(between, runs), ((count, of), tasks)| {
        let excess = count - rate * of;
        (between + tasks as f64 * excess * excess, runs + tasks as f64 * of)
    });
    let independent = rate * (1.0 - rate) * runs;
    if independent > 0.0 { (between / independent).max(1.0) } else { 1.0 }
}

impl RateEstimate {
    fn posterior(&self) -> Option<Beta<f64>> {
        let effective = |count: u64| count as f64 / self.design_effect + 0.5;
        Beta::new(effective(self.count), effective(self.of - self.count)).ok()
    }
}

impl PipelineEstimate {
    fn new(value: f64, draws: Vec<f64>, tasks: u64, question: &PipelineQuestion) -> Result<Self, Error> {
        let Some(interval) = percentiles(draws, question.confidence) else {
            return Err(Error::out_of_range("draws", question.draws, "a whole number of at least 1"));
        };
        // With nothing seen of an outcome all draws lie on one side of it; the interval of what was seen holds that.
        let interval = Interval { low: interval.low.min(value), high: interval.high.max(value) };
        let more = |from: f64, to: f64| {
            let times = (from / to) * (from / to) - 1.0;
            (tasks as f64 * times.max(0.0)).ceil() as u64
        };
        let towards_zero = if value > 0.0 { value - interval.low } else { interval.high - value };
        Ok(Self {
            value,
            interval,
            more_tasks: more((interval.high - interval.low) / 2.0, question.half_width),
            more_tasks_for_sign: (value != 0.0).then(|| more(towards_zero, value.abs())),
        })
    }
}
