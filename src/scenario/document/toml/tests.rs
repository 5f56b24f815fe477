//! The tree is the one that the crate `toml` makes of the same text, and what it refuses is refused.

use super::super::{Node, Source, Value};
use proptest::prelude::*;
use toml::de::{DeTable, DeValue};

/// Lines that open, extend and close tables in every way, over few keys, so that they meet.
fn line() -> impl Strategy<Value = String> {
    let key =
        prop::sample::select(vec!["a", "b", "c", "a.b", "b.a", "a.b.c", "\"a\"", "'b'.c", "\"\\u0061\".a"]);
    let value = prop::sample::select(vec![
        "1",
        "1.5",
        "-0x1",
        "'x'",
        "\"\\n\"",
        "true",
        "1979-05-27",
        "[1, [2.5], {a = 1}]",
        "{}",
        "{a.b = 1, a.c = 2}",
        "{a = 1, a = 2}",
        "{a = {b = 1}, a.c = 2}",
        "[",
        "{a.b.c = 1, a.b = 2}",
        "\"\"\"\nx\"\"\"",
        "01",
        "[1,\n2, # c\n]",
    ]);
    prop_oneof![
        3 => key.clone().prop_map(|key| format!("[{key}]")),
        2 => key.clone().prop_map(|key| format!("[[{key}]]")),
        5 => (key, value).prop_map(|(key, value)| format!("{key} = {value}")),
    ]
}

fn ours(text: &str) -> Result<Node<'_>, crate::scenario::Error> {
    super::parse(text, &Source::File { name: "x".into(), text })
}

fn same(ours: &Value<'_>, theirs: &DeValue<'_>) -> bool {
    match (ours, theirs) {
        (Value::Table(ours), DeValue::Table(theirs)) => same_table(ours, theirs),
        (Value::List(ours), DeValue::Array(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs.iter()).all(|(ours, theirs)| same(&ours.value, theirs.get_ref()))
        }
        (Value::Text(ours), DeValue::String(theirs)) => ours == theirs,
        (Value::Number(ours), DeValue::Float(theirs)) => *ours == theirs.as_str(),
        (Value::Number(ours), DeValue::Integer(theirs)) => *ours == theirs.to_string(),
        (Value::Other(ours), DeValue::Boolean(theirs)) => *ours == theirs.to_string(),
        (Value::Other(ours), DeValue::Datetime(theirs)) => *ours == theirs.to_string(),
        _ => false,
    }
}

fn same_table(ours: &[(super::Key<'_>, Node<'_>)], theirs: &DeTable<'_>) -> bool {
    ours.len() == theirs.len()
        && ours
            .iter()
            .all(|(key, node)| theirs.get(&*key.name).is_some_and(|value| same(&node.value, value.get_ref())))
}

/// Whether both refuse the text, or both make the same tree of it.
fn agree(text: &str) -> bool {
    match (ours(text), DeTable::parse(text)) {
        (Ok(ours), Ok(theirs)) => {
            matches!(&ours.value, Value::Table(ours) if same_table(ours, theirs.get_ref()))
        }
        (Err(_), Err(_)) => true,
        // TOML forbids to extend a list of tables by a dotted key; the crate lets it pass.
        (Err(error), Ok(theirs)) => is_list(theirs.get_ref(), &error.key),
        (Ok(_), Err(_)) => false,
    }
}

/// Whether a list stands at this path.
fn is_list(table: &DeTable<'_>, path: &str) -> bool {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let value = table.get(name.trim_end_matches("[0]")).map(|value| value.get_ref());
    match value {
        Some(DeValue::Array(list)) if !rest.is_empty() => {
            list.iter().any(|value| value.get_ref().as_table().is_some_and(|table| is_list(table, rest)))
        }
        Some(DeValue::Array(_)) => rest.is_empty(),
        Some(DeValue::Table(table)) => is_list(table, rest),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_tree_is_that_of_the_crate_toml(lines in prop::collection::vec(line(), 1..7)) {
        let text = lines.join("\n");
        prop_assert!(agree(&text), "{}\n{:?}\n{:?}", text, ours(&text), DeTable::parse(&text));
    }
}

/// Enough keys for a table to be searched by hash: each is found when it comes again.
#[test]
fn a_table_of_many_keys_finds_its_own() {
    let lines: Vec<_> = (0..40).map(|index| format!("key-{index}.a = {index}")).collect();
    let text = lines.join("\n");
    assert!(ours(&text).is_ok() && agree(&text));
    for index in 0..40 {
        for again in [format!("key-{index} = 1"), format!("key-{index}.a = 1"), format!("[key-{index}]")] {
            let text = format!("{text}\n{again}");
            assert!(ours(&text).is_err() && agree(&text), "{again}");
        }
    }
}

/// Both accept a good share of the texts that are drawn, and refuse a good share: else agreement would mean little.
#[test]
fn the_lines_make_good_and_bad_texts() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let lines = prop::collection::vec(line(), 1..7);
    let accepted = (0..1000)
        .filter(|_| {
            let text = lines.new_tree(&mut runner).map(|tree| tree.current().join("\n"));
            ours(&text.unwrap_or_default()).is_ok()
        })
        .count();
    assert!((100..900).contains(&accepted), "{accepted}");
}
