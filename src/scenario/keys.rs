//! Every key of the scenario file, described once: for help, for messages, and to find keys that are misspelled.

use super::range::{COST, COST_PER_AGENT, COUNT, POSITIVE_INTEGER, RATE, WEIGHT};
use super::scheme::STAGE_KEYS;
use super::{About, Dependence, Key, Scheme};

/// The range of the number of wrong answers.
pub(super) const WRONG_ANSWERS: &str = "\"same\", \"distinct\", a whole number from 1 to 9223372036854775807, or a table such as { collision = 0.6 }";
/// The range of the collision of wrong answers.
pub(super) const COLLISION: &str = "above 0 and at most 1 (for 0 say \"distinct\")";
/// The range of the discount of wrong answers.
pub(super) const DISCOUNT: &str = "at least 0 and below 1";
/// How agents are called.
pub(super) const CONCURRENCY: &str = "\"parallel\" or \"sequential\"";
/// One name per agent.
pub(super) const NAMES: &str = "a list of distinct strings, one for each agent";
/// A name.
pub(super) const NAME: &str = "a text that is not empty";
/// One rate per agent.
pub(super) const RATES: &str = "a list of numbers between 0 and 1, one for each agent";

/// Every key of the scenario file, in the order of the help. The keys in the tables `scheme` and `dependence`
/// depend on their `rule` and `model`: they are the parameters of [`Scheme::ALL`] and [`Dependence::ALL`].
///
/// ```
/// use kofn::scenario::KEYS;
/// let key = KEYS.iter().find(|key| key.path == "agents.failure_rate").unwrap();
/// assert_eq!((key.allowed, key.default), ("between 0 and 1", "required, unless agents.failure_rates or tasks are given"));
/// ```
pub const KEYS: &[Key] = &[
    Key::required(
        "scheme",
        "the name of a scheme, or a table with its rule",
        "how answers become one outcome",
    ),
    Key::required("scheme.rule", "the name of a scheme", "which scheme; its parameters stand beside it"),
    Key::optional(
        "agents.count",
        COUNT,
        "1 where the scheme calls one agent, else required, unless agents.failure_rates is given",
        "number of agents",
    ),
    Key::optional(
        "agents.failure_rate",
        RATE,
        "required, unless agents.failure_rates or tasks are given",
        "probability that an agent fails, equal for all agents",
    ),
    Key::optional(
        "agents.failure_rates",
        RATES,
        "agents.failure_rate for each",
        "one failure rate per agent, instead of agents.count and agents.failure_rate",
    ),
    Key::optional(
        "agents.names",
        NAMES,
        "agent 1, agent 2, …",
        "names of the agents, told wherever an agent is",
    ),
    Key::optional(
        "failures.hallucination",
        RATE,
        "1 if no share is given, else 0",
        "share of failures that are plausible wrong answers, which vote; the three shares sum to 1",
    ),
    Key::optional(
        "failures.corruption",
        RATE,
        "0",
        "share of failures that are malformed answers, which do not vote",
    ),
    Key::optional("failures.crash", RATE, "0", "share of failures without any answer, which do not vote"),
    Key::optional(
        "failures.wrong_answers",
        WRONG_ANSWERS,
        "\"same\"",
        "what wrong agents answer: all the same, all different, one of m equally likely answers, or a table that says \
         how often two of them agree",
    ),
    Key::required(
        "failures.wrong_answers.collision",
        COLLISION,
        "probability that two wrong agents give the same answer",
    ),
    Key::optional(
        "failures.wrong_answers.discount",
        DISCOUNT,
        "0",
        "a larger discount gives more wrong answers that only one agent gives, at the same collision",
    ),
    Key::optional(
        "failures.wrong_answers.answers",
        POSITIVE_INTEGER,
        "unlimited",
        "number of possible wrong answers, which are not equally likely; not beside discount",
    ),
    Key::optional(
        "dependence",
        "the name of a model, or a table with its model",
        "\"independent\"",
        "how the agents' failures are correlated",
    ),
    Key::required("dependence.model", "the name of a model", "which model; its parameter stands beside it"),
    Key::required("tasks[].weight", WEIGHT, "how common this class of tasks is, relative to the others"),
    Key::optional(
        "tasks[].failure_rate",
        RATE,
        "required, unless failure_rates is given",
        "failure rate on this class, equal for all agents",
    ),
    Key::optional(
        "tasks[].failure_rates",
        RATES,
        "failure_rate for each",
        "one failure rate per agent on this class",
    ),
    Key::optional(
        "tasks[].validator_failure_rate",
        RATE,
        "that of the scheme",
        "failure rate of the validator on this class; given in every class or in none",
    ),
    Key::required("filter.accepts_correct", RATE, "probability that a correct answer may vote"),
    Key::required("filter.accepts_wrong", RATE, "probability that a wrong answer may vote"),
    Key::optional(
        "costs.call",
        COST_PER_AGENT,
        "required if any price is given",
        "price of one call of an agent",
    ),
    Key::optional("costs.validation", COST, "required where there is a validator", "price of one validation"),
    Key::optional("costs.call_latency", COST_PER_AGENT, "no latency is computed", "time that one call takes"),
    Key::optional(
        "costs.validation_latency",
        COST,
        "required where there is a validator and costs.call_latency is given",
        "time that one validation takes",
    ),
    Key::optional(
        "costs.agents",
        CONCURRENCY,
        "\"parallel\"",
        "whether agents are called at once or one after the other",
    ),
];

