//! `kofn report`: its numbers are those of `fit` and `plan --logs`, and whatever is in a log, it is one whole page.

use crate::{json, kofn, stdout};
use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const RUNS: &str = "examples/runs.csv";
const ANSWERS: &str = "examples/answers.csv";
const SAMPLES: &str = "examples/samples.csv";

fn page(arguments: &[&str]) -> String {
    let command = kofn(&[&["report", "-o", "-", "--replicas", "50"], arguments].concat());
    String::from_utf8(stdout(command)).unwrap()
}

fn fit(arguments: &[&str]) -> Value {
    json(kofn(&[&["fit", "--json", "--replicas", "50"], arguments].concat()))
}

/// The page as XML, which it is too.
fn parsed(html: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(html, options).unwrap_or_else(|error| panic!("{error}\n{html}"))
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// The cells of the body of the table with this name.
fn table(document: &Document<'_>, name: &str) -> Vec<Vec<String>> {
    let region = document.descendants().find(|node| node.attribute("aria-label") == Some(name));
    let region = region.unwrap_or_else(|| panic!("no table {name}"));
    let body = region.descendants().find(|node| node.has_tag_name("tbody")).unwrap();
    let rows = body.children().filter(|node| node.has_tag_name("tr"));
    rows.map(|row| row.children().filter(Node::is_element).map(text).collect()).collect()
}

fn heading(document: &Document<'_>, id: &str) -> String {
    let section = document.descendants().find(|node| node.attribute("id") == Some(id));
    let section = section.unwrap_or_else(|| panic!("no section {id}"));
    text(section.children().find(|node| node.has_tag_name("h2")).unwrap())
}

/// Requires that the number at the beginning of a text is this one, rounded to the digits that the text has.
fn shows(shown: &str, value: &Value) {
    let number = shown.split(' ').next().unwrap().replace('−', "-").replace(',', "");
    let Ok(found) = number.parse::<f64>() else { panic!("{shown} is no number; {value} was expected") };
    let value = value.as_f64().unwrap_or_else(|| panic!("{value} is no number; {shown} is shown"));
    let (mantissa, exponent) = number.split_once('e').unwrap_or((&number, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
    let unit = 10f64.powi(exponent.parse::<i32>().unwrap() - decimals);
    assert!((found - value).abs() <= 0.500_001 * unit, "{shown} is shown; {value} was expected");
}

/// Requires that "0.1 to 0.2", alone or in parentheses behind a number, are the ends of this interval.
fn shows_interval(shown: &str, interval: &Value) {
    let ends = shown.split_once('(').map_or(shown, |(_, rest)| rest.trim_end_matches(')'));
    if interval.is_null() {
        return assert_eq!(ends, "–");
    }
    let (low, high) = ends.split_once(" to ").unwrap_or_else(|| panic!("{shown} is no interval"));
    shows(low, &interval[0]);
    shows(high, &interval[1]);
}

#[test]
fn rates_pairs_and_models_are_those_of_fit() {
    let (html, answer) = (page(&[RUNS]), fit(&[RUNS]));
    let (document, fit) = (parsed(&html), &answer["fit"]);
    let rows = table(&document, "Failure rates");
    assert_eq!(rows.len(), 3);
    for (row, agent) in rows.iter().zip(fit["agents"].as_array().unwrap()) {
        assert_eq!(agent["name"], row[0].as_str());
        for (cell, key) in row[1..4].iter().zip(["tasks", "runs", "failure_rate"]) {
            shows(cell, &agent[key]);
        }
        for (cell, key) in row[4..].iter().zip(["resampled", "clopper_pearson", "wilson"]) {
            shows_interval(cell, &agent[key]);
        }
    }
    for (row, pair) in table(&document, "Pairs of agents").iter().zip(fit["pairs"].as_array().unwrap()) {
        for (cell, key) in row[2..].iter().zip(["phi", "agreement", "both_fail", "tasks"]) {
            shows(cell, &pair[key]);
        }
    }
    let rows = table(&document, "Models");
    assert_eq!(rows.len(), fit["models"].as_array().unwrap().len());
    for (row, model) in rows.iter().zip(fit["models"].as_array().unwrap()).filter(|(row, _)| row.len() > 2) {
        shows(&row[1], &model["fitted"]["free_parameters"]);
        shows(&row[2], &model["fitted"]["log_likelihood"]);
        shows(&row[3], &model["fitted"]["aic"]);
        shows(&row[4], &model["held_out"]["log_likelihood"]);
        shows(&row[6], &model["held_out"]["error"]);
        shows(&row[7], &model["held_out"]["floor"]);
    }
    let correlation = heading(&document, "kofn-report-correlation");
    let (_, shown) = correlation.split_once("φ is ").unwrap();
    shows(shown, &fit["correlation"]["value"]);
    shows_interval(shown, &fit["correlation"]["resampled"]);
}

#[test]
fn votes_and_their_worth_are_those_of_fit() {
    let (html, answer) = (page(&[ANSWERS]), fit(&[ANSWERS]));
    let (document, fit) = (parsed(&html), &answer["fit"]);
    let all = fit["votes"].as_array().unwrap();
    let trusted = fit["trusted"]["model"].as_u64().unwrap() as usize;
    let mut seen = 0;
    for row in table(&document, "Votes").iter().filter(|row| row[0].starts_with("majority of")) {
        let of: u64 = row[0].trim_start_matches("majority of ").parse().unwrap();
        let vote = all.iter().find(|vote| vote["vote"] == "majority" && vote["of"] == of).unwrap();
        shows(&row[1], &vote["observed"]["share"]);
        shows_interval(&row[2], &vote["resampled"]);
        shows(&row[3], &vote["predicted"][trusted]);
        seen += 1;
    }
    assert!(seen > 0);
    let rows = table(&document, "Pluralities of answers");
    for (row, vote) in rows.iter().zip(fit["answers"].as_array().unwrap()) {
        for (cell, outcome) in row[1..4].iter().zip(["correct", "abstain", "wrong"]) {
            shows(cell, &vote["observed"][outcome]);
            shows_interval(cell, &vote["intervals"][outcome]);
        }
    }
    let collision = heading(&document, "kofn-report-collision");
    let (_, shown) = collision.split_once("with probability ").unwrap();
    shows(shown, &fit["collision"]["estimate"]);
    shows_interval(shown, &fit["collision"]["interval"]);
    let effective = &fit["effective_votes"];
    for row in table(&document, "Effective votes") {
        let of: u64 = row[0].rsplit(' ').next().unwrap().parse().unwrap();
        let votes = effective["votes"].as_array().unwrap();
        shows(&row[1], &votes.iter().find(|at| at["of"] == of).unwrap()["votes"]);
    }
    for (row, without) in
        table(&document, "Without each agent").iter().zip(effective["without"].as_array().unwrap())
    {
        shows(&row[1], &without["kish"]);
    }
}

#[test]
fn repeated_runs_and_races_are_those_of_fit() {
    let (html, answer) = (page(&[SAMPLES]), fit(&[SAMPLES]));
    let document = parsed(&html);
    let rows = table(&document, "pass^k and pass@k");
    let agents = answer["fit"]["agents"].as_array().unwrap();
    for (pair, agent) in rows.chunks(2).zip(agents) {
        for (row, key) in pair.iter().zip(["pass_all", "pass_any"]) {
            let values = agent[key].as_array().unwrap();
            assert!(values.len() > 1);
            row[2..].iter().zip(values).for_each(|(cell, value)| shows(cell, value));
        }
    }
    let rows = table(&document, "Replayed systems");
    assert_eq!(rows.len(), answer["stopping"].as_array().unwrap().len());
    for (row, system) in rows.iter().zip(answer["stopping"].as_array().unwrap()) {
        assert_eq!(system["system"], row[0].as_str());
        shows(&row[1], &system["correct"]);
        shows_interval(&row[1], &system["interval"]);
        shows(&row[2], &system["wrong"]);
    }
}

#[test]
fn advice_is_that_of_plan() {
    let html = page(&[RUNS, "--target", "0.72"]);
    let document = parsed(&html);
    let plan = json(kofn(&["plan", "--target", "0.72", "--logs", RUNS, "--json"]));
    let rows = table(&document, "Systems");
    let frontier = plan["options"]["frontier"].as_array().unwrap();
    assert_eq!(rows.len(), frontier.len());
    for ((row, option), replay) in rows.iter().zip(frontier).zip(plan["log"]["replays"].as_array().unwrap()) {
        assert_eq!(option["name"], row[0].as_str());
        shows(&row[1], &option["price"]);
        shows(&row[2], &option["correct"]);
        shows(&row[3], &replay["correct"]);
        shows_interval(&row[4], &replay["interval"]);
    }
    let recommended = &plan["log"]["recommended"];
    assert_eq!(recommended["meets"], true);
    let built = heading(&document, "kofn-report-summary");
    let name = recommended["name"].as_str().unwrap();
    let shown = built.strip_prefix(&format!("Build {name}: it is correct with probability ")).unwrap();
    shows(shown, &recommended["correct"]);
    shows_interval(shown.split(", target").next().unwrap(), &recommended["interval"]);
    assert!(html.contains("target 0.72"));
}

/// Without a target the most reliable system is recommended, if held-out tasks show that it beats the best agent.
#[test]
fn without_a_target_a_system_must_be_shown_to_gain() {
    let html = page(&[RUNS]);
    let said = heading(&parsed(&html), "kofn-report-summary");
    assert!(
        said.starts_with("No system is shown to beat ada alone, correct with probability 0.750"),
        "{said}"
    );
    assert!(html.contains("Most reliable under the model: majority(ada, bob) &gt; eve."));
    // Three agents that fail independently on three of ten tasks: a majority is correct on .784 of them.
    let digits = |task: usize| [1, 10, 100].map(|place| u8::from(task / place % 10 >= 3));
    let row =
        |task: usize| digits(task).iter().fold(task.to_string(), |row, passed| format!("{row},{passed}"));
    let rows: Vec<String> = (0..1000).map(row).collect();
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("independent.csv");
    std::fs::write(&log, format!("task,a,b,c\n{}\n", rows.join("\n"))).unwrap();
    let said = heading(&parsed(&page(&[log.to_str().unwrap()])), "kofn-report-summary");
    assert!(said.starts_with("Most reliable: majority(a, b"), "{said}");
}

/// A target that is out of reach is said to be.
#[test]
fn targets_are_optional_and_may_be_out_of_reach() {
    let html = page(&[RUNS]);
    assert!(!html.contains("0.9999"), "the demand behind a report without a target is nobody's");
    let html = page(&[RUNS, "--target", "0.99"]);
    assert!(
        heading(&parsed(&html), "kofn-report-summary").starts_with("No system reaches 0.99; the best is ")
    );
    assert!(html.contains("Any one of these changes would be enough"));
    // The replay reaches it, and the model does not.
    let html = page(&[RUNS, "--target", "0.75"]);
    let said = heading(&parsed(&html), "kofn-report-summary");
    assert!(said.starts_with("No system reaches 0.75 by both model and replay; the best is "), "{said}");
}

/// What holds of every page: one document that runs and loads nothing, whose anchors and ids are one each.
fn is_whole(html: &str) {
    let document = parsed(html);
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(!["script", "link", "img", "iframe", "object", "use", "image"].contains(&name), "{name}");
        for attribute in node.attributes() {
            assert!(!attribute.name().starts_with("on") && attribute.name() != "src", "{attribute:?}");
            if attribute.name() == "href" {
                assert!(unique.contains(attribute.value().strip_prefix('#').unwrap()), "{attribute:?}");
            }
        }
    }
    assert!(!html.contains("<script") && !html.contains("url(") && !html.contains("@import"));
    let without_namespaces = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(!without_namespaces.contains("http:") && !without_namespaces.contains("https:"));
    assert!(html.contains("default-src 'none'; style-src 'unsafe-inline'"));
}

#[test]
fn names_from_logs_stay_text() {
    let names = ["<script>alert(1)</script>", "a\" onload=\"x", "&amp;'", "x\u{202e}y]]>"];
    let header: String = names.iter().map(|name| format!(",\"{}\"", name.replace('"', "\"\""))).collect();
    let row = |i: usize| {
        format!(
            "</td>{i},{},{},{},{}\n",
            i % 2,
            i / 2 % 2,
            u8::from(!i.is_multiple_of(3)),
            u8::from(!i.is_multiple_of(5))
        )
    };
    let csv = format!("task{header}\n{}", (0..60).map(row).collect::<String>());
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("<img src=x>.csv");
    std::fs::write(&log, csv).unwrap();
    let html = page(&[log.to_str().unwrap()]);
    is_whole(&html);
    let shown: Vec<String> =
        table(&parsed(&html), "Failure rates").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(shown, [names[0], names[1], names[2], "x\\u{202e}y]]>"]);
}

/// Logs of every format give a report, or are refused as `kofn fit` refuses them.
#[test]
fn every_log_gives_a_report_or_a_refusal() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kofn-logs/tests/data");
    let entries = std::fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path());
    let mut reports = 0;
    for log in entries {
        let log = log.to_str().unwrap();
        let fitted = kofn(&["fit", log, "--replicas", "20"]).output().unwrap();
        let report = kofn(&["report", log, "--replicas", "20", "-o", "-"]).output().unwrap();
        assert_eq!(
            (report.status.code(), String::from_utf8_lossy(&report.stderr)),
            (fitted.status.code(), String::from_utf8_lossy(&fitted.stderr)),
            "{log}"
        );
        if report.status.success() {
            is_whole(&String::from_utf8(report.stdout).unwrap());
            reports += 1;
        }
    }
    assert!(reports >= 15, "{reports}");
}

