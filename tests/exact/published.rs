//! Tables that others have published, each within one unit of the last printed digit.

use crate::answer;
use kofn::Scenario;
use kofn::plan::smallest_margin;
use kofn::scenario::scheme::{Adaptive, AheadBy, Any, KOfN, Majority, Pbft, Scheme, Unanimous};
use kofn::scenario::{Agents, TaskClass};

/// Within one unit of the last printed digit: some published cells are truncated, not rounded.
fn assert_printed(computed: f64, printed: &str) {
    let (digits, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len() as i32);
    let unit = 10f64.powi(exponent.parse::<i32>().expect("an exponent") - decimals);
    let value: f64 = printed.parse().expect("a number");
    // The computed value has its own rounding; a millionth of a unit is more than enough for it.
    assert!((computed - value).abs() <= unit * (1.0 + 1e-6), "{computed:e} is printed as {printed}");
}

/// Ponnapalli et al., "Real Life Is Uncertain. Consensus Should Be Too!", HotOS 2025, table 2: Raft safe and live, in
/// per cent: a majority of replicas that each fail with this rate.
#[test]
fn raft() {
    let rates = [0.01, 0.02, 0.04, 0.08];
    let table = [
        (3, ["99.97", "99.88", "99.53", "98.18"]),
        (5, ["99.9990", "99.992", "99.94", "99.55"]),
        (7, ["99.99997", "99.9995", "99.992", "99.88"]),
        (9, ["99.999998", "99.99996", "99.9988", "99.97"]),
    ];
    for (replicas, row) in table {
        for (rate, printed) in rates.into_iter().zip(row) {
            assert_printed(100.0 * answer(Agents::identical(replicas, rate), Majority).correct, printed);
        }
    }
}

/// The same paper, table 1: PBFT with replicas that fail with 1 %, in per cent: safe, live, both. Wherever it is live
/// here it is safe, so that the last two are one. The quorums are the usual ones for each number of replicas.
///
/// The bound that is printed in theorem 3.1 has q_vc_t − q_vc where the authors' own code has q_vc − q_vc_t.
#[test]
fn pbft() {
    for (replicas, [q_eq, q_per, q_vc, q_vc_t], [safe, live_and_both]) in [
        (4, [3, 3, 3, 2], ["99.94", "99.94"]),
        (5, [4, 4, 4, 2], ["99.9990", "99.90"]),
        (7, [5, 5, 5, 3], ["99.997", "99.997"]),
        (8, [6, 6, 6, 3], ["99.99993", "99.995"]),
    ] {
        let agents = Agents::identical(replicas, 0.01);
        let exact = answer(agents.clone(), Pbft::new(q_eq, q_per, q_vc, q_vc_t));
        assert_printed(100.0 * (exact.correct + exact.abstain), safe);
        assert_printed(100.0 * exact.correct, live_and_both);
        assert_eq!(answer(agents, Pbft::default()), exact);
    }
}

/// The error rates of one step, and the margins that are printed for them.
const STEP_RATES: [f64; 9] = [0.3571, 0.0040, 0.0022, 0.0018, 0.1839, 0.0358, 0.2342, 0.0569, 0.0393];
const MARGINS: [u64; 9] = [29, 4, 3, 3, 12, 6, 15, 6, 6];

/// Steps that all must succeed, and how probable that is to be.
const STEPS: u64 = 1_048_575;
const TARGET: f64 = 0.95;

/// MAKER, arXiv 2511.09030, figure 6b: first to be ahead by the margin, so that 1,048,575 steps all succeed with
/// probability .95.
#[test]
fn margins_of_a_million_steps() {
    let all_succeed = |failure_rate, margin| {
        STEPS as f64 * answer(Agents::identical(1, failure_rate), AheadBy::new(margin)).ln_correct
    };
    for (failure_rate, printed) in STEP_RATES.into_iter().zip(MARGINS) {
        let smallest = (1..).find(|&margin| all_succeed(failure_rate, margin) >= TARGET.ln());
        assert_eq!(smallest, Some(printed), "{failure_rate}");
        let planned = smallest_margin(&step(failure_rate), STEPS, TARGET).expect("a margin");
        assert_eq!(planned.margin, printed, "{failure_rate}");
    }
    // The tenth row, of a model that never succeeds, has no margin.
    assert!(smallest_margin(&step(1.0), STEPS, TARGET).is_err());
}

fn step(failure_rate: f64) -> Scenario {
    Scenario::new(Agents::identical(1, failure_rate), AheadBy::new(1)).expect("a scenario")
}

/// The same paper: a step of margin k succeeds with 1/(1 + (f/(1−f))^k), after k(2P − 1)/(1 − 2f) calls on average.
#[test]
fn a_step_and_its_calls() {
    for (failure_rate, margin) in STEP_RATES.into_iter().zip(MARGINS) {
        let exact = answer(Agents::identical(1, failure_rate), AheadBy::new(margin));
        let odds = failure_rate / (1.0 - failure_rate);
        let failure = 1.0 / (1.0 + odds.powi(-(margin as i32)));
        let calls = margin as f64 * (1.0 - 2.0 * failure) / (1.0 - 2.0 * failure_rate);
        // The formula in doubles: the odds are within 2 eps, their power within 2k + 1, the quotient within 2 more.
        let bound = (2.0 * margin as f64 + 5.0) * f64::EPSILON;
        assert!((exact.failure / failure - 1.0).abs() <= bound, "{failure_rate}: {exact:?}");
        // 2f is a double, so that 1 − 2f has one rounding; of 1 − 2P the error of P is a millionth part.
        let error = (exact.expected.calls / calls - 1.0).abs();
        assert!(error <= 8.0 * f64::EPSILON, "{failure_rate}: {exact:?}");
        assert_eq!(exact.abstain, 0.0);
    }
}

