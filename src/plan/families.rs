//! The schemes that are worth considering, each in all its sizes.
//!
//! Left out is what another always beats or equals at the same price: `k-of-n` with k ≤ n/2 and a checker by `any`; a
//! plurality by a majority where all wrong agents agree and nobody is silent, in which case the two are one for odd n.

use super::choice::Choice;
use super::demand::{RepeatedCalls, Scope};
use super::model::Model;
use super::team::{Team, agents, under};
use crate::scenario::scheme::{
    Adaptive, AheadBy, Any, Byzantine, FirstTo, Judge, KOfN, Majority, Plurality, Scheme, Single, Unanimous,
    Validated, Weighted,
};
use crate::scenario::{Agents, Error, Fallback, Filter, Scenario};

/// Maximum number of agents for which all thresholds are tried; for more, a majority, a Byzantine quorum and all.
const ALL_THRESHOLDS: u64 = 25;

/// The confidences of `adaptive` that are tried.
const CONFIDENCES: [f64; 6] = [0.75, 0.8, 0.9, 0.95, 0.99, 0.999];

/// A system that could be built.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub scenario: Scenario,
    /// The agents' places in the scenario that is planned for, where it matters.
    pub members: Option<Vec<usize>>,
}

/// A scheme, how many agents it takes, and whether the scenario's filter stands before it.
#[derive(Debug, Clone)]
pub(super) struct Sized {
    scheme: Scheme,
    count: u64,
    filtered: bool,
    /// The places of the agents, where they are not the most reliable ones.
    members: Option<Vec<usize>>,
}

impl Sized {
    fn vote(scheme: impl Into<Scheme>, count: u64) -> Self {
        Self { scheme: scheme.into(), count, filtered: true, members: None }
    }

    /// The system of a choice, for other agents at the same places.
    pub(super) fn like(choice: &Choice) -> Self {
        Self {
            scheme: choice.scenario.scheme().clone(),
            count: choice.agents(),
            filtered: choice.scenario.filter().is_some(),
            members: choice.members.clone(),
        }
    }

    /// The same with the agent at this place, or with any one.
    fn of(self, place: Option<usize>) -> Self {
        Self { members: place.map(|place| vec![place]), ..self }
    }
}

/// What was not considered, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The name of a scheme, `"teams"` or `"repeated calls"`.
    pub what: &'static str,
    /// Why it was not considered, or not in all its sizes.
    pub error: Error,
}

/// Returns all systems within the scope, in the order of [`sizes`], and the schemes that do not go with the scenario.
pub(super) fn candidates(team: &Team<'_>, scope: &Scope) -> (Vec<Candidate>, Vec<LeftOut>) {
    let (mut candidates, mut left_out) = (Vec::new(), Vec::new());
    left_out.extend(unknown_repeats(team.base, scope));
    for sized in sizes(team, scope) {
        let scheme = sized.scheme.about().name;
        match candidate(team, sized) {
            Ok(candidate) => candidates.push(candidate),
            Err(error) => leave_out(&mut left_out, scheme, error),
        }
    }
    (candidates, left_out)
}

/// Checks that the scope's validator is possible, and that its price is known.
pub(super) fn check_validator(team: &Team<'_>, scope: &Scope) -> Result<(), Error> {
    let Some(judge) = scope.validator else { return Ok(()) };
    let scheme = Validated::new(judge);
    candidate(team, Sized { filtered: false, ..Sized::vote(Scheme::from(scheme), 1) }).map(|_| ())
}

/// The maximum of (classes of tasks)·(agents)² for which all systems are assessed in seconds, and the same where agents
/// share a rate: there each answer takes a hundred times as long, and as long again for each agent with a rate of its
/// own.
const MAX_WORK: u64 = 6_500_000;
const MAX_SHARED_WORK: u64 = 65_000;

