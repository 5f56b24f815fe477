//! Plans with the agents of logs: what a model promises, what the log replays, and what held-out tasks say of the
//! choice.

mod held_out;
mod report;
mod systems;
mod words;

pub use held_out::{ChosenSystem, Gain, HeldOutChoice};
pub use report::{LogReport, ReportQuestion, report_log};
pub use words::system_in_words;

use crate::fit::{
    Fit, FitError, FitOptions, TrustedModel, check_runs, fit_watched, own_rates_watched, scenario_of_log,
};
use crate::replay::{Recording, Replay, ReplayOptions, WrongAnswers};
use crate::{Log, ReadOptions, Results, Source, SourceReport, read};
use held_out::{Chosen, judge};
use kofn::answers::{PlanAnswer, options_shown};
use kofn::plan::{Demand, Options, RepeatedCalls, Scope};
use kofn::{Error, Interval};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use systems::{best_by_rate, best_single, ordered, system_of};

/// What is asked of a plan with the agents of logs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LogPlanQuestion {
    /// What a system must achieve.
    pub demand: Demand,
    /// The systems that are searched; how repeated calls are correlated comes from the log.
    pub scope: Scope,
    /// Maximum number of agents of a system, or of calls of one; `None` for as many as the log can replay.
    pub at_most: Option<u64>,
    /// Whether every agent has a rate of its own, whichever rates are trusted.
    pub own_rates: bool,
    /// How models are fitted.
    pub fit: FitOptions,
    /// How systems are replayed.
    pub replay: ReplayOptions,
    /// How often the tasks are halved to judge the choice on tasks that it has not seen.
    pub halvings: u64,
}

impl LogPlanQuestion {
    /// A plan for this demand: of all systems that the log can replay, with the model that it trusts.
    pub fn new(demand: Demand) -> Self {
        Self {
            demand,
            scope: Scope::default(),
            at_most: None,
            own_rates: false,
            fit: FitOptions::default().with_replicas(200),
            replay: ReplayOptions::default(),
            halvings: 10,
        }
    }
}

/// A part of the work on a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanStep {
    /// Models are fitted to the log.
    Fitting,
    /// Systems are compared.
    Planning,
    /// Choices are made on halves of the tasks, and judged on the others.
    Judging,
}

impl PlanStep {
    /// Returns what is being done, for a line of progress.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Fitting => "fitting models",
            Self::Planning => "comparing systems",
            Self::Judging => "judging choices on held-out tasks",
        }
    }
}

/// A plan with the agents of logs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LogPlan {
    /// What the trusted model says.
    #[serde(flatten)]
    pub plan: PlanAnswer,
    /// What the log says of it.
    pub log: LogAdvice,
}

/// What a log says of a plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LogAdvice {
    /// Number of tasks.
    pub tasks: u64,
    /// The agents of the log.
    pub agents: Vec<String>,
    /// The model that the plan is made with.
    pub model: String,
    /// What to build; null where nothing could be planned.
    pub recommended: Option<Recommendation>,
    /// The replay of the agent that failed least in the log, alone.
    pub best_single: Option<Replay>,
    /// Its place among the options.
    #[serde(skip)]
    pub best_single_place: Option<usize>,
    /// Replays of the systems of the frontier, in its order; null for one that the log cannot replay.
    pub replays: Vec<Option<Replay>>,
    /// The choice, made on halves of the tasks and judged on the others; null where that is not possible.
    pub held_out: Option<HeldOutChoice>,
    /// What must be known before the plan is used.
    pub caveats: Vec<String>,
    /// What was read, source by source.
    pub sources: Vec<SourceReport>,
    /// What a reader of the log should know.
    pub notes: Vec<String>,
    /// Whether the plan was interrupted before all choices were judged.
    pub partial: bool,
    /// All that was fitted; its trusted model is the one that the plan is made with.
    #[serde(skip)]
    pub fit: Fit,
}

/// What to build.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Recommendation {
    /// The system, as one writes it if the log can replay it, else by its name among the options.
    pub name: String,
    /// Whether it meets the demand: by the model and by its replay; by the replay alone if the log contradicts every
    /// model, and by the model alone if the log cannot replay it.
    pub meets: bool,
    /// P(correct): its replay, less what choosing it on the same tasks flatters; else by the model.
    pub correct: f64,
    /// P(wrong), likewise.
    pub wrong: f64,
    /// Where these come from.
    pub judged: Judged,
    /// The interval of P(correct); null where the model has none.
    pub interval: Option<Interval>,
    /// The replay on all tasks, on which it was chosen; null where the log cannot replay it.
    pub replay: Option<Replay>,
    /// Why the log cannot.
    pub not_replayed: Option<String>,
    /// The team that was rejected in favor of one agent because it gained nothing on held-out tasks; null otherwise.
    pub instead_of: Option<String>,
    /// Its place among the options.
    #[serde(skip)]
    pub place: usize,
}

