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
//! A vote that draws words of its own (wrong answers that are picked) or that decides what is drawn next (attempts)
//! would shift the words of later trials, and pair answers of different trials. Two such scenarios are run
//! independently, the second from the next seed, unless they draw exactly the same.

use super::ballot::Ballot;
use super::buffers::Buffers;
use super::error::SimulationError;
use super::kernel::Kernel;
use super::lanes::Lanes;
use super::options::SimulationOptions;
use super::random::{Columns, Stream};
use super::simulation::simulate;
use super::threads::{Units, count_units};
use super::units::Plan;
use super::voting::Voting;
use crate::outcome::{Counts, Estimate, JointCounts, PairedEstimate};
use crate::scenario::{Error, Scenario};

/// Simulates two scenarios, each with `options.trials` trials. Common random numbers are used where both have the same
/// agents and vote, in at most some 60,000 classes of tasks. Elsewhere the two are independent, and the second starts
/// from the seed after `options.seed`.
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
    /// Both votes of each class.
    votes: Vec<[Voting; 2]>,
}

impl Pair {
    /// Returns `None` where trials would not see the same answers, and where tables of classes of tasks are not kept.
    fn new(first: &Scenario, second: &Scenario) -> Result<Option<Self>, Error> {
        let (mut plan, other) = (Plan::new(first)?, Plan::new(second)?);
        let same_agents = first.agents() == second.agents()
            && first.failures() == second.failures()
            && first.dependence() == second.dependence()
            && first.filter() == second.filter();
        if !same_agents || plan.others.is_some() || other.others.is_some() {
            return Ok(None);
        }
        let both = plan.kernels.iter().zip(&other.kernels);
        let votes: Option<Vec<_>> = both.map(|(one, other)| votes(one, other)).collect();
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
        for (votes, share) in self.votes.iter().zip(&shares[0]) {
            let mut outcomes = [Vec::new(), Vec::new()];
            for ((vote, stream), outcomes) in votes.iter().zip(&mut streams).zip(&mut outcomes) {
                vote.begin(share.trials, stream, buffers);
                vote.run::<L, _>(share.trials, stream, buffers);
                outcomes.extend_from_slice(&buffers.outcomes[..share.counted]);
            }
            let [first, second] = outcomes;
            for (first, second) in first.into_iter().zip(second) {
                sum.0[usize::from(first)][usize::from(second)] += 1;
            }
        }
        // Only the total is reported: there are two outcomes for each trial.
        Counts { abstain: counted, ..Counts::default() }
    }
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
    if first.criterion.picks().is_some() || second.criterion.picks().is_some() {
        return None;
    }
    // Whether wrong answers are counted changes how agents are drawn; a vote that needs no such count may have one.
    let source = match (first.source.counts_wrong(), second.source.counts_wrong()) {
        (false, true) => &second.source,
        _ => &first.source,
    };
    Some([first, second].map(|vote| Voting { source: source.clone(), ..vote.clone() }))
}
