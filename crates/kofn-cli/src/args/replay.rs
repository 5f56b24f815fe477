//! The arguments of `kofn replay`, and those that `kofn compare --logs` shares with it.

use super::ReadingArguments;
use clap::Args;
use kofn::answers::values::{probability_between_zero_and_one, whole_number};
use kofn_logs::replay::{ReplayOptions, WrongAnswers};
use std::path::PathBuf;

/// What a system is, and what is replayed.
pub(super) const REPLAY_HELP: &str = "\
A system is written as
  ada                                    one agent of the log
  majority(ada, bob, eve)                a scheme and its members
  majority(ada*5)                        five runs of one agent
  k-of-n(ada, bob, eve; k = 2)           parameters after a semicolon
  first-to(ada; votes = 3, max_calls = 9)  one agent, called again and again
  ada > majority(bob, eve, kim)          the next stage is asked if the previous one abstains
Put a name in double quotes if it contains anything but letters, digits and -_.:/

Runs are drawn without replacement and counted exactly. A task counts only if every agent of the
system has enough runs on it; the others are reported. Runs that crashed or gave no answer do not
vote. If the log has answers, votes are counted over answers.

`kofn schema replay` prints the fields of --json.

Exit codes: 0 done; 2 wrong usage, a log that cannot be read, or no task to replay a system on.";

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// Log in any of the formats of `kofn help fit`, or a folder of them; may be repeated; - for standard input
    #[arg(long, value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    /// Systems to replay
    #[arg(value_name = "SYSTEM", required = true)]
    pub systems: Vec<String>,
    #[command(flatten)]
    pub recorded: RecordedArguments,
    /// Seed for sampling orders of runs if there are too many to enumerate
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// How recorded runs vote, and how sure the answer must be.
#[derive(Debug, Args)]
#[command(next_help_heading = "Logs")]
pub(crate) struct RecordedArguments {
    /// How wrong runs vote if the log does not record their answers [default: same]
    #[arg(long, value_enum)]
    pub wrong_answers: Option<WrongAnswersArgument>,
    /// Confidence level of the intervals [default: 0.95]
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub confidence: Option<f64>,
}

/// What wrong runs vote for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum WrongAnswersArgument {
    /// All for the same wrong answer: the worst case
    Same,
    /// Each for a different wrong answer
    Distinct,
}

impl RecordedArguments {
    /// Returns how systems are replayed.
    pub(crate) fn options(&self, seed: u64) -> ReplayOptions {
        let wrong_answers = match self.wrong_answers {
            Some(WrongAnswersArgument::Distinct) => WrongAnswers::Distinct,
            Some(WrongAnswersArgument::Same) | None => WrongAnswers::Same,
        };
        let options = ReplayOptions::default().with_wrong_answers(wrong_answers).with_seed(seed);
        self.confidence.map_or(options, |confidence| options.with_confidence(confidence))
    }

    /// Returns the first of these flags that was given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let flags =
            [("--wrong-answers", self.wrong_answers.is_some()), ("--confidence", self.confidence.is_some())];
        flags.into_iter().find(|(_, given)| *given).map(|(flag, _)| flag)
    }
}
