//! Fits of logs in parts that are computed elsewhere: the parts of both steps, the choice between them, and the answer.

use crate::error::Refusal;
use crate::logs::{Fitted, Log, fitting, pipeline, refusal};
use crate::options::Options;
use crate::parts::part;
use crate::run::run_on_threads;
use kofn::answers::values;
use kofn::monte_carlo::Part;
use kofn_logs::fit::{FitChoice, FitPart, fit_log_of_parts};
use pyo3::prelude::*;
use std::sync::Arc;

/// Adds the functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(fit_part, module)?)?;
    module.add_function(wrap_pyfunction!(accept_fit_part, module)?)?;
    module.add_function(wrap_pyfunction!(fit_choice, module)?)?;
    module.add_function(wrap_pyfunction!(fit_of_parts, module)?)
}

/// Reads the choice between the steps, if there is one.
fn choice(text: Option<&str>) -> Result<Option<FitChoice>, Refusal> {
    Ok(text.map(|text| FitChoice::from_json("choice", text)).transpose()?)
}

/// Reads parts: pairs of a name and a JSON text.
fn read(parts: Vec<(String, String)>) -> Result<Vec<(String, FitPart)>, Refusal> {
    let read = |(name, text): (String, String)| {
        let part = FitPart::from_json(&name, &text)?;
        Ok((name, part))
    };
    parts.into_iter().map(read).collect()
}

/// Computes a part of the first step of a fit, or of the second if there is a choice, and returns it as JSON. Options:
/// part, of, threads; replicas and seed of the fit.
#[pyfunction]
fn fit_part(
    py: Python<'_>,
    log: &Log,
    options: Options<'_>,
    choice: Option<&str>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let (log, fitting, choice) = (Arc::clone(&log.0), fitting(&options)?, self::choice(choice)?);
    let part = part(&options)?.unwrap_or(Part::WHOLE);
    // None is all that there are.
    let threads = options.number("threads", values::threads)?.unwrap_or(0);
    run_on_threads(py, progress, move |watch| {
        let go_on = |done, all| watch.goes_on(done, all);
        let compute = || match &choice {
            None => FitPart::compare(&log, &fitting, part, &go_on),
            Some(choice) => FitPart::refit(&log, &fitting, choice, part, &go_on),
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool =
            pool.map_err(|error| Refusal::of("threads", format!("threads cannot be started: {error}")))?;
        Ok(pool.install(compute)?.to_json())
    })
}

/// Requires that a text is a part of the first step of a fit, or of the second if there is a choice. Options: as for
/// `fit_part`.
#[pyfunction]
fn accept_fit_part(
    py: Python<'_>,
    log: &Log,
    options: Options<'_>,
    choice: Option<&str>,
    text: String,
) -> PyResult<()> {
    let (log, fitting, choice) = (Arc::clone(&log.0), fitting(&options)?, self::choice(choice)?);
    let part = part(&options)?.unwrap_or(Part::WHOLE);
    run_on_threads(py, None, move |_| {
        let found = FitPart::from_json("part", &text)?;
        Ok(found.require(&log, &fitting, choice.as_ref(), part)?)
    })
}

/// Returns the choice that all parts of the first step lead to, as JSON; None if nothing needs to be refitted.
#[pyfunction]
fn fit_choice(
    py: Python<'_>,
    log: &Log,
    options: Options<'_>,
    parts: Vec<(String, String)>,
) -> PyResult<Option<String>> {
    let (log, fitting) = (Arc::clone(&log.0), fitting(&options)?);
    run_on_threads(py, None, move |_| {
        let choice = kofn_logs::fit::fit_choice(&log, &fitting, &read(parts)?)?;
        Ok(choice.map(|choice| choice.to_json()))
    })
}

/// Fits a log of all parts of both steps. Options: as of a fit.
#[pyfunction]
fn fit_of_parts(
    py: Python<'_>,
    log: &Log,
    options: Options<'_>,
    parts: Vec<(String, String)>,
) -> PyResult<Fitted> {
    let (log, fitting, question) = (Arc::clone(&log.0), fitting(&options)?, pipeline(&options)?);
    run_on_threads(py, None, move |_| {
        let fitted = fit_log_of_parts((*log).clone(), &fitting, &question, &read(parts)?);
        Ok(Fitted(Arc::new(fitted.map_err(refusal)?)))
    })
}
