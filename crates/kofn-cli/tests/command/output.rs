//! Standard output that takes nothing: a reader that has gone ends the printing and not the command; a full disk is an
//! error.

use std::fs::OpenOptions;
use std::process::{Command, Stdio};

fn kofn(arguments: &[&str]) -> Command {
    let mut kofn = Command::new(env!("CARGO_BIN_EXE_kofn"));
    kofn.args(arguments);
    kofn
}

/// Returns the exit code of the command, printing to what nobody reads.
fn without_reader(arguments: &[&str]) -> Option<i32> {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    kofn(arguments).stdout(Stdio::from(writer)).status().unwrap().code()
}

#[test]
fn without_a_reader_the_work_is_done_and_its_exit_code_kept() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().to_str().unwrap();
    let figures = ["figures", "reliability-map", "agents-needed", "accuracy", "--out", out];
    assert_eq!(without_reader(&figures), Some(0));
    assert_eq!(directory.path().read_dir().unwrap().count(), 6);
    assert_eq!(without_reader(&["chapter", "--strict", "--trials", "1000"]), Some(1));
    assert_eq!(without_reader(&["--help"]), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_printed_is_an_error() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ended = kofn(&["--help"]).stdout(full).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("cannot write"));
}
