//! From the log of an evaluation to a plan.
//!
//! Reads a log, says which model of its failures is trusted, replays two systems on the recorded runs, and plans:
//!
//! ```sh
//! cargo run --release -p kofn-logs --example log_to_plan examples/runs.csv
//! ```

use kofn::System;
use kofn::plan::Demand;
use kofn_logs::advice::{LogPlanQuestion, plan_log};
use kofn_logs::fit::{FitOptions, fit};
use kofn_logs::replay::{ReplayOptions, replay_log};
use kofn_logs::{ReadOptions, Source, read};
use std::error::Error;
use std::io::{self, Write};

/// Target for P(correct).
const TARGET: f64 = 0.74;

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("the name of a log is required")?;
    let source = Source::new(&file, std::fs::File::open(&file)?);
    Ok(io::stdout().write_all(report(source)?.as_bytes())?)
}

pub(crate) fn report(source: Source) -> Result<String, Box<dyn Error>> {
    let log = read(vec![source], &ReadOptions::default())?;

    // Failure rates of the agents, and the trusted model.
    let fit = fit(&log, &FitOptions::default())?;
    let mut report = String::new();
    for agent in &fit.agents {
        let (rate, interval) = (agent.rates.failure_rate, agent.rates.clopper_pearson);
        report += &format!("{} fails at {rate:.3} ({interval:.3})\n", agent.name);
    }
    let trusted = fit.trusted.as_ref().ok_or("no model can be trusted")?;
    report += &format!("trusted model: {}\n\n", fit.models[trusted.model].model);

    // Two systems of these agents, replayed on the recorded runs.
    let systems = [System::parse("ada")?, System::parse("majority(ada, bob, eve)")?];
    for replay in replay_log(&log, &systems, &ReplayOptions::default())?.systems {
        report += &format!("{} is correct on {:.3} of the tasks\n", replay.system, replay.correct);
    }

    // What to build, judged on tasks that were not used to choose it.
    let plan = plan_log(log, &LogPlanQuestion::new(Demand::new(TARGET)), &|_, _, _| true)?;
    let build = plan.log.recommended.ok_or("there is no system to recommend")?;
    let meets = if build.meets { "meets" } else { "misses" };
    report += &format!("\nbuild {}: correct {:.3}, which {meets} {TARGET}\n", build.name, build.correct);
    if let Some(held_out) = plan.log.held_out {
        let gain = held_out.over_best_single.difference;
        report += &format!("on held-out tasks the choice gains {gain:+.3} over the best single agent\n");
    }
    Ok(report)
}
