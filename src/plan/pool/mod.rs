//! Every team of different agents under every vote, and every cascade of two stages: screened, then assessed.
//!
//! # Accuracy
//! What is returned was answered by [`assess`](crate::exact::assess). Screening only decides what is worth that: a
//! system is left out where another one is no dearer and fails less often by more than the screening may be off.
//! Without groups that is 10⁻⁹ of a probability. With groups the error is taken from the systems that have been
//! assessed: twice the largest one seen, until no system is left within it.
//!
//! # Testing
//! Against all teams and cascades of small pools, each assessed, in `tests/exact/plan_pool.rs`.
//!
//! # Implementation
//! Given what they share ([`nodes`]) agents are independent, and the votes of all teams come from one pass over the
//! subsets ([`laws`]). Of each vote of each team two numbers per case are kept, P(failure) and P(wrong); a cascade is
//! two products of such lists, since its second stage is reached where the first abstains, which given the case does
//! not depend on the second. Of agents that are alike in all that matters only the first are taken.

mod cascades;
mod laws;
mod nodes;
mod priced;
mod select;

use super::choice::Choice;
use super::demand::{Demand, Scope};
use super::families::{Candidate, LeftOut, has_collector, leave_out, plurality, thresholds};
use super::options::Found;
use super::team::{Team, agents, under};
use crate::scenario::Error;
use crate::scenario::scheme::{Any, Cascade, Plurality, Scheme, Single, Stage};
use laws::{Count, Votes};
use nodes::{Nodes, QUICK};
use priced::Prices;
use rayon::prelude::*;
use select::{Margin, Selection};
use std::collections::HashSet;

/// The maximum number of agents of which all teams are screened.
const MAX_AGENTS: usize = 14;

/// The maximum number of products of which the laws of all teams consist: a tenth of a second.
const MAX_TEAM_WORK: f64 = 1.5e8;

/// The maximum number of products for all cascades: a fifth of a second.
const MAX_CASCADE_WORK: f64 = 6e8;

/// What a cascade takes however few cases there are, in products.
const EACH: f64 = 16.0;

/// The smallest and the largest number of cases, where it can be chosen: beside groups.
const NODES: (usize, usize) = (300, 6_000);

/// The maximum number of systems that are assessed; where groups make each take tens of milliseconds.
const MAX_ASSESSED: usize = 1_500;
const MAX_ASSESSED_IN_GROUPS: usize = 200;

/// A vote of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Ballot {
    /// The team, by its bits.
    team: u32,
    /// Which of the ways in which so many agents vote.
    way: usize,
}

impl Ballot {
    fn size(self) -> usize {
        self.team.count_ones() as usize
    }
}

/// A system: one ballot, or one after the other.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Screened {
    first: Ballot,
    then: Option<Ballot>,
    failure: f64,
    wrong: f64,
    price: f64,
    latency: f64,
}

/// A ballot with its probabilities in all.
#[derive(Debug, Clone, Copy)]
struct Voted {
    ballot: Ballot,
    failure: f64,
    wrong: f64,
    price: f64,
    latency: f64,
    /// Where the numbers of each case are, if it can be a stage.
    stage: Option<usize>,
}

impl Voted {
    /// The ballot as a system of its own.
    fn alone(&self) -> Screened {
        let Self { ballot, failure, wrong, price, latency, .. } = *self;
        Screened { first: ballot, then: None, failure, wrong, price, latency }
    }
}

/// The agents of a pool and how they may vote.
struct Pool<'a> {
    team: &'a Team<'a>,
    /// Their places in the scenario.
    agents: Vec<usize>,
    /// The ways in which n agents vote, by n.
    ways: Vec<Vec<(Count, Scheme)>>,
    prices: Prices,
    /// For each agent those before it that are like it, by their bits.
    alike: Vec<u32>,
    nodes: Nodes,
    /// The largest number of agents in a team, and in a cascade.
    largest: usize,
    largest_cascade: usize,
}

