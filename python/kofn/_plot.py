"""Pictures as SVG."""

from __future__ import annotations

import os
from typing import NamedTuple

from ._files import replace


class Plot(NamedTuple):
    """A picture as SVG, with its data as CSV. A notebook displays it."""

    svg: str
    csv: str = ""
    name: str = "plot"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to `path` if it ends in ``.svg``, or its data if it ends in ``.csv``.

        An existing file is replaced only once the new one is complete.

        Raises
        ------
        ValueError
            If `path` ends in anything else.
        OSError
            If the file cannot be written.
        """
        path = os.fspath(path)
        texts = {".svg": self.svg, ".csv": self.csv}
        ending = os.path.splitext(path)[1].lower()
        if not texts.get(ending):
            raise ValueError(f"path must end in .svg or, if there are data, in .csv, got {path}")
        replace(path, texts[ending])

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Plot({self.name}, {len(self.svg):,} bytes of SVG; .save(path) writes it)"
