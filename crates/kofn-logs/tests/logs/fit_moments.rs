//! Moment estimators against the textbook's sums over all runs, tasks drawn again against their exact distributions,
//! and agents that are alike.

use kofn_logs::fit::{Bootstrap, alike, between_correlation, bootstrap, pairs, split, within_correlation};
use kofn_logs::{LogCounts, Results, RunTally};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{Binomial, ContinuousCDF, Discrete, Hypergeometric, Normal};

const FALSE_ALARM_RATE: f64 = 1e-9;

/// What sums of products of a hundred numbers in [0, 1] may differ by when they are taken in another order, over a
/// variance above 0.05.
const ROUNDING: f64 = 1e-12;

/// Shares of failed runs, task by task and agent by agent, of agents that find the same tasks hard.
fn failures(tasks: usize, agents: usize, runs: u32, seed: u64) -> Vec<Vec<u32>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut task = |_| {
        let hard: f64 = random.random();
        let mut agent = |agent| {
            let fails = hard * (0.5 + 0.1 * agent as f64);
            (0..runs).map(|_| u32::from(random.random::<f64>() < fails)).sum()
        };
        (0..agents).map(&mut agent).collect()
    };
    (0..tasks).map(&mut task).collect()
}

fn counts(failures: &[Vec<u32>], runs: u32) -> LogCounts {
    let agents = failures[0].len();
    let tallies =
        |task: &Vec<u32>| task.iter().map(|failed| RunTally::new(runs - failed, runs).unwrap()).collect();
    LogCounts::of(&Results::gather(agents, failures.iter().map(tallies)))
}

/// Shares of failed runs of one agent, and their mean.
fn shares(failures: &[Vec<u32>], agent: usize, runs: u32) -> (Vec<f64>, f64) {
    let shares: Vec<f64> = failures.iter().map(|task| f64::from(task[agent]) / f64::from(runs)).collect();
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    (shares, mean)
}

/// (MSB − MSW)/(MSB + (m − 1) MSW), of the analysis of variance with tasks as groups.
#[test]
fn the_within_correlation_is_that_of_the_analysis_of_variance() {
    for (tasks, runs, seed) in [(5, 2, 1), (12, 4, 2), (50, 3, 3), (97, 10, 4)] {
        let failures = failures(tasks, 1, runs, seed);
        let (shares, mean) = shares(&failures, 0, runs);
        let (groups, size) = (tasks as f64, f64::from(runs));
        let between = size * shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (groups - 1.0);
        let within =
            size * shares.iter().map(|share| share * (1.0 - share)).sum::<f64>() / (groups * (size - 1.0));
        let expected = (between - within) / (between + (size - 1.0) * within);
        let computed = within_correlation(&counts(&failures, runs).agents[0]).expect("it varies");
        assert!((computed - expected).abs() < ROUNDING, "{tasks} tasks: {computed} not {expected}");
    }
}

/// The sample covariance of the shares, and of each variance its mean square plus what the estimated mean takes: both
/// without bias.
#[test]
fn the_between_correlation_is_a_quotient_of_unbiased_sums() {
    for (tasks, agents, runs, seed) in [(6, 2, 1, 1), (40, 3, 1, 2), (40, 3, 4, 3), (90, 5, 2, 4)] {
        let failures = failures(tasks, agents, runs, seed);
        let all: Vec<_> = (0..agents).map(|agent| shares(&failures, agent, runs)).collect();
        let product = |one: &(Vec<f64>, f64), other: &(Vec<f64>, f64)| {
            let deviations = one.0.iter().zip(&other.0).map(|(x, y)| (x - one.1) * (y - other.1));
            deviations.sum::<f64>() / (tasks as f64 - 1.0)
        };
        let variance = |one: &(Vec<f64>, f64)| one.1 * (1.0 - one.1) + product(one, one) / tasks as f64;
        let (mut covariances, mut spreads, mut phis) = (0.0, 0.0, Vec::new());
        for second in 0..agents {
            for first in 0..second {
                let covariance = product(&all[first], &all[second]);
                let spread = (variance(&all[first]) * variance(&all[second])).sqrt();
                phis.push(covariance / spread);
                covariances += covariance;
                spreads += spread;
            }
        }
        let counts = counts(&failures, runs);
        let computed = between_correlation(&counts).expect("they vary");
        assert!((computed - covariances / spreads).abs() < ROUNDING, "{tasks} tasks: {computed}");
        for (pair, expected) in pairs(&counts).iter().zip(phis) {
            assert!((pair.phi.expect("they vary") - expected).abs() < ROUNDING, "{pair:?} not {expected}");
        }
    }
}

