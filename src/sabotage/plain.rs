//! Breaks that bias a share: the more trials, the surer they are caught.

use super::kernels::{Units, groups, never_wrong, of_counts, picks, plan, sizes, stages, voting, widest};
use super::laws::{
    Law, at_least, beta_binomial, both, decided, independent, plurality, with_a_pair,
    without_the_second_level,
};
use super::{AGENTS, ALARM, RATE, SEED, assert_power, is_caught, majority};
use crate::crosscheck::FALSE_ALARM_RATE;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::broken::Break;
use crate::monte_carlo::criterion::{Criterion, WrongWhen};
use crate::monte_carlo::units::Plan;
use crate::outcome::Counts;
use crate::scenario::scheme::{Cascade, Plurality, Stage, Unanimous};
use crate::scenario::{Agents, Dependence, Failures, Scenario, Ties, WrongAnswers};
use kofn_testing::rejection::{Rule, binomial};

/// Trials in a unit, unless it matters.
const UNIT: u64 = 1 << 12;

/// Number of votes that are more than half of all agents.
fn quorum(agents: usize) -> usize {
    agents / 2 + 1
}

/// Trials of a broken plan are independent, and end in each outcome by a law of their own.
fn assert_plan_caught(what: &str, scenario: &Scenario, exact: [f64; 3], law: [f64; 3], broken: &Plan) {
    assert_power(
        what,
        scenario,
        1,
        |rule, trials| rule.missed(trials, exact, trials, law, 1),
        |trials, seed| Units::new(broken, trials, seed).estimate(None).unwrap(),
    );
}

/// The same for a majority of eleven, of whom as many are correct as this law says.
fn assert_votes_caught(what: &str, law: &Law, break_it: impl Fn(&mut Plan)) {
    let scenario = majority(AGENTS, RATE);
    let exact = decided(&independent(AGENTS, RATE), quorum(AGENTS));
    let mut broken = plan(&scenario, UNIT);
    break_it(&mut broken);
    assert_plan_caught(what, &scenario, exact, decided(law, quorum(AGENTS)), &broken);
}

#[test]
fn a_rate_too_high_or_too_low_is_caught() {
    for (what, bias) in [("rate + 0.003", 0.003), ("rate - 0.003", -0.003)] {
        let rate = RATE + bias;
        let wrong = plan(&majority(AGENTS, rate), UNIT);
        assert_votes_caught(what, &independent(AGENTS, rate), |plan| *plan = wrong.clone());
    }
}

/// The quorum of correct agents is one too high; that of wrong agents is one too low.
#[test]
fn a_quorum_off_by_one_is_caught() {
    let scenario = majority(AGENTS, RATE);
    let votes = independent(AGENTS, RATE);
    let mut broken = plan(&scenario, UNIT);
    assert!(Break::Quorum.apply(&mut broken));
    let [exact, law] = [0, 1].map(|more| decided(&votes, quorum(AGENTS) + more));
    assert_plan_caught("quorum off by one", &scenario, exact, law, &broken);
}

/// A tie of the right and the wrong answer is not drawn: the right one is given.
#[test]
fn a_tie_given_to_the_right_answer_is_caught() {
    let (agents, rate) = (12, 0.4);
    let drawn = Plurality::new().with_ties(Ties::Random);
    let scenario = Scenario::new(Agents::identical(agents as u64, rate), drawn).unwrap();
    let correct = independent(agents, rate);
    let [half, more] = [0, 1].map(|more| at_least(&correct, agents / 2 + more));
    let mut broken = plan(&scenario, UNIT);
    let half_of_agents = agents as u32 / 2;
    voting(&mut broken).criterion =
        Criterion::Quorum { quorum: half_of_agents, wrong: WrongWhen::FewerCorrect(half_of_agents) };
    let exact = [(half + more) / 2.0, 0.0, 1.0 - (half + more) / 2.0];
    let what = "tie given to the right answer, n = 12, f = 0.4";
    assert_plan_caught(what, &scenario, exact, [half, 0.0, 1.0 - half], &broken);
}

/// Of each wrong answer twice as many votes are counted as it has.
#[test]
fn wrong_answers_counted_twice_are_caught() {
    let (agents, rate, collision, discount) = (7, 0.4, 0.6, 0.2);
    let law = WrongAnswers::Open { collision, discount };
    let scenario = Scenario::new(Agents::identical(agents as u64, rate), Plurality::new()).unwrap();
    let scenario = scenario.with_failures(Failures::default().with_wrong_answers(law)).unwrap();
    let mut broken = plan(&scenario, UNIT);
    for leader in picks(&mut broken).together.iter_mut().flat_map(|gathering| &mut gathering.leaders) {
        leader.votes *= 2;
    }
    let [exact, law] = [1, 2].map(|times| plurality(agents, rate, (collision, discount), times));
    assert_plan_caught(
        "votes of wrong answers counted double, n = 7, f = 0.4",
        &scenario,
        exact,
        law,
        &broken,
    );
}

