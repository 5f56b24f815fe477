"""Atomic writing of files: after a crash, a file is complete, either old or new."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile


def replace(path: str, text: str) -> None:
    """Write a text to a file atomically, through a temporary file beside it."""
    directory = os.path.dirname(path) or "."
    if not os.path.isdir(directory):
        raise NotADirectoryError(errno.ENOTDIR, "no such folder", directory)
    with tempfile.NamedTemporaryFile("w", dir=directory, delete=False, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        # Temporary files are private; give this one the usual permissions.
        with contextlib.suppress(OSError):
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(file.name, 0o666 & ~umask)
        os.replace(file.name, path)
    except OSError:
        os.unlink(file.name)
        raise


class Checkpoint:
    """A file that keeps the counts of a run while it progresses."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fsdecode(path)

    def __str__(self) -> str:
        return self.path

    def load(self) -> str | None:
        """Return the saved text, or None if the file does not exist."""
        try:
            with open(self.path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def save(self, text: str) -> None:
        """Save a tally, replacing the previous one."""
        replace(self.path, text + "\n")
