//! Failures that are correlated through one normal variable of all agents and one of each group.
//!
//! # Accuracy
//! On the probabilities of `tests/reference/groups.csv` (25 digits, failure to 10⁻²⁷) the largest relative error of an
//! outcome is 2·10⁻¹⁵, the median 9·10⁻¹⁷; the stated bound is 2.5·10⁻¹⁴ for every outcome. The sums over both
//! variables leave e⁻⁴⁰ and cut off 2⁻⁶⁶; what is seen is the rounding of sums of doubles.
//!
//! # Testing
//! Against nested integrals as they are written, at 25 digits, and against simpler models with the same law, in
//! `tests/exact/groups.rs`.
//!
//! # Implementation
//! Given Z, a group has m = aZ + b + σY with a normal Y of its own; given m its agents are independent and fail with
//! Φ((tᵢ − m)/τ). So P(Kg = k | Z) is the mean of a Poisson-binomial law over m, the law of all groups given Z is the
//! convolution of theirs, and its mean over Z is the answer: two nested sums with the trapezoidal rule, of positive
//! terms only.
//!
//! *The step.* On the line x + iy it holds that |Φ(x+iy)| ≤ e^(y²/2) Φ(x), and |φ(x+iy)| = e^(y²/2) φ(x). Hence a
//! product of s of the former with deviation τ and one of the latter with deviation σ grows by at most e^(y²P/2), P =
//! 1/σ² + s/τ², and so does every sum of such products with positive factors: each P(K = k) by itself. By Poisson's
//! summation formula the rule with the step h is then off by less than 2e^(−2π²/(h²P)) of the integral, whatever its
//! size. h = 0.7/√P leaves e⁻⁴⁰. The same holds over Z, where a step of iy may be taken by Y or by the agents,
//! whichever grows less: P = 1 + Σ a²/(σ² + τ²/s) over all groups.
//!
//! *The ends.* Every rate falls with m, so that beyond m at most P(Kg ≥ k | m) is to come on the one side, and P(Kg ≤ k
//! | m) on the other, times a density that falls. The sum goes on until that is nothing beside its largest term, for every k by itself. The same holds over Z.
//!
//! The points of m are whole multiples of the step, whatever Z is: so the laws given m, in which all normal tails are,
//! are formed once for all Z and for all groups that are alike.
//!
//! A majority takes 20 ms for 30 different agents in six groups and 90 ms for 1,000 equal ones in ten, at r = 0.3 and w
//! = 0.6.

use super::copula::Barrier;
use super::states::{Convolution, States};
use crate::exact::binomial::{Chance, masses};
use crate::exact::double_double::DoubleDouble;
use crate::exact::normal;
use crate::exact::scaled::Scaled;
use crate::exact::wide::Wide;
use std::collections::HashMap;

/// Step times √P: the trapezoidal rule leaves e⁻⁴⁰.
const STEP: f64 = 0.7;

/// What is left out is below 2 to minus this of a sum.
const NEGLIGIBLE_BITS: i64 = 66;

/// Number of steps of the inner sum between two looks at its ends.
const STRIDE: i64 = 4;

/// Maximum number of elementary steps: some ten seconds.
const MAX_STEPS: f64 = 1e9;

/// What an agent's normal tail costs, and a mass of a binomial law, in elementary steps.
const TAIL: f64 = 100.0;
const MASS: f64 = 60.0;

/// Agents of one group that have one barrier and one class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Members {
    pub barrier: Barrier,
    pub class: usize,
    pub count: u64,
}

/// A group: given Z, its m is normal around `slope`·Z + `offset` with the deviation `spread`; the latent variables of
/// its members are m + `own`·e.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub slope: DoubleDouble,
    pub offset: DoubleDouble,
    pub spread: DoubleDouble,
    pub own: DoubleDouble,
    pub members: Vec<Members>,
}

impl Group {
    fn count(&self) -> u64 {
        self.members.iter().map(|members| members.count).sum()
    }

    /// The same law, written with fewer variables: what a single agent shares with nobody is its own.
    fn simplified(self) -> Self {
        if self.count() != 1 || self.spread.high == 0.0 {
            return self;
        }
        let own = (self.own * self.own + self.spread * self.spread).sqrt();
        Self { spread: DoubleDouble::ZERO, own, ..self }
    }

    /// 1/σ² + s/τ², whose root is the steepness of the laws over m; zero where m is given by Z.
    fn steepness(&self) -> f64 {
        let Self { spread, own, .. } = self;
        if spread.high == 0.0 {
            return 0.0;
        }
        libm::sqrt(1.0 / (spread.high * spread.high) + self.count() as f64 / (own.high * own.high))
    }

    /// a²/(σ² + τ²/s).
    fn square_of_steepness_over_shared(&self) -> f64 {
        let Self { slope, spread, own, .. } = self;
        slope.high * slope.high / (spread.high * spread.high + own.high * own.high / self.count() as f64)
    }
}

/// Why there is no law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NoLaw {
    /// It takes this many elementary steps, and only so many are taken.
    TooManySteps { steps: f64, max: f64 },
    /// Probabilities do not sum to one.
    NotConverged,
}

