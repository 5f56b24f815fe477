//! McNemar's test and intervals of means against `reference/mcnemar.py`, which takes them from statsmodels and SciPy.

use kofn::System;
use kofn_logs::replay::{Recording, ReplayOptions, holm, mcnemar};
use kofn_logs::{ReadOptions, Source, read};

const TABLE: &str = include_str!("../../../../tests/reference/mcnemar.csv");

/// Rows of a kind: three whole numbers, the last of which may be missing, and two values.
fn rows(kind: &str) -> Vec<([u64; 3], [f64; 2])> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells[at].parse().unwrap_or(0);
        let value = |at: usize| cells[at].parse().unwrap();
        (cells[0] == kind).then(|| ([number(1), number(2), number(3)], [value(4), value(5)]))
    };
    TABLE.lines().skip(1).filter_map(row).collect()
}

fn relative_error(found: f64, expected: f64) -> f64 {
    if found == expected { 0.0 } else { ((found - expected) / expected).abs() }
}

#[test]
fn p_values_are_those_of_statsmodels() {
    let rows = rows("mcnemar");
    assert_eq!(rows.len(), 11);
    for ([first, second, _], [exact, mid]) in rows {
        let found = mcnemar(first, second).unwrap();
        // SciPy's binomial is right to some 10⁻¹², and less near its smallest tails.
        assert!(relative_error(found.exact, exact) < 1e-10, "{first} {second} {found:?}");
        assert!(relative_error(found.mid, mid) < 1e-10, "{first} {second} {found:?}");
    }
}

#[test]
fn holm_is_monotone_and_keeps_the_order() {
    assert_eq!(holm(&[]), Vec::<f64>::new());
    assert_eq!(holm(&[0.2]), [0.2]);
    assert_eq!(holm(&[0.6, 0.001, 0.02, 0.7]), [1.0, 0.004, 0.06, 1.0]);
    assert_eq!(holm(&[0.01, 0.011]), [0.02, 0.02]);
}

/// Intervals of single agents are Clopper and Pearson's, with clusters those of Korn and Graubard.
#[test]
fn intervals_are_those_of_scipy() {
    let rows = rows("mean");
    assert_eq!(rows.len(), 7);
    for ([right, tasks, clusters], expected) in rows {
        let size = tasks.checked_div(clusters).unwrap_or(1);
        let row = |task: u64| format!("t{task},{},c{}\n", u8::from(task < right), task / size);
        let csv = format!("task,passed,cluster\n{}", (0..tasks).map(row).collect::<String>());
        let options = ReadOptions::default().with_cluster((clusters > 0).then(|| "cluster".to_owned()));
        let log = read(vec![Source::new("ada.csv", std::io::Cursor::new(csv))], &options).unwrap();
        let recording = Recording::of(&log, &ReplayOptions::default());
        let replay = recording.replay(&System::parse(&log.agents[0]).unwrap()).unwrap();
        assert_eq!(replay.clusters, (clusters > 0).then_some(clusters));
        for (found, expected) in [replay.interval.low, replay.interval.high].into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{right} of {tasks}, {clusters}: {found} {expected}");
        }
    }
}
