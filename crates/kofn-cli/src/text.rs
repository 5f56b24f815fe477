//! The answers as text for a terminal.

use super::output::{FAINT, Output, STRONG, styled};
use kofn::answers::{SchemesAnswer, Simulated, Steps, UntilError, assumption, describe, nines};
use kofn::exact::{EarlyStopping, Resampling, WeightGain};
use kofn::scenario::{Dependence, KEYS, Key, Scheme};
use kofn::{Exact, Outcome, Scenario};
use std::io;

pub(super) use kofn::answers::grouped;
pub(super) use kofn::answers::numbers::{as_sure, short};

pub(super) fn assessed(output: &mut Output, scenario: &Scenario, exact: &Exact) -> io::Result<()> {
    heading(output, scenario)?;
    let labels = Labels::of(scenario);
    for outcome in Outcome::ALL {
        output.line(&format!("  {} {}", labels.padded(outcome), probability(exact, outcome)))?;
    }
    output.line(&format!("  {:<width$} {}", "failure", failure(exact), width = labels.width))?;
    effort(output, exact)?;
    assumed(output, scenario)
}

/// What the answer assumes of repeated calls.
fn assumed(output: &mut Output, scenario: &Scenario) -> io::Result<()> {
    let Some(said) = assumption(scenario) else { return Ok(()) };
    for line in wrapped(&format!("  {said}"), 2) {
        output.line(&styled(FAINT, &line))?;
    }
    Ok(())
}

/// The outcome of many independent tasks.
pub(super) fn steps(output: &mut Output, scenario: &Scenario, steps: &Steps) -> io::Result<()> {
    let (Some(correct), Some(abstain), Some(wrong)) = (steps.correct, steps.abstain, steps.wrong) else {
        return Ok(());
    };
    output.line("")?;
    output.line(&format!("  {} independent steps, all of which must be correct:", grouped(steps.steps)))?;
    let all = match steps.ln_correct {
        Some(ln) if correct == 0.0 => power_of_ten(ln),
        _ => number(correct, abstain + wrong),
    };
    let interval = steps
        .interval
        .map_or(String::new(), |of| format!("  (99 % interval {} to {})", short(of.low), short(of.high)));
    let [of_all, of_abstain, of_wrong] = match scenario.scheme() {
        Scheme::Pbft(_) => ["all safe and live", "first failure safe alone", "first failure unsafe"],
        _ => ["all correct", "first failure an abstention", "first failure a wrong answer"],
    };
    output.line(&format!("    {of_all:<28}  {all}{interval}"))?;
    output.line(&format!("    {of_abstain:<28}  {}", number(abstain, correct + wrong)))?;
    output.line(&format!("    {of_wrong:<28}  {}", number(wrong, correct + abstain)))
}

/// What the outcomes are called.
pub(super) struct Labels {
    names: [&'static str; 3],
    width: usize,
}

impl Labels {
    /// The outcomes by their names; replicas are safe and live, safe, or neither.
    pub(super) fn of(scenario: &Scenario) -> Self {
        match scenario.scheme() {
            Scheme::Pbft(_) => Self { names: ["safe and live", "safe alone", "unsafe"], width: 13 },
            _ => Self { names: ["correct", "abstain", "wrong"], width: 8 },
        }
    }

    /// The name of an outcome, with spaces up to the width of all.
    pub(super) fn padded(&self, outcome: Outcome) -> String {
        let [correct, abstain, wrong] = self.names;
        let name = match outcome {
            Outcome::Correct => correct,
            Outcome::Abstain => abstain,
            Outcome::Wrong => wrong,
        };
        format!("{name:<width$}", width = self.width)
    }

