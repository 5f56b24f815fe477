//! The book's figures: the committed bytes, the numbers by a second route, and whether they are fit to print.

use kofn_book::{Rendered, figures};
use kofn_testing::fraction::Fraction;
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

/// Every figure, drawn once.
static RENDERED: LazyLock<Vec<Rendered>> =
    LazyLock::new(|| figures().iter().map(|figure| figure.render().unwrap()).collect());

fn figure(name: &str) -> &'static Rendered {
    RENDERED.iter().find(|rendered| rendered.name == name).unwrap()
}

fn with_each_document(check: impl Fn(&str, &Document<'_>)) {
    for rendered in RENDERED.iter() {
        check(&rendered.name, &Document::parse(&rendered.svg).unwrap());
    }
}

#[test]
fn regenerating_gives_the_committed_bytes() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../figures");
    for rendered in RENDERED.iter() {
        for (extension, text) in [("svg", &rendered.svg), ("csv", &rendered.csv)] {
            let path = directory.join(format!("{}.{extension}", rendered.name));
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(*text == committed, "{} is not what `kofn figures` draws", path.display());
        }
    }
}

#[test]
fn nothing_lies_beside_the_figures_that_is_not_drawn() {
    let expected: BTreeSet<_> = figures()
        .iter()
        .flat_map(|figure| ["svg", "csv"].map(|end| format!("{}.{end}", figure.name)))
        .collect();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../figures");
    let found =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<_> = found.filter(|name| !name.ends_with(".md")).collect();
    assert_eq!(found, expected);
}

// --- the numbers ---

