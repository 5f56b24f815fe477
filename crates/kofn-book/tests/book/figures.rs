//! The book's figures: the committed bytes, the numbers by a second route, and whether they are fit to print.

mod looks;
mod speed;

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

fn document(name: &str) -> Document<'static> {
    Document::parse(&figure(name).svg).unwrap()
}

fn documents() -> impl Iterator<Item = (&'static str, Document<'static>)> {
    RENDERED.iter().map(|rendered| (rendered.name.as_str(), document(&rendered.name)))
}

fn directory() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../figures")
}

#[test]
fn regenerating_gives_the_committed_bytes() {
    for rendered in RENDERED.iter() {
        for (extension, text) in [("svg", &rendered.svg), ("csv", &rendered.csv)] {
            let path = directory().join(format!("{}.{extension}", rendered.name));
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(*text == committed, "{} is not what `kofn figures` draws", path.display());
        }
    }
}

#[test]
fn nothing_lies_beside_the_figures_that_is_not_drawn() {
    let files = |name: &str| ["svg", "csv"].map(|end| format!("{name}.{end}"));
    let expected: BTreeSet<_> = figures().iter().flat_map(|figure| files(figure.name)).collect();
    let found = std::fs::read_dir(directory()).unwrap();
    let found = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(found.filter(|name| !name.ends_with(".md")).collect::<BTreeSet<_>>(), expected);
}

// --- the numbers ---

/// A row of a figure's table, by column.
#[derive(Debug)]
struct Row(BTreeMap<String, String>);

impl Row {
    fn text(&self, column: &str) -> &str {
        &self.0[column]
    }

    fn value(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap()
    }

    fn values<const N: usize>(&self, columns: [&str; N]) -> [f64; N] {
        columns.map(|column| self.value(column))
    }

    fn count(&self, column: &str) -> u64 {
        self.value(column) as u64
    }

    /// Whether its trials are counted; tilted ones are weighted.
    fn is_plain(&self) -> bool {
        self.0.get("method").is_none_or(|method| method == "plain")
    }

    /// Holds a column against a second computation that is off by at most `error` of itself.
    fn assert_near(&self, column: &str, second: f64, error: f64) {
        let off = (self.value(column) - second).abs();
        assert!(off <= (TABLE_ERROR + error) * second, "{self:?} {column}: {second}");
    }

    fn assert_same(&self, column: &str, second: f64) {
        self.assert_near(column, second, 0.0);
    }
}

/// A table's value is rounded to 12 digits: off by at most half a unit of the last, 5e-12 of a number that begins with
/// 1. A term of the sums here has at most 6n roundings of 1.2e-16, n ≤ 61.
const TABLE_ERROR: f64 = 5.05e-12;

fn rows(name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(figure(name).csv.as_bytes());
    reader.deserialize().map(|row| Row(row.unwrap())).collect()
}

