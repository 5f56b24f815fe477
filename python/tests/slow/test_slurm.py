"""A run on a Slurm cluster that loses a node: `slurm.sh` beside this file, as a test.

It installs Debian's packages where they are missing, so it runs only when it is asked for:
`pytest -m slow -s python/tests/slow`.
"""

import subprocess
from pathlib import Path

import pytest


@pytest.mark.slow
def test_a_lost_node_loses_no_trial() -> None:
    script = Path(__file__).with_name("slurm.sh")
    subprocess.run(["bash", str(script)], check=True, timeout=600)
