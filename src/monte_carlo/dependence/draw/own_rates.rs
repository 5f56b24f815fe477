//! Agents that are called again, each with a rate of its own.
//!
//! The calls of an agent share a rate from a beta distribution: an urn of its own, see [`urn`](super::urn). Where the
//! mean of that rate is the rate of the task, itself from a beta distribution, a call is one of two things: with
//! probability jκ/(1 − κ + jκ), after j calls of the agent, what one of them was, picked at random; else a call of the
//! urn that all agents share, which counts such calls alone. κ is the correlation of two calls of an agent given the
//! rate of the task.

use super::common::Common;
use super::threshold::{Share, units};
use super::urn::Urn;
use super::votes::VoteCounters;
use crate::monte_carlo::block::BLOCK;
use crate::monte_carlo::random::{Stream, Words};
use crate::monte_carlo::roster::Roster;

/// Agents with rates of their own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OwnRates(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// An urn for each agent, with the agent's place.
    Urns(Vec<(usize, Urn)>),
    /// The urn of the task, the correlation κ, and the places of the agents.
    InATask { task: Urn, own: f64, places: Vec<usize>, share: Share },
}

/// The place of what calls of the urn of the task have in common; agents come after it.
const TASK: usize = 0;

impl OwnRates {
    pub(super) fn new(agents: &Roster, own: impl Fn(f64) -> f64, share: Share) -> Self {
        let urn = |(place, rate): (&u32, &f64)| (1 + *place as usize, Urn::new(1, *rate, own(*rate), share));
        Self(Kind::Urns(agents.places.iter().zip(&agents.rates).map(urn).collect()))
    }

    pub(super) fn in_a_task(agents: &Roster, correlation: f64, own: f64, share: Share) -> Self {
        let rate = agents.rates.first().copied().unwrap_or(0.0);
        let task = Urn::new(1, rate, correlation, share);
        let places = agents.places.iter().map(|place| 1 + *place as usize).collect();
        Self(Kind::InATask { task, own, places, share })
    }

    /// Memory of its tables.
    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Kind::Urns(urns) => urns.iter().map(|(_, urn)| size_of::<(usize, Urn)>() + urn.bytes()).sum(),
            Kind::InATask { task, places, .. } => task.bytes() + size_of_val(places.as_slice()),
        }
    }

    /// Draws agent by agent.
    #[inline(always)]
    pub(super) fn draw<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        votes: &mut VoteCounters<'_, LISTS>,
    ) {
        let blocks = common.bytes.len();
        match &self.0 {
            Kind::Urns(urns) => {
                for (place, urn) in urns {
                    let mut own = begun(common, *place, blocks);
                    urn.draw(stream, &mut own, votes);
                    common.put_group(*place, own);
                }
            }
            Kind::InATask { task, own: correlation, places, share } => {
                let mut of_task = begun(common, TASK, blocks);
                for place in places {
                    let mut own = begun(common, *place, blocks);
                    let call = Call { task, own: *correlation, share: *share };
                    call.draw(stream, &mut of_task, &mut own, votes);
                    common.put_group(*place, own);
                }
                common.put_group(TASK, of_task);
            }
        }
    }
}

/// What an agent's calls have in common, from the first call on.
fn begun(common: &mut Common, place: usize, blocks: usize) -> Common {
    let mut own = common.take_group(place);
    if own.bytes.is_empty() {
        own.begin(blocks);
    }
    own
}

/// A call of an agent whose mean rate is that of the task.
struct Call<'a> {
    task: &'a Urn,
    own: f64,
    share: Share,
}

impl Call<'_> {
    /// Draws it in all trials. An agent's words are its numbers of failures; of the task, the numbers of its calls and
    /// of the failures among them, in the halves of a word.
    #[inline(always)]
    fn draw<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        of_task: &mut Common,
        own: &mut Common,
        votes: &mut VoteCounters<'_, LISTS>,
    ) {
        votes.make_room(1);
        for common in [&mut *of_task, &mut *own] {
            common.words.resize(common.bytes.len(), [0; BLOCK]);
        }
        let calls = own.calls as f64;
        let again = units(calls * self.own / (1.0 - self.own + calls * self.own));
        for (block, (of_task, failures)) in of_task.words.iter_mut().zip(&mut own.words).enumerate() {
            let mut drawn = [[0; BLOCK]; LISTS];
            for trial in 0..BLOCK {
                let is_again = own.calls > 0 && stream.word() < again;
                let threshold = if is_again {
                    ((u128::from(failures[trial]) << 64) / u128::from(own.calls)).min(u128::from(u64::MAX))
                        as u64
                } else {
                    self.task.threshold(of_task[trial] >> 32, of_task[trial] & u64::from(u32::MAX))
                };
                let number = stream.word();
                for (drawn, threshold) in drawn.iter_mut().zip(self.share.list::<LISTS>(threshold)) {
                    drawn[trial] = u8::from(number < threshold);
                }
                let failed = u64::from(drawn[0][trial]);
                failures[trial] += failed;
                of_task[trial] += if is_again { 0 } else { 1 << 32 | failed };
            }
            votes.add_wrong(block, &drawn);
            votes.add_correct(block, 1, &[0; BLOCK], &drawn[0]);
        }
        own.calls += 1;
    }
}
