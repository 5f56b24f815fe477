//! The demand on a system, and the systems that are searched.

use crate::exact::assess;
use crate::outcome::Exact;
use crate::scenario::scheme::Judge;
use crate::scenario::{Agents, ClassRates, Error, Scenario};

/// What a system must achieve; `None` where there is no limit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Demand {
    /// P(correct) must be at least this, a probability above 0 and below 1.
    pub target: f64,
    /// The number of independent tasks that must all be correct, and with what probability, where that gave the target.
    pub steps: Option<(u64, f64)>,
    /// P(wrong) must be at most this, from 0 to 1.
    pub most_wrong: Option<f64>,
    /// The expected [price](super::Choice::price) of a task must be at most this, finite and not negative.
    pub most_cost: Option<f64>,
    /// The expected time of a task must be at most this, in the unit of the scenario's latencies, finite and not
    /// negative.
    pub most_latency: Option<f64>,
}

/// A limit of a demand beside its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, schemars::JsonSchema, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ceiling {
    /// That on P(wrong).
    MaxWrong,
    /// That on the expected price of a task.
    MaxCost,
    /// That on the expected time of a task.
    MaxLatency,
}

/// Whether one agent may be called more than once on one task: by races, and by pipelines of several attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RepeatedCalls {
    /// Where the scenario says how correlated they are, with `dependence.repeats`.
    #[default]
    Stated,
    /// Yes: calls of one agent are as correlated as the agents of the scenario, for example because those are runs of
    /// one agent.
    LikeAgents,
    /// No.
    Never,
}

/// The systems among which the best is searched.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Scope {
    /// Maximum number of agents, or of calls to one agent: 1 to [`Scope::MAX_AGENTS`].
    pub most_agents: u64,
    /// Whether one agent may be called repeatedly. Replicas that only crash never are.
    pub repeated_calls: RepeatedCalls,
    /// Whether there is a checker, free of charge, that recognizes a correct answer.
    pub checker: bool,
    /// The rates of a validator, which replaces that of the scenario.
    pub validator: Option<Judge>,
}

impl Demand {
    /// A P(correct) of at least `target`, at any price.
    pub fn new(target: f64) -> Self {
        Self { target, steps: None, most_wrong: None, most_cost: None, most_latency: None }
    }

    /// Demands that `steps` independent tasks are all correct with the probability of the target: one task then has the
    /// root of it as its target, target^(1/steps).
    ///
    /// # Errors
    /// No steps, or more than 10¹³.
    ///
    /// ```
    /// let demand = kofn::plan::Demand::new(0.81).with_steps(2)?;
    /// assert!((demand.target - 0.9).abs() < 1e-15);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_steps(self, steps: u64) -> Result<Self, Error> {
        check_steps(steps)?;
        let target = libm::exp(libm::log(self.target) / steps as f64);
        Ok(Self { target, steps: Some((steps, self.target)), ..self })
    }

    /// Limits P(wrong).
    #[must_use]
    pub fn with_most_wrong(self, most_wrong: f64) -> Self {
        Self { most_wrong: Some(most_wrong), ..self }
    }

    /// Limits the expected price of a task.
    #[must_use]
    pub fn with_most_cost(self, most_cost: f64) -> Self {
        Self { most_cost: Some(most_cost), ..self }
    }

    /// Limits the expected time of a task.
    #[must_use]
    pub fn with_most_latency(self, most_latency: f64) -> Self {
        Self { most_latency: Some(most_latency), ..self }
    }

    /// Whether the outcome and the effort of a system meet all that is demanded; `price` is what a task is expected to
    /// cost.
    ///
    /// ```
    /// use kofn::plan::Demand;
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let five = kofn::assess(&Scenario::new(Agents::identical(5, 0.1), Majority)?)?;
    /// assert!(Demand::new(0.99).is_met_by(&five, five.expected.calls)); // 0.99144
    /// assert!(!Demand::new(0.992).is_met_by(&five, five.expected.calls));
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn is_met_by(&self, exact: &Exact, price: f64) -> bool {
        exact.correct >= self.target && self.admits(exact, price)
    }

    /// Whether the demand is met apart from the target.
    pub(super) fn admits(&self, exact: &Exact, price: f64) -> bool {
        self.exceeded(exact, price).is_none()
    }

    /// Returns the first ceiling that a system with this outcome, effort and price exceeds; `None` where it keeps
    /// within all.
    ///
    /// ```
    /// use kofn::plan::{Ceiling, Demand};
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let five = kofn::assess(&Scenario::new(Agents::identical(5, 0.1), Majority)?)?;
    /// assert_eq!(Demand::new(0.9).with_most_cost(4.0).exceeded(&five, 5.0), Some(Ceiling::MaxCost));
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn exceeded(&self, exact: &Exact, price: f64) -> Option<Ceiling> {
        let over = |value: f64, most: Option<f64>| most.is_some_and(|most| value > most);
        if over(exact.wrong, self.most_wrong) {
            return Some(Ceiling::MaxWrong);
        }
        self.too_dear(price, exact.expected.latency)
    }

    /// Returns the ceiling on effort that a price or a latency exceeds.
    pub(super) fn too_dear(&self, price: f64, latency: Option<f64>) -> Option<Ceiling> {
        let over = |value: f64, most: Option<f64>| most.is_some_and(|most| value > most);
        if over(price, self.most_cost) {
            return Some(Ceiling::MaxCost);
        }
        over(latency.unwrap_or(0.0), self.most_latency).then_some(Ceiling::MaxLatency)
    }

    /// Whether there is more to meet than the target.
    pub(super) fn has_ceilings(&self) -> bool {
        self.most_wrong.is_some() || self.most_cost.is_some() || self.most_latency.is_some()
    }

    /// Checks the demand, and that the scenario has what it limits.
    pub(super) fn check(&self, scenario: &Scenario) -> Result<(), Error> {
        check_target(self.target)?;
        if let Some(wrong) = self.most_wrong.filter(|wrong| !(0.0..=1.0).contains(wrong)) {
            return Err(Error::out_of_range("most_wrong", format!("{wrong:?}"), "between 0 and 1"));
        }
        for (key, most) in [("most_cost", self.most_cost), ("most_latency", self.most_latency)] {
            if let Some(most) = most.filter(|most| !(*most >= 0.0 && most.is_finite())) {
                return Err(Error::out_of_range(key, format!("{most:?}"), "a finite number, 0 or more"));
            }
        }
        let timed = || scenario.costs().is_some_and(|costs| costs.call_latency.is_some());
        if self.most_latency.is_some() && !timed() {
            let allowed = "a finite number, 0 or more, to limit the latency";
            return Err(Error::missing("costs.call_latency", allowed));
        }
        Ok(())
    }
}

