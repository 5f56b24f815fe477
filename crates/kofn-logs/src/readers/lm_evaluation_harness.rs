//! Samples of lm-evaluation-harness: a row for each document and filter.
//!
//! A document is there once for every filter (several ways to read the answer), with a value for each metric; one
//! filter and one metric count. The task and the model stand in the path alone: `MODEL/samples_TASK_DATE.jsonl`, or
//! before that `MODEL_TASK.jsonl`.
//!
//! | version | rows |
//! |---|---|
//! | 0.4.7 on | JSON lines with `filter` and `metrics` |
//! | 0.4.3 to 0.4.6 | without both: filters are known by the order of a document's rows |
//! | 0.4.0 to 0.4.2 | the same, as one JSON list |

use super::input::Input;
use super::json;
use super::judge::{Judge, Judgement};
use super::sketch::Start;
use super::value::{Name, Value, ValueVisitor};
use crate::collector::{Asked, Collector, fingerprint};
use crate::error::LogError;
use crate::format::Format;
use crate::options::ReadOptions;
use crate::quote::{count, list, quoted};
use crate::report::RunResult;
use crate::source::NamedAfter;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "lm-evaluation-harness",
    files: "samples, from version 0.4 on, as JSON lines or a list",
    is: |start| {
        let row = start.rows().first();
        row.is_some_and(|row| {
            row.get("doc_id").is_some()
                && (row.get("filtered_resps").is_some()
                    || row.get("resps").is_some()
                    || row.has(&["filter", "metrics"]))
        })
    },
    read,
};

/// The totals that stand beside the samples.
pub(super) fn no_log(start: &Start<'_>) -> Option<&'static str> {
    let is_totals = start.document().is_some_and(|log| log.has(&["results", "versions"]));
    is_totals.then_some(
        "these are the totals of lm-evaluation-harness: give its samples_*.jsonl (written with --log_samples)",
    )
}

/// Fields that are not metrics.
const OTHER_FIELDS: &[&str] = &[
    "target",
    "arguments",
    "resps",
    "filtered_resps",
    "doc_hash",
    "prompt_hash",
    "target_hash",
    "fewshot_num",
    "task",
    "task_name",
    "idx",
    "index",
    "input",
    "schema_version",
];

/// Reads the rows.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, options } = input;
    let is_samples = origin.stem().starts_with("samples_");
    let task = if is_samples { task(origin.stem()) } else { "" };
    match origin.folder().filter(|_| is_samples) {
        // The samples of other tasks in this folder are of the same model.
        Some(folder) => collector.made_by_anywhere(folder),
        None => collector.named_after(NamedAfter::label_without(&[])),
    }
    collector.offers(Asked::Cluster, ["task"]);
    let mut chosen = Chosen::new(options);
    let mut judge = Judge::new(options.pass_at);
    let mut take = |row: RowValue, collector: &mut Collector| -> Result<(), String> {
        judge.named(&row.metric);
        match judge.judge(&row.value)? {
            Judgement::Unscored => collector.leave_out("unscored"),
            Judgement::Run { correct, .. } => {
                let RowValue { doc_id, answer, content: row_content, .. } = row;
                let id = match task {
                    "" => {
                        // Only the contents tell the documents of different tasks apart.
                        collector.check_content(&doc_id.0, &row_content).map_err(|other| {
                            format!(
                                "document {} here differs from document {} in {}; rename the files to \
                                 samples_TASK_DATE.jsonl, so that their tasks are known",
                                quoted(&doc_id.0),
                                quoted(&doc_id.0),
                                quoted(&other)
                            )
                        })?;
                        doc_id.0
                    }
                    task => format!("{task}/{}", doc_id.0),
                };
                let cluster = Some(task).filter(|task| !task.is_empty());
                // A document has one run: a second one is another filter, or another log.
                let trial = Some("");
                collector.run(RunResult {
                    task: &id,
                    trial,
                    correct,
                    answer: answer.map(|text| collector.answer(&text)),
                    cluster,
                    ..RunResult::default()
                })?;
            }
        }
        Ok(())
    };
    let mut row = |row: Row| {
        let kept = chosen.row(row, collector)?;
        kept.map_or(Ok(()), |row| take(row, collector))
    };
    // Documents and responses are long, and mostly not needed.
    let has_filters = start.rows().first().is_some_and(|row| row.get("filter").is_some());
    if is_samples && has_filters {
        json::rows_or_list(text, origin, start, |RowOf(of): RowOf<false>| row(of))?;
    } else {
        json::rows_or_list(text, origin, start, |RowOf(of): RowOf<true>| row(of))?;
    }
    let notes =
        chosen.finish(|row| take(row, collector)).map_err(|problem| origin.wrong_as_a_whole(problem))?;
    for note in notes.into_iter().chain(judge.notes()) {
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
    /// The responses, and what the filter made of them.
    responses: Option<u128>,
    answer: Option<String>,
    /// The document.
    content: Option<u128>,
    /// All other fields except those known not to be metrics.
    values: BTreeMap<String, Value>,
}

/// A row, with the fingerprints of its document and its responses or without.
struct RowOf<const WHOLE: bool>(Row);

impl<'de, const WHOLE: bool> Deserialize<'de> for RowOf<WHOLE> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RowVisitor::<WHOLE>).map(Self)
    }
}

