//! Numbers of failures in each class of agents, and their joint law.
//!
//! # Accuracy
//! Convolutions are sums of products of positive doubles: an error of some √n · 2⁻⁵³ for n groups.
//!
//! # Testing
//! Through the laws of groups, against enumeration and against the copula of one group.
//!
//! # Implementation
//! A state is one number of failures for each class, written as one index in mixed radix; the last class varies
//! fastest. Independent groups add their numbers, so that the index of a sum is the sum of the indices, and their laws
//! are convolved. Where the last class is long, all inner loops run along it. Laws whose exponents fit into doubles
//! once the number of failures has been weighed by a power of two are convolved as doubles.

use crate::exact::wide::Wide;

/// All states of some classes of agents.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct States {
    /// The number of agents of each class.
    counts: Vec<u64>,
    /// By how much the index rises with one more failure in a class.
    strides: Vec<usize>,
}

impl States {
    /// Returns the states of classes with these numbers of agents; `None` where there are more than `max`.
    pub(crate) fn new(counts: Vec<u64>, max: u64) -> Option<Self> {
        let mut strides = vec![1; counts.len()];
        let mut states: u64 = 1;
        for (stride, count) in strides.iter_mut().zip(&counts).rev() {
            *stride = states as usize;
            states = states.checked_mul(count.checked_add(1)?).filter(|states| *states <= max)?;
        }
        Some(Self { counts, strides })
    }

    pub(crate) fn len(&self) -> usize {
        self.counts.iter().map(|count| *count as usize + 1).product()
    }

    pub(crate) fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Returns the numbers of failures in a state.
    pub(crate) fn failures(&self, state: usize) -> Vec<u64> {
        let digit = |(count, stride): (&u64, &usize)| (state / stride) as u64 % (count + 1);
        self.counts.iter().zip(&self.strides).map(digit).collect()
    }

    /// Returns the number of failures in all classes together, for each state.
    pub(crate) fn totals(&self) -> Vec<u64> {
        (0..self.len()).map(|state| self.failures(state).iter().sum()).collect()
    }

    /// Returns the index of each state of `part`, which has fewer agents in the same classes.
    pub(crate) fn indices(&self, part: &Self) -> Vec<usize> {
        let index = |state: usize| {
            part.failures(state)
                .iter()
                .zip(&self.strides)
                .map(|(failures, stride)| *failures as usize * stride)
                .sum()
        };
        (0..part.len()).map(index).collect()
    }

    /// Number of states of the last class, which are next to each other.
    fn run(&self) -> usize {
        self.counts.last().map_or(1, |count| *count as usize + 1)
    }
}

/// The way to the law of all groups, one group after the other.
#[derive(Debug, Clone)]
pub(crate) struct Convolution {
    states: usize,
    steps: Vec<Step>,
    /// The index of each state of a part.
    parts: Vec<Vec<usize>>,
    /// The number of failures in each state.
    totals: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Step {
    part: usize,
    /// Where the runs of states begin that are reached before the step.
    rows: Vec<usize>,
    run: usize,
}

/// Doubles have room for exponents from −`ROOM` to `ROOM`.
const ROOM: i64 = 1020;

impl Convolution {
    /// Returns the way from the states of each part, of which `order` says which one comes when.
    pub(crate) fn new(states: &States, parts: &[States], order: &[usize]) -> Self {
        let mut reached = States { counts: vec![0; states.counts.len()], strides: states.strides.clone() };
        let mut steps = Vec::new();
        for &part in order {
            let run = reached.run();
            let mut firsts = States { strides: Vec::new(), ..reached.clone() };
            if let Some(last) = firsts.counts.last_mut() {
                *last = 0;
            }
            let firsts =
                States::new(firsts.counts, u64::MAX).map_or_else(Vec::new, |firsts| states.indices(&firsts));
            steps.push(Step { part, rows: firsts, run });
            for (reached, count) in reached.counts.iter_mut().zip(&parts[part].counts) {
                *reached += count;
            }
        }
        let parts = parts.iter().map(|part| states.indices(part)).collect();
        Self { states: states.len(), steps, parts, totals: states.totals() }
    }

