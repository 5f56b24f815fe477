//! What agents answered, as text for a terminal: pluralities, how often wrong ones agree, and effective votes.

use super::text::{short_name, units, width};
use crate::output::{BAD, FAINT, Output, styled};
use crate::text::{grouped, wrapped};
use kofn::answers::numbers::{between as interval, four_decimals as four};
use kofn_logs::fit::{
    Collision, EffectiveVotes, EffectiveWithout, Fit, FittedLaw, Interval, PairCollision, PluralityFit,
    PluralityShares,
};
use std::io;

/// Maximum number of agents that are left out, one after the other; JSON has all.
const MAX_AGENTS: usize = 9;
/// Maximum number of pairs of agents that are shown: all of four agents.
const MAX_PAIRS: usize = 6;
/// Of more pairs so many that agree most often, and least often, are shown, if they are wrong together this often.
const EXTREMES: usize = 2;
const FEW_PAIRS: u64 = 10;
/// Pluralities that are shown: all of the first ones, then odd ones.
const ALL_SHOWN: usize = 5;
/// Numbers of votes that are shown.
const MAX_VOTES: usize = 9;

/// All that the answers of a log say; the votes that these agents are worth for every log.
pub(super) fn answers(output: &mut Output, fit: &Fit) -> io::Result<()> {
    if let Some(collision) = &fit.collision {
        agreement(output, fit, collision)?;
    }
    if let Some(answers) = &fit.answers {
        pluralities(output, fit, answers)?;
    }
    match &fit.effective_votes {
        Some(votes) if votes.of > 1 => effective_votes(output, fit, votes),
        _ => Ok(()),
    }
}

fn agreement(output: &mut Output, fit: &Fit, collision: &Collision) -> io::Result<()> {
    let who = if fit.agents.len() > 1 { "two wrong agents" } else { "two wrong runs of one task" };
    output.line(&format!(
        "{who} agree with probability {} ({}), from {}; {} of failures give an answer",
        four(collision.estimate),
        interval(collision.interval),
        wrong_pairs(collision.wrong_pairs),
        four(collision.voting_failures)
    ))?;
    if collision.pairs.len() <= MAX_PAIRS {
        collision.pairs.iter().try_for_each(|pair| output.line(&pair_line(fit, pair)))?;
    } else {
        extremes(&collision.pairs).into_iter().try_for_each(|pair| output.line(&pair_line(fit, pair)))?;
        output.line("  the pairs that agree most and least often; --json and --figures have all")?;
    }
    if let Some(law) = &collision.law {
        output.line(&format!("  fitted law of wrong answers: {}", law_line(fit, collision, law)))?;
        if let Some(warning) = &law.warning {
            output.line(&format!("  {} {warning}", styled(BAD, "caution:")))?;
        }
    }
    output.line("")
}

fn wrong_pairs(count: u64) -> String {
    if count == 1 { "1 wrong pair".into() } else { format!("{} wrong pairs", grouped(count)) }
}

/// The pairs that agree most often, and least often.
fn extremes(pairs: &[PairCollision]) -> Vec<&PairCollision> {
    let mut known: Vec<&PairCollision> = pairs.iter().filter(|pair| pair.wrong_pairs >= FEW_PAIRS).collect();
    known.sort_by(|one, other| other.estimate.total_cmp(&one.estimate));
    let least = known.split_off(known.len() / 2);
    let (first, last) = (known.iter().take(EXTREMES), least.iter().rev().take(EXTREMES).rev());
    first.chain(last).copied().collect()
}

fn pair_line(fit: &Fit, pair: &PairCollision) -> String {
    let [one, other] = [pair.agents.0, pair.agents.1].map(|agent| short_name(&fit.agents[agent].name));
    let share = four(pair.estimate);
    format!(
        "  {one} and {other}: when both are wrong they agree with probability {share} ({})",
        wrong_pairs(pair.wrong_pairs)
    )
}

fn law_line(fit: &Fit, collision: &Collision, law: &FittedLaw) -> String {
    let fitted = match law.collision {
        1.0 => return "all wrong answers to a task are the same".into(),
        0.0 => return "no two wrong answers to a task are the same".into(),
        fitted => format!("collision {} ({})", four(fitted), interval(law.collision_interval)),
    };
    let shape = match law.answers {
        Some(answers) => format!("{answers} wrong answers"),
        None => format!("discount {} ({})", four(law.discount), interval(law.discount_interval)),
    };
    let beside = if four(collision.estimate) == four(law.collision) {
        String::new()
    } else {
        format!(" (of the pairs {} agree)", four(collision.estimate))
    };
    let who = if fit.agents.len() > 1 { "agents" } else { "runs" };
    format!("{fitted}, {shape}, from {} tasks with two or more wrong {who}{beside}", grouped(law.tasks))
}

