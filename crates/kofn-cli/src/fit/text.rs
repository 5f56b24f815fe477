//! A fit as text for a terminal.

use super::answers::answers;
use super::trust::{models, trust};
use crate::output::{BAD, FAINT, Output, STRONG, styled};
use crate::text::{grouped, short};
use kofn::answers::numbers::{between as interval, four_decimals as four, percent, three_decimals as three};
use kofn_logs::SourceReport;
use kofn_logs::fit::{
    AgentFit, AgentPasses, AlikePair, CorrelatedRuns, Correlation, Fit, PassesAtK, TasksByK, VoteKind,
};
use std::io;

/// Maximum number of repeats, and of runs in a vote, that are shown; JSON has them all.
const MAX_SHOWN: usize = 9;

/// Maximum number of different numbers of tasks that are shown for one agent, but for the last.
const MAX_STEPS: usize = 5;

/// Maximum number of characters of an agent's name.
const MAX_NAME_CHARS: usize = 60;

/// Returns a name from a log as it is shown: shortened, and with invisible characters escaped.
pub(super) fn short_name(name: &str) -> String {
    kofn::escape(&kofn::shorten(name, MAX_NAME_CHARS)).into_owned()
}

/// What was read, and what was left out.
pub(crate) fn read(output: &mut Output, sources: &[SourceReport], notes: &[String]) -> io::Result<()> {
    for source in sources {
        let SourceReport { name, format, runs, correct, .. } = source;
        let is_read = if *runs == 0 && source.left_out.is_empty() {
            format.clone()
        } else {
            let runs = if *runs == 1 { "1 run".into() } else { format!("{} runs", grouped(*runs)) };
            format!("{format}, {runs}, {} of them correct", grouped(*correct))
        };
        output.line(&format!("{}: {is_read}", styled(STRONG, &kofn::escape(name))))?;
        for (reason, count) in &source.left_out {
            output.line(&format!("  left out: {} ({})", grouped(*count), kofn::escape(reason)))?;
        }
        for note in &source.notes {
            output.line(&format!("  note: {note}"))?;
        }
    }
    for note in notes {
        output.line(&format!("note: {note}"))?;
    }
    Ok(())
}

pub(super) fn fit(output: &mut Output, fit: &Fit) -> io::Result<()> {
    agents(output, fit)?;
    prices(output, fit)?;
    repeats(output, fit)?;
    together(output, fit)?;
    models(output, fit)?;
    trust(output, fit, fit.trusted.as_ref())?;
    caveats(output, fit)?;
    votes(output, fit)?;
    answers(output, fit)
}

/// What must be known wherever a model is used.
pub(super) fn caveats(output: &mut Output, fit: &Fit) -> io::Result<()> {
    let caveats = fit.caveats();
    for caveat in &caveats {
        output.line(&format!("{} {caveat}", styled(BAD, "caution:")))?;
    }
    if caveats.is_empty() { Ok(()) } else { output.line("") }
}

fn agents(output: &mut Output, fit: &Fit) -> io::Result<()> {
    let width = width(fit.agents.iter().map(|agent| short_name(&agent.name)));
    let row = |name: &str, cells: [String; 6]| {
        let [tasks, runs, rate, exact, wilson, resampled] = cells;
        format!("{name:<width$} {tasks:>6} {runs:>6}  {rate:<8}{exact:<17}{wilson:<17}{resampled}")
            .trim_end()
            .to_owned()
    };
    let bootstrap = format!("bootstrap over {}", units(fit));
    let heads = ["tasks", "runs", "fails", "Clopper–Pearson", "Wilson", &bootstrap];
    let head = row("agent", heads.map(str::to_owned));
    output.line(&styled(FAINT, &head))?;
    for AgentFit { name, rates, resampled, .. } in &fit.agents {
        let exact = [rates.clopper_pearson, rates.wilson].map(|known| interval(Some(known)));
        let [exact, wilson] = exact;
        let counts = [rates.tasks, rates.runs].map(grouped);
        let [tasks, runs] = counts;
        let cells = [tasks, runs, four(rates.failure_rate), exact, wilson, interval(*resampled)];
        output.line(&row(&short_name(name), cells))?;
    }
    output.line(&format!("  {} intervals of the failure rate{}", percent(fit.confidence), caution(fit)))?;
    if let Some(clusters) = clusters(fit) {
        output.line(&format!("  {clusters}"))?;
    }
    if let Some(pooled) = pooled(fit) {
        output.line(&format!("  {pooled}"))?;
        output.line(
            "  Clopper–Pearson and Wilson: intervals of the pooled rate, as if all runs were independent",
        )?;
    }
    output.line("")
}

