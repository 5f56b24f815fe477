//! Tests of the guide and the README: their snippets run, and their links lead somewhere.
//!
//! The language of a block says how it is tested; any other language fails.
//!
//! | language | what is tested |
//! |---|---|
//! | `console` | each `$ command` succeeds in a shell and prints what is shown; a line … stands for any lines |
//! | `toml` | a scenario, or a part of one for five voting agents, on which both engines agree; or `[dependencies]` |
//! | `json` | what the last command printed |
//! | `html` | what the page itself contains |
//! | `rust` | a doctest: the page is listed in `crates/kofn-book/src/guide.rs` |
//! | `pycon` | `python/tests/test_docs.py` |
//! | `sh`, `text` | nothing, so each such block is listed in [`NOT_RUN`] |
//!
//! Commands run in a folder of the page's own, with the files of `docs/scenarios` and `examples`, and each `toml` block
//! whose first line is a comment with a file name. `INSTA_UPDATE=always` writes what commands print into the pages.

mod folder;
mod page;

use folder::Folder;
use kofn::scenario::Scheme;
use page::{Block, Page, root};
use std::collections::BTreeSet;

/// Blocks that no test runs: the page, how the block begins, and why.
const NOT_RUN: [(&str, &str, &str); 7] = [
    ("README.md", "cargo install", "installs"),
    ("docs/first-steps.md", "cargo install", "installs"),
    ("docs/cookbook.md", "$ cargo run", "compiled and compared by `agreement`, and by `logs` of kofn-logs"),
    ("docs/proof.md", "          scenario", "a diagram"),
    ("docs/cluster.md", "cat >job.sh <<'JOB'", "needs a cluster: python/tests/slow/slurm.sh runs it"),
    (
        "docs/cluster.md",
        "missing=$(kofn merge --missing",
        "needs a cluster: python/tests/slow/slurm.sh runs it",
    ),
    ("docs/python.md", "pip install .", "installs"),
];

fn pages() -> Vec<Page> {
    let mut pages = Page::guide();
    pages.push(Page::read("README.md"));
    pages
}

