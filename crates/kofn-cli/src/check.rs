//! `kofn check`: both answers, and whether they agree.

use super::output::{BAD, FAINT, GOOD, Output, styled};
use super::rare;
use super::text::{Labels, heading, probability, short, trials};
use kofn::answers::Check;
use std::io;

pub(super) fn checked(output: &mut Output, answer: &Check) -> io::Result<()> {
    heading(output, &answer.scenario)?;
    let labels = Labels::of(&answer.scenario);
    let head = format!("  {} {:<18} {:<14} 99 % interval", labels.blank(), "exact", "simulated");
    output.line(&styled(FAINT, &head))?;
    let verdict = &answer.comparisons;
    for comparison in &verdict.comparisons {
        let outcome = comparison.outcome;
        let interval = answer.simulated.interval_of(outcome);
        let mark =
            if comparison.statistic > verdict.threshold { styled(BAD, "  disagrees") } else { String::new() };
        output.line(&format!(
            "  {} {:<18} {:<14} {} to {}{mark}",
            labels.padded(outcome),
            probability(&answer.exact, outcome),
            short(comparison.simulated),
            short(interval.low),
            short(interval.high)
        ))?;
    }
    output.line("")?;
    output.line(&trials(&answer.simulated))?;
    rare::checked(output, answer)?;
    let said = if answer.agrees() { styled(GOOD, "agree") } else { styled(BAD, "disagree") };
    output.line(&format!("  exact and simulated {said} (false-alarm rate {:e})", answer.false_alarm_rate))?;
    output.line(&if answer.detectable_bias >= 1.0 {
        "  too few trials to detect any error: increase --trials".into()
    } else {
        let bias = short(answer.detectable_bias);
        format!("  would detect an error of {bias} or more in P(correct) with power 99.9 %")
    })
}
