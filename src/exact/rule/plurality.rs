//! A vote that the answer with the most votes wins.
//!
//! # Accuracy
//! Sums of positive terms in 28 digits, rounded once: within 0.5 units of 2⁻⁵² on the 40 rows of the project's table
//! (both P(correct) and P(failure), down to 10⁻⁸³), and in all cases of `tests/oracle`. The error before rounding is
//! about (n + m) · 2⁻¹⁰⁰; under a copula that of its integral is left.
//!
//! # Testing
//! Against all patterns of few agents in exact rationals, with every kind of failures, filters and dependence, in
//! `tests/oracle`; against the project's table in `tests/exact/known_values.rs`; the quick ways against the general one
//! in this file.
//!
//! # Implementation
//! Given the number of failures K all is counted: W wrong votes of the leading wrong answer, and C right ones, n − K of
//! them or, with a filter, a binomial number. Right is C > W. The wrong leader's votes come level by level from
//! [`Occupancy`]: for every j, P(fewer than j), P(j, alone) and P(j, tied), so that correct is Σ P(C = j) P(W < j),
//! wrong is Σ P(C < j) P(j, alone), and to abstain is the rest as a sum of its own.
//!
//! Where no two wrong answers agree, or all do, each probability is a few masses: with one wrong answer and no filter
//! P(W < n − K) falls from K + 1 to K by two masses of Bin(K, h), and its complement rises by two. Where besides nobody
//! is silent, the vote is a majority.
//!
//! With three wrong answers 300 agents take 5 ms, 4,000 a second; with 10⁹ wrong answers 300 take 40 ms, 700 half a
//! second; with one, some of them silent, 10⁵ take 0.4 s, 10⁶ four. Under a copula 1,000 equal agents take 0.1 s, 300
//! different ones 1.5 s.

use super::ballot::{Ballot, SharedBallot, max_counted_with_copula};
use super::decision::Decision;
use super::threshold::Threshold;
use crate::exact::agents::{DifferentAgents, Modes, Population};
use crate::exact::binomial::{Chance, mass, tails_double_double};
use crate::exact::by_failures::ByFailures;
use crate::exact::fractions::{self, FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::given_votes::VoteTable;
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::scaled::Scaled;
use crate::exact::shared::Count;
use crate::exact::wrong_answers::{Answers, Kind, Leader, Occupancy, Picks};
use crate::scenario::{Error, Race, Ties};

/// Maximum number of agents where each number of failures takes a few masses.
const MAX_AGENTS: u64 = 1_000_000;

/// Maximum number of agents of whom all numbers of votes are tabulated, in a tenth of a gigabyte.
const MAX_TABULATED: u64 = 1_000;

/// The same for answers with a discount: a few seconds.
const MAX_TABULATED_WITH_DISCOUNT: u64 = 400;

/// The same where neither all right nor all failed agents vote, so that each number of failures takes a double sum.
const MAX_TABULATED_WITH_SILENCE: u64 = 400;

/// Maximum number of steps of a sum: a few seconds.
const MAX_STEPS: f64 = 5e8;

/// The answer with the most votes wins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plurality {
    pub ties: Ties,
    pub min_votes: u64,
}

impl Plurality {
    /// Whether a tie abstains and one vote is enough.
    fn is_plain(&self) -> bool {
        self.ties == Ties::Abstain && self.min_votes == 1
    }

    /// Returns the outcomes for each number of failures.
    ///
    /// # Errors
    /// More agents, for these wrong answers, than are answered in a few seconds.
    fn by_failures(&self, agents: &Population, answers: Answers) -> Result<ByFailures, Error> {
        match answers {
            Answers::Picked(picks) if self.is_plain() => by_failures(agents, picks),
            _ => {
                let (count, modes) = (agents.count(), agents.modes());
                let silent =
                    u64::from(!modes.right_votes.no.is_zero()) + u64::from(!modes.wrong_votes.no.is_zero());
                check(count, max_tabulated(answers, silent), "these wrong_answers, ties and min_votes")?;
                Ok(VoteTable::of_plurality(count, self.ties, self.min_votes, answers).by_failures(modes))
            }
        }
    }
}

