//! Races whose calls share the rate of their task.
//!
//! # Accuracy
//! That of the quadratures. Where one kind of votes never comes, the expected calls of a beta-binomial are a quotient, right to 2·10⁻²⁹/(β − 1).
//!
//! # Testing
//! Against another quadrature at 40 digits, in `tests.rs` beside this file.
//!
//! # Implementation
//! Given the rate θ the calls are independent, and the answer is an integral of that of one race. If failed calls never vote, every vote is right and only the
//! calls hang on θ: k votes take k/(1−θ) of them, whose mean is (α+β−1)/(β−1) times k for a beta law with β > 1, and infinite for others: a task whose
//! rate is near one is called for too long. Under a copula 1/(1−θ) grows as e^(z²ρ/(2(1−ρ))) where the density falls as e^(−z²/2): its mean is finite for ρ < ½, and
//! at ½ for f < ½. Where only failed calls vote the same holds for θ.

use super::most_attempts;
use crate::exact::race::{Bounds, OneKind, whatever_the_rate};
use crate::exact::scaled::Scaled;
use crate::exact::voting::Outcomes;
use crate::exact::{Answer, Population, around, innermost};
use crate::scenario::Rule;

/// What bounds the ballots of all attempts for every rate; or that a race knows one kind of votes.
pub(super) fn bounds(population: &Population, rule: &Rule) -> Result<Bounds, OneKind> {
    let agents = Scaled::from(population.count());
    let Bounds { calls, degree } = match innermost(rule) {
        Rule::Race(race) => whatever_the_rate(&population.agent(0), *race)?,
        _ => Bounds { calls: agents, degree: agents },
    };
    Ok(Bounds { calls, degree: degree * most_attempts(rule) })
}

/// The answer where all votes are alike, and the mean of one over the chance of what votes is this.
pub(super) fn of_one_kind(rule: &Rule, kind: OneKind, mean_of_inverse: Scaled) -> Answer {
    let (sure, never) = (Scaled::ONE, Scaled::ZERO);
    let (correct, wrong) = if kind.is_right { (sure, never) } else { (never, sure) };
    let calls = Scaled::from(kind.votes) * mean_of_inverse / kind.each;
    let ballot =
        Answer { outcomes: Outcomes { correct, abstain: never, wrong }, calls, validations: Scaled::ZERO };
    around(rule, ballot)
}
