"""Every example of the guide runs, and prints what it says."""

from __future__ import annotations

import doctest
import os
import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import kofn

ROOT = Path(__file__).resolve().parents[2]
ALL = [*ROOT.glob("docs/*.md"), *ROOT.glob("*.md"), ROOT / "python" / "README.md"]
PAGES = sorted(str(page.relative_to(ROOT)) for page in ALL if "```pycon\n" in page.read_text())


@pytest.mark.parametrize("page", PAGES)
def test_the_snippets_of_a_page_hold(
    page: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if page == "docs/inspect.md":
        pytest.importorskip("inspect_ai", reason="Inspect AI is not installed")
        if not any(entry.name == "kofn" for entry in entry_points(group="inspect_ai")):
            pytest.skip("kofn has no entry points as sources: pip install .")
    text = (root / page).read_text()
    (tmp_path / "examples").mkdir()
    for file in (root / "examples").glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
        (tmp_path / "examples" / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    # The place of a snippet in the page, for messages: everything else becomes empty lines.
    blocks = list(re.finditer(r"^```pycon\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    kept = "\n" * text.count("\n")
    lines = kept.split("\n")
    for block in blocks:
        first = text.count("\n", 0, block.start(1))
        for place, line in enumerate(block.group(1).split("\n")):
            lines[first + place] = line
    test = doctest.DocTestParser().get_doctest("\n".join(lines), {}, page, page, 0)
    assert test.examples, f"{page} has no snippet"
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=report.append)
    assert not report, "".join(report)
    assert os.getcwd() == str(tmp_path) and kofn.__version__
