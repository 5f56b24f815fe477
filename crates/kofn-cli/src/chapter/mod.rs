//! `kofn chapter`: the audit of the chapter's claims, and its systems in tables.
//!
//! With `--json` one object: `{"schema":1, …}` and the fields of [`Audit`](kofn_book::claims::Audit) or of
//! [`System`](kofn_book::chapter::System) as they are documented there. Percentages are fractions of one.

mod text;

use super::args::{ChapterArguments, ChapterSystem};
use super::output::Output;
use super::{End, Failure};
use kofn::answers::Versioned;
use kofn_book::chapter::{self, System};
use kofn_book::claims::{self, Audit};
use kofn_book::markdown;

pub(super) fn chapter(arguments: &ChapterArguments, output: &mut Output) -> Result<End, Failure> {
    match arguments.system {
        None => audit(arguments, output),
        Some(system) => tables(system, arguments, output),
    }
}

fn audit(arguments: &ChapterArguments, output: &mut Output) -> Result<End, Failure> {
    let audit: Audit = claims::audit(arguments.trials, arguments.seed)?;
    if arguments.json {
        output.json(&Versioned::new(&audit))?;
    } else if arguments.markdown {
        output.bytes(markdown::audit(&audit).as_bytes())?;
    } else {
        text::audit(output, &audit)?;
    }
    let passes = audit.agrees() && (audit.holds() || !arguments.strict);
    Ok(if passes { End::Done } else { End::Disagreed })
}

fn tables(system: ChapterSystem, arguments: &ChapterArguments, output: &mut Output) -> Result<End, Failure> {
    let compute = match system {
        ChapterSystem::Single => chapter::single,
        ChapterSystem::Dual => chapter::dual,
        ChapterSystem::Simulation => chapter::simulation,
        ChapterSystem::Benchmark => chapter::benchmark,
    };
    let system: System = compute(arguments.trials, arguments.seed)?;
    if arguments.json {
        output.json(&Versioned::new(&system))?;
    } else if arguments.markdown {
        output.bytes(markdown::system(&system).as_bytes())?;
    } else {
        text::system(output, &system)?;
    }
    Ok(End::Done)
}
