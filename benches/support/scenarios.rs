//! Scenarios beyond equal independent agents, each with the plain loop that one would write for it with rand.

use kofn::scenario::scheme::{
    Adaptive, AheadBy, Cascade, FirstTo, Judge, Majority, Plurality, Scheme, Stage, Unanimous, Validated,
};
use kofn::scenario::{Agents, Dependence, Error, Failures, Scenario, TaskClass, WrongAnswers};
use rand::RngExt;
use rand::rngs::SmallRng;
use rand_distr::{Beta, Distribution, StandardNormal};
use std::cmp::Ordering;

const RATE: f64 = 0.23;
const CORRELATION: f64 = 0.3;
/// Φ⁻¹ of the rate.
const NORMAL_QUANTILE: f64 = -0.7388468491852137;

/// The outcome of one trial: correct, abstain or wrong as 0, 1 or 2.
type Trial = Box<dyn Fn(&mut SmallRng) -> u64>;

/// A scenario and its plain loop.
pub(crate) struct Case {
    pub(crate) name: String,
    /// Votes of a trial; of a pipeline, attempts at most; of a race, calls on average, rounded.
    pub(crate) votes: u64,
    pub(crate) scenario: Result<Scenario, Error>,
    pub(crate) trial: Trial,
}

/// All cases.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![failure_modes(), different_agents(), classes(), wrong_answers(), common_cause()];
    cases.extend([5, 11, 101].map(equal_answers));
    cases.extend([5, 11, 101].map(repeated_answers));
    cases.extend([5, 11, 101].map(unequal_answers));
    cases.extend([3, 5, 11, 101].map(beta_binomial));
    cases.extend([3, 11, 101].map(copula));
    cases.extend([cascade(), pipeline()]);
    cases.extend([ahead_by(), first_to(), adaptive()]);
    cases
}

/// The cases for which the time to a given precision is told.
pub(crate) fn precision_cases() -> Vec<Case> {
    vec![majority_of_five(), beta_binomial_with(101, 0.4, 0.1), pipeline()]
}

fn case(
    name: &str,
    votes: u64,
    scenario: Result<Scenario, Error>,
    trial: impl Fn(&mut SmallRng) -> u64 + 'static,
) -> Case {
    Case { name: name.into(), votes, scenario, trial: Box::new(trial) }
}

/// The outcome of a majority of `agents`, all of whom vote, for one right and one wrong answer.
fn majority(agents: u64, correct: u64) -> u64 {
    if 2 * correct > agents { 0 } else { 2 }
}

fn correct_of(random: &mut SmallRng, agents: u64, rate: f64) -> u64 {
    (0..agents).map(|_| u64::from(random.random::<f64>() >= rate)).sum()
}

fn majority_of_five() -> Case {
    let scenario = Scenario::new(Agents::identical(5, RATE), Majority);
    case("majority, n = 5", 5, scenario, |random| majority(5, correct_of(random, 5, RATE)))
}

fn failure_modes() -> Case {
    let failures = Failures { hallucination: 0.6, corruption: 0.25, crash: 0.15, ..Failures::default() };
    let scenario = Scenario::new(Agents::identical(11, RATE), Majority);
    case(
        "failure modes, n = 11",
        11,
        scenario.and_then(|scenario| scenario.with_failures(failures)),
        |random| {
            let (mut correct, mut wrong) = (0, 0);
            for _ in 0..11 {
                if random.random::<f64>() >= RATE {
                    correct += 1;
                } else if random.random::<f64>() < 0.6 {
                    wrong += 1;
                }
            }
            match (correct >= 6, wrong >= 6) {
                (true, _) => 0,
                (_, true) => 2,
                _ => 1,
            }
        },
    )
}

fn different_agents() -> Case {
    let rates: Vec<f64> = (0..101).map(|agent| 0.05 + 0.004 * f64::from(agent)).collect();
    let scenario = Scenario::new(Agents::different(rates.clone()), Majority);
    case("different agents, n = 101", 101, scenario, move |random| {
        majority(101, rates.iter().map(|rate| u64::from(random.random::<f64>() >= *rate)).sum())
    })
}

fn classes() -> Case {
    let tasks = [TaskClass::new(0.5, 0.1), TaskClass::new(0.3, 0.3), TaskClass::new(0.2, 0.6)];
    let scenario = Scenario::new(Agents::by_task(11, tasks), Majority);
    case("three classes, n = 11", 11, scenario, |random| {
        let class = random.random::<f64>();
        let rate = if class < 0.5 {
            0.1
        } else if class < 0.8 {
            0.3
        } else {
            0.6
        };
        majority(11, correct_of(random, 11, rate))
    })
}

