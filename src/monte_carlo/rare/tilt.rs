//! Failure rates tilted until a rare event is as likely as not, and the weights of trials.

use crate::outcome::RareEvent;

/// Halvings of the range of exponents: they leave 2·10⁻⁹ of it. Any exponent is right; only the best one has the
/// smallest variance.
const HALVINGS: u32 = 40;

/// Largest exponent: logits of doubles in (0, 1) are between −745 and 37, and a tilted rate never has to be below 10⁻⁷.
const LARGEST_EXPONENT: f64 = 1000.0;

/// The tilted agents of one class: rates fᵢeᵗ/(1−fᵢ+fᵢeᵗ); the weight of a trial with K failures is e^(a−tK), a = Σ
/// ln(1−fᵢ+fᵢeᵗ).
///
/// The exponent t has the direction of the event, so the largest weight is that at the edge of the event, e^(a −
/// t·edge), and a trial k failures beyond the edge has e^(−|t|k) of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tilt {
    /// Tilted failure rates.
    pub(crate) rates: Vec<f64>,
    /// Number of failures at the edge of the event.
    pub(crate) edge: u32,
    /// |t|.
    pub(crate) steepness: f64,
    /// Logarithm of the weight of a trial at the edge, the largest of the event.
    pub(crate) ln_largest: f64,
}

/// Where failure begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Boundary {
    /// Smallest number of failed agents in a trial that fails.
    pub(crate) failures: u32,
}

impl Boundary {
    /// Boundary of agents of which `quorum` must be correct.
    pub(crate) fn of_quorum(agents: u32, quorum: u32) -> Self {
        Self { failures: agents - quorum + 1 }
    }

    /// The mean number of failures that puts the boundary in the middle.
    fn middle(self) -> f64 {
        f64::from(self.failures) - 0.5
    }

    /// Whether agents with these rates fail less often than not, roughly.
    pub(crate) fn is_seldom_reached(self, rates: &[f64]) -> bool {
        sum(rates.iter().copied()) < self.middle()
    }

    /// Number of failures at the edge of an event.
    fn edge(self, event: RareEvent) -> u32 {
        match event {
            RareEvent::Failure => self.failures,
            RareEvent::Correct => self.failures - 1,
        }
    }

    /// Whether agents with these rates can fail, or be correct.
    fn can(self, event: RareEvent, rates: &[f64]) -> bool {
        let edge = self.edge(event) as usize;
        match event {
            RareEvent::Failure => rates.iter().filter(|rate| **rate > 0.0).count() >= edge,
            RareEvent::Correct => rates.iter().filter(|rate| **rate == 1.0).count() <= edge,
        }
    }
}

impl Tilt {
    /// Returns the tilt that puts the mean number of failures half a failure short of `boundary`, so that a majority of
    /// an odd number of equal agents gets rates of ½; none where the event is more likely than not already. `None`
    /// where it is impossible.
    pub(crate) fn towards(event: RareEvent, boundary: Boundary, rates: Vec<f64>) -> Option<Self> {
        if !boundary.can(event, &rates) {
            return None;
        }
        let edge = boundary.edge(event);
        if boundary.is_seldom_reached(&rates) != (event == RareEvent::Failure) {
            return Some(Self { rates, edge, steepness: 0.0, ln_largest: 0.0 });
        }
        let (exponent, tilted) = tilted(&rates, boundary.middle());
        let ln_constant = sum(rates.iter().zip(&tilted).map(|pair| ln_constant(*pair.0, *pair.1, exponent)));
        let ln_largest = ln_constant - exponent * f64::from(edge);
        Some(Self { rates: tilted, edge, steepness: exponent.abs(), ln_largest })
    }

    /// Weight of a trial of the event with this many failures, in parts of the largest one.
    pub(crate) fn part_of_largest(&self, failures: u32) -> f64 {
        libm::exp(-self.steepness * f64::from(failures.abs_diff(self.edge)))
    }
}

/// Returns the exponent and the rates with this mean number of failures, which is between the number of agents that
/// always fail and the number of those that may.
fn tilted(rates: &[f64], mean: f64) -> (f64, Vec<f64>) {
    let first = rates.first().copied().unwrap_or(0.0);
    if rates.iter().all(|rate| *rate == first) {
        let rate = mean / rates.len() as f64;
        return (logit(rate) - logit(first), vec![rate; rates.len()]);
    }
    let logits: Vec<f64> = rates.iter().copied().map(logit).collect();
    let exponent = exponent(&logits, mean);
    (exponent, logits.iter().map(|logit| logistic(logit + exponent)).collect())
}

/// The exponent that gives agents with these logits this mean number of failures, nearly.
fn exponent(logits: &[f64], mean: f64) -> f64 {
    let (mut low, mut high) = (-LARGEST_EXPONENT, LARGEST_EXPONENT);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        let reached: f64 = logits.iter().map(|logit| logistic(logit + middle)).sum();
        if reached < mean { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// ln(1−f+feᵗ), from the tilted f: as the ratio of the two probabilities of what a tilted agent mostly does, so that
/// rounding of its rate matters only where it does the other.
fn ln_constant(rate: f64, tilted: f64, exponent: f64) -> f64 {
    match rate {
        0.0 => 0.0,
        1.0 => exponent,
        _ if tilted < 0.5 => libm::log1p(-rate) - libm::log1p(-tilted),
        _ => libm::log(rate) - libm::log(tilted) + exponent,
    }
}

/// ln(p/(1−p)); infinite for 0 and 1.
fn logit(p: f64) -> f64 {
    libm::log(p) - libm::log1p(-p)
}

/// 1/(1+e⁻ˣ), the inverse of [`logit`].
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// A sum whose rounding does not grow with the number of terms (Neumaier 1974).
pub(crate) fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for term in terms {
        let next = sum + term;
        lost += if sum.abs() >= term.abs() { sum - next + term } else { term - next + sum };
        sum = next;
    }
    sum + lost
}