/// The rows of a figure's table, by column.
fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(figure(name).csv.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn value(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// C(n, i) pⁱ qⁿ⁻ⁱ.
fn term(n: u64, i: u64, p: f64, q: f64) -> f64 {
    let choose = (0..i).fold(1.0, |product, j| product * (n - j) as f64 / (j + 1) as f64);
    choose * p.powi(i as i32) * q.powi((n - i) as i32)
}

/// Σ_{i ≥ k} C(n, i) pⁱ (1−p)ⁿ⁻ⁱ, term by term.
fn at_least(k: u64, n: u64, p: f64) -> f64 {
    (k..=n).map(|i| term(n, i, p, 1.0 - p)).sum()
}

fn more_than_half(n: u64, p: f64) -> f64 {
    at_least(n / 2 + 1, n, p)
}

/// A table's value is rounded to 12 digits: off by at most half a unit of the last, 5e-12 of a number that begins with
/// 1. A term of the sums here has at most 6n roundings of 1.2e-16, n ≤ 61.
const TABLE_ERROR: f64 = 5.05e-12;

fn assert_same(table: f64, second: f64, place: &str) {
    assert!((table - second).abs() <= TABLE_ERROR * second, "{place}: {table} {second}");
}

fn divergence(seen: f64, q: f64) -> f64 {
    let part = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * (a / b).ln() };
    part(seen, q) + part(1.0 - seen, 1.0 - q)
}

/// Holds the simulated columns of a table against its exact one: `exact`, `count` and `share` name the columns.
fn check_simulated(name: &str, exact: &str, count: &str, share: &str) {
    let rows = rows(name);
    // Chernoff's bound at a false-alarm rate of 1e-9 for all rows together.
    let threshold = (2.0 * rows.len() as f64 / 1e-9).ln();
    let plain = |row: &&BTreeMap<String, String>| row.get("method").is_none_or(|method| method == "plain");
    // What is not simulated has no trials.
    for row in rows.iter().filter(plain).filter(|row| !row["trials"].is_empty()) {
        let [trials, count, seen] = ["trials", count, share].map(|column| value(row, column));
        assert_eq!((trials, value(row, "seed")), (1e6, 42.0));
        assert_eq!(seen, count / trials);
        assert!(trials * divergence(seen, value(row, exact)) <= threshold, "{name}: {row:?}");
        check_interval(trials, seen, value(row, "interval_low"), value(row, "interval_high"));
    }
}

/// Holds the tilted rows of a table of majorities against its exact column, and says how many there are. The column `size` has the
/// number n of agents. The first failure is that of k = n − ⌊n/2⌋ of them, at rates tilted to f′ = (k − ½)/n; there a trial weighs the most, each failure
/// f/f′ of what it would without a tilt, and each answer that is right (1 − f)/(1 − f′).
fn check_tilted(
    name: &str,
    rows: &[BTreeMap<String, String>],
    size: &str,
    failure_rate: impl Fn(&BTreeMap<String, String>) -> f64,
) -> usize {
    let threshold = (2.0 * rows.len() as f64 / 1e-9).ln();
    let tilted: Vec<_> = rows.iter().filter(|row| row["method"] == "tilted").collect();
    for row in &tilted {
        assert!(value(row, "exact_failure") < 1e-4 && row["failed"].is_empty(), "{name}: {row:?}");
        let (f, agents) = (failure_rate(row), value(row, size));
        let failures = agents - (agents / 2.0).floor();
        let tilt = (failures - 0.5) / agents;
        let largest = (f / tilt).powf(failures) * ((1.0 - f) / (1.0 - tilt)).powf(agents - failures);
        let [exact, seen, low, high] =
            ["exact_failure", "simulated_failure", "interval_low", "interval_high"]
                .map(|column| value(row, column) / largest);
        let trials = value(row, "trials");
        assert!(trials * divergence(seen, exact) <= threshold, "{name}: {row:?}");
        check_interval(trials, seen, low, high);
    }
    assert!(rows.iter().all(|row| row["method"] == "tilted" || value(row, "failed") > 0.0), "{name}");
    tilted.len()
}

/// The ends of the interval are where N·KL reaches ln(2/0.01); where nothing was seen, −N·ln(1 − high) is ln(1/0.01).
/// An end off by 5e-12 of itself, and a KL computed from terms that cancel to 2e-16, move N·KL by less than 1e-3 of it here.
fn check_interval(trials: f64, share: f64, low: f64, high: f64) {
    let near = |statistic: f64, level: f64| (statistic / level - 1.0).abs() < 1e-3;
    if share == 0.0 {
        assert!(low == 0.0 && near(-trials * (-high).ln_1p(), 100f64.ln()), "{high}");
        return;
    }
    assert!(low < share && share <= high);
    assert!(near(trials * divergence(share, low), 200f64.ln()), "{low} {share}");
    assert!(share == 1.0 || near(trials * divergence(share, high), 200f64.ln()), "{share} {high}");
}

#[test]
fn majority_reliability_is_the_binomial_sum() {
    let rows = rows("majority-reliability");
    assert_eq!(rows.len(), 6 * 13);
    for row in &rows {
        let second = more_than_half(value(row, "agents") as u64, 1.0 - value(row, "failure_rate"));
        assert_same(value(row, "exact_correct"), second, &format!("{row:?}"));
    }
    check_simulated("majority-reliability", "exact_correct", "correct", "simulated_correct");
}

#[test]
fn majority_failure_is_the_binomial_sum() {
    let rows = rows("majority-failure");
    assert_eq!(rows.len(), 4 * 21);
    for row in &rows {
        let second = more_than_half(value(row, "agents") as u64, value(row, "failure_rate"));
        assert_same(value(row, "exact_failure"), second, &format!("{row:?}"));
    }
    check_simulated("majority-failure", "exact_failure", "failed", "simulated_failure");
    assert_eq!(check_tilted("majority-failure", &rows, "agents", |row| value(row, "failure_rate")), 33);
}

#[test]
fn schemes_are_their_sums() {
    let rows = rows("schemes");
    for row in &rows {
        let n = value(row, "calls") as u64;
        let tolerated = (n - 1) / 3;
        let second = match row["scheme"].as_str() {
            "any" => at_least(1, n, 0.77),
            // An attempt succeeds when the validator does: it accepts what is correct and repairs what is not.
            "validated" => at_least(1, n / 2, 0.77),
            "majority" => more_than_half(n, 0.77),
            "byzantine" => at_least((n + tolerated + 1).div_ceil(2), n, 0.77),
            "unanimous" => at_least(n, n, 0.77),
            other => panic!("{other}"),
        };
        assert_same(value(row, "exact_correct"), second, &format!("{row:?}"));
    }
    assert_eq!(rows.len(), 13 + 6 + 7 + 5 + 13);
    check_simulated("schemes", "exact_correct", "correct", "simulated_correct");
}

#[test]
fn costs_are_those_of_their_calls() {
    let rows = rows("cost");
    for row in &rows {
        let size = value(row, "agents_or_attempts") as u64;
        let (tolerated, failed) = ((size - 1) / 3, |correct: f64| 1.0 - correct);
        // An attempt ends unless the validator fails: at 0.23, independently of the candidate. The last candidate is kept.
        let attempts: f64 = (0..size).map(|attempt| 0.23_f64.powi(attempt as i32)).sum();
        let (failure, calls, latency) = match row["scheme"].as_str() {
            "any" => (0.23_f64.powi(size as i32), size as f64, 1900.0),
            "majority" => (failed(more_than_half(size, 0.77)), size as f64, 1900.0),
            "byzantine" => {
                (failed(at_least((size + tolerated + 1).div_ceil(2), size, 0.77)), size as f64, 1900.0)
            }
            "validated" => (0.23_f64.powi(size as i32 + 1), 2.0 * attempts, 4000.0 * attempts),
            other => panic!("{other}"),
        };
        assert_same(value(row, "exact_failure"), failure, &format!("{row:?}"));
        assert_same(value(row, "expected_calls"), calls, &format!("{row:?}"));
        assert_same(value(row, "expected_latency_us"), latency, &format!("{row:?}"));
    }
    assert_eq!(rows.len(), 5 + 3 + 5 + 5);
    check_simulated("cost", "exact_failure", "failed", "simulated_failure");
}

#[test]
fn outcomes_are_the_multinomial_sums() {
    let rows = rows("outcomes");
    assert_eq!(rows.len(), 21 * 3);
    for row in &rows {
        let n = value(row, "agents") as u64;
        let quorum = n / 2 + 1;
        // Fewer than a quorum are correct, and fewer than a quorum of the others are wrong.
        let wrong_below_quorum =
            |others: u64| (0..quorum.min(others + 1)).map(|wrong| term(others, wrong, 0.6, 0.4)).sum::<f64>();
        let second = match row["outcome"].as_str() {
            "correct" => at_least(quorum, n, 0.77),
            "wrong" => at_least(quorum, n, 0.23 * 0.6),
            _ => (0..quorum)
                .map(|correct| term(n, correct, 0.77, 0.23) * wrong_below_quorum(n - correct))
                .sum(),
        };
        assert_same(value(row, "exact"), second, &format!("{row:?}"));
    }
    check_simulated("outcomes", "exact", "count", "simulated");
}

/// P(correct) of weighted votes, by all patterns of answers.
fn more_than_half_the_weight(rates: &[f64], weights: &[u64]) -> f64 {
    let total: u64 = weights.iter().sum();
    let is_correct = |agent: usize, pattern: usize| pattern >> agent & 1 == 1;
    let agents = || 0..rates.len();
    (0..1_usize << rates.len())
        .filter(|&pattern| {
            let correct: u64 = agents().filter(|&i| is_correct(i, pattern)).map(|i| weights[i]).sum();
            2 * correct > total
        })
        .map(|pattern| {
            agents().map(|i| if is_correct(i, pattern) { 1.0 - rates[i] } else { rates[i] }).product::<f64>()
        })
        .sum()
}

#[test]
fn weights_are_sums_over_patterns() {
    let rows = rows("weights");
    assert_eq!(rows.len(), 2 * 19);
    for row in &rows {
        let weak = value(row, "weak_failure_rate");
        let rates = [0.05, weak, weak, weak, weak];
        // Log-odds to nine decimals.
        let weights = match row["vote"].as_str() {
            "log-odds weights" => rates.map(|f: f64| (((1.0 - f) / f).ln() * 1e9).round() as u64),
            "equal votes" => [1; 5],
            other => panic!("{other}"),
        };
        assert_same(
            value(row, "exact_correct"),
            more_than_half_the_weight(&rates, &weights),
            &format!("{row:?}"),
        );
    }
    check_simulated("weights", "exact_correct", "correct", "simulated_correct");
    let mut curves = by("weights", "vote", "weak_failure_rate", "exact_correct");
    // What the title says: equal votes end below the strong agent, weighted ones never do.
    assert!(curves[0][18].1 < 0.95 && curves[1].iter().all(|at| at.1 >= 0.95), "{curves:?}");
    curves.push(vec![(0.05, 0.95), (0.5, 0.95)]);
    check_curves("weights", &curves);
}

/// The gambler's ruin: a lead goes up with 1 − f and down with f, and ends at ±k.
#[test]
fn ahead_by_is_the_gamblers_ruin() {
    let rows = rows("ahead-by");
    assert_eq!(rows.len(), 3 * 7);
    for row in &rows {
        let (f, margin) = (value(row, "failure_rate"), value(row, "margin"));
        let power = (f / (1.0 - f)).powf(margin);
        let failure = power / (1.0 + power);
        assert_same(value(row, "exact_failure"), failure, &format!("{row:?}"));
        let calls = margin * (1.0 - 2.0 * failure) / (1.0 - 2.0 * f);
        assert_same(value(row, "expected_calls"), calls, &format!("{row:?}"));
    }
    check_simulated("ahead-by", "exact_failure", "failed", "simulated_failure");
    check_two_panels(
        "ahead-by",
        "Expected calls",
        &by("ahead-by", "failure_rate", "margin", "exact_failure"),
        &by("ahead-by", "failure_rate", "margin", "expected_calls"),
    );
}

/// P(failure) and expected calls of a race in which `stops` looks at the votes of the leader and of the other answer, call by call. After
/// `most` calls the leader is given.
fn race(f: f64, most: usize, stops: impl Fn(usize, usize) -> bool) -> (f64, f64) {
    let (mut failure, mut calls) = (0.0, 0.0);
    // By the number of correct answers among those so far.
    let mut running = vec![1.0];
    for called in 1..=most {
        let mut next = vec![0.0; called + 1];
        for (correct, probability) in running.iter().enumerate() {
            calls += probability;
            next[correct + 1] += probability * (1.0 - f);
            next[correct] += probability * f;
        }
        for (correct, probability) in next.iter_mut().enumerate() {
            let wrong = called - correct;
            if stops(correct.max(wrong), correct.min(wrong)) || called == most {
                failure += if wrong >= correct { *probability } else { 0.0 };
                *probability = 0.0;
            }
        }
        running = next;
    }
    (failure, calls)
}

/// 1 − I_½(a+1, b+1): the probability that of a + b + 1 tosses at most a are heads.
fn leader_is_the_likelier(a: usize, b: usize) -> f64 {
    let tosses = (a + b + 1) as u64;
    (0..=a as u64).map(|heads| term(tosses, heads, 0.5, 0.5)).sum()
}

/// A step of a race has four roundings of 1.2e-16: 5e-14 in 99 calls, a hundredth of what a table may be off.
#[test]
fn early_stopping_is_what_races_come_to() {
    let rows = rows("early-stopping");
    assert_eq!(rows.len(), 9 + 6 + 13 + 9);
    for row in &rows {
        let parameter = value(row, "parameter");
        let votes = parameter as usize;
        let (failure, calls) = match row["scheme"].as_str() {
            "majority" => (more_than_half(votes as u64, 0.23), parameter),
            "first-to" => race(0.23, 2 * votes - 1, |leader, _| leader == votes),
            "adaptive" => race(0.23, 99, |a, b| leader_is_the_likelier(a, b) >= parameter),
            "ahead-by" => {
                let power = (0.23_f64 / 0.77).powf(parameter);
                let failure = power / (1.0 + power);
                (failure, parameter * (1.0 - 2.0 * failure) / (1.0 - 0.46))
            }
            other => panic!("{other}"),
        };
        let near =
            |column, second: f64| (value(row, column) - second).abs() <= (TABLE_ERROR + 5e-14) * second;
        assert!(near("exact_failure", failure) && near("expected_calls", calls), "{row:?} {failure} {calls}");
    }
    check_simulated("early-stopping", "exact_failure", "failed", "simulated_failure");
    let mut curves = by("early-stopping", "scheme", "expected_calls", "exact_failure");
    for curve in &mut curves {
        // The panel ends at 17 calls.
        if let Some(outside) = curve.iter().position(|at| at.0 > 17.0) {
            let ((x0, y0), (x1, y1)) = (curve[outside - 1], curve[outside]);
            curve.truncate(outside);
            curve.push((17.0, y0 * (y1 / y0).powf((17.0 - x0) / (x1 - x0))));
        }
    }
    check_curves("early-stopping", &curves);
}

/// At equal failure: a vote that stops when decided has the outcome of the whole vote, and of a race to a lead the calls are those
/// between two margins, on a logarithmic scale.
#[test]
fn early_stopping_saves_what_its_title_says() {
    let curves = by("early-stopping", "scheme", "expected_calls", "exact_failure");
    let [_, ahead_by, first_to, majority] = &curves[..] else { panic!("four schemes") };
    for (majority, first_to) in majority.iter().zip(first_to).skip(5) {
        assert_eq!(majority.1, first_to.1);
        let saved = 1.0 - first_to.0 / majority.0;
        assert!((0.29..0.35).contains(&saved), "a third: {saved}");
        let after = ahead_by.iter().position(|at| at.1 < majority.1).unwrap();
        let ((x0, y0), (x1, y1)) = (ahead_by[after - 1], ahead_by[after]);
        let calls = x0 + (x1 - x0) * (majority.1 / y0).ln() / (y1 / y0).ln();
        assert!(calls < majority.0 / 2.0, "more than half: {calls} of {}", majority.0);
    }
}

/// The fewest Byzantine replicas that make PBFT unsafe, and that stop it, with the usual quorums.
fn pbft_bounds(n: u64) -> [u64; 2] {
    let t = (n - 1) / 3;
    let q = (n + t + 1).div_ceil(2);
    [(2 * q - n).max(1).min(2 * q - n), (n - q + 1).min(q - t).min((t + 1).min(q))]
}

#[test]
fn quorums_are_binomial_tails() {
    let rows = rows("quorums");
    assert_eq!(rows.len(), 10 + 10 + 13);
    for row in &rows {
        let n = value(row, "replicas") as u64;
        let from = match row["question"].as_str() {
            "Raft live" => n - n / 2,
            "PBFT safe" => pbft_bounds(n)[0],
            _ => pbft_bounds(n).into_iter().min().unwrap(),
        };
        assert_same(value(row, "exact_failure"), at_least(from, n, 0.01), &format!("{row:?}"));
    }
    let [four, five] = [4, 5].map(pbft_bounds);
    assert!(five[0] > four[0] && five[1] == four[1], "the title says otherwise");
    check_simulated("quorums", "exact_failure", "failed", "simulated_failure");
    let raft: Vec<_> = rows.into_iter().filter(|row| row["question"] == "Raft live").collect();
    assert_eq!(check_tilted("quorums", &raft, "replicas", |_| 0.01), 9);
    check_curves("quorums", &by("quorums", "question", "replicas", "exact_failure"));
}

/// The failure rates of the five classes.
const CLASS_RATES: [f64; 5] = [0.13, 0.18, 0.23, 0.28, 0.33];

/// The keep rule goes wrong where both models do.
#[test]
fn the_validation_bonus_works_as_the_rules_say() {
    let rows = rows("validation-bonus");
    assert_eq!(rows.len(), 3 * 24);
    for row in &rows {
        let bonus = value(row, "validation_bonus");
        let second = match row["rule"].as_str() {
            "as printed" => 0.77 + bonus,
            "keep = formula" => 0.77 + 0.23 * (0.77 + bonus),
            "keep by class" => CLASS_RATES.iter().map(|f| 1.0 - f * (f - bonus).max(0.02)).sum::<f64>() / 5.0,
            other => panic!("{other}"),
        };
        assert_same(value(row, "exact_correct"), second, &format!("{row:?}"));
    }
    check_simulated("validation-bonus", "exact_correct", "correct", "simulated_correct");
    // 0.77 + b = 0.98; 0.23 (0.23 − b) = 0.02; of the classes, two are at the floor and three fail at f (f − b).
    let of_three = |power: i32| CLASS_RATES[2..].iter().map(|f| f.powi(power)).sum::<f64>();
    let by_class = (of_three(2) + 0.02 * (0.13 + 0.18) - 5.0 * 0.02) / of_three(1);
    let document = Document::parse(&figure("validation-bonus").svg).unwrap();
    for bonus in [0.21, 0.23 - 0.02 / 0.23, by_class] {
        let label = format!("{bonus:.3}");
        assert_eq!(texts(&document).filter(|node| node.text() == Some(&label)).count(), 1, "{label}");
    }
}

#[test]
fn complexity_is_one_failure_of_one_and_two_of_two() {
    let rows = rows("complexity");
    assert_eq!(rows.len(), 2 * 5);
    let printed = [0.9, 0.85, 0.8, 0.75, 0.7, 0.995, 0.995, 0.98, 0.975, 0.965];
    for (row, printed) in rows.iter().zip(printed) {
        let rate = CLASS_RATES[value(row, "complexity") as usize - 1];
        let second = match row["model"].as_str() {
            "single" => 1.0 - rate,
            "dual" => 1.0 - rate * (rate - 0.21).max(0.02),
            other => panic!("{other}"),
        };
        let exact = value(row, "exact_correct");
        assert_same(exact, second, &format!("{row:?}"));
        assert_eq!(value(row, "printed"), printed);
        let [low, high] = ["printed_interval_low", "printed_interval_high"].map(|column| value(row, column));
        check_interval(200.0, printed, low, high);
        assert!(low < exact && exact < high, "the title says otherwise: {row:?}");
    }
    check_simulated("complexity", "exact_correct", "correct", "simulated_correct");
}

/// What some of the printed numbers come to, by plain arithmetic: (row, about, exact).
const CLAIMS: [(&str, &str, f64); 9] = [
    ("2", "consensus run", 0.77),
    ("2", "fewer failures", 1.0 - 40.0 / 230.0),
    ("4", "simulation", 0.77 * 0.77 * (3.0 - 2.0 * 0.77)),
    ("6", "from its own counts", 1.0 - 127.0 / 2308.0),
    ("7", "sum of its classes", 90.0 + 85.0 + 80.0 + 75.0 + 70.0),
    ("8", "all classes", 1.0 - (0.02 * (0.13 + 0.18 + 0.23) + 0.07 * 0.28 + 0.12 * 0.33) / 5.0),
    ("10", "with the bonus of 21 points", 0.77 + 0.23 * 0.98),
    ("11", "as an addition", 4000.0 / 1900.0 - 1.0),
    ("12", "benchmark", 230.0 / 20.0),
];

#[test]
fn claims_are_the_audit_and_their_arithmetic() {
    let rows = rows("claims");
    for (number, about, exact) in CLAIMS {
        let row = rows.iter().find(|row| row["row"] == number && row["about"] == about).unwrap();
        assert_same(value(row, "exact"), exact, &format!("{row:?}"));
    }
    // Exact values and verdicts do not depend on the simulation.
    let audit = kofn_book::claims::audit(1_000, 7).unwrap();
    let judged: Vec<_> = audit.checks().filter(|check| check.printed_value.is_some()).collect();
    assert_eq!(rows.len(), judged.len());
    for (row, check) in rows.iter().zip(judged) {
        assert_eq!(Some(row["verdict"].clone()), check.verdict.map(|verdict| verdict.to_string()));
        assert_same(value(row, "printed_value"), check.printed_value.unwrap(), &row["about"]);
        assert_same(value(row, "exact"), check.exact, &row["about"]);
    }
}

/// Each row has a line from 1 to printed/exact, at the height of its name.
#[test]
fn the_rows_of_claims_are_the_table() {
    let document = Document::parse(&figure("claims").svg).unwrap();
    let ticks: Vec<_> = texts(&document)
        .filter_map(|node| Some((node.text()?.parse().ok()?, number(node, "x"))))
        .collect::<Vec<(f64, f64)>>();
    let across = through(&ticks);
    let drawn: Vec<_> = curves(&document).map(places).collect();
    let rows = rows("claims");
    assert_eq!(drawn.len(), rows.len());
    for row in &rows {
        // A text that a spreadsheet could take for a formula has an apostrophe before it.
        let printed = row["printed"].trim_start_matches('\'').replace("percentage points", "pp");
        let name = format!("{}: {printed}, {}", row["row"], row["about"]);
        let height = |node: &Node<'_, '_>| (node.text() == Some(&name)).then(|| number(*node, "y"));
        let heights: Vec<f64> = texts(&document).filter_map(|node| height(&node)).collect();
        let ends = [1.0, value(row, "printed_value") / value(row, "exact")].map(&across);
        // Texts and lines stand on whole pixels; a tick is one of them.
        let near = |line: &Vec<(f64, f64)>| {
            let level = heights.iter().any(|y| line.iter().all(|place| (place.1 - y).abs() <= 1.0));
            level && line.len() == 2 && line.iter().zip(ends).all(|(place, x)| (place.0 - x).abs() <= 1.0)
        };
        assert!(drawn.iter().any(near), "{name}: {ends:?}");
    }
}

/// Holds a table of largest failure rates against the binomial sum: a rate smaller by the errors is small enough, a larger
/// one is not. The errors are the table's and the sum's, at most 6n · 1.2e-16 of itself. The sum changes by at least a
/// fifth of a relative change of the rate (least for P = 0.99 and 11 agents), so twice the table's error outweighs both.
fn check_thresholds(name: &str) {
    for row in rows(name).iter().filter(|row| value(row, "agents") <= 99.0) {
        let [failure, agents, rate] =
            ["majority_failure", "agents", "largest_failure_rate"].map(|column| value(row, column));
        let around = [1.0 - 2.0 * TABLE_ERROR, 1.0 + 2.0 * TABLE_ERROR];
        let [below, above] = around.map(|factor| more_than_half(agents as u64, rate * factor));
        assert!(below <= failure && failure <= above, "{row:?}: {below} {above}");
    }
}

#[test]
fn thresholds_are_where_the_binomial_sum_crosses() {
    check_thresholds("agents-needed");
    check_thresholds("reliability-map");
    assert_eq!(rows("reliability-map").len(), 7 * 25);
}

#[test]
fn a_further_nine_costs_twelve_agents() {
    let rows = rows("agents-needed");
    let needed = [0.1, 0.01, 0.001, 0.0001].map(|failure| {
        let enough = |row: &&BTreeMap<String, String>| {
            value(row, "majority_failure") == failure && value(row, "largest_failure_rate") >= 0.23
        };
        let agents = value(rows.iter().find(enough).unwrap(), "agents") as u64;
        // It fails seldom enough by the sum, and the odd number before it does not.
        assert!(more_than_half(agents, 0.23) <= failure && more_than_half(agents - 2, 0.23) > failure);
        agents
    });
    assert!(needed.windows(2).all(|pair| pair[1] - pair[0] == 12), "{needed:?}");
}

#[test]
fn the_error_of_the_simulation_is_its_distance_from_the_binomial_sum() {
    let rows = rows("convergence");
    assert_eq!(rows.len(), 11 * 10);
    let threshold = (2.0 * rows.len() as f64 / 1e-9).ln();
    for row in &rows {
        let [trials, exact, correct, error, arm] =
            ["trials", "exact_correct", "correct", "error", "interval_arm"].map(|column| value(row, column));
        assert_same(exact, more_than_half(5, 0.77), "exact");
        // The exact value has 12 digits after the point.
        assert!((error - (correct / trials - exact).abs()).abs() <= 1e-12, "{row:?}");
        assert!(trials * divergence(correct / trials, exact) <= threshold, "{row:?}");
        check_arm(trials, (exact * trials).round() / trials, arm);
        assert!((1e-6..1.0).contains(&error), "a mark leaves the panel: {row:?}");
    }
}

/// For shares above one half the arm below is the longer one: the interval ends there, and sooner above.
fn check_arm(trials: f64, centre: f64, arm: f64) {
    let statistic = trials * divergence(centre, centre - arm);
    assert!((statistic / 200f64.ln() - 1.0).abs() < 1e-3, "{trials} {arm}: {statistic}");
    assert!(centre + arm >= 1.0 || trials * divergence(centre, centre + arm) > 200f64.ln());
}

/// Reads the curves back from the picture, by its tick labels, and finds each of the `expected` ones once.
fn check_curves(name: &str, expected: &[Vec<(f64, f64)>]) {
    check_panel(name, 0.0..f64::MAX, expected);
}

/// The same for two panels, the lower of which begins with its `label`.
fn check_two_panels(name: &str, label: &str, upper: &[Vec<(f64, f64)>], lower: &[Vec<(f64, f64)>]) {
    let document = Document::parse(&figure(name).svg).unwrap();
    let between = number(texts(&document).find(|node| node.text() == Some(label)).unwrap(), "y");
    check_panel(name, 0.0..between, upper);
    check_panel(name, between..f64::MAX, lower);
}

/// The same for the panel between two heights.
fn check_panel(name: &str, heights: std::ops::Range<f64>, expected: &[Vec<(f64, f64)>]) {
    let document = Document::parse(&figure(name).svg).unwrap();
    let ticks = |anchor: &str, coordinate: &str| -> Vec<(&str, f64)> {
        // Names in the colour of a series are no ticks.
        let texts = texts(&document)
            .filter(|node| node.attribute("text-anchor") == Some(anchor) && !node.has_attribute("class"))
            .filter(|node| heights.contains(&number(*node, "y")));
        texts.map(|node| (node.text().unwrap(), number(node, coordinate))).collect()
    };
    let (across, up) = (scale(&ticks("middle", "x")), scale(&ticks("end", "y")));
    let drawn = curves(&document).map(places).filter(|curve| heights.contains(&curve[0].1));
    let drawn: Vec<Vec<(f64, f64)>> = drawn.collect();
    assert_eq!(drawn.len(), expected.len(), "{name}");
    for curve in expected {
        // A tick and a point are each on a whole pixel: half a pixel off, and the line through two ticks no more.
        let near = |(a, b): (&(f64, f64), &(f64, f64))| {
            (a.0 - across(b.0)).abs() <= 1.0 && (a.1 - up(b.1)).abs() <= 1.0
        };
        let same =
            |places: &&Vec<(f64, f64)>| places.len() == curve.len() && places.iter().zip(curve).all(near);
        assert_eq!(drawn.iter().filter(same).count(), 1, "{name}: {curve:?}");
    }
}

/// From a value to its pixel, by the tick labels: linear for percent and decimals, logarithmic for powers of ten.
fn scale(ticks: &[(&str, f64)]) -> impl Fn(f64) -> f64 + use<> {
    let read = |read: fn(&str) -> Option<f64>| -> Vec<(f64, f64)> {
        ticks.iter().filter_map(|(label, place)| Some((read(label)?, *place))).collect()
    };
    let plain = read(|label| match label.strip_suffix(" %") {
        Some(percent) => Some(percent.parse::<f64>().ok()? / 100.0),
        None => label.parse().ok(),
    });
    let powers = read(exponent);
    let in_full = plain.len() > 2 && plain.windows(2).all(|pair| pair[0].0 == 10.0 * pair[1].0);
    let logarithmic = powers.len() > 1 || in_full;
    let ticks = match (powers.len() > 1, in_full) {
        (true, _) => powers,
        (_, true) => plain.into_iter().map(|(value, place)| (value.log10(), place)).collect(),
        _ => plain,
    };
    let line = through(&ticks);
    move |value| line(if logarithmic { value.log10() } else { value })
}

/// The straight line through the first and the last of some points.
fn through(points: &[(f64, f64)]) -> impl Fn(f64) -> f64 + use<> {
    let (first, last) = (points[0], points[points.len() - 1]);
    move |value| first.1 + (value - first.0) * (last.1 - first.1) / (last.0 - first.0)
}

/// The values of a table's columns `x` and `y`, one list for each value of the column `key`.
fn by(name: &str, key: &str, x: &str, y: &str) -> Vec<Vec<(f64, f64)>> {
    let rows = rows(name);
    let keys: BTreeSet<_> = rows.iter().map(|row| &row[key]).collect();
    let of = |one: &String| {
        let rows = rows.iter().filter(|row| row[key] == *one);
        rows.map(|row| (value(row, x), value(row, y))).collect()
    };
    keys.into_iter().map(of).collect()
}

#[test]
fn the_curves_are_the_numbers_of_the_tables() {
    for (name, key, x, y) in [
        ("majority-reliability", "failure_rate", "agents", "exact_correct"),
        ("majority-failure", "failure_rate", "agents", "exact_failure"),
        ("schemes", "scheme", "calls", "exact_correct"),
        ("outcomes", "outcome", "agents", "exact"),
        ("reliability-map", "majority_failure", "agents", "largest_failure_rate"),
        ("validation-bonus", "rule", "validation_bonus", "exact_correct"),
    ] {
        check_curves(name, &by(name, key, x, y));
    }
}

#[test]
fn the_lines_of_convergence_are_made_of_the_table() {
    let errors = by("convergence", "trials", "trials", "error");
    let mean_square =
        |at: &[(f64, f64)]| at.iter().map(|(_, error)| error * error).sum::<f64>() / at.len() as f64;
    let mut typical: Vec<_> = errors.iter().map(|at| (at[0].0, mean_square(at).sqrt())).collect();
    typical.sort_by(|a, b| a.0.total_cmp(&b.0));
    let arm = by("convergence", "seed", "trials", "interval_arm").swap_remove(0);
    check_curves("convergence", &[typical, arm]);
}

#[test]
fn the_steps_of_agents_needed_are_made_of_the_table() {
    let staircase = |corners: Vec<(f64, f64)>| {
        let mut steps = vec![(0.0, 1.0)];
        for (rate, agents) in corners {
            if agents <= 99.0 {
                steps.push((steps[steps.len() - 1].0, agents));
            }
            steps.push((rate, agents));
        }
        // The panel ends at 0.4; the axis of numbers is logarithmic.
        let outside = steps.iter().position(|step| step.0 > 0.4).unwrap();
        let ((x0, y0), (x1, y1)) = (steps[outside - 1], steps[outside]);
        steps.truncate(outside);
        steps.push((0.4, y0 * (y1 / y0).powf((0.4 - x0) / (x1 - x0))));
        steps
    };
    let corners = by("agents-needed", "majority_failure", "largest_failure_rate", "agents");
    check_curves("agents-needed", &corners.into_iter().map(staircase).collect::<Vec<_>>());
}

/// The exponent of a power of ten in print.
fn exponent(label: &str) -> Option<f64> {
    let digits: String = label.strip_prefix("10")?.chars().map(lowered).collect();
    digits.parse().ok()
}

fn lowered(character: char) -> char {
    let raised = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    raised.iter().position(|&digit| digit == character).map_or('-', |digit| (b'0' + digit as u8) as char)
}

// --- fit to print ---

fn elements<'a>(document: &'a Document<'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
}

