"""Long runs: interrupts, the lock of the interpreter, progress; and calls of any kind."""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kofn
from kofn import KofnError, Scenario

PANEL = Scenario.majority(101, failure_rate=0.23)
# Trials that take minutes.
MANY = 1e13


def interrupted(
    call: Callable[[], object], after_s: float = 0.3
) -> tuple[KeyboardInterrupt, float]:
    """Return the interrupt that a call ends with, and the seconds from the signal to it."""
    sent = 0.0

    def send() -> None:
        nonlocal sent
        time.sleep(after_s)
        sent = time.perf_counter()
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        call()
    except KeyboardInterrupt as interrupt:
        return interrupt, time.perf_counter() - sent
    finally:
        thread.join()
    pytest.fail("the call ended before it was interrupted")


def test_an_interrupt_ends_a_run_and_brings_what_is_done() -> None:
    waits = []
    for _ in range(5):
        interrupt, wait = interrupted(lambda: kofn.simulate(PANEL, trials=MANY))
        partial = interrupt.partial  # type: ignore[attr-defined]
        assert isinstance(partial, kofn.Simulation) and partial.partial
        # Trials are drawn unit by unit in a fixed order: a run of as many gives the same counts.
        assert 0 < partial.trials < MANY
        waits.append(wait)
    # A tenth of a second is promised on a machine that is not busy: the shortest of five counts.
    assert min(waits) < 0.1, waits


@pytest.mark.parametrize(
    "call",
    [
        lambda: kofn.check(PANEL, trials=MANY),
        lambda: kofn.compare(PANEL, Scenario.any(101, failure_rate=0.23), trials=MANY),
        lambda: kofn.simulate(PANEL, trials=MANY, rare=True),
        lambda: kofn.sweep(PANEL, {"agents.failure_rate": "0:1:0.01"}, trials=1e11),
    ],
    ids=["check", "compare", "rare", "sweep"],
)
def test_every_run_can_be_interrupted(call: Callable[[], object]) -> None:
    interrupt, _ = interrupted(call)
    assert hasattr(interrupt, "partial")


def test_arrays_hear_an_interrupt() -> None:
    n, f = np.full(20_000_000, 10**13 - 1), np.full(20_000_000, 0.4999999)
    _, wait = interrupted(lambda: kofn.reliability(n, f))
    # A piece takes some 0.05 s on two threads; the whole would take 15 s.
    assert wait < 5


def _in_fork() -> bool:
    many = kofn.unreliability(np.arange(1, 40_001, 2), 0.2)
    planned = kofn.plan(Scenario.majority(3, failure_rate=0.2), target=0.9)
    return len(many) == 20_000 and planned.meets


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_does_not_wait_for_threads_of_its_parent() -> None:
    assert _in_fork()
    kofn.sweep(PANEL, {"agents.failure_rate": "0:1:0.1"})
    pool = multiprocessing.get_context("fork").Pool(1)
    with pool:
        assert pool.apply_async(_in_fork).get(timeout=60)


def test_the_lock_is_free_during_a_run() -> None:
    steps = 0
    done = threading.Event()

    def count() -> None:
        nonlocal steps
        while not done.is_set():
            steps += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    with contextlib.suppress(KeyboardInterrupt):
        interrupted(lambda: kofn.simulate(PANEL, trials=MANY, threads=1), 0.5)
    done.set()
    thread.join()
    # Were the lock held, the other thread would not have made a step.
    assert steps > 20


