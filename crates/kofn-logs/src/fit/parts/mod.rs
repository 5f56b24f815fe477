//! A fit in parts: on several machines, or one after the other.
//!
//! A fit has two steps, because the model to trust is fitted again and must be known before. Each step is computed in
//! parts ([`FitPart::compare`], then [`fit_choice`] and [`FitPart::refit`]), and [`fit_of_parts`] makes the answer of
//! all of them: that of [`fit`](super::fit), to the last bit, for every number of parts.
//!
//! # Testing
//! `tests/logs/fit_parts.rs` compares answers for one, two and seven parts, and refuses what is foreign, doubled, missing
//! or damaged.

mod run;

use super::steps::{Compared, Refitted, Steps, chosen};
use super::watch::{GoOn, Watch};
use super::{Fit, FitOptions, FittedModel};
use crate::Log;
use kofn::monte_carlo::Part;
use kofn::scenario::{Error, Location};
use run::{Run, hexadecimal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Version of a written part. It is raised when a reader of the old version would misunderstand the new one.
const SCHEMA: u32 = 1;
const KIND_OF_PART: &str = "kofn fit part";
const KIND_OF_CHOICE: &str = "kofn fit choice";

/// A part of one of the two steps of a fit.
///
/// ```
/// use kofn::monte_carlo::Part;
/// use kofn_logs::fit::{FitOptions, FitPart, fit, fit_choice, fit_of_parts};
/// use kofn_logs::{ReadOptions, Source, read};
/// let row = |i: u32| format!("{i},{},{},{}\n", i % 2, u32::from(i % 6 > 0), u32::from(i % 10 > 1));
/// let csv = format!("task,ada,bob,eve\n{}", (0..60).map(row).collect::<String>());
/// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let options = FitOptions::default().with_replicas(20);
/// let part = |number| Part::new(number, 2);
/// let go_on = |_, _| true;
/// let mut parts = Vec::new();
/// for number in 1..=2 {
///     parts.push((format!("compare-{number}"), FitPart::compare(&log, &options, part(number)?, &go_on)?));
/// }
/// let choice = fit_choice(&log, &options, &parts)?.expect("a model can be tested");
/// for number in 1..=2 {
///     let refit = FitPart::refit(&log, &options, &choice, part(number)?, &go_on)?;
///     // A part is written, sent and read.
///     parts.push((format!("refit-{number}"), FitPart::from_json("refit", &refit.to_json())?));
/// }
/// let same = fit_of_parts(&log, &options, &parts)?;
/// assert_eq!(format!("{same:?}"), format!("{:?}", fit(&log, &options)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitPart {
    run: Run,
    part: Written,
    units: Units,
}

/// The model that is fitted again in the second step of a fit in parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FitChoice(Run);

/// What a part has computed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Units {
    Compared(Compared),
    Refitted(Refitted),
}

/// The number of a part, and of how many.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
struct Written(Part);

impl From<Written> for String {
    fn from(Written(part): Written) -> Self {
        part.to_string()
    }
}

impl TryFrom<String> for Written {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse().map(Self)
    }
}

impl FitPart {
    /// Computes a part of the first step: models are fitted to all tasks and to halves of them, and tasks are drawn again.
    ///
    /// # Errors
    /// As for [`fit_watched`](super::fit_watched).
    pub fn compare(log: &Log, options: &FitOptions, part: Part, go_on: &GoOn) -> Result<Self, Error> {
        let compared = Steps::new(log, options)?.compare(part, &Watch::new(go_on))?;
        Ok(Self { run: Run::of(log, options), part: Written(part), units: Units::Compared(compared) })
    }

    /// Computes a part of the second step: the chosen model is fitted to tasks that are drawn again, and to halves of
    /// them if the log has answers.
    ///
    /// # Errors
    /// As for [`fit_watched`](super::fit_watched); a choice of another log, or of other options.
    pub fn refit(
        log: &Log,
        options: &FitOptions,
        choice: &FitChoice,
        part: Part,
        go_on: &GoOn,
    ) -> Result<Self, Error> {
        let steps = Steps::new(log, options)?;
        let fitted = choice.fitted(log, options)?;
        let refitted = steps.refit(&fitted, part, &Watch::new(go_on))?;
        Ok(Self { run: choice.0.clone(), part: Written(part), units: Units::Refitted(refitted) })
    }

    /// Which part of its step it is.
    pub fn part(&self) -> Part {
        self.part.0
    }

