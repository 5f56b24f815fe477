//! Reaching into the kernel. What depends on how it is built stands here alone.

use crate::monte_carlo::Engine;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::buffers::Buffers;
use crate::monte_carlo::criterion::{Criterion, MostVotes, Rivals, WrongWhen};
use crate::monte_carlo::groups::Groups;
use crate::monte_carlo::kernel::Kernel;
use crate::monte_carlo::lanes::{Job, Lanes};
use crate::monte_carlo::picks::Picks;
use crate::monte_carlo::random::Columns;
use crate::monte_carlo::source::Source;
use crate::monte_carlo::units::Plan;
use crate::monte_carlo::voting::Voting;
use crate::outcome::Counts;
use crate::{Estimate, Scenario};

/// A scenario made ready, in units of this many trials.
pub(super) fn plan(scenario: &Scenario, unit_trials: u64) -> Plan {
    Plan { unit_trials, ..Plan::new(scenario).unwrap() }
}

pub(super) fn voting(plan: &mut Plan) -> &mut Voting {
    match &mut plan.kernels[0] {
        // What the breaks reach draws agents in groups, and not whole trials.
        Kernel::Ballot(Ballot::Vote(voting)) => {
            voting.packed = None;
            voting
        }
        kernel => unreachable!("a majority is a vote, and no {kernel:?}"),
    }
}

/// The votes of a cascade, in their order.
pub(super) fn stages(plan: &mut Plan) -> &mut Vec<Ballot> {
    match &mut plan.kernels[0] {
        Kernel::Cascade(cascade) => &mut cascade.stages,
        kernel => unreachable!("stages are a cascade, and no {kernel:?}"),
    }
}

/// Makes a vote, in which all wrong agents agree, abstain where it would be wrong.
pub(super) fn never_wrong(ballot: &mut Ballot) {
    let Ballot::Vote(voting) = ballot else { unreachable!("a unanimous vote has equal votes: {ballot:?}") };
    voting.packed = None;
    match &mut voting.criterion {
        Criterion::Quorum { wrong, .. } => *wrong = WrongWhen::FewerCorrect(0),
        Criterion::MostVotes(_) => unreachable!("a unanimous vote has a quorum"),
    }
}

/// How many correct votes make a trial correct.
pub(super) fn quorum(plan: &mut Plan) -> &mut u32 {
    match &mut voting(plan).criterion {
        Criterion::Quorum { quorum, .. } => quorum,
        Criterion::MostVotes(_) => unreachable!("a majority has a quorum"),
    }
}

/// How wrong agents of a plurality pick their answers.
pub(super) fn picks(plan: &mut Plan) -> &mut Picks {
    match &mut voting(plan).criterion {
        Criterion::MostVotes(MostVotes { rivals: Rivals::Picked(picks), .. }) => picks,
        criterion => unreachable!("wrong agents pick, {criterion:?}"),
    }
}

pub(super) fn groups(plan: &mut Plan) -> &mut Groups {
    match &mut voting(plan).source {
        Source::Groups(groups) => groups,
        Source::Dependent(..) => unreachable!("the agents are independent"),
    }
}

/// The table and the size of each group.
pub(super) fn sizes(plan: &mut Plan) -> Vec<(usize, usize)> {
    let runs = groups(plan).runs.iter();
    runs.flat_map(|run| std::iter::repeat_n((run.table, run.size), run.groups)).collect()
}

/// A loop over units, which can be broken.
#[derive(Clone, Copy)]
pub(super) struct Units<'a> {
    pub(super) plan: &'a Plan,
    /// How many trials are said to be run.
    pub(super) trials: u64,
    pub(super) seed: u64,
    /// The unit whose words a unit draws.
    pub(super) words_of: fn(u64) -> u64,
    /// Whether the trials beyond those asked for are left out.
    pub(super) masked: bool,
}

impl<'a> Units<'a> {
    /// The sound loop.
    pub(super) fn new(plan: &'a Plan, trials: u64, seed: u64) -> Self {
        Self { plan, trials, seed, words_of: |unit| unit, masked: true }
    }

    /// What they count.
    pub(super) fn estimate(self) -> Estimate {
        of_counts(self.trials, self.seed, self.counted_by(|counts, _| counts))
    }

    /// The sum of what each unit counts by its own account, given its counts and all that it has drawn; on the widest
    /// engine.
    pub(super) fn counted_by(self, count: impl FnMut(Counts, &Buffers) -> Counts) -> Counts {
        let engine = *Engine::available().last().unwrap();
        engine.run(Loop { units: self, count })
    }
}

/// An estimate of this many trials with these counts.
pub(super) fn of_counts(trials: u64, seed: u64, counts: Counts) -> Estimate {
    Estimate { trials, seed, counts, partial: false }
}

struct Loop<'a, F> {
    units: Units<'a>,
    count: F,
}

impl<F: FnMut(Counts, &Buffers) -> Counts> Job for Loop<'_, F> {
    type Output = Counts;

    #[inline(always)]
    fn run<L: Lanes>(mut self) -> Counts {
        let Units { plan, trials, seed, words_of, masked } = self.units;
        let (mut counts, mut buffers) = (Counts::default(), Buffers::default());
        for unit in 0..trials.div_ceil(plan.unit_trials) {
            let counted = if masked { trials - unit * plan.unit_trials } else { plan.unit_trials };
            let words = Columns::<L>::new(seed, words_of(unit));
            let of_unit = plan.unit::<L, _>(counted, words, &mut buffers);
            counts.add((self.count)(of_unit, &buffers));
        }
        counts
    }
}