/// Verdicts, one task, one agent: nothing can be planned, and the report says so.
#[test]
fn a_log_without_a_plan_still_gives_a_report() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let html = page(&[&write("one.csv", "task,ada\na,1\n")]);
    is_whole(&html);
    assert!(html.contains("No system can be recommended: no model could be tested on held-out tasks"));
    let row = |i: i32| {
        format!("{i},{},{}\n", u32::from(i % 4 > 0), u32::from(i % 4 > 0 && i % 10 > 0 || i % 40 == 0))
    };
    let verdicts =
        write("judge.csv", &format!("task,correct,accepted\n{}", (0..400).map(row).collect::<String>()));
    let (html, answer) = (page(&[&verdicts]), fit(&[&verdicts]));
    is_whole(&html);
    let (document, validation) = (parsed(&html), &answer["validations"][0]);
    let rows = table(&document, "Verdicts");
    for (row, key) in rows.iter().zip(["failure_rate", "accepts_correct", "accepts_wrong"]) {
        shows(&row[1], &validation[key]["rate"]);
        shows_interval(&row[3], &validation[key]["clopper_pearson"]);
    }
    for (row, key) in table(&document, "Pipeline").iter().zip(["correct", "wrong", "gain", "fewer_wrong"]) {
        shows(&row[1], &validation[key]["value"]);
        shows_interval(&row[2], &validation[key]["interval"]);
    }
}

