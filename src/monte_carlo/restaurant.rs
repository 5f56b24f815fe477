//! Wrong answers of which the next repeats an earlier one more or less often: a Chinese restaurant in integers.
//!
//! The first wrong agent gives a new answer, and the second repeats it with the probability c of a collision, taken to
//! 2⁻⁶⁴. From the third on, an agent draws a number below the sum of all weights. Among `seated` agents before it:
//!
//! - *answers without end*, of discount a: each agent but the first weighs one unit U, a power of two. A number in its
//!   unit repeats its answer, but the last a·U numbers of an agent who was the first with its answer give a new one. The
//!   first agent weighs (1−a)·U, and (θ+a)·U numbers more give a new answer, where θ + a = (1−a)(1−c)/c;
//! - *m answers*: each agent weighs one unit, and mκ·U numbers more pick one of the m answers uniformly, whether it was
//!   given or not, where κ = (1−c)/(mc−1).
//!
//! So an answer of j agents weighs j − a or j + κ units, as Pitman's and Yor's law and Pólya's urn have it, and the
//! next agent is seated in constant time, whatever the number of answers. The unit is so large that all weights
//! together are just below 2⁶². Weights are rounded to whole numbers, so that each of these probabilities is within 2/U
//! of its own.
//!
//! Up to sixteen agents are seated by one byte. Its law comes from the same integers: agent by agent, over the
//! partitions of their number.

use super::law::{Law, WHOLE, dyadic, scaled};
use super::most_common::MostCommon;
use super::random::{Stream, Uniform, Words};
use std::collections::BTreeMap;

/// Binary logarithm of the sum that all weights stay below.
const WEIGHT_BITS: u32 = 62;

/// Numbers of agents whose draw is made ready. Beyond, it costs a division.
const MAX_READY: usize = 4096;

/// The law of wrong answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Restaurant {
    /// The second agent repeats the answer of the first if a word is below this.
    second: u64,
    /// Binary logarithm of the unit.
    unit: u32,
    menu: Menu,
    /// For each number of agents that are seated, the first ones: a number below all weights.
    ready: Vec<Uniform>,
}

/// Which answers there are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Menu {
    /// Answers without end.
    Open {
        /// What the first agent with its answer weighs for repeating it, at most a unit.
        again: u64,
        /// What new answers weigh beside the part of all agents that are the first with theirs.
        new: u64,
    },
    /// Some answers.
    Among {
        /// How many.
        answers: u64,
        /// Picks one of them.
        uniform: Uniform,
        /// What picking one of them weighs.
        picking: u64,
    },
}

impl Restaurant {
    /// Returns answers without end with this collision, above 0 and below 1, and discount, for at most `agents` agents.
    pub(crate) fn open(collision: f64, discount: f64, agents: u32) -> Self {
        let again = 1.0 - discount;
        let new = again * (1.0 - collision) / collision;
        Self::of(collision, new, agents, |weight| Menu::Open { again: weight(again), new: weight(new) })
    }

    /// Returns `answers` answers with this collision, further above 1/m than the law of equally likely ones and below
    /// 1, for at most `agents` agents.
    pub(crate) fn among(answers: u64, collision: f64, agents: u32) -> Self {
        let picking = concentration(answers, collision);
        Self::of(collision, picking, agents, |weight| Menu::Among {
            answers,
            uniform: Uniform::below(answers),
            picking: weight(picking),
        })
    }

