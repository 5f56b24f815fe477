//! `kofn compare`: two scenarios side by side, exact and simulated, and the difference between them.

use super::args::CompareArguments;
use super::commands::sampled;
use super::output::{FAINT, Output, STRONG, styled};
use super::text::{grouped, number, short, wrapped};
use super::{End, Failure};
use kofn::answers::{
    self, CascadeGain, Difference, ScenarioComparison, Side, Simulated, SimulatedDifference, describe,
};
use kofn::{Exact, Outcome};
use std::io;

pub(super) fn compare(arguments: &CompareArguments, output: &mut Output) -> Result<End, Failure> {
    let [first, second] = arguments.scenarios()?;
    let answer = sampled(&arguments.run(), |sampling| answers::compare(&first, &second, sampling))?;
    if arguments.json {
        output.json(&answer)?;
    } else {
        text(output, &answer)?;
    }
    let partial = answer.simulated_difference.is_some_and(|difference| difference.partial);
    Ok(if partial { End::Interrupted } else { End::Done })
}

fn text(output: &mut Output, answer: &ScenarioComparison) -> io::Result<()> {
    let (first, second) = (&answer.first, &answer.second);
    for (name, side) in [("A", first), ("B", second)] {
        for (i, line) in describe(&side.scenario).iter().enumerate() {
            let line = if i == 0 { styled(STRONG, &format!("{name}  {line}")) } else { format!("   {line}") };
            output.line(&line)?;
        }
    }
    output.line("")?;
    if let (Some(one), Some(other), Some(difference)) = (&first.exact, &second.exact, &answer.difference) {
        exact(output, one, other, difference)?;
    }
    if let Some(gain) = &answer.cascade {
        cascade(output, gain)?;
    }
    if let Some(refusal) = &answer.exact_refusal {
        output.line(&format!("  no exact answer: {refusal}"))?;
    }
    output.line("")?;
    if let Some(difference) = &answer.simulated_difference {
        simulated(output, [first, second], difference)?;
    }
    if let Some(refusal) = &answer.simulated_refusal {
        output.line(&format!("  not simulated: {refusal}"))?;
    }
    Ok(())
}

fn exact(output: &mut Output, first: &Exact, second: &Exact, difference: &Difference) -> io::Result<()> {
    output.line(&styled(FAINT, &format!("  {:<11} {:<20} {:<20} B − A", "exact", "A", "B")))?;
    let mut line = |name: &str, first: &str, second: &str, difference: f64| {
        output.line(&format!("  {name:<11} {first:<20} {second:<20} {}", signed(difference)))
    };
    let both = [first, second];
    for outcome in Outcome::ALL {
        let [one, other] = both.map(|exact| number(exact.probability(outcome), exact.complement(outcome)));
        line(&outcome.to_string(), &one, &other, difference.of(outcome))?;
    }
    let [one, other] = both.map(|exact| number(exact.failure, exact.correct));
    line("failure", &one, &other, difference.failure)?;
    for (name, [one, other]) in efforts(first, second) {
        line(name, &short(one), &short(other), other - one)?;
    }
    match difference.failure_ratio {
        Some(ratio) => output.line(&format!("  B fails {} times as often as A", short(ratio))),
        None => Ok(()),
    }
}

/// What asking the cheap agents first saves, and what it costs.
fn cascade(output: &mut Output, gain: &CascadeGain) -> io::Result<()> {
    let parts =
        [("calls", Some(gain.saved_calls)), ("in cost", gain.saved_cost), ("in latency", gain.saved_latency)];
    let listed = |verb: &str, sign: f64| {
        let of_sign = parts.iter().filter_map(|(name, saved)| Some((name, (*saved)? * sign)));
        let told: Vec<String> =
            of_sign.filter(|(_, by)| *by > 0.0).map(|(name, by)| format!("{} {name}", short(by))).collect();
        (!told.is_empty()).then(|| format!("{verb} {}", told.join(" and ")))
    };
    let effort: Vec<String> = [listed("saves", 1.0), listed("adds", -1.0)].into_iter().flatten().collect();
    let effort = if effort.is_empty() { "takes as much".into() } else { effort.join(", ") };
    let said = format!(
        "  Compared with its last stage alone, the cascade {effort} per task, and changes P(correct) by {} and P(wrong) by {}.",
        signed(gain.correct),
        signed(gain.wrong)
    );
    wrapped(&said, 2).iter().try_for_each(|line| output.line(line))
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

fn simulated(output: &mut Output, sides: [&Side; 2], difference: &SimulatedDifference) -> io::Result<()> {
    let [Some(first), Some(second)] = sides.map(|side| side.simulated) else { return Ok(()) };
    let title = format!("  {:<11} {:<10} {:<10} {:<11} 99 % interval", "simulated", "A", "B", "B − A");
    output.line(&styled(FAINT, &title))?;
    for outcome in Outcome::ALL {
        let interval = difference.of(outcome).interval;
        output.line(&format!(
            "  {outcome:<11} {:<10} {:<10} {:<11} {} to {}",
            short(first.share(outcome)),
            short(second.share(outcome)),
            signed(second.share(outcome) - first.share(outcome)),
            signed(interval.low),
            signed(interval.high)
        ))?;
    }
    output.line("")?;
    output.line(&trials(&first, &second, difference))?;
    let Some(joint) = &difference.joint else { return Ok(()) };
    let (only_first, only_second) = joint.only(Outcome::Correct);
    let both = joint.of(Outcome::Correct, Outcome::Correct);
    output.line(&format!(
        "  trials in which both are correct: {}; only A: {}; only B: {}",
        grouped(both),
        grouped(only_first),
        grouped(only_second)
    ))
}

fn trials(first: &Simulated, second: &Simulated, difference: &SimulatedDifference) -> String {
    let part = if difference.partial { " (partial)" } else { "" };
    let done = grouped(first.trials.min(second.trials));
    if difference.common_random_numbers {
        format!("  {done} trials, seed {}; both scenarios see the same answers{part}", first.seed)
    } else {
        let (one, other) = (first.seed, second.seed);
        format!("  {done} trials each, seeds {one} and {other}; the two are simulated independently{part}")
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
