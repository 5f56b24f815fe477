//! `kofn replay` and `kofn compare --logs`: systems on recorded runs.

mod compare;
mod text;

pub(super) use text::early_stopping;

pub(super) use compare::compare;

use super::args::ReplayArguments;
use super::output::Output;
use super::{End, Failure};
use kofn::System;
use kofn::answers::Versioned;
use kofn_logs::replay::replay_logs;

pub(super) fn replay(arguments: &ReplayArguments, output: &mut Output) -> Result<End, Failure> {
    let systems = systems(&arguments.systems)?;
    let (sources, reading) = (super::fit::sources(&arguments.logs)?, arguments.reading.options()?);
    let answer = replay_logs(sources, &reading, &systems, &arguments.recorded.options(arguments.seed))?;
    if arguments.json {
        output.json(&Versioned::new(&answer))?;
    } else {
        text::replay(output, &answer)?;
    }
    Ok(End::Done)
}

/// Parses all systems.
fn systems(texts: &[String]) -> Result<Vec<System>, Failure> {
    texts.iter().map(|text| System::parse(text).map_err(Failure::from)).collect()
}
