//! Failure rates with intervals, and prices.

use super::Section;
use super::parts::{figure_of, many, name, note, numbers, table, units, words};
use crate::escape::labelled;
use crate::fitted::FitFigure;
use kofn::answers::grouped;
use kofn::answers::numbers::{between, four_decimals as four, percent, short};
use kofn_logs::fit::{AgentFit, Fit};
use maud::{Markup, html};

pub(super) fn section(fit: &Fit) -> Option<Section> {
    let body = html! {
        (rates(fit))
        @for text in notes(fit) { (note(&text)) }
        (figure_of(fit, FitFigure::Rates))
        (prices(fit))
    };
    Some(Section { id: "rates", name: "Failure rates", heading: heading(fit)?, body })
}

/// The best agent, and whether another may be as good.
fn heading(fit: &Fit) -> Option<String> {
    let rate = |agent: &usize| fit.agents[*agent].rates.failure_rate;
    let mut places: Vec<usize> = (0..fit.agents.len()).collect();
    places.sort_by(|one, other| rate(one).total_cmp(&rate(other)));
    let best = *places.first()?;
    let told = |agent: usize| format!("{} fails on {} of tasks", name(fit, agent), percent(rate(&agent)));
    let Some(&second) = places.get(1) else { return Some(told(best)) };
    let high = fit.agents[best].resampled.map(|interval| interval.high);
    let overlaps = high.is_some_and(|high| high >= rate(&second));
    let (best, next) = (told(best), format!("{} on {}", name(fit, second), percent(rate(&second))));
    Some(match overlaps {
        true => format!("{best}, {next}: their order is not certain"),
        false => format!("{best}, the next best agent, {next}"),
    })
}

fn rates(fit: &Fit) -> Markup {
    let bootstrap = format!("bootstrap over {}", units(fit));
    let columns = [
        words("agent"),
        numbers("tasks"),
        numbers("runs"),
        numbers("failure rate"),
        numbers(bootstrap),
        numbers("Clopper–Pearson"),
        numbers("Wilson"),
    ];
    let row = |AgentFit { name, rates, resampled, .. }: &AgentFit| {
        vec![
            labelled(name),
            grouped(rates.tasks),
            grouped(rates.runs),
            four(rates.failure_rate),
            between(*resampled),
            between(Some(rates.clopper_pearson)),
            between(Some(rates.wilson)),
        ]
    };
    table("Failure rates", &columns, &fit.agents.iter().map(row).collect::<Vec<_>>(), None)
}

/// What the columns mean, and where pooled rates differ.
fn notes(fit: &Fit) -> Vec<String> {
    let mut notes = vec![format!(
        "The failure rate is the mean over tasks of the share of runs that failed. The last three columns are its {} \
         intervals; Clopper–Pearson and Wilson assume that all runs are independent.",
        percent(fit.confidence)
    )];
    notes.extend(fit.clusters.map(|clusters| match clusters {
        0 | 1 => "One cluster cannot be resampled, so there are no bootstrap intervals.".to_owned(),
        clusters => format!("Bootstrap intervals resample {}, not tasks.", many(clusters, "cluster")),
    }));
    let differs = |agent: &&AgentFit| four(agent.rates.failure_rate) != four(agent.rates.pooled_failure_rate);
    let pooled = fit.agents.iter().filter(differs).map(|AgentFit { name, rates, .. }| {
        format!("{} {} over {}", labelled(name), four(rates.pooled_failure_rate), many(rates.runs, "run"))
    });
    let pooled = pooled.collect::<Vec<_>>().join("; ");
    notes.extend((!pooled.is_empty()).then(|| format!("Rates over all runs, pooled, differ: {pooled}.")));
    notes
}

/// What runs cost and how long they take, where logs say so.
fn prices(fit: &Fit) -> Markup {
    let row = |agent: &AgentFit| {
        let prices = agent.prices?;
        Some(vec![
            labelled(&agent.name),
            prices.cost.map_or("–".into(), short),
            prices.latency_ms.map_or("–".into(), |latency_ms| format!("{latency_ms:.0}")),
            grouped(prices.cost_runs.max(prices.latency_runs)),
        ])
    };
    let rows: Vec<Vec<String>> = fit.agents.iter().filter_map(row).collect();
    let columns =
        [words("agent"), numbers("cost of a run"), numbers("time, ms"), numbers("runs that state it")];
    html! {
        @if !rows.is_empty() {
            (table("Prices", &columns, &rows, None))
            (note("Means over the runs that state them; costs are in the currency of the log."))
        }
    }
}
