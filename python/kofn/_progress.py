"""Progress of long runs, by tqdm where it is installed."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

Report: TypeAlias = Callable[[int, int], object]
Progress: TypeAlias = bool | Report | None

# A run that ends sooner shows no bar.
_PATIENCE_S = 0.5


def set_partial(interrupt: BaseException, convert: Callable[[Any], object]) -> None:
    """Turn what an interrupted run had so far, the ``partial``, into its answer."""
    partial = getattr(interrupt, "partial", None)
    vars(interrupt)["partial"] = None if partial is None else convert(partial)


@contextmanager
def reported(progress: Progress, unit: str) -> Iterator[Report | None]:
    """Yield what a run is to call with the amount done and of all, or None.

    Parameters
    ----------
    progress
        A function; True for a bar of tqdm; None for a bar where tqdm is installed and somebody
        watches: on a terminal, or in a notebook; False for none.
    unit
        What is counted, such as "trials".
    """
    if callable(progress):
        yield progress
        return
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
    try:
        # In a notebook without ipywidgets the bar is plain; tqdm warns of that each time.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
    except ImportError:
        if required:
            raise ImportError("progress=True needs tqdm: pip install tqdm") from None
        return None
    watched = _in_notebook() or (sys.stderr is not None and sys.stderr.isatty())
    return tqdm if required or watched else None


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return hasattr(shell, "kernel")