/// What runs cost and how long they take, where logs say so.
fn prices(output: &mut Output, fit: &Fit) -> io::Result<()> {
    let priced = || fit.agents.iter().filter_map(|agent| Some((&agent.name, agent.prices?)));
    let width = width(priced().map(|(name, _)| short_name(name)));
    let row = |name: &str, cost: &str, latency_ms: &str, runs: &str| {
        format!("{name:<width$} {cost:>14} {latency_ms:>12} {runs:>12}").trim_end().to_owned()
    };
    if priced().next().is_none() {
        return Ok(());
    }
    output.line(&styled(FAINT, &row("agent", "cost of a run", "time, ms", "stated by")))?;
    for (name, prices) in priced() {
        let cost = prices.cost.map_or("–".into(), short);
        let latency_ms = prices.latency_ms.map_or("–".into(), |latency_ms| format!("{latency_ms:.0}"));
        let runs = grouped(prices.cost_runs.max(prices.latency_runs));
        output.line(&row(&short_name(name), &cost, &latency_ms, &runs))?;
    }
    output.line(
        "  means over the runs that state them; they are the costs of the scenario if every agent has them",
    )?;
    output.line("")
}

/// What is redrawn and halved.
pub(super) fn units(fit: &Fit) -> &'static str {
    if fit.clusters.is_some() { "clusters" } else { "tasks" }
}

/// What the closed-form intervals leave out.
fn caution(fit: &Fit) -> &'static str {
    let repeated = fit.agents.iter().any(|agent| agent.rates.runs > agent.rates.tasks);
    match fit.clusters {
        Some(_) => "; only the last column accounts for correlation within a cluster",
        None if repeated => "; only the last column accounts for correlation between runs of one task",
        None => "",
    }
}

/// That tasks in clusters are not redrawn one by one.
fn clusters(fit: &Fit) -> Option<String> {
    let clusters = fit.clusters?;
    let redrawn = format!("intervals redraw {} clusters, not tasks", grouped(clusters));
    Some(if clusters < 2 {
        "one cluster cannot be redrawn: no intervals from redraws".into()
    } else {
        redrawn
    })
}

/// The pooled rates, where they are seen to differ from the means over tasks.
fn pooled(fit: &Fit) -> Option<String> {
    let differs = |agent: &&AgentFit| four(agent.rates.failure_rate) != four(agent.rates.pooled_failure_rate);
    let mut differing = fit.agents.iter().filter(differs);
    let told = differing.by_ref().take(MAX_SHOWN).map(|AgentFit { name, rates, .. }| {
        let (pooled, runs) = (four(rates.pooled_failure_rate), grouped(rates.runs));
        format!("{}: {pooled} pooled over its {runs} runs", short_name(name))
    });
    let told = told.collect::<Vec<_>>().join("; ");
    let more = match differing.count() {
        0 => String::new(),
        more => format!("; {more} more (--json lists all)"),
    };
    (!told.is_empty()).then(|| format!("{told}{more}; rates are means over tasks"))
}

/// A row of pass^k or pass@k: a value for each k, where there is one.
type Row = Vec<(u32, Option<f64>)>;

