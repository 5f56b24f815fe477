//! Rates, pass^k and pass@k of agents whose tasks were run unequally often.

use kofn_logs::fit::{AgentPasses, FitOptions, TasksByK, fit};
use kofn_logs::{Log, LogCounts, ReadOptions, Results, RunTally, Source, read};
use proptest::prelude::*;

fn tally((correct, runs): (u32, u32)) -> RunTally {
    RunTally::new(correct, runs).unwrap()
}

fn results(tallies: &[(u32, u32)]) -> Results {
    Results::gather(1, tallies.iter().map(|&counts| vec![tally(counts)]))
}

/// A log of one agent with these tallies, as rows of runs.
fn log(tallies: &[(u32, u32)]) -> Log {
    let mut csv = String::from("task,agent,trial,passed\n");
    for (task, &(correct, runs)) in tallies.iter().enumerate() {
        let row = |run| format!("t{task},ada,{run},{}\n", u8::from(run < correct));
        csv.extend((0..runs).map(row));
    }
    read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default()).unwrap()
}

fn options() -> FitOptions {
    FitOptions::default().with_replicas(200)
}

fn steps(passes: &AgentPasses) -> Vec<(u32, u64)> {
    passes.tasks_by_k.iter().map(|&TasksByK { k, tasks, .. }| (k, tasks)).collect()
}

/// Ten tasks that were run twice and always failed, and ten that were run five times and never did.
#[test]
fn every_task_counts_the_same_however_often_it_was_run() {
    let tallies = [[(0, 2); 10], [(5, 5); 10]].concat();
    let found = fit(&log(&tallies), &options().with_ks([1, 5])).unwrap();
    let agent = &found.agents[0];
    assert_eq!((agent.rates.failure_rate, agent.rates.pooled_failure_rate), (0.5, 20.0 / 70.0));
    assert!(agent.rates.clopper_pearson.contains(20.0 / 70.0) && !agent.rates.clopper_pearson.contains(0.5));
    // The interval from redrawn tasks is of the mean over tasks: it is that of a coin thrown twenty times.
    let resampled = agent.resampled.unwrap();
    assert!(resampled.low > 0.2 && resampled.high > 0.65 && resampled.high < 0.8, "{resampled:?}");
    let coin = fit(&log(&[[(0, 1); 10], [(1, 1); 10]].concat()), &options()).unwrap();
    assert_eq!(agent.resampled, coin.agents[0].resampled);
    assert_eq!((&agent.passes.pass_all[..], &agent.passes.pass_any[..]), (&[0.5, 0.5][..], &[0.5, 0.5][..]));
    assert_eq!(steps(&agent.passes), [(2, 20), (5, 10)]);
    let asked: Vec<_> =
        agent.passes.passes.iter().map(|at| (at.k, at.tasks, at.pass_all, at.pass_any)).collect();
    assert_eq!(asked, [(1, 10, Some(1.0), Some(1.0)), (5, 10, Some(1.0), Some(1.0))]);
}

/// Tasks that were run equally often: all is what the pooled counts say, to the last bit.
#[test]
fn equal_numbers_of_runs_pool_to_the_same() {
    let tallies: Vec<(u32, u32)> = (0..31).map(|i| (i * i % 4, 3)).collect();
    let found = fit(&log(&tallies), &options()).unwrap();
    let rates = &found.agents[0].rates;
    assert_eq!(rates.failure_rate.to_bits(), rates.pooled_failure_rate.to_bits());
    assert_eq!(rates.failure_rate.to_bits(), (rates.failures as f64 / 93.0).to_bits());
    assert_eq!((found.agents[0].passes.pass_all.len(), steps(&found.agents[0].passes)), (3, vec![(3, 31)]));
}

