//! The counts of a run are a promise: the same scenario, seed and number of trials give them on every machine, with any
//! number of threads, in every later version until the changelog says otherwise.
//!
//! Each case pins one path of the kernel; no other test needs these numbers, and nothing but the kernel can change
//! them.

use kofn::monte_carlo::{Engine, SimulationOptions, simulate};
use kofn::scenario::scheme::{
    Adaptive, AheadBy, Any, ArbiterRates, Cascade, FirstTo, Judge, Majority, Pbft, Plurality, Scheme, Single,
    Stage, Unanimous, Validated, Weighted,
};
use kofn::scenario::{
    Agents, Dependence, Failures, Fallback, Filter, Scenario, TaskClass, Ties, WrongAnswers,
};
use kofn_testing::engines;

const SILENT: Failures =
    Failures { hallucination: 0.6, corruption: 0.25, crash: 0.15, wrong_answers: WrongAnswers::Same };

/// The same counts from every engine and number of threads.
fn counts(scenario: &Scenario, seed: u64) -> [u64; 3] {
    let of_run = |engine, threads| {
        let run = SimulationOptions::new(100_000, seed).with_engine(engine).with_threads(threads);
        let estimate = simulate(scenario, run).expect("a scenario that is simulated");
        assert_eq!((estimate.trials, estimate.seed, estimate.partial), (100_000, seed, false));
        [estimate.counts.correct(), estimate.counts.abstain(), estimate.counts.wrong()]
    };
    let counts = of_run(Engine::PORTABLE, 1);
    for engine in engines::required() {
        for threads in [1, 2, 3, 7, 64] {
            assert_eq!(of_run(engine, threads), counts, "{engine}, {threads} threads");
        }
    }
    counts
}

/// The counts of independent agents from three seeds.
fn pinned(agents: Agents, scheme: impl Into<Scheme>, failures: Failures, expected: [[u64; 3]; 3]) {
    together(agents, scheme, failures, Dependence::Independent, expected);
}

/// The counts of correlated agents from three seeds.
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

/// Patterns of agents that fail or not: one group, several, and enough of them for bytes to be widened.
#[test]
fn agents_that_are_correct_or_not() {
    let all_vote = Failures::default();
    let expected = [[86805, 0, 13195], [86678, 0, 13322], [86701, 0, 13299]];
    pinned(Agents::identical(3, 0.23), Majority, all_vote, expected);
    let expected = [[84369, 0, 15631], [84313, 0, 15687], [84317, 0, 15683]];
    pinned(Agents::identical(101, 0.45), Majority, all_vote, expected);
    let expected = [[63594, 0, 36406], [63698, 0, 36302], [63292, 0, 36708]];
    pinned(Agents::identical(301, 0.49), Majority, all_vote, expected);
    let expected = [[31364, 37439, 31197], [31081, 37612, 31307], [31283, 37589, 31128]];
    pinned(Agents::identical(4, 0.5), Majority, all_vote, expected);
    pinned(Agents::identical(5, 0.8), Any, SILENT, [[67630, 32370, 0], [67367, 32633, 0], [67309, 32691, 0]]);
}

/// Patterns of agents that are correct, wrong or silent.
#[test]
fn agents_that_may_be_silent() {
    let expected = [[77116, 9099, 13785], [77095, 9116, 13789], [77078, 9289, 13633]];
    pinned(Agents::identical(1, 0.23), Single, SILENT, expected);
    let expected = [[49887, 42266, 7847], [50088, 42173, 7739], [50034, 42120, 7846]];
    pinned(Agents::identical(11, 0.5), Majority, SILENT, expected);
    let expected = [[8910, 73401, 17689], [8950, 73461, 17589], [9046, 73350, 17604]];
    pinned(Agents::identical(2, 0.7), Unanimous, SILENT, expected);
}

