//! `kofn assess --importance`: the agents in the order in which they are worth improving.

use super::output::{FAINT, Output, styled};
use super::text::{name, number};
use kofn::Scenario;
use kofn::scenario::Agents;
use std::io;

/// More agents than this are not listed; `--json` has them all.
const SHOWN: usize = 20;

pub(super) fn ranked(output: &mut Output, scenario: &Scenario, importances: &[f64]) -> io::Result<()> {
    output.line("")?;
    if let [all] = importances {
        return output.line(&format!(
            "  gain in P(correct) per unit reduction in failure rate: {}",
            number(*all, 0.0)
        ));
    }
    let name = |agent: usize| name(scenario, agent);
    let mut order: Vec<usize> = (0..importances.len()).collect();
    order.sort_by(|&a, &b| importances[b].total_cmp(&importances[a]));
    order.truncate(SHOWN);
    let width = order.iter().map(|&agent| name(agent).chars().count()).fold(5, usize::max);
    let head =
        format!("  {:<width$}  failure rate  gain in P(correct) per unit reduction in failure rate", "agent");
    output.line(&styled(FAINT, &head))?;
    for &agent in &order {
        let rate = match scenario.agents() {
            Agents::Different { failure_rates } => failure_rates[agent].to_string(),
            Agents::Identical { failure_rate, .. } => failure_rate.to_string(),
            // Each class of tasks has a rate of its own.
            Agents::ByTask { .. } => "by class".into(),
        };
        output.line(&format!(
            "  {:<width$}  {rate:<12}  {}",
            name(agent),
            number(importances[agent], 0.0)
        ))?;
    }
    if importances.len() > SHOWN {
        output.line(&format!("  … and {} more", importances.len() - SHOWN))?;
    }
    Ok(())
}
