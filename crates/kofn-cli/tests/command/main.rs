//! The command as another program sees it: output, exit codes, files, signals.

mod chapter;
mod checkpoint;
mod command_line;
mod engines;
mod fit_command;
mod importance;
mod interrupt;
mod plan;
mod rare;
mod rational;
mod readme;
mod shards;
mod until_error;
