//! Ctrl-C: the first ends a run and reports what is done, the second ends the program.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);

/// Lets an interrupt end the program with these words: for what leaves nothing behind.
pub(super) fn end_at_once(told: &'static str) {
    // Without a handler an interrupt ends the program too.
    let _ = ctrlc::set_handler(move || {
        crate::output::note(told);
        #[expect(clippy::exit, reason = "an interrupt asks for just that")]
        std::process::exit(130);
    });
}

/// A flag that becomes true when the user interrupts.
pub(super) fn flag() -> &'static AtomicBool {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        // Without a handler an interrupt ends the program at once, which is what it did before.
        let _ = ctrlc::set_handler(|| {
            if STOP.swap(true, Ordering::Relaxed) {
                #[expect(clippy::exit, reason = "a second interrupt asks for just that")]
                std::process::exit(130);
            }
        });
    });
    &STOP
}