fn texts<'a>(document: &'a Document<'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    elements(document, "text")
}

/// The curves: lines in the colour of a series and 2 units wide, 4 pixels each.
fn curves<'a>(document: &'a Document<'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    let wide =
        |node: &Node<'_, '_>| node.has_attribute("class") && node.attribute("stroke-width") == Some("8");
    elements(document, "polyline").filter(wide)
}

fn number(node: Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute).unwrap().parse().unwrap()
}

fn places(node: Node<'_, '_>) -> Vec<(f64, f64)> {
    let pair = |text: &str| text.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()));
    node.attribute("points").unwrap().split_whitespace().filter_map(pair).collect()
}

fn view_box(document: &Document<'_>) -> (f64, f64) {
    let numbers: Vec<f64> = document
        .root_element()
        .attribute("viewBox")
        .unwrap()
        .split(' ')
        .map(|n| n.parse().unwrap())
        .collect();
    assert_eq!(&numbers[..2], &[0.0, 0.0]);
    (numbers[2], numbers[3])
}

#[test]
fn each_is_named_and_described() {
    let mut ids = BTreeSet::new();
    with_each_document(|name, document| {
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        assert!(root.attribute("width").is_none() && root.attribute("height").is_none());
        let labelled_by: Vec<_> = root.attribute("aria-labelledby").unwrap().split(' ').collect();
        for (element, id, least) in [("title", labelled_by[0], 20), ("desc", labelled_by[1], 100)] {
            let node = elements(document, element).next().unwrap();
            assert_eq!(node.attribute("id"), Some(id));
            assert!(node.text().unwrap().chars().count() >= least, "{name}: {element}");
        }
    });
    for rendered in RENDERED.iter() {
        let document = Document::parse(&rendered.svg).unwrap();
        for id in document.descendants().filter_map(|node| node.attribute("id")) {
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
        }
    }
}

