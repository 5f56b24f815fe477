//! `kofn schema`: the JSON schemas of all answers, generated from their types.

use super::output::Output;
use super::{End, Failure};
use kofn::answers;
use kofn_book::chapter::System;
use kofn_book::claims::Audit;
use kofn_logs::advice::LogPlan;
use kofn_logs::fit::FitAnswer;
use kofn_logs::replay::{CompareAnswer, ReplayAnswer};
use schemars::{Schema, schema_for};

/// The name of an output, and its schema.
type NamedSchema = (&'static str, fn() -> Schema);

/// The commands, and the schema of what each prints with --json.
pub(super) const ALL: &[NamedSchema] = &[
    ("assess", || schema_for!(answers::Assessment)),
    ("simulate", || schema_for!(answers::Simulation)),
    ("simulate-rare", || schema_for!(answers::RareSimulation)),
    ("check", || schema_for!(answers::Check)),
    ("compare", || schema_for!(answers::ScenarioComparison)),
    ("compare-logs", || schema_for!(answers::Versioned<CompareAnswer>)),
    ("sweep", || schema_for!(answers::SweepCell)),
    ("plan", || schema_for!(answers::PlanAnswer)),
    ("plan-logs", || schema_for!(LogPlan)),
    ("plan-steps", || schema_for!(answers::MarginAnswer)),
    ("fit", || schema_for!(answers::Versioned<FitAnswer>)),
    ("replay", || schema_for!(answers::Versioned<ReplayAnswer>)),
    ("chapter", || schema_for!(answers::Versioned<Audit>)),
    ("chapter-system", || schema_for!(answers::Versioned<System>)),
    ("merge-missing", || schema_for!(answers::MissingParts)),
    ("tally", || schema_for!(kofn::monte_carlo::Tally)),
    ("schemes", || schema_for!(answers::SchemesAnswer)),
];

pub(super) fn schema(command: Option<&str>, output: &mut Output) -> Result<End, Failure> {
    for (name, schema) in ALL {
        if command.is_none() {
            output.line(name)?;
        } else if command == Some(name) {
            output.line(&serde_json::to_string_pretty(&schema()).map_err(std::io::Error::other)?)?;
        }
    }
    Ok(End::Done)
}