    /// `weights` gets what turns a number of units into a weight; `most` is the weight, in units, that does not belong
    /// to an agent.
    fn of(collision: f64, most: f64, agents: u32, menu: impl FnOnce(&dyn Fn(f64) -> u64) -> Menu) -> Self {
        let limit = (1_u64 << (WEIGHT_BITS - 1)) as f64;
        let units = (most + f64::from(agents) + 2.0).min(limit);
        let unit = WEIGHT_BITS - 1 - (units as u64).ilog2();
        // Powers of two scale exactly, and the conversion is of a whole number below 2⁶². Where a weight reaches the
        // limit the unit is 1.
        let weight = |weight: f64| ((1_u64 << unit) as f64 * weight.min(limit)).round_ties_even() as u64;
        let mut restaurant =
            Self { second: share_of_words(collision), unit, menu: menu(&weight), ready: Vec::new() };
        restaurant.ready = (0..MAX_READY.min(agents as usize))
            .map(|seated| Uniform::below(restaurant.all_weights(seated).max(1)))
            .collect();
        restaurant
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.ready.as_slice())
    }

    /// The sum of all weights for the agent after these.
    fn all_weights(&self, seated: usize) -> u64 {
        match self.menu {
            Menu::Open { again, new } => ((seated.max(1) as u64 - 1) << self.unit) + again + new,
            Menu::Among { picking, .. } => ((seated as u64) << self.unit) + picking,
        }
    }

    /// Seats the next agent, and returns the number of its answer.
    #[inline]
    pub(crate) fn seat<W: Words>(&self, seats: &mut Seats, stream: &mut Stream<W>) -> u32 {
        match seats.agents.len() {
            0 => seats.add_new(),
            1 if stream.word() < self.second => seats.add(0),
            1 => seats.add_new(),
            seated => {
                let uniform = self.ready.get(seated).copied();
                let uniform = uniform.unwrap_or_else(|| Uniform::below(self.all_weights(seated)));
                self.seat_at(uniform.draw(stream), seats, stream)
            }
        }
    }

    /// Seats the next agent after two or more by a number below all weights.
    #[inline]
    fn seat_at<W: Words>(&self, number: u64, seats: &mut Seats, stream: &mut Stream<W>) -> u32 {
        let agent = (number >> self.unit) as usize;
        match self.menu {
            Menu::Open { again, .. } => match seats.agents.get(agent + 1) {
                Some(chosen) => {
                    let rest = number & ((1 << self.unit) - 1);
                    if chosen.is_first && rest >= again { seats.add_new() } else { seats.add(chosen.answer) }
                }
                None if number - ((seats.agents.len() as u64 - 1) << self.unit) < again => seats.add(0),
                None => seats.add_new(),
            },
            Menu::Among { uniform, .. } => match seats.agents.get(agent) {
                Some(chosen) => seats.add(chosen.answer),
                None => {
                    // Which answer has which number does not matter: those that were given come first.
                    let answer = uniform.draw(stream);
                    if answer < seats.votes.len() as u64 { seats.add(answer as u32) } else { seats.add_new() }
                }
            },
        }
    }

    /// Probability, in units of 2⁻⁶⁴, that the agent after `seated` ones repeats the answer of `votes` of them.
    fn repeats(&self, votes: u64, seated: u64) -> u128 {
        if seated == 1 {
            return u128::from(self.second);
        }
        let all = u128::from(self.all_weights(seated as usize));
        match self.menu {
            Menu::Open { again, .. } => scaled(u128::from(((votes - 1) << self.unit) + again), all).0,
            // Answers are fewer than 2⁶³, so that the products are below 2¹²⁶.
            Menu::Among { answers, picking, .. } => {
                let answers = u128::from(answers);
                scaled(answers * (u128::from(votes) << self.unit) + u128::from(picking), answers * all).0
            }
        }
    }

    /// Whether there is an answer beside so many.
    fn has_more_than(&self, given: usize) -> bool {
        match self.menu {
            Menu::Open { .. } => true,
            Menu::Among { answers, .. } => (given as u64) < answers,
        }
    }

    /// Returns, for 0, 1, …, `most` agents, what their most common answers can be, and how likely.
    pub(crate) fn gatherings(&self, most: u32) -> Vec<(Vec<MostCommon>, Law)> {
        let mut partitions = Partitions::from([(Vec::new(), WHOLE)]);
        let mut gatherings = vec![by_leaders(&partitions)];
        for seated in 0..u64::from(most) {
            partitions = self.seated_one_more(&partitions, seated);
            gatherings.push(by_leaders(&partitions));
        }
        gatherings
    }

    /// The partitions after one more agent.
    fn seated_one_more(&self, partitions: &Partitions, seated: u64) -> Partitions {
        let mut next = Partitions::new();
        for (votes, mass) in partitions {
            let mut left = *mass;
            let mut last = None;
            for same in votes.chunk_by(|one, next| one == next) {
                let repeats = self.repeats(u64::from(same[0]), seated) * same.len() as u128;
                let mass = part_of(*mass, repeats);
                left -= mass;
                let repeated = with_one_more(votes, same[0]);
                *next.entry(repeated.clone()).or_default() += mass;
                last = Some(repeated);
            }
            // What rounding leaves where all answers are given belongs to one of them.
            let new = match last {
                Some(repeated) if !self.has_more_than(votes.len()) => repeated,
                _ => [votes.as_slice(), &[1]].concat(),
            };
            *next.entry(new).or_default() += left;
        }
        next
    }
}

