//! A plan with the agents of logs: what to build and how it was judged first, then what each price buys.

use super::text::{chance, colored};
use super::{table, text};
use crate::args::PlanArguments;
use crate::output::{self, BAD, GOOD, Output, styled};
use crate::progress::Steps;
use crate::text::{as_sure, grouped, wrapped};
use crate::{End, Failure, interrupt};
use kofn::answers::options_shown;
use kofn::escape;
use kofn::plan::{Choice, Options};
use kofn_logs::advice::{
    Gain, HeldOutChoice, Judged, LogAdvice, LogPlan, PlanStep, Recommendation, plan_logs,
};
use kofn_logs::replay::Replay;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// Plans with the agents of logs.
pub(super) fn plan(arguments: &PlanArguments, output: &mut Output) -> Result<End, Failure> {
    let (sources, reading) = (crate::fit::sources(&arguments.logs)?, arguments.reading.options()?);
    let (steps, stop) = (Steps::new(), interrupt::flag());
    // While models are fitted, this is asked very often.
    let fitted = AtomicU64::new(u64::MAX);
    let go_on = |step: PlanStep, done: u64, all: u64| {
        if step != PlanStep::Fitting || fitted.swap(done, Ordering::Relaxed) != done {
            steps.show(step.doing(), done, all);
        }
        !stop.load(Ordering::Relaxed)
    };
    let answer = plan_logs(sources, &reading, &arguments.log_question()?, &go_on);
    steps.clear();
    let answer = match answer {
        Err(error) if stop.load(Ordering::Relaxed) => {
            output::complain(&error);
            return Ok(End::Interrupted);
        }
        answer => answer?,
    };
    if let Some(file) = &arguments.figure {
        super::write_figure(&answer.plan, file)?;
    }
    if arguments.json {
        output.json(&answer)?;
    } else {
        print(output, &answer)?;
    }
    Ok(match () {
        () if answer.log.partial => End::Interrupted,
        () if answer.log.recommended.as_ref().map_or(answer.plan.is_met(), |of| of.meets) => End::Done,
        () => End::Unmet,
    })
}

fn print(output: &mut Output, answer: &LogPlan) -> io::Result<()> {
    let LogPlan { plan, log, .. } = answer;
    if let (Ok(options), Some(recommended)) = (&plan.planned.options, &log.recommended) {
        for line in best(options, recommended, log) {
            output.line(&line)?;
        }
        for caveat in log.caveats.iter().map(String::as_str).chain(misfit(options, recommended)) {
            wrapped(&format!("{} {caveat}", styled(BAD, "Note:")), 2)
                .iter()
                .try_for_each(|line| output.line(line))?;
        }
        output.line("")?;
        frontier(output, options, log)?;
    }
    if plan.planned.plan.is_ok() {
        output.line("")?;
    }
    // What is built needs no other change, whatever the model says of it.
    if !log.recommended.as_ref().is_some_and(|recommended| recommended.meets) {
        text::obstacles(output, plan)?;
    }
    output.line("")?;
    text::steps(output, &plan.planned)?;
    text::assumed(output, plan)?;
    output.line("")?;
    crate::fit::trust(output, &log.fit, log.fit.trusted.as_ref())?;
    crate::fit::sources_read(output, &log.sources, &log.notes)
}

/// What to build, how sure that is, and the best agent alone.
fn best(options: &Options, recommended: &Recommendation, log: &LogAdvice) -> Vec<String> {
    let choice = &options.choices[recommended.place];
    let half = recommended.interval.map_or(0.005, |interval| interval.half_width());
    let interval = recommended.interval.map_or(String::new(), |interval| {
        format!(" ({} to {})", as_sure(interval.low, half), as_sure(interval.high, half))
    });
    let effort = text::effort(choice);
    let told = format!(
        "{}. Correct {}{interval}, wrong {}, {effort}.",
        system(recommended.replay.as_ref(), choice),
        as_sure(recommended.correct, half),
        as_sure(recommended.wrong, half)
    );
    let mut lines = match recommended.meets {
        true => colored(GOOD, "Build", &format!("Build: {told}")),
        false => {
            let compared = grouped(options.considered as u64);
            let none = match options.considered {
                1 => format!("None: the only system does not meet all limits. It is {told}"),
                _ => format!("None of the {compared} systems compared meets all limits. Best: {told}"),
            };
            colored(BAD, "None", &none)
        }
    };
    lines.extend(wrapped(&format!("  {}", judged(options, recommended, log)), 2));
    if log.best_single_place == Some(recommended.place) {
        let only = if log.agents.len() == 1 { "one call" } else { "the best single agent" };
        lines.push(format!("  This is {only}."));
    } else if let (Some(place), Some(single)) = (log.best_single_place, &log.best_single) {
        let half = single.interval.half_width();
        lines.extend(wrapped(
            &format!(
                "{}: {}. Correct {} ({} to {}), {}.",
                if log.agents.len() == 1 { "One call" } else { "Best single agent" },
                system(Some(single), &options.choices[place]),
                as_sure(single.correct, half),
                as_sure(single.interval.low, half),
                as_sure(single.interval.high, half),
                text::effort(&options.choices[place])
            ),
            2,
        ));
    }
    if let Some(held_out) = &log.held_out {
        lines.extend(wrapped(&gains(held_out, recommended, log), 2));
    }
    lines
}

