//! Samples of lm-evaluation-harness: JSON lines, one for each document and filter.
//!
//! A document is there once for every filter (several ways to read the answer), with a value for each metric; one
//! filter and one metric count. The task and the model stand in the path alone: `MODEL/samples_TASK_DATE.jsonl`.

use super::input::Input;
use super::value::{Judge, Judgement, Name, Value, ValueVisitor};
use super::{agents, json};
use crate::collector::Collector;
use crate::error::LogError;
use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use crate::report::RunResult;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Fields that are not metrics.
const OTHER_FIELDS: &[&str] =
    &["doc", "target", "arguments", "resps", "filtered_resps", "doc_hash", "prompt_hash", "target_hash"];

/// Reads the lines.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, options } = input;
    let task = task(origin.stem());
    let agent = agents::folder(&origin.name).unwrap_or(origin.stem());
    let mut chosen = Chosen::new(options);
    let mut judge = Judge::new(options.pass_at);
    let mut take = |RowValue { doc_id, value }: RowValue| -> Result<(), String> {
        match judge.judge(&value)? {
            Judgement::Unscored => collector.leave_out("unscored"),
            Judgement::Run { correct, .. } => {
                let task = format!("{task}/{}", doc_id.0);
                collector.run(RunResult { task: &task, agent: Some(agent), trial: None, correct })?;
            }
        }
        Ok(())
    };
    json::rows(text, origin, |row: Row| chosen.row(row)?.map_or(Ok(()), &mut take))?;
    let notes = chosen.finish(take).map_err(|problem| origin.wrong_as_a_whole(problem))?;
    for note in notes.into_iter().chain(judge.note()) {
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
    /// All other fields except those known not to be metrics.
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
                _ => {
                    let value = map.next_value_seed(ValueVisitor { keeps_table: false })?;
                    values.insert(key.into_owned(), value);
                }
            }
        }
        let doc_id = doc_id.ok_or_else(|| A::Error::missing_field("doc_id"))?;
        Ok(Row { doc_id, filter, metrics, values })
    }
}

/// What counts of a row.
struct RowValue {
    doc_id: Name,
    value: Value,
}

/// The filter and the metric that count: the chosen ones, else the only ones.
struct Chosen<'a> {
    wanted_filter: Option<&'a str>,
    wanted_metric: Option<&'a str>,
    /// Number of rows of each filter.
    rows: BTreeMap<String, u64>,
    /// The values under the first filter that was not chosen, in case it is the only one.
    aside: Vec<RowValue>,
}

impl<'a> Chosen<'a> {
    fn new(options: &'a ReadOptions) -> Self {
        let (wanted_filter, wanted_metric) = (options.filter.as_deref(), options.score.as_deref());
        Self { wanted_filter, wanted_metric, rows: BTreeMap::new(), aside: Vec::new() }
    }

    /// What counts of this row, if it is already clear that it counts.
    fn row(&mut self, mut row: Row) -> Result<Option<RowValue>, String> {
        let filter = row.filter.take().unwrap_or_else(|| "none".into());
        let is_wanted = self.wanted_filter.is_none_or(|wanted| wanted == filter);
        let is_first = self.rows.is_empty() || self.rows.contains_key(&filter);
        *self.rows.entry(filter).or_default() += 1;
        if self.wanted_filter.is_none() && self.rows.len() > 1 {
            let filters = list(self.rows.keys());
            return Err(format!("there are rows of several filters, {filters}: choose one with --filter"));
        }
        if !(is_wanted || is_first && self.rows.len() == 1) {
            return Ok(None);
        }
        let metric = row.metric(self.wanted_metric)?;
        let value = row
            .values
            .remove(&metric)
            .ok_or_else(|| format!("{} is missing; it is among the metrics", quoted(&metric)))?;
        let value = RowValue { doc_id: row.doc_id, value };
        if is_wanted {
            self.aside.clear();
            return Ok(Some(value));
        }
        self.aside.push(value);
        Ok(None)
    }

    /// Passes on what was put aside, if that is all there is, and returns which rows do not count.
    fn finish(self, take: impl FnMut(RowValue) -> Result<(), String>) -> Result<Vec<String>, String> {
        let Self { wanted_filter, rows, aside, .. } = self;
        let Some(wanted) = wanted_filter.filter(|_| !rows.is_empty()) else { return Ok(Vec::new()) };
        if rows.len() == 1 {
            aside.into_iter().try_for_each(take)?;
            let only = rows.keys().filter(|filter| *filter != wanted);
            return Ok(only
                .map(|only| {
                    format!("filter {} counts, not {}: it is the only one", quoted(only), quoted(wanted))
                })
                .collect());
        }
        if !rows.contains_key(wanted) {
            return Err(format!("no row is of filter {}; there are {}", quoted(wanted), list(rows.keys())));
        }
        let others = rows.iter().filter(|(filter, _)| *filter != wanted);
        Ok(others
            .map(|(filter, rows)| {
                format!(
                    "{rows} rows of filter {} were skipped: they are the same runs with another filter",
                    quoted(filter)
                )
            })
            .collect())
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

    /// The chosen metric, else the only one.
    fn metric(&self, wanted: Option<&str>) -> Result<String, String> {
        let metrics = self.metrics();
        if let Some(wanted) = wanted.filter(|wanted| metrics.iter().any(|metric| metric == wanted)) {
            return Ok(wanted.to_owned());
        }
        let names = || list(metrics.iter().copied());
        match (&*metrics, wanted) {
            ([], _) => Err("this row has no metric such as exact_match".into()),
            ([only], _) => Ok((*only).clone()),
            (_, Some(wanted)) => {
                Err(format!("no metric is called {}; there are {}", quoted(wanted), names()))
            }
            (_, None) => Err(format!("there are several metrics, {}: choose one with --score", names())),
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
