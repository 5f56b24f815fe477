"""Logs: fits, replays, comparisons and plans are those of the command line, to the last bit."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import os
import pickle
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kofn

from .conftest import Command

QUICK: Any = {"replicas": 60}
LOGS = ["runs.csv", "answers.csv", "samples.csv", "verdicts-right.csv", "verdicts-wrong.csv"]
# What is read of the logs of tools in the tests of the readers, and how.
DATA = "crates/kofn-logs/tests/data"
FOLDERS = [
    "lm_eval_03",
    "harbor",
    "terminal_bench",
    "acme__ada",
    "tau2",
    "mmlu_pro",
    "openai_evals",
]


def fitted(logs: Any, **options: Any) -> Any:
    """Return a fit, of which a test says what it has."""
    return kofn.fit(logs, **options)


compared_by: Any = kofn.compare


def flags(options: dict[str, Any]) -> list[str]:
    """Return options as flags of the command."""
    given = []
    for key, value in options.items():
        flag = "--" + key.replace("_", "-")
        given += [flag] if value is True else [flag, str(value)]
    return given


def same(one: Any, other: Any) -> None:
    """Assert that two JSON values are equal, numbers to the last bit."""
    assert json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@pytest.fixture(scope="module")
def data(root: Path) -> Path:
    return root / DATA


@pytest.mark.parametrize("log", LOGS)
def test_a_fit_is_the_commands(command: Command, root: Path, log: str) -> None:
    path = root / "examples" / log
    same(fitted(path, **QUICK).to_dict(), command("fit", path, *flags(QUICK)))


def test_options_of_a_fit_are_the_commands(command: Command, root: Path, data: Path) -> None:
    path: Path
    options: Any
    for path, options in [
        (root / "examples/answers.csv", {"confidence": 0.8, "seed": 7, "answers": "case"}),
        (data / "verdicts.csv", {"attempts": 5, "keep": True, "within": 0.02}),
        (data / "acme__ada", {"filter": "strict-match", "errors": "fail", "cluster": "task"}),
        (data / "long.csv", {"pass_at": 0.5, "memory": 1, "columns": "passed=Correct"}),
    ]:
        expected = command("fit", path, *flags(QUICK | options))
        same(fitted(path, **QUICK, **options).to_dict(), expected)
    path = root / "examples/samples.csv"
    expected = command("fit", path, "--k", "1,2", *flags(QUICK))
    same(fitted(path, k=[1, 2], **QUICK).to_dict(), expected)


def test_a_fit_shows_its_rates_scenario_and_figures(command: Command, root: Path) -> None:
    fit = fitted(root / "examples/runs.csv", **QUICK)
    rates = fit.failure_rates
    assert list(rates) == ["ada", "bob", "eve"] == list(fit.agents)
    rates.clear()
    assert fit.failure_rates["ada"] == fit.fit.agents[0].failure_rate
    expected = command("fit", root / "examples/runs.csv", *flags(QUICK))
    assert fit.scenario == kofn.Scenario.from_dict(expected["fit"]["trusted"]["scenario"])
    assert 0.7 < kofn.assess(fit.scenario).correct < 0.8
    figures = fit.figures()
    assert len(figures) >= 2 and all("<svg" in plot.svg for plot in figures.values())
    text = repr(fit)
    assert "ada" in text and "fails" in text and "trusted model" in text
    assert fit._repr_html_().count("<tr>") == 4


SYSTEMS = ["majority(ada, bob, eve)", "ada > bob", "unanimous(ada, eve)"]


def test_replays_and_comparisons_are_the_commands(command: Command, root: Path) -> None:
    for log in ["runs.csv", "answers.csv"]:
        path = root / "examples" / log
        fit = fitted(path, **QUICK)
        options: Any = {"wrong_answers": "distinct", "confidence": 0.9, "seed": 5}
        expected = command("replay", *SYSTEMS, "--logs", path, *flags(options))
        same([answer.to_dict() for answer in fit.replay(SYSTEMS, **options)], expected["systems"])
        same(fit.replay(SYSTEMS[0], **options).to_dict(), expected["systems"][0])
        same(kofn.replay(path, SYSTEMS, **options).to_dict(), expected)
        for systems in (SYSTEMS[:2], SYSTEMS):
            expected = command("compare", *systems, "--logs", path, "--gate", 0.01, *flags(options))
            same(fit.compare(*systems, gate=0.01, **options).to_dict(), expected)
            compared = compared_by(*systems, logs=path, gate=0.01, **options)
            same(compared.to_dict(), expected)
            assert len(compared.all_pairs) == len(systems) * (len(systems) - 1) // 2
            assert systems[1] in repr(compared)


def test_plans_are_the_commands(command: Command, root: Path) -> None:
    path = root / "examples/runs.csv"
    fit = fitted(path, **QUICK)
    for options in ({}, {"at_most": 2, "max_cost": 2.0}, {"own_rates": True, "confidence": 0.9}):
        expected = command("plan", "--target", 0.8, "--logs", path, *flags(options))
        answer = fit.plan(target=0.8, **options)
        same(answer.to_dict(), expected)
        assert answer.recommended.name in repr(answer)
        assert answer.meets == expected["log"]["recommended"]["meets"]


def pieces_of(paths: list[Path], **reading: Any) -> list[kofn.Results]:
    return [pickle.loads(pickle.dumps(kofn.read(path, **reading))) for path in paths]


def replayed(logs: Any, **reading: Any) -> Any:
    """Return what was read, and what each agent gives, or what is refused."""
    try:
        agents = kofn.replay(logs, [], **reading)
    except kofn.KofnError as error:
        return str(error)
    return agents.to_dict()


def test_a_log_read_in_pieces_is_one_log(root: Path, data: Path, tmp_path: Path) -> None:
    header, *rows = (root / "examples/answers.csv").read_text().splitlines(keepends=True)
    tables = [tmp_path / f"{part}.csv" for part in range(3)]
    for part, table in enumerate(tables):
        # The rows of a task are in several pieces.
        table.write_text(header + "".join(rows[part::3]))
    whole = fitted(tables, **QUICK).to_dict()
    same(fitted(sum(pieces_of(tables)), **QUICK).to_dict(), whole)
    same(fitted(pieces_of(tables), **QUICK).to_dict(), whole)
    folders = [data / name for name in FOLDERS]
    groups = [sorted(p for p in folder.rglob("*.json*") if p.is_file()) for folder in folders]
    added = 0
    for paths in groups:
        reading: dict[str, Any] = {"errors": "fail"}
        if paths[0].is_relative_to(data / "acme__ada"):
            reading["filter"] = "strict-match"
        logs = [path for path in paths if not isinstance(_pieces(path, reading), str)]
        if len(logs) > 1:
            same(replayed(sum(pieces_of(logs, **reading))), replayed(logs, **reading))
            added += len(logs) - 1
    assert added >= 8


def _pieces(path: Path, reading: dict[str, Any]) -> Any:
    try:
        return kofn.read(path, **reading)
    except kofn.KofnError as error:
        return str(error)


def test_workers_may_read_the_rows_of_one_task() -> None:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [
            {
                "task": [f"t{i * 7 % 40}" for i in range(200)],
                "agent": [("ada", "bob", "eve")[i % 3 - piece % 2] for i in range(200)],
                "trial": [f"{piece}.{i // 40}" for i in range(200)],
                "passed": [(i * i + piece) % 5 > 1 for i in range(200)],
            }
            for piece in range(4)
        ]
        pieces = list(pool.map(lambda n: kofn.read(runs[n], name=f"piece {n}"), range(4)))
    frames = [kofn.read(run, name=f"piece {n}") for n, run in enumerate(runs)]
    assert pieces == frames
    total = sum(pieces[1:], pieces[0])
    assert total.sources == ("piece 0", "piece 1", "piece 2", "piece 3")
    fit = fitted(total, **QUICK)
    assert set(fit.failure_rates) == {"ada", "bob", "eve"}
    again = pickle.loads(pickle.dumps(fit))
    assert again == fit and again.replay("ada") == fit.replay("ada")
    assert hash(total) == hash(pickle.loads(pickle.dumps(total)))


def test_results_that_do_not_add_up_are_refused(root: Path) -> None:
    results = kofn.read(root / "examples/runs.csv")
    with pytest.raises(kofn.KofnError, match=r"runs.csv is in both of the results"):
        results + pickle.loads(pickle.dumps(results))
    other = kofn.read(root / "examples/answers.csv", answers="case")
    with pytest.raises(kofn.KofnError, match="must have been read with the same options"):
        results + other
    with pytest.raises(kofn.KofnError, match="score cannot be given"):
        fitted(results, score="passed")
    with pytest.raises(kofn.KofnError, match="all Results or none"):
        fitted([results, root / "examples/answers.csv"])
    with pytest.raises(TypeError):
        results + 1
    with pytest.raises(AttributeError):
        results.sources = ()  # type: ignore[misc]
    damaged = bytearray(results.to_bytes())
    for place in range(0, len(damaged), 7):
        damaged[place] ^= 1
        with contextlib.suppress(kofn.KofnError):
            fitted(kofn.Results.from_bytes(bytes(damaged)), replicas=20)
        damaged[place] ^= 1


def test_a_fit_of_a_file_is_pickled_with_its_runs(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_bytes((root / "examples/runs.csv").read_bytes())
    fit = fitted(path, **QUICK)
    assert pickle.loads(pickle.dumps(fit)) == fit
    path.write_text("task,ada,bob\n1,1,0\n2,1,1\n")
    with pytest.raises(kofn.KofnError, match="have changed"):
        pickle.dumps(fit)


def test_bytes_lists_and_task_lists_are_read(root: Path, data: Path, tmp_path: Path) -> None:
    path = root / "examples/runs.csv"
    whole = fitted(path, **QUICK).to_dict()
    told = fitted(path.read_bytes(), name=os.fspath(path), **QUICK).to_dict()
    same(told, whole)
    assert fitted([path.read_bytes()], **QUICK).sources[0].name == "log"
    resolved = data / "acme__ada.run-1.json"
    names = [f"repo__x-{number}" for number in range(1, 9)]
    listed = tmp_path / "tasks.txt"
    listed.write_text("\n".join(names))
    try:
        by_file = fitted(resolved, tasks=listed, **QUICK)
    except kofn.KofnError as error:
        with pytest.raises(kofn.KofnError) as raised:
            fitted(resolved, tasks=names, **QUICK)
        assert str(raised.value) == str(error)
    else:
        same(fitted(resolved, tasks=names, **QUICK).to_dict(), by_file.to_dict())


def test_errors_say_what_to_do_in_python(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "runs.csv"
    log.write_text("task,agent,passed\nt1,ada,0.5\n")
    with pytest.raises(kofn.KofnError, match=r"lowest score that passes with pass_at") as raised:
        fitted(log)
    assert str(raised.value.location).startswith(f"{log}:2:")
    log.write_text("id,task_id,passed\n1,2,1\n")
    with pytest.raises(kofn.KofnError, match='as in columns="task=id"'):
        fitted(log)
    assert fitted(log, columns={"task": "task_id"}, replicas=20).fit.tasks == 1
    with pytest.raises(kofn.KofnError, match="must have one of the keys task, agent") as raised:
        fitted(log, columns={"tusk": "id"})
    assert raised.value.key == "columns"
    with pytest.raises(FileNotFoundError):
        fitted(tmp_path / "none.csv")
    with pytest.raises(TypeError, match="unexpected keyword argument 'scroe'"):
        fitted(log, scroe="passed")
    options: Any
    for options, key in [
        ({"confidence": 2}, "confidence"),
        ({"replicas": 3}, "replicas"),
        ({"errors": "ignore"}, "errors"),
        ({"k": [0]}, "k"),
        ({"memory": -1}, "memory"),
    ]:
        with pytest.raises(kofn.KofnError) as raised:
            fitted(log, columns="task=task_id", **options)
        assert raised.value.key == key
    fit = fitted(log, columns="task=task_id", replicas=20)
    with pytest.raises(kofn.KofnError, match="zoe"):
        fit.replay("zoe")
    with pytest.raises(kofn.KofnError):
        compared_by("runs", "majority(", logs=log, columns="task=task_id")
    with pytest.raises(kofn.KofnError, match="no logs are given"):
        compared_by({}, {}, gate=0.1)
    with pytest.raises(kofn.KofnError, match="a log must be a path"):
        fitted(object())
    with pytest.raises(kofn.KofnError, match="at least one log"):
        fitted([])


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="signals to a thread need POSIX")
def test_an_interrupt_ends_reading(tmp_path: Path) -> None:
    rows = "".join(f"t{i},ada,{i % 2}\n" for i in range(100_000))
    log = tmp_path / "long.csv"
    with log.open("w") as file:
        file.write("task,agent,passed\n")
        for _ in range(20):
            file.write(rows)
    main, sent = threading.get_ident(), []

    def interrupt() -> None:
        time.sleep(0.15)
        sent.append(time.monotonic())
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        kofn.read(log, memory=1000)
    ended = time.monotonic()
    thread.join()
    assert ended - sent[0] < 0.5


def test_a_matrix_of_numpy_is_a_log() -> None:
    passed = np.array([[1, 1, 0], [1, 0, np.nan], [0, 1, 1], [1, 1, 1]])
    fit = fitted(passed, names=["ada", "bob", "result"], **QUICK)
    assert fit.failure_rates == {"ada": 0.25, "bob": 0.25, "result": 1 / 3}
    assert fit.sources[0].left_out == {"not run": 1}
    assert list(fitted(passed, **QUICK).failure_rates) == ["agent 1", "agent 2", "agent 3"]
    same(
        fitted(passed[:, :2].astype(bool), **QUICK).fit.to_dict(),
        fitted(passed[:, :2].astype(np.int8), **QUICK).fit.to_dict(),
    )
    for array, names, said in [
        (passed[0], None, "tasks × agents"),
        (passed, ["ada", "ada", "bob"], "different"),
        (passed, ["ada"], "must be 3"),
        (passed * 2, None, 'data frame, row 0, column "agent 1".*pass_at'),
    ]:
        with pytest.raises(kofn.KofnError, match=said):
            fitted(array, names=names)
