//! A vote of all agents: every agent of every trial is drawn, the votes are counted, the quorum decides.

use super::decoder::Sitting;
use super::dependent::{Common, Dependent};
use super::groups::{Counted, Groups};
use super::lanes::{Job, Lanes};
use super::packed::Packed;
use super::random::{BLOCK, Block, Stream, Uniform, Words};
use super::tally;
use crate::outcome::Counts;
use crate::scenario::{Dependence, Failures, WrongAnswers};

/// A trial's outcome as a byte.
pub(crate) mod outcome {
    /// The right answer is given.
    pub(crate) const CORRECT: u8 = 0;
    /// No answer is given.
    pub(crate) const ABSTAIN: u8 = 1;
    /// A wrong answer is given.
    pub(crate) const WRONG: u8 = 2;
}

/// When a trial that is not correct is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wrong {
    /// When fewer than this many agents are correct: all others give the same wrong answer. 0 for never.
    FewerCorrect(u32),
    /// When at least this many agents are wrong: all of them give the same wrong answer.
    Together(u32),
    /// When at least this many wrong agents pick the same answer. It is more than half of all agents.
    SamePick(u32, Uniform),
}

/// How the agents of a trial are drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source {
    /// Independent agents.
    Groups(Groups),
    /// Agents that have something in common.
    Dependent(Dependent),
}

/// A vote with a quorum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Voting {
    /// The agents.
    pub(crate) source: Source,
    /// How many agents there are.
    pub(crate) agents: u32,
    /// How many correct agents make a trial correct.
    pub(crate) quorum: u32,
    /// When it is wrong.
    pub(crate) wrong: Wrong,
    /// The same trials drawn whole, if their agents are so few.
    pub(crate) packed: Option<Box<Packed>>,
}

/// The memory that a thread uses again and again.
#[derive(Default)]
pub(crate) struct Buffers {
    correct: Counters,
    wrong: Counters,
    picks: Vec<u64>,
    /// What trials have in common.
    pub(crate) common: Common,
    /// The outcome of each trial.
    pub(crate) outcomes: Vec<u8>,
}

impl Buffers {
    /// How many agents of this trial were correct in the last run.
    #[inline]
    pub(crate) fn correct(&self, trial: usize) -> u32 {
        self.correct.at(trial)
    }
}

impl Voting {
    /// Agents with these failure `rates`, fewer than 2³¹, under a quorum of 1 … that many. Without a checker the quorum is more
    /// than half of them. A common cause is no matter of one vote: it is drawn as a class of tasks.
    pub(crate) fn new(
        rates: Vec<f64>,
        failures: &Failures,
        dependence: Dependence,
        quorum: u32,
        checker: bool,
    ) -> Self {
        let agents = rates.len() as u32;
        let hallucination = voting_share(failures);
        let wrong = match failures.wrong_answers {
            _ if checker || hallucination == 0.0 => Wrong::FewerCorrect(0),
            WrongAnswers::Distinct if quorum > 1 => Wrong::FewerCorrect(0),
            WrongAnswers::Among(answers @ 2..) => Wrong::SamePick(quorum, Uniform::below(answers)),
            _ if failures.all_vote() => Wrong::FewerCorrect(agents - quorum + 1),
            _ => Wrong::Together(quorum),
        };
        let counted = match wrong {
            Wrong::FewerCorrect(_) => Counted::Correct,
            Wrong::SamePick(..) if failures.all_vote() => Counted::Correct,
            _ => Counted::CorrectAndWrong(hallucination),
        };
        let source = Source::new(rates.clone(), counted, dependence);
        let mut voting = Self { source, agents, quorum, wrong, packed: None };
        if !voting.is_dependent() && !matches!(wrong, Wrong::SamePick(..)) {
            voting.packed = Packed::new(&rates, counted, |count| voting.outcome(count)).map(Box::new);
        }
        voting
    }

    /// The outcome of a trial with this count of its agents; no wrong answer is picked.
    fn outcome(&self, count: u8) -> u8 {
        let (correct, wrong) = (u32::from(count % 16), u32::from(count / 16));
        match self.wrong {
            _ if correct >= self.quorum => outcome::CORRECT,
            Wrong::FewerCorrect(few) if correct < few => outcome::WRONG,
            Wrong::Together(quorum) if wrong >= quorum => outcome::WRONG,
            _ => outcome::ABSTAIN,
        }
    }