/// Half of the votes are enough. Agents may be silent, so that trials without a tie can abstain, too.
#[test]
fn a_tie_that_succeeds_is_caught() {
    let (agents, rate, hallucination) = (12, 0.4, 0.6);
    let silent = Failures { hallucination, crash: 1.0 - hallucination, ..Failures::default() };
    let scenario = majority(agents, rate).with_failures(silent).unwrap();
    let correct = independent(agents, rate);
    let wrong = at_least(&independent(agents, 1.0 - rate * hallucination), quorum(agents));
    let of_quorum = |quorum| {
        let correct = at_least(&correct, quorum);
        [correct, 1.0 - correct - wrong, wrong]
    };
    let mut broken = plan(&scenario, UNIT);
    *super::kernels::quorum(&mut broken) -= 1;
    let [exact, law] = [quorum(agents), agents / 2].map(of_quorum);
    let what = "tie that succeeds, n = 12, f = 0.4, two in five failures silent";
    assert_plan_caught(what, &scenario, exact, law, &broken);
}

/// In the first group the draw of one agent decides for another one too. Each alone still fails at its rate.
#[test]
fn two_agents_sharing_a_stream_are_caught() {
    let scenario = majority(AGENTS, RATE);
    let sizes = sizes(&mut plan(&scenario, UNIT));
    let paired = sizes[0];
    let law = sizes.iter().fold(vec![1.0], |law, group| {
        both(&law, &if *group == paired { with_a_pair(group.1, RATE) } else { independent(group.1, RATE) })
    });
    assert_votes_caught("two agents sharing a stream", &law, |plan| {
        assert!(Break::SharedStream.apply(plan));
    });
}

/// Undecided bytes go to the level after next.
#[test]
fn a_skipped_level_of_the_decoder_is_caught() {
    let sizes = sizes(&mut plan(&majority(AGENTS, RATE), UNIT));
    let of_group = |law: Law, group: &(usize, usize)| both(&law, &without_the_second_level(group.1, RATE));
    let law = sizes.iter().fold(vec![1.0], of_group);
    assert_votes_caught("one level of the decoder skipped", &law, |plan| {
        assert!(groups(plan).built.iter().all(|decoder| decoder.levels.len() > 2));
        assert!(Break::SkippedLevel.apply(plan));
    });
}

/// Without the third level P(correct) of five agents is off by 4·10⁻⁴, which 2²⁷ trials show as seventeen standard
/// deviations.
#[test]
fn a_skipped_third_level_is_caught_too() {
    let scenario = majority(5, RATE);
    let mut broken = plan(&scenario, 1 << 15);
    let trials = 1 << 27;
    for decoder in &mut groups(&mut broken).built {
        decoder.levels.remove(2);
    }
    assert!(is_caught(
        &scenario,
        &Units::new(&broken, trials, SEED).estimate(None).unwrap(),
        FALSE_ALARM_RATE
    ));
}

/// A correlation a twentieth too strong.
#[test]
fn too_much_correlation_is_caught() {
    let with = |correlation| {
        let scenario = majority(AGENTS, RATE).with_dependence(Dependence::BetaBinomial { correlation });
        (scenario.unwrap(), decided(&beta_binomial(AGENTS, RATE, correlation), quorum(AGENTS)))
    };
    let ((scenario, exact), (wrong, law)) = (with(0.3), with(0.3 * 1.05));
    assert_plan_caught("beta-binomial correlation 0.315 for 0.3", &scenario, exact, law, &plan(&wrong, UNIT));
}

