//! A common cause: either all agents fail, or they fail independently with (f − c)/(1 − c).

use super::independent::Independent;
use super::model::{Model, TaskRate, refused};
use crate::exact::agents::Population;
use crate::exact::binomial::Chance;
use crate::exact::fractions::{Chances, FailureLaw, Number, Reading};
use crate::exact::outcomes::{TaskAnswer, TaskResult};
use crate::exact::rule::{Decision, Procedure};
use crate::exact::scaled::Scaled;
use crate::exact::wrong_answers::Answers;
use crate::scenario::Error;
use num_traits::{One, Zero};

/// The cause strikes with this probability c.
pub(super) struct CommonCause {
    pub probability: f64,
}

impl CommonCause {
    fn cause(&self) -> Chance {
        Chance::of_rate(self.probability)
    }
}

/// Returns the same agents when the cause does not strike.
fn spared(agents: &Population, cause: Chance) -> Population {
    let rates = agents.failures();
    agents.failing_with(|agent| rates[agent].spared_by(cause))
}

impl Model for CommonCause {
    fn result(&self, agents: &Population, procedure: &Procedure<'_>, answers: Answers) -> TaskAnswer {
        let cause = self.cause();
        let all_fail = || Independent.result(&agents.failing_with(|_| Chance::CERTAIN), procedure, answers);
        let spared = || Independent.result(&spared(agents, cause), procedure, answers);
        // A part that never happens is not evaluated: its failure rates need not be between 0 and 1.
        if cause.yes.is_zero() {
            spared()
        } else if cause.no.is_zero() {
            all_fail()
        } else {
            Ok(TaskResult::NONE.plus(all_fail()?, cause.yes).plus(spared()?, cause.no))
        }
    }

    fn check_classes(&self, _: usize, _: u64) -> Result<(), Error> {
        Ok(())
    }

    fn importance(&self, agents: &Population, decision: &Decision) -> Result<Vec<Scaled>, Error> {
        let cause = self.cause();
        if cause.yes.is_zero() {
            return Independent.importance(agents, decision);
        }
        if cause.no.is_zero() {
            return Err(refused("\"common-cause\" always strikes here, and leaves no rate to change"));
        }
        Ok(decision.pivotal_of_all(&spared(agents, cause)))
    }

    fn rate_given_task(&self, failure: Chance) -> TaskRate {
        let cause = self.cause();
        let mut rates = vec![(cause.yes, Chance::CERTAIN)];
        if !cause.no.is_zero() {
            rates.push((cause.no, failure.spared_by(cause)));
        }
        TaskRate::OneOf(rates)
    }

    fn rational(&self, rates: &Chances, reading: Reading) -> Result<Vec<(Number, FailureLaw)>, Error> {
        let strikes = reading.number(self.probability);
        let spares = Number::one() - &strikes;
        let all_fail = FailureLaw::independent(&rates.map(|_| Number::one()));
        if spares.is_zero() {
            return Ok(vec![(strikes, all_fail)]);
        }
        let spared = FailureLaw::independent(&rates.map(|rate| (rate - &strikes) / &spares));
        Ok(vec![(strikes, all_fail), (spares, spared)])
    }

    fn calls_share_a_rate(&self) -> bool {
        false
    }
}
