//! The figures of speed are made of the measured tables.

use super::*;

const MEASURED: &str = include_str!("../../../src/figures/kernel_speed.csv");

/// What was measured: method, engine, threads, agents, failure rate, votes per second.
fn measured_speeds() -> Vec<[&'static str; 6]> {
    let cells = |line: &'static str| line.split(',').collect::<Vec<_>>().try_into().unwrap();
    MEASURED.lines().skip(2).map(cells).collect()
}

/// Number of times a measured line is as fast as the plain loop.
fn times_plain_loop(line: &[&str; 6]) -> f64 {
    let plain = measured_speeds().into_iter().find(|other| other[0] == "random" && other[3..5] == line[3..5]);
    line[5].parse::<f64>().unwrap() / plain.unwrap()[5].parse::<f64>().unwrap()
}

#[test]
fn kernel_speed_is_what_was_measured() {
    let (rows, lines) = (rows("kernel-speed"), measured_speeds());
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!([row.text("method"), row.text("engine")], line[..2]);
        let measured: Vec<f64> = line[2..].iter().map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(row.values(["threads", "agents", "failure_rate", "votes_per_second"]), measured[..]);
        row.assert_same("times_plain_loop", times_plain_loop(line));
    }
}

#[test]
fn kernel_speed_leaves_no_method_out() {
    let mut cells: BTreeMap<[&str; 3], BTreeSet<[&str; 2]>> = BTreeMap::new();
    for [method, engine, threads, agents, rate, _] in measured_speeds() {
        let fresh = cells.entry([method, engine, threads]).or_default().insert([agents, rate]);
        assert!(fresh, "measured twice: {method} {engine} {threads} {agents} {rate}");
    }
    for (series, measured) in &cells {
        let rates: &[_] = if series[2] == "1" { &["0.001", "0.1", "0.23", "0.5"] } else { &["0.23"] };
        let of = |agents| rates.iter().map(move |rate| [agents, *rate]);
        let all: BTreeSet<_> = ["3", "5", "11", "101", "1001"].into_iter().flat_map(of).collect();
        assert_eq!(*measured, all, "{series:?}");
    }
    let methods: BTreeSet<_> = cells.keys().map(|series| series[0]).collect();
    assert_eq!(methods, BTreeSet::from(["kofn", "random", "random_bool", "counts", "NumPy"]));
    assert!(cells.contains_key(&["kofn", "portable", "1"]));
    assert_eq!(cells.keys().filter(|series| series[2] == "2").count(), 1);
}

#[test]
fn the_curves_of_kernel_speed_are_made_of_the_table() {
    let mut curves: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
    for row in rows("kernel-speed").iter().filter(|row| row.text("failure_rate") == "0.23") {
        let place = (row.value("agents"), row.value("votes_per_second") / 1e9);
        curves
            .entry(["method", "engine", "threads"].map(|key| row.text(key).to_owned()))
            .or_default()
            .push(place);
    }
    check_curves("kernel-speed", &curves.into_values().collect::<Vec<_>>());
}

/// The title, the caption and the README say what the table does of the widest engine that was measured.
#[test]
fn the_claim_of_kernel_speed_is_the_ratio_of_the_table() {
    let lines = measured_speeds();
    let has = |engine: &&str| lines.iter().any(|line| line[1] == *engine);
    let widest = ["avx512", "avx2", "portable"].into_iter().find(has).unwrap();
    let of_widest = lines.iter().filter(|line| line[..3] == ["kofn", widest, "1"] && line[4] == "0.23");
    let ratios: Vec<f64> = of_widest.map(times_plain_loop).collect();
    let (least, most) =
        (ratios.iter().copied().fold(f64::MAX, f64::min), ratios.iter().copied().fold(0.0, f64::max));
    let claim = format!("{least:.0} to {most:.0} times as fast as a plain loop");
    let (machine, _) = MEASURED.strip_prefix("# ").unwrap().split_once(';').unwrap();

    let document = document("kernel-speed");
    let title = elements(&document, "title").next().unwrap().text().unwrap();
    assert!(title.ends_with(&claim), "{title}: {claim}");
    let printed = printed(&document);
    assert!(printed.contains(machine) && printed.contains(&format!("compares {widest} with")), "{printed}");
    let page = include_str!("../../../../../docs/speed.md").replace('\n', " ");
    let claim = format!("{claim} (`{widest}`, one thread, {machine})");
    assert!(page.contains(&claim), "docs/speed.md does not say: {claim}");
}

const MEASURED_EXACT: &str = include_str!("../../../src/figures/exact_speed.csv");
const QUESTIONS: [&str; 3] = ["identical", "near-mean", "different"];

