//! The one way to make or change a scenario: nothing is lost, and all is checked once.

use super::{Agents, Costs, Dependence, Error, Failures, Filter, PerAgent, Scenario, Scheme};

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
    /// Whether agents of one group no longer stand next to each other.
    tears_groups: bool,
}

impl ScenarioBuilder {
    /// Replaces the agents.
    pub fn agents(mut self, agents: Agents) -> Self {
        self.scenario.agents = agents;
        self
    }

    /// Keeps the agents at these places, in this order, with their names, prices and groups. Those of one group must
    /// stay next to each other. The scheme stays: replace it where it does not go with fewer agents.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Costs, Scenario, scheme::Majority};
    /// let all = Scenario::builder(Agents::different([0.1, 0.2, 0.3]), Majority)
    ///     .names(["gpt", "claude", "small"])
    ///     .costs(Costs::new([10.0, 4.0, 0.2]))
    ///     .build()?;
    /// let two = all.to_builder().pick(&[0, 2]).build()?;
    /// assert_eq!((two.name_of(1), two.costs()), ("small".into(), Some(&Costs::new([10.0, 0.2]))));
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn pick(mut self, places: &[usize]) -> Self {
        let Scenario { agents, names, costs, dependence, .. } = &mut self.scenario;
        *agents = agents.pick(places);
        *names = names
            .as_ref()
            .map(|names| places.iter().filter_map(|&place| names.get(place).cloned()).collect());
        *costs = costs.as_ref().map(|costs| costs.pick(places));
        let torn;
        (*dependence, torn) = dependence.of_places(places);
        self.tears_groups |= torn;
        self.with_calls_of_one_agent()
    }

    /// Keeps the first `count` agents, with their names, prices and groups. Where all have one rate and nothing else
    /// tells them apart, there may be more of them than before.
    pub fn first(mut self, count: u64) -> Self {
        let Scenario { agents, names, costs, dependence, .. } = &mut self.scenario;
        *agents = agents.first(count);
        *names = names.as_ref().map(|names| names.iter().take(count as usize).cloned().collect());
        *costs = costs.as_ref().map(|costs| costs.first(count as usize));
        *dependence = dependence.of_some(|group| group.end.min(count) - group.start.min(count));
        self.with_calls_of_one_agent()
    }

    /// An agent alone has no correlation with others, where its calls have one of their own.
    fn with_calls_of_one_agent(mut self) -> Self {
        let scenario = &mut self.scenario;
        if scenario.agents.count() == 1 && scenario.repeats.is_some() {
            scenario.dependence = scenario.dependence.of_one_with_repeats();
        }
        self
    }

    /// Removes the failure rates of validators, for schemes that have none.
    pub(crate) fn without_validators(mut self) -> Self {
        self.scenario.agents = self.scenario.agents.without_validators();
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

    /// Replaces the names of the agents.
    pub fn names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scenario.names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Removes the names of the agents.
    pub fn without_names(mut self) -> Self {
        self.scenario.names = None;
        self
    }

    /// Replaces the correlation of the failures of two calls of one agent, or says nothing of it (`None`).
    pub fn repeats(mut self, correlation: impl Into<Option<f64>>) -> Self {
        self.scenario.repeats = correlation.into();
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
        if self.tears_groups {
            let message = "agents of one group of dependence.groups must stand next to each other";
            return Err(Error::conflict("dependence.groups", message));
        }
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
        let scheme = scheme.into();
        let scenario = Self {
            agents,
            failures: scheme.meaning().default_failures(),
            scheme,
            names: None,
            dependence: Dependence::default(),
            repeats: None,
            filter: None,
            costs: None,
        };
        scenario.into_builder()
    }

    /// Starts from this scenario: what is not replaced stays.
    pub fn to_builder(&self) -> ScenarioBuilder {
        self.clone().into_builder()
    }

    fn into_builder(self) -> ScenarioBuilder {
        ScenarioBuilder { scenario: self, tears_groups: false }
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
        self.into_builder().agents(agents).build()
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
        if self.are_distinguished() && count != self.agents.count() {
            let message = "agents.count cannot change where agents have names, prices or groups of their own";
            return Err(Error::conflict("agents.count", message));
        }
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

    /// Whether names, prices or groups tell agents apart, whatever their rates.
    pub fn are_distinguished(&self) -> bool {
        let listed = |costs: &Option<PerAgent>| matches!(costs, Some(PerAgent::Each(_)));
        self.names.is_some()
            || self.dependence.groups().is_some()
            || self.costs.as_ref().is_some_and(|costs| listed(&costs.call) || listed(&costs.call_latency))
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
        self.into_builder().scheme(scheme).build()
    }

    /// Returns the same scenario with other failure modes.
    ///
    /// # Errors
    /// A share outside [0, 1], shares that do not sum to 1 within 1e-9, or no wrong answer to pick from.
    pub fn with_failures(self, failures: Failures) -> Result<Self, Error> {
        self.into_builder().failures(failures).build()
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
        self.into_builder().dependence(dependence).build()
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
        self.into_builder().filter(filter).build()
    }

    /// Returns the same scenario with these costs, or without any (`None`).
    ///
    /// # Errors
    /// A price below 0 or not finite, or a price that the scheme needs and that is not given.
    pub fn with_costs(self, costs: impl Into<Option<Costs>>) -> Result<Self, Error> {
        self.into_builder().costs(costs).build()
    }
}
