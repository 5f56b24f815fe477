//! The outcomes of a vote at a threshold.
//!
//! # Accuracy
//! Correct and wrong are tails of a count and inherit its relative error, some 10⁻²⁸ for a thousand agents and 10⁻²⁵
//! for a million. Abstain is a difference of two such numbers where that loses less than eight of the digits, and the
//! sum of its own terms elsewhere; zero comes out as zero. So outcomes are rounded correctly: within 0.503 units of
//! 2⁻⁵² on the 484 votes of different agents in `tests/reference/different_votes.csv`, where P(abstain) goes down to
//! 10⁻¹⁵⁴ of P(wrong). [`threshold_in_doubles`] starts from tails that are within 1.4 units of 2⁻⁵², and takes a
//! difference only of numbers of which one is at most a quarter of the other: within four units, 0.1 at most on the
//! grid of this file.
//!
//! # Testing
//! Against enumeration of all answer patterns, written from the design alone, in `tests/oracle`; against a table of
//! exact numbers in `tests/exact/poisson_binomial_tails.rs`; both ways to the probability of abstaining, the quick vote
//! and the accurate one, and different agents of one rate and identical ones against each other in this file.
//!
//! # Implementation
//! Without a checker the quorum k is more than half of all agents, so that at most one answer can reach it:
//! P(wrong) = m · P(Bin(n, w/m) ≥ k) for m equally likely wrong answers, and P(abstain) = P(C < k) − P(wrong), or,
//! where all wrong agents agree, P(W < k) − P(correct). Where both differences cancel, P(abstain) is a sum over the
//! number of failures: how a failed agent fails does not depend on which it is, so that P(abstain | K fail) is the same
//! for identical and for different agents. Where a filter rejects right answers, those who are right and too many of
//! whom are silent are a sum of their own, over the number of right agents. The joint law of correct and silent agents,
//! one agent at a time, took the square of their number and more.

use super::agents::{Agent, DifferentAgents, Population};
use super::agreement::{Agreement, Climb, NEGLIGIBLE_BITS, most_wrong_without_quorum};
use super::binomial::{Chance, Tails, mass, masses, tails, tails_double_double};
use super::outcomes::Outcomes;
use super::poisson_binomial::{self, Law, masses_without_each};
use super::scaled::{Scaled, difference};
use super::wrong_answers::Picks;

/// Returns the outcomes of a vote in which an answer needs `quorum` votes; with a checker no wrong answer is given.
pub(crate) fn threshold(population: &Population, quorum: u64, checker: bool, answers: Picks) -> Outcomes {
    if !checker && let Some(outcomes) = even_majority(population, quorum, answers) {
        return outcomes;
    }
    let correct = population.tails(quorum, Agent::correct);
    // Where the quorum of correct votes is certain there is nothing left to take apart, however many agents there are.
    if checker || correct.below.is_zero() {
        return Outcomes { correct: correct.at_least, abstain: correct.below, wrong: Scaled::ZERO };
    }
    if answers == Picks::Same && !population.may_be_silent() && 2 * quorum == population.count() + 1 {
        // Every agent votes for one of two answers, and one of the two always has a majority.
        return Outcomes { correct: correct.at_least, abstain: Scaled::ZERO, wrong: correct.below };
    }
    let wrong = wrong(quorum, answers, |quorum, kind| population.tails(quorum, kind).at_least);
    let abstain = difference(correct.below, wrong)
        .or_else(|| match answers {
            Picks::Same => difference(population.tails(quorum, Agent::wrong).below, correct.at_least),
            Picks::Distinct | Picks::Among(_) => None,
        })
        .unwrap_or_else(|| abstain_by_terms(population, quorum, answers));
    Outcomes { correct: correct.at_least, abstain, wrong }
}

/// Returns the outcomes of a majority of an even number of different agents that all vote for one of two answers, if
/// one recursion gives them.
fn even_majority(population: &Population, quorum: u64, answers: Picks) -> Option<Outcomes> {
    let Population::Different(agents) = population else { return None };
    let agents = agents.iter();
    if answers != Picks::Same || population.may_be_silent() || 2 * quorum != agents.len() as u64 + 2 {
        return None;
    }
    let [correct, abstain, wrong] = poisson_binomial::around(agents.map(|agent| agent.correct()), quorum)?;
    Some(Outcomes { correct, abstain, wrong })
}

