"""Work in parts on any executor of `concurrent.futures`: threads, processes, a cluster of Dask.

No executor is trusted. A part that raised, was cancelled or lost its worker is submitted again; an
answer that is not that of its part is refused, and the part submitted again. The parts are those of
``kofn simulate --shard``, so that what is counted does not depend on who counted it.
"""

from __future__ import annotations

import os
import queue
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

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
    partial : Simulation, Check, Sweep or None
        The answer of the parts that were computed; None if there are none.
    parts : list of dict
        What these parts counted: `kofn.merge` adds it up with the missing parts, counted elsewhere
        (``kofn simulate --shard 2/16``), and ``json.dump`` writes the files of the command
        ``kofn merge``. Empty for a sweep.
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
    total
        The amount of all work, for the progress.
    """

    function: Callable[..., T]
    arguments: tuple[Any, ...]
    accept: Callable[[int, int, T], int]
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
            raise _refused("executor", f"must be a concurrent.futures.Executor, got {executor!r:.60}")
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


def compute(work: Work[T], crew: Crew, partial: Callable[[list[T]], Any]) -> list[T]:
    """Return the answers of all parts, in order.

    Raises
    ------
    KofnError
        What a part refuses: it would refuse it again.
    PartsError
        A part failed more often than `Crew.retries`, when all others are done.
    BaseException
        What interrupts the wait, such as Ctrl-C. Parts that have not begun are cancelled; the
        attribute ``partial`` is the answer of those that are done.
    """
    run = _Run(work, crew)
    try:
        run.finish()
    except KofnError:
        run.give_up()
        raise
    except BaseException as error:
        run.give_up()
        error.partial = run.partial(partial)  # type: ignore[attr-defined]
        raise
    if run.lost:
        raise run.error(partial)
    return run.in_order()


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
        error = self.accept(part, self.futures.pop(part))
        if error is None:
            if self.crew.report is not None:
                self.crew.report(self.done, self.work.total)
        elif self.attempts[part] <= self.crew.retries:
            self.submit(part)
        else:
            self.lost[part] = error

    def accept(self, part: int, future: Future[T]) -> BaseException | None:
        """Keep the answer of a part, or return why there is none."""
        try:
            answer = future.result()
        except KofnError:
            raise
        except BaseException as error:  # Whatever ended a worker does not end this process.
            return error
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
                self.accept(part, future)

    def in_order(self) -> list[T]:
        return [self.answers[part] for part in sorted(self.answers)]

    def partial(self, partial: Callable[[list[T]], Any]) -> Any:
        return partial(self.in_order()) if self.answers else None

    def error(self, partial: Callable[[list[T]], Any]) -> PartsError:
        missing = ranges(self.lost)
        what = "part" if len(self.lost) == 1 else "parts"
        number, cause = min(self.lost.items())
        times = "once" if self.crew.retries == 0 else f"{self.crew.retries + 1} times"
        error = PartsError(
            f"{what} {missing} of {self.crew.parts} failed {times}; "
            f"part {number}: {type(cause).__name__}: {cause}"
        )
        error.missing, error.partial, error.parts = missing, self.partial(partial), []
        error.__cause__ = cause
        return error


def _check_whole(key: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise _refused(key, f"must be a whole number from {low:,} to {high:,}, got {value!r:.40}")


def _refused(key: str, must: str) -> KofnError:
    error = KofnError(f"{key} {must}")
    error.key, error.location = key, None
    return error