impl Ballot for Plurality {
    /// A majority, where every agent votes for one of two answers.
    fn simplified(&self, agents: &Population, answers: Answers) -> Option<Box<dyn Ballot>> {
        let is_majority = self.is_plain() && answers.are_one() && !agents.may_be_silent();
        is_majority.then(|| {
            Box::new(Threshold { quorum: agents.count() / 2 + 1, checker: false }) as Box<dyn Ballot>
        })
    }

    fn independent(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        let outcomes = match (agents, answers) {
            (Population::Different(agents), Answers::Picked(Picks::Distinct)) if self.is_plain() => {
                check(agents.iter().len() as u64, MAX_AGENTS, "distinct wrong answers")?;
                of_different_with_distinct_answers(agents)
            }
            _ => self.by_failures(agents, answers)?.mean(agents),
        };
        Ok(TaskResult::of_vote(agents.count(), outcomes))
    }

    fn shared<'a>(&'a self, agents: &Population, answers: Answers) -> Result<SharedBallot<'a>, Error> {
        Ok(self.by_failures(agents, answers)?.into_shared())
    }

    fn with_count(
        &self,
        count: Count<'_>,
        agents: &Population,
        answers: Answers,
    ) -> Result<Option<Outcomes>, Error> {
        Ok(Some(self.by_failures(agents, answers)?.with_count(count)))
    }

    fn classes(&self, agents: usize) -> Vec<usize> {
        vec![0; agents]
    }

    fn max_agents_with_copula(&self, agents: &Population, _: Answers) -> u64 {
        max_counted_with_copula(agents)
    }

    fn check_for_quadrature(&self, _: Answers) -> Result<(), Error> {
        Ok(())
    }

    fn decision(&self, _: u64) -> Result<Option<Decision>, Error> {
        Ok(None)
    }

    fn race(&self) -> Option<Race> {
        None
    }

    fn rational_work(&self, size: &VoteSize, votes: &Votes) -> Result<u128, Error> {
        if !self.is_plain() {
            let message = "a plurality has exact fractions only with ties = \"abstain\" and min_votes = 1";
            return Err(Error::refused("scheme", message));
        }
        Ok(if votes.are_all_for_two_answers() { size.by_failures() } else { size.most_votes() })
    }

    fn rational(&self, law: &FailureLaw, votes: &Votes) -> Result<Rounds, Error> {
        let agents = law.agents;
        let given_failures = if votes.are_all_for_two_answers() {
            fractions::by_failures(agents, agents / 2 + 1, false, votes)
        } else {
            fractions::most_votes(agents, votes)
        };
        Ok(Rounds::once(agents, law.of_one_round(given_failures)))
    }
}

/// Returns the outcomes of different agents that never agree on a wrong answer, in one pass that counts right and wrong
/// votes as none, one, or more.
fn of_different_with_distinct_answers(agents: &DifferentAgents) -> Outcomes {
    // By the number of right votes, then by that of wrong ones: none, one, more.
    let mut probabilities = [[Scaled::ZERO; 3]; 3];
    probabilities[0][0] = Scaled::ONE;
    for agent in agents.iter() {
        let [votes_right, votes_wrong, silent] =
            [agent.correct(), agent.wrong(), agent.silent()].map(|kind| kind.yes);
        let mut next = [[Scaled::ZERO; 3]; 3];
        for (right, row) in probabilities.into_iter().enumerate() {
            for (wrong, probability) in row.into_iter().enumerate() {
                next[right][wrong] += probability * silent;
                next[2.min(right + 1)][wrong] += probability * votes_right;
                next[right][2.min(wrong + 1)] += probability * votes_wrong;
            }
        }
        probabilities = next;
    }
    let [none, one, more] = probabilities;
    Outcomes {
        correct: more.into_iter().sum::<Scaled>() + one[0],
        abstain: one[1] + one[2] + none[0] + none[2],
        wrong: none[1],
    }
}

