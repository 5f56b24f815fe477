//! A vote in which agents have weights: agents of one weight are counted together, and their counts are weighted.

use super::block::BLOCK;
use super::buffers::{Buffers, Scores};
use super::dependence::draw::Common;
use super::groups::{Counted, VoteRates};
use super::lanes::Lanes;
use super::outcomes::outcome;
use super::packed::Packed;
use super::picks::{Answers, picked_answers};
use super::random::{Stream, Words};
use super::roster::Roster;
use super::source::{Behavior, Source};
use crate::scenario::{Error, WeightedThreshold, WrongAnswers};

/// Maximum number of different weights where wrong agents pick answers: their counts are kept for a unit of trials.
const MAX_PICKING_PARTIES: usize = 10_000;

/// A vote with weights.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weighing {
    /// Agents of one weight each, the lightest first.
    parties: Vec<Party>,
    /// Number of agents.
    agents: u32,
    /// The weight that an answer needs.
    quota: u64,
    wrong: Wrong,
    /// The same trials drawn whole, where the agents are few enough.
    packed: Option<Box<Packed>>,
}

/// Agents of one weight.
#[derive(Debug, Clone, PartialEq)]
struct Party {
    source: Source,
    weight: u64,
}

/// When a trial is wrong that has no quota of correct votes.
#[derive(Debug, Clone, PartialEq)]
enum Wrong {
    Never,
    /// When all wrong votes together have the quota.
    Together,
    /// When one wrong vote has the quota.
    Alone,
    /// When the wrong votes for one answer have the quota.
    SamePick(Answers),
}

impl Weighing {
    /// Returns the vote of these agents with weights.
    ///
    /// # Errors
    /// More than ten thousand different weights where wrong agents pick among answers.
    pub(crate) fn new(
        agents: &Roster,
        rule: &WeightedThreshold,
        behavior: Behavior<'_>,
    ) -> Result<Self, Error> {
        let votes = behavior.votes();
        let law = behavior.failures.wrong_answers.simplified();
        let wrong = match law {
            _ if rule.checker || votes.wrong == 0.0 => Wrong::Never,
            WrongAnswers::Same => Wrong::Together,
            _ => picked_answers(law, agents.len() as u32).map_or(Wrong::Alone, Wrong::SamePick),
        };
        let mut order: Vec<usize> = (0..agents.len()).collect();
        order.sort_by_key(|agent| rule.weights[*agent]);
        let parties: Vec<Party> = order
            .chunk_by(|one, next| rule.weights[*one] == rule.weights[*next])
            .map(|party| Party::new(&agents.pick(party), rule.weights[party[0]], votes, behavior))
            .collect();
        if matches!(wrong, Wrong::SamePick(_)) && parties.len() > MAX_PICKING_PARTIES {
            let message = format!(
                "scheme.weights must have at most {MAX_PICKING_PARTIES} different weights to simulate wrong agents \
                 that pick their answers, \
                 got {}",
                parties.len()
            );
            return Err(Error::refused("scheme.weights", message));
        }
        let mut weighing =
            Self { parties, agents: agents.len() as u32, quota: rule.quota, wrong, packed: None };
        if !weighing.is_dependent() && !matches!(weighing.wrong, Wrong::SamePick(_)) {
            let counted = Counted::CorrectAndWrong(votes);
            let decide = |pattern| weighing.of_pattern(&rule.weights, counted, pattern);
            weighing.packed = Packed::of_patterns(&agents.rates, counted, decide).map(Box::new);
        }
        Ok(weighing)
    }

    /// Number of agents.
    pub(crate) fn agents(&self) -> u32 {
        self.agents
    }

    /// The same trials drawn whole, where the agents are few enough.
    pub(crate) fn packed(&self) -> Option<&Packed> {
        self.packed.as_deref()
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        let parties: usize = self.parties.iter().map(|party| size_of::<Party>() + party.source.bytes()).sum();
        parties + self.packed().map_or(0, Packed::bytes)
    }

    /// Whether the agents of a trial are correlated.
    pub(crate) fn is_dependent(&self) -> bool {
        self.parties.iter().any(|party| party.source.is_dependent())
    }

    /// Outcome of a pattern of agents with these weights, where no wrong answer is picked.
    fn of_pattern(&self, weights: &[u64], counted: Counted, pattern: usize) -> u8 {
        let mut sums = [0; 2];
        let mut heaviest = 0;
        for (agent, weight) in weights.iter().enumerate() {
            match pattern / counted.states().pow(agent as u32) % counted.states() {
                0 => sums[0] += weight,
                1 => {
                    sums[1] += weight;
                    heaviest = heaviest.max(*weight);
                }
                _ => {}
            }
        }
        self.outcome(sums, heaviest)
    }