#[test]
fn what_never_varies_has_no_correlation() {
    let tally = |correct, runs| RunTally::new(correct, runs).unwrap();
    let of = |tasks: Vec<Vec<RunTally>>| LogCounts::of(&Results::gather(2, tasks));
    let always = of(vec![vec![tally(2, 2), tally(1, 2)], vec![tally(2, 2), tally(2, 2)]]);
    assert_eq!(within_correlation(&always.agents[0]), None);
    assert_eq!((pairs(&always)[0].phi, between_correlation(&always)), (None, None));
    let single = of(vec![vec![tally(1, 1), tally(0, 0)], vec![tally(0, 1), tally(0, 0)]]);
    assert_eq!(within_correlation(&single.agents[0]), None);
    assert_eq!((pairs(&single).len(), between_correlation(&single)), (0, None));
    let one_task = of(vec![vec![tally(1, 2), tally(1, 2)]]);
    assert_eq!(between_correlation(&one_task), None);
}

/// Tasks of three kinds: so many of each.
const KINDS: [u64; 3] = [3, 5, 4];

fn three_kinds() -> Results {
    let task = |kind| vec![RunTally::new(kind as u32, 2).unwrap()];
    Results::gather(1, (0..3).flat_map(|kind| (0..KINDS[kind]).map(move |_| task(kind))))
}

fn tasks_of(results: &Results, kind: usize) -> u64 {
    let found = results.kinds().iter().find(|found| found.tallies[0].correct() as usize == kind);
    found.map_or(0, |found| found.tasks)
}

/// Whether what was counted may have this law: N·KL ≤ ln(2/α) for every value, a false alarm having a probability of at
/// most α for each.
fn assert_law(seen: &[u64], law: impl Fn(u64) -> f64) {
    let total = seen.iter().sum::<u64>() as f64;
    for (value, &count) in (0..).zip(seen) {
        let (share, p) = (count as f64 / total, law(value));
        assert!(!is_off(share, total, p), "{value}: {share} not {p}");
    }
}

/// Whether N·KL > ln(2/α).
fn is_off(share: f64, draws: f64, p: f64) -> bool {
    let term = |seen: f64, p: f64| if seen > 0.0 { seen * (seen / p).ln() } else { 0.0 };
    draws * (term(share, p) + term(1.0 - share, 1.0 - p)) > (2.0 / FALSE_ALARM_RATE).ln()
}

fn histogram(values: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut seen = vec![0; 13];
    values.for_each(|value| seen[value as usize] += 1);
    seen
}

/// What was drawn when this test was written: another order of the same random numbers would move every interval.
#[test]
fn the_draws_of_a_seed_stay_what_they_are() {
    let drawn = bootstrap(&three_kinds(), 3, 5, |results| [0, 1, 2].map(|kind| tasks_of(results, kind)));
    assert_eq!(drawn, [[2, 5, 5], [4, 3, 5], [3, 4, 5]]);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(6);
    let parts = [0; 3].map(|_| split(&three_kinds(), 0.5, &mut random).0);
    assert_eq!(
        parts.map(|part| [0, 1, 2].map(|kind| tasks_of(&part, kind))),
        [[1, 3, 2], [2, 3, 1], [2, 1, 3]]
    );
}

#[test]
fn tasks_drawn_again_are_multinomial() {
    let drawn = bootstrap(&three_kinds(), 20_000, 5, |results| [0, 1, 2].map(|kind| tasks_of(results, kind)));
    assert!(drawn.iter().all(|kinds| kinds.iter().sum::<u64>() == 12));
    for (kind, tasks) in KINDS.into_iter().enumerate() {
        let law = Binomial::new(tasks as f64 / 12.0, 12).expect("in range");
        assert_law(&histogram(drawn.iter().map(|kinds| kinds[kind])), |value| law.pmf(value));
    }
    // Given the first kind, the second is binomial among what is left.
    let given = drawn.iter().filter(|kinds| kinds[0] == 3).map(|kinds| kinds[1]);
    let law = Binomial::new(5.0 / 9.0, 9).expect("in range");
    assert_law(&histogram(given), |value| law.pmf(value));
}

