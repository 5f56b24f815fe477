//! Which runs are correct, by their grades and scores.
//!
//! 0 and 1 and some words are grades. Any other number is a score, of which only the reader of a log knows what passes:
//! it is refused unless `--pass-at` says so.

use super::value::Value;
use crate::quote;
use std::fmt;

/// A field of a row, or a score, as text or typed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    /// There is no such field.
    Missing,
    /// `null`.
    Null,
    Text(&'a str),
    Number(f64),
    Flag(bool),
    /// A list or an object, which say nothing here.
    Nested,
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Number(number) => Self::Number(*number),
            Value::Text(text) => Self::Text(text),
            Value::Flag(flag) => Self::Flag(*flag),
            Value::Nothing => Self::Null,
            Value::List | Value::Table(_) => Self::Nested,
        }
    }
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("nothing"),
            Self::Null => formatter.write_str("null"),
            Self::Text(text) => formatter.write_str(&quote::value(text)),
            Self::Number(number) => write!(formatter, "{}", Shown(*number)),
            Self::Flag(flag) => write!(formatter, "{flag}"),
            Self::Nested => formatter.write_str("a list or an object"),
        }
    }
}

/// A number as a log writes it: `Infinity` is read as a number as large as numbers go.
struct Shown(f64);

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            number if number >= INFINITE => formatter.write_str("Infinity"),
            number if number <= -INFINITE => formatter.write_str("-Infinity"),
            number => write!(formatter, "{number}"),
        }
    }
}

/// What stands for infinity in JSON as it is read.
const INFINITE: f64 = 1e308;

/// What a field says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Grade {
    /// Nothing: it was not graded.
    None,
    /// A word that is a grade, as a number as Inspect's accuracy counts them: P is ½.
    Word(f64),
    /// A number.
    Score(f64),
}

/// The words that are grades, in any case.
const CORRECT: &[&str] = &["true", "yes", "pass", "passed", "correct"];
const WRONG: &[&str] = &["false", "no", "fail", "failed", "incorrect"];
/// The words that stand for no grade.
const NO_GRADE: &[&str] = &["", "null", "none", "nan", "n/a"];

/// Returns what a field says; nothing where it is no grade and no score.
pub(super) fn grade(cell: Cell<'_>) -> Option<Grade> {
    match cell {
        Cell::Missing | Cell::Null => Some(Grade::None),
        Cell::Flag(flag) => Some(Grade::Word(f64::from(u8::from(flag)))),
        Cell::Number(number) if number.is_nan() => Some(Grade::None),
        Cell::Number(number) => Some(Grade::Score(number)),
        Cell::Nested => None,
        Cell::Text(text) => in_words(text),
    }
}

fn in_words(text: &str) -> Option<Grade> {
    // What nearly all fields of tables are.
    match text {
        "1" => return Some(Grade::Score(1.0)),
        "0" => return Some(Grade::Score(0.0)),
        "C" => return Some(Grade::Word(1.0)),
        "P" => return Some(Grade::Word(0.5)),
        "I" | "N" => return Some(Grade::Word(0.0)),
        _ => {}
    }
    let text = text.trim_matches(|character: char| character.is_ascii_whitespace());
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(NO_GRADE) || text == super::json_text::NOT_A_NUMBER {
        Some(Grade::None)
    } else if is(CORRECT) {
        Some(Grade::Word(1.0))
    } else if is(WRONG) {
        Some(Grade::Word(0.0))
    } else {
        text.parse().ok().map(Grade::Score)
    }
}

/// Distinguishes correct runs from failures by their grades and scores.
#[derive(Debug)]
pub(super) struct Judge {
    pass_at: Option<f64>,
    /// The name of a metric of which less is better.
    less_is_better: Option<String>,
    /// Whether these are verdicts, for which no score passes.
    is_verdict: bool,
    /// Runs graded P that do not pass.
    partial: u64,
    /// Runs with a score.
    scored: u64,
    /// Those of them that passed.
    passed: u64,
}

/// What a score says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Judgement {
    /// The run was correct or not, and its score as a number.
    Run {
        correct: bool,
        score: f64,
    },
    Unscored,
}

/// Parts of the names of metrics of which less is better.
const ERRORS: &[&str] = &[
    "mae",
    "mse",
    "rmse",
    "ppl",
    "perplexity",
    "wer",
    "cer",
    "loss",
    "brier",
    "nll",
    "ter",
    "mape",
    "ece",
    "error",
    "errors",
    "failed",
    "failure",
    "failures",
    "wrong",
    "incorrect",
];

/// Whether less is better of what has this name.
pub(super) fn is_error(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_rate = lower.contains("_per_byte") || lower.contains("_per_word");
    is_rate
        || lower
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|part| ERRORS.contains(&part))
}

impl Judge {
    /// Scores pass at this or more, if it is given.
    pub(super) fn new(pass_at: Option<f64>) -> Self {
        Self { pass_at, less_is_better: None, is_verdict: false, partial: 0, scored: 0, passed: 0 }
    }

    /// Of verdicts, which say yes or no.
    pub(super) fn of_verdicts() -> Self {
        Self { is_verdict: true, ..Self::new(None) }
    }

    /// The score has this name, which may be that of an error.
    pub(super) fn named(&mut self, name: &str) {
        if is_error(name) {
            self.less_is_better(name);
        }
    }

    /// Less is better of this score.
    pub(super) fn less_is_better(&mut self, name: &str) {
        self.less_is_better.get_or_insert_with(|| name.to_owned());
    }

    /// Whether less is better of the scores.
    pub(super) fn is_of_errors(&self) -> bool {
        self.less_is_better.is_some()
    }

    pub(super) fn judge(&mut self, value: &Value) -> Result<Judgement, String> {
        self.judge_cell(Cell::from(value))
    }

