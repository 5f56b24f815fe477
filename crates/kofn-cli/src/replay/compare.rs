//! Two or more systems on the same recorded runs.

use super::{systems, text};
use crate::args::CompareArguments;
use crate::output::{BAD, FAINT, Output, STRONG, styled};
use crate::text::{as_sure, grouped, wrapped};
use crate::{End, Failure};
use kofn::answers::Versioned;
use kofn::answers::numbers::percent;
use kofn::escape;
use kofn_logs::replay::{CompareAnswer, CompareOptions, PairComparison, compare_logs};
use std::io;

pub(crate) fn compare(arguments: &CompareArguments, output: &mut Output) -> Result<End, Failure> {
    let systems = systems(&arguments.sides)?;
    if systems.len() < 2 {
        return Err(Failure::Usage("compare --logs needs two systems or more, got one".into()));
    }
    let (sources, reading) = (crate::fit::sources(&arguments.logs)?, arguments.reading.options()?);
    let options = arguments.recorded.options(arguments.seed);
    let comparing = CompareOptions::default().with_gate(arguments.gate);
    let answer = compare_logs(sources, &reading, &systems, &options, &comparing)?;
    if arguments.json {
        output.json(&Versioned::new(&answer))?;
    } else {
        print(output, &answer, arguments.gate)?;
    }
    Ok(if answer.is_gate_closed() { End::Disagreed } else { End::Done })
}

fn print(output: &mut Output, answer: &CompareAnswer, gate: Option<f64>) -> io::Result<()> {
    match &answer.pair {
        Some(pair) => one(output, pair)?,
        None => several(output, answer.pairs.as_deref().unwrap_or_default())?,
    }
    for pair in answer.all().filter(|pair| pair.worse_than_gate == Some(true)) {
        let gate = gate.unwrap_or_default();
        let text = format!(
            "gate: {} is worse than {} by more than {gate}",
            escape(&pair.second),
            escape(&pair.first)
        );
        output.line(&styled(BAD, &text))?;
    }
    output.line("")?;
    text::table(output, &answer.replay.systems)?;
    output.line("")?;
    if answer.pair.as_ref().is_some_and(|pair| pair.mcnemar.is_none()) {
        let note = "A system's success on a task is only a probability where runs are drawn: no McNemar test, and the numbers of tasks are expected ones, the two systems drawing independently.";
        paragraph(output, note)?;
        output.line("")?;
    }
    text::assumptions(output, &answer.replay)?;
    crate::fit::sources_read(output, &answer.replay.sources, &answer.replay.notes)
}

fn paragraph(output: &mut Output, text: &str) -> io::Result<()> {
    wrapped(text, 2).iter().try_for_each(|line| output.line(&styled(FAINT, line)))
}

fn one(output: &mut Output, pair: &PairComparison) -> io::Result<()> {
    for (letter, name) in [("A", &pair.first), ("B", &pair.second)] {
        output.line(&styled(STRONG, &format!("{letter}  {}", escape(name))))?;
    }
    wrapped(&finding(pair), 2).iter().try_for_each(|line| output.line(line))?;
    output.line("")?;
    output.line(&format!(
        "  both correct {}, A alone {}, B alone {}, neither {}",
        count(pair.both),
        count(pair.first_alone),
        count(pair.second_alone),
        count(pair.neither)
    ))?;
    if let (Some(exact), Some(mid)) = (pair.mcnemar, pair.mcnemar_mid) {
        let caution = if pair.clusters.is_some() {
            " (both assume independent tasks: rely on the interval)"
        } else {
            ""
        };
        output.line(&format!("  McNemar p {} exact, {} mid-p{caution}", p_value(exact), p_value(mid)))?;
    }
    let needed = match pair.tasks_needed {
        Some(tasks) => format!("; detecting the observed difference would take {}", grouped(tasks)),
        None => String::new(),
    };
    if pair.detectable == 0.0 {
        return output
            .line("  The two differ on no task, so nothing says how small a difference would be detected.");
    }
    let basis = match pair.mcnemar {
        Some(_) if pair.clusters.is_none() => "share of discordant tasks",
        _ => "variance of the difference",
    };
    let text = format!(
        "  {} tasks detect a difference of {} or more with power {}{needed} (normal approximation with the observed {basis}).",
        grouped(pair.tasks),
        as_sure(pair.detectable, pair.detectable),
        percent(pair.power)
    );
    wrapped(&text, 2).iter().try_for_each(|line| output.line(line))
}

/// What the comparison says, in words.
fn finding(pair: &PairComparison) -> String {
    let half = pair.interval.half_width();
    let by = as_sure(pair.difference.abs(), half);
    let (low, high) = (signed(pair.interval.low, half), signed(pair.interval.high, half));
    let interval = format!("{} interval of B − A: {low} to {high}", percent(pair.confidence));
    let tasks = grouped(pair.tasks);
    match () {
        () if pair.interval.low > 0.0 => {
            format!("B is correct more often, by {by}, on {tasks} tasks ({interval}).")
        }
        () if pair.interval.high < 0.0 => {
            format!("B is correct less often, by {by}, on {tasks} tasks ({interval}).")
        }
        () => {
            let seen = signed(pair.difference, half);
            format!("No significant difference on {tasks} tasks: B − A = {seen} ({interval}).")
        }
    }
}

/// A row for each pair.
fn several(output: &mut Output, pairs: &[PairComparison]) -> io::Result<()> {
    let level = pairs.first().map_or(String::new(), |pair| percent(pair.confidence));
    let interval = format!("({level} interval)");
    let head = format!("{:<8} {interval:<19} {:<9} {:<9} {:<6} pair", "B − A", "McNemar p", "Holm", "tasks");
    output.line(&styled(FAINT, &head))?;
    for pair in pairs {
        let half = pair.interval.half_width();
        let range = format!("({} to {})", signed(pair.interval.low, half), signed(pair.interval.high, half));
        let p = |value: Option<f64>| value.map_or("–".into(), p_value);
        output.line(&format!(
            "{:<8} {range:<19} {:<9} {:<9} {:<6} A {}, B {}",
            signed(pair.difference, half),
            p(pair.mcnemar),
            p(pair.mcnemar_holm),
            grouped(pair.tasks),
            text::shown(&pair.first),
            text::shown(&pair.second)
        ))?;
    }
    Ok(())
}

/// A number of tasks, which may be an expected one.
fn count(tasks: f64) -> String {
    if tasks.fract() == 0.0 { grouped(tasks as u64) } else { format!("{tasks:.1}") }
}

fn p_value(p: f64) -> String {
    match p {
        p if p >= 1.0 => "1".into(),
        p if p < 1e-4 => format!("{p:.1e}"),
        p => format!("{p:.4}"),
    }
}

fn signed(value: f64, half: f64) -> String {
    let text = as_sure(value.abs(), half);
    let is_zero = text.bytes().all(|digit| digit == b'0' || digit == b'.');
    match () {
        () if is_zero => text,
        () if value < 0.0 => format!("−{text}"),
        () => format!("+{text}"),
    }
}