    /// Outcome by the weights behind the right answer and all wrong ones, and the heaviest agent behind a wrong one; or
    /// [`outcome::OPEN`] where it depends on the picks.
    #[inline]
    fn outcome(&self, [correct, wrong]: [u64; 2], heaviest: u64) -> u8 {
        match self.wrong {
            _ if correct >= self.quota => outcome::CORRECT,
            Wrong::Together if wrong >= self.quota => outcome::WRONG,
            Wrong::Alone if heaviest >= self.quota => outcome::WRONG,
            Wrong::SamePick(_) if wrong >= self.quota => outcome::OPEN,
            _ => outcome::ABSTAIN,
        }
    }

    /// Draws what the agents of each of the next `trials` trials have in common: it is shared by all parties.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, common: &mut Common) {
        if let Some(party) = self.parties.iter().find(|party| party.source.is_dependent()) {
            party.source.begin(trials, stream, common);
        }
    }

    /// Writes the outcomes of the next `trials` trials, which have begun, to `buffers.outcomes`. Draws party by party
    /// and then, in trial order, the answers that wrong agents pick.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        let Buffers { correct, wrong, common, scores, outcomes, .. } = &mut *buffers;
        scores.weights.clear();
        scores.weights.resize(trials, [0; 2]);
        scores.wrong.clear();
        let mut heaviest = vec![0; if self.wrong == Wrong::Alone { trials } else { 0 }];
        for party in &self.parties {
            party.source.draw::<L, W>(trials.div_ceil(BLOCK), stream, common, [&mut *correct, &mut *wrong]);
            for (trial, weights) in scores.weights.iter_mut().enumerate() {
                weights[0] += u64::from(correct.at(trial)) * party.weight;
                weights[1] += u64::from(wrong.at(trial)) * party.weight;
            }
            // Parties are ordered from the lightest to the heaviest.
            for (trial, heaviest) in heaviest.iter_mut().enumerate().filter(|(trial, _)| wrong.at(*trial) > 0)
            {
                debug_assert!(*heaviest <= party.weight, "trial {trial}");
                *heaviest = party.weight;
            }
            if matches!(self.wrong, Wrong::SamePick(_)) {
                scores.wrong.extend((0..trials).map(|trial| wrong.at(trial)));
            }
        }
        outcomes.clear();
        outcomes.extend(
            scores
                .weights
                .iter()
                .enumerate()
                .map(|(trial, weights)| self.outcome(*weights, heaviest.get(trial).copied().unwrap_or(0))),
        );
        if let Wrong::SamePick(answers) = &self.wrong {
            self.pick::<L, W>(answers, stream, scores, outcomes);
        }
    }

    /// Picks the answers of the wrong agents of each open trial.
    #[inline(always)]
    fn pick<L: Lanes, W: Words>(
        &self,
        answers: &Answers,
        stream: &mut Stream<W>,
        scores: &mut Scores,
        outcomes: &mut [u8],
    ) {
        let mut picker = answers.picker();
        let trials = outcomes.len();
        for (trial, outcome) in outcomes.iter_mut().enumerate().filter(|(_, is)| **is == outcome::OPEN) {
            scores.picked.clear();
            picker.begin();
            for (place, party) in self.parties.iter().enumerate() {
                for _ in 0..scores.wrong[place * trials + trial] {
                    scores.picked.push((picker.pick::<L, W>(stream), party.weight));
                }
            }
            scores.picked.sort_unstable();
            let mut same = scores.picked.chunk_by(|one, next| one.0 == next.0);
            let has_quota =
                |answer: &[(u64, u64)]| answer.iter().map(|(_, weight)| weight).sum::<u64>() >= self.quota;
            *outcome = if same.any(has_quota) { outcome::WRONG } else { outcome::ABSTAIN };
        }
    }
}

impl Party {
    fn new(agents: &Roster, weight: u64, votes: VoteRates, behavior: Behavior<'_>) -> Self {
        let source = Source::new(agents, Counted::CorrectAndWrong(votes), behavior);
        Self { source, weight }
    }
}

#[cfg(test)]
mod tests {
    use super::super::criterion::Criterion;
    use super::super::groups::Groups;
    use super::super::lanes::on_every_engine;
    use super::super::outcomes;
    use super::super::random::Columns;
    use super::super::reference::{Script, behavior, failures};
    use super::super::voting::Voting;
    use super::*;
    use crate::outcome::Counts;

    fn rule(weights: &[u64], quota: u64) -> WeightedThreshold {
        WeightedThreshold { weights: weights.to_vec(), quota, checker: 2 * quota <= weights.iter().sum() }
    }

