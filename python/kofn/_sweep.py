"""Scenarios over ranges of their keys."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from typing import Any, TypeAlias

from . import _kofn
from ._answers import SweepCell
from ._executor import Crew, swept
from ._kofn import KofnError
from ._plot import Plot
from ._progress import Progress, reported, set_partial
from ._questions import Number, _native
from ._scenario import Scenario, as_json
from ._table import Table, number, probability, shortened

Values: TypeAlias = str | Iterable[Any]
Axes: TypeAlias = list[tuple[str, Any]]


class Sweep:
    """The answers of a scenario for every combination of values of some of its keys.

    The first key runs fastest. ``len(sweep)`` is the number of cells; ``sweep[3]`` is one; iterate
    over all. A sweep never changes; it can be compared and pickled.
    """

    __slots__ = ("_native",)
    _native: _kofn.Sweep

    def __init__(self, native: _kofn.Sweep) -> None:
        object.__setattr__(self, "_native", native)

    @property
    def axes(self) -> dict[str, list[int | float | str]]:
        """The keys and their values."""
        return dict(self._native.axes)

    @property
    def partial(self) -> bool:
        """Whether the sweep was stopped early; it then has the first cells."""
        return self._native.partial

    def __len__(self) -> int:
        return len(self._native)

    def __getitem__(self, place: int) -> SweepCell:
        cells = len(self)
        text = (
            self._native.cell(place + cells if place < 0 else place)
            if -cells <= place < cells
            else None
        )
        if text is None:
            raise IndexError(f"the sweep has {cells} cells, counted from 0; got {place}")
        return SweepCell._from_json(text)

    def __iter__(self) -> Iterator[SweepCell]:
        return (self[place] for place in range(len(self)))

    def to_dict(self) -> dict[str, Any]:
        """Return the cells as columns: lists of the keys' values, arrays of the answers' numbers.

        The columns are those of the command's CSV: the keys, ``correct``, ``abstain``, ``wrong``,
        ``failure``, their logarithms, the expected effort, and the counts of simulated cells. What
        has no number, such as a cost without prices, is NaN.

        Examples
        --------
        >>> import kofn
        >>> panel = kofn.Scenario.majority(3, failure_rate=.23)
        >>> kofn.sweep(panel, {"agents.count": [1, 3]}).to_dict()["correct"]
        array([0.77    , 0.865634])
        """
        return dict(self._native.columns())

    def to_pandas(self) -> Any:
        """Return the cells as a pandas data frame, with the columns of `to_dict`."""
        import pandas

        return pandas.DataFrame(self.to_dict())

    def to_polars(self) -> Any:
        """Return the cells as a polars data frame, with the columns of `to_dict`."""
        import polars

        return polars.DataFrame(self.to_dict())

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return the cells as CSV, and write them to `path` if there is one."""
        text = self._native.csv()
        if path is not None:
            Plot("", text).save(path)
        return text

    def plot(self, y: str = "failure", *, title: str | None = None, name: str = "sweep") -> Plot:
        """Return a picture of the cells.

        The first key is the x axis, the second gives the curves, the third the panels. Lines are
        exact values, marks simulated ones.

        Parameters
        ----------
        y : {"failure", "correct", "wrong", "abstain", "cost", "calls"}
            What it shows.
        title : str, optional
            Its title; by default what it shows, in numbers.
        name : str
            Anchor of its style rules: pictures on one page need different ones.

        Raises
        ------
        KofnError
            A sweep that cannot be drawn, such as one over names alone.

        Examples
        --------
        >>> import kofn
        >>> panel = kofn.Scenario.majority(3, failure_rate=.23)
        >>> kofn.sweep(panel, {"agents.count": range(1, 10, 2)}).plot("correct").svg[:4]
        '<svg'
        """
        svg = self._native.svg({"y": y, "title": title, "name": name})
        return Plot(svg, self._native.csv(), name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sweep):
            return NotImplemented
        return self._native.lines() == other._native.lines()

    def __hash__(self) -> int:
        return hash(self._native.lines())

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (self._native.axes, self._native.lines())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Sweep does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Sweep does not change")

    def _table(self) -> Table:
        columns = self.to_dict()
        keys = list(self.axes)
        names = [*keys, "correct", "abstain", "wrong", "failure"]
        rows = []
        for place in range(len(self)):
            first = [str(columns[key][place]) for key in keys]
            rows.append(
                [*first, *(probability(float(columns[name][place])) for name in names[len(keys) :])]
            )
        notes = [f"{number(len(self))} cells"]
        if self.partial:
            notes.append("stopped early")
        return Table("", names, shortened(rows), notes)

    def __repr__(self) -> str:
        return str(self._table())

    def _repr_html_(self) -> str:
        return self._table().to_html()


