//! Which systems can be on the frontier of price and failure, for all that screening may be off.

use super::Screened;
use crate::plan::choice::Choice;
use crate::plan::demand::Demand;

/// How far a screened number may be from the exact one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Margin {
    /// As a share of P(failure), of P(wrong), and of the price and the latency of a cascade.
    share: f64,
    /// The largest share that can be asked for later: what is dropped for good.
    most: f64,
}

impl Margin {
    /// Where the rule is good to many digits.
    pub(super) const FINE: Self = Self { share: 1e-9, most: 1e-6 };
    /// Where it is good to a few.
    pub(super) const COARSE: Self = Self { share: 1e-4, most: 0.1 };

    /// Where the numbers are taken as they are.
    pub(super) const NONE: Self = Self { share: 0.0, most: 0.0 };

    /// Returns the margin that covers twice such a difference.
    pub(super) fn at_least(self, difference: f64) -> Self {
        Self { share: self.share.max(2.0 * difference).min(self.most), ..self }
    }

    fn widest(self) -> Self {
        Self { share: self.most, ..self }
    }

    fn low(self, value: f64) -> f64 {
        value * (1.0 - self.share)
    }

    fn high(self, value: f64) -> f64 {
        value * (1.0 + self.share)
    }
}

/// Returns how far the screened numbers of a system are from the exact ones, as a share of these.
pub(super) fn difference(system: &Screened, choice: &Choice) -> f64 {
    let of = |screened: f64, exact: f64| {
        if screened == exact { 0.0 } else { (screened - exact).abs() / exact.max(1e-300) }
    };
    let failure = of(system.failure, choice.exact.failure);
    if system.then.is_some() { failure.max(of(system.price, choice.price)) } else { failure }
}

/// The smallest P(failure) that is to be had for each price, the cheapest first.
struct Stairs(Vec<(f64, f64)>);

impl Stairs {
    fn new(mut systems: Vec<(f64, f64)>) -> Self {
        systems.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut stairs: Vec<(f64, f64)> = Vec::new();
        for (price, failure) in systems {
            if stairs.last().is_none_or(|&(_, least)| failure < least) {
                stairs.push((price, failure));
            }
        }
        Self(stairs)
    }

    /// Returns the smallest failure of those that are no dearer.
    fn least(&self, price: f64) -> f64 {
        let dearer = self.0.partition_point(|&(other, _)| other <= price);
        if dearer == 0 { f64::INFINITY } else { self.0[dearer - 1].1 }
    }
}

/// Systems, and the frontiers that they make: of all, and of those within the ceilings of a demand.
pub(super) struct Selection<'a> {
    demand: &'a Demand,
    margin: Margin,
    systems: Vec<Screened>,
    widest: [Stairs; 2],
}

impl<'a> Selection<'a> {
    pub(super) fn new(demand: &'a Demand, margin: Margin) -> Self {
        let none = || Stairs(Vec::new());
        Self { demand, margin, systems: Vec::new(), widest: [none(), none()] }
    }

    /// Adds systems, and forgets those that cannot be on a frontier.
    pub(super) fn add(&mut self, systems: Vec<Screened>) {
        let widest = self.margin.widest();
        self.systems.extend(systems);
        self.widest = self.stairs(widest);
        let systems = std::mem::take(&mut self.systems);
        self.systems =
            systems.into_iter().filter(|system| self.is_needed(system, &self.widest, widest)).collect();
    }

    /// Whether a system is within the ceilings by its numbers as they are.
    pub(super) fn is_admitted(&self, system: &Screened) -> bool {
        self.admits(system, |value| value)
    }

    /// Whether a cascade of such numbers may be needed, where P(failure) is at least `failure`.
    pub(super) fn may_be_needed(&self, price: f64, failure: f64) -> bool {
        let widest = self.margin.widest();
        self.widest.iter().any(|stairs| widest.low(failure) <= stairs.least(widest.low(price)))
    }

    /// Returns the systems that can be on a frontier, for this margin, those that are nearest to one first.
    pub(super) fn within(&self, margin: Margin) -> Vec<Screened> {
        let stairs = self.stairs(margin);
        let needed = self.systems.iter().filter(|system| self.is_needed(system, &stairs, margin));
        let above = |system: &Screened| {
            let [all, admitted] =
                stairs.each_ref().map(|stairs| system.failure / stairs.least(dearest(system, margin)));
            if self.admits(system, |value| value) { all.min(admitted) } else { all }
        };
        let mut ranked: Vec<(f64, Screened)> = needed.map(|system| (above(system), *system)).collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        ranked.into_iter().map(|(_, system)| system).collect()
    }

    /// The frontier of all systems, and that of those that are within the ceilings for certain.
    fn stairs(&self, margin: Margin) -> [Stairs; 2] {
        let of = |fits: &dyn Fn(&Screened) -> bool| {
            let fitting = self.systems.iter().filter(|system| fits(system));
            Stairs::new(
                fitting.map(|system| (dearest(system, margin), margin.high(system.failure))).collect(),
            )
        };
        [of(&|_| true), of(&|system| self.admits(system, |value| margin.high(value)))]
    }

    fn is_needed(&self, system: &Screened, [all, admitted]: &[Stairs; 2], margin: Margin) -> bool {
        let (price, failure) = (cheapest(system, margin), margin.low(system.failure));
        failure <= all.least(price)
            || self.admits(system, |value| margin.low(value)) && failure <= admitted.least(price)
    }

    /// Whether a system is within the ceilings if its numbers are what `bound` makes of them.
    fn admits(&self, system: &Screened, bound: impl Fn(f64) -> f64) -> bool {
        let within = |value: f64, most: Option<f64>| most.is_none_or(|most| value <= most);
        let effort = |value: f64| if system.then.is_some() { bound(value) } else { value };
        within(bound(system.wrong), self.demand.most_wrong)
            && within(effort(system.price), self.demand.most_cost)
            && within(effort(system.latency), self.demand.most_latency)
    }
}

/// The price of one stage is exact.
fn cheapest(system: &Screened, margin: Margin) -> f64 {
    if system.then.is_some() { margin.low(system.price) } else { system.price }
}

fn dearest(system: &Screened, margin: Margin) -> f64 {
    if system.then.is_some() { margin.high(system.price) } else { system.price }
}