/// Searches all teams of the agents that differ, and all cascades of two of them.
pub(super) fn search(team: &Team<'_>, demand: &Demand, scope: &Scope) -> Found {
    let (pool, mut left_out) = Pool::new(team, scope, false);
    let (voted, stages) = pool.votes();
    let mut margin = if pool.nodes.is_coarse { Margin::COARSE } else { Margin::FINE };
    let mut selection = Selection::new(demand, margin);
    let teams = voted.iter().filter(|voted| pool.is_first(voted.ballot.team, 0)).map(Voted::alone);
    let teams: Vec<Screened> = teams.collect();
    let alone = teams.len();
    selection.add(teams);
    let (cascades, screened) = cascades::screened(&pool, &voted, &stages, &selection);
    selection.add(cascades);
    let most = if pool.nodes.is_coarse { MAX_ASSESSED_IN_GROUPS } else { MAX_ASSESSED };
    let (mut choices, mut seen) = (Vec::new(), HashSet::new());
    loop {
        let mut new: Vec<Screened> = selection.within(margin);
        new.retain(|system| !seen.contains(&(system.first, system.then)));
        if new.is_empty() {
            break;
        }
        if choices.len() + new.len() > most {
            new.truncate(most - choices.len());
            let message =
                format!("more than {most} systems are nearly as good as the best ones: some are left out");
            left_out.push(LeftOut { what: "teams", error: Error::refused("agents", message) });
        }
        seen.extend(new.iter().map(|system| (system.first, system.then)));
        let answers: Vec<_> =
            new.par_iter().map(|system| pool.candidate(system).and_then(Choice::of)).collect();
        let mut off: f64 = 0.0;
        for (system, answer) in new.iter().zip(answers) {
            match answer {
                Ok(choice) => {
                    off = off.max(select::difference(system, &choice));
                    choices.push(choice);
                }
                Err(error) => leave_out(&mut left_out, pool.name(system), error),
            }
        }
        if choices.len() >= most {
            break;
        }
        margin = margin.at_least(off);
    }
    let considered = alone + screened;
    Found { choices, considered, left_out }
}

/// Returns the best of all teams and cascades, by numbers that are good to a few digits: the cheapest that meets the
/// demand; else the one that fails least of those within its ceilings, or of all.
pub(super) fn best(team: &Team<'_>, demand: &Demand, scope: &Scope) -> Result<Candidate, Error> {
    let (pool, left_out) = Pool::new(team, scope, true);
    let (voted, stages) = pool.votes();
    let mut selection = Selection::new(demand, Margin::NONE);
    selection
        .add(voted.iter().filter(|voted| pool.is_first(voted.ballot.team, 0)).map(Voted::alone).collect());
    selection.add(cascades::screened(&pool, &voted, &stages, &selection).0);
    let systems = selection.within(Margin::NONE);
    let first = |system: &&Screened| 1.0 - system.failure >= demand.target && selection.is_admitted(system);
    let by_price =
        |a: &&Screened, b: &&Screened| a.price.total_cmp(&b.price).then(a.failure.total_cmp(&b.failure));
    let admitted: Vec<Screened> =
        systems.iter().copied().filter(|system| selection.is_admitted(system)).collect();
    let best = systems.iter().filter(first).min_by(by_price).copied();
    let best = best.or_else(|| most_reliable(&admitted)).or_else(|| most_reliable(&systems));
    let none = || Error::refused("agents", "there is no team");
    pool.candidate(&best.ok_or_else(|| left_out.first().map_or_else(none, |left| left.error.clone()))?)
}

/// Returns the system that fails least; of those that differ from it by rounding the cheapest.
fn most_reliable(systems: &[Screened]) -> Option<Screened> {
    const ROUNDING: f64 = 1e-9;
    let least = systems.iter().map(|system| system.failure).min_by(f64::total_cmp)?;
    let as_good = systems.iter().filter(|system| system.failure <= least * (1.0 + ROUNDING));
    as_good.min_by(|a, b| a.price.total_cmp(&b.price)).copied()
}

