//! A scenario made ready for tilted trials.

use super::histogram::{Histogram, Histograms};
use super::tilt::{Boundary, Tilt, sum};
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::buffers::Buffers;
use crate::monte_carlo::classes::ClassDraw;
use crate::monte_carlo::dependence;
use crate::monte_carlo::kernel::Kernel;
use crate::monte_carlo::lanes::Lanes;
use crate::monte_carlo::law::Law;
use crate::monte_carlo::random::{Columns, Stream};
use crate::monte_carlo::rules;
use crate::monte_carlo::threads::Units;
use crate::monte_carlo::units::{self, Plan};
use crate::outcome::{Counts, Outcome, RareEvent, Weighted};
use crate::scenario::{Error, Rule, Scenario};
use std::sync::atomic::Ordering;

/// Maximum of the numbers of eight bytes that tilted rates and tables take together, a gigabyte; and those that the
/// tables of a class take.
const MAX_NUMBERS: u64 = 1 << 27;
const NUMBERS_OF_TABLES: u64 = 1 << 10;

/// A scenario whose agents are tilted.
#[derive(Debug, Clone)]
pub(crate) struct RarePlan {
    /// The rare event.
    pub(crate) event: RareEvent,
    /// The tilted classes in which the event is possible, and how often each is drawn.
    pub(crate) plan: Plan,
    /// The tilt of each of them.
    pub(crate) tilts: Vec<Tilt>,
    /// Logarithm of the largest weight of a trial, in any class.
    pub(crate) ln_largest: f64,
}

/// One class of tasks before it is tilted; tasks struck by a common cause are a class.
struct Part {
    ln_weight: f64,
    rates: Vec<f64>,
    rule: Rule,
    /// Whether all agents fail for a common cause.
    struck: bool,
}

/// One class of tasks, tilted.
struct Class {
    tilt: Tilt,
    rule: Rule,
    /// Logarithm of its largest contribution: its weight times the largest weight of a trial.
    ln_most: f64,
}

impl Part {
    fn boundary(&self) -> Result<Boundary, Error> {
        rules::simulated(&self.rule).boundary(self.rates.len() as u32)
    }
}

impl Class {
    fn kernel(&self, scenario: &Scenario) -> Result<Kernel, Error> {
        let rates = self.tilt.rates.clone();
        match rules::simulated(&self.rule).kernel(rates.into(), scenario.into())? {
            Kernel::Ballot(ballot) if ballot.is_dependent() => {
                let message = format!(
                    "rare events cannot be simulated with dependence.model \"{}\": tilting the rate of each agent \
                     does not change what all have in common; dependence.model must be \"independent\" or \
                     \"common-cause\". Correlated agents fail together far more often: run more plain trials, or use \
                     `assess`, which needs none",
                    scenario.dependence().model()
                );
                Err(Error::refused("dependence.model", message))
            }
            kernel => Ok(kernel),
        }
    }
}

impl RarePlan {
    /// Tilts every class towards the rare event, and draws the classes in proportion to their largest contributions.
    ///
    /// # Errors
    /// A scenario that cannot be simulated, tilted or not; an event of probability 0.
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, Error> {
        units::within_simulated_agents(scenario)?;
        if scenario.filter().is_some() {
            let message = "rare events behind a filter cannot be simulated: the weight of a trial depends on how \
                           many agents fail, not on what the filter does";
            return Err(Error::refused("filter", message));
        }
        within_memory(scenario)?;
        let parts = parts(scenario)?;
        let event = rare_event(&parts)?;
        let mut classes = Vec::with_capacity(parts.len());
        for part in parts {
            let Some(tilt) = Tilt::towards(event, part.boundary()?, part.rates) else { continue };
            classes.push(Class { ln_most: part.ln_weight + tilt.ln_largest, tilt, rule: part.rule });
        }
        let ln_largest = ln_sum(&classes.iter().map(|class| class.ln_most).collect::<Vec<_>>());
        let share = |class: &Class| libm::exp(class.ln_most - ln_largest);
        // Such a class contributes less than the smallest double, in parts of the largest weight.
        classes.retain(|class| share(class) > 0.0);
        if classes.is_empty() {
            let message = format!("there is no rare event to simulate: {event} has probability 0");
            return Err(Error::refused("agents", message));
        }
        let plan = Plan {
            class: ClassDraw::new(&Law::of_weights(&classes.iter().map(share).collect::<Vec<_>>())),
            kernels: classes.iter().map(|class| class.kernel(scenario)).collect::<Result<_, _>>()?,
            others: None,
            unit_trials: units::unit_trials(scenario.agents().count(), units::MAX_TRIALS),
        };
        Ok(Self { event, plan, tilts: classes.into_iter().map(|class| class.tilt).collect(), ln_largest })
    }

    /// Returns the mean weight, over all `trials` trials, of those that ended in one of `outcomes`.
    ///
    /// A class is drawn in proportion to its weight times its largest weight of a trial. The largest weight of a trial,
    /// which includes the chance of its class, is therefore the same in all classes.
    pub(crate) fn weighted(&self, histograms: &Histograms, outcomes: &[Outcome], trials: u64) -> Weighted {
        let cells = || {
            self.tilts.iter().zip(&histograms.0).flat_map(|(tilt, histograms)| {
                let of_class = outcomes.iter().flat_map(|outcome| histograms[*outcome as usize].iter());
                of_class.map(|(failures, trials)| (tilt.part_of_largest(failures), trials as f64))
            })
        };
        let total = sum(cells().map(|(weight, trials)| weight * trials));
        let squares = sum(cells().map(|(weight, trials)| weight * weight * trials));
        Weighted {
            // Rounding can give slightly more than one where every trial has the largest weight.
            share_of_largest: if trials == 0 { 0.0 } else { (total / trials as f64).min(1.0) },
            ln_largest: self.ln_largest,
            effective_sample_size: if total == 0.0 { 0.0 } else { total * total / squares },
        }
    }
}

