//! What agents share, as a few cases: given the case they fail independently.
//!
//! # Accuracy
//! That of a screening, not of an answer. A common cause has two cases and a beta distribution a Gauss–Jacobi rule,
//! which is exact for the polynomials that outcomes of so few agents are. One normal variable has the trapezoidal rule:
//! an analytic integrand whose steps are as wide as w = √((1−ρ)/ρ) costs some 2·exp(−2π²w²/h²), below 10⁻²³ for h =
//! 0.6·w. Groups have a Gauss–Hermite rule each beside that, as fine as the work allows, which is coarse:
//! [`Nodes::is_coarse`].
//!
//! # Testing
//! Through `tests/exact/plan_pool.rs`: nothing that `assess` finds is missing.

use crate::exact::normal_quantile;
use crate::scenario::{Agents, ClassRates, Dependence, Scenario};
use nalgebra::{DMatrix, SymmetricEigen};
use std::f64::consts::{PI, SQRT_2};

/// A case of what the agents share.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// Its probability.
    pub weight: f64,
    /// The probability that each agent fails then.
    pub failing: Vec<f64>,
}

/// All cases.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nodes {
    pub nodes: Vec<Node>,
    /// Whether the probabilities that follow are good to a few digits only.
    pub is_coarse: bool,
}

/// The largest |z| that matters, and that of a rule beside groups.
const FARTHEST: f64 = 12.0;
const COARSE_FARTHEST: f64 = 7.5;

/// The largest step: with 0.8 the rule errs by 10⁻¹³ for the density alone.
const STEP: f64 = 0.5;
const COARSE_STEP: f64 = 0.8;

/// The number of cases up to which a rule is coarse, so that it is quick.
pub(super) const QUICK: usize = 24;

/// The smallest number of cases of a group.
const FEWEST: usize = 3;
/// The largest number of cases of a group.
const MOST: usize = 24;

impl Nodes {
    /// Returns the cases for `agents`, by their places in the scenario: about `budget` at most, where groups leave a
    /// choice.
    pub(super) fn new(scenario: &Scenario, agents: &[usize], budget: usize) -> Self {
        let classes = classes(scenario, agents);
        let total: f64 = classes.iter().map(|(weight, _)| weight).sum();
        let budget = (budget / classes.len().max(1)).max(1);
        let mut all = Self { nodes: Vec::new(), is_coarse: false };
        for (weight, rates) in classes {
            let of_class = of_class(scenario.dependence(), &rates, agents, budget);
            all.is_coarse |= of_class.is_coarse;
            all.nodes.extend(
                of_class.nodes.into_iter().map(|node| Node { weight: node.weight * weight / total, ..node }),
            );
        }
        all
    }

    fn exact(nodes: Vec<Node>) -> Self {
        Self { nodes, is_coarse: false }
    }
}

/// The weight of each class of tasks, and the rates of these agents on it.
fn classes(scenario: &Scenario, agents: &[usize]) -> Vec<(f64, Vec<f64>)> {
    let of = |rates: &[f64]| agents.iter().map(|&agent| rates[agent]).collect();
    match scenario.agents() {
        Agents::Identical { failure_rate, .. } => vec![(1.0, vec![*failure_rate; agents.len()])],
        Agents::Different { failure_rates } => vec![(1.0, of(failure_rates))],
        Agents::ByTask { tasks, .. } => tasks
            .iter()
            .map(|task| match &task.rates {
                ClassRates::Identical(rate) => (task.weight, vec![*rate; agents.len()]),
                ClassRates::Different(rates) => (task.weight, of(rates)),
            })
            .collect(),
    }
}

fn of_class(dependence: &Dependence, rates: &[f64], agents: &[usize], budget: usize) -> Nodes {
    let independent = || Nodes::exact(vec![Node { weight: 1.0, failing: rates.to_vec() }]);
    if dependence.is_independent() {
        return independent();
    }
    match dependence {
        Dependence::Independent => independent(),
        Dependence::CommonCause { probability } => common_cause(*probability, rates),
        Dependence::BetaBinomial { correlation } => beta_binomial(*correlation, rates),
        Dependence::GaussianCopula { correlation } => copula(*correlation, rates, budget),
        Dependence::GroupedCopula { correlation, within, groups } => {
            let shared = shared_groups(groups, agents);
            match shared.as_slice() {
                _ if within == correlation => copula(*correlation, rates, budget),
                [] => copula(*correlation, rates, budget),
                shared => grouped(*correlation, *within, shared, rates, budget),
            }
        }
    }
}

