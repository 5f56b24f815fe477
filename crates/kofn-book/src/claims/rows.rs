//! The claims, row by row: which printed number is compared with what.

use super::claim::{Claim, Tested};
use crate::chapter::{Measure, Question, Relation};
use crate::data::{self, ClassLine};
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
            Claim::count("consensus run and benchmark", data::SINGLE, &single()?),
            Claim::count("simulation", data::ONE_AGENT, &single()?),
            Claim::exact(
                "benchmark, all classes",
                data::BENCHMARK_SINGLE_RATE,
                &Question::benchmark_single()?,
            ),
        ],
    })
}

fn dual_model() -> Result<Claims, Error> {
    Ok(Claims {
        title: "Dual model: agreement or correction, else CONSENSUS_FAILURE",
        note: "Read as printed, the answer is right exactly when the second model's is: it either agrees with a right \
               answer or corrects a wrong one. The keep rule gives the first model's answer where the two disagree.",
        claims: vec![
            Claim::count("consensus run", data::CONSENSUS, &dual(Fallback::Abstain)?),
            Claim::arithmetic(
                "fewer failures",
                data::CONSENSUS_REDUCTION,
                Relation::reduction(data::SINGLE_FAILURES, data::CONSENSUS_FAILURES),
            ),
            Claim::arithmetic(
                "absolute improvement",
                data::CONSENSUS_GAIN,
                Relation::gain(data::SINGLE_RATE, data::CONSENSUS_RATE),
            ),
            Claim::arithmetic(
                "reliability gain",
                data::CONSENSUS_MULTIPLIER,
                Relation::ratio(data::CONSENSUS_RATE, data::SINGLE_RATE),
            ),
        ],
    })
}

fn from_77_to_98() -> Claims {
    Claims {
        title: "“77% → 98%”, said of the consensus run",
        note: "",
        claims: vec![
            Claim::arithmetic(
                "of the run above it",
                data::CLAIMED_DUAL,
                Relation::ratio(data::CONSENSUS.successes, data::CONSENSUS.tasks),
            ),
            Claim::arithmetic(
                "key claims",
                data::CLAIMED_GAIN,
                Relation::gain(data::CLAIMED_SINGLE, data::CLAIMED_DUAL),
            ),
        ],
    }
}

fn three_agents() -> Result<Claims, Error> {
    Ok(Claims {
        title: "Three agents, majority (2f+1 = 3)",
        note: "",
        claims: vec![
            Claim::count("simulation", data::THREE_AGENTS, &majority(3)?),
            Claim::exact("as a binomial probability", data::THREE_AGENTS_MAJORITY, &majority(3)?),
        ],
    })
}

fn five_agents() -> Result<Claims, Error> {
    Ok(Claims {
        title: "Five agents, majority (f = 2)",
        note: "",
        claims: vec![Claim::exact("as a binomial probability", data::FIVE_AGENTS_MAJORITY, &majority(5)?)],
    })
}

fn fewer_failures_with_three() -> Result<Claims, Error> {
    let (one, three) = (single()?, majority(3)?);
    Ok(Claims {
        title: "94.5% fewer failures with three agents",
        note: "",
        claims: vec![
            Claim::arithmetic(
                "from its own counts",
                data::THREE_AGENTS_REDUCTION,
                Relation::reduction(data::ONE_AGENT_FAILURES, data::THREE_AGENTS_FAILURES),
            ),
            Claim::from_counts(
                "as what a majority does",
                data::THREE_AGENTS_REDUCTION,
                Relation::reduction(one.of(Measure::Failure), three.of(Measure::Failure)),
                [Tested::new(data::ONE_AGENT, &one), Tested::new(data::THREE_AGENTS, &three)],
            ),
        ],
    })
}

fn single_by_class() -> Result<Claims, Error> {
    let lines = &data::SINGLE_BY_CLASS;
    let mut claims = vec![
        Claim::arithmetic(
            "mean of its classes",
            data::BENCHMARK_SINGLE_RATE,
            Relation::mean(lines.map(|line| line.rate)),
        ),
        Claim::arithmetic(
            "sum of its classes",
            data::SINGLE.successes,
            Relation::sum(lines.map(|line| line.count.successes)),
        ),
    ];
    claims.extend(breakdown(lines));
    for (class, (line, failure_rate)) in lines.iter().zip(settings::class_failure_rates()).enumerate() {
        let question = Question::vote(Single, 1, failure_rate)?;
        claims.push(Claim::share(&complexity(class), line.rate, line.count.tasks, &question));
    }
    Ok(Claims { title: "The single model by complexity", note: READ_AS_COUNT, claims })
}

