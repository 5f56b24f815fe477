"""A cluster of Dask that loses workers in the middle of a run: no trial is lost or doubled."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

import pytest

import kofn

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")

PANEL = kofn.Scenario.majority(101, failure_rate=0.45)
PARTS = 16
TRIALS = 40_000_000


@pytest.fixture
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
    """The executor of Dask; two of its workers are killed.

    The first when the run has begun: it is counting a part. The other one when it has counted a
    part whose answer nobody has fetched yet.
    """

    def __init__(self, client: Any, unfetched: int) -> None:
        self.client, self.unfetched = client, unfetched
        self.executor = client.get_executor()
        self.submitted: list[int] = []
        self.errors: list[str] = []
        self.killed: list[int] = []

    @property
    def _client(self) -> Any:
        return self.client

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        part = args[1]
        first = part not in self.submitted
        self.submitted.append(part)
        if first and part == self.unfetched:
            return self.fetched_late(function, *args)
        future: Future[Any] = self.executor.submit(function, *args, **kwargs)
        future.add_done_callback(lambda done: self.note(part, done))
        return future

    def note(self, part: int, done: Future[Any]) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            self.errors.append(f"part {part}: {type(error).__name__}")

    def kill(self, address: str) -> None:
        process = self.client.run(os.getpid, workers=[address])[address]
        os.kill(process, signal.SIGKILL)
        self.killed.append(process)

    def kill_a_busy_worker(self) -> None:
        """Kill a worker that counts a part at this moment."""
        while True:
            for address, running in self.client.processing().items():
                if running and self.client.nthreads().get(address):
                    return self.kill(address)
            time.sleep(0.01)

    def fetched_late(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        on_cluster = self.client.submit(function, *args, pure=False, priority=1)
        late: Future[Any] = Future()

        def fetch() -> None:
            try:
                distributed.wait(on_cluster)
                holders = self.client.who_has([on_cluster])[on_cluster.key]
                self.kill(next(iter(holders)))
                late.set_result(on_cluster.result())
            except BaseException as error:
                late.set_exception(error)

        threading.Thread(target=fetch, daemon=True).start()
        return late


def test_killed_workers_lose_no_trial(client: Any) -> None:
    executor = Losing(client, unfetched=5)
    told: list[int] = []

    def report(done: int, total: int) -> None:
        told.append(done)
        if len(told) == 1:
            executor.kill_a_busy_worker()

    start = time.monotonic()
    answer = kofn.simulate(PANEL, trials=TRIALS, executor=executor, progress=report)
    seconds = time.monotonic() - start
    single = kofn.simulate(PANEL, trials=TRIALS)
    again = sorted({part for part in executor.submitted if executor.submitted.count(part) > 1})
    print(f"\ntwo workers, {len(set(executor.submitted))} parts, {seconds:.1f} s")
    print(f"killed with SIGKILL: processes {executor.killed}")
    print(f"lost: {', '.join(executor.errors)}; submitted again: parts {again}")
    print(f"trials done, by part: {told}")
    print(f"on Dask:    {answer.correct:,} correct, {answer.wrong:,} wrong of {answer.trials:,}")
    print(f"single run: {single.correct:,} correct, {single.wrong:,} wrong of {single.trials:,}")
    assert answer == single
    assert told[-1] == TRIALS
    assert len(told) == PARTS
    assert len(executor.killed) == 2
    # One part was lost while it was counted, and kofn submitted it again.
    assert again
    assert any("KilledWorker" in error for error in executor.errors)


def test_a_sweep_on_dask_is_a_sweep(client: Any) -> None:
    over = {"agents.count": range(1, 20, 2), "agents.failure_rate": [0.1, 0.3]}
    panel = kofn.Scenario.majority(3, failure_rate=0.2)
    swept = kofn.sweep(panel, over, trials=1000, executor=client.get_executor())
    assert swept == kofn.sweep(panel, over, trials=1000)