#[test]
fn none_can_do_harm_or_end_the_page_it_is_inlined_in() {
    for rendered in RENDERED.iter() {
        assert!(!rendered.svg.contains("\n\n") && !rendered.svg.contains("<!"), "{}", rendered.name);
    }
    with_each_document(|name, document| {
        for node in document.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            let known =
                ["svg", "title", "desc", "style", "rect", "polyline", "polygon", "circle", "line", "text"];
            assert!(known.contains(&tag), "{name}: {tag}");
            for attribute in node.attributes() {
                let harmful = attribute.name().starts_with("on") || attribute.name() == "href";
                assert!(!harmful, "{name}: {}", attribute.name());
            }
        }
    });
}

/// The width of a character in em, no less than in the wide DejaVu Sans but for some capitals.
fn advance(character: char) -> f64 {
    match character {
        ' ' | '.' | ',' | ':' | ';' | 'i' | 'j' | 'l' => 0.34,
        'f' | 'r' | 't' | '(' | ')' | '⁰'..='⁹' | '¹' | '²' | '³' | '⁻' => 0.45,
        '=' | '−' => 0.84,
        'm' | 'w' | 'M' | 'W' | '%' => 1.0,
        _ => 0.64,
    }
}

/// The room a text takes, generously: 1.2 em high, around the middle of a digit.
fn text_box(node: Node<'_, '_>) -> (f64, f64, f64, f64) {
    let size = number(node, "font-size");
    let bold = if node.attribute("font-weight") == Some("bold") { 1.1 } else { 1.0 };
    let width = size * bold * node.text().unwrap().chars().map(advance).sum::<f64>();
    let left = match node.attribute("text-anchor") {
        Some("middle") => number(node, "x") - width / 2.0,
        Some("end") => number(node, "x") - width,
        _ => number(node, "x"),
    };
    let shift: f64 = node.attribute("dy").unwrap().strip_suffix("em").unwrap().parse().unwrap();
    let middle = number(node, "y") + (shift - 0.36) * size;
    (left, middle - 0.6 * size, left + width, middle + 0.6 * size)
}

