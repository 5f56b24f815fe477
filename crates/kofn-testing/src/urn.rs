//! Pipelines of agents that share a rate, by Pólya's urn.

use kofn::scenario::scheme::Judge;
use num_rational::BigRational;
use num_traits::{One, Zero};

fn exactly(double: f64) -> BigRational {
    BigRational::from_float(double).expect("a finite number")
}

fn integer(count: u64) -> BigRational {
    BigRational::from_integer(count.into())
}

/// Probabilities that a correct candidate is accepted, that a wrong one is, and that a rejected one is repaired.
pub fn judge_exactly(judge: Judge) -> [BigRational; 3] {
    match judge {
        Judge::FailureRate(rate) => {
            let works = BigRational::one() - exactly(rate);
            [works.clone(), BigRational::zero(), works]
        }
        Judge::Rates { accepts_correct, accepts_wrong, repairs } => {
            [accepts_correct, accepts_wrong, repairs].map(exactly)
        }
    }
}

/// A pipeline around a majority whose wrong answers agree. After x failures in i calls the next call fails with
/// probability (f(1−ρ) + xρ)/(1−ρ + iρ).
pub struct Urn {
    pub agents: u64,
    pub rate: BigRational,
    pub correlation: BigRational,
    pub judge: [BigRational; 3],
    pub attempts: u64,
    pub keep: bool,
    /// P(correct), P(abstain), P(wrong).
    pub endings: [BigRational; 3],
    pub mean_attempts: BigRational,
}

impl Urn {
    /// P(`failures` of the agents fail | `failed` of the `called` earlier calls did).
    fn votes(&self, failures: u64, failed: u64, called: u64) -> BigRational {
        let rest = BigRational::one() - &self.correlation;
        let times = |count: u64| &self.correlation * integer(count);
        let mut probability = BigRational::one();
        for agent in 0..self.agents {
            let balls = if agent < failures {
                &rest * &self.rate + times(failed + agent)
            } else {
                &rest * (BigRational::one() - &self.rate) + times(called - failed + agent - failures)
            };
            probability *= balls / (&rest + times(called + agent));
            if agent < failures {
                probability *= integer(self.agents - agent) / integer(agent + 1);
            }
        }
        probability
    }

    fn end(&mut self, outcome: usize, number: u64, probability: &BigRational) {
        self.endings[outcome] += probability;
        self.mean_attempts += probability * integer(number);
    }

    pub fn attempt(&mut self, number: u64, failed: u64, reached: BigRational) {
        let one = BigRational::one();
        for failures in 0..=self.agents {
            let written = &reached * self.votes(failures, failed, (number - 1) * self.agents);
            // Correct 0, silent 1, wrong 2.
            let candidate = match 2 * failures {
                twice if twice < self.agents => 0,
                twice if twice == self.agents => 1,
                _ => 2,
            };
            let [accepts_correct, accepts_wrong, repairs] = self.judge.clone();
            let accepted = [accepts_correct, BigRational::zero(), accepts_wrong][candidate].clone();
            let repaired = if candidate == 0 { BigRational::zero() } else { (&one - &accepted) * repairs };
            let left = &one - &accepted - &repaired;
            self.end(candidate, number, &(&written * accepted));
            self.end(0, number, &(&written * repaired));
            let left = written * left;
            if number < self.attempts {
                self.attempt(number + 1, failed + failures, left);
            } else {
                self.end(if self.keep { candidate } else { 1 }, number, &left);
            }
        }
    }
}