/// Returns the outcomes for each number of failures.
///
/// # Errors
/// More agents, for this number of wrong answers, than are answered in a few seconds.
fn by_failures(population: &Population, picks: Picks) -> Result<ByFailures, Error> {
    let (n, modes) = (population.count(), population.modes());
    let all_right_vote = modes.right_votes.no.is_zero();
    match picks {
        Picks::Distinct => {
            check(n, MAX_AGENTS, "distinct wrong answers")?;
            Ok(ByFailures((0..=n).map(|failures| of_distinct(n - failures, failures, modes)).collect()))
        }
        Picks::Same if all_right_vote => {
            check(n, MAX_AGENTS, "one wrong answer")?;
            Ok(of_one(n, modes.wrong_votes))
        }
        Picks::Same => among(n, 1, modes),
        Picks::Among(count) => among(n, count, modes),
    }
}

fn check(n: u64, most: u64, what: &str) -> Result<(), Error> {
    if n <= most {
        return Ok(());
    }
    let message = format!(
        "plurality of {n} agents with {what} has only a simulated answer, no exact one; the maximum is {most}"
    );
    Err(Error::refused("scheme", message))
}

/// `right` agents do not fail, and no two of `failed` agree: two right votes win, and a wrong one only if it is alone.
fn of_distinct(right: u64, failed: u64, modes: Modes) -> Outcomes {
    let none = |agents, votes: Chance| mass(agents, votes, 0);
    let one = |agents, votes| if agents == 0 { Scaled::ZERO } else { mass(agents, votes, 1) };
    let right_votes = tails_double_double(right, modes.right_votes, 2).at_least;
    let (no_right, one_right) = (none(right, modes.right_votes), one(right, modes.right_votes));
    let (no_wrong, one_wrong) = (none(failed, modes.wrong_votes), one(failed, modes.wrong_votes));
    let more_wrong = tails_double_double(failed, modes.wrong_votes, 2).at_least;
    Outcomes {
        correct: right_votes + one_right * no_wrong,
        abstain: one_right * (one_wrong + more_wrong) + no_right * (no_wrong + more_wrong),
        wrong: no_right * one_wrong,
    }
}

/// Returns the outcomes where all right agents vote, and a failed one votes with `votes`, always for the same answer.
fn of_one(n: u64, votes: Chance) -> ByFailures {
    // Probability that `failures` failed agents cast `fewer` wrong votes than there are right agents.
    let mass = |failures: u64, fewer: u64| match (n - failures).checked_sub(fewer) {
        Some(wrong) if wrong <= failures => mass(failures, votes, wrong),
        _ => Scaled::ZERO,
    };
    let mut outcomes: Vec<Outcomes> =
        (0..=n).map(|failures| Outcomes { abstain: mass(failures, 0), ..Outcomes::NONE }).collect();
    for failures in 0..n as usize {
        let (tie, one_less) = (outcomes[failures].abstain, mass(failures as u64, 1));
        outcomes[failures + 1].wrong = outcomes[failures].wrong + tie + votes.yes * one_less;
    }
    for failures in (0..n as usize).rev() {
        let (one_less, two_less) = (mass(failures as u64, 1), mass(failures as u64, 2));
        outcomes[failures].correct = outcomes[failures + 1].correct + one_less + votes.yes * two_less;
    }
    ByFailures(outcomes)
}

/// Returns the outcomes where failed agents that vote pick one of `answers`.
fn among(n: u64, answers: u64, modes: Modes) -> Result<ByFailures, Error> {
    check(n, max_agents_among(answers), &format!("{answers} wrong answers"))?;
    let mut occupancy = Occupancy::new(n, modes.wrong_votes, answers);
    let mut rights: Vec<RightVotes> =
        (0..=n).map(|failures| RightVotes::none_of(n - failures, modes.right_votes)).collect();
    // Nobody votes at all.
    let silent = |(failures, right): (usize, &RightVotes)| {
        let abstain = right.just * modes.wrong_votes.no.power(failures as u64);
        Outcomes { abstain, ..Outcomes::NONE }
    };
    let mut outcomes: Vec<Outcomes> = rights.iter().enumerate().map(silent).collect();
    for _ in 1..=n {
        let leaders = occupancy.raise();
        for ((outcomes, right), leader) in outcomes.iter_mut().zip(&mut rights).zip(leaders) {
            right.raise();
            right.add_to(outcomes, leader);
        }
    }
    Ok(ByFailures(outcomes))
}

