//! What it takes to reach a target.

use super::SCHEMA;
use crate::exact::Limit;
use crate::outcome::{Exact, Interval};
use crate::plan::{
    self, Ceiling, Change, Choice, ChoiceIntervals, Count, Demand, LargestRate, Lift, Obstacle, Options,
    Plan, Reached, Scope, Uncertainty,
};
use crate::scenario::scheme::{AheadBy, Judge};
use crate::scenario::{Error, Problem, Scenario, WrongAnswers};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Share of replicas that an interval of a plan holds.
const LEVEL: f64 = 0.95;

/// What it takes to reach a target.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanAnswer {
    /// Version of this object.
    pub schema: u32,
    /// The scenario, its defaults filled in.
    pub scenario: Scenario,
    /// The P(correct) to reach.
    pub target: f64,
    /// P(correct) of the scenario as it is.
    pub correct: f64,
    /// Smallest number of agents with which the scenario's own scheme meets the demand.
    pub smallest_count: Option<u64>,
    /// Whether it is proven that no number of agents does.
    pub unreachable: bool,
    /// Largest number tried, where none up to it reaches the target.
    pub tried: Option<u64>,
    /// The best number that was seen, where none reaches the target.
    pub best: Option<Best>,
    /// Largest failure rate with which the present number of agents meets the demand; null where none does.
    pub largest_failure_rate: Option<f64>,
    /// The limit of the demand that rules out what would reach the target, by the name of the part.
    pub exceeded: BTreeMap<&'static str, Ceiling>,
    /// Outcomes in the limit of many agents.
    pub limit: Option<Limit>,
    /// Why a part has no answer, by the name of the part.
    pub refused: BTreeMap<&'static str, String>,
    /// What was requested.
    pub demand: Demanded,
    /// What could be built; null where `refused` says why.
    pub options: Option<OptionsAnswer>,
    /// What stands in the way of the demand; null where it can be met.
    pub obstacle: Option<Obstacles>,
    /// What the options assume, a sentence each.
    pub assumed: Vec<String>,
    /// How sure the plan is, where rates were fitted to logs.
    pub intervals: Option<PlanIntervals>,
    /// What the planner found, for texts and figures.
    #[serde(skip)]
    pub planned: Planned,
}

/// A number of agents and its P(correct).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Best {
    /// Number of agents.
    pub count: u64,
    /// P(correct).
    pub correct: f64,
}

/// Limits that were requested, and the systems that were searched.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Demanded {
    /// Smallest P(correct).
    pub target: f64,
    /// Number of independent tasks that must all be correct, where that gave the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// Smallest P(all of them are correct).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_of_steps: Option<f64>,
    /// Largest P(wrong).
    pub max_wrong: Option<f64>,
    /// Largest price per task.
    pub max_cost: Option<f64>,
    /// Largest latency per task.
    pub max_latency: Option<f64>,
    /// Maximum number of agents, or of calls to one agent.
    pub at_most: u64,
    /// Whether one agent may be called repeatedly, which takes a known correlation of its calls.
    pub repeated_calls: bool,
    /// Whether there is a checker that knows a correct answer when it sees one.
    pub checker: bool,
    /// P(a correct candidate is accepted) of a validator beside the scenario's own.
    pub accepts_correct: Option<f64>,
    /// P(a wrong candidate is accepted) of that validator.
    pub accepts_wrong: Option<f64>,
}

/// What could be built.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OptionsAnswer {
    /// Number of systems that were compared.
    pub considered: usize,
    /// What a price is: `"cost"` as the scenario gives it, or `"calls"` and validations together.
    pub price: &'static str,
    /// The cheapest that meets the demand.
    pub cheapest: Option<OptionAnswer>,
    /// The cheapest that meets the target, whatever the rest of the demand.
    pub cheapest_for_target: Option<OptionAnswer>,
    /// The one with the largest P(correct).
    pub most_reliable: OptionAnswer,
    /// The one agent with the largest P(correct).
    pub best_single: Option<OptionAnswer>,
    /// The systems that no other one beats in both price and reliability, the cheapest first.
    pub frontier: Vec<OptionAnswer>,
    /// Why something was not considered, by the name of the scheme, `"teams"` or `"repeated calls"`.
    pub left_out: BTreeMap<&'static str, String>,
}

