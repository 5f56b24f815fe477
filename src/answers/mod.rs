//! One function for each question, and one type for each answer: what the command prints.
//!
//! Every answer is plain data that serializes to the JSON object which the command prints: the fields are in the order of that object, floats
//! in shortest round-trip form, and what has no number (the logarithm of zero, an estimate without trials) is null. An optional part that was not
//! requested is omitted. Fields omitted from JSON are used only by the text output.
//!
//! ```
//! use kofn::answers::{Sampling, check};
//! use kofn::scenario::{Agents, Scenario, scheme::Majority};
//! let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
//! let answer = check(&scenario, Sampling::new(1_000_000, 42), 1e-9)?;
//! assert!(answer.agrees() && (answer.exact.correct - 0.865634).abs() < 1e-15);
//! # Ok::<(), kofn::answers::SamplingError>(())
//! ```

mod assess;
mod check;
mod compare;
mod describe;
mod grouped;
mod merge;
mod missing;
pub mod numbers;
mod phi;
mod plan;
mod sampling;
mod schemes;
mod simulate;
mod steps;
mod sweep;
pub mod until_error;
pub mod values;
pub mod words;

pub use assess::{Assessment, Details, Fractions, assess, nines};
pub use check::{Agreement, Check, check, check_broken};
pub use compare::{
    CascadeGain, Difference, OutcomeDifference, ScenarioComparison, Side, SimulatedDifference, compare,
};
pub use describe::{assumption, describe, limiting_factor};
pub use grouped::grouped;
pub use merge::{MergeError, NamedTally, Parts};
pub use missing::MissingParts;
pub use phi::Phi;
pub use plan::{
    AgentCount, Best, ChoiceUncertainty, CountUncertainty, Demanded, LiftAnswer, MarginAnswer, Obstacles,
    OptionAnswer, OptionsAnswer, PlanAnswer, PlanIntervals, Planned, margin, options_shown, plan,
};
pub use sampling::{Checkpoint, Sampling, SamplingError, count};
pub use schemes::{ParameterAnswer, SchemeAnswer, SchemesAnswer, schemes};
pub use simulate::{
    OutcomeParts, RareSimulation, Simulated, Simulation, Tilted, TiltedShare, UntilError, simulate,
    simulate_rare,
};
pub use steps::Steps;
pub use sweep::{Over, Sweep, SweepAxis, SweepCell, SweepOptions, SweptValue, check_sweep, sweep};
pub use until_error::CONFIDENCE;

use schemars::JsonSchema;
use serde::Serialize;

/// Version of the JSON objects. It is raised when a reader of the old ones would misunderstand the new ones.
pub const SCHEMA: u32 = 1;

/// An answer from another module, preceded by the version.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Versioned<T> {
    /// Version of this object.
    pub schema: u32,
    /// The answer.
    #[serde(flatten)]
    pub answer: T,
}

impl<T> Versioned<T> {
    /// `answer` with the present version.
    pub fn new(answer: T) -> Self {
        Self { schema: SCHEMA, answer }
    }
}