/// How a recommended system was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Judged {
    /// By a replay on all tasks, corrected by what choices gained on the halves that they were made on.
    Corrected,
    /// By a replay on all tasks, on which it was chosen.
    Replayed,
    /// By the model alone.
    Modeled,
}

/// Reads logs, fits their agents, plans with them, replays what is recommended and judges the choice on held-out tasks:
/// the answer of `kofn plan --logs`. `go_on` is told what is done, and says whether to go on: models are then not
/// fitted any more, which is an error, and judging ends early.
///
/// # Errors
/// A log that cannot be read, or has nothing but verdicts; logs from which no model can be trusted; a demand or a scope
/// out of range; a fit that was stopped.
///
/// ```
/// use kofn::plan::Demand;
/// use kofn_logs::advice::{LogPlanQuestion, plan_logs};
/// use kofn_logs::{ReadOptions, Source};
/// // Three agents that fail on every fourth, fifth and sixth task.
/// let row = |i: u32| format!("{i},{},{},{}\n", u32::from(i % 4 > 0), u32::from(i % 5 > 0), u32::from(i % 6 > 0));
/// let csv = format!("task,ada,bob,eve\n{}", (0..120).map(row).collect::<String>());
/// let logs = vec![Source::new("runs.csv", std::io::Cursor::new(csv))];
/// let question = LogPlanQuestion::new(Demand::new(0.85));
/// let answer = plan_logs(logs, &ReadOptions::default(), &question, &|_, _, _| true)?;
/// let recommended = answer.log.recommended.unwrap();
/// // Two are asked, and the third only where they differ: as often correct as a majority of three, for fewer calls.
/// assert_eq!(recommended.name, "majority(eve, bob) > ada");
/// assert!(recommended.meets && recommended.replay.unwrap().calls < 3.0);
/// # Ok::<(), kofn_logs::fit::FitError>(())
/// ```
pub fn plan_logs(
    sources: Vec<Source>,
    reading: &ReadOptions,
    question: &LogPlanQuestion,
    go_on: &(dyn Fn(PlanStep, u64, u64) -> bool + Sync),
) -> Result<LogPlan, FitError> {
    plan_log(read(sources, reading)?, question, go_on)
}

/// Plans with the agents of a log that was read, as [`plan_logs`] does.
///
/// # Errors
/// A log of nothing but verdicts, or without runs, or from which no model can be trusted; a demand or a scope out of
/// range.
pub fn plan_log(
    log: Log,
    question: &LogPlanQuestion,
    go_on: &(dyn Fn(PlanStep, u64, u64) -> bool + Sync),
) -> Result<LogPlan, FitError> {
    if log.agents.is_empty() && !log.verdicts.is_empty() {
        return Err(Error::refused("logs", VERDICTS).into());
    }
    check_runs(&log, true)?;
    let fitting = |done, all| go_on(PlanStep::Fitting, done, all);
    let mut fit = fit_watched(&log, &question.fit, &fitting)?;
    let trusted = if question.own_rates && log.agents.len() > 1 {
        let own = own_rates_watched(&fit, &log, &question.fit, &fitting)?;
        own.ok_or_else(|| Error::refused("own_rates", NO_OWN_RATES))?
    } else {
        fit.trusted.take().ok_or_else(|| Error::refused("logs", NO_MODEL))?
    };
    let scope = scope(&log, &fit, &trusted, question);
    go_on(PlanStep::Planning, 0, 1);
    let scenario = ordered(&trusted.scenario, &log.results);
    let replicas: Vec<_> = trusted.replicas.iter().map(|replica| ordered(replica, &log.results)).collect();
    let mut plan = kofn::answers::plan(&scenario, &question.demand, &scope, &replicas)?;
    // Nobody stated the correlation of repeated calls: it was fitted.
    plan.assumed.iter_mut().for_each(|said| *said = said.replace(", as stated.", ", as fitted to the log."));
    plan.assumed.extend(assumed(&log, question));
    let recording = Recording::of(&log, &question.replay);
    let advisor = Advisor { log: &log, recording: &recording, question, scope, trusted: &trusted, fit: &fit };
    let stopped = AtomicBool::new(false);
    let advice = advisor.advice(&plan, &|step, done, all| {
        let goes_on = go_on(step, done, all);
        stopped.fetch_or(!goes_on, Ordering::Relaxed);
        goes_on
    });
    let Advised { recommended, best_single, best_single_place, replays, held_out } = advice;
    let partial = stopped.into_inner();
    let model = fit.models[trusted.model].model.to_string();
    let caveats = fit.caveats();
    let Log { agents, sources, mut notes, .. } = log;
    notes.extend(fit.notes.iter().cloned());
    let tasks = fit.tasks;
    fit.trusted = Some(trusted);
    let log = LogAdvice {
        tasks,
        agents,
        model,
        recommended,
        best_single,
        best_single_place,
        replays,
        held_out,
        caveats,
        sources,
        notes,
        partial,
        fit,
    };
    Ok(LogPlan { plan, log })
}

