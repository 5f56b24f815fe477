//! Pluralities as a model of right and wrong predicts them together with a law of wrong answers.
//!
//! Given how many of k agents are right, each of the others votes with the share of failures that do, and what those
//! answer follows the law; nothing else enters.

use super::plurality::PluralityShares;
use super::rows::Rows;
use super::tasks::{AnsweredLog, Placed};
use crate::Results;
use crate::fit::mean::mean;
use crate::fit::resample::{Halved, units};
use crate::fit::row::Row;
use crate::fit::watch::Watch;
use crate::fit::{FittedModel, Halvings};
use kofn::exact::GivenVotes;
use kofn::monte_carlo::Part;
use kofn::scenario::{Error, Failures, Rule, Ties};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Larger pluralities are not predicted.
const MAX_PREDICTED: usize = 40;
/// Numbers of votes that are predicted for held-out tasks.
const HELD_OUT: std::ops::RangeInclusive<usize> = 2..=5;

/// How far off predictions were on tasks that neither the model nor the law was fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct HeldOutPlurality {
    /// The mean absolute error.
    pub error: PluralityShares,
    /// The mean absolute error that a perfect model would have had, by sampling noise alone; `None` on halves of a
    /// single task.
    pub floor: Option<PluralityShares>,
}

/// What is to be known of predictions that are further off on held-out tasks than sampling explains: more than
/// [`MUCH`] times the floor, on average.
pub(super) fn much_off(held_out: &[Option<HeldOutPlurality>]) -> Option<String> {
    let known = held_out.iter().flatten().filter_map(|held| Some((held.error, held.floor?)));
    let sums = known.fold((0.0, 0.0), |sums, (error, floor)| {
        let sum = |shares: PluralityShares| shares.values().iter().sum::<f64>();
        (sums.0 + sum(error), sums.1 + sum(floor))
    });
    let times = sums.0 / sums.1;
    (times > MUCH && times.is_finite()).then(|| {
        format!(
            "predictions of pluralities are {times:.1} times as far off on held-out tasks as sampling alone: \
             the model or the law of wrong answers does not fit these answers"
        )
    })
}

/// A fitted model is up to √2 times as far off as the true one.
const MUCH: f64 = 2.5;

/// Returns what a model predicts of each of these pluralities on the tasks of a log, if its failures are these.
pub(super) fn predicted(
    fitted: &FittedModel,
    failures: &Failures,
    results: &Results,
    ks: &[usize],
) -> Vec<Option<PluralityShares>> {
    let rows = fitted.correct_among(results, ks).unwrap_or_default();
    let shares = |(&k, row): (&usize, &Option<Vec<f64>>)| of_row(row.as_deref()?, failures, k);
    ks.iter().zip(&rows).map(shares).collect()
}

/// Returns the prediction for k agents, j of which are right with probability `row[j]`.
fn of_row(row: &[f64], failures: &Failures, k: usize) -> Option<PluralityShares> {
    if k > MAX_PREDICTED {
        return None;
    }
    let rule = Rule::MostVotes { ties: Ties::Abstain, min_votes: 1 };
    let given = GivenVotes::new(failures.wrong_answers, &rule, k as u64).ok()?;
    let (voting, [corruption, crash]) = failures.voting_and_silent();
    let share = voting / (voting + corruption + crash);
    let mut sum = PluralityShares::default();
    for (right, probability) in row.iter().enumerate() {
        for (wrong, of_votes) in binomial(k - right, share).into_iter().enumerate() {
            let shares = given.shares(right as u64, wrong as u64);
            let shares = PluralityShares::of([shares.correct, shares.abstain, shares.wrong]);
            sum = sum.plus(shares.map(|share| probability * of_votes * share));
        }
    }
    Some(sum)
}

/// Probabilities of 0, 1, … of `count` agents voting, each with this probability.
fn binomial(count: usize, share: f64) -> Vec<f64> {
    let mut law = vec![1.0];
    for _ in 0..count {
        let mut next = vec![0.0; law.len() + 1];
        for (votes, probability) in law.iter().enumerate() {
            next[votes] += probability * (1.0 - share);
            next[votes + 1] += probability * share;
        }
        law = next;
    }
    law
}

/// How far off predictions from the other half were on one half of the tasks, for each number of votes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "Vec<Option<Row>>", try_from = "Vec<Option<Row>>")]
pub(in crate::fit) struct Half(Vec<Option<HeldOutPlurality>>);

impl From<Half> for Vec<Option<Row>> {
    fn from(half: Half) -> Self {
        let row = |HeldOutPlurality { error, floor }: HeldOutPlurality| {
            Row(error
                .values()
                .into_iter()
                .chain(floor.into_iter().flat_map(PluralityShares::values))
                .collect())
        };
        half.0.into_iter().map(|held_out| held_out.map(row)).collect()
    }
}

impl TryFrom<Vec<Option<Row>>> for Half {
    type Error = &'static str;

    fn try_from(rows: Vec<Option<Row>>) -> Result<Self, &'static str> {
        let held_out = |row: Row| {
            let (error, floor) = match *row {
                [a, b, c] => ([a, b, c], None),
                [a, b, c, d, e, f] => ([a, b, c], Some([d, e, f])),
                _ => return Err("a plurality on held-out tasks must have 3 or 6 numbers"),
            };
            Ok(HeldOutPlurality { error: PluralityShares::of(error), floor: floor.map(PluralityShares::of) })
        };
        rows.into_iter().map(|row| row.map(held_out).transpose()).collect::<Result<_, _>>().map(Self)
    }
}

