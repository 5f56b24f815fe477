//! The simulation engines that tests must run.

use kofn::monte_carlo::Engine;

/// Engines listed in `KOFN_REQUIRE_ENGINES`, separated by commas; if it is not set, all engines that this machine
/// supports.
pub fn required() -> Vec<Engine> {
    let Ok(names) = std::env::var("KOFN_REQUIRE_ENGINES") else { return Engine::available() };
    names.split(',').map(|name| Engine::named(name.trim()).expect("a required engine")).collect()
}
