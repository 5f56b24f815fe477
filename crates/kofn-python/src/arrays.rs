//! Probabilities for single numbers and for arrays.

use crate::error::Refusal;
use crate::options::number;
use crate::run::own_threads;
use kofn::answers::values::whole_number;
use kofn::exact::{self, Tails};
use kofn::{Error, Scenario};
use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use std::ops::Range;

/// Adds the functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(reliability, module)?)?;
    module.add_function(wrap_pyfunction!(unreliability, module)?)?;
    module.add_function(wrap_pyfunction!(tails, module)?)?;
    module.add_function(wrap_pyfunction!(reliability_many, module)?)?;
    module.add_function(wrap_pyfunction!(unreliability_many, module)?)?;
    module.add_function(wrap_pyfunction!(tails_many, module)?)
}

const MAX_AGENTS: u64 = Scenario::MAX_AGENTS;

/// Returns a whole number.
fn whole(key: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    let read =
        |text: &str| whole_number(text).map_err(|_| format!("must be a whole number from 1 to {MAX_AGENTS}"));
    value.extract().or_else(|_| number(key, value, read))
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

/// Number of elements that are answered between two checks of signals.
const PIECE: usize = 1 << 16;

/// Returns the answers to arrays of one length or of length 1, piece by piece, so that signals are handled.
///
/// `answer` is given the places of a piece. If it refuses one, `all` refuses the whole, with the correct place.
fn in_pieces<T: Send>(
    py: Python<'_>,
    lengths: &[usize],
    answer: impl Fn(Range<usize>) -> Result<Vec<T>, Error> + Sync,
    all: impl Fn() -> Error + Sync,
) -> PyResult<Vec<T>> {
    let count = lengths.iter().copied().find(|&length| length != 1).unwrap_or(1);
    if count < PIECE / 8 {
        return Ok(answer(0..count).map_err(Refusal::from)?);
    }
    let threads = own_threads()?;
    let mut found = Vec::with_capacity(count);
    for start in (0..count).step_by(PIECE) {
        let piece = start..count.min(start + PIECE);
        let answered = py.detach(|| threads.install(|| answer(piece)));
        found.extend(answered.map_err(|_| py.detach(|| Refusal::from(all())))?);
        py.check_signals()?;
    }
    Ok(found)
}

/// The elements at these places, or the only element of an array of length 1.
fn piece<T>(all: &[T], places: Range<usize>) -> &[T] {
    if all.len() == 1 { all } else { &all[places] }
}

/// Returns [`reliability`] for arrays of one length, or of length 1.
#[pyfunction]
fn reliability_many<'py>(py: Python<'py>, n: Whole<'py>, f: Rates<'py>) -> PyResult<Answers<'py>> {
    majorities(py, n, f, kofn::reliability_many)
}

/// Returns [`unreliability`] for arrays of one length, or of length 1.
#[pyfunction]
fn unreliability_many<'py>(py: Python<'py>, n: Whole<'py>, f: Rates<'py>) -> PyResult<Answers<'py>> {
    majorities(py, n, f, kofn::unreliability_many)
}

/// Answers to pairs of a number of agents and a rate.
type Majorities = fn(&[u64], &[f64]) -> Result<Vec<f64>, Error>;

fn majorities<'py>(
    py: Python<'py>,
    n: Whole<'py>,
    f: Rates<'py>,
    answer: Majorities,
) -> PyResult<Answers<'py>> {
    let (n, f) = (n.as_slice()?, f.as_slice()?);
    let of_piece = |places: Range<usize>| answer(piece(n, places.clone()), piece(f, places));
    Ok(in_pieces(py, &[n.len(), f.len()], of_piece, || refusal(answer(n, f)))?.into_pyarray(py))
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
    let of_piece = |places: Range<usize>| {
        exact::tails_many(piece(n, places.clone()), piece(f, places.clone()), piece(k, places))
    };
    let lengths = [n.len(), f.len(), k.len()];
    let all = in_pieces(py, &lengths, of_piece, || refusal(exact::tails_many(n, f, k)))?;
    let parts: [fn(&Tails) -> f64; 4] =
        [|of| of.at_least, |of| of.below, |of| of.ln_at_least, |of| of.ln_below];
    Ok(parts.map(|part| all.iter().map(part).collect::<Vec<f64>>().into_pyarray(py)))
}

/// The error of arrays if a piece of them was refused.
fn refusal<T>(answer: Result<T, Error>) -> Error {
    answer.err().unwrap_or_else(|| Error::refused("", "a part of the arrays was refused, but not the whole"))
}
