//! The entry point: sources in, a log out.

use super::detect::{self, Format};
use super::readers::{
    eval_plus, human_eval, inspect, inspect_archive, lm_evaluation_harness, long_csv, matrix_csv, promptfoo,
    swe_bench, tau_bench, verdicts_csv,
};
use super::source::Origin;
use super::{Collector, Log, LogError, Options, Source};
use std::io::{BufRead, BufReader, Cursor, Read};

/// So much is looked at to tell the format, and read again by its reader.
const LOOKED_AT_BYTES: u64 = 1 << 20;

/// Reads logs, each in the format that its content shows, into one: tasks are the same where they have the same name.
///
/// # Errors
/// A source that fails, that is in no known format, or whose content cannot be right.
///
/// ```
/// use kofn::logs::{Options, Source, read};
/// let matrix = "task,ada,bob\nt1,1,0\nt2,1,1\nt3,0,\n";
/// let log = read(vec![Source::new("runs.csv", matrix.as_bytes())], &Options::default())?;
/// assert_eq!(log.agents, ["ada", "bob"]);
/// assert_eq!((log.counts.agents[1].correct, log.counts.agents[1].runs), (1, 2)); // bob was not run on t3
/// # Ok::<(), kofn::logs::LogError>(())
/// ```
pub fn read(sources: Vec<Source>, options: &Options) -> Result<Log, LogError> {
    let mut collector = Collector::new(options);
    for source in sources {
        read_one(source, options, &mut collector)?;
    }
    Ok(collector.finish())
}

fn read_one(source: Source, options: &Options, collector: &mut Collector) -> Result<(), LogError> {
    let Source { origin, mut input } = source;
    let mut start = Vec::new();
    let peeked = input.by_ref().take(LOOKED_AT_BYTES).read_to_end(&mut start);
    peeked.map_err(|error| origin.unreadable(error))?;
    let format = detect::format(&start).map_err(|problem| origin.wrong_as_a_whole(problem))?;
    collector.begin(&origin.name, format.name(), origin.stem());
    let mut input = BufReader::with_capacity(1 << 16, Cursor::new(start).chain(input));
    dispatch(format, &mut input, &origin, options, collector)
}

/// Calls the reader of the format: the place where a format is added, beside its line in [`detect`].
fn dispatch(
    format: Format,
    input: &mut dyn BufRead,
    origin: &Origin,
    options: &Options,
    collector: &mut Collector,
) -> Result<(), LogError> {
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
    read(input, origin, options, collector)
}
