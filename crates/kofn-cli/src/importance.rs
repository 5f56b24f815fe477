//! `kofn assess --importance`: the agents in the order in which they are worth improving.

use super::output::{FAINT, Output, styled};
use super::text::number;
use kofn::scenario::Agents;
use std::io;

/// More agents than this are not listed; `--json` has them all.
const SHOWN: usize = 20;

pub(super) fn ranked(output: &mut Output, agents: &Agents, importances: &[f64]) -> io::Result<()> {
    output.line("")?;
    if let [all] = importances {
        return output.line(&format!(
            "  gain in P(correct) per unit reduction in failure rate: {}",
            number(*all, 1.0)
        ));
    }
    output.line(&styled(
        FAINT,
        "  agent  failure rate  gain in P(correct) per unit reduction in failure rate",
    ))?;
    let mut order: Vec<usize> = (0..importances.len()).collect();
    order.sort_by(|&a, &b| importances[b].total_cmp(&importances[a]));
    for &agent in order.iter().take(SHOWN) {
        let rate = match agents {
            Agents::Different { failure_rates } => failure_rates[agent].to_string(),
            // Each class of tasks has a rate of its own.
            Agents::Identical { .. } | Agents::ByTask { .. } => "by class".into(),
        };
        output.line(&format!("  {:<5}  {rate:<12}  {}", agent + 1, number(importances[agent], 1.0)))?;
    }
    if importances.len() > SHOWN {
        output.line(&format!("  … and {} more", importances.len() - SHOWN))?;
    }
    Ok(())
}
