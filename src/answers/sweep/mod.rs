//! A scenario over ranges of its keys.

mod axis;
mod decimal;
mod in_order;
mod read;
#[cfg(test)]
mod tests;

pub use axis::{SweepAxis, SweptValue};

use super::{SCHEMA, SamplingError, Simulated, grouped};
use crate::monte_carlo::{BETWEEN_REPORTS, Instant, Part, SimulationError, SimulationOptions, asked_threads};
use crate::outcome::{Counts, Exact};
use crate::scenario::{Draft, Error, Location, Scenario, Variation};
use in_order::in_order;
use schemars::JsonSchema;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Maximum number of cells of a sweep, so that they fit into memory.
const MAX_CELLS: u64 = 2_000_000;

/// From this number of trials on, all threads simulate one cell after the other; below, each simulates cells of its
/// own, because starting threads for each cell would take longer than its trials.
const TRIALS_FOR_ALL_THREADS: u64 = 100_000_000;

/// The answers of a scenario for every combination of values of some of its keys.
///
/// The first axis runs fastest: the cells of a curve over it stand together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Sweep {
    /// The keys and their values.
    pub axes: Arc<[SweepAxis]>,
    /// The cells, or those of the part that was asked for; the first ones of them if the sweep was stopped.
    pub cells: Vec<SweepCell>,
    /// Whether the sweep was stopped early.
    pub partial: bool,
}

/// The answer for one combination of values.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SweepCell {
    /// Version of this object.
    pub schema: u32,
    /// The swept keys and their values.
    #[schemars(with = "BTreeMap<String, SweptValue>")]
    pub over: Over,
    /// Probabilities of the three outcomes, and expected effort.
    pub exact: Exact,
    /// What was counted, if trials were requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simulated: Option<Box<Simulated>>,
    /// `true` in the last cell of a sweep that was stopped after it; else omitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<bool>,
}

/// The values of a cell. Serialized, it is an object with the keys in the order of the axes.
#[derive(Clone)]
pub struct Over {
    axes: Arc<[SweepAxis]>,
    cell: usize,
}

impl Over {
    /// Returns the keys and their values, in the order of the axes.
    pub fn values(&self) -> impl Iterator<Item = (&str, &SweptValue)> {
        self.places().map(|(axis, place)| (axis.key(), &axis.values()[place]))
    }

    /// Returns the place of each axis' value among its values. The first axis runs fastest.
    fn places(&self) -> impl Iterator<Item = (&SweepAxis, usize)> {
        self.axes.iter().scan(self.cell, |rest, axis| {
            let place = *rest % axis.values().len();
            *rest /= axis.values().len();
            Some((axis, place))
        })
    }
}

impl PartialEq for Over {
    fn eq(&self, other: &Self) -> bool {
        self.values().eq(other.values())
    }
}

impl fmt::Debug for Over {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.values()).finish()
    }
}

/// Writes `agents.count = 3, agents.failure_rate = 0.05`.
impl fmt::Display for Over {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (key, value)) in self.values().enumerate() {
            write!(formatter, "{}{key} = {value}", if place > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl Serialize for Over {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.axes.len()))?;
        self.values().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

/// How a scenario is swept. The cells depend on the trials and the seed alone.
#[derive(Clone, Copy, Default)]
#[must_use]
pub struct SweepOptions<'a> {
    trials: Option<u64>,
    seed: u64,
    threads: Option<usize>,
    part: Option<Part>,
    progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
    stop: Option<&'a AtomicBool>,
}

impl<'a> SweepOptions<'a> {
    /// Exact answers alone, on all threads.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also simulates every cell: this many trials from this seed, as [`simulate`](super::simulate) does.
    pub fn with_trials(self, trials: u64, seed: u64) -> Self {
        Self { trials: Some(trials), seed, ..self }
    }

    /// Sets the number of threads; `None` uses all.
    pub fn with_threads(self, threads: Option<usize>) -> Self {
        Self { threads, ..self }
    }

    /// Sets the part of the cells that is computed: the parts of a sweep, one after the other, are its cells.
    pub fn with_part(self, part: Option<Part>) -> Self {
        Self { part, ..self }
    }

