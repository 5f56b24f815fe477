//! Work that may take long: on a thread of its own, without the lock of the interpreter, and stopped by Ctrl-C.

use crate::error::{Refusal, lost};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two looks at signals and progress.
const POLL: Duration = Duration::from_millis(20);

/// How long a run that was told to stop is waited for: an interrupt ends a call within a tenth of a second.
const GRACE: Duration = Duration::from_millis(70);

/// What a run and the thread that waits for it share.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    done: AtomicU64,
    all: AtomicU64,
}

impl Watch {
    /// A flag that becomes true when the run is to end.
    pub(crate) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// Says how much is done, of how much.
    pub(crate) fn report(&self, done: u64, all: u64) {
        self.done.store(done, Relaxed);
        self.all.store(all, Relaxed);
    }

    /// Says how much is done; whether to go on.
    pub(crate) fn goes_on(&self, done: u64, all: u64) -> bool {
        self.report(done, all);
        !self.stop.load(Relaxed)
    }
}

/// Does `work` on another thread and returns its answer.
///
/// Meanwhile the lock of the interpreter is free, signals are handled and `progress`, a function of the amount done and
/// of all, is called. Where it raises, or a signal does, the work is told to stop, and the exception is raised with
/// the answer so far as its attribute `partial`, or None where there is none in time. Work that cannot be stopped is left
/// alone: its thread ends by itself, and its answer is dropped.
pub(crate) fn run<T>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Watch) -> Result<T, Refusal> + Send + 'static,
) -> PyResult<T>
where
    T: Send + 'static + for<'py> IntoPyObject<'py>,
{
    let watch = Arc::new(Watch::default());
    let (sender, receiver) = sync_channel(1);
    let receiver = Mutex::new(receiver);
    let shared = Arc::clone(&watch);
    let start = std::thread::Builder::new().name("kofn".into()).spawn(move || {
        // Whoever waited may have given up.
        let _ = sender.send(work(&shared));
    });
    start.map_err(|error| Refusal::whole(format!("no thread can be started: {error}")))?;
    match wait(py, &watch, &receiver, progress) {
        Ok(answer) => Ok(answer?),
        Err(error) => {
            watch.stop.store(true, Relaxed);
            let partial = py.detach(|| receive(&receiver, GRACE)).ok().and_then(Result::ok);
            error.value(py).setattr("partial", partial)?;
            Err(error)
        }
    }
}

/// Where the answer of a run arrives. Only one thread looks, and the lock says so to the compiler.
type Answers<T> = Mutex<Receiver<Result<T, Refusal>>>;

fn receive<T>(answers: &Answers<T>, patience: Duration) -> Result<Result<T, Refusal>, RecvTimeoutError> {
    answers.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(patience)
}

/// Waits for the answer; an error is an exception that was raised meanwhile.
fn wait<T: Send>(
    py: Python<'_>,
    watch: &Watch,
    receiver: &Answers<T>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Result<T, Refusal>> {
    let mut told = (0, 0);
    let mut next = Instant::now() + POLL;
    loop {
        let received = py.detach(|| receive(receiver, next.saturating_duration_since(Instant::now())));
        match received {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Disconnected) => return Err(lost()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        next = Instant::now() + POLL;
        py.check_signals()?;
        let now = (watch.done.load(Relaxed), watch.all.load(Relaxed));
        if let Some(progress) = progress.filter(|_| now != told) {
            progress.call1(now)?;
            told = now;
        }
    }
}
