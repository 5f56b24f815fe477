//! The agents of a trial, and how their answers are drawn.

use super::block::{BLOCK, Block};
use super::counters::Counters;
use super::decoder::{DecodeState, Decoder};
use super::dependence::draw::{Common, Dependent};
use super::dependence::{self, Repeats};
use super::groups::{Counted, Groups, VoteRates};
use super::lanes::{Job, Lanes};
use super::law::Law;
use super::random::{Stream, Words};
use super::roster::Roster;
use crate::scenario::{Dependence, Failures, Filter, Probability, Scenario};

/// How agents fail and which answers vote, under any rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behavior<'a> {
    pub(crate) failures: &'a Failures,
    pub(crate) filter: Option<Filter>,
    pub(crate) dependence: &'a Dependence,
    /// How calls of one agent are correlated, where agents are called again.
    pub(crate) repeats: Option<Repeats>,
}

impl<'a> From<&'a Scenario> for Behavior<'a> {
    fn from(scenario: &'a Scenario) -> Self {
        Self {
            failures: scenario.failures(),
            filter: scenario.filter(),
            dependence: scenario.dependence(),
            repeats: Repeats::of(scenario),
        }
    }
}

impl Behavior<'_> {
    /// Probabilities that a correct answer votes, and that a failure is a wrong vote.
    pub(crate) fn votes(&self) -> VoteRates {
        let (voting, [corruption, crash]) = self.failures.voting_and_silent();
        let share = voting / (voting + (corruption + crash));
        let filter = self.filter.unwrap_or(Filter { accepts_correct: 1.0, accepts_wrong: 1.0 });
        VoteRates { correct: filter.accepts_correct, wrong: share * filter.accepts_wrong }
    }
}

/// How the agents of a trial are drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// Independent agents.
    Groups(Groups),
    /// Agents whose failures are correlated within a task.
    Dependent(Dependent, Option<Acceptance>),
}

/// Which correct answers of dependent agents vote.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Acceptance(Decoder);

impl Source {
    /// These agents, which behave in this way.
    pub(crate) fn new(agents: &Roster, counted: Counted, behavior: Behavior<'_>) -> Self {
        let votes = counted.votes();
        let accepts = votes.filter(|votes| votes.correct < 1.0).map(|votes| Acceptance::new(votes.correct));
        let model = dependence::simulated(behavior.dependence, behavior.repeats);
        match model.correlated(agents, votes.map(|votes| votes.wrong)) {
            Some(agents) => Self::Dependent(agents, accepts),
            None => Self::Groups(Groups::of(agents.rates.clone(), counted)),
        }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Groups(groups) => groups.bytes(),
            Self::Dependent(agents, acceptance) => {
                agents.bytes() + acceptance.as_ref().map_or(0, |acceptance| acceptance.0.bytes())
            }
        }
    }

    /// Whether wrong answers are counted too.
    pub(crate) fn counts_wrong(&self) -> bool {
        match self {
            Self::Groups(groups) => groups.counts_wrong(),
            Self::Dependent(agents, _) => agents.counts_wrong(),
        }
    }

    /// Whether the agents of a trial are correlated.
    pub(crate) fn is_dependent(&self) -> bool {
        matches!(self, Self::Dependent(..))
    }

    /// Draws what the agents of each of the next `trials` trials have in common, if anything.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, common: &mut Common) {
        if let Self::Dependent(agents, _) = self {
            agents.begin(trials, stream, common);
        }
    }

    /// Draws every agent of this many blocks of trials; counts the correct votes, and the wrong ones if they are
    /// counted.
    #[inline(always)]
    pub(crate) fn draw<L: Lanes, W: Words>(
        &self,
        blocks: usize,
        stream: &mut Stream<W>,
        common: &mut Common,
        counters: [&mut Counters; 2],
    ) {
        L::enter(Draw { source: self, blocks, stream, common, counters });
    }

    #[inline(always)]
    fn draw_here<L: Lanes, W: Words>(
        &self,
        blocks: usize,
        stream: &mut Stream<W>,
        common: &mut Common,
        [correct, wrong]: [&mut Counters; 2],
    ) {
        correct.clear(blocks);
        wrong.clear(if self.counts_wrong() { blocks } else { 0 });
        match self {
            Self::Groups(groups) => draw_groups::<L, W>(groups, stream, correct, wrong),
            Self::Dependent(agents, _) => agents.draw(stream, common, correct, wrong),
        }
        correct.finish();
        wrong.finish();
        if let Self::Dependent(_, Some(acceptance)) = self {
            acceptance.thin::<L, W>(blocks, stream, correct);
        }
    }
}

