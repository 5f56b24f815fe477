//! The models of dependence: how the agents' failures are correlated within one task. One file each.
//!
//! A model's file holds its parameters, what is said [`About`] it, how it is read and checked, and its
//! answers to what the rest of the code asks of a model. It is listed once, in `models!` below.

mod beta_binomial;
mod common_cause;
mod gaussian_copula;
mod grouped_copula;
mod independent;
mod model;

use super::document::Fields;
use super::range::CORRELATION;
use super::scheme::Parameter;
use super::{About, Agents, Class, Error, Key};
use model::{Definition, Model};
pub(super) use model::{Setting, check_correlation};
use std::ops::Range;

/// The key that every model has beside its parameters.
pub(super) const REPEATS: Key = Key::optional(
    "repeats",
    CORRELATION,
    "0 where agents are independent, else as calls of different agents, of one group where there are groups",
    "correlation of the failures of two calls of one agent on one task",
);

macro_rules! models {
    (
        $($(#[$attribute:meta])? $Model:ident $({ $($field:ident: $Field:ty = $meaning:literal,)* })? in $module:ident: $doc:literal,)*
        ; $($Read:ident in $read:ident,)*
    ) => {
        /// How the agents' failures depend on each other within one task. Every model keeps each agent's
        /// failure rate as its marginal, per class of tasks where there are classes. What is shared is drawn
        /// once per task.
        #[derive(Debug, Clone, PartialEq, Default)]
        #[non_exhaustive]
        pub enum Dependence {
            $(#[doc = $doc] $(#[$attribute])? $Model $({ $(#[doc = $meaning] $field: $Field,)* })?,)*
        }

        impl Dependence {
            /// The descriptions of all models.
            pub const ALL: &'static [About] = &[$($read::$Read::ABOUT,)*];

            /// Returns the description of this model.
            pub fn about(&self) -> &'static About {
                match self { $(Self::$Model { .. } => const { &$module::$Model::ABOUT },)* }
            }

            /// Reads the model of this name from its table; `None` if there is none of this name.
            fn read(name: &str, fields: &Fields<'_>, setting: Setting) -> Option<Result<Self, Error>> {
                $(if name == $read::$Read::ABOUT.name {
                    return Some($read::$Read::read(fields, setting));
                })*
                None
            }

            /// The answer of the model, and the model with the parameters that the question left.
            fn ask<R>(&self, question: impl FnOnce(&mut dyn Model) -> R) -> (Self, R) {
                match self.clone() {
                    $(Self::$Model $({ $($field),* })? => {
                        let mut model = $module::$Model $({ $($field),* })?;
                        let answer = question(&mut model);
                        (model.into(), answer)
                    })*
                }
            }
        }

        $(impl From<$module::$Model> for Dependence {
            fn from(model: $module::$Model) -> Self {
                let $module::$Model $({ $($field),* })? = model;
                Self::$Model $({ $($field),* })?
            }
        })*
    };
}

models! {
    #[default]
    Independent in independent: "Given the class of the task, agents fail independently.",
    CommonCause { probability: f64 = "c, at most the smallest failure rate.", } in common_cause:
        "With probability c all agents fail; else they fail independently with (f−c)/(1−c).",
    BetaBinomial { correlation: f64 = "ρ in [0, 1), the correlation of two agents' failures; 0 is independence.", }
        in beta_binomial:
        "The rate of all agents, which have equal rates f, is drawn from Beta(α, β), α = f(1−ρ)/ρ, β = (1−f)(1−ρ)/ρ.",
    GaussianCopula { correlation: f64 = "ρ in [0, 1), the correlation of the latent normals; 0 is independence.", }
        in gaussian_copula:
        "Agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ), with Z and e standard normal.",
    GroupedCopula {
        correlation: f64 = "r in [0, w], the correlation of the latent normals of agents of different groups.",
        within: f64 = "w in [0, 1), the correlation of the latent normals inside a group.",
        groups: Vec<u64> = "The sizes of the groups, in the order of the agents; they add up to all agents.",
    } in grouped_copula:
        "Agent i of group g fails iff √r·Z + √(w−r)·Z_g + √(1−w)·eᵢ < Φ⁻¹(fᵢ), with Z, Z_g and e standard normal.",
    // Those that a name in a file stands for.
    ; Independent in independent,
    CommonCause in common_cause,
    BetaBinomial in beta_binomial,
    GaussianCopula in gaussian_copula,
}

impl Dependence {
    /// Returns the model's name in a file.
    ///
    /// ```
    /// use kofn::scenario::Dependence;
    /// assert_eq!(Dependence::BetaBinomial { correlation: 0.3 }.model(), "beta-binomial");
    /// ```
    pub fn model(&self) -> &'static str {
        self.about().name
    }

    /// Returns the key and the value of the parameter that says how strong the dependence is; independence has none.
    pub fn parameter(&self) -> Option<(&'static str, f64)> {
        self.ask(|model| model.parameter().map(|(key, value)| (key, *value))).1
    }

    /// Returns the value of the [`parameter`](Self::parameter), or 0.
    pub fn strength(&self) -> f64 {
        self.parameter().map_or(0.0, |(_, value)| value)
    }

    /// Returns whether agents fail independently: no model, or one of strength 0.
    ///
    /// ```
    /// use kofn::scenario::Dependence;
    /// assert!(Dependence::GaussianCopula { correlation: 0.0 }.is_independent());
    /// assert!(!Dependence::CommonCause { probability: 1e-9 }.is_independent());
    /// ```
    pub fn is_independent(&self) -> bool {
        self.ask(|model| model.is_independent()).1
    }

    /// Returns the same model with another strength; independence stays what it is.
    ///
    /// ```
    /// use kofn::scenario::Dependence;
    /// let stronger = Dependence::BetaBinomial { correlation: 0.1 }.with_strength(0.2);
    /// assert_eq!(stronger, Dependence::BetaBinomial { correlation: 0.2 });
    /// ```
    #[must_use]
    pub fn with_strength(&self, strength: f64) -> Self {
        self.ask(|model| model.parameter().map_or((), |(_, value)| *value = strength)).0
    }

    /// Returns the probability that one cause makes all agents fail at once; 0 in models without such a cause.
    pub fn common_cause(&self) -> f64 {
        self.ask(|model| model.common_cause()).1
    }

    /// Returns all parameters, in the order of [`about`](Self::about).
    pub(super) fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        self.ask(|model| model.parameters()).1
    }

    /// Returns the groups of agents and their latent correlation, where the model has groups.
    ///
    /// ```
    /// use kofn::scenario::Dependence;
    /// let racks = Dependence::GroupedCopula { correlation: 0.1, within: 0.4, groups: vec![3, 2] };
    /// assert_eq!(racks.groups(), Some((&[3, 2][..], 0.4)));
    /// ```
    pub fn groups(&self) -> Option<(&[u64], f64)> {
        match self {
            Self::GroupedCopula { within, groups, .. } => Some((groups, *within)),
            Self::Independent
            | Self::CommonCause { .. }
            | Self::BetaBinomial { .. }
            | Self::GaussianCopula { .. } => None,
        }
    }

    /// Returns the model of the first agents, where `kept` says how many agents of each group, from its first to its
    /// last place, are among them.
    pub(super) fn of_some(&self, kept: impl Fn(Range<u64>) -> u64) -> Self {
        let Self::GroupedCopula { correlation, within, groups } = self else { return self.clone() };
        let groups = places_of(groups).map(kept).filter(|size| *size > 0).collect();
        Self::GroupedCopula { correlation: *correlation, within: *within, groups }
    }

    /// Returns the model of the agents at these places, in this order, and whether agents of one group do not stand
    /// next to each other there.
    pub(super) fn of_places(&self, places: &[usize]) -> (Self, bool) {
        let Self::GroupedCopula { correlation, within, groups } = self else { return (self.clone(), false) };
        let group_of = |place: usize| places_of(groups).position(|group| group.contains(&(place as u64)));
        let runs: Vec<(Option<usize>, u64)> = places.iter().fold(Vec::new(), |mut runs, &place| {
            match runs.last_mut() {
                Some((group, size)) if *group == group_of(place) => *size += 1,
                _ => runs.push((group_of(place), 1)),
            }
            runs
        });
        let torn = (1..runs.len()).any(|run| runs[..run].iter().any(|(group, _)| *group == runs[run].0));
        let groups = runs.into_iter().map(|(_, size)| size).collect();
        (Self::GroupedCopula { correlation: *correlation, within: *within, groups }, torn)
    }

    /// Returns the model of one agent alone whose calls have a correlation of their own.
    pub(super) fn of_one_with_repeats(&self) -> Self {
        match self {
            Self::Independent | Self::CommonCause { .. } => self.clone(),
            Self::BetaBinomial { .. } => Self::BetaBinomial { correlation: 0.0 },
            Self::GaussianCopula { .. } | Self::GroupedCopula { .. } => {
                Self::GaussianCopula { correlation: 0.0 }
            }
        }
    }

    /// Reads the model under `dependence`, a name or a table with the name as `model`, and `repeats` in the same table.
    pub(super) fn read_from(
        fields: &Fields<'_>,
        one_agent: bool,
    ) -> Result<Option<(Self, Option<f64>)>, Error> {
        let names = Self::names();
        if let Some(table) = fields.table_with_only("dependence", REPEATS.path) {
            return Ok(Some((Self::Independent, table?.number(REPEATS.path, REPEATS.allowed)?)));
        }
        let Some((name, parameters)) = fields.named_table("dependence", "model", &names)? else {
            return Ok(None);
        };
        let repeats = parameters.number(REPEATS.path, REPEATS.allowed)?;
        let setting = Setting { repeats_alone: one_agent && repeats.is_some() };
        let read = Self::read(name, &parameters, setting);
        let model = read.unwrap_or_else(|| Err(parameters.unknown_name("model", name, Self::ALL)))?;
        Ok(Some((model, repeats)))
    }

    /// The names of all models, for messages.
    pub(super) fn names() -> String {
        About::names(Self::ALL)
    }

    /// Checks the parameters by themselves.
    pub(super) fn check(&mut self) -> Result<(), Error> {
        let (checked, result) = self.ask(|model| model.check());
        *self = checked;
        result
    }

    /// Checks the parameters against the rates of all classes.
    pub(super) fn suits(&self, agents: &Agents, classes: &[Class<'_>]) -> Result<(), Error> {
        let key = |class: usize| match agents {
            Agents::ByTask { .. } => format!("tasks[{class}].failure_rates"),
            Agents::Identical { .. } | Agents::Different { .. } => "agents.failure_rates".into(),
        };
        self.ask(|model| model.suits(classes, &key)).1?;
        self.ask(|model| model.suits_count(agents.count())).1
    }
}

/// Returns the places of each group of agents, the groups in their order.
fn places_of(groups: &[u64]) -> impl Iterator<Item = Range<u64>> {
    groups.iter().scan(0, |first, size| {
        let start = *first;
        *first += size;
        Some(start..*first)
    })
}
