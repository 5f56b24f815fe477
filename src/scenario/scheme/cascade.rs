use super::Scheme;
use super::definition::{Definition, Meaning, Parameter, Setting, Surroundings};
use crate::scenario::document::Fields;
use crate::scenario::range::COUNT;
use crate::scenario::{About, CascadeStage, Error, Key, Problem, Rates, Rule};

/// Stages of agents, the cheap ones first: the next stage is asked only where the one before abstains.
///
/// The stages take the agents in their order, each agent once. A stage that is correct or wrong ends the cascade; where
/// the last one abstains, the cascade does.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::{Cascade, Single, Stage, Unanimous}};
/// let scheme = Cascade::new([Stage::new(2, Unanimous), Stage::new(1, Single)]);
/// let scenario = Scenario::new(Agents::different([0.1, 0.2, 0.05]), scheme)?;
/// // Both of the first two are right; or they differ, and the third is right.
/// let correct = 0.9 * 0.8 + (0.9 * 0.2 + 0.1 * 0.8) * 0.95;
/// let exact = kofn::exact::assess(&scenario)?;
/// assert!((exact.correct - correct).abs() < 1e-15 && (exact.expected.calls - 2.26).abs() < 1e-15);
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Cascade {
    /// The stages, at least one, in the order in which they are asked.
    pub stages: Vec<Stage>,
}

/// One stage of a cascade.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// The number of its agents, at least 1.
    pub agents: u64,
    /// How they vote.
    pub scheme: Scheme,
}

impl Stage {
    /// A stage of this many agents under a voting scheme.
    pub fn new(agents: u64, scheme: impl Into<Scheme>) -> Self {
        Self { agents, scheme: scheme.into() }
    }
}

/// What `stages` must be.
const STAGES: &str = "a list of at least one table with agents and scheme";
/// What the scheme of a stage may be.
const SCHEME: &str = "the name of a voting scheme, or a table with its rule";
/// Keys of a stage.
pub(in crate::scenario) const KEYS: &[&str] = &["agents", "scheme"];

impl Cascade {
    /// A cascade of these stages.
    pub fn new(stages: impl Into<Vec<Stage>>) -> Self {
        Self { stages: stages.into() }
    }

    /// Returns each stage with its index and the place of its first agent.
    fn places(&self) -> impl Iterator<Item = (usize, &Stage, u64)> {
        let mut first = 0;
        self.stages.iter().enumerate().map(move |(index, stage)| {
            let start = first;
            first += stage.agents;
            (index, stage, start)
        })
    }

    /// Checks the numbers of agents.
    fn check_counts(&self, agents: u64) -> Result<(), Error> {
        if self.stages.is_empty() {
            return Err(Error::out_of_range("scheme.stages", "an empty list", STAGES));
        }
        let mut total: u64 = 0;
        for (index, stage) in self.stages.iter().enumerate() {
            if stage.agents == 0 {
                return Err(Error::out_of_range(&format!("{}.agents", path(index)), 0, COUNT));
            }
            total = total.saturating_add(stage.agents);
        }
        if total == agents {
            return Ok(());
        }
        let message =
            format!("the agents of scheme.stages must add up to {agents}, the number of agents, got {total}");
        Err(Error::conflict("scheme.stages", message))
    }
}

fn path(index: usize) -> String {
    format!("scheme.stages[{index}]")
}

/// Returns an error of the scheme of a stage, which knows its own agents alone, as one of the whole scenario: the
/// stage's agents begin at place `first`.
fn of_stage(mut error: Error, index: usize, first: u64) -> Error {
    const RATES: &str = "agents.failure_rates[";
    const OF_ITS_AGENTS: [&str; 2] = ["one for each agent", "the number of agents"];
    if let Problem::OutOfRange { allowed, .. } = &mut error.problem
        && OF_ITS_AGENTS.iter().any(|end| allowed.ends_with(end))
    {
        allowed.push_str(" of the stage");
    }
    let place = |key: &str| key.strip_prefix(RATES)?.strip_suffix(']')?.parse::<u64>().ok();
    match (&*error.key, place(&error.key)) {
        ("agents.count", _) => error.about(format!("{}.agents", path(index))),
        (_, Some(place)) => error.about(format!("{RATES}{}]", first + place)),
        _ => error.below(&format!("{}.scheme", path(index))),
    }
}

impl Definition for Cascade {
    const ABOUT: About = About {
        name: "cascade",
        parameters: &[Key::required(
            "stages",
            STAGES,
            "stages of agents, each with its number of agents and its scheme",
        )],
        meaning: "stages of voting agents; the next one is asked only where the one before abstains",
        source: "Viola and Jones 2001; Chen et al. 2023, FrugalGPT",
        example: "agents = { failure_rates = [0.2, 0.2, 0.05] }\n\
                  [scheme]\n\
                  rule = \"cascade\"\n\
                  stages = [\n    \
                      { agents = 2, scheme = \"unanimous\" },\n    \
                      { agents = 1, scheme = \"single\" },\n\
                  ]\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        let tables = fields.tables("stages")?;
        let stage = |table: Fields<'_>| {
            let agents = table.required_integer("agents", COUNT)?;
            let scheme = Scheme::read_from(&table, "scheme")?;
            Ok(Stage { agents, scheme: table.required("scheme", scheme, SCHEME)? })
        };
        let stages = fields.required("stages", tables, STAGES)?;
        Ok(Self { stages: stages.into_iter().map(stage).collect::<Result<_, Error>>()? })
    }
}

impl Meaning for Cascade {
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let table = |stage: &Stage| {
            let scheme = &stage.scheme;
            let parameter = Parameter::Scheme(scheme.about().name, scheme.meaning().parameters());
            vec![("agents", Parameter::Integer(stage.agents)), ("scheme", parameter)]
        };
        vec![("stages", Parameter::Tables(self.stages.iter().map(table).collect()))]
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        self.check_counts(setting.agents)?;
        let stage = |(index, stage, first): (usize, &Stage, u64)| {
            let meaning = stage.scheme.meaning();
            if !meaning.can_be_a_stage() {
                let name = format!("{:?}", stage.scheme.about().name);
                let allowed = "a voting scheme that calls each agent once";
                return Err(Error::out_of_range(&format!("{}.scheme", path(index)), name, allowed));
            }
            let rates = setting.rates.map(|rates| match rates {
                Rates::Identical { failure_rate, .. } => {
                    Rates::Identical { count: stage.agents, failure_rate }
                }
                Rates::Different(rates) => {
                    Rates::Different(&rates[first as usize..(first + stage.agents) as usize])
                }
            });
            let setting = Setting { agents: stage.agents, rates, validator_failure_rate: None };
            let rule = meaning.rule(setting).map_err(|error| of_stage(error, index, first))?;
            Ok(CascadeStage { agents: stage.agents, rule })
        };
        self.places().map(stage).collect::<Result<_, Error>>().map(Rule::Cascade)
    }

    fn fewest_agents(&self) -> Option<u64> {
        None
    }

    fn gives_candidates(&self) -> bool {
        false
    }

    fn can_be_a_stage(&self) -> bool {
        false
    }

    fn suits(&self, surroundings: &Surroundings<'_>) -> Result<(), Error> {
        self.places().try_for_each(|(index, stage, first)| {
            let suits = stage.scheme.meaning().suits(surroundings);
            suits.map_err(|error| of_stage(error, index, first))
        })
    }
}
