//! What a scheme, a model or a key of the scenario file says about itself, for help and messages.

/// A scheme or a model of dependence as data about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Its name in a scenario.
    pub name: &'static str,
    /// Its parameters, their paths relative to its table.
    pub parameters: &'static [Key],
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// A scenario in TOML that runs.
    pub example: &'static str,
}

impl About {
    /// Returns all names, for messages.
    pub(super) fn names(all: &[Self]) -> String {
        let names: Vec<&str> = all.iter().map(|about| about.name).collect();
        format!("one of {}", names.join(", "))
    }
}

/// A key of the scenario file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// Its path, such as `agents.failure_rate` or, in each table of a list, `tasks[].weight`.
    pub path: &'static str,
    /// What its value must be, as messages say it.
    pub allowed: &'static str,
    /// What holds without it: a value, or when it is required.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

impl Key {
    /// Describes a key that is always required.
    pub(super) const fn required(path: &'static str, allowed: &'static str, meaning: &'static str) -> Self {
        Self::optional(path, allowed, "required", meaning)
    }

    /// Describes a key that may be left out.
    pub(super) const fn optional(
        path: &'static str,
        allowed: &'static str,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self { path, allowed, default, meaning }
    }
}
