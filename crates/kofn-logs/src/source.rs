//! Where logs come from.

use super::error::LogError;
use kofn::scenario::Location;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A log to be read: its name, and its bytes.
pub struct Source {
    pub(super) origin: Origin,
    pub(super) input: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Source").field(&self.origin.name).finish()
    }
}

/// Maximum number of files of a folder.
const MAX_FILES: usize = 100_000;

impl Source {
    /// The bytes of `input`, under a name for errors. Where the log names no agent, the name without folders and ending
    /// is the agent's.
    pub fn new(name: &str, input: impl Read + Send + 'static) -> Self {
        Self { origin: Origin::new(name), input: Box::new(input) }
    }

    /// The file at `path`.
    ///
    /// # Errors
    /// It cannot be opened, or is a folder.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LogError> {
        let path = path.as_ref();
        let mut origin = Origin::new(&path.to_string_lossy());
        let file = File::open(path).map_err(|error| origin.unreadable(error))?;
        let metadata = file.metadata().map_err(|error| origin.unreadable(error))?;
        if metadata.is_dir() {
            return Err(origin.unreadable(io::ErrorKind::IsADirectory.into()));
        }
        let file = Arc::new(file);
        origin.file = metadata.is_file().then(|| Arc::clone(&file));
        origin.folders = path.canonicalize().ok().as_deref().and_then(Path::parent).map(components);
        Ok(Self { origin, input: Box::new(file) })
    }

    /// The file at `path`, or all files in the folder at `path` and the folders in it, in the order of their names. The
    /// files of a folder come before those of the folders in it. Hidden files are left out. Files in a folder that are
    /// not logs are skipped when the logs are read.
    ///
    /// # Errors
    /// A file that cannot be opened; a folder without files.
    pub fn open_all(path: impl AsRef<Path>) -> Result<Vec<Self>, LogError> {
        let path = path.as_ref();
        if !path.is_dir() {
            return Ok(vec![Self::open(path)?]);
        }
        let origin = Origin::new(&path.to_string_lossy());
        let mut files = Vec::new();
        collect(path, &mut files).map_err(|error| origin.unreadable(error))?;
        if files.is_empty() {
            return Err(origin.wrong_as_a_whole("this folder has no files; give one with logs in it"));
        }
        if files.len() > MAX_FILES {
            return Err(origin.wrong_as_a_whole(format!("a folder may have at most {MAX_FILES} files")));
        }
        // A run's own file stands above those of its trials: what is in both is read from the run's.
        files.sort_by_cached_key(|file| before_folders(file));
        let open = |file: PathBuf| {
            let mut source = Self::open(file)?;
            source.origin.of_folder = true;
            Ok(source)
        };
        files.into_iter().map(open).collect()
    }
}

/// Adds the files of a folder, and of those in it, that are not hidden.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        let kind = entry.file_type()?;
        if is_hidden {
        } else if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if files.len() <= MAX_FILES && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// The order of files by which those of a folder come before those of the folders in it.
fn before_folders(file: &Path) -> Vec<(bool, OsString)> {
    let last = file.components().count();
    let step = |(place, component): (usize, Component<'_>)| (place < last, component.as_os_str().to_owned());
    (1..).zip(file.components()).map(step).collect()
}

fn components(path: &Path) -> Arc<[String]> {
    let normal = path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    normal.collect()
}

/// Names of files that tools give to every log, so that they say nothing about the agent.
const COMMON_STEMS: &[&str] = &[
    ".latest_run_full",
    ".latest_test_run",
    "eval_all",
    "eval_results",
    "log",
    "logs",
    "output",
    "per_instance_details",
    "per_instance_stats",
    "report",
    "result",
    "results",
    "run",
    "runs",
    "samples",
    "summary",
];

/// Where bytes come from, to name it in errors and to name an agent after it.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) name: Arc<str>,
    /// The file, if it is one and not a pipe: archives are read from their end. Nothing is opened twice, for a pipe
    /// that is opened again never ends.
    pub(super) file: Option<Arc<File>>,
    /// The folders that it is in, from the root.
    folders: Option<Arc<[String]>>,
    /// Whether it was found in a folder, and not given itself.
    pub(super) of_folder: bool,
    /// The part of its path in which it differs from others of the same name; empty where there is no other.
    apart: Arc<str>,
    label: Arc<str>,
}

impl Origin {
    /// A source of which only the name is known.
    pub(super) fn new(name: &str) -> Self {
        let folders = Path::new(name).parent().map(components).filter(|folders| !folders.is_empty());
        let mut origin = Self {
            name: name.into(),
            file: None,
            folders,
            of_folder: false,
            apart: "".into(),
            label: "".into(),
        };
        origin.label = origin.stem().into();
        origin
    }

    /// No source.
    pub(super) fn unknown() -> Self {
        Self::new("")
    }

