"""Work in parts on any executor of `concurrent.futures`: threads, processes, a Dask cluster.

No executor is trusted. A part that raised an exception, was cancelled or lost its worker is
submitted again. A part with an invalid answer is refused and submitted again. The parts are those
of ``kofn simulate --shard``, so the counts do not depend on the worker that counted them.
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

#: High enough that a slow or lost worker does not keep the others waiting for long.
_PARTS_PER_WORKER = 8

#: More parts would take longer to submit than to count.
_MAX_PARTS = 100_000

#: Interval at which signals are checked where a wait cannot be interrupted.
_POLL_S = 0.05


class PartsError(RuntimeError):
    """Raised if parts of a run could not be computed, although they were submitted again.

    Attributes
    ----------
    missing : str
        Numbers of the missing parts, such as ``"2-7,9"``.
    partial : Simulation, Sweep or None
        Answer from the parts that were computed (for a sweep, the first cells). None if there is
        none, and for a fit.
    parts : list of dict
        Counts of these parts. `kofn.merge` adds them to the missing parts, once these are counted
        elsewhere (``kofn simulate --shard 2/16``); ``json.dump`` writes them as files for the
        command ``kofn merge``. Empty for a sweep and for a fit.
    """

    missing: str
    partial: Any
    parts: list[dict[str, Any]]


class Stop:
    """Flag that stops the parts in this process. A copy in another process is never raised."""

    __slots__ = ("raised",)

    def __init__(self) -> None:
        self.raised = False

    def __reduce__(self) -> tuple[type[Stop], tuple[()]]:
        return Stop, ()

    def check(self, done: int, total: int) -> None:
        """End the part if the run was given up; a part calls this to report progress."""
        if self.raised:
            raise CancelledError("the run was given up")


@dataclass(frozen=True)
class Work(Generic[T]):
    """Work that can be done in parts.

    Attributes
    ----------
    function
        Computes a part. It must be defined in a module, so that it can be sent to another process.
        It is called with a `Stop`, the number of the part, the number of parts, the number of the
        attempt and `arguments`.
    arguments
        Arguments of all parts.
    accept
        Returns the amount of work that a part has done, out of `total`; raises an exception if the
        answer does not belong to this part.
    partial
        Returns the answer from some parts, given by number; None if they have none.
    saved
        Returns the results of a part, for adding them up elsewhere.
    total
        Amount of all work, for the progress.
    """

    function: Callable[..., T]
    arguments: tuple[Any, ...]
    accept: Callable[[int, int, T], int]
    partial: Callable[[dict[int, T]], Any]
    saved: Callable[[T], list[dict[str, Any]]]
    total: int


@dataclass(frozen=True)
class Crew:
    """An executor, and how the work is split on it."""

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
    """Return the number of workers of an executor, or of processors if it is unknown."""
    client = getattr(executor, "_client", None)
    try:
        found = sum(client.nthreads().values()) if client else getattr(executor, "_max_workers", 0)
    except Exception:  # A client of something else, or one without a cluster yet.
        found = 0
    return found if isinstance(found, int) and found > 0 else os.cpu_count() or 1


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers in the notation of job arrays: ``2-7,9``."""
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
        If a part refuses its input; it is not retried.
    PartsError
        If parts failed more than `Crew.retries` times; raised when all others are done.
    BaseException
        If the wait is interrupted, such as by Ctrl-C. Parts that have not started are cancelled;
        the attributes ``partial`` and ``parts`` are those of `PartsError`.
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
    # Parts whose future is done. Waiting for each future would be slow if there are many.
    ended: queue.SimpleQueue[int] = field(default_factory=queue.SimpleQueue)

    def finish(self) -> None:
        """Submit all parts and wait until each is computed or lost."""
        for part in range(1, self.crew.parts + 1):
            self.submit(part)
        while self.futures:
            self.take(self.next_ended())

    def submit(self, part: int) -> None:
        self.attempts[part] += 1
        # The attempt number distinguishes retries where equal calls share a result, as on Dask.
        arguments = (self.stop, part, self.crew.parts, self.attempts[part], *self.work.arguments)
        try:
            future = self.crew.executor.submit(self.work.function, *arguments)
        except Exception as error:  # The executor is broken, or was shut down.
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
        """Accept the answer of a part that ended, or submit the part again."""
        future = self.futures.pop(part)
        # Exceptions of workers are not raised: an interrupt there must not interrupt this process.
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
        """Keep the answer of a part, or return why it is invalid."""
        try:
            self.done += self.work.accept(part, self.crew.parts, answer)
        except Exception as error:
            return error
        self.answers[part] = answer
        return None

    def give_up(self) -> None:
        """Cancel the parts that have not started, and keep those that are done."""
        self.stop.raised = True
        for future in self.futures.values():
            future.cancel()
        for part, future in self.futures.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                self.accept(part, future.result())

    def in_order(self) -> dict[int, T]:
        return dict(sorted(self.answers.items()))

    def describe(self, error: E) -> E:
        """Attach the parts that were computed to an error."""
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


