#!/usr/bin/env bash
# Builds the page and the guide into target/site: `bash tools/site/build.sh`, then open target/site/index.html.
# With rustup: `rustup target add wasm32-unknown-unknown` once. Without that target, Debian's packages build the module;
# `--install` installs them.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=wasm32-unknown-unknown
debian="rustc-web cargo-web rust-web-src lld-19"

# WebAssembly with 128-bit vectors.
flags="-Ctarget-feature=+simd128"
has_target() { [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; }
# module NAME [FLAG…] builds target/site-tool/NAME.wasm.
module() {
    local name=$1
    shift
    if has_target; then
        RUSTFLAGS=$flags cargo build --locked --quiet --profile web --package kofn-web --target $target "$@"
    else
        # Debian's compiler has no built standard library for this target, but has its sources. A panic aborts
        # without its message, which saves a tenth of the size.
        PATH=/usr/bin:$PATH RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
            RUSTFLAGS="$flags -Zunstable-options -Cpanic=immediate-abort" \
            /usr/bin/cargo build --locked --quiet --profile web --package kofn-web --target $target \
            -Zbuild-std=std,panic_abort --config "target.$target.linker='wasm-ld-19'" "$@"
    fi
    mkdir -p target/site-tool
    cp "${CARGO_TARGET_DIR:-target}/$target/web/kofn_web.wasm" target/site-tool/$name.wasm
}

if [ "${1:-}" = --install ]; then
    has_target || dpkg --status $debian >/dev/null 2>&1 || {
        apt-get update -qq && apt-get install -y -qq --no-install-recommends $debian
    }
    exit
fi
module engines --no-default-features
module logs
CARGO_TARGET_DIR=target/site-tool cargo build --locked --quiet --manifest-path tools/site/Cargo.toml
target/site-tool/debug/kofn-site target/site-tool/engines.wasm target/site-tool/logs.wasm target/site
