//! The README says what is so: its table of schemes comes from the list, its code compiles, its example runs.

use kofn::scenario::Scheme;

const README: &str = include_str!("../../../../README.md");

/// The table between the two marks, as it should be.
fn table() -> String {
    let mut table = String::from("| rule | parameters | meaning |\n|---|---|---|\n");
    for about in Scheme::ALL {
        let names: Vec<String> = about.parameters.iter().map(|key| format!("`{}`", key.path)).collect();
        let names = if names.is_empty() { "–".into() } else { names.join(", ") };
        table += &format!("| `{}` | {names} | {} |\n", about.name, about.meaning);
    }
    table
}

#[test]
fn the_table_of_schemes_is_the_list() {
    let between =
        README.split("<!-- schemes -->\n").nth(1).and_then(|rest| rest.split("<!-- /schemes -->").next());
    assert_eq!(between, Some(table().as_str()), "put this between the marks:\n{}", table());
}

#[test]
fn the_scenarios_run() {
    let scenarios: Vec<&str> =
        README.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(scenarios.len(), 2);
    for toml in scenarios {
        let scenario = kofn::Scenario::from_toml(toml).unwrap();
        assert!(kofn::cross_check(&scenario, 100_000, 42).unwrap().agrees());
    }
}

/// The scenarios of the guide.
const SCENARIOS: [(&str, &str); 5] = [
    ("three-models.toml", include_str!("../../../../docs/scenarios/three-models.toml")),
    ("two-racks.toml", include_str!("../../../../docs/scenarios/two-racks.toml")),
    ("cheap-first.toml", include_str!("../../../../docs/scenarios/cheap-first.toml")),
    ("panel.toml", include_str!("../../../../docs/scenarios/panel.toml")),
    ("answers.toml", include_str!("../../../../docs/scenarios/answers.toml")),
];

/// The logs of the guide.
const LOGS: [(&str, &str); 5] = [
    ("runs.csv", include_str!("../../../../examples/runs.csv")),
    ("answers.csv", include_str!("../../../../examples/answers.csv")),
    ("samples.csv", include_str!("../../../../examples/samples.csv")),
    ("verdicts-right.csv", include_str!("../../../../examples/verdicts-right.csv")),
    ("verdicts-wrong.csv", include_str!("../../../../examples/verdicts-wrong.csv")),
];

#[test]
fn the_scenarios_of_the_guide_agree() {
    for (name, toml) in SCENARIOS {
        let scenario = kofn::Scenario::from_toml(toml).unwrap();
        assert!(kofn::cross_check(&scenario, 100_000, 42).unwrap().agrees(), "{name}");
    }
}

fn examples(page: &str) -> Vec<&str> {
    page.split("```console\n$ kofn ").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

/// Every line of output that the README and the guide show is what the command prints.
#[test]
fn the_examples_print_what_is_shown() {
    let teams = include_str!("../../../../docs/teams.md");
    let replay = include_str!("../../../../docs/replay.md");
    let answers = include_str!("../../../../docs/answers.md");
    let sweep = include_str!("../../../../docs/sweep.md");
    let pages = [README, teams, replay, answers, sweep].map(examples);
    assert_eq!(pages.each_ref().map(Vec::len), [4, 8, 3, 6, 4]);
    // The files that the examples name.
    let directory = tempfile::tempdir().unwrap();
    for scheme in ["majority", "unanimous"] {
        let toml = format!("scheme = '{scheme}'\nagents = {{ count = 5, failure_rate = 0.23 }}\n");
        std::fs::write(directory.path().join(format!("{scheme}.toml")), toml).unwrap();
    }
    for (name, text) in LOGS.into_iter().chain(SCENARIOS) {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    for shown in pages.into_iter().flatten() {
        let (arguments, output) = shown.split_once('\n').unwrap();
        crate::typed(arguments, "").current_dir(&directory).assert().success().stdout(output.to_owned());
    }
}

/// The page for a book includes every figure that there is, and nothing else.
#[test]
fn the_page_of_figures_includes_each() {
    let page = include_str!("../../../../figures/README.md");
    let included: std::collections::BTreeSet<&str> = page
        .split("{{#include ")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next())
        .filter_map(|file| file.strip_suffix(".svg"))
        .collect();
    assert_eq!(included, kofn_book::figures().iter().map(|figure| figure.name).collect());
}
