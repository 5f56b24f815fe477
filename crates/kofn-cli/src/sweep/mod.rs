//! `kofn sweep`: a scenario over ranges of its keys, as a table, as CSV, as lines of JSON or as a figure.

mod text;

use super::args::SweepArguments;
use super::files::{check_replaceable, is_same, replace};
use super::output::Output;
use super::{End, Failure, interrupt, progress};
use kofn::answers::{self, Sweep, SweepAxis, SweepOptions, grouped};
use kofn::scenario::Draft;
use kofn_figures::swept;
use std::path::{Path, PathBuf};

pub(super) fn sweep(arguments: &SweepArguments, output: &mut Output) -> Result<End, Failure> {
    check_usage(arguments)?;
    check_files(arguments)?;
    let draft = draft(arguments)?;
    let figure = figure(arguments);
    if let Some(figure) = &figure {
        // What cannot be drawn is refused before the cells are computed.
        figure.check(&arguments.over)?;
        check_prices(arguments, figure, &draft)?;
    }
    let answer = answered(arguments, draft)?;
    if answer.partial {
        interrupted(arguments, &answer);
    }
    if answer.cells.is_empty() {
        return Ok(End::Interrupted);
    }
    shown(arguments, &answer, figure, output)?;
    Ok(if answer.partial { End::Interrupted } else { End::Done })
}

/// Writes and prints what was asked for; of a partial sweep no figure is drawn.
fn shown(
    arguments: &SweepArguments,
    answer: &Sweep,
    figure: Option<swept::Figure>,
    output: &mut Output,
) -> Result<(), Failure> {
    // Drawn before anything is written: a figure may be refused.
    let figure = figure.filter(|_| !answer.partial).zip(arguments.svg.as_ref());
    let drawn = figure.map(|(figure, path)| Ok::<_, Failure>((path, figure.draw(answer, &stem(path))?)));
    let drawn = drawn.transpose()?;
    if let Some(path) = &arguments.csv {
        written(arguments, path, &swept::csv(answer)?, output)?;
    }
    if let Some((path, svg)) = drawn {
        written(arguments, path, &svg, output)?;
    }
    if arguments.json {
        output.json_lines(&answer.cells)?;
    } else if arguments.csv.is_none() && arguments.svg.is_none() {
        text::table(output, answer)?;
    }
    Ok(())
}

/// The name of a figure: that of its file, so that several can stand on one page.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().filter(|_| path.as_os_str() != "-");
    stem.map_or_else(|| "sweep".into(), |stem| stem.to_string_lossy().into_owned())
}

fn check_usage(arguments: &SweepArguments) -> Result<(), Failure> {
    if arguments.question.steps.is_some() {
        return Err(Failure::Usage("--steps cannot be combined with kofn sweep".into()));
    }
    if to_output(arguments) > 1 {
        let message = "at most one of --json, --csv - and --svg - can be standard output";
        return Err(Failure::Usage(message.into()));
    }
    Ok(())
}

/// Checks that the files can be written, and that none replaces another or the scenario.
fn check_files(arguments: &SweepArguments) -> Result<(), Failure> {
    fn file(path: &Option<PathBuf>) -> Option<&Path> {
        path.as_deref().filter(|path| path.as_os_str() != "-")
    }
    let mut former: Vec<(&str, &Path)> = Vec::new();
    former.extend(file(&arguments.question.file).map(|path| ("the scenario", path)));
    for (flag, path) in [("--csv", &arguments.csv), ("--svg", &arguments.svg)] {
        let Some(path) = file(path) else { continue };
        let name = path.display().to_string();
        if let Some((other, _)) = former.iter().find(|(_, former)| is_same(former, path)) {
            return Err(Failure::Usage(format!("{flag} {name} would replace {other}: it is the same file")));
        }
        check_replaceable(path).map_err(|error| Failure::File { name, error })?;
        former.push((flag, path));
    }
    Ok(())
}

