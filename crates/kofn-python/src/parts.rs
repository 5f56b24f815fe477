//! Runs in parts that are counted elsewhere: their number of trials, the check of each part, and the sum.

use crate::error::Refusal;
use crate::options::Options;
use crate::run::run;
use crate::scenario::Scenario;
use kofn::answers::{Checkpoint, NamedTally, Parts, until_error, values};
use kofn::monte_carlo::{Part, SimulationOptions, Tally};
use pyo3::prelude::*;
use std::error::Error;
use std::sync::Arc;

/// Adds the functions to the module.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(run_trials, module)?)?;
    module.add_function(wrap_pyfunction!(accept_part, module)?)
}

/// Reads tallies: pairs of a name and a JSON text.
pub(crate) fn tallies(tallies: Vec<(String, String)>) -> Result<Vec<NamedTally>, Refusal> {
    let read = |(name, text): (String, String)| {
        let tally = Tally::read(&name, text.as_bytes())?;
        Ok((name, tally))
    };
    tallies.into_iter().map(read).collect()
}

/// Returns the part that is asked for, if one is. Options: part, of.
pub(crate) fn part(options: &Options<'_>) -> PyResult<Option<Part>> {
    let Some(number) = options.number("part", values::whole_number)? else { return Ok(None) };
    let of = options.number("of", values::whole_number)?.unwrap_or(1);
    Ok(Some(Part::new(number, of).map_err(Refusal::from)?))
}

/// The trials of a run, all counted elsewhere. The run that continues from here has nothing left to count.
#[derive(Debug)]
pub(crate) struct Counted(Tally);

impl Counted {
    /// Adds up the tallies of all parts.
    pub(crate) fn of(parts: Vec<(String, String)>) -> Result<Self, Refusal> {
        let tallies = tallies(parts)?;
        let parts = Parts::merge(&tallies)?;
        match parts.lacking() {
            Some(lacking) => Err(Refusal::whole(lacking)),
            None => Ok(Self(parts.sum().clone())),
        }
    }
}

impl Checkpoint for Counted {
    fn load(&self) -> Result<Option<Tally>, Box<dyn Error + Send + Sync>> {
        Ok(Some(self.0.clone()))
    }

    fn save(&self, _: &Tally) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }

    fn name(&self) -> String {
        "the parts".into()
    }
}

/// A Python object with the methods `load` and `save` that keeps the counts of a run while it progresses.
#[derive(Debug)]
pub(crate) struct Kept {
    keeper: Py<PyAny>,
    name: String,
}

impl Kept {
    pub(crate) fn new(keeper: &Bound<'_, PyAny>) -> Self {
        Self { keeper: keeper.clone().unbind(), name: keeper.to_string() }
    }
}

impl Checkpoint for Kept {
    fn load(&self) -> Result<Option<Tally>, Box<dyn Error + Send + Sync>> {
        let text: Option<String> = Python::attach(|py| self.keeper.call_method0(py, "load")?.extract(py))?;
        Ok(text.map(|text| Tally::read(&self.name, text.as_bytes())).transpose()?)
    }

    fn save(&self, tally: &Tally) -> Result<(), Box<dyn Error + Send + Sync>> {
        let text = tally.to_json();
        Ok(Python::attach(|py| self.keeper.call_method1(py, "save", (text,)).map(drop))?)
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

/// Returns the number of trials of a run, decided by a pilot run if `until_error` is given. Options: trials, seed,
/// threads, until_error.
#[pyfunction]
fn run_trials(
    py: Python<'_>,
    scenario: &Scenario,
    options: Options<'_>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<u64> {
    let scenario = Arc::clone(&scenario.scenario);
    let asked = options.sampling()?;
    let Some(half_width) = asked.until_error else { return Ok(asked.trials) };
    run(py, progress, move |watch| {
        let mut pilot = SimulationOptions::new(asked.trials, asked.seed).with_stop(watch.stop());
        pilot.threads = asked.threads;
        let decision = until_error::decide(&scenario, half_width, pilot)?;
        Ok(decision.map_or(asked.trials, |decision| decision.trials))
    })
}

/// Returns the number of trials in the tally of a part; refuses any other text. Options: trials, seed, part, of.
#[pyfunction]
fn accept_part(py: Python<'_>, scenario: &Scenario, options: Options<'_>, text: &str) -> PyResult<u64> {
    let (part, asked) = (part(&options)?, options.sampling()?);
    let accepted = py.detach(|| {
        let mut run = SimulationOptions::new(asked.trials, asked.seed);
        run.part = part;
        let mut counted = Tally::new(&scenario.scenario, run)?;
        let named = |part: Option<Part>| part.map_or("the whole run".into(), |part| format!("part {part}"));
        let name = named(part);
        let tally = Tally::read(&name, text.as_bytes())?;
        if tally.part() != part {
            return Err(Refusal::whole(format!("{name} is required, got {}", named(tally.part()))));
        }
        counted.merge(&tally)?;
        let estimate = counted.estimate();
        if estimate.partial {
            return Err(Refusal::whole(format!("{name} is incomplete")));
        }
        Ok(estimate.trials)
    });
    Ok(accepted?)
}
