//! The counts of a run are a promise: the same scenario, seed and number of trials give them on every machine, with any number of
//! threads, in every later version until the changelog says otherwise.
//!
//! Each case pins one path of the kernel; no other test needs these numbers, and nothing but the kernel can change them.

#[path = "support/engines.rs"]
mod engines;

use kofn::monte_carlo::{Engine, Run, simulate};
use kofn::scenario::scheme::{Any, Judge, Majority, Scheme, Single, Unanimous, Validated};
use kofn::scenario::{Agents, Dependence, Failures, Fallback, Scenario, TaskClass, WrongAnswers};

const SILENT: Failures =
    Failures { hallucination: 0.6, corruption: 0.25, crash: 0.15, wrong_answers: WrongAnswers::Same };

/// The same counts from every engine and number of threads.
fn counts(scenario: &Scenario, seed: u64) -> [u64; 3] {
    let of_run = |engine, threads| {
        let mut run = Run::new(100_000, seed);
        (run.engine, run.threads) = (Some(engine), Some(threads));
        let estimate = simulate(scenario, run).expect("a scenario that is simulated");
        assert_eq!((estimate.trials, estimate.seed, estimate.partial), (100_000, seed, false));
        [estimate.counts.correct, estimate.counts.abstain, estimate.counts.wrong]
    };
    let counts = of_run(Engine::PORTABLE, 1);
    for engine in engines::required() {
        for threads in [1, 2, 3, 7, 64] {
            assert_eq!(of_run(engine, threads), counts, "{engine}, {threads} threads");
        }
    }
    counts
}

/// The counts from three seeds.
fn pinned(agents: Agents, scheme: impl Into<Scheme>, failures: Failures, expected: [[u64; 3]; 3]) {
    together(agents, scheme, failures, Dependence::Independent, expected);
}

/// The same of agents that have something in common.
fn together(
    agents: Agents,
    scheme: impl Into<Scheme>,
    failures: Failures,
    dependence: Dependence,
    expected: [[u64; 3]; 3],
) {
    let scenario = Scenario::new(agents, scheme).and_then(|scenario| scenario.with_failures(failures));
    let scenario = scenario.and_then(|scenario| scenario.with_dependence(dependence)).expect("a scenario");
    assert_eq!([0, 42, u64::MAX].map(|seed| counts(&scenario, seed)), expected);
}

fn among(answers: u64) -> WrongAnswers {
    WrongAnswers::Among(answers)
}

/// Patterns of agents that fail or not: one group, several, and so many that bytes are widened.
#[test]
fn agents_that_are_correct_or_not() {
    let all_vote = Failures::default();
    pinned(
        Agents::identical(3, 0.23),
        Majority,
        all_vote,
        [[86567, 0, 13433], [86630, 0, 13370], [86630, 0, 13370]],
    );
    pinned(
        Agents::identical(101, 0.45),
        Majority,
        all_vote,
        [[84221, 0, 15779], [84330, 0, 15670], [84322, 0, 15678]],
    );
    pinned(
        Agents::identical(301, 0.49),
        Majority,
        all_vote,
        [[63461, 0, 36539], [63766, 0, 36234], [63303, 0, 36697]],
    );
    pinned(
        Agents::identical(4, 0.5),
        Majority,
        all_vote,
        [[31458, 37403, 31139], [31190, 37505, 31305], [31147, 37513, 31340]],
    );
    pinned(Agents::identical(5, 0.8), Any, SILENT, [[67339, 32661, 0], [67118, 32882, 0], [67276, 32724, 0]]);
}

/// Patterns of agents that are correct, wrong or silent.
#[test]
fn agents_that_may_be_silent() {
    pinned(
        Agents::identical(1, 0.23),
        Single,
        SILENT,
        [[76946, 9203, 13851], [76887, 9097, 14016], [77174, 9116, 13710]],
    );
    pinned(
        Agents::identical(11, 0.5),
        Majority,
        SILENT,
        [[49946, 42298, 7756], [49883, 42325, 7792], [49862, 42346, 7792]],
    );
    pinned(
        Agents::identical(2, 0.7),
        Unanimous,
        SILENT,
        [[9068, 73337, 17595], [8868, 73564, 17568], [8849, 73519, 17632]],
    );
}

/// One rate for each agent, of which some are equal.
#[test]
fn different_agents() {
    let rates = [0.5, 0.1, 0.3, 0.1, 0.45, 0.6, 1.0, 0.0, 1e-9, 0.23, 0.7];
    pinned(
        Agents::different(rates),
        Majority,
        Failures::default(),
        [[89313, 0, 10687], [89519, 0, 10481], [89299, 0, 10701]],
    );
    pinned(
        Agents::different(rates),
        Majority,
        SILENT,
        [[89333, 9925, 742], [89447, 9777, 776], [89337, 9943, 720]],
    );
}