/// A column of exact values, with those of the counts and shares that are simulated.
type Columns = [&'static str; 3];
const CORRECT: Columns = ["exact_correct", "correct", "simulated_correct"];
const FAILURE: Columns = ["exact_failure", "failed", "simulated_failure"];
const OUTCOME: Columns = ["exact", "count", "simulated"];

/// Holds a table with this number of rows against a second computation, and its simulated columns against its exact
/// one.
fn check(name: &str, count: usize, columns: Columns, second: impl Fn(&Row) -> f64) -> Vec<Row> {
    let rows = rows(name);
    assert_eq!(rows.len(), count);
    rows.iter().for_each(|row| row.assert_same(columns[0], second(row)));
    check_simulated(name, &rows, columns);
    rows
}

/// Chernoff's bound on N·KL at a false-alarm rate of 1e-9 for all rows together.
fn threshold(rows: &[Row]) -> f64 {
    (2.0 * rows.len() as f64 / 1e-9).ln()
}

fn check_simulated(name: &str, rows: &[Row], [exact, count, share]: Columns) {
    // What is not simulated has no trials.
    for row in rows.iter().filter(|row| row.is_plain() && !row.text("trials").is_empty()) {
        let [trials, count, seen, low, high] =
            row.values(["trials", count, share, "interval_low", "interval_high"]);
        assert_eq!((trials, row.value("seed")), (1e6, 42.0));
        assert_eq!(seen, count / trials);
        assert!(trials * divergence(seen, row.value(exact)) <= threshold(rows), "{name}: {row:?}");
        check_interval(trials, seen, low, high);
    }
}

/// Holds the tilted rows of a table of majorities against its exact column; returns their number. The column `size` has
/// the number n of agents. The first failure is that of k = n − ⌊n/2⌋ of them, at rates tilted to f′ = (k − ½)/n. There
/// a trial weighs the most: each failure weighs f/f′, each correct answer (1 − f)/(1 − f′).
fn check_tilted(name: &str, rows: &[Row], size: &str, failure_rate: impl Fn(&Row) -> f64) -> usize {
    let tilted: Vec<_> = rows.iter().filter(|row| row.text("method") == "tilted").collect();
    for row in &tilted {
        assert!(row.value("exact_failure") < 1e-4 && row.text("failed").is_empty(), "{name}: {row:?}");
        let (f, agents) = (failure_rate(row), row.value(size));
        let failures = agents - (agents / 2.0).floor();
        let tilt = (failures - 0.5) / agents;
        let largest = (f / tilt).powf(failures) * ((1.0 - f) / (1.0 - tilt)).powf(agents - failures);
        let columns = ["exact_failure", "simulated_failure", "interval_low", "interval_high"];
        let [exact, seen, low, high] = row.values(columns).map(|value| value / largest);
        let trials = row.value("trials");
        assert!(trials * divergence(seen, exact) <= threshold(rows), "{name}: {row:?}");
        check_interval(trials, seen, low, high);
    }
    assert!(rows.iter().all(|row| row.text("method") == "tilted" || row.value("failed") > 0.0), "{name}");
    tilted.len()
}

fn divergence(seen: f64, q: f64) -> f64 {
    let part = |a: f64, b: f64| if a == 0.0 { 0.0 } else { a * (a / b).ln() };
    part(seen, q) + part(1.0 - seen, 1.0 - q)
}

/// Whether N·KL is ln(1/α) at the end of an interval. An end off by 5e-12 of itself, and a KL computed from terms that
/// cancel to 2e-16, move N·KL by less than 1e-3 of it here.
fn is_at(statistic: f64, inverse_alpha: f64) -> bool {
    (statistic / inverse_alpha.ln() - 1.0).abs() < 1e-3
}

/// The ends of the interval are where N·KL reaches ln(2/0.01); where nothing was seen, −N·ln(1 − high) is ln(1/0.01).
fn check_interval(trials: f64, share: f64, low: f64, high: f64) {
    if share == 0.0 {
        assert!(low == 0.0 && is_at(-trials * (-high).ln_1p(), 100.0), "{high}");
        return;
    }
    assert!(low < share && share <= high);
    assert!(is_at(trials * divergence(share, low), 200.0), "{low} {share}");
    assert!(share == 1.0 || is_at(trials * divergence(share, high), 200.0), "{share} {high}");
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

/// The quorum of n replicas of which ⌊(n − 1)/3⌋ may be Byzantine.
fn byzantine_quorum(n: u64) -> u64 {
    (n + (n - 1) / 3 + 1).div_ceil(2)
}

#[test]
fn majority_reliability_is_the_binomial_sum() {
    check("majority-reliability", 6 * 13, CORRECT, |row| {
        more_than_half(row.count("agents"), 1.0 - row.value("failure_rate"))
    });
}

#[test]
fn majority_failure_is_the_binomial_sum() {
    let rows = check("majority-failure", 4 * 21, FAILURE, |row| {
        more_than_half(row.count("agents"), row.value("failure_rate"))
    });
    assert_eq!(check_tilted("majority-failure", &rows, "agents", |row| row.value("failure_rate")), 33);
}

#[test]
fn schemes_are_their_sums() {
    check("schemes", 13 + 6 + 7 + 5 + 13, CORRECT, |row| {
        let n = row.count("calls");
        match row.text("scheme") {
            "any" => at_least(1, n, 0.77),
            // An attempt succeeds when the validator does: it accepts what is correct and repairs what is not.
            "validated" => at_least(1, n / 2, 0.77),
            "majority" => more_than_half(n, 0.77),
            "byzantine" => at_least(byzantine_quorum(n), n, 0.77),
            "unanimous" => at_least(n, n, 0.77),
            other => panic!("{other}"),
        }
    });
}

#[test]
fn costs_are_those_of_their_calls() {
    let expected = |row: &Row| {
        let size = row.count("agents_or_attempts");
        // An attempt ends unless the validator fails: at 0.23, independently of the candidate. The last one is kept.
        let attempts: f64 = (0..size).map(|attempt| 0.23_f64.powi(attempt as i32)).sum();
        match row.text("scheme") {
            "any" => [0.23_f64.powi(size as i32), size as f64, 1900.0],
            "majority" => [1.0 - more_than_half(size, 0.77), size as f64, 1900.0],
            "byzantine" => [1.0 - at_least(byzantine_quorum(size), size, 0.77), size as f64, 1900.0],
            "validated" => [0.23_f64.powi(size as i32 + 1), 2.0 * attempts, 4000.0 * attempts],
            other => panic!("{other}"),
        }
    };
    for row in check("cost", 5 + 3 + 5 + 5, FAILURE, |row| expected(row)[0]) {
        let [_, calls, latency] = expected(&row);
        row.assert_same("expected_calls", calls);
        row.assert_same("expected_latency_us", latency);
    }
}

#[test]
fn outcomes_are_the_multinomial_sums() {
    check("outcomes", 21 * 3, OUTCOME, |row| {
        let n = row.count("agents");
        let quorum = n / 2 + 1;
        // Fewer than a quorum are correct, and fewer than a quorum of the others are wrong.
        let wrong_below_quorum =
            |others: u64| (0..quorum.min(others + 1)).map(|wrong| term(others, wrong, 0.6, 0.4)).sum::<f64>();
        match row.text("outcome") {
            "correct" => at_least(quorum, n, 0.77),
            "wrong" => at_least(quorum, n, 0.23 * 0.6),
            _ => (0..quorum)
                .map(|correct| term(n, correct, 0.77, 0.23) * wrong_below_quorum(n - correct))
                .sum(),
        }
    });
}

/// P(correct) of weighted votes, by all patterns of answers.
fn more_than_half_the_weight(rates: &[f64], weights: &[u64]) -> f64 {
    let total: u64 = weights.iter().sum();
    let is_correct = |agent: usize, pattern: usize| pattern >> agent & 1 == 1;
    let agents = || 0..rates.len();
    let weight = |pattern| agents().filter(|&i| is_correct(i, pattern)).map(|i| weights[i]).sum::<u64>();
    let share = |i, pattern| if is_correct(i, pattern) { 1.0 - rates[i] } else { rates[i] };
    (0..1_usize << rates.len())
        .filter(|&pattern| 2 * weight(pattern) > total)
        .map(|pattern| agents().map(|i| share(i, pattern)).product::<f64>())
        .sum()
}

#[test]
fn weights_are_sums_over_patterns() {
    check("weights", 2 * 19, CORRECT, |row| {
        let weak = row.value("weak_failure_rate");
        let rates = [0.05, weak, weak, weak, weak];
        // Log-odds to nine decimals.
        let weights = match row.text("vote") {
            "log-odds weights" => rates.map(|f: f64| (((1.0 - f) / f).ln() * 1e9).round() as u64),
            "equal votes" => [1; 5],
            other => panic!("{other}"),
        };
        more_than_half_the_weight(&rates, &weights)
    });
    let mut curves = by("weights", "vote", "weak_failure_rate", "exact_correct");
    // What the title says: equal votes end below the strong agent, weighted ones never do.
    assert!(curves[0][18].1 < 0.95 && curves[1].iter().all(|at| at.1 >= 0.95), "{curves:?}");
    curves.push(vec![(0.05, 0.95), (0.5, 0.95)]);
    check_curves("weights", &curves);
}

/// P(failure) and expected calls of a race to a lead: the gambler's ruin, up with 1 − f, down with f, ending at
/// ±margin.
fn ruin(f: f64, margin: f64) -> [f64; 2] {
    let power = (f / (1.0 - f)).powf(margin);
    let failure = power / (1.0 + power);
    [failure, margin * (1.0 - 2.0 * failure) / (1.0 - 2.0 * f)]
}

#[test]
fn ahead_by_is_the_gamblers_ruin() {
    let expected = |row: &Row| ruin(row.value("failure_rate"), row.value("margin"));
    for row in check("ahead-by", 3 * 7, FAILURE, |row| expected(row)[0]) {
        row.assert_same("expected_calls", expected(&row)[1]);
    }
    let [upper, lower] =
        ["exact_failure", "expected_calls"].map(|y| by("ahead-by", "failure_rate", "margin", y));
    let document = document("ahead-by");
    let label = texts(&document).find(|node| node.text() == Some("Expected calls")).unwrap();
    let between = number(label, "y");
    check_panel("ahead-by", 0.0..between, &upper);
    check_panel("ahead-by", between..f64::MAX, &lower);
}

/// P(failure) and expected calls of a race in which `stops` looks at the votes of the leader and of the other answer,
/// call by call. After `most` calls the leader is given.
fn race(f: f64, most: usize, stops: impl Fn(usize, usize) -> bool) -> [f64; 2] {
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
    [failure, calls]
}

/// 1 − I_½(a+1, b+1): the probability that of a + b + 1 tosses at most a are heads.
fn leader_is_the_likelier(a: usize, b: usize) -> f64 {
    let tosses = (a + b + 1) as u64;
    (0..=a as u64).map(|heads| term(tosses, heads, 0.5, 0.5)).sum()
}

/// A step of a race has four roundings of 1.2e-16: 5e-14 in 99 calls, a hundredth of what a table may be off.
#[test]
fn early_stopping_equals_races() {
    let rows = rows("early-stopping");
    assert_eq!(rows.len(), 9 + 6 + 13 + 9);
    for row in &rows {
        let parameter = row.value("parameter");
        let votes = parameter as usize;
        let expected = match row.text("scheme") {
            "majority" => [more_than_half(votes as u64, 0.23), parameter],
            "first-to" => race(0.23, 2 * votes - 1, |leader, _| leader == votes),
            "adaptive" => race(0.23, 99, |a, b| leader_is_the_likelier(a, b) >= parameter),
            "ahead-by" => ruin(0.23, parameter),
            other => panic!("{other}"),
        };
        let columns = ["exact_failure", "expected_calls"].iter().zip(expected);
        columns.for_each(|(column, second)| row.assert_near(column, second, 5e-14));
    }
    check_simulated("early-stopping", &rows, FAILURE);
    let mut curves = by("early-stopping", "scheme", "expected_calls", "exact_failure");
    curves.iter_mut().for_each(|curve| cut_at(17.0, curve));
    check_curves("early-stopping", &curves);
}

/// Ends a curve where the panel does, if it goes on; the axis up is logarithmic.
fn cut_at(end: f64, curve: &mut Vec<(f64, f64)>) {
    let Some(outside) = curve.iter().position(|at| at.0 > end) else { return };
    let ((x0, y0), (x1, y1)) = (curve[outside - 1], curve[outside]);
    curve.truncate(outside);
    curve.push((end, y0 * (y1 / y0).powf((end - x0) / (x1 - x0))));
}

/// At equal failure: a vote that stops when decided has the outcome of the whole vote. The calls of a race to a lead
/// are interpolated between two margins on a logarithmic scale.
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

/// The minimum numbers of Byzantine replicas that make PBFT unsafe, and that stop it, with the usual quorums.
fn pbft_bounds(n: u64) -> [u64; 2] {
    let (t, q) = ((n - 1) / 3, byzantine_quorum(n));
    [(2 * q - n).max(1).min(2 * q - n), (n - q + 1).min(q - t).min((t + 1).min(q))]
}

#[test]
fn quorums_are_binomial_tails() {
    let rows = check("quorums", 10 + 10 + 13, FAILURE, |row| {
        let n = row.count("replicas");
        let from = match row.text("question") {
            "Raft live" => n - n / 2,
            "PBFT safe" => pbft_bounds(n)[0],
            _ => pbft_bounds(n).into_iter().min().unwrap(),
        };
        at_least(from, n, 0.01)
    });
    let [four, five] = [4, 5].map(pbft_bounds);
    assert!(five[0] > four[0] && five[1] == four[1], "the title says otherwise");
    let raft: Vec<_> = rows.into_iter().filter(|row| row.text("question") == "Raft live").collect();
    assert_eq!(check_tilted("quorums", &raft, "replicas", |_| 0.01), 9);
}

/// The failure rates of the five classes.
const CLASS_RATES: [f64; 5] = [0.13, 0.18, 0.23, 0.28, 0.33];

/// The keep rule goes wrong where both models do.
#[test]
fn the_validation_bonus_works_as_the_rules_say() {
    check("validation-bonus", 3 * 24, CORRECT, |row| {
        let bonus = row.value("validation_bonus");
        match row.text("rule") {
            "as printed" => 0.77 + bonus,
            "keep = formula" => 0.77 + 0.23 * (0.77 + bonus),
            "keep by class" => CLASS_RATES.iter().map(|f| 1.0 - f * (f - bonus).max(0.02)).sum::<f64>() / 5.0,
            other => panic!("{other}"),
        }
    });
    // 0.77 + b = 0.98; 0.23 (0.23 − b) = 0.02; of the classes, two are at the floor and three fail at f (f − b).
    let of_three = |power: i32| CLASS_RATES[2..].iter().map(|f| f.powi(power)).sum::<f64>();
    let by_class = (of_three(2) + 0.02 * (0.13 + 0.18) - 5.0 * 0.02) / of_three(1);
    let document = document("validation-bonus");
    for label in [0.21, 0.23 - 0.02 / 0.23, by_class].map(|bonus| format!("{bonus:.3}")) {
        assert_eq!(texts(&document).filter(|node| node.text() == Some(&label)).count(), 1, "{label}");
    }
}

#[test]
fn complexity_is_one_failure_of_one_and_two_of_two() {
    let rows = check("complexity", 2 * 5, CORRECT, |row| {
        let rate = CLASS_RATES[row.count("complexity") as usize - 1];
        match row.text("model") {
            "single" => 1.0 - rate,
            "dual" => 1.0 - rate * (rate - 0.21).max(0.02),
            other => panic!("{other}"),
        }
    });
    let printed = [0.9, 0.85, 0.8, 0.75, 0.7, 0.995, 0.995, 0.98, 0.975, 0.965];
    for (row, printed) in rows.iter().zip(printed) {
        let [exact, low, high] =
            row.values(["exact_correct", "printed_interval_low", "printed_interval_high"]);
        assert_eq!(row.value("printed"), printed);
        check_interval(200.0, printed, low, high);
        assert!(low < exact && exact < high, "the title says otherwise: {row:?}");
    }
}

/// The exact values of some of the printed numbers, by plain arithmetic: (row, about, exact).
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
        let is_it = |row: &&Row| row.text("row") == number && row.text("about") == about;
        rows.iter().find(is_it).unwrap().assert_same("exact", exact);
    }
    // Exact values and verdicts do not depend on the simulation.
    let audit = kofn_book::claims::audit(1_000, 7).unwrap();
    let judged: Vec<_> = audit.checks().filter(|check| check.printed_value.is_some()).collect();
    assert_eq!(rows.len(), judged.len());
    for (row, check) in rows.iter().zip(judged) {
        assert_eq!(Some(row.text("verdict").to_owned()), check.verdict.map(|verdict| verdict.to_string()));
        row.assert_same("printed_value", check.printed_value.unwrap());
        row.assert_same("exact", check.exact);
    }
}

