#!/usr/bin/env bash
# Promises/A+: the 872 tests of the npm package promises-aplus-tests, inside the runtime, or on the C++ promises of native_promises.
# usage: check.sh MILLRACE run | check.sh NATIVE_PROMISES ADAPTER
set -euo pipefail
binary=$(realpath "$1")
what=$2
[ "$what" = run ] || what=$(realpath "$what")
cd "$(dirname "$0")"
source ../../support/npm_ci.sh
npm_ci . "promises-aplus-tests"
exec "$binary" "$what" run.js