/// A system that could be built.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OptionAnswer {
    /// The system of named agents, such as `"majority(ada, bob, eve)"`; else the scheme and its size, such as
    /// `"majority of 7"`.
    pub name: String,
    /// Number of agents.
    pub agents: u64,
    /// Which of the agents, counted from 0, where they differ, in the order of the system.
    pub members: Option<Vec<usize>>,
    /// Their names, where they have names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
    /// The system as a scenario.
    pub scenario: Scenario,
    /// P(correct).
    pub correct: f64,
    /// P(abstain).
    pub abstain: f64,
    /// P(wrong).
    pub wrong: f64,
    /// P(abstain) + P(wrong).
    pub failure: f64,
    /// Expected calls per task.
    #[schemars(with = "Option<f64>")]
    pub expected_calls: f64,
    /// Expected validations per task.
    #[schemars(with = "Option<f64>")]
    pub expected_validations: f64,
    /// Expected cost of a task, where prices are given.
    pub expected_cost: Option<f64>,
    /// Expected latency of a task, where latencies are given.
    pub expected_latency: Option<f64>,
    /// Expected price per task.
    #[schemars(with = "Option<f64>")]
    pub price: f64,
    /// Whether it meets the demand.
    pub meets: bool,
    /// The first limit of the demand beside the target that it exceeds.
    pub exceeded: Option<Ceiling>,
}

/// What stands in the way of a target.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Obstacles {
    /// A majority vote in the limit of many agents.
    pub ceiling: Option<Limit>,
    /// How many agents a majority takes.
    pub majority: AgentCount,
    /// The same if their failures were independent; null where they are.
    pub independent: Option<AgentCount>,
    /// What would make the target reachable, each by itself.
    pub lifts: Vec<LiftAnswer>,
}

/// How many agents a vote takes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct AgentCount {
    /// Smallest number of agents that reaches the target.
    pub smallest_count: Option<u64>,
    /// Whether it is proven that no number does.
    pub unreachable: bool,
    /// Largest number tried, where none up to it reaches the target.
    pub tried: Option<u64>,
    /// The best number that was seen, where none reaches the target.
    pub best: Option<Best>,
    /// The limit of the demand that rules out the numbers that reach the target.
    pub exceeded: Option<Ceiling>,
    /// Why there is no answer.
    pub refused: Option<String>,
}

/// One change that would make a target reachable.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LiftAnswer {
    /// `"correlation"`, `"common-cause"`, `"failure-rate"`, `"failure-rates"` (`largest` is a factor of all), `"hardest-class"`,
    /// `"accepts-wrong"` or `"validator-failure-rate"`.
    pub change: &'static str,
    /// The class of tasks, counted from 0, of `"hardest-class"`.
    pub class: Option<usize>,
    /// P(a correct candidate is accepted) of the validator of `"accepts-wrong"`.
    pub accepts_correct: Option<f64>,
    /// The present value.
    pub present: Option<f64>,
    /// The largest value that is enough; null where none is.
    pub largest: Option<f64>,
    /// The system that reaches the target then, or the best one.
    pub choice: OptionAnswer,
}

/// How sure a plan is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanIntervals {
    /// Number of bootstrap replicates.
    pub replicas: usize,
    /// Share of the replicates that an interval holds.
    pub level: f64,
    /// Intervals of systems.
    pub choices: Vec<ChoiceUncertainty>,
    /// Interval of the number of agents that a majority takes.
    pub smallest_majority: CountUncertainty,
}

