//! How the chapter's programs are set: what its text prints, and the few settings that only their code gives. The
//! figures can be drawn with others.

use crate::printed::Printed;
use kofn::Error;
use kofn::answers::grouped;
use kofn::scenario::{Costs, Failures, Problem, nearest};
use std::ops::RangeInclusive;

/// The failure rate of one agent, as printed.
pub(crate) const FAILURE_RATE: Printed = Printed::new("23%");
/// By how much the second model validates better than it generates, as printed.
pub(crate) const VALIDATION_BONUS: Printed = Printed::new("21%");
/// The latency of the single and of the dual model, as printed.
pub(crate) const LATENCIES: [Printed; 2] = [Printed::new("1900 µs"), Printed::new("4000 µs")];

/// The benchmark's classes of tasks, by complexity.
pub(crate) const CLASSES: usize = 5;

/// Constants that the figures are drawn with; by default the chapter's.
///
/// ```
/// let settings = kofn_book::Settings::new([("failure_rate", "0.2")])?;
/// let [key, ..] = kofn_book::Settings::keys() else { unreachable!() };
/// assert_eq!((key.name, key.value(&settings)), ("failure_rate", 0.2));
/// let error = kofn_book::Settings::new([("failure_rate", "20")]).unwrap_err();
/// assert_eq!(error.to_string(), "failure_rate must be a number from 0.001 to 0.999, got 20 (for 20 % write 0.2)");
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Of one agent, and of a validator without a bonus.
    pub(crate) failure_rate: f64,
    pub(crate) validation_bonus: f64,
    pub(crate) validator_floor: f64,
    pub(crate) easiest_failure_rate: f64,
    pub(crate) complexity_step: f64,
    pub(crate) hallucination: f64,
    pub(crate) corruption: f64,
    /// Microseconds.
    pub(crate) call_latency: f64,
    pub(crate) validation_latency: f64,
    pub(crate) strong_failure_rate: f64,
    pub(crate) replica_failure_rate: f64,
    pub(crate) agents: f64,
}

/// A constant that can be set.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Setting {
    /// Name of the key.
    pub name: &'static str,
    /// Description of the constant.
    pub about: &'static str,
    /// Whether it is a count.
    whole: bool,
    range: RangeInclusive<f64>,
    field: fn(&mut Settings) -> &mut f64,
}

const KEYS: [Setting; 12] = [
    Setting {
        name: "failure_rate",
        about: "Failure rate of each agent",
        whole: false,
        range: 0.001..=0.999,
        field: |settings| &mut settings.failure_rate,
    },
    Setting {
        name: "validation_bonus",
        about: "How much lower the second model's failure rate is when it validates, in each class of tasks",
        whole: false,
        range: 0.0..=1.0,
        field: |settings| &mut settings.validation_bonus,
    },
    Setting {
        name: "validator_floor",
        about: "Lowest failure rate of the validator, in each class of tasks",
        whole: false,
        range: 0.0..=0.5,
        field: |settings| &mut settings.validator_floor,
    },
    Setting {
        name: "easiest_failure_rate",
        about: "Failure rate on the easiest of the five classes of tasks",
        whole: false,
        range: 0.001..=0.5,
        field: |settings| &mut settings.easiest_failure_rate,
    },
    Setting {
        name: "complexity_step",
        about: "Increase of the failure rate from one class of tasks to the next",
        whole: false,
        range: 0.0..=0.1,
        field: |settings| &mut settings.complexity_step,
    },
    Setting {
        name: "hallucination",
        about: "Share of failures that are wrong answers; the rest are malformed or missing",
        whole: false,
        range: 0.0..=1.0,
        field: |settings| &mut settings.hallucination,
    },
    Setting {
        name: "corruption",
        about: "Share of failures that are malformed answers",
        whole: false,
        range: 0.0..=1.0,
        field: |settings| &mut settings.corruption,
    },
    Setting {
        name: "call_latency",
        about: "Latency of a call, in µs",
        whole: false,
        range: 1.0..=1e9,
        field: |settings| &mut settings.call_latency,
    },
    Setting {
        name: "validation_latency",
        about: "Latency of a validation, in µs",
        whole: false,
        range: 1.0..=1e9,
        field: |settings| &mut settings.validation_latency,
    },
    Setting {
        name: "strong_failure_rate",
        about: "Failure rate of the strong agent among weak ones (figure weights)",
        whole: false,
        range: 0.001..=0.45,
        field: |settings| &mut settings.strong_failure_rate,
    },
    Setting {
        name: "replica_failure_rate",
        about: "Failure rate of each replica (figure quorums)",
        whole: false,
        range: 0.0001..=0.5,
        field: |settings| &mut settings.replica_failure_rate,
    },
    Setting {
        name: "agents",
        about: "Number of agents of the majority that shows how a simulation converges",
        whole: true,
        range: 1.0..=1001.0,
        field: |settings| &mut settings.agents,
    },
];

