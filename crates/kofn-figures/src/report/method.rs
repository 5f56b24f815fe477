//! How everything was computed, what is assumed, and a glossary.

use super::Section;
use super::parts::{list, sentence, units};
use kofn::answers::grouped;
use kofn::answers::numbers::percent;
use kofn_logs::advice::LogReport;
use kofn_logs::fit::{FALSE_ALARM_RATE, Fit};
use maud::html;

pub(super) fn section(report: &LogReport) -> Section {
    let version = concat!("kofn ", env!("CARGO_PKG_VERSION"));
    let methods: Vec<String> = report.fit.fit.as_ref().map(methods).unwrap_or_default();
    let assumed: Vec<String> =
        report.plan.iter().flat_map(|plan| &plan.plan.assumed).map(|said| sentence(said)).collect();
    let body = html! {
        (list(None, &[methods, planning(report)].concat()))
        @if !assumed.is_empty() { h3 { "Assumed" } (list(None, &assumed)) }
        h3 { "Glossary" }
        dl { @for (word, meaning) in GLOSSARY { dt { (word) } dd { (meaning) } } }
    };
    let heading = format!("Computed by {version}: the same log and options give the same report");
    Section { id: "method", name: "Method", heading, body }
}

fn methods(fit: &Fit) -> Vec<String> {
    let level = percent(fit.confidence);
    vec![
        format!("All intervals have a confidence of {level}."),
        format!(
            "Intervals of failure rates, φ, votes and effective votes come from {} bootstrap replicates that resample {} \
             with replacement, seed {}.",
            grouped(fit.replicas as u64),
            units(fit),
            fit.seed
        ),
        "φ is a moment estimate: covariance divided by variance, both corrected for estimated rates.".into(),
        format!(
            "The {} are split into random halves {} times. Models are fitted to each half by maximum likelihood, and tested \
             on the other. The model with the largest log-likelihood of held-out tasks is trusted, unless one with fewer \
             parameters is within one standard error.",
            units(fit),
            fit.halvings
        ),
        format!(
            "The probability that any pair is called suspicious by chance alone is at most {FALSE_ALARM_RATE}."
        ),
    ]
}

/// How the plan was made.
fn planning(report: &LogReport) -> Vec<String> {
    let Ok(plan) = &report.plan else { return Vec::new() };
    let question = &report.question.plan;
    let mut said = vec![format!(
        "P(correct) of a system is exact under the trusted model, which was fitted with {} replicates for the plan. It is \
         replayed on the recorded runs, averaged over all ways to draw them; intervals of replays are over tasks, or \
         clusters of tasks.",
        question.fit.replicas
    )];
    said.extend(plan.log.held_out.as_ref().map(|held_out| {
        format!(
            "The choice of a system was repeated on {} random halves of the tasks and judged on the other halves, seed {}. \
             A replay that is called corrected is reduced by what these choices lose from one half to the other.",
            held_out.choices, question.fit.seed
        )
    }));
    said
}

const GLOSSARY: [(&str, &str); 14] = [
    ("failure", "a wrong answer, or none."),
    ("failure rate", "share of runs that fail, as the mean over tasks."),
    (
        "φ (phi)",
        "correlation of the failures of two agents on one task: 0 if independent, 1 if they always fail together.",
    ),
    ("collision", "probability that two wrong agents give the same answer."),
    ("latent correlation", "correlation parameter of the Gaussian copula; larger than φ."),
    ("majority of k", "more than half of k runs are correct."),
    ("plurality", "the answer with the most votes; a tie abstains."),
    ("abstain", "no answer is given, and everyone knows."),
    ("pass^k, pass@k", "all of k runs are correct; at least one of them is."),
    (
        "effective sample size (Kish)",
        "n/(1 + (n − 1)·φ): number of independent agents with the same information.",
    ),
    ("effective votes", "number of independent agents whose majority is correct as often as the vote."),
    ("held-out tasks", "tasks that a model was not fitted to, or a system was not chosen on."),
    ("replay", "the outcome of a system on the recorded runs."),
    ("cascade, A > B", "B is asked only where A abstains."),
];
