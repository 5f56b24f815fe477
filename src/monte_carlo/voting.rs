//! A vote of all agents: every agent of every trial is drawn, the votes are counted, a criterion decides.

use super::block::{BLOCK, Block};
use super::buffers::Buffers;
use super::counters::Counters;
use super::criterion::{Criterion, WrongWhen};
use super::groups::Counted;
use super::lanes::{Job, Lanes};
use super::level::Level;
use super::outcomes::{self, outcome};
use super::packed::Packed;
use super::picks::Picks;
use super::random::{Stream, Uniform, Words};
use super::roster::Roster;
use super::source::{Behavior, Source};
use crate::outcome::Counts;

/// A vote.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Voting {
    /// The agents.
    pub(crate) source: Source,
    /// Number of agents.
    pub(crate) agents: u32,
    /// How their votes become an outcome.
    pub(crate) criterion: Criterion,
    /// The same trials drawn whole, where the agents are few enough.
    pub(crate) packed: Option<Box<Packed>>,
    /// Where most votes decide and the counts of a trial fit into a byte: the outcome of each.
    by_count: Option<Box<Level>>,
}

impl Voting {
    /// Returns the vote of these agents, fewer than 2³¹. `criterion` gets their number, whether a
    /// vote can be wrong, and whether all agents vote. A common cause is not part of a vote: it is drawn as a class of
    /// tasks.
    pub(crate) fn new(
        agents: impl Into<Roster>,
        behavior: Behavior<'_>,
        criterion: impl FnOnce(u32, [bool; 2]) -> Criterion,
    ) -> Self {
        let roster = agents.into();
        let agents = roster.len() as u32;
        let votes = behavior.votes();
        let all_vote = behavior.failures.all_vote() && votes.correct == 1.0 && votes.wrong == 1.0;
        let criterion = criterion(agents, [votes.wrong > 0.0, all_vote]);
        // Whether a correct answer votes does not depend on the rate of its agent alone.
        let counted = if votes.correct < 1.0 || criterion.counts_wrong(all_vote) {
            Counted::CorrectAndWrong(votes)
        } else {
            Counted::Correct
        };
        let source = Source::new(&roster, counted, behavior);
        let packed = (!source.is_dependent() && !criterion.leaves_open())
            .then(|| Packed::new(&roster.rates, counted, |count| decide(&criterion, agents, counted, count)))
            .flatten()
            .map(Box::new);
        let by_count = by_count(&criterion, agents, source.counts_wrong()).map(Box::new);
        Self { source, agents, criterion, packed, by_count }
    }

    /// The same vote of agents that are drawn in this way.
    pub(crate) fn with_source(&self, source: Source) -> Self {
        let by_count = by_count(&self.criterion, self.agents, source.counts_wrong()).map(Box::new);
        Self { source, by_count, ..self.clone() }
    }