/// Independent groups, given one normal variable.
pub(crate) struct Groups<'a> {
    states: &'a States,
    kinds: Vec<Kind>,
    convolution: Convolution,
    /// Step of the shared variable; zero where no group depends on it.
    step: f64,
}

impl<'a> Groups<'a> {
    pub(crate) fn new(states: &'a States, groups: Vec<Group>) -> Self {
        let mut kinds: Vec<Group> = Vec::new();
        let mut order = Vec::with_capacity(groups.len());
        for group in groups.into_iter().map(Group::simplified) {
            let kind = kinds.iter().position(|kind| *kind == group);
            order.push(kind.unwrap_or(kinds.len()));
            if kind.is_none() {
                kinds.push(group);
            }
        }
        let square: f64 = order.iter().map(|&kind| kinds[kind].square_of_steepness_over_shared()).sum();
        let step = if square == 0.0 { 0.0 } else { STEP / libm::sqrt(1.0 + square) };
        let kinds: Vec<Kind> = kinds.into_iter().map(|group| Kind::new(group, states)).collect();
        let parts: Vec<States> = kinds.iter().map(|kind| kind.states.clone()).collect();
        let convolution = Convolution::new(states, &parts, &order);
        Self { states, kinds, convolution, step }
    }

    /// Estimated number of elementary steps.
    fn steps(&self) -> f64 {
        let places = if self.step == 0.0 { 1.0 } else { 30.0 / self.step };
        let inner = |kind: &Kind| {
            let (group, states) = (&kind.group, kind.states.len() as f64);
            let law = group.members.len() as f64 * (TAIL + 2.0 * states) + MASS * states;
            if kind.step == 0.0 {
                return places * law;
            }
            let points = 24.0 * group.spread.high / kind.step + 8.0;
            let all = (places * points).min(40.0 / kind.step);
            all * law + places * points * (states + TAIL)
        };
        places * self.convolution.products() + self.kinds.iter().map(inner).sum::<f64>()
    }

    /// Returns the probability of each state.
    pub(crate) fn law(mut self) -> Result<Vec<Scaled>, NoLaw> {
        let steps = self.steps();
        if steps > MAX_STEPS {
            return Err(NoLaw::TooManySteps { steps, max: MAX_STEPS });
        }
        if self.step == 0.0 {
            return Ok(self.given(DoubleDouble::ZERO).into_iter().map(Scaled::from).collect());
        }
        let totals = self.states.totals();
        let mut sums = Sums::new(self.states.len());
        let step = self.step;
        let (mut open, mut distance) = ([true, true], 0);
        while open.contains(&true) {
            for (side, is_above) in [(1.0, true), (-1.0, false)] {
                if !open[usize::from(is_above)] || (distance == 0 && !is_above) {
                    continue;
                }
                let shared = DoubleDouble::from(step).times(side * distance as f64);
                let density = Wide::from(normal::density(shared));
                let law = self.given(shared);
                sums.add(&law, density);
                let rest = Tails::of(&law, &totals, *totals.last().unwrap_or(&0), is_above);
                // Both sides begin at the middle, where every state that is possible has a probability above zero.
                open[usize::from(is_above)] = distance == 0 || !sums.are_complete(&rest, &totals, density);
            }
            distance += 1;
        }
        let total: Wide = sums.sums.iter().fold(Wide::ZERO, |total, sum| total.plus(sum.normalized()));
        let one = Scaled::from(total) * step.into();
        if (one.to_f64() - 1.0).abs() > 1e-12 {
            return Err(NoLaw::NotConverged);
        }
        Ok(sums.sums.iter().map(|sum| Scaled::from(sum.normalized()) * step.into()).collect())
    }

    /// Returns the probability of each state given the shared variable.
    fn given(&mut self, shared: DoubleDouble) -> Vec<Wide> {
        let laws: Vec<Vec<Wide>> = self.kinds.iter_mut().map(|kind| kind.given(shared)).collect();
        self.convolution.of(&laws)
    }
}

/// Sums over a variable, one for each state, and the largest term of each.
struct Sums {
    sums: Vec<Wide>,
    largest: Vec<Wide>,
}

impl Sums {
    fn new(states: usize) -> Self {
        Self { sums: vec![Wide::ZERO; states], largest: vec![Wide::ZERO; states] }
    }

    fn add(&mut self, law: &[Wide], weight: Wide) {
        for ((sum, largest), mass) in self.sums.iter_mut().zip(&mut self.largest).zip(law) {
            sum.add_product(*mass, weight);
            let exponent = mass.exponent() + weight.exponent();
            if exponent > largest.exponent() && !mass.is_zero() {
                *largest = Wide::new(1.0, exponent);
            }
        }
    }

    /// Whether all that is still to come on a side is nothing beside the terms so far.
    fn are_complete(&self, rest: &Tails, totals: &[u64], weight: Wide) -> bool {
        let is_complete = |(largest, &total): (&Wide, &u64)| {
            largest.is_zero() || rest.at(total) + weight.exponent() + NEGLIGIBLE_BITS < largest.exponent()
        };
        self.largest.iter().zip(totals).all(is_complete)
    }
}