/// Returns the known keys of the table at `path`, where `holds` says whether it holds a text under a key;
/// `None` where no table belongs.
pub(super) fn known(path: &str, holds: &dyn Fn(&str, &str) -> bool) -> Option<Vec<&'static str>> {
    let named = |tag: &'static str, all: &'static [About]| {
        // Without a known name the table may hold the keys of any.
        let meant =
            all.iter().position(|about| holds(tag, about.name)).map_or(all, |place| &all[place..=place]);
        let mut names = vec![tag];
        names.extend(meant.iter().flat_map(|about| about.parameters).map(|key| key.path));
        Some(names)
    };
    match path {
        "dependence" => named("model", Dependence::ALL),
        "scheme" => named("rule", Scheme::ALL),
        _ if path.ends_with(".vote") || path.ends_with("stages[].scheme") => named("rule", Scheme::ALL),
        _ if path.ends_with("scheme.stages[]") => Some(STAGE_KEYS.to_vec()),
        _ => {
            let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
            let below = KEYS.iter().filter_map(|key| key.path.strip_prefix(&*prefix));
            let mut names: Vec<&str> = below.filter_map(|rest| rest.split(['.', '[']).next()).collect();
            names.dedup();
            (!names.is_empty()).then_some(names)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;
    use toml::{Table, Value};

    const AGENTS: &str = "scheme = 'single'\nagents.failure_rate = 0.5\ncosts = { call = 1, validation = 1 }\n\
                          failures = {}\nfilter = { accepts_correct = 1, accepts_wrong = 1 }";
    const TASKS: &str = "scheme = 'single'\n[[tasks]]\nweight = 1\nfailure_rate = 0.5";

    /// The scenario with `true` under this key, which no key takes.
    fn wrong(scenario: &str, path: &str) -> String {
        let mut table: Table = scenario.parse().expect("an example in TOML");
        let mut inner = &mut table;
        let (tables, last) =
            path.rsplit_once('.').map_or((None, path), |(tables, last)| (Some(tables), last));
        for step in tables.into_iter().flat_map(|tables| tables.split('.')) {
            let entry = inner.entry(step.trim_end_matches("[0]")).or_insert_with(|| Table::new().into());
            inner = match entry {
                Value::Array(items) => items[0].as_table_mut().expect("a list of tables"),
                entry => {
                    if let Value::String(name) = entry {
                        let tag = if step == "dependence" { "model" } else { "rule" };
                        *entry = Table::from_iter([(tag.to_owned(), name.clone().into())]).into();
                    }
                    entry.as_table_mut().expect("a table")
                }
            };
        }
        inner.insert(last.into(), true.into());
        table.to_string()
    }

    /// What is described is read: a value that no key takes is refused under its name.
    #[test]
    fn every_key_is_read() {
        let fixed = KEYS.iter().map(|key| {
            let base = if key.path.starts_with("tasks") { TASKS } else { AGENTS };
            (base, key.path.replace("[]", "[0]"))
        });
        let parameters = [("scheme", Scheme::ALL), ("dependence", Dependence::ALL)].into_iter().flat_map(
            |(table, all)| {
                let of = move |about: &'static About| {
                    about.parameters.iter().map(move |key| (about.example, format!("{table}.{}", key.path)))
                };
                all.iter().flat_map(of)
            },
        );
        for (base, path) in fixed.chain(parameters) {
            let text = wrong(base, &path);
            let error = Scenario::from_toml(&text).expect_err(&text);
            assert_eq!(&*error.key, path.as_str(), "{error}:\n{text}");
        }
    }
}