    /// Draws the next `trials` trials and counts the first `counted`.
    #[inline(always)]
    pub(crate) fn count<L: Lanes, W: Words>(
        &self,
        trials: usize,
        counted: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> Counts {
        let (mut counts, mut done) = (Counts::default(), 0);
        if let Some(packed) = &self.packed {
            done = packed.whole(trials);
            counts = packed.run::<L, W>(done, counted.min(done), stream);
        }
        counts += self.count_outcomes::<L, W>(trials - done, counted.saturating_sub(done), stream, buffers);
        counts
    }

    /// The same by the outcome of every trial.
    #[inline(always)]
    fn count_outcomes<L: Lanes, W: Words>(
        &self,
        trials: usize,
        counted: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) -> Counts {
        self.begin(trials, stream, buffers);
        self.run::<L, W>(trials, stream, buffers);
        tally::count(&buffers.outcomes[..counted])
    }

    /// Draws what each of the next `trials` trials has in common, for this vote and those of the same trials that follow it.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        if let Source::Dependent(agents) = &self.source {
            agents.begin(trials, stream, &mut buffers.common);
        }
    }

    /// Whether trials have anything in common.
    pub(crate) fn is_dependent(&self) -> bool {
        matches!(self.source, Source::Dependent(_))
    }

    /// Of the trials that have just been run, keeps for the next vote what those with this outcome have in common.
    pub(crate) fn keep(&self, buffers: &mut Buffers, outcome: u8) {
        if self.is_dependent() {
            buffers.common.retain(buffers.outcomes.iter().map(|was| *was == outcome));
        }
    }

    /// The outcomes of the next `trials` trials, which have begun, in `buffers.outcomes`.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        self.draw::<L, W>(trials.div_ceil(BLOCK), stream, buffers);
        let Buffers { correct, wrong, outcomes, .. } = &mut *buffers;
        outcomes.clear();
        outcomes.resize(trials, outcome::ABSTAIN);
        match self.wrong {
            Wrong::FewerCorrect(few) => {
                outcomes.fill(outcome::WRONG);
                correct.mark_at_least(few, outcome::ABSTAIN, outcomes);
            }
            Wrong::Together(quorum) => wrong.mark_at_least(quorum, outcome::WRONG, outcomes),
            Wrong::SamePick(..) => {}
        }
        correct.mark_at_least(self.quorum, outcome::CORRECT, outcomes);
        if let Wrong::SamePick(quorum, answers) = self.wrong {
            self.pick(quorum, answers, stream, buffers);
        }
    }

    /// Draws the agents and counts the correct ones, and the wrong ones if they are counted.
    #[inline(always)]
    fn draw<L: Lanes, W: Words>(&self, blocks: usize, stream: &mut Stream<W>, buffers: &mut Buffers) {
        let Buffers { correct, wrong, common, .. } = buffers;
        correct.clear(blocks);
        wrong.clear(if self.source.counts_wrong() { blocks } else { 0 });
        match &self.source {
            Source::Groups(groups) => draw_groups::<L, W>(groups, stream, correct, wrong),
            Source::Dependent(agents) => agents.draw(stream, common, correct, wrong),
        }
        correct.finish();
        wrong.finish();
    }

    /// Lets the wrong agents of each undecided trial pick their answers, in trial order, where enough of them are wrong.
    fn pick<W: Words>(&self, quorum: u32, answers: Uniform, stream: &mut Stream<W>, buffers: &mut Buffers) {
        let Buffers { correct, wrong, outcomes, picks, .. } = buffers;
        let counts_wrong = self.source.counts_wrong();
        for (trial, outcome) in outcomes.iter_mut().enumerate() {
            let wrong = if counts_wrong { wrong.at(trial) } else { self.agents - correct.at(trial) };
            if *outcome == outcome::ABSTAIN && wrong >= quorum {
                picks.clear();
                picks.extend((0..wrong).map(|_| answers.draw(stream)));
                if majority(picks) >= quorum {
                    *outcome = outcome::WRONG;
                }
            }
        }
    }
}

impl Source {
    /// A dependence that changes nothing is independence: none of any strength, and equal agents that always or never fail.
    fn new(rates: Vec<f64>, counted: Counted, dependence: Dependence) -> Self {
        let hallucination = match counted {
            Counted::Correct => None,
            Counted::CorrectAndWrong(hallucination) => Some(hallucination),
        };
        let certain = rates.iter().all(|rate| *rate == 0.0 || *rate == 1.0);
        match dependence {
            Dependence::BetaBinomial { correlation } if correlation > 0.0 && !certain => {
                Self::Dependent(Dependent::beta_binomial(&rates, correlation, hallucination))
            }
            Dependence::GaussianCopula { correlation } if correlation > 0.0 && !certain => {
                Self::Dependent(Dependent::gaussian_copula(&rates, correlation, hallucination))
            }
            Dependence::Independent
            | Dependence::CommonCause { .. }
            | Dependence::BetaBinomial { .. }
            | Dependence::GaussianCopula { .. } => Self::Groups(Groups::of(rates, counted)),
        }
    }

