//! Samples of lm-evaluation-harness: JSON lines, one for each document and filter.
//!
//! A document is there once for every filter (several ways to read the answer), with a value for each metric; one filter and one metric
//! count. The task and the model stand in the path alone: `MODEL/samples_TASK_DATE.jsonl`.

use super::value::{Judge, Judgement, Name, Value, list};
use super::{agents, json};
use crate::logs::source::Origin;
use crate::logs::{Collector, LogError, Options, Run};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;

/// Fields that are no metrics.
const OTHER_FIELDS: &[&str] =
    &["doc", "target", "arguments", "resps", "filtered_resps", "doc_hash", "prompt_hash", "target_hash"];

/// Reads the lines.
pub(in crate::logs) fn read(
    input: &mut dyn BufRead,
    origin: &Origin,
    options: &Options,
    collector: &mut Collector,
) -> Result<(), LogError> {
    let task = task(origin.stem());
    let agent = agents::folder(&origin.name).unwrap_or(origin.stem());
    let mut chosen = Chosen::new(options);
    let mut judge = Judge::new(options.pass_at);
    json::rows(input, origin, |row: Row| {
        let Some(value) = chosen.value(&row)? else { return Ok(()) };
        match judge.judge(value)? {
            Judgement::Unscored => collector.leave_out("unscored"),
            Judgement::Run { correct, .. } => {
                let task = format!("{task}/{}", row.doc_id.0);
                collector.run(Run { task: &task, agent: Some(agent), trial: None, correct })?;
            }
        }
        Ok(())
    })?;
    chosen.check(collector).map_err(|problem| origin.wrong_as_a_whole(problem))?;
    if let Some(note) = judge.note() {
        collector.note(note);
    }
    Ok(())
}

/// The task out of `samples_TASK_DATE`.
fn task(stem: &str) -> &str {
    let task = stem.strip_prefix("samples_").unwrap_or(stem);
    match task.rsplit_once('_') {
        Some((task, date)) if !task.is_empty() && is_date(date) => task,
        _ => task,
    }
}

/// Whether it begins like 2026-11-23T.
fn is_date(text: &str) -> bool {
    let like = "0000-00-00T";
    text.len() > like.len()
        && text
            .chars()
            .zip(like.chars())
            .all(|(is, like)| if like == '0' { is.is_ascii_digit() } else { is == like })
}

struct Row {
    doc_id: Name,
    filter: Option<String>,
    metrics: Option<Vec<String>>,
    /// All other fields but those that are known to be no metrics.
    values: BTreeMap<String, Value>,
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `doc_id`, `filter` and the metrics")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let (mut doc_id, mut filter, mut metrics, mut values) = (None, None, None, BTreeMap::new());
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "doc_id" => doc_id = Some(map.next_value()?),
                "filter" => filter = map.next_value()?,
                "metrics" => metrics = map.next_value()?,
                other if OTHER_FIELDS.contains(&other) => drop(map.next_value::<IgnoredAny>()?),
                _ => drop(values.insert(key.into_owned(), map.next_value()?)),
            }
        }
        let doc_id = doc_id.ok_or_else(|| A::Error::missing_field("doc_id"))?;
        Ok(Row { doc_id, filter, metrics, values })
    }
}

/// The filter and the metric that count: those that were asked for, or the only ones.
struct Chosen<'a> {
    wanted_filter: Option<&'a str>,
    wanted_metric: Option<&'a str>,
    /// The filter that was found, where none was asked for.
    filter: Option<String>,
    /// Rows that count.
    rows: u64,
    /// Filters whose rows were passed over, because another was asked for.
    passed_over: BTreeMap<String, u64>,
}

impl<'a> Chosen<'a> {
    fn new(options: &'a Options) -> Self {
        Self {
            wanted_filter: options.filter.as_deref(),
            wanted_metric: options.score.as_deref(),
            filter: None,
            rows: 0,
            passed_over: BTreeMap::new(),
        }
    }

    /// The value that counts; nothing in a row of another filter than the one that was asked for.
    fn value<'r>(&mut self, row: &'r Row) -> Result<Option<&'r Value>, String> {
        let filter = row.filter.as_deref().unwrap_or("none");
        if self.wanted_filter.is_some_and(|wanted| wanted != filter) {
            *self.passed_over.entry(filter.to_owned()).or_default() += 1;
            return Ok(None);
        }
        let known = self.filter.get_or_insert_with(|| filter.to_owned());
        if known != filter {
            return Err(format!(
                "there are rows of several filters, {known}, {filter}: say by `filter` which one counts"
            ));
        }
        self.rows += 1;
        let metric = match self.wanted_metric {
            Some(metric) => metric,
            None => row.only_metric()?,
        };
        let value = row.values.get(metric);
        value
            .map(Some)
            .ok_or_else(|| format!("{metric} is missing; there are {}", list(row.metrics().into_iter())))
    }

    fn check(self, collector: &mut Collector) -> Result<(), String> {
        if let (0, Some(wanted)) = (self.rows, self.wanted_filter) {
            return Err(format!("no row is of filter {wanted}; there are {}", list(self.passed_over.keys())));
        }
        for (filter, rows) in self.passed_over {
            collector.note(format!(
                "{rows} rows of filter {filter} were passed over: the same runs, read in another way"
            ));
        }
        Ok(())
    }
}

impl Row {
    /// The metrics' names; rows of early versions do not list them, there they are the numbers.
    fn metrics(&self) -> Vec<&String> {
        match &self.metrics {
            Some(metrics) => metrics.iter().collect(),
            None => self
                .values
                .iter()
                .filter(|(_, value)| matches!(value, Value::Number(_)))
                .map(|(name, _)| name)
                .collect(),
        }
    }

    fn only_metric(&self) -> Result<&str, String> {
        match &*self.metrics() {
            [metric] => Ok(metric),
            [] => Err("there is no metric in this row; needed is one, like exact_match".into()),
            several => {
                let names = list(several.iter().copied());
                Err(format!("there are several metrics, {names}: say by `score` which one counts"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_task_is_between_the_mark_and_the_date() {
        assert_eq!(task("samples_gsm8k_cot_2026-11-23T03-25-19.123456"), "gsm8k_cot");
        assert_eq!(task("samples_gsm8k_cot"), "gsm8k_cot");
        assert_eq!(task("rows"), "rows");
        assert_eq!(task("samples_2026-11-23T03"), "2026-11-23T03");
    }
}
