use super::*;
use crate::exact::binomial;
use crate::exact::testing::relative;

/// The larger of the relative differences of both tails.
fn apart(a: Tails, b: Tails) -> f64 {
    relative(a.at_least, b.at_least).max(relative(a.below, b.below))
}

fn by(chances: &[Chance], k: u64, few: bool) -> Tails {
    tails_by(&Draws::new(chances.iter().copied()), k, few)
}

const ALMOST_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// Chances of every kind, `n` of them.
fn kinds(n: usize) -> Vec<Vec<Chance>> {
    // Evenly spread, without a pattern.
    let spread = |i: usize| (0.618_033_988_749_894_8 * (i + 1) as f64).fract();
    let of = |p: &dyn Fn(usize) -> f64| (0..n).map(|i| Chance::of_rate(p(i))).collect();
    vec![
        of(&|_| 0.5),
        of(&spread),
        of(&|i| 0.01 * spread(i)),
        of(&|i| 10_f64.powf(-300.0 * spread(i))),
        of(&|i| [5e-324, ALMOST_ONE, 1e-300, 0.3, spread(i)][i % 5]),
        of(&|i| [0.0, 1.0, 1e-300, 0.3, spread(i)][i % 5]),
        // Only few can go either way: the mean has plateaus.
        of(&|i| if i < 8 { spread(i) } else { [1e-30 * spread(i), ALMOST_ONE][i % 2] }),
        of(&|i| if i < 3 { 1e-300 } else { 0.3 }),
    ]
}

fn thresholds(n: usize) -> impl Iterator<Item = u64> {
    let n = n as u64;
    let [third, half] = [n / 3, n / 2];
    [0, 1, 2, n / 10, n / 4, third, half, half + 1, 2 * n / 3, 3 * n / 4, 9 * n / 10, n - 1, n, n + 1]
        .into_iter()
}

/// The probability of every number of successes, by going through all subsets.
fn enumerated(chances: &[Chance]) -> Vec<Scaled> {
    let mut masses = vec![Scaled::ZERO; chances.len() + 2];
    for subset in 0..1_u32 << chances.len() {
        let probability = chances.iter().enumerate().fold(Scaled::ONE, |product, (i, chance)| {
            product * if subset >> i & 1 == 1 { chance.yes } else { chance.no }
        });
        masses[subset.count_ones() as usize] += probability;
    }
    masses
}

#[test]
fn both_ways_equal_enumeration() {
    for n in [1, 2, 3, 5, 8, 13] {
        for chances in kinds(n) {
            let masses = enumerated(&chances);
            let law = Law::new(chances.iter().copied());
            for k in 0..=n + 1 {
                let sum = |masses: &[Scaled]| masses.iter().copied().sum::<Scaled>();
                let expected = Tails { at_least: sum(&masses[k..]), below: sum(&masses[..k]) };
                for few in [true, false] {
                    let computed = by(&chances, k as u64, few);
                    assert!(apart(computed, expected) < 1e-28, "{n} {k} {few} {chances:?} {computed:?}");
                }
                assert!(relative(law.masses()(k as u64), masses[k]) < 1e-28, "{n} {k} {chances:?}");
            }
        }
    }
}

/// Below, around and above the number of draws at which one algorithm replaces the other.
#[test]
fn recursion_and_contour_agree() {
    for n in [20, 100, 249, 250, 251, 400, 1200] {
        // Few that are likely on both sides among many that are not.
        let few_likely =
            (0..n).map(|i| Chance::of_rate(if i < 10 { 0.4 } else { 1e-6 / (i + 1) as f64 })).collect();
        for (kind, chances) in kinds(n).iter().chain([&few_likely]).enumerate() {
            for k in thresholds(n) {
                let apart = apart(by(chances, k, true), by(chances, k, false));
                assert!(apart < 1e-27, "{n} {k} kind {kind}: {apart:e}");
            }
        }
    }
}

