//! Replays against all ordered draws of runs, which are written down here.

use kofn::System;
use kofn_logs::replay::{CompareOptions, Recording, ReplayOptions, WrongAnswers, compare};
use kofn_logs::{Log, ReadOptions, Source, read};
use proptest::prelude::*;

/// What a run answered: `None` for nothing, 0 for the right answer, else a wrong one.
type Run = Option<u8>;

/// For each task the runs of each agent.
type Tasks = Vec<Vec<Vec<Run>>>;

const AGENTS: [&str; 4] = ["ada", "bob", "eve", "kim"];

fn read_csv(text: String, options: &ReadOptions) -> Log {
    read(vec![Source::new("runs.csv", std::io::Cursor::new(text))], options).unwrap()
}

/// The log of these runs, with their answers.
fn with_answers(tasks: &Tasks) -> Log {
    let mut text = String::from("task,agent,trial,passed,answer\n");
    for (task, agents) in tasks.iter().enumerate() {
        for (agent, runs) in agents.iter().enumerate() {
            for (trial, run) in runs.iter().enumerate() {
                let answer = run.map_or(String::new(), |answer| format!("x{answer}"));
                let passed = u8::from(*run == Some(0));
                text.push_str(&format!("t{task},{},{trial},{passed},{answer}\n", AGENTS[agent]));
            }
        }
    }
    read_csv(text, &ReadOptions::default())
}

/// The log of these runs, without answers.
fn without_answers(tasks: &Tasks) -> Log {
    let mut text = String::from("task,agent,trial,passed\n");
    for (task, agents) in tasks.iter().enumerate() {
        for (agent, runs) in agents.iter().enumerate() {
            for (trial, run) in runs.iter().enumerate() {
                text.push_str(&format!("t{task},{},{trial},{}\n", AGENTS[agent], u8::from(*run == Some(0))));
            }
        }
    }
    read_csv(text, &ReadOptions::default())
}

/// Correct, abstain and wrong as 0, 1, 2.
fn judged(counts: &[(u8, u32)], wins: impl Fn(u32, u32) -> bool) -> usize {
    let of = |wanted: u8| counts.iter().find(|(answer, _)| *answer == wanted).map_or(0, |(_, votes)| *votes);
    let best_other =
        |answer: u8| counts.iter().filter(|(other, _)| *other != answer).map(|(_, votes)| *votes).max();
    let winner = counts.iter().find(|(answer, _)| wins(of(*answer), best_other(*answer).unwrap_or(0)));
    match winner {
        Some((0, _)) => 0,
        Some(_) => 2,
        None => 1,
    }
}

/// What a vote of these answers gives, by its name.
fn vote(scheme: &str, votes: &[Run]) -> usize {
    let mut counts: Vec<(u8, u32)> = Vec::new();
    for answer in votes.iter().flatten() {
        match counts.iter_mut().find(|(known, _)| known == answer) {
            Some((_, count)) => *count += 1,
            None => counts.push((*answer, 1)),
        }
    }
    let n = votes.len() as u32;
    match scheme {
        "majority" => judged(&counts, |own, _| own > n / 2),
        "unanimous" => judged(&counts, |own, _| own == n),
        "plurality" => judged(&counts, |own, other| own > other),
        "any" => usize::from(!votes.contains(&Some(0))),
        other => panic!("{other}"),
    }
}

/// Outcomes and calls of a system, summed over all ordered draws; the last is the number of draws.
type Sums = ([f64; 3], f64, f64);

/// Stages of a scheme and the agent of each call.
type Stages<'a> = &'a [(&'a str, &'a [usize])];

/// All ordered draws of the runs that the calls take, whether or not they are made.
fn each_draw(runs: &[Vec<Run>], calls: &[usize], taken: &mut Vec<usize>, visit: &mut impl FnMut(&[Run])) {
    let Some(&agent) = calls.get(taken.len()) else {
        let answers: Vec<Run> =
            calls.iter().zip(taken.iter()).map(|(agent, run)| runs[*agent][*run]).collect();
        return visit(&answers);
    };
    for run in 0..runs[agent].len() {
        let is_taken = calls.iter().zip(taken.iter()).any(|(other, known)| *other == agent && *known == run);
        if !is_taken {
            taken.push(run);
            each_draw(runs, calls, taken, visit);
            taken.pop();
        }
    }
}

