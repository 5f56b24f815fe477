"""Pictures as SVG."""

from __future__ import annotations

import os
from typing import NamedTuple

from ._files import replace


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
        replace(path, texts[ending])

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Plot({self.name}, {len(self.svg):,} bytes of SVG; .save(path) writes it)"
