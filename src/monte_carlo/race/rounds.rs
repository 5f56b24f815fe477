//! Races whose calls are independent, drawn in rounds.
//!
//! A byte is the pattern of a round, several calls of one trial. In the first round all trials have the same votes,
//! none, so that the decoder's table gives their symbols at once: an outcome, or an open standing. The open ones are
//! packed together and take a byte each for the next round; their symbol and their pattern are looked up in the table
//! of a [stage](super::stages). Where tables end, trials are followed by their votes, a round at a time as long as no
//! call of it can decide and else call by call. All of this draws every call of every trial, and those of a round after
//! the decision in vain.

use super::decision::Ending;
use super::round::Round;
use super::round_symbols::RoundSymbols;
use super::stages::{MAX_ROWS, Stage, Stages};
use super::undecided::Undecided;
use crate::monte_carlo::block::{BLOCK, Block, CHUNK};
use crate::monte_carlo::buffers::Buffers;
use crate::monte_carlo::decoder::{DecodeState, Decoder};
use crate::monte_carlo::lanes::{Job, Lanes};
use crate::monte_carlo::outcomes::outcome::OPEN;
use crate::monte_carlo::packed::Packed;
use crate::monte_carlo::random::{Stream, Words};
use crate::monte_carlo::voting::Voting;

/// Number of blocks whose patterns are drawn together: they fit into the first cache, and are whole chunks of the
/// stream.
const SECTION: usize = 8 * CHUNK;

/// A race in rounds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rounds {
    round: Round,
    stages: Stages,
    /// Draws the symbol of a trial after the first round.
    first: Decoder,
    /// Draws the pattern of a later round.
    patterns: Decoder,
    /// The same trials drawn whole, where the first round ends all of them.
    pub(super) packed: Option<Box<Packed>>,
}

impl Rounds {
    /// Returns the rounds of an agent; `None` if its calls are correlated.
    pub(super) fn new(agent: &Voting, ending: &Ending) -> Option<Self> {
        Round::new(agent, ending).map(|round| Self::within(round, ending, MAX_ROWS))
    }

    /// The same with tables of about this many rows.
    fn within(round: Round, ending: &Ending, max_rows: usize) -> Self {
        let stages = Stages::new(&round, ending, max_rows);
        let law = round.law();
        let row = stages.first().rows[0];
        let first = Decoder::new(&law, |pattern| row[pattern]);
        let ends_all = first.symbols.iter().all(|symbol| *symbol < OPEN);
        let packed = ends_all.then(|| Packed::of_patterns(&round.rates, round.counted, |own| row[own]));
        let patterns = Decoder::new(&law, |pattern| pattern as u8);
        Self { round, stages, first, patterns, packed: packed.flatten().map(Box::new) }
    }

    /// Memory of its tables.
    pub(super) fn bytes(&self) -> usize {
        let packed = self.packed.as_ref().map_or(0, |packed| packed.bytes());
        let decoders = self.first.bytes() + self.patterns.bytes();
        self.round.bytes() + self.stages.bytes() + decoders + packed
    }

    /// Draws the rounds of the next `trials` trials, as long as any is open, into `buffers.rounds`.
    #[inline(always)]
    pub(super) fn draw<L: Lanes, W: Words>(
        &self,
        ending: &Ending,
        trials: usize,
        stream: &mut Stream<W>,
        buffers: &mut Buffers,
    ) {
        let Buffers { race, rounds, .. } = buffers;
        L::enter(Draw { race: self, ending, trials, stream, undecided: race, rounds });
    }

