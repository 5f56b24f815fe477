//! A scenario made ready, and its units: the counts of a unit are a function of scenario, seed and unit alone.

use super::chain::Pipeline;
use super::decoder::{Decoder, Rest, Sitting};
use super::lanes::Lanes;
use super::law::Law;
use super::random::{BLOCK, Stream, Words};
use super::tally;
use super::voting::{Buffers, Voting};
use crate::outcome::Counts;
use crate::scenario::{Class, Dependence, Error, Failures, Rates, Rule, Scenario};

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
        let dependence = scenario.dependence();
        if dependence != Dependence::Independent {
            let message = format!("dependence.model \"{}\" is not simulated yet", dependence.model());
            return Err(Error::refused("dependence.model", message));
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

#[cfg(test)]
mod tests {
    use super::super::lanes::Portable;
    use super::super::random::Columns;
    use super::*;
    use crate::scenario::scheme::{Judge, Majority, Single, Validated};
    use crate::scenario::{Agents, TaskClass, WrongAnswers};

    fn scenarios() -> Vec<Scenario> {
        let silent = Failures { hallucination: 0.5, crash: 0.5, ..Failures::default() };
        let picking = Failures { wrong_answers: WrongAnswers::Among(3), ..silent };
        let judge = Judge::Rates { accepts_correct: 0.6, accepts_wrong: 0.2, repairs: 0.1 };
        let validated = Validated::new(judge).with_attempts(3);
        let tasks = vec![TaskClass::new(1.0, 0.1), TaskClass::new(0.7, 0.5), TaskClass::new(0.1, 0.9)];
        let many: Vec<_> = (0..300).map(|class| TaskClass::new(1.0 + f64::from(class), 0.4)).collect();
        let build =
            |agents, failures| Scenario::new(agents, Majority).unwrap().with_failures(failures).unwrap();
        vec![
            build(Agents::identical(5, 0.23), Failures::default()),
            build(Agents::identical(5, 0.6), silent),
            build(Agents::identical(9, 0.7), picking),
            build(Agents::different([0.1, 0.5, 0.3]), Failures::default()),
            build(Agents::by_task(5, tasks), Failures::default()),
            build(Agents::by_task(3, many), Failures::default()),
            Scenario::new(Agents::identical(1, 0.4), validated).unwrap(),
        ]
    }

    fn unit(plan: &Plan, counted: u64) -> Counts {
        plan.unit::<Portable, _>(counted, Columns::<Portable>::new(7, 3), &mut Buffers::default())
    }

    /// One more trial counted is one more trial, and never changes the others; nothing beyond the unit is counted.
    #[test]
    fn a_masked_unit_counts_its_first_trials() {
        for scenario in scenarios() {
            let plan = Plan { unit_trials: 256, ..Plan::new(&scenario).unwrap() };
            let counts: Vec<Counts> = (0..=256).map(|counted| unit(&plan, counted)).collect();
            for (counted, (fewer, more)) in (0..).zip(counts.iter().zip(&counts[1..])) {
                assert_eq!(fewer.total(), counted);
                let grown =
                    [more.correct - fewer.correct, more.abstain - fewer.abstain, more.wrong - fewer.wrong];
                assert_eq!(grown.iter().sum::<u64>(), 1);
            }
            assert_eq!(unit(&plan, u64::MAX), counts[256]);
        }
    }

    /// With one class that is always correct and one that is always wrong, the outcomes are the classes.
    #[test]
    fn classes_are_drawn_by_weight() {
        let tasks = vec![TaskClass::new(1.0, 0.0), TaskClass::new(3.0, 1.0)];
        let plan = Plan::new(&Scenario::new(Agents::by_task(1, tasks), Single).unwrap()).unwrap();
        let Some(ClassDraw::Few(decoder)) = &plan.class else { panic!("two classes are few") };
        // A quarter and three quarters of all bytes, none undecided: 64 and 192 of 256.
        assert_eq!(decoder.levels.len(), 1);
        assert_eq!(decoder.levels[0].cells.iter().map(|class| usize::from(*class)).sum::<usize>(), 192);
    }

    #[test]
    fn what_is_too_large_is_refused_by_name() {
        let scenario = Scenario::new(Agents::identical(1_000_001, 0.23), Majority).unwrap();
        let error = Plan::new(&scenario).unwrap_err();
        assert_eq!(&*error.key, "agents.count");
        assert!(error.to_string().contains("1000001") && error.to_string().contains("1000000"), "{error}");
    }

    #[test]
    fn units_have_whole_blocks_of_trials() {
        for votes in [0, 1, 3, 101, 1001, 1_000_000, u64::MAX] {
            let trials = unit_trials(votes);
            assert!((FEWEST_TRIALS..=MOST_TRIALS).contains(&trials) && trials.is_multiple_of(BLOCK as u64));
        }
        assert_eq!(unit_trials(101), 1 << 15);
    }
}