# Simulations


def count(
    stop: Stop, part: int, of: int, attempt: int, written: tuple[str, str], options: dict[str, Any]
) -> str:
    """Return the counts of one part of a simulation."""
    scenario = _kofn.Scenario(*written)
    return _kofn.count(scenario, {**options, "part": part, "of": of}, stop.check)


def counted(
    native: _kofn.Scenario,
    options: Mapping[str, Any],
    crew: Crew,
    partial: Callable[[str], Any],
) -> list[tuple[str, str]]:
    """Return the named counts of all parts of a simulation.

    Parameters
    ----------
    native, options
        Scenario and options of the simulation.
    crew
        Executor that counts it.
    partial
        Turns the JSON of a partial simulation into an answer.
    """
    trials = _kofn.run_trials(native, dict(options), None)
    run = {"trials": trials, "seed": options["seed"]}

    def accept(part: int, of: int, tally: str) -> int:
        return _kofn.accept_part(native, {**run, "part": part, "of": of}, tally)

    # Workers share the processors of a machine, so each part has one thread.
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
    """Cells of a sweep, with what identifies their part and sweep."""

    sweep: str
    part: int
    of: int
    lines: str
    digest: str

    @classmethod
    def of_part(cls, sweep: str, part: int, of: int, lines: str) -> Cells:
        """Return the cells of a part, with their digest."""
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
    """Return one part of the cells of a sweep."""
    swept = _kofn.sweep(written, axes, {**options, "part": part, "of": of}, stop.check)
    return Cells.of_part(_digest(written, axes, options), part, of, swept.lines())


def swept(
    written: tuple[str, str],
    axes: list[tuple[str, Any]],
    options: Mapping[str, Any],
    crew: Crew,
    partial: Callable[[_kofn.Sweep], Any],
) -> _kofn.Sweep:
    """Return a sweep whose parts are computed by an executor.

    Parameters
    ----------
    written, axes, options
        Scenario, axes and options of the sweep.
    crew
        Executor that computes it.
    partial
        Turns a sweep of the first cells into an answer.
    """
    # Impossible cells are refused before any is computed.
    cells = _kofn.check_sweep(written, axes, dict(options))
    arguments = (written, axes, {**options, "threads": options["threads"] or 1})
    key, each = _digest(*arguments), options["trials"] or 1

    def accept(part: int, of: int, answer: Cells) -> int:
        if answer != Cells.of_part(key, part, of, answer.lines):
            raise ValueError(
                f"the answer of part {part}/{of} belongs to another part, or is damaged"
            )
        return int(answer.lines.count("\n") * each)

    def first_cells(answers: dict[int, Cells]) -> Any:
        in_place = [cells for place, cells in enumerate(answers.values(), 1) if cells.part == place]
        lines = "".join(cells.lines for cells in in_place)
        if not lines:
            return None
        # The command marks the last cell of an interrupted sweep in the same way.
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
    """Return one part of the first step of a fit, or of the second if a choice is given."""
    numbered = {**options, "part": part, "of": of}
    return _kofn.fit_part(_log(runs), numbered, choice, stop.check)


@lru_cache(maxsize=1)
def _log(runs: bytes) -> _kofn.Log:
    """Return the log of these runs, which a worker builds once for all its parts."""
    return _kofn.Runs.from_bytes(runs).log()


def fitted(log: _kofn.Log, runs: bytes, options: Mapping[str, Any], crew: Crew) -> _kofn.Fitted:
    """Return the fit of a log; an executor computes the parts of both steps.

    Parameters
    ----------
    log, runs
        The log, and its runs as bytes.
    options
        Options of the fit.
    crew
        Executor that computes it.
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
    """Refuse invalid input before any part is computed."""
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
