//! A question as TOML, a command, Python and Rust.

use kofn::scenario::{Agents, Dependence, Failures, Scenario, Scheme};
use serde::Serialize;

/// The same question in four languages; each gives the same answer.
#[derive(Debug, Serialize)]
pub(crate) struct Copies {
    toml: String,
    command: String,
    python: String,
    rust: String,
}

impl Copies {
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let toml = scenario.to_toml();
        Self { command: command(scenario, &toml), python: python(&toml), rust: rust(&toml), toml }
    }
}

/// Flags if they can express the scenario, otherwise the scenario on standard input.
fn command(scenario: &Scenario, toml: &str) -> String {
    flags(scenario).unwrap_or_else(|| format!("kofn check - <<'END'\n{toml}END\n"))
}

fn flags(scenario: &Scenario) -> Option<String> {
    let Agents::Identical { count, failure_rate } = scenario.agents() else { return None };
    let is_plain = *scenario.dependence() == Dependence::Independent
        && *scenario.failures() == Failures::default()
        && (scenario.filter(), scenario.costs(), scenario.names()) == (None, None, None)
        && scenario.repeats().is_none();
    let scheme = match scenario.scheme() {
        Scheme::Majority(_) => String::new(),
        Scheme::KOfN(kofn::scenario::scheme::KOfN { k }) => format!(" --scheme k-of-n --k {k}"),
        scheme if scheme.about().parameters.is_empty() => format!(" --scheme {}", scheme.about().name),
        _ => return None,
    };
    is_plain.then(|| format!("kofn check --agents {count} --failure-rate {failure_rate}{scheme}\n"))
}

fn python(toml: &str) -> String {
    format!(
        "import kofn\n\nscenario = kofn.Scenario.from_toml(\"\"\"\n{toml}\"\"\")\nprint(kofn.check(scenario))\n"
    )
}

fn rust(toml: &str) -> String {
    format!(
        "fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let scenario = kofn::Scenario::from_toml(r#\"\n{toml}\
         \"#)?;\n    let check = kofn::cross_check(&scenario, 10_000_000, 42)?;\n    println!(\"{{}} exact, {{}} \
         simulated, agree: {{}}\", check.exact.correct, check.simulated.estimate.unwrap_or(f64::NAN), \
         check.agrees());\n    Ok(())\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use kofn::scenario::scheme::{KOfN, Majority, Plurality};

    #[test]
    fn the_scenario_survives() {
        let five = Scenario::new(Agents::identical(5, 0.23), Majority).unwrap();
        let dependent = five.clone().with_dependence(Dependence::BetaBinomial { correlation: 0.3 }).unwrap();
        let team = Scenario::new(Agents::different([0.1, 0.2, 0.3]), Plurality::new()).unwrap();
        for scenario in [five, dependent, team] {
            let copies = Copies::of(&scenario);
            assert_eq!(Scenario::from_toml(&copies.toml).as_ref(), Ok(&scenario));
            for text in [copies.python, copies.rust] {
                assert!(text.contains(&copies.toml), "{text}");
            }
        }
    }

    #[test]
    fn flags_are_given_where_they_say_all() {
        let command = |scenario: &Scenario| Copies::of(scenario).command;
        let three = Scenario::new(Agents::identical(5, 0.23), KOfN { k: 3 }).unwrap();
        assert_eq!(command(&three), "kofn check --agents 5 --failure-rate 0.23 --scheme k-of-n --k 3\n");
        let team = Scenario::new(Agents::different([0.1, 0.2, 0.3]), Majority).unwrap();
        assert!(command(&team).starts_with("kofn check - <<'END'\n"));
    }
}