/// Checks that all systems can be assessed in seconds.
pub(super) fn check_work(team: &Team<'_>, scope: &Scope) -> Result<(), Error> {
    let shared = Model::of(team.base.dependence()).shares_a_rate;
    let most = if shared { MAX_SHARED_WORK } else { MAX_WORK };
    let classes = match team.base.agents() {
        Agents::Identical { .. } | Agents::Different { .. } => 1,
        Agents::ByTask { tasks, .. } => tasks.len() as u64,
    };
    let differ = shared && team.is_pool();
    let agents = scope.most_agents;
    let given = team.up_to(agents);
    let work = |agents: u64| classes * agents * agents * if differ { agents } else { 1 };
    if work(given) <= most {
        return Ok(());
    }
    let fitting = (1..given).rev().find(|&agents| work(agents) <= most).unwrap_or(0);
    let why = if shared { " whose failures are correlated" } else { "" };
    let advice = match fitting {
        0 => "there are too many classes".into(),
        _ => format!("at most {fitting} agents can be compared"),
    };
    let noun = if classes == 1 { "class" } else { "classes" };
    let message = format!(
        "comparing all systems of up to {given} agents{why} on {classes} {noun} of tasks takes too long: {advice}"
    );
    Err(Error::refused("most_agents", message))
}

/// Notes a scheme that is left out, once.
pub(super) fn leave_out(left_out: &mut Vec<LeftOut>, what: &'static str, error: Error) {
    if left_out.iter().all(|left| left.what != what) {
        left_out.push(LeftOut { what, error });
    }
}

pub(super) fn candidate(
    team: &Team<'_>,
    Sized { scheme, count, filtered, members }: Sized,
) -> Result<Candidate, Error> {
    let members = members.or_else(|| team.members(count));
    let filter = team.base.filter().filter(|_| filtered);
    let agents = agents(team.base, count, members.as_deref());
    Ok(Candidate { scenario: under(scheme, agents, filter)?, members })
}

/// All systems of agents that are alike. Of agents that differ those that are looked at whatever teams there are: each
/// alone, and the most reliable ones together.
fn sizes(team: &Team<'_>, scope: &Scope) -> Vec<Sized> {
    let mut all: Vec<Sized> =
        singles(team).into_iter().map(|place| Sized::vote(Single, 1).of(place)).collect();
    let is_pool = team.is_pool();
    for count in 2..=team.up_to(scope.most_agents) {
        let thresholds = thresholds(count).into_iter().map(|(_, scheme)| scheme);
        all.extend(thresholds.map(|scheme| Sized::vote(scheme, count)));
        let plurality = plurality(team.base).filter(|vote| vote.min_votes <= count);
        all.extend(plurality.map(|vote| Sized::vote(vote, count)));
        if matches!(team.base.agents(), Agents::Different { .. }) {
            all.push(Sized::vote(Weighted::log_odds(), count));
        }
    }
    if scope.checker {
        all.extend((1..=team.up_to(scope.most_agents)).map(|count| Sized::vote(Any, count)));
    }
    if calls_again(team.base, scope) && knows_one_wrong_answer(team.base) {
        let callers =
            if is_pool { team.unbeaten(&team.all()).into_iter().map(Some).collect() } else { vec![None] };
        let of_caller =
            |race: Scheme| callers.iter().map(move |place| Sized::vote(race.clone(), 1).of(*place));
        all.extend(races(team.base, scope.most_agents).into_iter().flat_map(of_caller));
    }
    if let Some(pipeline) = validator(team.base, scope) {
        all.extend(pipelines(&pipeline, team, scope));
    }
    all
}

/// Each agent by itself; any one where all are alike.
fn singles(team: &Team<'_>) -> Vec<Option<usize>> {
    if team.is_pool() { team.all().into_iter().map(Some).collect() } else { vec![None] }
}

/// Whether an agent may be called again on one task.
pub(crate) fn calls_again(base: &Scenario, scope: &Scope) -> bool {
    let is_known = match scope.repeated_calls {
        RepeatedCalls::Stated => base.repeats().is_some(),
        RepeatedCalls::LikeAgents => true,
        RepeatedCalls::Never => false,
    };
    is_known && !only_crash(base)
}

