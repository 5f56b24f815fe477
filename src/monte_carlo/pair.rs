//! Two scenarios simulated together. Where they have the same agents, every trial of both sees the same answers (common
//! random numbers). They then differ only in how votes are counted, which shows with far fewer trials than in two
//! independent runs.
//!
//! # Method
//!
//! A vote draws its agents, and nothing else, from the words of a unit; its quorum only reads the counts. So two votes
//! whose agents are drawn in the same way, from the same seed, have the same answers in the same trials. Both are run,
//! and the outcomes of each trial are counted together. The pairs of different trials are independent, as single trials
//! are.
//!
//! Where one scenario has the first agents of the other, these are drawn once, and then the others, see [`Team`].
//!
//! A vote that draws words of its own (wrong answers that are picked, ties) or that decides what is drawn next
//! (attempts) would shift the words of later trials, and pair answers of different trials. Two such scenarios are run
//! independently, the second from the next seed, unless they draw exactly the same.

use super::ballot::Ballot;
use super::buffers::Buffers;
use super::error::SimulationError;
use super::kernel::Kernel;
use super::lanes::Lanes;
use super::options::SimulationOptions;
use super::random::{Columns, Stream};
use super::simulation::simulate;
use super::team::Team;
use super::threads::{Units, count_units};
use super::units::{Plan, all_rates};
use super::voting::Voting;
use crate::outcome::{Counts, Estimate, JointCounts, PairedEstimate};
use crate::scenario::{Error, Scenario};

/// Simulates two scenarios, each with `options.trials` trials. Common random numbers are used where both have the same
/// agents and vote, or where one has the first agents of the other, in at most some 60,000 classes of tasks. Elsewhere
/// the two are independent, and the second starts from the seed after `options.seed`.
///
/// ```
/// use kofn::monte_carlo::{SimulationOptions, simulate_pair};
/// use kofn::scenario::{Agents, Scenario, scheme::{Any, Majority}};
/// let agents = || Agents::identical(3, 0.23);
/// let (majority, any) = (Scenario::new(agents(), Majority)?, Scenario::new(agents(), Any)?);
/// let pair = simulate_pair(&majority, &any, SimulationOptions::new(100_000, 42))?;
/// // Where a majority is correct, some agent is.
/// assert_eq!(pair.joint.unwrap().only(kofn::Outcome::Correct).0, 0);
/// # Ok::<(), kofn::SimulationError>(())
/// ```
///
/// # Errors
/// What [`simulate`] refuses; a part of a run.
pub fn simulate_pair(
    first: &Scenario,
    second: &Scenario,
    options: SimulationOptions<'_>,
) -> Result<PairedEstimate, SimulationError> {
    options.require_whole("a simulation of two scenarios")?;
    match Pair::new(first, second)? {
        Some(pair) => pair.run(options),
        None => independent(first, second, options),
    }
}

fn independent(
    first: &Scenario,
    second: &Scenario,
    options: SimulationOptions<'_>,
) -> Result<PairedEstimate, SimulationError> {
    let next = SimulationOptions { seed: options.seed.wrapping_add(1), ..options };
    Ok(PairedEstimate { first: simulate(first, options)?, second: simulate(second, next)?, joint: None })
}

/// Two scenarios whose trials see the same answers.
struct Pair {
    /// How classes are drawn, and in what units.
    plan: Plan,
    votes: Votes,
}

/// The votes of each class.
enum Votes {
    /// Both votes of the same agents.
    Same(Vec<[Voting; 2]>),
    /// The votes of a team and of a larger one, of which the latter is the first scenario's if they are `swapped`.
    Teams { teams: Vec<Team>, swapped: bool },
}

impl Pair {
    /// Returns `None` where trials would not see the same answers, and where tables of classes of tasks are not kept.
    fn new(first: &Scenario, second: &Scenario) -> Result<Option<Self>, Error> {
        let (mut plan, other) = (Plan::new(first)?, Plan::new(second)?);
        if plan.others.is_some() || other.others.is_some() {
            return Ok(None);
        }
        let both = plan.kernels.iter().zip(&other.kernels);
        let votes = if have_same_agents(first, second) {
            both.map(|(one, other)| votes(one, other)).collect::<Option<_>>().map(Votes::Same)
        } else {
            let swapped = first.agents().count() > second.agents().count();
            let [team, larger] = if swapped { [second, first] } else { [first, second] };
            let both = both.map(|(one, other)| if swapped { [other, one] } else { [one, other] });
            teams(team, larger, both).map(|teams| Votes::Teams { teams, swapped })
        };
        plan.unit_trials = plan.unit_trials.min(other.unit_trials);
        Ok(votes.map(|votes| Self { plan, votes }))
    }

