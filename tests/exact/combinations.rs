//! The table of what has an exact answer, in the documentation of the exact engine, is what the engines do: every
//! combination of scheme, dependence, failures, agents and tasks is tried.

use kofn::Scenario;
use kofn::exact::{Reading, assess_rational};
use kofn::monte_carlo::{SimulationOptions, simulate};
use kofn::scenario::Dependence;
use kofn::scenario::scheme::Scheme;

const PAGE: &str = include_str!("../../src/exact/combinations.md");

/// Schemes that have no answer in exact fractions.
const WITHOUT_FRACTIONS: [&str; 3] = ["ahead-by", "first-to", "adaptive"];

/// The columns: a dependence and whether all agents have one rate, or may have.
const COLUMNS: [(&str, &str, &[Rates]); 6] = [
    ("independent", "{ model = 'independent' }", &[Rates::Equal, Rates::Different]),
    ("common cause", "{ model = 'common-cause', probability = 0.05 }", &[Rates::Equal, Rates::Different]),
    ("beta-binomial", "{ model = 'beta-binomial', correlation = 0.3 }", &[Rates::Equal]),
    ("beta-binomial, different rates", "{ model = 'beta-binomial', correlation = 0.3 }", &[Rates::Different]),
    (
        "Gaussian copula",
        "{ model = 'gaussian-copula', correlation = 0.3 }",
        &[Rates::Equal, Rates::Different],
    ),
    (
        "Gaussian copula, groups",
        "{ model = 'gaussian-copula', correlation = 0.1, within = 0.4, groups = GROUPS }",
        &[Rates::Equal, Rates::Different],
    ),
];

/// The last agent is a group of its own.
fn groups(agents: usize) -> String {
    if agents == 1 { "[1]".into() } else { format!("[{}, 1]", agents - 1) }
}

#[derive(Clone, Copy, PartialEq)]
enum Rates {
    Equal,
    Different,
}

/// How agents fail.
const FAILURES: [(&str, &str); 7] = [
    ("", "{ hallucination = 1 }"),
    ("failure modes", "{ hallucination = 0.6, corruption = 0.25, crash = 0.15 }"),
    ("distinct wrong answers", "{ wrong_answers = 'distinct' }"),
    ("one of 3 wrong answers", "{ wrong_answers = 3 }"),
    (
        "failure modes and distinct wrong answers",
        "{ hallucination = 0.6, crash = 0.4, wrong_answers = 'distinct' }",
    ),
    ("failure modes and one of 3 wrong answers", "{ hallucination = 0.6, crash = 0.4, wrong_answers = 3 }"),
    ("crashes alone", "{ crash = 1 }"),
];

/// A row: its label, the scheme in a file, and the number of agents.
fn rows() -> Vec<(String, String, usize)> {
    Scheme::ALL.iter().flat_map(|about| rows_of(about.name)).collect()
}

fn rows_of(name: &str) -> Vec<(String, String, usize)> {
    let row = |parameters: &str, agents| {
        vec![(format!("`{name}`"), format!("{{ rule = '{name}'{parameters} }}"), agents)]
    };
    match name {
        "majority" | "any" | "unanimous" | "byzantine" | "plurality" => row("", 3),
        "pbft" => row("", 4),
        "single" => row("", 1),
        "k-of-n" => row(", k = 2", 3),
        "weighted" => row(", weights = [1, 2, 2]", 3),
        "cascade" => {
            row(", stages = [{ agents = 2, scheme = 'unanimous' }, { agents = 1, scheme = 'single' }]", 3)
        }
        "ahead-by" => row(", margin = 2, max_calls = 9", 1),
        "first-to" => row(", votes = 2, max_calls = 9", 1),
        "adaptive" => row(", confidence = 0.9, max_calls = 9", 1),
        "validated" => [("one attempt", 1), ("several attempts", 3)]
            .map(|(label, attempts)| {
                let scheme = format!(
                    "{{ rule = '{name}', validator_failure_rate = 0.1, attempts = {attempts}, vote = 'majority' }}"
                );
                (format!("`{name}`, {label}"), scheme, 3)
            })
            .to_vec(),
        // As its own example asks it.
        _ => {
            let about = Scheme::ALL.iter().find(|about| about.name == name).unwrap();
            let mut lines = about.example.lines();
            let scheme = lines.find_map(|line| line.strip_prefix("scheme = ")).unwrap();
            let agents = Scenario::from_toml(about.example).unwrap().agents().count();
            vec![(format!("`{name}`"), scheme.into(), agents as usize)]
        }
    }
}

