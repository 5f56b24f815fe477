//! How many independent agents the agents of the log are worth.

use super::Section;
use super::parts::{figure_of, note, numbers, table, units, voters, words};
use crate::escape::labelled;
use crate::fitted::FitFigure;
use kofn::Interval;
use kofn::answers::numbers::percent;
use kofn_logs::fit::{EffectiveVotes, EffectiveWithout, Fit};
use maud::{Markup, html};

/// Maximum number of agents in the table of agents left out.
const MAX_LEFT_OUT: usize = 40;

pub(super) fn section(fit: &Fit) -> Option<Section> {
    let votes = fit.effective_votes.as_ref().filter(|votes| votes.of > 1)?;
    let (of, what) = (votes.of, voters(fit));
    let heading = match votes.kish {
        Some(kish) => format!("{of} {what} have the effective sample size of {} independent ones", one(kish)),
        None => format!("{of} {what} have no effective sample size"),
    };
    let kish = votes.kish.map(|kish| format!("{} ({})", one(kish), ends(votes.interval)));
    let body = html! {
        @if let Some(kish) = kish {
            p { "Effective sample size (Kish), n/(1 + (n − 1)·φ): " (kish) "." }
        }
        (worth(fit, votes))
        (figure_of(fit, FitFigure::EffectiveVotes))
        (without(votes))
    };
    Some(Section { id: "worth", name: "Effective votes", heading, body })
}

/// How many independent agents each number of votes is worth.
fn worth(fit: &Fit, votes: &EffectiveVotes) -> Markup {
    let (vote, has_answers) = match fit.answers {
        Some(_) => ("plurality", true),
        None => ("majority", false),
    };
    let shown = votes.votes.iter().filter(|at| at.of > 1 && (has_answers || at.of % 2 == 1));
    let rows: Vec<Vec<String>> = shown
        .filter_map(|at| Some(vec![format!("{vote} of {}", at.of), one(at.votes?), ends(at.interval)]))
        .collect();
    if rows.is_empty() {
        let why = "at least half of the runs fail, or no number of them is as good";
        return note(&format!("A {vote} has no equivalent number of independent agents, because {why}."));
    }
    let columns = [words("vote"), numbers("independent agents"), numbers("interval")];
    html! {
        (table("Effective votes", &columns, &rows, None))
        (note(&format!(
            "Number of independent agents with the mean failure rate whose majority is correct as often as the {vote}, \
             with {} intervals by resampling {}.",
            percent(fit.confidence), units(fit)
        )))
    }
}

fn without(votes: &EffectiveVotes) -> Markup {
    let columns = [words("without"), numbers("effective sample size"), numbers("effective votes")];
    let row = |EffectiveWithout { agent, kish, votes, .. }: &EffectiveWithout| {
        vec![labelled(agent), kish.map_or("–".into(), one), votes.map_or("–".into(), one)]
    };
    let rows: Vec<Vec<String>> = votes.without.iter().take(MAX_LEFT_OUT).map(row).collect();
    html! {
        @if !rows.is_empty() {
            (table("Without each agent", &columns, &rows, None))
            (note("What the other agents are worth together. The lower the number, the more the agent adds."))
        }
    }
}

fn one(value: f64) -> String {
    match value {
        ..100.0 => format!("{value:.1}"),
        ..1000.0 => format!("{value:.0}"),
        _ => "over 1,000".into(),
    }
}

fn ends(interval: Option<Interval>) -> String {
    let end = |value: f64| if value.is_finite() { one(value) } else { "∞".into() };
    interval.map_or("–".into(), |Interval { low, high }| format!("{} to {}", end(low), end(high)))
}