/// Why no repeated calls are offered, where they were not ruled out.
fn unknown_repeats(base: &Scenario, scope: &Scope) -> Option<LeftOut> {
    if scope.repeated_calls == RepeatedCalls::Never || calls_again(base, scope) {
        return None;
    }
    let error = if only_crash(base) {
        Error::refused("failures", "an agent that only crashes is not asked again")
    } else {
        let message = "the correlation between calls of one agent is unknown; set dependence.repeats (0 if they are independent)";
        Error::refused("dependence.repeats", message)
    };
    Some(LeftOut { what: "repeated calls", error })
}

/// Returns all thresholds above half of `count` agents, each with its scheme under the usual name.
pub(super) fn thresholds(count: u64) -> Vec<(u64, Scheme)> {
    let majority = count / 2 + 1;
    let byzantine = (count + (count - 1) / 3 + 1).div_ceil(2);
    let named = |k| match k {
        _ if k == majority => Majority.into(),
        _ if k == count => Unanimous.into(),
        _ if k == byzantine => Byzantine.into(),
        _ => KOfN { k }.into(),
    };
    let mut all: Vec<u64> = vec![majority, byzantine, count];
    if count <= ALL_THRESHOLDS {
        all.extend(majority..=count);
    }
    all.sort_unstable();
    all.dedup();
    all.into_iter().map(|k| (k, named(k))).collect()
}

/// Returns the plurality that is something other than a majority, where somebody counts it: with the ties and the
/// minimum number of votes of the scenario's own.
pub(super) fn plurality(base: &Scenario) -> Option<Plurality> {
    let own = match base.scheme() {
        Scheme::Plurality(own) => *own,
        _ => Plurality::new(),
    };
    let is_plain = knows_one_wrong_answer(base) && base.failures().all_vote() && base.filter().is_none();
    let differs = !is_plain || own != Plurality::new();
    (differs && has_collector(base)).then_some(own)
}

/// Whether somebody collects the answers. Replicas that agree among themselves need more than half of all: fewer might
/// agree on two things, and there is nobody to ask others where they abstain.
pub(super) fn has_collector(base: &Scenario) -> bool {
    !matches!(base.scheme(), Scheme::Raft(_) | Scheme::Pbft(_))
}

/// Whether agents fail only by crashing: a replica that is down is not asked again.
fn only_crash(base: &Scenario) -> bool {
    let failures = base.failures();
    failures.hallucination == 0.0 && failures.corruption == 0.0
}

fn knows_one_wrong_answer(base: &Scenario) -> bool {
    base.failures().wrong_answers.are_one()
}

/// Returns the races of at most `most_calls` calls.
fn races(base: &Scenario, most_calls: u64) -> Vec<Scheme> {
    // Where every call votes, 2k − 1 of them decide.
    let needs_end = !base.failures().all_vote() || base.filter().is_some();
    let first_to = |votes| match FirstTo::new(votes) {
        race if needs_end => race.with_max_calls(most_calls).into(),
        race => race.into(),
    };
    let mut all: Vec<Scheme> = (2..=most_calls.div_ceil(2)).map(first_to).collect();
    let ahead_by = |margin| AheadBy::new(margin).with_max_calls(most_calls).into();
    all.extend((2..=most_calls.min(ALL_THRESHOLDS)).map(ahead_by));
    if most_calls > 1 {
        all.extend(CONFIDENCES.map(|confidence| Adaptive::new(confidence, most_calls).into()));
    }
    all
}

/// Returns a pipeline of the known validator, with one attempt of one generator; `None` if none is known.
pub(super) fn validator(base: &Scenario, scope: &Scope) -> Option<Validated> {
    if let Some(judge) = scope.validator {
        return Some(Validated::new(judge));
    }
    if let Scheme::Validated(pipeline) = base.scheme() {
        return Some(Validated { vote: None, ..pipeline.clone() }.with_attempts(1));
    }
    let Filter { accepts_correct, accepts_wrong } = base.filter()?;
    Some(Validated::new(Judge::Rates { accepts_correct, accepts_wrong, repairs: 0.0 }))
}

