//! Every engine runs, runs itself and not another one, and gives the counts of all the others.

use kofn::monte_carlo::{Engine, Part, SimulationOptions, Tally, simulate};
use kofn::outcome::Counts;
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Failures, Scenario};
use kofn_testing::engines;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard};

/// Units are counted for the whole process, so tests that watch them take turns.
static TURN: Mutex<()> = Mutex::new(());

fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// 301 agents, of whom a unit has 8192 trials.
const UNIT: u64 = 8192;

fn scenarios() -> [Scenario; 2] {
    let silent = Failures { hallucination: 0.6, crash: 0.4, ..Failures::default() };
    [Failures::default(), silent].map(|failures| {
        let scenario = Scenario::new(Agents::identical(301, 0.45), Majority);
        scenario.and_then(|scenario| scenario.with_failures(failures)).expect("a scenario")
    })
}

fn counts(scenario: &Scenario, trials: u64, threads: usize, engine: Option<Engine>) -> Counts {
    let mut run = SimulationOptions::new(trials, 42);
    (run.threads, run.engine) = (Some(threads), engine);
    simulate(scenario, run).expect("a scenario that is simulated").counts
}

/// The units that each engine computes meanwhile.
fn units_of(work: impl FnOnce()) -> Vec<(&'static str, u64)> {
    let units = || Engine::available().into_iter().map(|engine| (engine.name(), engine.units()));
    let before: Vec<_> = units().collect();
    work();
    units().zip(before).map(|((name, after), (_, before))| (name, after - before)).collect()
}

/// All units come from the engine that was asked for, none from another.
fn assert_all_from(engine: Engine, units: &[(&'static str, u64)], expected: u64) {
    for (name, units) in units {
        assert_eq!(*units, if *name == engine.name() { expected } else { 0 }, "{name}");
    }
}

#[test]
fn an_engine_that_is_asked_for_runs() {
    let _turn = turn();
    let required = engines::required();
    println!("engines: {}", required.iter().map(|engine| engine.name()).collect::<Vec<_>>().join(", "));
    assert!(!required.is_empty());
    for engine in required {
        let [scenario, _] = scenarios();
        let units = units_of(|| _ = counts(&scenario, 7 * UNIT + 1, 2, Some(engine)));
        assert_all_from(engine, &units, 8);
    }
}

/// What the kernel of the system says of the processor, against what this library finds.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn no_engine_of_this_machine_is_missing() {
    let system = std::fs::read_to_string("/proc/cpuinfo").expect("Linux describes its processors");
    let line = system.lines().find(|line| line.starts_with("flags")).expect("flags of a processor");
    let flags: Vec<&str> = line.split_whitespace().collect();
    let has = |all: &[&str]| all.iter().all(|flag| flags.contains(flag));
    let mut expected = vec!["portable"];
    expected.extend(has(&["avx2", "bmi1", "bmi2", "popcnt"]).then_some("avx2"));
    let wide = ["avx512f", "avx512bw", "avx512vbmi", "avx512_vbmi2", "popcnt"];
    expected.extend(has(&wide).then_some("avx512"));
    assert_eq!(Engine::available().into_iter().map(Engine::name).collect::<Vec<_>>(), expected);
}

/// As many units as threads and more, and a last one that is not whole.
#[test]
fn engines_and_threads_give_the_same_counts() {
    let _turn = turn();
    for scenario in scenarios() {
        let expected = counts(&scenario, 65 * UNIT - 1, 1, Some(Engine::PORTABLE));
        for engine in engines::required() {
            for threads in [1, 2, 3, 7, 64] {
                let same = counts(&scenario, 65 * UNIT - 1, threads, Some(engine));
                assert_eq!(same, expected, "{engine}, {threads} threads");
            }
        }
    }
}

/// As from machines that differ: every part from another engine and number of threads.
#[test]
fn parts_from_different_engines_sum_to_the_whole() {
    let _turn = turn();
    let engines = engines::required();
    for scenario in scenarios() {
        let trials = 65 * UNIT - 1;
        let expected = counts(&scenario, trials, 1, Some(Engine::PORTABLE));
        for first in 0..engines.len() {
            let part = |number: u64| {
                let mut run = SimulationOptions::new(trials, 42);
                run.engine = Some(engines[(first + number as usize) % engines.len()]);
                run.threads = Some([1, 2, 3, 7, 64][number as usize % 5]);
                run.part = Some(Part::new(number, 16).expect("a part"));
                Tally::count(&scenario, run).expect("a tally")
            };
            let mut sum = part(1).of_whole();
            (2..=16).for_each(|number| sum.merge(&part(number)).expect("parts of one run"));
            assert_eq!((sum.estimate().counts, sum.estimate().partial), (expected, false));
        }
    }
}

/// Without a name in the environment the widest runs. It is also what the next test runs in a process of its own.
#[test]
fn the_environment_decides() {
    let _turn = turn();
    let named = std::env::var("KOFN_ENGINE").map(|name| Engine::named(&name).expect("an engine"));
    let engine = named.unwrap_or(*Engine::available().last().expect("an engine"));
    let [scenario, _] = scenarios();
    let units = units_of(|| _ = counts(&scenario, 3 * UNIT, 1, None));
    assert_all_from(engine, &units, 3);
}

fn with_environment(name: &str, test: &str) -> Output {
    let this = std::env::current_exe().expect("the tests have a file");
    Command::new(this).args(["--exact", test]).env("KOFN_ENGINE", name).output().expect("it starts")
}

#[test]
fn the_environment_names_the_engine() {
    for engine in engines::required() {
        let output = with_environment(engine.name(), "engines::the_environment_decides");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && printed.contains("1 passed"), "{engine}: {printed}");
    }
}

#[test]
fn an_unknown_engine_in_the_environment_is_refused() {
    let Ok(named) = std::env::var("KOFN_ENGINE") else {
        for name in ["abacus", ""] {
            let output = with_environment(name, "engines::an_unknown_engine_in_the_environment_is_refused");
            let printed = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && printed.contains("1 passed"), "{printed}");
        }
        return;
    };
    let [scenario, _] = scenarios();
    match (Engine::named(&named), simulate(&scenario, SimulationOptions::new(1, 1))) {
        (known, Ok(_)) => assert!(known.is_ok()),
        (_, Err(error)) => {
            let error = error.to_string();
            assert!(error.starts_with("KOFN_ENGINE must be one of portable"), "{error}");
            assert!(error.ends_with(&format!("got {named:?}")), "{error}");
        }
    }
}