    /// Draws what the agents of each of the next `trials` trials have in common, for this vote and later ones of the
    /// same trials.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        self.source.begin(trials, stream, &mut buffers.common);
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        let picks = self.criterion.picks().map_or(0, Picks::bytes);
        let by_count = self.by_count.as_ref().map_or(0, |_| size_of::<Level>());
        self.source.bytes() + picks + by_count + self.packed.as_ref().map_or(0, |packed| packed.bytes())
    }

    /// Whether the agents of a trial are correlated.
    pub(crate) fn is_dependent(&self) -> bool {
        self.source.is_dependent()
    }

    /// Outcome of a trial with this count of its agents, which decides it.
    pub(crate) fn decide(&self, counted: Counted, count: u8) -> u8 {
        decide(&self.criterion, self.agents, counted, count)
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
        L::enter(Count { voting: self, trials, counted, stream, buffers })
    }

    /// Writes the outcomes of the next `trials` trials, which have begun, to `buffers.outcomes`.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        L::enter(Vote { voting: self, trials, stream, buffers });
    }

    /// Counts trials, given the votes in each, by outcome, unless answers are picked: no outcome of a trial is kept.
    #[inline(always)]
    fn counts(&self, counted: usize, correct: &Counters, wrong: &Counters) -> Option<Counts> {
        let Criterion::Quorum { quorum, wrong: when } = &self.criterion else { return None };
        let right = correct.at_least(*quorum, counted);
        let wrong = match when {
            WrongWhen::FewerCorrect(few) => counted as u64 - correct.at_least(*few.min(quorum), counted),
            WrongWhen::Together(quorum) => wrong.at_least(*quorum, counted),
            WrongWhen::SamePick(_) => return None,
        };
        Some(Counts { correct: right, wrong, abstain: counted as u64 - right - wrong })
    }

    #[inline(always)]
    fn vote<L: Lanes, W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        self.draw::<L, W>(trials, stream, buffers);
        self.decide_all::<L, W>(trials, stream, buffers);
    }

    #[inline(always)]
    fn draw<L: Lanes, W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        let Buffers { correct, wrong, common, .. } = buffers;
        self.source.draw::<L, W>(trials.div_ceil(BLOCK), stream, common, [correct, wrong]);
    }

    /// Writes the outcomes of trials whose votes have been drawn.
    #[inline(always)]
    fn decide_all<L: Lanes, W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        let Buffers { correct, wrong, outcomes, .. } = &mut *buffers;
        outcomes.clear();
        outcomes.resize(trials, outcome::ABSTAIN);
        match &self.criterion {
            Criterion::Quorum { quorum, wrong: when } => {
                match when {
                    WrongWhen::FewerCorrect(few) => {
                        outcomes.fill(outcome::WRONG);
                        correct.mark_at_least(*few, outcome::ABSTAIN, outcomes);
                    }
                    WrongWhen::Together(quorum) => wrong.mark_at_least(*quorum, outcome::WRONG, outcomes),
                    WrongWhen::SamePick(_) if self.source.counts_wrong() => {
                        wrong.mark_at_least(*quorum, outcome::OPEN, outcomes);
                    }
                    WrongWhen::SamePick(_) => {
                        outcomes.fill(outcome::OPEN);
                        correct.mark_at_least(self.agents - quorum + 1, outcome::ABSTAIN, outcomes);
                    }
                }
                correct.mark_at_least(*quorum, outcome::CORRECT, outcomes);
            }
            criterion @ Criterion::MostVotes(_) => match &self.by_count {
                Some(table) => look_counts_up::<L>(table, correct, wrong, outcomes),
                None => {
                    for (trial, outcome) in outcomes.iter_mut().enumerate() {
                        *outcome = criterion.of(correct.at(trial), self.wrong(correct, wrong, trial));
                    }
                }
            },
        }
        if self.criterion.leaves_open() {
            self.pick::<L, W>(stream, buffers);
        }
    }

    /// Number of wrong votes in a trial.
    #[inline]
    fn wrong(&self, correct: &Counters, wrong: &Counters, trial: usize) -> u32 {
        if self.source.counts_wrong() { wrong.at(trial) } else { self.agents - correct.at(trial) }
    }

    /// Picks the answers of the wrong agents of each open trial, in trial order, and draws a leader where the right
    /// answer leads with others.
    #[inline(always)]
    fn pick<L: Lanes, W: Words>(&self, stream: &mut Stream<W>, buffers: &mut Buffers) {
        let Buffers { correct, wrong, outcomes, .. } = buffers;
        let mut picker = self.criterion.picks().map(Picks::picker);
        let trials = outcomes.len();
        outcomes.resize(trials.next_multiple_of(BLOCK), outcome::ABSTAIN);
        for (block, outcomes) in outcomes.as_chunks_mut().0.iter_mut().enumerate() {
            let (places, open) = open_places::<L>(outcomes);
            for place in places.iter().take(open).map(|place| usize::from(*place) % BLOCK) {
                let trial = block * BLOCK + place;
                let (correct, wrong) = (correct.at(trial), self.wrong(correct, wrong, trial));
                let picked = match &mut picker {
                    Some(picker) => picker.most_common::<L, W>(wrong, stream),
                    None => self.criterion.unpicked(wrong),
                };
                outcomes[place] = match self.criterion.of_picks(correct, picked) {
                    outcome::OPEN => tied(picked.leaders, stream),
                    decided => decided,
                };
            }
        }
        outcomes.truncate(trials);
    }
}

/// Outcome of each count of correct agents, which fits a byte, or of correct and wrong ones, which fit half a byte
/// each; unless a quorum decides.
fn by_count(criterion: &Criterion, agents: u32, counts_wrong: bool) -> Option<Level> {
    let most = if counts_wrong { 15 } else { u8::MAX.into() };
    if agents > most || matches!(criterion, Criterion::Quorum { .. }) {
        return None;
    }
    let of = |count: usize| match count as u32 {
        count if counts_wrong => criterion.of(count % 16, count / 16),
        correct => criterion.of(correct, agents.saturating_sub(correct)),
    };
    Some(Level::new(std::array::from_fn(of), 256))
}

