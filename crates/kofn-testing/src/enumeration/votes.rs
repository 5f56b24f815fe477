//! Schemes in which every agent answers once: the outcome of each pattern of ballots.

use super::answers::{AnswerLaw, Partitions};
use super::ballots::{Answering, Ballot, Past, failed, over_all};
use super::{Class, Written};
use crate::fraction::Fraction;
use kofn::outcome::Outcome;
use kofn::scenario::scheme::{KOfN, Pbft, Plurality, Scheme, Weighted, Weights};
use kofn::scenario::{Agents, Ties};
use num_bigint::BigInt;
use num_traits::Zero;
use std::collections::BTreeMap;

const OUTCOMES: [Outcome; 3] = [Outcome::Correct, Outcome::Abstain, Outcome::Wrong];

/// Every result of a vote with its probability, and the number of agents that failed where later calls depend on it.
pub(super) fn voted(
    vote: &Scheme,
    weights: &[u128],
    class: &Class,
    answering: Answering<'_>,
    past: Past,
) -> Vec<Written> {
    let agents = class.failure_rates.len();
    assert!(weights.is_empty() || agents <= 8, "weights belong to agents, which must be distinguished");
    let partitions = Partitions::up_to(agents, AnswerLaw::of(answering.failures.wrong_answers));
    let ways = ways_to_draw(vote, agents);
    let mut sums: BTreeMap<usize, [BigInt; 3]> = BTreeMap::new();
    let patterns = over_all(class, answering, past, |ballots, weight| {
        let failed = if class.correlation.is_zero() { 0 } else { failed(ballots) };
        let by_outcome = sums.entry(failed).or_insert_with(|| [(); 3].map(|()| BigInt::zero()));
        for (blocks, of_partition) in partitions.of(wrong(ballots)) {
            let weight = weight * of_partition;
            for (outcome, share) in outcomes(vote, weights, &answered(ballots, blocks), ways) {
                by_outcome[outcome as usize] += &weight * share;
            }
        }
    });
    let denominator = patterns * partitions.denominator() * ways;
    let by_outcome = |(failed, sums): (usize, [BigInt; 3])| {
        let past = past.and(class, agents, failed);
        OUTCOMES.into_iter().zip(sums).map(move |(outcome, sum)| (outcome, past, sum))
    };
    let all = sums.into_iter().flat_map(by_outcome);
    all.map(|(outcome, past, sum)| {
        let probability = Fraction::new(sum, denominator.clone());
        let calls = &Fraction::new(agents, 1) * &probability;
        Written { outcome, past, probability, calls }
    })
    .collect()
}

/// Number of wrong ballots.
fn wrong(ballots: &[Ballot]) -> usize {
    ballots.iter().filter(|ballot| matches!(ballot, Ballot::Wrong(_))).count()
}

/// The ballots, in which the wrong answers are those of these blocks, one after the other; if there are any.
fn answered(ballots: &[Ballot], blocks: &[u64]) -> Vec<Ballot> {
    let mut blocks = blocks.iter();
    let answer = |ballot: &Ballot| match ballot {
        Ballot::Wrong(_) => blocks.next().map_or(*ballot, |block| Ballot::Wrong(*block)),
        _ => *ballot,
    };
    ballots.iter().map(answer).collect()
}

/// A number that the number of leaders of a tie divides, where one of them is drawn.
fn ways_to_draw(vote: &Scheme, agents: usize) -> usize {
    match vote {
        Scheme::Plurality(Plurality { ties: Ties::Random, .. }) => {
            let common =
                |ways: usize, leaders| (1..).map(|times| ways * times).find(|all| all % leaders == 0);
            (1..=agents).fold(1, |ways, leaders| common(ways, leaders).expect("a common multiple"))
        }
        _ => 1,
    }
}

/// The outcomes of these ballots, each in how many of all ways to draw.
fn outcomes(vote: &Scheme, weights: &[u128], ballots: &[Ballot], ways: usize) -> Vec<(Outcome, usize)> {
    let Scheme::Plurality(plurality) = vote else {
        return vec![(outcome(vote, weights, ballots), ways)];
    };
    let voting: Vec<Ballot> = ballots.iter().copied().filter(|ballot| !is_silent(*ballot)).collect();
    if voting.is_empty() || voting.len() < plurality.min_votes as usize {
        return vec![(Outcome::Abstain, ways)];
    }
    let mut given: Vec<Ballot> = Vec::new();
    for answer in &voting {
        let is_beaten = voting.iter().any(|other| votes_for(&voting, *other) > votes_for(&voting, *answer));
        if !is_beaten && !given.contains(answer) {
            given.push(*answer);
        }
    }
    if given.len() > 1 && plurality.ties == Ties::Abstain {
        return vec![(Outcome::Abstain, ways)];
    }
    let of = |answer: &Ballot| if *answer == Ballot::Right { Outcome::Correct } else { Outcome::Wrong };
    given.iter().map(|answer| (of(answer), ways / given.len())).collect()
}

fn outcome(vote: &Scheme, weights: &[u128], ballots: &[Ballot]) -> Outcome {
    let (agents, right) = (ballots.len(), votes_for(ballots, Ballot::Right));
    let wrong_answers = || ballots.iter().filter(|ballot| matches!(ballot, Ballot::Wrong(_)));
    let alike_and_wrong = wrong_answers().map(|&answer| votes_for(ballots, answer)).max().unwrap_or(0);
    let (correct, wrong) = match vote {
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
        Scheme::Weighted(weighted) => outweighs(weighted, weights, ballots),
        Scheme::Pbft(pbft) => safe_and_live(pbft, agents as i64, failed(ballots) as i64),
        other => unimplemented!("a vote that the oracle does not know: {other:?}"),
    };
    match (correct, wrong) {
        (true, false) => Outcome::Correct,
        (false, true) => Outcome::Wrong,
        (false, false) => Outcome::Abstain,
        (true, true) => panic!("{vote:?} gives two answers"),
    }
}

