//! Closed form and simulation agree where wrong answers repeat each other, ties are drawn and votes can be too few.
//! Where one of them answers a neighboring question instead, they do not.

use super::schemes::{FILTERS, MODELS, kinds_of_agents, scenario};
use super::{FAMILY_WISE_FALSE_ALARM_RATE, assert_all_agree, assert_caught};
use kofn::crosscheck::compare;
use kofn::monte_carlo::{SimulationOptions, simulate};
use kofn::scenario::scheme::{
    Cascade, Judge, KOfN, Majority, Plurality, Scheme, Stage, Unanimous, Validated, Weighted,
};
use kofn::scenario::{Agents, Fallback, Ties, WrongAnswers};
use kofn::{Exact, Scenario, assess};
use kofn_testing::rejection::Rule;
use kofn_testing::{failures, open, unequal};

/// Seed of the first scenario; those after it have the following ones.
const SEED: u64 = 424_242;

/// Trials of each scenario: a bias of 1.2 percentage points shows wherever the reliability lies.
const TRIALS: u64 = 1 << 18;

/// With and without a discount, below and above a half, few answers and many.
const LAWS: [WrongAnswers; 7] = [
    open(0.6, 0.2),
    open(0.3, 0.0),
    open(0.8, 0.75),
    open(0.05, 0.1),
    unequal(3, 0.5),
    unequal(2, 0.9),
    unequal(1 << 40, 0.2),
];

fn drawn() -> Plurality {
    Plurality::new().with_ties(Ties::Random)
}

/// Votes of this many agents, at least 3, in which it matters how often wrong agents agree.
fn votes(agents: u64) -> Vec<Scheme> {
    let weights: Vec<f64> = (0..agents).map(|agent| 1.0 + (agent % 3) as f64).collect();
    let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 0.3 };
    let validated = Validated::new(judge).with_attempts(2).with_fallback(Fallback::Keep);
    vec![
        Plurality::new().into(),
        drawn().into(),
        drawn().with_min_votes(agents / 2 + 1).into(),
        Majority.into(),
        KOfN { k: agents / 2 + 1 }.into(),
        Weighted::new(weights).into(),
        validated.with_vote(drawn()).into(),
        Cascade::new([Stage::new(2, Unanimous), Stage::new(agents - 2, drawn())]).into(),
    ]
}

/// Every vote with every kind of agents, every model and both filters; laws, with silent agents and without, take
/// turns.
fn grid() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (row, agents) in [4, 7].into_iter().flat_map(kinds_of_agents).enumerate() {
        for (column, scheme) in votes(agents.count()).into_iter().enumerate() {
            for (turn, model) in MODELS.into_iter().enumerate() {
                let at = row + 3 * column + turn;
                let shares = [[1.0, 0.0, 0.0], [0.6, 0.25, 0.15]][(row + turn) % 2];
                let mode = failures(shares, LAWS[at % LAWS.len()]);
                let filter = FILTERS[(column + turn / 2) % 2];
                scenarios.extend(scenario(agents.clone(), scheme.clone(), mode, model, filter));
            }
        }
    }
    scenarios
}

/// More agents than a byte seats, half of them wrong.
fn many() -> Vec<Scenario> {
    let votes: [Scheme; 3] = [Plurality::new().into(), drawn().into(), Majority.into()];
    let of = |(agents, law): (u64, WrongAnswers)| {
        let mode = failures([1.0, 0.0, 0.0], law);
        let of_vote = |vote: &Scheme| {
            scenario(Agents::identical(agents, 0.6), vote.clone(), mode, MODELS[0].clone(), None)
        };
        votes.iter().filter_map(of_vote).collect::<Vec<_>>()
    };
    let laws = [LAWS[0], LAWS[1], LAWS[2], LAWS[4], LAWS[6]];
    laws.into_iter().flat_map(|law| [(18, law), (31, law)]).flat_map(of).collect()
}

