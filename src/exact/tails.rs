//! Tails of the number of correct agents, for callers without a scenario.

use super::binomial::{self, Chance, Question};
use super::double_double::DoubleDouble;
use super::normal;
use super::scaled::Scaled;
use crate::scenario::scheme::KOfN;
use crate::scenario::{Agents, Error, Scenario};
use rayon::prelude::*;

/// Both sides of the question whether at least k of n agents are correct.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(C ≥ k).
    pub at_least: f64,
    /// P(C < k).
    pub below: f64,
    /// ln P(C ≥ k), accurate where the probability underflows or rounds to one; −∞ for zero.
    pub ln_at_least: f64,
    /// ln P(C < k), likewise.
    pub ln_below: f64,
}

/// Returns the tails of the number C of correct agents at the threshold `k`, for `n` independent agents that each fail
/// with rate `f`.
///
/// # Errors
/// `n` outside 1 … 10¹³, `k` outside 1 … `n`, or `f` outside [0, 1].
///
/// ```
/// let tails = kofn::exact::tails(1_000_000_000_000, 0.4, 500_000_000_001)?;
/// assert_eq!(tails.below, 0.0);
/// assert!((tails.ln_below / -2.041_099_7e10 - 1.0).abs() < 1e-7);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn tails(n: u64, f: f64, k: u64) -> Result<Tails, Error> {
    Ok(Tails::from(binomial::tails_of_rate(asked(n, f, k)?).with_logarithms()))
}

impl From<[f64; 4]> for Tails {
    fn from([at_least, below, ln_at_least, ln_below]: [f64; 4]) -> Self {
        Self { at_least, below, ln_at_least, ln_below }
    }
}

/// Returns P(correct) and P(failure) of a strict majority.
#[inline]
pub(crate) fn majority(n: u64, f: f64) -> Result<(f64, f64), Error> {
    Ok(binomial::tails_of_rate(asked(n, f, n / 2 + 1)?).doubles().into())
}

/// Returns what `part` takes of P(correct) and P(failure) of a strict majority, for each pair of a number of agents
/// and a rate; a single one of either goes with all of the other.
pub(crate) fn majorities(
    n: &[u64],
    f: &[f64],
    part: impl Fn((f64, f64)) -> f64 + Sync,
) -> Result<Vec<f64>, Error> {
    let count = common_length(&[("n", n.len()), ("f", f.len())])?;
    let question = |place| {
        let (i, j) = (at(n.len(), place), at(f.len(), place));
        asked(n[i], f[j], n[i] / 2 + 1).map_err(|error| of_element(error, [i, j, 0]))
    };
    each(vec![0.0; count], question, |[at_least, below, ..]| part((at_least, below)))
}

/// Returns the [`tails`] for each triple of `n`, `f` and `k`, in order. The slices have the same length, or length 1
/// and are paired with every element of the others. Each answer equals that of a single call.
///
/// # Errors
/// Slices of different lengths (none 1), or an element out of range, named with its index, such as `f[3]`.
///
/// ```
/// let curve = kofn::exact::tails_many(&[5], &[0.23], &[3, 4, 5])?;
/// assert_eq!(curve[1], kofn::exact::tails(5, 0.23, 4)?);
/// let error = kofn::exact::tails_many(&[5], &[0.23], &[3, 6]).unwrap_err();
/// assert_eq!(&*error.key, "k[1]");
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn tails_many(n: &[u64], f: &[f64], k: &[u64]) -> Result<Vec<Tails>, Error> {
    let count = common_length(&[("n", n.len()), ("f", f.len()), ("k", k.len())])?;
    let question = |place| {
        let [i, j, l] = [n.len(), f.len(), k.len()].map(|length| at(length, place));
        asked(n[i], f[j], k[l]).map_err(|error| of_element(error, [i, j, l]))
    };
    let none = Tails { at_least: 0.0, below: 0.0, ln_at_least: 0.0, ln_below: 0.0 };
    each(vec![none; count], question, Tails::from)
}

/// Number of elements that are put in order together. Threads share arrays of twice as many: a shorter piece takes
/// less time than to hand it to another thread.
const PIECE: usize = 1 << 12;

/// Returns the answers of all places in `answers`, which hold any, or the first error.
fn each<T: Send>(
    mut answers: Vec<T>,
    question: impl Fn(usize) -> Result<Question, Error> + Sync,
    answer: impl Fn([f64; 4]) -> T + Sync,
) -> Result<Vec<T>, Error> {
    let of_piece = |(piece, answers): (usize, &mut [T])| {
        let first = piece * PIECE;
        let questions: Vec<_> = (first..first + answers.len()).map(&question).collect::<Result<_, _>>()?;
        binomial::each_of_many(&questions, |place, both| answers[place] = answer(both));
        Ok(())
    };
    let done = if answers.len() < 2 * PIECE {
        answers.chunks_mut(PIECE).enumerate().try_for_each(of_piece)
    } else {
        answers.par_chunks_mut(PIECE).enumerate().try_for_each(of_piece)
    };
    // Of several errors another may have been met before the first.
    done.map_err(|error| (0..answers.len()).find_map(|place| question(place).err()).unwrap_or(error))?;
    Ok(answers)
}

