#!/usr/bin/env bash
# What the exporter sends, decoded by the npm package of OpenTelemetry's own definitions, at a collector that misbehaves.
# usage: check.sh OTLP_DRIVER
set -euo pipefail
driver=$(realpath "$1")
cd "$(dirname "$0")"
source ../../support/npm_ci.sh
npm_ci . "the decoder"
exec node check.mjs "$driver"
