//! Two systems on the same tasks.

use super::moments::Moments;
use super::{Recording, Replay, check_confidence, holm, mcnemar};
use kofn::exact::two_sided_normal_quantile;
use kofn::{Error, Interval, System};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// How systems are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct CompareOptions {
    /// The probability with which the smallest detectable difference would have been seen, above ½ and below 1.
    pub power: f64,
    /// Largest loss of P(correct), against the first system, that is accepted.
    pub gate: Option<f64>,
}

impl Default for CompareOptions {
    /// A power of .8, and no gate.
    fn default() -> Self {
        Self { power: 0.8, gate: None }
    }
}

impl CompareOptions {
    /// Returns the options with a gate: how much less often correct than the first another system may be.
    pub fn with_gate(self, gate: Option<f64>) -> Self {
        Self { gate, ..self }
    }
}

/// Two systems, paired on the same tasks.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PairComparison {
    /// The first system.
    pub first: String,
    /// The second system.
    pub second: String,
    /// Number of tasks on which both have the runs that they need.
    pub tasks: u64,
    /// Number of tasks on which both are correct: expected numbers of independent draws where a system's success on a
    /// task is only a probability.
    pub both: f64,
    /// Number of tasks on which the first alone is.
    pub first_alone: f64,
    /// Number of tasks on which the second alone is.
    pub second_alone: f64,
    /// Number of tasks on which neither is.
    pub neither: f64,
    /// P(correct) of the second less that of the first.
    pub difference: f64,
    /// Its interval, over tasks or clusters.
    pub interval: Interval,
    /// The confidence of the interval.
    pub confidence: f64,
    /// McNemar's exact p-value; null where a system's success on a task is only a probability.
    pub mcnemar: Option<f64>,
    /// McNemar's mid-p value; null likewise.
    pub mcnemar_mid: Option<f64>,
    /// The exact p-value after Holm's correction for several pairs; null likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcnemar_holm: Option<f64>,
    /// The smallest difference that so many tasks would have shown at this confidence with `power`: a normal
    /// approximation with the observed share of discordant tasks; with clusters, or where runs are drawn, with the
    /// observed variance of the difference. Without any discordant task it is 0 and says nothing.
    pub detectable: f64,
    /// Probability of seeing it.
    pub power: f64,
    /// How many tasks would settle the difference that was seen, in the same approximation; null for none.
    pub tasks_needed: Option<u64>,
    /// Number of clusters, where tasks are in clusters.
    pub clusters: Option<u64>,
    /// Whether the second is worse than the first by more than the gate, which the interval excludes. Set only for
    /// pairs that include the first system, and only with a gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worse_than_gate: Option<bool>,
}

/// Compares every pair of systems on the tasks on which both have the runs that they need.
///
/// # Errors
/// Fewer than two systems; what [`Recording::replay`] refuses; no common task; a power or a gate out of its range.
///
/// ```
/// use kofn::System;
/// use kofn_logs::replay::{CompareOptions, Recording, ReplayOptions, compare};
/// use kofn_logs::{ReadOptions, Source, read};
/// let csv = "task,ada,bob\na,1,1\nb,1,0\nc,0,1\nd,1,1\ne,0,1\n";
/// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let recording = Recording::of(&log, &ReplayOptions::default());
/// let systems = [System::parse("ada")?, System::parse("bob")?];
/// let pairs = compare(&recording, &systems, &CompareOptions::default())?;
/// assert_eq!((pairs[0].first_alone, pairs[0].second_alone, pairs[0].mcnemar), (1.0, 2.0, Some(1.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare(
    recording: &Recording,
    systems: &[System],
    options: &CompareOptions,
) -> Result<Vec<PairComparison>, Error> {
    let replays = systems.iter().map(|system| recording.replay(system)).collect::<Result<Vec<_>, _>>()?;
    of_replays(recording, &replays, options)
}

/// Compares systems that were replayed.
pub(super) fn of_replays(
    recording: &Recording,
    replays: &[Replay],
    options: &CompareOptions,
) -> Result<Vec<PairComparison>, Error> {
    check_confidence(recording.options.confidence)?;
    check_options(options)?;
    if replays.len() < 2 {
        return Err(Error::out_of_range("the number of systems", replays.len(), "at least 2"));
    }
    let count = replays.len();
    let pairs: Vec<(usize, usize)> =
        (0..count).flat_map(|first| (first + 1..count).map(move |second| (first, second))).collect();
    let compared = pairs
        .iter()
        .map(|&(first, second)| pair(recording, [&replays[first], &replays[second]], first == 0, options));
    let mut compared = compared.collect::<Result<Vec<_>, _>>()?;
    let p_values: Vec<f64> = compared.iter().filter_map(|pair| pair.mcnemar).collect();
    if compared.len() > 1 {
        let mut corrected = holm(&p_values).into_iter();
        for pair in compared.iter_mut().filter(|pair| pair.mcnemar.is_some()) {
            pair.mcnemar_holm = corrected.next();
        }
    }
    Ok(compared)
}

