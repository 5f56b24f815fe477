//! Plans with the agents of logs: what a model promises, what the log replays, and what held-out tasks say of the choice.

mod held_out;
mod systems;

pub use held_out::{ChosenSystem, Gain, HeldOutChoice};

use crate::fit::{Fit, FitError, FitOptions, TrustedModel, check_runs, fit, own_rates, scenario_of_log};
use crate::replay::{Recording, Replay, ReplayOptions, WrongAnswers};
use crate::{Log, ReadOptions, Results, Source, SourceReport, read};
use held_out::{Chosen, judge};
use kofn::answers::{PlanAnswer, options_shown};
use kofn::plan::{Demand, Options, RepeatedCalls, Scope};
use kofn::{Error, Interval};
use schemars::JsonSchema;
use serde::Serialize;
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
    /// The agent that is best alone, by the same measure.
    pub best_single: Option<Replay>,
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
    /// All that was fitted.
    #[serde(skip)]
    pub fit: Fit,
    /// The model that the plan is made with.
    #[serde(skip)]
    pub trusted: TrustedModel,
}

/// What to build.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Recommendation {
    /// The system, by its name among the options.
    pub name: String,
    /// Whether it meets the demand: by the model, or by its replay where the log contradicts every model.
    pub meets: bool,
    /// P(correct): on held-out tasks, else replayed on the tasks that it was chosen on, else by the model.
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
    /// On tasks on which it was not chosen.
    HeldOut,
    /// By a replay on all tasks, on which it was chosen.
    Replayed,
    /// By the model alone.
    Modeled,
}

/// Reads logs, fits their agents, plans with them, replays what is recommended and judges the choice on held-out tasks:
/// the answer of `kofn plan --logs`. `go_on` is told what is done, and says whether to go on: judging then ends early.
///
/// # Errors
/// A log that cannot be read, or has nothing but verdicts; logs from which no model can be trusted; a demand or a scope
/// out of range.
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
/// assert_eq!(recommended.name, "majority(ada, bob, eve)");
/// # Ok::<(), kofn_logs::fit::FitError>(())
/// ```
pub fn plan_logs(
    sources: Vec<Source>,
    reading: &ReadOptions,
    question: &LogPlanQuestion,
    go_on: &(dyn Fn(PlanStep, u64, u64) -> bool + Sync),
) -> Result<LogPlan, FitError> {
    let log = read(sources, reading)?;
    if log.agents.is_empty() && !log.verdicts.is_empty() {
        return Err(Error::refused("logs", VERDICTS).into());
    }
    check_runs(&log, true)?;
    go_on(PlanStep::Fitting, 0, 1);
    let mut fit = fit(&log, &question.fit)?;
    let trusted = if question.own_rates && log.agents.len() > 1 {
        own_rates(&fit, &log, &question.fit)?.ok_or_else(|| Error::refused("own_rates", NO_OWN_RATES))?
    } else {
        fit.trusted.take().ok_or_else(|| Error::refused("logs", NO_MODEL))?
    };
    fit.trusted = Some(trusted.clone());
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
    let advice = advisor.advice(&plan, go_on);
    let Advised { recommended, best_single, replays, held_out } = advice;
    let partial = held_out.as_ref().is_some_and(|held_out| held_out.halvings < question.halvings as usize);
    let model = fit.models[trusted.model].model.to_string();
    let caveats = fit.caveats();
    let Log { agents, sources, mut notes, .. } = log;
    notes.extend(fit.notes.iter().cloned());
    let tasks = fit.tasks;
    let log = LogAdvice {
        tasks,
        agents,
        model,
        recommended,
        best_single,
        replays,
        held_out,
        caveats,
        sources,
        notes,
        partial,
        fit,
        trusted,
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
        Advised {
            recommended: Some(self.recommendation(options, plan, held_out.as_ref())),
            best_single: options.best_single.and_then(replay),
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

    /// The cheapest option that meets the demand; else the most reliable one, or one agent where no team gains on
    /// held-out tasks.
    fn recommendation(
        &self,
        options: &Options,
        plan: &PlanAnswer,
        held_out: Option<&HeldOutChoice>,
    ) -> Recommendation {
        let by_model = options.chosen();
        let by_replay = self.fit.is_negatively_correlated().then(|| self.chosen_by_replay(options)).flatten();
        let chosen = by_replay.map_or(by_model, |(place, _)| place);
        let is_team = |place: usize| Some(place) != options.best_single;
        let gains_nothing = held_out.is_some_and(|held_out| held_out.over_best_single.difference <= 0.0);
        let single = options.best_single.filter(|&place| options.admits(place));
        let place = match single {
            Some(single)
                if by_replay.is_none() && options.cheapest.is_none() && is_team(chosen) && gains_nothing =>
            {
                single
            }
            _ => chosen,
        };
        let choice = &options.choices[place];
        let replayed = match system_of(choice, self.log) {
            Some(system) => self.recording.replay(&system).map_err(|error| error.to_string()),
            None => Err("a validator's verdicts are not in the runs of agents".to_owned()),
        };
        let modeled = plan.planned.uncertainty.as_ref().and_then(|uncertainty| {
            uncertainty.choices.iter().find(|of| of.choice == place).map(|of| of.correct)
        });
        let (correct, wrong, interval, judged) =
            match (held_out.filter(|_| place == by_model && by_replay.is_none()), &replayed) {
                (Some(held_out), Ok(_)) => {
                    (held_out.correct, held_out.wrong, Some(held_out.interval), Judged::HeldOut)
                }
                (_, Ok(replay)) => (replay.correct, replay.wrong, Some(replay.interval), Judged::Replayed),
                (_, Err(_)) => (choice.exact.correct, choice.exact.wrong, modeled, Judged::Modeled),
            };
        Recommendation {
            name: choice.to_string(),
            meets: by_replay
                .map_or(options.demand.is_met_by(&choice.exact, choice.price), |(_, meets)| meets),
            correct,
            wrong,
            judged,
            interval,
            not_replayed: replayed.as_ref().err().cloned(),
            replay: replayed.ok(),
            instead_of: (place != chosen).then(|| options.choices[chosen].to_string()),
            place,
        }
    }

    /// The cheapest system of the frontier whose replay meets the demand, else the one whose replay is the most often
    /// correct, and whether it meets it: where the log contradicts every model.
    fn chosen_by_replay(&self, options: &Options) -> Option<(usize, bool)> {
        let demand = &options.demand;
        let replayed = |&place: &usize| {
            let replay = self.recording.replay(&system_of(&options.choices[place], self.log)?).ok()?;
            Some((place, replay))
        };
        let replays: Vec<(usize, Replay)> = options.frontier.iter().filter_map(replayed).collect();
        let meets = |replay: &Replay| {
            replay.correct >= demand.target && demand.most_wrong.is_none_or(|most| replay.wrong <= most)
        };
        // The frontier begins with the cheapest.
        let first = replays.iter().find(|(_, replay)| meets(replay));
        let best = || replays.iter().max_by(|a, b| a.1.correct.total_cmp(&b.1.correct).then(b.0.cmp(&a.0)));
        first.or_else(best).map(|(place, replay)| (*place, meets(replay)))
    }
}
