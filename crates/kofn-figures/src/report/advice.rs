//! Teams and their prices: the frontier, and what would help if no system meets the target.

use super::Section;
use super::parts::{ends, figure, list, note, numbers, sentence, table, words};
use crate::escape::labelled;
use crate::frontier::{Frontier, draw};
use kofn::answers::numbers::{as_sure, chance, useful};
use kofn::answers::words::change;
use kofn::answers::{grouped, options_shown};
use kofn::plan::{Choice, Options};
use kofn_logs::advice::{LogAdvice, LogPlan, LogReport};
use maud::{Markup, html};

pub(super) fn section(report: &LogReport) -> Option<Section> {
    let plan = report.plan.as_ref().ok()?;
    let options = plan.plan.planned.options.as_ref().ok()?;
    let frontier = Frontier { target: report.question.target, ..Frontier::of(options) };
    let body = html! {
        (self::table_of(options, &plan.log))
        (note(
            "Systems that no other system beats on both price and reliability, cheapest first. Model: P(correct) under the \
             trusted model. Replayed: P(correct) of the same system on the recorded runs, with its interval over tasks."
        ))
        (figure(draw(&frontier, "frontier").map(Some)))
        @if report.question.target.is_some() { (changes(plan)) }
        (left_out(options))
    };
    Some(Section { id: "advice", name: "Teams and prices", heading: heading(options), body })
}

/// The first and the last system of the frontier.
fn heading(options: &Options) -> String {
    let considered = grouped(options.considered as u64);
    let at = |place: Option<&usize>| place.map(|&place| &options.choices[place]);
    let told = |choice: &Choice| {
        format!("{} ({})", labelled(&choice.title()), chance(choice.exact.correct, choice.exact.failure))
    };
    match (at(options.frontier.first()), at(options.frontier.last())) {
        (Some(only), Some(_)) if options.frontier.len() == 1 => {
            format!("Under the model, none of {considered} systems is better than {}", told(only))
        }
        (Some(first), Some(last)) => {
            format!(
                "Under the model, the cheapest of {considered} systems is {}, and the most reliable {}",
                told(first),
                told(last)
            )
        }
        _ => format!("None of {considered} systems stays within the limits"),
    }
}

fn table_of(options: &Options, log: &LogAdvice) -> Markup {
    let places = options_shown(options);
    let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
    let price = if priced { "cost" } else { "calls" };
    let columns =
        [words("system"), numbers(price), numbers("model"), numbers("replayed"), numbers("interval")];
    let row = |(at, place): (usize, &usize)| {
        let choice = &options.choices[*place];
        let replay = log.replays.get(at).and_then(Option::as_ref);
        let replayed = replay.map(|replay| as_sure(replay.correct, replay.interval.half_width()));
        vec![
            labelled(&choice.title()),
            useful(choice.price),
            chance(choice.exact.correct, choice.exact.failure),
            replayed.unwrap_or("–".into()),
            replay.map_or("–".into(), |replay| ends(replay.interval)),
        ]
    };
    let rows: Vec<Vec<String>> = places.iter().enumerate().map(row).collect();
    let built = log.recommended.as_ref().map(|recommended| recommended.place);
    let chosen = places.iter().position(|&place| Some(place) == built);
    let more = options.frontier.len().saturating_sub(places.len());
    html! {
        (table("Systems", &columns, &rows, chosen))
        @if more > 0 { (note(&format!("{} more in between.", grouped(more as u64)))) }
    }
}

/// The changes that would be enough if no system meets the target.
fn changes(plan: &LogPlan) -> Markup {
    let meets = plan.log.recommended.as_ref().is_some_and(|recommended| recommended.meets);
    let Some(obstacle) = plan.plan.planned.obstacle.as_ref().filter(|_| !meets) else {
        return Markup::default();
    };
    let told = |is_enough: bool| {
        let lifts = obstacle.lifts.iter().filter(|lift| lift.largest.is_some() == is_enough);
        lifts.map(|lift| sentence(&change(lift, &plan.plan.scenario))).collect::<Vec<_>>()
    };
    let (enough, others) = (told(true), told(false));
    html! {
        @if !enough.is_empty() { h3 { "Any one of these changes would be enough" } (list(None, &enough)) }
        @if !others.is_empty() { h3 { "Not enough alone" } (list(None, &others)) }
    }
}

fn left_out(options: &Options) -> Markup {
    let told = options.left_out.iter().filter(|left_out| left_out.what != "repeated calls");
    let told: Vec<String> = told
        .map(|left_out| format!("Left out: {}: {}", left_out.what, sentence(&left_out.error.to_string())))
        .collect();
    list(None, &told)
}