fn of_stages(stages: Stages<'_>, runs: &[Vec<Run>]) -> Sums {
    let calls: Vec<usize> = stages.iter().flat_map(|(_, agents)| agents.iter().copied()).collect();
    let (mut outcomes, mut called, mut draws) = ([0.0; 3], 0.0, 0.0);
    each_draw(runs, &calls, &mut Vec::new(), &mut |answers| {
        draws += 1.0;
        let mut first = 0;
        for (at, (scheme, agents)) in stages.iter().enumerate() {
            let votes = &answers[first..first + agents.len()];
            first += agents.len();
            let outcome = vote(scheme, votes);
            if outcome != 1 || at + 1 == stages.len() {
                outcomes[outcome] += 1.0;
                called += first as f64;
                return;
            }
        }
    });
    (outcomes, called, draws)
}

/// A race of the first agent to a number of votes, with a last call.
fn of_race(votes: u32, most: usize, runs: &[Vec<Run>]) -> Sums {
    let (mut outcomes, mut called, mut draws) = ([0.0; 3], 0.0, 0.0);
    each_draw(runs, &vec![0; most], &mut Vec::new(), &mut |answers| {
        draws += 1.0;
        for call in 1..=most {
            let count = |wanted: u8| answers[..call].iter().filter(|of| **of == Some(wanted)).count() as u32;
            let winner = (0..4).find(|answer| count(*answer) >= votes);
            if winner.is_some() || call == most {
                outcomes[winner.map_or(1, |answer| if answer == 0 { 0 } else { 2 })] += 1.0;
                called += call as f64;
                return;
            }
        }
    });
    (outcomes, called, draws)
}

fn check(
    log: &Log,
    options: &ReplayOptions,
    system: &str,
    expected: impl Fn(&[Vec<Run>]) -> Option<Sums>,
    tasks: &Tasks,
) {
    let recording = Recording::of(log, options);
    let sums: Vec<Sums> = tasks.iter().filter_map(|runs| expected(runs)).collect();
    let replay = match recording.replay(&System::parse(system).unwrap()) {
        Ok(replay) => replay,
        Err(error) => {
            assert!(sums.is_empty(), "{system}: {error}");
            return;
        }
    };
    assert_eq!(replay.tasks, sums.len() as u64, "{system}");
    assert_eq!(replay.left_out, (tasks.len() - sums.len()) as u64);
    let mean = |of: &dyn Fn(&Sums) -> f64| sums.iter().map(of).sum::<f64>() / sums.len() as f64;
    let pairs = [
        (replay.correct, mean(&|sums| sums.0[0] / sums.2)),
        (replay.abstain, mean(&|sums| sums.0[1] / sums.2)),
        (replay.wrong, mean(&|sums| sums.0[2] / sums.2)),
        (replay.calls, mean(&|sums| sums.1 / sums.2)),
    ];
    let saved = replay.saved_calls.map(|saved| saved + replay.calls);
    assert_eq!(saved.is_some(), system.contains("max_calls"), "{system}");
    assert!(
        saved.is_none_or(|all| system.ends_with(&format!("max_calls = {all:.9})").replace(".000000000", "")))
    );
    for (found, expected) in pairs {
        // At most some hundred roundings of numbers up to 6.
        assert!((found - expected).abs() < 1e-12, "{system}: {found} {expected}");
    }
}

fn tasks(answers: u8) -> impl Strategy<Value = Tasks> {
    let run = prop_oneof![3 => Just(Some(0)), 2 => (1..answers.max(2)).prop_map(Some), 1 => Just(None)];
    let runs = prop::collection::vec(run, 1..4);
    prop::collection::vec(prop::collection::vec(runs, 4..=4), 1..5)
}

