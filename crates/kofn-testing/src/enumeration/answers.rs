//! Which wrong agents give the same answer: every set partition with its probability.

use super::{ballots::complement, one};
use crate::fraction::Fraction;
use kofn::scenario::WrongAnswers;
use num_bigint::BigInt;
use num_traits::{One, Zero};

/// The law of the wrong answers of a vote.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum AnswerLaw {
    /// Each agent picks among so many answers, by itself.
    Among(u64),
    /// No two agents pick the same.
    Distinct,
    /// Answers that depend on each other: those of a Chinese restaurant, or some of unequal probabilities.
    Dependent(WrongAnswers),
}

impl AnswerLaw {
    /// The corners have the names of older laws: a collision that is certain, one answer, and m answers that collide as
    /// often as equally likely ones, within 10⁻⁹.
    pub(super) fn of(wrong_answers: WrongAnswers) -> Self {
        match wrong_answers {
            WrongAnswers::Same => Self::Among(1),
            WrongAnswers::Distinct => Self::Distinct,
            WrongAnswers::Among(answers) => Self::Among(answers),
            WrongAnswers::Open { collision: 1.0, .. } | WrongAnswers::Unequal { collision: 1.0, .. } => {
                Self::Among(1)
            }
            WrongAnswers::Unequal { answers, collision }
                if answers == 1 || (collision - 1.0 / answers as f64).abs() <= 1e-9 =>
            {
                Self::Among(answers)
            }
            law => Self::Dependent(law),
        }
    }
}

/// Set partitions of 0, 1, … agents: for each the block of each agent, and a weight over one denominator.
pub(super) struct Partitions {
    of: Vec<Vec<(Vec<u64>, BigInt)>>,
    denominator: BigInt,
}

impl Partitions {
    /// All set partitions of up to `most` agents. Without a law of their own the blocks of agents do not matter, and
    /// there is one way.
    pub(super) fn up_to(most: usize, law: AnswerLaw) -> Self {
        let AnswerLaw::Dependent(law) = law else {
            return Self {
                of: vec![vec![(Vec::new(), BigInt::one())]; most + 1],
                denominator: BigInt::one(),
            };
        };
        let law = Exchangeable::of(law);
        let denominator = law.denominator(most);
        let of = |agents: usize| {
            let scale = &denominator / law.denominator(agents);
            let mut found = Vec::new();
            all_partitions(agents, &mut Vec::new(), &mut |blocks| {
                let weight = law.weight(blocks) * &scale;
                if !weight.is_zero() {
                    found.push((blocks.to_vec(), weight));
                }
            });
            let all: BigInt = found.iter().map(|(_, weight)| weight).sum();
            assert_eq!(all, denominator, "partitions of {agents} agents must have probability 1");
            found
        };
        let of = (0..=most).map(of).collect();
        Self { of, denominator }
    }

    /// Those of this many agents.
    pub(super) fn of(&self, agents: usize) -> &[(Vec<u64>, BigInt)] {
        &self.of[agents]
    }

    /// The sum of the weights of those of any number of agents.
    pub(super) fn denominator(&self) -> &BigInt {
        &self.denominator
    }
}

/// Visits every way to divide agents into blocks, which are numbered in the order of their first agents.
fn all_partitions(agents: usize, blocks: &mut Vec<u64>, visit: &mut impl FnMut(&[u64])) {
    if blocks.len() == agents {
        return visit(blocks);
    }
    let next = blocks.iter().max().map_or(0, |last| last + 1);
    for block in 0..=next {
        blocks.push(block);
        all_partitions(agents, blocks, visit);
        blocks.pop();
    }
}

/// P(blocks n₁ … n_k of w ≥ 1 agents) = ∏_{i<k} new(i) · ∏ (1−a)(2−a)…(nᵢ−1−a) / ((θ+1)…(θ+w−1)), where new(i) is θ +
/// i·a, or (m−i)κ of m answers, with a = −κ and θ = mκ. All numbers are whole, as multiples of 1/`unit`.
struct Exchangeable {
    unit: BigInt,
    /// 1 − a.
    repeated: BigInt,
    /// θ + 1.
    all: BigInt,
    /// new(1), new(2), …: the first, and by how much each differs from the one before.
    new: BigInt,
    step: BigInt,
}

impl Exchangeable {
    fn of(law: WrongAnswers) -> Self {
        match law {
            WrongAnswers::Open { collision, discount } => {
                let (c, a) = (Fraction::from_double(collision), Fraction::from_double(discount));
                let repeated = complement(&a);
                // θ + 1 = (1−a)/c, and θ + a = (1−a)(1−c)/c.
                let new = &(&repeated * &complement(&c)) / &c;
                let all = &repeated / &c;
                Self::over_one_denominator([repeated, all, new, a], false)
            }
            WrongAnswers::Unequal { answers, collision } => {
                let (m, c) = (Fraction::new(answers, 1), Fraction::from_double(collision));
                let kappa = &complement(&c) / &(&m * &c).distance(&one());
                let plus_one = |number: Fraction| [number, one()].into_iter().sum::<Fraction>();
                let new = &Fraction::new(answers - 1, 1) * &kappa;
                let all = plus_one(&m * &kappa);
                Self::over_one_denominator([plus_one(kappa.clone()), all, new, kappa], true)
            }
            law => panic!("each agent picks by itself: {law:?}"),
        }
    }

    fn over_one_denominator(numbers: [Fraction; 4], falls: bool) -> Self {
        let unit = numbers.iter().fold(BigInt::one(), |unit, number| number.common_denominator(&unit));
        let [repeated, all, new, step] = numbers.map(|number| number.numerator_over(&unit));
        Self { unit, repeated, all, new, step: if falls { -step } else { step } }
    }

    /// (θ+1)…(θ+w−1).
    fn denominator(&self, agents: usize) -> BigInt {
        (1..agents).map(|agent| &self.all + &self.unit * (agent - 1)).product()
    }

    fn weight(&self, blocks: &[u64]) -> BigInt {
        let mut weight = BigInt::one();
        for (agent, block) in blocks.iter().enumerate().skip(1) {
            let before = blocks[..agent].iter().filter(|other| *other == block).count();
            let answers = blocks[..agent].iter().max().map_or(0, |last| last + 1);
            weight *= match before {
                0 => &self.new + &self.step * (answers - 1),
                _ => &self.repeated + &self.unit * (before - 1),
            };
        }
        weight
    }
}