    /// Requires that it is this part of the first step of a fit, or of the second step with this choice.
    ///
    /// # Errors
    /// Another part, or one of another fit.
    pub fn require(
        &self,
        log: &Log,
        options: &FitOptions,
        choice: Option<&FitChoice>,
        part: Part,
    ) -> Result<(), Error> {
        let mut ours = Run::of(log, options);
        ours.chosen = choice.and_then(|choice| choice.0.chosen.clone());
        self.run.require(&ours, "the part and this fit")?;
        match self.part() == part && matches!(self.units, Units::Refitted(_)) == choice.is_some() {
            true => Ok(()),
            false => {
                Err(Error::refused("part", format!("must be part {part} of this step, got {}", self.part())))
            }
        }
    }

    /// Returns the part as a JSON object, which [`from_json`](Self::from_json) reads.
    pub fn to_json(&self) -> String {
        written(KIND_OF_PART, self)
    }

    /// Reads a part, called `name` in messages.
    ///
    /// # Errors
    /// Text that is not JSON, is cut off or is not a part; a digest that is not that of the content; a version of kofn
    /// whose parts are written differently.
    ///
    /// ```
    /// let error = kofn_logs::fit::FitPart::from_json("part-3.json", "{\"kind\": \"kofn").unwrap_err();
    /// assert!(error.to_string().starts_with("part-3.json:1:14: must be a part of a fit: EOF"));
    /// ```
    pub fn from_json(name: &str, text: &str) -> Result<Self, Error> {
        read(name, text, KIND_OF_PART, "a part of a fit")
    }
}

impl FitChoice {
    /// Returns the choice as a JSON object, which [`from_json`](Self::from_json) reads.
    pub fn to_json(&self) -> String {
        written(KIND_OF_CHOICE, self)
    }

    /// Reads a choice, called `name` in messages.
    ///
    /// # Errors
    /// As for [`FitPart::from_json`].
    pub fn from_json(name: &str, text: &str) -> Result<Self, Error> {
        read(name, text, KIND_OF_CHOICE, "the choice of a fit")
    }

    /// The chosen model, if it is that of these logs and options.
    fn fitted(&self, log: &Log, options: &FitOptions) -> Result<FittedModel, Error> {
        let Self(run) = self;
        let mut ours = Run::of(log, options);
        ours.chosen.clone_from(&run.chosen);
        run.require(&ours, "the choice and this fit")?;
        let fitted = run.chosen.as_ref().and_then(|chosen| chosen.fitted(log.agents.len()));
        fitted.ok_or_else(|| {
            Error::refused("choice", "the choice must be a model with its parameters in their ranges")
        })
    }
}

/// Returns the model to trust, which all parts of the first step tell; `None` where no model can be tested, so that
/// there is nothing to fit again. Parts of the second step are left aside.
///
/// # Errors
/// Parts that are missing or doubled, or are of other fits; as for [`fit`](super::fit).
pub fn fit_choice(
    log: &Log,
    options: &FitOptions,
    parts: &[(String, FitPart)],
) -> Result<Option<FitChoice>, Error> {
    let (steps, run) = (Steps::new(log, options)?, Run::of(log, options));
    let comparison = steps.comparison(&compared(&steps, &run, parts)?);
    Ok(chosen(&comparison).map(|fitted| FitChoice(run.with_choice(fitted))))
}

/// Returns the answer of [`fit`](super::fit), of all parts of both steps. Parts may come in any order, those of the two
/// steps may be of different numbers of parts.
///
/// # Errors
/// Parts that are missing or doubled, or are of other fits; as for [`fit`](super::fit).
pub fn fit_of_parts(log: &Log, options: &FitOptions, parts: &[(String, FitPart)]) -> Result<Fit, Error> {
    let (steps, run) = (Steps::new(log, options)?, Run::of(log, options));
    let compared = compared(&steps, &run, parts)?;
    let comparison = steps.comparison(&compared);
    let refitted = match chosen(&comparison) {
        Some(fitted) => refitted(&steps, &run.with_choice(fitted), fitted, parts)?,
        None => Refitted::default(),
    };
    steps.answer(comparison, compared, refitted)
}

/// All of the first step.
fn compared(steps: &Steps, run: &Run, parts: &[(String, FitPart)]) -> Result<Compared, Error> {
    let of_step = parts.iter().filter_map(|(name, part)| match &part.units {
        Units::Compared(compared) => Some((name.as_str(), part, compared)),
        Units::Refitted(_) => None,
    });
    let compared = Compared::joined(in_order("that compare models", run, of_step)?);
    if steps.are_all_compared(&compared) { Ok(compared) } else { Err(damaged("that compare models")) }
}

