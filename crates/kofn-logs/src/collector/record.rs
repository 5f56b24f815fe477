//! What readers told the collector, to be told again to another one: so are logs added that were read apart.

use super::asked::Asked;
use super::fingerprint::fingerprint;
use crate::report::{Answer, RunResult};
use crate::source::NamedAfter;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Something that a reader told. Names are numbers: their places among the names of the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Event {
    /// A source begins: its place, and its format.
    Begin(u32, u32),
    /// The format turns out to be another one.
    Format(u32),
    /// The fingerprint of what the source holds, or of its first megabyte.
    Content(u128, bool),
    /// The source was found in a folder and is no log: its place, and why.
    Skipped(u32, u32),
    PassOver(u32),
    MadeBy(u32),
    MadeByAnywhere(u32),
    /// The agent is named after the source; whether it is the same one in other sources.
    NamedAfter(NamedAfter, bool),
    /// The agent has tasks of this name here, and what to note of another source that has them as well.
    InPart(u32, u32, Option<u32>),
    /// With which settings an agent was run, by their fingerprint, and what to note where they differ.
    RunWith(u32, u64, u32),
    /// The label was read.
    Label(u32),
    /// An option had an effect.
    Used(u32),
    /// What a task, or whatever has this fingerprint, is about; and whether another source said otherwise.
    Check(u128, u64, bool),
    /// What follows, as far as [`EndUnless`](Self::EndUnless), is told unless another source has the run of this
    /// fingerprint; the fingerprint of this source, and the reason for which the run is left out otherwise.
    Unless(u128, u64, u32),
    /// Whether what was told goes into notes behind it.
    EndUnless(bool),
    /// The right answer to a task.
    Target(u128, u64),
    NoteTargets,
    Run(Run),
    /// A run that ended in an error of the harness, and the reason.
    Error(Run, u32),
    /// A verdict on a candidate, and whether it accepts.
    Verdict(Run, bool),
    LeftOut(u32),
    Note(u32),
    Offers(u8, Vec<u32>),
}

/// A [`RunResult`] with numbers for names.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Run {
    task: u32,
    agent: Option<u32>,
    trial: Option<u32>,
    correct: bool,
    answer: Option<Answer>,
    cluster: Option<u32>,
    cost: Option<f64>,
    latency_ms: Option<f64>,
}

/// Events, one behind another.
#[derive(Debug, Default)]
pub(crate) struct Record {
    names: Vec<Box<str>>,
    places: HashMap<u128, u32>,
    events: Vec<u8>,
    /// The first event that could not be kept, and why.
    problem: Option<String>,
}

/// A record that is complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    names: Vec<Box<str>>,
    events: Vec<u8>,
}

/// What is said of a record that is not as it was written.
pub(crate) const DAMAGED: &str = "these results are damaged: they are not as they were written";

impl Record {
    /// The number of a name.
    pub(super) fn name(&mut self, name: &str) -> u32 {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        *self.places.entry(fingerprint(name.as_bytes())).or_insert_with(|| {
            self.names.push(name.into());
            next
        })
    }

    pub(super) fn run(&mut self, run: &RunResult<'_>) -> Run {
        Run {
            task: self.name(run.task),
            agent: run.agent.map(|name| self.name(name)),
            trial: run.trial.map(|name| self.name(name)),
            correct: run.correct,
            answer: run.answer,
            cluster: run.cluster.map(|name| self.name(name)),
            cost: run.cost,
            latency_ms: run.latency_ms,
        }
    }

    /// Appends an event.
    pub(super) fn push(&mut self, event: &Event) {
        match postcard::to_extend(event, std::mem::take(&mut self.events)) {
            Ok(events) => self.events = events,
            Err(error) => self.problem = self.problem.take().or(Some(error.to_string())),
        }
    }

    /// The whole of it.
    pub(crate) fn finish(self) -> Result<Recorded, String> {
        match self.problem {
            None => Ok(Recorded { names: self.names, events: self.events }),
            Some(problem) => Err(format!("the runs could not be kept: {problem}")),
        }
    }
}

impl Recorded {
    /// Passes on all events in their order.
    pub(super) fn each<E: From<&'static str>>(
        &self,
        mut each: impl FnMut(Event) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = &*self.events;
        while !rest.is_empty() {
            let (event, behind) = postcard::take_from_bytes(rest).map_err(|_| DAMAGED)?;
            rest = behind;
            each(event)?;
        }
        Ok(())
    }

    /// The name of this number.
    pub(super) fn name(&self, number: u32) -> Result<&str, &'static str> {
        self.names.get(number as usize).map(|name| &**name).ok_or(DAMAGED)
    }

    pub(super) fn run(&self, run: &Run) -> Result<RunResult<'_>, &'static str> {
        let name = |number: Option<u32>| number.map(|number| self.name(number)).transpose();
        Ok(RunResult {
            task: self.name(run.task)?,
            agent: name(run.agent)?,
            trial: name(run.trial)?,
            correct: run.correct,
            answer: run.answer,
            cluster: name(run.cluster)?,
            cost: run.cost,
            latency_ms: run.latency_ms,
        })
    }

    /// The fingerprint of each source's content, in the order of the sources; none of those that were skipped.
    pub(crate) fn contents(&self) -> Result<Vec<(u32, u128)>, &'static str> {
        let (mut contents, mut source) = (Vec::new(), 0);
        self.each(|event| {
            match event {
                Event::Begin(place, _) => source = place,
                Event::Content(content, _) => contents.push((source, content)),
                _ => {}
            }
            Ok::<_, &'static str>(())
        })?;
        Ok(contents)
    }
}

impl Asked {
    /// The option of this number.
    pub(super) fn of_number(number: u8) -> Option<Self> {
        [Self::Score, Self::Validator, Self::Filter, Self::Cluster].into_iter().find(|of| *of as u8 == number)
    }
}
