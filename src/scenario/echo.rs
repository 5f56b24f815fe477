//! Writes a scenario out again, with its defaults filled in.

use super::scheme::Parameter;
use super::{Agents, Dependence, Scenario, Scheme};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::borrow::Cow;

impl Scenario {
    /// Returns the scenario as a JSON object with all defaults filled in. Read again, it is the same
    /// scenario, to the last bit.
    ///
    /// ```
    /// use kofn::Scenario;
    /// let scenario = Scenario::from_toml("scheme = \"single\"\nagents = { failure_rate = 0.23 }")?;
    /// assert_eq!(
    ///     scenario.to_json(),
    ///     concat!(
    ///         r#"{"scheme":"single","agents":{"count":1,"failure_rate":0.23},"#,
    ///         r#""failures":{"hallucination":1.0,"corruption":0.0,"crash":0.0,"wrong_answers":"same"},"#,
    ///         r#""dependence":{"model":"independent"}}"#
    ///     )
    /// );
    /// assert_eq!(Scenario::from_json(&scenario.to_json())?, scenario);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a checked scenario has string keys and finite numbers")
    }

    /// Returns the scenario as TOML with all defaults filled in.
    ///
    /// ```
    /// use kofn::Scenario;
    /// let scenario = Scenario::from_toml("scheme = \"single\"\nagents = { failure_rate = 0.23 }")?;
    /// assert!(scenario.to_toml().starts_with("scheme = \"single\"\n\n[agents]\ncount = 1\nfailure_rate = 0.23\n"));
    /// assert_eq!(Scenario::from_toml(&scenario.to_toml())?, scenario);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("a checked scenario has no integer above TOML's")
    }
}

impl JsonSchema for Scenario {
    fn schema_name() -> Cow<'static, str> {
        "Scenario".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "The scenario with its defaults filled in. Read again, it is the same scenario.",
            "required": ["scheme", "agents", "failures", "dependence"],
            "properties": {
                "scheme": { "type": ["string", "object"] },
                "agents": { "type": "object" },
                "failures": { "type": "object" },
                "dependence": { "type": "object", "required": ["model"] },
                "tasks": { "type": "array", "items": { "type": "object", "required": ["weight"] } },
                "filter": { "type": "object", "required": ["accepts_correct", "accepts_wrong"] },
                "costs": { "type": "object" }
            },
            "additionalProperties": false
        })
    }
}

impl Serialize for Scenario {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("scheme", &self.scheme)?;
        map.serialize_entry("agents", &NamedAgents { agents: &self.agents, names: self.names.as_deref() })?;
        map.serialize_entry("failures", &self.failures)?;
        let (model, repeats) = (&self.dependence, self.repeats);
        map.serialize_entry("dependence", &DependenceTable { model, repeats })?;
        if let Agents::ByTask { tasks, .. } = &self.agents {
            map.serialize_entry("tasks", tasks)?;
        }
        if let Some(filter) = &self.filter {
            map.serialize_entry("filter", filter)?;
        }
        if let Some(costs) = &self.costs {
            map.serialize_entry("costs", costs)?;
        }
        map.end()
    }
}

/// The table `agents`.
#[derive(Serialize)]
struct NamedAgents<'a> {
    #[serde(flatten)]
    agents: &'a Agents,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<&'a [String]>,
}

/// The table `dependence`.
struct DependenceTable<'a> {
    model: &'a Dependence,
    repeats: Option<f64>,
}

impl Serialize for DependenceTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("model", self.model.model())?;
        for (key, parameter) in self.model.parameters() {
            map.serialize_entry(key, &parameter)?;
        }
        if let Some(repeats) = self.repeats {
            map.serialize_entry("repeats", &repeats)?;
        }
        map.end()
    }
}

impl Serialize for Dependence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        DependenceTable { model: self, repeats: None }.serialize(serializer)
    }
}

impl Serialize for Scheme {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_scheme(self.about().name, &self.meaning().parameters(), serializer)
    }
}

/// A table of parameters.
struct ParameterTable<'a>(&'a Vec<(&'static str, Parameter)>);

impl Serialize for ParameterTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, parameter)| (key, parameter)))
    }
}

/// Writes the name alone where there are no parameters, else a table.
fn serialize_scheme<S: Serializer>(
    name: &str,
    parameters: &[(&str, Parameter)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if parameters.is_empty() {
        return serializer.serialize_str(name);
    }
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("rule", name)?;
    for (key, parameter) in parameters {
        map.serialize_entry(key, parameter)?;
    }
    map.end()
}

impl Serialize for Parameter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(integer) => serializer.serialize_u64(*integer),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Numbers(numbers) => numbers.serialize(serializer),
            Self::Integers(integers) => integers.serialize(serializer),
            Self::Tables(tables) => serializer.collect_seq(tables.iter().map(ParameterTable)),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Scheme(name, parameters) => serialize_scheme(name, parameters, serializer),
        }
    }
}
