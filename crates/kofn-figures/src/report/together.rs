//! Correlation of failures, suspicious pairs, and how often wrong agents agree.

use super::Section;
use super::parts::{figure_of, list, many, name, note, numbers, table, units, words};
use crate::fitted::FitFigure;
use kofn::answers::grouped;
use kofn::answers::numbers::{between, four_decimals as four, percent};
use kofn_logs::fit::{AlikePair, Collision, CorrelatedRuns, Correlation, Fit, FittedLaw, PairCollision};
use maud::{Markup, html};

/// Maximum φ that is called independent.
const NEARLY_INDEPENDENT: f64 = 0.05;

pub(super) fn correlation(fit: &Fit) -> Option<Section> {
    let heading = heading(fit.correlation?);
    let body = html! {
        (list(None, &correlations(fit)))
        (list(Some("kofn-warnings"), &fit.alike.iter().map(|alike| suspicion(fit, alike)).collect::<Vec<_>>()))
        (figure_of(fit, FitFigure::Correlation))
        (pairs(fit))
    };
    Some(Section { id: "correlation", name: "Correlation of failures", heading, body })
}

fn heading(Correlation { between: runs, value, resampled, .. }: Correlation) -> String {
    let who = match runs {
        CorrelatedRuns::Agents => "Agents",
        CorrelatedRuns::Runs => "Repeated runs",
    };
    let around = resampled.map_or(String::new(), |around| format!(" ({})", between(Some(around))));
    let how = match value {
        value if value > NEARLY_INDEPENDENT => "fail together",
        value if value < -NEARLY_INDEPENDENT => "fail on different tasks",
        _ => "fail nearly independently",
    };
    format!("{who} {how}: φ is {value:.3}{around}")
}

/// Correlation of two runs of one agent, and the range over pairs of agents.
fn correlations(fit: &Fit) -> Vec<String> {
    let told = |what: &str, correlation: Correlation| {
        format!(
            "Failures of {what} on one task: φ {:.3} ({}).",
            correlation.value,
            between(correlation.resampled)
        )
    };
    // With one agent, the heading has it.
    let repeats = fit.repeats.filter(|_| fit.agents.len() > 1);
    let mut all: Vec<String> =
        repeats.map(|correlation| told("two runs of one agent", correlation)).into_iter().collect();
    let phis = || fit.pairs.iter().filter_map(|pair| pair.phi);
    if phis().count() > 1 {
        let (low, high) = (phis().fold(f64::INFINITY, f64::min), phis().fold(f64::NEG_INFINITY, f64::max));
        all.push(format!("φ of {} pairs of agents: {low:.3} to {high:.3}.", phis().count()));
    }
    let redrawn = fit.correlation.and_then(|correlation| correlation.resampled);
    all.extend(
        redrawn.map(|_| format!("Intervals: {} bootstrap over {}.", percent(fit.confidence), units(fit))),
    );
    all
}

/// Two agents that may be one, or whose runs were copied.
fn suspicion(fit: &Fit, alike: &AlikePair) -> String {
    let [one, other] = [alike.pair.agents.0, alike.pair.agents.1].map(|agent| name(fit, agent));
    let (seen, tasks) = (percent(alike.pair.agreement), grouped(alike.pair.tasks));
    let what = if alike.copied {
        "Were runs copied?".to_owned()
    } else {
        format!("A typical pair agrees on {}.", percent(alike.expected_agreement))
    };
    format!("Suspicious: {one} and {other} agree on {seen} of {tasks} tasks. {what}")
}

/// All pairs as a table that opens on demand; the figure shows the same.
fn pairs(fit: &Fit) -> Markup {
    let columns = [
        words("agent"),
        words("other agent"),
        numbers("φ"),
        numbers("agree"),
        numbers("both fail"),
        numbers("tasks"),
    ];
    let row = |pair: &kofn_logs::fit::AgentPair| {
        vec![
            name(fit, pair.agents.0),
            name(fit, pair.agents.1),
            pair.phi.map_or("–".into(), |phi| format!("{phi:.3}")),
            four(pair.agreement),
            four(pair.both_fail),
            grouped(pair.tasks),
        ]
    };
    let rows: Vec<Vec<String>> = fit.pairs.iter().map(row).collect();
    html! {
        @if !rows.is_empty() {
            details { summary { "All pairs in numbers" } (table("Pairs of agents", &columns, &rows, None)) }
        }
    }
}

pub(super) fn collision(fit: &Fit) -> Option<Section> {
    let collision = fit.collision.as_ref()?;
    let who = if fit.agents.len() > 1 { "Two wrong agents" } else { "Two wrong runs of one task" };
    let heading = format!(
        "{who} give the same answer with probability {} ({})",
        four(collision.estimate),
        between(collision.interval)
    );
    let body = html! {
        p {
            "Estimated from " (many(collision.wrong_pairs, "wrong pair")) ". A share of "
            (four(collision.voting_failures)) " of all failures gives an answer. Wrong answers that agree can outvote "
            "right ones."
        }
        (law(collision))
        (figure_of(fit, FitFigure::Collisions))
        (colliding_pairs(fit, collision))
    };
    Some(Section { id: "collision", name: "Wrong answers", heading, body })
}

/// The fitted law of wrong answers.
fn law(collision: &Collision) -> Markup {
    let Some(law) = &collision.law else { return Markup::default() };
    let text = format!("Fitted law of wrong answers, from {}: {}.", many(law.tasks, "task"), shape(law));
    let warning: Vec<String> = law.warning.iter().map(|warning| super::parts::sentence(warning)).collect();
    html! { p { (text) } (list(Some("kofn-warnings"), &warning)) }
}

fn shape(law: &FittedLaw) -> String {
    let fitted = match law.collision {
        1.0 => return "all wrong answers to a task are the same".into(),
        0.0 => return "no two wrong answers to a task are the same".into(),
        fitted => format!("collision {} ({})", four(fitted), between(law.collision_interval)),
    };
    match law.answers {
        Some(answers) => format!("{fitted}, {answers} wrong answers"),
        None => format!("{fitted}, discount {} ({})", four(law.discount), between(law.discount_interval)),
    }
}

fn colliding_pairs(fit: &Fit, collision: &Collision) -> Markup {
    let columns =
        [words("agent"), words("other agent"), numbers("same wrong answer"), numbers("wrong pairs")];
    let row = |pair: &PairCollision| {
        vec![
            name(fit, pair.agents.0),
            name(fit, pair.agents.1),
            four(pair.estimate),
            grouped(pair.wrong_pairs),
        ]
    };
    let rows: Vec<Vec<String>> = collision.pairs.iter().map(row).collect();
    html! {
        @if rows.len() > 1 {
            details { summary { "All pairs in numbers" } (table("Wrong pairs", &columns, &rows, None)) }
            (note("A wrong pair: both agents are wrong on one task. A share of few pairs says little."))
        }
    }
}
