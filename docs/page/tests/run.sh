#!/usr/bin/env bash
# Tests of the page in a browser: `bash docs/page/tests/run.sh [FILE]…`, after `bash tools/site/build.sh`.
# SITE is the built site (target/site), KOFN the command that it is compared with (target/debug/kofn).
# Needs node with npm, and Chromium; `--install` installs what is missing, from Debian and npm.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=docs/page/tests
modules=target/page-tests

if [ ! -x /usr/bin/chromium ]; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium
fi
if ! cmp -s $here/package-lock.json $modules/installed.json; then
    mkdir -p $modules
    cp $here/package.json $here/package-lock.json $here/.npmrc $modules
    (cd $modules && npm ci --silent --no-audit --no-fund)
    cp $here/package-lock.json $modules/installed.json
fi
[ "${1:-}" = --install ] && exit

export KOFN=${KOFN:-target/debug/kofn} SITE=${SITE:-target/site}
[ -f "$SITE/page/kofn-explorer.js" ] || { echo "build the site first: bash tools/site/build.sh"; exit 1; }
run() { node --test --test-concurrency=2 --test-reporter=spec "$@"; }
if [ $# -gt 0 ]; then
    run "$@"
    exit
fi
# Dropping files waits forever while another browser is tested beside it: these tests run alone.
run $here/logs.test.mjs
run $(ls $here/*.test.mjs | grep -v '/logs.test.mjs$')