impl Half {
    /// For how many numbers of votes it has a place.
    pub(super) fn places(&self) -> usize {
        self.0.len()
    }
}

/// Returns the halves of a part: how far off predictions were for each of the pluralities of `rows`, `None` where the
/// model cannot be fitted to the other half.
pub(super) fn halves(
    fitted: &FittedModel,
    (answered, rows): (&AnsweredLog, &Rows),
    halvings: Halvings,
    part: Part,
    watch: &Watch,
) -> Result<Vec<Option<Half>>, Error> {
    let halves = Halved::new(&answered.tasks.0, halvings);
    let of = |place: usize| Half::of(fitted, (answered, rows), halves.at(place), watch);
    watch.each(units(part, 2 * halvings.count), of)
}

/// Returns how far off predictions were on all halves, for so many numbers of votes.
pub(super) fn held_out(halves: Vec<Option<Half>>, places: usize) -> Vec<Option<HeldOutPlurality>> {
    let halves: Vec<Half> = halves.into_iter().flatten().collect();
    (0..places).map(|place| summary(&halves, place)).collect()
}

fn summary(halves: &[Half], place: usize) -> Option<HeldOutPlurality> {
    let all: Vec<_> = halves.iter().map(|half| half.0[place]).collect::<Option<Vec<_>>>()?;
    let means = |of: &dyn Fn(&HeldOutPlurality) -> Option<PluralityShares>| {
        let shares: Vec<[f64; 3]> = all.iter().map(|half| Some(of(half)?.values())).collect::<Option<_>>()?;
        let column = |at: usize| shares.iter().map(|of| of[at]).collect::<Vec<_>>();
        (!shares.is_empty()).then(|| PluralityShares::of([0, 1, 2].map(|at| mean(&column(at)))))
    };
    Some(HeldOutPlurality { error: means(&|half| Some(half.error))?, floor: means(&|half| half.floor) })
}

impl Half {
    fn of(
        fitted: &FittedModel,
        (answered, rows): (&AnsweredLog, &Rows),
        (fit_to, other): (&Results, &Results),
        watch: &Watch,
    ) -> Option<Self> {
        let refitted = fitted.refit_watched(&answered.results(fit_to), watch).ok()?;
        let failures = failures(answered, rows, fit_to)?;
        let held: Vec<usize> = rows.ks.iter().copied().filter(|k| HELD_OUT.contains(k)).collect();
        let predicted = predicted(&refitted, &failures, &answered.results(other), &held);
        let seen = rows.sums_of_kinds(other);
        let of = |(place, k): (usize, &usize)| {
            let predicted = predicted[held.iter().position(|held| held == k)?]?.values();
            let observed = seen.plurality(place)?;
            let error = [0, 1, 2].map(|at| (predicted[at] - observed.values()[at]).abs());
            let floor = floors(rows, other, place, observed).map(PluralityShares::of);
            Some(HeldOutPlurality { error: PluralityShares::of(error), floor })
        };
        Some(Self(rows.ks.iter().enumerate().map(of).collect()))
    }
}

/// The failures of these tasks: the share that votes, and the law of what they answer.
pub(super) fn failures(answered: &AnsweredLog, rows: &Rows, tasks: &Results) -> Option<Failures> {
    let (voting, silent) = answered.failures(tasks);
    let law = rows.sums_of_kinds(tasks).partitions().peak();
    let share = voting / (voting + silent);
    let failures = Failures::new(share, 1.0 - share, 0.0);
    let failures = law.map_or(failures, |law| failures.with_wrong_answers(law.wrong_answers()));
    (voting + silent > 0.0).then_some(failures)
}

/// √(2/π) standard errors of the observed shares, √(C/(C − 1)·Σ e²)/T over C clusters or tasks, where e is how far the
/// sum over the tasks of a cluster is from that of as many mean ones, and T the number of all tasks.
fn floors(rows: &Rows, tasks: &Results, place: usize, observed: PluralityShares) -> Option<[f64; 3]> {
    let (mut count, mut all, mut squares) = (0.0, 0.0, [0.0; 3]);
    let mut add = |units: f64, of_unit: (f64, [f64; 3])| {
        if of_unit.0 > 0.0 {
            count += units;
            all += units * of_unit.0;
            squares.iter_mut().zip(of_unit.1).for_each(|(sum, excess)| *sum += units * excess * excess);
        }
    };
    let excess = |(tasks, sum): (f64, [f64; 3]), (kind, more): (usize, u64)| {
        let more = more as f64;
        match rows.plurality_of(place, kind) {
            None => (tasks, sum),
            Some(shares) => {
                let of = |at: usize| sum[at] + more * (shares.values()[at] - observed.values()[at]);
                (tasks + more, [0, 1, 2].map(of))
            }
        }
    };
    match tasks.each_cluster() {
        Some(clusters) => clusters.for_each(|cluster| {
            let of = cluster.map(|(tallies, tasks)| (Placed::place(tallies), tasks));
            add(1.0, of.fold((0.0, [0.0; 3]), excess));
        }),
        None => {
            Placed::of(tasks).for_each(|(kind, tasks)| add(tasks as f64, excess((0.0, [0.0; 3]), (kind, 1))))
        }
    }
    let factor = libm::sqrt(std::f64::consts::FRAC_2_PI * count / (count - 1.0)) / all;
    (count > 1.0).then(|| squares.map(|sum| factor * libm::sqrt(sum)))
}
