//! Runs in, a log out.

mod again;
mod agents;
mod asked;
mod counted;
mod fingerprint;
mod journal;
mod notes;
mod order;
mod prices;
mod record;
mod rejection;
mod sample;
mod sorter;
mod task;
mod tasks;

use crate::columns::Columns;
use crate::error::LogError;
use crate::log::Log;
use crate::options::{AnswerComparison, HarnessErrors, ReadOptions};
use crate::quote::{count, list, quoted};
use crate::report::{Answer, RunResult, SourceReport};
use crate::source::{NamedAfter, Origin};
use crate::verdicts::{Judged, ValidatorVerdicts};
pub(crate) use again::Refused;
use agents::Agents;
pub(crate) use asked::Asked;
use asked::Choices;
pub(crate) use fingerprint::{Fingerprinter, fingerprint};
use prices::Prices;
use record::Event;
pub(crate) use record::{DAMAGED, Record, Recorded};
pub use rejection::MAX_LOG_AGENTS;
use rejection::Rejection;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tasks::{Entry, Tasks, Unfinished};

/// Maximum length of the name of a task or a trial.
const MAX_NAME_BYTES: usize = 4096;

/// Maximum length of an agent's name: there are few of them, and some tools put a whole configuration there.
const MAX_AGENT_BYTES: usize = 1 << 18;

fn check_names(run: &RunResult<'_>) -> Result<(), Rejection> {
    let check = |name: Option<&str>, most: usize| match name {
        Some(name) if name.len() > most => Err(Rejection::LongName(most)),
        _ => Ok(()),
    };
    check(Some(run.task), MAX_NAME_BYTES)?;
    check(run.trial, MAX_NAME_BYTES)?;
    check(run.agent, MAX_AGENT_BYTES)
}

/// Takes runs, source by source, and makes a [`Log`] of them.
#[derive(Debug)]
pub(crate) struct Collector {
    agents: Agents,
    tasks: Tasks,
    prices: Prices,
    sources: Vec<SourceReport>,
    has_begun: bool,
    origin: Origin,
    /// The agent of a source that names none run by run.
    agent_of_source: String,
    /// Agents of the source that is being read that are others than those of these names elsewhere, and their names.
    renamed: HashMap<String, String>,
    /// Agents that are in several files of a folder.
    again: BTreeSet<String>,
    /// Errors of the harness that count as failures, in the source that is being read.
    errors: u64,
    /// Of the source that is being read.
    verdicts: Option<Tasks>,
    validators: Vec<ValidatorVerdicts>,
    choices: Choices,
    /// Options that had an effect.
    used: HashSet<&'static str>,
    /// The first source that had nothing of its own, and why.
    passed_over: Option<(Origin, String)>,
    /// What tasks are about, and the source that said so first.
    contents: HashMap<u128, (u64, usize)>,
    /// What sources hold, and what they are called.
    sources_by_content: HashMap<u128, Arc<str>>,
    /// Runs whose right answer is another one than before on the same task, in the source that is being read.
    other_targets: u64,
    options: ReadOptions,
    /// All that readers tell, where it is to be told again.
    record: Option<Record>,
    stop: Option<Arc<AtomicBool>>,
}

/// Maximum number of tasks whose contents are compared.
const MAX_CONTENTS: usize = 100_000;

impl Collector {
    /// Returns a collector without runs.
    pub(crate) fn new(options: &ReadOptions) -> Self {
        Self {
            agents: Agents::default(),
            tasks: Tasks::new(options.memory_bytes),
            prices: Prices::default(),
            sources: Vec::new(),
            has_begun: false,
            origin: Origin::unknown(),
            agent_of_source: String::new(),
            renamed: HashMap::new(),
            again: BTreeSet::new(),
            errors: 0,
            verdicts: None,
            validators: Vec::new(),
            choices: Choices::default(),
            passed_over: None,
            used: HashSet::new(),
            contents: HashMap::new(),
            sources_by_content: HashMap::new(),
            other_targets: 0,
            options: options.clone(),
            record: None,
            stop: None,
        }
    }

