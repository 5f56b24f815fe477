//! Figures of the book and of plans.

use crate::answers::{demand, scope};
use crate::error::Refusal;
use crate::options::Options;
use crate::run::run_on_threads;
use crate::scenario::Scenario;
use kofn::answers;
use kofn_book::{Settings, figures as all};
use kofn_figures::frontier::{Frontier, draw};
use kofn_figures::{FigureError, Rendered};
use pyo3::prelude::*;
use std::sync::Arc;

/// Adds the functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(figure_names, module)?)?;
    module.add_function(wrap_pyfunction!(figure, module)?)?;
    module.add_function(wrap_pyfunction!(plan_figure, module)?)
}

/// A figure in the form that Python takes: name, SVG and CSV.
pub(crate) type Drawn = (String, String, String);

/// Returns a figure in the form that Python takes.
pub(crate) fn drawn(rendered: Rendered) -> Drawn {
    (rendered.name, rendered.svg, rendered.csv)
}

impl From<FigureError> for Refusal {
    fn from(error: FigureError) -> Self {
        match error {
            FigureError::Engine(error) => error.into(),
            other => Self::whole(other.to_string()),
        }
    }
}

/// Returns the name of each figure of the book, what it shows, and the settings on which it depends.
#[pyfunction]
fn figure_names() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    all().iter().map(|figure| (figure.name, figure.shows, figure.settings.to_vec())).collect()
}

/// Draws a figure of the book with these settings, each a key and its value as text.
#[pyfunction]
fn figure(py: Python<'_>, name: &str, settings: Vec<(String, String)>) -> PyResult<Drawn> {
    let found = all().iter().find(|figure| figure.name == name).ok_or_else(|| {
        let names: Vec<&str> = all().iter().map(|figure| figure.name).collect();
        Refusal::of("name", format!("name must be one of {}, got {name:?}", names.join(", ")))
    })?;
    let set = settings.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let settings = Settings::new(set).map_err(Refusal::from)?;
    run_on_threads(py, None, move |_| Ok(drawn(found.render_with(&settings)?)))
}

/// Draws what each price buys. Options: those of a plan, and name.
#[pyfunction]
fn plan_figure(py: Python<'_>, scenario: &Scenario, options: Options<'_>) -> PyResult<Drawn> {
    let scenario = Arc::clone(&scenario.scenario);
    let (demand, scope) = (demand(&options)?, scope(&options)?);
    let name = options.text("name")?.unwrap_or_else(|| "plan".into());
    run_on_threads(py, None, move |_| {
        let answer = answers::plan(&scenario, &demand, &scope, &[])?;
        let options = answer.planned.options?;
        Ok(drawn(draw(&Frontier::of(&options), &name)?))
    })
}
