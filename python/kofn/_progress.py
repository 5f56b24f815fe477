"""Progress of long runs, by tqdm where it is installed."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from ._kofn import KofnError

Report: TypeAlias = Callable[[int, int], object]
Progress: TypeAlias = bool | Report | None

# A run that ends sooner shows no bar.
_PATIENCE_S = 0.5


def set_partial(interrupt: BaseException, convert: Callable[[Any], object]) -> None:
    """Convert the ``partial`` of an interrupted run into an answer."""
    partial = getattr(interrupt, "partial", None)
    vars(interrupt)["partial"] = None if partial is None else convert(partial)


@contextmanager
def reported(progress: Progress, unit: str) -> Iterator[Report | None]:
    """Yield the function that a run calls with the amount done and the total, or None.

    Parameters
    ----------
    progress
        A function; True for a tqdm bar; False for none; None for a bar if tqdm is installed, in a
        terminal or notebook.
    unit
        Unit of the amounts, such as "trials".
    """
    if callable(progress):
        yield progress
        return
    if progress not in (None, True, False):
        raise KofnError(f"progress must be True, False or a function, got {progress!r:.60}")
    tqdm = None if progress is False else _tqdm(required=progress is True)
    if tqdm is None:
        yield None
        return
    bar = _Bar(tqdm, unit)
    try:
        yield bar.report
    finally:
        bar.close()


class _Bar:
    def __init__(self, tqdm: Any, unit: str) -> None:
        self.tqdm, self.unit = tqdm, unit
        self.bar: Any = None
        self.start = time.monotonic()

    def report(self, done: int, total: int) -> None:
        if self.bar is None:
            if time.monotonic() - self.start < _PATIENCE_S:
                return
            self.bar = self.tqdm(total=total, unit=f" {self.unit}", unit_scale=True, leave=False)
        self.bar.total = total
        self.bar.n = done
        self.bar.refresh()

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


def _tqdm(*, required: bool) -> Any:
    if not required and not _in_notebook() and (sys.stderr is None or not sys.stderr.isatty()):
        return None
    try:
        # Without ipywidgets, tqdm warns each time that the bar in a notebook is plain.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    except ImportError:
        if required:
            raise ImportError("progress=True requires tqdm: pip install tqdm") from None
        return None
    return tqdm


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return hasattr(shell, "kernel")
