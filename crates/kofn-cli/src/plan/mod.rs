//! `kofn plan`: what it takes to reach a target.

mod lifts;
mod logs;
mod margin;
mod table;
#[cfg(test)]
mod tests;
mod text;

use super::args::PlanArguments;
use super::output::Output;
use super::{End, Failure, files};
use kofn::Scenario;
use kofn::answers::{self, PlanAnswer};
use kofn::plan::{Demand, RepeatedCalls, Scope};
use kofn::scenario::scheme::Judge;
use kofn_figures::frontier::Frontier;
use kofn_logs::advice::LogPlanQuestion;
use std::ffi::OsStr;
use std::path::Path;

pub(super) fn plan(arguments: &PlanArguments, output: &mut Output) -> Result<End, Failure> {
    if !arguments.logs.is_empty() {
        return logs::plan(arguments, output);
    }
    if let Some(flag) = arguments.given_for_logs() {
        return Err(Failure::Usage(format!("{flag} requires --logs")));
    }
    let scenario = margin::scenario(arguments)?;
    match arguments.question.steps {
        Some(steps) if margin::is_of(&scenario) => margin::margin(&scenario, arguments, steps, output),
        _ => answer(&scenario, arguments, output),
    }
}

/// Plans for `scenario` and prints it.
fn answer(scenario: &Scenario, arguments: &PlanArguments, output: &mut Output) -> Result<End, Failure> {
    let answer = answers::plan(scenario, &arguments.demand()?, &arguments.scope(), &[])?;
    if let Some(file) = &arguments.figure {
        write_figure(&answer, file)?;
    }
    if arguments.json {
        output.json(&answer)?;
    } else {
        text::text(output, &answer)?;
    }
    Ok(if answer.is_met() { End::Done } else { End::Unmet })
}

/// Draws what each price buys.
fn write_figure(answer: &PlanAnswer, file: &Path) -> Result<(), Failure> {
    let options = answer.planned.options.as_ref().map_err(Clone::clone)?;
    let (Some(stem), Some("svg")) =
        (file.file_stem().and_then(OsStr::to_str), file.extension().and_then(OsStr::to_str))
    else {
        return Err(Failure::Usage(format!("--figure must end in .svg, got {}", file.display())));
    };
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let rendered = kofn_figures::frontier::draw(&Frontier::of(options), stem)?;
    files::write_figure(&rendered, directory.unwrap_or(Path::new(".")))?;
    Ok(())
}

impl PlanArguments {
    fn demand(&self) -> Result<Demand, Failure> {
        let mut demand = Demand::new(self.target);
        if let Some(steps) = self.question.steps {
            demand = demand.with_steps(steps)?;
        }
        demand.most_wrong = self.max_wrong;
        demand.most_cost = self.max_cost;
        demand.most_latency = self.max_latency;
        Ok(demand)
    }

    /// Returns the first flag that has a meaning for logs only.
    fn given_for_logs(&self) -> Option<&'static str> {
        let own_rates = self.own_rates.then_some("--own-rates");
        own_rates.or(self.recorded.given()).or(self.reading.given())
    }

    /// Returns what is asked of a plan with the agents of logs.
    fn log_question(&self) -> Result<LogPlanQuestion, Failure> {
        let mut question = LogPlanQuestion::new(self.demand()?);
        question.scope = self.scope();
        question.at_most = self.at_most;
        question.own_rates = self.own_rates;
        question.replay = self.recorded.options(question.replay.seed);
        question.fit = question.fit.with_confidence(question.replay.confidence);
        Ok(question)
    }

    fn scope(&self) -> Scope {
        let judge =
            |(accepts_correct, accepts_wrong)| Judge::Rates { accepts_correct, accepts_wrong, repairs: 0.0 };
        let validator = self.accepts_correct.zip(self.accepts_wrong).map(judge);
        let mut scope = Scope::default();
        scope.most_agents = self.at_most.unwrap_or(scope.most_agents);
        if self.no_repeated_calls {
            scope.repeated_calls = RepeatedCalls::Never;
        }
        scope.checker = self.checker;
        scope.validator = validator;
        scope
    }
}
