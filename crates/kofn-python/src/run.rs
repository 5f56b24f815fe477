//! Long work: on its own thread, without the interpreter lock, and stopped by Ctrl-C.

use crate::error::{Refusal, lost};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Interval at which signals and progress are checked.
const POLL: Duration = Duration::from_millis(20);

/// Maximum wait for a run that was told to stop: an interrupt ends a call within a tenth of a second.
const GRACE: Duration = Duration::from_millis(70);

/// Maximum wait for a simulation. It ends within milliseconds unless the machine is busy, and its partial answer is
/// worth the wait.
const GRACE_OF_SIMULATIONS: Duration = Duration::from_secs(2);

/// State shared by a run and the thread that waits for it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    is_simulation: AtomicBool,
    done: AtomicU64,
    all: AtomicU64,
}

impl Watch {
    /// A flag that becomes true when the run must end.
    pub(crate) fn stop(&self) -> &Arc<AtomicBool> {
        &self.stop
    }

    /// The same flag for a simulation, which checks it all the time and has a partial answer when it is stopped.
    pub(crate) fn stop_of_simulation(&self) -> &Arc<AtomicBool> {
        self.is_simulation.store(true, Relaxed);
        &self.stop
    }

    /// Reports the amount done and the total.
    pub(crate) fn report(&self, done: u64, all: u64) {
        self.done.store(done, Relaxed);
        self.all.store(all, Relaxed);
    }

    /// Reports the amount done; returns whether to continue.
    pub(crate) fn goes_on(&self, done: u64, all: u64) -> bool {
        self.report(done, all);
        !self.stop.load(Relaxed)
    }
}

/// Does `work` on another thread and returns its answer.
///
/// Meanwhile the interpreter lock is released, signals are handled, and `progress` is called with the amount done and
/// the total. If it or a signal handler raises an exception, the work is told to stop, and the exception is raised with
/// the answer so far as its attribute `partial`, or None if there is none in time. Work that cannot be stopped
/// continues on its thread, and its answer is discarded.
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
            let grace = if watch.is_simulation.load(Relaxed) { GRACE_OF_SIMULATIONS } else { GRACE };
            let partial = py.detach(|| receive(&receiver, grace)).ok().and_then(Result::ok);
            error.value(py).setattr("partial", partial)?;
            Err(error)
        }
    }
}

/// [`run`]s work that is shared by threads.
pub(crate) fn run_on_threads<T>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Watch) -> Result<T, Refusal> + Send + 'static,
) -> PyResult<T>
where
    T: Send + 'static + for<'py> IntoPyObject<'py>,
{
    run(py, progress, move |watch| in_own_threads(|| work(watch)))
}

/// Does work that is shared by threads, in a thread pool of its own.
///
/// A pool that is kept for later work would have no threads in a forked process, which would then wait for them
/// forever.
pub(crate) fn in_own_threads<T: Send>(
    work: impl FnOnce() -> Result<T, Refusal> + Send,
) -> Result<T, Refusal> {
    own_threads()?.install(work)
}

/// Starts threads for one call.
pub(crate) fn own_threads() -> Result<rayon::ThreadPool, Refusal> {
    let pool = rayon::ThreadPoolBuilder::new().build();
    pool.map_err(|error| Refusal::whole(format!("no threads can be started: {error}")))
}

/// Receiver of the answer of a run. Only one thread uses it; the lock proves that to the compiler.
type Answers<T> = Mutex<Receiver<Result<T, Refusal>>>;

fn receive<T>(answers: &Answers<T>, patience: Duration) -> Result<Result<T, Refusal>, RecvTimeoutError> {
    answers.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(patience)
}

/// Waits for the answer; an error is an exception that was raised in the meantime.
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
