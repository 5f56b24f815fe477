//! The limit of a scenario as n → ∞: the ceiling that correlation, a common cause or hard tasks impose.
//!
//! # Accuracy
//! Independence and a common cause: exact, except for the rounding of the result. Gaussian copula: 10⁻²⁴ where the probit of the rate is
//! a few units in size. Beta-binomial: that of the regularised incomplete beta function at a threshold that is rounded to a double,
//! which costs a quorum of one half nothing, and one of two thirds up to (1−ρ)/ρ units of 2⁻⁵³. P(abstain) is a
//! difference of P(failure) and P(wrong), and loses to cancellation where silent failures are rare.
//!
//! # Testing
//! Against the closed forms of many agents, against another library at 40 digits, and at every equality in this file.
//!
//! # Implementation
//! Given what the agents share, they fail independently with some rate θ, and by the law of large numbers a share 1−θ is right. A vote that
//! needs the share x of all agents is right if 1−θ > x, and wrong if the share of one wrong answer, θh/m, exceeds x: each is a step. At
//! equality the count is above its mean half of the time; the quorum's distance from nx is bounded, the deviation is not. So odd and even
//! numbers of agents have one limit. A quorum that does not grow is x = 0, all agents are x = 1. What is left is the law of θ: one point,
//! two under a common cause, and P(θ < y) for beta and copula, where Φ⁻¹(θ) is normal with mean
//! Φ⁻¹(f)/√(1−ρ) and variance ρ/(1−ρ) (Vasicek 2002). A filter makes the shares smaller: (1−θ)a votes are right. A pipeline takes the limit of its vote for a candidate.

use super::agents::{Agent, Population};
use super::chance::Chance;
use super::dependence::{TaskRate, model};
use super::outcomes::{Outcomes, TaskResult};
use super::rule::Procedure;
use super::scaled::Scaled;
use super::wrong_answers::{Answers, Picks};
use crate::scenario::scheme::Scheme;
use crate::scenario::{Class, Error, Scenario};

/// The probabilities of the three outcomes in the limit n → ∞.
#[derive(Debug, Clone, Copy, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct Limit {
    /// P(correct).
    pub correct: f64,
    /// P(abstain).
    pub abstain: f64,
    /// P(wrong).
    pub wrong: f64,
    /// P(abstain) + P(wrong), computed as a sum of its own: not one minus `correct`.
    pub failure: f64,
}

/// Returns the limit of `scenario` as n → ∞: identical agents are added, and the scheme stays the same; `k-of-n` keeps its k.
///
/// Odd and even numbers of agents have the same limit.
///
/// # Errors
/// Agents with different rates, since it is not known which of them are added; a scheme that calls one agent.
///
/// ```
/// use kofn::exact::limit;
/// use kofn::scenario::{Agents, Dependence, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
/// assert_eq!(limit(&scenario)?.correct, 1.0);
/// let scenario = scenario.with_dependence(Dependence::GaussianCopula { correlation: 0.3 })?;
/// assert!((limit(&scenario)?.correct - 0.911_322_5).abs() < 1e-7); // Φ(−Φ⁻¹(0.23)/√0.3)
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn limit(scenario: &Scenario) -> Result<Limit, Error> {
    let classes = scenario.classes();
    let total: Scaled = classes.iter().map(|class| Scaled::from(class.weight)).sum();
    let mut sum = Outcomes::NONE;
    for class in &classes {
        sum = sum.plus(of_class(class, scenario, picks(scenario))?, Scaled::from(class.weight) / total);
    }
    let Outcomes { correct, abstain, wrong } = sum;
    Ok(Limit {
        correct: correct.to_f64(),
        abstain: abstain.to_f64(),
        wrong: wrong.to_f64(),
        failure: (abstain + wrong).to_f64(),
    })
}

/// How wrong answers agree.
///
/// # Errors
/// Wrong answers with a collision: the share of the most common one has a law of its own.
fn picks(scenario: &Scenario) -> Result<Picks, Error> {
    match scenario.failures().wrong_answers.into() {
        Answers::Picked(picks) => Ok(picks),
        Answers::Partitioned(_) => {
            let message = "wrong answers with a collision have no closed form in the limit n → ∞";
            Err(Error::refused("failures.wrong_answers", message))
        }
    }
}

/// The share of all agents that one answer needs, as a fraction; where it is zero a checker picks the right answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Needed {
    of: u64,
    out_of: u64,
}

