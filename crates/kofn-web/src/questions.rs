//! One function for each question that the command answers.

use crate::curve::Curve;
use crate::refused;
use kofn::Scenario;
use kofn::answers::{self, Details, Sampling};
use kofn::crosscheck::FALSE_ALARM_RATE;
use kofn::monte_carlo::broken::Break;
use serde::Serialize;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// A kernel that is broken on purpose.
#[derive(Serialize)]
struct BreakAnswer {
    name: &'static str,
    meaning: &'static str,
}

pub(crate) fn json(answer: &impl Serialize) -> Result<String, JsError> {
    serde_json::to_string(answer).map_err(refused)
}

/// Reads a scenario in TOML or JSON.
pub(crate) fn scenario(text: &str) -> Result<Scenario, JsError> {
    Scenario::read("scenario", text.as_bytes()).map_err(refused)
}

/// Options of a simulation; numbers are read as on the command line.
fn sampling<'a>(trials: f64, seed: f64) -> Result<Sampling<'a>, JsError> {
    let trials =
        answers::values::trials(&trials.to_string()).map_err(|must| refused(format!("trials {must}")))?;
    let seed =
        answers::values::whole_number(&seed.to_string()).map_err(|must| refused(format!("seed {must}")))?;
    Ok(Sampling::new(trials, seed).with_threads(Some(1)))
}

/// Returns what `kofn assess --json` prints.
#[wasm_bindgen]
pub fn assess(scenario_text: &str) -> Result<String, JsError> {
    json(&answers::assess(&scenario(scenario_text)?, Details::default()).map_err(refused)?)
}

/// Returns what `kofn check --json` prints.
#[wasm_bindgen]
pub fn check(scenario_text: &str, trials: f64, seed: f64) -> Result<String, JsError> {
    let scenario = scenario(scenario_text)?;
    json(&answers::check(&scenario, sampling(trials, seed)?, FALSE_ALARM_RATE).map_err(refused)?)
}

/// Returns name and meaning of each mistake that the simulation can be given.
#[wasm_bindgen]
pub fn breaks() -> Result<String, JsError> {
    let answer = |broken: Break| BreakAnswer { name: broken.name(), meaning: broken.meaning() };
    json(&Break::ALL.map(answer))
}

/// Returns what `kofn check --json` would print if the simulation had this mistake.
#[wasm_bindgen]
pub fn check_broken(name: &str, scenario_text: &str, trials: f64, seed: f64) -> Result<String, JsError> {
    let broken = Break::from_name(name).ok_or_else(|| refused(format!("unknown mistake {name}")))?;
    let scenario = scenario(scenario_text)?;
    let checked = answers::check_broken(&scenario, sampling(trials, seed)?, FALSE_ALARM_RATE, broken);
    json(&checked.map_err(refused)?)
}

/// Returns the exact answers for each number of agents up to `most`, and a title that says what they show.
#[wasm_bindgen]
pub fn curve(scenario_text: &str, most: u32, asked: Option<u32>) -> Result<String, JsError> {
    let asked = asked.map(u64::from);
    json(&Curve::of(&scenario(scenario_text)?, u64::from(most), asked).map_err(refused)?)
}

/// Returns the scenario as TOML, as a command, in Python and in Rust.
#[wasm_bindgen]
pub fn copies(scenario_text: &str) -> Result<String, JsError> {
    json(&crate::copies::Copies::of(&scenario(scenario_text)?))
}

/// Returns the curve as a figure of its own: SVG and CSV.
#[wasm_bindgen]
pub fn drawing(scenario_text: &str, most: u32, asked: Option<u32>) -> Result<String, JsError> {
    let asked = asked.map(u64::from);
    json(&crate::curve::drawing(&scenario(scenario_text)?, u64::from(most), asked).map_err(refused)?)
}