/// Returns the question, if it is one.
#[inline]
fn asked(n: u64, f: f64, k: u64) -> Result<Question, Error> {
    check(n, f, k).map(|()| Question::new(n, f, k))
}

/// Where the element of a slice stands that goes with this place.
#[inline]
fn at(length: usize, place: usize) -> usize {
    if length == 1 { 0 } else { place }
}

/// Returns the length of slices that go together, each with its name: that of all that have not one element.
fn common_length(slices: &[(&str, usize)]) -> Result<usize, Error> {
    let Some(&(name, count)) = slices.iter().find(|(_, length)| *length != 1) else { return Ok(1) };
    match slices.iter().find(|(_, length)| ![1, count].contains(length)) {
        Some((other, length)) => {
            let allowed = format!("one number or {count} of them, as many as {name}");
            Err(Error::out_of_range(other, format!("{length} numbers"), allowed))
        }
        None => Ok(count),
    }
}

/// The error of an element, given the places of n, f and k.
fn of_element(error: Error, [i, j, l]: [usize; 3]) -> Error {
    let element = match &*error.key {
        "agents.count" => format!("n[{i}]"),
        "scheme.k" => format!("k[{l}]"),
        _ => format!("f[{j}]"),
    };
    error.about(element)
}

/// A scenario is built only to report invalid arguments.
#[inline]
fn check(n: u64, f: f64, k: u64) -> Result<(), Error> {
    if !((1..=Scenario::MAX_AGENTS).contains(&n) && (1..=n).contains(&k) && (0.0..=1.0).contains(&f)) {
        Scenario::new(Agents::identical(n, f), KOfN { k })?;
    }
    Ok(())
}

/// Returns the x ≥ 0 for which a standard normal variable is between −x and x with probability `central` in (0, 1).
///
/// ```
/// assert!((kofn::exact::two_sided_normal_quantile(0.95) - 1.959_963_984_540_054).abs() < 1e-15);
/// ```
pub fn two_sided_normal_quantile(central: f64) -> f64 {
    let half = |sum: DoubleDouble| Scaled::from(sum.times_power_of_two(0.5));
    let [no, yes] = [-central, central].map(|central| half(DoubleDouble::sum(1.0, central)));
    normal::quantile(Chance { yes, no }).high
}

/// Returns the x below which a standard normal variable is with this probability, −∞ and ∞ at its ends.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    match probability {
        probability if probability <= 0.0 => f64::NEG_INFINITY,
        probability if probability >= 1.0 => f64::INFINITY,
        probability => normal::quantile(Chance::of_rate(probability)).high,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of agents and rates in no order, of all methods.
    fn pairs(count: usize) -> (Vec<u64>, Vec<f64>) {
        let part = |place: usize, step: f64| (step * place as f64).fract();
        let n = (0..count).map(|place| libm::exp(14.5 * part(place, 0.618_033_988_749_894_8)) as u64);
        let f = (0..count).map(|place| part(place, 0.414_213_562_373_095_1));
        (n.collect(), f.collect())
    }

    /// Within a piece, at the ends of pieces, and where threads share them.
    #[test]
    fn arrays_are_single_calls_in_order() {
        for count in [1, 7, 16, 17, PIECE - 1, PIECE + 1, 2 * PIECE - 1, 2 * PIECE + 9] {
            let (n, f) = pairs(count);
            let k: Vec<u64> = n.iter().map(|n| n - n / 3).collect();
            let failures = majorities(&n, &f, |(_, failure)| failure).expect("valid");
            let tails_of_all = tails_many(&n, &f, &k).expect("valid");
            for place in 0..count {
                let (n, f, k) = (n[place], f[place], k[place]);
                assert_eq!(Ok(failures[place]), majority(n, f).map(|both| both.1), "{n} {f}");
                assert_eq!(Ok(tails_of_all[place]), tails(n, f, k), "{n} {f} {k}");
            }
        }
    }

    #[test]
    fn the_first_error_of_many_is_told() {
        for [first, second] in [[3, 9], [PIECE - 1, PIECE], [PIECE + 5, 2 * PIECE], [0, 3 * PIECE - 1]] {
            let (n, mut f) = pairs(3 * PIECE);
            (f[first], f[second]) = (1.5, -1.0);
            let error = majorities(&n, &f, |both| both.0).expect_err("an error");
            assert_eq!(&*error.key, format!("f[{first}]"));
        }
    }
}
