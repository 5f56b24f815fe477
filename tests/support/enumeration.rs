//! Every scheme by name, as a plain loop over all patterns of answers, and over all ways a pipeline can go.
//!
//! Written from the definitions alone: nothing here asks a scheme what it means or how an engine computes it.

use super::fraction::Fraction;
use super::truth::Truth;
use kofn::outcome::Outcome;
use kofn::scenario::scheme::{Judge, KOfN, Scheme, Validated};
use kofn::scenario::{
    Agents, ClassRates, Concurrency, Dependence, Failures, Fallback, Scenario, WrongAnswers,
};
use num_bigint::BigInt;
use num_traits::{One, Zero};

/// Up to so many agents, every pattern of ballots is looked at by itself.
const FEW: usize = 8;

/// What one agent hands in.
#[derive(Clone, Copy, PartialEq)]
enum Ballot {
    Right,
    /// A wrong answer, by number.
    Wrong(u64),
    Corrupted,
    Nothing,
}

/// One class of tasks, in exact numbers.
struct Class {
    share: Fraction,
    failure_rates: Vec<Fraction>,
    /// Of the agents' failures, by a rate that they share.
    correlation: Fraction,
    /// The calls on the same task before these, and how many of them failed.
    past: [usize; 2],
    validator_failure_rate: Option<f64>,
}

/// The probabilities of the three outcomes, and the expected number of attempts.
struct Ending {
    correct: Fraction,
    abstain: Fraction,
    wrong: Fraction,
    attempts: Fraction,
}

/// The truth about a scenario, by enumeration.
pub(crate) fn enumerate(scenario: &Scenario) -> Truth {
    let [mut correct, mut abstain, mut wrong, mut attempts] = [(); 4].map(|()| Fraction::zero());
    let depending = |class| by_dependence(class, scenario.dependence());
    for class in classes(scenario.agents()).into_iter().flat_map(depending) {
        let ending = match scenario.scheme() {
            Scheme::Validated(pipeline) => validated(pipeline, &class, scenario.failures()),
            scheme => voted(scheme, &class, scenario.failures()),
        };
        correct += &class.share * &ending.correct;
        abstain += &class.share * &ending.abstain;
        wrong += &class.share * &ending.wrong;
        attempts += &class.share * &ending.attempts;
    }
    priced(scenario, Ending { correct, abstain, wrong, attempts })
}

/// Every attempt calls every agent, and is one validation where there is a validator.
fn priced(scenario: &Scenario, ending: Ending) -> Truth {
    let has_validator = matches!(scenario.scheme(), Scheme::Validated(_));
    let agents = Fraction::new(scenario.agents().count(), 1);
    let calls = &ending.attempts * &agents;
    let validations = if has_validator { ending.attempts.clone() } else { Fraction::zero() };
    let price = |times: &Fraction, price: Option<f64>| match price {
        Some(price) => times * &Fraction::from_double(price),
        None => panic!("this grid gives every price"),
    };
    let cost = scenario
        .costs()
        .map(|costs| [price(&calls, costs.call), price(&validations, costs.validation)].into_iter().sum());
    let latency = scenario.costs().map(|costs| {
        let rounds = if costs.agents == Concurrency::Sequential { &calls } else { &ending.attempts };
        [price(rounds, costs.call_latency), price(&validations, costs.validation_latency)].into_iter().sum()
    });
    let Ending { correct, abstain, wrong, .. } = ending;
    Truth { correct, abstain, wrong, calls, validations, cost, latency }
}