/// pass^k and pass@k, at the k that were asked for or the first ones.
fn passes(passes: &AgentPasses) -> [(&'static str, Row); 2] {
    let listed = |values: &[f64]| (1..).zip(values.iter().copied().map(Some)).take(MAX_SHOWN).collect();
    let asked = |of: fn(&PassesAtK) -> Option<f64>| passes.passes.iter().map(|at| (at.k, of(at))).collect();
    match passes.passes.is_empty() {
        true => [("pass^k", listed(&passes.pass_all)), ("pass@k", listed(&passes.pass_any))],
        false => [("pass^k", asked(|at| at.pass_all)), ("pass@k", asked(|at| at.pass_any))],
    }
}

/// pass^k and pass@k of agents with repeated runs.
fn repeats(output: &mut Output, fit: &Fit) -> io::Result<()> {
    let is_repeated = |agent: &&AgentFit| agent.passes.most_runs() > 1;
    let repeated: Vec<&AgentFit> = fit.agents.iter().filter(is_repeated).collect();
    let rows = repeated.iter().map(|agent| passes(&agent.passes));
    let Some([(_, longest), _]) = rows.max_by_key(|[(_, row), _]| row.len()) else { return Ok(()) };
    let width = width(repeated.iter().map(|agent| short_name(&agent.name)));
    let heads: String = longest.iter().map(|(k, _)| format!("{:<7} ", format!("k = {k}"))).collect();
    output.line(&styled(FAINT, format!("{:<width$}         {heads}", "agent").trim_end()))?;
    for AgentFit { name, passes: of_agent, within_correlation, .. } in &repeated {
        let name = short_name(name);
        for (what, row) in passes(of_agent) {
            let cell = |(k, value): &(u32, Option<f64>)| {
                let column = format!("k = {k}").chars().count().max(7);
                format!("{:<column$} ", value.map_or("–".into(), four))
            };
            let cells: String = row.iter().map(cell).collect();
            output.line(format!("{name:<width$} {what}  {cells}").trim_end())?;
        }
        if let Some(correlation) = within_correlation {
            output.line(&format!("{:<width$} correlation of two runs of one task {correlation:.3}", ""))?;
        }
        if of_agent.tasks_by_k.len() > 1 {
            output.line(&format!(
                "{:<width$} tasks with at least k runs: {}",
                "",
                steps(&of_agent.tasks_by_k)
            ))?;
        }
    }
    output.line("  pass^k: all of k runs are correct; pass@k: at least one is")?;
    if let Some(largest) = repeated.iter().find_map(|agent| agent.passes.passes.last()) {
        output
            .line(&format!("  over the tasks with at least {} runs of the agent, for every k", largest.k))?;
    } else if repeated.iter().any(|agent| agent.passes.tasks_by_k.len() > 1) {
        output.line("  over all tasks of the agent, up to its least number of runs of a task; --k K asks for larger k")?;
    }
    output.line("")
}

/// The numbers of tasks with at least k runs.
fn steps(steps: &[TasksByK]) -> String {
    let step = |step: &TasksByK| format!("{} for k ≤ {}", grouped(step.tasks), step.k);
    let (first, last) = (steps.iter().take(MAX_STEPS), steps.last());
    let mut told: Vec<String> = first.map(step).collect();
    if steps.len() > MAX_STEPS + 1 {
        told.push("…".into());
    }
    told.extend(last.filter(|_| steps.len() > MAX_STEPS).map(step));
    told.join(", ")
}

/// How failures go together.
fn together(output: &mut Output, fit: &Fit) -> io::Result<()> {
    let known: Vec<f64> = fit.pairs.iter().filter_map(|pair| pair.phi).collect();
    if !known.is_empty() {
        let (low, high) = known
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &phi| (low.min(phi), high.max(phi)));
        let pairs = if known.len() == 1 { "pair" } else { "pairs" };
        let range = if low == high { format!("{low:.3}") } else { format!("{low:.3} to {high:.3}") };
        output.line(&format!("φ of {} {pairs} of agents: {range}", known.len()))?;
    }
    if let Some(correlations) = correlations(fit) {
        output.line(&correlations)?;
    }
    for alike in &fit.alike {
        output.line(&suspicion(fit, alike))?;
    }
    output.line("")
}

