//! The entry point: sources in, a log out.

use super::collector::Collector;
use super::detect;
use super::error::LogError;
use super::format::Format;
use super::log::Log;
use super::options::ReadOptions;
use super::readers::input::Input;
use super::readers::{
    eval_plus, human_eval, inspect, inspect_archive, lm_evaluation_harness, long_csv, matrix_csv, promptfoo,
    swe_bench, tau_bench, verdicts_csv,
};
use super::source::Source;
use std::io::{BufReader, Cursor, Read};

/// Number of bytes from which the format is detected; its reader reads them again.
const LOOKED_AT_BYTES: u64 = 1 << 20;

/// Reads logs, each in the format that its content shows, into one: tasks are the same where they have the same name.
///
/// A log that names no agent is of one that is called like its source, without folders and ending; where another
/// source brought an agent of that name already, the source is added. Rows that name their agent are of the same
/// agent in all logs.
///
/// # CSV
/// A header, and fields separated by commas (or by semicolons or tabulators, where the header has no comma). 1, 1.0,
/// true and pass are correct, 0, 0.0, false and fail are not, in any case; an empty field is not a run. Titles of
/// columns are one of these, in any case:
///
/// | column | titles |
/// |---|---|
/// | task | `task`, `task_id`, `instance_id`, `sample_id`, `doc_id` |
/// | agent | `agent`, `model` |
/// | trial | `trial`, `epoch`, `run` |
/// | correct or not | `passed`, `correct`, `success`, `resolved` |
/// | accepted or not | `accepted` |
///
/// - **Matrix**: the first column is the task, every other one an agent, whose name is its title. A task has one row.
/// - **Long**: a row for each run, with the task and whether it was correct, and optionally the agent and the trial,
///   which then may not come twice. Columns stand in any order; others are not used.
/// - **Verdicts**: a row for each candidate of a validator, with whether it is correct and whether it was accepted,
///   and optionally the task and the trial. They are not runs of an agent; they go to [`Log::verdicts`].
///
/// # Memory
/// Tasks are kept, since runs of them may follow anywhere, until they take half of [`ReadOptions::memory_bytes`].
/// Longer logs are read on if the runs of each task are adjacent: a task is then counted when the next one begins. It
/// cannot come again where the names rise or fall (by their bytes, or with the numbers in them by value); otherwise
/// fingerprints of the names show it, while they take no more than the other half. A longer log in no such order is
/// refused with the command that sorts it. Counts do not depend on the memory.
/// Where the results of tasks differ too much to be kept, [`Log::results`] is a uniform sample of them, always the
/// same for the same tasks, and [`Log::notes`] says so.
///
/// With the default, 2.1 GB of long CSV on a pipe (123 million runs of 12 million tasks) took 49 MB in all and 10.3 s
/// of one core.
///
/// # Errors
/// A source that fails, that is in no known format, or whose content cannot be right.
///
/// ```
/// use kofn_logs::{ReadOptions, Source, read};
/// let matrix = "task,ada,bob\nt1,1,0\nt2,1,1\nt3,0,\n";
/// let log = read(vec![Source::new("runs.csv", matrix.as_bytes())], &ReadOptions::default())?;
/// assert_eq!(log.agents, ["ada", "bob"]);
/// assert_eq!((log.counts.agents[1].correct, log.counts.agents[1].runs), (1, 2)); // bob was not run on t3
/// # Ok::<(), kofn_logs::LogError>(())
/// ```
pub fn read(sources: Vec<Source>, options: &ReadOptions) -> Result<Log, LogError> {
    let mut collector = Collector::new(options);
    for source in sources {
        read_one(source, options, &mut collector)?;
    }
    Ok(collector.finish())
}

fn read_one(source: Source, options: &ReadOptions, collector: &mut Collector) -> Result<(), LogError> {
    let Source { origin, mut input } = source;
    let mut start = Vec::new();
    let peeked = input.by_ref().take(LOOKED_AT_BYTES).read_to_end(&mut start);
    peeked.map_err(|error| origin.unreadable(error))?;
    let format = detect::format(&start).map_err(|problem| origin.wrong_as_a_whole(problem))?;
    collector.begin(&origin.name, format.name(), origin.stem());
    let mut input = BufReader::with_capacity(1 << 16, Cursor::new(start).chain(input));
    dispatch(format, Input { text: &mut input, origin: &origin, options }, collector)
}

/// Calls the reader of the format: the place where a format is added, beside its line in [`detect`].
fn dispatch(format: Format, input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let read = match format {
        Format::MatrixCsv => matrix_csv::read,
        Format::LongCsv => long_csv::read,
        Format::Verdicts => verdicts_csv::read,
        Format::Inspect => inspect::read,
        Format::InspectArchive => inspect_archive::read,
        Format::LmEvaluationHarness => lm_evaluation_harness::read,
        Format::HumanEval => human_eval::read,
        Format::EvalPlus => eval_plus::read,
        Format::SweBench => swe_bench::read,
        Format::Promptfoo => promptfoo::read,
        Format::TauBench => tau_bench::read,
    };
    read(input, collector)
}
