//! Which room may use which, where the borders of crates do not already say so.
//!
//! An error in one engine must not be able to hide in the other, so no engine may even name the other. The rules are
//! checked on the tokens of the sources: comments and the text of literals do not count, the arguments of macros do.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::buffer::Cursor;
use syn::parse::{ParseStream, Parser};

/// The rooms of the package `kofn` whose borders matter, and the other rooms that each may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("scenario", &[]),
    ("outcome", &[]),
    ("exact", &["scenario", "outcome"]),
    ("monte_carlo", &["scenario", "outcome"]),
    ("crosscheck", &["outcome"]),
    ("plan", &["scenario", "outcome", "exact"]),
];

/// The names by which a path or an import reaches a room. Files have names too, so that some count after `crate::`
/// alone.
const NAMES: &[(&str, &[&str])] = &[
    ("scenario", &["crate::scenario", "Scenario"]),
    ("outcome", &["crate::outcome"]),
    ("exact", &["exact", "assess", "reliability", "unreliability"]),
    (
        "monte_carlo",
        &["monte_carlo", "simulate", "simulate_pair", "simulate_rare", "rand", "rand_core", "rand_xoshiro"],
    ),
    ("crosscheck", &["crosscheck", "cross_check"]),
    ("plan", &["crate::plan"]),
    ("answers", &["answers"]),
];

/// Functions of the standard library whose results may differ between platforms; `libm` has them too, the same
/// everywhere.
const PLATFORM_FLOATS: &[&str] = &[
    "ln", "ln_1p", "log", "log2", "log10", "exp", "exp2", "exp_m1", "powf", "powi", "sqrt", "cbrt", "hypot",
    "sin", "cos", "tan", "sin_cos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh",
    "acosh", "atanh",
];

/// The crates, and the crates of this workspace that each depends on.
const CRATES: &[(&str, &[&str])] = &[
    ("kofn", &[]),
    ("kofn-logs", &["kofn"]),
    ("kofn-figures", &["kofn", "kofn-logs"]),
    ("kofn-book", &["kofn", "kofn-figures"]),
    ("kofn-cli", &["kofn", "kofn-book", "kofn-figures", "kofn-logs"]),
    ("kofn-python", &["kofn", "kofn-book", "kofn-figures", "kofn-logs"]),
    ("kofn-web", &["kofn", "kofn-figures", "kofn-logs"]),
    ("kofn-testing", &["kofn"]),
];

/// Packages that only these crates may depend on.
const OWNERS: &[(&str, &[&str])] = &[
    ("plotters", &["kofn-figures"]),
    ("maud", &["kofn-figures"]),
    ("wasm-bindgen", &["kofn-web"]),
    ("web-time", &["kofn"]),
    ("clap", &["kofn-cli"]),
    ("clap_complete", &["kofn-cli"]),
    ("ctrlc", &["kofn-cli"]),
    ("indicatif", &["kofn-cli"]),
    ("anstream", &["kofn-cli"]),
    ("anstyle", &["kofn-cli"]),
    ("zip", &["kofn-logs"]),
    ("pyo3", &["kofn-python"]),
    ("numpy", &["kofn-python"]),
    ("pyo3-arrow", &["kofn-python"]),
    ("rand", &["kofn", "kofn-logs"]),
    ("rand_xoshiro", &["kofn", "kofn-logs"]),
    ("rand_distr", &["kofn-logs"]),
    ("proptest", &["kofn-testing"]),
];

/// A token of a source: a name, one character of punctuation, `{` or `}` for a bracket of any kind, or a literal
/// after `"`.
struct Token {
    text: String,
    /// It stands between the braces of an import.
    imported: bool,
}

fn tokens(source: &str) -> Vec<Token> {
    let read = |input: ParseStream<'_>| {
        let mut tokens = Vec::new();
        flatten(input.cursor(), false, &mut tokens);
        // The parser requires that the end is reached.
        input.step(|cursor| {
            let mut rest = *cursor;
            while let Some((_, next)) = rest.token_tree() {
                rest = next;
            }
            Ok(((), rest))
        })?;
        Ok(tokens)
    };
    read.parse_str(source).expect("a source of tokens")
}

