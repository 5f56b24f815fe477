//! The claims, row by row: which printed number is compared with what.

use super::claim::{
    Claim, Tested, arithmetic, certain, comparison, count, exact, from_counts, quantity, share,
};
use crate::chapter::{Measure, Question, Relation};
use crate::data::*;
use crate::printed::Unit;
use crate::settings;
use kofn::scenario::scheme::{Any, Byzantine, KOfN, Majority, Single};
use kofn::scenario::{Error, Fallback};

/// A row of the audit before it is judged.
#[derive(Debug, Clone)]
pub(super) struct Claims {
    pub(super) title: &'static str,
    /// How the claim is read, where that needs saying.
    pub(super) note: &'static str,
    pub(super) claims: Vec<Claim>,
}

/// All rows, in order.
pub(super) fn rows() -> Result<Vec<Claims>, Error> {
    Ok(vec![
        single_model()?,
        dual_model()?,
        from_77_to_98(),
        three_agents()?,
        five_agents()?,
        fewer_failures_with_three()?,
        single_by_class()?,
        benchmark_dual()?,
        fewer_failures_with_two()?,
        formula()?,
        latency(),
        fewer_failures_for_calls()?,
        byzantine_faults()?,
        independence()?,
    ])
}

fn single() -> Result<Question, Error> {
    Question::vote(Single, 1, settings::failure_rate())
}

fn majority(agents: u64) -> Result<Question, Error> {
    Question::vote(Majority, agents, settings::failure_rate())
}

/// The dual model, its validator as good as an agent.
fn dual(fallback: Fallback) -> Result<Question, Error> {
    Question::dual(settings::failure_rate(), settings::failure_rate(), fallback)
}

/// The dual model, its validator better by the bonus.
fn dual_with_bonus(fallback: Fallback) -> Result<Question, Error> {
    Question::dual(settings::failure_rate(), settings::validator_failure_rate(), fallback)
}

fn single_model() -> Result<Claims, Error> {
    Ok(Claims {
        title: "A single model is right 77% of the time",
        note: "",
        claims: vec![
            count("consensus run and benchmark", SINGLE, &single()?),
            count("simulation", ONE_AGENT, &single()?),
            exact("benchmark, all classes", BENCHMARK_SINGLE_RATE, &Question::benchmark_single()?),
        ],
    })
}

fn dual_model() -> Result<Claims, Error> {
    Ok(Claims {
        title: "Dual model: agreement or correction, else CONSENSUS_FAILURE",
        note: "Read as printed, the answer is right exactly when the second model's is: it either agrees with a right \
               answer or corrects a wrong one. The keep rule gives the first model's answer where the two disagree.",
        claims: vec![
            count("consensus run", CONSENSUS, &dual(Fallback::Abstain)?),
            arithmetic(
                "fewer failures",
                CONSENSUS_REDUCTION,
                Relation::reduction(SINGLE_FAILURES, CONSENSUS_FAILURES),
            ),
            arithmetic("absolute improvement", CONSENSUS_GAIN, Relation::gain(SINGLE_RATE, CONSENSUS_RATE)),
            arithmetic(
                "reliability gain",
                CONSENSUS_MULTIPLIER,
                Relation::ratio(CONSENSUS_RATE, SINGLE_RATE),
            ),
        ],
    })
}

fn from_77_to_98() -> Claims {
    Claims {
        title: "“77% → 98%”, said of the consensus run",
        note: "",
        claims: vec![
            arithmetic(
                "of the run above it",
                CLAIMED_DUAL,
                Relation::ratio(CONSENSUS.successes, CONSENSUS.tasks),
            ),
            arithmetic("key claims", CLAIMED_GAIN, Relation::gain(CLAIMED_SINGLE, CLAIMED_DUAL)),
        ],
    }
}

fn three_agents() -> Result<Claims, Error> {
    Ok(Claims {
        title: "Three agents, majority (2f+1 = 3)",
        note: "",
        claims: vec![
            count("simulation", THREE_AGENTS, &majority(3)?),
            exact("as a binomial probability", THREE_AGENTS_MAJORITY, &majority(3)?),
        ],
    })
}

fn five_agents() -> Result<Claims, Error> {
    Ok(Claims {
        title: "Five agents, majority (f = 2)",
        note: "",
        claims: vec![exact("as a binomial probability", FIVE_AGENTS_MAJORITY, &majority(5)?)],
    })
}