/// Each row has a line from 1 to printed/exact, at the height of its name.
#[test]
fn the_rows_of_claims_are_the_table() {
    let document = document("claims");
    let tick = |node: Node<'_, '_>| Some((node.text()?.parse().ok()?, number(node, "x")));
    let across = through(&texts(&document).filter_map(tick).collect::<Vec<(f64, f64)>>());
    let drawn: Vec<_> = curves(&document).map(places).collect();
    let rows = rows("claims");
    assert_eq!(drawn.len(), rows.len());
    for row in &rows {
        // A text that a spreadsheet could take for a formula has an apostrophe before it.
        let printed = row.text("printed").trim_start_matches('\'').replace("percentage points", "pp");
        let name = format!("{}: {printed}, {}", row.text("row"), row.text("about"));
        let named = texts(&document).filter(|node| node.text() == Some(&name));
        let heights: Vec<f64> = named.map(|node| number(node, "y")).collect();
        let ends = [1.0, row.value("printed_value") / row.value("exact")].map(&across);
        // Texts and lines stand on whole pixels; a tick is one of them.
        let near = |line: &Vec<(f64, f64)>| {
            let level = heights.iter().any(|y| line.iter().all(|place| (place.1 - y).abs() <= 1.0));
            level && line.len() == 2 && line.iter().zip(ends).all(|(place, x)| (place.0 - x).abs() <= 1.0)
        };
        assert!(drawn.iter().any(near), "{name}: {ends:?}");
    }
}

