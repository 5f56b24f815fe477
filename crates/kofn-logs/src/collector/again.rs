//! A record told to a collector: the same as if its sources were read again.

use super::record::{DAMAGED, Event, Recorded};
use super::{Asked, Collector, OPTIONS};
use crate::error::LogError;
use crate::source::Origin;

/// Why a record cannot be told again.
pub(crate) enum Refused {
    /// A log is wrong, or two do not go together.
    Log(LogError),
    /// The record itself is wrong.
    Record(&'static str),
}

impl From<&'static str> for Refused {
    fn from(problem: &'static str) -> Self {
        Self::Record(problem)
    }
}

impl From<LogError> for Refused {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl Collector {
    /// Takes all that readers told of these sources; returns those that were skipped.
    pub(crate) fn take_again(
        &mut self,
        recorded: &Recorded,
        origins: &[Origin],
    ) -> Result<Vec<(Origin, String)>, Refused> {
        let mut skipped = Vec::new();
        // Whether what is told is of a run that another source has.
        let mut is_elsewhere = false;
        recorded.each(|event| match event {
            Event::EndUnless(is_noted) => match std::mem::take(&mut is_elsewhere) && is_noted {
                true => Err(self.differs("has runs that another log has as well").into()),
                false => Ok(()),
            },
            _ if is_elsewhere => Ok(()),
            Event::Unless(run, source, reason) => {
                is_elsewhere = self.check_fingerprints(run, source).is_err();
                if is_elsewhere {
                    self.leave_out(recorded.name(reason)?);
                }
                Ok(())
            }
            Event::Skipped(source, problem) => {
                let origin = origins.get(source as usize).ok_or(DAMAGED)?;
                skipped.push((origin.clone(), recorded.name(problem)?.to_owned()));
                Ok(())
            }
            Event::Begin(source, format) => {
                let origin = origins.get(source as usize).ok_or(DAMAGED)?;
                Ok(self.begin(origin, recorded.name(format)?)?)
            }
            other => self.take_event(recorded, other),
        })?;
        Ok(skipped)
    }

    fn take_event(&mut self, recorded: &Recorded, event: Event) -> Result<(), Refused> {
        let name = |number: u32| recorded.name(number);
        let mut taken = Ok(());
        match event {
            Event::Begin(..) | Event::Skipped(..) | Event::Unless(..) | Event::EndUnless(..) => {}
            Event::Format(format) => self.format(name(format)?),
            Event::Content(content, is_cut) => self.content(content, is_cut),
            Event::PassOver(problem) => self.pass_over(name(problem)?),
            Event::MadeBy(agent) => self.made_by(name(agent)?),
            Event::MadeByAnywhere(agent) => self.made_by_anywhere(name(agent)?),
            Event::NamedAfter(after, false) => self.named_after(after),
            Event::NamedAfter(after, true) => self.named_after_anywhere(after),
            Event::InPart(agent, part, conflict) => {
                self.made_by_in_part(name(agent)?, name(part)?, conflict.map(name).transpose()?);
            }
            Event::RunWith(agent, settings, what) => {
                self.run_with_settings(name(agent)?, settings, name(what)?);
            }
            Event::Label(label) if self.label() == name(label)? => {}
            Event::Label(_) => return Err(self.differs("has a name like that of another log").into()),
            Event::Used(option) => {
                let option = name(option)?;
                self.used(OPTIONS.into_iter().find(|known| *known == option).ok_or(DAMAGED)?);
            }
            Event::Check(about, content, is_other) => {
                if self.check_fingerprints(about, content).is_err() != is_other {
                    return Err(self.differs("has a task, a model or a run like another log").into());
                }
            }
            Event::Target(about, target) => self.check_target_of(about, target),
            Event::NoteTargets => self.note_targets(),
            Event::Run(run) => taken = self.run(recorded.run(&run)?),
            Event::Error(run, reason) => taken = self.error(recorded.run(&run)?, name(reason)?),
            Event::Verdict(run, accepted) => taken = self.verdict(recorded.run(&run)?, accepted),
            Event::LeftOut(reason) => self.leave_out(name(reason)?),
            Event::Note(note) => self.note(name(note)?),
            Event::Offers(asked, names) => {
                let names = names.into_iter().map(name).collect::<Result<Vec<_>, _>>()?;
                self.offers(Asked::of_number(asked).ok_or(DAMAGED)?, names);
            }
        }
        Ok(taken.map_err(|problem| self.origin.wrong_as_a_whole(problem))?)
    }

    /// What this source says depends on a source that was not there when it was read.
    fn differs(&self, why: &str) -> LogError {
        self.origin.wrong_as_a_whole(format!(
            "this log {why} that was read apart from it, and is read otherwise together with it: read both at once"
        ))
    }
}
