//! The page: one script with the module in it, so that its policy can forbid every connection.

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

/// Folder of the sources of the page.
const SOURCES: &str = "docs/page";
/// The style sheet of a report, which the page shows too.
const REPORT_STYLE: &str = "crates/kofn-figures/src/report/report.css";
/// The log behind the button for an example.
const EXAMPLE_LOG: &str = "examples/answers.csv";

/// Sizes of a script of the page, in bytes.
#[derive(Debug)]
pub(crate) struct Size {
    name: &'static str,
    module: usize,
    script: usize,
    gzipped: usize,
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, module, script, gzipped } = self;
        write!(formatter, "{name}: {script} bytes, {gzipped} gzipped; in it a module of {module} bytes")
    }
}

/// A WebAssembly module and its binding.
struct Bound {
    module: Vec<u8>,
    /// The module as it is in a script: base64 of gzip.
    packed: String,
    binding: String,
}

/// Writes the page into `folder`, with the module of the engines and, in a second script, the one that also reads logs.
pub(crate) fn build(engines: &Path, logs: &Path, folder: &Path) -> Result<[Size; 2], Box<dyn Error>> {
    let (engines, logs) = (bind(engines)?, bind(logs)?);
    fs::create_dir_all(folder)?;
    let sizes = [
        write(folder, "kofn-explorer.js", &engines, &explorer(&engines)?)?,
        write(folder, "kofn-logs.js", &logs, &log_reader(&logs))?,
    ];
    fs::write(folder.join("kofn.css"), source("kofn.css")? + &read(REPORT_STYLE)?)?;
    fs::write(folder.join("index.html"), source("index.html")?)?;
    Ok(sizes)
}

fn bind(module: &Path) -> Result<Bound, Box<dyn Error>> {
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
    let packed = STANDARD.encode(gzip(&module)?);
    Ok(Bound { module, packed, binding: bound.js().to_owned() })
}

fn write(folder: &Path, name: &'static str, bound: &Bound, script: &str) -> Result<Size, Box<dyn Error>> {
    fs::write(folder.join(name), script)?;
    let gzipped = gzip(script.as_bytes())?.len();
    Ok(Size { name, module: bound.module.len(), script: script.len(), gzipped })
}

/// The script of the elements: module, binding, example and sources in their order, within one function.
fn explorer(engines: &Bound) -> Result<String, Box<dyn Error>> {
    let example = serde_json::to_string(&read(EXAMPLE_LOG)?)?;
    let mut script = format!(
        "(() => {{\n\"use strict\";\nconst kofnWasm = \"{}\";\n{}const kofnExampleLog = {example};\n",
        engines.packed,
        glue(engines)
    );
    for name in source("order.txt")?.lines().filter(|line| !line.is_empty()) {
        script += &source(name)?;
    }
    script += "})();\n";
    Ok(script)
}

/// The script with the reader of logs, which is loaded after the first curve is drawn.
fn log_reader(logs: &Bound) -> String {
    format!(
        "(() => {{\n\"use strict\";\n{}globalThis.kofnLogReader = {{ wasm: \"{}\", glue: kofnGlue }};\n}})();\n",
        glue(logs),
        logs.packed
    )
}

/// The binding as a function, so that a worker can be made from its text.
fn glue(bound: &Bound) -> String {
    format!("function kofnGlue() {{\n{}\nreturn wasm_bindgen;\n}}\n", bound.binding)
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
