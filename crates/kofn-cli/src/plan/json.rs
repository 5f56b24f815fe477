//! A plan as JSON. Its fields are told in the help of `kofn plan`.

use super::Planned;
use crate::json;
use kofn::exact::Limit;
use kofn::plan::{
    Change, Choice, ChoiceIntervals, Count, Interval, Lift, Obstacle, Options, Reached, Uncertainty,
};
use kofn::scenario::scheme::Judge;
use kofn::{Error, Scenario};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Serialize)]
pub(super) struct Fields<'a> {
    schema: u32,
    scenario: &'a Scenario,
    target: f64,
    /// P(correct) of the scenario as it is.
    correct: f64,
    smallest_count: Option<u64>,
    /// Whether no number of agents meets the target, which is proven then.
    unreachable: bool,
    /// Up to which number there is none, where it is not known what lies beyond.
    tried: Option<u64>,
    /// The best number that was seen, where none meets the target.
    best: Option<BestFields>,
    largest_failure_rate: Option<f64>,
    limit: Option<LimitFields>,
    /// Why a part has no answer, by its name.
    refused: BTreeMap<&'static str, String>,
    demand: DemandFields,
    options: Option<OptionsFields<'a>>,
    obstacle: Option<ObstacleFields<'a>>,
    intervals: Option<IntervalsFields>,
}

#[derive(Debug, Serialize)]
struct BestFields {
    count: u64,
    correct: f64,
}

#[derive(Debug, Serialize)]
struct LimitFields {
    correct: f64,
    abstain: f64,
    wrong: f64,
    failure: f64,
}

#[derive(Debug, Serialize)]
struct DemandFields {
    target: f64,
    max_wrong: Option<f64>,
    max_cost: Option<f64>,
    max_latency: Option<f64>,
    at_most: u64,
    repeated_calls: bool,
    checker: bool,
    accepts_correct: Option<f64>,
    accepts_wrong: Option<f64>,
}

#[derive(Debug, Serialize)]
struct OptionsFields<'a> {
    /// How many systems were assessed.
    considered: usize,
    /// What a price is: "cost" as the scenario gives it, or "calls" and validations together.
    price: &'static str,
    /// The cheapest that meets the demand.
    cheapest: Option<ChoiceFields<'a>>,
    /// The cheapest that meets the target, whatever the rest of the demand.
    cheapest_for_target: Option<ChoiceFields<'a>>,
    most_reliable: ChoiceFields<'a>,
    frontier: Vec<ChoiceFields<'a>>,
    /// Why a scheme was not considered, by its name.
    left_out: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
struct ChoiceFields<'a> {
    name: String,
    agents: u64,
    /// Which of the agents, where they differ, as places in the scenario.
    members: Option<&'a [usize]>,
    scenario: &'a Scenario,
    correct: f64,
    abstain: f64,
    wrong: f64,
    failure: f64,
    expected_calls: f64,
    expected_validations: f64,
    expected_cost: Option<f64>,
    expected_latency: Option<f64>,
    price: f64,
    meets: bool,
}

#[derive(Debug, Serialize)]
struct ObstacleFields<'a> {
    /// What a majority of ever more agents comes to.
    ceiling: Option<LimitFields>,
    /// How many agents a majority would take.
    majority: CountFields,
    /// The same if their failures were independent.
    independent: Option<CountFields>,
    lifts: Vec<LiftFields<'a>>,
}

#[derive(Debug, Serialize)]
struct CountFields {
    smallest_count: Option<u64>,
    unreachable: bool,
    tried: Option<u64>,
    best: Option<BestFields>,
    refused: Option<String>,
}

#[derive(Debug, Serialize)]
struct LiftFields<'a> {
    /// "correlation", "common-cause", "failure-rate", "failure-rates", "hardest-class", "accepts-wrong" or "validator-failure-rate".
    change: &'static str,
    /// The class of tasks, counted from 0, of "hardest-class".
    class: Option<usize>,
    /// The validator's other rate, of "accepts-wrong".
    accepts_correct: Option<f64>,
    present: Option<f64>,
    largest: Option<f64>,
    choice: ChoiceFields<'a>,
}

