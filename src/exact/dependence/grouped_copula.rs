//! Agents in groups whose failures are correlated through normal variables: one of all agents and one of each group.
//!
//! # Accuracy
//! Outcomes are within 2.5·10⁻¹⁴, as under the plain copula: 2·10⁻¹⁵ is the largest error seen on 1,590 probabilities
//! of 25 digits, the median 9·10⁻¹⁷.
//!
//! # Testing
//! In `tests/exact/groups.rs`: against `tests/reference/groups.csv`, which holds nested integrals with every kind of
//! rule and failures; r = w, one group, single agents and w = 0 against the models that they are; pairs against
//! [`phi`](crate::exact::phi()); importances against differences of `assess`.
//!
//! # Implementation
//! The joint law of the numbers of failures comes from [`Groups`], whose sums have steps that are proven to be fine
//! enough; what each number gives comes from [`by_state`](super::by_state). Given that an agent is at its barrier, its
//! own group and all others are normal with other means and deviations: so importances come from the same sums.

use super::by_state::Calls;
use super::gaussian_copula::GaussianCopula;
use super::independent::Independent;
use super::model::{Model, TaskRate, check_count, not_converged, refused};
use crate::exact::agents::Population;
use crate::exact::binomial::{Chance, mass};
use crate::exact::double_double::DoubleDouble;
use crate::exact::fractions::{Chances, FailureLaw, Number, Reading};
use crate::exact::outcomes::TaskAnswer;
use crate::exact::rule::{Decision, Procedure};
use crate::exact::scaled::Scaled;
use crate::exact::shared::{Barrier, Group, Groups, Members, NoLaw, States};
use crate::exact::wrong_answers::Answers;
use crate::scenario::Error;

const NAME: &str = "\"gaussian-copula\" with groups";

/// Maximum number of classes of tasks: each takes some twenty milliseconds.
const MAX_CLASSES: usize = 500;

/// Maximum number of agents for importances: each that is not like another has a law of its own.
const MAX_RANKED_AGENTS: u64 = 200;

/// The latent normal variables of two agents have the correlation w inside a group and r between groups.
pub(super) struct GroupedCopula {
    pub correlation: f64,
    pub within: f64,
    pub groups: Vec<u64>,
}

impl GroupedCopula {
    /// Returns the simpler model with the same law of the agents, if there is one. `again` says whether they are called
    /// again: calls of one agent share the variable of its group, also where it is alone there.
    fn simpler(&self, again: bool) -> Option<Box<dyn Model>> {
        if self.within == self.correlation || self.groups.len() == 1 {
            return Some(Box::new(GaussianCopula::new(self.within)));
        }
        let alone = !again && self.groups.iter().all(|size| *size == 1);
        if alone && self.correlation == 0.0 {
            return Some(Box::new(Independent));
        }
        alone.then(|| Box::new(GaussianCopula::new(self.correlation)) as Box<dyn Model>)
    }

    fn law(&self, agents: &Population, calls: &Calls<'_>) -> Result<Vec<Scaled>, Error> {
        let deviations = Deviations::of(Chance::of_rate(self.correlation), Chance::of_rate(self.within));
        let mut each = Barriers::of(agents).into_iter().zip(&calls.classes);
        let mut groups = Vec::with_capacity(self.groups.len());
        for size in &self.groups {
            let members: Vec<(Barrier, usize)> =
                each.by_ref().take(*size as usize).map(|(barrier, class)| (barrier, *class)).collect();
            groups.push(deviations.group(members_of(&members, calls)));
        }
        law_of(&calls.states, groups)
    }
}

/// An agent whose importance is asked for: the group that it is in, and its barrier.
#[derive(Clone, Copy)]
struct Pivot {
    group: usize,
    barrier: Barrier,
}

