//! Where logs come from.

use super::error::LogError;
use super::frame::Frame;
use kofn::scenario::Location;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A log to be read: its name, and its bytes or its rows.
pub struct Source {
    pub(super) origin: Origin,
    pub(super) content: Content,
}

/// What a source holds.
pub(super) enum Content {
    Bytes(Box<dyn Read + Send>),
    Frame(Box<dyn Frame>),
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
        Self { origin: Origin::new(name), content: Content::Bytes(Box::new(input)) }
    }

    /// The files of a folder in memory, by their paths in it: read in the order of [`open_all`](Self::open_all), without
    /// hidden files, and without those that are not logs.
    ///
    /// ```
    /// use kofn_logs::{ReadOptions, Source, read};
    /// let files = [("runs/notes.md", "# Notes"), ("runs/ada.csv", "task,passed\nt1,1\nt2,0\n")];
    /// let sources = Source::folder(files.map(|(path, text)| (path.to_owned(), text.as_bytes())));
    /// assert_eq!(read(sources, &ReadOptions::default())?.agents, ["ada"]);
    /// # Ok::<(), kofn_logs::LogError>(())
    /// ```
    pub fn folder<R: Read + Send + 'static>(files: impl IntoIterator<Item = (String, R)>) -> Vec<Self> {
        let is_hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
        let mut files: Vec<_> = files.into_iter().filter(|(path, _)| !is_hidden(path)).collect();
        files.sort_by_cached_key(|(path, _)| before_folders(Path::new(path)));
        let open = |(path, bytes): (String, R)| {
            let mut source = Self::new(&path, bytes);
            source.origin.of_folder = true;
            source
        };
        files.into_iter().map(open).collect()
    }

    /// The rows of a table in memory, under a name for errors: read by the rules of a file with these rows. Where no
    /// column names the agent, the name is the agent's.
    ///
    /// ```
    /// use kofn_logs::{Field, Frame, FrameBatch, ReadOptions, Source, read};
    /// struct Batch(u32);
    /// struct Runs(Vec<String>, u32);
    /// impl FrameBatch for Batch {
    ///     fn rows(&self) -> usize { 2 }
    ///     fn field(&self, row: usize, column: usize) -> Field<'_> {
    ///         if column == 0 { Field::whole(i128::from(2 * self.0) + row as i128) } else { Field::Flag(row == 0) }
    ///     }
    /// }
    /// impl Frame for Runs {
    ///     fn titles(&self) -> &[String] { &self.0 }
    ///     fn next_batch(&mut self) -> Result<Option<Box<dyn FrameBatch>>, String> {
    ///         self.1 += 1;
    ///         Ok((self.1 <= 3).then(|| Box::new(Batch(self.1)) as Box<dyn FrameBatch>))
    ///     }
    /// }
    /// let frame = Runs(vec!["task".into(), "passed".into()], 0);
    /// let log = read(vec![Source::frame("ada", frame)], &ReadOptions::default())?;
    /// assert_eq!((&*log.agents, log.counts.agents[0].correct, log.counts.tasks), (&["ada".to_owned()][..], 3, 6));
    /// # Ok::<(), kofn_logs::LogError>(())
    /// ```
    pub fn frame(name: &str, frame: impl Frame + 'static) -> Self {
        Self { origin: Origin::named(name), content: Content::Frame(Box::new(frame)) }
    }

    /// The rows of a table that another reader makes of the file at `path`: as [`frame`](Self::frame), but that the agent
    /// is named as after a file.
    pub fn frame_of_file(path: &str, frame: impl Frame + 'static) -> Self {
        Self { origin: Origin::new(path), content: Content::Frame(Box::new(frame)) }
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
        Ok(Self { origin, content: Content::Bytes(Box::new(file)) })
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
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Origin {
    #[serde(with = "text")]
    pub(super) name: Arc<str>,
    /// The file, if it is one and not a pipe: archives are read from their end. Nothing is opened twice, for a pipe
    /// that is opened again never ends.
    #[serde(skip)]
    pub(super) file: Option<Arc<File>>,
    /// The folders that it is in, from the root.
    #[serde(with = "texts")]
    folders: Option<Arc<[String]>>,
    /// Whether the name is one, and not that of a file: it has no folders and no ending.
    is_bare: bool,
    /// Whether it was found in a folder, and not given itself.
    pub(super) of_folder: bool,
    /// The part of its path in which it differs from others of the same name; empty where there is no other.
    #[serde(with = "text")]
    apart: Arc<str>,
    #[serde(with = "text")]
    label: Arc<str>,
}

/// How an agent is named after the source of its runs, by what distinguishes this source from others: which these are
/// is known when all are there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum NamedAfter {
    /// The label, without these endings, taken off in this order where they are.
    Label(Vec<String>),
    /// The label, without dots before it.
    LabelOfHiddenFile,
    /// The run that the file is of: the folder of a file `results.json` that no other is like.
    Run,
    /// The run that a file in `RUN/TASK/TRIAL` is of, if it is in one of this task; else that which it names itself.
    RunOfTrial { task: String, stated: Option<String> },
}

impl Origin {
    /// A source of which only the name is known.
    pub(super) fn new(name: &str) -> Self {
        let folders = Path::new(name).parent().map(components).filter(|folders| !folders.is_empty());
        let mut origin = Self {
            name: name.into(),
            file: None,
            folders,
            is_bare: false,
            of_folder: false,
            apart: "".into(),
            label: "".into(),
        };
        origin.label = origin.stem().into();
        origin
    }

