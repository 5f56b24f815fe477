//! A scenario made ready, and its units. The counts of a unit are a function of scenario, seed and unit alone.

use super::buffers::Buffers;
use super::classes::{ClassDraw, ClassTrials};
use super::dependence::{self, Repeats};
use super::kernel::Kernel;
use super::lanes::Lanes;
use super::law::Law;
use super::random::{Columns, Stream, Words};
use super::rules;
use super::threads::Units;
use crate::outcome::Counts;
use crate::scenario::{Class, Error, Rates, Scenario};
use std::sync::atomic::Ordering;

/// Maximum number of simulated agents.
const MAX_AGENTS: u64 = 1_000_000;

/// Target number of votes in a unit, and the limits of its trials. Measured: fewer votes cost speed in seeding and
/// first fills; more trials do not fit into the first cache.
const UNIT_VOTES: u64 = 1 << 22;
const MIN_TRIALS: u64 = 1 << 10;
pub(crate) const MAX_TRIALS: u64 = 1 << 15;

/// Memory of the tables that are kept. Classes of tasks whose tables do not fit are built again in every unit in which
/// they have trials: a million classes take this much memory, and not 8 GB.
const MAX_TABLE_BYTES: usize = 512 << 20;

/// Maximum number of trials in a unit that keeps none of them in memory.
const MAX_PACKED_TRIALS: u64 = 1 << 17;

/// A scenario made ready.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// How the class of a trial is drawn, if there are several.
    pub(crate) class: Option<ClassDraw>,
    /// What each class does, as far as the tables of the first ones fit into [`MAX_TABLE_BYTES`].
    pub(crate) kernels: Vec<Kernel>,
    /// What the other classes do.
    pub(crate) others: Option<Box<Others>>,
    /// Trials in a unit, a multiple of 64.
    pub(crate) unit_trials: u64,
}

/// Classes whose tables are built whenever they are used.
#[derive(Debug, Clone)]
pub(crate) struct Others {
    scenario: Scenario,
    /// Number of them.
    count: usize,
}

impl Plan {
    /// Makes a scenario ready.
    ///
    /// # Errors
    /// More agents, calls or attempts than can be simulated.
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, Error> {
        Self::within(scenario, MAX_TABLE_BYTES)
    }

    fn within(scenario: &Scenario, max_table_bytes: usize) -> Result<Self, Error> {
        within_simulated_agents(scenario)?;
        let classes = scenario.classes();
        let weights: Vec<f64> = classes.iter().map(|class| class.weight).collect();
        let law = Law::of_weights(&weights);
        let cause = dependence::simulated(scenario.dependence(), None).common_cause();
        let struck = [false, true].into_iter().take(1 + usize::from(cause.is_some()));
        let (mut kernels, mut bytes, mut count) = (Vec::new(), 0, 0);
        let (mut work, mut most) = (1, MAX_PACKED_TRIALS);
        for (class, struck) in
            classes.iter().flat_map(|class| struck.clone().map(move |struck| (class, struck)))
        {
            let kernel = kernel_of(class, scenario, cause.unwrap_or(0.0), struck)?;
            work = work.max(kernel.work());
            most = if kernel.is_packed() { most } else { MAX_TRIALS };
            bytes += kernel.bytes();
            count += 1;
            if bytes <= max_table_bytes {
                kernels.push(kernel);
            }
        }
        let class = ClassDraw::new(&cause.map_or_else(|| law.clone(), |cause| law.split(cause)));
        let count = count - kernels.len();
        let others = (count > 0).then(|| Box::new(Others { scenario: scenario.clone(), count }));
        Ok(Self { class, kernels, others, unit_trials: unit_trials(work, most) })
    }

    /// Counts the first `counted` trials of a unit, which is always computed whole.
    #[inline(always)]
    pub(crate) fn unit<L: Lanes, W: Words>(&self, counted: u64, words: W, buffers: &mut Buffers) -> Counts {
        L::units().fetch_add(1, Ordering::Relaxed);
        let mut stream = Stream::new(words);
        let shares = self.shares::<L, W>(counted.min(self.unit_trials) as usize, &mut stream);
        let mut counts = Counts::default();
        for (kernel, share) in self.kernels.iter().zip(&shares) {
            counts.add(kernel.run::<L, W>(*share, &mut stream, buffers));
        }
        if let Some(others) = &self.others {
            others.kernels(self.kernels.len(), &shares, |kernel, share| {
                counts.add(kernel.run::<L, W>(share, &mut stream, buffers));
            });
        }
        counts
    }

    /// Number of classes; with a common cause, twice that of the scenario.
    fn classes(&self) -> usize {
        self.kernels.len() + self.others.as_ref().map_or(0, |others| others.count)
    }

    /// Number of trials of a unit that belong to each class.
    #[inline(always)]
    pub(crate) fn shares<L: Lanes, W: Words>(
        &self,
        counted: usize,
        stream: &mut Stream<W>,
    ) -> Vec<ClassTrials> {
        let all = ClassTrials { trials: self.unit_trials as usize, counted };
        let class = self.class.as_ref();
        class.map_or_else(|| vec![all], |class| class.shares::<L, W>(self.classes(), all, stream))
    }
}

