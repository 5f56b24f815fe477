//! Written files: each is there whole, old or new, whatever happens.

use super::Failure;
use kofn_figures::Rendered;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::NamedTempFile;

/// Names of files that are being written begin with this.
const PREFIX: &str = ".kofn-";
/// Maximum number of symbolic links followed to a file.
const MAX_LINKS: usize = 40;

/// Writes the picture and its table into `directory`, which is made if need be, as NAME.svg and NAME.csv.
pub(crate) fn write_figure(rendered: &Rendered, directory: &Path) -> Result<[PathBuf; 2], Failure> {
    let failure = |path: &Path, error| Failure::File { name: path.display().to_string(), error };
    fs::create_dir_all(directory).map_err(|error| failure(directory, error))?;
    let file = |extension: &str, text: &str| {
        let path = directory.join(format!("{}.{extension}", rendered.name));
        replace(&path, text.as_bytes()).map_err(|error| failure(&path, error))?;
        Ok::<_, Failure>(path)
    };
    Ok([file("svg", &rendered.svg)?, file("csv", &rendered.csv)?])
}

/// Puts these bytes into a file.
///
/// A regular file is replaced: the bytes are written under another name in its directory, brought to the disk and
/// renamed. Symbolic links are followed; mode and, where permitted, owner are kept. A file with several names (hard
/// links) is written in place, so that all of them show the new bytes; it is not whole while that lasts. Whatever is no
/// regular file, such as a device, a pipe or /dev/stdout, is written to. A directory or a read-only file is refused.
///
/// A process that is killed while it writes leaves the old file, and perhaps one beside it whose name begins with
/// `.kofn-`; the next process that writes into that directory removes it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let old = match fs::metadata(path) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if old.as_ref().is_some_and(Metadata::is_dir) {
        return Err(io::Error::new(ErrorKind::IsADirectory, "is a directory"));
    }
    let links = links(path)?;
    for link in &links {
        if let Some(mut stream) = standard_stream(link)? {
            return stream.write_all(bytes);
        }
    }
    let target = &links[links.len() - 1];
    match old {
        Some(old) if !old.is_file() => OpenOptions::new().write(true).open(path)?.write_all(bytes),
        Some(old) => {
            if old.permissions().readonly() {
                return Err(io::Error::new(ErrorKind::PermissionDenied, "is read-only"));
            }
            // Whoever may not write the file may not replace it, even if the directory would let them.
            let file = OpenOptions::new().write(true).open(target)?;
            if has_other_names(&old) { overwrite(file, bytes) } else { rename(target, bytes, Some(&old)) }
        }
        None => rename(target, bytes, None),
    }
}

/// Checks that [`replace`] could put bytes into this file, as far as that is known before.
pub(crate) fn check_replaceable(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(old) if old.is_dir() => Err(io::Error::new(ErrorKind::IsADirectory, "is a directory")),
        Ok(old) if !old.is_file() => Ok(()),
        Ok(old) if old.permissions().readonly() => {
            Err(io::Error::new(ErrorKind::PermissionDenied, "is read-only"))
        }
        Ok(_) => OpenOptions::new().write(true).open(path).map(drop),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let links = links(path)?;
            let directory = directory_of(&links[links.len() - 1]);
            let lacks = |error: io::Error| {
                // The error of the file that was tried tells its name, which says nothing.
                let message = format!("no file can be made in {}: {}", directory.display(), error.kind());
                io::Error::new(error.kind(), message)
            };
            tempfile::Builder::new().prefix(PREFIX).tempfile_in(directory).map(drop).map_err(lacks)
        }
        Err(error) => Err(error),
    }
}

/// Whether both paths are the same regular file, there or to be made.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        let last = links(path).ok()?.pop()?;
        let name = last.file_name()?;
        last.canonicalize()
            .or_else(|_| Ok::<_, io::Error>(directory_of(&last).canonicalize()?.join(name)))
            .ok()
    };
    let is_special = fs::metadata(one).is_ok_and(|old| !old.is_file());
    !is_special && whole(one).is_some_and(|one| whole(other) == Some(one))
}

