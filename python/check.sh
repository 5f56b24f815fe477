#!/usr/bin/env bash
# All checks of the Python package, with the module that `cargo test --no-run` has built: format, lints, types, stubs,
# generated answers, examples of the docs, tests and notebooks. Installs what they need into target/python.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=target/python/bin
[ -x $bin/python ] || ${PYTHON:-python3} -m venv target/python
$bin/python -m pip install --quiet --disable-pip-version-check --requirement python/requirements.txt
cp target/debug/lib_kofn.so python/kofn/_kofn.abi3.so
# Wherever the tests go, and whatever processes they start, the package is this one.
export PYTHONPATH=$PWD/python PYTHONDONTWRITEBYTECODE=1

$bin/ruff format --check python tools
$bin/ruff check python tools
$bin/python python/generate_answers.py --check
$bin/mypy
$bin/python -m mypy.stubtest kofn._kofn --mypy-config-file pyproject.toml
$bin/python -m pytest --doctest-modules python/kofn python/tests -m "not slow" -n 2 --dist worksteal "$@"