/// Maximum number of agents for this number of wrong answers.
fn max_agents_among(answers: u64) -> u64 {
    let steps = |n: f64| n * n * (n.min(answers as f64) + 20.0);
    let mut most = 1;
    while steps((most + most / 100 + 1) as f64) <= MAX_STEPS {
        most += most / 100 + 1;
    }
    most
}

/// Maximum number of agents of whom all numbers of votes are tabulated; `silent` says how many of the right and the
/// failed agents may not vote.
fn max_tabulated(answers: Answers, silent: u64) -> u64 {
    let most = match answers {
        Answers::Picked(Picks::Same | Picks::Distinct) => MAX_TABULATED,
        Answers::Picked(Picks::Among(answers)) => max_agents_among(answers),
        Answers::Partitioned(law) => match law.kind {
            Kind::Open { discount } if discount.is_zero() => MAX_TABULATED,
            Kind::Open { .. } => MAX_TABULATED_WITH_DISCOUNT,
            Kind::Finite { answers, .. } => max_agents_among(answers),
        },
    };
    most.min(if silent > 1 { MAX_TABULATED_WITH_SILENCE } else { MAX_TABULATED })
}

/// The number of right votes beside a level.
#[derive(Debug, Clone, Copy)]
struct RightVotes {
    agents: u64,
    votes: Chance,
    level: u64,
    /// P(exactly the level).
    just: Scaled,
    /// P(fewer than the level).
    fewer: Scaled,
}

impl RightVotes {
    /// Returns the votes of `agents` right agents beside level 0.
    fn none_of(agents: u64, votes: Chance) -> Self {
        Self { agents, votes, level: 0, just: votes.no.power(agents), fewer: Scaled::ZERO }
    }

    /// Raises the level by one.
    fn raise(&mut self) {
        self.fewer += self.just;
        self.level += 1;
        self.just = if self.level > self.agents {
            Scaled::ZERO
        } else if self.votes.no.is_zero() {
            if self.level == self.agents { Scaled::ONE } else { Scaled::ZERO }
        } else {
            let ratio = Scaled::from(self.agents - self.level + 1) / Scaled::from(self.level);
            self.just * ratio * (self.votes.yes / self.votes.no)
        };
    }