/// Partitions of a number of agents, as the votes of each answer, the most first; and their masses.
type Partitions = BTreeMap<Vec<u32>, u128>;

/// The partition in which an answer of so many votes has one more.
fn with_one_more(votes: &[u32], of: u32) -> Vec<u32> {
    let mut next = votes.to_vec();
    // The first of those with so many votes keeps the order.
    if let Some(first) = next.iter_mut().find(|votes| **votes == of) {
        *first += 1;
    }
    next
}

/// The leaders of these partitions, and their law.
fn by_leaders(partitions: &Partitions) -> (Vec<MostCommon>, Law) {
    let mut masses: BTreeMap<MostCommon, u128> = BTreeMap::new();
    for (votes, mass) in partitions {
        *masses.entry(MostCommon::of_votes(votes.iter().copied())).or_default() += mass;
    }
    let (leaders, masses): (Vec<MostCommon>, Vec<u128>) = masses.into_iter().unzip();
    (leaders, Law::of_masses(&masses))
}

/// ⌊mass · share⌋ for a mass of at most 2¹²⁶ and a share of at most 2⁶⁴ units of 2⁻⁶⁴.
fn part_of(mass: u128, share: u128) -> u128 {
    (mass >> 64) * share + (((mass & u128::from(u64::MAX)) * share) >> 64)
}

/// mκ = m(1−c)/(mc−1) for a collision c above 1/m and 10⁻⁹. Both differences are of whole numbers, and exact.
fn concentration(answers: u64, collision: f64) -> f64 {
    let (mantissa, exponent) = dyadic(collision);
    let one = 1_u128 << exponent.unsigned_abs().min(u128::BITS - 1);
    let (beyond, above) =
        (one.saturating_sub(mantissa), (u128::from(answers) * mantissa).saturating_sub(one));
    answers as f64 * (beyond as f64 / above as f64)
}

/// The number of words that make up this probability, below 1.
fn share_of_words(probability: f64) -> u64 {
    ((1_u128 << 64) as f64 * probability).round_ties_even() as u64
}

/// Agents that have given their answers.
#[derive(Debug, Default)]
pub(crate) struct Seats {
    agents: Vec<Agent>,
    /// The votes of each answer.
    votes: Vec<u32>,
}

/// An agent that has given its answer.
#[derive(Debug, Clone, Copy)]
struct Agent {
    answer: u32,
    /// Whether it was the first with this answer.
    is_first: bool,
}

