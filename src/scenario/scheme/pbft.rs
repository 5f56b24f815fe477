use super::byzantine::quorum;
use super::{About, Definition, Parameter, Setting};
use crate::scenario::document::Fields;
use crate::scenario::{Error, Failures, Rule, Scenario};

/// Practical Byzantine fault tolerance: agreement of replicas without a trusted collector, told by its quorum sizes.
///
/// With B failed replicas, all of them Byzantine: unsafe (wrong) iff B ≥ min(max(2·q_eq − n, 1), q_per + q_vc − n); not live iff
/// B ≥ min(n − max(q_eq, q_per, q_vc) + 1, q_vc − q_vc_t + 1, min(q_vc_t, q_vc)). Safe and live is correct, safe and not live
/// abstains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Pbft {
    /// Votes against equivocation; `None` for ⌈(n+t+1)/2⌉, t = ⌊(n−1)/3⌋.
    pub q_eq: Option<u64>,
    /// Votes to persist; likewise.
    pub q_per: Option<u64>,
    /// Votes to change the view; likewise.
    pub q_vc: Option<u64>,
    /// Votes that trigger a change of view; `None` for t + 1.
    pub q_vc_t: Option<u64>,
}

impl Pbft {
    /// These quorums.
    pub fn new(q_eq: u64, q_per: u64, q_vc: u64, q_vc_t: u64) -> Self {
        Self { q_eq: Some(q_eq), q_per: Some(q_per), q_vc: Some(q_vc), q_vc_t: Some(q_vc_t) }
    }
}

const QUORUM: &str = "a whole number from 1 to the number of agents";

impl Definition for Pbft {
    const ABOUT: About = About {
        name: "pbft",
        parameters: &[
            ("q_eq", "votes against equivocation (⌈(n+t+1)/2⌉, t = ⌊(n−1)/3⌋)"),
            ("q_per", "votes to persist (likewise)"),
            ("q_vc", "votes to change the view (likewise)"),
            ("q_vc_t", "votes that trigger a change of view (t + 1)"),
        ],
        meaning: "agreement of replicas without a collector: safe and live, safe alone, or unsafe",
        source: "Castro and Liskov 1999; Ponnapalli et al. 2025, HotOS",
        example: "scheme = \"pbft\"\nagents = { count = 4, failure_rate = 0.01 }\n",
    };

    fn read(fields: &mut Fields<'_>) -> Result<Self, Error> {
        Ok(Self {
            q_eq: fields.integer("q_eq", QUORUM)?,
            q_per: fields.integer("q_per", QUORUM)?,
            q_vc: fields.integer("q_vc", QUORUM)?,
            q_vc_t: fields.integer("q_vc_t", QUORUM)?,
        })
    }

    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let given =
            [("q_eq", self.q_eq), ("q_per", self.q_per), ("q_vc", self.q_vc), ("q_vc_t", self.q_vc_t)];
        given.into_iter().filter_map(|(key, quorum)| Some((key, Parameter::Integer(quorum?)))).collect()
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        let n = setting.agents;
        let (usual, trigger) = (quorum(n), (n - 1) / 3 + 1);
        let of = |key: &str, given: Option<u64>, usual: u64| match given.unwrap_or(usual) {
            quorum if (1..=n).contains(&quorum) => Ok(quorum as i64),
            quorum => {
                let allowed = format!("1 to {n}, the number of agents");
                Err(Error::out_of_range(&format!("scheme.{key}"), quorum, allowed))
            }
        };
        let (q_eq, q_per, q_vc) =
            (of("q_eq", self.q_eq, usual)?, of("q_per", self.q_per, usual)?, of("q_vc", self.q_vc, usual)?);
        let q_vc_t = of("q_vc_t", self.q_vc_t, trigger)?;
        let n = n as i64;
        let advice = format!("such as q_eq = q_per = q_vc = {usual} and q_vc_t = {trigger}");
        if q_per + q_vc <= n {
            let sum = q_per + q_vc;
            let key = if self.q_per.is_some() { "scheme.q_per" } else { "scheme.q_vc" };
            let message = format!(
                "scheme.q_per + scheme.q_vc is {sum}; allowed is {} or more, more than there are agents, {advice}",
                n + 1
            );
            return Err(Error::conflict(key, message));
        }
        if q_vc_t > q_vc {
            let key = if self.q_vc_t.is_some() { "scheme.q_vc_t" } else { "scheme.q_vc" };
            let message =
                format!("scheme.q_vc_t is {q_vc_t}; allowed is 1 to {q_vc}, which is scheme.q_vc, {advice}");
            return Err(Error::conflict(key, message));
        }
        let unsafe_from = (2 * q_eq - n).max(1).min(q_per + q_vc - n);
        let stuck_from = (n - q_eq.max(q_per).max(q_vc) + 1).min(q_vc - q_vc_t + 1).min(q_vc_t.min(q_vc));
        Ok(Rule::Faults { unsafe_from: unsafe_from as u64, stuck_from: stuck_from as u64 })
    }

    fn suits(&self, scenario: &Scenario) -> Result<(), Error> {
        let key = match (*scenario.failures() == Failures::default(), scenario.filter()) {
            (false, _) => "failures",
            (true, Some(_)) => "filter",
            (true, None) => return Ok(()),
        };
        Err(Error::conflict(
            key,
            format!("{key} has no place here: in pbft every failed replica is Byzantine"),
        ))
    }
}