#[test]
fn closed_form_and_simulation_agree() {
    let grid = grid();
    assert!(grid.len() >= 150, "{} scenarios", grid.len());
    assert_all_agree(&grid, SEED, TRIALS);
}

#[test]
fn closed_form_and_simulation_agree_with_many_agents() {
    assert_all_agree(&many(), SEED, TRIALS / 4);
}

/// Ties that are drawn, and votes that are too few, of laws that have no collision.
#[test]
fn ties_and_few_votes_of_other_laws() {
    let laws = [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(3)];
    let mut scenarios = Vec::new();
    for (turn, agents) in [2, 4, 12].into_iter().flat_map(kinds_of_agents).enumerate() {
        for (place, law) in laws.into_iter().enumerate() {
            let vote = drawn().with_min_votes(1 + (turn + place) as u64 % agents.count());
            for shares in [[1.0, 0.0, 0.0], [0.5, 0.25, 0.25]] {
                let model = MODELS[(turn + place) % MODELS.len()].clone();
                scenarios.extend(scenario(agents.clone(), vote.into(), failures(shares, law), model, None));
            }
        }
    }
    assert_all_agree(&scenarios, SEED, TRIALS);
}

fn of(count: u64, rate: f64, vote: impl Into<Scheme>, law: WrongAnswers) -> Scenario {
    let scenario = Scenario::new(Agents::identical(count, rate), vote).expect("a scenario");
    scenario.with_failures(failures([1.0, 0.0, 0.0], law)).expect("failures")
}

/// With the same collision, a discount makes three that agree rarer. It is caught by as many trials as the rule says:
/// they miss it with a probability of at most 10⁻⁹.
#[test]
fn a_discount_that_is_ignored_is_caught() {
    for (agents, trials) in [(5, 1 << 17), (11, 1 << 16), (25, 1 << 16)] {
        let [asked, ignored] =
            [0.4, 0.0].map(|discount| of(agents, 0.6, Plurality::new(), open(0.6, discount)));
        let [exact, broken] = [&asked, &ignored].map(|scenario| assess(scenario).expect("an answer"));
        let law = |exact: &Exact| [exact.correct, exact.abstain, exact.wrong];
        let rule = Rule::at(FAMILY_WISE_FALSE_ALARM_RATE);
        let missed = rule.missed(trials, law(&exact), trials, law(&broken), 1);
        assert!(missed <= 1e-9, "{agents} agents: {missed}");
        let run = SimulationOptions::new(trials, SEED);
        let agrees = |scenario| {
            let estimate = simulate(scenario, run).expect("a simulation");
            compare(&exact, &estimate, FAMILY_WISE_FALSE_ALARM_RATE).agrees()
        };
        assert_eq!((agrees(&asked), agrees(&ignored)), (true, false), "{agents} agents");
    }
}

#[test]
fn a_law_of_other_answers_is_caught() {
    let asked = of(6, 0.7, Plurality::new(), unequal(2, 0.6));
    for (what, neighbor) in [
        ("answers equally likely", WrongAnswers::Among(2)),
        ("an answer more", unequal(3, 0.6)),
        ("answers without end", open(0.6, 0.0)),
    ] {
        assert_caught(what, &asked, &of(6, 0.7, Plurality::new(), neighbor));
    }
}

#[test]
fn ties_that_are_not_drawn_and_votes_off_by_one_are_caught() {
    for law in [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(3), open(0.6, 0.2)] {
        let abstaining = of(4, 0.5, Plurality::new(), law);
        assert_caught("ties that abstain", &of(4, 0.5, drawn(), law), &abstaining);
        let silent = |votes| {
            let scenario = of(5, 0.5, drawn().with_min_votes(votes), law);
            scenario.with_failures(failures([0.5, 0.5, 0.0], law)).expect("failures")
        };
        assert_caught("a vote less than asked", &silent(4), &silent(3));
    }
}
