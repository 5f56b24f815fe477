//! Builds the site of kofn: the guide, and the page with its WebAssembly module.
//!
//! `kofn-site ENGINES.wasm LOGS.wasm FOLDER`, in the root of kofn, as `tools/site/build.sh` calls it.

mod guide;
mod page;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kofn-site: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [engines, logs, folder] = &arguments[..] else {
        return Err("usage: kofn-site ENGINES.wasm LOGS.wasm FOLDER".into());
    };
    guide::build(Path::new("docs"), folder)?;
    for size in page::build(engines, logs, &folder.join("page"))? {
        println!("{size}");
    }
    Ok(())
}