/// All of the second step.
fn refitted(
    steps: &Steps,
    run: &Run,
    fitted: &FittedModel,
    parts: &[(String, FitPart)],
) -> Result<Refitted, Error> {
    let of_step = parts.iter().filter_map(|(name, part)| match &part.units {
        Units::Refitted(refitted) => Some((name.as_str(), part, refitted)),
        Units::Compared(_) => None,
    });
    let refitted = Refitted::joined(in_order("that fit the chosen model again", run, of_step)?);
    if steps.are_all_refitted(fitted, &refitted) {
        Ok(refitted)
    } else {
        Err(damaged("that fit the chosen model again"))
    }
}

fn damaged(step: &str) -> Error {
    Error::refused(
        "parts",
        format!("the parts {step} do not have the numbers of this fit: they were changed"),
    )
}

/// What the parts of one step have computed, in the order of their numbers, if all are there, once, and of this run.
fn in_order<'a, T>(
    step: &str,
    run: &Run,
    parts: impl Iterator<Item = (&'a str, &'a FitPart, &'a T)>,
) -> Result<Vec<&'a T>, Error> {
    let refused = |message: String| Err(Error::refused("parts", message));
    let mut found: BTreeMap<u64, (&str, &T)> = BTreeMap::new();
    let mut first: Option<(&str, u64)> = None;
    for (name, part, units) in parts {
        part.run.require(run, &format!("{name} and this fit"))?;
        let (number, of) = (part.part().number(), part.part().of());
        let (other, parts) = *first.get_or_insert((name, of));
        if of != parts {
            return refused(format!(
                "the parts {step} must be of one split, but {other} is one of {parts} and {name} one of {of}"
            ));
        }
        if let Some((other, _)) = found.insert(number, (name, units)) {
            return refused(format!("{name}: part {number}/{of} {step} is already in {other}"));
        }
    }
    let Some((_, of)) = first else { return refused(format!("all parts {step} are missing")) };
    match Part::missing(of, found.keys().copied()).as_str() {
        "" => Ok(found.into_values().map(|(_, units)| units).collect()),
        missing => refused(format!("parts {missing} of {of} {step} are missing")),
    }
}

/// What is written of a part or of a choice.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<T> {
    kind: String,
    schema: u32,
    version: String,
    content: T,
    /// SHA-256 of the content as it is written here. It detects damage, and is no signature.
    digest: String,
}

/// The fields that say whether the rest can be understood.
#[derive(Deserialize)]
struct Header {
    kind: String,
    schema: u32,
    version: String,
}

fn digest(content: &impl Serialize) -> String {
    let text = serde_json::to_string(content).unwrap_or_default();
    hexadecimal(Sha256::new().chain_update(text))
}

fn written(kind: &str, content: &impl Serialize) -> String {
    let (kind, version) = (kind.to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    let envelope = Envelope { kind, schema: SCHEMA, version, digest: digest(content), content };
    // Its keys are texts, and its numbers finite or words.
    serde_json::to_string(&envelope).unwrap_or_default()
}

fn read<T: Serialize + DeserializeOwned>(name: &str, text: &str, kind: &str, what: &str) -> Result<T, Error> {
    let at = |line_and_column, message: String| {
        let location = Some(Location { source: name.into(), line_and_column });
        Error { location, ..Error::refused("", message) }
    };
    let unreadable = |error: serde_json::Error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let place = [error.line(), error.column()].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        at(Some(place.into()), format!("must be {what}: {message}"))
    };
    let Header { kind: found, schema, version } = serde_json::from_str(text).map_err(unreadable)?;
    if (found.as_str(), schema) != (kind, SCHEMA) {
        let ours = env!("CARGO_PKG_VERSION");
        return Err(at(
            None,
            format!(
                "must be {kind:?} of schema {SCHEMA}, for kofn {ours}, got {found:?} of schema {schema}, of kofn {version}"
            ),
        ));
    }
    let envelope: Envelope<T> = serde_json::from_str(text).map_err(unreadable)?;
    match digest(&envelope.content) == envelope.digest {
        true => Ok(envelope.content),
        false => Err(at(None, "the digest must match the content: the content was changed".into())),
    }
}