fn flatten(mut cursor: Cursor<'_>, imported: bool, tokens: &mut Vec<Token>) {
    while !cursor.eof() {
        let last = tokens.last().map_or("", |token| &token.text).to_owned();
        let mut push = |text: String| tokens.push(Token { text, imported });
        cursor = if let Some((name, rest)) = cursor.ident() {
            push(name.to_string().trim_start_matches("r#").to_owned());
            rest
        } else if let Some((mark, rest)) = cursor.punct() {
            push(mark.as_char().to_string());
            rest
        } else if let Some((literal, rest)) = cursor.literal() {
            push(format!("\"{literal}"));
            rest
        } else if let Some((inside, _, _, rest)) = cursor.any_group() {
            push("{".into());
            let imported = last == ":" || last == "use" || imported && last == ",";
            flatten(inside, imported, tokens);
            tokens.push(Token { text: "}".into(), imported });
            rest
        } else {
            cursor.lifetime().expect("a lifetime, if nothing else").1
        };
    }
}

/// Everything in a source that its place forbids. `path` is relative to the workspace.
fn violations(path: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    // The text of the token at this distance from another.
    let text = |at: usize, distance: isize| {
        at.checked_add_signed(distance).and_then(|at| tokens.get(at)).map_or("", |token| &token.text)
    };
    let is_name = |at: usize| text(at, 0).starts_with(|first: char| first.is_alphabetic() || first == '_');
    let follows_colons = |at: usize| text(at, -1) == ":" && text(at, -2) == ":";
    let precedes_colons = |at: usize| text(at, 1) == ":" && text(at, 2) == ":";
    let in_path = |at: usize| {
        follows_colons(at)
            || precedes_colons(at)
            || text(at, -1) == "use"
            || text(at, -1) == "crate"
            || tokens[at].imported
    };
    let is_float = |text: &str| {
        let literal = text.strip_prefix('"').unwrap_or(text);
        let is_literal = text.starts_with('"') && syn::parse_str::<syn::LitFloat>(literal).is_ok();
        is_literal || literal.ends_with("f64") || literal.ends_with("f32")
    };

    let room = path.strip_prefix("src/").and_then(|path| path.split(['/', '.']).next()).unwrap_or_default();
    let may = ROOMS.iter().find(|(name, _)| *name == room).map(|(_, may)| may);
    let never = may.map(|may| {
        let others = NAMES.iter().filter(|(name, _)| *name != room && !may.contains(name));
        others.flat_map(|(_, names)| names.iter().copied()).collect::<Vec<_>>()
    });
    let is_lanes = path.starts_with("src/monte_carlo/lanes/");
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let token = text(at, 0);
        if let Some(never) = &never {
            let of_crate = follows_colons(at) && text(at, -3) == "crate";
            let is_never = never.contains(&token) || of_crate && never.contains(&&*format!("crate::{token}"));
            if is_name(at) && in_path(at) && is_never {
                found.push(format!("names {token}"));
            }
            let is_whole = |next: &str| next != "}" && (next != ":" || text(at, 3) == "*");
            if token == "crate" && is_whole(text(at, 1)) {
                found.push("names the whole crate".into());
            }
        }
        if !path.starts_with("crates/kofn-cli/") {
            let is_macro = text(at, 1) == "!" && text(at, 2) != "=";
            let prints = ["print", "println", "eprint", "eprintln", "dbg"].contains(&token) && is_macro;
            if prints || ["stdout", "stderr", "Stdout", "Stderr"].contains(&token) && in_path(at) {
                found.push(format!("prints with {token}"));
            }
        }
        let is_path = token == "path" && text(at, 1) == "=" && text(at, -1) == "{" && text(at, -2) == "#";
        if is_path || token == "include" && text(at, 1) == "!" {
            found.push(format!("brings in a source by {token}"));
        }
        if token == "unsafe" && !is_lanes {
            found.push("unsafe outside monte_carlo/lanes".into());
        }
        let is_method = text(at, -1) == "." && (text(at, 1) == "{" || text(at, 1) == ":");
        let of_float = follows_colons(at) && ["f64", "f32"].contains(&text(at, -3));
        if room == "monte_carlo" && PLATFORM_FLOATS.contains(&token) && (is_method || of_float) {
            found.push(format!("{token} of the platform"));
        }
        if is_lanes && is_float(token) {
            found.push(format!("{token} is a float"));
        }
    }
    found.into_iter().map(|what| format!("{path}: {what}")).collect()
}

