"""The page `docs/cluster.md`: its Python runs, and its shell with a stand-in for Slurm."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/cluster.md"

#: Runs the jobs of an array, one after the other; the third is lost unless it is alone.
SBATCH = """#!/bin/bash
[[ $1 == --wait && $2 == --array=* ]] || exit 1
echo "$2" >>submitted
for range in $(tr , ' ' <<<"${2#--array=}"); do
    for part in $(seq "${range%-*}" "${range#*-}"); do
        if [[ $part == 3 && $range == *-* ]]; then : >part-3.json; continue; fi
        SLURM_ARRAY_TASK_ID=$part bash "$3"
    done
done
"""


def command() -> Path:
    """Return the command line, which the gate has built before."""
    for build in ("release", "debug"):
        if (built := ROOT / "target" / build / "kofn").exists():
            return built
    pytest.skip("the command line is not built: cargo build --release")


def shell() -> str:
    return "\n".join(re.findall("```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vote.toml").write_text(
        'scheme = "majority"\nagents = { count = 5, failure_rate = 0.23 }\n'
    )
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "kofn").symlink_to(command())
    (programs / "sbatch").write_text(SBATCH)
    (programs / "sbatch").chmod(0o755)
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", shell()], env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "submitted").read_text() == "--array=1-24\n--array=3\n"
    assert "100,000,000 trials, seed 42" in done.stdout
    failed, run = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, run > 10) == (0, True)