fn fewer_failures_with_three() -> Result<Claims, Error> {
    let (one, three) = (single()?, majority(3)?);
    Ok(Claims {
        title: "94.5% fewer failures with three agents",
        note: "",
        claims: vec![
            arithmetic(
                "from its own counts",
                THREE_AGENTS_REDUCTION,
                Relation::reduction(ONE_AGENT_FAILURES, THREE_AGENTS_FAILURES),
            ),
            from_counts(
                "as what a majority does",
                THREE_AGENTS_REDUCTION,
                Relation::reduction(one.of(Measure::Failure), three.of(Measure::Failure)),
                [Tested::new(ONE_AGENT, &one), Tested::new(THREE_AGENTS, &three)],
            ),
        ],
    })
}

fn single_by_class() -> Result<Claims, Error> {
    let lines = &SINGLE_BY_CLASS;
    let mut claims = vec![
        arithmetic("mean of its classes", BENCHMARK_SINGLE_RATE, Relation::mean(lines.map(|line| line.rate))),
        arithmetic(
            "sum of its classes",
            SINGLE.successes,
            Relation::sum(lines.map(|line| line.count.successes)),
        ),
    ];
    claims.extend(breakdown(lines));
    for (class, (line, failure_rate)) in lines.iter().zip(settings::class_failure_rates()).enumerate() {
        let question = Question::vote(Single, 1, failure_rate)?;
        claims.push(share(&complexity(class), line.rate, line.count.tasks, &question));
    }
    Ok(Claims { title: "The single model by complexity", note: READ_AS_COUNT, claims })
}

fn benchmark_dual() -> Result<Claims, Error> {
    let lines = &DUAL_BY_CLASS;
    let mut claims = vec![
        count("all classes", BENCHMARK_DUAL, &Question::benchmark_dual()?),
        arithmetic("mean of its classes", BENCHMARK_DUAL_RATE, Relation::mean(lines.map(|line| line.rate))),
        arithmetic(
            "sum of its classes",
            BENCHMARK_DUAL.successes,
            Relation::sum(lines.map(|line| line.count.successes)),
        ),
    ];
    claims.extend(breakdown(lines));
    let rates = settings::class_failure_rates().into_iter().zip(settings::class_validator_failure_rates());
    for (class, (line, (failure_rate, validator))) in lines.iter().zip(rates).enumerate() {
        let question = Question::dual(failure_rate, validator, Fallback::Keep)?;
        claims.push(share(&complexity(class), line.rate, line.count.tasks, &question));
    }
    Ok(Claims {
        title: "The benchmark's dual model, its validator 21 points better",
        note: READ_AS_COUNT,
        claims,
    })
}

const READ_AS_COUNT: &str = "A percentage of a class is also compared, as the count of 200 tasks it stands for, \
                             with what the class's failure rate gives.";

/// Each line's count against its own percentage.
fn breakdown(lines: &[ClassLine]) -> Vec<Claim> {
    lines
        .iter()
        .enumerate()
        .map(|(class, line)| {
            let relation = Relation::ratio(line.count.successes, line.count.tasks);
            arithmetic(&complexity(class), line.rate, relation)
        })
        .collect()
}

fn complexity(class: usize) -> String {
    format!("complexity {}", class + 1)
}

fn fewer_failures_with_two() -> Result<Claims, Error> {
    let (one, two) = (Question::benchmark_single()?, Question::benchmark_dual()?);
    let counts = [Tested::new(SINGLE, &one), Tested::new(BENCHMARK_DUAL, &two)];
    Ok(Claims {
        title: "91.3% fewer failures (230 → 20), 1.27x more reliable",
        note: "",
        claims: vec![
            arithmetic(
                "from its own counts",
                BENCHMARK_REDUCTION,
                Relation::reduction(SINGLE_FAILURES, BENCHMARK_DUAL_FAILURES),
            ),
            from_counts(
                "as what the benchmark gives",
                BENCHMARK_REDUCTION,
                Relation::reduction(one.of(Measure::Failure), two.of(Measure::Failure)),
                counts.clone(),
            ),
            arithmetic(
                "from its own rates",
                BENCHMARK_MULTIPLIER,
                Relation::ratio(BENCHMARK_DUAL_RATE, BENCHMARK_SINGLE_RATE),
            ),
            from_counts(
                "as what the benchmark gives",
                BENCHMARK_MULTIPLIER,
                Relation::ratio(two.of(Measure::Correct), one.of(Measure::Correct)),
                counts,
            ),
            arithmetic(
                "absolute gain",
                BENCHMARK_GAIN,
                Relation::gain(BENCHMARK_SINGLE_RATE, BENCHMARK_DUAL_RATE),
            ),
        ],
    })
}

