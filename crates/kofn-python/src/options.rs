//! Options of calls, given as a dict by the Python layer.

use crate::error::Refusal;
use crate::parts::{Counted, Kept};
use kofn::answers::values;
use kofn::answers::{Checkpoint, Sampling};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};
use std::fmt::Display;

/// Length in characters at which a value in a message is cut.
const SHOWN: usize = 40;

/// The options of a call, by name; None means that an option is not given.
#[derive(Debug)]
pub(crate) struct Options<'py>(pub Bound<'py, PyDict>);

impl<'py> FromPyObject<'_, 'py> for Options<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(object.cast::<PyDict>()?.to_owned()))
    }
}

impl<'py> Options<'py> {
    /// Returns an option as it was given.
    pub(crate) fn raw(&self, key: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        Ok(self.0.get_item(key)?.filter(|value| !value.is_none()))
    }

    /// Returns a number, read by one of [`values`].
    pub(crate) fn number<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> PyResult<Option<T>> {
        self.raw(key)?.map(|value| number(key, &value, read)).transpose()
    }

    /// Returns a list of numbers, each read by one of [`values`].
    pub(crate) fn numbers<T>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> PyResult<Option<Vec<T>>> {
        let Some(value) = self.raw(key)? else { return Ok(None) };
        let items = value.try_iter().map_err(|_| refused(key, "must be a list of numbers", &value))?;
        items.map(|item| number(key, &item?, &read)).collect::<PyResult<_>>().map(Some)
    }

    /// Returns the seed.
    pub(crate) fn seed(&self) -> PyResult<u64> {
        Ok(self.number("seed", values::whole_number)?.unwrap_or(42))
    }

    /// Returns a text.
    pub(crate) fn text(&self, key: &str) -> PyResult<Option<String>> {
        let Some(value) = self.raw(key)? else { return Ok(None) };
        match value.cast::<PyString>() {
            Ok(text) => Ok(Some(text.to_cow()?.into_owned())),
            Err(_) => Err(refused(key, "must be a string", &value)),
        }
    }

    /// Returns a flag; false if it is not given.
    pub(crate) fn flag(&self, key: &str) -> PyResult<bool> {
        Ok(self.given_flag(key)?.unwrap_or(false))
    }

    /// Returns a flag, if it is given.
    pub(crate) fn given_flag(&self, key: &str) -> PyResult<Option<bool>> {
        let read = |value: Bound<'py, PyAny>| {
            value.extract().map_err(|_| refused(key, "must be True or False", &value))
        };
        self.raw(key)?.map(read).transpose()
    }

    /// Returns one of several words.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> PyResult<Option<T>> {
        let Some(value) = self.raw(key)? else { return Ok(None) };
        let text = value.cast::<PyString>().ok().map(|text| text.to_cow()).transpose()?;
        let found =
            text.and_then(|text| words.iter().find(|(word, _)| *word == text).map(|(_, found)| *found));
        match found {
            Some(found) => Ok(Some(found)),
            None => {
                let all: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
                Err(refused(key, format!("must be one of {}", all.join(", ")), &value))
            }
        }
    }

    /// Returns how to simulate: `trials`, `seed`, `threads` and `until_error`; `counted`, the tallies of parts that
    /// were counted elsewhere, pairs of a name and a JSON text; `checkpoint`, an object that keeps the counts.
    pub(crate) fn sampling(&self) -> PyResult<SamplingOptions> {
        let until_error = self.number("until_error", values::half_width)?;
        let usual = if until_error.is_some() { values::MAX_TRIALS } else { values::USUAL_TRIALS };
        Ok(SamplingOptions {
            trials: self.number("trials", values::trials)?.unwrap_or(usual),
            seed: self.seed()?,
            threads: self.number("threads", values::threads)?,
            until_error,
            checkpoint: self.checkpoint()?,
        })
    }

    /// Returns what a run continues from: the parts that were counted elsewhere, or what `checkpoint` keeps.
    fn checkpoint(&self) -> PyResult<Option<Box<dyn Checkpoint + Send>>> {
        if let Some(parts) = self.raw("counted")? {
            return Ok(Some(Box::new(Counted::of(parts.extract()?)?)));
        }
        Ok(self
            .raw("checkpoint")?
            .map(|keeper| -> Box<dyn Checkpoint + Send> { Box::new(Kept::new(&keeper)) }))
    }
}

/// How to simulate.
#[derive(Debug)]
pub(crate) struct SamplingOptions {
    pub trials: u64,
    pub seed: u64,
    pub threads: Option<usize>,
    pub until_error: Option<f64>,
    checkpoint: Option<Box<dyn Checkpoint + Send>>,
}

impl SamplingOptions {
    /// Returns the sampling without progress and stop.
    pub(crate) fn sampling(&self) -> Sampling<'_> {
        let sampling = Sampling::new(self.trials, self.seed).with_threads(self.threads);
        sampling
            .with_until_error(self.until_error)
            .with_checkpoint(self.checkpoint.as_deref().map(|checkpoint| checkpoint as &dyn Checkpoint))
    }
}

/// Returns a number, read by one of [`values`].
pub(crate) fn number<T>(
    key: &str,
    value: &Bound<'_, PyAny>,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> PyResult<T> {
    let literal = literal(value).ok_or_else(|| refused(key, "must be a number", value))?;
    read(&literal).map_err(|must| {
        Refusal::of(key, format!("{key} {must}, got {}", kofn::shorten(&literal, SHOWN))).into()
    })
}

/// Returns a number as it is usually written; whole floats without a point. None if it is not a number, or a bool.
fn literal(value: &Bound<'_, PyAny>) -> Option<String> {
    if value.is_instance_of::<PyBool>() || value.is_instance_of::<PyString>() {
        return None;
    }
    if let Ok(integer) = value.extract::<u64>() {
        return Some(integer.to_string());
    }
    // `__index__` gives a whole number of any size, and also NumPy integers.
    if let Ok(index) = value.call_method0(pyo3::intern!(value.py(), "__index__")) {
        return index.str().ok()?.to_cow().ok().map(|text| text.into_owned());
    }
    value.extract::<f64>().ok().map(|number| number.to_string())
}

/// The refusal of a value of the wrong kind.
pub(crate) fn refused(key: &str, must: impl Display, value: &Bound<'_, PyAny>) -> PyErr {
    let shown =
        value.repr().and_then(|text| Ok(text.to_cow()?.into_owned())).unwrap_or_else(|_| "this".into());
    let shown = kofn::escape(&kofn::shorten(&shown, SHOWN)).into_owned();
    Refusal::of(key, format!("{key} {must}, got {shown}")).into()
}
