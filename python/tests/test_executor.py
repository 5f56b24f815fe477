"""Runs on executors: whatever happens to the parts, the answer is that of one run, or none."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import (
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

import kofn
from kofn import _executor

PANEL = kofn.Scenario.majority(5, failure_rate=0.23)
TRIALS = 1_000_003
OVER = {"agents.count": [1, 3, 5, 7], "agents.failure_rate": "0.1:0.4:0.1"}


class Direct(Executor):
    """Computes at once, in this thread; `change` is what it makes of an answer, for each call."""

    def __init__(self, change: Callable[[int, int, Any], Any] = lambda call, part, answer: answer):
        self.change = change
        self.calls: list[int] = []

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        part = args[1]
        self.calls.append(part)
        try:
            answer = function(*args, **kwargs)
            future.set_result(self.change(self.calls.count(part), part, answer))
        except CancelledError:
            future.cancel()
        except BaseException as error:
            future.set_exception(error)
        return future


@pytest.fixture(scope="module")
def single() -> kofn.Simulation:
    return kofn.simulate(PANEL, trials=TRIALS, threads=1)


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def simulate(executor: Executor, **options: Any) -> kofn.Simulation:
    return kofn.simulate(PANEL, trials=TRIALS, executor=executor, **options)


# Executors that work


@pytest.mark.parametrize("parts", [None, 1, 2, 7, 24])
def test_threads_count_what_one_run_counts(single: kofn.Simulation, parts: int | None) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert simulate(pool, parts=parts) == single


def test_processes_count_what_one_run_counts(
    single: kofn.Simulation, processes: ProcessPoolExecutor
) -> None:
    assert simulate(processes) == single
    pair = kofn.Scenario.plurality(4, failure_rate=0.3, failures={"wrong_answers": 3})
    options: dict[str, Any] = {"trials": 300_000, "seed": 7, "steps": 3}
    assert kofn.simulate(pair, executor=processes, **options) == kofn.simulate(pair, **options)


def test_checks_and_errors_asked_for_are_those_of_one_run() -> None:
    with ThreadPoolExecutor(2) as pool:
        for options in ({"trials": TRIALS, "steps": 5}, {"until_error": 2e-3}):
            in_parts = kofn.check(PANEL, executor=pool, **options)
            assert in_parts == kofn.check(PANEL, **options)
            assert in_parts.agrees
        simulated = kofn.simulate(PANEL, until_error=1e-3, executor=pool)
        assert simulated == kofn.simulate(PANEL, until_error=1e-3)
        assert simulated.until_error is not None
        # So rare that tilted trials run beside the plain ones.
        rare = kofn.Scenario.majority(101, failure_rate=0.05)
        assert kofn.check(rare, trials=1e5, executor=pool) == kofn.check(rare, trials=1e5)


@pytest.mark.parametrize("trials", [None, 1000])
def test_sweeps_are_those_of_one_run(processes: ProcessPoolExecutor, trials: int | None) -> None:
    whole = kofn.sweep(PANEL, OVER, trials=trials)
    for executor, parts in ((Direct(), None), (Direct(), 3), (Direct(), 100), (processes, None)):
        assert kofn.sweep(PANEL, OVER, trials=trials, executor=executor, parts=parts) == whole


@pytest.mark.parametrize(("name", "parts"), [("runs.csv", 3), ("answers.csv", None)])
def test_fits_are_those_of_one_run(
    root: Path, processes: ProcessPoolExecutor, name: str, parts: int | None
) -> None:
    log = root / "examples" / name
    whole = kofn.fit(log, replicas=40)
    told: list[tuple[int, int]] = []
    report = lambda done, total: told.append((done, total))  # noqa: E731
    answer = kofn.fit(log, replicas=40, executor=processes, parts=parts, progress=report)
    assert answer == whole
    assert answer.replay(whole.agents[0]) == whole.replay(whole.agents[0])
    count = parts or 16
    assert told == [(part, 2 * count) for part in range(1, 2 * count + 1)]
    assert kofn.fit(whole, replicas=40, executor=Direct(), parts=1) == whole


def test_runs_that_changed_after_a_fit_are_refused(root: Path, tmp_path: Path) -> None:
    log = tmp_path / "runs.csv"
    text = (root / "examples" / "runs.csv").read_text()
    log.write_text(text)
    fit = kofn.fit(log, replicas=20)
    log.write_text(text.replace(",1\n", ",0\n", 1))
    with pytest.raises(kofn.PartsError, match="must be of one log and one set of options: log"):
        kofn.fit(fit, replicas=20, executor=Direct(), parts=2)


def test_more_parts_than_trials_do_not_matter() -> None:
    few = kofn.simulate(PANEL, trials=5)
    assert kofn.simulate(PANEL, trials=5, executor=Direct(), parts=40) == few


def test_each_worker_has_eight_parts_of_one_thread() -> None:
    work: list[tuple[Any, ...]] = []

    class Watched(Direct):
        _max_workers = 3

        def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            work.append(args)
            return super().submit(function, *args, **kwargs)

    simulate(Watched())
    assert [(part, of) for _, part, of, *_ in work] == [(part, 24) for part in range(1, 25)]
    assert {arguments[-1]["threads"] for arguments in work} == {1}
    work.clear()
    simulate(Watched(), parts=1, threads=2)
    assert [arguments[-1]["threads"] for arguments in work] == [2]


def test_progress_counts_all_trials_once() -> None:
    told: list[tuple[int, int]] = []
    fail_once = Direct(lambda call, part, answer: answer if call > 1 else None)
    simulate(fail_once, parts=8, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (TRIALS, TRIALS)
    assert told == sorted(set(told))
    assert len(told) == 8
    told.clear()
    report = lambda done, total: told.append((done, total))  # noqa: E731
    kofn.sweep(PANEL, OVER, trials=10, executor=Direct(), parts=4, progress=report)
    assert told == [(40, 160), (80, 160), (120, 160), (160, 160)]


# Executors that do not


def lost(call: int, part: int, answer: Any) -> Any:
    if call == 1 and part % 3 == 1:
        raise OSError("the node is gone")
    return answer


def cancelled(call: int, part: int, answer: Any) -> Any:
    if call == 1:
        raise CancelledError
    return answer


def interrupted(call: int, part: int, answer: Any) -> Any:
    """A worker that was told to stop; nobody told this process."""
    if call == 1 and part == 2:
        raise KeyboardInterrupt
    return answer


def corrupted(call: int, part: int, answer: Any) -> Any:
    if call > 1:
        return answer
    if isinstance(answer, str):
        tally = json.loads(answer)
        moved = {"correct": tally["correct"] + 1, "wrong": tally["wrong"] - 1}
        return json.dumps(tally | moved)
    return answer._replace(lines=answer.lines.replace("0.9", "0.8", 1))


def cut_off(call: int, part: int, answer: Any) -> Any:
    if call > 1:
        return answer
    return answer[: len(answer) // 2] if isinstance(answer, str) else answer._replace(lines="")


def of_no_kind(call: int, part: int, answer: Any) -> Any:
    return answer if call > 1 else [None, b"", 5, object()][part % 4]


class Swapped:
    """Gives every part the answer of the part before it, once."""

    def __init__(self) -> None:
        self.before: Any = None

    def __call__(self, call: int, part: int, answer: Any) -> Any:
        before, self.before = self.before, answer
        return answer if call > 1 or before is None else before


def foreign(**other: Any) -> Callable[[int, int, Any], Any]:
    """An answer of the part with the same number, but of another run."""

    def change(call: int, part: int, answer: Any) -> Any:
        if call > 1:
            return answer
        number, of = (json.loads(answer)["part"]).split("/")
        options = {"trials": TRIALS, "seed": 42, "threads": 1} | other
        scenario = options.pop("scenario", PANEL)
        part, of = options.pop("part", int(number)), options.pop("of", int(of))
        stop = _executor.Stop()
        return _executor.count(stop, part, of, 1, scenario._native.written(), options)

    return change


@pytest.mark.parametrize(
    "change",
    [
        lost,
        cancelled,
        interrupted,
        corrupted,
        cut_off,
        of_no_kind,
        Swapped(),
        foreign(seed=43),
        foreign(trials=TRIALS - 1),
        foreign(scenario=kofn.Scenario.majority(5, failure_rate=0.230001)),
        foreign(part=8),
        foreign(of=9),
    ],
)
def test_what_is_not_the_answer_of_a_part_is_computed_again(
    single: kofn.Simulation, change: Any
) -> None:
    executor = Direct(change)
    assert simulate(executor, parts=8) == single
    again = Counter(executor.calls)
    assert set(again) == set(range(1, 9))
    assert set(again.values()) <= {1, 2}
    assert 2 in again.values()


@pytest.mark.parametrize("change", [lost, cancelled, corrupted, cut_off, of_no_kind, Swapped()])
def test_what_is_not_the_answer_of_a_part_of_a_sweep_is_computed_again(change: Any) -> None:
    executor = Direct(change)
    assert kofn.sweep(PANEL, OVER, executor=executor, parts=8) == kofn.sweep(PANEL, OVER)
    assert 2 in Counter(executor.calls).values()


def changed(call: int, part: int, answer: Any) -> Any:
    return answer if call > 1 else re.sub(r"(\d)([,\]])", r"\g<1>1\2", answer, count=1)


@pytest.mark.parametrize("change", [lost, cancelled, changed, cut_off, of_no_kind, Swapped()])
def test_what_is_not_the_answer_of_a_part_of_a_fit_is_computed_again(
    root: Path, change: Any
) -> None:
    log = root / "examples" / "runs.csv"
    executor = Direct(change)
    assert kofn.fit(log, replicas=20, executor=executor, parts=4) == kofn.fit(log, replicas=20)
    # The calls of both steps have the same numbers of parts.
    assert max(Counter(executor.calls).values()) == 3


def test_parts_of_another_fit_and_of_another_step_are_refused(root: Path) -> None:
    log = root / "examples" / "runs.csv"
    whole = kofn.fit(log, replicas=20)
    # The parts of the first step, in place of which those of the second come; and other fits.
    given = [answers_of_fit(log, replicas=20)[2:]]
    given += [answers_of_fit(log, **other)[:2] for other in (FEWER, OTHER_SEED)]
    for answers in given:

        def other(call: int, part: int, answer: Any, given: list[str] = answers) -> Any:
            return given.pop(0) if given else answer

        executor = Direct(other)
        assert kofn.fit(log, replicas=20, executor=executor, parts=2) == whole
        assert len(executor.calls) == 6


FEWER: dict[str, Any] = {"replicas": 19}
OTHER_SEED: dict[str, Any] = {"replicas": 20, "seed": 7}


def answers_of_fit(log: Path, **options: Any) -> list[str]:
    """Return the answers of the two parts of the first step, and of those of the second."""
    answers: list[str] = []

    def keep(call: int, part: int, answer: str) -> str:
        answers.append(answer)
        return answer

    kofn.fit(log, executor=Direct(keep), parts=2, **options)
    return answers


def test_a_fit_that_is_refused_is_not_tried(root: Path) -> None:
    executor = Direct()
    log = root / "examples" / "runs.csv"
    refused: list[dict[str, Any]] = [{"confidence": 2}, {"replicas": -1}, {"k": [10**9]}]
    for options in [*refused, {"within": 7}]:
        with pytest.raises(kofn.KofnError):
            kofn.fit(log, executor=executor, **options)
    verdicts = [root / "examples" / f"verdicts-{of}.csv" for of in ("right", "wrong")]
    assert kofn.fit(verdicts, executor=executor) == kofn.fit(verdicts)
    assert executor.calls == []
    failing = Direct(lambda call, part, answer: answer if part > 1 else None)
    with pytest.raises(kofn.PartsError, match="part 1 of 2 failed 4 times") as failed:
        kofn.fit(log, executor=failing, parts=2)
    assert (failed.value.missing, failed.value.partial, failed.value.parts) == ("1", None, [])


def test_cells_of_another_sweep_are_refused() -> None:
    other: dict[int, Any] = {}
    kofn.sweep(
        PANEL,
        {"agents.count": [1, 3, 5, 9], "agents.failure_rate": "0.1:0.4:0.1"},
        executor=Direct(lambda call, part, answer: other.setdefault(part, answer)),
        parts=4,
    )
    executor = Direct(lambda call, part, answer: other[part] if call == 1 else answer)
    assert kofn.sweep(PANEL, OVER, executor=executor, parts=4) == kofn.sweep(PANEL, OVER)
    assert len(executor.calls) == 8


def test_a_part_that_is_computed_twice_counts_once(single: kofn.Simulation) -> None:
    class Doubling(Direct):
        def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            super().submit(function, *args, **kwargs)
            return super().submit(function, *args, **kwargs)

    assert simulate(Doubling(), parts=8) == single


def test_parts_that_fail_again_and_again_are_named() -> None:
    def broken(call: int, part: int, answer: Any) -> Any:
        if part in (2, 3, 4, 7):
            raise OSError("no such node")
        return answer

    executor = Direct(broken)
    with pytest.raises(kofn.PartsError) as failed:
        simulate(executor, parts=8, retries=2)
    error = failed.value
    assert str(error) == "parts 2-4,7 of 8 failed 3 times; part 2: OSError: no such node"
    assert (error.missing, error.partial.partial) == ("2-4,7", True)
    assert Counter(executor.calls) == {1: 1, 2: 3, 3: 3, 4: 3, 5: 1, 6: 1, 7: 3, 8: 1}
    assert isinstance(error.__cause__, OSError)
    # What is there goes together with what is counted elsewhere.
    assert error.partial == kofn.merge(error.parts, partial=True)
    assert kofn.missing_parts(error.parts).missing == error.missing
    run = {"trials": TRIALS, "seed": 42, "threads": 1}
    native, stop = PANEL._native.written(), _executor.Stop()
    tallies = [_executor.count(stop, part, 8, 1, native, run) for part in (2, 3, 4, 7)]
    rest = [json.loads(tally) for tally in tallies]
    assert kofn.merge([*error.parts, *rest]) == kofn.simulate(PANEL, trials=TRIALS)

    with pytest.raises(kofn.PartsError, match="parts 1-8 of 8 failed once") as failed:
        simulate(Direct(lambda *_: None), parts=8, retries=0)
    assert (failed.value.partial, failed.value.parts) == (None, [])


def test_a_sweep_that_lacks_cells_has_the_first_ones() -> None:
    def broken(call: int, part: int, answer: Any) -> Any:
        return None if part == 3 else answer

    with pytest.raises(kofn.PartsError, match="part 3 of 4 failed 4 times") as failed:
        kofn.sweep(PANEL, OVER, executor=Direct(broken), parts=4)
    whole, first = kofn.sweep(PANEL, OVER), failed.value.partial
    assert first.partial
    assert [cell.exact for cell in first] == [cell.exact for cell in whole][:8]


def test_a_scenario_that_is_refused_is_not_tried_again() -> None:
    executor = Direct()
    quorum = {"scheme": {"rule": "k-of-n", "k": 9}, "agents": {"count": 5, "failure_rate": 0.1}}
    for call in (
        lambda: kofn.simulate(quorum, executor=executor),
        lambda: simulate(executor, seed=-1),
        lambda: kofn.simulate(PANEL, trials=0, executor=executor),
        lambda: kofn.simulate(PANEL, steps=0, executor=executor),
        lambda: kofn.check(PANEL, false_alarm_rate=2, executor=executor),
        lambda: kofn.sweep(PANEL, {"agents.failure_rate": [0.1, 0.2, 1.5]}, executor=executor),
        lambda: kofn.sweep(PANEL, OVER, trials=0, executor=executor),
        lambda: simulate(executor, parts=0),
        lambda: simulate(executor, parts=1.5),
        lambda: simulate(executor, retries=-1),
        lambda: simulate(5),  # type: ignore[arg-type]
    ):
        with pytest.raises(kofn.KofnError):
            call()
    assert executor.calls == []

    # What a part alone refuses ends the run.
    def refused(call: int, part: int, answer: Any) -> Any:
        raise kofn.KofnError("refused")

    executor = Direct(refused)
    with pytest.raises(kofn.KofnError, match="refused"):
        simulate(executor, parts=3)
    assert executor.calls == [1, 2, 3]


def kill_this_worker(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_broken_pool_of_processes_leaves_what_was_counted() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:

        class Breaking(Executor):
            """After three parts the worker is killed, and with it the pool."""

            calls = 0

            def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
                self.calls += 1
                if self.calls == 4:
                    return pool.submit(kill_this_worker)
                return pool.submit(function, *args, **kwargs)

        with pytest.raises(kofn.PartsError) as failed:
            simulate(Breaking(), parts=8)
    error = failed.value
    assert isinstance(error.__cause__, BrokenProcessPool)
    assert error.missing == "4-8"
    assert error.partial == kofn.merge(error.parts, partial=True)


def test_an_executor_that_was_shut_down_is_named() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(kofn.PartsError, match=r"parts 1-8 .* after shutdown"):
        simulate(pool)


# Interrupts

INTERRUPTED = """
import json, threading, time, _thread
from concurrent.futures import ThreadPoolExecutor
import kofn

