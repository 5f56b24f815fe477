//! Who may know whom. An error in one engine must not be able to hide in the other, so no engine may even name the other; the rest of
//! the house has its rules too. They are read off the tokens of the sources.

use std::fs;
use std::path::{Path, PathBuf};
use syn::buffer::Cursor;
use syn::parse::{ParseStream, Parser};

const RANDOM: &[&str] = &["rand", "rand_core", "rand_xoshiro", "rand_distr"];
const ENGINES: &[&str] =
    &["exact", "monte_carlo", "assess", "simulate", "reliability", "unreliability", "cross_check"];
/// What only the command line needs.
const TERMINAL: &[&str] = &["clap", "clap_complete", "ctrlc", "indicatif", "anstream", "anstyle"];
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];
/// The functions of the standard library that may differ between platforms; `libm` has them too, the same everywhere.
const PLATFORM_FLOATS: &[&str] = &[
    "ln", "ln_1p", "log", "log2", "log10", "exp", "exp2", "exp_m1", "powf", "powi", "sqrt", "cbrt", "hypot",
    "sin", "cos", "tan", "sin_cos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh",
    "acosh", "atanh",
];

/// What a room must never name, and what it may name of this crate, if that is limited.
struct Room {
    name: &'static str,
    never: &'static [&'static [&'static str]],
    of_this_crate: Option<&'static [&'static str]>,
}

const ROOMS: &[Room] = &[
    Room { name: "scenario", never: &[ENGINES, RANDOM, &["crosscheck"]], of_this_crate: Some(&["scenario"]) },
    Room { name: "outcome", never: &[ENGINES, RANDOM, &["crosscheck"]], of_this_crate: Some(&["outcome"]) },
    Room {
        name: "exact",
        never: &[RANDOM, &["monte_carlo", "simulate", "cross_check", "crosscheck"]],
        of_this_crate: Some(&["scenario", "outcome", "exact"]),
    },
    Room {
        name: "monte_carlo",
        never: &[
            &["exact", "assess", "reliability", "unreliability", "cross_check", "crosscheck"],
            &["rand_distr", "statrs"],
        ],
        of_this_crate: Some(&["scenario", "outcome", "monte_carlo"]),
    },
    Room { name: "crosscheck", never: &[ENGINES, RANDOM], of_this_crate: Some(&["outcome", "crosscheck"]) },
    Room { name: "book", never: &[&["cli"]], of_this_crate: None },
    Room {
        name: "plan",
        never: &[RANDOM, &["monte_carlo", "simulate", "cross_check", "crosscheck"]],
        of_this_crate: Some(&["scenario", "outcome", "exact", "plan"]),
    },
    Room {
        name: "logs",
        never: &[ENGINES, RANDOM, &["crosscheck"]],
        of_this_crate: Some(&["scenario", "logs"]),
    },
    Room {
        name: "fit",
        never: &[&["monte_carlo", "simulate", "cross_check", "crosscheck"]],
        of_this_crate: Some(&["scenario", "outcome", "exact", "logs", "fit"]),
    },
];

/// A token of a source, groups laid flat.
#[derive(Debug, PartialEq)]
enum Token {
    Name(String),
    /// One character of punctuation, or the bracket that opens or closes a group.
    Mark(char),
    Literal(String),
}

/// The tokens of a source; comments and the text of literals are none.
fn tokens(source: &str) -> Vec<Token> {
    let read = |input: ParseStream<'_>| {
        let mut tokens = Vec::new();
        flatten(input.cursor(), &mut tokens);
        // The parser wants to see the end.
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

fn flatten(mut cursor: Cursor<'_>, tokens: &mut Vec<Token>) {
    while !cursor.eof() {
        cursor = if let Some((name, rest)) = cursor.ident() {
            tokens.push(Token::Name(name.to_string().trim_start_matches("r#").to_owned()));
            rest
        } else if let Some((mark, rest)) = cursor.punct() {
            tokens.push(Token::Mark(mark.as_char()));
            rest
        } else if let Some((literal, rest)) = cursor.literal() {
            tokens.push(Token::Literal(literal.to_string()));
            rest
        } else if let Some((inside, _, _, rest)) = cursor.any_group() {
            tokens.push(Token::Mark('{'));
            flatten(inside, tokens);
            tokens.push(Token::Mark('}'));
            rest
        } else {
            let (_, rest) = cursor.lifetime().expect("a lifetime, if nothing else");
            rest
        };
    }
}

/// One source file and where it stands, relative to `src`.
struct Source<'a> {
    path: &'a str,
    tokens: Vec<Token>,
}

impl<'a> Source<'a> {
    fn new(path: &'a str, text: &str) -> Self {
        Self { path, tokens: tokens(text) }
    }

