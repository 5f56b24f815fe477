//! What can be typed after `kofn plan`.

use super::Question;
use super::ReadingArguments;
use super::values::{amount, most_agents, probability_between_zero_and_one, rate, whole_number};
use clap::Args;
use kofn::plan::Scope;
use std::path::PathBuf;

/// The fields of a plan, in lines that a terminal does not break.
pub(super) const PLAN_JSON: &str = "\
Whatever its own scheme is, the scenario's agents are put under every scheme that has a
place for them, in every size; the cheapest that meets what is asked comes first. Agents
with rates of their own are taken from the most reliable on. Where none will do it is
told what would, each by itself.

--json prints one object. Of the scenario's own scheme:
  schema, scenario, target, correct, smallest_count, unreachable, tried,
  best {count, correct}, largest_failure_rate,
  limit {correct, abstain, wrong, failure}, refused {part: reason}
What was asked:
  demand {target, max_wrong, max_cost, max_latency, at_most, repeated_calls,
    checker, accepts_correct, accepts_wrong}
All that could be built; null where refused says why:
  options {considered, price, cheapest, cheapest_for_target, most_reliable,
    frontier [CHOICE], left_out {scheme: reason}}
  considered: how many; price: \"cost\", or \"calls\" and validations together;
  cheapest_for_target: whatever the other ceilings; frontier: the cheapest first
  CHOICE {name, agents, members, scenario, correct, abstain, wrong, failure,
    expected_calls, expected_validations, expected_cost, expected_latency,
    price, meets}; null where there is none
  members: which agents, counted from 0; null where all are alike
What stands in the way; null where the target can be reached:
  obstacle {ceiling {correct, abstain, wrong, failure}, majority COUNT,
    independent COUNT, lifts [LIFT]}
  ceiling: of ever more agents under a majority; independent: if they were
  COUNT {smallest_count, unreachable, tried, best {count, correct}, refused}
  LIFT {change, class, accepts_correct, present, largest, choice CHOICE}
  change: correlation, common-cause, failure-rate, failure-rates (largest is a
  factor of all), hardest-class (class counts from 0), accepts-wrong (of a
  validator with this accepts_correct) or validator-failure-rate (it repairs
  what it rejects); largest: null where no value will do
How sure that is, where rates were fitted; else null:
  intervals {replicas, level, choices [{name, correct [low, high], failure,
    wrong, price, share_that_meets}],
    smallest_majority {interval [low, high], share_that_meets}}
  null is an end beyond at_most";

/// What is asked of systems has no meaning for a margin.
const PLAN_CEILINGS: [&str; 9] = [
    "max_wrong",
    "max_cost",
    "max_latency",
    "at_most",
    "no_repeated_calls",
    "checker",
    "accepts_correct",
    "accepts_wrong",
    "figure",
];
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub question: Question,
    /// Plan with the agents of these logs, as the model that `kofn fit` trusts has them: with the uncertainty of what was fitted
    #[arg(long, value_name = "LOG", num_args = 1..,
        conflicts_with_all = ["file", "agents", "failure_rate", "scheme", "k", "steps"])]
    pub logs: Vec<PathBuf>,
    /// With --logs: give every agent its own failure rate, so that the best of them are chosen; else all have their mean, and there may be more
    #[arg(long, requires = "logs")]
    pub own_rates: bool,
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// The P(correct) to reach, above 0 and below 1
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub target: f64,
    /// So many steps shall all be right: the smallest margin of --scheme ahead-by for that
    #[arg(long, value_name = "S", allow_hyphen_values = true, value_parser = whole_number,
        conflicts_with_all = PLAN_CEILINGS)]
    pub steps: Option<u64>,
    /// P(wrong) shall be at most this
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate)]
    pub max_wrong: Option<f64>,
    /// A task shall cost at most this: in the scenario's prices or, without [costs], in calls and validations
    #[arg(long, value_name = "C", allow_hyphen_values = true, value_parser = amount)]
    pub max_cost: Option<f64>,
    /// A task shall take at most this long, in the scenario's unit
    #[arg(long, value_name = "T", allow_hyphen_values = true, value_parser = amount)]
    pub max_latency: Option<f64>,
    /// So many agents, or calls of one, at most
    #[arg(long, value_name = "N", default_value_t = Scope::default().most_agents, allow_hyphen_values = true,
        value_parser = most_agents)]
    pub at_most: u64,
    /// Ask no agent the same twice: no races, and one attempt of a pipeline
    #[arg(long)]
    pub no_repeated_calls: bool,
    /// There is a checker, free of charge, that knows a correct answer when it sees one
    #[arg(long)]
    pub checker: bool,
    /// There is a validator that accepts a correct candidate this often
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate, requires = "accepts_wrong")]
    pub accepts_correct: Option<f64>,
    /// And a wrong one this often
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate, requires = "accepts_correct")]
    pub accepts_wrong: Option<f64>,
    /// Draw what each price buys, and write the numbers beside it as CSV
    #[arg(long, value_name = "FILE.svg")]
    pub figure: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}