impl<'a> Pool<'a> {
    fn new(team: &'a Team<'a>, scope: &Scope, is_quick: bool) -> (Self, Vec<LeftOut>) {
        let base = team.base;
        let mut left_out = Vec::new();
        let mut leave_out = |what, message: String| {
            left_out.push(LeftOut { what, error: Error::refused("agents", message) });
        };
        let all = team.all();
        let plurality = plurality(base);
        let ways: Vec<Vec<(Count, Scheme)>> =
            (0..=all.len().min(MAX_AGENTS)).map(|size| ways(size, plurality, scope.checker)).collect();
        let mut most = all.len().min(MAX_AGENTS);
        let (mut agents, mut nodes);
        loop {
            agents = priced::best(team, most);
            let cases = (MAX_CASCADE_WORK / cascades::work(most, most, &ways)) as usize;
            let cases = if is_quick { QUICK } else { cases.clamp(NODES.0, NODES.1) };
            nodes = Nodes::new(base, &agents, cases);
            let work = f64::from(1_u32 << most) * (most * nodes.nodes.len()) as f64;
            if work <= MAX_TEAM_WORK || most <= 1 {
                break;
            }
            most -= 1;
        }
        if most < all.len() {
            leave_out(
                "teams",
                format!(
                    "of {} agents all teams take too long: those of the {most} with the best prices and failure rates were tried, \
                 and the most reliable ones together",
                    all.len()
                ),
            );
        }
        let largest = agents.len().min(scope.most_agents as usize);
        let most_in_cascade = if has_collector(base) { largest } else { 1 };
        let mut largest_cascade = most_in_cascade;
        let work =
            |most: usize| cascades::work(agents.len(), most, &ways) * (EACH + nodes.nodes.len() as f64);
        while largest_cascade > 1 && work(largest_cascade) > MAX_CASCADE_WORK {
            largest_cascade -= 1;
        }
        if largest_cascade < most_in_cascade {
            leave_out(
                "cascade",
                format!(
                    "cascades of more than {largest_cascade} agents take too long to compare, and were not tried"
                ),
            );
        }
        let prices = Prices::new(base, &agents);
        let alike = prices.alike(base, &agents);
        (Self { team, agents, ways, prices, alike, nodes, largest, largest_cascade }, left_out)
    }

    /// Whether a team is made of the first of those that are alike, the agents in `before` apart.
    fn is_first(&self, team: u32, before: u32) -> bool {
        bits(team).all(|agent| self.alike[agent] & !(team | before) == 0)
    }

    /// Returns all ballots, and the numbers of each case of those that can be stages.
    fn votes(&self) -> (Vec<Voted>, Stages) {
        let fits = |team: u32| team.count_ones() as usize <= self.largest;
        let mut voted = Vec::new();
        let mut stages = 0;
        for team in (1..1_u32 << self.agents.len()).filter(|&team| fits(team)) {
            // A stage of a cascade may leave out those that another stage has.
            let can_be_stage = (team.count_ones() as usize) < self.largest_cascade;
            if !self.is_first(team, 0) && !can_be_stage {
                continue;
            }
            let (price, latency) = self.prices.of(team);
            for (way, (count, _)) in self.ways[team.count_ones() as usize].iter().enumerate() {
                let is_stage = can_be_stage && *count != Count::Any;
                let stage = is_stage.then_some(stages);
                stages += usize::from(is_stage);
                let ballot = Ballot { team, way };
                voted.push(Voted { ballot, failure: 0.0, wrong: 0.0, price, latency, stage });
            }
        }
        let stages = self.count(&mut voted, Stages::new(stages, self.nodes.nodes.len()), fits);
        (voted, stages)
    }

    /// Counts the ballots in each case.
    fn count(&self, voted: &mut [Voted], mut all: Stages, fits: impl Fn(u32) -> bool + Sync) -> Stages {
        let votes = Votes::new(self.team.base, self.agents.len(), plurality(self.team.base));
        let ballots: Vec<Ballot> = voted.iter().map(|voted| voted.ballot).collect();
        let of_node = |node: &nodes::Node| -> Vec<laws::Vote> {
            let laws = votes.laws(node, self.agents.len(), &fits);
            let of = |ballot: &Ballot| {
                let count = self.ways[ballot.size()][ballot.way].0;
                votes.outcome(&laws[ballot.team as usize], count)
            };
            ballots.iter().map(of).collect()
        };
        // A few cases at once: each takes as much memory as there are ballots.
        const AT_ONCE: usize = 16;
        for (part, nodes) in self.nodes.nodes.chunks(AT_ONCE).enumerate() {
            let answers: Vec<Vec<laws::Vote>> = nodes.par_iter().map(of_node).collect();
            for (place, (node, votes)) in nodes.iter().zip(&answers).enumerate() {
                let case = part * AT_ONCE + place;
                for (voted, vote) in voted.iter_mut().zip(votes) {
                    voted.failure += node.weight * vote.failure;
                    voted.wrong += node.weight * vote.wrong;
                    if let Some(stage) = voted.stage {
                        all.set(stage, case, vote, node.weight);
                    }
                }
            }
        }
        all
    }

    fn scheme(&self, ballot: Ballot) -> Scheme {
        self.ways[ballot.size()][ballot.way].1.clone()
    }

    fn places(&self, ballot: Ballot) -> Vec<usize> {
        bits(ballot.team).map(|agent| self.agents[agent]).collect()
    }

