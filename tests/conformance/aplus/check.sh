#!/usr/bin/env bash
# Promises/A+: the 872 tests of the npm package promises-aplus-tests, inside the runtime, or on the C++ promises of native_promises.
# usage: check.sh MILLRACE run | check.sh NATIVE_PROMISES ADAPTER
set -euo pipefail
binary=$(realpath "$1")
what=$2
[ "$what" = run ] || what=$(realpath "$what")
cd "$(dirname "$0")"
if [ ! -f node_modules/promises-aplus-tests/package.json ]; then
  command -v npm > /dev/null || { echo "npm is missing: it fetches the test package (./dev deps installs it)" >&2; exit 1; }
  npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 || { tail -n 20 npm.log >&2; echo "npm could not fetch promises-aplus-tests" >&2; exit 1; }
fi
exec "$binary" "$what" run.js
