"""Sweeps: cells as the command's, tables, pictures, pickles."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kofn
from kofn import KofnError, Scenario

from .conftest import Command

PANEL = Scenario.majority(3, failure_rate=0.23)
OVER = {"agents.count": range(1, 10, 2), "agents.failure_rate": [0.05, 0.23]}


def test_cells_are_those_of_the_command(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(str(PANEL))
    flags = ["--over", "agents.count=1:9:2", "--over", "agents.failure_rate=0.05,0.23"]
    told = command("sweep", path, *flags, lines=True)
    assert [cell.to_dict() for cell in kofn.sweep(PANEL, OVER)] == told
    texts = {"agents.count": "1:9:2", "agents.failure_rate": "0.05,0.23"}
    assert kofn.sweep(PANEL, texts) == kofn.sweep(PANEL, OVER)
    told = command("sweep", path, *flags, "--simulate", "1e4", "--seed", 3, lines=True)
    assert [cell.to_dict() for cell in kofn.sweep(PANEL, OVER, trials=1e4, seed=3)] == told


def test_columns_frames_and_csv_hold_the_same() -> None:
    swept = kofn.sweep(PANEL, OVER, trials=1000)
    columns = swept.to_dict()
    assert list(columns["agents.count"]) == [1, 3, 5, 7, 9] * 2
    assert columns["correct"][6] == kofn.reliability(3, 0.23)
    assert (columns["simulated_correct"] + columns["simulated_wrong"] == columns["trials"]).all()
    pandas, polars = swept.to_pandas(), swept.to_polars()
    assert isinstance(pandas, pd.DataFrame) and isinstance(polars, pl.DataFrame)
    for name, values in columns.items():
        assert np.array_equal(pandas[name], values, equal_nan=name.startswith("expected"))
        assert np.array_equal(polars[name], values, equal_nan=name.startswith("expected"))
    header, *rows = swept.to_csv().splitlines()
    assert header.split(",") == list(columns) and len(rows) == len(swept) == 10


def test_words_and_drafts_are_swept() -> None:
    swept = kofn.sweep(
        {"agents": {"failure_rate": 0.2}}, {"agents.count": [3, 5], "scheme": ["majority", "any"]}
    )
    assert [cell.over["scheme"] for cell in swept] == ["majority", "majority", "any", "any"]
    assert swept[-1].exact.correct == kofn.assess(Scenario.any(5, failure_rate=0.2)).correct
    assert swept.axes == {"agents.count": [3, 5], "scheme": ["majority", "any"]}
    with pytest.raises(IndexError):
        swept[4]


def test_a_sweep_survives_a_pickle_and_is_drawn() -> None:
    swept = kofn.sweep(PANEL, OVER, trials=1000)
    again = pickle.loads(pickle.dumps(swept))
    assert again == swept and hash(again) == hash(swept)
    plot = again.plot("correct", title="A title", name="mine")
    assert plot.svg == swept.plot("correct", title="A title", name="mine").svg
    assert "A title" in plot._repr_svg_() and plot.csv == swept.to_csv()
    races = kofn.sweep(
        Scenario.ahead_by(2, failure_rate=0.5), {"agents.failure_rate": [0.0, 0.5, 1.0]}
    )
    assert pickle.loads(pickle.dumps(races)) == races
    with pytest.raises(AttributeError):
        swept.cells = []  # type: ignore[attr-defined]


def test_long_sweeps_are_shown_in_short() -> None:
    swept = kofn.sweep(PANEL, {"agents.failure_rate": np.linspace(0, 1, 1001)})
    assert len(repr(swept).splitlines()) < 40 and "1,001 cells" in repr(swept)
    assert swept._repr_html_().count("<tr>") < 40


@pytest.mark.parametrize(
    ("over", "match"),
    [
        ({}, "at least one key"),
        ({"agents.cuont": [1]}, "did you mean count"),
        ({"agents.count": []}, "at least one value"),
        ({"agents.count": [3, 3]}, "twice"),
        ({"agents.count": 3}, "list of values"),
        ({"agents.count": [None]}, "numbers or strings"),
        ({"agents.failure_rate": [0.1, 1.1]}, "between 0 and 1, got 1.1"),
        ([("agents.count", [1])], "must be a dict"),
    ],
)
def test_what_cannot_be_swept_is_refused(over: object, match: str) -> None:
    with pytest.raises(KofnError, match=match) as caught:
        kofn.sweep(PANEL, over)  # type: ignore[arg-type]
    assert "JSON:" not in str(caught.value) and not str(caught.value).startswith(":")


def test_what_cannot_be_drawn_is_refused() -> None:
    words = kofn.sweep(PANEL, {"scheme": ["majority", "any"]})
    with pytest.raises(KofnError, match="x axis"):
        words.plot()
    with pytest.raises(KofnError, match="must be one of"):
        kofn.sweep(PANEL, OVER).plot("speed")
