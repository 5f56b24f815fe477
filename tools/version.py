"""Print the version of the package, once every place that states it agrees.

The crates state it (``Cargo.toml``), crates that need one another repeat it, and ``CHANGELOG.md``
has a section for it. ``--crates`` prints the version of the crates and does not look at the rest.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def crates() -> list[dict[str, object]]:
    """Return the crates of the workspace, as cargo describes them."""
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1", "--locked"]
    found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    packages: list[dict[str, object]] = json.loads(found.stdout)["packages"]
    return packages


def problems(packages: list[dict[str, object]], changelog: str) -> list[str]:
    """Return what disagrees with the version of the crate ``kofn``."""
    version = next(str(crate["version"]) for crate in packages if crate["name"] == "kofn")
    found = [
        f"crate {crate['name']} has version {crate['version']}, kofn has {version}"
        for crate in packages
        if crate["version"] != version
    ]
    names = {crate["name"] for crate in packages}
    for crate in packages:
        for need in crate["dependencies"]:  # type: ignore[attr-defined]
            if need["name"] in names and need["req"] not in ("*", f"^{version}"):
                found.append(f"crate {crate['name']} needs {need['name']} {need['req']}")
    sections = re.findall(r"^## +\[?([^\]\s]+)", changelog, flags=re.MULTILINE)
    if not sections or sections[0] != version:
        first = sections[0] if sections else "nothing"
        found.append(f"the first section of CHANGELOG.md must be {version}, it is {first}")
    return found


def main() -> int:
    """Print the version; return 1 and say why where it is not the same everywhere."""
    packages = crates()
    print(next(crate["version"] for crate in packages if crate["name"] == "kofn"))
    if sys.argv[1:] == ["--crates"]:
        return 0
    found = problems(packages, (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    for problem in found:
        print(f"version: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