    /// Keeps all that readers tell.
    pub(crate) fn recording(self) -> Self {
        Self { record: Some(Record::default()), ..self }
    }

    /// Takes no more runs once this flag is set.
    pub(crate) fn stopped_by(self, stop: Arc<AtomicBool>) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// Keeps what a reader tells.
    fn tell(&mut self, event: impl FnOnce(&mut Record) -> Event) {
        if let Some(record) = &mut self.record {
            let event = event(record);
            record.push(&event);
        }
    }

    /// Keeps that the source at this place was skipped, and why.
    pub(crate) fn skipped(&mut self, place: usize, problem: &str) {
        self.tell(|record| Event::Skipped(place as u32, record.name(problem)));
    }

    /// Keeps that the next source is the one at this place.
    pub(crate) fn begin_at(&mut self, place: usize, origin: &Origin, format: &str) -> Result<(), LogError> {
        self.tell(|record| Event::Begin(place as u32, record.name(format)));
        self.begin(origin, format)
    }

    /// Returns what was recorded.
    pub(crate) fn take_record(&mut self) -> Record {
        self.record.take().unwrap_or_default()
    }

    /// Notes where the source holds the same as another one; `is_cut` where only its first megabyte is known.
    pub(crate) fn content(&mut self, content: u128, is_cut: bool) {
        self.tell(|_| Event::Content(content, is_cut));
        let name = Arc::clone(&self.origin.name);
        if let Some(other) = self.sources_by_content.insert(content, name) {
            let same = if is_cut { "begins with the same megabyte as" } else { "is the same as" };
            let other = quoted(&other);
            let what = if self.origin.is_file() { "file" } else { "table" };
            self.note_untold(format!("this {what} {same} {other}; if it is a copy, leave one of them out"));
        }
    }

    /// Whether any source began.
    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Begins a source. Its agent is named after it unless [`made_by`](Self::made_by) names the agent.
    pub(crate) fn begin(&mut self, origin: &Origin, format: &str) -> Result<(), LogError> {
        self.end()?;
        self.has_begun = true;
        let name = origin.name.to_string();
        self.sources.push(SourceReport { name, format: format.into(), ..SourceReport::default() });
        self.tasks.begin_source(self.sources.len() - 1);
        self.origin = origin.clone();
        self.renamed.clear();
        self.agents.begin();
        self.agent_of_source = self.free_name(origin.label());
        Ok(())
    }

    /// Returns the answer that a text is.
    pub(crate) fn answer(&self, text: &str) -> Answer {
        Answer::compared(text, self.options.answers)
    }

    /// The format turns out to be a more special one.
    pub(crate) fn format(&mut self, format: &str) {
        self.tell(|record| Event::Format(record.name(format)));
        if let Some(report) = self.sources.last_mut() {
            format.clone_into(&mut report.format);
        }
    }

    /// Takes back that this source began, before any run of it: what it could say is in other sources. Where there are
    /// none, `problem` is what is wrong.
    pub(crate) fn pass_over(&mut self, problem: &str) {
        self.tell(|record| Event::PassOver(record.name(problem)));
        self.sources.pop();
        self.passed_over.get_or_insert_with(|| (self.origin.clone(), problem.to_owned()));
    }

    /// Ends the source that is being read.
    fn end(&mut self) -> Result<(), LogError> {
        let again = self.agents.again();
        if self.origin.of_folder {
            // One note for all of a folder, whose files may be many.
            self.again.extend(again.into_iter().map(str::to_owned));
        } else if !again.is_empty() {
            self.note_untold(format!(
                "{} also in another log; agents of the same name are one agent",
                match again.as_slice() {
                    [only] => format!("{} is", list([only])),
                    several => format!("{} are", list(several)),
                }
            ));
        }
        match std::mem::take(&mut self.errors) {
            0 => {}
            1 => self.note_untold("1 error of the harness counts as a failure (--errors fail)".into()),
            errors => {
                self.note_untold(format!("{errors} errors of the harness count as failures (--errors fail)"));
            }
        }
        self.finish_verdicts()
    }

