//! Functions of numbers and of whole arrays of them.

use crate::error::Refusal;
use crate::options::number;
use kofn::answers::values::whole_number;
use kofn::exact::{self, Tails};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

/// Adds the functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(reliability, module)?)?;
    module.add_function(wrap_pyfunction!(unreliability, module)?)?;
    module.add_function(wrap_pyfunction!(tails, module)?)?;
    module.add_function(wrap_pyfunction!(reliability_many, module)?)?;
    module.add_function(wrap_pyfunction!(unreliability_many, module)?)?;
    module.add_function(wrap_pyfunction!(tails_many, module)?)
}

/// Returns a whole number.
fn whole(key: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    value.extract().or_else(|_| number(key, value, whole_number))
}

/// Returns P(correct) of a majority of n agents that each fail with rate f.
#[pyfunction]
fn reliability(n: &Bound<'_, PyAny>, f: f64) -> PyResult<f64> {
    Ok(kofn::reliability(whole("n", n)?, f).map_err(Refusal::of_number)?)
}

/// Returns P(failure) of a majority of n agents that each fail with rate f.
#[pyfunction]
fn unreliability(n: &Bound<'_, PyAny>, f: f64) -> PyResult<f64> {
    Ok(kofn::unreliability(whole("n", n)?, f).map_err(Refusal::of_number)?)
}

/// Returns P(C ≥ k), P(C < k) and their logarithms for the number C of correct agents.
#[pyfunction]
fn tails(n: &Bound<'_, PyAny>, f: f64, k: &Bound<'_, PyAny>) -> PyResult<(f64, f64, f64, f64)> {
    let (n, k) = (whole("n", n)?, whole("k", k)?);
    let Tails { at_least, below, ln_at_least, ln_below } =
        exact::tails(n, f, k).map_err(Refusal::of_number)?;
    Ok((at_least, below, ln_at_least, ln_below))
}

type Whole<'py> = PyReadonlyArray1<'py, u64>;
type Rates<'py> = PyReadonlyArray1<'py, f64>;
type Answers<'py> = Bound<'py, PyArray1<f64>>;

/// Returns [`reliability`] for arrays of one length, or of length 1.
#[pyfunction]
fn reliability_many<'py>(py: Python<'py>, n: Whole<'py>, f: Rates<'py>) -> PyResult<Answers<'py>> {
    let (n, f) = (n.as_slice()?, f.as_slice()?);
    Ok(py.detach(|| kofn::reliability_many(n, f)).map_err(Refusal::from)?.into_pyarray(py))
}

/// Returns [`unreliability`] for arrays of one length, or of length 1.
#[pyfunction]
fn unreliability_many<'py>(py: Python<'py>, n: Whole<'py>, f: Rates<'py>) -> PyResult<Answers<'py>> {
    let (n, f) = (n.as_slice()?, f.as_slice()?);
    Ok(py.detach(|| kofn::unreliability_many(n, f)).map_err(Refusal::from)?.into_pyarray(py))
}

/// Returns [`tails`] for arrays of one length, or of length 1: four arrays.
#[pyfunction]
fn tails_many<'py>(
    py: Python<'py>,
    n: Whole<'py>,
    f: Rates<'py>,
    k: Whole<'py>,
) -> PyResult<[Answers<'py>; 4]> {
    let (n, f, k) = (n.as_slice()?, f.as_slice()?, k.as_slice()?);
    let all = py.detach(|| exact::tails_many(n, f, k)).map_err(Refusal::from)?;
    let parts: [fn(&Tails) -> f64; 4] =
        [|of| of.at_least, |of| of.below, |of| of.ln_at_least, |of| of.ln_below];
    Ok(parts.map(|part| all.iter().map(part).collect::<Vec<f64>>().into_pyarray(py)))
}
