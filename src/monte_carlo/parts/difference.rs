//! Where two JSON values differ, told by path.

use serde_json::Value;

/// No more of a value is shown.
const SHOWN_CHARACTERS: usize = 60;
/// No more differences are told.
const MAX: usize = 5;

/// What stands in `ours` and not so in `theirs`, such as `seed is 41 and not 42`.
pub(super) fn differences(theirs: &Value, ours: &Value) -> Vec<String> {
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
        _ => found.push(format!("{path} is {} and not {}", shown(theirs), shown(ours))),
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
    fn what_differs_is_told_by_path() {
        let theirs = json!({"seed": 41, "same": [1], "scenario": {"rates": [0.1, 0.2], "old": true}});
        let ours = json!({"seed": 42, "same": [1], "scenario": {"rates": [0.1, 0.3], "new": [1]}});
        let expected = [
            "scenario.old is true and not absent",
            "scenario.rates[1] is 0.2 and not 0.3",
            "scenario.new is absent and not [1]",
            "seed is 41 and not 42",
        ];
        assert_eq!(differences(&theirs, &ours), expected);
        assert_eq!(differences(&ours, &ours), Vec::<String>::new());
    }

    #[test]
    fn long_values_and_many_differences_are_cut() {
        let long = differences(&json!({"a": "ä".repeat(100)}), &json!({"a": 1}));
        assert_eq!(long, [format!("a is \"{}… and not 1", "ä".repeat(59))]);
        let many = differences(&json!([0, 0, 0, 0, 0, 0, 0]), &json!([1, 1, 1, 1, 1, 1, 1]));
        assert_eq!((many.len(), many[5].as_str()), (6, "2 more"));
    }
}
