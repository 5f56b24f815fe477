//! The most common answer where their number is unlimited.
//!
//! # Accuracy
//! Sums of products of positive numbers in double-doubles with their own exponent: the relative error is some w · 2⁻¹⁰⁰
//! for w votes, whether a probability is near one or 10⁻³⁰⁰.
//!
//! # Testing
//! Against seating voter by voter over all integer partitions, and for 60 and 100 voters block size by block size, in
//! `tests/reference/wrong_answers.csv`; against set partitions in `tests/oracle`.
//!
//! # Implementation
//! With A = Σ (1−a)_{i−1} xⁱ/i! over i ≤ b, the partitions of w votes into s blocks of size j > b and others up to b
//! have the coefficient of x^{w−sj} in Hₛ = (1 − aA)^{−(θ+sa)/a} (for a = 0 in exp(θA)), times ∏ᵢ₌₁ˢ⁻¹ (θ + ia) tˢ/s!,
//! t = (1−a)_{j−1}/j!, and w!/(θ+1)_{w−1}. From (1 − aA) H₁′ = (θ+a) A′ H₁ a power costs one pass, as the power of a
//! polynomial does: w hᵥ = (θ+a) S + a T with S = Σ i Aᵢ h_{w−i} and T = Σ Aᵢ (w−i) h_{w−i}, and S/w is the coefficient
//! of the partitions with no block of size j at all: every term is positive. Hₛ₊₁ = Hₛ + aA Hₛ₊₁. For a = 0 all Hₛ are
//! one, and raising b by one multiplies it by the series of a single exponential: n²/b steps. All levels of n votes
//! take some n³/3 steps, for a = 0 some n² ln n.
//!
//! Not tried: A to every power k, which takes the square of the number of votes at each level.

use super::leaders::Leader;
use super::partition::{Kind, Partition};
use crate::exact::scaled::Scaled;

/// The levels of the leader of up to some number of votes.
pub(crate) struct OpenLevels {
    law: Partition,
    discount: Scaled,
    /// Whether draws among leaders count.
    draws: bool,
    /// The level j.
    level: usize,
    /// Aᵢ = (1−a)_{i−1}/i!, from i = 0, where it is zero.
    sizes: Vec<Scaled>,
    /// w!/(θ+1)_{w−1}, from w = 0, where it is one.
    ways: Vec<Scaled>,
    /// The coefficients of exp(θA) for the sizes below the level, where there is no discount.
    exponential: Vec<Scaled>,
}

impl OpenLevels {
    pub(super) fn new(votes: u64, law: Partition, draws: bool) -> Self {
        let votes = votes as usize;
        let discount = match law.kind {
            Kind::Open { discount } => discount,
            Kind::Finite { .. } => Scaled::ZERO,
        };
        let mut exponential = vec![Scaled::ZERO; votes + 1];
        exponential[0] = Scaled::ONE;
        Self {
            law,
            discount,
            draws,
            level: 1,
            sizes: sizes(votes, &law),
            ways: ways(votes, &law),
            exponential,
        }
    }

    /// Returns the leader beside the level for each number of votes, and raises the level. `below` is right for as many
    /// votes as leave room for as many right ones as the level.
    pub(super) fn raise(&mut self) -> Vec<Leader> {
        let leaders = if self.discount.is_zero() { self.without_discount() } else { self.with_discount() };
        self.level += 1;
        leaders
    }

    fn votes(&self) -> usize {
        self.ways.len() - 1
    }

    /// The leaders where nobody reaches the level.
    fn none_reached(&self) -> Vec<Leader> {
        let unknown = Leader { below: Scaled::ZERO, ..Leader::NONE };
        (0..=self.votes()).map(|votes| if votes < self.level { Leader::NONE } else { unknown }).collect()
    }

    fn without_discount(&mut self) -> Vec<Leader> {
        let (votes, level, theta) = (self.votes(), self.level, self.law.theta_and_discount);
        let mut leaders = self.none_reached();
        let each = leaders.iter_mut().zip(self.ways.iter().zip(&self.exponential)).skip(level);
        each.for_each(|(leader, (&ways, &lower))| leader.below = ways * lower / theta);
        let factor = theta * self.sizes[level];
        let mut next = self.exponential.clone();
        let mut power = Scaled::ONE;
        for blocks in 1..=votes / level {
            power *= factor / Scaled::from(blocks as u64);
            let shift = blocks * level;
            let terms: Vec<Scaled> =
                self.exponential[..=votes - shift].iter().map(|&lower| power * lower).collect();
            next[shift..].iter_mut().zip(&terms).for_each(|(next, term)| *next += *term);
            self.add_answers(&mut leaders[shift..], blocks, Scaled::ONE / theta, &terms);
        }
        self.exponential = next;
        leaders
    }

