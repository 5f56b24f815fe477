//! What to build, at what price, and with what uncertainty, or why nothing can be recommended.

use super::Section;
use super::parts::{list, many, name, sentence, share, units, voters};
use crate::escape::labelled;
use kofn::answers::numbers::{between, four_decimals};
use kofn::answers::words::effort;
use kofn::plan::Options;
use kofn_logs::advice::{LogAdvice, LogPlan, LogReport, Recommendation, system_in_words};
use kofn_logs::fit::{CorrelatedRuns, Fit};
use kofn_logs::replay::Replay;
use maud::{Markup, html};

pub(super) fn section(report: &LogReport) -> Section {
    let (heading, advice) = match &report.plan {
        Ok(plan) => planned(report, plan),
        Err(why) => (unplanned(report, why), Markup::default()),
    };
    let facts = report.fit.fit.as_ref().map(facts).unwrap_or_default();
    let caveats: Vec<String> = match &report.plan {
        Ok(LogPlan { plan, log, .. }) => match &plan.planned.options {
            Ok(options) => log.warnings(options),
            Err(_) => log.caveats.clone(),
        },
        Err(_) => report.fit.caveats.clone(),
    };
    let caveats: Vec<String> = caveats.iter().map(|caveat| sentence(caveat)).collect();
    let body = html! {
        (advice)
        (list(None, &facts))
        (list(Some("kofn-warnings"), &caveats))
    };
    Section { id: "summary", name: "Summary", heading, body }
}

/// What to build, as a heading and sentences.
fn planned(report: &LogReport, plan: &LogPlan) -> (String, Markup) {
    let (options, recommended) = match (&plan.plan.planned.options, &plan.log.recommended) {
        (Ok(options), Some(recommended)) => (options, recommended),
        (Err(error), _) => return (unplanned(report, &error.to_string()), Markup::default()),
        (Ok(_), None) => return (unplanned(report, "no system was compared"), Markup::default()),
    };
    let body = html! {
        @if report.question.target.is_none() && unbeaten(recommended, &plan.log).is_some() {
            p { "Most reliable under the model: " (system_of(options, recommended)) "." }
        }
        p { (told(options, recommended.place, recommended)) }
        @for text in beside(options, recommended, &plan.log) { p { (text) } }
    };
    (heading(report, options, recommended, &plan.log), body)
}

fn heading(report: &LogReport, options: &Options, recommended: &Recommendation, log: &LogAdvice) -> String {
    let system = system_of(options, recommended);
    let correct = share(recommended.correct, recommended.interval);
    match (report.question.target, recommended.meets) {
        (Some(target), true) => {
            format!("Build {system}: it is correct with probability {correct}, target {target}")
        }
        (Some(target), false) => {
            let by = if recommended.correct >= target { " by both model and replay" } else { "" };
            format!(
                "No system reaches {target}{by}; the best is {system}, correct with probability {correct}"
            )
        }
        (None, _) => match unbeaten(recommended, log) {
            Some(single) => format!(
                "No system is shown to beat {} alone, correct with probability {}",
                labelled(&single.system),
                share(single.correct, Some(single.interval))
            ),
            None => format!("Most reliable: {system}, correct with probability {correct}"),
        },
    }
}

fn system_of(options: &Options, recommended: &Recommendation) -> String {
    labelled(&system_in_words(recommended.replay.as_ref(), &options.choices[recommended.place]))
}

/// The best agent alone, if choosing another system gains nothing on held-out tasks that could not be chance.
fn unbeaten<'a>(recommended: &Recommendation, log: &'a LogAdvice) -> Option<&'a Replay> {
    let gain = &log.held_out.as_ref()?.over_best_single;
    let is_other = log.best_single_place != Some(recommended.place);
    log.best_single.as_ref().filter(|_| is_other && gain.interval.low <= 0.0)
}

