//! How much is computed for a large log: what would take minutes is done less often, or not at all, and the answer
//! says so.
//!
//! The unit is one multiplication and addition, about a nanosecond. What a log costs is estimated from the number of
//! its agents and of its different tasks, so the same log is treated the same on every machine.
//!
//! # Testing
//! The measured logs: 30 agents on 10,000 tasks, 1,000 agents on 100 and on 1,000 tasks.

use super::model::{Model, ModelFamily, RateSharing};
use crate::Results;
use std::collections::BTreeSet;

/// Steps that are spent on tasks that are redrawn, on halves of the tasks, and on fits of the trusted model to
/// redrawn tasks.
const STEPS_OF_EACH: f64 = 1e10;
/// Maximum number of steps of a single fit.
const STEPS_OF_A_FIT: f64 = 2e9;

/// Minimum numbers of redrawn samples, halvings and refits, whatever they cost.
const MIN_REPLICAS: usize = 100;
const MIN_HALVINGS: usize = 5;
const MIN_REFITS: usize = 40;

/// What a climb of the likelihood takes: evaluations from one start, and starts for classes of tasks.
const STEPS_OF_A_CLIMB: f64 = 60.0;
const STARTS: f64 = 7.0;
/// Evaluations of a Gaussian copula, its points, and how many of these count for a task.
const COPULA_EVALUATIONS: f64 = 6.0;
const COPULA_POINTS: f64 = 60.0;
const COPULA_POINTS_THAT_COUNT: f64 = 25.0;
/// Evaluations of a two-level copula, its points, those of an agent's integral at each, and what a point of that takes
/// for each different tally of runs.
const TWO_LEVEL_EVALUATIONS: f64 = 15.0;
const TWO_LEVEL_POINTS: f64 = 50.0;
const TWO_LEVEL_POINTS_OF_AN_AGENT: f64 = 100.0;
const STEPS_OF_A_TALLY: f64 = 4.0;
/// What drawing a cluster takes, and each different task in it.
const STEPS_OF_AN_ENTRY: f64 = 20.0;
/// Entries of a table of votes.
const VOTES: f64 = 136.0;

/// What a log costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    agents: f64,
    /// Number of different tasks.
    kinds: f64,
    /// Number of different tallies of runs, added up over the agents.
    tallies: f64,
    /// Pairs of agents that are counted for one drawing of the tasks.
    pairs: f64,
    /// What one drawing of clusters takes besides.
    clusters: f64,
}

impl Effort {
    pub(super) fn of(results: &Results) -> Self {
        let (agents, kinds) = (results.agents() as f64, results.kinds().len() as f64);
        let are_run_once =
            results.kinds().iter().all(|kind| kind.tallies.iter().all(|tally| tally.runs() == 1));
        let failing = |kind: &crate::TaskResults| {
            let failing = kind.tallies.iter().filter(|tally| tally.failed() > 0).count() as f64;
            0.5 * failing * failing
        };
        let of_kinds = match are_run_once {
            true => results.kinds().iter().map(failing).sum(),
            false => 4.0 * kinds * 0.5 * agents * agents,
        };
        let entries = results.each_cluster().map_or(0, |clusters| clusters.map(|of| 1 + of.count()).sum());
        let clusters = STEPS_OF_AN_ENTRY * entries as f64;
        let tallies = |agent: usize| {
            let of_kinds = results.kinds().iter().map(|kind| kind.tallies.get(agent).copied());
            of_kinds.collect::<BTreeSet<_>>().len() as f64
        };
        let tallies = (0..results.agents()).map(tallies).sum();
        Self { agents, kinds, tallies, pairs: of_kinds + 10.0 * 0.5 * agents * agents, clusters }
    }

    /// Number of times that the tasks are redrawn, at most `asked`.
    pub(super) fn replicas(self, asked: usize) -> usize {
        affordable(asked, MIN_REPLICAS, self.pairs + self.kinds * (VOTES + self.agents) + self.clusters)
    }