    /// Names the agent of all runs of this source that name none. If another source has an agent of this name, this is
    /// a different one, and what distinguishes the sources is added. Agents that are the same in several sources are
    /// named run by run.
    pub(crate) fn made_by(&mut self, agent: &str) {
        self.tell(|record| Event::MadeBy(record.name(agent)));
        self.agent_of_source = self.free_name(agent);
    }

    /// Names the agent of all runs of this source that name none; in other sources it is the same one, because its runs
    /// there are on other tasks.
    pub(crate) fn made_by_anywhere(&mut self, agent: &str) {
        self.tell(|record| Event::MadeByAnywhere(record.name(agent)));
        agent.clone_into(&mut self.agent_of_source);
    }

    /// As [`made_by`](Self::made_by), with a name that the source gives.
    pub(crate) fn named_after(&mut self, after: NamedAfter) {
        self.agent_of_source = self.free_name(after.name(&self.origin));
        self.tell(|_| Event::NamedAfter(after, false));
    }

    /// As [`made_by_anywhere`](Self::made_by_anywhere), with a name that the source gives.
    pub(crate) fn named_after_anywhere(&mut self, after: NamedAfter) {
        self.agent_of_source = after.name(&self.origin).to_owned();
        self.tell(|_| Event::NamedAfter(after, true));
    }

    /// Names the agent of a source that has a part of its tasks. In sources of other parts it is the same agent. Where
    /// another source of this part names it as well, this is a different one, which is noted of that source.
    pub(crate) fn made_by_in_part(&mut self, agent: &str, part: &str, conflict: Option<&str>) {
        self.tell(|record| {
            let conflict = conflict.map(|conflict| record.name(conflict));
            Event::InPart(record.name(agent), record.name(part), conflict)
        });
        let here = fingerprint(self.origin.name.as_bytes()) as u64;
        match self.check_fingerprints(fingerprint(part.as_bytes()), here) {
            Ok(_) => agent.clone_into(&mut self.agent_of_source),
            Err(other) => {
                self.agent_of_source = self.free_name(agent);
                if let Some(conflict) = conflict {
                    self.note_untold(format!("{} {conflict}", quoted(&other)));
                }
            }
        }
    }

    /// Says with which settings an agent was run. Where another source has one of this name with others, here it is a
    /// different agent: its name gets what distinguishes the source, and a note says `what` is different.
    pub(crate) fn run_with(&mut self, agent: &str, settings: &str, what: &str) {
        self.run_with_settings(agent, fingerprint(settings.as_bytes()) as u64, what);
    }

    fn run_with_settings(&mut self, agent: &str, settings: u64, what: &str) {
        self.tell(|record| Event::RunWith(record.name(agent), settings, record.name(what)));
        let about = fingerprint(format!("{what} of {agent}").as_bytes());
        if let Err(other) = self.check_fingerprints(about, settings) {
            let (name, other) = (quoted(agent), quoted(&other));
            self.note_untold(format!("{name} has {what} in {other}: here it is a different agent"));
            self.renamed.insert(agent.to_owned(), format!("{agent} ({})", self.origin.label()));
        }
    }

    /// What distinguishes the source that is being read.
    pub(crate) fn label(&mut self) -> String {
        let label = self.origin.label().to_owned();
        self.tell(|record| Event::Label(record.name(&label)));
        label
    }

    /// Notes that an option had an effect on this source.
    pub(crate) fn used(&mut self, option: &'static str) {
        self.tell(|record| Event::Used(record.name(option)));
        self.used.insert(option);
    }

