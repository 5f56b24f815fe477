//! The one way to make or change a scenario: nothing is lost, and all is checked once.

use super::{Agents, Costs, Dependence, Error, Failures, Filter, Scenario, Scheme};

/// A scenario in the making. Nothing is checked before [`build`](Self::build), so that parts which depend on
/// each other, such as agents and their weights, can change together.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Weighted};
/// let three = Scenario::new(Agents::different([0.1, 0.2, 0.3]), Weighted::new([3.0, 2.0, 1.0]))?;
/// let two = three.to_builder().agents(Agents::different([0.1, 0.2])).scheme(Weighted::new([3.0, 2.0])).build()?;
/// assert_eq!(two.agents().count(), 2);
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ScenarioBuilder {
    scenario: Scenario,
}

impl ScenarioBuilder {
    /// Replaces the agents.
    pub fn agents(mut self, agents: Agents) -> Self {
        self.scenario.agents = agents;
        self
    }

    /// Replaces the scheme.
    pub fn scheme(mut self, scheme: impl Into<Scheme>) -> Self {
        self.scenario.scheme = scheme.into();
        self
    }

    /// Replaces the failure modes.
    pub fn failures(mut self, failures: Failures) -> Self {
        self.scenario.failures = failures;
        self
    }

    /// Replaces the model of dependence.
    pub fn dependence(mut self, dependence: Dependence) -> Self {
        self.scenario.dependence = dependence;
        self
    }

    /// Replaces the filter, or removes it (`None`).
    pub fn filter(mut self, filter: impl Into<Option<Filter>>) -> Self {
        self.scenario.filter = filter.into();
        self
    }

    /// Replaces the costs, or removes them (`None`).
    pub fn costs(mut self, costs: impl Into<Option<Costs>>) -> Self {
        self.scenario.costs = costs.into();
        self
    }

    /// Checks all parts, each by itself and against the others.
    ///
    /// # Errors
    /// A value out of its range, or parts that do not go together.
    pub fn build(self) -> Result<Scenario, Error> {
        self.scenario.checked()
    }
}

impl Scenario {
    /// Starts a scenario of these agents under this scheme, in which every failure votes for the same wrong answer.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Dependence, Filter, Scenario, scheme::Majority};
    /// let scenario = Scenario::builder(Agents::identical(5, 0.23), Majority)
    ///     .dependence(Dependence::CommonCause { probability: 0.05 })
    ///     .filter(Filter::new(0.95, 0.1))
    ///     .build()?;
    /// assert_eq!(scenario.dependence().model(), "common-cause");
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn builder(agents: Agents, scheme: impl Into<Scheme>) -> ScenarioBuilder {
        let scenario = Self {
            agents,
            scheme: scheme.into(),
            failures: Failures::default(),
            dependence: Dependence::default(),
            filter: None,
            costs: None,
        };
        ScenarioBuilder { scenario }
    }

    /// Starts from this scenario: what is not replaced stays.
    pub fn to_builder(&self) -> ScenarioBuilder {
        ScenarioBuilder { scenario: self.clone() }
    }

    /// Returns the scenario of these agents under this scheme, in which every failure votes for the same wrong answer.
    ///
    /// # Errors
    /// A rate outside [0, 1], no agents, or a parameter of the scheme out of its range.
    pub fn new(agents: Agents, scheme: impl Into<Scheme>) -> Result<Self, Error> {
        Self::builder(agents, scheme).build()
    }

    /// Returns the same scenario with other agents.
    ///
    /// # Errors
    /// A rate outside [0, 1], no agents, or agents that do not go with the rest: change that together by
    /// [`to_builder`](Self::to_builder).
    pub fn with_agents(self, agents: Agents) -> Result<Self, Error> {
        ScenarioBuilder { scenario: self }.agents(agents).build()
    }

    /// Returns the same scenario with another number of agents, each with the same failure rate.
    ///
    /// # Errors
    /// Agents with rates of their own, no agents or too many, or a number that does not go with the scheme.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?.with_count(7)?;
    /// assert_eq!(scenario.agents(), &Agents::identical(7, 0.23));
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_count(mut self, count: u64) -> Result<Self, Error> {
        match &mut self.agents {
            Agents::Identical { count: present, .. } | Agents::ByTask { count: present, .. } => {
                *present = count
            }
            Agents::Different { failure_rates } if failure_rates.len() as u64 == count => {}
            Agents::Different { failure_rates } => {
                let allowed = format!("{}, because there is one rate for each agent", failure_rates.len());
                return Err(Error::out_of_range("agents.count", count, allowed));
            }
        }
        self.checked()
    }

    /// Returns the same scenario under another scheme.
    ///
    /// # Errors
    /// A parameter of the scheme out of its range, or a scheme that does not go with the rest.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Scenario, scheme::{Majority, Unanimous}};
    /// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?.with_scheme(Unanimous)?;
    /// assert_eq!(scenario.scheme().about().name, "unanimous");
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_scheme(self, scheme: impl Into<Scheme>) -> Result<Self, Error> {
        ScenarioBuilder { scenario: self }.scheme(scheme).build()
    }

    /// Returns the same scenario with other failure modes.
    ///
    /// # Errors
    /// A share outside [0, 1], shares that do not sum to 1 within 1e-9, or no wrong answer to pick from.
    pub fn with_failures(self, failures: Failures) -> Result<Self, Error> {
        ScenarioBuilder { scenario: self }.failures(failures).build()
    }

    /// Returns the same scenario with another model of dependence.
    ///
    /// # Errors
    /// A correlation outside [0, 1), a common cause more probable than the smallest failure rate of all
    /// agents and classes, or beta-binomial agents whose rates, within a class, are not all equal.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Dependence, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
    /// let scenario = scenario.with_dependence(Dependence::CommonCause { probability: 0.05 })?;
    /// assert_eq!(scenario.dependence().model(), "common-cause");
    /// let error = scenario.with_dependence(Dependence::GaussianCopula { correlation: 1.0 }).unwrap_err();
    /// assert_eq!(error.to_string(), "dependence.correlation must be at least 0 and below 1, got 1.0");
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_dependence(self, dependence: Dependence) -> Result<Self, Error> {
        ScenarioBuilder { scenario: self }.dependence(dependence).build()
    }

    /// Returns the same scenario with a validator that each answer passes before it votes, or without one (`None`).
    ///
    /// # Errors
    /// A rate outside [0, 1], or a scheme without votes.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Filter, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
    /// let filter = Filter::new(0.95, 0.1);
    /// assert_eq!(scenario.with_filter(filter)?.filter(), Some(filter));
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_filter(self, filter: impl Into<Option<Filter>>) -> Result<Self, Error> {
        ScenarioBuilder { scenario: self }.filter(filter).build()
    }

    /// Returns the same scenario with these costs, or without any (`None`).
    ///
    /// # Errors
    /// A price below 0 or not finite, or a price that the scheme needs and that is not given.
    pub fn with_costs(self, costs: impl Into<Option<Costs>>) -> Result<Self, Error> {
        ScenarioBuilder { scenario: self }.costs(costs).build()
    }
}