fn formula() -> Result<Claims, Error> {
    Ok(Claims {
        title: "The formula (1−f) + f × (1−f+validation_bonus) ≈ 0.98",
        note: "The formula is the keep rule: a right answer stays, and a wrong one is corrected whenever the \
               validator succeeds.",
        claims: vec![
            exact("with the bonus of 21 points", FORMULA, &dual_with_bonus(Fallback::Keep)?),
            comparison("without a bonus", &dual(Fallback::Keep)?, Measure::Correct, Unit::Number),
        ],
    })
}

fn latency() -> Claims {
    let [single, dual] = settings::LATENCIES;
    Claims {
        title: "Latency: 1900 µs → 4000 µs",
        note: "",
        claims: vec![
            arithmetic("overhead", LATENCY_OVERHEAD, Relation::increase(single, dual)),
            arithmetic("as a multiple", LATENCY_MULTIPLE, Relation::ratio(dual, single)),
            arithmetic("as an addition", LATENCY_INCREASE, Relation::increase(single, dual)),
        ],
    }
}

fn fewer_failures_for_calls() -> Result<Claims, Error> {
    let calls = Relation::ratio(
        Question::benchmark_dual()?.of(Measure::Calls),
        Question::benchmark_single()?.of(Measure::Calls),
    );
    let fewer = |failures| Relation::ratio(SINGLE_FAILURES, failures);
    Ok(Claims {
        title: "“2x model calls for 5x fewer failures”",
        note: "",
        claims: vec![
            quantity("calls and validations", CALLS_MULTIPLE, calls),
            arithmetic("benchmark", FAILURES_MULTIPLE, fewer(BENCHMARK_DUAL_FAILURES)),
            arithmetic("consensus run", FAILURES_MULTIPLE, fewer(CONSENSUS_FAILURES)),
        ],
    })
}

fn byzantine_faults() -> Result<Claims, Error> {
    let failure_rate = settings::failure_rate();
    let collector = Question::vote(Byzantine, 4, failure_rate)?;
    // Four replicas agree without a collector as long as three of them do not fail.
    let replicas = Question::vote(KOfN { k: 3 }, 4, failure_rate)?;
    Ok(Claims {
        title: "2f+1 agents tolerate f Byzantine faults",
        note: "This depends on the model. 2f+1 agents are enough for a vote that a trusted collector counts. \
               Agreement among the agents alone, without a collector, needs 3f+1 of them (Lamport et al., 1982): 4 for \
               one fault.",
        claims: vec![
            certain("counted by a trusted collector", TOLERATES_ONE, Question::faulty(3, 1)?),
            certain("counted by a trusted collector", TOLERATES_TWO, Question::faulty(5, 2)?),
            comparison(
                "collector with a Byzantine-size quorum: correct",
                &collector,
                Measure::Correct,
                Unit::Percent,
            ),
            comparison(
                "collector with a Byzantine-size quorum: wrong",
                &collector,
                Measure::Wrong,
                Unit::Percent,
            ),
            comparison(
                "no collector, 4 replicas: unsafe, as 2 or more fail",
                &replicas,
                Measure::Failure,
                Unit::Percent,
            ),
        ],
    })
}

fn independence() -> Result<Claims, Error> {
    let failure_rate = settings::failure_rate();
    let correct = |about, question: &Question| comparison(about, question, Measure::Correct, Unit::Percent);
    Ok(Claims {
        title: "The agents fail independently",
        note: "The assumption under every exact value on this page; the chapter prints no number that tests it. \
               For comparison, the same votes with the same failure rate where all agents fail on the same tasks.",
        claims: vec![
            correct("independent", &majority(3)?),
            correct("on the same tasks", &Question::together(Majority, 3, failure_rate)?),
            correct("independent", &Question::vote(Any, 3, failure_rate)?),
            correct("on the same tasks", &Question::together(Any, 3, failure_rate)?),
        ],
    })
}
