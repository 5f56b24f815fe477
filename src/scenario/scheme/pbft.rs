use super::byzantine::quorum;
use super::definition::{Definition, Meaning, Parameter, Setting, Surroundings, votes_of_agents};
use crate::scenario::document::Fields;
use crate::scenario::range::VOTES;
use crate::scenario::{About, Error, Failures, Key, Rule};

/// Practical Byzantine fault tolerance: agreement of replicas without a trusted collector, given by its quorum sizes.
///
/// With B failed replicas, all of them Byzantine: unsafe (wrong) iff B ≥ min(max(2·q_eq − n, 1), q_per + q_vc
/// − n); not live iff B ≥ min(n − max(q_eq, q_per, q_vc) + 1, q_vc − q_vc_t + 1, min(q_vc_t, q_vc)). Safe and
/// live is correct, safe and not live abstains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Pbft {
    /// Votes against equivocation; `None` for ⌈(n+t+1)/2⌉, t = ⌊(n−1)/3⌋.
    pub q_eq: Option<u64>,
    /// Votes to persist, with the same default.
    pub q_per: Option<u64>,
    /// Votes to change the view, with the same default.
    pub q_vc: Option<u64>,
    /// Votes that trigger a change of view; `None` for t + 1.
    pub q_vc_t: Option<u64>,
}

impl Pbft {
    /// All four quorums.
    pub fn new(q_eq: u64, q_per: u64, q_vc: u64, q_vc_t: u64) -> Self {
        Self { q_eq: Some(q_eq), q_per: Some(q_per), q_vc: Some(q_vc), q_vc_t: Some(q_vc_t) }
    }

    /// Replaces the votes against equivocation.
    #[must_use]
    pub fn with_q_eq(self, q_eq: u64) -> Self {
        Self { q_eq: Some(q_eq), ..self }
    }

    /// Replaces the votes to persist.
    #[must_use]
    pub fn with_q_per(self, q_per: u64) -> Self {
        Self { q_per: Some(q_per), ..self }
    }

    /// Replaces the votes to change the view.
    #[must_use]
    pub fn with_q_vc(self, q_vc: u64) -> Self {
        Self { q_vc: Some(q_vc), ..self }
    }

    /// Replaces the votes that trigger a change of view.
    #[must_use]
    pub fn with_q_vc_t(self, q_vc_t: u64) -> Self {
        Self { q_vc_t: Some(q_vc_t), ..self }
    }
}

impl Definition for Pbft {
    const ABOUT: About = About {
        name: "pbft",
        parameters: &[
            Key::optional("q_eq", VOTES, "⌈(n+t+1)/2⌉, t = ⌊(n−1)/3⌋", "votes against equivocation"),
            Key::optional("q_per", VOTES, "⌈(n+t+1)/2⌉", "votes to persist"),
            Key::optional("q_vc", VOTES, "⌈(n+t+1)/2⌉", "votes to change the view"),
            Key::optional("q_vc_t", VOTES, "t + 1", "votes that trigger a change of view"),
        ],
        meaning: "PBFT consensus of replicas, without a collector: safe and live, safe alone, or unsafe",
        source: "Castro and Liskov 1999; Ponnapalli et al. 2025, HotOS",
        example: "scheme = \"pbft\"\nagents = { count = 4, failure_rate = 0.01 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self {
            q_eq: fields.integer("q_eq", VOTES)?,
            q_per: fields.integer("q_per", VOTES)?,
            q_vc: fields.integer("q_vc", VOTES)?,
            q_vc_t: fields.integer("q_vc_t", VOTES)?,
        })
    }
}

impl Meaning for Pbft {
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let given =
            [("q_eq", self.q_eq), ("q_per", self.q_per), ("q_vc", self.q_vc), ("q_vc_t", self.q_vc_t)];
        given.into_iter().filter_map(|(key, quorum)| Some((key, Parameter::Integer(quorum?)))).collect()
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        let n = setting.agents;
        let (usual, trigger) = (quorum(n), (n - 1) / 3 + 1);
        let of = |key, given: Option<u64>, usual| {
            votes_of_agents(key, given.unwrap_or(usual), n).map(|quorum| quorum as i64)
        };
        let q_eq = of("scheme.q_eq", self.q_eq, usual)?;
        let q_per = of("scheme.q_per", self.q_per, usual)?;
        let q_vc = of("scheme.q_vc", self.q_vc, usual)?;
        let q_vc_t = of("scheme.q_vc_t", self.q_vc_t, trigger)?;
        let n = n as i64;
        let advice = format!("for example q_eq = q_per = q_vc = {usual} and q_vc_t = {trigger}");
        if q_per + q_vc <= n {
            let sum = q_per + q_vc;
            let key = if self.q_per.is_some() { "scheme.q_per" } else { "scheme.q_vc" };
            let message = format!(
                "scheme.q_per + scheme.q_vc must be at least {}, more than the number of agents, got {sum}; {advice}",
                n + 1
            );
            return Err(Error::conflict(key, message));
        }
        if q_vc_t > q_vc {
            let key = if self.q_vc_t.is_some() { "scheme.q_vc_t" } else { "scheme.q_vc" };
            let message =
                format!("scheme.q_vc_t must be at most scheme.q_vc, which is {q_vc}, got {q_vc_t}; {advice}");
            return Err(Error::conflict(key, message));
        }
        let unsafe_from = (2 * q_eq - n).max(1).min(q_per + q_vc - n);
        let stuck_from = (n - q_eq.max(q_per).max(q_vc) + 1).min(q_vc - q_vc_t + 1).min(q_vc_t.min(q_vc));
        Ok(Rule::Faults { unsafe_from: unsafe_from as u64, stuck_from: stuck_from as u64 })
    }

    fn gives_candidates(&self) -> bool {
        false
    }

    fn suits(&self, surroundings: &Surroundings<'_>) -> Result<(), Error> {
        let key = match (*surroundings.failures == Failures::default(), surroundings.filter) {
            (false, _) => "failures",
            (true, Some(_)) => "filter",
            (true, None) => return Ok(()),
        };
        let message = format!("{key} cannot be combined with pbft, where every failed replica is Byzantine");
        Err(Error::conflict(key, message))
    }
}