    /// Draws all rounds of trials that have no votes yet.
    #[inline(always)]
    fn all<L: Lanes, W: Words>(
        &self,
        ending: &Ending,
        trials: usize,
        stream: &mut Stream<W>,
        undecided: &mut Undecided,
        rounds: &mut RoundSymbols,
    ) {
        rounds.clear();
        DecodeState::new(&self.first).blocks::<L, W>(stream, rounds.add(trials).0);
        rounds.finish::<L>();
        if rounds.open.is_empty() {
            return;
        }
        let mut patterns = DecodeState::new(&self.patterns);
        let mut stage = self.stages.first();
        for round in 1.. {
            match self.stages.of(round, stage.next) {
                Some(next) => stage = next,
                None => {
                    self.follow::<L, W>(ending, round, &mut patterns, stream, undecided, rounds);
                    return;
                }
            }
            look_up::<L, W>(stage, &mut patterns, stream, rounds);
            rounds.finish::<L>();
            if rounds.open.is_empty() {
                return;
            }
        }
    }

    /// Draws the rounds of open trials from `round` on, by their votes, and adds their outcomes as one round.
    #[inline(always)]
    fn follow<L: Lanes, W: Words>(
        &self,
        ending: &Ending,
        round: u64,
        patterns: &mut DecodeState<'_>,
        stream: &mut Stream<W>,
        undecided: &mut Undecided,
        rounds: &mut RoundSymbols,
    ) {
        let votes = |symbol: &u8| self.stages.rest[usize::from(symbol - OPEN)];
        undecided.start(rounds.open.iter().map(votes));
        let mut calls = round * u64::from(self.round.calls);
        while !undecided.places.is_empty() {
            rounds.patterns.resize(undecided.places.len().div_ceil(BLOCK), [0; BLOCK]);
            patterns.blocks::<L, W>(stream, &mut rounds.patterns);
            let drawn = rounds.patterns.as_flattened();
            undecided.step(|at, _, votes| self.round.follow(ending, votes, usize::from(drawn[at]), calls));
            calls += u64::from(self.round.calls);
        }
        let (symbols, _) = rounds.add(undecided.outcomes.len());
        symbols.as_flattened_mut()[..undecided.outcomes.len()].copy_from_slice(&undecided.outcomes);
    }
}

/// Draws a round of the open trials and looks their symbols up.
#[inline(always)]
fn look_up<L: Lanes, W: Words>(
    stage: &Stage,
    patterns: &mut DecodeState<'_>,
    stream: &mut Stream<W>,
    rounds: &mut RoundSymbols,
) {
    let mut drawn: [Block; SECTION] = [[0; BLOCK]; SECTION];
    let (symbols, open) = rounds.add(rounds.open.len());
    for (symbols, open) in symbols.chunks_mut(SECTION).zip(open.chunks(SECTION * BLOCK)) {
        let drawn = &mut drawn[..symbols.len()];
        patterns.blocks::<L, W>(stream, drawn);
        let of_trials = open.iter().zip(drawn.as_flattened());
        for (symbol, (open, pattern)) in symbols.as_flattened_mut().iter_mut().zip(of_trials) {
            *symbol = stage.rows[usize::from(*open - OPEN)][usize::from(*pattern)];
        }
    }
}

/// Drawing as a job of its own, compiled once for all callers.
struct Draw<'a, W> {
    race: &'a Rounds,
    ending: &'a Ending,
    trials: usize,
    stream: &'a mut Stream<W>,
    undecided: &'a mut Undecided,
    rounds: &'a mut RoundSymbols,
}

