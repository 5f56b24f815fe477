//! The tables.

use super::engines::{Engines, Reading, Simulated};
use super::question::{Measure, Quantity, Question};
use super::relation::Relation;
use crate::FigureError;
use crate::data::{self, ClassLine};
use crate::printed::{Printed, Unit};
use crate::settings;
use kofn::scenario::scheme::{Any, Majority, Scheme, Single};
use kofn::scenario::{Costs, Failures, Fallback};
use schemars::JsonSchema;
use serde::Serialize;

/// One of the chapter's systems, in tables.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct System {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// How it is set; may be empty.
    pub note: String,
    /// Trials of each simulated value.
    pub trials: u64,
    /// Seed of the simulation.
    pub seed: u64,
    /// The tables.
    pub tables: Vec<SystemTable>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SystemTable {
    /// Which rule and which rates.
    pub title: String,
    /// Its lines.
    pub lines: Vec<SystemLine>,
}

/// One number: exact, simulated and as printed. Percentages are fractions of one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SystemLine {
    /// Of what.
    pub label: String,
    /// What the chapter prints, if it does.
    pub printed: Option<&'static str>,
    /// What the numbers count.
    pub unit: Unit,
    /// The exact value.
    pub exact: f64,
    /// A simulation of the chapter's number of tasks; `None` for what a simulation does not count.
    pub sample: Option<Sample>,
    /// The simulation of all trials.
    pub simulated: Option<Simulated>,
}

/// A run with the chapter's number of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Sample {
    /// The value.
    pub estimate: f64,
    /// How many tasks.
    pub tasks: u64,
}

/// The single model: 1,000 tasks at a failure rate of 23 %.
///
/// # Errors
/// An engine's refusal.
///
/// ```
/// let single = kofn_book::chapter::single(100_000, 42)?;
/// assert_eq!(single.tables[0].lines[0].exact, 0.77);
/// # Ok::<(), kofn_book::FigureError>(())
/// ```
pub fn single(trials: u64, seed: u64) -> Result<System, FigureError> {
    let mut builder = Builder::new(trials, seed, data::SINGLE.tasks);
    let question = Question::vote(Single, 1, settings::failure_rate())?;
    let printed = [Some(data::SINGLE_RATE), Some(data::SINGLE_FAILURE_RATE)];
    builder.table(question.name.clone(), |lines| {
        lines.add("correct", printed[0], question.of(Measure::Correct))?;
        lines.add("failure", printed[1], question.of(Measure::Failure))
    })?;
    Ok(builder.system("single", "The single model", String::new()))
}

/// The dual model: the rule as printed and the keep rule, without the validation bonus and with it. The keep rule with
/// the bonus is the chapter's formula (1−f) + f × (1−f+bonus).
///
/// # Errors
/// An engine's refusal.
///
/// ```
/// let dual = kofn_book::chapter::dual(100_000, 42)?;
/// assert_eq!(dual.tables.len(), 4);
/// # Ok::<(), kofn_book::FigureError>(())
/// ```
pub fn dual(trials: u64, seed: u64) -> Result<System, FigureError> {
    let mut builder = Builder::new(trials, seed, data::SINGLE.tasks);
    let (rate, better) = (settings::failure_rate(), settings::validator_failure_rate());
    for (heading, validator, fallback, printed) in [
        ("The rule as printed", rate, Fallback::Abstain, Some(data::CONSENSUS_RATE)),
        (
            "The keep rule: the first answer where the two disagree",
            rate,
            Fallback::Keep,
            Some(data::CONSENSUS_RATE),
        ),
        ("The rule as printed, with the validation bonus", better, Fallback::Abstain, Some(data::FORMULA)),
        ("The keep rule with the validation bonus: the formula", better, Fallback::Keep, Some(data::FORMULA)),
    ] {
        let question = Question::dual(rate, validator, fallback)?;
        builder.table(format!("{heading} (failure rate {rate}, validator's {validator})"), |lines| {
            lines.outcomes(&question, printed)
        })?;
    }
    Ok(builder.system("dual", "The dual model", KEEP_RULE.into()))
}

