use super::Majority;
use super::definition::{Definition, Meaning, Setting, Surroundings};
use crate::scenario::document::Fields;
use crate::scenario::{About, Error, Failures, Rule};

/// Replicas that fail only by crashing and agree by a majority, as in Raft: an alias of [`Majority`] with
/// `crash = 1`, which is then the default of `[failures]`.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::{Majority, Raft}};
/// let raft = kofn::assess(&Scenario::new(Agents::identical(5, 0.01), Raft)?)?;
/// // The same figure that a majority of voters has; but a cluster that fails is stuck, and never wrong.
/// let majority = kofn::assess(&Scenario::new(Agents::identical(5, 0.01), Majority)?)?;
/// assert_eq!((raft.correct, raft.wrong, raft.abstain), (majority.correct, 0.0, majority.failure));
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raft;

impl Definition for Raft {
    const ABOUT: About = About {
        name: "raft",
        parameters: &[],
        meaning: "a majority of replicas that fail only by crashing; an alias of majority with failures.crash = 1",
        source: "Ongaro and Ousterhout 2014",
        example: "scheme = \"raft\"\nagents = { count = 5, failure_rate = 0.01 }\n",
    };

    fn read(_: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Meaning for Raft {
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        Majority.rule(setting)
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        Majority.share_needed()
    }

    fn default_failures(&self) -> Failures {
        Failures::new(0.0, 0.0, 1.0)
    }

    fn suits(&self, surroundings: &Surroundings<'_>) -> Result<(), Error> {
        let Failures { hallucination, corruption, .. } = *surroundings.failures;
        for (key, share) in [("failures.hallucination", hallucination), ("failures.corruption", corruption)] {
            if share > 0.0 {
                let allowed = "0 with raft, whose replicas only crash (failures.crash = 1); use majority, or pbft for \
                               Byzantine replicas";
                return Err(Error::out_of_range(key, format!("{share:?}"), allowed));
            }
        }
        Ok(())
    }
}
