//! One agent that is called until its votes decide.
//!
//! Independent calls are drawn in rounds of several, see [`rounds`]; correlated ones call by call. Only trials that are
//! not decided go on.

mod decision;
mod round;
mod round_symbols;
mod rounds;
mod stages;
mod undecided;

pub(super) use round_symbols::RoundSymbols;
pub(super) use undecided::Undecided;

use super::buffers::Buffers;
use super::lanes::Lanes;
use super::outcomes;
use super::outcomes::outcome::{self, OPEN};
use super::packed::Packed;
use super::random::{Stream, Words};
use super::voting::Voting;
use crate::outcome::Counts;
use crate::scenario::{Error, Goal, Race};
use decision::Ending;
use rounds::Rounds;

/// Maximum expected number of calls.
const MAX_CALLS: f64 = 1e6;

/// A race.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Racing {
    agent: Agent,
    ending: Ending,
}

/// The agent of a race.
#[derive(Debug, Clone, PartialEq)]
enum Agent {
    /// Calls are independent.
    Rounds(Box<Rounds>),
    /// Calls are correlated: the vote of one of them.
    CallByCall(Box<Voting>),
}

impl Racing {
    /// Returns the race of an agent at least a share `votes` of whose calls vote, in any task.
    ///
    /// # Errors
    /// More than a million expected calls, or more than 100,000 in an adaptive race.
    pub(crate) fn new(agent: Voting, race: &Race, votes: f64) -> Result<Self, Error> {
        let needed = match race.goal {
            // A fair walk takes the square of its goal; no other takes more.
            Goal::Lead(margin) => margin as f64 * margin as f64 / votes,
            Goal::Votes(most) => 2.0 * most as f64 / votes,
            Goal::Confidence(_) => f64::INFINITY,
        };
        let calls = race.max_calls.map_or(needed, |most| needed.min(most as f64));
        if calls.is_nan() || calls > MAX_CALLS {
            return Err(Error::refused(
                "scheme.max_calls",
                format!(
                    "a race of about {calls:.0} calls cannot be simulated: at most {MAX_CALLS:.0} calls; set \
                     scheme.max_calls to limit them"
                ),
            ));
        }
        let ending = Ending::new(race)?;
        let agent = match Rounds::new(&agent, &ending) {
            Some(rounds) => Agent::Rounds(Box::new(rounds)),
            None => Agent::CallByCall(Box::new(agent)),
        };
        Ok(Self { agent, ending })
    }

    /// Approximate number of calls in a trial, which decides the size of a unit.
    pub(crate) fn work(&self) -> u64 {
        self.ending.work()
    }

    /// The same trials drawn whole, where a byte decides them.
    pub(crate) fn packed(&self) -> Option<&Packed> {
        match &self.agent {
            Agent::Rounds(rounds) => rounds.packed.as_deref(),
            Agent::CallByCall(_) => None,
        }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        let agent = match &self.agent {
            Agent::Rounds(rounds) => rounds.bytes(),
            Agent::CallByCall(agent) => agent.bytes(),
        };
        agent + self.ending.bytes()
    }

    /// Whether the calls of a trial are correlated.
    pub(crate) fn is_dependent(&self) -> bool {
        matches!(self.agent, Agent::CallByCall(_))
    }

    /// Draws what the calls of each of the next `trials` trials have in common.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        if let Agent::CallByCall(agent) = &self.agent {
            agent.begin(trials, stream, buffers);
        }
    }

    /// Runs the next `trials` trials, which have begun, and counts the first `counted`.
    #[inline(always)]
    pub(crate) fn count<L: Lanes, W: Words>(
        &self,
        trials: usize,
        counted: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> Counts {
        match &self.agent {
            Agent::Rounds(rounds) => {
                rounds.draw::<L, W>(&self.ending, trials, stream, buffers);
                buffers.rounds.count(counted)
            }
            Agent::CallByCall(agent) => {
                self.call::<L, W>(agent, trials, false, stream, buffers);
                outcomes::count(&buffers.outcomes[..counted])
            }
        }
    }

    /// Writes the outcomes of the next `trials` trials, which have begun, to `buffers.outcomes`. Correlated agents may
    /// be called for the same tasks again.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        match &self.agent {
            Agent::Rounds(rounds) => {
                rounds.draw::<L, W>(&self.ending, trials, stream, buffers);
                buffers.rounds.outcomes::<L>(trials, &mut buffers.outcomes);
            }
            Agent::CallByCall(agent) => self.call::<L, W>(agent, trials, true, stream, buffers),
        }
    }

    /// Calls the agent once and again and writes the outcomes to `buffers.outcomes`.
    ///
    /// Decided trials are no longer called. If trials are `to_be_kept`, because the agent will be called for the same
    /// tasks again, decided ones are called with the others and ignored: all trials must have the same number of calls.
    #[inline(always)]
    fn call<L: Lanes, W: Words>(
        &self,
        agent: &Voting,
        trials: usize,
        to_be_kept: bool,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        let mut race = std::mem::take(&mut buffers.race);
        race.start((0..trials).map(|_| [0; 2]));
        let mut calls = 0;
        while !race.places.is_empty() {
            let called = if to_be_kept { trials } else { race.places.len() };
            agent.run::<L, W>(called, stream, buffers);
            calls += 1;
            race.step(|at, place, votes| {
                let call = &mut buffers.outcomes[if to_be_kept { place } else { at }];
                votes[0] += u32::from(*call == outcome::CORRECT);
                votes[1] += u32::from(*call == outcome::WRONG);
                *call = self.ending.outcome(*votes, calls);
                *call
            });
            if !to_be_kept {
                buffers.keep(OPEN);
            }
        }
        std::mem::swap(&mut race.outcomes, &mut buffers.outcomes);
        buffers.race = race;
    }
}
