//! The law of a sum of weights, each with its own chance of being counted.

use crate::exact::binomial::{Chance, Tails};
use crate::exact::scaled::Scaled;
use crate::scenario::Error;

/// Maximum number of sums in each half: 100 MB.
const MAX_SUMS: u128 = 1 << 21;

/// Maximum number of sums that are formed, agent by agent: some ten seconds.
const MAX_STEPS: u128 = 1 << 27;

/// The agents in two halves, so that neither has many different sums.
pub(crate) struct Halves {
    pub(crate) weights: Vec<u64>,
    halves: [Vec<usize>; 2],
    /// Maximum number of sums that are formed, as the agents are added one by one.
    pub(crate) steps: u128,
    /// Maximum number of sums in a half.
    pub(crate) largest: u128,
}

/// A probability of a sum of weights, in some kind of numbers.
pub(crate) trait Mass: Clone {
    /// The chances that one more agent is counted and that it is not.
    type Voter;

    /// Returns the part in which the agent is counted.
    fn counted(&self, voter: &Self::Voter) -> Self;

    /// Returns the part in which it is not.
    fn left_out(&self, voter: &Self::Voter) -> Self;

    fn add(&mut self, other: Self);
}

impl Mass for Scaled {
    type Voter = Chance;

    fn counted(&self, voter: &Chance) -> Self {
        *self * voter.yes
    }

    fn left_out(&self, voter: &Chance) -> Self {
        *self * voter.no
    }

    fn add(&mut self, other: Self) {
        *self += other;
    }
}

impl Halves {
    /// Splits agents with these weights, each above 0.
    ///
    /// # Errors
    /// More sums than can be formed in some seconds.
    pub(crate) fn new(weights: Vec<u64>) -> Result<Self, Error> {
        let halves = split(&weights);
        let sizes = halves.each_ref().map(|half| sizes(half.iter().map(|&agent| weights[agent])));
        let largest = sizes.iter().filter_map(|sizes| sizes.last()).copied().max().unwrap_or(1);
        let steps = sizes.iter().flatten().fold(0, |sum: u128, size| sum.saturating_add(*size));
        if largest > MAX_SUMS || steps > MAX_STEPS {
            let message = format!(
                "scheme.weights have too many different sums for an exact answer; the maximum is {MAX_SUMS} in each half of the agents: \
                 fewer agents, fewer different weights or weights of fewer digits"
            );
            return Err(Error::refused("scheme.weights", message));
        }
        Ok(Self { weights, halves, steps, largest })
    }

    /// Returns the law of the total weight of the agents that are drawn with these chances.
    pub(super) fn law(&self, chance: impl Fn(usize) -> Chance) -> WeightLaw {
        let [low, high] = self.sums(Scaled::ONE, chance);
        WeightLaw { low, high, total: self.weights.iter().sum() }
    }

    /// Returns the sums of each half with their probabilities, of which there is `one` before any agent.
    pub(crate) fn sums<M: Mass>(&self, one: M, voter: impl Fn(usize) -> M::Voter) -> [Sums<M>; 2] {
        self.halves.each_ref().map(|half| {
            half.iter().fold(vec![(0, one.clone())], |sums, &agent| {
                with_one_more(&sums, self.weights[agent], &voter(agent))
            })
        })
    }
}

/// Splits the agents so that those of one weight stay together: c of them have only c + 1 sums.
fn split(weights: &[u64]) -> [Vec<usize>; 2] {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&agent| weights[agent]);
    let mut groups: Vec<&[usize]> = order.chunk_by(|a, b| weights[*a] == weights[*b]).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let mut halves = [Vec::new(), Vec::new()];
    let mut bits = [0.0; 2];
    for group in groups {
        let smaller = usize::from(bits[1] < bits[0]);
        halves[smaller].extend_from_slice(group);
        bits[smaller] += libm::log2(group.len() as f64 + 1.0);
    }
    halves
}

/// Returns the maximum number of different sums after each agent: that of the integers up to the total, or of choices.
fn sizes(weights: impl Iterator<Item = u64>) -> Vec<u128> {
    let (mut choices, mut sum, mut alike, mut before) = (1_u128, 0_u128, 0_u128, 0);
    let size = |weight: u64| {
        alike = if weight == before { alike + 1 } else { 1 };
        before = weight;
        // One more of the same weight: (c + 1)/c times as many.
        choices = (choices / alike).saturating_mul(alike + 1);
        sum += u128::from(weight);
        choices.min(sum + 1)
    };
    weights.map(size).collect()
}

/// Sums of weights in rising order, each once, and their probabilities.
pub(crate) type Sums<M> = Vec<(u64, M)>;

fn with_one_more<M: Mass>(sums: &Sums<M>, weight: u64, voter: &M::Voter) -> Sums<M> {
    let mut all = Sums::with_capacity(2 * sums.len());
    let mut raised = sums.iter().map(|(sum, probability)| (sum + weight, probability)).peekable();
    for (sum, probability) in sums {
        while let Some((above, counted)) = raised.next_if(|(above, _)| above < sum) {
            all.push((above, counted.counted(voter)));
        }
        let mut probability = probability.left_out(voter);
        if let Some((_, counted)) = raised.next_if(|(above, _)| above == sum) {
            probability.add(counted.counted(voter));
        }
        all.push((*sum, probability));
    }
    all.extend(raised.map(|(above, counted)| (above, counted.counted(voter))));
    all
}