    /// Remembers what the task of this name is about; where another source has one of this name that is about something
    /// else, the name of that source.
    ///
    /// # Errors
    /// That name.
    pub(crate) fn check_content(&mut self, task: &str, content: &str) -> Result<(), String> {
        let (about, content) = (fingerprint(task.as_bytes()), fingerprint(content.as_bytes()) as u64);
        let checked = self.check_fingerprints(about, content);
        // What was said before in the same words is kept already.
        if checked != Ok(false) {
            self.tell(|_| Event::Check(about, content, checked.is_err()));
        }
        checked.map(|_| ())
    }

    /// Whether no other source has the run of this name; otherwise it is left out for this reason. What is told of it
    /// ends with [`end_unless`](Self::end_unless).
    pub(crate) fn begin_unless_elsewhere(&mut self, run: &str, reason: &str) -> bool {
        let (about, source) = (fingerprint(run.as_bytes()), fingerprint(self.origin.name.as_bytes()) as u64);
        let is_new = self.check_fingerprints(about, source).is_ok();
        if is_new {
            self.tell(|record| Event::Unless(about, source, record.name(reason)));
        } else {
            self.tell(|_| Event::Check(about, source, true));
            self.leave_out(reason);
        }
        is_new
    }

    /// Ends what is told of a run that may be in other sources as well; `is_noted` if notes of this source will say
    /// something of it.
    pub(crate) fn end_unless(&mut self, is_noted: bool) {
        self.tell(|_| Event::EndUnless(is_noted));
    }

    /// As [`check_content`](Self::check_content); whether it is new.
    fn check_fingerprints(&mut self, about: u128, content: u64) -> Result<bool, String> {
        let source = self.sources.len();
        match self.contents.get(&about) {
            Some((known, place)) if *known != content => {
                Err(self.sources.get(*place).map_or(String::new(), |report| report.name.clone()))
            }
            Some(_) => Ok(false),
            None if self.contents.len() >= MAX_CONTENTS => Ok(true),
            None => {
                self.contents.insert(about, (content, source.saturating_sub(1)));
                Ok(true)
            }
        }
    }

    /// Counts the run if the right answer of its task, by its fingerprint, is another one than before.
    pub(crate) fn check_target(&mut self, task: &str, target: u128) {
        self.check_target_of(fingerprint(task.as_bytes()), target as u64);
    }

    fn check_target_of(&mut self, task: u128, target: u64) {
        let checked = self.check_fingerprints(task, target);
        if checked != Ok(false) {
            self.tell(|_| Event::Target(task, target));
        }
        self.other_targets += u64::from(checked.is_err());
    }

    /// Notes how many runs of the source had other right answers than before.
    pub(crate) fn note_targets(&mut self) {
        self.tell(|_| Event::NoteTargets);
        let others = std::mem::take(&mut self.other_targets);
        if others > 0 {
            self.note_untold(format!(
                "{} with another right answer than earlier rows of the same task: what is right there is not told apart \
                 from what was right before",
                count(others, "run")
            ));
        }
    }

    fn free_name(&self, agent: &str) -> String {
        let (apart, source) = (self.origin.apart(), &self.origin.name);
        let names = [agent.to_owned(), format!("{agent} ({apart})"), format!("{agent} ({source})")];
        let names = names.into_iter().enumerate().filter(|(place, _)| *place != 1 || !apart.is_empty());
        let numbered = (2_u64..).map(|number| format!("{agent} ({source}, {number})"));
        let mut free = names.map(|(_, name)| name).chain(numbered).filter(|name| !self.agents.knows(name));
        free.next().unwrap_or_default()
    }

    /// Takes a run that was made and judged.
    ///
    /// # Errors
    /// What is wrong with it, to be reported with its place in the file: the same trial of a task twice, more than
    /// [`MAX_LOG_AGENTS`] agents, a temporary file that fails.
    pub(crate) fn run(&mut self, run: RunResult<'_>) -> Result<(), String> {
        self.tell(|record| Event::Run(record.run(&run)));
        self.count(run)
    }