fn votes_for(ballots: &[Ballot], answer: Ballot) -> usize {
    ballots.iter().filter(|&&ballot| ballot == answer).count()
}

fn is_silent(ballot: Ballot) -> bool {
    !matches!(ballot, Ballot::Right | Ballot::Wrong(_))
}

/// Returns whether the correct agents reach the quota, and whether a wrong answer reaches a quota that no two answers
/// can.
fn outweighs(weighted: &Weighted, weights: &[u128], ballots: &[Ballot]) -> (bool, bool) {
    let total: u128 = weights.iter().sum();
    let behind = |answer: Ballot| -> u128 {
        let own = weights.iter().zip(ballots).filter(|(_, ballot)| **ballot == answer);
        own.map(|(weight, _)| weight).sum()
    };
    let quota = weighted.quota.map(|quota| billionths(&format!("{quota}")));
    let enough = |weight: u128| quota.map_or(2 * weight > total, |quota| weight >= quota);
    let no_two_reach_it = quota.is_none_or(|quota| 2 * quota > total);
    let wrong = ballots.iter().any(|&ballot| matches!(ballot, Ballot::Wrong(_)) && enough(behind(ballot)));
    (enough(behind(Ballot::Right)), no_two_reach_it && wrong)
}

/// Outcome of replicas of which this many are Byzantine. Unsafe is wrong, live or not.
fn safe_and_live(pbft: &Pbft, n: i64, failed: i64) -> (bool, bool) {
    let t = (n - 1) / 3;
    let mut usual = 0;
    while 2 * usual < n + t + 1 {
        usual += 1;
    }
    let given = |quorum: Option<u64>, usual: i64| quorum.map_or(usual, |quorum| quorum as i64);
    let (q_eq, q_per, q_vc) = (given(pbft.q_eq, usual), given(pbft.q_per, usual), given(pbft.q_vc, usual));
    let q_vc_t = given(pbft.q_vc_t, t + 1);
    let equivocation_is_seen = failed < 1 || failed < 2 * q_eq - n;
    let is_safe = equivocation_is_seen && failed < q_per + q_vc - n;
    let quorums_are_met = [q_eq, q_per, q_vc].iter().all(|quorum| n - failed >= *quorum);
    let is_live = quorums_are_met && failed <= q_vc - q_vc_t && failed < q_vc_t && failed < q_vc;
    (is_safe && is_live, !is_safe)
}

/// Weight of each agent in billionths; empty for a scheme without weights.
pub(super) fn weights(scheme: &Scheme, agents: &Agents) -> Vec<u128> {
    match scheme {
        Scheme::Weighted(weighted) => match (&weighted.weights, agents) {
            (Weights::Listed(weights), _) => {
                weights.iter().map(|weight| billionths(&format!("{weight}"))).collect()
            }
            (Weights::LogOdds, Agents::Identical { count, failure_rate }) => {
                vec![log_odds_billionths(*failure_rate); *count as usize]
            }
            (Weights::LogOdds, Agents::Different { failure_rates }) => {
                failure_rates.iter().map(|rate| log_odds_billionths(*rate)).collect()
            }
            (weights, agents) => panic!("{weights:?} of {agents:?}"),
        },
        Scheme::Validated(pipeline) => {
            pipeline.vote.as_deref().map_or(Vec::new(), |vote| self::weights(vote, agents))
        }
        _ => Vec::new(),
    }
}

/// Converts a decimal of at most nine places into billionths.
fn billionths(decimal: &str) -> u128 {
    let (whole, places) = decimal.split_once('.').unwrap_or((decimal, ""));
    assert!(places.len() <= 9, "{decimal} has more than nine places");
    format!("{whole}{places:0<9}").trim_start_matches('-').parse().expect("digits")
}

/// max(0, ln((1−f)/f)) rounded to a whole number of billionths. A double gives a guess; e to the powers half a unit
/// below and above it confirms it.
fn log_odds_billionths(rate: f64) -> u128 {
    if rate >= 0.5 {
        return 0;
    }
    let odds = &Fraction::from_double(rate).distance(&Fraction::new(1, 1)) / &Fraction::from_double(rate);
    let guess = (((1.0 - rate).ln() - rate.ln()) * 1e9).round() as u128;
    let rounds_to = |number: u128| {
        exp_of_half_billionths(2 * number + 1) > odds
            && (number == 0 || exp_of_half_billionths(2 * number - 1) <= odds)
    };
    (guess.saturating_sub(1)..=guess + 1).find(|&number| rounds_to(number)).expect("a guess that is near")
}

/// e^(n/2·10⁻⁹), as ((e^(x/4096))²…)² in 400 binary places; x is at most 745, whose power has 1075 places before the
/// point.
fn exp_of_half_billionths(n: u128) -> Fraction {
    const PLACES: u32 = 400;
    let one = BigInt::from(1) << PLACES;
    let small = (BigInt::from(n) << PLACES) / (BigInt::from(2_000_000_000_u64) << 12_u32);
    let (mut sum, mut term) = (one.clone(), one.clone());
    for k in 1_u32.. {
        term = ((term * &small) >> PLACES) / k;
        if term.is_zero() {
            break;
        }
        sum += &term;
    }
    for _ in 0..12 {
        sum = (&sum * &sum) >> PLACES;
    }
    Fraction::new(sum, one)
}
