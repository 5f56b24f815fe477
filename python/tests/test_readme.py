"""The examples of the package's page hold."""

from __future__ import annotations

import doctest
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"


def test_examples_hold() -> None:
    failed, tried = doctest.testfile(str(README), module_relative=False)
    assert tried >= 7
    assert failed == 0