    fn count(&mut self, run: RunResult<'_>) -> Result<(), String> {
        if self.is_stopped() {
            return Err(STOPPED.into());
        }
        let name = run.agent.unwrap_or(&self.agent_of_source);
        let name = self.renamed.get(name).map_or(name, String::as_str);
        let cluster = self.options.cluster.is_some().then(|| cluster(&run));
        let taken = check_names(&run).and_then(|()| self.agents.number(name)).and_then(|agent| {
            self.prices.add(agent, run.cost, run.latency_ms);
            let trial = run.trial.map(|trial| (agent, trial));
            let RunResult { task, correct, answer, .. } = run;
            if answer.is_some() && self.options.answers != AnswerComparison::default() {
                self.used.insert("--answers");
            }
            self.tasks.add(Entry { task, column: agent, trial, correct, answer, cluster })
        });
        taken.map_err(|rejection| {
            rejection.message(run.task, name, Some(run.trial.unwrap_or_default()), self.options.memory_bytes)
        })?;
        if let Some(report) = self.sources.last_mut() {
            report.runs += 1;
            report.correct += u64::from(run.correct);
        }
        Ok(())
    }

    /// Takes a run that ended in an error of the harness: it is left out for this reason, or counts as a failure
    /// without an answer where that was asked for.
    pub(crate) fn error(&mut self, run: RunResult<'_>, reason: &str) -> Result<(), String> {
        self.tell(|record| Event::Error(record.run(&run), record.name(reason)));
        match self.options.errors {
            HarnessErrors::LeaveOut => {
                self.count_left_out(reason);
                Ok(())
            }
            HarnessErrors::Fail => {
                self.errors += 1;
                self.count(RunResult { correct: false, answer: Some(Answer::Silent), ..run })
            }
        }
    }

    /// Takes the verdict of a validator on a candidate.
    pub(crate) fn verdict(&mut self, run: RunResult<'_>, accepted: bool) -> Result<(), String> {
        self.tell(|record| Event::Verdict(record.run(&run), accepted));
        if self.is_stopped() {
            return Err(STOPPED.into());
        }
        let memory_bytes = self.options.memory_bytes;
        let tasks = self.verdicts.get_or_insert_with(|| Tasks::new(memory_bytes));
        // A trial has one candidate, correct or wrong.
        let trial = run.trial.map(|trial| (0, trial));
        let cluster = self.options.cluster.is_some().then(|| cluster(&run));
        let entry = Entry {
            task: run.task,
            column: usize::from(!run.correct),
            trial,
            correct: accepted,
            answer: None,
            cluster,
        };
        check_names(&run).and_then(|()| tasks.add(entry)).map_err(|rejection| {
            let trial = run.trial.unwrap_or_default();
            rejection.message(run.task, CANDIDATE, Some(trial), memory_bytes)
        })
    }

    /// Counts a run that says nothing about its agent, and why.
    pub(crate) fn leave_out(&mut self, reason: &str) {
        self.tell(|record| Event::LeftOut(record.name(reason)));
        self.count_left_out(reason);
    }