/// What two runs have in common, of two agents and of one.
fn correlations(fit: &Fit) -> Option<String> {
    let told = |what: &str, correlation: Correlation| {
        let around = interval(correlation.resampled);
        format!("{what}: φ {} ({around})", three(correlation.value))
    };
    let between = fit.correlation.filter(|correlation| correlation.between == CorrelatedRuns::Agents);
    let between = between.map(|correlation| told("failures of two agents on one task", correlation));
    let repeats = fit.repeats.map(|correlation| {
        told(
            if between.is_some() { "of two runs of one agent" } else { "failures of two runs of one task" },
            correlation,
        )
    });
    let told: Vec<String> = between.into_iter().chain(repeats).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Two agents that may be one, or whose runs were copied.
fn suspicion(fit: &Fit, alike: &AlikePair) -> String {
    let [one, other] =
        [alike.pair.agents.0, alike.pair.agents.1].map(|agent| short_name(&fit.agents[agent].name));
    let (seen, tasks) = (percent(alike.pair.agreement), grouped(alike.pair.tasks));
    let phi = alike.pair.phi.map_or(String::new(), |phi| format!(" (φ {phi:.3})"));
    let what = if alike.copied {
        "copied runs?".to_owned()
    } else {
        format!("a typical pair agrees on {}", percent(alike.expected_agreement))
    };
    format!("{} {one} and {other} agree on {seen} of {tasks} tasks{phi}: {what}", styled(BAD, "suspicious:"))
}

fn votes(output: &mut Output, fit: &Fit) -> io::Result<()> {
    let models = fit.compared();
    let row = |name: &str, observed: &str, around: &str, predicted: Vec<String>| {
        let predicted: String = predicted.iter().map(|value| format!("{value:<17}")).collect();
        format!("{name:<15} {observed:<9} {around:<15} {predicted}").trim_end().to_owned()
    };
    let names = models.iter().map(|&model| fit.models[model].model.family.name().to_owned()).collect();
    output.line(&styled(FAINT, &row("vote", "observed", &intervals(fit), names)))?;
    let shown = || fit.votes.iter().filter(|vote| vote.row.target.is_usual());
    for vote in shown() {
        let Some(observed) = vote.row.observed.share else { continue };
        let predicted = models.iter().map(|&model| vote.row.predicted.get(model).copied().flatten());
        let predicted = predicted.map(|value| value.map_or("–".into(), four)).collect();
        output.line(&row(
            &vote.row.target.to_string(),
            &four(observed),
            &interval(vote.resampled),
            predicted,
        ))?;
    }
    if let Some(few) =
        shown().filter(|vote| vote.row.observed.left_out > 0).map(|vote| vote.row.target.of).min()
    {
        let what = if fit.agents.len() > 1 { "agents" } else { "runs" };
        output.line(&format!("  votes of {few} or more are over fewer tasks: those with enough {what}"))?;
    }
    for vote in shown().filter(|vote| vote.row.target.vote == VoteKind::Majority && vote.tells == Some(false))
    {
        let why = if fit.is_near_half() {
            ": near a failure rate of ½ a majority is nearly the same under any model"
        } else {
            ""
        };
        output.line(&format!(
            "  {} does not distinguish the trusted model from independence here{why}",
            vote.row.target
        ))?;
    }
    output.line("")
}

pub(super) fn width<T: AsRef<str>>(texts: impl Iterator<Item = T>) -> usize {
    texts.map(|text| text.as_ref().chars().count()).max().unwrap_or(0).max(5)
}

fn intervals(fit: &Fit) -> String {
    format!("{} interval", percent(fit.confidence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kofn_logs::fit::{FitOptions, fit};
    use kofn_logs::{ReadOptions, Results, RunTally, Source, read};

    /// A fit of 60 tasks in so many clusters.
    fn fitted(clusters: Option<u64>) -> Fit {
        let row = |task: u32| format!("{task},{},{}\n", task % 2, (task / 2) % 2);
        let csv = format!("task,ada,bob\n{}", (0..60).map(row).collect::<String>());
        let source = Source::new("runs.csv", std::io::Cursor::new(csv));
        let mut log = read(vec![source], &ReadOptions::default()).expect("a log");
        let tallies = |task: u32| [task % 2, (task / 2) % 2].map(|c| RunTally::new(c, 1).expect("a tally"));
        if let Some(clusters) = clusters {
            let tasks = (0..60_u32).map(|task| (u64::from(task) / 2 % clusters, tallies(task).to_vec(), 1));
            log.results = Results::gather_clustered(2, tasks);
        }
        fit(&log, &FitOptions::default().with_replicas(50)).expect("a fit")
    }

    #[test]
    fn clusters_are_told() {
        let plain = fitted(None);
        assert_eq!((units(&plain), caution(&plain), clusters(&plain)), ("tasks", "", None));
        let clustered = fitted(Some(12));
        assert_eq!(units(&clustered), "clusters");
        assert_eq!(clusters(&clustered).as_deref(), Some("intervals redraw 12 clusters, not tasks"));
        assert!(caution(&clustered).contains("within a cluster"));
        let one = fitted(Some(1));
        assert!(clusters(&one).is_some_and(|text| text.contains("no intervals from redraws")));
        assert!(one.agents.iter().all(|agent| agent.resampled.is_none()));
    }
}
