"""Work in parts on any executor of `concurrent.futures`: threads, processes, a cluster of Dask.

No executor is trusted. A part that raised, was cancelled or lost its worker is submitted again; an
answer that is not that of its part is refused, and the part submitted again. The parts are those of
``kofn simulate --shard``, so that what is counted does not depend on who counted it.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from . import _kofn
from ._kofn import KofnError
from ._progress import Report

T = TypeVar("T")

#: So many that a worker that is slow, or lost, does not make the others wait for long.
_PARTS_PER_WORKER = 8

#: More parts would take longer to submit than to count.
_MAX_PARTS = 100_000

#: Time between two looks at signals, where waiting cannot be interrupted.
_POLL_S = 0.05


class PartsError(RuntimeError):
    """Parts of a run that could not be computed, although they were submitted again.

    Attributes
    ----------
    missing : str
        Numbers of the missing parts, such as ``"2-7,9"``.
    partial : Simulation, Sweep or None
        The answer of the parts that were computed (of a sweep, the first cells); None if there is
        none, and for a fit.
    parts : list of dict
        What these parts counted: `kofn.merge` adds it up with the missing parts, counted elsewhere
        (``kofn simulate --shard 2/16``), and ``json.dump`` writes the files of the command
        ``kofn merge``. Empty for a sweep and for a fit.
    """

    missing: str
    partial: Any
    parts: list[dict[str, Any]]


class Stop:
    """A flag for the parts that run in this process. Sent to another one, it stays down there."""

    __slots__ = ("raised",)

    def __init__(self) -> None:
        self.raised = False

    def __reduce__(self) -> tuple[type[Stop], tuple[()]]:
        return Stop, ()

    def check(self, done: int, total: int) -> None:
        """End the part, if the run was given up; a part calls this as its progress."""
        if self.raised:
            raise CancelledError("the run was given up")


@dataclass(frozen=True)
class Work(Generic[T]):
    """Work that can be done in parts.

    Attributes
    ----------
    function
        What computes a part: of a module, so that it can be sent to another process. It is called
        with a `Stop`, the number of the part, the number of parts, the number of the attempt and
        `arguments`.
    arguments
        What all parts are told.
    accept
        Returns how much a part has done, of `total`; raises an exception if the answer is not that
        of this part.
    partial
        Returns the answer of some parts, by number; None if they have none.
    saved
        Returns what a part leaves, so that others can add it up.
    total
        The amount of all work, for the progress.
    """

    function: Callable[..., T]
    arguments: tuple[Any, ...]
    accept: Callable[[int, int, T], int]
    partial: Callable[[dict[int, T]], Any]
    saved: Callable[[T], list[dict[str, Any]]]
    total: int


@dataclass(frozen=True)
class Crew:
    """Who does the work, and how."""

    executor: Executor
    parts: int
    retries: int
    report: Report | None

    @classmethod
    def of(
        cls,
        executor: Executor,
        parts: int | None,
        retries: int,
        report: Report | None,
    ) -> Crew:
        """Return a crew after checking its options."""
        if not callable(getattr(executor, "submit", None)):
            must = f"must be a concurrent.futures.Executor, got {executor!r:.60}"
            raise _refused("executor", must)
        if parts is None:
            parts = min(_PARTS_PER_WORKER * workers(executor), _MAX_PARTS)
        _check_whole("parts", parts, 1, _MAX_PARTS)
        _check_whole("retries", retries, 0, 1000)
        return cls(executor, parts, retries, report)


def workers(executor: Executor) -> int:
    """Return how many parts an executor computes at once, as far as it tells."""
    client = getattr(executor, "_client", None)
    try:
        found = sum(client.nthreads().values()) if client else getattr(executor, "_max_workers", 0)
    except Exception:  # A client of something else, or one without a cluster yet.
        found = 0
    return found if isinstance(found, int) and found > 0 else os.cpu_count() or 1


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as job arrays take them: ``2-7,9``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def compute(work: Work[T], crew: Crew) -> list[T]:
    """Return the answers of all parts, in order.

    Raises
    ------
    KofnError
        What a part refuses: it would refuse it again.
    PartsError
        Parts that failed more often than `Crew.retries`, when all others are done.
    BaseException
        What interrupts the wait, such as Ctrl-C. Parts that have not begun are cancelled; the
        attributes ``partial`` and ``parts`` are those of `PartsError`.
    """
    run = _Run(work, crew)
    try:
        run.finish()
    except KofnError:
        run.give_up()
        raise
    except BaseException as error:
        run.give_up()
        run.describe(error)
        raise
    if run.lost:
        raise run.describe(run.error())
    return list(run.in_order().values())


E = TypeVar("E", bound=BaseException)


@dataclass
class _Run(Generic[T]):
    work: Work[T]
    crew: Crew
    stop: Stop = field(default_factory=Stop)
    answers: dict[int, T] = field(default_factory=dict)
    lost: dict[int, BaseException] = field(default_factory=dict)
    futures: dict[int, Future[T]] = field(default_factory=dict)
    attempts: Counter[int] = field(default_factory=Counter)
    done: int = 0
    # Parts whose future is done. Waiting for each future would take long where there are many.
    ended: queue.SimpleQueue[int] = field(default_factory=queue.SimpleQueue)

    def finish(self) -> None:
        """Submit all parts and wait until each is computed or lost."""
        for part in range(1, self.crew.parts + 1):
            self.submit(part)
        while self.futures:
            self.take(self.next_ended())

    def submit(self, part: int) -> None:
        self.attempts[part] += 1
        # The number of the attempt tells calls apart where equal calls share an answer, as on Dask.
        arguments = (self.stop, part, self.crew.parts, self.attempts[part], *self.work.arguments)
        try:
            future = self.crew.executor.submit(self.work.function, *arguments)
        except Exception as error:  # It is broken, or was shut down.
            future = Future()
            future.set_exception(error)
        self.futures[part] = future
        future.add_done_callback(lambda _: self.ended.put(part))

    def next_ended(self) -> int:
        while True:
            try:
                return self.ended.get(timeout=_POLL_S)
            except queue.Empty:
                continue

    def take(self, part: int) -> None:
        """Take the answer of a part that ended, or submit it again."""
        future = self.futures.pop(part)
        # An exception of the worker is not raised here: its interrupt is not that of this process.
        error = CancelledError() if future.cancelled() else future.exception()
        if isinstance(error, KofnError):
            raise error
        if error is None:
            error = self.accept(part, future.result())
        if error is None:
            if self.crew.report is not None:
                self.crew.report(self.done, self.work.total)
        elif self.attempts[part] <= self.crew.retries:
            self.submit(part)
        else:
            self.lost[part] = error

    def accept(self, part: int, answer: T) -> Exception | None:
        """Keep the answer of a part, or return why it is not one."""
        try:
            self.done += self.work.accept(part, self.crew.parts, answer)
        except Exception as error:
            return error
        self.answers[part] = answer
        return None

    def give_up(self) -> None:
        """Cancel what has not begun, and keep what is done."""
        self.stop.raised = True
        for future in self.futures.values():
            future.cancel()
        for part, future in self.futures.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.accept(part, future.result())

    def in_order(self) -> dict[int, T]:
        return dict(sorted(self.answers.items()))

    def describe(self, error: E) -> E:
        """Add to an error what was computed before it."""
        answers = self.in_order()
        parts = [left for answer in answers.values() for left in self.work.saved(answer)]
        error.partial = self.work.partial(answers) if answers else None  # type: ignore[attr-defined]
        error.parts = parts  # type: ignore[attr-defined]
        return error

    def error(self) -> PartsError:
        missing = ranges(self.lost)
        what = "part" if len(self.lost) == 1 else "parts"
        number, cause = min(self.lost.items())
        times = "once" if self.crew.retries == 0 else f"{self.crew.retries + 1} times"
        error = PartsError(
            f"{what} {missing} of {self.crew.parts} failed {times}; "
            f"part {number}: {type(cause).__name__}: {cause}"
        )
        error.missing = missing
        error.__cause__ = cause
        return error


# What is computed in parts: simulations


def count(
    stop: Stop, part: int, of: int, attempt: int, written: tuple[str, str], options: dict[str, Any]
) -> str:
    """Return the tally of a part of a simulation."""
    scenario = _kofn.Scenario(*written)
    return _kofn.count(scenario, {**options, "part": part, "of": of}, stop.check)


def counted(
    native: _kofn.Scenario,
    options: Mapping[str, Any],
    crew: Crew,
    partial: Callable[[str], Any],
) -> list[tuple[str, str]]:
    """Return the tallies of all parts of a simulation, with their names.

    Parameters
    ----------
    native, options
        Of the simulation.
    crew
        Who counts it.
    partial
        Makes an answer of the JSON of a partial simulation.
    """
    trials = _kofn.run_trials(native, dict(options), None)
    run = {"trials": trials, "seed": options["seed"]}

    def accept(part: int, of: int, tally: str) -> int:
        return _kofn.accept_part(native, {**run, "part": part, "of": of}, tally)

    # Workers stand side by side on the processors of a machine: each part has one thread.
    threads = options["threads"] or 1
    work = Work(
        function=count,
        arguments=(native.written(), {**run, "threads": threads}),
        accept=accept,
        partial=lambda tallies: partial(_kofn.merge(_named(tallies.values()), True)),
        saved=lambda tally: [json.loads(tally)],
        total=trials,
    )
    return _named(compute(work, crew))


def _named(tallies: Iterable[str]) -> list[tuple[str, str]]:
    return [(f"tally {number}", tally) for number, tally in enumerate(tallies, 1)]


# Sweeps


class Cells(NamedTuple):
    """Cells of a sweep, and what tells them from those of another part or sweep."""

    sweep: str
    part: int
    of: int
    lines: str
    digest: str

    @classmethod
    def of_part(cls, sweep: str, part: int, of: int, lines: str) -> Cells:
        """Return the cells of a part, sealed."""
        return cls(sweep, part, of, lines, _digest(sweep, part, of, lines))


def _digest(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()


def sweep(
    stop: Stop,
    part: int,
    of: int,
    attempt: int,
    written: tuple[str, str],
    axes: list[tuple[str, Any]],
    options: dict[str, Any],
) -> Cells:
    """Return a part of the cells of a sweep."""
    swept = _kofn.sweep(written, axes, {**options, "part": part, "of": of}, stop.check)
    return Cells.of_part(_digest(written, axes, options), part, of, swept.lines())


def swept(
    written: tuple[str, str],
    axes: list[tuple[str, Any]],
    options: Mapping[str, Any],
    crew: Crew,
    partial: Callable[[_kofn.Sweep], Any],
) -> _kofn.Sweep:
    """Return a sweep of which an executor computes the parts.

    Parameters
    ----------
    written, axes, options
        Of the sweep.
    crew
        Who computes it.
    partial
        Makes an answer of a sweep of the first cells.
    """
    # Impossible cells are refused before any is computed.
    cells = _kofn.check_sweep(written, axes, dict(options))
    arguments = (written, axes, {**options, "threads": options["threads"] or 1})
    key, each = _digest(*arguments), options["trials"] or 1

    def accept(part: int, of: int, answer: Cells) -> int:
        if answer != Cells.of_part(key, part, of, answer.lines):
            raise ValueError(f"the answer of part {part}/{of} is that of another one, or damaged")
        return int(answer.lines.count("\n") * each)

    def first_cells(answers: dict[int, Cells]) -> Any:
        in_place = [cells for place, cells in enumerate(answers.values(), 1) if cells.part == place]
        lines = "".join(cells.lines for cells in in_place)
        if not lines:
            return None
        # As the command marks the last cell of a sweep that was stopped.
        return partial(_kofn.Sweep.read(axes, lines.removesuffix("}\n") + ',"partial":true}\n'))

    work = Work(
        function=sweep,
        arguments=arguments,
        accept=accept,
        partial=first_cells,
        saved=lambda cells: [],
        total=int(cells * each),
    )
    crew = replace(crew, parts=min(crew.parts, cells))
    return _kofn.Sweep.read(axes, "".join(part.lines for part in compute(work, crew)))


# Fits


def fit_part(
    stop: Stop,
    part: int,
    of: int,
    attempt: int,
    runs: bytes,
    options: dict[str, Any],
    choice: str | None,
) -> str:
    """Return a part of a step of a fit: of the first, or of the second if there is a choice."""
    numbered = {**options, "part": part, "of": of}
    return _kofn.fit_part(_log(runs), numbered, choice, stop.check)


@lru_cache(maxsize=1)
def _log(runs: bytes) -> _kofn.Log:
    """Return the log of these runs, which a worker counts once for all its parts."""
    return _kofn.Runs.from_bytes(runs).log()


def fitted(log: _kofn.Log, runs: bytes, options: Mapping[str, Any], crew: Crew) -> _kofn.Fitted:
    """Return the fit of a log of which an executor computes the parts of both steps.

    Parameters
    ----------
    log, runs
        The log, and its runs as bytes.
    options
        Of the fit.
    crew
        Who computes it.
    """
    _check_fit(log, options)
    told = {**options, "threads": 1}

    def step(choice: str | None, before: int) -> list[tuple[str, str]]:
        def accept(part: int, of: int, text: str) -> int:
            _kofn.accept_fit_part(log, {**told, "part": part, "of": of}, choice, text)
            return 1

        def report(done: int, total: int) -> None:
            if crew.report is not None:
                crew.report(before + done, 2 * total)

        work = Work(
            function=fit_part,
            arguments=(runs, told, choice),
            accept=accept,
            partial=lambda answers: None,
            saved=lambda text: [],
            total=crew.parts,
        )
        name = "first" if choice is None else "second"
        parts = enumerate(compute(work, replace(crew, report=report)), 1)
        return [(f"part {part} of the {name} step", text) for part, text in parts]

    parts = step(None, 0)
    choice = _kofn.fit_choice(log, dict(options), parts)
    if choice is not None:
        parts += step(choice, crew.parts)
    return _kofn.fit_of_parts(log, dict(options), parts)


def _check_fit(log: _kofn.Log, options: Mapping[str, Any]) -> None:
    """Refuse what a fit would refuse, but that no part is there yet."""
    try:
        _kofn.fit_of_parts(log, dict(options), [])
    except KofnError as error:
        if error.key != "parts":
            raise


def _check_whole(key: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _refused(key, f"must be a whole number from {low:,} to {high:,}, got {value!r:.40}")


def _refused(key: str, must: str) -> KofnError:
    error = KofnError(f"{key} {must}")
    error.key, error.location = key, None
    return error