fn wrong_answers() -> Case {
    let failures = Failures { wrong_answers: WrongAnswers::Among(3), ..Failures::default() };
    let scenario = Scenario::new(Agents::identical(5, 0.5), Majority);
    case(
        "three wrong answers, n = 5",
        5,
        scenario.and_then(|scenario| scenario.with_failures(failures)),
        |random| {
            let mut votes = [0; 4];
            for _ in 0..5 {
                let failed = random.random::<f64>() < 0.5;
                votes[if failed { 1 + random.random_range(0..3) } else { 0 }] += 1;
            }
            votes.iter().position(|votes| *votes >= 3).map_or(1, |answer| if answer == 0 { 0 } else { 2 })
        },
    )
}

/// Failure rate of pluralities.
const PLURALITY_RATE: f64 = 0.4;

/// A plurality; the plain loop counts in `answers`, of which the first is right. `wrong` gives an agent's wrong answer,
/// given the votes so far.
fn plurality(
    name: &str,
    agents: u64,
    wrong_answers: WrongAnswers,
    wrong: impl Fn(&mut SmallRng, &[u64], u64) -> usize + 'static,
) -> Case {
    let failures = Failures { wrong_answers, ..Failures::default() };
    let scenario = Scenario::new(Agents::identical(agents, PLURALITY_RATE), Plurality::new());
    case(
        &format!("{name}, n = {agents}"),
        agents,
        scenario.and_then(|scenario| scenario.with_failures(failures)),
        move |random| {
            let mut answers = [0_u64; 102];
            let (mut failed, mut given) = (0, 1);
            for _ in 0..agents {
                let mut answer = 0;
                if random.random::<f64>() < PLURALITY_RATE {
                    answer = 1 + wrong(random, &answers[1..given], failed);
                    failed += 1;
                }
                answers[answer] += 1;
                given = given.max(answer + 1);
            }
            let most = answers[1..given].iter().copied().max().unwrap_or(0);
            let leaders = answers[1..given].iter().filter(|votes| **votes == most).count();
            match answers[0].cmp(&most) {
                Ordering::Greater => 0,
                Ordering::Less if leaders == 1 => 2,
                _ => 1,
            }
        },
    )
}

/// Wrong agents pick one of four answers.
fn equal_answers(agents: u64) -> Case {
    plurality("equally likely wrong answers", agents, WrongAnswers::Among(4), |random, _, _| {
        random.random_range(0..4)
    })
}

/// Wrong agents pick one of four answers that are not equally likely: a wrong agent repeats the answer of a random one
/// before it, or picks any.
fn unequal_answers(agents: u64) -> Case {
    let (answers, collision) = (4, 0.6);
    let picking = 4.0 * (1.0 - collision) / (4.0 * collision - 1.0);
    let law = WrongAnswers::Unequal { answers, collision };
    plurality("unequal wrong answers", agents, law, move |random, given, failed| {
        let mut left = random.random::<f64>() * (failed as f64 + picking);
        for (answer, votes) in given.iter().enumerate() {
            if left < *votes as f64 {
                return answer;
            }
            left -= *votes as f64;
        }
        random.random_range(0..4)
    })
}

/// Wrong agents repeat each other: a restaurant, seated by walking along the answers.
fn repeated_answers(agents: u64) -> Case {
    let (collision, discount) = (0.6, 0.2);
    let concentration = (1.0 - discount) / collision - 1.0;
    let law = WrongAnswers::Open { collision, discount };
    plurality("repeated wrong answers", agents, law, move |random, given, failed| {
        let mut left = random.random::<f64>() * (failed as f64 + concentration);
        for (answer, votes) in given.iter().enumerate() {
            if left < *votes as f64 - discount {
                return answer;
            }
            left -= *votes as f64 - discount;
        }
        given.len()
    })
}

fn dependent(agents: u64, dependence: Dependence) -> Result<Scenario, Error> {
    dependent_at(RATE, agents, dependence)
}

fn dependent_at(rate: f64, agents: u64, dependence: Dependence) -> Result<Scenario, Error> {
    Scenario::new(Agents::identical(agents, rate), Majority)?.with_dependence(dependence)
}

fn common_cause() -> Case {
    let scenario = dependent(11, Dependence::CommonCause { probability: 0.05 });
    case("common cause, n = 11", 11, scenario, |random| {
        if random.random::<f64>() < 0.05 {
            return 2;
        }
        majority(11, correct_of(random, 11, (RATE - 0.05) / 0.95))
    })
}