    /// Whether wrong answers are counted too.
    fn counts_wrong(&self) -> bool {
        match self {
            Self::Groups(groups) => groups.counts_wrong(),
            Self::Dependent(agents) => agents.counts_wrong(),
        }
    }
}

/// Run by run, and within a run 64 trials at a time, so that their counters and the table stay in registers for all equal groups.
#[inline(always)]
fn draw_groups<L: Lanes, W: Words>(
    groups: &Groups,
    stream: &mut Stream<W>,
    correct: &mut Counters,
    wrong: &mut Counters,
) {
    for run in &groups.runs {
        let decoder = groups.decoder(run.table);
        let mut sitting = Sitting::new(&decoder);
        let most = usize::from(u8::MAX) / run.size;
        for start in (0..run.groups).step_by(most) {
            let together = most.min(run.groups - start);
            correct.make_room(together * run.size);
            wrong.make_room(together * run.size);
            let (sitting, stream) = (&mut sitting, &mut *stream);
            if groups.counts_wrong() {
                let counters = (&mut correct.bytes[..], &mut wrong.bytes[..]);
                L::enter(AddBoth { sitting, groups: together, stream, counters });
            } else {
                L::enter(Add { sitting, groups: together, stream, correct: &mut correct.bytes });
            }
        }
    }
}

/// The share of failures that vote.
fn voting_share(failures: &Failures) -> f64 {
    let (voting, [corruption, crash]) = failures.voting_and_silent();
    voting / (voting + (corruption + crash))
}