const VERDICTS: &str = "--logs must have runs of agents, got verdicts of a validator: `kofn fit LOG --scenario FILE` writes the \
                        pipeline, and `kofn plan FILE` plans with it";
const NO_OWN_RATES: &str =
    "--own-rates: no model with a rate for each agent could be tested on held-out tasks; plan without it";
const NO_MODEL: &str =
    "--logs: no model could be tested on held-out tasks; `kofn fit` gives the reason for each of them";

/// The systems to search: no larger than the log can replay, unless more are asked for; repeated calls where the log
/// says how correlated they are.
fn scope(log: &Log, fit: &Fit, trusted: &TrustedModel, question: &LogPlanQuestion) -> Scope {
    let runs = fit.agents.iter().map(|agent| u64::from(agent.passes.most_runs())).max().unwrap_or(1);
    let largest = runs.max(log.agents.len() as u64).clamp(1, Scope::default().most_agents);
    let repeated = match question.scope.repeated_calls {
        RepeatedCalls::Never => RepeatedCalls::Never,
        RepeatedCalls::Stated | RepeatedCalls::LikeAgents => match runs {
            0 | 1 => RepeatedCalls::Never,
            _ if trusted.scenario.repeats().is_some() => RepeatedCalls::Stated,
            _ => RepeatedCalls::LikeAgents,
        },
    };
    let most = question.at_most.unwrap_or(largest);
    question.scope.with_most_agents(most).with_repeated_calls(repeated)
}

/// What a plan from a log takes for granted beside its model.
fn assumed(log: &Log, question: &LogPlanQuestion) -> Vec<String> {
    let mut assumed = Vec::new();
    if log.answers.is_none() {
        assumed.push(match question.replay.wrong_answers {
            WrongAnswers::Same => {
                "The log does not record answers: wrong runs are assumed to give the same wrong answer."
                    .to_owned()
            }
            WrongAnswers::Distinct => {
                "The log does not record answers: wrong runs are assumed to give different wrong answers."
                    .to_owned()
            }
        });
    }
    if let Some(at_most) = question.at_most {
        assumed.push(format!("Systems of at most {at_most} agents, or calls of one, as asked."));
    }
    assumed
}

/// What advice is made from.
struct Advisor<'a> {
    log: &'a Log,
    recording: &'a Recording,
    question: &'a LogPlanQuestion,
    scope: Scope,
    trusted: &'a TrustedModel,
    fit: &'a Fit,
}

/// What an advisor finds.
#[derive(Default)]
struct Advised {
    recommended: Option<Recommendation>,
    best_single: Option<Replay>,
    best_single_place: Option<usize>,
    replays: Vec<Option<Replay>>,
    held_out: Option<HeldOutChoice>,
}