impl GroupedCopula {
    /// Returns P(just `quorum` − 1 of the others are right) for each agent when it is at its barrier.
    fn importance_of_each(&self, agents: &Population, quorum: u64) -> Result<Vec<Scaled>, Error> {
        check_count(agents.count(), NAME, MAX_RANKED_AGENTS)?;
        let barriers = Barriers::of(agents);
        let mut groups: Vec<Vec<Barrier>> = Vec::new();
        let mut rest = &barriers[..];
        for size in &self.groups {
            let (group, others) = rest.split_at(*size as usize);
            groups.push(group.to_vec());
            rest = others;
        }
        let mut known: Vec<((Vec<Barrier>, Barrier), Scaled)> = Vec::new();
        let mut importances = Vec::with_capacity(barriers.len());
        for (group, members) in groups.iter().enumerate() {
            for &barrier in members {
                let found = known.iter().find(|((of, own), _)| of == members && *own == barrier);
                let importance = match found {
                    Some((_, importance)) => *importance,
                    None => {
                        let votes = agents.modes().right_votes;
                        let importance = self.decides(&groups, Pivot { group, barrier }, votes, quorum)?;
                        known.push(((members.clone(), barrier), importance));
                        importance
                    }
                };
                importances.push(importance);
            }
        }
        let all_alike = known.len() == 1 && matches!(agents, Population::Identical { .. });
        importances.truncate(if all_alike { 1 } else { importances.len() });
        Ok(importances)
    }

    /// Returns P(just `quorum` − 1 of the others are right and vote), given that an agent is at its barrier.
    fn decides(
        &self,
        groups: &[Vec<Barrier>],
        pivot: Pivot,
        votes: Chance,
        quorum: u64,
    ) -> Result<Scaled, Error> {
        let deviations = Deviations::of(Chance::of_rate(self.correlation), Chance::of_rate(self.within));
        let mut given = Vec::with_capacity(groups.len());
        let mut others = 0;
        for (place, barriers) in groups.iter().enumerate() {
            let is_own = place == pivot.group;
            let mut barriers = barriers.clone();
            if is_own && let Some(own) = barriers.iter().position(|barrier| *barrier == pivot.barrier) {
                barriers.remove(own);
            }
            others += barriers.len() as u64;
            if barriers.is_empty() {
                continue;
            }
            if let Barrier::Fixed(own) = pivot.barrier
                && (is_own || self.correlation > 0.0)
            {
                // With its barrier at infinity the variables that it shares are there too: those with a finite barrier
                // all do as it does not.
                let pulled = own.opposite();
                for barrier in &mut barriers {
                    if let Barrier::At(_) = barrier {
                        *barrier = Barrier::Fixed(pulled);
                    }
                }
            }
            let members = barriers.iter().map(|&barrier| Members { barrier, class: 0, count: 1 });
            let members = merged(members);
            given.push(match pivot.barrier {
                Barrier::At(barrier) => deviations.group_given(barrier, is_own, members),
                Barrier::Fixed(_) => deviations.group(members),
            });
        }
        let Some(states) = States::new(vec![others], u64::MAX) else { return Ok(Scaled::ZERO) };
        let law = law_of(&states, given)?;
        let total: Scaled = law.iter().copied().sum();
        let term = |(failures, &probability): (u64, &Scaled)| {
            let right = others - failures;
            if right + 1 < quorum { Scaled::ZERO } else { probability * mass(right, votes, quorum - 1) }
        };
        Ok((0..).zip(&law).map(term).sum::<Scaled>() / total)
    }
}

/// Returns members of one barrier and class as one.
fn merged(all: impl Iterator<Item = Members>) -> Vec<Members> {
    let mut merged: Vec<Members> = Vec::new();
    for members in all {
        match merged.iter_mut().find(|like| like.class == members.class && like.barrier == members.barrier) {
            Some(like) => like.count += members.count,
            None => merged.push(members),
        }
    }
    merged
}

/// Returns the law of all states.
pub(super) fn law_of(states: &States, groups: Vec<Group>) -> Result<Vec<Scaled>, Error> {
    Groups::new(states, groups).law().map_err(|none| match none {
        NoLaw::NotConverged => not_converged("gaussian-copula"),
        NoLaw::TooManySteps { steps, max } => refused(&format!(
            "{NAME} has no exact answer here: it takes some {steps:.0e} steps, and the maximum is {max:.0e}; \
             use fewer agents, attempts or stages, or a correlation that is farther from one"
        )),
    })
}

/// The barriers of all agents, each of which takes a while to find.
pub(super) struct Barriers;

impl Barriers {
    pub(super) fn of(agents: &Population) -> Vec<Barrier> {
        match agents {
            Population::Identical { count, agent } => vec![Barrier::of(agent.failure()); *count as usize],
            Population::Different(agents) => {
                agents.iter().map(|agent| Barrier::of(agent.failure())).collect()
            }
        }
    }
}

