"""A fit in parts, as an executor computes it, is the fit in one piece, to the last bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kofn import KofnError, _kofn

OPTIONS: dict[str, Any] = {"replicas": 40}
Parts = list[tuple[str, str]]


def computed(log: _kofn.Log, choice: str | None, of: int) -> Parts:
    """Return all parts of a step, each with its name."""
    parts = []
    for part in range(1, of + 1):
        options = {**OPTIONS, "part": part, "of": of, "threads": 1}
        text = _kofn.fit_part(log, options, choice, None)
        _kofn.accept_fit_part(log, options, choice, text)
        parts.append((f"{'again' if choice else 'first'}-{part}", text))
    return parts


@pytest.fixture(scope="module")
def log(root: Path) -> Callable[[str], _kofn.Log]:
    return lambda name: _kofn.read_log([str(root / "examples" / name)], {})


@pytest.mark.parametrize(("name", "of"), [("runs.csv", 1), ("runs.csv", 7), ("answers.csv", 2)])
def test_a_fit_in_parts_is_the_fit(log: Callable[[str], _kofn.Log], name: str, of: int) -> None:
    read = log(name)
    first = computed(read, None, of)
    choice = _kofn.fit_choice(read, OPTIONS, first)
    assert choice is not None
    again = computed(read, choice, of)
    whole = read.fit(OPTIONS).json()
    assert _kofn.fit_of_parts(read, OPTIONS, first + again).json() == whole


def test_what_is_not_all_of_one_fit_is_refused(log: Callable[[str], _kofn.Log]) -> None:
    read, other = log("runs.csv"), log("answers.csv")
    first = computed(read, None, 9)
    few = [part for part in first if part[0] not in ("first-2", "first-3", "first-9")]
    for parts, message in [
        (few, "parts 2-3,9 of 9 that compare models are missing"),
        (
            [*first, ("twice", first[4][1])],
            "twice: part 5/9 that compare models is already in first-5",
        ),
        ([*few, ("cut", first[1][1][:-2])], "cut:1:.*must be a part of a fit: EOF"),
        ([*few, ("text", "[]")], "text:1:.*must be a part of a fit"),
    ]:
        with pytest.raises(KofnError, match=message):
            _kofn.fit_choice(read, OPTIONS, parts)
    with pytest.raises(KofnError, match="must be of one log and one set of options: log "):
        _kofn.fit_choice(other, OPTIONS, first)
    with pytest.raises(KofnError, match="replicas 40 and replicas 41"):
        _kofn.fit_of_parts(read, {"replicas": 41}, first)
    with pytest.raises(KofnError, match="must be part 2/9 of this step, got 1/9"):
        _kofn.accept_fit_part(read, {**OPTIONS, "part": 2, "of": 9}, None, first[0][1])
    with pytest.raises(KofnError, match="choice"):
        _kofn.fit_part(
            read, {**OPTIONS, "part": 1, "of": 9}, json.dumps({"model": "classes"}), None
        )


def test_a_part_is_stopped_by_its_progress(log: Callable[[str], _kofn.Log]) -> None:
    def stop(done: int, total: int) -> None:
        assert done <= total
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _kofn.fit_part(log("runs.csv"), {"replicas": 1_000_000}, None, stop)