/// All sources below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    let below = |path: PathBuf| match path.is_dir() {
        true => sources(&path),
        false => vec![path],
    };
    entries
        .flat_map(below)
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The folder of each crate, relative to the workspace; the first is that of `kofn`.
fn folders(root: &Path) -> Vec<String> {
    let crates =
        fs::read_dir(root.join("crates")).expect("crates").map(|entry| entry.expect("an entry").file_name());
    let crates = crates.map(|name| format!("crates/{}/", name.into_string().expect("a name")));
    std::iter::once(String::new()).chain(crates).collect()
}

#[test]
fn the_sources_keep_to_their_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders(root) {
        for file in sources(&root.join(folder).join("src")) {
            let text = fs::read_to_string(&file).expect("a source");
            let path =
                file.strip_prefix(root).expect("in the workspace").to_string_lossy().replace('\\', "/");
            found.extend(violations(&path, &text));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // A room that is renamed would otherwise lose its rules.
    for (room, _) in ROOMS {
        let folder = root.join("src").join(room);
        assert!(folder.is_dir() || folder.with_extension("rs").is_file(), "src has no room {room}");
    }
}

#[test]
fn crates_depend_on_what_they_may() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = BTreeSet::new();
    for folder in folders(root) {
        let manifest = fs::read_to_string(root.join(folder).join("Cargo.toml")).expect("a manifest");
        let manifest: toml::Table = manifest.parse().expect("TOML");
        let name = manifest["package"]["name"].as_str().expect("a name");
        let dependencies: Vec<&str> =
            manifest["dependencies"].as_table().expect("a table").keys().map(String::as_str).collect();
        let sisters: Vec<&str> =
            dependencies.iter().copied().filter(|name| name.starts_with("kofn")).collect();
        let (_, expected) =
            CRATES.iter().find(|(crate_name, _)| *crate_name == name).expect("a crate that is listed");
        assert_eq!(sisters, *expected, "{name}");
        for (package, owners) in OWNERS {
            assert!(owners.contains(&name) || !dependencies.contains(package), "{name} depends on {package}");
        }
        names.insert(name.to_owned());
    }
    assert_eq!(names.len(), CRATES.len());
}

/// So that `cargo run --release -- figures` at the root needs no name.
#[test]
fn the_command_is_the_one_binary() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let has_main = |folder: &String| root.join(folder).join("src/main.rs").is_file();
    let binaries: Vec<String> = folders(root).into_iter().filter(has_main).collect();
    assert_eq!(binaries, ["crates/kofn-cli/"]);
    assert!(
        sources(&root.join("crates/kofn-cli/src"))
            .iter()
            .all(|file| !file.to_string_lossy().contains("/bin/"))
    );
    let manifest: toml::Table =
        fs::read_to_string(root.join("Cargo.toml")).expect("a manifest").parse().expect("TOML");
    let default = manifest["workspace"]["default-members"].as_array().expect("a list");
    assert!(default.iter().any(|member| member.as_str() == Some("crates/kofn-cli")));
}