#[test]
fn no_two_texts_overlap_and_all_lie_within() {
    with_each_document(|name, document| {
        let (width, height) = view_box(document);
        let boxes: Vec<_> = texts(document).map(|node| (node.text().unwrap(), text_box(node))).collect();
        assert!(boxes.len() > 10);
        for (index, (text, (left, top, right, bottom))) in boxes.iter().enumerate() {
            let within = *left >= 0.0 && *top >= 0.0 && *right <= width && *bottom <= height;
            assert!(within, "{name}: \"{text}\" leaves the drawing: {left} {right} of {width}");
            for (other, (l, t, r, b)) in &boxes[..index] {
                let apart = right <= l || r <= left || bottom <= t || b <= top;
                assert!(apart, "{name}: \"{text}\" lies on \"{other}\"");
            }
        }
    });
}

#[test]
fn text_is_large_enough_on_a_phone() {
    with_each_document(|name, document| {
        let smallest = texts(document).map(|node| number(node, "font-size")).fold(f64::MAX, f64::min);
        let shown = smallest * 380.0 / view_box(document).0;
        assert!(shown >= 9.0, "{name}: {shown} px");
    });
}

/// Relative luminance of #rrggbb, as WCAG 2 defines it.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The rules of a style sheet as (selector, property, value, whether for dark).
fn rules(style: &str) -> Vec<(String, String, String, bool)> {
    let mut rules = Vec::new();
    let mut preferred_dark = false;
    for line in style.lines().filter(|line| !line.is_empty()) {
        if line.starts_with("@media (prefers-color-scheme:dark)") {
            preferred_dark = true;
        } else if line == "}" {
            preferred_dark = false;
        } else {
            let (selectors, body) = line.strip_suffix('}').unwrap().split_once('{').unwrap();
            let (property, value) = body.split_once(':').unwrap();
            for selector in selectors.split(',') {
                let dark =
                    preferred_dark || [".coal ", ".navy ", ".ayu "].iter().any(|t| selector.starts_with(t));
                rules.push((selector.to_owned(), property.to_owned(), value.to_owned(), dark));
            }
        }
    }
    rules
}

