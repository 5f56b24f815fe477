//! `kofn chapter`: text, JSON and Markdown of the audit.

use assert_cmd::Command;
use serde_json::Value;

fn chapter(arguments: &[&str]) -> Command {
    crate::kofn(&[&["chapter"], arguments].concat())
}

fn stdout(arguments: &[&str]) -> String {
    String::from_utf8(crate::stdout(chapter(arguments))).unwrap()
}

#[test]
fn strict_fails_because_claims_do() {
    chapter(&["--trials", "1000"]).assert().code(0);
    chapter(&["--trials", "1000", "--strict"]).assert().code(1);
    chapter(&["single", "--strict"]).assert().code(2);
    chapter(&["--json", "--markdown"]).assert().code(2);
}

#[test]
fn json_is_one_object_with_a_schema() {
    for system in [None, Some("single"), Some("dual"), Some("simulation"), Some("benchmark")] {
        let arguments: Vec<&str> = ["--json", "--trials", "1000"].into_iter().chain(system).collect();
        let object: Value = serde_json::from_str(&stdout(&arguments)).unwrap();
        assert_eq!(object["schema"], 1);
        assert_eq!(object["trials"], 1000);
        assert_eq!(object["name"].as_str(), system);
    }
    let audit: Value = serde_json::from_str(&stdout(&["--json", "--trials", "1000"])).unwrap();
    assert_eq!(audit["rows"][3]["checks"][0]["verdict"], "holds-under-another-rule");
    let scenario = audit["rows"][3]["checks"][0]["alternatives"][0]["scenario"].to_string();
    assert!(
        (kofn::assess(&kofn::Scenario::from_json(&scenario).unwrap()).unwrap().correct - 0.987_833).abs()
            < 1e-12
    );
}

#[test]
fn text_fits_eighty_columns() {
    for system in [None, Some("single"), Some("dual"), Some("simulation"), Some("benchmark")] {
        let text = stdout(&system.into_iter().collect::<Vec<_>>());
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
            assert!(!line.contains('\u{a0}') && !line.ends_with(' '), "{line:?}");
        }
    }
}

#[test]
fn markdown_is_as_it_was_reviewed() {
    insta::assert_snapshot!("audit", stdout(&["--markdown", "--trials", "1e5"]));
    insta::assert_snapshot!("benchmark", stdout(&["benchmark", "--markdown", "--trials", "1e5"]));
}

/// Every line of a table has as many cells as its heading.
#[test]
fn markdown_tables_are_rectangular() {
    for system in [None, Some("dual"), Some("benchmark")] {
        let arguments: Vec<&str> = ["--markdown", "--trials", "1000"].into_iter().chain(system).collect();
        let mut cells = None;
        for line in stdout(&arguments).lines() {
            let count = line.starts_with('|').then(|| line.replace("\\|", "").matches('|').count());
            assert!(cells.is_none() || count.is_none() || cells == count, "{line}");
            cells = count;
        }
    }
}