impl Advisor<'_> {
    fn advice(&self, plan: &PlanAnswer, go_on: &(dyn Fn(PlanStep, u64, u64) -> bool + Sync)) -> Advised {
        let Ok(options) = &plan.planned.options else { return Advised::default() };
        let halvings = self.question.halvings;
        let held_out =
            judge(self.recording, &|seen| self.choose(seen), [halvings, self.question.fit.seed], &|done| {
                go_on(PlanStep::Judging, done, halvings)
            });
        let replay = |place: usize| {
            let system = system_of(&options.choices[place], self.log)?;
            self.recording.replay(&system).ok()
        };
        let best_single_place = self.best_single(options);
        Advised {
            recommended: Some(self.recommendation(options, plan, held_out.as_ref())),
            best_single: best_single_place.and_then(replay),
            best_single_place,
            replays: options_shown(options).into_iter().map(replay).collect(),
            held_out,
        }
    }

    /// What would be chosen if the log had these tasks alone.
    fn choose(&self, seen: &Results) -> Option<Chosen> {
        let fitted = self.fit.models[self.trusted.model].fitted.as_ref()?.refit(seen).ok()?;
        let scenario = ordered(&scenario_of_log(&fitted, self.log).ok()?, seen);
        let choice = kofn::plan::choose(&scenario, &self.question.demand, &self.scope).ok()?;
        let system = system_of(&choice, self.log)?;
        let single = best_single(seen, self.log)?;
        let best_by_rate = best_by_rate(seen, self.log, choice.agents() as usize);
        Some(Chosen { system, best_single: single, best_by_rate })
    }

    /// The cheapest option that meets the demand by the model and by its replay; else the most reliable one, or one
    /// agent where no team gains on held-out tasks.
    fn recommendation(
        &self,
        options: &Options,
        plan: &PlanAnswer,
        held_out: Option<&HeldOutChoice>,
    ) -> Recommendation {
        let is_misfit = self.fit.is_negatively_correlated();
        let modeled = |place: usize| {
            let choice = &options.choices[place];
            options.demand.is_met_by(&choice.exact, choice.price)
        };
        // The frontier begins with the cheapest. What the log cannot replay is offered if it was asked for.
        let told = options.frontier.iter().map(|&place| self.told(options, plan, held_out, place));
        let told: Vec<Recommendation> =
            told.filter(|told| told.replay.is_some() || self.question.at_most.is_some()).collect();
        let meeting = told.iter().find(|told| told.meets && (is_misfit || modeled(told.place)));
        if let Some(meeting) = meeting {
            return meeting.clone();
        }
        let most_reliable = if is_misfit {
            told.iter().max_by(|a, b| a.correct.total_cmp(&b.correct).then(b.place.cmp(&a.place)))
        } else {
            told.last()
        };
        let chosen = most_reliable.map_or(options.chosen(), |told| told.place);
        let single = self.best_single(options).filter(|&place| options.admits(place) && place != chosen);
        let gains_nothing = held_out.is_some_and(|held_out| held_out.over_best_single.difference <= 0.0);
        match single {
            Some(single) if !is_misfit && gains_nothing => {
                let instead_of = Some(self.told(options, plan, held_out, chosen).name);
                Recommendation { instead_of, meets: false, ..self.told(options, plan, None, single) }
            }
            _ => Recommendation { meets: false, ..self.told(options, plan, held_out, chosen) },
        }
    }

    /// What is told of an option: its replay, less what choosing flatters, else what the model says.
    fn told(
        &self,
        options: &Options,
        plan: &PlanAnswer,
        held_out: Option<&HeldOutChoice>,
        place: usize,
    ) -> Recommendation {
        // Choices on all tasks are flattered less than those on half of them: as the square root of their number.
        const OF_HALVES: f64 = std::f64::consts::FRAC_1_SQRT_2;
        let choice = &options.choices[place];
        let replayed = match system_of(choice, self.log) {
            Some(system) => self.recording.replay(&system).map_err(|error| error.to_string()),
            None => Err("a validator's verdicts are not in the runs of agents".to_owned()),
        };
        let modeled = plan.planned.uncertainty.as_ref().and_then(|uncertainty| {
            uncertainty.choices.iter().find(|of| of.choice == place).map(|of| of.correct)
        });
        let is_single =
            self.log.agents.len() > 1 && choice.agents() == 1 && choice.exact.expected.calls == 1.0;
        let (correct, wrong, interval, judged) = match (&replayed, held_out.filter(|_| !is_single)) {
            (Ok(replay), Some(held_out)) => {
                let less = OF_HALVES * held_out.optimism.max(0.0);
                let more = OF_HALVES * held_out.optimism_of_wrong.max(0.0);
                let Interval { low, high } = replay.interval;
                let interval = Interval { low: (low - less).max(0.0), high };
                let wrong = (replay.wrong + more).min(1.0);
                ((replay.correct - less).max(0.0), wrong, Some(interval), Judged::Corrected)
            }
            (Ok(replay), None) => (replay.correct, replay.wrong, Some(replay.interval), Judged::Replayed),
            (Err(_), _) => (choice.exact.correct, choice.exact.wrong, modeled, Judged::Modeled),
        };
        let demand = &options.demand;
        let price_fits = options.admits(place)
            || demand.exceeded(&choice.exact, choice.price) == Some(kofn::plan::Ceiling::MaxWrong);
        let meets =
            correct >= demand.target && demand.most_wrong.is_none_or(|most| wrong <= most) && price_fits;
        Recommendation {
            name: replayed.as_ref().map_or_else(|_| choice.to_string(), |replay| replay.system.clone()),
            meets,
            correct,
            wrong,
            judged,
            interval,
            not_replayed: replayed.as_ref().err().cloned(),
            replay: replayed.ok(),
            instead_of: None,
            place,
        }
    }

    /// The place of the agent that failed least in the log; of the only agent that of one call.
    fn best_single(&self, options: &Options) -> Option<usize> {
        let best = best_single(&self.log.results, self.log).map(|system| system.to_string());
        let is_it = |choice: &kofn::plan::Choice| {
            choice.agents() == 1 && system_of(choice, self.log).map(|system| system.to_string()) == best
        };
        options.choices.iter().position(is_it).or(options.best_single)
    }
}