impl<W: Words> Job for Draw<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        self.race.all::<L, W>(self.ending, self.trials, self.stream, self.undecided, self.rounds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::ballot::Ballot;
    use crate::monte_carlo::groups::Counted;
    use crate::monte_carlo::lanes::on_every_engine;
    use crate::monte_carlo::outcomes;
    use crate::monte_carlo::outcomes::outcome::{ABSTAIN, CORRECT, WRONG};
    use crate::monte_carlo::random::Columns;
    use crate::monte_carlo::reference::{Script, SlowDecoder, SlowStream, behavior, failures};
    use crate::monte_carlo::rules;
    use crate::monte_carlo::source::Behavior;
    use crate::scenario::{Filter, Goal, Race, Rule, WrongAnswers};

    /// The vote of one call of an agent with this failure rate, a share of whose failures is silent.
    fn agent(rate: f64, silent: f64, filter: Option<Filter>) -> Voting {
        let failures = failures(silent, WrongAnswers::Same);
        let behavior = Behavior { filter, ..behavior(&failures) };
        let rule = Rule::Threshold { quorum: 1, checker: false };
        match rules::simulated(&rule).ballot(vec![rate].into(), behavior).unwrap() {
            Ballot::Vote(voting) => *voting,
            Ballot::Weighted(_) | Ballot::Race(_) => panic!("a vote"),
        }
    }

    fn race(goal: Goal, max_calls: Option<u64>) -> Race {
        Race { goal, max_calls }
    }

    /// The outcome of a race with these answers, right, wrong and silent as 0, 1 and 2, from its definition. Confidence
    /// is 15/16.
    fn plain(race: &Race, answers: &[usize]) -> u8 {
        let mut votes = [0_u64; 2];
        for (call, answer) in (1..).zip(answers) {
            if let Some(votes) = votes.get_mut(*answer) {
                *votes += 1;
            }
            let (leader, other) = (votes[0].max(votes[1]), votes[0].min(votes[1]));
            let is_last = race.max_calls == Some(call);
            let ends = match race.goal {
                Goal::Lead(margin) => leader - other >= margin,
                Goal::Votes(most) => leader >= most,
                Goal::Confidence(_) => {
                    let coins = u128::from(leader + other + 1);
                    let tail: u128 = (0..=u128::from(other)).map(|heads| choose(coins, heads)).sum();
                    leader > other && (is_last || 16 * tail <= 1 << coins)
                }
            };
            match (ends, is_last) {
                (true, _) => return if votes[0] > votes[1] { CORRECT } else { WRONG },
                (false, true) => return ABSTAIN,
                (false, false) => {}
            }
        }
        OPEN
    }

    fn choose(n: u128, k: u128) -> u128 {
        (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
    }

    const ADAPTIVE: Goal = Goal::Confidence(0.937_5);

    /// The outcomes of the next trials, each way in which they are returned.
    fn outcomes_of<L: Lanes, W: Words>(
        rounds: &Rounds,
        ending: &Ending,
        trials: usize,
        stream: &mut Stream<W>,
    ) -> Vec<u8> {
        let mut buffers = Buffers::default();
        rounds.draw::<L, W>(ending, trials, stream, &mut buffers);
        let firsts = || (0..=trials).rev().step_by(1 + trials / 41);
        let counts: Vec<_> = firsts().map(|counted| buffers.rounds.count(counted)).collect();
        buffers.rounds.outcomes::<L>(trials, &mut buffers.outcomes);
        for (counted, counts) in firsts().zip(counts) {
            assert_eq!(counts, outcomes::count(&buffers.outcomes[..counted]), "the first {counted}");
        }
        buffers.outcomes
    }

    /// Two bytes for each trial, all 2¹⁶ of them, where a byte is a pattern of eight answers that are right or wrong,
    /// or of four that may be silent: with tables for all rounds, and with votes from the second round on.
    #[test]
    fn all_inputs_of_two_rounds_end_as_defined() {
        on_every_engine!(|L| {
            let goals = [Goal::Lead(1), Goal::Lead(3), Goal::Votes(4), Goal::Votes(30), ADAPTIVE];
            for (silent, calls, cells) in [(0.0, 8, [1, 1, 0]), (0.5, 4, [2, 1, 1])] {
                let agent = agent(0.5, silent, None);
                let states = if silent > 0.0 { 3 } else { 2_usize };
                let answers =
                    |pattern: usize| (0..calls).map(move |call| pattern / states.pow(call) % states);
                // As many bytes for each pattern as its answers have cells.
                let patterns: Vec<usize> = (0..states.pow(calls))
                    .flat_map(|pattern| vec![pattern; answers(pattern).map(|answer| cells[answer]).product()])
                    .collect();
                assert_eq!(patterns.len(), 256);
                for (goal, last) in goals.into_iter().zip([2, 1, 2, 2, 2].map(|rounds| rounds * calls)) {
                    for max_calls in [last, last - 1, last - calls + 1] {
                        let race = race(goal, Some(u64::from(max_calls)));
                        let ending = Ending::new(&race).unwrap();
                        let expected: Vec<u8> = (0..1 << 16)
                            .map(|input| {
                                let own = answers(patterns[input >> 8]).chain(answers(patterns[input & 255]));
                                plain(&race, &own.collect::<Vec<_>>())
                            })
                            .collect();
                        let again = (0..1 << 16).filter(|input| {
                            plain(&race, &answers(patterns[input >> 8]).collect::<Vec<_>>()) == OPEN
                        });
                        let mut bytes: Vec<u8> = (0..1 << 16).map(|input| (input >> 8) as u8).collect();
                        bytes.extend(again.map(|input: usize| input as u8));
                        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
                        for max_rows in [1, MAX_ROWS] {
                            let round = Round::of(&agent, vec![0.5; calls as usize], counted(&agent));
                            let rounds = Rounds::within(round, &ending, max_rows);
                            let mut script = Script::of_bytes(&bytes);
                            let stream = &mut Stream::new(&mut script);
                            let outcomes = outcomes_of::<L, _>(&rounds, &ending, 1 << 16, stream);
                            assert!(outcomes == expected, "{race:?} {silent} {max_rows}");
                            assert_eq!(script.left(), 0);
                        }
                    }
                }
            }
        });
    }

    fn counted(agent: &Voting) -> Counted {
        Round::new(agent, &Ending::new(&race(Goal::Lead(2), None)).unwrap()).unwrap().counted
    }

    /// Races with all kinds of answers, as rate, silent share and filter.
    fn cases() -> Vec<(Race, f64, f64, Option<Filter>)> {
        let filter = Some(Filter { accepts_correct: 0.9, accepts_wrong: 0.25 });
        vec![
            (race(Goal::Lead(3), None), 0.23, 0.0, None),
            (race(Goal::Lead(3), Some(22)), 0.45, 0.0, None),
            (race(Goal::Lead(4), Some(40)), 0.45, 0.0, None),
            (race(Goal::Lead(2), None), 0.6, 0.5, None),
            (race(Goal::Lead(2), Some(9)), 0.6, 1.0, None),
            (race(Goal::Lead(90), Some(150)), 0.2, 0.0, None),
            (race(Goal::Lead(60), Some(100)), 0.1, 0.1, None),
            (race(Goal::Votes(3), None), 0.23, 0.0, None),
            (race(Goal::Votes(20), None), 0.4, 0.0, None),
            (race(Goal::Votes(6), None), 0.5, 0.4, filter),
            (race(Goal::Votes(3), Some(7)), 0.4, 0.0, filter),
            (race(Goal::Lead(2), None), 1.0, 0.0, None),
            (race(Goal::Lead(9), None), 0.0, 0.0, None),
            (race(ADAPTIVE, Some(40)), 0.4, 0.0, None),
            (race(ADAPTIVE, Some(41)), 0.4, 0.3, filter),
            (race(ADAPTIVE, Some(2)), 0.4, 0.0, None),
        ]
    }

    /// The documented stream, read again by a slow decoder, with tables for no round, some and all of them; the stream
    /// is left at the same place.
    #[test]
    fn equals_the_slow_reference() {
        on_every_engine!(|L| {
            let trials = 600;
            for (race, rate, silent, filter) in cases() {
                let agent = agent(rate, silent, filter);
                let ending = Ending::new(&race).unwrap();
                let round = Round::new(&agent, &ending).unwrap();
                let silent_digit = if silent == 1.0 { 1 } else { 2 };
                let (expected, next) = slow_outcomes(&round, &race, silent_digit, trials);
                for max_rows in [1, 9, MAX_ROWS] {
                    let rounds = Rounds::within(round.clone(), &ending, max_rows);
                    let mut stream = Stream::new(Columns::<L>::new(3, 9));
                    let outcomes = outcomes_of::<L, _>(&rounds, &ending, trials, &mut stream);
                    assert!(outcomes == expected, "{race:?} {rate} {silent} {max_rows}");
                    assert_eq!(stream.block().as_slice(), next, "{race:?} {rate} {silent} {max_rows}");
                }
            }
        });
    }

    /// The outcomes of the first trials, and the block that follows.
    fn slow_outcomes(round: &Round, race: &Race, silent_digit: usize, trials: usize) -> (Vec<u8>, Vec<u8>) {
        let law = round.counted.law(&round.rates);
        let states = round.counted.states();
        let mut stream = SlowStream::new(3, 9);
        let mut answers = vec![Vec::new(); trials];
        let mut outcomes = vec![OPEN; trials];
        let mut open: Vec<usize> = (0..trials).collect();
        // The first round has pools of its own.
        let (mut first, mut later) = (Some(SlowDecoder::new(&law)), SlowDecoder::new(&law));
        while !open.is_empty() {
            let mut first = first.take();
            let decoder = first.as_mut().unwrap_or(&mut later);
            let patterns = decoder.blocks(&mut stream, open.len().div_ceil(BLOCK));
            for (trial, pattern) in open.iter().zip(patterns) {
                let digits = (0..round.calls).map(|call| pattern / states.pow(call) % states);
                answers[*trial].extend(digits.map(|digit| if digit == silent_digit { 2 } else { digit }));
                outcomes[*trial] = plain(race, &answers[*trial]);
            }
            open.retain(|trial| outcomes[*trial] == OPEN);
        }
        (outcomes, stream.block())
    }

    /// No call of a round comes after the last that may matter, and a byte that decides is one trial or several.
    #[test]
    fn a_round_has_as_many_calls_as_may_matter() {
        let calls = |goal, max_calls, silent| {
            let ending = Ending::new(&race(goal, max_calls)).unwrap();
            let rounds = Rounds::new(&agent(0.23, silent, None), &ending).unwrap();
            (rounds.round.calls, rounds.packed.is_some())
        };
        assert_eq!(calls(Goal::Lead(3), None, 0.0), (7, false));
        assert_eq!(calls(Goal::Lead(3), None, 0.5), (4, false));
        assert_eq!(calls(Goal::Lead(3), Some(4), 0.0), (4, true));
        assert_eq!(calls(Goal::Lead(3), Some(2), 0.5), (2, true));
        assert_eq!(calls(Goal::Lead(1), None, 0.0), (1, true));
        assert_eq!(calls(Goal::Votes(3), None, 0.0), (5, true));
        assert_eq!(calls(Goal::Votes(3), None, 0.5), (4, false));
        assert_eq!(calls(Goal::Votes(5), None, 0.0), (7, false));
        assert_eq!(calls(Goal::Confidence(0.7), Some(9), 0.0), (1, true));
    }

    /// Tables are shared by rounds that begin alike, and end at their limit.
    #[test]
    fn stages_repeat() {
        let stages = |goal, max_calls, silent| {
            let ending = Ending::new(&race(goal, max_calls)).unwrap();
            Rounds::new(&agent(0.23, silent, None), &ending).unwrap().stages
        };
        let rows = |stages: &Stages| stages.bytes() / 256;
        // No votes; after seven calls a lead of one, for either answer; after fourteen of two, or none.
        let endless = stages(Goal::Lead(3), None, 0.0);
        assert_eq!((rows(&endless), endless.rest.len()), (1 + 2 + 3, 0));
        // The last of 1,000 calls is in the 143rd round, after an even number of calls.
        let limited = stages(Goal::Lead(3), Some(1000), 0.0);
        assert_eq!((rows(&limited), limited.rest.len()), (1 + 2 + 3 + 3, 0));
        // Up to as many standings as symbols are left to the votes.
        for (goal, max_calls, silent) in
            [(Goal::Lead(300), None, 0.0), (Goal::Votes(300), None, 0.5), (ADAPTIVE, Some(5000), 0.5)]
        {
            let stages = stages(goal, max_calls, silent);
            assert!(rows(&stages) <= MAX_ROWS && (1..=253).contains(&stages.rest.len()), "{goal:?}");
        }
    }
}
