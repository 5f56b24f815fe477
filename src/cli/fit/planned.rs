//! Logs as the agents of a plan.

use super::{read_all, text};
use crate::cli::Failure;
use crate::cli::args::PlanArguments;
use crate::cli::output::{FAINT, Output, styled};
use crate::fit::{Fit, Settings, Trusted, fit, own_rates};
use std::io;

/// What was fitted, and the model to plan with.
pub(in crate::cli) struct Fitted {
    fit: Fit,
    /// The trusted model, with a rate for each agent if that was asked.
    pub trusted: Trusted,
    own_rates: bool,
}

/// Reads the logs of a plan, and fits them.
pub(in crate::cli) fn read_and_fit(arguments: &PlanArguments) -> Result<Fitted, Failure> {
    let log = read_all(&arguments.logs, &arguments.reading.options())?;
    let settings = Settings::default();
    let mut fit = fit(&log, &settings)?;
    let own = arguments.own_rates;
    let trusted = if own { own_rates(&fit, &log, &settings)? } else { fit.trusted.take() };
    match trusted {
        Some(trusted) => Ok(Fitted { fit, trusted, own_rates: own }),
        None => Err(Failure::Usage(refusal(own).into())),
    }
}

fn refusal(own_rates: bool) -> &'static str {
    if own_rates {
        "--own-rates: no model with a rate for each agent is as good as the trusted one; plan without it"
    } else {
        "--logs: no model could be held against other tasks; `kofn fit` tells why for each of them"
    }
}

impl Fitted {
    /// Which model the plan is made with, and what it leaves out.
    pub(in crate::cli) fn tell(&self, output: &mut Output) -> io::Result<()> {
        text::trust(output, &self.fit, Some(&self.trusted))?;
        let best = self
            .fit
            .agents
            .iter()
            .min_by(|one, other| one.rates.failure_rate.total_cmp(&other.rates.failure_rate));
        let Some(best) = best.filter(|_| self.fit.agents.len() > 1 && !self.own_rates) else { return Ok(()) };
        let note = format!(
            "planned with agents as good as their mean; {} alone fails at {}: --own-rates chooses among them",
            best.name,
            text::four(best.rates.failure_rate)
        );
        output.line(&styled(FAINT, &note))?;
        output.line("")
    }
}
