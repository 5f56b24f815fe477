//! A plan from logs in words, for texts and reports.

use super::{Gain, HeldOutChoice, Judged, LogAdvice, Recommendation};
use crate::replay::Replay;
use kofn::answers::grouped;
use kofn::answers::numbers::{as_sure, chance, signed_as_sure as signed};
use kofn::escape;
use kofn::plan::{Choice, Options};

impl LogAdvice {
    /// Returns a sentence that says where the numbers of the system recommended among `options` come from.
    pub fn judged_in_words(&self, options: &Options) -> Option<String> {
        self.recommended.as_ref().map(|recommended| judged(options, recommended, self))
    }

    /// Returns what choosing gained on held-out tasks, in sentences.
    pub fn gains_in_words(&self) -> Option<String> {
        Some(gains(self.held_out.as_ref()?, self.recommended.as_ref()?, self))
    }

    /// Returns what must be known before the plan is used: the [caveats](Self::caveats), and a warning if the log
    /// contradicts the model about the system that is recommended among `options`.
    pub fn warnings(&self, options: &Options) -> Vec<String> {
        let misfit = self.recommended.as_ref().and_then(|recommended| misfit(options, recommended));
        self.caveats.iter().cloned().chain(misfit.map(str::to_owned)).collect()
    }
}

/// Returns the name of a system: as in its replay, if there is one.
pub fn system_in_words(replay: Option<&Replay>, choice: &Choice) -> String {
    replay.map_or_else(|| choice.title(), |replay| escape(&replay.system).into_owned())
}

/// Source of the numbers in the first line.
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

/// Gain of the choice on held-out tasks, in sentences.
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

/// A warning if the replay contradicts the model.
fn misfit(options: &Options, recommended: &Recommendation) -> Option<&'static str> {
    let replay = recommended.replay.as_ref()?;
    let modeled = options.choices[recommended.place].exact.correct;
    (!replay.interval.contains(modeled))
        .then_some("The model's prediction is outside the interval of the replay. Rely on the replay.")
}
