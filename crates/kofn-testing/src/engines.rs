//! The engines that tests have to run.

use kofn::monte_carlo::Engine;

/// Those that `KOFN_REQUIRE_ENGINES` lists, separated by commas; if it is not set, those that this machine has.
pub fn required() -> Vec<Engine> {
    let Ok(names) = std::env::var("KOFN_REQUIRE_ENGINES") else { return Engine::available() };
    names.split(',').map(|name| Engine::named(name.trim()).expect("a required engine")).collect()
}