    /// The name without folders and without its last ending, and that of a packed file.
    pub(super) fn stem(&self) -> &str {
        let packed = [".gz", ".zst"].iter().find_map(|ending| self.name.strip_suffix(ending));
        let name = packed.unwrap_or(&self.name);
        Path::new(name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(name)
    }

    /// What distinguishes it from other sources, shortly: the stem, and where others have the same, the part of the
    /// path that differs.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// The part of the path in which it differs from others of the same name; empty where there is no other.
    pub(super) fn apart(&self) -> &str {
        &self.apart
    }

    /// The name of the folder that the file is in.
    pub(super) fn folder(&self) -> Option<&str> {
        self.folder_above(0)
    }

    /// The name of the folder this many steps above the one that the file is in.
    pub(super) fn folder_above(&self, steps: usize) -> Option<&str> {
        self.folders.as_ref()?.iter().rev().nth(steps).map(String::as_str)
    }

    /// A part of this source, such as one of an archive.
    pub(super) fn part(&self, name: &str) -> Self {
        Self::new(&format!("{}, {name}", self.name))
    }

    /// The input failed.
    pub(super) fn unreadable(&self, source: io::Error) -> LogError {
        LogError::Read { name: self.name.to_string(), source }
    }

    /// Something is wrong at this line and column, both counted from 1.
    pub(super) fn wrong_at(&self, line: u64, column: u64, problem: impl Into<String>) -> LogError {
        let clamp = |place| u32::try_from(place).unwrap_or(u32::MAX);
        self.wrong(Some((clamp(line), clamp(column))), problem)
    }

    /// Something is wrong with the whole of it.
    pub(super) fn wrong_as_a_whole(&self, problem: impl Into<String>) -> LogError {
        self.wrong(None, problem)
    }

    fn wrong(&self, line_and_column: Option<(u32, u32)>, problem: impl Into<String>) -> LogError {
        let location = Location { source: Arc::clone(&self.name), line_and_column };
        LogError::Content { location, problem: problem.into() }
    }
}

/// Tells sources of the same stem apart by the folders in which they differ.
pub(super) fn distinguish(sources: &mut [Source]) {
    let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, source) in sources.iter().enumerate() {
        by_stem.entry(source.origin.stem().to_owned()).or_default().push(place);
    }
    for (stem, places) in by_stem.into_iter().filter(|(_, places)| places.len() > 1) {
        let folders: Vec<_> = places.iter().map(|&place| sources[place].origin.folders.clone()).collect();
        let paths: Vec<&[String]> = folders.iter().map(|path| path.as_deref().unwrap_or_default()).collect();
        let shortest = paths.iter().map(|path| path.len()).min().unwrap_or(0);
        let same = |at: &dyn Fn(&[String], usize) -> String, most: usize| {
            (0..most)
                .take_while(|&step| paths.iter().all(|path| at(path, step) == at(paths[0], step)))
                .count()
        };
        let front = same(&|path, step| path[step].clone(), shortest);
        let back = same(&|path, step| path[path.len() - 1 - step].clone(), shortest - front);
        let is_common = COMMON_STEMS.contains(&&*stem);
        for (&place, path) in places.iter().zip(&paths) {
            let apart = path[front..path.len() - back].join("/");
            let origin = &mut sources[place].origin;
            if is_common && !apart.is_empty() {
                origin.label = apart.as_str().into();
            }
            origin.apart = apart.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stem_is_the_name_without_folders_and_ending() {
        let stem = |name: &str| Origin::new(name).stem().to_owned();
        assert_eq!(stem("runs/gpt-4.1.csv"), "gpt-4.1");
        assert_eq!(stem("runs/gpt-4.1.jsonl.gz"), "gpt-4.1");
        assert_eq!(stem("standard input"), "standard input");
        assert_eq!(stem(".."), "..");
    }

    #[test]
    fn files_of_a_folder_come_before_those_of_the_folders_in_it() {
        let mut files: Vec<_> =
            ["r/b/x", "r/a.json", "r/a/z/y", "r/a/y", "r/z.json"].map(PathBuf::from).into();
        files.sort_by_cached_key(|file| before_folders(file));
        assert_eq!(files, ["r/a.json", "r/z.json", "r/a/y", "r/a/z/y", "r/b/x"].map(PathBuf::from));
    }

    #[test]
    fn files_of_one_name_are_told_apart_by_what_differs_in_their_paths() {
        let told = |names: &[&str]| {
            let mut sources: Vec<_> = names.iter().map(|name| Source::new(name, io::empty())).collect();
            distinguish(&mut sources);
            let told = sources.iter().map(|source| (source.origin.label(), source.origin.apart()));
            told.map(|(label, apart)| format!("{label}|{apart}")).collect::<Vec<_>>()
        };
        assert_eq!(told(&["out/ada/results.json", "out/bob/results.json"]), ["ada|ada", "bob|bob"]);
        assert_eq!(told(&["ada/x/1.json", "bob/x/1.json", "2.json"]), ["1|ada", "1|bob", "2|"]);
        assert_eq!(told(&["results.json", "old/results.json"]), ["results|", "old|old"]);
        assert_eq!(told(&["a.json", "a.json"]), ["a|", "a|"]);
    }
}