/// One rate for each agent, of which some are equal.
#[test]
fn different_agents() {
    let rates = [0.5, 0.1, 0.3, 0.1, 0.45, 0.6, 1.0, 0.0, 1e-9, 0.23, 0.7];
    let expected = [[89357, 0, 10643], [89371, 0, 10629], [89364, 0, 10636]];
    pinned(Agents::different(rates), Majority, Failures::default(), expected);
    let expected = [[89236, 10030, 734], [89436, 9845, 719], [89413, 9828, 759]];
    pinned(Agents::different(rates), Majority, SILENT, expected);
}

/// The class of every trial is drawn first: by bytes, or, where there are more than 256, by words.
#[test]
fn classes_of_tasks() {
    let few = [TaskClass::new(1.0, 0.1), TaskClass::new(2.0, 0.3), TaskClass::new(0.4, 0.8)];
    let expected = [[79009, 0, 20991], [79167, 0, 20833], [79114, 0, 20886]];
    pinned(Agents::by_task(5, few), Majority, Failures::default(), expected);
    let many = (0..300).map(|class| TaskClass::new(1.0 + f64::from(class), f64::from(class) / 300.0));
    let expected = [[30597, 33106, 36297], [30094, 33424, 36482], [30478, 33302, 36220]];
    pinned(Agents::by_task(3, many.collect::<Vec<_>>()), Majority, SILENT, expected);
}

/// Wrong agents pick their answers by 64-bit words, where enough of them are wrong.
#[test]
fn several_wrong_answers() {
    let all_vote = Failures { wrong_answers: among(3), ..Failures::default() };
    let expected = [[16226, 57725, 26049], [16326, 57633, 26041], [16166, 57937, 25897]];
    pinned(Agents::identical(5, 0.7), Majority, all_vote, expected);
    let silent = Failures { wrong_answers: among(2), ..SILENT };
    let expected = [[264, 81498, 18238], [279, 81624, 18097], [299, 81617, 18084]];
    pinned(Agents::identical(7, 0.9), Majority, silent, expected);
    let distinct = Failures { wrong_answers: WrongAnswers::Distinct, ..SILENT };
    let expected = [[50105, 19966, 29929], [50013, 20244, 29743], [50096, 19856, 30048]];
    pinned(Agents::identical(1, 0.5), Majority, distinct, expected);
}

/// Wrong agents repeat each other: a byte for few of them, one after the other for more, and with weights.
#[test]
fn repeated_wrong_answers() {
    let open = |collision, discount| WrongAnswers::Open { collision, discount };
    let unequal = |answers, collision| WrongAnswers::Unequal { answers, collision };
    let all_vote = |wrong_answers| Failures { wrong_answers, ..Failures::default() };
    let silent = |wrong_answers| Failures { wrong_answers, ..SILENT };
    let expected = [[16226, 30674, 53100], [16326, 30656, 53018], [16166, 30606, 53228]];
    pinned(Agents::identical(5, 0.7), Majority, all_vote(open(0.6, 0.2)), expected);
    let expected = [[55769, 19274, 24957], [55662, 19043, 25295], [55676, 19249, 25075]];
    pinned(Agents::identical(11, 0.7), Plurality::new(), silent(open(0.3, 0.0)), expected);
    let expected = [[17820, 5807, 76373], [18107, 5660, 76233], [17865, 5639, 76496]];
    pinned(Agents::identical(25, 0.7), Plurality::new(), all_vote(open(0.6, 0.4)), expected);
    let expected = [[37284, 23890, 38826], [37235, 24049, 38716], [37323, 24060, 38617]];
    pinned(Agents::identical(6, 0.6), Plurality::new(), all_vote(unequal(3, 0.5)), expected);
    let expected = [[56942, 11183, 31875], [57002, 11109, 31889], [56878, 11129, 31993]];
    pinned(Agents::identical(25, 0.7), Plurality::new(), all_vote(unequal(1 << 62, 0.2)), expected);
    let weighted = Weighted::new([3.0, 2.0, 2.0, 1.0]);
    let expected = [[44319, 42237, 13444], [44562, 42176, 13262], [44415, 42211, 13374]];
    pinned(Agents::different([0.4, 0.5, 0.6, 0.7]), weighted, silent(open(0.8, 0.75)), expected);
}

