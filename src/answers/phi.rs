//! The correlations of failures that the correlations of latent normals amount to.

use crate::exact::assess;
use crate::outcome::Interval;
use crate::scenario::scheme::Unanimous;
use crate::scenario::{Agents, Dependence, Rates, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// Maximum number of classes of tasks, and of rates in each, that are looked at: evenly spaced ones of more.
const MAX_CLASSES: usize = 16;
const MAX_RATES: usize = 6;

/// φ, the correlation of the failures of two agents, where a scenario gives the correlation of their latent normals. It
/// depends on their failure rates: the smallest and the largest of all pairs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Phi {
    /// Of two agents, of different groups where there are groups.
    pub correlation: Interval,
    /// Of two agents of one group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Interval>,
}

impl Phi {
    /// Returns φ of a scenario under a Gaussian copula; `None` under other models, and where no agent can both fail and
    /// not fail.
    ///
    /// ```
    /// use kofn::answers::Phi;
    /// use kofn::scenario::{Agents, Dependence, Scenario, scheme::Majority};
    /// let copula = Dependence::GaussianCopula { correlation: 0.3 };
    /// let scenario = Scenario::new(Agents::identical(5, 0.2), Majority)?.with_dependence(copula)?;
    /// let phi = Phi::of(&scenario).unwrap().correlation;
    /// assert!((phi.low - 0.16).abs() < 0.005 && phi.low == phi.high);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let (correlation, within) = match *scenario.dependence() {
            Dependence::GaussianCopula { correlation } => (correlation, None),
            Dependence::GroupedCopula { correlation, within, .. } => (correlation, Some(within)),
            Dependence::Independent | Dependence::CommonCause { .. } | Dependence::BetaBinomial { .. } => {
                return None;
            }
        };
        let pairs = pairs(scenario);
        let range = |latent| {
            let phis = pairs.iter().filter_map(|pair| of_pair(*pair, latent));
            phis.map(|phi| Interval { low: phi, high: phi })
                .reduce(|range, phi| Interval { low: range.low.min(phi.low), high: range.high.max(phi.high) })
        };
        Some(Self { correlation: range(correlation)?, within: within.and_then(range) })
    }
}

/// The rates of pairs of agents that meet on a task.
fn pairs(scenario: &Scenario) -> Vec<[f64; 2]> {
    let classes = scenario.classes();
    let of_class = |index: usize| {
        let mut rates = match classes[index].rates {
            Rates::Identical { failure_rate, .. } => vec![failure_rate],
            Rates::Different(rates) => rates.to_vec(),
        };
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        let open: Vec<f64> = rates.into_iter().filter(|rate| *rate > 0.0 && *rate < 1.0).collect();
        let picked: Vec<f64> = spaced(open.len(), MAX_RATES).map(|place| open[place]).collect();
        let all = picked.iter().enumerate();
        all.flat_map(|(place, one)| picked[place..].iter().map(|other| [*one, *other])).collect::<Vec<_>>()
    };
    spaced(classes.len(), MAX_CLASSES).flat_map(of_class).collect()
}

/// At most `most` of `count` places, evenly spaced, the first and the last among them.
fn spaced(count: usize, most: usize) -> impl Iterator<Item = usize> {
    let picked = count.min(most);
    (0..picked).map(move |place| if picked > 1 { place * (count - 1) / (picked - 1) } else { 0 })
}

/// φ = (P(both fail) − fg)/√(f(1−f)g(1−g)).
fn of_pair([one, other]: [f64; 2], latent: f64) -> Option<f64> {
    let dependence = Dependence::GaussianCopula { correlation: latent };
    let pair =
        Scenario::builder(Agents::different([one, other]), Unanimous).dependence(dependence).build().ok()?;
    let both_fail = assess(&pair).ok()?.wrong;
    Some((both_fail - one * other) / libm::sqrt(one * (1.0 - one) * other * (1.0 - other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_spaced_evenly() {
        assert!(spaced(3, 6).eq([0, 1, 2]));
        assert!(spaced(11, 6).eq([0, 2, 4, 6, 8, 10]));
        assert!(spaced(1, 6).eq([0]) && spaced(0, 6).next().is_none());
    }
}