/// The class of every trial is drawn first: by bytes, or, where there are more than 256, by words.
#[test]
fn classes_of_tasks() {
    let few = [TaskClass::new(1.0, 0.1), TaskClass::new(2.0, 0.3), TaskClass::new(0.4, 0.8)];
    pinned(
        Agents::by_task(5, few),
        Majority,
        Failures::default(),
        [[79119, 0, 20881], [79322, 0, 20678], [79032, 0, 20968]],
    );
    let many = (0..300).map(|class| TaskClass::new(1.0 + f64::from(class), f64::from(class) / 300.0));
    pinned(
        Agents::by_task(3, many.collect::<Vec<_>>()),
        Majority,
        SILENT,
        [[30347, 32977, 36676], [30092, 33177, 36731], [30215, 33138, 36647]],
    );
}

/// Wrong agents pick their answers by 64-bit words, where enough of them are wrong.
#[test]
fn several_wrong_answers() {
    let all_vote = Failures { wrong_answers: among(3), ..Failures::default() };
    pinned(
        Agents::identical(5, 0.7),
        Majority,
        all_vote,
        [[16333, 57651, 26016], [16358, 57504, 26138], [16181, 57859, 25960]],
    );
    let silent = Failures { wrong_answers: among(2), ..SILENT };
    pinned(
        Agents::identical(7, 0.9),
        Majority,
        silent,
        [[262, 81848, 17890], [288, 81639, 18073], [294, 81632, 18074]],
    );
    let distinct = Failures { wrong_answers: WrongAnswers::Distinct, ..SILENT };
    pinned(
        Agents::identical(1, 0.5),
        Majority,
        distinct,
        [[49994, 20115, 29891], [49847, 20048, 30105], [50028, 19863, 30109]],
    );
}

/// Attempts over the trials that remain, for one generator and for a vote, with both ways to end.
#[test]
fn pipelines() {
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.15, repairs: 0.2 };
    let three = Validated::new(judge).with_attempts(3);
    pinned(
        Agents::identical(1, 0.4),
        three.clone(),
        SILENT,
        [[87388, 7038, 5574], [87616, 6727, 5657], [87424, 6889, 5687]],
    );
    let mut voted = three.with_fallback(Fallback::Keep).with_attempts(1_000_000_000);
    voted.vote = Some(Box::new(Majority.into()));
    voted.arbiter = Some((0.5, 0.1));
    pinned(Agents::identical(3, 0.4), voted, SILENT, [[95373, 0, 4627], [95368, 0, 4632], [95326, 0, 4674]]);
}

/// A common cause is a class; the urn and the copula draw every agent against thresholds, with and without failure modes, through all
/// attempts of a pipeline.
#[test]
fn agents_that_fail_together() {
    let urn = Dependence::BetaBinomial { correlation: 0.3 };
    let copula = Dependence::GaussianCopula { correlation: 0.3 };
    let cause = Dependence::CommonCause { probability: 0.05 };
    let tasks = || Agents::by_task(5, [TaskClass::new(1.0, 0.1), TaskClass::new(2.0, 0.3)]);
    let different = || Agents::different([0.5, 0.1, 0.3, 0.1, 0.45, 0.6, 1.0, 0.0, 1e-9, 0.23, 0.7]);
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.15, repairs: 0.2 };
    let mut three = Validated::new(judge).with_attempts(3);
    three.vote = Some(Box::new(Majority.into()));
    let all_vote = Failures::default();
    together(
        tasks(),
        Majority,
        SILENT,
        cause,
        [[87354, 7214, 5432], [87767, 7044, 5189], [87619, 7011, 5370]],
    );
    together(tasks(), Majority, all_vote, urn, [[80975, 0, 19025], [80867, 0, 19133], [80740, 0, 19260]]);
    together(
        Agents::identical(301, 0.45),
        Majority,
        SILENT,
        urn,
        [[57258, 31999, 10743], [57206, 31963, 10831], [56996, 32191, 10813]],
    );
    together(
        tasks(),
        three.clone(),
        SILENT,
        urn,
        [[92106, 5762, 2132], [91997, 5791, 2212], [91877, 5924, 2199]],
    );
    together(
        different(),
        Majority,
        all_vote,
        copula,
        [[79262, 0, 20738], [79544, 0, 20456], [79663, 0, 20337]],
    );
    together(
        Agents::identical(301, 0.45),
        Majority,
        SILENT,
        copula,
        [[58910, 36292, 4798], [58974, 36173, 4853], [59345, 35770, 4885]],
    );
    together(tasks(), three, SILENT, copula, [[94187, 4292, 1521], [94157, 4274, 1569], [94180, 4317, 1503]]);
}