/// Returns the calls of some agents, each in every ballot.
pub(super) fn members_of(agents: &[(Barrier, usize)], calls: &Calls<'_>) -> Vec<Members> {
    merged(agents.iter().flat_map(|&(barrier, class)| {
        let of_ballot = move |ballot: usize| Members {
            barrier,
            class: ballot * calls.classes_of_ballot() + class,
            count: 1,
        };
        (0..calls.ballots).map(of_ballot)
    }))
}

/// The deviations of the normal variables of a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deviations {
    /// √r.
    shared: DoubleDouble,
    /// √(w − r).
    group: DoubleDouble,
    /// √(1 − w).
    own: DoubleDouble,
}

impl Deviations {
    /// Returns those of a correlation r between groups and w ≥ r within.
    pub(super) fn of(correlation: Chance, within: Chance) -> Self {
        // Of two numbers near one the complements are those that are not rounded.
        let between =
            if within.yes.to_f64() > 0.5 { correlation.no - within.no } else { within.yes - correlation.yes };
        let [shared, group, own] =
            [correlation.yes, between, within.no].map(|square| square.sqrt().to_double_double());
        Self { shared, group, own }
    }

    pub(super) fn group(&self, members: Vec<Members>) -> Group {
        Group { slope: self.shared, offset: DoubleDouble::ZERO, spread: self.group, own: self.own, members }
    }

    /// The same given that the latent variable of an agent is `at`, an agent of this group or of another one.
    ///
    /// Then Z = √r·t + √(1−r)·Z′. Given Z as well, the m of the agent's group, which is N(√r·Z, w−r), has been seen
    /// through t = m + √(1−w)·e.
    fn group_given(&self, at: DoubleDouble, is_own: bool, members: Vec<Members>) -> Group {
        let Self { shared, group, own } = *self;
        let rest = group * group + own * own;
        let (mean, deviation) = (shared * at, rest.sqrt());
        if !is_own {
            return Group { slope: shared * deviation, offset: shared * mean, spread: group, own, members };
        }
        // The part of √r·Z in the mean of m; the other part is that of t.
        let part = own * own / rest;
        Group {
            slope: part * shared * deviation,
            offset: part * shared * mean + group * group / rest * at,
            spread: group * own / deviation,
            own,
            members,
        }
    }
}

impl Model for GroupedCopula {
    fn result(&self, agents: &Population, procedure: &Procedure<'_>, answers: Answers) -> TaskAnswer {
        if let Some(model) = self.simpler(procedure.pipelines.repeat()) {
            return model.result(agents, procedure, answers);
        }
        let calls = Calls::new(agents, procedure, answers, NAME)?;
        calls.result(&self.law(agents, &calls)?)
    }

    fn check_classes(&self, classes: usize, different_agents: u64) -> Result<(), Error> {
        if let Some(model) = self.simpler(false) {
            return model.check_classes(classes, different_agents);
        }
        if classes <= MAX_CLASSES {
            return Ok(());
        }
        let message = format!(
            "{classes} classes of tasks are too many for an exact answer with {NAME}; the maximum is {MAX_CLASSES}"
        );
        Err(Error::refused("tasks", message))
    }

    fn importance(&self, agents: &Population, decision: &Decision) -> Result<Vec<Scaled>, Error> {
        match self.simpler(false) {
            Some(model) => model.importance(agents, decision),
            None => match decision {
                Decision::Quorum(quorum) => self.importance_of_each(agents, *quorum),
                Decision::Weights(_) => Err(Error::refused(
                    "dependence.groups",
                    "the importance of agents with weights has no exact answer where agents are in groups",
                )),
            },
        }
    }

    /// Whether groups grow or become more as n → ∞ is not said, and they have different limits.
    fn rate_given_task(&self, failure: Chance) -> TaskRate {
        if let Some(model) = self.simpler(false) {
            return model.rate_given_task(failure);
        }
        if failure.yes.is_zero() || failure.no.is_zero() {
            return TaskRate::certain(failure);
        }
        let message = format!(
            "{NAME} has no limit of many agents: it depends on whether there are more groups or larger ones"
        );
        TaskRate::Spread(Box::new(move |_| Err(refused(&message))))
    }

    fn rational(&self, rates: &Chances, reading: Reading) -> Result<Vec<(Number, FailureLaw)>, Error> {
        // Where they are correlated in any way, no fraction is exact.
        self.simpler(false)
            .unwrap_or_else(|| Box::new(GaussianCopula::new(self.within)))
            .rational(rates, reading)
    }

    fn calls_share_a_rate(&self) -> bool {
        false
    }
}
