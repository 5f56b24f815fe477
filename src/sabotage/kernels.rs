//! Reaching into the kernel. What depends on how it is built stands here alone.

use crate::monte_carlo::Engine;
use crate::monte_carlo::ballot::Ballot;
pub(super) use crate::monte_carlo::broken::BrokenUnits as Units;
use crate::monte_carlo::criterion::{Criterion, MostVotes, Rivals, WrongWhen};
use crate::monte_carlo::groups::Groups;
use crate::monte_carlo::kernel::Kernel;
use crate::monte_carlo::picks::Picks;
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

/// An estimate of this many trials with these counts.
pub(super) fn of_counts(trials: u64, seed: u64, counts: Counts) -> Estimate {
    Estimate { trials, seed, counts, partial: false }
}

/// The widest engine.
pub(super) fn widest() -> Engine {
    *Engine::available().last().unwrap()
}
