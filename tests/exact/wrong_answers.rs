//! The laws of wrong answers against tables by other routes, and against each other where they meet.

use kofn::exact::assess;
use kofn::scenario::{Agents, Scenario, WrongAnswers};
use kofn_testing::closeness::is_within;
use kofn_testing::fraction::Fraction;
use kofn_testing::tail_table::assert_all;

/// The scenario of a row of these columns, and its three outcomes.
fn read(columns: &str, line: &str) -> (Scenario, [Fraction; 3]) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next().expect("a row").expect("columns");
    let field = |name: &str| {
        let place = columns.split(',').position(|column| column == name);
        place.and_then(|place| record.get(place)).filter(|value| !value.is_empty())
    };
    let number = |name: &str| -> f64 { field(name).expect(name).parse().expect("a number") };
    let parameters: String = ["ties", "min_votes", "k", "weights", "quota"]
        .into_iter()
        .filter_map(|name| Some((name, field(name)?)))
        .map(|(name, value)| match name {
            "ties" => format!(r#", "{name}": "{value}""#),
            _ => format!(r#", "{name}": {value}"#),
        })
        .collect();
    let votes = number("hallucination");
    let json = format!(
        r#"{{"scheme": {{"rule": "{}"{parameters}}}, "agents": {{"failure_rates": {}}},
            "failures": {{"hallucination": {votes:?}, "crash": {:?}, "wrong_answers": {}}}}}"#,
        field("rule").expect("rule"),
        field("failure_rates").expect("rates"),
        1.0 - votes,
        field("wrong_answers").expect("a law"),
    );
    let scenario = Scenario::from_json(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
    (scenario, ["correct", "abstain", "wrong"].map(|name| Fraction::from_decimal(field(name).expect(name))))
}

/// Compares every row within four units of 2⁻⁵², and `more` than that. Their number is given, so that a table that was
/// cut short does not pass.
fn compare(table: &str, rows: usize, more: impl Fn(&Scenario) -> f64) {
    let columns = table.lines().next().expect("columns");
    assert_all(table, rows, |line| {
        let (scenario, expected) = read(columns, line);
        let exact = assess(&scenario).unwrap_or_else(|error| panic!("{error}: {line}"));
        let computed = [exact.correct, exact.abstain, exact.wrong];
        let bound = 4.0 * f64::EPSILON + more(&scenario);
        let off = |(computed, expected): (&f64, &Fraction)| !is_within(bound, *computed, expected);
        computed.iter().zip(&expected).any(off).then(|| format!("{computed:?} of {line:.300}"))
    });
}

/// By how much outcomes may change where the numbers of a table are decimals, and the scenario has the nearest doubles:
/// sums of products with positive factors, each rate once, and at most one factor of θ + a, θ + j and j − a for each
/// agent.
fn of_decimals(scenario: &Scenario) -> f64 {
    let off = |number: f64, from: f64| 0.5 * f64::EPSILON * number / from.min(1.0 - number);
    let Agents::Different { failure_rates } = scenario.agents() else { panic!("different rates") };
    let of_rates: f64 = failure_rates.iter().map(|rate| off(*rate, *rate)).sum();
    let of_law = match scenario.failures().wrong_answers {
        WrongAnswers::Open { collision, discount } => {
            3.0 * off(collision, collision) + 2.0 * off(discount, 1.0)
        }
        WrongAnswers::Unequal { answers, collision } => {
            3.0 * off(collision, collision - 1.0 / answers as f64)
        }
        _ => 0.0,
    };
    of_rates + failure_rates.len() as f64 * of_law
}

#[test]
fn every_law_agrees_with_the_reference_table() {
    compare(include_str!("../reference/collision.csv"), 160, of_decimals);
}

#[test]
fn every_law_agrees_with_seating_agent_by_agent() {
    compare(include_str!("../reference/wrong_answers.csv"), 265, |_| 0.0);
}