/// Looks up the outcome of each trial by its counts.
#[inline(always)]
fn look_counts_up<L: Lanes>(table: &Level, correct: &Counters, wrong: &Counters, outcomes: &mut Vec<u8>) {
    let table = L::table(table);
    let trials = outcomes.len();
    outcomes.resize(trials.next_multiple_of(BLOCK), outcome::ABSTAIN);
    let blocks = outcomes.as_chunks_mut().0.iter_mut().zip(&correct.bytes);
    for (at, (outcomes, counts)) in blocks.enumerate() {
        let mut counts = *counts;
        if let Some(wrong) = wrong.bytes.get(at) {
            counts.iter_mut().zip(wrong).for_each(|(count, wrong)| *count |= wrong << 4);
        }
        L::look_up(table, &counts, &[0; 2 * BLOCK], outcomes);
    }
    outcomes.truncate(trials);
}

/// Draws a leader where the right answer leads with this many others.
fn tied<W: Words>(others: u32, stream: &mut Stream<W>) -> u8 {
    let leader = Uniform::below(u64::from(others) + 1).draw(stream);
    if leader == 0 { outcome::CORRECT } else { outcome::WRONG }
}

/// The places of the open trials of a block, in order, and their number. Without a branch for each trial: it would
/// mostly be random.
#[inline(always)]
fn open_places<L: Lanes>(outcomes: &Block) -> (Block, usize) {
    let flagged = |place: usize| place as u8 | u8::from(outcomes[place] == outcome::OPEN) << BLOCK.ilog2();
    let mut places = [0; BLOCK];
    let number = L::pack(&std::array::from_fn(flagged), BLOCK as u8, &mut places);
    (places, number)
}

/// A vote as a job of its own, compiled once for all callers.
struct Vote<'a, W> {
    voting: &'a Voting,
    trials: usize,
    stream: &'a mut Stream<W>,
    buffers: &'a mut Buffers,
}

impl<W: Words> Job for Vote<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        self.voting.vote::<L, W>(self.trials, self.stream, self.buffers);
    }
}

/// Counting as a job of its own.
struct Count<'a, W> {
    voting: &'a Voting,
    trials: usize,
    counted: usize,
    stream: &'a mut Stream<W>,
    buffers: &'a mut Buffers,
}

impl<W: Words> Job for Count<'_, W> {
    type Output = Counts;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Counts {
        let Self { voting, trials, counted, stream, buffers } = self;
        voting.draw::<L, W>(trials, stream, buffers);
        voting.counts(counted, &buffers.correct, &buffers.wrong).unwrap_or_else(|| {
            voting.decide_all::<L, W>(trials, stream, buffers);
            outcomes::count(&buffers.outcomes[..counted])
        })
    }
}

/// Outcome of a trial with this count of its agents, where no wrong answer is picked.
fn decide(criterion: &Criterion, agents: u32, counted: Counted, count: u8) -> u8 {
    let (correct, wrong) = (u32::from(count % 16), u32::from(count / 16));
    criterion.of(correct, if counted == Counted::Correct { agents - correct } else { wrong })
}

#[cfg(test)]
mod tests {
    use super::super::groups::Groups;
    use super::super::lanes::on_every_engine;
    use super::super::law::Law;
    use super::super::random::Columns;
    use super::super::reference::{Script, SlowDecoder, SlowStream, behavior, failures};
    use super::*;
    use crate::scenario::{Failures, WrongAnswers};

    /// A vote with a quorum.
    fn with_quorum(rates: Vec<f64>, failures: &Failures, quorum: u32, checker: bool) -> Voting {
        Voting::new(rates, behavior(failures), |agents, votes| {
            Criterion::of_quorum(agents, quorum, checker, failures, votes)
        })
    }

    /// A vote of agents one by one: with rates of 8 bits and a share of at most a few, each is one byte that is always
    /// decided.
    fn one_by_one(rates: &[f64], failures: Failures, quorum: u32, checker: bool) -> Voting {
        let voting = with_quorum(rates.to_vec(), &failures, quorum, checker);
        let counted = if voting.source.counts_wrong() {
            Counted::CorrectAndWrong(behavior(&failures).votes())
        } else {
            Counted::Correct
        };
        Voting { source: Source::Groups(Groups::new(rates.to_vec(), counted, 1)), ..voting }
    }

