"""The notebooks in `examples` run, and give the outputs that are committed.

``KOFN_UPDATE=1 pytest python/tests/test_notebooks.py`` writes the outputs of a run into them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NOTEBOOKS = sorted(path.name for path in EXAMPLES.glob("*.ipynb"))
MAX_SECONDS = 20


def run(name: str) -> tuple[Any, Any]:
    """Return a notebook as committed, and the same notebook after a run in its folder."""
    committed = nbformat.read(EXAMPLES / name, as_version=4)  # type: ignore[no-untyped-call]
    ran = nbformat.read(EXAMPLES / name, as_version=4)  # type: ignore[no-untyped-call]
    for cell in ran.cells:
        cell.get("metadata", {}).pop("execution", None)
    resources = {"metadata": {"path": str(EXAMPLES)}}
    NotebookClient(ran, timeout=MAX_SECONDS, record_timing=False, resources=resources).execute()
    return committed, ran


def outputs(notebook: Any) -> list[tuple[str, Any]]:
    """Return the source and the outputs of each cell with code."""
    return [(cell.source, cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS == [
        "from-an-eval-log-to-a-decision.ipynb",
        "how-many-models-should-vote.ipynb",
    ]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_are_those_that_are_committed(name: str) -> None:
    committed, ran = run(name)
    if os.environ.get("KOFN_UPDATE"):
        nbformat.write(ran, EXAMPLES / name)  # type: ignore[no-untyped-call]
        return
    for (source, before), (_, now) in zip(outputs(committed), outputs(ran), strict=True):
        assert now == before, source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_for_a_reader(name: str) -> None:
    """It begins with its title, ends with what it assumes, has pictures and no warning."""
    notebook = nbformat.read(EXAMPLES / name, as_version=4)  # type: ignore[no-untyped-call]
    first, last = notebook.cells[0], notebook.cells[-1]
    assert first.cell_type == last.cell_type == "markdown"
    assert first.source.startswith("# ") and "assumes" in last.source
    shown = [output for _, found in outputs(notebook) for output in found]
    assert {output.output_type for output in shown} <= {"execute_result", "stream"}
    assert all(output.get("name") != "stderr" for output in shown)
    assert any("image/svg+xml" in output.get("data", {}) for output in shown)
    assert len(nbformat.writes(notebook)) < 500_000  # type: ignore[no-untyped-call]