/// A unanimous vote of two agents, then one of three.
#[test]
fn stages_that_are_skipped_or_asked_too_often_are_caught() {
    let cascade = Cascade::new([Stage::new(2, Unanimous), Stage::new(3, Unanimous)]);
    let scenario = Scenario::new(Agents::identical(5, RATE), cascade).unwrap();
    let unanimous = |agents: usize| {
        let votes = independent(agents, RATE);
        [votes[agents], votes[1..agents].iter().sum(), votes[0]]
    };
    let [first, second] = [2, 3].map(unanimous);
    // The first stage ends the cascade, or the second where it is asked.
    let after = |first: [f64; 3], asked: f64| {
        [first[0] + asked * second[0], asked * second[1], first[2] + asked * second[2]]
    };
    let exact = after(first, first[1]);
    let sound = plan(&scenario, UNIT);
    let caught = |what: &str, law: [f64; 3], break_it: &dyn Fn(&mut Vec<Ballot>)| {
        let mut broken = sound.clone();
        break_it(stages(&mut broken));
        assert_plan_caught(what, &scenario, exact, law, &broken);
    };
    caught("first of two stages skipped", second, &|stages| drop(stages.remove(0)));
    caught("second of two stages skipped", first, &|stages| drop(stages.remove(1)));
    let asked = first[1] + first[2];
    caught(
        "second stage asked where the first was wrong too",
        after([first[0], 0.0, 0.0], asked),
        &|stages| {
            never_wrong(&mut stages[0]);
        },
    );
}

/// The byte that counts correct agents wraps at 256. Of 301 agents, 256 are hardly ever correct; where they are, the
/// vote is lost.
#[test]
fn a_counter_that_wraps_at_a_byte_is_caught() {
    let agents = 301;
    let scenario = majority(agents, RATE);
    let votes = independent(agents, RATE);
    let exact = decided(&votes, quorum(agents));
    let lost = at_least(&votes, 256) + exact[2];
    let mut broken = plan(&scenario, UNIT);
    // Groups claim to add less than they do, so that the kernel never empties the byte.
    for run in &mut groups(&mut broken).runs {
        run.size = 1;
    }
    let what = "counter that wraps at a byte, n = 301";
    assert_plan_caught(what, &scenario, exact, [1.0 - lost, 0.0, lost], &broken);
}

/// Probability that wrapped counts are accepted. Accepted counts are below the wrap; for the numbers of trials that are
/// tried here, counts that wrap are far from them.
fn missed_by_wrapping(rule: Rule, trials: u64, exact: [f64; 3], wrap: u64) -> f64 {
    let accepted = rule.accepted(trials, exact[0]);
    assert!(trials < wrap || trials - wrap < *accepted.start());
    let wrong = rule.accepted(trials, exact[2]);
    let kept = *accepted.start()..=(wrap - 1).min(*accepted.end());
    kept.filter(|count| wrong.contains(&(trials - count)))
        .map(|count| binomial(trials, count, exact[0]))
        .sum()
}

/// The tally of correct trials is right until it wraps, here at 2¹⁶; at 2³², the same sum says, a ten-thousandth more
/// trials than take it there on average are missed as seldom.
#[test]
fn a_tally_that_wraps_is_caught() {
    let wrap = 1 << 16;
    let scenario = majority(AGENTS, RATE);
    let sound = plan(&scenario, UNIT);
    let exact = decided(&independent(AGENTS, RATE), quorum(AGENTS));
    let missed = |rule, trials| missed_by_wrapping(rule, trials, exact, wrap);
    let trials = |wrap: u64| (wrap as f64 * 1.0001 / exact[0]) as u64;
    assert!(missed_by_wrapping(Rule::at(FALSE_ALARM_RATE), trials(1 << 32), exact, 1 << 32) <= ALARM);
    assert_power("tally that wraps at 2^16", &scenario, 1, missed, |trials, seed| {
        let mut counts = Units::new(&sound, trials, seed).estimate(None).unwrap().counts;
        counts.correct %= wrap;
        of_counts(trials, seed, counts)
    });
}

/// The trials beyond the requested number are counted as well: some hundreds, or a few, of the last unit.
#[test]
fn an_unmasked_last_unit_is_caught() {
    let scenario = majority(AGENTS, RATE);
    let sound = plan(&scenario, UNIT);
    let exact = decided(&independent(AGENTS, RATE), quorum(AGENTS));
    let whole = 40 * UNIT;
    // The more trials are not masked, the surer it is caught: `excess` trials of forty units.
    assert_power(
        "unmasked last unit, beyond the last of 163840 trials",
        &scenario,
        1,
        |rule, excess| rule.missed(whole - excess, exact, whole, exact, 1),
        |excess, seed| {
            Units { masked: false, ..Units::new(&sound, whole - excess, seed) }.estimate(None).unwrap()
        },
    );
}