fn pluralities(output: &mut Output, fit: &Fit, answers: &[PluralityFit]) -> io::Result<()> {
    let has_predictions = answers.iter().any(|vote| vote.predicted.is_some());
    let row = |name: &str, cells: [String; 3], predicted: &str| {
        let [correct, abstain, wrong] = cells;
        format!("{name:<15} {correct:<24} {abstain:<24} {wrong:<24} {predicted}").trim_end().to_owned()
    };
    let heads = ["correct", "abstain", "wrong"].map(str::to_owned);
    let predicted = if has_predictions { "predicted" } else { "" };
    output.line(&styled(FAINT, &row("vote", heads, predicted)))?;
    let last = answers.last().map_or(0, |vote| vote.of);
    for vote in answers.iter().filter(|vote| is_shown(vote.of, last)) {
        let PluralityShares { correct, abstain, wrong } = vote.observed;
        let around = vote.intervals;
        let cells = [(correct, around.correct), (abstain, around.abstain), (wrong, around.wrong)];
        let cells = cells.map(|(share, around)| format!("{} ({})", four(share), interval(around)));
        output.line(&row(&format!("plurality of {}", vote.of), cells, &shares(vote.predicted)))?;
    }
    if answers.iter().any(|vote| !is_shown(vote.of, last)) {
        output.line("  more numbers of votes: see --json")?;
    }
    output.line("  abstain: a tie or no votes; all shares are means over all ways to draw k answers without replacement")?;
    if let Some(line) = held_out(answers) {
        output.line(&format!("  {line}"))?;
    }
    if has_predictions {
        let drawn = "predicted: correct, abstain and wrong under the trusted model and the fitted law of wrong answers";
        output.line(&format!("  {drawn}; intervals: bootstrap over {}", units(fit)))?;
    }
    output.line("")
}

fn is_shown(of: usize, last: usize) -> bool {
    of <= ALL_SHOWN || of <= MAX_VOTES && of % 2 == 1 || of == last
}

fn shares(shares: Option<PluralityShares>) -> String {
    shares.map_or(String::new(), |PluralityShares { correct, abstain, wrong }| {
        format!("{} {} {}", four(correct), four(abstain), four(wrong))
    })
}

/// How far off predictions were, over all outcomes of two to five votes.
fn held_out(answers: &[PluralityFit]) -> Option<String> {
    let held: Vec<_> = answers.iter().filter_map(|vote| vote.held_out).collect();
    let mean = |of: &dyn Fn(&kofn_logs::fit::HeldOutPlurality) -> Option<PluralityShares>| {
        let sums: Option<f64> = held
            .iter()
            .map(|held| of(held).map(|shares| (shares.correct + shares.abstain + shares.wrong) / 3.0))
            .sum();
        sums.map(|sum| sum / held.len() as f64)
    };
    let error = mean(&|held| Some(held.error)).filter(|_| !held.is_empty())?;
    let floor = mean(&|held| held.floor).map_or(String::new(), |floor| format!(", floor {floor:.4}"));
    Some(format!("mean error of these predictions on held-out tasks: {}{floor}", four(error)))
}

fn effective_votes(output: &mut Output, fit: &Fit, votes: &EffectiveVotes) -> io::Result<()> {
    let has_answers = fit.answers.is_some();
    let (of, what) = (votes.of, if fit.agents.len() > 1 { "agents" } else { "runs" });
    match votes.kish {
        Some(kish) => output.line(&format!(
            "effective sample size of {of} {what} (Kish): {} ({})",
            one(kish),
            ends(votes.interval)
        ))?,
        None if fit.correlation.is_some() => {
            output.line(&format!(
                "effective sample size of {of} {what} (Kish): not defined at this correlation"
            ))?;
        }
        None => {}
    }
    let vote = if has_answers { "plurality" } else { "majority" };
    worth(output, votes, vote, has_answers)?;
    if votes.without.len() <= MAX_AGENTS {
        without(output, &votes.without)?;
    } else {
        output.line("  without each agent: see --json")?;
    }
    output.line("")
}

/// How many independent agents each number of votes is worth.
fn worth(output: &mut Output, votes: &EffectiveVotes, vote: &str, has_answers: bool) -> io::Result<()> {
    let last = votes.votes.last().map_or(0, |at| at.of);
    let shown = |of: usize| {
        if has_answers { is_shown(of, last) } else { of % 2 == 1 && of <= MAX_VOTES || of == last }
    };
    let worth = votes.votes.iter().filter(|at| at.of > 1 && shown(at.of));
    let worth: Vec<String> = worth
        .filter_map(|at| Some(format!("{} for k = {} ({})", one(at.votes?), at.of, ends(at.interval))))
        .collect();
    if worth.is_empty() {
        let why = "because at least half of the runs fail, or no number of them is as good";
        return output.line(&format!("  a {vote} cannot be expressed in independent agents, {why}"));
    }
    let line = format!(
        "independent agents whose majority is correct as often as a {vote} of k: {}",
        worth.join(", ")
    );
    wrapped(&line, 2).iter().try_for_each(|line| output.line(line))
}

fn without(output: &mut Output, left: &[EffectiveWithout]) -> io::Result<()> {
    let names = width(left.iter().map(|without| short_name(&without.agent)));
    for EffectiveWithout { agent, of, kish, votes, .. } in left {
        let kish = kish.map(|kish| format!("effective sample size {}", one(kish)));
        let votes = votes.map(|votes| format!("the other {of} are worth {} independent agents", one(votes)));
        let told: Vec<String> = kish.into_iter().chain(votes).collect();
        output.line(&format!("  without {:<names$}  {}", short_name(agent), told.join("; ")))?;
    }
    Ok(())
}

fn one(value: f64) -> String {
    match value {
        ..100.0 => format!("{value:.1}"),
        ..1000.0 => grouped(value.round() as u64),
        _ => "over 1,000".into(),
    }
}

fn ends(interval: Option<Interval>) -> String {
    let end = |value: f64| if value.is_finite() { one(value) } else { "∞".into() };
    interval.map_or("–".into(), |Interval { low, high }| format!("{} to {}", end(low), end(high)))
}