#[test]
fn what_is_planted_is_caught() {
    for (path, text, expected) in [
        ("exact/voting.rs", "use crate::monte_carlo::simulate;", "names monte_carlo"),
        ("exact/voting.rs", "use crate::{outcome::Exact, monte_carlo};", "names monte_carlo"),
        ("exact/voting.rs", "use crate::*;", "names the whole crate"),
        ("exact/voting.rs", "use crate as all;", "names the whole crate"),
        ("exact/voting.rs", "fn f() { super::super::simulate() }", "names simulate"),
        ("exact/voting.rs", "use super::super::{outcome, monte_carlo};", "names monte_carlo"),
        ("exact/voting.rs", "fn f() { let x = vec![rand::random::<u64>()]; }", "names rand"),
        ("exact/voting.rs", "macro_rules! m { () => { $crate::cross_check() } }", "names cross_check"),
        ("exact/voting.rs", "extern crate rand_xoshiro;", "names rand_xoshiro"),
        ("exact/voting.rs", "use rand as r;", "names rand"),
        ("exact/voting.rs", "use {rand::Rng, std::fmt};", "names rand"),
        ("exact/voting.rs", "use ::rand::Rng;", "names rand"),
        ("exact/voting.rs", "#[path = \"../monte_carlo/mod.rs\"] mod other;", "brings in a source by path"),
        ("exact/voting.rs", "include!(\"../monte_carlo/mod.rs\");", "brings in a source by include"),
        ("monte_carlo/units.rs", "fn f(e: crate::exact::Exact) {}", "names exact"),
        ("monte_carlo/units.rs", "mod tests { use r#exact::assess; }", "names exact"),
        ("monte_carlo/units.rs", "assert!(crate::assess().is_ok());", "names assess"),
        ("monte_carlo/units.rs", "fn f(x: f64) -> f64 { x.ln() }", "ln of the platform"),
        ("monte_carlo/units.rs", "fn f(x: f64) -> f64 { (x + 1.0).powi(2).exp() }", "powi of the platform"),
        ("monte_carlo/units.rs", "fn f(x: f64) -> f64 { f64::sqrt(x) }", "sqrt of the platform"),
        (
            "monte_carlo/units.rs",
            "fn f(x: &[f64]) { x.iter().map(|x| x.sin() * x.cos()) }",
            "cos of the platform",
        ),
        ("monte_carlo/units.rs", "fn f() { unsafe { g() } }", "unsafe outside"),
        ("exact/voting.rs", "macro_rules! m { () => { unsafe { g() } } }", "unsafe outside"),
        ("scenario/rule.rs", "unsafe impl Send for Rule {}", "unsafe outside"),
        ("monte_carlo/lanes/mod.rs", "fn f(x: f64) {}", "is a float"),
        ("monte_carlo/lanes/portable.rs", "const HALF: u64 = 0.5 as u64;", "is a float"),
        ("monte_carlo/lanes/portable.rs", "const ONE: u64 = 1f64 as u64;", "is a float"),
        ("crosscheck.rs", "use crate::exact;", "names exact"),
        ("crosscheck.rs", "use crate::monte_carlo::SimulationOptions;", "names monte_carlo"),
        ("crosscheck/mod.rs", "use crate::Scenario;", "names Scenario"),
        ("scenario/mod.rs", "use crate::exact::assess;", "names exact"),
        ("scenario/mod.rs", "use rand::Rng;", "names rand"),
        ("outcome.rs", "use crate::monte_carlo;", "names monte_carlo"),
        ("plan/mod.rs", "use crate::simulate;", "names simulate"),
        ("plan/mod.rs", "use crate::crosscheck;", "names crosscheck"),
        ("exact/mod.rs", "use crate::plan::Count;", "names plan"),
        ("outcome.rs", "fn f(s: crate::scenario::Rule) {}", "names scenario"),
        ("lib.rs", "fn f() { println!(\"{}\", 1); }", "prints with println"),
        ("exact/mod.rs", "use std::io::stdout;", "prints with stdout"),
    ] {
        let found = violations(&format!("src/{path}"), text);
        assert!(found.iter().any(|line| line.contains(expected)), "{path}: {text}\n{found:?}");
    }
    let printed = violations("crates/kofn-logs/src/lib.rs", "fn f() { eprintln!(); unsafe {} }");
    assert_eq!(printed.len(), 2, "{printed:?}");
}

#[test]
fn what_is_allowed_is_not_accused() {
    for (path, text) in [
        (
            "src/exact/voting.rs",
            "use crate::{outcome::{Exact, Outcome}, scenario::Rule}; pub(crate) fn f() {}",
        ),
        ("src/exact/voting.rs", "/// See `crate::monte_carlo`.\nfn f() -> &'static str { \"rand::random\" }"),
        ("src/exact/voting.rs", "fn f(x: f64) -> f64 { x.ln() + 0.5 }"),
        ("src/exact/voting.rs", "#[derive(Clone)] struct A { path: u8 } fn f(mut path: u8) { path = 1; }"),
        ("src/monte_carlo/units.rs", "use rand::SeedableRng; fn f(exact: u64) -> u64 { exact }"),
        ("src/monte_carlo/units.rs", "fn f(x: f64) -> f64 { libm::exp(x) + libm::log(x) }"),
        ("src/monte_carlo/lanes/avx2.rs", "fn f() { unsafe { g(1, 0x2f, 3u64) } }"),
        (
            "src/crosscheck.rs",
            "use crate::outcome::Exact; fn f(exact: &Exact) { assert!(exact.correct != 1.0); }",
        ),
        ("src/answers/check.rs", "use crate::{assess, simulate, monte_carlo::SimulationOptions};"),
        ("crates/kofn-cli/src/main.rs", "fn main() { println!(\"{}\", kofn::assess()); std::io::stdout(); }"),
    ] {
        assert_eq!(violations(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
