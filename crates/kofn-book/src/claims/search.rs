//! Search for what would make a claim true: another rule, failure rate, number of agents or bonus.

use crate::chapter::{Family, Question};
use crate::settings;
use kofn::scenario::{About, Scheme};
use kofn::scenario::{Error, Fallback};
use kofn::{Exact, Scenario, assess};

/// Maximum number of agents tried.
const MAX_AGENTS: u64 = 999;

/// A scheme that was tried in the place of the one the chapter names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) scheme: &'static About,
    pub(super) scenario: Scenario,
    pub(super) exact: Exact,
    /// How many parameters it was given: of two that give the same, the simpler is named first.
    parameters: usize,
}

/// Every scheme of the list for a system of the same agents, with its exact answer, those of the question's own kind
/// first and then the simplest.
///
/// A vote is searched with the same number of agents, k-of-n with every k. The dual model is searched as two agents
/// that vote and as a generator with a validator, which fails as often as an agent or, with the bonus, less often, and
/// with either fallback. A scheme whose parameters the chapter does not give is not searched.
pub(super) fn candidates(question: &Question) -> Vec<Candidate> {
    let (agents, failure_rate, dual): (&[u64], _, _) = match &question.family {
        Family::Vote { agents, failure_rate, .. } => (&[*agents], *failure_rate, false),
        Family::Dual { failure_rate, .. } => (&[1, 2], *failure_rate, true),
        Family::Fixed => return Vec::new(),
    };
    let mut candidates: Vec<Candidate> = Scheme::ALL
        .iter()
        .flat_map(|about| agents.iter().map(move |&agents| (about, agents)))
        .flat_map(|(about, agents)| {
            parameters(about.name, agents, dual)
                .into_iter()
                .filter_map(move |parameters| candidate(about, agents, failure_rate, &parameters))
        })
        .filter(|candidate| candidate.scenario != question.scenario)
        .collect();
    let own = question.scenario.scheme().about().name;
    candidates.sort_by_key(|candidate| (candidate.scheme.name != own, candidate.parameters));
    candidates
}

/// The values of a scheme's parameters that are tried.
fn parameters(scheme: &str, agents: u64, dual: bool) -> Vec<Vec<(&'static str, String)>> {
    match scheme {
        "k-of-n" => (1..=agents).map(|k| vec![("scheme.k", k.to_string())]).collect(),
        "validated" if dual => [settings::failure_rate(), settings::validator_failure_rate()]
            .iter()
            .flat_map(|rate| {
                ["abstain", "keep"].map(|fallback| {
                    vec![
                        ("scheme.validator_failure_rate", rate.to_string()),
                        ("scheme.fallback", fallback.into()),
                    ]
                })
            })
            .collect(),
        "validated" => Vec::new(),
        _ => vec![Vec::new()],
    }
}

