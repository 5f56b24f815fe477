//! What a validator's verdicts say, against logs drawn with known rates.

use kofn_logs::fit::{PipelineQuestion, Validation, clopper_pearson, validation};
use kofn_logs::{ReadOptions, Source, read};
use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

fn question() -> PipelineQuestion {
    PipelineQuestion::default().with_attempts(2).with_draws(200)
}

/// Verdicts as a log has them: task, whether the candidate is correct, whether it was accepted.
fn found(rows: impl IntoIterator<Item = (usize, bool, bool)>) -> Validation {
    let line = |(task, correct, accepted)| format!("{task},{},{}\n", u8::from(correct), u8::from(accepted));
    let csv = format!("task,correct,accepted\n{}", rows.into_iter().map(line).collect::<String>());
    let source = Source::new("judge.csv", std::io::Cursor::new(csv));
    let log = read(vec![source], &ReadOptions::default()).unwrap();
    validation(&log.verdicts[0], &question()).unwrap()
}

const FAILURE_RATE: f64 = 0.3;
const ACCEPTS_CORRECT: f64 = 0.9;
const ACCEPTS_WRONG: f64 = 0.2;

/// P(correct), P(wrong) of two attempts, written out.
fn truth() -> [f64; 2] {
    let (f, a, b) = (FAILURE_RATE, ACCEPTS_CORRECT, ACCEPTS_WRONG);
    let tries = 1.0 + (1.0 - f) * (1.0 - a) + f * (1.0 - b);
    [(1.0 - f) * a * tries, f * b * tries]
}

/// Candidates of `tasks` tasks, `runs` of each, whose failure rate is drawn for each task from Beta(f/s, (1−f)/s), or
/// is the same for all.
fn simulated(seed: u64, tasks: usize, runs: usize, spread: Option<f64>) -> Validation {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut rows = Vec::new();
    for task in 0..tasks {
        let rate = spread.map_or(FAILURE_RATE, |spread| {
            Beta::new(FAILURE_RATE / spread, (1.0 - FAILURE_RATE) / spread).unwrap().sample(&mut random)
        });
        for _ in 0..runs {
            let correct = random.random::<f64>() >= rate;
            let accepted = random.random::<f64>() < if correct { ACCEPTS_CORRECT } else { ACCEPTS_WRONG };
            rows.push((task, correct, accepted));
        }
    }
    found(rows)
}

/// How many of the intervals of P(correct) and of P(wrong) hold the truth.
fn held(tasks: usize, runs: usize, spread: Option<f64>) -> [u64; 2] {
    let truth = truth();
    let hits = |seed| {
        let found = simulated(seed, tasks, runs, spread);
        let holds = |settled: kofn_logs::fit::PipelineEstimate, truth: f64| {
            u64::from(settled.interval.contains(truth))
        };
        [holds(found.correct.unwrap(), truth[0]), holds(found.wrong.unwrap(), truth[1])]
    };
    let sum = |one: [u64; 2], other: [u64; 2]| [one[0] + other[0], one[1] + other[1]];
    (0..REPLICAS).into_par_iter().map(hits).reduce(|| [0, 0], sum)
}

const REPLICAS: u64 = 1000;

/// No count of `of` trials is further from a probability between `low` and `high` than chance allows once in 10⁸.
fn is_within(count: u64, of: u64, (low, high): (f64, f64)) -> bool {
    let (seen, of) = (count as f64 / of as f64, of as f64);
    let nearest = seen.clamp(low, high);
    let term = |seen: f64, of: f64| if seen == 0.0 { 0.0 } else { seen * (seen / of).ln() };
    of * (term(seen, nearest) + term(1.0 - seen, 1.0 - nearest)) <= 1e8_f64.ln()
}

/// The intervals are of 95 %, nearly: a coverage of 93 to 97 % would be found at fault less than once in 10⁷ runs; to
/// hold in 87 % or fewer is one.
#[test]
fn intervals_hold_the_truth_about_as_often_as_they_say() {
    for (tasks, runs, spread) in [(150, 1, None), (100, 5, Some(0.5)), (40, 4, Some(1.0))] {
        for held in held(tasks, runs, spread) {
            assert!(is_within(held, REPLICAS, (0.93, 0.97)), "{tasks} tasks of {runs}: {held} of {REPLICAS}");
        }
    }
}