/// What the shared draw makes of a class: with a common cause one in which all agents fail, and one in which they
/// fail with what is left of their rates.
fn by_dependence(class: Class, dependence: Dependence) -> Vec<Class> {
    match dependence {
        Dependence::Independent => vec![class],
        Dependence::BetaBinomial { correlation } => {
            vec![Class { correlation: Fraction::from_double(correlation), ..class }]
        }
        Dependence::CommonCause { probability } => {
            let strikes = Fraction::from_double(probability);
            let spares = complement(&strikes);
            let left = |rate: &Fraction| &rate.distance(&strikes) / &spares;
            let of = |share: &Fraction, failure_rates| Class {
                share: &class.share * share,
                failure_rates,
                correlation: Fraction::zero(),
                past: [0; 2],
                validator_failure_rate: class.validator_failure_rate,
            };
            let all_fail = of(&strikes, vec![one(); class.failure_rates.len()]);
            if spares.is_zero() {
                return vec![all_fail];
            }
            vec![all_fail, of(&spares, class.failure_rates.iter().map(left).collect())]
        }
        other => unimplemented!("a dependence that the oracle does not know: {other:?}"),
    }
}

fn classes(agents: &Agents) -> Vec<Class> {
    let alike = |count: u64, rate: f64| vec![Fraction::from_double(rate); count as usize];
    let each = |rates: &[f64]| rates.iter().map(|&rate| Fraction::from_double(rate)).collect();
    match agents {
        Agents::Identical { count, failure_rate } => vec![Class {
            share: one(),
            failure_rates: alike(*count, *failure_rate),
            correlation: Fraction::zero(),
            past: [0; 2],
            validator_failure_rate: None,
        }],
        Agents::Different { failure_rates } => {
            vec![Class {
                share: one(),
                failure_rates: each(failure_rates),
                correlation: Fraction::zero(),
                past: [0; 2],
                validator_failure_rate: None,
            }]
        }
        Agents::ByTask { count, tasks } => {
            let total: Fraction = tasks.iter().map(|task| Fraction::from_double(task.weight)).sum();
            tasks
                .iter()
                .map(|task| Class {
                    share: &Fraction::from_double(task.weight) / &total,
                    failure_rates: match &task.rates {
                        ClassRates::Identical(rate) => alike(*count, *rate),
                        ClassRates::Different(rates) => each(rates),
                    },
                    correlation: Fraction::zero(),
                    past: [0; 2],
                    validator_failure_rate: task.validator_failure_rate,
                })
                .collect()
        }
        other => unimplemented!("agents that the oracle does not know: {other:?}"),
    }
}

/// What a vote makes of one pattern of ballots.
fn outcome(scheme: &Scheme, ballots: &[Ballot]) -> Outcome {
    let agents = ballots.len();
    let right = ballots.iter().filter(|&&ballot| ballot == Ballot::Right).count();
    let number = |ballot: &Ballot| if let Ballot::Wrong(answer) = ballot { Some(*answer) } else { None };
    let mut wrong_answers: Vec<u64> = ballots.iter().filter_map(number).collect();
    wrong_answers.sort_unstable();
    let alike_and_wrong = wrong_answers.chunk_by(u64::eq).map(<[u64]>::len).max().unwrap_or(0);
    let (correct, wrong) = match scheme {
        Scheme::Single(_) => (ballots[0] == Ballot::Right, matches!(ballots[0], Ballot::Wrong(_))),
        Scheme::KOfN(KOfN { k }) => {
            let k = *k as usize;
            (right >= k, 2 * k > agents && alike_and_wrong >= k)
        }
        Scheme::Majority(_) => (2 * right > agents, 2 * alike_and_wrong > agents),
        Scheme::Any(_) => (ballots.contains(&Ballot::Right), false),
        Scheme::Unanimous(_) => (right == agents, alike_and_wrong == agents),
        Scheme::Byzantine(_) => {
            let tolerated = (agents - 1) / 3;
            let enough = |votes| 2 * votes > agents + tolerated;
            (enough(right), enough(alike_and_wrong))
        }
        other => unimplemented!("a scheme that the oracle does not know: {other:?}"),
    };
    match (correct, wrong) {
        (true, false) => Outcome::Correct,
        (false, true) => Outcome::Wrong,
        (false, false) => Outcome::Abstain,
        (true, true) => panic!("{scheme:?} gives two answers"),
    }
}

