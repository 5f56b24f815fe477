"""What tests share: the command line, to which answers are compared to the last bit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

Command = Callable[..., Any]


def _binary() -> str | None:
    built = [os.environ.get("KOFN"), ROOT / "target" / "debug" / "kofn", shutil.which("kofn")]
    return next((str(path) for path in built if path and Path(path).exists()), None)


@pytest.fixture(scope="session")
def binary() -> str:
    """Return the path of the command line."""
    path = _binary()
    if path is None:
        pytest.fail("the command kofn is required: cargo build, or KOFN=path")
    return path


@pytest.fixture(scope="session")
def command(binary: str) -> Command:
    """Return a function that runs ``kofn … --json`` and returns what it prints."""

    def run(*arguments: object, lines: bool = False, codes: tuple[int, ...] = (0, 1)) -> Any:
        words = [str(argument) for argument in arguments]
        done = subprocess.run(
            [binary, *words, "--json"], capture_output=True, text=True, check=False
        )
        assert done.returncode in codes, done.stderr
        if lines:
            return [json.loads(line) for line in done.stdout.splitlines()]
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the project."""
    return ROOT
