//! Agents under a Gaussian copula, all alike or in groups.

use super::draw::{Dependent, Group, latent_correlation, phi};
use super::model::{DependenceModel, are_certain, is_certain, range, too_small};
use super::repeats::Repeats;
use crate::monte_carlo::roster::Roster;
use crate::scenario::Error;

/// Maximum number of groups: each trial keeps a normal for each of them.
const MAX_GROUPS: usize = 10_000;

/// All agents share a latent normal with this correlation; the agents of a group, or the calls of an agent, another.
pub(super) struct GaussianCopula {
    pub(super) correlation: f64,
    /// Sizes of the groups, and the correlation inside one.
    pub(super) groups: Option<(Vec<u64>, f64)>,
    pub(super) repeats: Option<Repeats>,
}

impl GaussianCopula {
    /// Correlation of the latent normals of two agents of a group.
    fn within(&self) -> f64 {
        self.groups.as_ref().map_or(self.correlation, |(_, within)| *within)
    }

    /// Agents in groups, each of its own size, or `None` where different groups are as correlated as one.
    fn grouped(&self, agents: &Roster) -> Option<Vec<Group>> {
        let (sizes, within) = self.groups.as_ref()?;
        let is_one = sizes.len() == 1 || *within == self.correlation;
        let of = |place: &u32| Group { place: group_of(sizes, *place), within: *within };
        (!is_one).then(|| agents.places.iter().map(of).collect())
    }

    /// Agents that are each a group of their calls, which have this correlation.
    fn called_again(&self, agents: &Roster, repeats: f64) -> Vec<Group> {
        let within = |rate: f64| {
            if is_certain(rate) { self.correlation } else { latent_correlation(rate, repeats) }
        };
        let each = agents.places.iter().zip(&agents.rates);
        each.map(|(place, rate)| Group { place: *place, within: within(*rate) }).collect()
    }
}

/// The group of the agent at this place, counted from 0.
fn group_of(sizes: &[u64], place: u32) -> u32 {
    let ends = sizes.iter().scan(0, |end, size| {
        *end += size;
        Some(*end)
    });
    ends.take_while(|end| *end <= u64::from(place)).count() as u32
}

fn check_groups(key: &str, count: usize) -> Result<(), Error> {
    if count <= MAX_GROUPS {
        return Ok(());
    }
    Err(Error::refused(key, format!("at most {MAX_GROUPS} groups can be simulated, got {count}")))
}

impl DependenceModel for GaussianCopula {
    fn check(&self, rates: &[f64]) -> Result<(), Error> {
        if let Some((sizes, _)) = &self.groups {
            check_groups("dependence.groups", sizes.len())?;
        }
        let Some(Repeats::OfEach(repeats)) = self.repeats else { return Ok(()) };
        if self.groups.is_some() {
            let message = "dependence.repeats cannot be combined with dependence.groups where several agents are \
                           called again";
            return Err(Error::conflict("dependence.repeats", message));
        }
        check_groups("agents.count", rates.len())?;
        let too_weak =
            |rate: &&f64| !is_certain(**rate) && latent_correlation(**rate, repeats) < self.correlation;
        match rates.iter().find(too_weak) {
            Some(rate) => Err(too_small(repeats, phi(*rate, self.correlation))),
            None => Ok(()),
        }
    }

    fn common_cause(&self) -> Option<f64> {
        None
    }

    fn correlated(&self, agents: &Roster, wrong: Option<f64>) -> Option<Dependent> {
        let rates = &agents.rates;
        if are_certain(rates) {
            return None;
        }
        let groups = match self.repeats {
            Some(Repeats::OfOne(repeats)) => {
                let correlation = latent_correlation(rates[0], repeats);
                return (repeats > 0.0).then(|| Dependent::gaussian_copula(rates, correlation, wrong));
            }
            Some(Repeats::OfEach(repeats)) => Some(self.called_again(agents, repeats)),
            None => self.grouped(agents),
        };
        match groups {
            Some(groups) if groups.iter().any(|group| group.within > 0.0) => {
                Some(Dependent::grouped_copula(rates, self.correlation, &groups, wrong))
            }
            Some(_) => None,
            None => (self.within() > 0.0).then(|| Dependent::gaussian_copula(rates, self.within(), wrong)),
        }
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        let repeats = self.repeats.map_or(0.0, Repeats::correlation);
        range(rate, self.within() > 0.0 || repeats > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_take_agents_in_their_order() {
        let groups = [0, 1, 2, 3, 4, 5].map(|place| group_of(&[2, 1, 3], place));
        assert_eq!(groups, [0, 0, 1, 2, 2, 2]);
    }
}
