use super::definition::{Definition, Meaning, Parameter, Setting};
use crate::scenario::document::{Fields, WordOrNumbers};
use crate::scenario::range::list_of;
use crate::scenario::{About, Error, Key, Rates, Rule, WeightedThreshold};
use std::iter::repeat_n;

/// The answer behind which stands enough weight, every agent having a weight of its own.
///
/// Without a quota that is strictly more than half of the weight of all agents, whether or not they vote; a
/// quota is reached with ≥. A quota of at most half supposes a checker that knows a correct answer when it
/// sees one, and never gives a wrong one. Weights and quota are decimals, each the shortest that reads as the
/// number, with at most nine places, and are taken exactly.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Weighted {
    /// The weights.
    pub weights: Weights,
    /// What is enough; `None` for more than half.
    pub quota: Option<f64>,
}

/// Where weights come from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Weights {
    /// One for each agent, at least 0 and not all 0.
    Listed(Vec<f64>),
    /// max(0, ln((1 − f)/f)) of each agent's failure rate f, rounded to nine decimals: for independent agents
    /// and one wrong answer no weights are more often right (Nitzan and Paroush 1982). A rate of 0 is
    /// refused, and so are classes of tasks.
    LogOdds,
}

/// The range of a weight.
const WEIGHT: &str = "at least 0 and below 1e18, with at most nine decimals";
/// The range of a quota.
const QUOTA: &str = "above 0 and below 1e18, with at most nine decimals";
/// What the weights may be.
const WEIGHTS: &str = "\"log-odds\" or a list of numbers, one for each agent";
/// The maximum number of agents with weights.
const MAX_AGENTS: u64 = 10_000_000;
const PLACES: usize = 9;

impl Weighted {
    /// More than half of these weights.
    pub fn new(weights: impl Into<Vec<f64>>) -> Self {
        Self { weights: Weights::Listed(weights.into()), quota: None }
    }

    /// More than half of the log-odds of all agents.
    pub fn log_odds() -> Self {
        Self { weights: Weights::LogOdds, quota: None }
    }

    /// The same weights with this quota.
    #[must_use]
    pub fn with_quota(self, quota: f64) -> Self {
        Self { quota: Some(quota), ..self }
    }

    /// Returns the scheme with the weights that it gives to agents with these rates written out, so that they
    /// stay when the rates change.
    pub(crate) fn listed(&self, rates: Rates<'_>) -> Result<Self, Error> {
        let setting = Setting { agents: rates.count(), rates: Some(rates), validator_failure_rate: None };
        let weights = match &self.weights {
            Weights::Listed(_) => return Ok(self.clone()),
            Weights::LogOdds => log_odds(setting)?,
        };
        // A quotient of integers below 2⁵³ is the double nearest to the decimal, which is therefore its shortest form.
        let listed =
            repeat_n(&weights.each, weights.times).flatten().map(|weight| weight.digits as f64 / 1e9);
        Ok(Self { weights: Weights::Listed(listed.collect()), quota: self.quota })
    }
}

impl Definition for Weighted {
    const ABOUT: About = About {
        name: "weighted",
        parameters: &[
            Key::required("weights", WEIGHTS, "one weight per agent; \"log-odds\" is ln((1−f)/f)"),
            Key::optional(
                "quota",
                QUOTA,
                "more than half of all weights",
                "weight required for an answer; at half or less, assumes a checker that picks the correct one",
            ),
        ],
        meaning: "the answer whose votes weigh at least the quota",
        source: "Nitzan and Paroush 1982",
        example: "scheme = { rule = \"weighted\", weights = \"log-odds\" }\nagents = { failure_rates = [0.05, 0.3, 0.3, 0.3, 0.3] }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        let weights = fields.word_or_numbers("weights", "log-odds", WEIGHT)?;
        let weights = match fields.required("weights", weights, WEIGHTS)? {
            WordOrNumbers::Word => Weights::LogOdds,
            WordOrNumbers::Numbers(weights) => Weights::Listed(weights),
        };
        Ok(Self { weights, quota: fields.number("quota", QUOTA)? })
    }
}