/// A rate smaller by the errors is small enough, a larger one is not. The errors are the table's and the sum's, at most
/// 6n · 1.2e-16 of itself. The sum changes by at least a fifth of a relative change of the rate (least for P = 0.99 and
/// 11 agents), so twice the table's error outweighs both.
#[test]
fn thresholds_are_where_the_binomial_sum_crosses() {
    for name in ["agents-needed", "reliability-map"] {
        for row in rows(name).iter().filter(|row| row.value("agents") <= 99.0) {
            let [failure, rate] = row.values(["majority_failure", "largest_failure_rate"]);
            let around = [1.0 - 2.0 * TABLE_ERROR, 1.0 + 2.0 * TABLE_ERROR];
            let [below, above] = around.map(|factor| more_than_half(row.count("agents"), rate * factor));
            assert!(below <= failure && failure <= above, "{row:?}: {below} {above}");
        }
    }
    assert_eq!(rows("reliability-map").len(), 7 * 25);
}

#[test]
fn a_further_nine_costs_twelve_agents() {
    let rows = rows("agents-needed");
    let needed = [0.1, 0.01, 0.001, 0.0001].map(|failure| {
        let enough = |row: &&Row| {
            row.value("majority_failure") == failure && row.value("largest_failure_rate") >= 0.23
        };
        let agents = rows.iter().find(enough).unwrap().count("agents");
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
    for row in &rows {
        let [trials, exact, correct, error, arm] =
            row.values(["trials", "exact_correct", "correct", "error", "interval_arm"]);
        row.assert_same("exact_correct", more_than_half(5, 0.77));
        // The exact value has 12 digits after the point.
        assert!((error - (correct / trials - exact).abs()).abs() <= 1e-12, "{row:?}");
        assert!(trials * divergence(correct / trials, exact) <= threshold(&rows), "{row:?}");
        // For shares above one half the arm below is the longer one: the interval ends there, and sooner above.
        let centre = (exact * trials).round() / trials;
        let [below, above] = [centre - arm, centre + arm];
        assert!(is_at(trials * divergence(centre, below), 200.0), "{row:?}");
        assert!(above >= 1.0 || trials * divergence(centre, above) > 200f64.ln(), "{row:?}");
        assert!((1e-6..1.0).contains(&error), "a mark leaves the panel: {row:?}");
    }
}

/// Reads the curves back from the picture, by its tick labels, and finds each of the `expected` ones once.
fn check_curves(name: &str, expected: &[Vec<(f64, f64)>]) {
    check_panel(name, 0.0..f64::MAX, expected);
}

/// The same for the panel between two heights.
fn check_panel(name: &str, heights: std::ops::Range<f64>, expected: &[Vec<(f64, f64)>]) {
    let document = document(name);
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

/// The exponent of a power of ten in print.
fn exponent(label: &str) -> Option<f64> {
    let lowered = |character| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|digit| digit == character);
    let digits = label.strip_prefix("10")?.chars();
    digits
        .map(|digit| lowered(digit).map_or("-".into(), |digit| digit.to_string()))
        .collect::<String>()
        .parse()
        .ok()
}

/// The straight line through the first and the last of some points.
fn through(points: &[(f64, f64)]) -> impl Fn(f64) -> f64 + use<> {
    let (first, last) = (points[0], points[points.len() - 1]);
    move |value| first.1 + (value - first.0) * (last.1 - first.1) / (last.0 - first.0)
}

/// The values of a table's columns `x` and `y`, one list for each value of the column `key`.
fn by(name: &str, key: &str, x: &str, y: &str) -> Vec<Vec<(f64, f64)>> {
    let mut curves: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for row in rows(name) {
        curves.entry(row.text(key).to_owned()).or_default().push((row.value(x), row.value(y)));
    }
    curves.into_values().collect()
}

#[test]
fn the_curves_are_the_numbers_of_the_tables() {
    for (name, key, x, y) in [
        ("majority-reliability", "failure_rate", "agents", "exact_correct"),
        ("majority-failure", "failure_rate", "agents", "exact_failure"),
        ("schemes", "scheme", "calls", "exact_correct"),
        ("outcomes", "outcome", "agents", "exact"),
        ("quorums", "question", "replicas", "exact_failure"),
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
        assert!(steps.iter().any(|step| step.0 > 0.4), "the steps end within the panel");
        cut_at(0.4, &mut steps);
        steps
    };
    let corners = by("agents-needed", "majority_failure", "largest_failure_rate", "agents");
    check_curves("agents-needed", &corners.into_iter().map(staircase).collect::<Vec<_>>());
}

// --- fit to print ---

fn elements<'a>(document: &'a Document<'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.has_tag_name(("http://www.w3.org/2000/svg", name)))
}

fn texts<'a>(document: &'a Document<'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    elements(document, "text")
}