struct RowVisitor<const WHOLE: bool>;

impl<'de, const WHOLE: bool> Visitor<'de> for RowVisitor<WHOLE> {
    type Value = Row;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `doc_id`, `filter` and the metrics")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let (mut doc_id, mut filter, mut metrics, mut values) = (None, None, None, BTreeMap::new());
        let (mut responses, mut answer, mut content) = (None, None, None);
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "doc_id" => doc_id = Some(map.next_value()?),
                "filter" => filter = map.next_value()?,
                "metrics" => metrics = map.next_value()?,
                "doc" | "resps" if !WHOLE => drop(map.next_value::<IgnoredAny>()?),
                "resps" => responses = Some(fingerprint(map.next_value::<Box<RawValue>>()?.get().as_bytes())),
                "doc" => content = Some(fingerprint(map.next_value::<Box<RawValue>>()?.get().as_bytes())),
                "filtered_resps" => answer = map.next_value::<Responses>()?.answer(),
                other if OTHER_FIELDS.contains(&other) => drop(map.next_value::<IgnoredAny>()?),
                _ => {
                    let value = map.next_value_seed(ValueVisitor::score())?;
                    values.insert(key.into_owned(), value);
                }
            }
        }
        let doc_id = doc_id.ok_or_else(|| A::Error::missing_field("doc_id"))?;
        Ok(Row { doc_id, filter, metrics, responses, answer, content, values })
    }
}

/// The answer: the text of the first response, or of a multiple choice the most likely option, by its number.
#[derive(Default)]
struct Responses {
    first: Option<String>,
    /// The most likely option and its logarithm of likelihood.
    best: Option<(usize, f64)>,
    count: usize,
}

impl Responses {
    fn answer(self) -> Option<String> {
        let best = self.best.filter(|_| self.count > 1);
        self.first.or(best.map(|(place, _)| place.to_string()))
    }

    fn take(&mut self, response: Response) {
        match response {
            Response::Text(answer) if self.count == 0 => self.first = Some(answer),
            Response::Option(likelihood) if self.best.is_none_or(|(_, most)| likelihood > most) => {
                self.best = Some((self.count, likelihood));
            }
            Response::Text(_) | Response::Option(_) | Response::Other => {}
        }
        self.count += 1;
    }
}

impl<'de> Deserialize<'de> for Responses {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ResponsesVisitor)
    }
}

struct ResponsesVisitor;

