//! The entry point: sources in, a log out.

use super::collector::{Collector, fingerprint};
use super::detect;
use super::error::LogError;
use super::log::Log;
use super::options::ReadOptions;
use super::quote::{list, quoted};
use super::readers::input::Input;
use super::readers::sketch::Start;
use super::source::{Origin, Source, distinguish};
use super::unpack;
use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};
use std::sync::Arc;

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
pub fn read(mut sources: Vec<Source>, options: &ReadOptions) -> Result<Log, LogError> {
    distinguish(&mut sources);
    let mut collector = Collector::new(options);
    let mut skipped: Vec<(Origin, String)> = Vec::new();
    let mut contents = HashMap::new();
    let mut any = false;
    for source in sources {
        match read_one(source, options, &mut contents, &mut collector)? {
            None => any = true,
            Some(problem) => skipped.push(problem),
        }
    }
    if let (false, Some((origin, problem))) = (any, skipped.first()) {
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

/// Reads a source, or returns why it is none where it was found in a folder.
fn read_one(
    source: Source,
    options: &ReadOptions,
    contents: &mut HashMap<u128, Arc<str>>,
    collector: &mut Collector,
) -> Result<Option<(Origin, String)>, LogError> {
    let Source { mut origin, mut input } = source;
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
        Err(problem) if origin.of_folder => return Ok(Some((origin.clone(), problem))),
        Err(problem) => return Err(origin.wrong_as_a_whole(problem)),
    };
    collector.begin(&origin, format.name)?;
    if let Some(other) = contents.insert(fingerprint(&start), Arc::clone(&origin.name)) {
        let same = if is_cut { "begins with the same megabyte as" } else { "is the same as" };
        let other = quoted(&other);
        collector.note(format!("this file {same} {other}; if it is a copy, leave one of them out"));
    }
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