/// Two of three runs fail on every task, however many there are: a rate that rounding alone varies has no interval.
#[test]
fn a_rate_that_does_not_vary_has_no_interval() {
    let tallies: Vec<(u32, u32)> = (0..41).map(|i| [(1, 3), (2, 6), (3, 9)][i % 3]).collect();
    let agent = &fit(&log(&tallies), &options()).unwrap().agents[0];
    assert!((agent.rates.failure_rate - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(agent.resampled, None);
}

#[test]
fn too_few_runs_for_what_was_asked_are_told_and_refused_only_of_all_agents() {
    let two = "task,agent,trial,passed\n1,ada,0,1\n1,ada,1,0\n1,bob,0,1\n2,ada,0,1\n2,ada,1,1\n2,bob,0,0\n";
    let log = read(vec![Source::new("runs.csv", two.as_bytes())], &ReadOptions::default()).unwrap();
    let found = fit(&log, &options().with_ks([2])).unwrap();
    let [ada, bob] = [0, 1].map(|agent| found.agents[agent].passes.passes[0]);
    assert_eq!((ada.tasks, ada.pass_all, ada.pass_any), (2, Some(0.5), Some(1.0)));
    assert_eq!((bob.tasks, bob.pass_all, bob.pass_any), (0, None, None));
    assert!(
        found.notes.iter().any(|note| note.contains("bob") && note.contains("at most 1")),
        "{:?}",
        found.notes
    );
    let error = fit(&log, &options().with_ks([3, 1])).unwrap_err().to_string();
    assert!(error.contains("--k must be at most 2") && error.ends_with("got 3"), "{error}");
    assert!(fit(&log, &options().with_ks([0])).is_err());
}

/// Of a billion runs: C(10⁹ − 3, k)/C(10⁹, k) by three factors, and 1 − 10⁻³ to the power of a thousand by as many.
#[test]
fn k_may_be_any_number_of_runs() {
    const RUNS: u32 = 1_000_000_000;
    let at = |correct, k| AgentPasses::of(&results(&[(correct, RUNS)]), 0, &[k]).passes[0];
    let close = |found: Option<f64>, expected: f64| {
        assert!((found.unwrap() / expected - 1.0).abs() < 1e-14, "{found:?} not {expected}");
    };
    close(
        at(RUNS - 3, RUNS / 2).pass_all,
        0.5 * (499_999_999.0 / 999_999_999.0) * (499_999_998.0 / 999_999_998.0),
    );
    close(at(1, 7).pass_any, 7e-9);
    assert_eq!((at(1, RUNS).pass_any, at(RUNS - 1, RUNS).pass_all), (Some(1.0), Some(0.0)));
    assert_eq!(at(RUNS / 2, RUNS / 2).pass_all, Some(0.0)); // 10⁻³⁰⁰⁰⁰⁰⁰⁰⁰
    close(at(RUNS / 2, RUNS / 2).pass_any, 1.0);
    // A list that nobody asked for ends before it takes the memory.
    assert_eq!(AgentPasses::of(&results(&[(1, RUNS)]), 0, &[]).pass_all.len(), 1000);
}

/// The shares of the sets of k runs that are all correct, and in which any is.
fn of_subsets((correct, runs): (u32, u32), k: u32) -> [f64; 2] {
    let sets = || (0_u32..1 << runs).filter(|set| set.count_ones() == k);
    let share =
        |of: &dyn Fn(u32) -> bool| sets().filter(|&set| of(set)).count() as f64 / sets().count() as f64;
    let right = (1 << correct) - 1;
    [share(&|set| set & !right == 0), share(&|set| set & right != 0)]
}

fn tallies(most: u32, count: usize) -> impl Strategy<Value = Vec<(u32, u32)>> {
    let counts = (0..=most).prop_flat_map(|runs| (0..=runs, Just(runs)));
    prop::collection::vec(counts, 1..count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Every set of runs is tried. A share has 3k + 2 roundings, the mean T + 1, and what is compared with it has T +
    /// 3: the relative error is at most (3k + 2T + 6) ε/2, to first order.
    #[test]
    fn passes_are_those_of_all_subsets(tallies in tallies(9, 6), ks in prop::collection::vec(1..10_u32, 0..4)) {
        let passes = AgentPasses::of(&results(&tallies), 0, &ks);
        let run: Vec<_> = tallies.iter().copied().filter(|&(_, runs)| runs > 0).collect();
        let close = |found: f64, expected: f64, k: u32| {
            let bound = (3 * k as usize + 2 * run.len() + 6) as f64 * 0.5 * f64::EPSILON * expected;
            prop_assert!((found - expected).abs() <= bound, "{} {}", found, expected);
            Ok(())
        };
        let expected = |k: u32, at_least: u32| {
            let enough: Vec<_> = run.iter().filter(|(_, runs)| *runs >= at_least).map(|&tally| of_subsets(tally, k)).collect();
            let mean = |which: usize| enough.iter().map(|shares| shares[which]).sum::<f64>() / enough.len() as f64;
            (enough.len(), [mean(0), mean(1)])
        };
        let least = run.iter().map(|(_, runs)| *runs).min().unwrap_or(0);
        prop_assert_eq!(passes.pass_all.len(), least as usize);
        for (k, (&all, &any)) in (1..).zip(passes.pass_all.iter().zip(&passes.pass_any)) {
            let (_, shares) = expected(k, 1);
            close(all, shares[0], k)?;
            close(any, shares[1], k)?;
        }
        let largest = ks.iter().copied().max().unwrap_or(0);
        let mut sorted = ks;
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(passes.passes.iter().map(|at| at.k).collect::<Vec<_>>(), sorted);
        for at in &passes.passes {
            let (tasks, shares) = expected(at.k, largest);
            prop_assert_eq!(at.tasks as usize, tasks);
            prop_assert_eq!((at.pass_all.is_some(), at.pass_any.is_some()), (tasks > 0, tasks > 0));
            if let Some((all, any)) = at.pass_all.zip(at.pass_any) {
                close(all, shares[0], at.k)?;
                close(any, shares[1], at.k)?;
            }
        }
        for k in 1..=passes.most_runs() {
            let step = passes.tasks_by_k.iter().find(|step| step.k >= k).unwrap();
            prop_assert_eq!(step.tasks as usize, run.iter().filter(|(_, runs)| *runs >= k).count());
        }
    }

    /// More runs are never more likely to be all correct, nor less likely to hold a correct one; not even by rounding.
    #[test]
    fn pass_all_never_rises_and_pass_any_never_falls(
        tallies in tallies(300, 40),
        ks in prop::collection::vec(1..400_u32, 2..9),
    ) {
        let passes = AgentPasses::of(&results(&tallies), 0, &ks);
        let listed = passes.pass_all.iter().copied().zip(passes.pass_any.iter().copied());
        let asked = passes.passes.iter().filter_map(|at| at.pass_all.zip(at.pass_any));
        for row in [listed.collect::<Vec<_>>(), asked.collect()] {
            prop_assert!(row.is_sorted_by(|(all, any), (next_all, next_any)| all >= next_all && any <= next_any), "{:?}", row);
            prop_assert!(row.iter().all(|(all, any)| 0.0 <= *all && all <= any && *any <= 1.0), "{:?}", row);
        }
        let rate = LogCounts::of(&results(&tallies)).agents[0].failure_rate();
        prop_assert_eq!(rate.is_some(), !passes.pass_all.is_empty());
        if let Some(rate) = rate {
            prop_assert!((1.0 - rate - passes.pass_all[0]).abs() < 1e-14);
        }
    }
}
