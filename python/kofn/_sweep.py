"""Sweeps of scenarios over ranges of their keys."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Set
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
from ._table import Table, number, probability

Values: TypeAlias = str | Iterable[Any]
# Maximum number of cells that a table shows; of more, those in the middle are left out.
_SHOWN = 24

Axes: TypeAlias = list[tuple[str, Any]]


class Sweep:
    """Answers for every combination of values of some keys of a scenario.

    The first key varies fastest. ``len(sweep)`` is the number of cells, ``sweep[3]`` is one of
    them, and iteration yields all. A sweep is immutable; it can be compared and pickled.
    """

    __slots__ = ("_native",)
    _native: _kofn.Sweep

    def __init__(self, native: _kofn.Sweep) -> None:
        object.__setattr__(self, "_native", native)

    @property
    def axes(self) -> dict[str, list[int | float | str]]:
        """Swept keys and their values."""
        return dict(self._native.axes)

    @property
    def partial(self) -> bool:
        """Whether the sweep was stopped early; it then has the first cells."""
        return self._native.partial

    def __len__(self) -> int:
        return len(self._native)

    def __getitem__(self, place: int) -> SweepCell:
        if not isinstance(place, int):
            raise TypeError(
                f"the index of a sweep must be a whole number, got {place!r:.40}; "
                "to_pandas() has columns"
            )
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
        """Return the cells as columns: lists of the values of the keys, arrays of the results.

        The columns are those of the command's CSV: the keys, ``correct``, ``abstain``, ``wrong``,
        ``failure``, their logarithms, the expected effort, and the counts of simulated cells.
        Missing numbers, such as a cost without prices, are NaN.

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
        """Return the cells as CSV, and write them to `path` if it is given."""
        text = self._native.csv()
        if path is not None:
            Plot("", text).save(path)
        return text

    def plot(self, y: str = "failure", *, title: str | None = None, name: str = "sweep") -> Plot:
        """Return a picture of the cells.

        The first key is the x axis, the second distinguishes curves, and the third panels. Lines
        are exact values, marks are simulated ones.

        Parameters
        ----------
        y : {"failure", "correct", "wrong", "abstain", "cost", "calls"}
            Quantity on the y axis.
        title : str, optional
            Title; by default it states the quantity and the fixed values.
        name : str
            Scope of the style rules in the SVG; pictures on one page need different names.

        Raises
        ------
        KofnError
            If the sweep cannot be drawn, such as one over names only.

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
        raise AttributeError("a Sweep is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Sweep is immutable")

    def _table(self) -> Table:
        keys = list(self.axes)
        names = ("correct", "abstain", "wrong", "failure")
        # Only the first and the last cells of a long sweep are shown.
        places = range(len(self))
        shown = (
            places
            if len(places) <= _SHOWN
            else [*places[: _SHOWN // 2], None, *places[-_SHOWN // 2 :]]
        )
        rows = []
        for place in shown:
            if place is None:
                rows.append(["…"] * (len(keys) + len(names)))
                continue
            cell = self[place].to_dict()
            values = [str(cell["over"][key]) for key in keys]
            rows.append([*values, *(probability(cell["exact"][name]) for name in names)])
        notes = [f"{number(len(self))} cells"]
        if self.partial:
            notes.append("stopped early")
        return Table("", [*keys, *names], rows, notes)

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
    """Return the answers for every combination of values of some keys of a scenario.

    Parameters
    ----------
    scenario : Scenario or dict
        The scenario. A dict may omit the swept keys.
    over : dict
        Keys of the scenario, such as ``"agents.count"`` or ``"scheme"``, and their values: numbers,
        strings, or a range as the command takes it, such as ``"1:41:2"``. The first key varies
        fastest.
    trials : int or float, optional
        Also simulate every cell, with this number of trials.
    seed, threads
        As for `simulate`.
    executor : concurrent.futures.Executor, optional
        Compute the cells on this executor, in parts with one thread each unless `threads` is given.
    parts, retries
        As for `simulate`.
    progress : bool or callable, optional
        As for `simulate`.

    Returns
    -------
    Sweep
        One cell per combination, equal to the answer of its scenario to the last bit.

    Raises
    ------
    KofnError
        If a key is unknown, a cell is impossible (reported before any is computed), or there are
        more than 2,000,000 cells.
    PartsError
        If the executor could not compute some parts.
    KeyboardInterrupt
        On Ctrl-C; its attribute ``partial`` is a sweep of the first cells.

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
        except BaseException as interrupt:
            if hasattr(interrupt, "partial"):
                set_partial(interrupt, Sweep)
            raise


def _written(scenario: Scenario | Mapping[str, Any]) -> tuple[str, str]:
    """Return the text of a scenario and its name; a dict may lack the swept keys."""
    if isinstance(scenario, Mapping):
        return as_json(scenario), ""
    return _native(scenario).written()


def _axes(over: Mapping[str, Values]) -> Axes:
    """Return the keys and their values in the form that the engine takes."""
    if not isinstance(over, Mapping):
        raise KofnError(
            'over must be a dict of keys and values, such as {"agents.count": range(1, 10, 2)}'
        )
    axes: Axes = []
    for key, values in over.items():
        if not isinstance(values, str):
            tolist = getattr(values, "tolist", None)
            values = tolist() if tolist is not None else values
            if not isinstance(values, Iterable) or isinstance(values, bytes | Mapping | Set):
                raise KofnError(f"{key} must be swept over a list of values, got {values!r:.60}")
            values = [value.item() if hasattr(value, "item") else value for value in values]
        axes.append((str(key), values))
    return axes


def _unpickled(axes: Axes, lines: str) -> Sweep:
    return Sweep(_kofn.Sweep.read(axes, lines))