    fn run(&self, options: SimulationOptions<'_>) -> Result<PairedEstimate, SimulationError> {
        let units = 0..options.trials.div_ceil(self.plan.unit_trials);
        let joint = count_units(self, options, units, None, Counts::default())?.sum;
        let estimate = |counts: Counts| {
            let trials = counts.total();
            Estimate { trials, seed: options.seed, counts, partial: trials < options.trials }
        };
        let (first, second) = (estimate(joint.first()), estimate(joint.second()));
        Ok(PairedEstimate { first, second, joint: Some(joint) })
    }
}

impl Units for Pair {
    type Sum = JointCounts;

    fn unit_trials(&self) -> u64 {
        self.plan.unit_trials
    }

    #[inline(always)]
    fn count<L: Lanes>(
        &self,
        counted: u64,
        words: Columns<L>,
        buffers: &mut Buffers,
        sum: &mut JointCounts,
    ) -> Counts {
        let counted = counted.min(self.plan.unit_trials);
        let mut streams = [Stream::new(words.clone()), Stream::new(words)];
        let shares = streams.each_mut().map(|stream| self.plan.shares::<L, _>(counted as usize, stream));
        for (class, share) in shares[0].iter().enumerate() {
            let [first, second] = match &self.votes {
                Votes::Same(votes) => {
                    let mut outcomes = [Vec::new(), Vec::new()];
                    for ((vote, stream), outcomes) in votes[class].iter().zip(&mut streams).zip(&mut outcomes)
                    {
                        vote.begin(share.trials, stream, buffers);
                        vote.run::<L, _>(share.trials, stream, buffers);
                        outcomes.extend_from_slice(&buffers.outcomes[..share.counted]);
                    }
                    outcomes
                }
                Votes::Teams { teams, swapped } => {
                    let [team, larger] = teams[class].run::<L, _>(share.trials, &mut streams[0], buffers);
                    if *swapped { [larger, team] } else { [team, larger] }
                }
            };
            for (first, second) in first.into_iter().zip(second).take(share.counted) {
                sum.0[usize::from(first)][usize::from(second)] += 1;
            }
        }
        // Only the total is reported: there are two outcomes for each trial.
        Counts { abstain: counted, ..Counts::default() }
    }
}

/// Whether both scenarios have the same agents, which fail in the same way.
fn have_same_agents(first: &Scenario, second: &Scenario) -> bool {
    // Agents of other names are others, however alike; without names they are told apart by their order.
    let same_names = first.names().zip(second.names()).is_none_or(|(one, other)| one == other);
    same_names
        && first.agents() == second.agents()
        && first.failures() == second.failures()
        && first.dependence() == second.dependence()
        && first.filter() == second.filter()
}

/// The votes of a team, and of a larger one that begins with it, of every class; `None` where it does not.
fn teams<'a>(
    team: &Scenario,
    larger: &Scenario,
    kernels: impl Iterator<Item = [&'a Kernel; 2]>,
) -> Option<Vec<Team>> {
    let beginning = larger.to_builder().first(team.agents().count());
    let beginning = beginning.scheme(team.scheme().clone()).costs(None);
    if !have_same_agents(team, &beginning.build().ok()?) {
        return None;
    }
    let of_class = |(kernels, rates): ([&Kernel; 2], Vec<f64>)| {
        let [Kernel::Ballot(Ballot::Vote(one)), Kernel::Ballot(Ballot::Vote(other))] = kernels else {
            return None;
        };
        Team::new([one, other], rates.into(), larger.into())
    };
    kernels.zip(all_rates(larger)).map(of_class).collect()
}

/// Both votes of a class, changed so that they draw their agents in the same way; `None` where they might not.
fn votes(first: &Kernel, second: &Kernel) -> Option<[Voting; 2]> {
    let (Kernel::Ballot(Ballot::Vote(first)), Kernel::Ballot(Ballot::Vote(second))) = (first, second) else {
        return None;
    };
    let [first, second] = [&**first, &**second];
    if first == second {
        return Some([first.clone(), second.clone()]);
    }
    if first.criterion.leaves_open() || second.criterion.leaves_open() {
        return None;
    }
    // Whether wrong answers are counted changes how agents are drawn; a vote that needs no such count may have one.
    let source = match (first.source.counts_wrong(), second.source.counts_wrong()) {
        (false, true) => &second.source,
        _ => &first.source,
    };
    Some([first, second].map(|vote| vote.with_source(source.clone())))
}