fn candidate(
    about: &'static About,
    agents: u64,
    failure_rate: f64,
    parameters: &[(&'static str, String)],
) -> Option<Candidate> {
    let (count, rate) = (agents.to_string(), failure_rate.to_string());
    let mut entries = vec![
        ("scheme.rule", about.name, ""),
        ("agents.count", count.as_str(), ""),
        ("agents.failure_rate", rate.as_str(), ""),
    ];
    entries.extend(parameters.iter().map(|(key, value)| (*key, value.as_str(), "")));
    // A scheme that takes another number of agents, or needs what the chapter does not print, is not a candidate.
    let scenario = Scenario::from_flags(&entries).ok()?;
    let exact = assess(&scenario).ok()?;
    let given: Vec<String> = parameters
        .iter()
        .map(|(key, value)| format!("{} = {value}", key.trim_start_matches("scheme.").replace('_', " ")))
        .collect();
    let scheme =
        if given.is_empty() { about.name.into() } else { format!("{} ({})", about.name, given.join(", ")) };
    let name = format!("{scheme}, {}", crate::chapter::count(agents));
    Some(Candidate { name, scheme: about, scenario, exact, parameters: parameters.len() })
}

/// The failure rate at which the system is right with probability `target`, its other settings kept: by bisection on
/// the exact engine. For the dual model it is the rate of both.
pub(super) fn failure_rate(question: &Question, target: f64) -> Result<Option<f64>, Error> {
    let scenario = |rate: f64| match &question.family {
        Family::Vote { scheme, agents, .. } => Question::vote(scheme.clone(), *agents, rate),
        Family::Dual { fallback, .. } => Question::dual(rate, rate, *fallback),
        Family::Fixed => Ok(question.clone()),
    };
    falling_to(target, |rate| correct(&scenario(rate)?))
}

/// The validation bonus at which the dual model is right with probability `target`.
pub(super) fn bonus(failure_rate: f64, fallback: Fallback, target: f64) -> Result<Option<f64>, Error> {
    let validator =
        falling_to(target, |validator| correct(&Question::dual(failure_rate, validator, fallback)?))?;
    Ok(validator.map(|validator| failure_rate - validator))
}

/// The least odd number of agents whose vote is right with probability `target` at least, and that probability.
pub(super) fn agents(question: &Question, target: f64) -> Result<Option<(u64, f64)>, Error> {
    let Family::Vote { scheme, failure_rate, .. } = &question.family else { return Ok(None) };
    for agents in (1..=MAX_AGENTS).step_by(2) {
        // A scheme that calls one agent only has no other number.
        let Ok(question) = Question::vote(scheme.clone(), agents, *failure_rate) else { return Ok(None) };
        let probability = correct(&question)?;
        if probability >= target {
            return Ok(Some((agents, probability)));
        }
    }
    Ok(None)
}

fn correct(question: &Question) -> Result<f64, Error> {
    Ok(assess(&question.scenario)?.correct)
}

/// Where on [0, 1] a function that falls takes the value `target`: by bisection to the last place. `None` if it does
/// not fall through it.
fn falling_to(target: f64, function: impl Fn(f64) -> Result<f64, Error>) -> Result<Option<f64>, Error> {
    let (mut low, mut high) = (0.0, 1.0);
    if function(low)? < target || function(high)? >= target {
        return Ok(None);
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return Ok(Some(low));
        }
        if function(middle)? >= target { low = middle } else { high = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kofn::scenario::scheme::{Any, Majority, Single};

    #[test]
    fn bisection_finds_what_a_formula_gives() {
        let any = Question::vote(Any, 3, 0.23).unwrap();
        let rate = failure_rate(&any, 0.987).unwrap().unwrap();
        assert!((rate - 0.013_f64.cbrt()).abs() < 1e-15, "{rate}");
        let bonus = bonus(0.23, Fallback::Keep, 0.98).unwrap().unwrap();
        assert!((bonus - (0.23 - 0.02 / 0.23)).abs() < 1e-15, "{bonus}");
        assert_eq!(super::bonus(0.23, Fallback::Keep, 0.5).unwrap(), None);
    }

    #[test]
    fn the_least_number_of_agents_is_the_least() {
        let majority = Question::vote(Majority, 3, 0.23).unwrap();
        let (count, probability) = agents(&majority, 0.996).unwrap().unwrap();
        assert_eq!(probability, kofn::reliability(count, 0.23).unwrap());
        assert!(probability >= 0.996 && kofn::reliability(count - 2, 0.23).unwrap() < 0.996);
        let hopeless = Question::vote(Majority, 3, 0.5).unwrap();
        assert_eq!(agents(&hopeless, 0.9).unwrap(), None);
        let single = Question::vote(Single, 1, 0.23).unwrap();
        assert_eq!(agents(&single, 0.9).unwrap(), None);
    }

    #[test]
    fn every_scheme_that_needs_nothing_unprinted_is_tried() {
        let names = |question: &Question| -> Vec<String> {
            candidates(question).into_iter().map(|candidate| candidate.name).collect()
        };
        let three = names(&Question::vote(Majority, 3, 0.23).unwrap());
        for tried in ["any", "unanimous", "byzantine", "k-of-n (k = 1)", "k-of-n (k = 2)", "k-of-n (k = 3)"] {
            assert!(three.contains(&format!("{tried}, 3 agents")), "{tried}: {three:?}");
        }
        let dual = names(&Question::dual(0.23, 0.23, Fallback::Abstain).unwrap());
        for tried in ["any, 2 agents", "validated (validator failure rate = 0.23, fallback = keep), 1 agent"]
        {
            assert!(dual.contains(&tried.into()), "{tried}: {dual:?}");
        }
    }
}
