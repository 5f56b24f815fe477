//! Repeated runs of one agent: pass^k and pass@k, and races that stop early.

use super::Section;
use super::parts::{many, note, numbers, replays, table, words};
use crate::escape::labelled;
use kofn::answers::numbers::{four_decimals as four, percent};
use kofn_logs::fit::{AgentFit, FitAnswer, PassesAtK};
use maud::{Markup, html};

/// Maximum number of k that are shown.
const MAX_SHOWN: usize = 9;

/// pass^k or pass@k: a value for each k, where there is one.
type Row = Vec<(u32, Option<f64>)>;

pub(super) fn section(answer: &FitAnswer) -> Option<Section> {
    let fit = answer.fit.as_ref()?;
    let repeated: Vec<&AgentFit> = fit.agents.iter().filter(|agent| agent.passes.most_runs() > 1).collect();
    let heading = heading(&repeated)?;
    let body = html! {
        (passes(&repeated))
        (stopping(answer))
    };
    Some(Section { id: "repeats", name: "Repeated runs", heading, body })
}

/// The agent whose runs are all correct most often, at the largest k that is shown.
fn heading(repeated: &[&AgentFit]) -> Option<String> {
    let last = |agent: &AgentFit| {
        let (k, share) = rows(agent)[0].1.last().copied()?;
        Some((share?, k, labelled(&agent.name)))
    };
    let known = repeated.iter().filter_map(|agent| last(agent));
    let best = known.max_by(|one, other| one.0.total_cmp(&other.0));
    match best {
        Some((share, k, name)) => Some(format!(
            "All of {} of {name} are correct on {} of tasks",
            many(k.into(), "run"),
            percent(share)
        )),
        None => (!repeated.is_empty()).then(|| "Agents were run several times on a task".into()),
    }
}

/// pass^k and pass@k, at the k that were asked for or the first ones.
fn rows(agent: &AgentFit) -> [(&'static str, Row); 2] {
    let passes = &agent.passes;
    let listed = |values: &[f64]| (1..).zip(values.iter().copied().map(Some)).take(MAX_SHOWN).collect();
    let asked = |of: fn(&PassesAtK) -> Option<f64>| passes.passes.iter().map(|at| (at.k, of(at))).collect();
    match passes.passes.is_empty() {
        true => [("pass^k", listed(&passes.pass_all)), ("pass@k", listed(&passes.pass_any))],
        false => [("pass^k", asked(|at| at.pass_all)), ("pass@k", asked(|at| at.pass_any))],
    }
}

fn passes(repeated: &[&AgentFit]) -> Markup {
    let all: Vec<_> = repeated.iter().flat_map(|agent| rows(agent).map(|row| (*agent, row))).collect();
    let longest = all.iter().map(|(_, (_, row))| row).max_by_key(|row| row.len());
    let ks: Vec<u32> = longest.into_iter().flatten().map(|(k, _)| *k).collect();
    let heads = ks.iter().map(|k| numbers(format!("k = {k}")));
    let columns: Vec<_> = [words("agent"), words("")].into_iter().chain(heads).collect();
    let row = |(agent, (what, row)): &(&AgentFit, (&str, Row))| {
        let cell = |k: &u32| {
            let found = row.iter().find(|(at, _)| at == k).and_then(|(_, value)| *value);
            found.map_or("–".into(), four)
        };
        [labelled(&agent.name), (*what).to_owned()].into_iter().chain(ks.iter().map(cell)).collect()
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    html! {
        (table("pass^k and pass@k", &columns, &rows, None))
        (note(
            "pass^k: all of k runs of a task are correct; pass@k: at least one is. Every k is averaged over the same tasks."
        ))
        @for agent in repeated {
            @if let Some(correlation) = agent.within_correlation {
                (note(&format!(
                    "{}: the failures of two runs of one task have correlation {correlation:.3}.", labelled(&agent.name)
                )))
            }
        }
    }
}

fn stopping(answer: &FitAnswer) -> Markup {
    html! {
        @if !answer.stopping.is_empty() {
            h3 { "All runs at once, or one at a time until a rule decides" }
            (replays(&answer.stopping))
            (note("Replayed on these runs. Saved calls: mean number of calls saved per task, out of max_calls."))
        }
    }
}