fn needed(scheme: &Scheme) -> Result<Needed, Error> {
    if let Some((of, out_of)) = scheme.meaning().share_needed() {
        return Ok(Needed { of, out_of });
    }
    let name = scheme.about().name;
    Err(Error::refused(
        "scheme",
        if scheme.meaning().calls_one_agent() {
            format!("{name} calls one agent, so that there is no limit as n → ∞")
        } else {
            format!("the limit of {name} as n → ∞ has no closed form")
        },
    ))
}

/// P(correct) of one class of tasks, and P(failure) as an abstention where wrong answers do not matter.
pub(super) fn reliability_of_class(class: &Class<'_>, scenario: &Scenario) -> Result<Outcomes, Error> {
    let wrong_matters = !Procedure::of(&class.rule).pipelines.are_none();
    let picks = picks(scenario).or_else(|error| if wrong_matters { Err(error) } else { Ok(Picks::Distinct) });
    of_class(class, scenario, picks)
}

/// The limit of one class of tasks.
fn of_class(class: &Class<'_>, scenario: &Scenario, picks: Result<Picks, Error>) -> Result<Outcomes, Error> {
    let population = Population::new(class.rates, scenario.failures(), scenario.filter());
    let Population::Identical { agent, .. } = population else {
        let message =
            "agents with different failure rates have no limit as n → ∞: give all agents one failure_rate";
        return Err(Error::refused("agents.failure_rates", message));
    };
    let vote = VoteByShares { needed: needed(scenario.scheme())?, answers: picks? };
    let candidates = match model(scenario.dependence()).rate_given_task(agent.failure()) {
        TaskRate::OneOf(rates) => rates
            .into_iter()
            .map(|(probability, rate)| (probability, vote.at(&agent.failing_with(rate))))
            .collect(),
        TaskRate::Spread(below) => vote.spread(&agent, below)?,
    };
    let pipelines = Procedure::of(&class.rule).pipelines;
    let outcomes = |candidate| pipelines.around(TaskResult::of_vote(0, candidate)).outcomes;
    Ok(candidates
        .into_iter()
        .filter(|(probability, _)| !probability.is_zero())
        .fold(Outcomes::NONE, |sum, (probability, candidate)| sum.plus(outcomes(candidate), probability)))
}

/// A vote in the limit, where only shares of all agents count.
struct VoteByShares {
    needed: Needed,
    answers: Picks,
}

impl VoteByShares {
    /// The outcome of agents that fail with this rate for certain.
    fn at(&self, agent: &Agent) -> Outcomes {
        let correct = self.step(agent.correct());
        let wrong = match self.answers {
            _ if self.has_checker() => Scaled::ZERO,
            Picks::Same => self.step(agent.wrong()),
            Picks::Distinct => Scaled::ZERO,
            Picks::Among(count) => {
                let count = Scaled::from(count);
                self.step(agent.wrong_by_one_of(count)) * count
            }
        };
        Outcomes { correct, abstain: Scaled::ONE - correct - wrong, wrong }
    }

    /// P(an answer given with this chance reaches the quorum).
    fn step(&self, given: Chance) -> Scaled {
        let Needed { of, out_of } = self.needed;
        // given > of/out_of, without a difference of nearly equal numbers
        let excess = given.yes * Scaled::from(out_of - of) - given.no * Scaled::from(of);
        if excess.is_zero() && 0 < of && of < out_of {
            Scaled::from(0.5)
        } else if excess.is_positive() || excess.is_zero() && of > 0 {
            Scaled::ONE
        } else {
            Scaled::ZERO
        }
    }