/// Returns the same with each outcome to the precision of a double, in constant time for identical agents.
///
/// No outcome may be raised to a power afterwards, or subtracted from another.
pub(crate) fn threshold_in_doubles(
    population: &Population,
    quorum: u64,
    checker: bool,
    answers: Picks,
) -> Outcomes {
    match population {
        Population::Identical { count, agent } => {
            identical_in_doubles(*count, agent, quorum, checker, answers)
        }
        Population::Different(_) => None,
    }
    .unwrap_or_else(|| threshold(population, quorum, checker, answers))
}

/// Returns `None` where a difference of tails would lose a bit.
fn identical_in_doubles(
    n: u64,
    agent: &Agent,
    quorum: u64,
    checker: bool,
    answers: Picks,
) -> Option<Outcomes> {
    let correct = tails(n, agent.correct(), quorum);
    if checker || correct.below.is_zero() {
        return Some(Outcomes { correct: correct.at_least, abstain: correct.below, wrong: Scaled::ZERO });
    }
    if answers == Picks::Same && agent.silent.is_zero() && 2 * quorum == n + 1 {
        return Some(Outcomes { correct: correct.at_least, abstain: Scaled::ZERO, wrong: correct.below });
    }
    let wrong = wrong(quorum, answers, |quorum, kind| tails(n, kind(agent), quorum).at_least);
    let abstain = if (correct.below - wrong.times_power_of_two(2)).is_positive() {
        correct.below - wrong
    } else if agent.silent.is_zero() && answers == Picks::Same && 2 * quorum == n + 2 {
        // Every agent votes for one of two answers: a tie is all that is left.
        mass(n, agent.correct(), n / 2)
    } else {
        return None;
    };
    Some(Outcomes { correct: correct.at_least, abstain, wrong })
}

/// P(one wrong answer reaches the quorum): the events for different answers exclude each other. `at_least` is the
/// upper tail of the number of agents of a kind.
pub(crate) fn wrong(
    quorum: u64,
    answers: Picks,
    at_least: impl Fn(u64, &dyn Fn(&Agent) -> Chance) -> Scaled,
) -> Scaled {
    match answers {
        Picks::Same => at_least(quorum, &Agent::wrong),
        // No two agree, so that only an agent alone can give a wrong answer.
        Picks::Distinct if quorum == 1 => at_least(1, &Agent::wrong),
        Picks::Distinct => Scaled::ZERO,
        Picks::Among(count) => {
            let count = Scaled::from(count);
            at_least(quorum, &|agent: &Agent| agent.wrong_by_one_of(count)) * count
        }
    }
}

/// P(abstain) as a sum of its own terms.
fn abstain_by_terms(population: &Population, quorum: u64, answers: Picks) -> Scaled {
    match population {
        Population::Identical { count, agent } => abstain_identical(*count, agent, quorum, answers),
        Population::Different(agents) => abstain_different(agents, quorum, answers),
    }
}

/// P(abstain) by the number of failures K. More than n − k of them leave too few right agents: up to k − 1 reach no
/// quorum, more do so by and by. Up to n − k of them leave enough, but a filter may reject too many of those.
fn abstain_identical(n: u64, agent: &Agent, quorum: u64, answers: Picks) -> Scaled {
    let failure = agent.failure();
    let rejected = Agreement::among_right(agent)
        .map_or(Scaled::ZERO, |right| undecided(n, failure.opposite(), quorum, right));
    let Some(wrong) = Agreement::among_failed(agent, quorum, answers) else {
        return tails_double_double(n, failure, n - quorum + 1).at_least + rejected;
    };
    if failure.no.is_zero() {
        return wrong.none(n, quorum);
    }
    let few_of_either = masses(n, failure, n - quorum + 1).take((2 * quorum - n - 1) as usize);
    few_of_either.sum::<Scaled>() + undecided(n, failure, quorum, wrong) + rejected
}