#[test]
fn equal_chances_are_binomial() {
    for (n, p) in [(50, 0.23), (301, 0.001), (700, 0.9), (10_000, 0.5), (1_000_000, 0.3), (1_000_000, 1e-5)] {
        let mean = (n as f64 * p) as u64;
        for k in [1, mean / 2, mean, mean + 1, mean + mean / 8, n / 2 + 1, 3 * n / 4, n] {
            let computed = tails(std::iter::repeat_n(Chance::of_rate(p), n as usize), k);
            let expected = binomial::tails_double_double(n, Chance::of_rate(p), k);
            // Both have a relative error of about n · 2⁻¹⁰⁰.
            let apart = apart(computed, expected);
            assert!(apart < 1e-27 + n as f64 * 1e-30, "{n} {p} {k}: {apart:e}");
        }
    }
}

/// Successes at some chances are failures at the opposite ones; every probability here is exact on both sides.
#[test]
fn successes_and_failures_mirror_each_other() {
    for n in [30, 251, 3000] {
        for chances in kinds(n) {
            let mirrored: Vec<Chance> = chances.iter().map(|chance| chance.opposite()).collect();
            for k in thresholds(n).filter(|&k| k <= n as u64) {
                let (here, there) =
                    (tails(chances.iter().copied(), k), tails(mirrored.iter().copied(), n as u64 - k + 1));
                let swapped = Tails { at_least: there.below, below: there.at_least };
                assert!(apart(here, swapped) < 1e-27, "{n} {k}");
            }
        }
    }
}

/// The masses of all numbers sum to one, and those from k on to its tail, on however many circles they were had.
#[test]
fn masses_sum_to_tails() {
    for n in [1, 40, 700] {
        for chances in kinds(n) {
            let law = Law::new(chances.iter().copied());
            let masses: Vec<Scaled> = (0..=n as u64).map(law.masses()).collect();
            for k in thresholds(n).filter(|&k| k <= n as u64) {
                let sum: Scaled = masses[k as usize..].iter().rev().copied().sum();
                let tail = tails(chances.iter().copied(), k).at_least;
                assert!(relative(sum, tail) < 1e-20, "{n} {k}: {:e}", relative(sum, tail));
            }
        }
    }
}

/// What one recursion or one circle says of three events is what the tails say of them.
#[test]
fn three_events_around_a_threshold_are_tails() {
    let mut answered = 0;
    for n in [2, 3, 40, 700, 1000] {
        for chances in kinds(n) {
            for k in thresholds(n).filter(|k| (2..=n as u64).contains(k)) {
                let Some([above, at, below]) = around(chances.iter().copied(), k) else { continue };
                answered += 1;
                let [here, before] = [k, k - 1].map(|k| tails(chances.iter().copied(), k));
                let mass = Law::new(chances.iter().copied()).masses()(k - 1);
                for (event, expected) in [(above, here.at_least), (at, mass), (below, before.below)] {
                    // A difference may have lost eight digits of twenty-eight.
                    assert!(relative(event, expected) < 1e-18, "{n} {k}: {:e}", relative(event, expected));
                }
            }
        }
    }
    assert!(answered > 100, "{answered}");
}

/// Within four units of 2⁻⁵² of a recursion in which nothing cancels and nothing underflows.
#[test]
fn masses_without_each_equal_the_recursion_without_it() {
    for n in [1, 2, 3, 9, 40, 150] {
        for chances in kinds(n) {
            for k in thresholds(n) {
                let all = masses_without_each(&chances, k);
                assert_eq!(all.len(), n);
                for i in [0, 1, 2, 3, 4, n / 2, n - 1].into_iter().filter(|&i| i < n) {
                    let mut others = chances.clone();
                    others.remove(i);
                    let expected = plain_masses(&others).get(k as usize).copied().unwrap_or(Scaled::ZERO);
                    let error = relative(all[i], expected) / f64::EPSILON;
                    assert!(error <= 4.0, "{n} {k} without {i}: {error} {chances:?}");
                }
            }
        }
    }
}

fn plain_masses(chances: &[Chance]) -> Vec<Scaled> {
    chances.iter().fold(vec![Scaled::ONE], |masses, chance| {
        let after = |j: usize| {
            let stays = masses.get(j).map_or(Scaled::ZERO, |&mass| mass * chance.no);
            let rises = if j > 0 { masses[j - 1] * chance.yes } else { Scaled::ZERO };
            stays + rises
        };
        (0..=masses.len()).map(after).collect()
    })
}
