//! Sweeps of scenarios over ranges of their keys.

use crate::answers::json;
use crate::error::Refusal;
use crate::options::{Options, refused};
use crate::parts;
use crate::run::run;
use crate::scenario::draft;
use kofn::answers::{self, SweepAxis, SweepCell, SweepOptions, SweptValue, values};
use kofn::monte_carlo::Part;
use kofn_figures::swept::{self, Figure, Quantity};
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString};
use std::sync::Arc;

/// Adds the class and its functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Sweep>()?;
    module.add_function(wrap_pyfunction!(sweep, module)?)?;
    module.add_function(wrap_pyfunction!(check_sweep, module)?)
}

/// The cells of a sweep.
#[pyclass(frozen, module = "kofn._kofn")]
#[derive(Debug)]
pub(crate) struct Sweep(Arc<answers::Sweep>);

/// An axis as the Python layer passes it: a key, and the text of the command line or a list of values. It is read
/// without the interpreter lock, because it may be long.
struct Axis {
    key: String,
    values: Values,
}

enum Values {
    Text(String),
    Whole(Vec<u64>),
    Any(Vec<SweptValue>),
}

impl<'py> FromPyObject<'_, 'py> for Axis {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let (key, values): (String, Bound<'py, PyAny>) = object.extract()?;
        if let Ok(text) = values.cast::<PyString>() {
            let values = Values::Text(text.to_cow()?.into_owned());
            return Ok(Self { key, values });
        }
        let items: Vec<Bound<'_, PyAny>> = values.try_iter()?.collect::<PyResult<_>>()?;
        if let Some(truth) = items.iter().find(|item| item.is_instance_of::<PyBool>()) {
            return Err(refused(&key, "must be swept over numbers or strings", truth));
        }
        let whole: Option<Vec<u64>> = items.iter().map(|item| item.extract().ok()).collect();
        let values = match whole {
            Some(whole) => Values::Whole(whole),
            None => Values::Any(items.iter().map(|item| value(&key, item)).collect::<PyResult<_>>()?),
        };
        Ok(Self { key, values })
    }
}

impl Axis {
    fn read(self) -> Result<SweepAxis, Refusal> {
        Ok(match self.values {
            Values::Text(text) => format!("{}={text}", self.key).parse()?,
            Values::Whole(values) => SweepAxis::new(&self.key, values)?,
            Values::Any(values) => SweepAxis::new(&self.key, values)?,
        })
    }
}

fn read(axes: Vec<Axis>) -> Result<Vec<SweepAxis>, Refusal> {
    axes.into_iter().map(Axis::read).collect()
}

fn value(key: &str, item: &Bound<'_, PyAny>) -> PyResult<SweptValue> {
    if let Ok(text) = item.cast::<PyString>() {
        return Ok(SweptValue::Word(text.to_cow()?.into_owned()));
    }
    item.extract()
        .map(SweptValue::Number)
        .map_err(|_| refused(key, "must be swept over numbers or strings", item))
}

/// Checks all cells of a sweep without computing any, and returns their number. Options: threads; those of a sweep
/// are read, too.
#[pyfunction]
fn check_sweep(
    py: Python<'_>,
    written: (String, String),
    axes: Vec<Axis>,
    options: Options<'_>,
) -> PyResult<usize> {
    let draft = draft(&written.0, &written.1)?;
    let asked = Asked::of(&options)?;
    run(py, None, move |watch| {
        Ok(answers::check_sweep(draft, read(axes)?, asked.options().with_stop(watch.stop()))?)
    })
}

/// How a sweep is computed.
struct Asked {
    trials: Option<u64>,
    seed: u64,
    threads: Option<usize>,
    part: Option<Part>,
}

impl Asked {
    fn of(options: &Options<'_>) -> PyResult<Self> {
        Ok(Self {
            trials: options.number("trials", values::trials)?,
            seed: options.seed()?,
            threads: options.number("threads", values::threads)?,
            part: parts::part(options)?,
        })
    }

    fn options<'a>(&self) -> SweepOptions<'a> {
        let options = SweepOptions::new().with_threads(self.threads).with_part(self.part);
        match self.trials {
            Some(trials) => options.with_trials(trials, self.seed),
            None => options,
        }
    }
}

/// Sweeps a scenario, given as its text and the name of that. Options: trials, seed, threads, part, of.
#[pyfunction]
fn sweep(
    py: Python<'_>,
    written: (String, String),
    axes: Vec<Axis>,
    options: Options<'_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Sweep> {
    let draft = draft(&written.0, &written.1)?;
    let asked = Asked::of(&options)?;
    run(py, progress, move |watch| {
        let report = |done, all| watch.report(done, all);
        let options = asked.options().with_progress(&report).with_stop(watch.stop_of_simulation());
        Ok(Sweep(Arc::new(answers::sweep(draft, read(axes)?, options)?)))
    })
}

#[pymethods]
impl Sweep {
    /// Reads a sweep from the lines of its cells.
    #[staticmethod]
    fn read(py: Python<'_>, axes: Vec<Axis>, lines: &str) -> PyResult<Self> {
        let sweep = py.detach(|| Ok::<_, Refusal>(answers::Sweep::read(read(axes)?, lines)?))?;
        Ok(Self(Arc::new(sweep)))
    }

    fn __len__(&self) -> usize {
        self.0.cells.len()
    }