/// All texts in one line.
fn printed(document: &Document<'_>) -> String {
    texts(document).map(|node| node.text().unwrap()).collect::<Vec<_>>().join(" ")
}

/// The curves: lines in the colour of a series and 2 units wide, 4 pixels each.
fn curves<'a>(document: &'a Document<'a>) -> impl Iterator<Item = Node<'a, 'a>> {
    let wide =
        |node: &Node<'_, '_>| node.has_attribute("class") && node.attribute("stroke-width") == Some("8");
    elements(document, "polyline").filter(wide)
}

/// The classes of the series.
fn classes<'a>(document: &'a Document<'_>) -> BTreeSet<&'a str> {
    let classes = document.descendants().filter_map(|node| node.attribute("class"));
    classes.filter(|class| *class != "paper").collect()
}

fn number(node: Node<'_, '_>, attribute: &str) -> f64 {
    node.attribute(attribute).unwrap().parse().unwrap()
}

fn places(node: Node<'_, '_>) -> Vec<(f64, f64)> {
    let pair = |text: &str| text.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()));
    node.attribute("points").unwrap().split_whitespace().filter_map(pair).collect()
}

fn view_box(document: &Document<'_>) -> (f64, f64) {
    let numbers = document.root_element().attribute("viewBox").unwrap().split(' ');
    let numbers: Vec<f64> = numbers.map(|number| number.parse().unwrap()).collect();
    assert_eq!(&numbers[..2], &[0.0, 0.0]);
    (numbers[2], numbers[3])
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
        assert_eq!(row.values(["agents_from", "tails"]), [10f64.powi(decade as i32), kofn.len() as f64]);
        // The figure subtracts decimals of 19 digits: each off by 5e-19 of itself, 0.0023 units of 2⁻⁵².
        let ours =
            row.values(["kofn_median_eps", "kofn_largest_eps"]).into_iter().zip(median_and_largest(kofn));
        ours.for_each(|(table, again)| assert!((table - again).abs() < 0.005, "{row:?} {again}"));
        // Two digits are stated; another platform's logarithm may be off by a unit where this one is not.
        let theirs = row
            .values(["statrs_median_eps", "statrs_largest_eps"])
            .into_iter()
            .zip(median_and_largest(statrs));
        theirs.for_each(|(table, again)| assert!((table / again - 1.0).abs() < 0.1, "{row:?} {again}"));
    }
}