/// A vote: every pattern of ballots with its probability.
fn voted(scheme: &Scheme, class: &Class, failures: &Failures) -> Ending {
    let [mut correct, mut abstain, mut wrong] = [(); 3].map(|()| Fraction::zero());
    for (outcome, _, probability) in voted_with_failures(scheme, class, failures) {
        *[&mut correct, &mut abstain, &mut wrong][outcome as usize] += probability;
    }
    Ending { correct, abstain, wrong, attempts: one() }
}

/// The same by the number of agents that failed, where it is told to later calls: what follows may depend on it.
fn voted_with_failures(
    scheme: &Scheme,
    class: &Class,
    failures: &Failures,
) -> Vec<(Outcome, usize, Fraction)> {
    let rates = &class.failure_rates;
    let mut denominator = BigInt::one();
    let agents: Vec<Agent> = (0..rates.len())
        .map(|agent| {
            let (ballots, of) = after_each_past(agent, class, failures);
            denominator *= of;
            ballots
        })
        .collect();
    const OUTCOMES: [Outcome; 3] = [Outcome::Correct, Outcome::Abstain, Outcome::Wrong];
    let mut sums = vec![[BigInt::zero(), BigInt::zero(), BigInt::zero()]; agents.len() + 1];
    let mut visit = |ballots: &[Ballot], weight: &BigInt| {
        let failed = if class.correlation.is_zero() { 0 } else { failed(ballots) };
        sums[failed][outcome(scheme, ballots) as usize] += weight;
    };
    if agents.len() <= FEW {
        over_all_patterns(&agents, &mut Vec::new(), &BigInt::one(), &mut visit);
    } else {
        let alike = class.correlation.is_zero() && rates.iter().all(|rate| *rate == rates[0]);
        assert!(alike, "many agents must be alike, and independent");
        let distinct = failures.wrong_answers == WrongAnswers::Distinct;
        let alike = Alike { ballots: &agents[0][0], agents: agents.len(), distinct };
        alike.over_all_counts(0, &mut Vec::new(), &BigInt::one(), &mut visit);
    }
    let by_outcome = |(failed, sums): (usize, [BigInt; 3])| {
        OUTCOMES.into_iter().zip(sums).map(move |(outcome, sum)| (outcome, failed, sum))
    };
    let all = sums.into_iter().enumerate().flat_map(by_outcome);
    all.map(|(outcome, failed, sum)| (outcome, failed, Fraction::new(sum, denominator.clone()))).collect()
}

fn failed(ballots: &[Ballot]) -> usize {
    ballots.iter().filter(|&&ballot| ballot != Ballot::Right).count()
}

/// What one agent can hand in after 0, 1, … of the agents before it have failed, each with its weight.
type Agent = Vec<Vec<(Ballot, BigInt)>>;

/// Pólya's urn: a rate drawn from a beta distribution with the moments of the model is the same as agents that, one after the other,
/// fail with (f(1−ρ) + xρ)/(1−ρ + iρ) when x of the i before them have failed. The denominator is common to all x.
fn after_each_past(agent: usize, class: &Class, failures: &Failures) -> (Agent, BigInt) {
    let correlation = &class.correlation;
    let rest = complement(correlation);
    let times = |count: usize| &Fraction::new(count, 1) * correlation;
    let [calls, failed_before] = class.past;
    let whole: Fraction = [rest.clone(), times(calls + agent)].into_iter().sum();
    let pasts = if correlation.is_zero() { 0 } else { agent };
    let ballots: Vec<Vec<(Ballot, Fraction)>> = (0..=pasts)
        .map(|failed| {
            let failed = times(failed_before + failed);
            let failing: Fraction = [&rest * &class.failure_rates[agent], failed].into_iter().sum();
            ballots(agent as u64, &(&failing / &whole), failures)
        })
        .collect();
    over_one_denominator(ballots)
}

