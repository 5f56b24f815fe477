//! Wrong answers that repeat each other more or less often, ties that are drawn, and votes that are too few.

use super::filters::{all_votes, filtered};
use super::*;
use kofn::scenario::scheme::{Cascade, Judge, Plurality, Stage, Validated, Weighted};
use kofn::scenario::{Fallback, Ties};
use kofn_testing::{open, unequal};

/// With and without a discount, near every corner and at some.
const LAWS: [WrongAnswers; 13] = [
    open(0.6, 0.2),
    open(0.25, 0.0),
    open(0.97, 0.75),
    open(1e-9, 0.5),
    open(1.0 - 1e-12, 0.3),
    open(0.5, 1.0 - f64::EPSILON),
    open(1.0, 0.4),
    unequal(2, 0.75),
    unequal(3, 0.5),
    unequal(4, 0.25 + 1e-8),
    unequal(4, 0.25),
    unequal(3, 1.0 - f64::EPSILON / 2.0),
    unequal(1 << 62, 0.3),
];

const FEW_LAWS: [WrongAnswers; 3] = [LAWS[0], LAWS[1], LAWS[8]];

const OLD_LAWS: [WrongAnswers; 4] =
    [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(2), WrongAnswers::Among(3)];

/// Each of these laws, where all agents vote and where some do not.
fn failing(laws: &[WrongAnswers]) -> Vec<Failures> {
    let of = |law: &WrongAnswers| [[1.0, 0.0, 0.0], [0.6, 0.25, 0.15]].map(|shares| failures(shares, *law));
    laws.iter().flat_map(of).collect()
}

/// Pluralities with every parameter.
fn pluralities(agents: u64) -> Vec<Scheme> {
    let with = |ties| (1..=agents).map(move |votes| Plurality::new().with_ties(ties).with_min_votes(votes));
    [Ties::Abstain, Ties::Random].into_iter().flat_map(with).map(Scheme::from).collect()
}

fn every_vote(agents: u64) -> Vec<Scheme> {
    let thirds = Weighted::new((1..=agents).map(|weight| (weight / 2 + 1) as f64).collect::<Vec<_>>());
    all_votes(agents).into_iter().chain(pluralities(agents)).chain([thirds.into()]).collect()
}

#[test]
fn votes_of_identical_agents() {
    let rates = [0.5, 0.23, 1e-9, 1.0 - f64::EPSILON / 2.0];
    compare_all(&every(identical(1..=4, &rates), &failing(&LAWS), every_vote));
    compare_all(&every(identical(5..=5, &[0.4]), &failing(&FEW_LAWS), every_vote));
}

#[test]
fn votes_of_agents_of_every_kind() {
    let different = different().filter(|agents| agents.count() <= 4);
    compare_all(&every(different.chain(on_tasks(2..=3)), &failing(&FEW_LAWS), every_vote));
}

#[test]
fn ties_and_few_votes_of_other_laws() {
    let agents = identical(1..=5, &[0.5, 0.23, 1e-200]).into_iter().chain(different());
    compare_all(&every(agents.filter(|agents| agents.count() <= 5), &failing(&OLD_LAWS), pluralities));
    let many = identical(13..=13, &[0.23, 0.8]).into_iter().chain(identical(20..=20, &[0.5]));
    compare_all(&every(many, &failing(&OLD_LAWS[..3]), |_| {
        let drawn = Plurality::new().with_ties(Ties::Random);
        vec![Scheme::from(drawn), drawn.with_min_votes(7).into()]
    }));
}

#[test]
fn agents_that_depend_on_each_other() {
    let agents = [
        Agents::identical(4, 0.2),
        Agents::different([0.25, 0.2, 1.0]),
        Agents::by_task(3, [TaskClass::new(1.0, 0.23), TaskClass::new(2.5, 1.0)]),
    ];
    compare_all(&with_causes(&[0.0, 0.05, 0.2], &every(agents, &failing(&FEW_LAWS), every_vote)));
    let scenarios = every(identical(3..=4, &[0.23, 1e-9]), &failing(&FEW_LAWS), every_vote);
    compare_all(&with_urns(&[1e-9, 0.3, 1.0 - f64::EPSILON / 2.0], &scenarios));
}

#[test]
fn filters_pipelines_and_cascades() {
    let three = every(identical(3..=3, &[0.4]), &failing(&FEW_LAWS), every_vote);
    let filters = [[0.95, 0.1], [0.3, 0.8], [1e-9, 1.0]];
    let of = |filter| three.iter().map(move |scenario| filtered(scenario.clone(), filter));
    compare_all(&filters.into_iter().flat_map(of).collect::<Vec<_>>());
    let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 0.3 };
    let around = |vote: Scheme| -> Scheme {
        Validated::new(judge).with_attempts(2).with_fallback(Fallback::Keep).with_vote(vote).into()
    };
    let pipelines = every(identical(3..=3, &[0.4]), &failing(&FEW_LAWS), |agents| {
        every_vote(agents).into_iter().map(around).collect()
    });
    compare_all(&pipelines);
    compare_all(&with_urns(&[0.3], &pipelines));
    let drawn = Plurality::new().with_ties(Ties::Random);
    let cascades = |_| -> Vec<Scheme> {
        vec![
            Cascade::new([Stage::new(2, Unanimous), Stage::new(3, drawn.with_min_votes(2))]).into(),
            Cascade::new([Stage::new(3, Majority), Stage::new(2, drawn)]).into(),
        ]
    };
    let agents = [Agents::identical(5, 0.4), Agents::different([0.3, 0.6, 0.2, 0.5, 0.1])];
    compare_all(&with_causes(&[0.0, 0.05], &every(agents, &failing(&FEW_LAWS), cascades)));
    let in_urns = every(identical(5..=5, &[0.4]), &failing(&FEW_LAWS), cascades);
    compare_all(&with_urns(&[0.3], &in_urns));
}

/// Two agents agree as often as the collision says, and three as the law has it: all of them, two, and none.
#[test]
fn the_enumeration_knows_small_cases() {
    let (collision, discount) = (0.5, 0.25);
    let wrong = |agents, k| {
        let scenario = scenario(
            Agents::identical(agents, 1.0),
            KOfN { k },
            failures([1.0, 0.0, 0.0], open(collision, discount)),
        );
        enumerate(&scenario).wrong
    };
    use kofn_testing::fraction::Fraction;
    assert!(wrong(2, 2) == Fraction::from_double(collision));
    // θ = ½: a third repeats the answer of two with (2 − ¼)/(2 + ½), and joins one of two answers with twice ¾/2½.
    assert!(wrong(3, 3) == Fraction::new(7, 20));
    assert!(wrong(3, 2) == Fraction::new(4, 5));
}