    /// Sets a function that is called now and then with the amount of work done and of all work: cells, or trials where
    /// cells are simulated.
    pub fn with_progress(self, progress: &'a (dyn Fn(u64, u64) + Sync)) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// Sets a flag that ends the sweep early once it is true; the answer then has the first cells.
    pub fn with_stop(self, stop: &'a AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }
}

/// Answers `scenario` for every combination of the values of these axes: exactly and, if requested, by simulation.
///
/// Every cell equals the answer of the scenario with these values in its file, to the last bit and trial; a
/// [`Draft`] is the file as it was written, and a [`Scenario`] the one that it writes itself. Values are checked as in
/// a file, and all cells before any is computed, so that no cell is missing in the middle:
/// one that is impossible, such as a quorum of five among three agents, is an error that names it. Where a share of
/// failures is swept, the shares that are not take what it leaves, in their proportion.
///
/// ```
/// use kofn::answers::{SweepAxis, SweepOptions, sweep};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let axes = ["agents.count=1:5:2".parse()?, SweepAxis::new("scheme", ["majority", "unanimous"])?];
/// let swept = sweep(&scenario, axes, SweepOptions::new())?;
/// assert_eq!(swept.cells.len(), 6);
/// assert_eq!(swept.cells[1].over.to_string(), "agents.count = 3, scheme = majority");
/// assert_eq!(swept.cells[1].exact, kofn::assess(&scenario)?);
///
/// let error = sweep(&scenario, ["agents.cuont=3".parse()?], SweepOptions::new()).unwrap_err();
/// assert!(error.to_string().starts_with("unknown key agents.cuont; did you mean count?"));
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
///
/// # Errors
/// No axis, one twice, or one inside another; more than 2,000,000 cells; a key that there is not; a value that a cell
/// cannot have; a cell that an engine refuses.
pub fn sweep(
    scenario: impl Into<Draft>,
    axes: impl Into<Vec<SweepAxis>>,
    options: SweepOptions<'_>,
) -> Result<Sweep, SamplingError> {
    let axes: Arc<[SweepAxis]> = axes.into().into();
    let (mut cells, partial) = on_grid(&scenario.into(), &axes, options, |grid, threads| {
        let cells = grid.cells(threads)?;
        let partial = cells.len() < grid.places.len();
        Ok((cells, partial))
    })?;
    if let (true, Some(last)) = (partial, cells.last_mut()) {
        last.partial = Some(true);
    }
    Ok(Sweep { cells, partial, axes })
}

/// Checks that every cell of a [`sweep`] is possible and returns how many there are; none is computed.
///
/// ```
/// use kofn::answers::{SweepOptions, check_sweep};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// assert_eq!(check_sweep(&scenario, ["agents.count=1:41:2".parse()?], SweepOptions::new())?, 21);
/// assert!(check_sweep(&scenario, ["agents.failure_rate=0.5,1.5".parse()?], SweepOptions::new()).is_err());
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
///
/// # Errors
/// As for [`sweep`], but for what an engine refuses.
pub fn check_sweep(
    scenario: impl Into<Draft>,
    axes: impl Into<Vec<SweepAxis>>,
    options: SweepOptions<'_>,
) -> Result<usize, SamplingError> {
    on_grid(&scenario.into(), &axes.into().into(), options, |grid, _| Ok(grid.places.len()))
}

/// Checks every cell, and then does something with all of them on this number of threads.
fn on_grid<T>(
    draft: &Draft,
    axes: &Arc<[SweepAxis]>,
    options: SweepOptions<'_>,
    then: impl FnOnce(&Grid<'_>, usize) -> Result<T, SamplingError>,
) -> Result<T, SamplingError> {
    let share = Part::share_of(options.part, count(axes)? as u64);
    let places = share.start as usize..share.end as usize;
    let variation = variation(draft, axes)?;
    let grid = Grid { axes, variation: &variation, places, options };
    let threads = asked_threads(options.threads)?;
    grid.check(threads)?;
    then(&grid, threads)
}

/// Returns the number of cells.
fn count(axes: &[SweepAxis]) -> Result<usize, Error> {
    for (place, axis) in axes.iter().enumerate() {
        axes[..place].iter().try_for_each(|other| check_beside(axis.key(), other.key()))?;
    }
    if axes.is_empty() {
        return Err(Error::missing("over", "at least one key and its values"));
    }
    let all = axes.iter().fold(1_u64, |all, axis| all.saturating_mul(axis.values().len() as u64));
    if all > MAX_CELLS {
        let allowed = format!("of at most {} cells", grouped(MAX_CELLS));
        return Err(Error::out_of_range("a sweep", grouped(all), allowed));
    }
    Ok(all as usize)
}

/// Returns the draft with the keys of these axes to be varied; they are checked to be known.
fn variation<'a>(draft: &'a Draft, axes: &'a [SweepAxis]) -> Result<Variation<'a>, Error> {
    let keys = axes.iter().map(SweepAxis::key).collect();
    let mut variation = Variation::new(draft, keys, !axes.iter().all(SweepAxis::is_numeric))?;
    let first: Vec<&str> = axes.iter().map(|axis| axis.literal(0)).collect();
    variation.check_keys(&first)?;
    Ok(variation)
}

/// Checks that no value of one key is lost in a value of the other. The name of a scheme leaves its parameters their
/// keys.
fn check_beside(key: &str, other: &str) -> Result<(), Error> {
    let name = |key: &str| key.trim_end_matches(".rule").trim_end_matches(".model").to_owned();
    let refused =
        |why: String| Err(Error::conflict(key, format!("{key} cannot be swept beside {other}: {why}")));
    if name(key) == name(other) {
        return refused("they are the same key".into());
    }
    let (outer, inner) = if key.len() < other.len() { (key, other) } else { (other, key) };
    let is_inside = inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with(['.', '[']));
    let is_scheme = matches!(outer.rsplit('.').next(), Some("scheme" | "vote"));
    if is_inside && !is_scheme {
        return refused(format!("{inner} stands inside {outer}, which would replace it; sweep one of them"));
    }
    Ok(())
}

/// The cells to be computed.
struct Grid<'a> {
    axes: &'a Arc<[SweepAxis]>,
    variation: &'a Variation<'a>,
    places: Range<usize>,
    options: SweepOptions<'a>,
}

impl<'a> Grid<'a> {
    /// Returns the values of a cell, counted from the first that is computed.
    fn over(&self, cell: usize) -> Over {
        Over { axes: self.axes.clone(), cell: self.places.start + cell }
    }