/// The squared share of correct runs.
fn squared_share(results: &Results) -> f64 {
    let sum = |of: fn(&RunTally) -> f64| {
        results.kinds().iter().map(|kind| kind.tasks as f64 * of(&kind.tallies[0])).sum::<f64>()
    };
    (sum(|tally| f64::from(tally.correct())) / sum(|tally| f64::from(tally.runs()))).powi(2)
}

/// Efron's formulas, unit by unit, for the squared share of a skewed sample; `without` is the sample without each unit.
fn assert_bias_corrected_and_accelerated(results: &Results, without: impl Iterator<Item = Results>) {
    let (estimate, normal) = (squared_share(results), Normal::new(0.0, 1.0).expect("standard"));
    let mut replicas = bootstrap(results, 999, 8, squared_share);
    replicas.sort_by(f64::total_cmp);
    let below = replicas.iter().filter(|&&replica| replica < estimate).count() as f64;
    let equal = replicas.iter().filter(|&&replica| replica == estimate).count() as f64;
    let bias = normal.inverse_cdf((below + 0.5 * equal) / 999.0);
    let without: Vec<f64> = without.map(|without| squared_share(&without)).collect();
    let mean = without.iter().sum::<f64>() / without.len() as f64;
    let moment = |power| without.iter().map(|value| (mean - value).powi(power)).sum::<f64>();
    let acceleration = moment(3) / (6.0 * moment(2).powf(1.5));
    assert!(bias.abs() > 0.05 && acceleration > 0.05, "they are to matter: {bias} {acceleration}");
    let end = |share: f64| {
        let shifted = bias + normal.inverse_cdf(share);
        let rank = 1000.0 * normal.cdf(bias + shifted / (1.0 - acceleration * shifted));
        let place = rank as usize;
        replicas[place - 1] + rank.fract() * (replicas[place] - replicas[place - 1])
    };
    let computed = Bootstrap::new(results, 999, 8, |results| vec![squared_share(results)])
        .interval(0, 0.9)
        .expect("varies");
    // The normal distribution of the reference is right to 10⁻¹¹ or so; a replica's distance to the next is below ten.
    let close = |computed: f64, expected: f64| (computed - expected).abs() < 1e-6;
    assert!(
        close(computed.low, end(0.05)) && close(computed.high, end(0.95)),
        "{computed:?}: {} {}",
        end(0.05),
        end(0.95)
    );
}

const SKEWED: [u32; 13] = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 5, 9, 17];

#[test]
fn intervals_are_bias_corrected_and_accelerated() {
    let gather = |left_out: usize| {
        let tasks = SKEWED.iter().enumerate().filter(move |(task, _)| *task != left_out);
        Results::gather(1, tasks.map(|(_, &correct)| vec![RunTally::new(correct, 20).unwrap()]))
    };
    let without = (0..SKEWED.len()).map(gather);
    assert_bias_corrected_and_accelerated(&gather(usize::MAX), without);
}

/// The same of clusters of one to four tasks: each is left out as a whole.
#[test]
fn intervals_of_clusters_are_bias_corrected_and_accelerated_by_clusters() {
    let gather = |left_out: usize| {
        let clusters = SKEWED.iter().enumerate().filter(move |(cluster, _)| *cluster != left_out);
        let task = |(cluster, &correct): (usize, &u32)| {
            let tasks = 1 + cluster as u64 % 4;
            [(correct, tasks), (correct / 2, 1)]
                .map(|(correct, tasks)| (cluster as u64, vec![RunTally::new(correct, 20).unwrap()], tasks))
        };
        Results::gather_clustered(1, clusters.flat_map(task))
    };
    let without = (0..SKEWED.len()).map(gather);
    assert_bias_corrected_and_accelerated(&gather(usize::MAX), without);
}

