"""What tests share: the command line, to which answers are compared to the last bit."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

import kofn

ROOT = Path(__file__).resolve().parents[2]

Command = Callable[..., Any]


def pytest_configure() -> None:
    """Let the sources count as installed, so that entry points are found: as ``pip install -e``."""
    try:
        metadata.distribution("kofn")
    except metadata.PackageNotFoundError:
        folder = Path(tempfile.mkdtemp(prefix="kofn-tests-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _describe(folder / f"kofn-{kofn.__version__}.dist-info")
        sys.path.append(str(folder))
        paths = [os.environ.get("PYTHONPATH"), str(folder)]
        os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)


def _describe(info: Path) -> None:
    """Write what an installer says of the package: what it is called, where it is, who finds it."""
    project = (ROOT / "pyproject.toml").read_text()
    found = re.search(r"^\[project\.entry-points\.inspect_ai\]\n(.*?)\n\n", project, re.M | re.S)
    assert found is not None
    info.mkdir()
    about = f"Metadata-Version: 2.1\nName: kofn\nVersion: {kofn.__version__}\n"
    (info / "METADATA").write_text(about)
    (info / "entry_points.txt").write_text("[inspect_ai]\n" + found[1].replace('"', "") + "\n")
    place = {"url": (ROOT / "python").as_uri(), "dir_info": {"editable": True}}
    (info / "direct_url.json").write_text(json.dumps(place))


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