    /// Returns the scenario of a cell.
    fn scenario(&self, variation: &mut Variation<'a>, over: &Over) -> Result<Scenario, Error> {
        let values: Vec<&'a str> =
            self.axes.iter().zip(over.places()).map(|(axis, (_, place))| axis.literal(place)).collect();
        variation.scenario(&values).map_err(|error| at_cell(error, over))
    }

    /// Checks that every cell is possible, before any is computed.
    fn check(&self, threads: usize) -> Result<(), SamplingError> {
        let check = |variation: &mut Variation<'a>, cell| {
            self.scenario(variation, &self.over(cell))?;
            Ok::<_, SamplingError>(Some(()))
        };
        in_order(self.places.len(), threads, self.options.stop, || self.variation.clone(), check).map(|_| ())
    }

    /// Computes the cells, as far as the sweep is not stopped.
    fn cells(&self, threads: usize) -> Result<Vec<SweepCell>, SamplingError> {
        let trials = self.options.trials.unwrap_or(0);
        let all_in_one = trials >= TRIALS_FOR_ALL_THREADS || (trials > 0 && self.places.len() < threads);
        let (across, inside) = if all_in_one { (1, threads) } else { (threads, 1) };
        let work = Work::new(&self.options, self.places.len());
        let cell = |variation: &mut Variation<'a>, cell| self.cell(variation, cell, inside, &work);
        in_order(self.places.len(), across, self.options.stop, || self.variation.clone(), cell)
    }

    /// Computes a cell; `None` if its simulation was stopped.
    fn cell(
        &self,
        variation: &mut Variation<'a>,
        cell: usize,
        threads: usize,
        work: &Work<'_>,
    ) -> Result<Option<SweepCell>, SamplingError> {
        let over = self.over(cell);
        let scenario = self.scenario(variation, &over)?;
        let exact = crate::exact::assess(&scenario).map_err(|error| at_cell(error, &over))?;
        let simulated = match self.options.trials {
            Some(trials) => match self.simulated(&scenario, trials, threads, work) {
                Ok(simulated) if simulated.partial => return Ok(None),
                Ok(simulated) => Some(Box::new(simulated)),
                Err(SimulationError::Scenario(error)) => return Err(at_cell(error, &over).into()),
                Err(error) => return Err(error.into()),
            },
            None => None,
        };
        work.add(self.options.trials.unwrap_or(1));
        Ok(Some(SweepCell { schema: SCHEMA, over, exact, simulated, partial: None }))
    }

    fn simulated(
        &self,
        scenario: &Scenario,
        trials: u64,
        threads: usize,
        work: &Work<'_>,
    ) -> Result<Simulated, SimulationError> {
        let report = |counts: Counts| work.report(counts.total());
        let mut options = SimulationOptions::new(trials, self.options.seed).with_threads(threads);
        options.stop = self.options.stop;
        // Where several cells are simulated at once, each is done soon.
        options.progress = (threads > 1).then_some(&report);
        Ok(Simulated::from(&crate::monte_carlo::simulate(scenario, options)?))
    }
}

/// Returns the error with the cell as its place, after that of what is written and wrong there.
fn at_cell(error: Error, over: &Over) -> Error {
    let source = match &error.location {
        Some(written) => format!("{written}: {over}"),
        None => over.to_string(),
    };
    Error { location: Some(Location { source: source.into(), line_and_column: None }), ..error }
}

/// How much is done.
struct Work<'a> {
    progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
    done: AtomicU64,
    all: u64,
    reported: Mutex<Option<Instant>>,
}

impl<'a> Work<'a> {
    fn new(options: &SweepOptions<'a>, cells: usize) -> Self {
        let all = (cells as u64).saturating_mul(options.trials.unwrap_or(1));
        Self { progress: options.progress, done: AtomicU64::new(0), all, reported: Mutex::new(None) }
    }

    /// So much is done, for good.
    fn add(&self, amount: u64) {
        self.done.fetch_add(amount, Ordering::Relaxed);
        self.report(0);
    }

    /// Reports what is done, and so much more of a cell that is not, unless it was just reported.
    fn report(&self, more: u64) {
        let Some(progress) = self.progress else { return };
        // Whoever finds another thread here leaves the report to it.
        let Ok(mut reported) = self.reported.try_lock() else { return };
        if reported.is_none_or(|at| at.elapsed() >= BETWEEN_REPORTS) {
            *reported = Some(Instant::now());
            progress(self.done.load(Ordering::Relaxed) + more, self.all);
        }
    }
}
