//! A scenario made ready, and its units: the counts of a unit are a function of scenario, seed and unit alone.

use super::chain::Pipeline;
use super::decoder::{Decoder, Rest, Sitting};
use super::lanes::Lanes;
use super::law::Law;
use super::random::{BLOCK, Stream, Words};
use super::tally;
use super::voting::{Buffers, Voting};
use crate::outcome::Counts;
use crate::scenario::{Class, Error, Failures, Rates, Rule, Scenario};

/// The most agents whose every vote is simulated.
const MOST_AGENTS: u64 = 1_000_000;

/// Votes that a unit aims at, and the bounds of its trials. Measured: fewer votes cost speed in seeding and first fills, more trials no
/// longer fit the first cache.
const UNIT_VOTES: u64 = 1 << 22;
const FEWEST_TRIALS: u64 = 1 << 10;
const MOST_TRIALS: u64 = 1 << 15;

/// A scenario made ready.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// How the class of a trial is drawn, if there are several.
    pub(crate) class: Option<ClassDraw>,
    /// What each class does.
    pub(crate) kernels: Vec<Kernel>,
    /// Trials in a unit, a multiple of 64.
    pub(crate) unit_trials: u64,
}

/// What one class of tasks does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kernel {
    /// Agents vote.
    Vote(Voting),
    /// Candidates are validated.
    Chain(Box<Pipeline>),
}

/// How the class of a trial is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ClassDraw {
    /// Few classes: a byte each.
    Few(Decoder),
    /// More than 256: a 64-bit word each.
    Many(Rest),
}

/// How many trials of a unit belong to a class, and how many of them are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Share {
    trials: usize,
    counted: usize,
}

impl Plan {
    /// Makes a scenario ready.
    ///
    /// # Errors
    /// More agents than are simulated, a rule that is not simulated, or endless attempts.
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, Error> {
        let agents = scenario.agents().count();
        if agents > MOST_AGENTS {
            let message =
                format!("agents.count is {agents}; simulated, vote by vote, are up to {MOST_AGENTS} agents");
            return Err(Error::refused("agents.count", message));
        }
        let classes = scenario.classes();
        let weights: Vec<f64> = classes.iter().map(|class| class.weight).collect();
        let kernels: Vec<Kernel> =
            classes.iter().map(|class| Kernel::new(class, scenario.failures())).collect::<Result<_, _>>()?;
        let work = kernels.iter().map(Kernel::work).max().unwrap_or(1);
        Ok(Self { class: ClassDraw::new(&weights), kernels, unit_trials: unit_trials(work) })
    }

    /// The counts of the first `counted` trials of a unit. The unit is always computed whole.
    pub(crate) fn unit<L: Lanes, W: Words>(&self, counted: u64, words: W, buffers: &mut Buffers) -> Counts {
        let mut stream = Stream::new(words);
        let shares = self.shares::<L, W>(counted.min(self.unit_trials) as usize, &mut stream);
        let mut counts = Counts::default();
        for (kernel, share) in self.kernels.iter().zip(shares) {
            counts += kernel.run::<L, W>(share, &mut stream, buffers);
        }
        counts
    }

    /// Draws the class of every trial.
    fn shares<L: Lanes, W: Words>(&self, counted: usize, stream: &mut Stream<W>) -> Vec<Share> {
        let trials = self.unit_trials as usize;
        let mut shares = vec![Share::default(); self.kernels.len()];
        let mut put = |trial: usize, class: usize| {
            shares[class].trials += 1;
            shares[class].counted += usize::from(trial < counted);
        };
        match &self.class {
            None => return vec![Share { trials, counted }],
            Some(ClassDraw::Many(rest)) => (0..trials).for_each(|trial| put(trial, rest.draw(stream))),
            Some(ClassDraw::Few(decoder)) => {
                let mut sitting = Sitting::new(decoder);
                for start in (0..trials).step_by(BLOCK) {
                    let classes = sitting.decode::<L, W>(stream);
                    (start..).zip(classes).for_each(|(trial, class)| put(trial, usize::from(class)));
                }
            }
        }
        shares
    }
}

impl ClassDraw {
    fn new(weights: &[f64]) -> Option<Self> {
        match weights.len() {
            0 | 1 => None,
            2..=256 => Some(Self::Few(Decoder::new(&Law::of_weights(weights), |class| class as u8))),
            _ => Some(Self::Many(Rest::new(&Law::of_weights(weights).probabilities))),
        }
    }
}

impl Kernel {
    fn new(class: &Class<'_>, failures: &Failures) -> Result<Self, Error> {
        let voting = |rule: &Rule| match rule {
            Rule::Threshold { quorum, checker } => {
                Ok(Voting::new(rates(class.rates), failures, *quorum as u32, *checker))
            }
            Rule::Chain(_) => Err(Error::refused(
                "scheme.vote",
                "a validated candidate that is validated again is not simulated",
            )),
        };
        Ok(match &class.rule {
            rule @ Rule::Threshold { .. } => Self::Vote(voting(rule)?),
            Rule::Chain(chain) => Self::Chain(Box::new(Pipeline::new(voting(&chain.generator)?, chain)?)),
        })
    }

    /// Votes of a trial, roughly: what its unit is sized by.
    fn work(&self) -> u64 {
        match self {
            Self::Vote(voting) => u64::from(voting.agents),
            Self::Chain(pipeline) => u64::from(pipeline.generator.agents) * pipeline.attempts.min(16),
        }
    }

    fn run<L: Lanes, W: Words>(&self, share: Share, stream: &mut Stream<W>, buffers: &mut Buffers) -> Counts {
        match self {
            Self::Vote(voting) => {
                voting.run::<L, W>(share.trials, stream, buffers);
                tally::count(&buffers.outcomes[..share.counted])
            }
            Self::Chain(pipeline) => pipeline.run::<L, W>(share.trials, share.counted, stream, buffers),
        }
    }
}

/// The rate of each agent.
fn rates(rates: Rates<'_>) -> Vec<f64> {
    match rates {
        Rates::Identical { count, failure_rate } => vec![failure_rate; count as usize],
        Rates::Different(rates) => rates.to_vec(),
    }
}

/// Trials in a unit whose trials have so many votes: a power of two.
fn unit_trials(votes: u64) -> u64 {
    1 << (UNIT_VOTES / votes.max(1)).clamp(FEWEST_TRIALS, MOST_TRIALS).ilog2()
}
