//! Numbers as the chapter prints them, digit by digit.

use schemars::JsonSchema;
use serde::Serialize;

/// A number as the chapter prints it: `98.7%`, `+110.5%`, `1.27x`, `1900 µs`.
///
/// The digits say how precisely it is meant: to half a unit of the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed(&'static str);

/// A count as the chapter prints it: successes among tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedCount {
    /// The successes.
    pub successes: Printed,
    /// The tasks.
    pub tasks: Printed,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Hundredths.
    Percent,
    /// Hundredths between two percentages.
    Points,
    /// Multiples.
    Times,
    /// Millionths of a second.
    Microseconds,
    /// Nothing in particular.
    Number,
}

impl Printed {
    /// The number with this text.
    pub const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The text.
    pub fn text(self) -> &'static str {
        self.0
    }

    /// Its value; a percentage as a fraction of one. NaN for a text without a number.
    ///
    /// ```
    /// use kofn_book::chapter::Printed;
    /// assert_eq!(Printed::new("+110.5%").value(), 1.105);
    /// assert_eq!(Printed::new("1900 µs").value(), 1900.0);
    /// ```
    pub fn value(self) -> f64 {
        self.digits().parse().unwrap_or(f64::NAN) / self.scale()
    }

    /// Whether `value` is what is printed: within half a unit of the last digit, its ends included.
    ///
    /// ```
    /// use kofn_book::chapter::Printed;
    /// assert!(Printed::new("98.7%").names(0.98749));
    /// assert!(!Printed::new("98.7%").names(0.98751));
    /// ```
    pub fn names(self, value: f64) -> bool {
        // An end of the range is a decimal that doubles miss by some 10⁻¹⁶ of the value: far less than this.
        const ROUNDING: f64 = 1e-9;
        let half_unit = 0.5 * 10_f64.powi(-(self.decimals() as i32));
        (value - self.value()).abs() * self.scale() <= half_unit * (1.0 + ROUNDING)
    }

    /// Returns another value with the same number of digits and the same unit.
    ///
    /// ```
    /// use kofn_book::chapter::Printed;
    /// assert_eq!(Printed::new("90.0%").with_value(0.45), "45.0%");
    /// ```
    pub fn with_value(self, value: f64) -> String {
        self.0.replacen(self.digits(), &format!("{:.*}", self.decimals(), value * self.scale()), 1)
    }

    /// The number of digits after the point.
    pub fn decimals(self) -> usize {
        self.digits().split_once('.').map_or(0, |(_, decimals)| decimals.len())
    }

    /// How many of what the digits count make one.
    pub fn scale(self) -> f64 {
        match self.unit() {
            Unit::Percent | Unit::Points => 100.0,
            Unit::Times | Unit::Microseconds | Unit::Number => 1.0,
        }
    }

    /// What the digits count.
    pub fn unit(self) -> Unit {
        match () {
            () if self.0.ends_with("percentage points") => Unit::Points,
            () if self.0.ends_with('%') => Unit::Percent,
            () if self.0.ends_with('x') => Unit::Times,
            () if self.0.ends_with("µs") => Unit::Microseconds,
            () => Unit::Number,
        }
    }

    fn digits(self) -> &'static str {
        self.0.trim_matches(|character: char| !character.is_ascii_digit())
    }
}

impl PrintedCount {
    /// `successes` of `tasks`.
    pub const fn new(successes: &'static str, tasks: &'static str) -> Self {
        Self { successes: Printed(successes), tasks: Printed(tasks) }
    }

    /// The successes and the tasks.
    pub fn numbers(self) -> (u64, u64) {
        (self.successes.value() as u64, self.tasks.value() as u64)
    }

    /// The share of successes.
    pub fn share(self) -> f64 {
        self.successes.value() / self.tasks.value()
    }
}

impl std::fmt::Display for PrintedCount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.successes.text(), self.tasks.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_unit_is_in_and_more_is_out() {
        for (text, inside, outside) in [
            ("98.7%", [0.9865, 0.9875], [0.986_49, 0.987_51]),
            ("2.1x", [2.05, 2.15], [2.0499, 2.1501]),
            ("≈0.98", [0.975, 0.985], [0.9749, 0.9851]),
            ("5x", [4.5, 5.5], [4.49, 5.51]),
            ("+110.5%", [1.1045, 1.1055], [1.104_49, 1.105_51]),
        ] {
            let printed = Printed::new(text);
            assert!(inside.iter().all(|&value| printed.names(value)), "{text}");
            assert!(outside.iter().all(|&value| !printed.names(value)), "{text}");
        }
    }

    #[test]
    fn a_text_without_a_number_names_nothing() {
        assert!(Printed::new("many").value().is_nan());
        assert!(!Printed::new("many").names(0.0));
    }

    #[test]
    fn values_are_the_nearest_doubles() {
        assert_eq!(Printed::new("23%").value(), 0.23);
        assert_eq!(Printed::new("77.00%").value(), 0.77);
        assert_eq!(PrintedCount::new("9873", "10000").numbers(), (9873, 10000));
    }
}
