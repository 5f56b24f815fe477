//! A plan with the agents of logs: what to build and how it was judged first, then what each price buys.

use super::text::colored;
use super::{table, text};
use crate::args::PlanArguments;
use crate::output::{self, BAD, GOOD, Output, styled};
use crate::progress::LogSteps;
use crate::text::{as_sure, grouped, wrapped};
use crate::{End, Failure, interrupt};
use kofn::answers::numbers::chance;
use kofn::answers::options_shown;
use kofn::answers::words::effort;
use kofn::plan::Options;
use kofn_logs::advice::{LogAdvice, LogPlan, Recommendation, plan_logs, system_in_words};
use kofn_logs::replay::Replay;
use std::io;
use std::sync::atomic::Ordering;

/// Plans with the agents of logs.
pub(super) fn plan(arguments: &PlanArguments, output: &mut Output) -> Result<End, Failure> {
    let (sources, reading) = (crate::fit::sources(&arguments.logs)?, arguments.reading.options()?);
    let (steps, stop) = (LogSteps::new(), interrupt::flag());
    let go_on = |step, done, all| {
        steps.show(step, done, all);
        !stop.load(Ordering::Relaxed)
    };
    let answer = plan_logs(sources, &reading, &arguments.log_question()?, &go_on);
    steps.clear();
    let answer = match answer {
        Err(error) if stop.load(Ordering::Relaxed) => {
            output::complain(&error);
            return Ok(End::Interrupted);
        }
        answer => answer?,
    };
    if let Some(file) = &arguments.figure {
        super::write_figure(&answer.plan, file)?;
    }
    if arguments.json {
        output.json(&answer)?;
    } else {
        print(output, &answer)?;
    }
    Ok(match () {
        () if answer.log.partial => End::Interrupted,
        () if answer.log.recommended.as_ref().map_or(answer.plan.is_met(), |of| of.meets) => End::Done,
        () => End::Unmet,
    })
}

fn print(output: &mut Output, answer: &LogPlan) -> io::Result<()> {
    let LogPlan { plan, log, .. } = answer;
    if let (Ok(options), Some(recommended)) = (&plan.planned.options, &log.recommended) {
        for line in best(options, recommended, log) {
            output.line(&line)?;
        }
        for caveat in log.warnings(options) {
            wrapped(&format!("{} {caveat}", styled(BAD, "Note:")), 2)
                .iter()
                .try_for_each(|line| output.line(line))?;
        }
        output.line("")?;
        frontier(output, options, log)?;
    }
    if plan.planned.plan.is_ok() {
        output.line("")?;
    }
    // What is built needs no other change, whatever the model says of it.
    if !log.recommended.as_ref().is_some_and(|recommended| recommended.meets) {
        text::obstacles(output, plan)?;
    }
    output.line("")?;
    text::steps(output, &plan.planned)?;
    text::assumed(output, plan)?;
    output.line("")?;
    crate::fit::trust(output, &log.fit, log.fit.trusted.as_ref())?;
    crate::fit::sources_read(output, &log.sources, &log.notes)
}

/// What to build, how sure that is, and the best agent alone.
fn best(options: &Options, recommended: &Recommendation, log: &LogAdvice) -> Vec<String> {
    let choice = &options.choices[recommended.place];
    let half = recommended.interval.map_or(0.005, |interval| interval.half_width());
    let interval = recommended.interval.map_or(String::new(), |interval| {
        format!(" ({} to {})", as_sure(interval.low, half), as_sure(interval.high, half))
    });
    let told = format!(
        "{}. Correct {}{interval}, wrong {}, {}.",
        system_in_words(recommended.replay.as_ref(), choice),
        as_sure(recommended.correct, half),
        as_sure(recommended.wrong, half),
        effort(choice)
    );
    let mut lines = match recommended.meets {
        true => colored(GOOD, "Build", &format!("Build: {told}")),
        false => {
            let compared = grouped(options.considered as u64);
            let none = match options.considered {
                1 => format!("None: the only system does not meet all limits. It is {told}"),
                _ => format!("None of the {compared} systems compared meets all limits. Best: {told}"),
            };
            colored(BAD, "None", &none)
        }
    };
    if let Some(judged) = log.judged_in_words(options) {
        lines.extend(wrapped(&format!("  {judged}"), 2));
    }
    if log.best_single_place == Some(recommended.place) {
        let only = if log.agents.len() == 1 { "one call" } else { "the best single agent" };
        lines.push(format!("  This is {only}."));
    } else if let (Some(place), Some(single)) = (log.best_single_place, &log.best_single) {
        let half = single.interval.half_width();
        lines.extend(wrapped(
            &format!(
                "{}: {}. Correct {} ({} to {}), {}.",
                if log.agents.len() == 1 { "One call" } else { "Best single agent" },
                system_in_words(Some(single), &options.choices[place]),
                as_sure(single.correct, half),
                as_sure(single.interval.low, half),
                as_sure(single.interval.high, half),
                effort(&options.choices[place])
            ),
            2,
        ));
    }
    if let Some(gains) = log.gains_in_words() {
        lines.extend(wrapped(&gains, 2));
    }
    lines
}

/// A row for each system of the frontier: what the model says, and what the log replays.
fn frontier(output: &mut Output, options: &Options, log: &LogAdvice) -> io::Result<()> {
    let places = options_shown(options);
    let row = |at: usize| {
        let exact = &options.choices[places[at]].exact;
        let (replayed, interval) = match log.replays.get(at).and_then(Option::as_ref) {
            Some(Replay { correct, interval, .. }) => {
                let half = interval.half_width();
                let range = format!("{} to {}", as_sure(interval.low, half), as_sure(interval.high, half));
                (as_sure(*correct, half), range)
            }
            None => ("–".into(), "–".into()),
        };
        [chance(exact.correct, exact.failure), replayed, interval]
    };
    let built = log.recommended.as_ref().map(|recommended| recommended.place);
    table::rows(output, options, built, ["model", "replayed", "interval"], row)
}