/// The maximum number of attempts of `count` generators. Several generators whose calls have a correlation of their own
/// try once: each such answer takes seconds.
fn most_attempts(team: &Team<'_>, scope: &Scope, count: u64) -> u64 {
    let is_slow = count > 1 && team.base.repeats().is_some();
    if calls_again(team.base, scope) && !is_slow { scope.most_agents / count } else { 1 }
}

/// A generator, or a majority of the most reliable ones, in as many attempts as the calls allow. The validator is the
/// filter: it stands there once.
fn pipelines(pipeline: &Validated, team: &Team<'_>, scope: &Scope) -> Vec<Sized> {
    let generators = if team.is_pool() { team.unbeaten(&team.all()) } else { Vec::new() };
    let mut all = Vec::new();
    for count in (1..=team.up_to(scope.most_agents)).step_by(2) {
        for attempts in 1..=most_attempts(team, scope, count) {
            for fallback in [Fallback::Abstain, Fallback::Keep] {
                let vote = (count > 1).then(|| Box::new(Majority.into()));
                let scheme = Validated { vote, ..pipeline.clone() };
                let scheme = scheme.with_attempts(attempts).with_fallback(fallback);
                let sized = Sized { filtered: false, ..Sized::vote(Scheme::from(scheme), count) };
                match count {
                    1 if team.is_pool() => {
                        all.extend(generators.iter().map(|&place| sized.clone().of(Some(place))))
                    }
                    _ => all.push(sized),
                }
            }
        }
    }
    all
}

/// Those of the systems that can be the most often correct, so that few need be looked at while something is varied:
/// always as many, in the same order, of the same agents and scope. Under ceilings (`all`) these are all systems, since
/// what is most often correct may exceed them.
///
/// Of equally credible answers that are right more often than wrong, the most frequent one is the likeliest to be
/// right, and more answers are better. Else one agent alone is. With classes of tasks, or agents of different rates,
/// any number may be the best. A pipeline gains from attempts, as many as its votes leave room for, if it may have
/// them: `again`.
pub(super) fn contenders(team: &Team<'_>, scope: &Scope, again: bool, all: bool) -> Vec<Sized> {
    let is_once = |sized: &Sized| again || !sized.scheme.repeats_calls();
    if all {
        return sizes(team, scope).into_iter().filter(is_once).collect();
    }
    let most = team.up_to(scope.most_agents);
    let largest_odd = most - (1 - most % 2);
    let counts: Vec<u64> = match team.base.agents() {
        Agents::Identical { .. } if !team.is_pool() => vec![1, largest_odd],
        Agents::Identical { .. } | Agents::Different { .. } | Agents::ByTask { .. } => {
            (1..=most).step_by(2).collect()
        }
    };
    let vote = |&count: &u64| match count {
        1 => Sized::vote(Single, 1),
        _ => Sized::vote(Majority, count),
    };
    let mut all: Vec<Sized> = counts.iter().map(vote).collect();
    if let Some(vote) = plurality(team.base) {
        let enough = [largest_odd, most].into_iter().filter(|count| vote.min_votes <= *count);
        all.extend(enough.map(|count| Sized::vote(vote, count)));
    }
    if matches!(team.base.agents(), Agents::Different { .. }) {
        all.push(Sized::vote(Weighted::log_odds(), most));
    }
    if scope.checker {
        all.push(Sized::vote(Any, most));
    }
    if let Some(pipeline) = validator(team.base, scope) {
        let most = |count| if again { most_attempts(team, scope, count) } else { 1 };
        all.extend(pipelines(&pipeline, team, scope).into_iter().filter(|sized| {
            matches!(&sized.scheme, Scheme::Validated(pipeline) if pipeline.attempts == most(sized.count))
        }));
    }
    all
}
