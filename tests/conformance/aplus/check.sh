#!/usr/bin/env bash
# Promises/A+: the 872 tests of the npm package promises-aplus-tests, inside the runtime, or on the C++ promises of native_promises.
# usage: check.sh MILLRACE run | check.sh NATIVE_PROMISES ADAPTER
set -euo pipefail
binary=$(realpath "$1")
what=$2
[ "$what" = run ] || what=$(realpath "$what")
cd "$(dirname "$0")"
# Two tests use the package and may run at once: the first fetches, the other waits. The stamp is written when the fetch is complete.
exec 9> .fetching
flock --wait 300 9 || { echo "another run has been fetching promises-aplus-tests for five minutes (lock: $PWD/.fetching)" >&2; exit 1; }
if [ ! node_modules/.fetched -nt package-lock.json ]; then
  command -v npm > /dev/null || { echo "npm is missing: it fetches the test package (./dev deps installs it)" >&2; exit 1; }
  npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 || { tail -n 20 npm.log >&2; echo "npm could not fetch promises-aplus-tests" >&2; exit 1; }
  touch node_modules/.fetched
fi
exec 9>&-
exec "$binary" "$what" run.js
