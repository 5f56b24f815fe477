//! Logs are drawn from known laws of wrong answers: intervals of the collision hold it, and the law is found.

use crate::fit_coverage::may_be;
use kofn_logs::fit::{Collision, FitOptions, Interval, collision};
use kofn_logs::{Log, ReadOptions, Source, read};
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

/// A law of wrong answers, and how often agents are wrong: with a rate of its own for each task.
#[derive(Debug, Clone, Copy)]
struct Law {
    collision: f64,
    discount: f64,
    agents: u32,
    tasks: u32,
}

impl Law {
    /// The answers of a task: 0 is right, others are wrong ones, drawn one after the other as in a restaurant.
    fn answers(self, random: &mut impl Rng) -> Vec<usize> {
        let theta = (1.0 - self.discount) / self.collision - 1.0;
        let wrong = random.random::<f64>();
        let mut sizes: Vec<f64> = Vec::new();
        let mut answer = || {
            if random.random::<f64>() >= wrong {
                return 0;
            }
            let guests: f64 = sizes.iter().sum();
            let mut left = random.random::<f64>() * (guests + theta);
            let table = sizes.iter().position(|size| {
                left -= size - self.discount;
                left < 0.0
            });
            let table = if guests == 0.0 { None } else { table };
            match table {
                Some(table) => sizes[table] += 1.0,
                None => sizes.push(1.0),
            }
            table.map_or(sizes.len(), |table| table + 1)
        };
        (0..self.agents).map(|_| answer()).collect()
    }

    fn log(self, random: &mut impl Rng) -> Log {
        let mut csv = String::from("task,agent,answer,target\n");
        for task in 0..self.tasks {
            for (agent, answer) in self.answers(random).into_iter().enumerate() {
                csv += &format!("{task},{agent},{answer},0\n");
            }
        }
        let source = Source::new("runs.csv", std::io::Cursor::new(csv));
        read(vec![source], &ReadOptions::default()).expect("a log")
    }

    /// Estimates from so many logs.
    fn estimates(self, logs: u64, replicas: usize) -> Vec<Collision> {
        let options = FitOptions::default().with_replicas(replicas);
        let estimate = |seed| {
            let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
            collision(&self.log(&mut random), &options).expect("wrong pairs")
        };
        (0..logs).into_par_iter().map(estimate).collect()
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

const LOGS: u64 = 60;
const REPLICAS: usize = 200;

/// Shares of 1,000 logs whose 95 % interval held the collision, as pairs tell it and as the law does, and the discount;
/// and the bias of the pairs' collision, of the law's and of the discount:
///
/// | collision | discount | agents | tasks | pairs | law | discount | bias of pairs | of law | of discount |
/// |---|---|---|---|---|---|---|---|---|---|
/// | 0.6 | 0 | 5 | 100 | .952 | .955 | .954 | −.002 | .002 | .065 |
/// | 0.6 | 0.4 | 10 | 100 | .955 | .947 | .920 | −.002 | −.003 | −.008 |
/// | 0.3 | 0.2 | 6 | 200 | .942 | .931 | .959 | −.001 | −.001 | −.014 |
/// | 0.8 | 0 | 3 | 200 | .940 | .937 | .975 | .000 | .002 | .079 |
///
/// A discount is never below 0, so where it is 0 its mean is above. Bounds of biases are these plus five standard
/// errors of the mean over 120 logs, in which a collision has a spread of at most 0.06 and a discount one of at most
/// 0.15.
#[test]
fn intervals_of_the_collision_hold_it_and_the_law_is_found() {
    for (collision, discount, agents, tasks) in
        [(0.6, 0.0, 5, 100), (0.6, 0.4, 10, 100), (0.3, 0.2, 6, 200), (0.8, 0.0, 3, 200)]
    {
        let law = Law { collision, discount, agents, tasks };
        let found = law.estimates(LOGS, REPLICAS);
        let held = |of: &dyn Fn(&Collision) -> Option<Interval>, truth: f64| {
            let held =
                found.iter().filter(|found| of(found).is_some_and(|interval| interval.contains(truth)));
            held.count() as f64 / LOGS as f64
        };
        let pairs = held(&|found| found.interval, collision);
        let by_law = held(&|found| found.law.as_ref()?.collision_interval, collision);
        let of_discount = held(&|found| found.law.as_ref()?.discount_interval, discount);
        let bias = mean(found.iter().map(|found| found.estimate)) - collision;
        let fitted = |of: fn(&kofn_logs::fit::FittedLaw) -> f64| {
            mean(found.iter().map(|found| found.law.as_ref().map_or(f64::NAN, of)))
        };
        let (law_bias, discount_bias) =
            (fitted(|law| law.collision) - collision, fitted(|law| law.discount) - discount);
        println!(
            "{law:?}: held {pairs:.3} {by_law:.3} {of_discount:.3}, bias {bias:.4} {law_bias:.4} {discount_bias:.4}"
        );
        assert!(may_be(pairs, LOGS as f64, 0.95), "{law:?}: {pairs}");
        assert!(bias.abs() < 0.03 && law_bias.abs() < 0.03 && discount_bias.abs() < 0.15, "{law:?}");
    }
}
