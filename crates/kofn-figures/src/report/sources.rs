//! What was read, and what was left out.

use super::Section;
use super::parts::{list, many, numbers, sentence, table, words};
use crate::escape::labelled;
use kofn::answers::grouped;
use kofn_logs::SourceReport;
use kofn_logs::fit::FitAnswer;
use maud::html;

pub(super) fn section(answer: &FitAnswer) -> Section {
    let columns = [words("log"), words("format"), numbers("runs"), numbers("correct"), numbers("left out")];
    let rows: Vec<Vec<String>> = answer.sources.iter().map(row).collect();
    let left_out: Vec<String> = answer.sources.iter().flat_map(left_out).collect();
    let notes: Vec<String> = answer.sources.iter().flat_map(notes).collect();
    let together: Vec<String> = answer.notes.iter().map(|note| sentence(note)).collect();
    let body = html! {
        (table("Logs", &columns, &rows, None))
        (list(None, &[left_out, notes, together].concat()))
    };
    Section { id: "sources", name: "What was read", heading: heading(answer), body }
}

fn heading(answer: &FitAnswer) -> String {
    let runs: u64 = answer.sources.iter().map(|source| source.runs).sum();
    let left_out: u64 = answer.sources.iter().flat_map(|source| source.left_out.values()).sum();
    let from = many(answer.sources.len() as u64, "log");
    let read = match &answer.fit {
        Some(fit) => format!(
            "{} of {} on {} from {from}",
            many(runs, "run"),
            many(fit.agents.len() as u64, "agent"),
            many(fit.tasks, "task")
        ),
        None => format!("Verdicts of {} from {from}", many(answer.validations.len() as u64, "validator")),
    };
    match left_out {
        0 => read,
        left_out => format!("{read}; {} left out", many(left_out, "run")),
    }
}

fn row(source: &SourceReport) -> Vec<String> {
    let left_out: u64 = source.left_out.values().sum();
    let counts = match source.runs {
        0 if left_out == 0 => ["–", "–", "–"].map(String::from),
        _ => [source.runs, source.correct, left_out].map(grouped),
    };
    [labelled(&source.name), labelled(&source.format)].into_iter().chain(counts).collect()
}

fn left_out(source: &SourceReport) -> impl Iterator<Item = String> {
    source.left_out.iter().map(|(reason, count)| {
        format!("{}: {} left out ({}).", labelled(&source.name), many(*count, "run"), labelled(reason))
    })
}

fn notes(source: &SourceReport) -> impl Iterator<Item = String> {
    source.notes.iter().map(|note| format!("{}: {}", labelled(&source.name), sentence(note)))
}
