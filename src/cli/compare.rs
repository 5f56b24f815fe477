//! `kofn compare`: two scenarios side by side, exact and simulated, and by how much they differ.

use super::args::CompareArguments;
use super::commands::{Length, with_progress};
use super::json::{ExactFields, SCHEMA, SimulatedFields};
use super::output::{FAINT, Output, STRONG, styled};
use super::text::{CONFIDENCE, grouped, number, short};
use super::{End, Failure, describe};
use crate::crosscheck;
use crate::{Exact, Outcome, PairedEstimate, Scenario};
use serde::Serialize;
use std::io;

/// What both engines say of the two scenarios; what one of them refuses, the other may answer.
struct Comparison {
    scenarios: [Scenario; 2],
    exact: Result<[Exact; 2], crate::Error>,
    simulated: Result<PairedEstimate, Failure>,
}

pub(super) fn compare(arguments: &CompareArguments, output: &mut Output) -> Result<End, Failure> {
    let scenarios = arguments.scenarios()?;
    let [first, second] = &scenarios;
    let exact = crate::assess(first).and_then(|one| Ok([one, crate::assess(second)?]));
    let length = Length { trials: arguments.trials, part: None };
    let simulated =
        with_progress(&arguments.run(), length, |run| Ok(crate::simulate_pair(first, second, run)?));
    if let (Err(refusal), Err(_)) = (&exact, &simulated) {
        return Err(refusal.clone().into());
    }
    let partial = simulated.as_ref().is_ok_and(|pair| pair.first.partial || pair.second.partial);
    let comparison = Comparison { scenarios, exact, simulated };
    if arguments.json {
        output.json(&ComparisonFields::new(&comparison))?;
    } else {
        comparison.tell(output)?;
    }
    Ok(if partial { End::Interrupted } else { End::Done })
}

impl Comparison {
    fn tell(&self, output: &mut Output) -> io::Result<()> {
        for (name, scenario) in ["A", "B"].into_iter().zip(&self.scenarios) {
            for (i, line) in describe::scenario(scenario).iter().enumerate() {
                let line =
                    if i == 0 { styled(STRONG, &format!("{name}  {line}")) } else { format!("   {line}") };
                output.line(&line)?;
            }
        }
        output.line("")?;
        match &self.exact {
            Ok([first, second]) => exact(output, first, second)?,
            Err(refusal) => output.line(&format!("  no exact answer: {refusal}"))?,
        }
        output.line("")?;
        match &self.simulated {
            Ok(pair) => simulated(output, pair),
            Err(refusal) => output.line(&format!("  not simulated: {refusal}")),
        }
    }
}

fn exact(output: &mut Output, first: &Exact, second: &Exact) -> io::Result<()> {
    output.line(&styled(FAINT, &format!("  {:<11} {:<20} {:<20} B − A", "exact", "A", "B")))?;
    let mut line = |name: &str, first: &str, second: &str, difference: f64| {
        output.line(&format!("  {name:<11} {first:<20} {second:<20} {}", signed(difference)))
    };
    let both = [first, second];
    for outcome in Outcome::ALL {
        let [one, other] = both.map(|exact| number(exact.probability(outcome), exact.complement(outcome)));
        line(&outcome.to_string(), &one, &other, second.excess_over(first, outcome))?;
    }
    let [one, other] = both.map(|exact| number(exact.failure, exact.correct));
    line("failure", &one, &other, -second.excess_over(first, Outcome::Correct))?;
    for (name, efforts) in efforts(first, second) {
        let [one, other] = efforts;
        line(name, &short(one), &short(other), other - one)?;
    }
    match second.failure_ratio(first) {
        Some(ratio) => output.line(&format!("  B fails {} times as often as A", short(ratio))),
        None => Ok(()),
    }
}

/// What both take, where both say so and either takes any.
fn efforts(first: &Exact, second: &Exact) -> Vec<(&'static str, [f64; 2])> {
    let (one, other) = (&first.expected, &second.expected);
    let all = [
        ("calls", Some([one.calls, other.calls])),
        ("validations", Some([one.validations, other.validations]).filter(|both| *both != [0.0; 2])),
        ("cost", one.cost.zip(other.cost).map(<[f64; 2]>::from)),
        ("latency", one.latency.zip(other.latency).map(<[f64; 2]>::from)),
    ];
    all.into_iter().filter_map(|(name, both)| Some((name, both?))).collect()
}

fn simulated(output: &mut Output, pair: &PairedEstimate) -> io::Result<()> {
    let title = format!("  {:<11} {:<10} {:<10} {:<11} 99 % interval", "simulated", "A", "B", "B − A");
    output.line(&styled(FAINT, &title))?;
    for outcome in Outcome::ALL {
        let [first, second] = shares(pair, outcome);
        let crate::Interval { low, high } = crosscheck::difference_interval(pair, outcome, CONFIDENCE);
        output.line(&format!(
            "  {outcome:<11} {:<10} {:<10} {:<11} {} to {}",
            short(first),
            short(second),
            signed(second - first),
            signed(low),
            signed(high)
        ))?;
    }
    output.line("")?;
    output.line(&trials(pair))?;
    match &pair.joint {
        Some(joint) => {
            let (first, second) = joint.only(Outcome::Correct);
            let both = joint.of(Outcome::Correct, Outcome::Correct);
            output.line(&format!(
                "  correct: both in {}, A alone in {}, B alone in {}",
                grouped(both),
                grouped(first),
                grouped(second)
            ))
        }
        None => Ok(()),
    }
}