#[test]
fn easy_and_hard_are_mixtures_of_binomial_sums() {
    check("easy-and-hard", 4 * 31, CORRECT, |row| {
        let [share, easy, hard] = row.values(["easy_share", "easy_failure_rate", "hard_failure_rate"]);
        let of = |rate: f64| more_than_half(row.count("agents"), 1.0 - rate);
        share * of(easy) + (1.0 - share) * of(hard)
    });
}

/// Each curve has the shape that is written beside it, and that its mixture must have (Chen et al. 2024).
#[test]
fn easy_and_hard_has_the_four_shapes() {
    let all = rows("easy-and-hard");
    let mut shapes = BTreeSet::new();
    for mixture in all.chunk_by(|a, b| a.text("shape") == b.text("shape")) {
        let values: Vec<f64> = mixture.iter().map(|row| row.value("exact_correct")).collect();
        let ups: Vec<bool> = values.windows(2).map(|pair| pair[1] > pair[0]).collect();
        let turns = ups.chunk_by(|a, b| a == b).map(|run| if run[0] { "rises" } else { "falls" });
        let seen = turns.collect::<Vec<_>>().join(", ");
        assert_eq!(mixture[0].text("shape"), seen);

        let [share, easy, hard] = mixture[0].values(["easy_share", "easy_failure_rate", "hard_failure_rate"]);
        let (p1, p2) = (1.0 - easy, 1.0 - hard);
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

/// P(more than half fail) under a beta-binomial law by Pólya's urn. The terms are in the other order than the engine's:
/// from the top down.
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
        let (n, correlation) = (row.count("agents"), row.value("correlation"));
        // Each of at most n/2 steps down has ten roundings, and the first term 3n: 1.2e-12 at n = 999. Without
        // correlation the binomial sum is exact, except where the probability that all agents fail underflows.
        if correlation > 0.0 {
            row.assert_near("exact_failure", more_than_half_fail(n, 0.23, correlation), 1.2e-12);
            let (a, b) = (0.23 * (1.0 - correlation) / correlation, 0.77 * (1.0 - correlation) / correlation);
            // statrs keeps twelve digits here.
            let limit = beta_reg(b, a, 0.5);
            assert!((row.value("limit_failure") / limit - 1.0).abs() < 1e-11, "{row:?} {limit}");
        } else if n < 100 {
            row.assert_near("exact_failure", more_than_half(n, 0.23), 1.2e-12);
        }
    }
    check_simulated("correlation", &rows, FAILURE);
    assert_eq!(check_tilted("correlation", &rows, "agents", |_| 0.23), 9);
}