/// Intervals of one system.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChoiceUncertainty {
    /// Name of the system.
    pub name: String,
    /// Interval of P(correct).
    pub correct: Interval,
    /// Interval of P(failure).
    pub failure: Interval,
    /// Interval of P(wrong).
    pub wrong: Interval,
    /// Interval of the expected price.
    pub price: Interval,
    /// Share of the replicates in which it meets the demand.
    pub share_that_meets: f64,
}

/// Interval of the required number of agents.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CountUncertainty {
    /// Its interval; an end is null where no number up to `at_most` reaches the target.
    pub interval: [Option<u64>; 2],
    /// Share of the replicates in which some number does.
    pub share_that_meets: f64,
}

/// What the planner found.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// Limits that were requested.
    pub demand: Demand,
    /// The systems that were searched.
    pub scope: Scope,
    /// The scenario as it is.
    pub present: Exact,
    /// What holds of the scenario's own scheme; agents with different rates have no such answer.
    pub plan: Result<Plan, Error>,
    /// What could be built.
    pub options: Result<Options, Error>,
    /// What stands in the way.
    pub obstacle: Option<Obstacle>,
    /// How sure that is.
    pub uncertainty: Option<Uncertainty>,
}

/// Plans for `scenario`: its own scheme at other sizes and rates, and every other scheme that its agents could be put under. Replicas of it, if its
/// rates were fitted to logs, say how sure the plan is.
///
/// # Errors
/// A demand or a scope out of range; what [`exact::assess`](crate::exact::assess) refuses. What only a part refuses is said in
/// [`refused`](PlanAnswer::refused).
///
/// ```
/// use kofn::plan::{Demand, Scope};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let answer = kofn::answers::plan(&scenario, &Demand::new(0.987), &Scope::default(), &[])?;
/// assert_eq!(answer.smallest_count, Some(15));
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn plan(
    scenario: &Scenario,
    demand: &Demand,
    scope: &Scope,
    replicas: &[Scenario],
) -> Result<PlanAnswer, Error> {
    let present = crate::exact::assess(scenario)?;
    let plan = refusals(plan::plan(scenario, demand))?;
    let options = refusals(plan::options(scenario, demand, scope))?;
    let obstacle = match &options {
        Ok(options) => plan::obstacle(scenario, options)?,
        Err(_) => None,
    };
    let uncertainty = match &options {
        Ok(options) if !replicas.is_empty() => {
            Some(plan::intervals(options, &options_of_interest(options), replicas, LEVEL)?)
        }
        Ok(_) | Err(_) => None,
    };
    let planned = Planned { demand: *demand, scope: *scope, present, plan, options, obstacle, uncertainty };
    Ok(answer(scenario, planned))
}

/// A question that is well put and has no answer is reported beside the others; any other error ends the plan.
fn refusals<T>(answer: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match answer {
        Err(error) if !matches!(error.problem, Problem::Refused(_)) => Err(error),
        answer => Ok(answer),
    }
}

/// Maximum number of rows of the table of options.
const ROWS: usize = 12;

/// Returns the options that a table shows, as places among all choices: the frontier or, of a long one, rows whose failure probabilities fall by about
/// the same factor each, with both ends and the cheapest that meets the demand.
pub fn options_shown(options: &Options) -> Vec<usize> {
    let all = &options.frontier;
    if all.len() <= ROWS {
        return all.clone();
    }
    let ln_failure = |rank: usize| options.choices[all[rank]].exact.ln_failure;
    let (first, last) = (ln_failure(0), ln_failure(all.len() - 1));
    let share = |rank: usize| match (first - ln_failure(rank)) / (first - last) {
        share if share.is_finite() => share,
        // A system that never fails is not reached by any factor.
        _ => rank as f64 / (all.len() - 1) as f64,
    };
    let cheapest = options.cheapest.and_then(|place| all.iter().position(|&other| other == place));
    let mut ranks: Vec<usize> = vec![0, all.len() - 1];
    ranks.extend(cheapest);
    for step in 1..ROWS - 2 {
        ranks.extend((0..all.len()).find(|&rank| share(rank) >= step as f64 / (ROWS - 2) as f64));
    }
    ranks.sort_unstable();
    ranks.dedup();
    ranks.into_iter().map(|rank| all[rank]).collect()
}