def sweep(
    scenario: Scenario | Mapping[str, Any],
    over: Mapping[str, Values],
    *,
    trials: Number | None = None,
    seed: int = 42,
    threads: int | None = None,
    executor: Executor | None = None,
    parts: int | None = None,
    retries: int = 3,
    progress: Progress = None,
) -> Sweep:
    """Return the answers of a scenario for every combination of values of some of its keys.

    Parameters
    ----------
    scenario : Scenario or dict
        What is asked. A dict may leave out the keys that are swept.
    over : dict
        Keys of the scenario, such as ``"agents.count"`` or ``"scheme"``, and their values: numbers,
        words, or the text that the command takes, such as ``"1:41:2"``. The first runs fastest.
    trials : int or float, optional
        Also simulate every cell, with this number of trials.
    seed, threads
        As for `simulate`.
    executor : concurrent.futures.Executor, optional
        Compute the cells there, each part of them with one thread unless `threads` says otherwise.
    parts, retries
        As for `simulate`.
    progress : bool or callable, optional
        As for `simulate`.

    Returns
    -------
    Sweep
        A cell for every combination, each equal to the answer of its scenario to the last bit.

    Raises
    ------
    KofnError
        An unknown key, a cell that is not possible (before any is computed), more than 2,000,000
        cells.
    PartsError
        Parts that the executor could not compute.
    KeyboardInterrupt
        After Ctrl-C; its attribute ``partial`` is a sweep of the first cells.

    Examples
    --------
    >>> import kofn
    >>> panel = kofn.Scenario.majority(3, failure_rate=.23)
    >>> kofn.sweep(panel, {"agents.count": [1, 3, 5]})
      agents.count  correct  abstain    wrong  failure
      1              0.7700        0   0.2300   0.2300
      3              0.8656        0   0.1344   0.1344
      5              0.9164        0  0.08356  0.08356
    3 cells
    """
    axes = _axes(over)
    options = {"trials": trials, "seed": seed, "threads": threads}
    written = _written(scenario)
    with reported(progress, "cells" if trials is None else "trials") as report:
        if executor is not None:
            crew = Crew.of(executor, parts, retries, report)
            return Sweep(swept(written, axes, options, crew, Sweep))
        try:
            return Sweep(_kofn.sweep(written, axes, options, report))
        except KeyboardInterrupt as interrupt:
            set_partial(interrupt, Sweep)
            raise


def _written(scenario: Scenario | Mapping[str, Any]) -> tuple[str, str]:
    """Return the text of a scenario, and the name of that; of a dict keys may be missing."""
    if isinstance(scenario, Mapping):
        return as_json(scenario), ""
    return _native(scenario).written()


def _axes(over: Mapping[str, Values]) -> Axes:
    """Return the keys and their values as the engine takes them."""
    if not isinstance(over, Mapping):
        raise KofnError(
            'over must be a dict of keys and values, such as {"agents.count": range(1, 10, 2)}'
        )
    axes: Axes = []
    for key, values in over.items():
        if not isinstance(values, str):
            tolist = getattr(values, "tolist", None)
            values = tolist() if tolist is not None else values
            if not isinstance(values, Iterable):
                raise KofnError(f"{key} must be swept over a list of values, got {values!r:.60}")
            values = [value.item() if hasattr(value, "item") else value for value in values]
        axes.append((str(key), values))
    return axes


def _unpickled(axes: Axes, lines: str) -> Sweep:
    return Sweep(_kofn.Sweep.read(axes, lines))