#[test]
fn text_and_series_stand_out_on_light_and_on_dark() {
    with_each_document(|name, document| {
        let style = elements(document, "style").next().unwrap().text().unwrap();
        let rules = rules(style);
        for (selector, property, value, dark) in &rules {
            let ground = if *dark { "#1e1e1e" } else { "#ffffff" };
            match property.as_str() {
                "fill" => assert_eq!((selector.as_str(), value.as_str()), ("svg:root>.paper", ground)),
                "color" => {
                    let contrast = contrast(value, ground);
                    assert!(contrast >= 4.5, "{name}: {selector} {value} on {ground}: {contrast}");
                }
                _ => panic!("{name}: {property}"),
            }
        }
        // Every class has a colour for each scheme and theme, and nothing is coloured but by ink and classes.
        let classes: BTreeSet<_> =
            document.descendants().filter_map(|node| node.attribute("class")).collect();
        for class in classes.iter().filter(|class| **class != "paper") {
            let selector = format!("#kofn-{name} .{class}");
            let count = rules.iter().filter(|rule| rule.0.ends_with(&selector)).count();
            assert_eq!(count, 2 + 5, "{name}: {class}");
        }
        for node in document.descendants() {
            for paint in ["stroke", "fill"].iter().filter_map(|paint| node.attribute(*paint)) {
                assert!(["none", "currentColor"].contains(&paint), "{name}: {paint}");
            }
        }
    });
}