fn benchmark_dual() -> Result<Claims, Error> {
    let lines = &data::DUAL_BY_CLASS;
    let mut claims = vec![
        Claim::count("all classes", data::BENCHMARK_DUAL, &Question::benchmark_dual()?),
        Claim::arithmetic(
            "mean of its classes",
            data::BENCHMARK_DUAL_RATE,
            Relation::mean(lines.map(|line| line.rate)),
        ),
        Claim::arithmetic(
            "sum of its classes",
            data::BENCHMARK_DUAL.successes,
            Relation::sum(lines.map(|line| line.count.successes)),
        ),
    ];
    claims.extend(breakdown(lines));
    let rates = settings::class_failure_rates().into_iter().zip(settings::class_validator_failure_rates());
    for (class, (line, (failure_rate, validator))) in lines.iter().zip(rates).enumerate() {
        let question = Question::dual(failure_rate, validator, Fallback::Keep)?;
        claims.push(Claim::share(&complexity(class), line.rate, line.count.tasks, &question));
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
            Claim::arithmetic(&complexity(class), line.rate, relation)
        })
        .collect()
}

fn complexity(class: usize) -> String {
    format!("complexity {}", class + 1)
}

fn fewer_failures_with_two() -> Result<Claims, Error> {
    let (one, two) = (Question::benchmark_single()?, Question::benchmark_dual()?);
    let counts = [Tested::new(data::SINGLE, &one), Tested::new(data::BENCHMARK_DUAL, &two)];
    Ok(Claims {
        title: "91.3% fewer failures (230 → 20), 1.27x more reliable",
        note: "",
        claims: vec![
            Claim::arithmetic(
                "from its own counts",
                data::BENCHMARK_REDUCTION,
                Relation::reduction(data::SINGLE_FAILURES, data::BENCHMARK_DUAL_FAILURES),
            ),
            Claim::from_counts(
                "as what the benchmark gives",
                data::BENCHMARK_REDUCTION,
                Relation::reduction(one.of(Measure::Failure), two.of(Measure::Failure)),
                counts.clone(),
            ),
            Claim::arithmetic(
                "from its own rates",
                data::BENCHMARK_MULTIPLIER,
                Relation::ratio(data::BENCHMARK_DUAL_RATE, data::BENCHMARK_SINGLE_RATE),
            ),
            Claim::from_counts(
                "as what the benchmark gives",
                data::BENCHMARK_MULTIPLIER,
                Relation::ratio(two.of(Measure::Correct), one.of(Measure::Correct)),
                counts,
            ),
            Claim::arithmetic(
                "absolute gain",
                data::BENCHMARK_GAIN,
                Relation::gain(data::BENCHMARK_SINGLE_RATE, data::BENCHMARK_DUAL_RATE),
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
            Claim::exact("with the bonus of 21 points", data::FORMULA, &dual_with_bonus(Fallback::Keep)?),
            Claim::comparison("without a bonus", &dual(Fallback::Keep)?, Measure::Correct, Unit::Number),
        ],
    })
}

fn latency() -> Claims {
    let [single, dual] = settings::LATENCIES;
    Claims {
        title: "Latency: 1900 µs → 4000 µs",
        note: "",
        claims: vec![
            Claim::arithmetic("overhead", data::LATENCY_OVERHEAD, Relation::increase(single, dual)),
            Claim::arithmetic("as a multiple", data::LATENCY_MULTIPLE, Relation::ratio(dual, single)),
            Claim::arithmetic("as an addition", data::LATENCY_INCREASE, Relation::increase(single, dual)),
        ],
    }
}

fn fewer_failures_for_calls() -> Result<Claims, Error> {
    let calls = Relation::ratio(
        Question::benchmark_dual()?.of(Measure::Calls),
        Question::benchmark_single()?.of(Measure::Calls),
    );
    let fewer = |failures| Relation::ratio(data::SINGLE_FAILURES, failures);
    Ok(Claims {
        title: "“2x model calls for 5x fewer failures”",
        note: "",
        claims: vec![
            Claim::quantity("calls and validations", data::CALLS_MULTIPLE, calls),
            Claim::arithmetic("benchmark", data::FAILURES_MULTIPLE, fewer(data::BENCHMARK_DUAL_FAILURES)),
            Claim::arithmetic("consensus run", data::FAILURES_MULTIPLE, fewer(data::CONSENSUS_FAILURES)),
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
            Claim::certain("counted by a trusted collector", data::TOLERATES_ONE, Question::faulty(3, 1)?),
            Claim::certain("counted by a trusted collector", data::TOLERATES_TWO, Question::faulty(5, 2)?),
            Claim::comparison(
                "collector with a Byzantine-size quorum: correct",
                &collector,
                Measure::Correct,
                Unit::Percent,
            ),
            Claim::comparison(
                "collector with a Byzantine-size quorum: wrong",
                &collector,
                Measure::Wrong,
                Unit::Percent,
            ),
            Claim::comparison(
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
    let correct =
        |about, question: &Question| Claim::comparison(about, question, Measure::Correct, Unit::Percent);
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
