//! Questions about scenarios: each function returns the JSON of its answer, as the command line prints it.

use crate::error::Refusal;
use crate::options::{Options, SamplingOptions};
use crate::parts::{self, tallies};
use crate::run::{Watch, run, run_on_threads};
use crate::scenario::Scenario;
use kofn::answers::{self, Details, Parts, Sampling, SamplingError, values};
use kofn::crosscheck::FALSE_ALARM_RATE;
use kofn::plan::{Demand, RepeatedCalls, Scope};
use kofn::scenario::scheme::Judge;
use pyo3::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// Adds the functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(assess, module)?)?;
    module.add_function(wrap_pyfunction!(simulate, module)?)?;
    module.add_function(wrap_pyfunction!(count, module)?)?;
    module.add_function(wrap_pyfunction!(check, module)?)?;
    module.add_function(wrap_pyfunction!(compare, module)?)?;
    module.add_function(wrap_pyfunction!(plan, module)?)?;
    module.add_function(wrap_pyfunction!(margin, module)?)?;
    module.add_function(wrap_pyfunction!(merge, module)?)?;
    module.add_function(wrap_pyfunction!(missing_parts, module)?)?;
    module.add_function(wrap_pyfunction!(schemes, module)?)
}

/// Returns an answer as JSON.
pub(crate) fn json(answer: &impl Serialize) -> Result<String, Refusal> {
    Ok(serde_json::to_string(answer)?)
}

