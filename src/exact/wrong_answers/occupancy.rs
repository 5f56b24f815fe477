//! The law of the votes of the leading one of finitely many answers, and of whether it leads alone.
//!
//! # Accuracy
//! Sums of products of positive numbers in double-doubles with their own exponent: the relative error is some n · 2⁻¹⁰⁰
//! for n voters, whether a probability is near one or 10⁻³⁰⁰; on the grid of this file it is below n + m units of
//! 2⁻¹⁰⁰.
//!
//! # Testing
//! Against the enumeration of all ways to vote in exact rationals in this file; through `plurality.rs`.
//!
//! # Implementation
//! Each of K voters is silent or picks one of m answers, each with probability p. The exponential generating function
//! of all ways in which none of t answers has j votes and the other m − t have none is S·Aⱼᵗ, with Aⱼ = Σ (px)ⁱ/i! over
//! i < j and S that of the silent. From one level to the next Aⱼ₊₁ᵗ = Σₛ C(t, s) bˢ Aⱼᵗ⁻ˢ, where b = (px)ʲ/j! is a
//! single term: a power is a sum of shifted powers, all positive. With t = m the term s = 0 says that the leader has
//! fewer than j votes, s = 1 that one answer leads with j, and the rest that several do. At level j no more than n/j
//! answers have j votes, so that only the powers t ≥ m − n/j are carried, those with s fewer answers to the degree n −
//! sj: all levels together take some n³/4 steps for any number of answers, and m n²/2 for a few.
//!
//! Pólya's urn, where the probabilities of the answers are drawn from a Dirichlet law, has b = (κ)ⱼ xʲ/j!, and
//! w!/(mκ)_w ways for w votes instead of w!; there nobody is silent, since the ways depend on the number of votes.
//!
//! Not tried: Aⱼᵗ by squaring, for each level anew, which takes some n³ log m steps; P(leader < j) from one number of
//! voters to the next, which subtracts.

use super::leaders::Leader;
use crate::exact::chance::Chance;
use crate::exact::scaled::Scaled;

/// The votes for wrong answers, as the level is raised.
pub(crate) struct Occupancy {
    answers: u64,
    /// The level j.
    level: u64,
    /// b, without its power of x.
    reaches: Scaled,
    picking: Picking,
    /// Coefficients of S·Aⱼᵗ for t = m, m − 1, …
    powers: Vec<Vec<Scaled>>,
    /// The ways of so many voters.
    ways: Vec<Scaled>,
    /// Whether draws among leaders count.
    draws: bool,
}

/// How a voter picks an answer.
#[derive(Debug, Clone, Copy)]
enum Picking {
    /// With this probability, whoever else did.
    Alone(Scaled),
    /// As often as κ and the number of those who did are of the total.
    Urn(Scaled),
}

impl Occupancy {
    /// Returns the votes of up to `voters` voters, each of whom votes with probability `votes`, at level 1.
    pub(crate) fn new(voters: u64, votes: Chance, answers: u64) -> Self {
        let mut ways = vec![Scaled::ONE];
        ways.extend((1..=voters).scan(Scaled::ONE, |product, i| {
            *product *= Scaled::from(i);
            Some(*product)
        }));
        let mut power = Scaled::ONE;
        let silent = ways.iter().map(|&factorial| {
            let coefficient = power / factorial;
            power *= votes.no;
            coefficient
        });
        let silent: Vec<Scaled> = silent.collect();
        let picking = Picking::Alone(votes.yes / Scaled::from(answers));
        Self::starting(&silent, ways, picking, answers)
    }

    /// Returns the votes of up to `voters` voters, all of whom vote, of answers with weight κ each, at level 1.
    pub(crate) fn of_urn(voters: u64, answers: u64, kappa: Scaled) -> Self {
        let total = Scaled::from(answers) * kappa;
        let mut ways = vec![Scaled::ONE];
        ways.extend((1..=voters).scan(Scaled::ONE, |product, i| {
            *product *= Scaled::from(i) / (total + Scaled::from(i - 1));
            Some(*product)
        }));
        let mut nobody = vec![Scaled::ZERO; voters as usize + 1];
        nobody[0] = Scaled::ONE;
        Self::starting(&nobody, ways, Picking::Urn(kappa), answers)
    }

    /// `silent` are the coefficients of S.
    fn starting(silent: &[Scaled], ways: Vec<Scaled>, picking: Picking, answers: u64) -> Self {
        let voters = ways.len() as u64 - 1;
        let powers =
            (0..=voters.min(answers)).map(|less| silent[..=(voters - less) as usize].to_vec()).collect();
        let (Picking::Alone(reaches) | Picking::Urn(reaches)) = picking;
        Self { answers, level: 1, reaches, picking, powers, ways, draws: false }
    }

    /// The same, where draws among leaders count or not.
    pub(crate) fn with_draws(self, draws: bool) -> Self {
        Self { draws, ..self }
    }

    /// Returns the leader's votes beside the level, for each number of voters, and raises the level.
    pub(crate) fn raise(&mut self) -> Vec<Leader> {
        let voters = self.ways.len() - 1;
        let below = self.powers[0].clone();
        let zeros = || vec![Scaled::ZERO; voters + 1];
        let (mut alone, mut tied, mut drawn) = (zeros(), zeros(), zeros());
        self.each_number_at_level(0, |leaders, shift, coefficient, lower| {
            let sums = if leaders == 1 { &mut alone } else { &mut tied };
            add_shifted(sums, shift, coefficient, lower);
            if self.draws {
                add_shifted(&mut drawn, shift, coefficient / Scaled::from(leaders + 1), lower);
            }
        });
        let leader = |k: usize| {
            let [below, alone, tied] = [below[k], alone[k], tied[k]].map(|share| share * self.ways[k]);
            let drawn = if self.draws { drawn[k] * self.ways[k] } else { Scaled::ZERO };
            Leader { below, alone, tied, drawn }
        };
        let leaders: Vec<Leader> = (0..=voters).map(leader).collect();
        add(&mut self.powers[0], &alone);
        add(&mut self.powers[0], &tied);
        self.raise_lower_powers();
        leaders
    }