#[derive(Debug, Serialize)]
struct IntervalsFields {
    replicas: usize,
    level: f64,
    choices: Vec<ChoiceIntervalsFields>,
    smallest_majority: CountIntervalFields,
}

#[derive(Debug, Serialize)]
struct ChoiceIntervalsFields {
    name: String,
    correct: [f64; 2],
    failure: [f64; 2],
    wrong: [f64; 2],
    price: [f64; 2],
    share_that_meets: f64,
}

#[derive(Debug, Serialize)]
struct CountIntervalFields {
    /// Null where no number up to `at_most` does.
    interval: [Option<u64>; 2],
    share_that_meets: f64,
}

pub(super) fn fields<'a>(planned: &'a Planned<'a>) -> Fields<'a> {
    let plan = planned.plan.as_ref();
    let count = plan.ok().and_then(|plan| plan.smallest_count.as_ref().ok()).map(count_fields);
    let limit = plan.ok().and_then(|plan| plan.limit.as_ref().ok());
    let rate = plan.ok().and_then(|plan| plan.largest_failure_rate.as_ref().ok());
    let (smallest_count, unreachable, tried, best) = count.map_or((None, false, None, None), |count| {
        (count.smallest_count, count.unreachable, count.tried, count.best)
    });
    Fields {
        schema: json::SCHEMA,
        scenario: planned.scenario,
        target: planned.demand.target,
        correct: planned.present.correct,
        smallest_count,
        unreachable,
        tried,
        best,
        largest_failure_rate: rate.copied().flatten(),
        limit: limit.map(limit_fields),
        refused: refused(planned),
        demand: demand_fields(planned),
        options: planned.options.as_ref().ok().map(options_fields),
        obstacle: planned.obstacle.as_ref().map(|obstacle| obstacle_fields(obstacle, planned)),
        intervals: planned
            .uncertainty
            .as_ref()
            .zip(planned.options.as_ref().ok())
            .map(|(uncertainty, options)| intervals_fields(uncertainty, options)),
    }
}

fn refused(planned: &Planned<'_>) -> BTreeMap<&'static str, String> {
    let mut reasons: Vec<(&str, Option<&Error>)> = match &planned.plan {
        Ok(plan) => vec![
            ("smallest_count", plan.smallest_count.as_ref().err()),
            ("largest_failure_rate", plan.largest_failure_rate.as_ref().err()),
            ("limit", plan.limit.as_ref().err()),
        ],
        Err(error) => {
            ["smallest_count", "largest_failure_rate", "limit"].map(|name| (name, Some(error))).into()
        }
    };
    reasons.push(("options", planned.options.as_ref().err()));
    reasons.into_iter().filter_map(|(name, error)| Some((name, error?.to_string()))).collect()
}

fn count_fields(count: &Count) -> CountFields {
    let best_of = |best: &Reached| BestFields { count: best.count, correct: best.correct };
    let (smallest_count, unreachable, tried, best) = match count {
        Count::Found(reached) => (Some(reached.count), false, None, None),
        Count::Never { best } => (None, true, None, Some(best_of(best))),
        Count::NotUpTo { tried, best } => (None, false, Some(*tried), Some(best_of(best))),
    };
    CountFields { smallest_count, unreachable, tried, best, refused: None }
}

fn count_or_refusal(count: &Result<Count, Error>) -> CountFields {
    let refused = |error: &Error| CountFields {
        smallest_count: None,
        unreachable: false,
        tried: None,
        best: None,
        refused: Some(error.to_string()),
    };
    count.as_ref().map_or_else(refused, count_fields)
}

fn limit_fields(&Limit { correct, abstain, wrong, failure, .. }: &Limit) -> LimitFields {
    LimitFields { correct, abstain, wrong, failure }
}

fn demand_fields(planned: &Planned<'_>) -> DemandFields {
    let (demand, scope) = (planned.demand, planned.scope);
    let rates = match scope.validator {
        Some(Judge::Rates { accepts_correct, accepts_wrong, .. }) => Some((accepts_correct, accepts_wrong)),
        _ => None,
    };
    DemandFields {
        target: demand.target,
        max_wrong: demand.most_wrong,
        max_cost: demand.most_cost,
        max_latency: demand.most_latency,
        at_most: scope.most_agents,
        repeated_calls: scope.repeated_calls,
        checker: scope.checker,
        accepts_correct: rates.map(|(correct, _)| correct),
        accepts_wrong: rates.map(|(_, wrong)| wrong),
    }
}

fn options_fields(options: &Options) -> OptionsFields<'_> {
    let at = |place: usize| choice_fields(&options.choices[place], options);
    let reason = |left: &kofn::plan::LeftOut| (left.scheme, left.error.to_string());
    OptionsFields {
        considered: options.choices.len(),
        price: options.choices[options.most_reliable].exact.expected.cost.map_or("calls", |_| "cost"),
        cheapest: options.cheapest.map(at),
        cheapest_for_target: options.cheapest_for_target.map(at),
        most_reliable: at(options.most_reliable),
        frontier: options.frontier.iter().copied().map(at).collect(),
        left_out: options.left_out.iter().map(reason).collect(),
    }
}

