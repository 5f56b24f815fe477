//! The entry point: sources in, a log out.

use super::collector::{Collector, fingerprint};
use super::detect;
use super::error::LogError;
use super::log::Log;
use super::options::ReadOptions;
use super::quote::list;
use super::readers::input::Input;
use super::readers::rows::frame;
use super::readers::sketch::Start;
use super::source::{Content, Origin, Source, distinguish};
use super::unpack;
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Number of bytes from which the format is detected; its reader reads them again.
const LOOKED_AT_BYTES: u64 = 1 << 20;

/// Reads logs, each in the format that its content shows, into one: tasks are the same where they have the same name.
///
/// [`formats`](crate::formats) lists the formats; all of them may be packed by gzip or zstd. A log that names no agent
/// is of one that is called like its source, without folders and ending; files of the same name are told apart by the
/// part of their paths that differs. Rows that name their agent are of the same agent in all logs.
///
/// # Rows
/// CSV (with commas, or with semicolons or tabulators where the header has no comma), JSON lines, a JSON list, and a
/// list of rows inside a JSON object are read alike, by the names of their columns, in any case:
///
/// | column | names |
/// |---|---|
/// | task | `task`, `task_id`, `id`, `question_id`, `instance_id`, `input_id`, `problem_id`, `example_id`, `sample_id`, `name`; a first column without a title, where there is none of these |
/// | agent | `agent`, `model`, `model_name`, `model_id`, `system`, `provider` |
/// | trial | `trial`, `run`, `run_idx`, `run_id`, `epoch`, `attempt`, `repeat`, `seed` |
/// | grade | `passed`, `pass`, `correct`, `is_correct`, `success`, `resolved`, `is_resolved`, `result`, `score`, `reward`, `grade` |
/// | verdict | `accepted` |
/// | answer | `answer`, else `pred`, `prediction`, `predicted`, `output` |
/// | right answer | `target`, `truth`, `ground_truth`, `label`, `expected`, `reference`, `correct_answer` |
///
/// Where two columns may mean the same, the log is refused until [`ReadOptions::columns`] says which one it is; `task`
/// beside one other name is a group of tasks.
///
/// - **Matrix**: the first column is the task, every other one an agent, whose name is its title. A task has one row.
/// - **Long**: a row for each run, with the task and its grade, or with the answer and the right answer, and
///   optionally the agent and the trial, which then may not come twice.
/// - **Verdicts**: a row for each candidate of a validator, with whether it is correct and whether it was accepted,
///   and optionally the task and the trial. They are not runs of an agent; they go to [`Log::verdicts`].
///
/// Grades are 1 and 0, true and false, yes and no, pass and fail, correct and incorrect; C, P, I and N as in Inspect.
/// An empty field, null, none and NaN are no grade. Other numbers are scores, for which [`ReadOptions::pass_at`] must
/// say which pass.
///
/// # Memory
/// Tasks are kept, since runs of them may follow anywhere, until they take half of [`ReadOptions::memory_bytes`].
/// The runs of longer logs go into a temporary file without a name, which is gone however the process ends. As long as
/// the runs of each task are adjacent and the names of tasks rise or fall (by their bytes, or with the numbers in them
/// by value), a task is counted when the next one begins; in any other order they are sorted on disk and counted in the
/// end. Counts do not depend on the memory.
/// Where the results of tasks differ too much to be kept, [`Log::results`] is a uniform sample of them, always the
/// same for the same tasks, and [`Log::notes`] says so.
///
/// # Errors
/// A source that fails, that is in no known format, or whose content cannot be right; an option that asks for a score,
/// filter or cluster that no log has.
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
    read_until(sources, options, &Arc::default())
}

/// Reads logs as [`read`] does, until the flag is set.
///
/// # Errors
/// What [`read`] refuses; that it was stopped.
pub fn read_until(
    sources: Vec<Source>,
    options: &ReadOptions,
    stop: &Arc<AtomicBool>,
) -> Result<Log, LogError> {
    let mut collector = Collector::new(options).stopped_by(Arc::clone(stop));
    let skipped = gather(sources, options, &mut collector)?;
    finish(collector, &skipped)
}

/// Files of a folder that are no logs, and why.
pub(crate) type Skipped = Vec<(Origin, String)>;

/// Gives all that the sources hold to the collector.
pub(crate) fn gather(
    mut sources: Vec<Source>,
    options: &ReadOptions,
    collector: &mut Collector,
) -> Result<Skipped, LogError> {
    distinguish(&mut sources.iter_mut().map(|source| &mut source.origin).collect::<Vec<_>>());
    let mut skipped = Vec::new();
    for (place, Source { origin, content }) in sources.into_iter().enumerate() {
        let problem = match content {
            Content::Bytes(input) => read_bytes(place, origin, input, options, collector)?,
            Content::Frame(frame) => {
                collector.begin_at(place, &origin, frame::FORMAT)?;
                let content = frame::read(frame, &origin, options, collector)?;
                collector.content(content, false);
                None
            }
        };
        skipped.extend(problem);
    }
    Ok(skipped)
}

/// Returns what the collector has, if there is any log among the sources.
pub(crate) fn finish(collector: Collector, skipped: &Skipped) -> Result<Log, LogError> {
    if let (false, Some((origin, problem))) = (collector.has_begun(), skipped.first()) {
        return Err(origin.wrong_as_a_whole(problem.clone()));
    }
    let mut log = collector.finish()?;
    if !skipped.is_empty() {
        let names = list(skipped.iter().map(|(origin, _)| &*origin.name));
        log.notes.push(match skipped.len() {
            1 => format!("skipped {names}, which is not a log"),
            files => format!("skipped {files} files that are not logs: {names}"),
        });
    }
    Ok(log)
}

/// Reads a file, or returns why it is no log where it was found in a folder.
fn read_bytes(
    place: usize,
    mut origin: Origin,
    mut input: Box<dyn Read + Send>,
    options: &ReadOptions,
    collector: &mut Collector,
) -> Result<Option<(Origin, String)>, LogError> {
    let mut start = beginning(&mut input, &origin)?;
    if let Some(packing) = unpack::packing(&start) {
        // Only an archive is read from its end, and no archive is packed again.
        origin.file = None;
        input = unpack::unpacked(packing, Cursor::new(start).chain(input));
        start = beginning(&mut input, &origin)?;
    }
    let is_cut = start.len() as u64 == LOOKED_AT_BYTES;
    let shown = Start::new(&start, is_cut, options);
    let format = match detect::format(&shown) {
        Ok(format) => format,
        Err(problem) if origin.of_folder => {
            collector.skipped(place, &problem);
            return Ok(Some((origin, problem)));
        }
        Err(problem) => return Err(origin.wrong_as_a_whole(problem)),
    };
    collector.begin_at(place, &origin, format.name)?;
    collector.content(fingerprint(&start), is_cut);
    let mut input = BufReader::with_capacity(1 << 16, Cursor::new(&start).chain(input));
    (format.read)(Input { text: &mut input, start: &shown, origin: &origin, options }, collector)?;
    Ok(None)
}

fn beginning(input: &mut impl Read, origin: &Origin) -> Result<Vec<u8>, LogError> {
    let mut start = Vec::new();
    let peeked = input.by_ref().take(LOOKED_AT_BYTES).read_to_end(&mut start);
    peeked.map_err(|error| origin.unreadable(error))?;
    Ok(start)
}