/// The shape of a mark wherever it stands; `None` for what is no mark.
fn shape(node: Node<'_, '_>) -> Option<Vec<(i64, i64)>> {
    match node.tag_name().name() {
        "circle" => Some(Vec::new()),
        "polygon" => {
            let corners = places(node);
            Some(
                corners.iter().map(|(x, y)| ((x - corners[0].0) as i64, (y - corners[0].1) as i64)).collect(),
            )
        }
        _ => None,
    }
}

#[test]
fn no_series_is_told_by_colour_alone() {
    with_each_document(|name, document| {
        let classes: BTreeSet<_> =
            document.descendants().filter_map(|node| node.attribute("class")).collect();
        let of = |class: &str| {
            let nodes = || document.descendants().filter(|node| node.attribute("class") == Some(class));
            let curves = curves(document).filter(|node| node.attribute("class") == Some(class));
            let dashes: BTreeSet<_> = curves.map(|node| node.attribute("stroke-dasharray")).collect();
            (dashes, nodes().filter_map(shape).collect::<BTreeSet<_>>())
        };
        let series: Vec<_> =
            classes.iter().filter(|class| **class != "paper").map(|class| of(class)).collect();
        for (index, (dashes, shapes)) in series.iter().enumerate() {
            let mut others = series.iter().enumerate().filter(|(other, _)| *other != index);
            let marked = !shapes.is_empty();
            let alone = others.all(|(_, (d, s))| d.is_disjoint(dashes) && !(marked && shapes.is_subset(s)));
            assert!(alone && !dashes.is_empty(), "{name}: series {index} looks like another");
        }
    });
}

#[test]
fn the_caption_states_trials_and_the_level_of_intervals() {
    with_each_document(|name, document| {
        if !figure(name).csv.contains("interval") {
            return;
        }
        let all: Vec<_> = texts(document).map(|node| node.text().unwrap()).collect();
        let all = all.join(" ");
        assert!(all.contains("99 %"), "{name}");
        assert!(all.contains("10⁶ trials") || all.contains("number of trials"), "{name}");
    });
}

/// |computed/truth − 1| in units of 2⁻⁵², by exact fractions, to 2⁻⁵² of itself.
fn error_in_eps(computed: f64, truth: &Fraction) -> f64 {
    let size = Fraction::from_double(computed.abs());
    let mut difference = size.distance(truth);
    if computed < 0.0 {
        difference = size;
        difference += truth.clone();
    }
    let (mantissa, exponent) = (&difference / truth).mantissa_and_exponent();
    mantissa * 2f64.powi(exponent + 52)
}

fn median_and_largest(mut errors: Vec<f64>) -> [f64; 2] {
    errors.sort_by(f64::total_cmp);
    [errors[errors.len() / 2], errors[errors.len() - 1]]
}

/// Both libraries on every row of the table, decade by decade of the number of agents.
#[test]
fn accuracy_is_what_is_measured_again() {
    use statrs::distribution::{Binomial, DiscreteCDF};
    let mut errors: BTreeMap<u32, [Vec<f64>; 2]> = BTreeMap::new();
    for row in include_str!("../../../../tests/reference/binomial.csv").lines().skip(1) {
        let [n, k, f, side, truth, _] = row.split(',').collect::<Vec<_>>().try_into().unwrap();
        let [n, k]: [u64; 2] = [n, k].map(|number| number.parse().unwrap());
        let f: f64 = f.parse().unwrap();
        if truth.is_empty() || truth.parse::<f64>().unwrap() < f64::MIN_POSITIVE {
            continue;
        }
        let truth = Fraction::from_decimal(truth);
        let ours = kofn::exact::tails(n, f, k).unwrap();
        let failures = Binomial::new(f, n).unwrap();
        let both = match side {
            "below" => [ours.below, failures.sf(n - k)],
            _ => [ours.at_least, failures.cdf(n - k)],
        };
        for (errors, computed) in errors.entry(n.ilog10()).or_default().iter_mut().zip(both) {
            errors.push(error_in_eps(computed, &truth));
        }
    }
    let rows = rows("accuracy");
    assert_eq!(rows.len(), errors.len());
    for (row, (decade, [kofn, statrs])) in rows.iter().zip(errors) {
        assert_eq!(value(row, "agents_from"), 10f64.powi(decade as i32));
        assert_eq!(value(row, "tails"), kofn.len() as f64);
        // The figure subtracts decimals of 19 digits: each off by 5e-19 of itself, 0.0023 units of 2⁻⁵².
        let [median, largest] = median_and_largest(kofn);
        assert!((value(row, "kofn_median_eps") - median).abs() < 0.005, "{row:?} {median}");
        assert!((value(row, "kofn_largest_eps") - largest).abs() < 0.005, "{row:?} {largest}");
        // Two digits are stated; another platform's logarithm may be off by a unit where this one is not.
        let [median, largest] = median_and_largest(statrs);
        assert!((value(row, "statrs_median_eps") / median - 1.0).abs() < 0.1, "{row:?} {median}");
        assert!((value(row, "statrs_largest_eps") / largest - 1.0).abs() < 0.1, "{row:?} {largest}");
    }
}

#[test]
fn easy_and_hard_are_mixtures_of_binomial_sums() {
    let rows = rows("easy-and-hard");
    assert_eq!(rows.len(), 4 * 31);
    for row in &rows {
        let n = value(row, "agents") as u64;
        let [share, easy, hard] =
            ["easy_share", "easy_failure_rate", "hard_failure_rate"].map(|column| value(row, column));
        let second = share * more_than_half(n, 1.0 - easy) + (1.0 - share) * more_than_half(n, 1.0 - hard);
        assert_same(value(row, "exact_correct"), second, &format!("{row:?}"));
    }
    check_simulated("easy-and-hard", "exact_correct", "correct", "simulated_correct");
}

/// Each curve has the shape that is written beside it, and that its mixture must have (Chen et al. 2024).
#[test]
fn easy_and_hard_has_the_four_shapes() {
    let all = rows("easy-and-hard");
    let mut shapes = BTreeSet::new();
    for mixture in all.chunk_by(|a, b| a["shape"] == b["shape"]) {
        let values: Vec<f64> = mixture.iter().map(|row| value(row, "exact_correct")).collect();
        let ups: Vec<bool> = values.windows(2).map(|pair| pair[1] > pair[0]).collect();
        let turns: Vec<bool> = ups.chunk_by(|a, b| a == b).map(|run| run[0]).collect();
        let seen = turns.iter().map(|&up| if up { "rises" } else { "falls" }).collect::<Vec<_>>().join(", ");
        assert_eq!(mixture[0]["shape"], seen);

        let [share, p1, p2] =
            ["easy_share", "easy_failure_rate", "hard_failure_rate"].map(|column| value(&mixture[0], column));
        let (p1, p2) = (1.0 - p1, 1.0 - p2);
        let t = 1.0 + p2 * (1.0 - p2) * (0.5 - p2) / (p1 * (1.0 - p1) * (p1 - 0.5));
        let predicted = match (p1 + p2 > 1.0, share > 1.0 - 1.0 / t) {
            (true, true) => "rises, falls",
            (false, false) => "falls, rises",
            (false, true) => "rises",
            (true, false) => "falls",
        };
        assert_eq!(seen, predicted);
        shapes.insert(seen);
    }
    assert_eq!(shapes.len(), 4);
}

