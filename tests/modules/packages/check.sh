#!/usr/bin/env bash
# Published packages from npm, by the lock in this folder: what run.mjs prints must be what Node printed. usage: check.sh BINARY [--record]
set -euo pipefail
binary=$(realpath "$1")
cd "$(dirname "$0")"
exec 9> .fetching
flock --wait 300 9 || { echo "another run has been fetching packages for five minutes (lock: $PWD/.fetching)" >&2; exit 1; }
if [ ! node_modules/.fetched -nt package-lock.json ]; then
  command -v npm > /dev/null || { echo "npm is missing: it fetches the packages (./dev deps installs it)" >&2; exit 1; }
  npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 || { tail -n 20 npm.log >&2; echo "npm could not fetch the packages" >&2; exit 1; }
  touch node_modules/.fetched
fi
exec 9>&-
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
