//! Every scheme.

use super::SCHEMA;
use crate::scenario::{About, Scheme};
use schemars::JsonSchema;
use serde::Serialize;

/// Every scheme, as data about itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SchemesAnswer {
    /// Version of this object.
    pub schema: u32,
    /// The schemes.
    pub schemes: Vec<SchemeAnswer>,
}

/// A scheme.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SchemeAnswer {
    /// Its name in a scenario.
    pub rule: &'static str,
    /// Its parameters.
    pub parameters: Vec<ParameterAnswer>,
    /// What it does, in one sentence.
    pub meaning: &'static str,
    /// Source of its definition.
    pub source: &'static str,
    /// A scenario in TOML that runs.
    pub example: &'static str,
}

/// A parameter of a scheme.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ParameterAnswer {
    /// Its key.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// Returns every scheme: parameters, meaning, source, an example.
///
/// ```
/// assert!(kofn::answers::schemes().schemes.iter().any(|scheme| scheme.rule == "majority"));
/// ```
pub fn schemes() -> SchemesAnswer {
    let scheme = |about: &About| SchemeAnswer {
        rule: about.name,
        parameters: about
            .parameters
            .iter()
            .map(|key| ParameterAnswer { name: key.path, meaning: key.meaning })
            .collect(),
        meaning: about.meaning,
        source: about.source,
        example: about.example,
    };
    SchemesAnswer { schema: SCHEMA, schemes: Scheme::ALL.iter().map(scheme).collect() }
}