/// Adds the numbers of correct agents in some equal groups to counters. A function of its own, because a compiler that sees all around
/// the loop runs out of registers.
struct Add<'s, 'a, W> {
    sitting: &'s mut Sitting<'a>,
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
        self.sitting.decode::<L, W, _, _>(
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
    sitting: &'s mut Sitting<'a>,
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
        self.sitting.decode::<L, W, _, _>(
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

/// How often the answer occurs that more than half of `picks` are, or else some answer (Boyer and Moore 1991).
fn majority(picks: &[u64]) -> u32 {
    let (mut leader, mut lead) = (0, 0_u32);
    for pick in picks {
        match lead {
            0 => (leader, lead) = (*pick, 1),
            _ if *pick == leader => lead += 1,
            _ => lead -= 1,
        }
    }
    picks.iter().filter(|pick| **pick == leader).count() as u32
}

/// A number for each trial: a byte, emptied into a wide counter before it could overflow.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) bytes: Vec<Block>,
    /// Empty as long as the bytes have been enough.
    wide: Vec<u32>,
    /// The most that a byte can have come to.
    reached: usize,
}

impl Counters {
    pub(crate) fn clear(&mut self, blocks: usize) {
        self.bytes.clear();
        self.bytes.resize(blocks, [0; BLOCK]);
        self.wide.clear();
        self.reached = 0;
    }

    /// Before up to `most` is added to each byte.
    pub(crate) fn make_room(&mut self, most: usize) {
        if self.reached + most > usize::from(u8::MAX) {
            self.widen();
        }
        self.reached += most;
    }

    fn widen(&mut self) {
        self.wide.resize(self.bytes.len() * BLOCK, 0);
        for (wide, byte) in self.wide.iter_mut().zip(self.bytes.as_flattened_mut()) {
            *wide += u32::from(std::mem::take(byte));
        }
        self.reached = 0;
    }

    /// After the last addition.
    fn finish(&mut self) {
        if !self.wide.is_empty() {
            self.widen();
        }
    }

    pub(crate) fn at(&self, trial: usize) -> u32 {
        match self.wide.get(trial) {
            Some(wide) => *wide,
            None => u32::from(self.bytes.as_flattened()[trial]),
        }
    }

    /// Gives this outcome to the trials whose number is at least `limit`.
    #[inline(always)]
    fn mark_at_least(&self, limit: u32, outcome: u8, outcomes: &mut [u8]) {
        if !self.wide.is_empty() {
            mark_at_least(&self.wide, limit, outcome, outcomes);
        } else if let Ok(limit) = u8::try_from(limit) {
            mark_at_least(self.bytes.as_flattened(), limit, outcome, outcomes);
        }
    }
}

#[inline(always)]
fn mark_at_least<T: Copy + PartialOrd>(numbers: &[T], limit: T, outcome: u8, outcomes: &mut [u8]) {
    for (was, number) in outcomes.iter_mut().zip(numbers) {
        *was = if *number >= limit { outcome } else { *was };
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::on_every_engine;
    use super::super::law::Law;
    use super::super::random::Columns;
    use super::super::reference::{Script, SlowDecoder, SlowStream};
    use super::*;

    fn failures(silent: f64, wrong_answers: WrongAnswers) -> Failures {
        Failures { hallucination: 1.0 - silent, corruption: silent, crash: 0.0, wrong_answers }
    }

    /// A vote of agents one by one: with rates of 8 bits and a share of at most a few, each is one byte that is always decided.
    fn one_by_one(rates: &[f64], failures: Failures, quorum: u32, checker: bool) -> Voting {
        let voting = Voting::new(rates.to_vec(), &failures, Dependence::Independent, quorum, checker);
        let counted = if voting.source.counts_wrong() {
            Counted::CorrectAndWrong(failures.hallucination)
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
            counts += tally::count(&buffers.outcomes);
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

    /// Who can never be wrong, and what silence or its absence changes.
    #[test]
    fn only_what_matters_is_counted() {
        let cases = [
            (failures(0.5, WrongAnswers::Same), true, Wrong::FewerCorrect(0), false),
            (failures(1.0, WrongAnswers::Same), false, Wrong::FewerCorrect(0), false),
            (failures(0.5, WrongAnswers::Distinct), false, Wrong::FewerCorrect(0), false),
            (failures(0.0, WrongAnswers::Same), false, Wrong::FewerCorrect(3), false),
            (failures(0.0, WrongAnswers::Among(1)), false, Wrong::FewerCorrect(3), false),
            (failures(0.5, WrongAnswers::Same), false, Wrong::Together(3), true),
            (failures(0.0, WrongAnswers::Among(7)), false, Wrong::SamePick(3, Uniform::below(7)), false),
            (failures(0.5, WrongAnswers::Among(7)), false, Wrong::SamePick(3, Uniform::below(7)), true),
        ];
        for (failures, checker, wrong, counts_wrong) in cases {
            let voting = Voting::new(vec![0.23; 5], &failures, Dependence::Independent, 3, checker);
            assert_eq!((voting.wrong, voting.source.counts_wrong()), (wrong, counts_wrong), "{failures:?}");
        }
        let single = Voting::new(
            vec![0.23],
            &failures(0.5, WrongAnswers::Distinct),
            Dependence::Independent,
            1,
            false,
        );
        assert_eq!(single.wrong, Wrong::Together(1));
    }

    /// Two agents that both fail, and four answers: of all pairs of answers a quarter agree.
    #[test]
    fn all_pairs_of_answers_give_exact_counts() {
        on_every_engine!(|L| {
            let voting = one_by_one(&[1.0; 2], failures(0.0, WrongAnswers::Among(4)), 2, false);
            let picks = (0..16_u64).flat_map(|pair| [pair % 4, pair / 4]).map(|answer| answer << 62 | 99);
            let mut words = vec![0; 16];
            words.extend(picks);
            let mut script = Script::of_words(&words);
            let mut buffers = Buffers::default();
            voting.run::<L, _>(16, &mut Stream::new(&mut script), &mut buffers);
            assert_eq!(script.left(), 0);
            assert_eq!(tally::count(&buffers.outcomes), Counts { correct: 0, abstain: 12, wrong: 4 });
        });
    }

    #[test]
    fn the_majority_of_picks_is_counted() {
        for code in 0..3_u64.pow(7) {
            for count in 0..=7 {
                let picks: Vec<u64> = (0..count).map(|at| code / 3_u64.pow(at) % 3).collect();
                let most = (0..3).map(|of| picks.iter().filter(|pick| **pick == of).count()).max();
                let most = most.filter(|most| 2 * most > picks.len());
                let majority = majority(&picks) as usize;
                assert_eq!(Some(majority).filter(|found| 2 * found > picks.len()), most, "{picks:?}");
            }
        }
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
                let voting = Voting::new(rates.clone(), &failures, Dependence::Independent, quorum, false);
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
                Law::of_answers(rates, failures.hallucination)
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
                        let voting = Voting::new(
                            vec![rate; agents],
                            &failures,
                            Dependence::Independent,
                            agents as u32,
                            false,
                        );
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