    fn with_discount(&self) -> Vec<Leader> {
        let (votes, level) = (self.votes(), self.level);
        let mut leaders = self.none_reached();
        let Some(room) = votes.checked_sub(level) else { return leaders };
        let Powers { none, mut others } = self.powers(level - 1, room);
        let each = leaders.iter_mut().zip(self.ways.iter().zip(&none)).skip(level);
        each.for_each(|(leader, (&ways, &none))| leader.below = ways * none);
        let mut coefficient = Scaled::ONE;
        for blocks in 1..=votes / level {
            if blocks > 1 {
                others.truncate(votes - blocks * level + 1);
                self.raise_power(&mut others);
                // θ + (s − 1)a = θ + a + (s − 2)a.
                let more = Scaled::from(blocks as u64 - 2) * self.discount;
                coefficient *= self.law.theta_and_discount + more;
            }
            coefficient *= self.sizes[level] / Scaled::from(blocks as u64);
            self.add_answers(&mut leaders[blocks * level..], blocks, coefficient, &others);
        }
        leaders
    }

    /// Adds the probability that so many answers have just as many votes as the level, and no other more, from the
    /// first number of votes on at which that can be.
    fn add_answers(&self, leaders: &mut [Leader], answers: usize, factor: Scaled, coefficients: &[Scaled]) {
        let first = self.ways.len() - leaders.len();
        let drawn = if self.draws { Scaled::ONE / Scaled::from(answers as u64 + 1) } else { Scaled::ZERO };
        for ((leader, way), coefficient) in leaders.iter_mut().zip(&self.ways[first..]).zip(coefficients) {
            let probability = *way * (factor * *coefficient);
            let sum = if answers == 1 { &mut leader.alone } else { &mut leader.tied };
            *sum += probability;
            if self.draws {
                leader.drawn += probability * drawn;
            }
        }
    }

    /// Returns the coefficients up to a degree of the partitions into sizes up to `largest`, and of H₁.
    fn powers(&self, largest: usize, degree: usize) -> Powers {
        let shifted = self.law.theta_and_discount;
        let (mut none, mut others, mut times) =
            (vec![Scaled::ZERO; degree + 1], vec![Scaled::ZERO; degree + 1], vec![Scaled::ZERO; degree + 1]);
        let by_size: Vec<Scaled> =
            (0..=largest).map(|size| self.sizes[size] * Scaled::from(size as u64)).collect();
        others[0] = Scaled::ONE;
        for at in 1..=degree {
            let number = Scaled::from(at as u64);
            if at <= largest {
                // No size is too large: (θ + a)ᵥ/v!.
                others[at] = others[at - 1] * (shifted + Scaled::from(at as u64 - 1)) / number;
            } else {
                let first = convolved(&by_size, &others, at);
                let second = convolved(&self.sizes[..=largest], &times, at);
                others[at] = (shifted * first + self.discount * second) / number;
                none[at] = first / number;
            }
            times[at] = others[at] * number;
        }
        Powers { none, others }
    }

    /// Makes Hₛ₊₁ of Hₛ for the sizes below the level.
    fn raise_power(&self, others: &mut [Scaled]) {
        let sizes = &self.sizes[..self.level];
        for at in 1..others.len() {
            let more = convolved(sizes, others, at);
            others[at] += self.discount * more;
        }
    }
}

/// Coefficients of the partitions with no block above a size.
struct Powers {
    /// Times w!/(θ+1)_{w−1}: P(no block is larger), for more voters than that size.
    none: Vec<Scaled>,
    /// H₁.
    others: Vec<Scaled>,
}

/// Σ aᵢ bₖ₋ᵢ over i from 1 to the end of a.
fn convolved(a: &[Scaled], b: &[Scaled], k: usize) -> Scaled {
    let last = k.min(a.len() - 1);
    (1..=last).map(|i| a[i] * b[k - i]).sum()
}

/// (1−a)_{i−1}/i! for i up to a number.
fn sizes(most: usize, law: &Partition) -> Vec<Scaled> {
    let mut sizes = vec![Scaled::ZERO];
    let mut size = Scaled::ONE;
    for i in 1..=most as u64 {
        if i > 1 {
            size *= (law.one_less + Scaled::from(i - 2)) / Scaled::from(i);
        }
        sizes.push(size);
    }
    sizes
}

/// w!/(θ+1)_{w−1} for w up to a number.
fn ways(most: usize, law: &Partition) -> Vec<Scaled> {
    let mut ways = vec![Scaled::ONE];
    let mut way = Scaled::ONE;
    for w in 1..=most as u64 {
        if w > 1 {
            way *= Scaled::from(w) / law.theta_and(w - 1);
        }
        ways.push(way);
    }
    ways
}

/// P(no answer has as many votes as `level`) of open answers, for each number of votes up to `votes`.
pub(super) fn none_reaches(level: u64, votes: u64, law: Partition) -> Vec<Scaled> {
    let levels = OpenLevels::new(votes, law, false);
    let Powers { none, .. } = levels.powers((level - 1).min(votes) as usize, votes as usize);
    (0..=votes as usize)
        .map(|at| if (at as u64) < level { Scaled::ONE } else { levels.ways[at] * none[at] })
        .collect()
}
