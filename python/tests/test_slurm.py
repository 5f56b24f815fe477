"""The shell of `docs/cluster.md`, with a stand-in for Slurm; `slow/slurm.sh` runs the real one."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

#: Runs the jobs of an array, one after the other; of a whole array the third is lost.
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


def test_what_a_job_array_lost_is_submitted_again(root: Path, binary: str, tmp_path: Path) -> None:
    page = (root / "docs/cluster.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```bash\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    scenario = 'scheme = "majority"\nagents = { count = 5, failure_rate = 0.23 }\n'
    (tmp_path / "vote.toml").write_text(scenario)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "kofn").symlink_to(binary)
    (programs / "sbatch").write_text(SBATCH)
    (programs / "sbatch").chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "submitted").read_text() == "--array=1-24\n--array=3\n"
    assert "part-3.json is empty" in done.stderr
    single = subprocess.run(
        [binary, "simulate", "vote.toml", "--trials", "1e8"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == single.stdout