impl Units for RarePlan {
    type Sum = Histograms;

    fn unit_trials(&self) -> u64 {
        self.plan.unit_trials
    }

    /// Outcomes are not reported: they say nothing about untilted trials, and counting them would take a tenth of the
    /// time.
    #[inline(always)]
    fn count<L: Lanes>(
        &self,
        counted: u64,
        words: Columns<L>,
        buffers: &mut Buffers,
        sum: &mut Histograms,
    ) -> Counts {
        L::units().fetch_add(1, Ordering::Relaxed);
        let counted = counted.min(self.plan.unit_trials);
        let mut stream = Stream::new(words);
        let shares = self.plan.shares::<L, _>(counted as usize, &mut stream);
        sum.0.resize_with(shares.len(), Default::default);
        for ((kernel, share), histograms) in self.plan.kernels.iter().zip(shares).zip(&mut sum.0) {
            let Kernel::Ballot(Ballot::Vote(voting)) = kernel else { continue };
            voting.run::<L, _>(share.trials, &mut stream, buffers);
            add(histograms, voting.agents, buffers, share.counted);
        }
        Counts { abstain: counted, ..Counts::default() }
    }
}

/// Adds the first `counted` trials of a vote.
///
/// Not inlined: within the kernel it would keep its pointers on the stack, and take half a nanosecond more a trial.
#[inline(never)]
fn add(histograms: &mut [Histogram; 3], agents: u32, buffers: &Buffers, counted: usize) {
    for (trial, outcome) in buffers.outcomes[..counted].iter().enumerate() {
        histograms[usize::from(*outcome)].add(agents - buffers.correct(trial), 1);
    }
}

/// Maximum relative rounding error of a probability of success: a hundred agents add it up to 10⁻⁷, the smallest
/// relative error that 2⁵³ trials can show.
const MAX_ROUNDING: f64 = 1e-9;

/// Refuses scenarios whose tilted rates and tables would take more than a gigabyte.
fn within_memory(scenario: &Scenario) -> Result<(), Error> {
    let cause = dependence::simulated(scenario.dependence(), None).common_cause();
    let classes = scenario.classes().len() as u64 * (1 + u64::from(cause.is_some()));
    let numbers = classes.saturating_mul(scenario.agents().count() + NUMBERS_OF_TABLES);
    if numbers > MAX_NUMBERS {
        let message = format!(
            "rare events of {classes} classes of {} agents cannot be simulated: classes times agents, plus \
             {NUMBERS_OF_TABLES} for each class, must be at most {MAX_NUMBERS}, got {numbers}",
            scenario.agents().count()
        );
        return Err(Error::refused("tasks", message));
    }
    Ok(())
}

/// The classes of tasks, each in two where a common cause may strike.
fn parts(scenario: &Scenario) -> Result<Vec<Part>, Error> {
    let classes = scenario.classes();
    // Weights are only relative, and their sum could overflow.
    let largest = classes.iter().map(|class| class.weight).fold(0.0, f64::max);
    let total = sum(classes.iter().map(|class| class.weight / largest));
    let mut parts = Vec::new();
    for class in classes {
        let ln_weight = libm::log(class.weight / largest) - libm::log(total);
        let (rates, rule) = (units::rates(class.rates), class.rule);
        let Some(cause) = dependence::simulated(scenario.dependence(), None).common_cause() else {
            parts.push(Part { ln_weight, rates, rule, struck: false });
            continue;
        };
        keeps_its_complement(&rates, cause)?;
        let ln_struck = ln_weight + libm::log(cause);
        parts.push(Part {
            ln_weight: ln_weight + libm::log1p(-cause),
            rates: units::without_cause(&rates, cause),
            rule: rule.clone(),
            struck: false,
        });
        parts.push(Part { ln_weight: ln_struck, rates: vec![1.0; rates.len()], rule, struck: true });
    }
    Ok(parts)
}

/// Refuses agents that, without the cause, succeed so seldom that their failure rate as a double does not hold the
/// probability of success. Plain trials never see the difference; a weight would.
fn keeps_its_complement(rates: &[f64], cause: f64) -> Result<(), Error> {
    for (rate, spared) in rates.iter().zip(units::without_cause(rates, cause)) {
        let success = (1.0 - rate) / (1.0 - cause);
        if (1.0 - spared - success).abs() > MAX_ROUNDING * success {
            let message = format!(
                "rare events cannot be simulated under a common cause of {cause:?} with a failure rate of {rate:?}, \
                 which is too near 1"
            );
            return Err(Error::refused("dependence.probability", message));
        }
    }
    Ok(())
}

/// Returns failure, unless in every class, without a common cause, agents fail so often that being correct is rare.
fn rare_event(parts: &[Part]) -> Result<RareEvent, Error> {
    for part in parts.iter().filter(|part| !part.struck) {
        if part.boundary()?.is_seldom_reached(&part.rates) {
            return Ok(RareEvent::Failure);
        }
    }
    Ok(RareEvent::Correct)
}

/// ln Σ e^ln.
fn ln_sum(lns: &[f64]) -> f64 {
    let largest = lns.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + libm::log(sum(lns.iter().map(|ln| libm::exp(ln - largest))))
}