/// A system as one writes it: of the runs of the only agent of a log too.
fn system(replay: Option<&Replay>, choice: &Choice) -> String {
    replay.map_or_else(|| choice.title(), |replay| escape(&replay.system).into_owned())
}

/// Where the first line's numbers come from.
fn judged(options: &Options, recommended: &Recommendation, log: &LogAdvice) -> String {
    let modeled = &options.choices[recommended.place].exact;
    let model = format!("model: {}", chance(modeled.correct, modeled.failure));
    match (recommended.judged, &recommended.replay) {
        (Judged::Corrected, Some(replay)) => format!(
            "Replay on {}: {}, corrected for having been chosen on them; {model}.",
            replayed_on(replay),
            as_sure(replay.correct, replay.interval.half_width())
        ),
        (Judged::Replayed, Some(replay)) => match &log.held_out {
            None if log.partial => {
                format!("Replay on {}, interrupted before choices were judged; {model}.", replayed_on(replay))
            }
            None => format!(
                "Replay on {}, which were used to choose it; no held-out tasks were available; {model}.",
                replayed_on(replay)
            ),
            Some(_) => format!("Replay on {}; {model}.", replayed_on(replay)),
        },
        _ => {
            let why = recommended.not_replayed.as_deref().unwrap_or("the log cannot replay it");
            format!("From the model alone: {}.", escape(why))
        }
    }
}

/// The tasks of a replay, in words.
fn replayed_on(replay: &Replay) -> String {
    match replay.left_out {
        0 => format!("all {} tasks", grouped(replay.tasks)),
        left_out => format!(
            "the {} of {} tasks that have its runs",
            grouped(replay.tasks),
            grouped(replay.tasks + left_out)
        ),
    }
}

/// What choosing gained on held-out tasks.
fn gains(held_out: &HeldOutChoice, recommended: &Recommendation, log: &LogAdvice) -> String {
    let told = |gain: &Gain| {
        let half = gain.interval.half_width();
        let gained = if gain.difference == 0.0 { "nothing".into() } else { signed(gain.difference, half) };
        format!("{gained} ({} to {})", signed(gain.interval.low, half), signed(gain.interval.high, half))
    };
    let mut text = match &recommended.instead_of {
        Some(team) => format!(
            "No team is better. On held-out tasks {} and similar choices gain {} over the best single agent",
            escape(team),
            told(&held_out.over_best_single)
        ),
        None => format!(
            "On held-out tasks the choice gains {} over {}",
            told(&held_out.over_best_single),
            if log.agents.len() == 1 { "one call" } else { "the best single agent" }
        ),
    };
    if let Some(gain) = &held_out.over_best_by_rate {
        text.push_str(&format!(
            ", and {} over a majority of as many agents, those with the lowest failure rates",
            told(gain)
        ));
    }
    let most = held_out.chosen.first().map_or(0, |chosen| chosen.times);
    let replayed = recommended.replay.as_ref().map(|replay| replay.system.as_str());
    let own = recommended.instead_of.as_deref().or(replayed).unwrap_or(&recommended.name);
    let same = held_out.chosen.iter().find(|chosen| chosen.system == own).map_or(0, |chosen| chosen.times);
    text.push_str(&match most > same {
        true => format!(
            ". It was chosen on {same} of {} random halves, another system more often.",
            held_out.choices
        ),
        false => format!(". It was chosen on {same} of {} random halves.", held_out.choices),
    });
    text
}

fn signed(value: f64, half: f64) -> String {
    let text = as_sure(value.abs(), half);
    if value < 0.0 { format!("−{text}") } else { format!("+{text}") }
}

/// That the log contradicts the model.
fn misfit(options: &Options, recommended: &Recommendation) -> Option<&'static str> {
    let replay = recommended.replay.as_ref()?;
    let modeled = options.choices[recommended.place].exact.correct;
    (!replay.interval.contains(modeled))
        .then_some("The model's prediction is outside the interval of the replay. Rely on the replay.")
}

/// A row for each system of the frontier: what the model says, and what the log replays.
fn frontier(output: &mut Output, options: &Options, log: &LogAdvice) -> io::Result<()> {
    let places = options_shown(options);
    let row = |at: usize| {
        let exact = &options.choices[places[at]].exact;
        let (replayed, interval) = match log.replays.get(at).and_then(Option::as_ref) {
            Some(Replay { correct, interval, .. }) => {
                let half = interval.half_width();
                let range = format!("{} to {}", as_sure(interval.low, half), as_sure(interval.high, half));
                (as_sure(*correct, half), range)
            }
            None => ("–".into(), "–".into()),
        };
        [chance(exact.correct, exact.failure), replayed, interval]
    };
    let built = log.recommended.as_ref().map(|recommended| recommended.place);
    table::rows(output, options, built, ["model", "replayed", "interval"], row)
}