    /// The name of its scheme.
    fn name(&self, system: &Screened) -> &'static str {
        if system.then.is_some() { "cascade" } else { self.scheme(system.first).about().name }
    }

    fn candidate(&self, system: &Screened) -> Result<Candidate, Error> {
        let base = self.team.base;
        let stages: Vec<Ballot> = std::iter::once(system.first).chain(system.then).collect();
        let scheme = match stages.as_slice() {
            [only] => self.scheme(*only),
            stages => Cascade::new(
                stages
                    .iter()
                    .map(|ballot| Stage::new(ballot.size() as u64, self.scheme(*ballot)))
                    .collect::<Vec<_>>(),
            )
            .into(),
        };
        let members = match stages.as_slice() {
            [first, then] => arranged(
                base.dependence().groups().map(|(sizes, _)| sizes),
                &self.places(*first),
                &self.places(*then),
            ),
            stages => Some(stages.iter().flat_map(|ballot| self.places(*ballot)).collect()),
        };
        let members = members.ok_or_else(|| Error::refused("dependence.groups", TORN))?;
        let picked = agents(base, members.len() as u64, Some(&members));
        Ok(Candidate { scenario: under(scheme, picked, base.filter())?, members: Some(members) })
    }
}

const TORN: &str = "two stages that share more than one group cannot be written down";

/// Returns the places of two stages, one after the other, so that agents of one group stay next to each other; `None`
/// where that cannot be.
fn arranged(groups: Option<&[u64]>, first: &[usize], then: &[usize]) -> Option<Vec<usize>> {
    let group_of = |place: usize| {
        let sizes = groups?;
        let mut end = 0;
        sizes.iter().position(|size| {
            end += *size as usize;
            place < end
        })
    };
    let both: HashSet<usize> = first
        .iter()
        .filter_map(|&place| group_of(place))
        .filter(|group| then.iter().any(|&place| group_of(place) == Some(*group)))
        .collect();
    if both.len() > 1 {
        return None;
    }
    let is_shared = |place: &usize| group_of(*place).is_some_and(|group| both.contains(&group));
    let (shared, mut order): (Vec<usize>, Vec<usize>) = first.iter().partition(|place| is_shared(place));
    order.extend(shared);
    let (shared, rest): (Vec<usize>, Vec<usize>) = then.iter().partition(|place| is_shared(place));
    order.extend(shared);
    order.extend(rest);
    Some(order)
}

/// The ways in which so many agents vote.
fn ways(size: usize, plurality: Option<Plurality>, checker: bool) -> Vec<(Count, Scheme)> {
    let mut ways = match size {
        0 => return Vec::new(),
        1 => vec![(Count::Quorum(1), Single.into())],
        _ => thresholds(size as u64)
            .into_iter()
            .map(|(k, scheme)| (Count::Quorum(k as usize), scheme))
            .collect(),
    };
    let plurality = plurality.filter(|vote| size > 1 && vote.min_votes <= size as u64);
    ways.extend(plurality.map(|vote| (Count::Most, vote.into())));
    if checker {
        ways.push((Count::Any, Any.into()));
    }
    ways
}

/// The places of the bits that are set.
fn bits(team: u32) -> impl Iterator<Item = usize> {
    (0..u32::BITS as usize).filter(move |bit| team >> bit & 1 == 1)
}

/// What each ballot that can be a stage comes to in each case.
struct Stages {
    cases: usize,
    /// P(failure).
    failure: Vec<f64>,
    /// P(wrong).
    wrong: Vec<f64>,
    /// P(abstain) and the case.
    abstains: Vec<f64>,
}

impl Stages {
    fn new(stages: usize, cases: usize) -> Self {
        let none = || vec![0.0; stages * cases];
        Self { cases, failure: none(), wrong: none(), abstains: none() }
    }

    fn set(&mut self, stage: usize, case: usize, vote: &laws::Vote, weight: f64) {
        let place = stage * self.cases + case;
        self.failure[place] = vote.failure;
        self.wrong[place] = vote.wrong;
        self.abstains[place] = weight * (vote.failure - vote.wrong).max(0.0);
    }

    fn of<'s>(&self, values: &'s [f64], stage: usize) -> &'s [f64] {
        &values[stage * self.cases..(stage + 1) * self.cases]
    }

    fn abstains(&self, stage: usize) -> &[f64] {
        self.of(&self.abstains, stage)
    }

    /// Returns P(a stage is reached and fails), and P(it is reached and wrong).
    fn after(&self, abstains: &[f64], stage: usize) -> (f64, f64) {
        let dot = |values: &[f64]| abstains.iter().zip(values).map(|(a, b)| a * b).sum();
        (dot(self.of(&self.failure, stage)), dot(self.of(&self.wrong, stage)))
    }
}