/// A leader is drawn where several lead, and fewer votes than asked abstain.
#[test]
fn ties_and_few_votes() {
    let drawn = Plurality::new().with_ties(Ties::Random);
    let silent = |wrong_answers| Failures { wrong_answers, ..SILENT };
    let expected = [[50291, 0, 49709], [49719, 0, 50281], [49874, 0, 50126]];
    pinned(Agents::identical(4, 0.5), drawn, Failures::default(), expected);
    let expected = [[53342, 34600, 12058], [53340, 34467, 12193], [53500, 34514, 11986]];
    pinned(Agents::identical(5, 0.6), drawn.with_min_votes(4), silent(WrongAnswers::Distinct), expected);
    let expected = [[61345, 333, 38322], [61035, 341, 38624], [61397, 321, 38282]];
    pinned(Agents::identical(4, 0.6), drawn, silent(among(3)), expected);
    let open = WrongAnswers::Open { collision: 0.6, discount: 0.2 };
    let expected = [[64464, 1136, 34400], [64293, 1030, 34677], [64213, 1023, 34764]];
    pinned(Agents::identical(7, 0.6), drawn.with_min_votes(3), silent(open), expected);
    let expected = [[28124, 49318, 22558], [27927, 49657, 22416], [28055, 49522, 22423]];
    pinned(Agents::identical(5, 0.6), Plurality::new().with_min_votes(4), SILENT, expected);
}

/// Attempts over the trials that remain, for one generator and for a vote, with both ways to end.
#[test]
fn pipelines() {
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.15, repairs: 0.2 };
    let three = Validated::new(judge).with_attempts(3);
    let expected = [[87232, 7168, 5600], [87626, 6749, 5625], [87503, 6845, 5652]];
    pinned(Agents::identical(1, 0.4), three.clone(), SILENT, expected);
    let voted = three
        .with_fallback(Fallback::Keep)
        .with_attempts(1_000_000_000)
        .with_vote(Majority)
        .with_arbiter(ArbiterRates::new(0.5, 0.1));
    pinned(Agents::identical(3, 0.4), voted, SILENT, [[95296, 0, 4704], [95356, 0, 4644], [95391, 0, 4609]]);
}

/// A common cause is a class; the urn and the copula draw every agent against thresholds, with and without failure
/// modes, through all attempts of a pipeline.
#[test]
fn agents_that_fail_together() {
    let urn = Dependence::BetaBinomial { correlation: 0.3 };
    let copula = Dependence::GaussianCopula { correlation: 0.3 };
    let cause = Dependence::CommonCause { probability: 0.05 };
    let tasks = || Agents::by_task(5, [TaskClass::new(1.0, 0.1), TaskClass::new(2.0, 0.3)]);
    let different = || Agents::different([0.5, 0.1, 0.3, 0.1, 0.45, 0.6, 1.0, 0.0, 1e-9, 0.23, 0.7]);
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.15, repairs: 0.2 };
    let three = Validated::new(judge).with_attempts(3).with_vote(Majority);
    let all_vote = Failures::default();
    let expected = [[87368, 7277, 5355], [87535, 7133, 5332], [87516, 7122, 5362]];
    together(tasks(), Majority, SILENT, cause, expected);
    together(
        tasks(),
        Majority,
        all_vote,
        urn.clone(),
        [[80942, 0, 19058], [80864, 0, 19136], [80754, 0, 19246]],
    );
    let expected = [[57258, 31999, 10743], [57206, 31963, 10831], [56996, 32191, 10813]];
    together(Agents::identical(301, 0.45), Majority, SILENT, urn.clone(), expected);
    let expected = [[92064, 5725, 2211], [92041, 5796, 2163], [92062, 5793, 2145]];
    together(tasks(), three.clone(), SILENT, urn, expected);
    let expected = [[79262, 0, 20738], [79544, 0, 20456], [79663, 0, 20337]];
    together(different(), Majority, all_vote, copula.clone(), expected);
    let expected = [[58910, 36292, 4798], [58974, 36173, 4853], [59345, 35770, 4885]];
    together(Agents::identical(301, 0.45), Majority, SILENT, copula.clone(), expected);
    together(tasks(), three, SILENT, copula, [[94091, 4371, 1538], [94263, 4237, 1500], [94235, 4292, 1473]]);
}