/// What was measured: question, method, agents, nanoseconds, the relative error if it is not small.
fn measured_times() -> Vec<[&'static str; 5]> {
    let cells = |line: &'static str| line.split(',').collect::<Vec<_>>().try_into().unwrap();
    MEASURED_EXACT.lines().skip(2).map(cells).collect()
}

/// Nanoseconds of a method for a question, by number of agents.
fn nanoseconds(question: &str, method: &str) -> BTreeMap<u64, f64> {
    let lines = measured_times().into_iter().filter(|line| line[..2] == [question, method]);
    lines.map(|line| (line[2].parse().unwrap(), line[3].parse().unwrap())).collect()
}

#[test]
fn exact_speed_is_what_was_measured() {
    let (rows, lines) = (rows("exact-speed"), measured_times());
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!([row.text("question"), row.text("method")], line[..2]);
        assert_eq!(row.count("agents"), line[2].parse::<u64>().unwrap());
        assert_eq!(row.value("nanoseconds"), line[3].parse::<f64>().unwrap());
        assert_eq!(row.text("wrong_by").parse::<f64>().ok(), line[4].parse().ok());
    }
}

#[test]
fn exact_speed_leaves_no_method_out() {
    let mut cells: BTreeMap<[&str; 2], Vec<u64>> = BTreeMap::new();
    for [question, method, agents, ..] in measured_times() {
        cells.entry([question, method]).or_default().push(agents.parse().unwrap());
    }
    let identical = [3, 5, 11, 25, 101, 1001, 10_001, 1_000_001, 1_000_000_001];
    let expected: [&[u64]; 3] = [&identical, &identical, &[3, 10, 30, 100, 300, 1000, 3000, 10_000]];
    let methods = [
        "kofn assess, kofn reliability, kofn reliability_many, kofn tails, statrs, SciPy, SciPy array",
        "kofn assess, kofn reliability, kofn tails, statrs",
        "kofn assess, recursion, SciPy",
    ];
    assert_eq!(cells.len(), 7 + 4 + 3);
    for ((question, agents), methods) in QUESTIONS.into_iter().zip(expected).zip(methods) {
        for method in methods.split(", ") {
            let agents = if method == "kofn reliability_many" { &[3, 11, 25][..] } else { agents };
            assert_eq!(cells[&[question, method]], agents, "{question} {method}");
        }
    }
}

#[test]
fn the_curves_of_exact_speed_are_made_of_the_table() {
    let document = document("exact-speed");
    let labels = texts(&document).filter(|node| node.text() == Some("Time of an answer in ns"));
    let mut heights: Vec<f64> = labels.map(|label| number(label, "y")).collect();
    heights.push(f64::MAX);
    for (question, heights) in QUESTIONS.into_iter().zip(heights.windows(2)) {
        let methods: BTreeSet<_> = measured_times().into_iter().map(|line| line[1]).collect();
        let drawn =
            methods.into_iter().filter(|method| !["kofn tails", "kofn reliability_many"].contains(method));
        let curve =
            |method| nanoseconds(question, method).into_iter().map(|(n, time)| (n as f64, time)).collect();
        let curves: Vec<Vec<_>> = drawn.map(curve).filter(|curve: &Vec<_>| !curve.is_empty()).collect();
        check_panel("exact-speed", heights[0]..heights[1], &curves);
    }
}

/// The title, the caption and the README say what the table does.
#[test]
fn the_claims_of_exact_speed_are_those_of_the_table() {
    let of_identical = ["identical", "near-mean"].map(|question| nanoseconds(question, "kofn assess"));
    let most = of_identical.iter().flat_map(BTreeMap::values).copied().fold(0.0, f64::max) / 1000.0;
    let claim = format!("identical agents: exact in at most {most:.1} µs");
    let recursion = nanoseconds("different", "recursion");
    let assess = nanoseconds("different", "kofn assess");
    let slower = assess.iter().filter(|(n, time)| **time >= recursion[n]).map(|(n, _)| *n).max().unwrap();
    let faster = assess.keys().find(|n| **n > slower).unwrap();
    let (machine, _) = MEASURED_EXACT.strip_prefix("# ").unwrap().split_once(';').unwrap();

    let document = document("exact-speed");
    let title = elements(&document, "title").next().unwrap().text().unwrap();
    assert!(title.ends_with(&claim), "{title}: {claim}");
    let printed = printed(&document);
    assert!(printed.contains(machine) && printed.contains(&format!("from n = {faster} on")), "{printed}");
    let page = include_str!("../../../../../docs/speed.md").replace('\n', " ");
    let claim = format!("at most {most:.1} µs for 3 to 10⁹ identical agents ({machine})");
    assert!(page.contains(&claim), "docs/speed.md does not say: {claim}");
}