/// The directory in which a file stands.
fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn overwrite(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Writes a file of another name and renames it to `path`, with the mode and the owner of the `old` file.
fn rename(path: &Path, bytes: &[u8], old: Option<&Metadata>) -> io::Result<()> {
    let directory = directory_of(path);
    remove_remains(directory);
    let mut file = locked(directory)?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        keep_owner(file.path(), old);
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Makes a file to be renamed later. Its lock says that a process is writing it.
fn locked(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    readable_by_all(&mut builder);
    loop {
        let file = builder.tempfile_in(directory)?;
        // Some file systems have no locks, and then nobody removes remains either.
        let locked = file.as_file().lock();
        // Another process may have taken it for remains before it was locked.
        if locked.is_err() || file.path().exists() {
            return Ok(file);
        }
    }
}

/// Removes what processes that were killed left in this directory, once for each directory and process.
fn remove_remains(directory: &Path) {
    static SWEPT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    let mut swept = SWEPT.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if swept.iter().any(|path| path == directory) {
        return;
    }
    swept.push(directory.into());
    drop(swept);
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // What cannot be opened, locked or removed belongs to somebody else.
            if let Ok(file) = OpenOptions::new().write(true).open(entry.path())
                && file.try_lock().is_ok()
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Returns the path, what it links to, what that links to, and so on; of the last nothing needs to exist.
fn links(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = vec![path.to_owned()];
    for _ in 0..MAX_LINKS {
        let last = &paths[paths.len() - 1];
        let Ok(target) = fs::read_link(last) else { return Ok(paths) };
        paths.push(last.parent().unwrap_or(Path::new("")).join(target));
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "too many symbolic links"))
}

/// Returns the standard output or error if this is one of them. It may well be a regular file, and is continued then,
/// not replaced.
#[cfg(unix)]
fn standard_stream(path: &Path) -> io::Result<Option<File>> {
    use std::os::fd::AsFd;
    let own = Path::new("/proc/self/fd").canonicalize();
    if !own
        .is_ok_and(|own| path.parent().is_some_and(|parent| parent.canonicalize().is_ok_and(|it| it == own)))
    {
        return Ok(None);
    }
    let descriptor = match path.file_name().and_then(|name| name.to_str()) {
        Some("1") => io::stdout().as_fd().try_clone_to_owned()?,
        Some("2") => io::stderr().as_fd().try_clone_to_owned()?,
        _ => return Ok(None),
    };
    Ok(Some(descriptor.into()))
}

#[cfg(not(unix))]
fn standard_stream(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

#[cfg(unix)]
fn has_other_names(file: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(file) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Gives the file the owner and the group of the old one; only a privileged process may, and others keep their own.
#[cfg(unix)]
fn keep_owner(file: &Path, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    if chown(file, Some(old.uid()), Some(old.gid())).is_err() {
        let _ = chown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) {}

/// A temporary file is private by default; what is written here is not (the process's umask still applies).
#[cfg(unix)]
fn readable_by_all(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable_by_all(_: &mut tempfile::Builder<'_, '_>) {}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::time::Duration;

    fn directory() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn names(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> =
            names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_pipe_is_written_to_and_stays() {
        let directory = directory();
        let pipe = directory.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read(pipe).unwrap()
        });
        replace(&pipe, b"through").unwrap();
        assert_eq!(reader.join().unwrap(), b"through");
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
        assert_eq!(names(directory.path()), ["pipe"]);
    }

    #[test]
    fn links_are_followed_to_what_they_name() {
        let directory = directory();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("deep")).unwrap();
        for (target, link) in [("deep/file", "one"), ("one", "two"), ("loop", "loop")] {
            symlink(target, path(link)).unwrap();
        }
        for text in ["new", "newer"] {
            replace(&path("two"), text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(path("deep/file")).unwrap(), text);
        }
        assert!(path("one").is_symlink() && path("two").is_symlink());
        assert!(replace(&path("loop"), b"").is_err() && path("loop").is_symlink());
    }

    #[test]
    fn mode_and_owner_stay_and_so_do_all_names() {
        let directory = directory();
        let (path, other) = (directory.path().join("file"), directory.path().join("other"));
        fs::write(&path, "a long old text").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        // Only a privileged process can make a file that belongs to somebody else.
        let foreign = std::os::unix::fs::chown(&path, Some(1234), Some(4321)).is_ok();
        replace(&path, b"new").unwrap();
        let kept = fs::metadata(&path).unwrap();
        assert_eq!(kept.mode() & 0o7777, 0o640);
        assert!(!foreign || (kept.uid(), kept.gid()) == (1234, 4321));
        fs::hard_link(&path, &other).unwrap();
        replace(&path, b"!").unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"!");
        assert_eq!(fs::metadata(&path).unwrap().ino(), fs::metadata(&other).unwrap().ino());
    }

    #[test]
    fn directories_and_read_only_files_are_refused() {
        let directory = directory();
        let path = directory.path().join("file");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert_eq!(replace(&path, b"new").unwrap_err().to_string(), "is read-only");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(replace(directory.path(), b"new").unwrap_err().to_string(), "is a directory");
        assert_eq!(names(directory.path()), ["file"]);
    }

    /// One file is left over, the other is being written: its lock is held.
    #[test]
    fn what_the_killed_left_goes_and_what_is_being_written_stays() {
        let directory = directory();
        fs::write(directory.path().join(".kofn-left"), "half").unwrap();
        let busy = File::create(directory.path().join(".kofn-busy")).unwrap();
        busy.lock().unwrap();
        replace(&directory.path().join("file"), b"new").unwrap();
        assert_eq!(names(directory.path()), [".kofn-busy", "file"]);
    }

    /// A file is taken for remains just when it has been made: another is made in its place.
    #[test]
    fn a_file_that_another_process_removes_is_made_again() {
        let directory = directory();
        let sweep = || {
            for name in names(directory.path()).iter().filter(|name| name.starts_with(PREFIX)) {
                let path = directory.path().join(name);
                if File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
                    let _ = fs::remove_file(&path);
                }
            }
        };
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    sweep();
                    std::thread::sleep(Duration::from_micros(20));
                }
            });
            for _ in 0..100 {
                drop(locked(directory.path()).unwrap().persist(directory.path().join("file")).unwrap());
            }
            done.store(true, Relaxed);
        });
    }
}
