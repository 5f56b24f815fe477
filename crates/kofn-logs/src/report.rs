//! What readers find: single runs, and what is said of a whole source.

use crate::collector::fingerprint;
use crate::options::AnswerComparison;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// One run of one agent on one task.
///
/// ```
/// use kofn_logs::RunResult;
/// let run = RunResult { task: "q1", correct: true, cost: Some(0.02), ..RunResult::default() };
/// assert_eq!((run.agent, run.cost), (None, Some(0.02)));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RunResult<'a> {
    /// The task, by the name that all logs give it.
    pub task: &'a str,
    /// The agent, where the log names it run by run.
    pub agent: Option<&'a str>,
    /// Which run of this agent on this task, where the log numbers them: the same may not come twice.
    pub trial: Option<&'a str>,
    /// Whether it was correct.
    pub correct: bool,
    /// What it answered, where the log says so.
    pub answer: Option<Answer>,
    /// The cluster of tasks that this one is in, where clusters are asked for.
    pub cluster: Option<&'a str>,
    /// What it cost, in the log's currency.
    pub cost: Option<f64>,
    /// How long it took.
    pub latency_ms: Option<f64>,
}

/// What a run answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing: a crash, an empty answer, one that could not be read.
    Silent,
    /// The answer with this [fingerprint](Self::of).
    Given(u128),
}

impl Answer {
    /// The answer that this text is: silent where it is blank. Texts that differ only in the white space around them,
    /// or in how Unicode writes the same characters (normalization form C), are the same answer.
    ///
    /// ```
    /// use kofn_logs::Answer;
    /// assert_eq!(Answer::of(" Paris\n"), Answer::of("Paris"));
    /// assert_eq!(Answer::of("caf\u{e9}"), Answer::of("cafe\u{301}"));
    /// assert_eq!(Answer::of("  "), Answer::Silent);
    /// ```
    pub fn of(text: &str) -> Self {
        Self::compared(text, AnswerComparison::Text)
    }

    /// The answer that this text is where answers are compared in this way: silent where it is blank.
    ///
    /// ```
    /// use kofn_logs::{Answer, AnswerComparison::{Case, Exact, Numeric}};
    /// assert_eq!(Answer::compared("0.50", Numeric), Answer::compared(" .5", Numeric));
    /// assert_eq!(Answer::compared("Paris", Case), Answer::compared("PARIS", Case));
    /// assert_ne!(Answer::compared("Paris ", Exact), Answer::compared("Paris", Exact));
    /// ```
    pub fn compared(text: &str, how: AnswerComparison) -> Self {
        let plain = text.trim();
        if plain.is_empty() {
            return Self::Silent;
        }
        let composed = || -> Cow<'_, str> {
            if plain.is_ascii() { plain.into() } else { plain.nfc().collect::<String>().into() }
        };
        let same = match how {
            AnswerComparison::Exact => text.into(),
            AnswerComparison::Text => composed(),
            // By way of capital letters, so that ß is ss and both small sigmas are one.
            AnswerComparison::Case => {
                composed().to_uppercase().to_lowercase().nfc().collect::<String>().into()
            }
            AnswerComparison::Numeric => plain_number(plain).map_or_else(composed, Cow::Owned),
        };
        Self::Given(fingerprint(same.as_bytes()))
    }
}

/// Returns the one way to write a decimal number, digits and exponent, without rounding it; `None` of what is none.
fn plain_number(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = without_separators(whole)?;
    let digits = format!("{whole}{places}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent.parse::<i64>().ok()?.checked_sub(places.len() as i64)?;
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some("0".into());
    }
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    Some(format!("{sign}{significant}e{}", exponent.checked_add(zeros as i64)?))
}

/// A whole number without the commas before every third digit from the right; `None` where commas stand elsewhere.
fn without_separators(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let is_grouped = groups.clone().all(|group| group.len() == 3);
    let is_plain = groups.clone().next().is_none();
    (is_plain || is_grouped && (1..=3).contains(&first.len())).then(|| whole.replace(',', ""))
}

/// What was found in one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SourceReport {
    /// The file's name.
    pub name: String,
    /// Its format.
    pub format: String,
    /// Runs that count.
    pub runs: u64,
    /// Those of them that were correct.
    pub correct: u64,
    /// Runs that say nothing about the agent, by the reason.
    pub left_out: BTreeMap<String, u64>,
    /// What a reader of the results should know: totals that differ from those that the log states, a run that was
    /// cancelled.
    pub notes: Vec<String>,
}