    fn room(&self) -> &'a str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    fn is(&self, at: usize, mark: char) -> bool {
        self.tokens.get(at) == Some(&Token::Mark(mark))
    }

    fn name(&self, at: usize) -> Option<&str> {
        match self.tokens.get(at)? {
            Token::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Whether `::` ends just before this token.
    fn follows_colons(&self, at: usize) -> bool {
        at >= 2 && self.is(at - 1, ':') && self.is(at - 2, ':')
    }

    /// The names that stand in a path or an import, in macros too: beside `::`, after `use` or `extern crate`, and in the braces of
    /// an import.
    fn names_in_paths(&self) -> Vec<(usize, &str)> {
        let mut import = vec![false];
        let mut names = Vec::new();
        for at in 0..self.tokens.len() {
            let imports = |from: usize| from > 0 && matches!(self.name(from - 1), Some("use"));
            if self.is(at, '{') {
                let within = *import.last().expect("one") && self.is(at - 1, ',');
                import.push(within || self.follows_colons(at) || imports(at));
            } else if self.is(at, '}') {
                import.pop();
            } else if let Some(name) = self.name(at) {
                let before_colons = self.is(at + 1, ':') && self.is(at + 2, ':');
                let declared = at > 0 && self.name(at - 1) == Some("crate");
                let in_import = *import.last().expect("one");
                if before_colons || self.follows_colons(at) || imports(at) || declared || in_import {
                    names.push((at, name));
                }
            }
        }
        names
    }

    /// What follows `crate::`: one name or those in braces, each with its place. `*` stands for a glob.
    fn of_this_crate(&self) -> Vec<&str> {
        let mut heads = Vec::new();
        for at in (0..self.tokens.len()).filter(|&at| self.name(at) == Some("crate")) {
            if !(self.is(at + 1, ':') && self.is(at + 2, ':')) {
                continue;
            }
            if !self.is(at + 3, '{') {
                heads.push(self.name(at + 3).unwrap_or("*"));
                continue;
            }
            let mut depth = 1;
            for inside in at + 4.. {
                match self.tokens[inside] {
                    Token::Mark('{') => depth += 1,
                    Token::Mark('}') => depth -= 1,
                    _ if depth == 1 && (self.is(inside - 1, '{') || self.is(inside - 1, ',')) => {
                        heads.push(self.name(inside).unwrap_or("*"));
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
        heads
    }
}

/// Everything in a source that its room forbids, as lines to print.
fn violations(path: &str, text: &str) -> Vec<String> {
    let source = Source::new(path, text);
    let mut found = strangers(&source);
    found.extend(printing(&source));
    found.extend(hidden_sources(&source));
    if !path.starts_with("monte_carlo/lanes")
        && (0..source.tokens.len()).any(|at| source.name(at) == Some("unsafe"))
    {
        found.push("unsafe outside monte_carlo/lanes".into());
    }
    if source.room() == "monte_carlo" {
        found.extend(platform_floats(&source));
    }
    if path.starts_with("monte_carlo/lanes") {
        found.extend(any_floats(&source));
    }
    found.into_iter().map(|what| format!("src/{path}: {what}")).collect()
}

/// Names of rooms and packages that this room must not know.
fn strangers(source: &Source<'_>) -> Vec<String> {
    let mut never: Vec<&str> = Vec::new();
    if !source.path.starts_with("book/chart") {
        never.push("plotters");
    }
    if !is_command_line(source) {
        never.extend(TERMINAL);
    }
    let mut found = Vec::new();
    if let Some(room) = ROOMS.iter().find(|room| room.name == source.room()) {
        never.extend(room.never.iter().copied().flatten());
        let strange = |head: &&str| room.of_this_crate.is_some_and(|allowed| !allowed.contains(head));
        found.extend(source.of_this_crate().into_iter().filter(strange).map(|head| format!("crate::{head}")));
    }
    let named = source.names_in_paths().into_iter().filter(|(_, name)| never.contains(name));
    found.extend(named.map(|(_, name)| format!("names {name}")));
    found
}

fn is_command_line(source: &Source<'_>) -> bool {
    matches!(source.room(), "cli" | "main")
}

fn printing(source: &Source<'_>) -> Vec<String> {
    if is_command_line(source) {
        return Vec::new();
    }
    let macros = (0..source.tokens.len())
        .filter(|&at| source.is(at + 1, '!') && !source.is(at + 2, '='))
        .filter_map(|at| source.name(at))
        .filter(|name| PRINTING.contains(name));
    let streams = source.names_in_paths().into_iter().map(|(_, name)| name);
    let streams = streams.filter(|name| ["stdout", "stderr", "Stdout", "Stderr"].contains(name));
    macros.chain(streams).map(|name| format!("prints with {name}")).collect()
}

/// A source that comes in by its file name would escape the rooms.
fn hidden_sources(source: &Source<'_>) -> Vec<String> {
    (0..source.tokens.len())
        .filter(|&at| {
            source.name(at) == Some("include") && source.is(at + 1, '!')
                || source.name(at) == Some("path")
                    && source.is(at + 1, '=')
                    && source.is(at.wrapping_sub(1), '{')
                    && source.is(at.wrapping_sub(2), '#')
        })
        .map(|at| format!("brings in a source by {}", source.name(at).unwrap_or_default()))
        .collect()
}

/// `.ln()` and `f64::ln`, which the standard library leaves to the platform.
fn platform_floats(source: &Source<'_>) -> Vec<String> {
    (1..source.tokens.len())
        .filter(|&at| {
            let method = source.is(at - 1, '.') && (source.is(at + 1, '{') || source.is(at + 1, ':'));
            let of_float =
                source.follows_colons(at) && at >= 3 && matches!(source.name(at - 3), Some("f64" | "f32"));
            method || of_float
        })
        .filter_map(|at| source.name(at))
        .filter(|name| PLATFORM_FLOATS.contains(name))
        .map(|name| format!("{name} of the platform"))
        .collect()
}

fn any_floats(source: &Source<'_>) -> Vec<String> {
    let is_float = |token: &Token| match token {
        Token::Name(name) => name == "f32" || name == "f64",
        Token::Literal(literal) => {
            syn::parse_str::<syn::LitFloat>(literal).is_ok()
                || literal.ends_with("f64")
                || literal.ends_with("f32")
        }
        Token::Mark(_) => false,
    };
    source
        .tokens
        .iter()
        .filter(|token| is_float(token))
        .map(|token| format!("{token:?} is a float"))
        .collect()
}

/// All sources below `folder`.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let mut paths = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            paths.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    paths
}

#[test]
fn the_sources_keep_to_their_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut rooms = Vec::new();
    for file in sources(&root) {
        let text = fs::read_to_string(&file).expect("a source");
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let path = file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        found.extend(violations(&path, &text));
        rooms.push(Source::new(&path, "").room().to_owned());
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // A room that is renamed would else be free of its rules unseen.
    for room in
        ["scenario", "outcome", "exact", "monte_carlo", "crosscheck", "plan", "logs", "fit", "lib", "main"]
    {
        assert!(rooms.iter().any(|found| found == room), "src has no room {room}");
    }
}

#[test]
fn what_is_planted_is_caught() {
    for (path, text, expected) in [
        ("exact/voting.rs", "use crate::monte_carlo::simulate;", "names monte_carlo"),
        ("exact/voting.rs", "use crate::{outcome::Exact, monte_carlo};", "crate::monte_carlo"),
        (
            "exact/voting.rs",
            "use crate::{outcome::{Exact, Counts}, scenario::Rule as monte_carlo};",
            "names monte_carlo",
        ),
        ("exact/voting.rs", "use crate::*;", "crate::*"),
        ("exact/voting.rs", "use crate as all; fn f() { all::monte_carlo::simulate() }", "names monte_carlo"),
        ("exact/voting.rs", "fn f() { super::super::simulate() }", "names simulate"),
        ("exact/voting.rs", "fn f() { let x = vec![rand::random::<u64>()]; }", "names rand"),
        ("exact/voting.rs", "macro_rules! m { () => { $crate::cross_check() } }", "crate::cross_check"),
        ("exact/voting.rs", "extern crate rand_xoshiro;", "names rand_xoshiro"),
        ("exact/voting.rs", "use rand_distr as r;", "names rand_distr"),
        ("exact/voting.rs", "use {rand::Rng, std::fmt};", "names rand"),
        ("exact/voting.rs", "use ::rand::Rng;", "names rand"),
        ("exact/voting.rs", "#[path = \"../monte_carlo/mod.rs\"] mod other;", "brings in a source by path"),
        ("exact/voting.rs", "include!(\"../monte_carlo/mod.rs\");", "brings in a source by include"),
        ("monte_carlo/units.rs", "fn f(e: crate::exact::Exact) {}", "names exact"),
        ("monte_carlo/units.rs", "mod tests { use r#exact::assess; }", "names exact"),
        ("monte_carlo/units.rs", "fn f() { crate::assess() }", "crate::assess"),
        ("monte_carlo/units.rs", "assert!(crate::exact::assess().is_ok());", "names exact"),
        ("monte_carlo/units.rs", "fn f(x: f64) -> f64 { x.ln() }", "ln of the platform"),
        ("monte_carlo/units.rs", "fn f(x: f64) -> f64 { (x + 1.0).powi(2).exp() }", "powi of the platform"),
        ("monte_carlo/units.rs", "fn f(x: f64) -> f64 { f64::sqrt(x) }", "sqrt of the platform"),
        (
            "monte_carlo/units.rs",
            "fn f(x: &[f64]) { x.iter().map(|x| x.sin() * x.cos() * x.powf(0.5)) }",
            "cos of the platform",
        ),
        ("monte_carlo/units.rs", "fn f() { unsafe { g() } }", "unsafe outside"),
        ("exact/voting.rs", "macro_rules! m { () => { unsafe { g() } } }", "unsafe outside"),
        ("scenario/rule.rs", "unsafe impl Send for Rule {}", "unsafe outside"),
        ("monte_carlo/lanes/mod.rs", "fn f(x: f64) {}", "is a float"),
        ("monte_carlo/lanes/portable.rs", "const HALF: u64 = 0.5 as u64;", "is a float"),
        ("monte_carlo/lanes/portable.rs", "const ONE: u64 = 1f64 as u64;", "is a float"),
        ("crosscheck.rs", "use crate::exact;", "names exact"),
        ("crosscheck.rs", "use crate::monte_carlo::Run;", "names monte_carlo"),
        ("crosscheck.rs", "use super::assess;", "names assess"),
        ("crosscheck.rs", "use crate::scenario::Scenario;", "crate::scenario"),
        ("scenario/mod.rs", "use crate::exact::assess;", "names exact"),
        ("scenario/mod.rs", "use rand::Rng;", "names rand"),
        ("outcome.rs", "use plotters::prelude::*;", "names plotters"),
        ("outcome.rs", "use crate::monte_carlo;", "names monte_carlo"),
        ("book/figures.rs", "use plotters::prelude::*;", "names plotters"),
        ("book/chart.rs", "use clap::Parser;", "names clap"),
        ("book/mod.rs", "#[derive(clap::Args)] struct Figures;", "names clap"),
        ("lib.rs", "fn f() { println!(\"{}\", 1); }", "prints with println"),
        ("exact/mod.rs", "fn f() { eprintln!(); }", "prints with eprintln"),
        ("book/mod.rs", "use std::io::stdout;", "prints with stdout"),
        ("plan/mod.rs", "use crate::simulate;", "names simulate"),
        ("plan/mod.rs", "use crate::crosscheck;", "crate::crosscheck"),
        ("plan/mod.rs", "use crate::assess;", "crate::assess"),
        ("logs/collector.rs", "use crate::exact::assess;", "names exact"),
        ("logs/collector.rs", "use rand::Rng;", "names rand"),
        ("fit/models.rs", "use crate::monte_carlo::Run;", "names monte_carlo"),
        ("fit/models.rs", "use crate::plan;", "crate::plan"),
    ] {
        let found = violations(path, text);
        assert!(found.iter().any(|line| line.contains(expected)), "{path}: {text}\n{found:?}");
    }
}

#[test]
fn what_is_allowed_is_not_accused() {
    for (path, text) in [
        ("exact/voting.rs", "use crate::{outcome::{Exact, Outcome}, scenario::Rule};"),
        ("exact/voting.rs", "/// See `crate::monte_carlo`.\nfn f() -> &'static str { \"rand::random\" }"),
        ("exact/voting.rs", "fn f(x: f64) -> f64 { x.ln() + 0.5 }"),
        ("exact/voting.rs", "use statrs::distribution::Binomial; #[derive(Clone)] struct A { path: u8 }"),
        ("exact/voting.rs", "fn f(mut path: u8) { path = 1; }"),
        ("monte_carlo/units.rs", "use rand::SeedableRng; fn f(exact: u64) -> u64 { exact }"),
        ("monte_carlo/units.rs", "fn f(x: f64) -> f64 { libm::exp(x) + libm::log(x) }"),
        ("monte_carlo/lanes/avx2.rs", "fn f() { unsafe { g(1, 0x2f, 3u64) } }"),
        (
            "crosscheck.rs",
            "use crate::outcome::Exact; fn f(exact: &Exact) { assert!(exact.correct != 1.0); }",
        ),
        ("book/chart.rs", "use plotters::prelude::*;"),
        ("cli/mod.rs", "use clap::Parser; fn f() { println!(\"{}\", crate::assess()); std::io::stdout(); }"),
        ("main.rs", "fn main() { eprintln!(); }"),
        ("lib.rs", "pub use exact::assess; pub use monte_carlo::simulate;"),
    ] {
        assert_eq!(violations(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
