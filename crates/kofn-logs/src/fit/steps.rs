//! The two steps of a fit, of which each can be computed in parts: models are compared and tasks redrawn, then the
//! model to trust is fitted again.
//!
//! # Implementation
//! A step is a list of units, which are all computed from the log and the options alone: a fit of a model, a half of the
//! tasks, a draw. A part has a range of each kind. A fit in one piece is one part of each step.

use super::answers::{Answering, PluralityHalf};
use super::effort::Effort;
use super::held_out::{Comparing, Half, WholeFit};
use super::resample::{BootstrapRows, Redrawn};
use super::row::Row;
use super::summary::{
    Drawn, FALSE_ALARM_RATE, agents, all_refits, counted, done_less, is_independent, moment, passes, refits,
    trusted,
};
use super::votes::VoteShares;
use super::watch::Watch;
use super::{
    AgentPasses, CorrelatedRuns, Correlation, Fit, FitOptions, FittedModel, ModelComparison, VoteFit, alike,
    pairs, repeats_correlation,
};
use crate::Log;
use kofn::monte_carlo::Part;
use kofn::scenario::Error;
use serde::{Deserialize, Serialize};

/// A fit of which some is computed.
pub(super) struct Steps<'a> {
    log: &'a Log,
    /// What was asked for, and how much of that is done.
    asked: &'a FitOptions,
    settings: FitOptions,
    passes: (Vec<AgentPasses>, Vec<String>),
    comparing: Comparing<'a>,
    votes: VoteShares,
    answering: Answering<'a>,
}

/// Units of the first step.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Compared {
    /// Models fitted to all tasks.
    fits: Vec<WholeFit>,
    /// Halves of the tasks with the trials of all models.
    halves: Vec<Option<Half>>,
    /// What was counted of tasks drawn again.
    counts: BootstrapRows,
    /// What was estimated of their answers.
    answers: BootstrapRows,
}

/// Units of the second step.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refitted {
    /// The trusted model fitted to tasks drawn again.
    refits: Vec<Option<Row>>,
    /// Its predictions of pluralities on halves of the tasks.
    halves: Vec<Option<PluralityHalf>>,
}

impl Compared {
    /// The units of parts that are in order.
    pub(super) fn joined(parts: Vec<&Self>) -> Self {
        let rows = |of: fn(&Self) -> &BootstrapRows| BootstrapRows::joined(parts.iter().map(|part| of(part)));
        Self {
            fits: parts.iter().flat_map(|part| part.fits.clone()).collect(),
            halves: parts.iter().flat_map(|part| part.halves.clone()).collect(),
            counts: rows(|part| &part.counts),
            answers: rows(|part| &part.answers),
        }
    }
}

impl Refitted {
    /// The units of parts that are in order.
    pub(super) fn joined(parts: Vec<&Self>) -> Self {
        Self {
            refits: parts.iter().flat_map(|part| part.refits.clone()).collect(),
            halves: parts.iter().flat_map(|part| part.halves.clone()).collect(),
        }
    }
}

/// The model to trust, fitted to all tasks.
pub(super) fn chosen(comparison: &ModelComparison) -> Option<&FittedModel> {
    comparison.models[comparison.trusted?].fitted.as_ref()
}

impl<'a> Steps<'a> {
    pub(super) fn new(log: &'a Log, asked: &'a FitOptions) -> Result<Self, Error> {
        if log.agents.is_empty() {
            return Err(Error::refused("", "the log has no runs of an agent: there is nothing to fit"));
        }
        let passes = passes(log, &asked.ks)?;
        let replicas = Effort::of(&log.results).replicas(asked.replicas);
        let comparing = Comparing::new(&log.results, asked.halvings);
        let settings = asked.clone().with_replicas(replicas).with_halvings(comparing.halvings());
        let votes = VoteShares::new(&log.results, comparing.targets());
        Ok(Self { log, asked, settings, passes, comparing, votes, answering: Answering::new(log) })
    }