/// Maximum number of steps for which P(all are correct) keeps its digits.
const MAX_STEPS: u64 = 10_000_000_000_000;

/// Checks that a number of steps is one.
pub(crate) fn check_steps(steps: u64) -> Result<(), Error> {
    if (1..=MAX_STEPS).contains(&steps) {
        return Ok(());
    }
    Err(Error::out_of_range("steps", steps, format!("a whole number from 1 to {MAX_STEPS}")))
}

/// Checks that a target is above 0 and below 1.
fn check_target(target: f64) -> Result<(), Error> {
    if target > 0.0 && target < 1.0 {
        return Ok(());
    }
    let allowed = "a probability above 0 and below 1, such as 0.99";
    Err(Error::out_of_range("target", format!("{target:?}"), allowed))
}

/// Checks the target, and that there is one number of agents and one rate to change.
pub(super) fn check(scenario: &Scenario, target: f64) -> Result<(), Error> {
    check_target(target)?;
    let different = match scenario.agents() {
        Agents::Identical { .. } => return Ok(()),
        Agents::Different { .. } => Some("agents.failure_rates".into()),
        Agents::ByTask { tasks, .. } => tasks
            .iter()
            .position(|task| matches!(task.rates, ClassRates::Different(_)))
            .map(|class| format!("tasks[{class}].failure_rates")),
    };
    let Some(key) = different else { return Ok(()) };
    let message = format!(
        "{key} differ by agent, so that it matters which agent is added or improved; the number of agents and their rate are planned for equal rates only"
    );
    Err(Error::refused(&key, message))
}

impl Default for Scope {
    /// Returns the scope of up to 25 agents or calls of one agent, repeated calls where the scenario says how
    /// correlated they are, no checker, and no validator but the scenario's own.
    fn default() -> Self {
        let repeated_calls = RepeatedCalls::default();
        Self { most_agents: 25, repeated_calls, checker: false, validator: None }
    }
}

impl Scope {
    /// The maximum number of agents.
    pub const MAX_AGENTS: u64 = 1_000;

    /// Systems of up to this many agents, or calls of one agent.
    #[must_use]
    pub fn with_most_agents(self, most_agents: u64) -> Self {
        Self { most_agents, ..self }
    }

    /// Says whether one agent may be called repeatedly.
    #[must_use]
    pub fn with_repeated_calls(self, repeated_calls: RepeatedCalls) -> Self {
        Self { repeated_calls, ..self }
    }

    /// Adds or removes a checker.
    #[must_use]
    pub fn with_checker(self, checker: bool) -> Self {
        Self { checker, ..self }
    }

    /// Replaces the scenario's validator.
    #[must_use]
    pub fn with_validator(self, validator: Judge) -> Self {
        Self { validator: Some(validator), ..self }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        if (1..=Self::MAX_AGENTS).contains(&self.most_agents) {
            return Ok(());
        }
        let allowed = format!("a whole number from 1 to {}", Self::MAX_AGENTS);
        Err(Error::out_of_range("most_agents", self.most_agents, allowed))
    }
}

/// Returns the exact outcome, and the expected price of a task.
pub(super) fn priced(scenario: &Scenario) -> Result<(Exact, f64), Error> {
    let exact = assess(scenario)?;
    Ok((exact, price(&exact)))
}

/// Returns the expected price of a task: without prices, one for each call and each validation.
pub(crate) fn price(exact: &Exact) -> f64 {
    exact.expected.cost.unwrap_or(exact.expected.calls + exact.expected.validations)
}