/// The shares of trials that ended in `outcome`.
fn shares(pair: &PairedEstimate, outcome: Outcome) -> [f64; 2] {
    [pair.first, pair.second].map(|estimate| estimate.counts.of(outcome) as f64 / estimate.trials as f64)
}

fn trials(pair: &PairedEstimate) -> String {
    let (first, second) = (&pair.first, &pair.second);
    let part = if first.partial || second.partial { " (partial: this is what was done)" } else { "" };
    let done = grouped(first.trials.min(second.trials));
    match pair.joint {
        Some(_) => format!("  {done} trials, seed {}: in each, both see the same answers{part}", first.seed),
        None => {
            format!(
                "  {done} trials each, seeds {} and {}: they share no answers{part}",
                first.seed, second.seed
            )
        }
    }
}

/// A difference with its sign.
fn signed(difference: f64) -> String {
    match difference {
        _ if difference > 0.0 => format!("+{}", short(difference)),
        _ if difference < 0.0 => format!("−{}", short(-difference)),
        _ => short(difference.abs()),
    }
}

/// The object that stands for a comparison. Differences are those of the second less those of the first.
#[derive(Debug, Serialize)]
struct ComparisonFields<'a> {
    schema: u32,
    first: SideFields<'a>,
    second: SideFields<'a>,
    difference: Option<DifferenceFields>,
    simulated_difference: Option<SimulatedDifferenceFields>,
}

#[derive(Debug, Serialize)]
struct SideFields<'a> {
    scenario: &'a Scenario,
    exact: Option<ExactFields>,
    simulated: Option<SimulatedFields>,
}

#[derive(Debug, Serialize)]
struct DifferenceFields {
    correct: f64,
    abstain: f64,
    wrong: f64,
    failure: f64,
    /// Null where the first never fails.
    failure_ratio: Option<f64>,
    expected_calls: f64,
    expected_validations: f64,
    expected_cost: Option<f64>,
    expected_latency: Option<f64>,
}

#[derive(Debug, Serialize)]
struct SimulatedDifferenceFields {
    common_random_numbers: bool,
    /// Numbers of trials: a row for each outcome of the first, a column for each of the second.
    joint: Option<[[u64; 3]; 3]>,
    correct: IntervalFields,
    abstain: IntervalFields,
    wrong: IntervalFields,
    confidence: f64,
    partial: bool,
}

#[derive(Debug, Serialize)]
struct IntervalFields {
    /// Null without trials.
    estimate: Option<f64>,
    interval: (f64, f64),
}

impl<'a> ComparisonFields<'a> {
    fn new(comparison: &'a Comparison) -> Self {
        let exact = comparison.exact.as_ref().ok();
        let pair = comparison.simulated.as_ref().ok();
        let side = |at: usize| SideFields {
            scenario: &comparison.scenarios[at],
            exact: exact.map(|both| ExactFields::from(&both[at])),
            simulated: pair.map(|pair| SimulatedFields::from([&pair.first, &pair.second][at])),
        };
        Self {
            schema: SCHEMA,
            first: side(0),
            second: side(1),
            difference: exact.map(|[first, second]| DifferenceFields::new(first, second)),
            simulated_difference: pair.map(SimulatedDifferenceFields::new),
        }
    }
}

impl DifferenceFields {
    fn new(first: &Exact, second: &Exact) -> Self {
        let excess = |outcome| second.excess_over(first, outcome);
        let (one, other) = (&first.expected, &second.expected);
        let between = |one: Option<f64>, other: Option<f64>| Some(other? - one?);
        Self {
            correct: excess(Outcome::Correct),
            abstain: excess(Outcome::Abstain),
            wrong: excess(Outcome::Wrong),
            failure: 0.0 - excess(Outcome::Correct),
            failure_ratio: second.failure_ratio(first),
            expected_calls: other.calls - one.calls,
            expected_validations: other.validations - one.validations,
            expected_cost: between(one.cost, other.cost),
            expected_latency: between(one.latency, other.latency),
        }
    }
}

impl SimulatedDifferenceFields {
    fn new(pair: &PairedEstimate) -> Self {
        let fields = |outcome| {
            let [first, second] = shares(pair, outcome);
            IntervalFields {
                estimate: Some(second - first).filter(|difference| difference.is_finite()),
                interval: crosscheck::difference_interval(pair, outcome, CONFIDENCE).into(),
            }
        };
        Self {
            common_random_numbers: pair.joint.is_some(),
            joint: pair.joint.map(|joint| joint.0),
            correct: fields(Outcome::Correct),
            abstain: fields(Outcome::Abstain),
            wrong: fields(Outcome::Wrong),
            confidence: CONFIDENCE,
            partial: pair.first.partial || pair.second.partial,
        }
    }
}