/// The outcome and the price of a system.
fn told(options: &Options, place: usize, recommended: &Recommendation) -> String {
    let wrong = recommended.replay.as_ref().map(|replay| replay.wrong_interval);
    let half = wrong.or(recommended.interval);
    let wrong =
        kofn::answers::numbers::as_sure(recommended.wrong, half.map_or(0.005, |half| half.half_width()));
    let effort = effort(&options.choices[place]);
    format!("It gives a wrong answer with probability {wrong}. Expected effort: {effort}.")
}

/// Where the numbers come from, the best agent alone, and what choosing gained.
fn beside(options: &Options, recommended: &Recommendation, log: &LogAdvice) -> Vec<String> {
    let mut texts: Vec<String> = log.judged_in_words(options).into_iter().collect();
    if log.best_single_place == Some(recommended.place) {
        let only = if log.agents.len() == 1 { "one call" } else { "the best single agent" };
        texts.push(format!("This is {only}."));
    } else if let (Some(place), Some(single)) = (log.best_single_place, &log.best_single) {
        texts.push(format!(
            "{}: {}, correct with probability {}, {}.",
            if log.agents.len() == 1 { "One call" } else { "Best single agent" },
            system_in_words(Some(single), &options.choices[place]),
            share(single.correct, Some(single.interval)),
            effort(&options.choices[place])
        ));
    }
    texts.extend(log.gains_in_words());
    texts.iter().map(|text| labelled(text)).collect()
}

/// The heading where nothing is recommended.
fn unplanned(report: &LogReport, why: &str) -> String {
    let pipeline = report.fit.validations.iter().find_map(|of| Some((of, of.correct?)));
    match pipeline {
        Some((validation, correct)) if report.fit.fit.is_none() => format!(
            "A pipeline that {} validates is correct with probability {}",
            labelled(&validation.validator),
            share(correct.value, Some(correct.interval))
        ),
        _ => format!("No system can be recommended: {}", labelled(why)),
    }
}

/// What the log says about its agents, one sentence for each fact.
fn facts(fit: &Fit) -> Vec<String> {
    let agents = many(fit.agents.len() as u64, "agent");
    let clusters =
        fit.clusters.map_or(String::new(), |clusters| format!(" in {}", many(clusters, "cluster")));
    let mut facts = vec![format!("{agents} on {}{clusters}.", many(fit.tasks, "task"))];
    facts.extend(rates(fit));
    facts.extend(correlation(fit));
    facts.extend(fit.effective_votes.as_ref().filter(|votes| votes.of > 1).and_then(|votes| {
        let (kish, of) = (votes.kish?, votes.of);
        Some(format!("The {of} {} have an effective sample size of {kish:.1} (Kish).", voters(fit)))
    }));
    facts
}

/// The best agent and the worst.
fn rates(fit: &Fit) -> Option<String> {
    let mut places: Vec<usize> = (0..fit.agents.len()).collect();
    let rate = |agent: usize| fit.agents[agent].rates.failure_rate;
    places.sort_by(|&one, &other| rate(one).total_cmp(&rate(other)));
    let told = |agent: usize| format!("{} ({})", four_decimals(rate(agent)), name(fit, agent));
    match places.as_slice() {
        [] => None,
        [only] => Some(format!("Failure rate: {}.", told(*only))),
        [best, .., worst] => Some(format!("Failure rates from {} to {}.", told(*best), told(*worst))),
    }
}

/// The correlation of failures.
fn correlation(fit: &Fit) -> Option<String> {
    let correlation = fit.correlation?;
    let who = match correlation.between {
        CorrelatedRuns::Agents => "two agents",
        CorrelatedRuns::Runs => "two runs",
    };
    let around = correlation.resampled.map_or(String::new(), |around| {
        format!(" ({}, by resampling {})", between(Some(around)), units(fit))
    });
    Some(format!("Correlation of the failures of {who} on one task: φ {:.3}{around}.", correlation.value))
}