impl Default for Settings {
    fn default() -> Self {
        let [single, dual] = LATENCIES.map(Printed::value);
        Self {
            failure_rate: FAILURE_RATE.value(),
            validation_bonus: VALIDATION_BONUS.value(),
            // Those that follow are given by the chapter's code alone.
            validator_floor: 0.02,
            easiest_failure_rate: 0.13,
            complexity_step: 0.05,
            hallucination: 0.6,
            corruption: 0.25,
            call_latency: single,
            // What the dual model takes more than the single one.
            validation_latency: dual - single,
            // Those of figures that go beyond the chapter.
            strong_failure_rate: 0.05,
            replica_failure_rate: 0.01,
            agents: 5.0,
        }
    }
}

impl Settings {
    /// Returns all settings.
    pub fn keys() -> &'static [Setting] {
        &KEYS
    }

    /// Returns the chapter's settings with these (key, value) pairs replaced.
    ///
    /// # Errors
    /// An unknown key, a key that is given twice, a value that is not a number or out of range, shares of
    /// failures that sum to more than 1.
    pub fn new<'a>(assignments: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let (mut settings, mut seen) = (Self::default(), Vec::new());
        for (key, literal) in assignments {
            let setting = KEYS.iter().find(|setting| setting.name == key).ok_or_else(|| unknown(key))?;
            if seen.contains(&key) {
                return Err(Error::conflict(key, format!("{key} is set twice")));
            }
            seen.push(key);
            *(setting.field)(&mut settings) = setting.read(literal)?;
        }
        let Self { hallucination, corruption, .. } = settings;
        if decimal(hallucination + corruption) > 1.0 {
            let message = format!(
                "hallucination and corruption must sum to at most 1, got {hallucination} and {corruption}{}",
                left_to_the_book(&seen)
            );
            return Err(Error::conflict("hallucination", message));
        }
        Ok(settings)
    }

    /// The validator's failure rate with this bonus.
    pub(crate) fn validator_failure_rate(&self, bonus: f64) -> f64 {
        decimal(self.failure_rate - bonus).max(0.0)
    }

    /// The single model's failure rates, class by class.
    pub(crate) fn class_failure_rates(&self) -> [f64; CLASSES] {
        std::array::from_fn(|class| decimal(self.easiest_failure_rate + self.complexity_step * class as f64))
    }

    /// The validator's failure rates, class by class, with this bonus, but no less than the floor.
    pub(crate) fn class_validator_failure_rates(&self, bonus: f64) -> [f64; CLASSES] {
        self.class_failure_rates().map(|rate| decimal(rate - bonus).max(self.validator_floor.min(rate)))
    }

    /// A call and a validation cost one unit each.
    pub(crate) fn costs(&self) -> Costs {
        Costs::new(1.0).with_validation(1.0).with_latencies(self.call_latency, self.validation_latency)
    }

    /// The simulation's failure modes; all wrong answers are identical.
    pub(crate) fn failures(&self) -> Failures {
        let crash = decimal(1.0 - self.hallucination - self.corruption).abs();
        let Self { hallucination, corruption, .. } = *self;
        Failures { hallucination, corruption, crash, ..Failures::default() }
    }
}

impl Setting {
    /// Returns its value in `settings`.
    pub fn value(&self, settings: &Settings) -> f64 {
        *(self.field)(&mut settings.clone())
    }

    /// Returns the chapter's value.
    pub fn default(&self) -> f64 {
        self.value(&Settings::default())
    }

    /// Returns the allowed values in words.
    pub fn allowed(&self) -> String {
        let kind = if self.whole { "a whole number" } else { "a number" };
        let end = match *self.range.end() {
            end if end.fract() == 0.0 => grouped(end as u64),
            end => end.to_string(),
        };
        format!("{kind} from {} to {end}", self.range.start())
    }

