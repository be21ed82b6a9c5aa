#!/usr/bin/env bash
# What the exporter sends, decoded by the npm package of OpenTelemetry's own definitions, at a collector that misbehaves.
# usage: check.sh OTLP_DRIVER
set -euo pipefail
driver=$(realpath "$1")
cd "$(dirname "$0")"
exec 9> .fetching
flock --wait 300 9 || { echo "another run has been fetching the decoder for five minutes (lock: $PWD/.fetching)" >&2; exit 1; }
if [ ! node_modules/.fetched -nt package-lock.json ]; then
  command -v npm > /dev/null || { echo "npm is missing: it fetches the decoder (./dev deps installs it)" >&2; exit 1; }
  npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1 || { tail -n 20 npm.log >&2; echo "npm could not fetch the decoder" >&2; exit 1; }
  touch node_modules/.fetched
fi
exec 9>&-
exec node check.mjs "$driver"
