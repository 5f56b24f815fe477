//! `KOFN_ENGINE` chooses the engine, and every engine prints the same.

use crate::{stdout, typed};
use kofn::monte_carlo::Engine;
use kofn_testing::engines;
use predicates::prelude::*;
use predicates::str::contains;

#[test]
fn the_command_line_refuses_an_unknown_engine() {
    let run = |name: &str| {
        let mut command = typed("simulate --agents 5 --failure-rate 0.23 --trials 1e5 --json", "");
        command.env("KOFN_ENGINE", name).assert()
    };
    run("abacus").code(2).stderr(contains("KOFN_ENGINE").and(contains("portable")).and(contains("abacus")));
    let printed = |name: &str| run(name).success().get_output().stdout.clone();
    for engine in engines::required() {
        assert_eq!(printed(engine.name()), printed("portable"));
    }
}

/// The tallies themselves, byte for byte, and so what is merged.
#[test]
fn the_command_line_writes_the_same_tallies_on_every_engine() {
    let tally = |engine: Engine, shard: &str| {
        let mut command = typed("simulate --agents 5 --failure-rate 0.23 --trials 1e6", "");
        command.args(["--shard", shard]).env("KOFN_ENGINE", engine.name());
        stdout(command)
    };
    for engine in engines::required() {
        for shard in ["1/3", "2/3", "3/3"] {
            assert_eq!(tally(engine, shard), tally(Engine::PORTABLE, shard), "{engine} {shard}");
        }
    }
}
