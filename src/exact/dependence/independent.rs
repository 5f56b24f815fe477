//! Agents that fail independently.

use super::model::{Model, TaskRate};
use crate::exact::agents::Population;
use crate::exact::binomial::Chance;
use crate::exact::fractions::{Chances, FailureLaw, Number, Reading};
use crate::exact::outcomes::TaskAnswer;
use crate::exact::rule::{Decision, Procedure};
use crate::exact::scaled::Scaled;
use crate::exact::wrong_answers::Answers;
use crate::scenario::Error;
use num_traits::One;

/// Nothing is shared.
pub(super) struct Independent;

impl Model for Independent {
    fn result(&self, agents: &Population, procedure: &Procedure<'_>, answers: Answers) -> TaskAnswer {
        let Procedure { ballot, pipelines } = procedure;
        // A pipeline raises the outcomes of its ballot to the power of its attempts, and needs more than a double.
        let ballot = if pipelines.are_none() {
            ballot.independent_in_doubles(agents, answers)?
        } else {
            ballot.independent(agents, answers)?
        };
        Ok(pipelines.around(ballot))
    }

    fn check_classes(&self, _: usize, _: u64) -> Result<(), Error> {
        Ok(())
    }

    fn importance(&self, agents: &Population, decision: &Decision) -> Result<Vec<Scaled>, Error> {
        Ok(decision.pivotal_of_all(agents))
    }

    fn rate_given_task(&self, failure: Chance) -> TaskRate {
        TaskRate::certain(failure)
    }

    fn rational(&self, rates: &Chances, _: Reading) -> Result<Vec<(Number, FailureLaw)>, Error> {
        Ok(vec![(Number::one(), FailureLaw::independent(rates))])
    }

    fn calls_share_a_rate(&self) -> bool {
        false
    }
}