    /// A part of the first step.
    pub(super) fn compare(&self, part: Part, watch: &Watch) -> Result<Compared, Error> {
        let redrawn = Redrawn::new(&self.log.results, self.settings.replicas, self.settings.seed);
        Ok(Compared {
            fits: self.comparing.fits(part, watch)?,
            halves: self.comparing.halves(part, watch)?,
            counts: redrawn.rows(part, watch, |results| counted(results, &self.votes))?,
            answers: self.answering.redrawn(&self.settings, part, watch)?,
        })
    }

    /// The models side by side, after all of the first step.
    pub(super) fn comparison(&self, compared: &Compared) -> ModelComparison {
        self.comparing.comparison(&compared.fits, &compared.halves)
    }

    /// Whether these can be all units of the first step.
    pub(super) fn are_all_compared(&self, compared: &Compared) -> bool {
        let Compared { fits, halves, counts, answers } = compared;
        let redrawn = Redrawn::new(&self.log.results, self.settings.replicas, self.settings.seed);
        self.comparing.fits_in(fits, halves)
            && redrawn.fits_in(counts)
            && self.answering.fits_in(answers, &self.settings)
    }

    /// Whether these can be all units of the second step.
    pub(super) fn are_all_refitted(&self, chosen: &FittedModel, refitted: &Refitted) -> bool {
        let Refitted { refits, halves } = refitted;
        refits.len() == all_refits(chosen.model, self.log, &self.settings)
            && self.answering.halves_fit_in(halves, self.settings.halvings)
    }

    /// A part of the second step.
    pub(super) fn refit(&self, chosen: &FittedModel, part: Part, watch: &Watch) -> Result<Refitted, Error> {
        Ok(Refitted {
            refits: refits(chosen, self.log, &self.settings, part, watch)?,
            halves: self.answering.halves(chosen, self.settings.halvings, part, watch)?,
        })
    }

    /// The answer, after both steps.
    pub(super) fn answer(
        self,
        comparison: ModelComparison,
        compared: Compared,
        refitted: Refitted,
    ) -> Result<Fit, Error> {
        let Self { log, asked, settings, passes: (passes, mut notes), votes, answering, .. } = self;
        let drawn = Drawn::new(&log.results, &votes, compared.counts, settings.confidence);
        let fitted = chosen(&comparison);
        let trusted = comparison
            .choice
            .zip(fitted)
            .map(|(choice, fitted)| trusted(choice, fitted, &refitted.refits, (log, &settings)));
        let trusted = trusted.transpose()?;
        notes.extend(done_less(log, &settings, asked, fitted.map(|fitted| fitted.model)));
        let correlation = moment(&log.counts).map(|(between, value)| Correlation {
            between,
            value,
            resampled: drawn.correlation(),
        });
        let tested = fitted.map(|fitted| (fitted, refitted.halves));
        let answered = answering.answer(correlation, compared.answers, tested, &settings);
        notes.extend(answered.notes);
        let trusted = trusted.map(|trusted| trusted.with_failures(answered.failures));
        let votes = comparison.votes.into_iter().enumerate();
        let independent = comparison.models.iter().rposition(is_independent);
        let other = trusted.as_ref().map(|trusted| trusted.model);
        let of = independent.zip(other.filter(|&model| !is_independent(&comparison.models[model])));
        Ok(Fit {
            tasks: log.counts.tasks,
            clusters: log.results.clusters(),
            agents: agents(log, passes, &drawn, &settings)?,
            pairs: pairs(&log.counts),
            alike: alike(&log.counts, &log.results, FALSE_ALARM_RATE)?,
            correlation,
            repeats: repeats_correlation(&log.counts).map(|value| Correlation {
                between: CorrelatedRuns::Runs,
                value,
                resampled: drawn.repeats(),
            }),
            votes: votes.map(|(place, row)| VoteFit::new(row, drawn.vote(place), of)).collect(),
            answers: answered.answers,
            collision: answered.collision,
            failures: answered.failures,
            effective_votes: answered.effective,
            models: comparison.models,
            halvings: comparison.halvings,
            independent,
            trusted,
            confidence: settings.confidence,
            replicas: settings.replicas,
            seed: settings.seed,
            notes,
        })
    }
}
