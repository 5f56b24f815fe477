//! A progress bar on a terminal, once a run takes long enough to be wondered about.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kofn_logs::advice::PlanStep;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_millis(400);

/// Progress through a number of trials or other things, on standard error; silent where that is no terminal.
pub(super) struct Bar {
    bar: ProgressBar,
    started: Instant,
}

impl Bar {
    /// Progress through what has this name in the plural.
    pub(super) fn of(things: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style =
            format!("{{percent:>3}} % {{wide_bar}} {{human_pos}} of {{human_len}} {things}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&style) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Self { bar, started: Instant::now() }
    }

    /// Shows `done` of `all`.
    pub(super) fn show(&self, done: u64, all: u64) {
        if self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        self.bar.set_length(all);
        self.bar.set_position(done);
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// The steps of a longer computation, on standard error; silent where that is no terminal.
pub(super) struct Steps {
    bar: ProgressBar,
}

impl Steps {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {pos}/{len} {wide_bar} {elapsed}") {
            bar.set_style(style.progress_chars("━╸─"));
        }
        // A step may take longer than it takes to wonder about it, so that the bar shows itself.
        let later = bar.clone();
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            if !later.is_finished() {
                later.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
                later.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Self { bar }
    }

    /// Shows that `done` parts of `all` of this step are done.
    pub(super) fn show(&self, step: &'static str, done: u64, all: u64) {
        self.bar.set_message(step);
        self.bar.set_length(all);
        self.bar.set_position(done);
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// The steps of a plan from logs.
pub(super) struct LogSteps {
    steps: Steps,
    /// What was shown last while models are fitted: that is told very often.
    fitted: AtomicU64,
}

impl LogSteps {
    pub(super) fn new() -> Self {
        Self { steps: Steps::new(), fitted: AtomicU64::new(u64::MAX) }
    }

    /// Shows that `done` parts of `all` of this step are done.
    pub(super) fn show(&self, step: PlanStep, done: u64, all: u64) {
        if step != PlanStep::Fitting || self.fitted.swap(done, Ordering::Relaxed) != done {
            self.steps.show(step.doing(), done, all);
        }
    }

    pub(super) fn clear(&self) {
        self.steps.clear();
    }
}