/// The options that are shown, and those that are told apart from the table.
fn options_of_interest(options: &Options) -> Vec<usize> {
    let mut places = options_shown(options);
    for place in
        [options.cheapest, options.cheapest_for_target, options.best_single, Some(options.most_reliable)]
    {
        places.extend(place.filter(|place| !places.contains(place)));
    }
    places
}

/// The margin of an `ahead-by` race with which several steps all succeed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MarginAnswer {
    /// Version of this object.
    pub schema: u32,
    /// The scenario with that margin.
    pub scenario: Scenario,
    /// The P(all steps are correct) to reach.
    pub target: f64,
    /// Number of steps.
    pub steps: u64,
    /// Smallest margin that reaches the target.
    pub margin: u64,
    /// P(all steps are correct).
    pub correct: f64,
    /// P(some step is not).
    pub failure: f64,
    /// Expected calls of all steps.
    #[schemars(with = "Option<f64>")]
    pub expected_calls: f64,
}

/// Returns the smallest margin with which `steps` steps, each decided by the `ahead-by` race of `scenario`, all succeed with
/// probability `target`.
///
/// # Errors
/// What [`smallest_margin`](plan::smallest_margin) refuses.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::AheadBy};
/// let scenario = Scenario::new(Agents::identical(1, 0.1839), AheadBy::new(1))?;
/// assert_eq!(kofn::answers::margin(&scenario, 1_048_575, 0.95)?.margin, 12);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn margin(scenario: &Scenario, steps: u64, target: f64) -> Result<MarginAnswer, Error> {
    let plan::Margin { margin, correct, failure, expected_calls } =
        plan::smallest_margin(scenario, steps, target)?;
    let scenario = scenario.clone().with_scheme(AheadBy::new(margin))?;
    Ok(MarginAnswer { schema: SCHEMA, scenario, target, steps, margin, correct, failure, expected_calls })
}

fn answer(scenario: &Scenario, planned: Planned) -> PlanAnswer {
    let plan = planned.plan.as_ref();
    let count = plan.ok().and_then(|plan| plan.smallest_count.as_ref().ok()).map(count_fields);
    let limit = plan.ok().and_then(|plan| plan.limit.as_ref().ok());
    let rate = plan.ok().and_then(|plan| plan.largest_failure_rate.as_ref().ok());
    let count = count.unwrap_or_default();
    let exceeded_by_rate = match rate {
        Some(LargestRate::Exceeds(ceiling)) => Some(*ceiling),
        Some(LargestRate::UpTo(_) | LargestRate::Never) | None => None,
    };
    let exceeded = [("smallest_count", count.exceeded), ("largest_failure_rate", exceeded_by_rate)];
    PlanAnswer {
        schema: SCHEMA,
        scenario: scenario.clone(),
        target: planned.demand.target,
        correct: planned.present.correct,
        smallest_count: count.smallest_count,
        unreachable: count.unreachable,
        tried: count.tried,
        best: count.best,
        largest_failure_rate: rate.and_then(|rate| match rate {
            LargestRate::UpTo(rate) => Some(*rate),
            LargestRate::Never | LargestRate::Exceeds(_) => None,
        }),
        exceeded: exceeded.into_iter().filter_map(|(name, ceiling)| Some((name, ceiling?))).collect(),
        limit: limit.copied(),
        refused: refused(&planned),
        demand: demand_fields(scenario, &planned),
        options: planned.options.as_ref().ok().map(options_fields),
        obstacle: planned.obstacle.as_ref().map(|obstacle| obstacle_fields(obstacle, &planned)),
        intervals: planned
            .uncertainty
            .as_ref()
            .zip(planned.options.as_ref().ok())
            .map(|(uncertainty, options)| intervals_fields(uncertainty, options)),
        assumed: assumed(scenario, &planned),
        planned,
    }
}

