#!/usr/bin/env bash
# Builds, checks and, only with --publish, uploads a release of the Python package.
#
#   tools/release.sh                                        # wheels for Linux x86-64 and aarch64, and the sdist, into dist/
#   tools/release.sh --target x86_64-unknown-linux-gnu      # for this target only
#   tools/release.sh --publish                              # the same, then `twine upload`
#
# Needs git, rustup's cargo with the std of each target (it tries `rustup target add`), Python 3.10 or later and the
# package index. The wheels are linked by zig against glibc 2.17, whatever this machine has. `--rehearse` builds from a
# tree that is not clean, or from a changelog that has no section for the version yet, and cannot be published.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
# The sdist is built where it is unpacked; what it depends on is compiled once.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
work=$CARGO_TARGET_DIR/release-of-the-package
dist=dist
host=$(rustc -vV | sed -n 's/^host: //p')
targets=()
publish=false
rehearse=false

step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }
fail() { printf 'release: %s\n' "$1" >&2; exit 1; }

while [ $# -gt 0 ]; do
    case $1 in
        --target) [ $# -ge 2 ] || fail "--target requires a target triple"; targets+=("$2"); shift ;;
        --publish) publish=true ;;
        --rehearse) rehearse=true ;;
        *) fail "unknown argument $1; there are --target TRIPLE, --rehearse and --publish" ;;
    esac
    shift
done
[ ${#targets[@]} -gt 0 ] || targets=(x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu)
if $publish && $rehearse; then fail "--rehearse cannot be published"; fi

step "tree and versions"
# What must hold of a release; a rehearsal only says so.
require() { if $rehearse; then echo "rehearsal: $1"; else fail "$1"; fi; }
[ -z "$(git status --porcelain)" ] || require "the tree must be clean; commit or stash what 'git status' lists"
version=$("$python" tools/version.py) || require "the versions must agree"
version=$("$python" tools/version.py --crates)
git rev-parse -q --verify "refs/tags/v$version^{commit}" >/dev/null &&
    [ "$(git rev-parse "v$version^{commit}")" != "$(git rev-parse HEAD)" ] &&
    require "the tag v$version must be on this commit; it is on another one"
echo "version $version, commit $(git rev-parse --short HEAD)"

step "tools"
rm -rf "$work" "$dist"
mkdir -p "$work" "$dist"
"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet 'maturin[zig]>=1.16,<2' 'twine>=6.1'
for target in "${targets[@]}"; do
    [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ] || rustup target add "$target" ||
        fail "the std of $target is required: rustup target add $target"
done

# Every wheel is built from the sdist, so that an sdist that lacks a file fails. Without --locked: the sdist has fewer
# crates than the lock file, which cargo then shortens; the versions of the others stay.
step "sdist and wheels"
for target in "${targets[@]}"; do
    PATH="$work/tools/bin:$PATH" maturin build --release --strip --sdist --zig \
        --compatibility manylinux2014 --target "$target" --out "$dist"
done

step "metadata"
"$work/tools/bin/twine" check --strict "$dist"/*
"$python" tools/check_dist.py "$version" "$dist"/*

step "a fresh environment in an empty folder"
"$python" -m venv "$work/fresh"
for target in "${targets[@]}"; do
    if [ "$target" != "$host" ]; then
        echo "$target: not run, this machine is $host"
        continue
    fi
    "$work/fresh/bin/pip" install --quiet "$dist/kofn-$version-"*"_${target%%-*}.whl"
    smoke=$PWD/tools/smoke.py runs=$PWD/examples/runs.csv
    interpreter=$work/fresh/bin/python
    (cd "$(mktemp -d)" && "$interpreter" "$smoke" "$version" "$runs")
done

step "checksums"
(cd "$dist" && sha256sum -- *.whl *.tar.gz | tee SHA256SUMS)

if ! $publish; then
    step "done: nothing was uploaded; tools/release.sh --publish does that"
    exit 0
fi
step "upload"
"$work/tools/bin/twine" upload "$dist"/*.whl "$dist"/*.tar.gz
git tag "v$version" 2>/dev/null || true
step "done: push the tag v$version"
