//! A page of Markdown: its blocks of code, its links, its headings.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A page, by its path from the root.
pub(super) struct Page {
    pub(super) path: String,
    pub(super) text: String,
}

/// A block of code, and its position in the page, fences included.
pub(super) struct Block {
    pub(super) language: String,
    pub(super) text: String,
    pub(super) place: Range<usize>,
}

impl Block {
    /// Position of its text in the page.
    pub(super) fn inside(&self) -> Range<usize> {
        let start = self.place.start + "```\n".len() + self.language.len();
        start..start + self.text.len()
    }
}

impl Page {
    pub(super) fn read(path: &str) -> Self {
        let text =
            std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path: path.into(), text }
    }

    /// The pages of the guide, in the order of their names.
    pub(super) fn guide() -> Vec<Self> {
        let files = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
        let names: BTreeSet<String> = files.map(|name| name.into_string().unwrap()).collect();
        let pages = names.iter().filter(|name| name.ends_with(".md") && *name != "SUMMARY.md");
        pages.map(|name| Self::read(&format!("docs/{name}"))).collect()
    }

    fn events(&self) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
        Parser::new_ext(&self.text, Options::ENABLE_TABLES).into_offset_iter()
    }

    pub(super) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut inside = false;
        for (event, place) in self.events() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.into_string(),
                        CodeBlockKind::Indented => "(indented)".into(),
                    };
                    blocks.push(Block { language, text: String::new(), place });
                    inside = true;
                }
                Event::End(TagEnd::CodeBlock) => inside = false,
                Event::Text(text) if inside => blocks.last_mut().unwrap().text += &text,
                _ => {}
            }
        }
        blocks
    }

    /// The page without its blocks of code.
    pub(super) fn prose(&self) -> String {
        let mut prose = self.text.clone();
        for block in self.blocks().iter().rev() {
            prose.replace_range(block.place.clone(), "");
        }
        prose
    }

    pub(super) fn links(&self) -> Vec<String> {
        let link = |event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.into_string())
            }
            _ => None,
        };
        self.events().filter_map(|(event, _)| link(event)).collect()
    }

    /// The files that mdBook includes.
    pub(super) fn includes(&self) -> Vec<&str> {
        self.text.split("{{#include ").skip(1).filter_map(|rest| rest.split("}}").next()).collect()
    }

    /// The anchors of the headings, as mdBook and GitHub make them.
    pub(super) fn anchors(&self) -> BTreeSet<String> {
        let (mut anchors, mut heading) = (BTreeSet::new(), None);
        for (event, _) in self.events() {
            match (event, &mut heading) {
                (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
                (Event::Text(text) | Event::Code(text), Some(heading)) => *heading += &text,
                (Event::End(TagEnd::Heading(_)), _) => anchors.extend(heading.take().as_deref().map(anchor)),
                _ => {}
            }
        }
        anchors
    }

    /// A message with the line of a block.
    pub(super) fn at(&self, block: &Block, message: &str) -> String {
        let line = 1 + self.text[..block.place.start].matches('\n').count();
        format!("{}:{line}: {message}", self.path)
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || "-_".contains(*c));
    kept.flat_map(|c| if c.is_whitespace() { vec!['-'] } else { c.to_lowercase().collect() }).collect()
}
