//! Numbers, remedies and summaries of the audit and of the systems in words, for text and Markdown.

use crate::chapter::{Simulated, System, Unit};
use crate::claims::{Alternative, Audit, CLAIMS_FALSE_ALARM_RATE, Check, Judgment, Remedy, Replay, Row};
use kofn::answers::grouped;

/// Space that keeps a number and its unit on one line; a plain space when it is printed.
pub const NO_BREAK: char = '\u{a0}';

/// Returns an exact number to at most four decimals of its unit.
pub fn exact(unit: Unit, value: f64) -> String {
    with_unit(unit, &trimmed(format!("{:.4}", value * scale(unit))))
}

/// Returns a simulated number and its interval: `86.564 % (86.388 to 86.738)`.
pub fn simulated(unit: Unit, simulated: &Simulated) -> String {
    format!("{} ({})", estimate(unit, simulated), interval(unit, simulated))
}

/// Returns a simulated number with its unit.
pub fn estimate(unit: Unit, simulated: &Simulated) -> String {
    let value = simulated.estimate * scale(unit);
    with_unit(unit, &format!("{value:.*}", decimals(unit, simulated)))
}

/// Returns the ends of the interval of a simulated number, without the unit.
pub fn interval(unit: Unit, simulated: &Simulated) -> String {
    let (low, high) = simulated.interval;
    let digits = decimals(unit, simulated);
    format!("{:.digits$} to {:.digits$}", low * scale(unit), high * scale(unit))
}

/// Returns the verdict, or what the number is for where there is none.
pub fn verdict(check: &Check) -> String {
    check.verdict.map_or("to compare".into(), |verdict| verdict.to_string())
}

/// Returns what the chapter prints, with its longest unit abbreviated.
pub fn printed(text: &str) -> String {
    text.replace(" percentage points", &format!("{NO_BREAK}pp"))
}

/// Returns what else would make the claim true, in one sentence; `None` where nothing is known.
pub fn remedies(check: &Check) -> Option<String> {
    let result = exact(check.unit, check.exact).replace(NO_BREAK, "");
    let all: Vec<String> = check.remedies.iter().map(remedy).collect();
    match (all.is_empty(), check.scenarios.is_empty()) {
        (true, _) => None,
        // The sum itself says so.
        (false, true) if all == [result] => None,
        (false, true) => Some(format!("so {}", all.join(", or "))),
        (false, false) => Some(format!("as named, true with {}, other things equal", all.join(" or "))),
    }
}

fn remedy(remedy: &Remedy) -> String {
    match remedy {
        Remedy::FailureRate { failure_rate, of } => {
            format!("a failure rate of {} for {of}", trimmed(format!("{failure_rate:.4}")))
        }
        Remedy::Agents { agents, correct } => {
            format!("{agents}{NO_BREAK}agents ({})", exact(Unit::Percent, *correct))
        }
        Remedy::ValidationBonus { bonus } => format!("a validation bonus of {bonus:.4}"),
        Remedy::Number { text } | Remedy::Count { text } => printed(text),
    }
}

/// Returns a rule that gives what is printed: its name, its numbers, equivalent rules, and its meaning if it is of
/// another kind.
pub fn alternative(check: &Check, alternative: &Alternative) -> String {
    let mut text = format!("true of {}: exact {}", alternative.name, exact(check.unit, alternative.exact));
    if let Some(estimate) = &alternative.simulated {
        text += &format!(", simulated {}", simulated(check.unit, estimate));
    }
    if !alternative.same_as.is_empty() {
        text += &format!("; the same as {}", alternative.same_as.join(" and "));
    }
    let kind = alternative.scenario.scheme().about();
    if !check.scenarios.iter().any(|scenario| scenario.scheme().about() == kind) {
        text += &format!(". {}: {}", kind.name, alternative.meaning);
    }
    text
}

/// Returns the distinct verdicts of a row, in the order of its checks.
pub fn verdicts(row: &Row) -> String {
    let mut said: Vec<String> = Vec::new();
    for verdict in row.checks.iter().filter_map(|check| check.verdict).map(|verdict| verdict.to_string()) {
        if !said.contains(&verdict) {
            said.push(verdict);
        }
    }
    if said.is_empty() { "an assumption, not tested".into() } else { said.join("; ") }
}