impl Meaning for Weighted {
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let weights = match &self.weights {
            // A weight of −0.0 is 0.
            Weights::Listed(weights) => {
                Parameter::Numbers(weights.iter().map(|weight| weight + 0.0).collect())
            }
            Weights::LogOdds => Parameter::Text("log-odds"),
        };
        let quota = self.quota.map(|quota| ("quota", Parameter::Number(quota)));
        [("weights", weights)].into_iter().chain(quota).collect()
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        let weights = match &self.weights {
            Weights::Listed(weights) => Repeated { each: listed(weights, setting.agents)?, times: 1 },
            Weights::LogOdds => log_odds(setting)?,
        };
        let quota = match self.quota {
            Some(quota) if quota > 0.0 => Some(Decimal::of("scheme.quota", quota, QUOTA)?),
            Some(quota) => return Err(Error::out_of_range("scheme.quota", format!("{quota:?}"), QUOTA)),
            None => None,
        };
        scaled(&weights, quota).map(Rule::WeightedThreshold)
    }

    fn fewest_agents(&self) -> Option<u64> {
        None
    }
}

fn listed(weights: &[f64], agents: u64) -> Result<Vec<Decimal>, Error> {
    let key = "scheme.weights";
    if weights.len() as u64 != agents {
        let (given, allowed) =
            (list_of(weights.len(), "weight"), format!("a list of {agents}, one for each agent"));
        return Err(Error::out_of_range(key, given, allowed));
    }
    let one = |(index, weight): (usize, &f64)| Decimal::of(&format!("{key}[{index}]"), *weight, WEIGHT);
    let weights: Vec<Decimal> = weights.iter().enumerate().map(one).collect::<Result<_, _>>()?;
    if weights.iter().all(|weight| weight.digits == 0) {
        return Err(Error::out_of_range(key, "a list of zeros", "a list with at least one weight above 0"));
    }
    Ok(weights)
}

fn log_odds(setting: Setting<'_>) -> Result<Repeated, Error> {
    let Some(rates) = setting.rates else {
        return Err(Error::conflict(
            "scheme.weights",
            "scheme.weights = \"log-odds\" cannot be combined with tasks, where an agent has several rates: list the weights",
        ));
    };
    if setting.agents > MAX_AGENTS {
        return Err(Error::out_of_range(
            "agents.count",
            setting.agents,
            format!("at most {MAX_AGENTS} where agents have weights"),
        ));
    }
    let weights = match rates {
        Rates::Identical { count, failure_rate } => {
            Repeated { each: vec![log_odds_of("agents.failure_rate", failure_rate)?], times: count as usize }
        }
        Rates::Different(rates) => {
            let one =
                |(index, rate): (usize, &f64)| log_odds_of(&format!("agents.failure_rates[{index}]"), *rate);
            Repeated { each: rates.iter().enumerate().map(one).collect::<Result<_, _>>()?, times: 1 }
        }
    };
    if weights.each.iter().all(|weight| weight.digits == 0) {
        return Err(Error::conflict(
            "scheme.weights",
            "scheme.weights = \"log-odds\" are all 0, because every agent fails at least half of the time: list the weights",
        ));
    }
    Ok(weights)
}

fn log_odds_of(key: &str, rate: f64) -> Result<Decimal, Error> {
    if rate == 0.0 {
        let allowed = "above 0 with weights = \"log-odds\", because an agent that never fails decides alone";
        return Err(Error::out_of_range(key, format!("{rate:?}"), allowed));
    }
    let odds = (libm::log1p(-rate) - libm::log(rate)).max(0.0);
    // At most 745, so that nine decimals of it are an integer that a double holds.
    Ok(Decimal { digits: libm::round(odds * 1e9) as u128, places: PLACES })
}

/// A decimal: `digits` · 10^−`places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: u128,
    places: usize,
}

impl Decimal {
    /// The shortest decimal that reads as this number.
    fn of(key: &str, number: f64, allowed: &str) -> Result<Self, Error> {
        let refused = || Error::out_of_range(key, format!("{number:?}"), allowed);
        if !(0.0..MAX_WEIGHT).contains(&number) {
            return Err(refused());
        }
        let text = format!("{}", number + 0.0);
        let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
        if places.len() > PLACES {
            return Err(refused());
        }
        let digits = format!("{whole}{places}").parse().map_err(|_| refused())?;
        Ok(Self { digits, places: places.len() })
    }

    /// In units of 10^−`places`, at least its own.
    fn in_units(self, places: usize) -> u128 {
        self.digits * 10_u128.pow((places - self.places) as u32)
    }
}

/// Weights below this, in billionths, and their sum for 10⁷ agents, fit.
const MAX_WEIGHT: f64 = 1e18;

/// The weights of all agents: these, over and over.
struct Repeated {
    each: Vec<Decimal>,
    times: usize,
}