#[test]
fn a_part_of_the_tasks_is_hypergeometric() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(6);
    let parts: Vec<(Results, Results)> =
        (0..20_000).map(|_| split(&three_kinds(), 0.4, &mut random)).collect();
    for (kind, tasks) in KINDS.into_iter().enumerate() {
        assert!(parts.iter().all(|(part, rest)| tasks_of(part, kind) + tasks_of(rest, kind) == tasks));
        let law = Hypergeometric::new(12, tasks, 5).expect("in range");
        assert_law(&histogram(parts.iter().map(|(part, _)| tasks_of(part, kind))), |value| law.pmf(value));
    }
    for (share, size) in [(0.0, 0), (1.0, 12), (7.0, 12), (-1.0, 0), (f64::NAN, 0)] {
        assert_eq!(split(&three_kinds(), share, &mut random).0.tasks(), size, "{share}");
    }
}

#[test]
fn the_same_seed_draws_the_same_on_any_number_of_threads() {
    let results = three_kinds();
    let draw = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            bootstrap(&results, 100, seed, |results| [0, 1, 2].map(|kind| tasks_of(results, kind)))
        })
    };
    assert_eq!(draw(1, 7), draw(3, 7));
    assert_ne!(draw(1, 7), draw(1, 8));
}

/// Nine agents that find the same tasks hard, the last one like the first but for a share of the tasks.
fn nine(tasks: usize, own_share: f64, seed: u64) -> (LogCounts, Results) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut task = |_| {
        let hard = if random.random_bool(0.5) { 0.85 } else { 0.25 };
        let mut row: Vec<u32> = (0..9).map(|_| u32::from(random.random::<f64>() >= hard)).collect();
        if !random.random_bool(own_share) {
            row[8] = row[0];
        }
        row.into_iter().map(|correct| RunTally::new(correct, 1).unwrap()).collect()
    };
    let results = Results::gather(9, (0..tasks).map(&mut task).collect::<Vec<_>>());
    (LogCounts::of(&results), results)
}

#[test]
fn one_model_under_two_names_is_found_and_nothing_else() {
    for seed in 0..20 {
        let found = |tasks, own_share| {
            let (counts, results) = nine(tasks, own_share, seed);
            alike(&counts, &results, 0.001).expect("a rate")
        };
        let [copied] = found(418, 0.0)[..] else { panic!("one pair") };
        assert!(copied.copied && copied.pair.agents == (0, 8));
        let [alike] = found(418, 0.1)[..] else { panic!("one pair") };
        assert!(
            !alike.copied && alike.pair.agents == (0, 8) && alike.pair.agreement > alike.expected_agreement
        );
        // φ = ¼ + ¾·0.364 is a significant difference to the others' 0.364 on so many tasks, and no suspicious one.
        assert!(found(20_000, 0.75).is_empty());
    }
}

/// Where no pair is special, one is named in a share of logs that is at most the false-alarm rate; of 300 logs at 0.01,
/// by the same bound as above. On few tasks some φ is more than half way to one by chance.
#[test]
fn agents_that_are_equally_alike_are_seldom_named() {
    for tasks in [12, 40, 418] {
        let named = (0..300).filter(|&seed| {
            let (counts, results) = nine(tasks, 1.0, seed);
            !alike(&counts, &results, 0.01).expect("a rate").is_empty()
        });
        let share = named.count() as f64 / 300.0;
        assert!(share <= 0.01 || !is_off(share, 300.0, 0.01), "{tasks} tasks: {share}");
    }
}

#[test]
fn two_agents_alone_are_named_for_copies_only() {
    let row = |task: u32, same: bool| [task % 2, if same || task > 4 { task % 2 } else { 1 - task % 2 }];
    let found = |same, tasks| {
        let tallies = |task| row(task, same).map(|correct| RunTally::new(correct, 1).unwrap()).to_vec();
        let results = Results::gather(2, (0..tasks).map(tallies));
        alike(&LogCounts::of(&results), &results, 0.001).expect("a rate").len()
    };
    // Independent agents of rate one half agree on ten tasks in 2⁻¹⁰ of logs, on nine in 2⁻⁹; equal results on fewer
    // say nothing.
    assert_eq!((found(true, 10), found(true, 8), found(false, 400)), (1, 0, 0));
    assert!(alike(&LogCounts::new(0), &Results::gather(0, []), 0.0).is_err());
}