impl Units for Plan {
    type Sum = Counts;

    fn unit_trials(&self) -> u64 {
        self.unit_trials
    }

    #[inline(always)]
    fn count<L: Lanes>(
        &self,
        counted: u64,
        words: Columns<L>,
        buffers: &mut Buffers,
        sum: &mut Counts,
    ) -> Counts {
        let counts = self.unit::<L, _>(counted, words, buffers);
        sum.add(counts);
        counts
    }
}

impl Others {
    /// Builds what each class does that has trials, beginning with class `first`.
    fn kernels(&self, first: usize, shares: &[ClassTrials], mut run: impl FnMut(Kernel, ClassTrials)) {
        let classes = self.scenario.classes();
        let cause = dependence::simulated(self.scenario.dependence(), None).common_cause();
        let kinds = 1 + usize::from(cause.is_some());
        for (index, share) in shares.iter().enumerate().skip(first).filter(|(_, share)| share.trials > 0) {
            let (class, struck) = (&classes[index / kinds], index % kinds == 1);
            let kernel = kernel_of(class, &self.scenario, cause.unwrap_or(0.0), struck);
            run(kernel.expect("it was built when the scenario was made ready"), *share);
        }
    }
}

/// What a class does in the absence of a common cause of this probability or, `struck` by it, where all agents fail in
/// all their calls.
fn kernel_of(class: &Class<'_>, scenario: &Scenario, cause: f64, struck: bool) -> Result<Kernel, Error> {
    dependence::simulated(scenario.dependence(), Repeats::of(scenario)).check(&rates(class.rates))?;
    rules::simulated(&class.rule).kernel(rates_of(class, cause, struck).into(), scenario.into())
}

/// The failure rates of a class in the absence of a common cause of this probability or, `struck` by it, ones.
fn rates_of(class: &Class<'_>, cause: f64, struck: bool) -> Vec<f64> {
    let mut rates = rates(class.rates);
    if struck {
        rates.fill(1.0);
    } else if cause > 0.0 {
        rates = without_cause(&rates, cause);
    }
    rates
}

/// The failure rates of every class, in the order of the [kernels](Plan::kernels).
pub(crate) fn all_rates(scenario: &Scenario) -> Vec<Vec<f64>> {
    let cause = dependence::simulated(scenario.dependence(), None).common_cause();
    let struck = [false, true].into_iter().take(1 + usize::from(cause.is_some()));
    let classes = scenario.classes();
    let of = |class| struck.clone().map(move |struck| rates_of(class, cause.unwrap_or(0.0), struck));
    classes.iter().flat_map(of).collect()
}

/// Failure rates in the absence of a common cause of this probability.
pub(crate) fn without_cause(rates: &[f64], cause: f64) -> Vec<f64> {
    rates.iter().map(|rate| (rate - cause) / (1.0 - cause)).collect()
}

/// Refuses more agents than can be simulated.
pub(crate) fn within_simulated_agents(scenario: &Scenario) -> Result<(), Error> {
    let agents = scenario.agents().count();
    if agents > MAX_AGENTS {
        let message = format!("at most {MAX_AGENTS} agents can be simulated, got {agents}");
        return Err(Error::refused("agents.count", message));
    }
    Ok(())
}

/// Failure rate of each agent.
pub(crate) fn rates(rates: Rates<'_>) -> Vec<f64> {
    match rates {
        Rates::Identical { count, failure_rate } => vec![failure_rate; count as usize],
        Rates::Different(rates) => rates.to_vec(),
    }
}

/// Number of trials in a unit whose trials have this many votes: a power of two, at most `most`.
pub(crate) fn unit_trials(votes: u64, most: u64) -> u64 {
    1 << (UNIT_VOTES / votes.max(1)).clamp(MIN_TRIALS, most).ilog2()
}

#[cfg(test)]
mod tests {
    use super::super::block::BLOCK;
    use super::super::lanes::Portable;
    use super::super::reference::behavior;
    use super::*;
    use crate::scenario::scheme::{Adaptive, AheadBy, FirstTo, Judge, Majority, Scheme, Single, Validated};
    use crate::scenario::{Agents, Dependence, Failures, Rule, TaskClass, WrongAnswers};