    /// Every input of three agents with different weights and rates of 8 bits, each a party of its own and one byte.
    #[test]
    fn heavy_all_inputs_of_three_agents_give_exact_counts() {
        /// All inputs of three bytes; every engine and rule reads the same ones.
        static BYTES: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
            let of_place = |place: u32| (0..1_u32 << 24).map(move |input| (input >> (8 * place)) as u8);
            (0..3).flat_map(of_place).collect()
        });
        on_every_engine!(|L| {
            let rates = [64, 128, 32];
            let weights = [3, 1, 2];
            let cells = rates.map(|cells| [256 - cells, cells * 3 / 4, cells / 4]);
            for (quota, wrong_answers) in [
                (4, WrongAnswers::Same),
                (5, WrongAnswers::Same),
                (4, WrongAnswers::Distinct),
                (2, WrongAnswers::Same),
            ] {
                let failures = failures(0.25, wrong_answers);
                let rule = rule(&weights, quota);
                let rates = rates.map(|cells| cells as f64 / 256.0);
                let mut weighing = Weighing::new(&rates.to_vec().into(), &rule, behavior(&failures)).unwrap();
                weighing.packed = None;
                // The lightest comes first.
                for (party, agent) in weighing.parties.iter_mut().zip([1, 2, 0]) {
                    let counted = Counted::CorrectAndWrong(behavior(&failures).votes());
                    party.source = Source::Groups(Groups::new(vec![rates[agent]], counted, 1));
                }
                let mut script = Script::of_bytes(&BYTES);
                let mut buffers = Buffers::default();
                weighing.run::<L, _>(1 << 24, &mut Stream::new(&mut script), &mut buffers);
                assert_eq!(script.left(), 0);
                let mut expected = [0_u64; 3];
                for pattern in 0..27_usize {
                    let state = |agent: usize| pattern / 3_usize.pow(agent as u32) % 3;
                    let sum = |of| {
                        (0..3).filter(|agent| state(*agent) == of).map(|agent| weights[agent]).sum::<u64>()
                    };
                    let alone = (0..3).any(|agent| state(agent) == 1 && weights[agent] >= quota);
                    let is_wrong = match wrong_answers {
                        WrongAnswers::Distinct => alone,
                        _ => sum(1) >= quota,
                    };
                    let outcome = if sum(0) >= quota {
                        0
                    } else if is_wrong && !rule.checker {
                        2
                    } else {
                        1
                    };
                    expected[outcome] += (0..3).map(|agent| cells[agent][state(agent)]).product::<u64>();
                }
                let [correct, abstain, wrong] = expected;
                assert_eq!(outcomes::count(&buffers.outcomes), Counts { correct, abstain, wrong }, "{quota}");
            }
        });
    }

    /// Weights of one are a vote: the same words, the same outcomes.
    #[test]
    fn equal_weights_are_a_vote() {
        on_every_engine!(|L| {
            for wrong_answers in [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(3)] {
                let failures = failures(0.3, wrong_answers);
                let rates = vec![0.4; 11];
                let weighing =
                    Weighing::new(&rates.clone().into(), &rule(&[1; 11], 6), behavior(&failures)).unwrap();
                let voting = Voting::new(rates, behavior(&failures), |agents, _| {
                    Criterion::of_quorum(agents, 6, false, &failures, [true, false])
                });
                let mut outcomes = [0, 1].map(|_| Buffers::default());
                let stream = || Stream::new(Columns::<L>::new(5, 7));
                weighing.run::<L, _>(1000, &mut stream(), &mut outcomes[0]);
                voting.run::<L, _>(1000, &mut stream(), &mut outcomes[1]);
                let [weighed, voted] = outcomes.map(|buffers| outcomes::count(&buffers.outcomes));
                if wrong_answers == WrongAnswers::Distinct {
                    // There a vote counts the correct ones alone, from other tables.
                    assert_eq!((weighed.wrong, voted.wrong), (0, 0));
                } else {
                    assert_eq!(weighed, voted, "{wrong_answers:?}");
                }
            }
        });
    }

    /// Whole trials in bytes: the patterns of three agents.
    #[test]
    fn patterns_weigh_what_their_agents_do() {
        let failures = failures(0.25, WrongAnswers::Same);
        let weights = [3, 1, 2];
        let weighing = Weighing::new(&vec![0.3; 3].into(), &rule(&weights, 4), behavior(&failures)).unwrap();
        assert!(weighing.packed().is_some());
        let counted = Counted::CorrectAndWrong(behavior(&failures).votes());
        let outcomes =
            [0, 9, 18, 1, 4, 13, 26].map(|pattern| weighing.of_pattern(&weights, counted, pattern));
        // Agents 0, 1 and 2 are the digits of the pattern to the base 3, the lowest first; 0 is correct, 1 wrong, 2
        // silent.
        use outcome::{ABSTAIN, CORRECT, WRONG};
        assert_eq!(outcomes, [CORRECT, CORRECT, CORRECT, ABSTAIN, WRONG, WRONG, ABSTAIN]);
    }
}
