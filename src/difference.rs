//! Where two JSON values differ, by path.

use serde_json::Value;

/// Maximum length of a value in a message.
const SHOWN_CHARACTERS: usize = 60;
/// Maximum number of differences in a message.
const MAX: usize = 5;

/// Lists the differences of two values, by their paths: at most five of them, each shortened.
///
/// ```
/// use serde_json::json;
/// let (theirs, ours) = (json!({"seed": 41, "trials": 100}), json!({"seed": 42, "trials": 100}));
/// assert_eq!(kofn::differences(&theirs, &ours), ["seed 41 and seed 42"]);
/// ```
pub fn differences(theirs: &Value, ours: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", Some(theirs), Some(ours), &mut found);
    if found.len() > MAX {
        let more = found.len() - MAX;
        found.truncate(MAX);
        found.push(format!("{more} more"));
    }
    found
}

fn compare(path: &str, theirs: Option<&Value>, ours: Option<&Value>, found: &mut Vec<String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (theirs, ours) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            let only_right = right.keys().filter(|key| !left.contains_key(*key));
            for key in left.keys().chain(only_right) {
                compare(&below(key), left.get(key), right.get(key), found);
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                compare(&format!("{path}[{index}]"), Some(left), Some(right), found);
            }
        }
        _ if theirs == ours => {}
        _ => found.push(format!("{path} {} and {path} {}", shown(theirs), shown(ours))),
    }
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "absent".into() };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_are_named_by_path() {
        let theirs = json!({"seed": 41, "same": [1], "scenario": {"rates": [0.1, 0.2], "old": true}});
        let ours = json!({"seed": 42, "same": [1], "scenario": {"rates": [0.1, 0.3], "new": [1]}});
        let expected = [
            "scenario.old true and scenario.old absent",
            "scenario.rates[1] 0.2 and scenario.rates[1] 0.3",
            "scenario.new absent and scenario.new [1]",
            "seed 41 and seed 42",
        ];
        assert_eq!(differences(&theirs, &ours), expected);
        assert_eq!(differences(&ours, &ours), Vec::<String>::new());
    }

    #[test]
    fn long_values_and_many_differences_are_cut() {
        let long = differences(&json!({"a": "ä".repeat(100)}), &json!({"a": 1}));
        assert_eq!(long, [format!("a \"{}… and a 1", "ä".repeat(59))]);
        let many = differences(&json!([0, 0, 0, 0, 0, 0, 0]), &json!([1, 1, 1, 1, 1, 1, 1]));
        assert_eq!((many.len(), many[5].as_str()), (6, "2 more"));
    }
}