    fn scenarios() -> Vec<Scenario> {
        let silent = Failures { hallucination: 0.5, crash: 0.5, ..Failures::default() };
        let picking = Failures { wrong_answers: WrongAnswers::Among(3), ..silent };
        let judge = Judge::Rates { accepts_correct: 0.6, accepts_wrong: 0.2, repairs: 0.1 };
        let validated = Validated::new(judge).with_attempts(3);
        let tasks = vec![TaskClass::new(1.0, 0.1), TaskClass::new(0.7, 0.5), TaskClass::new(0.1, 0.9)];
        let many: Vec<_> = (0..300).map(|class| TaskClass::new(1.0 + f64::from(class), 0.4)).collect();
        let cause = Dependence::CommonCause { probability: 0.05 };
        let urn = Dependence::BetaBinomial { correlation: 0.4 };
        let copula = Dependence::GaussianCopula { correlation: 0.4 };
        let common = |scenario: Scenario, dependence| scenario.with_dependence(dependence).unwrap();
        let build =
            |agents, failures| Scenario::new(agents, Majority).unwrap().with_failures(failures).unwrap();
        let different = |failures| build(Agents::different([0.1, 0.5, 0.3]), failures);
        let on_tasks = |failures| build(Agents::by_task(5, tasks.clone()), failures);
        let pipeline = || Scenario::new(Agents::identical(1, 0.4), validated.clone()).unwrap();
        let race = |scheme: Scheme, failures| {
            Scenario::new(Agents::identical(1, 0.4), scheme).unwrap().with_failures(failures).unwrap()
        };
        vec![
            build(Agents::identical(5, 0.23), Failures::default()),
            build(Agents::identical(5, 0.6), silent),
            build(Agents::identical(9, 0.7), picking),
            different(Failures::default()),
            on_tasks(Failures::default()),
            build(Agents::by_task(3, many), Failures::default()),
            pipeline(),
            common(on_tasks(silent), cause),
            common(on_tasks(picking), urn.clone()),
            common(different(silent), copula.clone()),
            common(pipeline(), urn.clone()),
            common(pipeline(), copula),
            race(AheadBy::new(3).into(), silent),
            race(FirstTo::new(3).into(), Failures::default()),
            race(Adaptive::new(0.95, 40).into(), Failures::default()),
            race(validated.clone().with_vote(AheadBy::new(2)).into(), Failures::default()),
            common(race(Adaptive::new(0.95, 40).into(), silent), urn),
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

    /// Counts do not depend on how many tables are kept.
    #[test]
    fn tables_that_are_not_kept_are_built_again() {
        for scenario in scenarios() {
            let whole = Plan::new(&scenario).unwrap();
            for bytes in [0, 10_000, 40_000] {
                let plan = Plan::within(&scenario, bytes).unwrap();
                assert!(plan.kernels.iter().map(Kernel::bytes).sum::<usize>() <= bytes);
                assert_eq!((plan.unit_trials, plan.classes()), (whole.unit_trials, whole.classes()));
                assert_eq!(unit(&plan, 1000), unit(&whole, 1000));
            }
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

    /// A common cause splits each class; there all agents fail, and elsewhere so much less often that the rates stay.
    #[test]
    fn a_common_cause_is_a_class() {
        let scenario = |rate: f64, probability| {
            let tasks = vec![TaskClass::new(1.0, rate), TaskClass::new(3.0, 1.0)];
            let scenario = Scenario::new(Agents::by_task(1, tasks), Single).unwrap();
            scenario.with_dependence(Dependence::CommonCause { probability }).unwrap()
        };
        let plan = Plan::new(&scenario(0.625, 0.25)).unwrap();
        let Some(ClassDraw::Few(decoder)) = &plan.class else { panic!("four classes are few") };
        let cells = |class| decoder.levels[0].cells.iter().filter(|cell| **cell == class).count();
        assert_eq!([0, 1, 2, 3].map(cells), [48, 16, 144, 48]);
        let independent = |rate| {
            let rule = Rule::Threshold { quorum: 1, checker: false };
            rules::simulated(&rule).kernel(vec![rate].into(), behavior(&Failures::default())).unwrap()
        };
        assert_eq!(plan.kernels, [0.5, 1.0, 1.0, 1.0].map(independent));
        for (rate, probability) in [(0.625, 0.0), (1.0, 1.0)] {
            let plan = Plan::new(&scenario(rate, probability)).unwrap();
            assert_eq!(plan.kernels, [rate, 1.0].map(independent));
        }
    }

    #[test]
    fn endless_attempts_of_dependent_agents_are_refused() {
        let judge = Judge::Rates { accepts_correct: 0.6, accepts_wrong: 0.2, repairs: 0.1 };
        let of = |attempts, dependence| {
            let validated = Validated::new(judge).with_attempts(attempts);
            let scenario = Scenario::new(Agents::identical(1, 0.4), validated).unwrap();
            Plan::new(&scenario.with_dependence(dependence).unwrap())
        };
        let correlation = 0.5;
        for dependence in
            [Dependence::BetaBinomial { correlation }, Dependence::GaussianCopula { correlation }]
        {
            assert!(of(1_000_000, dependence.clone()).is_ok());
            assert_eq!(&*of(1_000_001, dependence).unwrap_err().key, "scheme.attempts");
        }
        assert!(of(1_000_001, Dependence::BetaBinomial { correlation: 0.0 }).is_ok());
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
            let trials = unit_trials(votes, MAX_TRIALS);
            assert!((MIN_TRIALS..=MAX_TRIALS).contains(&trials) && trials.is_multiple_of(BLOCK as u64));
        }
        assert_eq!(unit_trials(101, MAX_TRIALS), 1 << 15);
    }
}