    /// Spaces as wide as a name.
    pub(super) fn blank(&self) -> String {
        " ".repeat(self.width)
    }
}

pub(super) fn simulated(output: &mut Output, scenario: &Scenario, simulated: &Simulated) -> io::Result<()> {
    heading(output, scenario)?;
    let labels = Labels::of(scenario);
    let head = format!("  {} {:>15}   {:<14} 99 % interval", labels.blank(), "trials", "estimate");
    output.line(&styled(FAINT, &head))?;
    for outcome in Outcome::ALL {
        let interval = simulated.interval_of(outcome);
        output.line(&format!(
            "  {} {:>15}   {:<14} {} to {}",
            labels.padded(outcome),
            grouped(simulated.counts.of(outcome)),
            short(simulated.share(outcome)),
            short(interval.low),
            short(interval.high)
        ))?;
    }
    output.line("")?;
    output.line(&trials(simulated))
}

pub(super) fn schemes(output: &mut Output, answer: &SchemesAnswer) -> io::Result<()> {
    for (i, about) in answer.schemes.iter().enumerate() {
        if i > 0 {
            output.line("")?;
        }
        for (i, line) in wrapped(&format!("{}: {}", about.rule, about.meaning), 2).iter().enumerate() {
            match line.strip_prefix(about.rule).filter(|_| i == 0) {
                Some(rest) => output.line(&format!("{}{rest}", styled(STRONG, about.rule)))?,
                None => output.line(line)?,
            }
        }
        for parameter in &about.parameters {
            for line in wrapped(&format!("  {}: {}", parameter.name, parameter.meaning), 6) {
                output.line(&line)?;
            }
        }
        for line in wrapped(&format!("  source: {}", about.source), 6) {
            output.line(&styled(FAINT, &line))?;
        }
        for line in about.example.lines() {
            output.line(&format!("    {line}"))?;
        }
    }
    Ok(())
}

/// Returns every key of the scenario file, then the parameters of each scheme and of each model of dependence.
pub(super) fn keys() -> String {
    let mut text =
        String::from("A scenario is a TOML or JSON file. Its keys, their values and their defaults:");
    for key in KEYS {
        describe_key(&mut text, key.path, key);
    }
    for (table, tag, all) in [("scheme", "rule", Scheme::ALL), ("dependence", "model", Dependence::ALL)] {
        for about in all.iter().filter(|about| !about.parameters.is_empty()) {
            text += &format!("\n\nWith {table}.{tag} = \"{}\":", about.name);
            for key in about.parameters {
                describe_key(&mut text, &format!("{table}.{}", key.path), key);
            }
        }
    }
    text
}

fn describe_key(text: &mut String, path: &str, key: &Key) {
    *text += &format!("\n\n{path}");
    let default = match key.default {
        required if required.starts_with("required") => required.into(),
        default => format!("default: {default}"),
    };
    for line in [key.meaning.into(), format!("must be {}; {default}", key.allowed)] {
        for line in wrapped(&format!("    {line}"), 4) {
            *text += &format!("\n{line}");
        }
    }
}

/// Text in lines of at most 80 characters, broken at spaces, all but the first indented by that much.
pub(super) fn wrapped(text: &str, indent: usize) -> Vec<String> {
    const MOST: usize = 80;
    let start = text.len() - text.trim_start().len();
    let (mut lines, mut line) = (Vec::new(), String::from(&text[..start]));
    for word in text.split_whitespace() {
        let begins = line.trim().is_empty();
        if !begins && line.chars().count() + 1 + word.chars().count() > MOST {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
        } else if !begins {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

pub(super) fn heading(output: &mut Output, scenario: &Scenario) -> io::Result<()> {
    for (i, line) in describe(scenario).iter().enumerate() {
        let line = if i == 0 { styled(STRONG, line) } else { format!("  {line}") };
        output.line(&line)?;
    }
    output.line("")
}

pub(super) fn trials(simulated: &Simulated) -> String {
    let part = if simulated.partial { " (partial)" } else { "" };
    let trials = if simulated.trials == 1 { "trial" } else { "trials" };
    format!("  {} {trials}, seed {}{part}", grouped(simulated.trials), simulated.seed)
}

/// What came of the error that was asked for.
pub(super) fn decided(output: &mut Output, decision: Option<&UntilError>) -> io::Result<()> {
    let Some(decision) = decision else { return Ok(()) };
    let capped = if decision.capped { "; --trials is too small" } else { "" };
    output.line(&format!(
        "  half-width of the 99 % interval of P(correct): {}, requested {}{capped}",
        short(decision.half_width),
        decision.asked
    ))?;
    if decision.pilot_trials == 0 {
        return Ok(());
    }
    let pilot = grouped(decision.pilot_trials);
    output.line(&format!("  number of trials chosen by a pilot run of {pilot} trials, which are not counted"))
}

/// What the weights of a scenario are worth, beside equal ones, log-odds and the best of the agents alone.
pub(super) fn weight_gain(output: &mut Output, scenario: &Scenario, gain: &WeightGain) -> io::Result<()> {
    let line = |what: &str, correct: f64, note: String| {
        format!("  P(correct) {what:<21}  {}{note}", number(correct, 0.0))
    };
    output.line("")?;
    output.line(&line("with these weights", gain.own, format!("  {}", gains(gain.own_gain))))?;
    output.line(&line("with equal weights", gain.one_vote_each, String::new()))?;
    if let (Some(log_odds), Some(by)) = (gain.log_odds, gain.gain) {
        let best = if gain.log_odds_are_best { "; no weights do better" } else { "" };
        output.line(&line("with log-odds weights", log_odds, format!("  {}{best}", gains(by))))?;
    }
    if let Some(best) = &gain.best_majority {
        let agents = best.places.iter().map(|place| name(scenario, *place)).take(SHOWN).collect::<Vec<_>>();
        let more = if best.places.len() > SHOWN { ", …" } else { "" };
        let which = match (scenario.names(), agents.len()) {
            (Some(_), _) => "",
            (None, 1) => "agent ",
            (None, _) => "agents ",
        };
        let note = format!("  {}: {which}{}{more}", gains(best.gain), agents.join(", "));
        output.line(&line("of the best majority", best.correct, note))?;
    }
    let Some(caveat) = &gain.log_odds_caveat else { return Ok(()) };
    let about = if gain.log_odds.is_some() {
        "log-odds weights may not be the best: "
    } else {
        "no log-odds weights: "
    };
    for line in wrapped(&format!("  {about}{caveat}"), 4) {
        output.line(&styled(FAINT, &line))?;
    }
    Ok(())
}

/// The name of an agent, made safe to print, or its number from 1.
pub(super) fn name(scenario: &Scenario, place: usize) -> String {
    match scenario.names() {
        Some(names) => kofn::escape(&names[place]).into_owned(),
        None => (place + 1).to_string(),
    }
}

/// More agents than this are not listed; `--json` has them all.
const SHOWN: usize = 12;

/// A gain in P(correct) over equal weights.
fn gains(gain: f64) -> String {
    match gain {
        0.0 => "gains nothing".into(),
        gain if gain < 0.0 => format!("loses {}", short(-gain)),
        gain => format!("gains {}", short(gain)),
    }
}

/// What a race saves.
pub(super) fn early_stopping(output: &mut Output, stopping: &EarlyStopping) -> io::Result<()> {
    let EarlyStopping { most_calls, saved_calls, .. } = *stopping;
    output.line("")?;
    output.line(&format!("  early stopping saves {} of {most_calls} calls", short(saved_calls)))
}

/// What a pipeline could come to, and what its answers are worth.
pub(super) fn resampling(output: &mut Output, resampling: &Resampling) -> io::Result<()> {
    let Resampling { most_correct, least_failure, wrong_given_answered, .. } = *resampling;
    output.line("")?;
    output.line(&format!(
        "  P(correct) in the limit (attempts → ∞)  {}",
        number(most_correct, least_failure)
    ))?;
    output.line(&format!("  P(wrong) given an answer                {}", number(wrong_given_answered, 0.0)))
}

fn effort(output: &mut Output, exact: &Exact) -> io::Result<()> {
    let expected = &exact.expected;
    let mut parts = vec![many(expected.calls, "call")];
    if expected.validations > 0.0 {
        parts.push(many(expected.validations, "validation"));
    }
    parts.extend(expected.cost.map(|cost| format!("cost {}", short(cost))));
    parts.extend(expected.latency.map(|latency| format!("latency {}", short(latency))));
    output.line("")?;
    output.line(&format!("  expected per task: {}", parts.join(", ")))
}

/// The probability of an outcome; below the range of doubles as far as it is known.
pub(super) fn probability(exact: &Exact, outcome: Outcome) -> String {
    let underflows = |probability: f64, ln: f64| probability == 0.0 && ln.is_finite();
    match outcome {
        Outcome::Correct if underflows(exact.correct, exact.ln_correct) => power_of_ten(exact.ln_correct),
        Outcome::Correct if underflows(exact.failure, exact.ln_failure) => {
            format!("1 − {}", power_of_ten(exact.ln_failure))
        }
        Outcome::Abstain | Outcome::Wrong
            if exact.probability(outcome) == 0.0 && underflows(exact.failure, exact.ln_failure) =>
        {
            "below 10^-323".into()
        }
        _ => number(exact.probability(outcome), exact.complement(outcome)),
    }
}

/// P(failure) with how rare that is.
fn failure(exact: &Exact) -> String {
    let nines = nines(exact).map_or(String::new(), |nines| format!("  {nines:.1} nines"));
    let rare = 1.0 / exact.failure;
    let one_in = if (10.0..1e6).contains(&rare) {
        format!("  one in {}", grouped(rare.round() as u64))
    } else {
        String::new()
    };
    format!("{}{}", number_of_failure(exact), styled(FAINT, &format!("{one_in}{nines}")))
}

/// P(failure); below the range of doubles its power of ten.
pub(super) fn number_of_failure(exact: &Exact) -> String {
    if exact.failure == 0.0 && exact.ln_failure.is_finite() {
        return power_of_ten(exact.ln_failure);
    }
    number(exact.failure, exact.correct)
}

pub(super) fn power_of_ten(ln: f64) -> String {
    format!("10^{:.4}", ln / std::f64::consts::LN_10)
}

/// A probability with ten digits; one that rounds to one is told by its complement.
pub(super) fn number(probability: f64, complement: f64) -> String {
    if probability > 0.999_999_9 && complement > 0.0 {
        return format!("1 − {complement:.9e}");
    }
    match probability {
        0.0 => "0".into(),
        1.0 => "1".into(),
        p if p < 1e-4 => format!("{p:.9e}"),
        p => format!("{p:.10}"),
    }
}

/// A number of things, in the singular or plural.
fn many(count: f64, what: &str) -> String {
    format!("{} {what}{}", short(count), if count == 1.0 { "" } else { "s" })
}