/// All that one agent can hand in, each with its probability; what cannot happen is left out.
fn ballots(agent: u64, failure_rate: &Fraction, failures: &Failures) -> Vec<(Ballot, Fraction)> {
    let shares = [failures.hallucination, failures.corruption, failures.crash].map(Fraction::from_double);
    let all: Fraction = shares.iter().cloned().sum();
    let [hallucinates, corrupts, crashes] = shares.map(|share| &(failure_rate * &share) / &all);
    let wrong_answers = match failures.wrong_answers {
        WrongAnswers::Same => vec![0],
        WrongAnswers::Distinct => vec![agent],
        WrongAnswers::Among(answers) => (0..answers).collect(),
    };
    let each = &hallucinates / &Fraction::new(wrong_answers.len(), 1);
    let mut ballots: Vec<_> =
        wrong_answers.into_iter().map(|answer| (Ballot::Wrong(answer), each.clone())).collect();
    ballots.push((Ballot::Right, complement(failure_rate)));
    ballots.push((Ballot::Corrupted, corrupts));
    ballots.push((Ballot::Nothing, crashes));
    ballots.retain(|(_, probability)| !probability.is_zero());
    ballots
}

/// The same probabilities as whole numbers over one denominator, so that the loop need not add fractions.
fn over_one_denominator(pasts: Vec<Vec<(Ballot, Fraction)>>) -> (Agent, BigInt) {
    let of = pasts
        .iter()
        .flatten()
        .fold(BigInt::one(), |of, (_, probability)| probability.common_denominator(&of));
    let scaled = |ballots: Vec<(Ballot, Fraction)>| {
        ballots.into_iter().map(|(ballot, probability)| (ballot, probability.numerator_over(&of))).collect()
    };
    let agent = pasts.into_iter().map(scaled).collect();
    (agent, of)
}

fn over_all_patterns(
    agents: &[Agent],
    pattern: &mut Vec<Ballot>,
    weight: &BigInt,
    visit: &mut impl FnMut(&[Ballot], &BigInt),
) {
    let Some(pasts) = agents.get(pattern.len()) else { return visit(pattern, weight) };
    for (ballot, of_agent) in &pasts[failed(pattern).min(pasts.len() - 1)] {
        pattern.push(*ballot);
        over_all_patterns(agents, pattern, &(weight * of_agent), visit);
        pattern.pop();
    }
}

/// Many agents that are alike: patterns that differ only in who handed in what have one probability, and are counted.
struct Alike<'a> {
    ballots: &'a [(Ballot, BigInt)],
    agents: usize,
    distinct: bool,
}

impl Alike<'_> {
    /// All numbers of agents that can hand in the ballots of this and the later kinds.
    fn over_all_counts(
        &self,
        kind: usize,
        pattern: &mut Vec<Ballot>,
        weight: &BigInt,
        visit: &mut impl FnMut(&[Ballot], &BigInt),
    ) {
        let left = self.agents - pattern.len();
        let Some((ballot, of_agent)) = self.ballots.get(kind) else {
            return if left == 0 {
                visit(pattern, weight)
            };
        };
        let before = pattern.len();
        // C(left, count) ways to choose who, from one count to the next.
        let mut weight = weight.clone();
        for count in 0..=left {
            self.over_all_counts(kind + 1, pattern, &weight, visit);
            weight = weight * of_agent * (left - count) / (count + 1);
            let own_answer = self.distinct && matches!(ballot, Ballot::Wrong(_));
            pattern.push(if own_answer { Ballot::Wrong(count as u64) } else { *ballot });
        }
        pattern.truncate(before);
    }
}