    /// Whether the sweep was stopped early.
    #[getter]
    fn partial(&self) -> bool {
        self.0.partial
    }

    /// The keys and their values.
    #[getter]
    fn axes<'py>(&self, py: Python<'py>) -> PyResult<Vec<(String, Bound<'py, PyList>)>> {
        let axis = |axis: &SweepAxis| {
            let values = axis.values().iter().map(|value| python(py, value)).collect::<PyResult<Vec<_>>>()?;
            Ok((axis.key().to_owned(), PyList::new(py, values)?))
        };
        self.0.axes.iter().map(axis).collect()
    }

    /// Returns a cell as JSON.
    fn cell(&self, place: usize) -> PyResult<Option<String>> {
        Ok(self.0.cells.get(place).map(json).transpose()?)
    }

    /// Returns all cells as lines of JSON.
    fn lines(&self, py: Python<'_>) -> PyResult<String> {
        let lines = py.detach(|| {
            let mut lines = Vec::new();
            for cell in &self.0.cells {
                serde_json::to_writer(&mut lines, cell)?;
                lines.push(b'\n');
            }
            Ok::<_, Refusal>(lines)
        });
        Ok(String::from_utf8(lines?).map_err(|error| Refusal::whole(error.to_string()))?)
    }

    /// Returns the cells as columns: lists of the values of the keys, arrays of the results.
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (columns, cells) = (PyDict::new(py), &self.0.cells);
        for axis in self.0.axes.iter() {
            let values: PyResult<Vec<_>> = cells
                .iter()
                .map(|cell| swept(cell, axis.key()).map(|value| python(py, value)).transpose())
                .collect();
            columns.set_item(axis.key(), values?)?;
        }
        for (name, number) in EXACT {
            columns.set_item(name, cells.iter().map(number).collect::<Vec<f64>>().into_pyarray(py))?;
        }
        if cells.first().is_some_and(|cell| cell.simulated.is_some()) {
            for (name, number) in SIMULATED {
                columns.set_item(name, cells.iter().map(number).collect::<Vec<u64>>().into_pyarray(py))?;
            }
        }
        Ok(columns)
    }

    /// Returns the cells as CSV.
    fn csv(&self, py: Python<'_>) -> PyResult<String> {
        let sweep = &self.0;
        Ok(py.detach(|| swept::csv(sweep)).map_err(|error| Refusal::whole(error.to_string()))?)
    }

    /// Draws the sweep as SVG. Options: y, title, name.
    fn svg(&self, py: Python<'_>, options: Options<'_>) -> PyResult<String> {
        let quantity = options.word("y", &QUANTITIES)?.unwrap_or(Quantity::Failure);
        let figure = Figure { quantity, title: options.text("title")? };
        let name = options.text("name")?.unwrap_or_else(|| "sweep".into());
        let sweep = &self.0;
        Ok(py.detach(|| figure.draw(sweep, &name)).map_err(|error| Refusal::whole(error.to_string()))?)
    }
}

/// Quantities that a figure can show.
const QUANTITIES: [(&str, Quantity); 6] = [
    ("failure", Quantity::Failure),
    ("correct", Quantity::Correct),
    ("wrong", Quantity::Wrong),
    ("abstain", Quantity::Abstain),
    ("cost", Quantity::Cost),
    ("calls", Quantity::Calls),
];

type Column<T> = (&'static str, fn(&SweepCell) -> T);

/// The columns of exact answers; NaN marks missing numbers.
const EXACT: [Column<f64>; 10] = [
    ("correct", |cell| cell.exact.correct),
    ("abstain", |cell| cell.exact.abstain),
    ("wrong", |cell| cell.exact.wrong),
    ("failure", |cell| cell.exact.failure),
    ("ln_correct", |cell| cell.exact.ln_correct),
    ("ln_failure", |cell| cell.exact.ln_failure),
    ("expected_calls", |cell| cell.exact.expected.calls),
    ("expected_validations", |cell| cell.exact.expected.validations),
    ("expected_cost", |cell| cell.exact.expected.cost.unwrap_or(f64::NAN)),
    ("expected_latency", |cell| cell.exact.expected.latency.unwrap_or(f64::NAN)),
];

/// The columns of simulated cells.
const SIMULATED: [Column<u64>; 4] = [
    ("trials", |cell| cell.simulated.as_ref().map_or(0, |simulated| simulated.trials)),
    ("simulated_correct", |cell| cell.simulated.as_ref().map_or(0, |simulated| simulated.counts.correct())),
    ("simulated_abstain", |cell| cell.simulated.as_ref().map_or(0, |simulated| simulated.counts.abstain())),
    ("simulated_wrong", |cell| cell.simulated.as_ref().map_or(0, |simulated| simulated.counts.wrong())),
];

fn swept<'a>(cell: &'a SweepCell, key: &str) -> Option<&'a SweptValue> {
    cell.over.values().find(|(other, _)| *other == key).map(|(_, value)| value)
}

/// Returns a value as a Python object.
fn python<'py>(py: Python<'py>, value: &SweptValue) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        SweptValue::Integer(integer) => integer.into_pyobject(py)?.into_any(),
        SweptValue::Number(number) => number.into_pyobject(py)?.into_any(),
        SweptValue::Word(word) => word.into_pyobject(py)?.into_any(),
    })
}