fn beta_binomial(agents: u64) -> Case {
    beta_binomial_with(agents, RATE, CORRELATION)
}

fn beta_binomial_with(agents: u64, rate: f64, correlation: f64) -> Case {
    let sum = (1.0 - correlation) / correlation;
    let rates = Beta::new(rate * sum, (1.0 - rate) * sum).expect("shapes above 0");
    let scenario = dependent_at(rate, agents, Dependence::BetaBinomial { correlation });
    case(&format!("beta-binomial, n = {agents}"), agents, scenario, move |random| {
        let rate = rates.sample(random);
        majority(agents, correct_of(random, agents, rate))
    })
}

fn copula(agents: u64) -> Case {
    let (loading, own) = (CORRELATION.sqrt(), (1.0 - CORRELATION).sqrt());
    let scenario = dependent(agents, Dependence::GaussianCopula { correlation: CORRELATION });
    case(&format!("gaussian copula, n = {agents}"), agents, scenario, move |random| {
        let common: f64 = loading * random.sample::<f64, _>(StandardNormal);
        let correct = |random: &mut SmallRng| {
            u64::from(common + own * random.sample::<f64, _>(StandardNormal) >= NORMAL_QUANTILE)
        };
        majority(agents, (0..agents).map(|_| correct(random)).sum())
    })
}

/// Two agents that agree, or else a majority of five others.
fn cascade() -> Case {
    let stages = [Stage::new(2, Unanimous), Stage::new(5, Majority)];
    let scenario = Scenario::new(Agents::identical(7, RATE), Cascade::new(stages));
    // A second stage is reached in 35 of 100 trials.
    case("cascade of two and five", 4, scenario, |random| match correct_of(random, 2, RATE) {
        2 => 0,
        0 => 2,
        _ => majority(5, correct_of(random, 5, RATE)),
    })
}

fn pipeline() -> Case {
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.15, repairs: 0.2 };
    let validated: Scheme = Validated::new(judge).with_attempts(3).into();
    let scenario = Scenario::new(Agents::identical(1, 0.4), validated);
    case("validated, three attempts", 3, scenario, |random| {
        for _ in 0..3 {
            let correct = random.random::<f64>() >= 0.4;
            if random.random::<f64>() < if correct { 0.8 } else { 0.15 } {
                return if correct { 0 } else { 2 };
            }
            if !correct && random.random::<f64>() < 0.2 {
                return 0;
            }
        }
        1
    })
}

/// Calls one agent until `outcome` knows one, by the numbers of right and of wrong answers.
fn race(
    name: &str,
    calls: u64,
    scheme: impl Into<Scheme>,
    outcome: impl Fn(u64, u64) -> Option<u64> + 'static,
) -> Case {
    case(name, calls, Scenario::new(Agents::identical(1, RATE), scheme), move |random| {
        let (mut correct, mut wrong) = (0, 0);
        loop {
            if random.random::<f64>() < RATE {
                wrong += 1;
            } else {
                correct += 1;
            }
            if let Some(outcome) = outcome(correct, wrong) {
                return outcome;
            }
        }
    })
}

fn ahead_by() -> Case {
    race("ahead by 3", 5, AheadBy::new(3), |correct, wrong| match correct.abs_diff(wrong) {
        3 => Some(if correct > wrong { 0 } else { 2 }),
        _ => None,
    })
}

fn first_to() -> Case {
    race("first to 3", 4, FirstTo::new(3), |correct, wrong| match (correct, wrong) {
        (3, _) => Some(0),
        (_, 3) => Some(2),
        _ => None,
    })
}

/// The plain loop looks its stops up: for each number of votes of the other answer, the number that the leader needs.
fn adaptive() -> Case {
    const CALLS: u64 = 40;
    const STOPS: [u64; 15] = [4, 6, 8, 9, 11, 12, 14, 15, 17, 18, 19, 21, 22, 23, 25];
    race("adaptive, confidence 0.95", 10, Adaptive::new(0.95, CALLS), |correct, wrong| {
        let (leader, other) = (correct.max(wrong), correct.min(wrong));
        let is_reached = STOPS.get(other as usize).is_some_and(|stop| leader >= *stop);
        match correct.cmp(&wrong) {
            Ordering::Greater if is_reached || correct + wrong == CALLS => Some(0),
            Ordering::Less if is_reached || correct + wrong == CALLS => Some(2),
            Ordering::Equal if correct + wrong == CALLS => Some(1),
            _ => None,
        }
    })
}
