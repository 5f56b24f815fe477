#!/usr/bin/env bash
# Checks that the Python package compiles for another target, without a linker or an interpreter for it:
#
#   tools/cross_check.sh                               # aarch64-unknown-linux-gnu
#   tools/cross_check.sh aarch64-apple-darwin
#
# Where rustup has no std of the target, std is compiled from its sources, by a toolchain that has them: CARGO and RUSTC
# name it. On Debian 12: apt-get install --no-install-recommends rustc-web cargo-web rust-web-src, then
#
#   CARGO=/usr/bin/cargo RUSTC=/usr/bin/rustc tools/cross_check.sh
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-aarch64-unknown-linux-gnu}
export CARGO=${CARGO:-cargo} RUSTC=${RUSTC:-rustc}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/cross-check}
# rustup's cargo would put its own compiler before the one that is named.
unset RUSTUP_TOOLCHAIN
build_std=()
sysroot=$("$RUSTC" --print sysroot)
if [ ! -d "$sysroot/lib/rustlib/$target" ]; then
    [ -d "$sysroot/lib/rustlib/src/rust/library" ] || {
        echo "cross_check: $RUSTC has neither the std of $target nor its sources: rustup target add $target" >&2
        exit 1
    }
    export RUSTC_BOOTSTRAP=1
    build_std=(-Zbuild-std=std,panic_abort)
fi
"$CARGO" check --locked -p kofn-python --target "$target" "${build_std[@]}"
