//! Kernels that are broken on purpose, to see that a cross-check catches them.
//!
//! A check that cannot fail is worth nothing. Each [`Break`] is a mistake that a simulation could have; the tests of the
//! library break the kernel in more ways, and predict how often each is caught.

mod units;

use super::ballot::Ballot;
use super::criterion::{Criterion, WrongWhen};
use super::decoder::Decoder;
use super::groups::Groups;
use super::kernel::Kernel;
use super::law::Law;
use super::source::Source;
use super::units::Plan;
use super::voting::Voting;
use super::{SimulationError, SimulationOptions};
use crate::outcome::Estimate;
use crate::scenario::{Error, Scenario};
pub(crate) use units::BrokenUnits;

/// A mistake of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Break {
    /// A vote needs one correct answer more than it should.
    Quorum,
    /// The draw of one agent decides for another one too.
    SharedStream,
    /// A level of the tables that turn random bytes into failures is skipped.
    SkippedLevel,
    /// The tally of correct trials starts again at 0 when it reaches 2¹⁶.
    WrappedTally,
    /// The trials beyond the last one, which were drawn to fill a unit, are counted.
    UnmaskedUnit,
    /// Every unit of trials draws the random numbers of the first one.
    RepeatedUnit,
}

/// Count at which a tally of [`Break::WrappedTally`] starts again at 0.
const WRAP: u64 = 1 << 16;

/// Trials in a unit of [`Break::RepeatedUnit`]: few, so that even a short run has many units.
const UNIT_TRIALS: u64 = 1 << 10;

impl Break {
    /// All breaks.
    pub const ALL: [Self; 6] = [
        Self::Quorum,
        Self::SharedStream,
        Self::SkippedLevel,
        Self::WrappedTally,
        Self::UnmaskedUnit,
        Self::RepeatedUnit,
    ];

    /// Returns the name of the break.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quorum => "quorum",
            Self::SharedStream => "shared-stream",
            Self::SkippedLevel => "skipped-level",
            Self::WrappedTally => "wrapped-tally",
            Self::UnmaskedUnit => "unmasked-unit",
            Self::RepeatedUnit => "repeated-unit",
        }
    }

    /// Returns the break with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|broken| broken.name() == name)
    }

    /// Returns a sentence that says what is broken.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Quorum => "The vote requires one correct answer too many.",
            Self::SharedStream => "Two agents share one stream of random numbers, so they fail together.",
            Self::SkippedLevel => "The tables that turn random bytes into failures skip a level.",
            Self::WrappedTally => "The tally of correct trials starts again at 0 when it reaches 65,536.",
            Self::UnmaskedUnit => "Trials beyond the last one are counted too.",
            Self::RepeatedUnit => "Every block of trials draws the same random numbers.",
        }
    }

    /// Applies a break that changes the plan. Returns whether the break applies to this plan.
    pub(crate) fn apply(self, plan: &mut Plan) -> bool {
        match self {
            Self::Quorum => votes(plan).map(raise_quorum).fold(false, |any, one| any | one),
            Self::SharedStream => groups(plan).map(share_stream).fold(false, |any, one| any | one),
            Self::SkippedLevel => groups(plan).map(skip_level).fold(false, |any, one| any | one),
            Self::RepeatedUnit => {
                plan.unit_trials = UNIT_TRIALS;
                true
            }
            Self::WrappedTally | Self::UnmaskedUnit => true,
        }
    }
}

/// The votes of a plan, made to draw their agents in groups instead of whole trials.
fn votes(plan: &mut Plan) -> impl Iterator<Item = &mut Voting> {
    plan.kernels.iter_mut().filter_map(|kernel| match kernel {
        Kernel::Ballot(Ballot::Vote(voting)) => {
            voting.packed = None;
            Some(&mut **voting)
        }
        _ => None,
    })
}

/// The independent agents of a plan's votes.
fn groups(plan: &mut Plan) -> impl Iterator<Item = &mut Groups> {
    votes(plan).filter_map(|voting| match &mut voting.source {
        Source::Groups(groups) => Some(groups),
        Source::Dependent(..) => None,
    })
}

/// Makes a vote require one more correct agent. A vote that is wrong whenever it is not correct stays so.
fn raise_quorum(voting: &mut Voting) -> bool {
    let Criterion::Quorum { quorum, wrong } = &mut voting.criterion else { return false };
    if *wrong == WrongWhen::FewerCorrect(*quorum) {
        *wrong = WrongWhen::FewerCorrect(*quorum + 1);
    }
    *quorum += 1;
    true
}

/// Makes the draw of the first agent of a table also decide for the last one. If their rates are equal, each agent
/// still fails at its own rate.
fn share_stream(groups: &mut Groups) -> bool {
    let Some((table, size)) = groups.runs.iter().map(|run| (run.table, run.size)).find(|run| run.1 > 1)
    else {
        return false;
    };
    let Some(rates) = groups.failure_rates(table, size) else { return false };
    let one_less = Law::of_failures(&rates[..size - 1]);
    let correct = |pattern: usize| (size as u32 - pattern.count_ones() - (pattern as u32 & 1)) as u8;
    groups.built[table] = Decoder::new(&one_less, correct);
    true
}

/// Makes undecided bytes go to the level after next.
fn skip_level(groups: &mut Groups) -> bool {
    let deep = groups.built.iter_mut().filter(|decoder| decoder.levels.len() > 2);
    deep.map(|decoder| decoder.levels.remove(1)).count() > 0
}

/// Simulates a scenario with a kernel that is broken on purpose, on one thread.
///
/// ```
/// use kofn::monte_carlo::{SimulationOptions, broken::{Break, simulate_broken}};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
/// let estimate = simulate_broken(&scenario, SimulationOptions::new(100_000, 42), Break::Quorum)?;
/// assert!(!kofn::crosscheck::compare(&kofn::assess(&scenario)?, &estimate, 1e-9).agrees());
/// # Ok::<(), kofn::SimulationError>(())
/// ```
///
/// # Errors
/// Fails where [`simulate`](super::simulate()) does, and if the break does not apply to the scenario.
pub fn simulate_broken(
    scenario: &Scenario,
    options: SimulationOptions<'_>,
    broken: Break,
) -> Result<Estimate, SimulationError> {
    options.require_whole("a broken simulation")?;
    let mut plan = Plan::new(scenario)?;
    if !broken.apply(&mut plan) {
        let name = broken.name();
        let why =
            format!("the mistake {name} does not apply to the simulation of this scenario; choose another");
        return Err(Error::refused("break", why).into());
    }
    let units = BrokenUnits::new(&plan, options.trials, options.seed);
    let mut estimate = match broken {
        Break::UnmaskedUnit => BrokenUnits { masked: false, ..units },
        Break::RepeatedUnit => BrokenUnits { words_of: |_| 0, ..units },
        _ => units,
    }
    .estimate(options.engine)?;
    if broken == Break::WrappedTally {
        estimate.counts.correct %= WRAP;
    }
    Ok(estimate)
}
