//! Ranges that are counted in decimals, so that their values are the decimals that people would write.

/// A decimal number: `digits` / 10^`places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    places: u32,
}

/// A digit more than any decimal that the digits of a range may need.
const MAX_PLACES: u32 = 36;

impl Decimal {
    /// Reads a literal such as `0.05`, `1e-3` or `41`; `None` where it is none, or has too many digits.
    pub(super) fn parse(literal: &str) -> Option<Self> {
        let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        let places = i64::try_from(fraction.len()).ok()? - i64::from(exponent.parse::<i32>().ok()?);
        let raised = Self { digits, places: 0 };
        match u32::try_from(places) {
            Ok(places) => (places <= MAX_PLACES).then_some(Self { digits, places }),
            Err(_) => raised.times_power(u32::try_from(-places).ok()?),
        }
    }

    fn times_power(self, power: u32) -> Option<Self> {
        let digits = self.digits.checked_mul(10_i128.checked_pow(power)?)?;
        Some(Self { digits, ..self })
    }

    /// The digits with this many places, at least as many as it has.
    fn at(self, places: u32) -> Option<i128> {
        Some(self.times_power(places - self.places)?.digits)
    }
}

/// `start` + i·`step` for i = 0, 1, … up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    start: i128,
    step: i128,
    places: u32,
    /// Number of values.
    pub(super) count: u64,
}

impl Range {
    /// Returns the range; `None` where the step does not lead from start to end, or the digits of all three do not fit
    /// one scale.
    pub(super) fn new(start: Decimal, end: Decimal, step: Decimal) -> Option<Self> {
        let places = start.places.max(end.places).max(step.places);
        let [start, end, step] = [start.at(places)?, end.at(places)?, step.at(places)?];
        let steps = end.checked_sub(start)?.checked_div(step)?;
        let leads = (start <= end) == (step > 0) || start == end;
        let count = u64::try_from(steps).ok()?.checked_add(1)?;
        leads.then_some(Self { start, step, places, count })
    }

    /// Returns the literals of all values.
    pub(super) fn literals(self) -> impl Iterator<Item = String> {
        (0..self.count).map(move |index| {
            let digits = self.start + i128::from(index) * self.step;
            format!("{digits}e-{}", self.places)
        })
    }
}