    /// Number of halvings, at most `asked`.
    pub(super) fn halvings(self, models: &[Model], asked: usize) -> usize {
        let fits: f64 =
            models.iter().filter(|model| self.is_fitted(**model)).map(|model| self.fit(*model)).sum();
        affordable(asked, MIN_HALVINGS, fits + self.kinds * self.agents * VOTES)
    }

    /// Number of fits of a model to redrawn tasks.
    pub(super) fn refits(self, model: Model, most: usize) -> usize {
        let starts = match model.family {
            ModelFamily::Classes => STARTS * 9.0 / 4.0,
            // A copula's climb that starts near its peak takes half of the evaluations.
            ModelFamily::CommonCause | ModelFamily::GaussianCopula | ModelFamily::TwoLevelCopula => 2.0,
            ModelFamily::Independent | ModelFamily::BetaBinomial => 1.0,
        };
        affordable(most, MIN_REFITS, self.fit(model) / starts)
    }

    /// Whether one fit of the model is affordable.
    pub(super) fn is_fitted(self, model: Model) -> bool {
        self.fit(model) <= STEPS_OF_A_FIT
    }

    /// What a fit takes. With one rate for all agents, tasks with equally many failures are alike, so that there are
    /// few kinds of them.
    fn fit(self, Model { family, rates }: Model) -> f64 {
        let (agents, kinds) = match rates {
            RateSharing::Equal => (1.0, self.kinds.min(self.agents)),
            RateSharing::Different => (self.agents, self.kinds),
        };
        let runs = agents * kinds;
        match family {
            ModelFamily::Independent | ModelFamily::BetaBinomial => runs,
            ModelFamily::CommonCause => 2.0 * STEPS_OF_A_CLIMB * 2.0 * runs,
            // Two, three and four classes.
            ModelFamily::Classes => STARTS * STEPS_OF_A_CLIMB * 9.0 * runs,
            ModelFamily::GaussianCopula => {
                let second_derivatives = COPULA_POINTS_THAT_COUNT * 0.5 * agents * agents * kinds;
                COPULA_EVALUATIONS * (COPULA_POINTS * runs + second_derivatives)
            }
            ModelFamily::TwoLevelCopula => {
                let integrals = TWO_LEVEL_POINTS_OF_AN_AGENT * STEPS_OF_A_TALLY * self.tallies;
                let sums = STEPS_OF_A_TALLY * self.agents * self.kinds;
                TWO_LEVEL_EVALUATIONS * TWO_LEVEL_POINTS * (integrals + sums)
            }
        }
    }
}

fn affordable(asked: usize, least: usize, steps: f64) -> usize {
    ((STEPS_OF_EACH / steps) as usize).max(least).min(asked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunTally;

    fn effort(agents: usize, tasks: u32) -> Effort {
        let tally = |task: u32, agent: usize| RunTally::new(task >> (agent % 20) & 1, 1).unwrap();
        let task = |task| (0..agents).map(|agent| tally(task, agent)).collect();
        Effort::of(&Results::gather(agents, (0..tasks).map(task)))
    }

    #[test]
    fn ordinary_logs_are_not_bounded() {
        for (agents, tasks) in [(2, 100), (9, 800), (30, 400)] {
            let (effort, models) = (effort(agents, tasks), Model::all(agents));
            assert_eq!((effort.replicas(1000), effort.halvings(&models, 25)), (1000, 25), "{agents}");
            for model in models {
                assert!(effort.is_fitted(model), "{agents}: {model}");
                assert_eq!(effort.refits(model, 400), 400, "{agents}: {model}");
            }
        }
    }

    #[test]
    fn large_logs_are_bounded() {
        let copula = Model { family: ModelFamily::GaussianCopula, rates: RateSharing::Different };
        assert!(!effort(1000, 100).is_fitted(copula));
        let large = effort(1000, 1000);
        assert!(large.replicas(1000) < 1000 && large.replicas(50) == 50);
        assert!(large.halvings(&Model::all(1000), 25) >= MIN_HALVINGS);
        assert!(large.is_fitted(Model { family: ModelFamily::GaussianCopula, rates: RateSharing::Equal }));
    }
}
