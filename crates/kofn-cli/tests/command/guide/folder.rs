//! The folder in which the commands of one page run.

use super::page::root;
use std::path::Path;
use std::process::Command;

/// A folder with the files that a page names: scenarios, logs, and files that the page itself shows.
pub(super) struct Folder {
    directory: tempfile::TempDir,
    last_printed: String,
}

impl Folder {
    pub(super) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        for source in ["docs/scenarios", "examples"] {
            for file in files(&root().join(source)) {
                std::fs::copy(&file, directory.path().join(file.file_name().unwrap())).unwrap();
            }
        }
        Self { directory, last_printed: String::new() }
    }

    /// Runs the commands of a block; returns the block as it should be.
    pub(super) fn session(&mut self, block: &str) -> Result<String, String> {
        let mut session = String::new();
        for (command, shown) in commands(block)? {
            self.last_printed = self.run(&command)?;
            let lines = [&shown, &self.last_printed].map(|text| text.trim_end().lines().collect::<Vec<_>>());
            let is_right = is_shown(&lines[0], &lines[1]);
            session += &format!("$ {command}\n{}", if is_right { &shown } else { &self.last_printed });
        }
        Ok(session)
    }

    /// Returns what a shell prints, including messages.
    fn run(&self, command: &str) -> Result<String, String> {
        let binary = assert_cmd::cargo::cargo_bin("kofn");
        let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
        let script = format!("{{ {command}\n}} 2>&1");
        let output =
            Command::new("sh").args(["-c", &script]).env("PATH", path).current_dir(&self.directory).output();
        let output = output.map_err(|error| error.to_string())?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(printed)
        } else {
            Err(format!("{command}: {}\n{printed}", output.status))
        }
    }

    /// Checks that the last command printed this JSON.
    pub(super) fn printed_json(&self, shown: &str) -> Result<(), String> {
        let parse = |text| serde_json::from_str::<serde_json::Value>(text).map_err(|error| error.to_string());
        if parse(shown)? == parse(&self.last_printed)? {
            Ok(())
        } else {
            Err(format!("not {}", self.last_printed))
        }
    }

    /// Saves a block whose first line is a comment with a file name. A file of the repository with this name must
    /// have the same text.
    pub(super) fn keep(&self, block: &str) -> Result<(), String> {
        let Some((first, text)) = block.split_once('\n') else { return Ok(()) };
        let Some(name) =
            first.strip_prefix("# ").filter(|name| name.ends_with(".toml") && !name.contains(' '))
        else {
            return Ok(());
        };
        let file = self.directory.path().join(name);
        match std::fs::read_to_string(&file) {
            Ok(existing) if existing != text => Err(format!("{name} exists and differs")),
            _ => std::fs::write(file, text).map_err(|error| error.to_string()),
        }
    }

    /// Whether the page has drawn this figure of the guide, byte for byte.
    pub(super) fn has_drawn(&self, figure: &str) -> bool {
        let drawn = std::fs::read(self.directory.path().join(figure)).ok();
        drawn.is_some() && drawn == std::fs::read(root().join("docs/figures").join(figure)).ok()
    }
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

/// The commands of a block, each with the output that is shown. A command that ends with \ continues on the next line.
fn commands(block: &str) -> Result<Vec<(String, String)>, String> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.into(), String::new())),
            (None, None) => return Err("does not begin with a command: $ …".into()),
            (None, Some((command, _))) if command.ends_with('\\') => *command += &format!("\n{line}"),
            (None, Some((_, shown))) => *shown += &format!("{line}\n"),
        }
    }
    Ok(commands)
}

/// Whether these lines show what was printed; a line … stands for any lines.
fn is_shown(shown: &[&str], printed: &[&str]) -> bool {
    match shown {
        [] => printed.is_empty(),
        ["…", rest @ ..] => (0..=printed.len()).any(|skipped| is_shown(rest, &printed[skipped..])),
        [line, rest @ ..] => printed.first() == Some(line) && is_shown(rest, &printed[1..]),
    }
}
