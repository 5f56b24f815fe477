//! Replays as text for a terminal.

use crate::output::{FAINT, Output, styled};
use crate::text::{as_sure, grouped, wrapped};
use kofn::answers::numbers::percent;
use kofn::{Interval, escape};
use kofn_logs::replay::{Replay, ReplayAnswer, WrongAnswers};
use std::io;

pub(super) fn replay(output: &mut Output, answer: &ReplayAnswer) -> io::Result<()> {
    table(output, &answer.systems)?;
    output.line("")?;
    assumptions(output, answer)?;
    crate::fit::sources_read(output, &answer.sources, &answer.notes)
}

/// What the column of saved calls is.
const SAVED: &str = "  saved: mean number of calls saved per task, out of max_calls";

/// A row for each system; its name comes last, for it may be long.
pub(super) fn table(output: &mut Output, systems: &[Replay]) -> io::Result<()> {
    let Some(first) = systems.first() else { return Ok(()) };
    let has = |of: fn(&Replay) -> Option<f64>| systems.iter().any(|system| of(system).is_some());
    let (costs, times) = (has(|system| system.cost), has(|system| system.latency_ms));
    let saves = has(|system| system.saved_calls);
    let interval = format!("({} interval)", percent(first.confidence));
    let mut head = format!("{:<8} {interval:<18} {:<7} {:<7} {:<6}", "correct", "wrong", "abstain", "calls");
    if saves {
        head.push_str(&format!(" {:<6}", "saved"));
    }
    if costs {
        head.push_str(&format!(" {:<9}", "cost"));
    }
    if times {
        head.push_str(&format!(" {:<8}", "time, ms"));
    }
    output.line(&styled(FAINT, &format!("{head} {:<6} system", "tasks")))?;
    for system in systems {
        let half = system.interval.half_width();
        let share = |value: f64| as_sure(value, half);
        let between = between(system.interval, half);
        let calls = decimals(system.calls, 2);
        let mut row = format!(
            "{:<8} {between:<18} {:<7} {:<7} {calls:<6}",
            share(system.correct),
            share(system.wrong),
            share(system.abstain)
        );
        let of =
            |known: Option<f64>, digits: usize| known.map_or("–".into(), |known| decimals(known, digits));
        if saves {
            row.push_str(&format!(" {:<6}", of(system.saved_calls, 2)));
        }
        if costs {
            row.push_str(&format!(" {:<9}", of(system.cost, 4)));
        }
        if times {
            row.push_str(&format!(" {:<8}", of(system.latency_ms, 0)));
        }
        output.line(&format!(
            "{row} {:<6} {}",
            grouped(system.tasks),
            escape(&kofn::shorten(&system.system, 300))
        ))?;
    }
    Ok(())
}

/// What votes of all runs of an agent give, and races that stop early.
pub(crate) fn early_stopping(output: &mut Output, systems: &[Replay]) -> io::Result<()> {
    if systems.is_empty() {
        return Ok(());
    }
    output.line("replayed on these runs: all at once, or one at a time until a stopping rule decides")?;
    table(output, systems)?;
    output.line(&styled(FAINT, SAVED))?;
    output.line("")
}

/// An interval in parentheses, with as many digits as it carries.
pub(super) fn between(interval: Interval, half: f64) -> String {
    format!("({} to {})", as_sure(interval.low, half), as_sure(interval.high, half))
}

/// A system in a sentence: shortened, and safe to print.
pub(super) fn shown(system: &str) -> String {
    escape(&kofn::shorten(system, 60)).into_owned()
}

fn tasks(count: u64) -> String {
    if count == 1 { "1 task".into() } else { format!("{} tasks", grouped(count)) }
}

/// A number with at most so many decimals.
fn decimals(value: f64, most: usize) -> String {
    let text = format!("{value:.most$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// What the replay takes for granted, and what it left out.
pub(super) fn assumptions(output: &mut Output, answer: &ReplayAnswer) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    let votes = |system: &Replay| system.calls > 1.0 || system.abstain > 0.0;
    if let Some(wrong_answers) = answer.wrong_answers.filter(|_| answer.systems.iter().any(votes)) {
        lines.push(match wrong_answers {
            WrongAnswers::Same => {
                "The log does not record the answers of some wrong runs. They are assumed to give the same wrong answer (--wrong-answers distinct assumes all different).".into()
            }
            WrongAnswers::Distinct => {
                "The log does not record the answers of some wrong runs. They are assumed to give different wrong answers.".into()
            }
        });
    }
    if answer.systems.iter().any(|system| system.system.contains("weights = log-odds")) {
        lines.push("Weights by log-odds come from the failure rates on these very tasks.".into());
    }
    if answer.systems.iter().any(|system| system.cost.is_some() || system.latency_ms.is_some()) {
        lines.push("Costs and times are means over the runs of each agent, whatever the task.".into());
    }
    if answer.systems.iter().any(|system| system.saved_calls.is_some()) {
        lines.push(SAVED.trim_start().into());
    }
    for system in &answer.systems {
        let name = shown(&system.system);
        if system.left_out > 0 {
            lines.push(format!(
                "{name}: {} of {} tasks left out, because an agent has too few runs there.",
                grouped(system.left_out),
                grouped(system.left_out + system.tasks)
            ));
        }
        if system.undecided > 0.0 {
            lines.push(format!(
                "{name}: undecided on {} of the tasks when their recorded runs ended; these abstain.",
                percent(system.undecided)
            ));
        }
        if system.tasks_drawn > 0 {
            lines.push(format!(
                "{name}: random orders of runs on {}, where there are too many to count.",
                tasks(system.tasks_drawn)
            ));
        }
    }
    if let Some(clusters) = answer.systems.first().and_then(|system| system.clusters) {
        lines.push(format!("Intervals are over {} clusters of tasks.", grouped(clusters)));
    }
    for line in lines.iter().flat_map(|line| wrapped(line, 2)) {
        output.line(&styled(FAINT, &line))?;
    }
    if lines.is_empty() { Ok(()) } else { output.line("") }
}
