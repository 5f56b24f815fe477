//! The random partition of wrong agents into those that give the same answer.
//!
//! # Accuracy
//! Products and quotients of positive numbers in double-doubles; 1 − a, 1 − c and m·c − 1 are formed without rounding
//! their doubles, θ + a as (1 − a)(1 − c)/c. The relative error of an expected number of answers is some w · 2⁻¹⁰⁰ for
//! w wrong agents.
//!
//! # Testing
//! Against seating agent by agent in `tests/reference/wrong_answers.csv`, and set partitions in `tests/oracle`.
//!
//! # Implementation
//! Given w wrong agents, a partition with k blocks of sizes n₁ … n_k has the probability ∏ᵢ₌₁ᵏ⁻¹ (θ + i·a) /
//! (θ+1)_{w−1} · ∏ (1−a)_{nᵢ−1}, (x)ⱼ the rising factorial (Pitman 2006, Combinatorial stochastic processes). With m
//! answers a = −κ and θ = mκ. The expected number of answers that j agents give is C(w, j) (1−a)_{j−1} (θ+a)_{w−j} /
//! (θ+1)_{w−1}.

use crate::exact::double_double::DoubleDouble;
use crate::exact::scaled::Scaled;

/// The law of the partition. All its numbers are positive but for the discount, which may be zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Partition {
    /// 1 − a: how much less likely than θ + 1 it is that a second agent repeats the first.
    pub one_less: Scaled,
    /// θ + 1.
    pub theta_and_one: Scaled,
    /// θ + a: the weight of a second answer.
    pub theta_and_discount: Scaled,
    pub kind: Kind,
}

/// How many answers there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// An unlimited number, with the discount a ≥ 0.
    Open { discount: Scaled },
    /// So many answers, each with the weight κ = −a before anybody gives it.
    Finite { answers: u64, kappa: Scaled },
}

impl Partition {
    /// An unlimited number of answers, 0 < c < 1 and 0 ≤ a < 1: θ + 1 = (1 − a)/c.
    pub(crate) fn open(collision: f64, discount: f64) -> Self {
        let one_less = difference(1.0, discount);
        let theta_and_one = one_less / Scaled::from(collision);
        let theta_and_discount = theta_and_one * difference(1.0, collision);
        let kind = Kind::Open { discount: Scaled::from(discount) };
        Self { one_less, theta_and_one, theta_and_discount, kind }
    }

    /// m answers, 1/m < c < 1: κ = (1 − c)/(m·c − 1).
    pub(crate) fn unequal(answers: u64, collision: f64) -> Self {
        let expected = DoubleDouble::from(answers) * DoubleDouble::from(collision);
        let kappa = difference(1.0, collision) / Scaled::from(expected - DoubleDouble::from(1.0));
        Self {
            one_less: Scaled::ONE + kappa,
            theta_and_one: Scaled::from(answers) * kappa + Scaled::ONE,
            theta_and_discount: Scaled::from(answers - 1) * kappa,
            kind: Kind::Finite { answers, kappa },
        }
    }

    /// Returns θ + i for i ≥ 1.
    pub(crate) fn theta_and(&self, i: u64) -> Scaled {
        self.theta_and_one + Scaled::from(i - 1)
    }

    /// Returns the weight of an answer that nobody gave yet, where `answers` ≥ 1 have been given: θ + k·a = (m − k)·κ.
    pub(crate) fn weight_of_new(&self, answers: u64) -> Scaled {
        match self.kind {
            Kind::Open { discount } => self.theta_and_discount + Scaled::from(answers - 1) * discount,
            Kind::Finite { answers: all, kappa } => Scaled::from(all.saturating_sub(answers)) * kappa,
        }
    }

    /// Returns the expected number of answers that just `size` ≥ 1 of the agents give, for that many agents and all
    /// larger numbers of them.
    pub(crate) fn expected_answers(self, size: u64) -> impl Iterator<Item = Scaled> {
        let all_agree = (1..size).fold(Scaled::ONE, |product, i| {
            product * (self.one_less + Scaled::from(i - 1)) / self.theta_and(i)
        });
        let with_one_more = move |&(agents, expected): &(u64, Scaled)| {
            let chosen = Scaled::from(agents + 1) / Scaled::from(agents + 1 - size);
            let apart = self.theta_and_discount + Scaled::from(agents - size);
            Some((agents + 1, expected * chosen * apart / self.theta_and(agents)))
        };
        std::iter::successors(Some((size, all_agree)), with_one_more).map(|(_, expected)| expected)
    }
}

/// a − b without rounding.
fn difference(a: f64, b: f64) -> Scaled {
    Scaled::from(DoubleDouble::sum(a, -b))
}