/// Weights and quota as integers in the largest unit in which all of them are whole.
fn scaled(weights: &Repeated, quota: Option<Decimal>) -> Result<WeightedThreshold, Error> {
    let given = || weights.each.iter().chain(&quota);
    let places = given().map(|decimal| decimal.places).max().unwrap_or(0);
    let unit = given().map(|decimal| decimal.in_units(places)).fold(0, greatest_common_divisor);
    let whole = |decimal: &Decimal| decimal.in_units(places) / unit;
    let quota = quota.as_ref().map(whole);
    let total = weights.each.iter().map(whole).sum::<u128>() * weights.times as u128;
    if total >= 1 << 62 {
        let message = format!(
            "scheme.weights must sum to less than {} units of the last decimal, got {total}: give them fewer decimals",
            1_u64 << 62
        );
        return Err(Error::conflict("scheme.weights", message));
    }
    let quota = quota.unwrap_or(total / 2 + 1);
    if quota > total {
        let most = total as f64 * unit as f64 / libm::pow(10.0, places as f64);
        let given = quota as f64 * unit as f64 / libm::pow(10.0, places as f64);
        return Err(Error::out_of_range(
            "scheme.quota",
            given,
            format!("at most {most}, the weight of all agents"),
        ));
    }
    Ok(WeightedThreshold {
        weights: repeat_n(&weights.each, weights.times)
            .flatten()
            .map(|weight| whole(weight) as u64)
            .collect(),
        quota: quota as u64,
        checker: 2 * quota <= total,
    })
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(weights: &[f64], quota: Option<f64>) -> Result<WeightedThreshold, String> {
        let scheme = Weighted { quota, ..Weighted::new(weights) };
        let setting = Setting { agents: weights.len() as u64, rates: None, validator_failure_rate: None };
        match scheme.rule(setting) {
            Ok(Rule::WeightedThreshold(rule)) => Ok(rule),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn tenths_are_exact() {
        let of_one = WeightedThreshold { weights: vec![1; 10], quota: 10, checker: false };
        assert_eq!(rule(&[0.1; 10], Some(1.0)), Ok(of_one));
        let halves = WeightedThreshold { weights: vec![1, 2, 4], quota: 4, checker: false };
        assert_eq!(rule(&[0.25, 0.5, 1.0], None), Ok(halves));
        assert!(rule(&[0.1, 0.2, 0.3], Some(0.3)).is_ok_and(|rule| rule.checker && rule.quota == 3));
        assert!(rule(&[0.1, 0.2, 0.3], Some(0.300000001)).is_ok_and(|rule| !rule.checker));
        assert!(rule(&[1e-9, 1e9], None).is_ok());
    }

    #[test]
    fn what_is_no_weight_is_refused_by_name() {
        let cases: [(&[f64], Option<f64>, &str); 10] = [
            (
                &[0.1, -0.1],
                None,
                "scheme.weights[1] must be at least 0 and below 1e18, with at most nine decimals, got -0.1",
            ),
            (&[0.1, f64::NAN], None, "got NaN"),
            (&[0.1234567891], None, "got 0.1234567891"),
            (&[1e18], None, "got 1e18"),
            (&[0.0, 0.0], None, "a list of zeros"),
            (&[], None, "a list of 0 weights"),
            (
                &[1.0],
                Some(0.0),
                "scheme.quota must be above 0 and below 1e18, with at most nine decimals, got 0.0",
            ),
            (&[1.0], Some(-1.0), "got -1.0"),
            (&[1.0, 0.5], Some(1.6), "scheme.quota must be at most 1.5, the weight of all agents, got 1.6"),
            (&[1e17, 1e-9], None, "give them fewer decimals"),
        ];
        for (weights, quota, message) in cases {
            let error = if weights.is_empty() {
                listed(weights, 3).unwrap_err().to_string()
            } else {
                rule(weights, quota).unwrap_err()
            };
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn log_odds_are_rounded_to_nine_decimals() {
        let rates = [0.05, 0.3, 0.5, 0.7];
        let setting =
            Setting { agents: 4, rates: Some(Rates::Different(&rates)), validator_failure_rate: None };
        let digits: Vec<u128> = log_odds(setting).unwrap().each.iter().map(|weight| weight.digits).collect();
        // ln 19 = 2.944438979166…, ln(7/3) = 0.847297860387….
        assert_eq!(digits, [2_944_438_979, 847_297_860, 0, 0]);
    }
}