/// Exponents of P(K ≥ k), or of P(K ≤ k), of the number K of failures in all classes.
#[derive(Debug, Clone)]
struct Tails(Vec<i64>);

impl Tails {
    fn of(law: &[Wide], totals: &[u64], most: u64, is_above: bool) -> Self {
        let mut tails = vec![Wide::ZERO; most as usize + 1];
        for (mass, &total) in law.iter().zip(totals) {
            tails[total as usize].add_product(*mass, Wide::ONE);
        }
        let mut sum = Wide::ZERO;
        let mut add = |tail: &mut Wide| {
            sum = sum.plus(tail.normalized());
            *tail = sum;
        };
        if is_above {
            tails.iter_mut().rev().for_each(&mut add);
        } else {
            tails.iter_mut().for_each(&mut add);
        }
        Self(tails.into_iter().map(|tail| tail.exponent() + 1).collect())
    }

    fn at(&self, total: u64) -> i64 {
        self.0[total as usize]
    }
}

/// The law of a group at one value of m.
struct Given {
    law: Vec<Wide>,
    /// What is still to come above and below m.
    rest: [Tails; 2],
}

/// Groups that are alike.
struct Kind {
    group: Group,
    states: States,
    totals: Vec<u64>,
    /// The index of each state of some members alone.
    members: Vec<Vec<usize>>,
    /// Step of m; zero where m is given by the shared variable.
    step: f64,
    given: HashMap<i64, Given>,
}

impl Kind {
    fn new(group: Group, all: &States) -> Self {
        let of = |members: &[Members]| {
            let mut counts = vec![0; all.counts().len()];
            members.iter().for_each(|members| counts[members.class] += members.count);
            States::new(counts, u64::MAX).expect("a part of fewer states")
        };
        let states = of(&group.members);
        let members = group.members.iter().map(|members| states.indices(&of(&[*members]))).collect();
        let steepness = group.steepness();
        let step = if steepness == 0.0 { 0.0 } else { STEP / steepness };
        Self { totals: states.totals(), states, members, step, given: HashMap::new(), group }
    }

    /// Returns the probability of each of its states given the shared variable.
    fn given(&mut self, shared: DoubleDouble) -> Vec<Wide> {
        let Group { slope, offset, spread, .. } = self.group;
        let center = slope * shared + offset;
        if self.step == 0.0 {
            return self.law(center);
        }
        let step = self.step;
        let first = libm::rint(center.high / step) as i64;
        let mut sums = Sums::new(self.states.len());
        let (mut open, mut distance) = ([true, true], 0);
        while open.contains(&true) {
            for (side, is_above) in [(1, true), (-1, false)] {
                if !open[usize::from(is_above)] || (distance == 0 && !is_above) {
                    continue;
                }
                let place = first + side * distance;
                let m = DoubleDouble::from(step).times(place as f64);
                let weight = Wide::from(normal::density((m - center) / spread));
                if !self.given.contains_key(&place) {
                    let law = self.law(m);
                    let rest = [false, true]
                        .map(|above| Tails::of(&law, &self.totals, *self.totals.last().unwrap_or(&0), above));
                    self.given.insert(place, Given { law, rest });
                }
                let Given { law, rest } = &self.given[&place];
                sums.add(law, weight);
                if distance > 0 && distance % STRIDE == 0 {
                    let rest = &rest[usize::from(is_above)];
                    open[usize::from(is_above)] = !sums.are_complete(rest, &self.totals, weight);
                }
            }
            distance += 1;
        }
        let width = Wide::from(Scaled::from(DoubleDouble::from(step) / spread));
        sums.sums.into_iter().map(|sum| sum.normalized().times(width)).collect()
    }

    /// Returns the probability of each of its states given m.
    fn law(&self, m: DoubleDouble) -> Vec<Wide> {
        let mut sums = vec![Wide::ZERO; self.states.len()];
        sums[0] = Wide::ONE;
        for (members, indices) in self.group.members.iter().zip(&self.members) {
            let chance = match members.barrier {
                Barrier::At(barrier) => normal::below((barrier - m) / self.group.own),
                Barrier::Fixed(chance) => chance,
            };
            sums = with(&sums, indices, &of_equal(members.count, chance));
        }
        sums
    }
}

/// Returns the law of the number of failures of equal agents.
fn of_equal(count: u64, chance: Chance) -> Vec<Wide> {
    if count == 1 {
        return vec![chance.no.into(), chance.yes.into()];
    }
    masses(count, chance, 0).map(Wide::from).collect()
}

/// Returns the law of a sum. What is reached already has only states to which the indices may be added.
fn with(sums: &[Wide], indices: &[usize], law: &[Wide]) -> Vec<Wide> {
    let mut next = vec![Wide::ZERO; sums.len()];
    for (&index, &share) in indices.iter().zip(law) {
        if share.is_zero() {
            continue;
        }
        for (to, from) in next[index..].iter_mut().zip(sums) {
            if !from.is_zero() {
                to.add_product(*from, share);
            }
        }
    }
    next.into_iter().map(Wide::normalized).collect()
}