/// Returns the number of claims by verdict.
pub fn totals(audit: &Audit) -> String {
    let judged = audit.checks().filter(|check| check.verdict.is_some()).count();
    format!(
        "Of {judged} numbers, {} hold as printed, {} hold under another rule, {} contradict other printed numbers and \
         {} are not reproduced.",
        audit.count(Judgment::Holds),
        audit.count(Judgment::HoldsUnderAnotherRule),
        audit.count(Judgment::ContradictsItself),
        audit.count(Judgment::NotReproduced)
    )
}

/// Returns the rule of judgment, a sentence each.
pub fn rule(audit: &Audit) -> [String; 4] {
    [
        "A printed number that names an exact value holds within half a unit of its last digit.".into(),
        format!(
            "A count of N tasks holds if N·KL(printed‖exact) ≤ ln(2·{}/{CLAIMS_FALSE_ALARM_RATE}) = {:.2}: if all {} \
             counts tested here are right, all pass with probability at least {}.",
            audit.counts_tested,
            audit.threshold,
            audit.counts_tested,
            1.0 - CLAIMS_FALSE_ALARM_RATE
        ),
        "A number computed from counts holds under the rule that its counts hold under. Other rules are found by a \
         search over all schemes and are listed with their numbers."
            .into(),
        "Arithmetic is repeated on the numbers as printed.".into(),
    ]
}

/// Returns whether the engines agree.
pub fn engines(audit: &Audit) -> String {
    let (asked, off) = (audit.scenarios, audit.disagreements.len());
    let agreement = if off == 0 { "agree on all".into() } else { format!("DISAGREE on {off}") };
    format!(
        "The exact and the simulated engine answered {asked} scenarios, {} trials each, seed {}, and {agreement}. \
         Intervals have a confidence level of 99 %.",
        grouped(audit.trials),
        audit.seed
    )
}

/// Returns what the simulated columns of a system's tables are.
pub fn runs(system: &System) -> String {
    let mut tasks: Vec<u64> = system
        .tables
        .iter()
        .flat_map(|table| &table.lines)
        .filter_map(|line| Some(line.sample?.tasks))
        .collect();
    tasks.sort_unstable();
    tasks.dedup();
    let tasks: Vec<String> = tasks.into_iter().rev().map(grouped).collect();
    format!(
        "Simulated with {} trials, seed {}; “sample” with the chapter's number of tasks, {}.",
        grouped(system.trials),
        system.seed,
        tasks.join(" and for one class ")
    )
}

/// Returns the results of the chapter's simulation, run as it is written.
pub fn replay(replays: &[Replay]) -> String {
    let each: Vec<String> = replays
        .iter()
        .map(|replay| {
            let share = exact(Unit::Percent, replay.share());
            let beside = replay.printed.map_or(String::new(), |text| format!(" (printed: {text})"));
            format!("{share} with {}{beside}", replay.agents)
        })
        .collect();
    format!(
        "The chapter's simulation, replayed as its code is written, uses (31·task + 17·agent + 7·trial) mod 10,000 as \
         a random number, nearly the same for all agents, and an agent fails below 2,300. A majority of its agents is \
         then right in {}.",
        each.join(", ")
    )
}

fn scale(unit: Unit) -> f64 {
    match unit {
        Unit::Percent | Unit::Points => 100.0,
        Unit::Times | Unit::Microseconds | Unit::Number => 1.0,
    }
}

fn with_unit(unit: Unit, number: &str) -> String {
    match unit {
        Unit::Percent => format!("{number}{NO_BREAK}%"),
        Unit::Points => format!("{number}{NO_BREAK}pp"),
        Unit::Times => format!("{number}x"),
        Unit::Microseconds => format!("{number}{NO_BREAK}µs"),
        Unit::Number => number.into(),
    }
}

/// Returns the number of decimals that distinguishes the ends of the interval, plus one.
fn decimals(unit: Unit, simulated: &Simulated) -> usize {
    let (low, high) = simulated.interval;
    let width = (high - low) * scale(unit);
    (0..9).find(|&digits| width * 10_f64.powi(digits) >= 1.0).map_or(9, |digits| digits as usize + 1)
}

/// Returns the number without trailing zeros.
fn trimmed(number: String) -> String {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.').into() } else { number }
}