    pub(super) fn judge_cell(&mut self, cell: Cell<'_>) -> Result<Judgement, String> {
        let Some(grade) = grade(cell) else {
            return Err(format!(
                "a grade must be 0 or 1, true or false, yes or no, pass or fail, correct or incorrect, C, P, I or N, \
                 empty or null if there is none, or a score with --pass-at; got {cell}"
            ));
        };
        match grade {
            Grade::None => Ok(Judgement::Unscored),
            Grade::Word(score) => {
                // A word is a grade whatever scores there are; P passes where half of a point is asked for.
                let correct = score >= self.pass_at.map_or(1.0, |pass_at| pass_at.clamp(0.5, 1.0));
                self.partial += u64::from(!correct && score > 0.0);
                Ok(Judgement::Run { correct, score })
            }
            Grade::Score(score) => {
                let correct = self.passes(score)?;
                self.scored += 1;
                self.passed += u64::from(correct);
                Ok(Judgement::Run { correct, score })
            }
        }
    }

    fn passes(&self, score: f64) -> Result<bool, String> {
        match (self.pass_at, &self.less_is_better) {
            (Some(pass_at), None) => Ok(score >= pass_at),
            (Some(pass_at), Some(_)) => Ok(score <= pass_at),
            (None, None) if score == 0.0 || score == 1.0 => Ok(score == 1.0),
            _ if self.is_verdict => Err(format!("a verdict must be 0 or 1, got {}", Shown(score))),
            (None, None) => Err(format!(
                "without --pass-at a score must be 0 or 1, got {}; give the lowest score that passes with --pass-at",
                Shown(score)
            )),
            (None, Some(name)) => Err(format!(
                "lower is better for {}, and this run has {}; give the highest value that passes with --pass-at",
                quote::quoted(name),
                Shown(score)
            )),
        }
    }

    /// Returns what should be told, after all runs.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Self { pass_at, less_is_better, partial, scored, passed, .. } = self;
        if *partial > 0 {
            let runs = if *partial == 1 { "1 run is" } else { &format!("{partial} runs are") };
            notes.push(format!("{runs} graded P (partially correct), which counts as a failure"));
        }
        if let (Some(pass_at), true) = (pass_at, *scored > 0) {
            let runs = format!("{passed} of {scored} scores pass");
            notes.push(match less_is_better {
                None => format!("a run passes with a score of at least {pass_at} (--pass-at): {runs}"),
                Some(name) => format!(
                    "lower is better for {}: a run passes if it is at most {pass_at} (--pass-at): {runs}",
                    quote::quoted(name)
                ),
            });
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn grades_are_numbers_words_and_truth_values() {
        for (json, expected) in [
            ("\"C\"", Grade::Word(1.0)),
            ("\"P\"", Grade::Word(0.5)),
            ("\"I\"", Grade::Word(0.0)),
            ("\"N\"", Grade::Word(0.0)),
            ("\"Yes\"", Grade::Word(1.0)),
            ("\" FALSE \"", Grade::Word(0.0)),
            ("\"incorrect\"", Grade::Word(0.0)),
            ("\"passed\"", Grade::Word(1.0)),
            ("true", Grade::Word(1.0)),
            ("\"0.25\"", Grade::Score(0.25)),
            ("\"1.0\"", Grade::Score(1.0)),
            ("\"inf\"", Grade::Score(f64::INFINITY)),
            ("1", Grade::Score(1.0)),
            ("-2", Grade::Score(-2.0)),
            ("null", Grade::None),
            ("\"\u{7f}\"", Grade::None),
            ("\"NaN\"", Grade::None),
            ("\"None\"", Grade::None),
            ("\"\"", Grade::None),
        ] {
            assert_eq!(grade(Cell::from(&value(json))), Some(expected), "{json}");
        }
        for json in ["\"A\"", "[1]", "{\"a\":1}", "\"c\"", "\"maybe\""] {
            assert_eq!(grade(Cell::from(&value(json))), None, "{json}");
        }
    }

    #[test]
    fn scores_need_a_bound() {
        let judge = |json: &str, pass_at: Option<f64>, name: &str| {
            let mut judge = Judge::new(pass_at);
            judge.named(name);
            (judge.judge(&value(json)), judge.notes())
        };
        let correct = |judged: (Result<Judgement, String>, _)| match judged.0 {
            Ok(Judgement::Run { correct, .. }) => Some(correct),
            _ => None,
        };
        for (json, pass_at, name, expected) in [
            ("1", None, "acc", Some(true)),
            ("0", None, "acc", Some(false)),
            ("0.5", None, "acc", None),
            ("10", None, "acc", None),
            ("-1", None, "acc", None),
            ("0.5", Some(0.5), "acc", Some(true)),
            ("1", Some(5.0), "acc", Some(false)),
            ("true", Some(5.0), "acc", Some(true)),
            ("\"P\"", None, "acc", Some(false)),
            ("\"P\"", Some(0.5), "acc", Some(true)),
            ("0", None, "mae", None),
            ("259.6", Some(300.0), "mae", Some(true)),
            ("1e308", Some(300.0), "word_perplexity", Some(false)),
            ("3", Some(2.0), "accuracy", Some(true)),
        ] {
            assert_eq!(correct(judge(json, pass_at, name)), expected, "{json} {pass_at:?} {name}");
        }
        assert_eq!(
            judge("\"P\"", None, "").1,
            ["1 run is graded P (partially correct), which counts as a failure"]
        );
        assert_eq!(
            judge("259.6", Some(300.0), "mae").1,
            ["lower is better for mae: a run passes if it is at most 300 (--pass-at): 1 of 1 scores pass"]
        );
    }
}
