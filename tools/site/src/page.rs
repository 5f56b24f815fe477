//! The page: one script with the module in it, so that it loads nothing and may be forbidden to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::error::Error;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Where the sources of the page stand.
const SOURCES: &str = "docs/page";
/// The style sheet of a report, which the page shows too.
const REPORT_STYLE: &str = "crates/kofn-figures/src/report/report.css";
/// The log that a button of the page reads.
const EXAMPLE_LOG: &str = "examples/answers.csv";

/// How large what a browser loads is, in bytes.
pub(crate) struct Sizes {
    module: usize,
    module_gzipped: usize,
    script: usize,
    script_gzipped: usize,
}

impl fmt::Display for Sizes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { module, module_gzipped, script, script_gzipped } = self;
        write!(
            formatter,
            "module {module} bytes, {module_gzipped} gzipped; kofn-explorer.js {script} bytes, {script_gzipped} gzipped"
        )
    }
}

/// Writes the page into `folder`.
pub(crate) fn build(module: &Path, folder: &Path) -> Result<Sizes, Box<dyn Error>> {
    let bytes = fs::read(module).map_err(|error| format!("{}: {error}", module.display()))?;
    let mut bound = Bindgen::new()
        .input_bytes("kofn", bytes)
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate_output()?;
    let module = bound.wasm_mut().emit_wasm();
    let gzipped = gzip(&module)?;
    let script = script(&STANDARD.encode(&gzipped), bound.js())?;
    let sizes = Sizes {
        module: module.len(),
        module_gzipped: gzipped.len(),
        script: script.len(),
        script_gzipped: gzip(script.as_bytes())?.len(),
    };
    fs::create_dir_all(folder)?;
    fs::write(folder.join("kofn-explorer.js"), script)?;
    fs::write(folder.join("kofn.css"), source("kofn.css")? + &read(REPORT_STYLE)?)?;
    fs::write(folder.join("index.html"), source("index.html")?)?;
    Ok(sizes)
}

/// The one script: module, binding, example and sources in their order, within one function.
fn script(module: &str, binding: &str) -> Result<String, Box<dyn Error>> {
    let example = serde_json::to_string(&read(EXAMPLE_LOG)?)?;
    let mut script = format!(
        "(() => {{\n\"use strict\";\nconst kofnWasm = \"{module}\";\nfunction kofnGlue() {{\n{binding}\nreturn wasm_bindgen;\n}}\n\
         const kofnExampleLog = {example};\n"
    );
    for name in source("order.txt")?.lines().filter(|line| !line.is_empty()) {
        script += &source(name)?;
    }
    script += "})();\n";
    Ok(script)
}

fn source(name: &str) -> Result<String, Box<dyn Error>> {
    read(&format!("{SOURCES}/{name}"))
}

fn read(path: &str) -> Result<String, Box<dyn Error>> {
    Ok(fs::read_to_string(path).map_err(|error| format!("{path}: {error}; run this in the root of kofn"))?)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
