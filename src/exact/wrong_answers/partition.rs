//! How likely a partition of wrong agents into those that agree is.

use crate::exact::double_double::DoubleDouble;
use crate::exact::scaled::Scaled;

/// The law of the random partition of agents that are wrong, by what each of them answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Partition {
    /// θ + 1.
    pub theta_and_one: Scaled,
    /// The discount a, or the κ of one of finitely many answers, which is −a.
    pub weight: Weight,
}

/// The weight that an answer has before anybody gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Weight {
    /// Answers without end: 1 − a, a and θ + a.
    Discounted {
        /// 1 − a.
        one_less: Scaled,
        /// a.
        discount: Scaled,
        /// θ + a.
        theta_and_discount: Scaled,
    },
    /// So many answers, each with κ.
    Each {
        /// Their number m.
        answers: u64,
        /// κ.
        kappa: Scaled,
    },
}

impl Partition {
    /// Answers without end, 0 < c < 1 and 0 ≤ a < 1: θ + 1 = (1 − a)/c.
    pub(crate) fn open(collision: f64, discount: f64) -> Self {
        let one_less = less(1.0, discount);
        let collision_and_rest = (Scaled::from(collision), less(1.0, collision));
        let theta_and_one = one_less / collision_and_rest.0;
        let theta_and_discount = theta_and_one * collision_and_rest.1;
        let discount = Scaled::from(discount);
        Self { theta_and_one, weight: Weight::Discounted { one_less, discount, theta_and_discount } }
    }

    /// m answers, 1/m < c < 1: κ = (1 − c)/(m·c − 1).
    pub(crate) fn unequal(answers: u64, collision: f64) -> Self {
        let (count, collided) = (DoubleDouble::from(answers), DoubleDouble::from(collision));
        let kappa = less(1.0, collision) / Scaled::from(count * collided - DoubleDouble::from(1.0));
        let theta_and_one = Scaled::from(answers) * kappa + Scaled::ONE;
        Self { theta_and_one, weight: Weight::Each { answers, kappa } }
    }
}

/// a − b without rounding.
fn less(a: f64, b: f64) -> Scaled {
    Scaled::from(DoubleDouble::sum(a, -b))
}