    /// Adds this level's part, given the votes of the leading wrong answer.
    fn add_to(&self, outcomes: &mut Outcomes, leader: Leader) {
        if !self.just.is_zero() {
            outcomes.correct += self.just * leader.below;
            outcomes.abstain += self.just * (leader.alone + leader.tied);
        }
        if !self.fewer.is_zero() {
            outcomes.wrong += self.fewer * leader.alone;
            outcomes.abstain += self.fewer * leader.tied;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::{of_one_rate, relative};
    use crate::scenario::{Failures, Filter, Rates};

    fn failures(hallucination: f64) -> Failures {
        Failures { hallucination, corruption: 1.0 - hallucination, ..Failures::default() }
    }

    fn population(n: u64, hallucination: f64, filter: Option<Filter>) -> Population {
        let rates = Rates::Identical { count: n, failure_rate: 0.3 };
        Population::new(rates, &failures(hallucination), filter)
    }

    fn parts(outcomes: Outcomes) -> [Scaled; 3] {
        [outcomes.correct, outcomes.abstain, outcomes.wrong]
    }

    /// The largest relative difference.
    fn difference(a: &ByFailures, b: &ByFailures) -> f64 {
        let pairs = a.0.iter().zip(&b.0).flat_map(|(a, b)| parts(*a).into_iter().zip(parts(*b)));
        pairs.map(|(a, b)| relative(a, b)).fold(0.0, f64::max)
    }

    /// One wrong answer, level by level and by two masses: n · 2⁻¹⁰⁰ each.
    #[test]
    fn the_way_of_one_wrong_answer_is_the_general_one() {
        for n in [1, 2, 7, 60, 301] {
            for hallucination in [0.6, 1e-9, 0.0, 1.0, 1.0 - f64::EPSILON] {
                let population = population(n, hallucination, None);
                let quick = by_failures(&population, Picks::Same).expect("few");
                let general = among(n, 1, population.modes()).expect("few");
                let error = difference(&quick, &general);
                assert!(error < 2e-30 * (n + 1) as f64, "{n} {hallucination}: {error:e}");
            }
        }
    }

    /// No two agree, but for a chance of n²/m.
    #[test]
    fn answers_without_end_are_distinct() {
        let filter = Some(Filter { accepts_correct: 0.75, accepts_wrong: 0.5 });
        for (n, filter) in [(2, None), (9, filter), (40, None)] {
            let population = population(n, 0.75, filter);
            let distinct = by_failures(&population, Picks::Distinct).expect("few");
            let most = i64::MAX as u64;
            let many = by_failures(&population, Picks::Among(most)).expect("few");
            let allowed = (n * n) as f64 / most as f64;
            for (a, b) in distinct.0.iter().zip(&many.0) {
                for (a, b) in parts(*a).into_iter().zip(parts(*b)) {
                    assert!((a - b).to_f64().abs() <= allowed, "{n}");
                }
            }
        }
    }

    /// The three sum to one for every number of failures, though none is computed from the others.
    #[test]
    fn outcomes_sum_to_one() {
        let filter = Some(Filter { accepts_correct: 0.9, accepts_wrong: 0.3 });
        for answers in [Picks::Same, Picks::Distinct, Picks::Among(3), Picks::Among(500)] {
            for filter in [None, filter] {
                for outcomes in by_failures(&population(150, 0.8, filter), answers).expect("few").0 {
                    let total: Scaled = parts(outcomes).into_iter().sum();
                    assert!((total - Scaled::ONE).to_f64().abs() < 1e-27, "{answers:?}");
                }
            }
        }
    }

    /// Equal rates, given one by one: another law of the number of failures.
    #[test]
    fn different_agents_of_one_rate_are_identical() {
        for (n, rate) in [(1, 0.3), (6, 0.9), (40, 1e-4), (301, 0.5)] {
            let failures = failures(0.7);
            let [identical, different] = of_one_rate(n, rate, &failures);
            for answers in [Picks::Same, Picks::Distinct, Picks::Among(3)] {
                let votes = by_failures(&identical, answers).expect("few");
                let error = difference(
                    &ByFailures(vec![votes.mean(&identical)]),
                    &ByFailures(vec![votes.mean(&different)]),
                );
                assert!(error < 1e-24, "{n} {rate} {answers:?}: {error:e}");
            }
        }
    }

    /// By mpmath at 130 digits, from the generating function of all votes for each number of right ones.
    #[test]
    fn many_agents_agree_with_generating_functions() {
        type Row = (u64, f64, f64, [f64; 2], u64, [f64; 3]);
        const TABLE: [Row; 4] = [
            (60, 0.3, 0.75, [1.0; 2], 3, [0.9999999999671659, 2.2334902047453165e-11, 1.049921274438691e-11]),
            (60, 0.9, 1.0, [0.75, 0.5], 2, [0.0008343645867593685, 0.07729866183636105, 0.9218669735768796]),
            (40, 0.999, 1.0, [1.0; 2], 5, [2.7715726902118847e-18, 0.17589556957141889, 0.8241044304285811]),
            (100, 0.05, 0.5, [0.9; 2], 3, [1.0, 3.832537522031398e-54, 3.912231440912468e-55]),
        ];
        for (n, rate, hallucination, [accepts_correct, accepts_wrong], answers, expected) in TABLE {
            let rates = Rates::Identical { count: n, failure_rate: rate };
            let filter = Filter { accepts_correct, accepts_wrong };
            let population = Population::new(rates, &failures(hallucination), Some(filter));
            let votes = by_failures(&population, Picks::Among(answers)).expect("few");
            for (computed, expected) in parts(votes.mean(&population)).into_iter().zip(expected) {
                // The table is rounded to doubles by up to a unit of 2⁻⁵³, and so is the answer.
                let error = (computed.to_f64() / expected - 1.0).abs();
                assert!(error <= 2.0 * f64::EPSILON, "{n} {rate} {answers}: {error:e}");
            }
        }
    }

    #[test]
    fn the_maximum_number_of_agents_is_reported() {
        for answers in [3, 100, i64::MAX as u64] {
            let max = max_agents_among(answers);
            let answer = by_failures(&population(max + 1, 0.5, None), Picks::Among(answers));
            let error = answer.expect_err("too many").to_string();
            assert!(error.ends_with(&format!("maximum is {max}")), "{error}");
        }
    }
}