/// P(at least `quorum` agents are of a kind, and do not agree), each being of the kind with `chance`. Beyond the mean
/// of their number its probability and that of no agreement fall, so that fifteen standard deviations above it, or
/// above the quorum, nothing counts.
fn undecided(n: u64, chance: Chance, quorum: u64, agreement: Agreement) -> Scaled {
    if chance.no.is_zero() {
        return agreement.none(n, quorum);
    }
    let mean = n as f64 * chance.yes.to_f64();
    let further = (15.0 * libm::sqrt(mean)) as u64 + 60;
    let last = n.min((mean as u64).max(quorum) + further);
    let mut climb = Climb::new(agreement, quorum, last);
    masses(n, chance, quorum).take((last - quorum + 1) as usize).for_each(|mass| climb.add(mass));
    climb.undecided()
}

/// P(abstain) as the sum over the number of failures K > n − k, and where right answers may be rejected over the number
/// of right agents from k.
fn abstain_different(agents: &DifferentAgents, quorum: u64, answers: Picks) -> Scaled {
    let n = agents.iter().len() as u64;
    let first = agents.iter().next();
    let wrong = first.and_then(|agent| Agreement::among_failed(&agent, quorum, answers));
    // Where all agents vote, more wrong agents than this always have a quorum.
    let all_vote = agents.modes.wrong_votes.no.is_zero();
    let most = if all_vote { most_wrong_without_quorum(quorum, answers) } else { n };
    let failures = Law::new(agents.iter().map(|agent| agent.failure()));
    let none_wrong = |failed| wrong.map_or(Scaled::ONE, |wrong| wrong.none(failed, quorum));
    let few_right = mean_between(&failures, n - quorum + 1, most, none_wrong);
    let Some(right) = first.and_then(|agent| Agreement::among_right(&agent)) else {
        return few_right;
    };
    let right_agents = Law::new(agents.iter().map(|agent| agent.failure().opposite()));
    few_right + mean_between(&right_agents, quorum, n, |number| right.none(number, quorum))
}

/// The sum of P(X = j)·`value(j)` over j from `first` to `last`. Both factors are log-concave, so that the terms rise
/// to one largest and fall: they are taken from the larger end, near which that one is where differences cancel, until
/// they no longer count.
fn mean_between(law: &Law, first: u64, last: u64, value: impl Fn(u64) -> Scaled) -> Scaled {
    let (least, most) = law.support();
    let (first, last) = (first.max(least), last.min(most));
    if first > last {
        return Scaled::ZERO;
    }
    let mut mass = law.masses();
    let mut term = |number| mass(number) * value(number);
    let from_last = (term(last) - term(first)).is_positive();
    let mut sum = Scaled::ZERO;
    for step in 0..=last - first {
        let term = term(if from_last { last - step } else { first + step });
        sum += term;
        // A term that rises is never negligible beside those before it.
        if term.is_negligible_beside(sum, NEGLIGIBLE_BITS) {
            break;
        }
    }
    sum
}

/// Probability that exactly `quorum` − 1 of the others are right, for each of independent agents; a single number where
/// they are identical.
pub(crate) fn pivotal(agents: &Population, quorum: u64) -> Vec<Scaled> {
    match agents {
        Population::Identical { count, agent } => vec![mass(count - 1, agent.correct(), quorum - 1)],
        Population::Different(agents) => {
            let correct: Vec<Chance> = agents.iter().map(|agent| agent.correct()).collect();
            masses_without_each(&correct, quorum - 1)
        }
    }
}