/// Runs every block. Pages run in parallel, and the blocks of a page in order.
#[test]
fn the_snippets_show_what_happens() {
    let pages = pages();
    let problems: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = pages.iter().map(|page| scope.spawn(|| problems(page))).collect();
        running.into_iter().flat_map(|page| page.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Returns how a page differs from what happens; `INSTA_UPDATE=always` corrects the outputs.
fn problems(page: &Page) -> Vec<String> {
    let mut folder = Folder::new();
    let (mut problems, mut replaced) = (Vec::new(), Vec::new());
    for block in page.blocks() {
        match as_it_should_be(page, &block, &mut folder) {
            Ok(right) if right == block.text => {}
            Ok(right) => {
                problems.push(page.at(&block, &format!("prints\n{right}")));
                replaced.push((block.inside(), right));
            }
            Err(problem) => problems.push(page.at(&block, &problem)),
        }
    }
    let figures = page.includes().into_iter().filter_map(|file| file.strip_prefix("figures/"));
    let wrong = figures.filter(|figure| !folder.has_drawn(figure));
    problems.extend(wrong.map(|figure| format!("{}: draws another {figure}", page.path)));
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") && !replaced.is_empty() {
        let mut text = page.text.clone();
        // From the end, so that the other places stay.
        replaced.iter().rev().for_each(|(place, right)| text.replace_range(place.clone(), right));
        std::fs::write(root().join(&page.path), text).unwrap();
    }
    problems
}

/// Returns the text that this block should have.
fn as_it_should_be(page: &Page, block: &Block, folder: &mut Folder) -> Result<String, String> {
    let text = &block.text;
    match block.language.as_str() {
        "console" => return folder.session(text),
        "toml" if text.starts_with("[dependencies]") => are_packages(text)?,
        "toml" => folder.keep(text).and_then(|()| engines_agree(text))?,
        "json" => folder.printed_json(text)?,
        "html" => stands_in(text, &page.prose())?,
        "rust" => is_doctest(&page.path)?,
        "pycon" => {}
        _ => is_not_run(page, text)?,
    }
    Ok(text.clone())
}

/// A scenario, or a part of one, on which the two engines agree.
fn engines_agree(part: &str) -> Result<(), String> {
    let has =
        |key: &str| part.lines().any(|line| line.starts_with(key) || line.starts_with(&format!("[{key}]")));
    let scheme = if has("scheme") { "" } else { "scheme = 'majority'\n" };
    let agents =
        if has("agents") || has("[tasks]") { "" } else { "\n[agents]\ncount = 5\nfailure_rate = 0.23\n" };
    let scenario =
        kofn::Scenario::from_toml(&format!("{scheme}{part}{agents}")).map_err(|error| error.to_string())?;
    let check = kofn::cross_check(&scenario, 100_000, 42).map_err(|error| error.to_string())?;
    if check.agrees() { Ok(()) } else { Err("the engines disagree".into()) }
}

/// Dependencies on packages that are built here.
fn are_packages(dependencies: &str) -> Result<(), String> {
    let locked = std::fs::read_to_string(root().join("Cargo.lock")).map_err(|error| error.to_string())?;
    let names = dependencies.lines().skip(1).filter_map(|line| line.split_once(" =")).map(|(name, _)| name);
    match names.into_iter().find(|name| !locked.contains(&format!("name = \"{name}\"\n"))) {
        None => Ok(()),
        Some(name) => Err(format!("no package {name} in Cargo.lock")),
    }
}

/// Checks that the prose contains what a block shows.
fn stands_in(shown: &str, prose: &str) -> Result<(), String> {
    match shown.lines().find(|line| !prose.lines().any(|live| live == *line)) {
        None => Ok(()),
        Some(line) => Err(format!("the page does not contain {line}")),
    }
}

fn is_doctest(path: &str) -> Result<(), String> {
    let list = if path == "README.md" { "src/lib.rs" } else { "crates/kofn-book/src/guide.rs" };
    let list = std::fs::read_to_string(root().join(list)).map_err(|error| error.to_string())?;
    if list.contains(&format!("{path}\")]")) {
        Ok(())
    } else {
        Err("must be listed among the doctests".into())
    }
}

fn is_not_run(page: &Page, text: &str) -> Result<(), String> {
    let is_listed = |(path, begin, _): &(&str, &str, &str)| *path == page.path && text.starts_with(begin);
    if NOT_RUN.iter().any(is_listed) { Ok(()) } else { Err("no test runs this block".into()) }
}

#[test]
fn every_exception_stands_in_its_page() {
    for (path, begin, _) in NOT_RUN {
        assert!(
            Page::read(path).blocks().iter().any(|block| block.text.starts_with(begin)),
            "{path}: {begin}"
        );
    }
}

#[test]
fn the_summary_lists_every_page_once() {
    let summary = Page::read("docs/SUMMARY.md").links();
    let listed: BTreeSet<String> = summary.iter().map(|link| format!("docs/{link}")).collect();
    assert_eq!(listed.len(), summary.len());
    assert_eq!(listed, Page::guide().into_iter().map(|page| page.path).collect());
}

/// Every link of the guide must lead to a file of the guide: the book has no others.
#[test]
fn links_lead_somewhere() {
    let mut dead = Vec::new();
    for page in pages() {
        let links = page.links();
        dead.extend(
            links.iter().filter(|link| !is_alive(&page, link)).map(|link| format!("{}: {link}", page.path)),
        );
        let folder = root().join(&page.path).parent().unwrap().to_owned();
        let includes = page.includes();
        let missing = includes.iter().filter(|file| !folder.join(file).is_file());
        dead.extend(missing.map(|file| format!("{}: {file}", page.path)));
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

fn is_alive(page: &Page, link: &str) -> bool {
    if link.starts_with("https://") {
        return true;
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let path = match (file, page.path.strip_prefix("docs/")) {
        ("", _) => page.path.clone(),
        (file, Some(_)) => format!("docs/{file}"),
        (file, None) => file.to_owned(),
    };
    let leaves_the_book = page.path.starts_with("docs/") && file.contains("..");
    let has_anchor = |anchor: &str| Page::read(&path).anchors().contains(anchor);
    let target = root().join(&path);
    // A book does not list folders.
    let exists = if page.path == "README.md" { target.exists() } else { target.is_file() };
    !leaves_the_book && exists && anchor.is_none_or(has_anchor)
}

/// The table between the two marks, as it should be.
fn table_of_schemes() -> String {
    let mut table = String::from("| rule | parameters | meaning |\n|---|---|---|\n");
    for about in Scheme::ALL {
        let names: Vec<String> = about.parameters.iter().map(|key| format!("`{}`", key.path)).collect();
        let names = if names.is_empty() { "–".into() } else { names.join(", ") };
        table += &format!("| `{}` | {names} | {} |\n", about.name, about.meaning);
    }
    table
}

#[test]
fn the_table_of_schemes_is_the_list() {
    let (page, table) = (Page::read("docs/schemes.md").text, table_of_schemes());
    let between =
        page.split("<!-- schemes -->\n").nth(1).and_then(|rest| rest.split("<!-- /schemes -->").next());
    assert_eq!(between, Some(table.as_str()), "put this between the marks:\n{table}");
}

/// A table between `<!-- FILE -->` and `<!-- /FILE -->` must be in FILE, whose tests check it.
#[test]
fn borrowed_tables_are_those_of_their_sources() {
    let mut borrowed = 0;
    for page in pages() {
        for (file, rest) in page.text.split("<!-- ").filter_map(|part| part.split_once(" -->\n")) {
            if !file.contains('/') || file.starts_with('/') {
                continue;
            }
            let source = Page::read(file).text.replace("//! ", "");
            assert!(source.contains(rest.trim_end()), "{}: the table is not that of {file}", page.path);
            borrowed += 1;
        }
    }
    assert!(borrowed > 0);
}

/// The page for a book includes every figure that there is, and nothing else.
#[test]
fn the_page_of_figures_includes_each() {
    let page = Page::read("figures/README.md");
    let included: BTreeSet<&str> =
        page.includes().into_iter().filter_map(|file| file.strip_suffix(".svg")).collect();
    assert_eq!(included, kofn_book::figures().iter().map(|figure| figure.name).collect());
}
