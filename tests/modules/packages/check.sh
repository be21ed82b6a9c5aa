#!/usr/bin/env bash
# Published packages from npm, by the lock in this folder: what run.mjs prints must be what Node printed. usage: check.sh BINARY [--record]
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")"
source ../../support/npm_ci.sh
npm_ci . "the packages"
export NO_COLOR=1 TZ=UTC
if [ "${2:-}" = --record ]; then
  "$binary" run.mjs > expected.txt
  exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Without the cache of transformed sources, with an empty one, and with a full one.
for cache in off "$work" "$work"; do
  MILLRACE_CACHE=$cache "$binary" run run.mjs | diff expected.txt - || { echo "FAILED with MILLRACE_CACHE=$cache"; exit 1; }
done
echo "packages ok"