    /// How a number that looks like percent is written.
    fn as_share(&self, value: f64) -> String {
        let share = decimal(value / 100.0);
        match !self.whole && *self.range.end() <= 1.0 && value > 1.0 && self.range.contains(&share) {
            true => format!(" (for {value} % write {share})"),
            false => String::new(),
        }
    }

    fn read(&self, literal: &str) -> Result<f64, Error> {
        let fits = |value: &f64| self.range.contains(value) && (!self.whole || value.fract() == 0.0);
        match literal.parse() {
            Ok(value) if fits(&value) => Ok(value),
            Ok(value) => {
                let found = format!("{literal}{}", self.as_share(value));
                Err(Error::out_of_range(self.name, found, self.allowed()))
            }
            Err(_) => Err(Error::out_of_range(self.name, format!("{literal:?}"), self.allowed())),
        }
    }
}

/// Which of the two shares of failures was not set, where one was.
fn left_to_the_book(set: &[&str]) -> &'static str {
    match ["hallucination", "corruption"].map(|key| set.contains(&key)) {
        [true, false] => " (the book's); set corruption too",
        [false, true] => "; set hallucination (now the book's) too",
        _ => "",
    }
}

fn unknown(key: &str) -> Error {
    let known: Vec<&'static str> = KEYS.iter().map(|setting| setting.name).collect();
    let nearest =
        nearest(key, known.iter().copied()).and_then(|near| known.iter().copied().find(|name| *name == near));
    let problem = Problem::UnknownKey { key: key.into(), nearest, known };
    Error { location: None, key: key.into(), problem }
}

/// The failure rate of one agent.
pub(crate) fn failure_rate() -> f64 {
    FAILURE_RATE.value()
}

/// The failure rate of a validator with the bonus.
pub(crate) fn validator_failure_rate() -> f64 {
    Settings::default().validator_failure_rate(VALIDATION_BONUS.value())
}

/// The single model's failure rates, class by class.
pub(crate) fn class_failure_rates() -> [f64; CLASSES] {
    Settings::default().class_failure_rates()
}

/// The validator's failure rates, class by class.
pub(crate) fn class_validator_failure_rates() -> [f64; CLASSES] {
    Settings::default().class_validator_failure_rates(VALIDATION_BONUS.value())
}

/// Latencies and costs of the benchmark.
pub(crate) fn costs() -> Costs {
    Settings::default().costs()
}

/// The simulation's failure modes.
pub(crate) fn failures() -> Failures {
    Settings::default().failures()
}

/// Returns the double nearest to a decimal of at most twelve places: a difference of two decimals is as decimal as they
/// are.
pub(crate) fn decimal(value: f64) -> f64 {
    const PLACES: f64 = 1e12;
    (value * PLACES).round() / PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_the_decimals_they_stand_for() {
        assert_eq!(validator_failure_rate(), 0.02);
        assert_eq!(class_failure_rates(), [0.13, 0.18, 0.23, 0.28, 0.33]);
        assert_eq!(class_validator_failure_rates(), [0.02, 0.02, 0.02, 0.07, 0.12]);
        let Failures { hallucination, corruption, crash, .. } = failures();
        assert_eq!([hallucination, corruption, crash], [0.6, 0.25, 0.15]);
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        let refused = |key, literal| Settings::new([(key, literal)]).unwrap_err().to_string();
        assert!(
            refused("failure_rte", "0.2")
                .starts_with("unknown key failure_rte; did you mean failure_rate? Known")
        );
        for setting in Settings::keys() {
            for literal in ["NaN", "-1", "1e10", "x", ""] {
                let message = refused(setting.name, literal);
                let found =
                    if literal.parse::<f64>().is_ok() { literal.into() } else { format!("{literal:?}") };
                let expected = format!("{} must be {}, got {found}", setting.name, setting.allowed());
                assert!(message.starts_with(&expected), "{message}");
            }
            let (low, high) = setting.range.clone().into_inner();
            assert!((low..=high).contains(&setting.default()));
        }
        assert!(refused("agents", "2.5").contains("whole number"));
        assert!(
            refused("hallucination", "0.8").ends_with("got 0.8 and 0.25 (the book's); set corruption too")
        );
        assert!(refused("failure_rate", "23").ends_with("got 23 (for 23 % write 0.23)"));
        assert!(Settings::new([("hallucination", "0.8"), ("corruption", "0.2")]).is_ok());
        let twice = Settings::new([("agents", "3"), ("agents", "3")]).unwrap_err();
        assert_eq!(twice.to_string(), "agents is set twice");
    }
}