/// The law of the weight X of all agents of a kind.
pub(super) struct WeightLaw {
    low: Sums<Scaled>,
    high: Sums<Scaled>,
    total: u64,
}

impl WeightLaw {
    /// P(X ≥ `quota`) and P(X < `quota`), each a sum of its own.
    pub(super) fn tails(&self, quota: u64) -> Tails {
        Tails { at_least: self.between(quota, self.total + 1), below: self.between(0, quota) }
    }

    /// P(`from` ≤ X < `below`): as one half falls, the window of the other rises.
    pub(super) fn between(&self, from: u64, below: u64) -> Scaled {
        let mut window = Window::new(&self.high);
        let part = |&(sum, probability): &(u64, Scaled)| {
            probability * window.between(from.saturating_sub(sum), below.saturating_sub(sum))
        };
        self.low.iter().rev().map(part).sum()
    }
}

/// A window that moves up along sums, and its probability, which is only ever added up: from its middle to both sides.
struct Window<'a> {
    sums: &'a Sums<Scaled>,
    first: usize,
    end: usize,
    /// The probabilities from each place below the middle up to it.
    below_middle: Vec<Scaled>,
    middle: usize,
    above_middle: Scaled,
}

impl<'a> Window<'a> {
    fn new(sums: &'a Sums<Scaled>) -> Self {
        Self { sums, first: 0, end: 0, below_middle: Vec::new(), middle: 0, above_middle: Scaled::ZERO }
    }

    /// P(`from` ≤ sum < `below`). From call to call neither end may fall.
    fn between(&mut self, from: u64, below: u64) -> Scaled {
        while let Some(&(_, probability)) = self.sums.get(self.end).filter(|(sum, _)| *sum < below) {
            self.above_middle += probability;
            self.end += 1;
        }
        while self.first < self.end && self.sums[self.first].0 < from {
            self.first += 1;
        }
        if self.first > self.middle {
            self.move_middle();
        }
        let below_middle = self.below_middle.get(self.middle - self.first);
        self.above_middle + below_middle.copied().unwrap_or(Scaled::ZERO)
    }

    /// The middle moves to the end.
    fn move_middle(&mut self) {
        self.middle = self.end;
        self.above_middle = Scaled::ZERO;
        self.below_middle.clear();
        self.below_middle.push(Scaled::ZERO);
        let mut sum = Scaled::ZERO;
        for &(_, probability) in self.sums[self.first..self.end].iter().rev() {
            sum += probability;
            self.below_middle.push(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every window of every law of few agents, in numbers that doubles hold exactly.
    #[test]
    fn windows_are_sums_over_all_subsets() {
        let rates = [0.5, 0.25, 0.75, 0.125, 0.5, 0.625, 1.0, 0.0];
        for weights in [vec![1, 2, 4, 8, 16, 32, 64, 128], vec![3, 1, 3, 2, 2, 1, 3, 5], vec![7], vec![2, 2]]
        {
            let halves = Halves::new(weights.clone()).expect("few sums");
            let law = halves.law(|agent| Chance::of_rate(rates[agent]));
            let mut masses = vec![0.0; weights.iter().sum::<u64>() as usize + 1];
            for subset in 0..1_usize << weights.len() {
                let inside = |agent: &usize| subset >> agent & 1 == 1;
                let sum: u64 = (0..weights.len()).filter(inside).map(|agent| weights[agent]).sum();
                let chance = |agent| if inside(&agent) { rates[agent] } else { 1.0 - rates[agent] };
                masses[sum as usize] += (0..weights.len()).map(chance).product::<f64>();
            }
            for from in 0..=masses.len() {
                for below in from..=masses.len() {
                    let expected: f64 = masses[from..below].iter().sum();
                    assert_eq!(law.between(from as u64, below as u64).to_f64(), expected, "{from} {below}");
                }
            }
        }
    }

    /// Too many sums are refused before they are formed; few are not, however large the numbers are.
    #[test]
    fn the_number_of_sums_is_known_beforehand() {
        let powers = |n: u32| (0..n).map(|i| 1 << i).collect::<Vec<u64>>();
        assert!(Halves::new(powers(42)).is_ok() && Halves::new(powers(60)).is_err());
        assert!(Halves::new(vec![1 << 40; 10_000]).is_ok());
        assert!(Halves::new((0..300).map(|i| 1000 + i % 37).collect()).is_ok());
        assert!(Halves::new((0..10_000_u64).map(|i| 1_000_003 * i % 10_000_019).collect()).is_err());
        assert_eq!(sizes([5, 5, 5, 1 << 50, 1 << 51].into_iter()), [2, 3, 4, 8, 16]);
        assert_eq!(sizes([1, 2, 3, 4].into_iter()), [2, 4, 7, 11]);
    }
}