impl Seats {
    /// Forgets all of them.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.agents.clear();
        self.votes.clear();
    }

    /// The most common of their answers.
    #[inline]
    pub(crate) fn most_common(&self) -> MostCommon {
        MostCommon::of_votes(self.votes.iter().copied())
    }

    #[inline]
    fn add(&mut self, answer: u32) -> u32 {
        self.agents.push(Agent { answer, is_first: false });
        self.votes[answer as usize] += 1;
        answer
    }

    #[inline]
    fn add_new(&mut self) -> u32 {
        let answer = self.votes.len() as u32;
        self.agents.push(Agent { answer, is_first: true });
        self.votes.push(1);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::super::reference::{Script, rational};
    use super::*;
    use num_rational::BigRational;
    use num_traits::{One, Signed};

    /// Agents that gave these answers, one after the other.
    fn seats(answers: &[u32]) -> Seats {
        let mut seats = Seats::default();
        for answer in answers {
            if *answer as usize == seats.votes.len() {
                seats.add_new()
            } else {
                seats.add(*answer)
            };
        }
        seats
    }

    fn menus() -> [Menu; 4] {
        let three = Menu::Among { answers: 3, uniform: Uniform::below(3), picking: 12 };
        [
            Menu::Open { again: 5, new: 11 },
            Menu::Open { again: 8, new: 3 },
            Menu::Open { again: 0, new: 1 },
            three,
        ]
    }

    /// Every number below all weights, of a unit of eight: each answer is repeated by as many as it weighs.
    #[test]
    fn every_number_seats_an_agent_by_weight() {
        for menu in menus() {
            let restaurant = Restaurant { second: 0, unit: 3, menu, ready: Vec::new() };
            for answers in [vec![0, 0], vec![0, 1], vec![0, 1, 0, 2, 1, 1], vec![0, 0, 1, 1, 0]] {
                let all = restaurant.all_weights(answers.len());
                let mut drawn = [0_u64; 4];
                // Where one of three answers is picked, each third of all words picks another.
                let words = match menu {
                    Menu::Open { .. } => vec![0],
                    Menu::Among { .. } => vec![1 << 62, 1 << 63, 3 << 62],
                };
                for (number, word) in
                    (0..all).flat_map(|number| words.iter().map(move |word| (number, *word)))
                {
                    let mut stream = Stream::new(Script::of_words(&[word; 8]));
                    drawn[restaurant.seat_at(number, &mut seats(&answers), &mut stream) as usize] += 1;
                }
                let weighed = words.len() as u64 * all;
                for (answer, votes) in seats(&answers).votes.iter().enumerate() {
                    let expected = match menu {
                        Menu::Open { again, .. } => 8 * (u64::from(*votes) - 1) + again,
                        Menu::Among { picking, .. } => 3 * 8 * u64::from(*votes) + picking,
                    };
                    assert_eq!(drawn[answer], expected, "{menu:?} {answers:?}");
                    let repeats = restaurant.repeats(u64::from(*votes), answers.len() as u64);
                    assert_eq!(repeats, (u128::from(expected) << 64) / u128::from(weighed));
                }
                assert_eq!(drawn.iter().sum::<u64>(), weighed);
            }
        }
    }

    /// Weights of units are those of the law, rounded once: also far from 1, and near the ends.
    #[test]
    fn answers_are_repeated_as_often_as_the_law_says() {
        let exact = |number: f64| BigRational::from_float(number).unwrap();
        let one = BigRational::one;
        let check = |restaurant: Restaurant, collision: f64, weights: [BigRational; 2], seated: u64| {
            let [of_none, all] = weights;
            let number = |of: u64| rational(of);
            let unit = rational(1_u128 << restaurant.unit);
            let two = rational(2);
            assert!(
                (rational(restaurant.second) / rational(Law::ONE) - exact(collision)).abs()
                    < one() / rational(Law::ONE)
            );
            for votes in 1..=seated {
                let truth = (number(votes) + &of_none) / (number(seated) + &all);
                let computed = rational(restaurant.repeats(votes, seated)) / rational(Law::ONE);
                // A unit in the last place of a double, for each of the operations that lead to a weight.
                let rounding = rational(8) / rational(1_u64 << 53) * &truth;
                assert!(
                    (&computed - &truth).abs() < &two / &unit + rounding,
                    "{restaurant:?} {votes} {seated}"
                );
            }
        };
        for (c, a) in [(0.6, 0.2), (0.25, 0.0), (1e-9, 0.5), (1.0 - 1e-12, 0.9), (0.5, 1.0 - f64::EPSILON)] {
            let theta = (one() - exact(a)) / exact(c) - one();
            check(Restaurant::open(c, a, 100), c, [-exact(a), theta], 7);
        }
        for (m, c) in [(3, 0.5), (2, 0.5 + 1e-8), (1 << 62, 0.2), (5, 1.0 - 1e-12), (u64::MAX >> 1, 1e-8)] {
            let kappa = (one() - exact(c)) / (rational(m) * exact(c) - one());
            let all = rational(m) * &kappa;
            check(Restaurant::among(m, c, 100), c, [kappa, all], 7);
        }
    }

    /// Four agents, of whom two agree with probability ½ and θ = ½: by hand.
    #[test]
    fn gatherings_are_those_of_seating() {
        let restaurant = Restaurant::open(0.5, 0.25, 10);
        let gatherings = restaurant.gatherings(4);
        let three = [(3, 1, 7, 20), (2, 1, 9, 20), (1, 3, 1, 5)];
        let (leaders, law) = &gatherings[3];
        assert_eq!(leaders.len(), three.len());
        for (votes, tied, numerator, denominator) in three {
            let place = leaders.iter().position(|is| *is == MostCommon { votes, leaders: tied }).unwrap();
            let expected = rational(Law::ONE) * rational(numerator) / rational(denominator);
            let off = rational(law.probabilities[place]) - expected;
            assert!(off.abs() < rational(64), "{votes} {tied}: {off}");
        }
        let sums = gatherings.iter().map(|(_, law)| law.probabilities.iter().sum::<u128>());
        assert_eq!(sums.collect::<Vec<_>>(), [Law::ONE; 5]);
        assert_eq!(gatherings[0].0, [MostCommon::default()]);
        // Of two answers no more than two are given.
        let two = Restaurant::among(2, 0.75, 10).gatherings(5);
        assert!(two[5].0.iter().all(|most| most.votes >= 3 && most.leaders == 1), "{:?}", two[5].0);
    }
}