fn check_options(options: &CompareOptions) -> Result<(), Error> {
    if !(options.power > 0.5 && options.power < 1.0) {
        return Err(Error::out_of_range("power", options.power, "above 0.5 and below 1"));
    }
    match options.gate {
        Some(gate) if !(0.0..=1.0).contains(&gate) => {
            Err(Error::out_of_range("gate", gate, "between 0 and 1"))
        }
        _ => Ok(()),
    }
}

/// Returns P(correct) of both on each kind of task that both can be replayed on.
fn common([first, second]: [&Replay; 2]) -> Vec<(usize, [f64; 2])> {
    let of_second: HashMap<usize, f64> =
        second.scores.iter().map(|score| (score.kind, score.correct)).collect();
    let both = |score: &super::Score| Some((score.kind, [score.correct, *of_second.get(&score.kind)?]));
    first.scores.iter().filter_map(both).collect()
}

/// Shares that differ from 0 and 1 by no more than this come from rounding.
const ROUNDING: f64 = 1e-12;

fn pair(
    recording: &Recording,
    both: [&Replay; 2],
    is_with_first: bool,
    options: &CompareOptions,
) -> Result<PairComparison, Error> {
    let confidence = recording.options.confidence;
    let kinds = common(both);
    let differences = kinds.iter().map(|(kind, scores)| {
        let tasks = &recording.tasks[*kind];
        (scores[1] - scores[0], tasks.tasks, tasks.cluster)
    });
    let differences: Vec<_> = differences.collect();
    let Some(moments) = Moments::of(&differences, recording.clusters.is_some()) else {
        let message = format!("no task has the runs of both {} and {}", both[0].system, both[1].system);
        return Err(Error::refused("system", message));
    };
    let expected = |of: &dyn Fn(f64, f64) -> f64| {
        let of_kind = |(kind, scores): &(usize, [f64; 2])| {
            recording.tasks[*kind].tasks as f64 * of(scores[0], scores[1])
        };
        kinds.iter().map(of_kind).sum::<f64>()
    };
    let is_certain = |share: f64| share.abs() <= ROUNDING || (1.0 - share).abs() <= ROUNDING;
    let is_certain = kinds.iter().all(|(_, scores)| scores.iter().all(|share| is_certain(*share)));
    // Sums of whole numbers, but for the rounding of shares.
    let count = |expected: f64| if is_certain { libm::round(expected) } else { expected };
    let first_alone = count(expected(&|first, second| first * (1.0 - second)));
    let second_alone = count(expected(&|first, second| second * (1.0 - first)));
    let test = is_certain.then(|| mcnemar(first_alone as u64, second_alone as u64)).transpose()?;
    let interval = moments.difference_interval(confidence);
    // The normal quantiles of the level and of the power together.
    let quantiles =
        two_sided_normal_quantile(confidence) + two_sided_normal_quantile(2.0 * options.power - 1.0);
    let square = quantiles * quantiles * moments.mean_square;
    let settled = libm::ceil(square * moments.design_effect() / (moments.mean * moments.mean));
    Ok(PairComparison {
        first: both[0].system.clone(),
        second: both[1].system.clone(),
        tasks: moments.tasks,
        both: count(expected(&|first, second| first * second)),
        first_alone,
        second_alone,
        neither: count(expected(&|first, second| (1.0 - first) * (1.0 - second))),
        difference: moments.mean,
        interval,
        confidence,
        mcnemar: test.map(|test| test.exact),
        mcnemar_mid: test.map(|test| test.mid),
        mcnemar_holm: None,
        detectable: libm::sqrt(square / moments.effective_tasks()).min(1.0),
        power: options.power,
        tasks_needed: (moments.mean.abs() > ROUNDING && settled < 9e15).then_some(settled as u64),
        clusters: moments.clusters(),
        worse_than_gate: options.gate.filter(|_| is_with_first).map(|gate| interval.high < -gate),
    })
}