fn common_cause(probability: f64, rates: &[f64]) -> Nodes {
    let all = Node { weight: probability, failing: vec![1.0; rates.len()] };
    if probability >= 1.0 {
        return Nodes::exact(vec![all]);
    }
    let spared = rates.iter().map(|rate| ((rate - probability) / (1.0 - probability)).max(0.0));
    Nodes::exact(vec![all, Node { weight: 1.0 - probability, failing: spared.collect() }])
}

/// The Gauss–Jacobi rule of the beta distribution of the rate: exact for outcomes of these agents.
fn beta_binomial(correlation: f64, rates: &[f64]) -> Nodes {
    let rate = rates.first().copied().unwrap_or(0.0);
    if rate <= 0.0 || rate >= 1.0 {
        return Nodes::exact(vec![Node { weight: 1.0, failing: rates.to_vec() }]);
    }
    let size = (1.0 - correlation) / correlation;
    // The weight (1−x)^a (1+x)^b, a and b above −1.
    let (a, b) = ((1.0 - rate) * size - 1.0, rate * size - 1.0);
    let order = rates.len() / 2 + 1;
    let diagonal = |k: usize| {
        let sum = 2.0 * k as f64 + a + b;
        if k == 0 { (b - a) / (a + b + 2.0) } else { (b - a) * (b + a) / (sum * (sum + 2.0)) }
    };
    let square = |k: usize| {
        let (k, sum) = (k as f64, 2.0 * k as f64 + a + b);
        if k == 1.0 {
            4.0 * (1.0 + a) * (1.0 + b) / (sum * sum * (sum + 1.0))
        } else {
            4.0 * k * (k + a) * (k + b) * (k + a + b) / (sum * sum * (sum + 1.0) * (sum - 1.0))
        }
    };
    let rule = gauss(order, diagonal, square);
    let node = |(weight, x): (f64, f64)| Node {
        weight,
        failing: vec![((1.0 + x) / 2.0).clamp(0.0, 1.0); rates.len()],
    };
    Nodes::exact(rule.into_iter().map(node).collect())
}

/// Returns the weights and places of the Gauss rule whose polynomials have this recurrence (Golub and Welsch 1969).
fn gauss(order: usize, diagonal: impl Fn(usize) -> f64, square: impl Fn(usize) -> f64) -> Vec<(f64, f64)> {
    let matrix = DMatrix::from_fn(order, order, |row, column| match row.abs_diff(column) {
        0 => diagonal(row),
        1 => square(row.max(column)).max(0.0).sqrt(),
        _ => 0.0,
    });
    let SymmetricEigen { eigenvectors, eigenvalues } = SymmetricEigen::new(matrix);
    (0..order).map(|i| (eigenvectors[(0, i)] * eigenvectors[(0, i)], eigenvalues[i])).collect()
}

/// Returns the weights and places of the trapezoidal rule of a standard normal variable.
fn trapezoid(step: f64, farthest: f64) -> Vec<(f64, f64)> {
    let steps = (farthest / step).ceil() as i64;
    let of = |i: i64| {
        let z = i as f64 * step;
        (step * libm::exp(-z * z / 2.0) / (2.0 * PI).sqrt(), z)
    };
    let rule: Vec<(f64, f64)> = (-steps..=steps).map(of).collect();
    let total: f64 = rule.iter().map(|(weight, _)| weight).sum();
    rule.into_iter().map(|(weight, z)| (weight / total, z)).collect()
}

/// Returns P(the latent variable is below its barrier), given the part of it that is shared.
fn below(barrier: f64, shared: f64, own: f64) -> f64 {
    if barrier.is_infinite() {
        return if barrier > 0.0 { 1.0 } else { 0.0 };
    }
    libm::erfc(-(barrier - shared) / (own.sqrt() * SQRT_2)) / 2.0
}

