//! The JSON schemas: those in `docs/schema` are generated from the types, and the real output of every command has its
//! shape.

use super::{json as object, kofn, stdout, typed};
use serde_json::{Value, json};
use std::path::Path;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema");

/// The schemas that the command prints, by name.
fn printed() -> Vec<(String, String)> {
    let text = |arguments: &[&str]| String::from_utf8(stdout(kofn(arguments))).expect("text");
    let names = text(&["schema"]);
    names.lines().map(|name| (name.to_owned(), text(&["schema", name]))).collect()
}

/// `INSTA_UPDATE=always` writes them anew, as it does snapshots.
#[test]
fn the_schemas_are_those_of_the_types() {
    let printed = printed();
    for (name, schema) in &printed {
        let path = Path::new(FOLDER).join(format!("{name}.json"));
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            std::fs::write(&path, schema).expect("docs/schema can be written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == *schema, "docs/schema/{name}.json is stale: kofn schema {name} prints another");
    }
    assert_eq!(std::fs::read_dir(FOLDER).expect("a folder").count(), printed.len());
}

/// What a plan prints, whether or not anything meets it.
fn planned(arguments: &str, input: &str) -> Value {
    let output = typed(arguments, input).output().expect("an output");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

const PLAIN: &str = "scheme = 'majority'\nagents = { count = 3, failure_rate = 0.23 }";
const RARE: &str = "scheme = 'majority'\nagents = { count = 101, failure_rate = 0.05 }";
const PRICED: &str =
    "scheme = { rule = 'validated', accepts_correct = 0.9, accepts_wrong = 0.1, attempts = 2 }
agents = { failure_rate = 0.2 }
costs = { call = 1, validation = 0.5, call_latency = 3, validation_latency = 1 }";
const DIFFERENT: &str = "scheme = 'majority'\nagents = { failure_rates = [0.1, 0.2, 0.3] }";
const WEIGHTED: &str =
    "scheme = { rule = 'weighted', weights = [2, 1, 1] }\nagents = { failure_rates = [0.1, 0.2, 0.3] }";
/// P(correct) and the expected calls have no finite number.
const ENDLESS: &str = "scheme = { rule = 'ahead-by', margin = 2 }\nagents = { failure_rate = 1 }";
const TASKS: &str =
    "scheme = 'majority'\nagents = { count = 5 }\ndependence = { model = 'common-cause', probability = 0.02 }
[[tasks]]\nweight = 1\nfailure_rate = 0.1\n[[tasks]]\nweight = 2\nfailure_rate = 0.4";

#[test]
fn every_output_has_its_schema() {
    let schemas: Vec<(String, Value)> = printed()
        .into_iter()
        .map(|(name, schema)| (name, serde_json::from_str(&schema).expect("JSON")))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    let mut hold = |name: &str, answer: &Value| {
        let (_, schema) = schemas.iter().find(|(known, _)| known == name).expect("a schema of that name");
        let errors = violations(schema, schema, answer, name);
        assert!(errors.is_empty(), "{}\n{answer}", errors.join("\n"));
        // A schema that takes anything would hold nothing.
        assert!(!violations(schema, schema, &json!({ "schema": 1 }), name).is_empty(), "{name}");
        seen.insert(name.to_owned());
    };
    for scenario in [PLAIN, RARE, PRICED, WEIGHTED, ENDLESS, TASKS] {
        hold("assess", &object(typed("assess - --json", scenario)));
        hold("simulate", &object(typed("simulate - --json --trials 1000", scenario)));
        hold("check", &object(typed("check - --json --trials 1000", scenario)));
        hold("plan", &planned("plan - --json --target 0.9 --at-most 5", scenario));
        hold("tally", &object(typed("simulate - --trials 1000 --shard 1/2", scenario)));
    }
    hold("assess", &object(typed("assess - --json --rational --importance", PLAIN)));
    hold("assess", &object(typed("assess - --json --importance", DIFFERENT)));
    hold("check", &object(typed("check - --json --trials 1e5 --until-error 0.01", PLAIN)));
    hold("simulate-rare", &object(typed("simulate - --json --rare --trials 1e5", RARE)));
    hold(
        "plan-steps",
        &object(typed(
            "plan --agents 1 --failure-rate 0.1 --scheme ahead-by --steps 9 --target 0.9 --json",
            "",
        )),
    );
    for line in ["--over scheme=any,unanimous", "--over agents.failure_rate=0,0.5 --simulate 1000"] {
        let cells = stdout(typed(&format!("sweep - --json {line}"), PLAIN));
        for cell in String::from_utf8(cells).expect("text").lines() {
            hold("sweep", &serde_json::from_str(cell).expect("one JSON object a line"));
        }
    }
    hold("schemes", &object(typed("schemes --json", "")));
    hold("chapter", &object(typed("chapter --json --trials 1000", "")));
    hold("chapter-system", &object(typed("chapter dual --json --trials 1000", "")));
    hold("fit", &object(typed("fit examples/runs.csv --json --replicas 20", "")));
    hold(
        "fit",
        &object(typed("fit - --json --replicas 20", "task,correct,accepted\na,1,1\nb,0,1\nc,1,0\nd,0,0\n")),
    );
    hold("fit", &object(typed("fit - --json --replicas 20", "task,correct,accepted\na,1,1\nb,1,0\n")));
    hold("fit", &object(typed("fit - --json --replicas 20 --k 2", "task,passed\na,1\na,0\nb,1\n")));
    hold("plan-logs", &planned("plan --logs examples/runs.csv --target 0.9 --at-most 3 --json", ""));
    let folder = tempfile::tempdir().expect("a folder");
    for (name, scenario) in [("a.toml", PLAIN), ("b.toml", WEIGHTED)] {
        std::fs::write(folder.path().join(name), scenario).expect("a file");
    }
    let tally = typed("simulate - --trials 1000 --shard 1/2", PLAIN).output().expect("an output").stdout;
    std::fs::write(folder.path().join("part.json"), tally).expect("a file");
    let mut missing = typed("merge part.json --missing --json", "");
    missing.current_dir(&folder);
    hold("merge-missing", &object(missing));
    let mut compare = typed("compare a.toml b.toml --trials 1000 --json", "");
    compare.current_dir(&folder);
    hold("compare", &object(compare));
    hold("replay", &object(typed("replay --logs examples/runs.csv ada majority(ada,bob,eve) --json", "")));
    hold("compare-logs", &object(typed("compare --logs examples/runs.csv ada bob --json", "")));
    hold("compare-logs", &object(typed("compare --logs examples/runs.csv ada bob eve --json", "")));
    assert_eq!(seen.len(), schemas.len(), "only these have been tried: {seen:?}");
}

/// What of `value` does not conform to `schema`, of the keywords that generated schemas use; any other keyword is an
/// error, so that none is passed over. Keys that the schema does not name are errors too: an output has no field
/// without a type.
fn violations(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let Some(keywords) = schema.as_object() else { return Vec::new() };
    let mut errors = Vec::new();
    let wrong = |what: &str| vec![format!("{path}: {what}")];
    for (keyword, argument) in keywords {
        errors.extend(match keyword.as_str() {
            "$schema" | "title" | "description" | "format" | "$defs" | "default" => Vec::new(),
            "$ref" => {
                let pointer = argument.as_str().expect("a reference").trim_start_matches('#');
                violations(root, root.pointer(pointer).expect("a definition"), value, path)
            }
            "type" => {
                let names = argument.as_array().cloned().unwrap_or_else(|| vec![argument.clone()]);
                if names.iter().any(|name| is_of(value, name)) {
                    Vec::new()
                } else {
                    wrong(&format!("{value} is no {argument}"))
                }
            }
            "anyOf" | "oneOf" => {
                let all = argument.as_array().expect("schemas").iter();
                let mut of_each: Vec<_> = all.map(|schema| violations(root, schema, value, path)).collect();
                of_each.sort_by_key(Vec::len);
                of_each.into_iter().next().unwrap_or_default()
            }
            "const" => {
                if value == argument {
                    Vec::new()
                } else {
                    wrong("another constant")
                }
            }
            "enum" => {
                if argument.as_array().expect("values").contains(value) {
                    Vec::new()
                } else {
                    wrong("not listed")
                }
            }
            "minimum" => {
                if value.as_f64().is_none_or(|value| Some(value) >= argument.as_f64()) {
                    Vec::new()
                } else {
                    wrong("below the minimum")
                }
            }
            "maximum" => {
                if value.as_f64().is_none_or(|value| Some(value) <= argument.as_f64()) {
                    Vec::new()
                } else {
                    wrong("above the maximum")
                }
            }
            "minItems" | "maxItems" => {
                let (length, limit) =
                    (value.as_array().map(Vec::len), argument.as_u64().expect("a number") as usize);
                let fits =
                    length.is_none_or(
                        |length| if keyword == "minItems" { length >= limit } else { length <= limit },
                    );
                if fits { Vec::new() } else { wrong("of another length") }
            }
            "prefixItems" => {
                let pairs =
                    argument.as_array().into_iter().flatten().zip(value.as_array().into_iter().flatten());
                pairs.flat_map(|(schema, item)| violations(root, schema, item, path)).collect()
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items
                    .flat_map(|(i, item)| violations(root, argument, item, &format!("{path}[{i}]")))
                    .collect()
            }
            "required" => {
                let keys = argument.as_array().expect("keys").iter().filter_map(Value::as_str);
                keys.filter(|key| value.get(key).is_none())
                    .flat_map(|key| wrong(&format!("{key} is missing")))
                    .collect()
            }
            "properties" => {
                let entries = value.as_object().into_iter().flatten();
                let open = keywords.get("additionalProperties").is_some_and(|open| open != false);
                entries
                    .flat_map(|(key, value)| match argument.get(key) {
                        Some(schema) => violations(root, schema, value, &format!("{path}.{key}")),
                        None if open => Vec::new(),
                        None => wrong(&format!("{key} is not in the schema")),
                    })
                    .collect()
            }
            "additionalProperties" => {
                let known = |key: &String| schema["properties"].get(key).is_some();
                let entries = value.as_object().into_iter().flatten().filter(|(key, _)| !known(key));
                entries
                    .flat_map(|(key, value)| violations(root, argument, value, &format!("{path}.{key}")))
                    .collect()
            }
            other => wrong(&format!("the keyword {other} is not checked")),
        });
    }
    errors
}

fn is_of(value: &Value, name: &Value) -> bool {
    match name.as_str().expect("a type") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    }
}