    /// Feeds all 2^(8n) inputs of n agents.
    fn all_inputs<L: Lanes>(voting: &Voting) -> Counts {
        let agents = voting.agents;
        let mut counts = Counts::default();
        let mut buffers = Buffers::default();
        let trials = 1_usize << (8 * agents.min(2));
        for high in 0..1_usize << (8 * (agents - agents.min(2))) {
            let byte = |agent, trial| ((high << 16 | trial) >> (8 * agent)) as u8;
            let bytes: Vec<u8> =
                (0..agents).flat_map(|agent| (0..trials).map(move |trial| byte(agent, trial))).collect();
            let mut script = Script::of_bytes(&bytes);
            voting.run::<L, _>(trials, &mut Stream::new(&mut script), &mut buffers);
            assert_eq!(script.left(), 0);
            counts.add(outcomes::count(&buffers.outcomes));
        }
        counts
    }

    /// The number of inputs by outcome: over all patterns, the product of the cells of each agent's answer.
    fn expected(cells: &[[u64; 3]], decide: impl Fn(u32, u32) -> u8) -> Counts {
        let mut inputs = [0; 3];
        for pattern in 0..3_usize.pow(cells.len() as u32) {
            let states: Vec<usize> =
                (0..cells.len() as u32).map(|agent| pattern / 3_usize.pow(agent) % 3).collect();
            let of = |state| states.iter().filter(|is| **is == state).count() as u32;
            let weight: u64 = cells.iter().zip(&states).map(|(cells, state)| cells[*state]).product();
            inputs[usize::from(decide(of(0), of(1)))] += weight;
        }
        Counts { correct: inputs[0], abstain: inputs[1], wrong: inputs[2] }
    }

    fn threshold(quorum: u32, checker: bool) -> impl Fn(u32, u32) -> u8 {
        move |correct, wrong| match () {
            () if correct >= quorum => outcome::CORRECT,
            () if !checker && wrong >= quorum => outcome::WRONG,
            () => outcome::ABSTAIN,
        }
    }

    #[test]
    fn all_inputs_of_three_agents_give_exact_counts() {
        on_every_engine!(|L| {
            let rates = [59, 131, 10];
            let cells = rates.map(|cells| [256 - cells, cells, 0]);
            let rates = rates.map(|cells| cells as f64 / 256.0);
            for (quorum, checker) in [(1, true), (2, true), (2, false), (3, false)] {
                let voting = one_by_one(&rates, failures(0.0, WrongAnswers::Same), quorum, checker);
                let counts = all_inputs::<L>(&voting);
                assert_eq!(counts.total(), 1 << 24);
                assert_eq!(counts, expected(&cells, threshold(quorum, checker)), "{quorum} {checker}");
            }
        });
    }

    #[test]
    fn all_inputs_of_agents_that_may_be_silent_give_exact_counts() {
        on_every_engine!(|L| {
            let rates = [64, 128, 32];
            let cells = rates.map(|cells| [256 - cells, cells * 3 / 4, cells / 4]);
            let rates = rates.map(|cells| cells as f64 / 256.0);
            for agents in [2, 3] {
                for quorum in 2..=agents as u32 {
                    let voting =
                        one_by_one(&rates[..agents], failures(0.25, WrongAnswers::Same), quorum, false);
                    assert_eq!(
                        all_inputs::<L>(&voting),
                        expected(&cells[..agents], threshold(quorum, false))
                    );
                }
            }
        });
    }

    /// Agents that can never be wrong, and the effect of silence.
    #[test]
    fn only_what_matters_is_counted() {
        let seven = || WrongWhen::SamePick(Picks::of_agents(WrongAnswers::Among(7), 5).unwrap());
        let cases = [
            (failures(0.5, WrongAnswers::Same), true, WrongWhen::FewerCorrect(0), false),
            (failures(1.0, WrongAnswers::Same), false, WrongWhen::FewerCorrect(0), false),
            (failures(0.5, WrongAnswers::Distinct), false, WrongWhen::FewerCorrect(0), false),
            (failures(0.0, WrongAnswers::Same), false, WrongWhen::FewerCorrect(3), false),
            (failures(0.0, WrongAnswers::Among(1)), false, WrongWhen::FewerCorrect(3), false),
            (failures(0.5, WrongAnswers::Same), false, WrongWhen::Together(3), true),
            (failures(0.0, WrongAnswers::Among(7)), false, seven(), false),
            (failures(0.5, WrongAnswers::Among(7)), false, seven(), true),
        ];
        for (failures, checker, wrong, counts_wrong) in cases {
            let voting = with_quorum(vec![0.23; 5], &failures, 3, checker);
            assert_eq!(voting.criterion, Criterion::Quorum { quorum: 3, wrong }, "{failures:?}");
            assert_eq!(voting.source.counts_wrong(), counts_wrong, "{failures:?}");
        }
        let single = with_quorum(vec![0.23], &failures(0.5, WrongAnswers::Distinct), 1, false);
        assert_eq!(single.criterion, Criterion::Quorum { quorum: 1, wrong: WrongWhen::Together(1) });
    }