impl Population {
    /// Returns both tails of the number of agents of a kind.
    pub(crate) fn tails(&self, threshold: u64, kind: impl Fn(&Agent) -> Chance) -> Tails {
        match self {
            Self::Identical { count, agent } => tails_double_double(*count, kind(agent), threshold),
            Self::Different(agents) => {
                super::poisson_binomial::tails(agents.iter().map(|agent| kind(&agent)), threshold)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::{identical, of_one_rate, relative};
    use crate::scenario::Failures;

    fn failures(hallucination: f64) -> Failures {
        Failures { hallucination, corruption: 1.0 - hallucination, ..Failures::default() }
    }

    /// Where the difference does not cancel, the sum over terms must give the same.
    #[test]
    fn both_ways_to_abstain_agree() {
        for answers in [Picks::Same, Picks::Distinct, Picks::Among(2), Picks::Among(5)] {
            for (n, f, voting) in
                [(5, 0.23, 0.6), (6, 0.23, 1.0), (9, 0.5, 0.75), (30, 0.3, 0.9), (31, 0.9, 0.5)]
            {
                for population in of_one_rate(n, f, &failures(voting)) {
                    for quorum in [n / 2 + 1, n / 2 + 2, n] {
                        let outcomes = threshold(&population, quorum, false, answers);
                        let by_terms = abstain_by_terms(&population, quorum, answers);
                        let error = relative(outcomes.abstain, by_terms);
                        assert!(error < 1e-18, "{n} {f} {voting} {quorum} {answers:?}");
                    }
                }
            }
        }
    }

    /// Wherever the quick way answers it is within four units of 2⁻⁵² of the accurate one: two for a tail, and what a
    /// difference adds.
    #[test]
    fn doubles_agree_with_more_digits() {
        let mut worst: f64 = 0.0;
        let mut answered = 0;
        for answers in [Picks::Same, Picks::Distinct, Picks::Among(3)] {
            for (n, f) in
                [(1, 0.3), (2, 0.5), (5, 0.23), (64, 0.01), (101, 0.77), (1000, 0.48), (30_001, 0.6)]
            {
                for voting in [1.0, 0.999, 0.6, 1e-9, 0.0] {
                    let population = identical(n, f, &failures(voting));
                    let agent = population.agent(0);
                    for quorum in [n / 2 + 1, (n / 2 + 3).min(n), (2 * n).div_ceil(3).max(n / 2 + 1), n] {
                        let Some(quick) = identical_in_doubles(n, &agent, quorum, false, answers) else {
                            continue;
                        };
                        answered += 1;
                        let accurate = threshold(&population, quorum, false, answers);
                        for (a, b) in [
                            (quick.correct, accurate.correct),
                            (quick.abstain, accurate.abstain),
                            (quick.wrong, accurate.wrong),
                        ] {
                            worst = worst.max(relative(a, b) / f64::EPSILON);
                        }
                    }
                }
            }
        }
        assert!(answered > 200, "{answered}");
        assert!(worst <= 4.0, "{worst} units of 2^-52 in {answered}");
    }

    /// Silence so rare that the difference of tails would be noise: P(abstain) of one agent is its silence.
    #[test]
    fn rare_silence_keeps_its_digits() {
        let silent = 2.0_f64.powi(-60);
        let failures = Failures { corruption: silent, ..Failures::default() };
        for population in of_one_rate(1, 0.25, &failures) {
            let outcomes = threshold(&population, 1, false, Picks::Same);
            let expected = Scaled::from(0.25 * silent) / (Scaled::ONE + Scaled::from(silent));
            assert!(relative(outcomes.abstain, expected) < 1e-28);
        }
    }

    /// Equal rates, given one by one: tails by another algorithm, and P(abstain) summed from the other end.
    #[test]
    fn different_agents_of_one_rate_are_identical() {
        for answers in [Picks::Same, Picks::Distinct, Picks::Among(2), Picks::Among(4)] {
            for (n, f) in
                [(1, 0.3), (2, 0.5), (9, 0.97), (30, 0.5), (301, 1e-5), (301, 1.0 - 1e-9), (1001, 0.5)]
            {
                for voting in [1.0, 0.75, 1.0 - 2.0_f64.powi(-40), 1e-3] {
                    let [identical, different] = of_one_rate(n, f, &failures(voting));
                    for quorum in [n / 2 + 1, (n / 2 + 2).min(n), n] {
                        let [a, b] = [&identical, &different]
                            .map(|population| threshold(population, quorum, false, answers));
                        let terms = [&identical, &different]
                            .map(|population| abstain_by_terms(population, quorum, answers));
                        let pairs = [
                            (a.correct, b.correct),
                            (a.abstain, b.abstain),
                            (a.wrong, b.wrong),
                            terms.into(),
                        ];
                        for (a, b) in pairs {
                            // A difference may have lost eight digits of twenty-eight.
                            assert!(relative(a, b) < 1e-18, "{n} {f} {voting} {quorum} {answers:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn an_odd_number_of_voters_never_ties() {
        for n in [1, 3, 101, 100_001] {
            for population in of_one_rate(n, 0.23, &Failures::default()) {
                let outcomes = threshold(&population, n / 2 + 1, false, Picks::Same);
                assert!(outcomes.abstain.is_zero());
            }
        }
    }
}