/// The simulation: one, three and five agents whose failures are hallucinations, corruptions and crashes, under a
/// majority vote, and with a checker that knows a right answer.
///
/// # Errors
/// An engine's refusal.
///
/// ```
/// let simulation = kofn_book::chapter::simulation(100_000, 42)?;
/// assert!(simulation.tables.iter().all(|table| table.lines.len() == 3));
/// # Ok::<(), kofn_book::FigureError>(())
/// ```
pub fn simulation(trials: u64, seed: u64) -> Result<System, FigureError> {
    let mut builder = Builder::new(trials, seed, data::ONE_AGENT.tasks);
    let printed = [(1, data::ONE_AGENT_RATE), (3, data::THREE_AGENTS_RATE), (5, data::FIVE_AGENTS_MAJORITY)];
    for scheme in [Scheme::from(Majority), Scheme::from(Any)] {
        for (agents, printed) in printed {
            let question = Question::vote(scheme.clone(), agents, settings::failure_rate())?
                .with_failures(settings::failures())?;
            builder.table(question.name.clone(), |lines| lines.outcomes(&question, Some(printed)))?;
        }
    }
    Ok(builder.system("simulation", "The failure simulation", failure_modes()))
}

/// The reliability benchmark: 1,000 tasks in five classes of complexity, the single model and the dual model with the
/// keep rule, with latency and cost.
///
/// # Errors
/// An engine's refusal.
///
/// ```
/// let benchmark = kofn_book::chapter::benchmark(100_000, 42)?;
/// assert!((benchmark.tables[1].lines[0].exact - 0.986).abs() < 1e-12);
/// # Ok::<(), kofn_book::FigureError>(())
/// ```
pub fn benchmark(trials: u64, seed: u64) -> Result<System, FigureError> {
    let mut builder = Builder::new(trials, seed, data::SINGLE.tasks);
    let (one, two) = (Question::benchmark_single()?, Question::benchmark_dual()?);
    let classes = Classes::new()?;
    let [latency_of_one, latency_of_two] = settings::LATENCIES;
    builder.table("Single model".into(), |lines| {
        lines.add("all classes", Some(data::BENCHMARK_SINGLE_RATE), one.of(Measure::Correct))?;
        lines.classes(&classes.single, data::SINGLE_BY_CLASS)?;
        lines.add("latency", Some(latency_of_one), one.of(Measure::Latency))?;
        lines.add("cost", None, one.of(Measure::Cost))
    })?;
    builder.table("Dual model, keep rule, validator 21 points better".into(), |lines| {
        lines.add("all classes", Some(data::BENCHMARK_DUAL_RATE), two.of(Measure::Correct))?;
        lines.classes(&classes.dual, data::DUAL_BY_CLASS)?;
        lines.add("latency", Some(latency_of_two), two.of(Measure::Latency))?;
        lines.add("cost", None, two.of(Measure::Cost))
    })?;
    builder.table("Dual against single".into(), |lines| {
        let of = |measure| (one.of(measure), two.of(measure));
        let relation = |build: fn(Quantity, Quantity) -> Relation<Quantity>, (a, b)| build(a, b);
        let (single, dual) = of(Measure::Correct);
        lines.relate("gain", data::BENCHMARK_GAIN, relation(Relation::gain, of(Measure::Correct)))?;
        lines.relate(
            "fewer failures",
            data::BENCHMARK_REDUCTION,
            relation(Relation::reduction, of(Measure::Failure)),
        )?;
        lines.relate("reliability", data::BENCHMARK_MULTIPLIER, Relation::ratio(dual, single))?;
        lines.relate(
            "latency",
            data::LATENCY_OVERHEAD,
            relation(Relation::increase, of(Measure::Latency)),
        )?;
        let (single, dual) = of(Measure::Calls);
        lines.relate("calls", data::CALLS_MULTIPLE, Relation::ratio(dual, single))
    })?;
    Ok(builder.system("benchmark", "The reliability benchmark", benchmark_settings()))
}

const KEEP_RULE: &str = "Where the two models disagree and the second is wrong, the rule as printed gives no answer \
                         and the keep rule the first model's. Two wrong answers are assumed to differ.";

fn failure_modes() -> String {
    let Failures { hallucination, corruption, crash, .. } = settings::failures();
    format!(
        "Failures are hallucinations ({hallucination}), corruptions ({corruption}) and crashes ({crash}); only the \
         first vote."
    )
}

fn benchmark_settings() -> String {
    let [easiest, .., hardest] = settings::class_failure_rates();
    let [best, .., worst] = settings::class_validator_failure_rates();
    let Costs { call_latency, validation_latency, .. } = settings::costs();
    let microseconds =
        |latency: Option<f64>| latency.map_or(String::new(), |latency| format!("{latency} µs"));
    format!(
        "Failure rates {easiest} to {hardest} by complexity, the validator's {best} to {worst}. A call takes {}, a \
         validation {}; each costs 1.",
        microseconds(call_latency.and_then(|latency| latency.of(0))),
        microseconds(validation_latency)
    )
}