/// Repeats of a task that go together say no more than one.
#[test]
fn repeats_widen_the_interval() {
    // Every candidate five times over: five times the runs, the same tasks.
    let once: Vec<_> = (0..120).map(|i| (i, i % 3 > 0, i % 5 > 0)).collect();
    let repeated = once.iter().flat_map(|&row| [row; 5]);
    let (one, five) = (found(once.iter().copied()), found(repeated));
    assert_eq!((one.failure_rate.rate, five.failure_rate.of), (1.0 / 3.0, 600));
    assert!((five.failure_rate.design_effect - 5.0).abs() < 1e-12);
    let width = |found: &Validation| {
        let interval = found.correct.unwrap().interval;
        interval.high - interval.low
    };
    assert!((width(&five) / width(&one) - 1.0).abs() < 0.02, "{} {}", width(&five), width(&one));
}

#[test]
fn what_was_never_seen_keeps_its_uncertainty() {
    // 30 wrong candidates, none of them accepted: by Jeffreys the rate may be up to 0.08.
    let found = found((0..100).map(|i| (i, i >= 30, i >= 35)));
    let (accepts_wrong, wrong) = (found.accepts_wrong.unwrap(), found.wrong.unwrap());
    assert_eq!((accepts_wrong.count, accepts_wrong.of, found.exact.unwrap().wrong), (0, 30, 0.0));
    assert!(wrong.interval.low >= 0.0 && (0.01..0.05).contains(&wrong.interval.high));
    assert!(accepts_wrong.clopper_pearson.high > 0.1);
}

#[test]
fn more_tasks_settle_it() {
    let at = |times: usize| found((0..60 * times).map(|i| (i, i % 3 > 0, i % 4 > 0)));
    let few = at(1);
    let more = few.correct.unwrap().more_tasks as usize;
    assert!(more > 60);
    // With as many more as it says the half-width is what was asked, to the tenth that is left to chance by 200 draws.
    let settled = at(1 + more.div_ceil(60));
    let correct = settled.correct.unwrap();
    let half_width = (correct.interval.high - correct.interval.low) / 2.0;
    assert!((half_width / question().half_width - 1.0).abs() < 0.15, "{half_width}");
    let gain = few.gain.unwrap();
    assert_eq!(gain.more_tasks_for_sign.is_some(), gain.value != 0.0);
}

/// Five candidates of one kind, three of them accepted: their rate is known, and nothing of a pipeline.
#[test]
fn candidates_of_one_kind_give_the_one_rate() {
    for correct in [true, false] {
        let found = found((0..5).map(|i| (i, correct, i < 3)));
        let (known, unknown) = match correct {
            true => (found.accepts_correct, found.accepts_wrong),
            false => (found.accepts_wrong, found.accepts_correct),
        };
        let known = known.unwrap();
        assert_eq!((known.count, known.of, known.rate, unknown), (3, 5, 0.6, None));
        assert_eq!(known.clopper_pearson, clopper_pearson(3, 5, 0.95).unwrap());
        assert_eq!((found.failure_rate.count, found.failure_rate.of), (if correct { 0 } else { 5 }, 5));
        assert_eq!(found.missing(), Some(if correct { "wrong" } else { "correct" }));
        assert_eq!((&found.scenario, &found.exact), (&None, &None));
        assert_eq!([found.correct, found.wrong, found.gain, found.fewer_wrong], [None; 4]);
    }
    assert_eq!(found([(0, true, true), (1, false, true)]).missing(), None);
}

#[test]
fn a_log_without_candidates_is_refused() {
    let csv = "task,correct,accepted\n1,1,1\n2,0,0\n";
    let mut log = read(vec![Source::new("judge.csv", csv.as_bytes())], &ReadOptions::default()).unwrap();
    let mut verdicts = log.verdicts.remove(0);
    verdicts.of_correct.candidates = 0;
    assert!(validation(&verdicts, &question()).is_ok());
    verdicts.of_wrong.candidates = 0;
    let error = validation(&verdicts, &question()).unwrap_err();
    assert!(error.to_string().contains("must have verdicts"), "{error}");
}
