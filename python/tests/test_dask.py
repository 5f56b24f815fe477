"""A cluster of Dask that loses workers in the middle of a run: no trial is lost or doubled."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

import kofn

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")

PANEL = kofn.Scenario.majority(101, failure_rate=0.45)
PARTS = 16
TRIALS = 40_000_000


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    # A task whose worker is lost fails at once (KilledWorker) and does not run again by itself.
    settings = {
        "distributed.scheduler.allowed-failures": 0,
        "distributed.worker.daemon": True,
        "distributed.logging.distributed": "critical",
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


class Losing(Executor):
    """The executor of Dask; two of its workers are killed, one after the other.

    The first when it has counted part 1, whose answer nobody has fetched yet. The other one in the
    middle of a part.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.executor = client.get_executor()
        self.unfetched: Future[Any] = Future()
        self.submitted: list[int] = []
        self.errors: list[str] = []
        self.killed: list[int] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        part = args[1]
        self.submitted.append(part)
        if self.submitted == [1]:
            threading.Thread(target=self.fetch_late, args=(function, args), daemon=True).start()
            return self.unfetched
        future: Future[Any] = self.executor.submit(function, *args, **kwargs)
        future.add_done_callback(lambda done: self.note(part, done))
        return future

    def note(self, part: int, done: Future[Any]) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            self.errors.append(f"part {part}: {type(error).__name__}")

    def kill(self, address: str) -> None:
        process = self._client.run(os.getpid, workers=[address])[address]
        os.kill(process, signal.SIGKILL)
        self.killed.append(process)

    def fetch_late(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Kill the worker that has the answer before it is fetched."""
        try:
            answer = self._client.submit(function, *args, pure=False, priority=1)
            distributed.wait(answer)
            self.kill(self._client.who_has([answer])[answer.key][0])
            self.unfetched.set_result(answer.result())
        except BaseException as error:
            self.unfetched.set_exception(error)

    def kill_a_busy_worker(self) -> None:
        """Kill a worker in the middle of a part, once the first is over."""
        if self.unfetched.done() and len(self.killed) == 1:
            processing = self._client.processing()
            if busy := [address for address, running in processing.items() if running]:
                self.kill(busy[0])


def test_killed_workers_lose_no_trial(client: Any) -> None:
    executor = Losing(client)
    told: list[int] = []

    def report(done: int, total: int) -> None:
        told.append(done)
        executor.kill_a_busy_worker()

    start = time.monotonic()
    answer = kofn.simulate(PANEL, trials=TRIALS, executor=executor, progress=report)
    seconds = time.monotonic() - start
    single = kofn.simulate(PANEL, trials=TRIALS)
    again = sorted({part for part in executor.submitted if executor.submitted.count(part) > 1})
    print(f"\ntwo workers, {len(set(executor.submitted))} parts, {seconds:.1f} s")
    print(f"killed with SIGKILL: processes {executor.killed}")
    print(f"lost: {', '.join(executor.errors)}; submitted again: parts {again}")
    print(f"trials done, after each part: {told}")
    print(f"on Dask:    {answer.correct:,} correct, {answer.wrong:,} wrong of {answer.trials:,}")
    print(f"single run: {single.correct:,} correct, {single.wrong:,} wrong of {single.trials:,}")
    assert answer == single
    assert (told[-1], len(told)) == (TRIALS, PARTS)
    # Dask itself computed part 1 again; what was lost in the middle was submitted again.
    assert len(executor.killed) == 2
    assert again
    assert 1 not in again
    assert any("KilledWorker" in error for error in executor.errors)


def test_sweeps_and_fits_on_dask_are_those_of_one_run(client: Any, root: Path) -> None:
    over = {"agents.count": range(1, 20, 2), "agents.failure_rate": [0.1, 0.3]}
    panel = kofn.Scenario.majority(3, failure_rate=0.2)
    swept = kofn.sweep(panel, over, trials=1000, executor=client.get_executor())
    assert swept == kofn.sweep(panel, over, trials=1000)
    log = root / "examples" / "runs.csv"
    fit = kofn.fit(log, replicas=50, executor=client.get_executor())
    assert fit == kofn.fit(log, replicas=50)
