//! A vote that the answer with the most votes wins, by the number of failures.
//!
//! Level by level: the answer that leads has j votes. Among K failed agents let p be the chance of one certain wrong
//! answer and s that of none. B(K, m), the probability that none of m answers has j votes, grows agent by agent: agent
//! K + 1 is silent or picks any of m answers but one that has j − 1 votes already, so that B(K+1, m) = (mp + s)·B(K, m)
//! − m·p·C(K, j−1)·pʲ⁻¹·B(K−j+1, m−1), in which the others share m − 1 answers. One answer leads alone with j votes
//! with probability m·C(K, j)·pʲ·B(K−j, m−1).

use super::polynomial::Polynomial;
use super::vote::{OutcomePolynomials, Votes};
use num_bigint::BigUint;
use num_traits::{One, Zero};

/// The probabilities of the outcomes of a plurality of `agents` agents when 0, 1, … `agents` of them have failed.
pub(crate) fn most_votes(agents: usize, votes: &Votes) -> OutcomePolynomials {
    let right = Powers::of(votes.right.numer(), agents);
    let rejected = Powers::of(&(votes.right.denom() - votes.right.numer()), agents);
    let failed = Failed::new(agents, votes);
    let mut correct = vec![BigUint::ZERO; agents + 1];
    let mut wrong = correct.clone();
    let mut fewer_right = correct.clone();
    for level in 0..=agents {
        let leaders = failed.leaders(level);
        let ways = choices(level, agents);
        for failures in 0..=agents {
            wrong[failures] += &fewer_right[failures] * &leaders.alone[failures];
            let rest = (agents - failures).checked_sub(level);
            let Some(rest) = rest.filter(|&rest| rest == 0 || !rejected.are_zero()) else { continue };
            let just = &ways[agents - failures] * right.to(level) * rejected.to(rest);
            correct[failures] += &just * &leaders.below[failures];
            fewer_right[failures] += just;
        }
    }
    let [of_right, of_failed] =
        [&votes.right, &votes.picked].map(|chance| Powers::of(chance.denom(), agents));
    for outcome in [&mut correct, &mut wrong] {
        for (failures, probability) in outcome.iter_mut().enumerate() {
            *probability *= of_right.to(failures) * of_failed.to(agents - failures);
        }
    }
    let scale = of_right.to(agents) * of_failed.to(agents);
    OutcomePolynomials::with_rest(correct, wrong, vec![scale.clone(); agents + 1], scale)
}

/// The powers of a number, from the power 0.
struct Powers(Vec<BigUint>);

impl Powers {
    fn of(number: &BigUint, most: usize) -> Self {
        let power = |power: &BigUint| Some(power * number);
        Self(std::iter::successors(Some(BigUint::one()), power).take(most + 1).collect())
    }

    fn to(&self, exponent: usize) -> &BigUint {
        &self.0[exponent]
    }

    fn are_zero(&self) -> bool {
        self.0.get(1).is_some_and(Zero::is_zero)
    }
}

/// The ways to choose this many of 0, 1, … `agents` agents.
fn choices(chosen: usize, agents: usize) -> Vec<BigUint> {
    let mut ways = vec![BigUint::ZERO; agents + 1];
    ways[chosen] = BigUint::one();
    for number in chosen + 1..=agents {
        ways[number] = &ways[number - 1] * number / (number - chosen);
    }
    ways
}

/// The votes of failed agents.
struct Failed {
    agents: usize,
    answers: u64,
    picked: Powers,
    silent: Powers,
    whole: Powers,
}

/// The leading wrong answer beside a level, for each number of failures K, times the denominator to the power of K.
struct Leaders {
    /// P(no wrong answer has so many votes).
    below: Polynomial,
    /// P(one has just as many, and the others have fewer).
    alone: Polynomial,
}

impl Failed {
    fn new(agents: usize, votes: &Votes) -> Self {
        let (picked, whole) = (votes.picked.numer(), votes.picked.denom());
        // Of distinct answers each failed agent has one of its own.
        let silent = whole - picked * votes.answers.max(1);
        let [picked, silent, whole] = [picked, &silent, whole].map(|number| Powers::of(number, agents));
        Self { agents, answers: votes.answers, picked, silent, whole }
    }

    fn leaders(&self, level: usize) -> Leaders {
        let none = || vec![BigUint::ZERO; self.agents + 1];
        match (self.answers, level) {
            (_, 0) => Leaders { below: none(), alone: none() },
            (0, 1) => Leaders { alone: self.alone(1, &self.silent.0, 1), below: self.silent.0.clone() },
            (0, _) => Leaders { below: self.whole.0.clone(), alone: none() },
            (answers, 1) => {
                Leaders { alone: self.alone(1, &self.silent.0, answers), below: self.silent.0.clone() }
            }
            (answers, _) => {
                let [below, without_one] = self.below(level);
                Leaders { alone: self.alone(level, &without_one, answers), below }
            }
        }
    }

    /// P(one of the answers has `level` votes), where those who do not vote for it do as `others`.
    fn alone(&self, level: usize, others: &[BigUint], answers: u64) -> Polynomial {
        let just = self.picked.to(level) * answers;
        let mut alone = vec![BigUint::ZERO; self.agents + 1];
        for (failures, ways) in choices(level, self.agents).into_iter().enumerate().skip(level) {
            alone[failures] = ways * &just * &others[failures - level];
        }
        alone
    }

    /// P(none of all answers has `level` votes), and the same where one of the answers is left out, as far as there are
    /// agents for it.
    fn below(&self, level: usize) -> [Polynomial; 2] {
        let full = level - 1;
        let ways = choices(full, self.agents);
        let deepest = self.answers.min((self.agents / full) as u64) as usize;
        let (mut below, mut without_one) = (Polynomial::new(), Polynomial::new());
        for left_out in (0..=deepest).rev() {
            let answers = self.answers - left_out as u64;
            let one = self.picked.to(1) * answers;
            let each = &one + self.silent.to(1);
            let last = self.agents - left_out * full;
            without_one = std::mem::replace(&mut below, Vec::with_capacity(last + 1));
            below.push(BigUint::one());
            for failures in 0..last {
                let mut next = &below[failures] * &each;
                if failures >= full && answers > 0 {
                    next -= &ways[failures] * self.picked.to(full) * &one * &without_one[failures - full];
                }
                below.push(next);
            }
        }
        [below, without_one]
    }
}