/// Drawing as a job of its own, compiled once for all votes.
struct Draw<'a, W> {
    source: &'a Source,
    blocks: usize,
    stream: &'a mut Stream<W>,
    common: &'a mut Common,
    counters: [&'a mut Counters; 2],
}

impl<W: Words> Job for Draw<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        self.source.draw_here::<L, W>(self.blocks, self.stream, self.common, self.counters);
    }
}

impl Acceptance {
    fn new(probability: f64) -> Self {
        Self(Decoder::new(&Law::of_events(&[Probability::new(probability)]), |accepted| accepted as u8))
    }

    /// Keeps the accepted ones of the correct answers of each trial, with one draw for each answer. 64 trials are drawn
    /// together, as often as the largest number of answers in one of them.
    #[inline(always)]
    fn thin<L: Lanes, W: Words>(&self, blocks: usize, stream: &mut Stream<W>, correct: &mut Counters) {
        let mut state = DecodeState::new(&self.0);
        for block in 0..blocks {
            let counts = correct.block(block);
            let mut kept = [0; BLOCK];
            let most = counts.iter().copied().max().unwrap_or(0);
            state.hand_out::<L, W, _>(stream, 0..most, |answer, accepted| {
                for ((kept, count), accepted) in kept.iter_mut().zip(&counts).zip(accepted) {
                    *kept += u32::from(*accepted) * u32::from(answer < *count);
                }
            });
            correct.set_block(block, &kept);
        }
    }
}

/// Draws run by run, and within a run 64 trials at a time: counters and table stay in registers for all equal groups.
#[inline(always)]
fn draw_groups<L: Lanes, W: Words>(
    groups: &Groups,
    stream: &mut Stream<W>,
    correct: &mut Counters,
    wrong: &mut Counters,
) {
    for run in &groups.runs {
        let decoder = groups.decoder(run.table);
        let mut state = DecodeState::new(&decoder);
        let most = usize::from(u8::MAX) / run.size;
        for start in (0..run.groups).step_by(most) {
            let together = most.min(run.groups - start);
            correct.make_room(together * run.size);
            wrong.make_room(together * run.size);
            let (state, stream) = (&mut state, &mut *stream);
            if groups.counts_wrong() {
                let counters = (&mut correct.bytes[..], &mut wrong.bytes[..]);
                L::enter(AddBoth { state, groups: together, stream, counters });
            } else {
                L::enter(Add { state, groups: together, stream, correct: &mut correct.bytes });
            }
        }
    }
}

/// Adds the numbers of correct agents in some equal groups to counters. A function of its own, because a compiler that
/// sees all around the loop runs out of registers.
struct Add<'s, 'a, W> {
    state: &'s mut DecodeState<'a>,
    groups: usize,
    stream: &'s mut Stream<W>,
    correct: &'s mut [Block],
}

impl<W: Words> Job for Add<'_, '_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let zero = L::load(&[0; BLOCK]);
        let blocks = self.correct.len() * self.groups;
        let counters = self.correct.iter_mut();
        self.state.decode::<L, W, _, _>(
            self.stream,
            blocks,
            self.groups,
            counters,
            (zero, L::add),
            add_to::<L>,
        );
    }
}

/// The same for the numbers of correct and of wrong agents.
struct AddBoth<'s, 'a, W> {
    state: &'s mut DecodeState<'a>,
    groups: usize,
    stream: &'s mut Stream<W>,
    counters: (&'s mut [Block], &'s mut [Block]),
}

impl<W: Words> Job for AddBoth<'_, '_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let zero = [L::load(&[0; BLOCK]); 2];
        let blocks = self.counters.0.len() * self.groups;
        let counters = self.counters.0.iter_mut().zip(self.counters.1);
        let add = |[correct, wrong]: [L::Vector; 2], counts| {
            let [low, high] = L::halves(counts);
            [L::add(correct, low), L::add(wrong, high)]
        };
        self.state.decode::<L, W, _, _>(
            self.stream,
            blocks,
            self.groups,
            counters,
            (zero, add),
            |counters, sums| {
                add_to::<L>(counters.0, sums[0]);
                add_to::<L>(counters.1, sums[1]);
            },
        );
    }
}

#[inline(always)]
fn add_to<L: Lanes>(counters: &mut Block, sums: L::Vector) {
    L::store(L::add(L::load(counters), sums), counters);
}
