"""Check the files of a release without running them: names, metadata, licenses, contents.

Usage: ``python tools/check_dist.py VERSION FILE...``
"""

from __future__ import annotations

import re
import struct
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

#: ``e_machine`` of an ELF file, by the last part of a wheel's platform tag.
MACHINES = {"x86_64": 62, "aarch64": 183}
LICENSES = {"LICENSE-MIT", "LICENSE-APACHE"}
MAX_MEGABYTES = 20


def metadata_problems(metadata: Message, version: str) -> list[str]:
    """Return the problems of the metadata that an index shows."""
    wanted = {
        "Name": "kofn",
        "Version": version,
        "License-Expression": "MIT OR Apache-2.0",
        "Requires-Python": ">=3.10",
    }
    found = [
        f"{key} must be {value}, got {metadata.get(key)}"
        for key, value in wanted.items()
        if metadata.get(key) != value
    ]
    if not LICENSES.issubset(metadata.get_all("License-File", [])):
        found.append(f"License-File must name {sorted(LICENSES)}")
    if not str(metadata.get_payload()).lstrip().startswith("# kofn"):
        found.append("the description must be README.md")
    requires = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    if [re.split(r"[^a-z]", need)[0] for need in requires] != ["numpy"]:
        found.append(f"NumPy must be the only dependency, got {requires}")
    return found


def wheel_problems(path: Path, version: str) -> list[str]:
    """Return the problems of a wheel."""
    tag = re.fullmatch(r"kofn-(.+)-cp310-abi3-(manylinux[\w.]+?)_(x86_64|aarch64)\.whl", path.name)
    if tag is None:
        return ["the name must be kofn-VERSION-cp310-abi3-manylinux…_(x86_64 or aarch64).whl"]
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        info = f"kofn-{version}.dist-info/"
        headers = archive.read(f"{info}METADATA").decode()
        library = archive.read("kofn/_kofn.abi3.so")
    found = metadata_problems(HeaderParser().parsestr(headers), version)
    needed = {"kofn/__init__.py", "kofn/_kofn.pyi", "kofn/py.typed", "kofn/inspect.py"}
    needed |= {f"{info}licenses/{name}" for name in LICENSES} | {f"{info}entry_points.txt"}
    found += [f"{name} is missing" for name in sorted(needed - names)]
    found += [f"{name} must not be included" for name in sorted(names) if "/tests/" in name]
    (machine,) = struct.unpack_from("<H", library, 18)
    if library[:4] != b"\x7fELF" or machine != MACHINES[tag[3]]:
        found.append(f"kofn/_kofn.abi3.so must be ELF for {tag[3]}, e_machine is {machine}")
    if path.stat().st_size > MAX_MEGABYTES * 1_000_000:
        found.append(f"a wheel must be smaller than {MAX_MEGABYTES} MB")
    return found


def sdist_problems(path: Path, version: str) -> list[str]:
    """Return the problems of a source distribution."""
    if path.name != f"kofn-{version}.tar.gz":
        return [f"the name must be kofn-{version}.tar.gz"]
    root = f"kofn-{version}/"
    with tarfile.open(path) as archive:
        names = {member.name.removeprefix(root) for member in archive.getmembers()}
        stream = archive.extractfile(f"{root}PKG-INFO")
        headers = stream.read().decode() if stream is not None else ""
    found = metadata_problems(HeaderParser().parsestr(headers), version)
    needed = {"Cargo.lock", "Cargo.toml", "README.md", "pyproject.toml", "python/kofn/__init__.py"}
    return found + [f"{name} is missing" for name in sorted((needed | LICENSES) - names)]


def main() -> int:
    """Check every file; return 1 if there is any problem."""
    version, *paths = sys.argv[1:]
    status = 0
    for path in map(Path, paths):
        check = wheel_problems if path.suffix == ".whl" else sdist_problems
        found = check(path, version)
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {'; '.join(found) or 'ok'}")
        status |= bool(found)
    return status


if __name__ == "__main__":
    sys.exit(main())