/// The agents of a scenario, without and with classes of tasks.
fn agents(count: usize, rates: Rates) -> [(&'static str, String); 2] {
    let given = |first: f64| match rates {
        Rates::Equal => format!("failure_rate = {first}"),
        Rates::Different => {
            let each = (0..count).map(|agent| first + 0.1 * agent as f64);
            format!("failure_rates = {:?}", each.collect::<Vec<_>>())
        }
    };
    let names = match rates {
        Rates::Equal => ["", "classes of tasks"],
        Rates::Different => ["different rates", "different rates by class of tasks"],
    };
    let class = |weight: u32, first: f64| format!("\n[[tasks]]\nweight = {weight}\n{}", given(first));
    let one = match rates {
        Rates::Equal => format!("agents = {{ count = {count}, {} }}", given(0.2)),
        Rates::Different => format!("agents = {{ {} }}", given(0.2)),
    };
    let classes = format!("agents = {{ count = {count} }}{}{}", class(1, 0.2), class(2, 0.3));
    [(names[0], one), (names[1], classes)]
}

/// There is no such question.
const NO_PLACE: &str = "no place";

/// What the engines make of a scenario in TOML. What is exact is a fraction too, but for the copula and some schemes.
fn answered(toml: &str) -> &'static str {
    let scenario = match Scenario::from_toml(toml) {
        Ok(scenario) => scenario,
        // The scheme knows no votes, or takes them apart in no such way.
        Err(error) if error.key.starts_with("failures") || error.key.starts_with("filter") => {
            return NO_PLACE;
        }
        Err(_) => return "refused",
    };
    if kofn::assess(&scenario).is_ok() {
        let is_copula = matches!(
            scenario.dependence(),
            Dependence::GaussianCopula { .. } | Dependence::GroupedCopula { .. }
        );
        let has_none = is_copula || WITHOUT_FRACTIONS.contains(&scenario.scheme().about().name);
        assert_eq!(assess_rational(&scenario, Reading::Decimal).is_err(), has_none, "{toml}");
        "exact"
    } else if simulate(&scenario, SimulationOptions::new(64, 42)).is_ok() {
        "simulated"
    } else {
        "refused"
    }
}

/// One cell: what all its questions have in common, and which are the exceptions.
fn cell(scheme: &str, count: usize, dependence: &str, kinds: &[Rates]) -> String {
    let dependence = &dependence.replace("GROUPS", &groups(count));
    let mut answers: Vec<(String, &str)> = Vec::new();
    // One agent alone has no other to differ from.
    for &rates in kinds.iter().filter(|&&rates| count > 1 || rates == Rates::Equal) {
        for (agents_name, agents) in agents(count, rates) {
            for (failures_name, failures) in FAILURES {
                let toml = format!(
                    "scheme = {scheme}\nfailures = {failures}\ndependence = {dependence}\n{agents}\n"
                );
                let names: Vec<&str> =
                    [agents_name, failures_name].into_iter().filter(|name| !name.is_empty()).collect();
                answers.push((names.join(" with "), answered(&toml)));
            }
        }
    }
    if answers.is_empty() {
        return "–".into();
    }
    answers.retain(|(_, answer)| *answer != NO_PLACE);
    let Some((_, usual)) = answers.first() else { return NO_PLACE.into() };
    let exceptions: Vec<String> = answers
        .iter()
        .filter(|(_, answer)| answer != usual)
        .map(|(what, answer)| format!("{answer} for {what}"))
        .collect();
    [vec![(*usual).to_owned()], exceptions].concat().join(", ")
}

fn table() -> String {
    let heads: Vec<&str> = COLUMNS.iter().map(|(head, ..)| *head).collect();
    let mut table = format!("| scheme | {} |\n|---|{}\n", heads.join(" | "), "---|".repeat(COLUMNS.len()));
    for (label, scheme, count) in rows() {
        let cells: Vec<String> =
            COLUMNS.iter().map(|(_, dependence, kinds)| cell(&scheme, count, dependence, kinds)).collect();
        table += &format!("| {label} | {} |\n", cells.join(" | "));
    }
    table
}

#[test]
fn the_table_of_combinations_is_what_the_engines_do() {
    let stands = PAGE.split("\n\n").find(|paragraph| paragraph.starts_with("| scheme |"));
    let asked = table();
    let is_same = stands.is_some_and(|table| table.trim_end() == asked.trim_end());
    assert!(is_same, "put this into src/exact/combinations.md:\n{asked}");
}

/// A filter changes nothing about what has an answer, but that pbft knows no votes it could take away.
#[test]
fn filters_change_no_cell() {
    for (label, scheme, count) in rows() {
        for (name, dependence, kinds) in COLUMNS {
            let without = cell(&scheme, count, dependence, kinds);
            let filtered = format!("{dependence}\nfilter = {{ accepts_correct = 0.9, accepts_wrong = 0.2 }}");
            let with = cell(&scheme, count, &filtered, kinds);
            let is_asked = !scheme.contains("'pbft'") || without == "refused";
            let expected = if is_asked { &without } else { NO_PLACE };
            assert_eq!(with, expected, "{label}, {name}");
        }
    }
}

/// Every kind of answer occurs, so that cells can differ.
#[test]
fn every_kind_of_answer_occurs() {
    let ask = |scheme: &str, dependence: &str| {
        answered(&format!(
            "scheme = {scheme}\ndependence = {dependence}\nagents = {{ count = 3, failure_rate = 0.2 }}\n"
        ))
    };
    assert_eq!(ask("'majority'", "{ model = 'independent' }"), "exact");
    assert_eq!(ask("'no-such-scheme'", "{ model = 'independent' }"), "refused");
    let rates: String = (0..20_001).map(|agent| format!("{}, ", 0.2 + 1e-6 * f64::from(agent))).collect();
    let copula = "dependence = { model = 'gaussian-copula', correlation = 0.3 }";
    let many = format!("scheme = 'majority'\n{copula}\nagents = {{ failure_rates = [{rates}] }}\n");
    assert_eq!(answered(&many), "simulated");
}
