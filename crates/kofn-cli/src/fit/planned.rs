//! Logs as the agents of a plan.

use super::{read_all, text};
use crate::Failure;
use crate::args::PlanArguments;
use crate::output::{FAINT, Output, styled};
use kofn_logs::fit::{AgentFit, Fit, FitOptions, RateSharing, TrustedModel, fit, own_rates};
use std::io;

/// What was fitted, and the model to plan with.
pub(crate) struct FittedModel {
    fit: Fit,
    /// The trusted model, with a rate for each agent if that was asked.
    pub trusted: TrustedModel,
}

/// Reads the logs of a plan, and fits them.
pub(crate) fn read_and_fit(arguments: &PlanArguments) -> Result<FittedModel, Failure> {
    let log = read_all(&arguments.logs, &arguments.reading.options())?;
    let settings = FitOptions::default();
    if log.agents.is_empty() && !log.verdicts.is_empty() {
        return Err(Failure::Usage(VERDICTS.into()));
    }
    let mut fit = fit(&log, &settings)?;
    let own = arguments.own_rates && fit.trusted.is_some();
    let trusted = if own { own_rates(&fit, &log, &settings)? } else { fit.trusted.take() };
    match trusted {
        Some(trusted) => Ok(FittedModel { fit, trusted }),
        None => Err(Failure::Usage(refusal(own).into())),
    }
}

const VERDICTS: &str = "--logs: these are verdicts of a validator: `kofn fit LOG --scenario FILE` writes the pipeline, and \
                        `kofn plan FILE` plans with it";

fn refusal(own_rates: bool) -> &'static str {
    if own_rates {
        "--own-rates: no model with a rate for each agent is as good as the trusted one; plan without it"
    } else {
        "--logs: no model could be held against other tasks; `kofn fit` tells why for each of them"
    }
}

impl FittedModel {
    /// Which model the plan is made with, and what it leaves out.
    pub(crate) fn tell(&self, output: &mut Output) -> io::Result<()> {
        text::trust(output, &self.fit, Some(&self.trusted))?;
        let best = self
            .fit
            .agents
            .iter()
            .min_by(|one, other| one.rates.failure_rate.total_cmp(&other.rates.failure_rate));
        if self.trusted.replicas.is_empty() {
            let note = "the log does not vary, so that nothing tells how sure this plan is; see the intervals of `kofn fit`";
            output.line(&styled(FAINT, note))?;
        }
        let is_equal = self.fit.models[self.trusted.model].model.rates == RateSharing::Equal;
        let is_better = |best: &&AgentFit| is_equal && best.rates.failure_rate < self.trusted.failure_rate;
        let Some(best) = best.filter(is_better) else { return Ok(()) };
        let note = format!(
            "planned with agents as good as their mean; {} alone fails at {}: --own-rates chooses among them",
            best.name,
            text::four(best.rates.failure_rate)
        );
        output.line(&styled(FAINT, &note))?;
        output.line("")
    }
}