    /// Two agents that both fail, and four answers: of all pairs of answers a quarter agree.
    #[test]
    fn all_pairs_of_answers_give_exact_counts() {
        on_every_engine!(|L| {
            let voting = one_by_one(&[1.0; 2], failures(0.0, WrongAnswers::Among(4)), 2, false);
            // Sixteen pairs of 16 cells each.
            let pairs = (0..BLOCK as u8).map(|pair| (pair % 16) << 4 | 11);
            let mut bytes = vec![0; 2 * BLOCK];
            bytes.extend(pairs);
            let mut script = Script::of_bytes(&bytes);
            let mut buffers = Buffers::default();
            voting.run::<L, _>(16, &mut Stream::new(&mut script), &mut buffers);
            assert_eq!(script.left(), 0);
            assert_eq!(outcomes::count(&buffers.outcomes), Counts { correct: 0, abstain: 12, wrong: 4 });
        });
    }

    /// The documented stream, read again by a slow decoder in rational numbers that knows agents, not counts.
    #[test]
    fn equals_the_slow_reference() {
        on_every_engine!(|L| {
            let cases = [
                (vec![0.23; 11], failures(0.0, WrongAnswers::Same), 6),
                (vec![0.6; 11], failures(0.4, WrongAnswers::Same), 6),
                (vec![0.7, 0.1, 0.1, 0.5, 0.3, 0.7, 0.2, 0.9, 0.4], failures(0.0, WrongAnswers::Same), 5),
                (vec![0.7, 0.8, 0.9], failures(0.1, WrongAnswers::Same), 2),
            ];
            for (rates, failures, quorum) in cases {
                let voting = with_quorum(rates.clone(), &failures, quorum, false);
                let Source::Groups(groups) = &voting.source else { panic!("independent agents") };
                let mut buffers = Buffers::default();
                let columns = Columns::<L>::new(3, 9);
                voting.run::<L, _>(200, &mut Stream::new(columns), &mut buffers);
                assert_eq!(buffers.outcomes, slow_outcomes(rates, &failures, quorum, groups)[..200]);
            }
        });
    }

    fn slow_outcomes(mut rates: Vec<f64>, failures: &Failures, quorum: u32, groups: &Groups) -> Vec<u8> {
        let states = if groups.counts_wrong() { 3 } else { 2 };
        let mut stream = SlowStream::new(3, 9);
        let mut answers = vec![[0; 3]; 256];
        rates.sort_by(f64::total_cmp);
        let mut agents = rates.as_slice();
        for run in &groups.runs {
            let rates = &agents[..run.size];
            let law = if states == 3 {
                Law::of_answers(rates, 1.0, failures.hallucination)
            } else {
                Law::of_failures(rates)
            };
            let blocks = answers.len() / BLOCK * run.groups;
            let patterns = SlowDecoder::new(&law).blocks(&mut stream, blocks);
            let mut patterns = patterns.chunks(BLOCK);
            for trials in answers.chunks_mut(BLOCK) {
                for patterns in patterns.by_ref().take(run.groups) {
                    for (answers, pattern) in trials.iter_mut().zip(patterns) {
                        (0..run.size as u32)
                            .for_each(|agent| answers[pattern / usize::pow(states, agent) % states] += 1);
                    }
                }
            }
            agents = &agents[run.size * run.groups..];
        }
        answers.into_iter().map(|[correct, wrong, _]| threshold(quorum, false)(correct, wrong)).collect()
    }

    /// Bytes are widened before they overflow, for any number of agents.
    #[test]
    fn many_agents_do_not_overflow_a_byte() {
        on_every_engine!(|L| {
            for agents in [255, 256, 257, 300, 1001, 70_000] {
                for (rate, expected) in [(0.0, outcome::CORRECT), (1.0, outcome::WRONG)] {
                    for silent in [0.0, 1e-300] {
                        let failures = Failures { corruption: silent, ..Failures::default() };
                        let voting = with_quorum(vec![rate; agents], &failures, agents as u32, false);
                        assert_eq!(voting.source.counts_wrong(), silent > 0.0);
                        let mut buffers = Buffers::default();
                        let columns = Columns::<L>::new(1, 1);
                        voting.run::<L, _>(100, &mut Stream::new(columns), &mut buffers);
                        assert_eq!(buffers.outcomes, [expected; 100], "{agents} {rate}");
                    }
                }
            }
        });
    }
}