    /// The outcomes where the shared rate has a density between 0 and 1, and lies `below` a rate with some chance.
    fn spread(
        &self,
        agent: &Agent,
        below: impl Fn(Chance) -> Result<Chance, Error>,
    ) -> Result<Vec<(Scaled, Outcomes)>, Error> {
        let Needed { of, out_of } = self.needed;
        let [of, out_of] = [of, out_of].map(Scaled::from);
        // A share `voting` of those of a kind votes: so large a share of all must be of the kind.
        let needed = |voting: Chance| {
            let (agreed, spare) = (voting.yes * out_of, voting.yes * (out_of - of) - voting.no * of);
            (agreed.is_positive() && !(Scaled::ZERO - spare).is_positive())
                .then(|| Chance { yes: of / agreed, no: spare / agreed })
        };
        let modes = agent.modes;
        let Chance { yes: correct, no: failure } = match needed(modes.right_votes) {
            Some(right) => within(right.opposite(), &below)?,
            None => Chance::IMPOSSIBLE,
        };
        let can_be_wrong = self.answers == Picks::Same && !self.has_checker();
        let wrong = match needed(modes.wrong_votes) {
            Some(failed) if can_be_wrong && !failed.no.is_zero() => within(failed, &below)?.no,
            _ => Scaled::ZERO,
        };
        // The two may be one number, rounded in two ways.
        let abstain = failure - wrong;
        let abstain = if abstain.is_positive() { abstain } else { Scaled::ZERO };
        Ok(vec![(correct, Outcomes::CORRECT), (abstain, Outcomes::ABSTAIN), (wrong, Outcomes::WRONG)])
    }

    fn has_checker(&self) -> bool {
        self.needed.of == 0
    }
}

/// Returns the chance that a rate with a density is below another, which may be 0 or 1.
fn within(rate: Chance, below: impl Fn(Chance) -> Result<Chance, Error>) -> Result<Chance, Error> {
    if rate.yes.is_zero() {
        Ok(Chance::IMPOSSIBLE)
    } else if rate.no.is_zero() {
        Ok(Chance::CERTAIN)
    } else {
        below(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::assess;
    use crate::exact::testing::scenario;
    use crate::scenario::scheme::{KOfN, Majority, Unanimous};
    use crate::scenario::{Agents, Dependence, Filter};

    /// A million agents but for one: odd.
    const MANY: u64 = 999_999;

    /// A share is off its mean by more than 4/√n with a probability below 2e⁻³², by Hoeffding's inequality.
    const NARROW: f64 = 4e-3;
    const BEYOND: f64 = 3e-14;

    fn filtered(accepts_correct: f64, accepts_wrong: f64, dependence: Dependence) -> Scenario {
        let scenario = scenario(Agents::identical(MANY, 0.4), Majority, dependence);
        scenario.with_filter(Filter { accepts_correct, accepts_wrong }).expect("a filter")
    }

    /// (1−θ)a beyond ½ ± d is (1−θ)a/(1 ± 2d) beyond ½: so the limits of two other filters enclose the answer of many agents.
    #[test]
    fn many_agents_lie_between_the_limits_of_two_filters() {
        let dependences = [
            Dependence::Independent,
            Dependence::CommonCause { probability: 0.125 },
            Dependence::BetaBinomial { correlation: 0.3 },
            Dependence::GaussianCopula { correlation: 0.3 },
        ];
        for dependence in dependences {
            for (a, b) in [(0.75, 0.9), (0.95, 0.625), (0.3, 0.3), (0.875, 0.0)] {
                let many = assess(&filtered(a, b, dependence.clone())).expect("an answer");
                let [less, more] = [1.0 + 2.0 * NARROW, 1.0 - 2.0 * NARROW]
                    .map(|by| limit(&filtered(a / by, b / by, dependence.clone())).expect("a limit"));
                for (low, at, high) in
                    [(less.correct, many.correct, more.correct), (less.wrong, many.wrong, more.wrong)]
                {
                    let is_between = low - BEYOND <= at && at <= high + BEYOND;
                    assert!(is_between, "{dependence:?} {a} {b}: {low} {at} {high}");
                    assert!(high - low < 0.02, "enclosed");
                }
            }
        }
    }

    /// A filter that rejects some right answers prevents unanimity; one that rejects all prevents any right answer.
    #[test]
    fn filters_at_both_ends_of_the_quorum() {
        let copula = Dependence::GaussianCopula { correlation: 0.3 };
        let ask = |scheme: Scheme, accepts_correct| {
            let scenario = scenario(Agents::identical(5, 0.4), scheme, copula);
            let filter = Filter { accepts_correct, accepts_wrong: 1.0 };
            limit(&scenario.with_filter(filter).expect("a filter")).expect("a limit").correct
        };
        assert_eq!(ask.clone()(KOfN { k: 2 }.into(), 1e-9), 1.0);
        assert_eq!(ask.clone()(KOfN { k: 2 }.into(), 0.0), 0.0);
        assert_eq!(ask(Unanimous.into(), 0.999), 0.0);
    }
}