    /// Number of products in one convolution.
    pub(crate) fn products(&self) -> f64 {
        self.steps
            .iter()
            .map(|step| step.rows.len() as f64 * step.run as f64 * self.parts[step.part].len() as f64)
            .sum()
    }

    /// Returns the law of all groups, whose parts have these laws.
    pub(crate) fn of(&self, laws: &[Vec<Wide>]) -> Vec<Wide> {
        self.in_doubles(laws).unwrap_or_else(|| self.of_any_size(laws))
    }

    fn of_any_size(&self, laws: &[Vec<Wide>]) -> Vec<Wide> {
        let mut sums = vec![Wide::ZERO; self.states];
        sums[0] = Wide::ONE;
        for Step { part, rows, run } in &self.steps {
            let mut next = vec![Wide::ZERO; self.states];
            for (&offset, &share) in self.parts[*part].iter().zip(&laws[*part]) {
                if share.is_zero() {
                    continue;
                }
                for &row in rows {
                    let (from, to) = (&sums[row..row + run], &mut next[row + offset..row + offset + run]);
                    for (to, from) in to.iter_mut().zip(from) {
                        to.add_product(*from, share);
                    }
                }
            }
            sums = next.into_iter().map(Wide::normalized).collect();
        }
        sums
    }

    /// The same in doubles; `None` where they have no room for the exponents.
    fn in_doubles(&self, laws: &[Vec<Wide>]) -> Option<Vec<Wide>> {
        let failures = |part: usize| self.parts[part].iter().map(|&state| self.totals[state] as i64);
        // A power of two for each failure, by which the exponents of all parts together are as level as can be.
        let (mut rise, mut agents) = (0, 0);
        for step in &self.steps {
            let law = &laws[step.part];
            let (first, last) = (law.first()?, law.last()?);
            if first.is_zero() || last.is_zero() {
                return None;
            }
            rise += last.exponent() - first.exponent();
            agents += failures(step.part).next_back()?;
        }
        let tilt = rise.div_euclid(agents.max(1));
        let mut plain = Vec::with_capacity(laws.len());
        let mut ranges = Vec::with_capacity(laws.len());
        for (part, law) in laws.iter().enumerate() {
            let exponents = law.iter().zip(failures(part)).filter(|(mass, _)| !mass.is_zero());
            let exponents = exponents.map(|(mass, failures)| mass.exponent() - tilt * failures);
            let (least, most) =
                exponents.fold((i64::MAX, i64::MIN), |(least, most), x| (least.min(x), most.max(x)));
            if most - least > ROOM {
                return None;
            }
            ranges.push((least, most));
            let double = |(mass, failures): (&Wide, i64)| {
                if mass.is_zero() {
                    return 0.0;
                }
                mass.mantissa() * power_of_two(mass.exponent() - tilt * failures - most)
            };
            plain.push(law.iter().zip(failures(part)).map(double).collect::<Vec<f64>>());
        }
        // A sum over a part is at most twice as large as its states are many.
        let (mut above, mut below, mut shift) = (0, 0, 0);
        for step in &self.steps {
            let (least, most) = ranges[step.part];
            above += 1 + i64::from(plain[step.part].len().next_power_of_two().trailing_zeros());
            below += most - least;
            shift += most;
        }
        if above + below > 2 * ROOM {
            return None;
        }
        let start = ROOM - above;
        let sums = self.of_doubles(&plain, power_of_two(start));
        let wide = |(sum, &failures): (f64, &u64)| Wide::new(sum, shift - start + tilt * failures as i64);
        Some(sums.into_iter().zip(&self.totals).map(wide).collect())
    }

    fn of_doubles(&self, laws: &[Vec<f64>], start: f64) -> Vec<f64> {
        let mut sums = vec![0.0; self.states];
        sums[0] = start;
        for Step { part, rows, run } in &self.steps {
            let mut next = vec![0.0; self.states];
            for (&offset, &share) in self.parts[*part].iter().zip(&laws[*part]) {
                for &row in rows {
                    let (from, to) = (&sums[row..row + run], &mut next[row + offset..row + offset + run]);
                    for (to, from) in to.iter_mut().zip(from) {
                        *to += from * share;
                    }
                }
            }
            sums = next;
        }
        sums
    }
}

fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}
