"""Written files: each is there whole, old or new, whatever happens."""

from __future__ import annotations

import contextlib
import os
import tempfile


def replace(path: str, text: str) -> None:
    """Put a text into a file: written beside it under another name, and renamed."""
    directory = os.path.dirname(path) or "."
    with tempfile.NamedTemporaryFile("w", dir=directory, delete=False, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A temporary file is private; what is written here is not.
        with contextlib.suppress(OSError):
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(file.name, 0o666 & ~umask)
        os.replace(file.name, path)
    except OSError:
        os.unlink(file.name)
        raise


class Checkpoint:
    """A file that keeps the counts of a run as it goes."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)

    def __str__(self) -> str:
        return self.path

    def load(self) -> str | None:
        """Return what was kept before; None if there is no file."""
        try:
            with open(self.path, encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def save(self, text: str) -> None:
        """Keep a tally in the place of what was there."""
        replace(self.path, text + "\n")