fn choice_fields<'a>(choice: &'a Choice, options: &Options) -> ChoiceFields<'a> {
    let (exact, expected) = (&choice.exact, &choice.exact.expected);
    ChoiceFields {
        name: choice.to_string(),
        agents: choice.agents(),
        members: choice.members.as_deref(),
        scenario: &choice.scenario,
        correct: exact.correct,
        abstain: exact.abstain,
        wrong: exact.wrong,
        failure: exact.failure,
        expected_calls: expected.calls,
        expected_validations: expected.validations,
        expected_cost: expected.cost,
        expected_latency: expected.latency,
        price: choice.price,
        meets: options.demand.is_met_by(exact, choice.price),
    }
}

fn obstacle_fields<'a>(obstacle: &'a Obstacle, planned: &'a Planned<'a>) -> ObstacleFields<'a> {
    let lifts = planned
        .options
        .as_ref()
        .ok()
        .map(|options| obstacle.lifts.iter().map(|lift| lift_fields(lift, options)).collect());
    ObstacleFields {
        ceiling: obstacle.ceiling.as_ref().ok().map(limit_fields),
        majority: count_or_refusal(&obstacle.majority),
        independent: obstacle.independent.as_ref().map(count_or_refusal),
        lifts: lifts.unwrap_or_default(),
    }
}

fn lift_fields<'a>(lift: &'a Lift, options: &Options) -> LiftFields<'a> {
    let (change, class, accepts_correct) = match lift.change {
        Change::Correlation => ("correlation", None, None),
        Change::CommonCause => ("common-cause", None, None),
        Change::FailureRate => ("failure-rate", None, None),
        Change::FailureRates => ("failure-rates", None, None),
        Change::HardestClass(class) => ("hardest-class", Some(class), None),
        Change::AcceptsWrong { accepts_correct } => ("accepts-wrong", None, Some(accepts_correct)),
        Change::ValidatorFailureRate => ("validator-failure-rate", None, None),
    };
    let choice = choice_fields(&lift.choice, options);
    LiftFields { change, class, accepts_correct, present: lift.present, largest: lift.largest, choice }
}

fn intervals_fields(uncertainty: &Uncertainty, options: &Options) -> IntervalsFields {
    let ends = |interval: Interval| [interval.low, interval.high];
    let of = |intervals: &ChoiceIntervals| ChoiceIntervalsFields {
        name: options.choices[intervals.choice].to_string(),
        correct: ends(intervals.correct),
        failure: ends(intervals.failure),
        wrong: ends(intervals.wrong),
        price: ends(intervals.price),
        share_that_meets: intervals.share_that_meets,
    };
    let count = &uncertainty.smallest_majority;
    IntervalsFields {
        replicas: uncertainty.replicas,
        level: uncertainty.level,
        choices: uncertainty.choices.iter().map(of).collect(),
        smallest_majority: CountIntervalFields {
            interval: [count.low, count.high],
            share_that_meets: count.share_that_meets,
        },
    }
}
