//! Which fit a part is of.

use crate::fit::row::Row;
use crate::fit::{FitOptions, FittedModel, Model};
use crate::{GivenAnswer, Log, Results};
use kofn::scenario::Error;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What all parts of a step have in common: whatever their numbers depend on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Run {
    version: String,
    /// SHA-256 of the agents' names, and of the tasks with their results, clusters and answers.
    log: String,
    seed: u64,
    replicas: u64,
    halvings: u64,
    halvings_seed: u64,
    /// The model of the second step.
    pub(super) chosen: Option<Chosen>,
}

/// A model that was fitted to all tasks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Chosen {
    #[serde(flatten)]
    model: Model,
    fitted: Row,
}

impl PartialEq for Chosen {
    fn eq(&self, other: &Self) -> bool {
        self.model == other.model && *self.fitted == *other.fitted
    }
}

impl Chosen {
    pub(super) fn fitted(&self, agents: usize) -> Option<FittedModel> {
        FittedModel::of_row(self.model, agents, &self.fitted)
    }
}

impl Run {
    /// The first step of a fit.
    pub(super) fn of(log: &Log, options: &FitOptions) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            log: fingerprint(log),
            seed: options.seed,
            replicas: options.replicas as u64,
            halvings: options.halvings.count as u64,
            halvings_seed: options.halvings.seed,
            chosen: None,
        }
    }

    /// The second step of a fit, with this model.
    pub(super) fn with_choice(&self, fitted: &FittedModel) -> Self {
        let chosen = Chosen { model: fitted.model, fitted: fitted.row() };
        Self { chosen: Some(chosen), ..self.clone() }
    }

    /// Requires that this is `ours`; `both` is what the two are of.
    pub(super) fn require(&self, ours: &Self, both: &str) -> Result<(), Error> {
        if self == ours {
            return Ok(());
        }
        let value = |run: &Self| serde_json::to_value(run).unwrap_or_default();
        let what = kofn::differences(&value(self), &value(ours)).join("; ");
        Err(Error::refused("parts", format!("{both} must be of one log and one set of options: {what}")))
    }
}

pub(super) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fingerprint(log: &Log) -> String {
    let mut hash = Hash(Sha256::new());
    hash.number(log.agents.len() as u64);
    log.agents.iter().for_each(|name| hash.text(name));
    hash.results(&log.results);
    for answered in log.answers.iter().flat_map(|answers| &answers.kinds) {
        hash.number(1 + answered.groups.len() as u64);
        for group in answered.groups.iter() {
            let answer = match group.answer {
                GivenAnswer::Right => 0,
                GivenAnswer::Silent => 1,
                GivenAnswer::Unrecorded => 2,
                GivenAnswer::Wrong(number) => 3 + u64::from(number),
            };
            [group.agent.into(), answer, group.runs.into()].into_iter().for_each(|of| hash.number(of));
        }
        hash.number(answered.cluster.map_or(0, |cluster| cluster.wrapping_add(1)));
        hash.number(answered.tasks);
    }
    hexadecimal(hash.0)
}

/// A hash of numbers, each of eight bytes, and of texts with their lengths.
struct Hash(Sha256);

impl Hash {
    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text);
    }

    fn results(&mut self, results: &Results) {
        self.number(results.kinds().len() as u64);
        for kind in results.kinds() {
            self.tasks(&kind.tallies, kind.tasks);
        }
        self.number(results.clusters().map_or(0, |clusters| clusters.wrapping_add(1)));
        for cluster in results.each_cluster().into_iter().flatten() {
            cluster.for_each(|(tallies, tasks)| self.tasks(tallies, tasks));
            self.number(u64::MAX);
        }
    }

    fn tasks(&mut self, tallies: &[crate::RunTally], tasks: u64) {
        for tally in tallies {
            self.number(u64::from(tally.correct()) << 32 | u64::from(tally.runs()));
        }
        self.number(tasks);
    }
}
