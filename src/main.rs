//! The command line of kofn: parse, run, print the error, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    kofn::cli::main()
}
