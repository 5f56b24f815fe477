//! A team, and the same team with more agents: both vote on the same answers.

use super::block::BLOCK;
use super::buffers::Buffers;
use super::criterion::Criterion;
use super::groups::Counted;
use super::lanes::Lanes;
use super::random::{Stream, Words};
use super::roster::Roster;
use super::source::{Behavior, Source};
use super::voting::Voting;

/// The votes of a team and of the same team with more agents. The agents that both have are drawn once, and then the
/// others.
pub(super) struct Team {
    all: Source,
    more: Source,
    /// Of the team, and of the larger one.
    votes: [TeamVote; 2],
}

/// How a team decides.
struct TeamVote {
    agents: u32,
    criterion: Criterion,
}

impl TeamVote {
    fn of(vote: &Voting) -> Self {
        Self { agents: vote.agents, criterion: vote.criterion.clone() }
    }
}

impl Team {
    /// Returns the votes of the first of these agents and of all of them, who behave in this way; `None` where wrong
    /// agents pick their answers or ties are drawn, which votes of different sizes do not do alike.
    pub(super) fn new(votes: [&Voting; 2], mut agents: Roster, behavior: Behavior<'_>) -> Option<Self> {
        if votes.iter().any(|vote| vote.criterion.leaves_open()) {
            return None;
        }
        let counts_wrong = votes.iter().any(|vote| vote.source.counts_wrong());
        let counted =
            if counts_wrong { Counted::CorrectAndWrong(behavior.votes()) } else { Counted::Correct };
        let all = Source::new(&agents.take_first(votes[0].agents as usize), counted, behavior);
        let more = Source::new(&agents, counted, behavior);
        Some(Self { all, more, votes: votes.map(TeamVote::of) })
    }

    /// Returns the outcomes of both in the next `trials` trials.
    pub(super) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> [Vec<u8>; 2] {
        let Buffers { correct, wrong, common, .. } = buffers;
        // Either may be independent of the rest, where its agents always or never fail.
        let shared = if self.all.is_dependent() { &self.all } else { &self.more };
        shared.begin(trials, stream, common);
        let mut counts = vec![[0; 2]; trials];
        [(&self.all, 0), (&self.more, 1)].map(|(source, vote)| {
            source.draw::<L, W>(trials.div_ceil(BLOCK), stream, common, [&mut *correct, &mut *wrong]);
            let TeamVote { agents, criterion } = &self.votes[vote];
            let decided = counts.iter_mut().enumerate().map(|(trial, [rights, wrongs])| {
                *rights += correct.at(trial);
                if source.counts_wrong() {
                    *wrongs += wrong.at(trial);
                } else {
                    *wrongs = agents - *rights;
                }
                criterion.of(*rights, *wrongs)
            });
            decided.collect()
        })
    }
}