/// P(K = k) of failures under a beta-binomial law by Pólya's urn, with its terms in the other order than the engine's: from the top down.
fn more_than_half_fail(n: u64, f: f64, correlation: f64) -> f64 {
    let (a, b) = (f * (1.0 - correlation), (1.0 - f) * (1.0 - correlation));
    let all_fail: f64 =
        (0..n).map(|i| i as f64 * correlation).map(|drawn| (a + drawn) / (a + b + drawn)).product();
    let (mut term, mut sum) = (all_fail, 0.0);
    for failures in (n / 2 + 1..=n).rev() {
        sum += term;
        let (failures, works) = (failures as f64, (n - failures) as f64);
        term *= failures / (works + 1.0) * (b + works * correlation) / (a + (failures - 1.0) * correlation);
    }
    sum
}

#[test]
fn correlation_is_the_sum_over_an_urn_and_ends_at_its_limit() {
    use statrs::function::beta::beta_reg;
    let rows = rows("correlation");
    assert_eq!(rows.len(), 5 * 18);
    for row in &rows {
        let (n, correlation) = (value(row, "agents") as u64, value(row, "correlation"));
        let exact = value(row, "exact_failure");
        // Each of at most n/2 steps down has ten roundings, and the first term 3n: 1.2e-12 at n = 999, beside those of the table.
        // An urn of no correlation is left to the binomial sum where all agents failing underflows.
        let second = if correlation > 0.0 {
            more_than_half_fail(n, 0.23, correlation)
        } else if n < 100 {
            more_than_half(n, 0.23)
        } else {
            continue;
        };
        assert!((exact - second).abs() <= (TABLE_ERROR + 1.2e-12) * second, "{row:?} {second}");
        if correlation > 0.0 {
            let (a, b) = (0.23 * (1.0 - correlation) / correlation, 0.77 * (1.0 - correlation) / correlation);
            // statrs keeps twelve digits here.
            let limit = beta_reg(b, a, 0.5);
            assert!((value(row, "limit_failure") / limit - 1.0).abs() < 1e-11, "{row:?} {limit}");
        }
    }
    check_simulated("correlation", "exact_failure", "failed", "simulated_failure");
    assert_eq!(check_tilted("correlation", &rows, "agents", |_| 0.23), 9);
}

/// What was measured: method, engine, threads, agents, failure rate, votes per second.
fn measured_speeds() -> Vec<Vec<&'static str>> {
    let lines = include_str!("../../src/figures/kernel_speed.csv").lines().skip(2);
    lines.map(|line| line.split(',').collect()).collect()
}

/// How many times as fast as the plain loop a line of what was measured is.
fn times_plain_loop(line: &[&str]) -> f64 {
    let plain = measured_speeds().into_iter().find(|other| other[0] == "random" && other[3..5] == line[3..5]);
    line[5].parse::<f64>().unwrap() / plain.unwrap()[5].parse::<f64>().unwrap()
}

#[test]
fn kernel_speed_is_what_was_measured() {
    let (rows, lines) = (rows("kernel-speed"), measured_speeds());
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!([&row["method"], &row["engine"]], [line[0], line[1]]);
        for (column, cell) in ["threads", "agents", "failure_rate", "votes_per_second"].iter().zip(&line[2..])
        {
            assert_eq!(value(row, column), cell.parse::<f64>().unwrap(), "{row:?}");
        }
        assert_same(value(row, "times_plain_loop"), times_plain_loop(line), &format!("{row:?}"));
    }
}

#[test]
fn kernel_speed_leaves_no_method_out() {
    let mut cells: BTreeMap<[&str; 3], BTreeSet<[&str; 2]>> = BTreeMap::new();
    for line in measured_speeds() {
        let fresh = cells.entry([line[0], line[1], line[2]]).or_default().insert([line[3], line[4]]);
        assert!(fresh, "measured twice: {line:?}");
    }
    let all = |rates: &[&'static str]| -> BTreeSet<_> {
        let of = |agents| rates.iter().map(move |rate| [agents, *rate]);
        ["3", "5", "11", "101", "1001"].into_iter().flat_map(of).collect()
    };
    for (series, measured) in &cells {
        let rates: &[_] = if series[2] == "1" { &["0.001", "0.1", "0.23", "0.5"] } else { &["0.23"] };
        assert_eq!(*measured, all(rates), "{series:?}");
    }
    let methods: BTreeSet<_> = cells.keys().map(|series| series[0]).collect();
    assert_eq!(methods, BTreeSet::from(["kofn", "random", "random_bool", "counts", "NumPy"]));
    assert!(cells.contains_key(&["kofn", "portable", "1"]));
    assert_eq!(cells.keys().filter(|series| series[2] == "2").count(), 1);
}

#[test]
fn the_curves_of_kernel_speed_are_made_of_the_table() {
    let mut curves: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
    for row in rows("kernel-speed").into_iter().filter(|row| row["failure_rate"] == "0.23") {
        let place = (value(&row, "agents"), value(&row, "votes_per_second") / 1e9);
        curves.entry(["method", "engine", "threads"].map(|key| row[key].clone())).or_default().push(place);
    }
    check_curves("kernel-speed", &curves.into_values().collect::<Vec<_>>());
}

/// The title, the caption and the README say what the table does of the widest engine that was measured.
#[test]
fn the_claim_of_kernel_speed_is_the_ratio_of_the_table() {
    let lines = measured_speeds();
    let has = |engine: &&str| lines.iter().any(|line| line[1] == *engine);
    let widest = ["avx512", "avx2", "portable"].into_iter().find(has).unwrap();
    let of_widest = lines
        .iter()
        .filter(|line| line[..3] == ["kofn", widest, "1"] && line[4] == "0.23")
        .map(|line| times_plain_loop(line));
    let (least, most) =
        of_widest.fold((f64::MAX, 0.0_f64), |(low, high), ratio| (low.min(ratio), high.max(ratio)));
    let claim = format!("{least:.0} to {most:.0} times as fast as a plain loop");
    let machine = include_str!("../../src/figures/kernel_speed.csv").lines().next().unwrap();
    let (machine, _) = machine.strip_prefix("# ").unwrap().split_once(';').unwrap();

    let document = Document::parse(&figure("kernel-speed").svg).unwrap();
    let title = elements(&document, "title").next().unwrap().text().unwrap();
    assert!(title.ends_with(&claim), "{title}: {claim}");
    let printed: Vec<_> = texts(&document).map(|node| node.text().unwrap()).collect();
    let printed = printed.join(" ");
    assert!(printed.contains(machine) && printed.contains(&format!("compares {widest} with")), "{printed}");
    let readme = include_str!("../../../../README.md").replace('\n', " ");
    let claim = format!("{claim} (`{widest}`, one thread, {machine})");
    assert!(readme.contains(&claim), "the README does not say: {claim}");
}