/// The widest step of the trapezoidal rule, for steps of the integrand as wide as √(own/shared).
fn step(shared: f64, own: f64, largest: f64) -> f64 {
    (0.6 * (own / shared).sqrt()).clamp(0.01, largest)
}

/// The trapezoidal rule of the shared variable: good to many digits, or to a few where the budget is small.
fn copula(correlation: f64, rates: &[f64], budget: usize) -> Nodes {
    if correlation == 0.0 {
        return Nodes::exact(vec![Node { weight: 1.0, failing: rates.to_vec() }]);
    }
    let barriers: Vec<f64> = rates.iter().map(|&rate| normal_quantile(rate)).collect();
    let own = 1.0 - correlation;
    let node = |(weight, z): (f64, f64)| {
        let shared = correlation.sqrt() * z;
        Node { weight, failing: barriers.iter().map(|&barrier| below(barrier, shared, own)).collect() }
    };
    let step = step(correlation, own, STEP);
    if budget > QUICK {
        return Nodes::exact(trapezoid(step, FARTHEST).into_iter().map(node).collect());
    }
    let coarse = trapezoid(step.max(COARSE_STEP), COARSE_FARTHEST);
    Nodes { nodes: coarse.into_iter().map(node).collect(), is_coarse: true }
}

/// The groups of which several of these agents are members: the places of those members among them.
fn shared_groups(groups: &[u64], agents: &[usize]) -> Vec<Vec<usize>> {
    let mut first = 0;
    let members = groups.iter().map(|&size| {
        let range = first..first + size as usize;
        first = range.end;
        (0..agents.len()).filter(|&place| range.contains(&agents[place])).collect::<Vec<usize>>()
    });
    members.filter(|members| members.len() > 1).collect()
}

/// The variable of all and those of the groups that several agents share, the largest groups first and as many as the
/// budget allows. That of any other agent is its own.
fn grouped(correlation: f64, within: f64, groups: &[Vec<usize>], rates: &[f64], budget: usize) -> Nodes {
    let barriers: Vec<f64> = rates.iter().map(|&rate| normal_quantile(rate)).collect();
    let (own, of_group) = (1.0 - within, within - correlation);
    let of_all = match correlation {
        0.0 => vec![(1.0, 0.0)],
        _ => trapezoid(step(correlation, own, COARSE_STEP), COARSE_FARTHEST),
    };
    let mut groups: Vec<&Vec<usize>> = groups.iter().collect();
    groups.sort_by_key(|members| std::cmp::Reverse(members.len()));
    let room = (budget / of_all.len()).max(FEWEST);
    groups.truncate((room as f64).log(FEWEST as f64) as usize);
    let order = (room as f64).powf(1.0 / groups.len() as f64) as usize;
    let hermite = gauss(order.clamp(FEWEST, MOST), |_| 0.0, |k| k as f64);
    let of_value = |(weight, z): (f64, f64)| (weight, vec![correlation.sqrt() * z; rates.len()]);
    let mut cases: Vec<(f64, Vec<f64>)> = of_all.into_iter().map(of_value).collect();
    for members in &groups {
        let with = |(weight, shared): &(f64, Vec<f64>), (of_value, y): (f64, f64)| {
            let mut shared = shared.clone();
            members.iter().for_each(|&place| shared[place] += of_group.sqrt() * y);
            (weight * of_value, shared)
        };
        let with_all = |case| hermite.iter().map(move |&value| with(case, value));
        cases = cases.iter().flat_map(with_all).collect();
    }
    let mut own_of = vec![1.0 - correlation; rates.len()];
    groups.iter().copied().flatten().for_each(|&place| own_of[place] = own);
    let node = |(weight, shared): (f64, Vec<f64>)| {
        let failing = (0..rates.len()).map(|place| below(barriers[place], shared[place], own_of[place]));
        Node { weight, failing: failing.collect() }
    };
    Nodes { nodes: cases.into_iter().map(node).collect(), is_coarse: true }
}