def test_runs_in_other_threads_give_the_same() -> None:
    alone = kofn.simulate(PANEL, trials=1e6)
    found: list[kofn.Simulation] = []
    threads = [
        threading.Thread(target=lambda: found.append(kofn.simulate(PANEL, trials=1e6, threads=2)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 4


def test_progress_is_told_and_may_end_a_run() -> None:
    told: list[tuple[int, int]] = []
    kofn.simulate(PANEL, until_error=2e-5, progress=lambda done, all: told.append((done, all)))
    assert all(done <= all for done, all in told)

    def enough(done: int, all: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough") as caught:
        kofn.simulate(PANEL, trials=MANY, progress=enough)
    assert hasattr(caught.value, "partial")
    kofn.simulate(PANEL, trials=1e5, progress=True)
    kofn.simulate(PANEL, trials=1e5, progress=False)


def test_a_bar_is_drawn_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kofn._progress._PATIENCE_S", 0.0)
    kofn.simulate(PANEL, trials=1e8, progress=True, threads=1)
    assert "trials" in capfd.readouterr().err
    kofn.simulate(PANEL, trials=1e8, threads=1)
    assert capfd.readouterr().err == ""


def test_a_run_resumes_from_its_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    interrupt, _ = interrupted(lambda: kofn.simulate(PANEL, trials=MANY, checkpoint=path), 0.2)
    kept = kofn.merge([path], partial=True)
    assert kept.partial and 0 < kept.trials < MANY
    assert interrupt.partial.trials == kept.trials  # type: ignore[attr-defined]
    small = tmp_path / "small.json"
    answer = kofn.simulate(PANEL, trials=1e6, checkpoint=str(small))
    assert answer == kofn.simulate(PANEL, trials=1e6) == kofn.merge([small])
    with pytest.raises(KofnError, match="seed"):
        kofn.simulate(PANEL, trials=1e6, seed=1, checkpoint=small)
    with pytest.raises(KofnError, match="Errno"):
        kofn.simulate(PANEL, trials=1e6, checkpoint=tmp_path / "none" / "run.json")
    small.write_text("{")
    with pytest.raises(KofnError):
        kofn.simulate(PANEL, trials=1e6, checkpoint=small)
    assert small.read_text() == "{"


def test_errors_survive_a_pickle() -> None:
    with pytest.raises(KofnError) as caught:
        Scenario.from_toml("scheme = 'majority'\n[agents]\ncount = 3\nfailure_rate = 23")
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, KofnError) and str(error) == str(caught.value)
    assert (error.key, error.location) == ("agents.failure_rate", "TOML.toml:4:16")
    with pytest.raises(KofnError) as caught:
        Scenario.majority(3, failure_rate=23)
    assert (caught.value.key, caught.value.location) == ("agents.failure_rate", None)
    assert str(caught.value).startswith("agents.failure_rate must be between 0 and 1, got 23")


VALUES: list[Any] = [
    *(None, True, 0, 1, -1, 3, 0.5, 23, 1e300, -0.0, float("nan"), float("inf"), 10**40, 2**64),
    *("", "x", "majority", "\ud800", "\0", b"x", [], [0.1], [None], {}, {"a": 1}, (1, 2), set()),
    *({"rule": "majority"}, object(), range(3), "1:9:2", [[]], {"agents": []}, Ellipsis, 1j),
]

KEYS = [
    *("scheme", "agents", "count", "failure_rate", "failure_rates", "names", "failures"),
    *("dependence", "tasks", "costs", "filter", "k", "weights", "stages", "agents.count"),
    *("agents.failure_rate", "tasks[0].weight", ""),
]


def any_value(chance: random.Random, depth: int = 2) -> Any:
    """Return any value, also nested ones."""
    if depth and chance.random() < 0.4:
        if chance.random() < 0.5:
            return [any_value(chance, depth - 1) for _ in range(chance.randrange(3))]
        pairs = [
            (chance.choice(KEYS), any_value(chance, depth - 1)) for _ in range(chance.randrange(4))
        ]
        return dict(pairs)
    return chance.choice(VALUES)


# Functions, how many arguments they are given, options that may be given, and options that keep the
# work short.
CALLS: list[tuple[Callable[..., object], int, list[str], dict[str, Any]]] = [
    (kofn.reliability, 2, [], {}),
    (kofn.unreliability, 2, [], {}),
    (kofn.tails, 3, [], {}),
    (Scenario.from_dict, 1, [], {}),
    (Scenario.from_json, 1, [], {}),
    (Scenario.from_toml, 1, [], {}),
    (kofn.assess, 1, ["steps", "rational", "importance"], {}),
    (kofn.simulate, 1, ["seed", "threads", "steps", "rare"], {"trials": 10}),
    (kofn.check, 1, ["seed", "false_alarm_rate", "steps"], {"trials": 10}),
    (kofn.compare, 2, ["seed", "threads"], {"trials": 10}),
    (kofn.sweep, 2, ["seed"], {}),
    (kofn.plan, 1, ["target", "max_wrong", "at_most", "accepts_wrong"], {}),
    (kofn.plan_margin, 1, ["target", "steps"], {}),
    (kofn.merge, 1, ["partial"], {}),
    (kofn.missing_parts, 1, [], {}),
    (kofn.figures, 1, ["settings"], {"names": "quorums"}),
    *(
        (getattr(Scenario, scheme.rule.replace("-", "_")), 0, KEYS[2:14], {})
        for scheme in kofn.schemes().schemes
    ),
]


def any_call(chance: random.Random) -> Callable[[], object]:
    """Return a call with any arguments; work that would take long is not among them."""
    function, count, options, fixed = chance.choice(CALLS)
    arguments = [PANEL if chance.random() < 0.3 else any_value(chance) for _ in range(count)]
    given = {name: any_value(chance) for name in options if chance.random() < 0.3}
    return lambda: function(*arguments, **{**given, **fixed})


def test_ten_thousand_calls_of_any_kind_raise_ordinary_exceptions() -> None:
    chance = random.Random(19)
    refused = 0
    for _ in range(10_000):
        call = any_call(chance)
        try:
            call()
        except (ValueError, TypeError, AttributeError, OSError, OverflowError):
            refused += 1
    # A panic would be a PanicException, which is none of these, or RuntimeError.
    assert refused > 5_000