/// A generator and its validator: every way the attempts can go, one after the other.
fn validated(pipeline: &Validated, class: &Class, failures: &Failures) -> Ending {
    let single = Scheme::from(kofn::scenario::scheme::Single);
    let vote = pipeline.vote.as_deref().unwrap_or(&single);
    let candidates = candidates(vote, class, failures, pipeline.attempts);
    let judge = pipeline.judge.or(class.validator_failure_rate.map(Judge::FailureRate)).expect("a judge");
    let (accepts_correct, accepts_wrong, repairs) = match judge {
        Judge::FailureRate(rate) => {
            let works = complement(&Fraction::from_double(rate));
            (works.clone(), Fraction::zero(), works)
        }
        Judge::Rates { accepts_correct, accepts_wrong, repairs } => (
            Fraction::from_double(accepts_correct),
            Fraction::from_double(accepts_wrong),
            Fraction::from_double(repairs),
        ),
    };
    let (arbiter_correct, arbiter_wrong) = pipeline.arbiter.unwrap_or((0.0, 0.0));
    Tree {
        candidates,
        accepts: [accepts_correct, Fraction::zero(), accepts_wrong],
        repairs: [Fraction::zero(), repairs.clone(), repairs],
        overrules: [
            Fraction::from_double(arbiter_correct),
            Fraction::zero(),
            Fraction::from_double(arbiter_wrong),
        ],
        attempts: pipeline.attempts,
        fallback: pipeline.fallback,
        leaves: [(); 3].map(|()| Fraction::zero()),
        mean_attempts: Fraction::zero(),
    }
    .grown()
}

/// What is written in the first, second, … attempt after 0, 1, … failures on the same task; one list serves all where the past has no part.
type Candidates = Vec<Vec<Vec<(Outcome, usize, Fraction)>>>;

fn candidates(vote: &Scheme, class: &Class, failures: &Failures, attempts: u64) -> Candidates {
    let attempts = if class.correlation.is_zero() { 1 } else { attempts as usize };
    let calls = |attempt: usize| attempt * class.failure_rates.len();
    let after = |calls, failed| {
        let class = Class {
            share: class.share.clone(),
            failure_rates: class.failure_rates.clone(),
            correlation: class.correlation.clone(),
            past: [calls, failed],
            validator_failure_rate: None,
        };
        voted_with_failures(vote, &class, failures)
    };
    (0..attempts)
        .map(|attempt| (0..=calls(attempt)).map(|failed| after(calls(attempt), failed)).collect())
        .collect()
}

/// All ways the attempts can go. The three arrays of rates are by the outcome of the candidate: correct, silent, wrong.
struct Tree {
    candidates: Candidates,
    accepts: [Fraction; 3],
    repairs: [Fraction; 3],
    overrules: [Fraction; 3],
    attempts: u64,
    fallback: Fallback,
    leaves: [Fraction; 3],
    mean_attempts: Fraction,
}

impl Tree {
    fn grown(mut self) -> Ending {
        self.attempt(1, 0, &one());
        let [correct, abstain, wrong] = self.leaves;
        Ending { correct, abstain, wrong, attempts: self.mean_attempts }
    }

    fn leaf(&mut self, outcome: Outcome, attempt: u64, probability: Fraction) {
        self.mean_attempts += &Fraction::new(attempt, 1) * &probability;
        self.leaves[outcome as usize] += probability;
    }

    /// The attempt of this number, which is reached with this probability after so many failures.
    fn attempt(&mut self, number: u64, failed: usize, reached: &Fraction) {
        let written = &self.candidates[self.candidates.len().min(number as usize) - 1];
        for (candidate, more_failed, share) in written[failed.min(written.len() - 1)].clone() {
            let written = reached * &share;
            if written.is_zero() {
                continue;
            }
            let kind = candidate as usize;
            self.leaf(candidate, number, &written * &self.accepts[kind]);
            let rejected = &written * &complement(&self.accepts[kind]);
            self.leaf(Outcome::Correct, number, &rejected * &self.repairs[kind]);
            let not_repaired = &rejected * &complement(&self.repairs[kind]);
            self.leaf(candidate, number, &not_repaired * &self.overrules[kind]);
            let ended = &not_repaired * &complement(&self.overrules[kind]);
            if number < self.attempts {
                self.attempt(number + 1, failed + more_failed, &ended);
            } else if self.fallback == Fallback::Keep {
                self.leaf(candidate, number, ended);
            } else {
                self.leaf(Outcome::Abstain, number, ended);
            }
        }
    }
}

fn one() -> Fraction {
    Fraction::new(1, 1)
}

/// One minus a probability.
fn complement(probability: &Fraction) -> Fraction {
    one().distance(probability)
}