#[test]
fn the_same_log_gives_the_same_file_in_place_of_the_old_one() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("report.html");
    std::fs::write(&file, "old").unwrap();
    let path = file.to_str().unwrap();
    kofn(&["report", RUNS, "--replicas", "50", "-o", path]).assert().success().stdout("").stderr("");
    let html = std::fs::read_to_string(&file).unwrap();
    is_whole(&html);
    assert_eq!(html, page(&[RUNS]));
    // A log that cannot be read leaves the file as it is, and a folder is no file.
    kofn(&["report", "nowhere.csv", "-o", path]).assert().code(2);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), html);
    let folder = directory.path().to_str().unwrap();
    let refused = kofn(&["report", RUNS, "-o", folder]).assert().code(2).get_output().stderr.clone();
    assert!(String::from_utf8(refused).unwrap().contains("is a directory"));
    kofn(&["report", RUNS]).assert().code(2);
}

#[test]
fn a_report_never_replaces_one_of_its_logs() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("runs.csv");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(RUNS), &log).unwrap();
    let before = std::fs::read(&log).unwrap();
    for read in [log.as_path(), directory.path()] {
        let mut command = kofn(&["report", "-o"]);
        let refused = command.arg(&log).arg(read).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
        assert_eq!(std::fs::read(&log).unwrap(), before);
    }
    kofn(&["fit", "--scenario"]).arg(&log).arg(&log).assert().code(2);
    assert_eq!(std::fs::read(&log).unwrap(), before);
}