impl<'de> Visitor<'de> for ResponsesVisitor {
    type Value = Responses;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of responses")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Responses, A::Error> {
        let mut responses = Responses::default();
        while let Some(response) = list.next_element()? {
            responses.take(response);
        }
        Ok(responses)
    }

    fn visit_str<E>(self, text: &str) -> Result<Responses, E> {
        Ok(Responses { first: Some(text.to_owned()), ..Responses::default() })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Responses, E> {
        Ok(Responses::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Responses, E> {
        Ok(Responses::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Responses, E> {
        Ok(Responses::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Responses, E> {
        Ok(Responses::default())
    }

    fn visit_unit<E>(self) -> Result<Responses, E> {
        Ok(Responses::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Responses, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Responses::default())
    }
}

/// A response, or the likelihood of an option.
enum Response {
    Text(String),
    Option(f64),
    Other,
}

impl<'de> Deserialize<'de> for Response {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ResponseVisitor)
    }
}

struct ResponseVisitor;

impl<'de> Visitor<'de> for ResponseVisitor {
    type Value = Response;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a response")
    }

    fn visit_str<E>(self, text: &str) -> Result<Response, E> {
        Ok(Response::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Response, A::Error> {
        let likelihood = list.next_element_seed(ValueVisitor::score())?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(match likelihood {
            Some(Value::Number(likelihood)) => Response::Option(likelihood),
            Some(Value::Text(text)) => text.parse().map_or(Response::Other, Response::Option),
            _ => Response::Other,
        })
    }

    fn visit_bool<E>(self, _: bool) -> Result<Response, E> {
        Ok(Response::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Response, E> {
        Ok(Response::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Response, E> {
        Ok(Response::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Response, E> {
        Ok(Response::Other)
    }

    fn visit_unit<E>(self) -> Result<Response, E> {
        Ok(Response::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Response, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Response::Other)
    }
}

/// What counts of a row.
struct RowValue {
    doc_id: Name,
    metric: String,
    value: Value,
    answer: Option<String>,
    /// What the document says, as a fingerprint in text.
    content: String,
}

/// The filter and the metric that count: the chosen ones, else the only ones.
struct Chosen<'a> {
    wanted_filter: Option<&'a str>,
    wanted_metric: Option<&'a str>,
    /// Number of rows of each filter.
    rows: BTreeMap<String, u64>,
    /// Of rows without a filter's name: for each document how many rows there were, and its responses.
    documents: HashMap<String, (u32, Option<u128>)>,
    /// The values under the first filter that was not chosen, in case it is the only one.
    aside: Vec<RowValue>,
}

impl<'a> Chosen<'a> {
    fn new(options: &'a ReadOptions) -> Self {
        Self {
            wanted_filter: options.filter.as_deref(),
            wanted_metric: options.score.as_deref(),
            rows: BTreeMap::new(),
            documents: HashMap::new(),
            aside: Vec::new(),
        }
    }

    /// The name of the row's filter: its number among the rows of its document where it has none.
    fn filter(&mut self, row: &mut Row) -> Result<String, String> {
        if let Some(filter) = row.filter.take() {
            return Ok(filter);
        }
        let known = self.documents.entry(row.doc_id.0.clone()).or_insert((0, row.responses));
        if known.0 > 0 && known.1 != row.responses {
            return Err(format!(
                "document {} is there twice with different responses: these are two logs; give each as a file",
                quoted(&row.doc_id.0)
            ));
        }
        known.0 += 1;
        Ok(known.0.to_string())
    }

    /// What counts of this row, if it is already clear that it counts.
    fn row(&mut self, mut row: Row, collector: &mut Collector) -> Result<Option<RowValue>, String> {
        let has_names = row.filter.is_some();
        let filter = self.filter(&mut row)?;
        collector.offers(Asked::Filter, [&filter]);
        let is_wanted = self.wanted_filter.is_none_or(|wanted| wanted == filter);
        let is_first = self.rows.is_empty() || self.rows.contains_key(&filter);
        *self.rows.entry(filter).or_default() += 1;
        if self.wanted_filter.is_none() && self.rows.len() > 1 {
            return Err(match has_names {
                true => format!(
                    "there are rows of several filters, {}: choose one with --filter",
                    list(self.rows.keys())
                ),
                false => format!(
                    "document {} is there twice with the same responses: these are rows of two filters without names; \
                     choose one by its number, as in --filter 1",
                    quoted(&row.doc_id.0)
                ),
            });
        }
        if !(is_wanted || is_first && self.rows.len() == 1) {
            return Ok(None);
        }
        let metric = row.metric(self.wanted_metric, collector)?;
        let value = row
            .values
            .remove(&metric)
            .ok_or_else(|| format!("metrics lists {}, but this row has no value for it", quoted(&metric)))?;
        let content = row.content.map_or_else(String::new, |content| format!("{content:x}"));
        let value = RowValue { doc_id: row.doc_id, metric, value, answer: row.answer, content };
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
                    format!(
                        "this log has only filter {}, which is used although --filter asks for {}",
                        quoted(only),
                        quoted(wanted)
                    )
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
                    "skipped {} of filter {}: the same runs with a different filter",
                    count(*rows, "row"),
                    quoted(filter)
                )
            })
            .collect())
    }
}

/// The metrics of the tool's tasks that are grades, by which a row without a list of its metrics is read.
pub(super) const METRICS: &[&str] = &[
    "acc",
    "acc_norm",
    "acc_bytes",
    "acc_mutual_info",
    "exact_match",
    "em",
    "contains",
    "pass@1",
    "pass_at_1",
    "mc1",
    "math_verify",
    "prompt_level_strict_acc",
    "prompt_level_loose_acc",
];

impl Row {
    /// The metrics' names; rows of early versions do not list them.
    fn metrics(&self) -> Vec<&String> {
        if let Some(metrics) = &self.metrics {
            return metrics.iter().collect();
        }
        let numbers = || {
            self.values.iter().filter(|(_, value)| matches!(value, Value::Number(_))).map(|(name, _)| name)
        };
        let known: Vec<_> = numbers().filter(|name| METRICS.contains(&name.as_str())).collect();
        if known.is_empty() { numbers().collect() } else { known }
    }

    /// The chosen metric, else the only one.
    fn metric(&self, wanted: Option<&str>, collector: &mut Collector) -> Result<String, String> {
        let metrics = self.metrics();
        collector.offers(Asked::Score, &metrics);
        if let Some(wanted) = wanted.filter(|wanted| metrics.iter().any(|metric| metric == wanted)) {
            return Ok(wanted.to_owned());
        }
        let names = || list(metrics.iter().copied());
        match (&*metrics, wanted) {
            ([], _) => Err("this row has no metric such as exact_match".into()),
            // Without a list of metrics any number may be one.
            ([only], None) if self.metrics.is_none() && !METRICS.contains(&only.as_str()) => Err(format!(
                "{} is the only number, but kofn does not know that it is a metric; if it is, add --score {}",
                quoted(only),
                quoted(only)
            )),
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