/// The answer with most votes, replicas that fail, and weights: few agents and many, with answers that are picked and
/// without.
#[test]
fn other_verdicts() {
    let picking = Failures { wrong_answers: among(3), ..SILENT };
    let expected = [[56873, 20855, 22272], [56845, 21004, 22151], [56833, 20774, 22393]];
    pinned(Agents::identical(4, 0.5), Plurality::new(), SILENT, expected);
    let expected = [[49909, 12674, 37417], [49758, 12957, 37285], [50150, 12589, 37261]];
    pinned(Agents::identical(12, 0.6), Plurality::new(), SILENT, expected);
    let expected = [[78206, 11766, 10028], [78201, 11829, 9970], [78203, 11812, 9985]];
    pinned(Agents::identical(12, 0.6), Plurality::new(), picking, expected);
    let expected = [[68554, 0, 31446], [68751, 0, 31249], [68627, 0, 31373]];
    pinned(Agents::identical(31, 0.3), Pbft::default(), Failures::default(), expected);
    let rates: Vec<f64> = (1..=9).map(|tenth| f64::from(tenth) / 10.0).collect();
    let expected = [[87789, 10026, 2185], [88010, 9876, 2114], [88208, 9747, 2045]];
    pinned(Agents::different(&rates[..4]), Weighted::new([3.0, 2.0, 2.0, 1.0]), SILENT, expected);
    let weights = [2.0, 1.0, 1.0, 2.0, 1.0, 0.5, 0.5, 1.0, 2.5];
    let expected = [[52267, 36975, 10758], [52590, 36650, 10760], [52618, 36506, 10876]];
    pinned(Agents::different(rates.clone()), Weighted::new(weights), SILENT, expected);
    let expected = [[52267, 47054, 679], [52590, 46712, 698], [52618, 46668, 714]];
    pinned(Agents::different(rates.clone()), Weighted::new(weights), picking, expected);
    let copula = Dependence::GaussianCopula { correlation: 0.4 };
    let expected = [[52837, 32332, 14831], [53367, 31752, 14881], [53355, 32167, 14478]];
    together(Agents::different(rates), Weighted::new(weights), SILENT, copula, expected);
}

/// One agent called again and again, alone and as the generator of a pipeline: decided by one byte, by tables, by votes
/// from some round on, and call by call.
#[test]
fn races() {
    let all_vote = Failures::default();
    let expected = [[91704, 0, 8296], [91728, 0, 8272], [91650, 0, 8350]];
    pinned(Agents::identical(1, 0.23), FirstTo::new(3), all_vote, expected);
    let expected = [[97372, 0, 2628], [97305, 0, 2695], [97443, 0, 2557]];
    pinned(Agents::identical(1, 0.23), AheadBy::new(3), all_vote, expected);
    let expected = [[85433, 4146, 10421], [85453, 4270, 10277], [85333, 4289, 10378]];
    pinned(Agents::identical(1, 0.4), Adaptive::new(0.95, 40), all_vote, expected);
    let long = AheadBy::new(20).with_max_calls(90);
    let expected = [[80085, 19915, 0], [80096, 19904, 0], [79824, 20176, 0]];
    pinned(Agents::identical(1, 0.45), long, SILENT, expected);
    let expected = [[93983, 0, 6017], [94115, 0, 5885], [93988, 0, 6012]];
    pinned(Agents::identical(1, 0.4), AheadBy::new(3), SILENT, expected);
    let beta = Dependence::BetaBinomial { correlation: 0.3 };
    let adaptive = Adaptive::new(0.9, 15);
    let expected = [[73338, 2675, 23987], [73350, 2671, 23979], [73604, 2725, 23671]];
    together(Agents::identical(1, 0.4), adaptive, SILENT, beta.clone(), expected);
    let judge = Judge::Rates { accepts_correct: 0.7, accepts_wrong: 0.2, repairs: 0.1 };
    let pipeline = Validated::new(judge).with_attempts(3).with_vote(adaptive);
    let expected = [[94481, 3915, 1604], [94673, 3694, 1633], [94405, 3947, 1648]];
    pinned(Agents::identical(1, 0.4), pipeline.clone(), SILENT, expected);
    let expected = [[79920, 10332, 9748], [79541, 10529, 9930], [80102, 10300, 9598]];
    together(Agents::identical(1, 0.4), pipeline, SILENT, beta, expected);
}