/// Aggarwal et al., "Let's Sample Step by Step: Adaptive-Consistency", arXiv 2305.11860: stop when 1 − I_½(a+1, b+1) ≥
/// .95. Unanimous runs give .75 .875 .9375 .96875, so that .95 is reached by the fourth.
#[test]
fn early_stopping() {
    let calls = |confidence| {
        let exact = answer(Agents::identical(1, 0.0), Adaptive::new(confidence, 40));
        assert_eq!(exact.correct, 1.0);
        exact.expected.calls
    };
    for (number, confidence) in [(1.0, 0.75), (2.0, 0.875), (3.0, 0.9375), (4.0, 0.96875)] {
        assert_eq!(calls(confidence), number);
        assert_eq!(calls(f64::next_up(confidence)), number + 1.0);
    }
    assert_eq!(calls(0.95), 4.0);
    // Runs that are not unanimous take longer, and one in two that are wrong are as sure of themselves.
    let fair = answer(Agents::identical(1, 0.5), Adaptive::new(0.95, 40));
    assert!(fair.expected.calls > 4.0 && fair.correct == fair.wrong);
}

/// The textbooks' k-out-of-n systems: 3 of 4 components at .9, 2 of 3 at .9, .88 and .85, at least 2 of 3 that fail
/// with .2, which is .104 (a .112 in circulation is wrong). Majorities of voters who are right with .6: Condorcet,
/// "Essai sur l'application de l'analyse à la probabilité des décisions", 1785.
#[test]
fn classic_k_out_of_n() {
    assert_printed(answer(Agents::identical(4, 0.1), KOfN { k: 3 }).correct, "0.9477");
    assert_printed(answer(Agents::different([0.1, 0.12, 0.15]), KOfN { k: 2 }).correct, "0.9586");
    assert_printed(answer(Agents::different([0.1, 0.12, 0.15]), Majority).correct, "0.9586");
    assert_printed(answer(Agents::identical(3, 0.2), Majority).failure, "0.104");
    for (agents, printed) in [(3, ".648"), (5, ".68256"), (7, ".710208"), (9, ".7334323"), (11, ".7534981")] {
        assert_printed(answer(Agents::identical(agents, 0.4), Majority).correct, printed);
    }
}

/// The vignette of the R package PoissonBinomial: 61 agents, these success probabilities repeated so often.
#[test]
fn poisson_binomial_vignette() {
    let successes = [
        0.2655086631421,
        0.37212389963679016,
        0.5728533633518964,
        0.9082077899947762,
        0.2016819310374558,
        0.8983896849676967,
        0.9446752686053514,
        0.6607977924868464,
        0.6291140438988805,
        0.061786270467564464,
    ];
    let times = [3, 1, 5, 5, 10, 6, 10, 7, 9, 5];
    let rates: Vec<f64> =
        successes.iter().zip(times).flat_map(|(success, times)| vec![1.0 - success; times]).collect();
    let ask = |scheme: Scheme| answer(Agents::different(rates.clone()), scheme);
    assert_printed(ask(Any.into()).failure, "3.574462e-35");
    assert_printed(ask(Unanimous.into()).correct, "6.727527e-21");
    assert_printed(ask(KOfN { k: 31 }.into()).failure, "3.384269e-2");
    assert_printed(ask(KOfN { k: 36 }.into()).failure, ".4286383");
    let exactly_36 = ask(KOfN { k: 36 }.into()).correct - ask(KOfN { k: 37 }.into()).correct;
    assert_printed(exactly_36, ".1319896");
}

/// Whether the reliability of a majority of odd n rises (true) or falls from n to n + 2, each stretch once.
fn course(easy_share: f64, easy: f64, hard: f64) -> Vec<bool> {
    let tasks = [TaskClass::new(easy_share, 1.0 - easy), TaskClass::new(1.0 - easy_share, 1.0 - hard)];
    let reliability: Vec<f64> =
        (0..30).map(|half| answer(Agents::by_task(2 * half + 1, tasks.clone()), Majority).correct).collect();
    let mut rises: Vec<bool> = reliability.windows(2).map(|pair| pair[1] > pair[0]).collect();
    rises.dedup();
    rises
}

/// Chen et al., arXiv 2403.02419: easy tasks are solved with p₁ > ½, hard ones with p₂ < ½; the share of easy ones
/// decides whether more agents help. The shares are a tenth on either side of the published boundary 1 − 1/t.
#[test]
fn more_agents_on_easy_and_hard_tasks() {
    for (easy, hard) in [(0.85, 0.4), (0.9, 0.35), (0.6, 0.15), (0.65, 0.1)] {
        let t: f64 = 1.0 + hard * (1.0 - hard) * (0.5 - hard) / (easy * (1.0 - easy) * (easy - 0.5));
        let boundary = 1.0 - 1.0 / t;
        let (below, above) = (course(boundary - 0.1, easy, hard), course(boundary + 0.1, easy, hard));
        if easy + hard > 1.0 {
            assert_eq!((below, above), (vec![false], vec![true, false]), "{easy} {hard}");
        } else {
            assert_eq!((below, above), (vec![false, true], vec![true]), "{easy} {hard}");
        }
    }
}
