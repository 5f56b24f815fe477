"""Pictures as SVG."""

from __future__ import annotations

import os
import tempfile
from typing import NamedTuple


class Plot(NamedTuple):
    """A picture as SVG, and the numbers in it as CSV. A notebook shows it."""

    svg: str
    csv: str = ""
    name: str = "plot"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to `path`, which ends in ``.svg``; for ``.csv`` its numbers.

        A file that is there is replaced only when the new one is whole.

        Raises
        ------
        ValueError
            Another ending.
        OSError
            The file cannot be written.
        """
        path = os.fspath(path)
        texts = {".svg": self.svg, ".csv": self.csv}
        ending = os.path.splitext(path)[1].lower()
        if not texts.get(ending):
            raise ValueError(f"path must end in .svg or, if there are numbers, in .csv, got {path}")
        directory = os.path.dirname(path) or "."
        with tempfile.NamedTemporaryFile(
            "w", dir=directory, delete=False, encoding="utf-8"
        ) as file:
            file.write(texts[ending])
        try:
            # A temporary file is private; what is written here is not.
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(file.name, 0o666 & ~umask)
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Plot({self.name}, {len(self.svg):,} bytes of SVG; .save(path) writes it)"