    fn count_left_out(&mut self, reason: &str) {
        let Some(report) = self.sources.last_mut() else { return };
        match report.left_out.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                report.left_out.insert(reason.to_owned(), 1);
            }
        }
    }

    /// Adds a note on the source that is being read.
    pub(crate) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        self.tell(|record| Event::Note(record.name(&note)));
        self.note_untold(note);
    }

    /// Adds a note that follows from what was told.
    fn note_untold(&mut self, note: String) {
        if let Some(report) = self.sources.last_mut() {
            report.notes.push(kofn::escape(&note).into_owned());
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Notes that this source has what an option asks for, or which names it has instead.
    pub(crate) fn offers<T: AsRef<str>>(&mut self, asked: Asked, names: impl IntoIterator<Item = T>) {
        // Names are for messages about options that were given.
        if asked.wanted(&self.options).is_some() {
            let names: Vec<T> = names.into_iter().collect();
            self.tell(|record| {
                Event::Offers(asked as u8, names.iter().map(|name| record.name(name.as_ref())).collect())
            });
            self.choices.offers(asked, names);
        }
    }

    /// Returns all that was read.
    pub(crate) fn finish(mut self) -> Result<Log, LogError> {
        self.end()?;
        if let (Some((origin, problem)), true) = (&self.passed_over, self.sources.is_empty()) {
            return Err(origin.wrong_as_a_whole(problem.clone()));
        }
        if let (Some(problem), Some(first)) = (self.choices.unmet(&self.options), self.sources.first()) {
            return Err(Origin::new(&first.name).wrong_as_a_whole(problem));
        }
        let given = [
            ("--columns", self.options.columns != Columns::default(), "no log has rows of one's own"),
            (
                "--answers",
                self.options.answers != AnswerComparison::default(),
                "no log says what was answered",
            ),
            ("--tasks", self.options.tasks.is_some(), "no log lists only the tasks that were resolved"),
        ];
        let unused = given.iter().find(|(option, given, _)| *given && !self.used.contains(option));
        if let (Some((option, _, why)), Some(first)) = (unused, self.sources.first()) {
            let problem = format!("{option} has no effect: {why}; leave it out");
            return Err(Origin::new(&first.name).wrong_as_a_whole(problem));
        }
        let names = self.agents.names().to_vec();
        let counts = self.tasks.finish(names.len());
        let memory_bytes = self.options.memory_bytes;
        let counted = counts.map_err(|problem| unfinished(problem, &self.sources, &names, memory_bytes))?;
        let mut notes = notes::notes(&names, &counted.counts, &counted.results);
        if !self.again.is_empty() {
            let (names, are) = (list(&self.again), if self.again.len() == 1 { "is" } else { "are" });
            notes.push(format!(
                "{names} {are} in several files; the runs of all of them count, so check that no file is there twice"
            ));
        }
        if counted.contradictions > 0 {
            notes.push(format!(
                "graded correct in one run and wrong in another run of the same task: {}",
                count(counted.contradictions, "answer")
            ));
        }
        Ok(Log {
            prices: self.prices.finish(names.len()),
            agents: names,
            counts: counted.counts,
            results: counted.results,
            answers: counted.answers,
            verdicts: self.validators,
            sources: self.sources,
            notes,
        })
    }

    fn finish_verdicts(&mut self) -> Result<(), LogError> {
        let Some(tasks) = self.verdicts.take() else { return Ok(()) };
        let counted = tasks.finish(2).map_err(|problem| {
            let names = [CANDIDATE.to_owned(), CANDIDATE.to_owned()];
            unfinished(problem, &self.sources, &names, self.options.memory_bytes)
        })?;
        let judged = |column: usize| {
            let counts = &counted.counts.agents[column];
            Judged { candidates: counts.runs, accepted: counts.correct }
        };
        self.validators.push(ValidatorVerdicts {
            validator: self.options.validator.clone().unwrap_or_else(|| self.origin.label().to_owned()),
            of_correct: judged(0),
            of_wrong: judged(1),
            results: counted.results,
        });
        Ok(())
    }
}

/// Options of which it is known whether they had an effect.
const OPTIONS: [&str; 3] = ["--columns", "--answers", "--tasks"];

/// What is said where reading was stopped; whoever stopped it knows.
const STOPPED: &str = "reading was stopped";

/// What messages about verdicts call the agent.
const CANDIDATE: &str = "the candidate";

/// The fingerprint of a run's cluster; a task without one is a cluster of its own.
fn cluster(run: &RunResult<'_>) -> u64 {
    (fingerprint(run.cluster.unwrap_or(run.task).as_bytes()) >> 64) as u64
}

fn unfinished(
    problem: Unfinished,
    sources: &[SourceReport],
    names: &[String],
    memory_bytes: usize,
) -> LogError {
    let Unfinished { rejection, task, column, source } = problem;
    let source = sources.get(source as usize).map_or("", |report| &report.name);
    let agent = names.get(column).map_or("", String::as_str);
    Origin::new(source).wrong_as_a_whole(rejection.message(&task, agent, None, memory_bytes))
}