    /// A source that is no file.
    pub(super) fn named(name: &str) -> Self {
        let (name, label) = (Arc::from(name), Arc::from(name));
        Self { name, folders: None, is_bare: true, label, ..Self::unknown() }
    }

    /// No source.
    pub(super) fn unknown() -> Self {
        Self::new("")
    }

    /// The name without folders and without its last ending, and that of a packed file.
    pub(super) fn stem(&self) -> &str {
        if self.is_bare {
            return &self.name;
        }
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

    /// The same, without the file itself.
    pub(super) fn without_file(&self) -> Self {
        Self { file: None, ..self.clone() }
    }

    /// Whether it is a file, or the bytes of one.
    pub(super) fn is_file(&self) -> bool {
        !self.is_bare
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

    /// Something is wrong in this row of a table in memory, counted from 0, in the column of this title.
    pub(super) fn wrong_in_row(&self, row: u64, title: &str, problem: impl Into<String>) -> LogError {
        let place = format!("{}, row {row}, column {}", self.name, super::quote::value(title));
        let location = Location { source: place.into(), line_and_column: None };
        LogError::Content { location, problem: problem.into() }
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

impl NamedAfter {
    /// The label without these endings.
    pub(super) fn label_without(endings: &[&str]) -> Self {
        Self::Label(endings.iter().map(|&ending| ending.to_owned()).collect())
    }

    /// Returns the name of the agent of this source.
    pub(super) fn name<'a>(&'a self, origin: &'a Origin) -> &'a str {
        match self {
            Self::Label(endings) => without_ending(origin.label(), endings),
            Self::LabelOfHiddenFile => origin.label().trim_start_matches('.'),
            Self::Run => match origin.folder() {
                Some(folder) if origin.stem() == "results" && origin.apart().is_empty() => folder,
                _ => origin.label(),
            },
            Self::RunOfTrial { task, stated } => {
                run_of_trial(origin, task).or(stated.as_deref()).unwrap_or(origin.label())
            }
        }
    }
}

/// A stem without these endings, taken off in this order where they are; as it is where nothing would be left.
pub(super) fn without_ending<'a, T: AsRef<str>>(stem: &'a str, endings: &[T]) -> &'a str {
    let without = |stem: &'a str, ending: &T| stem.strip_suffix(ending.as_ref()).unwrap_or(stem);
    let stripped = endings.iter().fold(stem, without);
    if stripped.is_empty() { stem } else { stripped }
}

/// The name of the run of a trial of this task, if its file is in `RUN/TASK/TRIAL`: what distinguishes the run from
/// others, else its folder.
fn run_of_trial<'a>(origin: &'a Origin, task_id: &str) -> Option<&'a str> {
    let (run, task, trial) = (origin.folder_above(2)?, origin.folder_above(1)?, origin.folder()?);
    if task != task_id {
        return None;
    }
    let apart = origin.apart();
    match apart.strip_suffix(&format!("/{task}/{trial}")) {
        Some(run) => Some(run),
        None if apart.is_empty() || apart == trial || apart == format!("{task}/{trial}") => Some(run),
        None => Some(apart),
    }
}

/// Tells sources of the same stem apart by the folders in which they differ.
pub(super) fn distinguish(origins: &mut [&mut Origin]) {
    let mut by_stem: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, origin) in origins.iter().enumerate() {
        by_stem.entry(origin.stem().to_owned()).or_default().push(place);
    }
    for (stem, places) in by_stem.into_iter().filter(|(_, places)| places.len() > 1) {
        let folders: Vec<_> = places.iter().map(|&place| origins[place].folders.clone()).collect();
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
            let origin = &mut *origins[place];
            if is_common && !apart.is_empty() {
                origin.label = apart.as_str().into();
            }
            origin.apart = apart.into();
        }
    }
}

/// A shared text as a text.
mod text {
    use serde::{Deserialize, Deserializer, Serializer};
    use std::sync::Arc;

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
}

/// Shared texts as a list, if there are any.
pub(super) mod texts {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    pub(crate) fn serialize<S: Serializer>(texts: &Option<Arc<[String]>>, to: S) -> Result<S::Ok, S::Error> {
        texts.as_deref().serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Arc<[String]>>, D::Error> {
        Ok(Option::<Vec<String>>::deserialize(from)?.map(Arc::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_taken_off() {
        assert_eq!(without_ending("ada.jsonl_results", &["_results", ".jsonl"]), "ada");
        assert_eq!(without_ending("ada_results", &["_results", ".jsonl"]), "ada");
        assert_eq!(without_ending("_results", &["_results"]), "_results");
    }

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
            distinguish(&mut sources.iter_mut().map(|source| &mut source.origin).collect::<Vec<_>>());
            let told = sources.iter().map(|source| (source.origin.label(), source.origin.apart()));
            told.map(|(label, apart)| format!("{label}|{apart}")).collect::<Vec<_>>()
        };
        assert_eq!(told(&["out/ada/results.json", "out/bob/results.json"]), ["ada|ada", "bob|bob"]);
        assert_eq!(told(&["ada/x/1.json", "bob/x/1.json", "2.json"]), ["1|ada", "1|bob", "2|"]);
        assert_eq!(told(&["results.json", "old/results.json"]), ["results|", "old|old"]);
        assert_eq!(told(&["a.json", "a.json"]), ["a|", "a|"]);
    }
}