/// The counters of the last 64 trials of a unit go on from what they were at the end of the unit before: these trials
/// are then as good as never lost (one in a million in the second unit, and ever fewer later, which the prediction
/// leaves out), so that a part of the failures is missing.
#[test]
fn counters_that_are_not_cleared_are_caught() {
    let unit = 1 << 10;
    let scenario = majority(AGENTS, RATE);
    let sound = plan(&scenario, unit);
    let exact = decided(&independent(AGENTS, RATE), quorum(AGENTS));
    assert!(1.0 - at_least(&independent(2 * AGENTS, RATE), quorum(AGENTS)) < 1e-6);
    let missed = |rule: Rule, trials: u64| {
        let stale = 64 * (trials / unit - 1);
        let [failures, correct] = [exact[2], exact[0]].map(|probability| rule.accepted(trials, probability));
        let accepted = failures.filter(|count| correct.contains(&(trials - count)));
        accepted.map(|count| binomial(trials - stale, count, exact[2])).sum()
    };
    assert_power("one counter in sixteen not cleared", &scenario, unit, missed, |trials, seed| {
        let mut before = [0; 64];
        let counts = Units::new(&sound, trials, seed).counted_by(widest(), |mut counts, buffers| {
            for (before, trial) in before.iter_mut().zip(unit as usize - 64..) {
                let fresh = buffers.correct(trial);
                *before += fresh;
                let saved = fresh < quorum(AGENTS) as u32 && *before >= quorum(AGENTS) as u32;
                counts.correct += u64::from(saved);
                counts.wrong -= u64::from(saved);
            }
            counts
        });
        of_counts(trials, seed, counts)
    });
}

/// Each part of a run stops at its tenth failure, after N of its trials, and reports ten in N for all its 512: 11 % too
/// many on average, because a part with early failures counts for as much as one with late ones. (9 in N − 1 would be
/// right.)
#[test]
fn stopping_at_a_failure_is_caught() {
    let (stop, part) = (10_u64, 512_u64);
    let scenario = majority(AGENTS, RATE);
    let sound = plan(&scenario, UNIT);
    let exact = decided(&independent(AGENTS, RATE), quorum(AGENTS));
    let reported = |last: u64| (part * stop).div_ceil(last).min(part);
    // The tenth failure is the last of `last` trials: nine are among the others.
    let mut of_part = vec![0.0; part as usize + 1];
    for last in stop..=UNIT {
        of_part[reported(last) as usize] += binomial(last - 1, stop - 1, exact[2]) * exact[2];
    }
    let missed = |rule: Rule, trials: u64| {
        let [failures, correct] = [exact[2], exact[0]].map(|probability| rule.accepted(trials, probability));
        let law = sum_of(&of_part, trials / part);
        failures.filter(|count| correct.contains(&(trials - count))).map(|count| law.at(count)).sum()
    };
    assert_power("stopping at the tenth failure of every part", &scenario, part, missed, |trials, seed| {
        let counts = Units::new(&sound, trials / part * UNIT, seed).counted_by(widest(), |_, buffers| {
            let mut failures =
                (0..UNIT).filter(|&trial| buffers.correct(trial as usize) < quorum(AGENTS) as u32);
            let wrong = failures.nth(stop as usize - 1).map_or(0, |last| reported(last + 1));
            Counts { correct: part - wrong, abstain: 0, wrong }
        });
        of_counts(trials, seed, counts)
    });
}

/// The law of an integer, from the first one that is worth mentioning.
#[derive(Clone)]
struct Window {
    start: u64,
    law: Law,
}

impl Window {
    /// Leaves out what is less likely than 10⁻²⁰ at both ends.
    fn new(start: u64, mut law: Law) -> Self {
        let negligible = |probability: &f64| *probability < 1e-20;
        let skipped = law.iter().take_while(|probability| negligible(probability)).count();
        law.drain(..skipped);
        while law.last().is_some_and(negligible) {
            law.pop();
        }
        Self { start: start + skipped as u64, law }
    }

    fn at(&self, number: u64) -> f64 {
        number.checked_sub(self.start).and_then(|at| self.law.get(at as usize)).copied().unwrap_or(0.0)
    }
}

/// The law of the sum of `terms` integers of one law, by repeated doubling.
fn sum_of(law: &[f64], mut terms: u64) -> Window {
    let add = |one: &Window, other: &Window| Window::new(one.start + other.start, both(&one.law, &other.law));
    let mut power = Window::new(0, law.to_vec());
    let mut sum = Window::new(0, vec![1.0]);
    while terms > 0 {
        if terms % 2 == 1 {
            sum = add(&sum, &power);
        }
        power = add(&power, &power);
        terms /= 2;
    }
    sum
}