/// Answers that pass a validator before they vote.
#[test]
fn filters() {
    let filter = Filter { accepts_correct: 0.9, accepts_wrong: 0.25 };
    let cases = [
        (3, Dependence::Independent, [[56165, 42792, 1043], [56076, 42904, 1020], [56068, 42901, 1031]]),
        (11, Dependence::Independent, [[60664, 39334, 2], [60651, 39347, 2], [60733, 39264, 3]]),
        (
            11,
            Dependence::BetaBinomial { correlation: 0.2 },
            [[57768, 42220, 12], [57774, 42207, 19], [57724, 42265, 11]],
        ),
        (
            300,
            Dependence::GaussianCopula { correlation: 0.2 },
            [[60674, 39326, 0], [60690, 39310, 0], [61060, 38940, 0]],
        ),
    ];
    for (agents, dependence, expected) in cases {
        let scenario = Scenario::new(Agents::identical(agents, 0.4), Majority);
        let scenario =
            scenario.and_then(|scenario| scenario.with_failures(SILENT)?.with_dependence(dependence.clone()));
        let scenario = scenario.and_then(|scenario| scenario.with_filter(filter)).expect("a scenario");
        assert_eq!(
            [0, 42, u64::MAX].map(|seed| counts(&scenario, seed)),
            expected,
            "{agents} {dependence:?}"
        );
    }
}

/// Stages of a cascade, groups of a copula, and calls that share a rate of the agent.
#[test]
fn teams() {
    let stages = [Stage::new(2, Unanimous), Stage::new(3, Majority)];
    let rates = [0.5, 0.1, 0.3, 0.1, 0.45];
    let groups = Dependence::GroupedCopula { correlation: 0.2, within: 0.7, groups: vec![2, 3] };
    let urn = Dependence::BetaBinomial { correlation: 0.3 };
    pinned(
        Agents::different(rates),
        Cascade::new(stages.clone()),
        SILENT,
        [[88718, 5912, 5370], [88388, 6064, 5548], [88594, 5992, 5414]],
    );
    together(
        Agents::different(rates),
        Majority,
        SILENT,
        groups.clone(),
        [[78915, 14375, 6710], [79015, 14354, 6631], [78982, 14203, 6815]],
    );
    together(
        Agents::different(rates),
        Cascade::new(stages.clone()),
        SILENT,
        groups,
        [[82099, 7911, 9990], [82273, 7884, 9843], [82017, 7931, 10052]],
    );
    together(
        Agents::identical(5, 0.3),
        Cascade::new(stages),
        SILENT,
        urn,
        [[77573, 8978, 13449], [77415, 8974, 13611], [77393, 9004, 13603]],
    );
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.15, repairs: 0.2 };
    let pipeline = Validated::new(judge).with_attempts(3).with_vote(Majority);
    for (model, expected) in [
        (Dependence::Independent, [[85398, 10453, 4149], [85149, 10566, 4285], [85351, 10441, 4208]]),
        (
            Dependence::BetaBinomial { correlation: 0.2 },
            [[82813, 11982, 5205], [83076, 11758, 5166], [82958, 11930, 5112]],
        ),
        (
            Dependence::GaussianCopula { correlation: 0.2 },
            [[83563, 11520, 4917], [83731, 11362, 4907], [83769, 11479, 4752]],
        ),
    ] {
        let builder = Scenario::builder(Agents::identical(3, 0.4), pipeline.clone()).failures(SILENT);
        let scenario = builder.dependence(model).repeats(0.6).build().expect("a scenario");
        assert_eq!([0, 42, u64::MAX].map(|seed| counts(&scenario, seed)), expected);
    }
}