impl Planned {
    /// Returns the first ceiling of the demand that the scenario as it is exceeds.
    pub fn exceeded(&self) -> Option<Ceiling> {
        self.demand.exceeded(&self.present, plan::price(&self.present))
    }
}

impl PlanAnswer {
    /// Whether some option meets the demand; where there are no options, whether the scenario as it is does.
    pub fn is_met(&self) -> bool {
        let Planned { demand, present, options, .. } = &self.planned;
        match options {
            Ok(options) => options.cheapest.is_some(),
            Err(_) => demand.is_met_by(present, plan::price(present)),
        }
    }
}

/// What the options assume.
fn assumed(scenario: &Scenario, planned: &Planned) -> Vec<String> {
    let Ok(options) = &planned.options else { return Vec::new() };
    let mut assumed = Vec::new();
    if scenario.agents().count() > 1 || options.choices.iter().any(|choice| choice.agents() > 1) {
        assumed.push(between_agents(scenario));
    }
    assumed.extend(of_wrong_answers(scenario));
    assumed.extend(of_repeated_calls(scenario, options));
    if scenario.costs().is_none() {
        assumed.push("No prices are given: each call, and each validation, costs 1.".into());
    }
    assumed
}

fn between_agents(scenario: &Scenario) -> String {
    let dependence = scenario.dependence();
    match dependence.parameter() {
        Some((key, value)) if !dependence.is_independent() => {
            format!("Agents fail together: {}, {key} {}.", dependence.model(), told(value))
        }
        _ => "Agents fail independently.".into(),
    }
}

fn of_wrong_answers(scenario: &Scenario) -> Option<String> {
    match scenario.failures().wrong_answers.simplified() {
        WrongAnswers::Open { collision, .. } | WrongAnswers::Unequal { collision, .. } => {
            Some(format!("Two wrong agents agree with probability {}.", told(collision)))
        }
        WrongAnswers::Same | WrongAnswers::Distinct | WrongAnswers::Among(_) => None,
    }
}

/// A number that was stated, or of a fitted one four digits.
fn told(value: f64) -> String {
    const STATED: usize = 8;
    let stated = super::describe::number(value);
    if stated.len() <= STATED { stated } else { format!("{value:.4}") }
}

fn of_repeated_calls(scenario: &Scenario, options: &Options) -> Option<String> {
    let left_out = options.left_out.iter().find(|left| left.what == "repeated calls");
    if let Some(left) = left_out {
        return Some(format!("Repeated calls are not offered: {}.", left.error));
    }
    if !plan::calls_again(scenario, &options.scope) {
        return None;
    }
    Some(match scenario.repeats() {
        Some(repeats) => {
            format!("Repeated calls: correlation {}, as stated.", told(repeats))
        }
        None => "Repeated calls of one agent are as correlated as the agents.".into(),
    })
}

fn refused(planned: &Planned) -> BTreeMap<&'static str, String> {
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

fn count_fields(count: &Count) -> AgentCount {
    let best_of = |best: &Reached| Some(Best { count: best.count, correct: best.correct });
    let none = AgentCount::default();
    match count {
        Count::Found(reached) => AgentCount { smallest_count: Some(reached.count), ..none },
        Count::Never { best } => AgentCount { unreachable: true, best: best_of(best), ..none },
        Count::NotUpTo { tried, best } => AgentCount { tried: Some(*tried), best: best_of(best), ..none },
        Count::Exceeds { reached, ceiling, tried } => AgentCount {
            unreachable: tried.is_none(),
            tried: *tried,
            best: best_of(reached),
            exceeded: Some(*ceiling),
            ..none
        },
    }
}