/// Checks on one cell that there is a cost where one is to be drawn.
fn check_prices(arguments: &SweepArguments, figure: &swept::Figure, draft: &Draft) -> Result<(), Failure> {
    if figure.quantity != swept::Quantity::Cost {
        return Ok(());
    }
    let first = |axis: &SweepAxis| SweepAxis::new(axis.key(), axis.values().first().cloned());
    let axes = arguments.over.iter().map(first).collect::<Result<Vec<_>, _>>()?;
    Ok(figure.check_prices(&answers::sweep(draft.clone(), axes, SweepOptions::new())?)?)
}

/// Number of results that go to standard output.
fn to_output(arguments: &SweepArguments) -> usize {
    let paths = [&arguments.csv, &arguments.svg];
    let dashes = paths.into_iter().flatten().filter(|path| path.as_os_str() == "-").count();
    dashes + usize::from(arguments.json)
}

/// Reads the scenario. Of one that is asked by flags, a swept key needs no flag: it has the first of its values.
fn draft(arguments: &SweepArguments) -> Result<Draft, Failure> {
    let question = &arguments.question;
    let by_flag = |key: &str| match key {
        "scheme.rule" => question.scheme.is_some(),
        "scheme.k" => question.k.is_some(),
        "agents.count" => question.agents.is_some(),
        "agents.failure_rate" => question.failure_rate.is_some(),
        // All others have a default that goes with any scheme.
        key => !key.starts_with("scheme."),
    };
    let first = |axis: &SweepAxis| axis.values().first().map(ToString::to_string).unwrap_or_default();
    let firsts: Vec<String> = arguments.over.iter().map(first).collect();
    let entry = |(axis, first)| {
        let (axis, first): (&'_ SweepAxis, &'_ String) = (axis, first);
        let key = if axis.key() == "scheme" { "scheme.rule" } else { axis.key() };
        (key, first.as_str(), "--over")
    };
    let entries = arguments.over.iter().zip(&firsts).map(entry);
    let entries: Vec<_> = entries.filter(|(key, ..)| !key.contains('[') && !by_flag(key)).collect();
    question.draft_with(&entries)
}

fn figure(arguments: &SweepArguments) -> Option<swept::Figure> {
    arguments.svg.as_ref()?;
    let quantity = arguments.y.map_or(swept::Quantity::Failure, Into::into);
    Some(swept::Figure { quantity, title: arguments.title.clone() })
}

/// Sweeps with progress on a terminal; Ctrl-C ends it early with the cells that are done.
fn answered(arguments: &SweepArguments, draft: Draft) -> Result<Sweep, Failure> {
    let bar = progress::Bar::of(if arguments.simulate.is_some() { "trials" } else { "cells" });
    let report = |done, all| bar.show(done, all);
    let mut options = SweepOptions::new()
        .with_threads(arguments.threads)
        .with_progress(&report)
        .with_stop(interrupt::flag());
    if let Some(trials) = arguments.simulate {
        options = options.with_trials(trials, arguments.seed);
    }
    let answer = answers::sweep(draft, arguments.over.clone(), options);
    bar.clear();
    Ok(answer?)
}

/// Says that not all cells are there.
fn interrupted(arguments: &SweepArguments, answer: &Sweep) {
    let all = answer.axes.iter().map(|axis| axis.values().len() as u64).product();
    let (done, all) = (grouped(answer.cells.len() as u64), grouped(all));
    let figure = if arguments.svg.is_some() { "; no figure is drawn" } else { "" };
    super::output::note(&format!("interrupted; the result is partial: {done} of {all} cells{figure}"));
}

/// Writes a file and names it, unless something else is on standard output; `-` is standard output.
fn written(arguments: &SweepArguments, path: &Path, text: &str, output: &mut Output) -> Result<(), Failure> {
    if path.as_os_str() == "-" {
        return Ok(output.bytes(text.as_bytes())?);
    }
    let name = path.display().to_string();
    replace(path, text.as_bytes()).map_err(|error| Failure::File { name: name.clone(), error })?;
    if to_output(arguments) == 0 {
        output.line(&kofn::escape(&name))?;
    }
    Ok(())
}
