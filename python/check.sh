#!/usr/bin/env bash
# Runs all checks of the Python package with the module that `cargo test --no-run` has built: format, lints, types, stubs,
# generated answers, examples in the docs, tests and notebooks. Installs their requirements into target/python.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=target/python/bin
install() {
    [ -x $bin/python ] || ${PYTHON:-python3} -m venv target/python
    $bin/python -m pip install --quiet --disable-pip-version-check --requirement python/requirements.txt
}
install
if [ "${1:-}" = --install ]; then exit; fi
cp target/debug/deps/lib_kofn.so python/kofn/_kofn.abi3.so
# The tests use this package in any folder and in every process that they start.
export PYTHONPATH=$PWD/python PYTHONDONTWRITEBYTECODE=1

$bin/ruff format --check python tools
$bin/ruff check python tools
$bin/python python/generate_answers.py --check
$bin/mypy
$bin/python -m mypy.stubtest kofn._kofn --mypy-config-file pyproject.toml
$bin/python -m pytest --doctest-modules python/kofn python/tests -m "not slow" -n 2 --dist worksteal "$@"