fn count_or_refusal(count: &Result<Count, Error>) -> AgentCount {
    let refused = |error: &Error| AgentCount { refused: Some(error.to_string()), ..AgentCount::default() };
    count.as_ref().map_or_else(refused, count_fields)
}

fn demand_fields(scenario: &Scenario, planned: &Planned) -> Demanded {
    let (demand, scope) = (planned.demand, planned.scope);
    let rates = match scope.validator {
        Some(Judge::Rates { accepts_correct, accepts_wrong, .. }) => Some((accepts_correct, accepts_wrong)),
        Some(Judge::FailureRate(_)) | None => None,
    };
    Demanded {
        target: demand.target,
        steps: demand.steps.map(|(steps, _)| steps),
        target_of_steps: demand.steps.map(|(_, target)| target),
        max_wrong: demand.most_wrong,
        max_cost: demand.most_cost,
        max_latency: demand.most_latency,
        at_most: scope.most_agents,
        repeated_calls: plan::calls_again(scenario, &scope),
        checker: scope.checker,
        accepts_correct: rates.map(|(correct, _)| correct),
        accepts_wrong: rates.map(|(_, wrong)| wrong),
    }
}

fn options_fields(options: &Options) -> OptionsAnswer {
    let at = |place: usize| choice_fields(&options.choices[place], options);
    let reason = |left: &plan::LeftOut| (left.what, left.error.to_string());
    OptionsAnswer {
        considered: options.considered,
        price: options.choices[options.most_reliable].exact.expected.cost.map_or("calls", |_| "cost"),
        cheapest: options.cheapest.map(at),
        cheapest_for_target: options.cheapest_for_target.map(at),
        most_reliable: at(options.most_reliable),
        best_single: options.best_single.map(at),
        frontier: options.frontier.iter().copied().map(at).collect(),
        left_out: options.left_out.iter().map(reason).collect(),
    }
}

fn choice_fields(choice: &Choice, options: &Options) -> OptionAnswer {
    let (exact, expected) = (&choice.exact, &choice.exact.expected);
    OptionAnswer {
        name: choice.to_string(),
        agents: choice.agents(),
        members: choice.members.clone(),
        names: choice.scenario.names().map(<[String]>::to_vec),
        scenario: choice.scenario.clone(),
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
        exceeded: options.demand.exceeded(exact, choice.price),
    }
}

fn obstacle_fields(obstacle: &Obstacle, planned: &Planned) -> Obstacles {
    let lifts = planned
        .options
        .as_ref()
        .ok()
        .map(|options| obstacle.lifts.iter().map(|lift| lift_fields(lift, options)).collect());
    Obstacles {
        ceiling: obstacle.ceiling.as_ref().ok().copied(),
        majority: count_or_refusal(&obstacle.majority),
        independent: obstacle.independent.as_ref().map(count_or_refusal),
        lifts: lifts.unwrap_or_default(),
    }
}

fn lift_fields(lift: &Lift, options: &Options) -> LiftAnswer {
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
    LiftAnswer { change, class, accepts_correct, present: lift.present, largest: lift.largest, choice }
}

fn intervals_fields(uncertainty: &Uncertainty, options: &Options) -> PlanIntervals {
    let of = |intervals: &ChoiceIntervals| ChoiceUncertainty {
        name: options.choices[intervals.choice].to_string(),
        correct: intervals.correct,
        failure: intervals.failure,
        wrong: intervals.wrong,
        price: intervals.price,
        share_that_meets: intervals.share_that_meets,
    };
    let count = &uncertainty.smallest_majority;
    PlanIntervals {
        replicas: uncertainty.replicas,
        level: uncertainty.level,
        choices: uncertainty.choices.iter().map(of).collect(),
        smallest_majority: CountUncertainty {
            interval: [count.low, count.high],
            share_that_meets: count.share_that_meets,
        },
    }
}