/// Runs a simulation that reports progress and can be stopped.
fn sampled<T: Serialize>(
    py: Python<'_>,
    options: SamplingOptions,
    progress: Option<&Bound<'_, PyAny>>,
    answer: impl FnOnce(Sampling<'_>) -> Result<T, SamplingError> + Send + 'static,
) -> PyResult<String> {
    run(py, progress, move |watch: &Watch| {
        let report = |done, all| watch.report(done, all);
        let sampling = options.sampling().with_progress(&report).with_stop(watch.stop_of_simulation());
        json(&answer(sampling)?)
    })
}

/// Options: rational, importance, steps.
#[pyfunction]
fn assess(py: Python<'_>, scenario: &Scenario, options: Options<'_>) -> PyResult<String> {
    let scenario = Arc::clone(&scenario.scenario);
    let details = Details {
        rational: options.flag("rational")?,
        importance: options.flag("importance")?,
        steps: options.number("steps", values::whole_number)?,
    };
    run(py, None, move |_| json(&answers::assess(&scenario, details)?))
}

/// Options: trials, seed, threads, until_error, steps, rare, counted.
#[pyfunction]
fn simulate(
    py: Python<'_>,
    scenario: &Scenario,
    options: Options<'_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let scenario = Arc::clone(&scenario.scenario);
    let steps = options.number("steps", values::whole_number)?;
    if options.flag("rare")? {
        return sampled(py, options.sampling()?, progress, move |sampling| {
            answers::simulate_rare(&scenario, sampling)
        });
    }
    sampled(py, options.sampling()?, progress, move |sampling| {
        let answer = answers::simulate(&scenario, sampling)?;
        Ok(match steps {
            Some(steps) => answer.with_steps(steps)?,
            None => answer,
        })
    })
}

/// Returns the tally of a part of a run. Options: trials, seed, threads, part, of.
#[pyfunction]
fn count(
    py: Python<'_>,
    scenario: &Scenario,
    options: Options<'_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let scenario = Arc::clone(&scenario.scenario);
    let part = parts::part(&options)?;
    sampled(py, options.sampling()?, progress, move |sampling| answers::count(&scenario, sampling, part))
}

/// Options: trials, seed, threads, until_error, steps, false_alarm_rate, counted.
#[pyfunction]
fn check(
    py: Python<'_>,
    scenario: &Scenario,
    options: Options<'_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let scenario = Arc::clone(&scenario.scenario);
    let steps = options.number("steps", values::whole_number)?;
    let rate = options.number("false_alarm_rate", values::false_alarm_rate)?.unwrap_or(FALSE_ALARM_RATE);
    sampled(py, options.sampling()?, progress, move |sampling| {
        let answer = answers::check(&scenario, sampling, rate)?;
        Ok(match steps {
            Some(steps) => answer.with_steps(steps)?,
            None => answer,
        })
    })
}

/// Options: trials, seed, threads.
#[pyfunction]
fn compare(
    py: Python<'_>,
    first: &Scenario,
    second: &Scenario,
    options: Options<'_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let (first, second) = (Arc::clone(&first.scenario), Arc::clone(&second.scenario));
    sampled(py, options.sampling()?, progress, move |sampling| answers::compare(&first, &second, sampling))
}

/// Options: target, steps, max_wrong, max_cost, max_latency, at_most, repeated_calls, checker, accepts_correct,
/// accepts_wrong.
#[pyfunction]
fn plan(py: Python<'_>, scenario: &Scenario, options: Options<'_>) -> PyResult<String> {
    let scenario = Arc::clone(&scenario.scenario);
    let (demand, scope) = (demand(&options)?, scope(&options)?);
    run_on_threads(py, None, move |_| json(&answers::plan(&scenario, &demand, &scope, &[])?))
}

/// Options: target, steps.
#[pyfunction]
fn margin(py: Python<'_>, scenario: &Scenario, options: Options<'_>) -> PyResult<String> {
    let scenario = Arc::clone(&scenario.scenario);
    let target = required(&options, "target")?;
    let steps = options.number("steps", values::whole_number)?.unwrap_or(1);
    run_on_threads(py, None, move |_| json(&answers::margin(&scenario, steps, target)?))
}

fn required(options: &Options<'_>, key: &str) -> PyResult<f64> {
    let given = options.number(key, values::probability_between_zero_and_one)?;
    Ok(given.ok_or_else(|| Refusal::of(key, format!("{key} is required: above 0 and below 1")))?)
}

/// Returns the limits that a plan must meet.
pub(crate) fn demand(options: &Options<'_>) -> PyResult<Demand> {
    let mut demand = Demand::new(required(options, "target")?);
    if let Some(steps) = options.number("steps", values::whole_number)? {
        demand = demand.with_steps(steps).map_err(Refusal::from)?;
    }
    demand.most_wrong = options.number("max_wrong", values::rate)?;
    demand.most_cost = options.number("max_cost", values::amount)?;
    demand.most_latency = options.number("max_latency", values::amount)?;
    Ok(demand)
}

/// Returns the systems that a plan may choose from.
pub(crate) fn scope(options: &Options<'_>) -> PyResult<Scope> {
    let accepts_correct = options.number("accepts_correct", values::rate)?;
    let accepts_wrong = options.number("accepts_wrong", values::rate)?;
    if accepts_correct.is_some() != accepts_wrong.is_some() {
        let (given, missing) = match accepts_correct {
            Some(_) => ("accepts_correct", "accepts_wrong"),
            None => ("accepts_wrong", "accepts_correct"),
        };
        return Err(Refusal::of(missing, format!("{missing} is required with {given}")).into());
    }
    let judge =
        |(accepts_correct, accepts_wrong)| Judge::Rates { accepts_correct, accepts_wrong, repairs: 0.0 };
    let mut scope = Scope::default();
    scope.most_agents = options.number("at_most", values::max_agents)?.unwrap_or(scope.most_agents);
    if let Some(false) = options.given_flag("repeated_calls")? {
        scope.repeated_calls = RepeatedCalls::Never;
    }
    scope.checker = options.flag("checker")?;
    scope.validator = accepts_correct.zip(accepts_wrong).map(judge);
    Ok(scope)
}

/// Adds up the tallies of parts: pairs of a name and a JSON text. Missing parts are refused unless `partial`.
#[pyfunction]
fn merge(py: Python<'_>, parts: Vec<(String, String)>, partial: bool) -> PyResult<String> {
    let merged = py.detach(|| {
        let tallies = tallies(parts)?;
        let parts = Parts::merge(&tallies)?;
        match parts.lacking().filter(|_| !partial) {
            Some(lacking) => Err(Refusal::whole(format!(
                "{lacking}; add the missing parts, or use partial=True to report what has been counted"
            ))),
            None => json(&parts.simulation()),
        }
    });
    Ok(merged?)
}

/// Returns which parts are missing.
#[pyfunction]
fn missing_parts(py: Python<'_>, parts: Vec<(String, String)>) -> PyResult<String> {
    let missing = py.detach(|| {
        let tallies = tallies(parts)?;
        let parts = Parts::merge(&tallies)?;
        json(&parts.missing()?)
    });
    Ok(missing?)
}

/// Returns all schemes.
#[pyfunction]
fn schemes() -> PyResult<String> {
    Ok(json(&answers::schemes())?)
}
