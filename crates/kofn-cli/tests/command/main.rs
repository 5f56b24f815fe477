//! The command as another program sees it: output, exit codes, files, signals.

mod bad_input;
mod chapter;
mod checkpoint;
mod command_line;
mod engines;
mod fit_command;
mod guide;
mod importance;
#[cfg(unix)]
mod interrupt;
mod logs;
mod output;
mod plan;
mod rare;
mod rational;
mod replay;
mod report;
mod schema;
mod shards;
mod sweep;
mod teams;
mod until_error;

use assert_cmd::Command;
use serde_json::Value;

/// The command with these arguments; it runs at the root of the workspace, where the examples are.
fn kofn(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("kofn").expect("the binary is built");
    command.args(arguments).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command
}

/// The command as it is typed, with this on standard input.
fn typed(arguments: &str, input: &str) -> Command {
    let mut command = kofn(&words(arguments));
    command.write_stdin(input);
    command
}

/// The words of a command as a shell takes them: what stands in single quotes is one.
fn words(arguments: &str) -> Vec<&str> {
    let outside = |(place, part)| (place % 2 == 0, part);
    let parts = arguments.split('\'').enumerate().map(outside);
    parts
        .flat_map(
            |(is_outside, part): (bool, &str)| {
                if is_outside { part.split_whitespace().collect() } else { vec![part] }
            },
        )
        .collect()
}

/// What a command that succeeds prints; nothing may be on standard error.
fn stdout(mut command: Command) -> Vec<u8> {
    command.assert().success().stderr("").get_output().stdout.clone()
}

/// The one JSON object that a command prints.
fn json(command: Command) -> Value {
    serde_json::from_slice(&stdout(command)).expect("one JSON object")
}

/// The one JSON object that a plan prints where no system meets what it demands; it exits with 1.
fn unmet(mut command: Command) -> Value {
    let output = command.assert().code(1).stderr("").get_output().stdout.clone();
    serde_json::from_slice(&output).expect("one JSON object")
}