    /// All but the first, as far as the next level needs them.
    fn raise_lower_powers(&mut self) {
        let voters = self.ways.len() - 1;
        let next = self.level as usize + 1;
        for less in 1..self.powers.len().min(voters / next + 1) {
            let degree = voters - less * next;
            let mut terms = vec![Scaled::ZERO; degree + 1];
            self.each_number_at_level(less, |_, shift, coefficient, lower| {
                add_shifted(&mut terms, shift, coefficient, lower);
            });
            self.powers[less].truncate(degree + 1);
            add(&mut self.powers[less], &terms);
        }
        self.powers.truncate(voters / next + 1);
        self.reaches *= match self.picking {
            Picking::Alone(picks) => picks / Scaled::from(self.level + 1),
            Picking::Urn(kappa) => (kappa + Scaled::from(self.level)) / Scaled::from(self.level + 1),
        };
        self.level += 1;
    }

    /// Visits the terms C(t, s) bˢ S·Aⱼᵗ⁻ˢ of `less` fewer answers than all: the number s ≥ 1 of answers at the level,
    /// the power of x in bˢ, the coefficient and the lower power.
    fn each_number_at_level(&self, less: usize, mut visit: impl FnMut(u64, usize, Scaled, &[Scaled])) {
        let mut coefficient = Scaled::ONE;
        for (index, lower) in self.powers[less + 1..].iter().enumerate() {
            let others = index as u64 + 1;
            let left = self.answers - (less + index) as u64;
            coefficient *= self.reaches * Scaled::from(left) / Scaled::from(others);
            visit(others, (index + 1) * self.level as usize, coefficient, lower);
        }
    }
}

/// Adds a multiple of coefficients, each so many places further, as far as there is room.
fn add_shifted(sums: &mut [Scaled], shift: usize, factor: Scaled, coefficients: &[Scaled]) {
    if let Some(sums) = sums.get_mut(shift..) {
        sums.iter_mut().zip(coefficients).for_each(|(sum, coefficient)| *sum += factor * *coefficient);
    }
}

fn add(sums: &mut [Scaled], terms: &[Scaled]) {
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += *term);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::{error, relative};
    use num_rational::BigRational as Number;

    /// All ways of `voters` to be silent or to pick an answer, by the largest count and how many answers have it.
    fn ways(voters: u32, answers: usize) -> Vec<(u32, Vec<u32>)> {
        let mut all = vec![(0, vec![0; answers])];
        for _ in 0..voters {
            let picks = |(silent, counts): &(u32, Vec<u32>)| {
                let mut next = vec![(silent + 1, counts.clone())];
                for answer in 0..answers {
                    let mut counts = counts.clone();
                    counts[answer] += 1;
                    next.push((*silent, counts));
                }
                next
            };
            all = all.iter().flat_map(picks).collect();
        }
        all
    }

    /// In units of 2⁻¹⁰⁰: the stated bound allows one for each voter and answer.
    #[test]
    fn every_level_agrees_with_all_ways_to_vote() {
        let vote = Number::from_float(0.75).expect("finite");
        let silent = Number::from_float(0.25).expect("finite");
        let votes = Chance::of_rate(0.75);
        for (voters, answers) in [(1, 1), (6, 1), (6, 2), (6, 3), (5, 4), (4, 6)] {
            let mut occupancy = Occupancy::new(u64::from(voters), votes, answers as u64);
            for level in 1..=voters {
                let leaders = occupancy.raise();
                for voters in 0..=voters {
                    let mut truth = [(); 3].map(|()| Number::from_float(0.0).expect("finite"));
                    for (quiet, counts) in ways(voters, answers) {
                        let most = *counts.iter().max().expect("answers");
                        let leading = counts.iter().filter(|count| **count == level).count();
                        let pick = &vote / Number::from_integer(answers.into());
                        let probability = silent.pow(quiet as i32) * pick.pow((voters - quiet) as i32);
                        if most <= level {
                            truth[leading.min(2)] += probability;
                        }
                    }
                    let Leader { below, alone, tied, drawn: _ } = leaders[voters as usize];
                    for (computed, expected) in [below, alone, tied].into_iter().zip(&truth) {
                        let units = error(computed, expected) * 2.0_f64.powi(100);
                        let allowed = f64::from(voters) + answers as f64;
                        assert!(units <= allowed, "{voters} {answers} {level}: {units}");
                    }
                }
            }
        }
    }

    /// With nearly 2⁶³ answers any two votes nearly always differ.
    #[test]
    fn answers_may_be_as_many_as_integers() {
        let most = i64::MAX as u64;
        let mut occupancy = Occupancy::new(3, Chance::CERTAIN, most);
        let leader = occupancy.raise()[3];
        let missing = Scaled::from(3_u64) / Scaled::from(most);
        assert!(relative(Scaled::ONE - leader.tied, missing) < 1e-9);
        let pair = occupancy.raise()[3].alone;
        assert!(relative(pair, missing) < 1e-15);
    }
}
