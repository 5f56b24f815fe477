//! `kofn plan`: what it takes to reach a target.

mod json;
mod lifts;
mod margin;
mod table;
#[cfg(test)]
mod tests;
mod text;

use super::args::PlanArguments;
use super::output::Output;
use super::{End, Failure, files};
use kofn::plan::{Demand, Obstacle, Options, Plan, Scope, Uncertainty};
use kofn::scenario::Problem;
use kofn::scenario::scheme::Judge;
use kofn::{Error, Exact, Scenario};
use std::ffi::OsStr;
use std::path::Path;

/// The share of replicas that an interval holds.
const LEVEL: f64 = 0.95;

pub(super) fn plan(arguments: &PlanArguments, output: &mut Output) -> Result<End, Failure> {
    if let Some(steps) = arguments.steps {
        return margin::margin(arguments, steps, output);
    }
    if !arguments.logs.is_empty() {
        return of_logs(arguments, output);
    }
    answer(&arguments.question.scenario()?, arguments, None, output)
}

/// Plans with the agents of logs, as the trusted model has them.
fn of_logs(arguments: &PlanArguments, output: &mut Output) -> Result<End, Failure> {
    let fitted = super::fit::read_and_fit(arguments)?;
    if !arguments.json {
        super::fit::tell(output, &fitted)?;
    }
    let replicas = Some(fitted.trusted.replicas.as_slice()).filter(|replicas| !replicas.is_empty());
    answer(&fitted.trusted.scenario, arguments, replicas, output)
}

/// Plans for `scenario` and prints it, with intervals over `replicas` of it where there are some.
pub(super) fn answer(
    scenario: &Scenario,
    arguments: &PlanArguments,
    replicas: Option<&[Scenario]>,
    output: &mut Output,
) -> Result<End, Failure> {
    let planned = Planned::of(scenario, arguments, replicas)?;
    if let Some(file) = &arguments.figure {
        planned.write_figure(file)?;
    }
    if arguments.json {
        output.json(&json::fields(&planned))?;
    } else {
        text::text(output, &planned)?;
    }
    Ok(End::Done)
}

/// All that is told about a target.
struct Planned<'a> {
    scenario: &'a Scenario,
    demand: Demand,
    scope: Scope,
    /// The scenario as it is.
    present: Exact,
    /// What holds of the scenario's own scheme; agents with different rates have no such answer.
    plan: Result<Plan, Error>,
    options: Result<Options, Error>,
    obstacle: Option<Obstacle>,
    uncertainty: Option<Uncertainty>,
}

impl<'a> Planned<'a> {
    fn of(
        scenario: &'a Scenario,
        arguments: &PlanArguments,
        replicas: Option<&[Scenario]>,
    ) -> Result<Self, Failure> {
        let (demand, scope) = (arguments.demand(), arguments.scope());
        let present = kofn::assess(scenario)?;
        let plan = refusals(kofn::plan::plan(scenario, demand.target))?;
        let options = refusals(kofn::plan::options(scenario, &demand, &scope))?;
        let obstacle = match &options {
            Ok(options) => kofn::plan::obstacle(scenario, options)?,
            Err(_) => None,
        };
        let uncertainty = match (&options, replicas) {
            (Ok(options), Some(replicas)) => {
                Some(kofn::plan::intervals(options, &table::of_interest(options), replicas, LEVEL)?)
            }
            _ => None,
        };
        Ok(Self { scenario, demand, scope, present, plan, options, obstacle, uncertainty })
    }

    /// Draws what each price buys.
    fn write_figure(&self, file: &std::path::Path) -> Result<(), Failure> {
        let options = self.options.as_ref().map_err(Clone::clone)?;
        let (Some(stem), Some("svg")) =
            (file.file_stem().and_then(OsStr::to_str), file.extension().and_then(OsStr::to_str))
        else {
            return Err(Failure::Usage(format!("--figure must end in .svg, got {}", file.display())));
        };
        let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let rendered = kofn_figures::frontier::draw(&table::drawn(options), stem)?;
        files::write_figure(&rendered, directory.unwrap_or(Path::new(".")))?;
        Ok(())
    }
}

/// A question that is well put and has no answer is one that is told beside the others; any other error ends the command.
fn refusals<T>(answer: Result<T, Error>) -> Result<Result<T, Error>, Failure> {
    match answer {
        Err(error) if !matches!(error.problem, Problem::Refused(_)) => Err(error.into()),
        answer => Ok(answer),
    }
}

impl PlanArguments {
    fn demand(&self) -> Demand {
        let mut demand = Demand::new(self.target);
        demand.most_wrong = self.max_wrong;
        demand.most_cost = self.max_cost;
        demand.most_latency = self.max_latency;
        demand
    }

    fn scope(&self) -> Scope {
        let judge =
            |(accepts_correct, accepts_wrong)| Judge::Rates { accepts_correct, accepts_wrong, repairs: 0.0 };
        let validator = self.accepts_correct.zip(self.accepts_wrong).map(judge);
        let mut scope = Scope::default();
        scope.most_agents = self.at_most;
        scope.repeated_calls = !self.no_repeated_calls;
        scope.checker = self.checker;
        scope.validator = validator;
        scope
    }
}