/// The benchmark's classes one by one.
struct Classes {
    single: Vec<Question>,
    dual: Vec<Question>,
}

impl Classes {
    fn new() -> Result<Self, FigureError> {
        let rates = settings::class_failure_rates();
        let pairs = rates.into_iter().zip(settings::class_validator_failure_rates());
        Ok(Self {
            single: rates
                .into_iter()
                .map(|rate| Question::vote(Single, 1, rate))
                .collect::<Result<_, _>>()?,
            dual: pairs
                .map(|(rate, validator)| Question::dual(rate, validator, Fallback::Keep))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Fills tables from the engines.
struct Builder {
    /// All trials.
    engines: Engines,
    /// As many tasks as the chapter's run has.
    sample: Engines,
    tables: Vec<SystemTable>,
}

impl Builder {
    fn new(trials: u64, seed: u64, tasks: Printed) -> Self {
        let sample = Engines::new(tasks.value() as u64, seed);
        Self { engines: Engines::new(trials, seed), sample, tables: Vec::new() }
    }

    fn table(
        &mut self,
        title: String,
        fill: impl FnOnce(&mut Lines<'_>) -> Result<(), FigureError>,
    ) -> Result<(), FigureError> {
        let mut lines = Lines { builder: self, lines: Vec::new() };
        fill(&mut lines)?;
        let lines = lines.lines;
        self.tables.push(SystemTable { title, lines });
        Ok(())
    }

    fn system(self, name: &'static str, title: &'static str, note: String) -> System {
        let Self { engines: Engines { trials, seed, .. }, tables, .. } = self;
        System { name, title, note, trials, seed, tables }
    }
}

/// The lines of one table.
struct Lines<'a> {
    builder: &'a mut Builder,
    lines: Vec<SystemLine>,
}

impl Lines<'_> {
    fn add(&mut self, label: &str, printed: Option<Printed>, quantity: Quantity) -> Result<(), FigureError> {
        let unit = match quantity.measure {
            Measure::Latency => Unit::Microseconds,
            Measure::Calls | Measure::Cost => Unit::Number,
            Measure::Correct | Measure::Abstain | Measure::Wrong | Measure::Failure => Unit::Percent,
        };
        self.push(label, printed, unit, &Relation::value(quantity))
    }

    fn relate(
        &mut self,
        label: &str,
        printed: Printed,
        relation: Relation<Quantity>,
    ) -> Result<(), FigureError> {
        self.push(label, Some(printed), printed.unit(), &relation)
    }

    /// The three outcomes; the printed number is P(correct).
    fn outcomes(&mut self, question: &Question, printed: Option<Printed>) -> Result<(), FigureError> {
        self.add("correct", printed, question.of(Measure::Correct))?;
        self.add("abstain", None, question.of(Measure::Abstain))?;
        self.add("wrong", None, question.of(Measure::Wrong))
    }

    /// One class after the other, the run as small as the chapter's of that class.
    fn classes(
        &mut self,
        questions: &[Question],
        printed: [ClassLine; settings::CLASSES],
    ) -> Result<(), FigureError> {
        let (whole_run, seed) = (self.builder.sample.trials, self.builder.sample.seed);
        for (class, (question, line)) in questions.iter().zip(printed).enumerate() {
            self.builder.sample = Engines::new(line.count.tasks.value() as u64, seed);
            self.add(&format!("complexity {}", class + 1), Some(line.rate), question.of(Measure::Correct))?;
        }
        self.builder.sample = Engines::new(whole_run, seed);
        Ok(())
    }

    fn push(
        &mut self,
        label: &str,
        printed: Option<Printed>,
        unit: Unit,
        relation: &Relation<Quantity>,
    ) -> Result<(), FigureError> {
        let Reading { exact, simulated } = self.builder.engines.read(relation)?;
        let sampled = self.builder.sample.read(relation)?.simulated;
        let tasks = self.builder.sample.trials;
        let sample = sampled.map(|sampled| Sample { estimate: sampled.estimate, tasks });
        let printed = printed.map(Printed::text);
        self.lines.push(SystemLine { label: label.into(), printed, unit, exact, sample, simulated });
        Ok(())
    }
}