panel = kofn.Scenario.majority(101, failure_rate=.45)
start, first = time.monotonic(), []

def report(done, total):
    # The next parts have just begun.
    if not first:
        threading.Timer(.01, _thread.interrupt_main).start()
        first.append(time.monotonic())

pool = ThreadPoolExecutor(2)
try:
    kofn.simulate(panel, trials=3e10, executor=pool, parts=400, progress=report)
except KeyboardInterrupt as interrupt:
    caught = time.monotonic()
    pool.shutdown()
    seconds = first[0] - start, caught - first[0], time.monotonic() - caught
    print(json.dumps([seconds, interrupt.partial.to_dict(), len(interrupt.parts)]))
"""


def test_ctrl_c_leaves_what_was_counted_and_stops_the_rest() -> None:
    command = [sys.executable, "-c", INTERRUPTED]
    environment = os.environ | {"PYTHONPATH": str(Path(kofn.__file__).parents[1])}
    output = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    (part_s, late_s, shutdown_s), partial, parts = json.loads(output.stdout)
    simulated = partial["simulated"]
    assert simulated["partial"]
    assert 0 < parts < 400
    assert 0 < simulated["trials"] < 3e10
    # No part was finished for nothing, and none of the other 400 begun.
    assert late_s < 0.5
    assert shutdown_s < part_s / 2


def test_an_error_of_the_progress_ends_the_run() -> None:
    class Enough(Exception):
        pass

    def report(done: int, total: int) -> None:
        raise Enough

    with pytest.raises(Enough) as ended:
        simulate(Direct(), parts=8, progress=report)
    # All were done: this executor computes as it is asked.
    assert ended.value.partial == kofn.simulate(PANEL, trials=TRIALS)  # type: ignore[attr-defined]


def test_the_stop_of_one_process_is_not_that_of_another() -> None:
    stop = _executor.Stop()
    stop.raised = True
    with pytest.raises(CancelledError):
        stop.check(1, 2)
    assert not pickle.loads(pickle.dumps(stop)).raised


def test_numbers_of_parts_are_those_of_job_arrays() -> None:
    assert _executor.ranges([]) == ""
    assert _executor.ranges([9, 2, 3, 4, 7, 5, 6]) == "2-7,9"
    assert _executor.ranges([4]) == "4"