/// Every agent has the runs that these calls take.
fn enough(runs: &[Vec<Run>], calls: &[usize]) -> bool {
    (0..runs.len()).all(|agent| calls.iter().filter(|call| **call == agent).count() <= runs[agent].len())
}

const SYSTEMS: &[(&str, Stages<'static>)] = &[
    ("ada", &[("majority", &[0])]),
    ("majority(ada, bob, eve)", &[("majority", &[0, 1, 2])]),
    ("plurality(ada, bob, eve, kim)", &[("plurality", &[0, 1, 2, 3])]),
    ("plurality(ada*3)", &[("plurality", &[0, 0, 0])]),
    ("majority(ada*2, bob)", &[("majority", &[0, 0, 1])]),
    ("any(ada*2, kim)", &[("any", &[0, 0, 3])]),
    ("ada > majority(bob, eve, kim)", &[("majority", &[0]), ("majority", &[1, 2, 3])]),
    ("unanimous(ada, bob) > plurality(ada*2, kim)", &[("unanimous", &[0, 1]), ("plurality", &[0, 0, 3])]),
    ("unanimous(ada, bob) > ada > eve", &[("unanimous", &[0, 1]), ("majority", &[0]), ("majority", &[2])]),
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn votes_over_answers_are_those_of_all_draws(tasks in tasks(4)) {
        let log = with_answers(&tasks);
        for (system, stages) in SYSTEMS {
            let calls: Vec<usize> = stages.iter().flat_map(|(_, agents)| agents.iter().copied()).collect();
            let expected = |runs: &[Vec<Run>]| enough(runs, &calls).then(|| of_stages(stages, runs));
            check(&log, &ReplayOptions::default(), system, expected, &tasks);
        }
        for most in [2, 3] {
            let expected = |runs: &[Vec<Run>]| (runs[0].len() >= most).then(|| of_race(2, most, runs));
            check(&log, &ReplayOptions::default(), &format!("first-to(ada; votes = 2, max_calls = {most})"), expected, &tasks);
        }
    }

    #[test]
    fn without_answers_wrong_runs_agree_or_do_not(tasks in tasks(2)) {
        let log = without_answers(&tasks);
        let distinct = ReplayOptions::default().with_wrong_answers(WrongAnswers::Distinct);
        // Silent runs are wrong ones here, for nothing says otherwise.
        let numbered = |runs: &[Vec<Run>], apart: bool| -> Vec<Vec<Run>> {
            let mut next = 1;
            let mut wrong = || { if apart { next += 1; } Some(next) };
            runs.iter().map(|of| of.iter().map(|run| if *run == Some(0) { *run } else { wrong() }).collect()).collect()
        };
        for (system, stages) in SYSTEMS {
            let calls: Vec<usize> = stages.iter().flat_map(|(_, agents)| agents.iter().copied()).collect();
            for (options, apart) in [(ReplayOptions::default(), false), (distinct, true)] {
                let expected = |runs: &[Vec<Run>]| enough(runs, &calls).then(|| of_stages(stages, &numbered(runs, apart)));
                check(&log, &options, system, expected, &tasks);
            }
        }
    }
}

/// Many runs with many different answers: too many partial votes to count one by one, but not from the counts.
#[test]
fn pluralities_of_one_agent_are_counted_however_many_runs_there_are() {
    let mut text = String::from("task,agent,trial,passed,answer\n");
    for trial in 0..40 {
        let passed = u8::from(trial % 4 == 0);
        let answer = if passed == 1 { "right".into() } else { format!("w{trial}") };
        text.push_str(&format!("t,ada,{trial},{passed},{answer}\n"));
    }
    let log = read_csv(text, &ReadOptions::default());
    let recording = Recording::of(&log, &ReplayOptions::default());
    let replay = recording.replay(&System::parse("plurality(ada*9)").unwrap()).unwrap();
    // Two of the ten right runs among nine, whose other answers all differ.
    let ways =
        |of: u32, among: u32| (0..among).map(|i| f64::from(of - i) / f64::from(i + 1)).product::<f64>();
    let exact = 1.0 - (ways(30, 9) + 10.0 * ways(30, 8)) / ways(40, 9);
    assert_eq!((replay.tasks_drawn, replay.calls, replay.wrong), (0, 9.0, 0.0));
    assert!((replay.correct - exact).abs() < 1e-12, "{} {exact}", replay.correct);
}

#[test]
fn orders_are_drawn_where_there_are_too_many_to_count() {
    // Ten agents of nine runs, whose wrong answers all differ: more partial votes than are kept.
    let mut text = String::from("task,agent,trial,passed,answer\n");
    for agent in 0..10 {
        for trial in 0..9 {
            let passed = u8::from(trial % 3 == 0);
            let answer = if passed == 1 { "right".into() } else { format!("w{agent}-{trial}") };
            text.push_str(&format!("t,a{agent},{trial},{passed},{answer}\n"));
        }
    }
    let log = read_csv(text, &ReadOptions::default());
    let names: Vec<String> = (0..10).map(|agent| format!("a{agent}")).collect();
    let system = System::parse(&format!("plurality({})", names.join(", "))).unwrap();
    let replay =
        |seed| Recording::of(&log, &ReplayOptions::default().with_seed(seed)).replay(&system).unwrap();
    let first = replay(1);
    assert_eq!((first.tasks_drawn, &first), (1, &replay(1)));
    // A plurality is right where two or more of ten are, each with probability 1/3: with one right vote it ties.
    let exact = 1.0 - (2.0_f64 / 3.0).powi(10) - 10.0 / 3.0 * (2.0_f64 / 3.0).powi(9);
    // 1,000 orders: six standard errors, which are missed once in 5·10⁸.
    assert!(
        (first.correct - exact).abs() < 6.0 * (exact * (1.0 - exact) / 1000.0).sqrt(),
        "{first:?} {exact}"
    );
    assert!(replay(2).correct != first.correct || replay(3).correct != first.correct);
}

#[test]
fn prices_and_times_are_those_of_the_calls_that_are_made() {
    let csv = "task,agent,passed,cost,latency_ms\n\
               a,ada,1,1,10\na,bob,1,2,30\na,eve,1,4,20\n\
               b,ada,0,1,10\nb,bob,1,2,30\nb,eve,1,4,20\n";
    let columns = "cost=cost,latency_ms=latency_ms".parse().unwrap();
    let log = read_csv(csv.into(), &ReadOptions::default().with_columns(columns));
    let recording = Recording::of(&log, &ReplayOptions::default());
    // On a both agree; on b eve is asked too.
    let replay = recording.replay(&System::parse("unanimous(ada, bob) > eve").unwrap()).unwrap();
    assert_eq!((replay.calls, replay.cost, replay.latency_ms), (2.5, Some(5.0), Some(40.0)));
    assert_eq!((replay.correct, replay.tasks), (1.0, 2));
}

#[test]
fn what_cannot_be_replayed_says_why() {
    let log =
        read_csv("task,agent,passed\na,ada,1\na,ada,0\na,bob,1\nb,eve,1\n".into(), &ReadOptions::default());
    let recording = Recording::of(&log, &ReplayOptions::default());
    for (system, said) in [
        ("majority(ada, bab)", "the log has no agent bab; did you mean bob? It has ada, bob, eve"),
        ("majority(ada*3)", "it needs 3 runs of ada per task, and the log has at most 2 per task"),
        ("majority(ada, eve)", "no task has runs of all its agents"),
        (
            "ahead-by(ada; margin = 2)",
            "requires max_calls in a replay, because a log has a finite number of runs, such as max_calls = 2",
        ),
        ("first-to(ada; votes = 2)", "it needs 3 runs of ada"),
        ("weighted(ada, bob; weights = log-odds)", "list the weights"),
    ] {
        let error = recording.replay(&System::parse(system).unwrap()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let unsure = ReplayOptions::default().with_confidence(1.0);
    let error = Recording::of(&log, &unsure).replay(&System::parse("ada").unwrap()).unwrap_err();
    assert!(error.to_string().contains("confidence must be above 0 and below 1, got 1"), "{error}");
}

#[test]
fn pairs_are_counted_on_common_tasks() {
    // Bob was not run on f.
    let csv = "task,agent,passed\na,ada,1\na,bob,1\nb,ada,1\nb,bob,0\nc,ada,0\nc,bob,1\nd,ada,0\nd,bob,1\ne,ada,0\ne,bob,0\nf,ada,1\n";
    let log = read_csv(csv.into(), &ReadOptions::default());
    let recording = Recording::of(&log, &ReplayOptions::default());
    let systems = ["ada", "bob", "ada > bob"].map(|system| System::parse(system).unwrap());
    let pairs = compare(&recording, &systems[..2], &CompareOptions::default()).unwrap();
    let pair = &pairs[0];
    assert_eq!(
        (pair.tasks, pair.both, pair.first_alone, pair.second_alone, pair.neither),
        (5, 1.0, 1.0, 2.0, 1.0)
    );
    assert_eq!((pair.mcnemar, pair.mcnemar_mid, pair.mcnemar_holm), (Some(1.0), Some(0.625), None));
    assert!((pair.difference - 0.2).abs() < 1e-15);
    // Bonett and Price: (2 − 1)/(5 + 2) ± z √(((1 + 2 + 2)/7 − (1/7)²)/7).
    let half = 1.959_963_984_540_054 * ((5.0 / 7.0 - 1.0 / 49.0) / 7.0_f64).sqrt();
    assert!((pair.interval.low - (1.0 / 7.0 - half)).abs() < 1e-12, "{pair:?}");
    assert!((pair.interval.high - (1.0 / 7.0 + half)).abs() < 1e-12, "{pair:?}");
    // (z.975 + z.8)·√(3/5/5), and (z.975 + z.8)²·(3/5)/(1/5)² tasks.
    let quantiles = 1.959_963_984_540_054 + 0.841_621_233_572_914_3;
    assert!((pair.detectable - quantiles * (0.6_f64 / 5.0).sqrt()).abs() < 1e-12);
    assert_eq!(pair.tasks_needed, Some((quantiles * quantiles * 0.6 / 0.04_f64).ceil() as u64));
    // Wrong never abstains, so the third is the first: nothing is discordant, and nothing is needed.
    let pairs = compare(&recording, &systems, &CompareOptions::default()).unwrap();
    assert_eq!(pairs.len(), 3);
    let same = &pairs[1];
    assert_eq!((same.second.as_str(), same.difference, same.tasks_needed), ("ada > bob", 0.0, None));
    assert_eq!((same.mcnemar, same.mcnemar_holm), (Some(1.0), Some(1.0)));
    assert!(same.interval.low < 0.0 && same.interval.high > 0.0);
    let gate = CompareOptions::default().with_gate(Some(0.0));
    let pairs = compare(&recording, &systems[..2], &gate).unwrap();
    assert_eq!(pairs[0].worse_than_gate, Some(false));
}

/// A system whose success is only a probability has expected numbers and no test.
#[test]
fn probabilities_are_expected_numbers() {
    let log = read_csv(
        "task,agent,passed\na,ada,1\na,ada,0\na,bob,1\nb,ada,1\nb,ada,1\nb,bob,0\n".into(),
        &ReadOptions::default(),
    );
    let recording = Recording::of(&log, &ReplayOptions::default());
    let systems = ["ada", "bob"].map(|system| System::parse(system).unwrap());
    let pair = compare(&recording, &systems, &CompareOptions::default()).unwrap().remove(0);
    assert_eq!((pair.both, pair.first_alone, pair.second_alone, pair.neither), (0.5, 1.0, 0.5, 0.0));
    assert_eq!((pair.mcnemar, pair.mcnemar_mid, pair.difference), (None, None, -0.25));
}
