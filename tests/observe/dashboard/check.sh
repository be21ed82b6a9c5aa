#!/usr/bin/env bash
# The dashboard of a program under load in a real browser. usage: check.sh MILLRACE CHROMIUM FOLDER-FOR-PICTURES
set -euo pipefail
millrace=$(realpath "$1")
chromium=$2
mkdir -p "$3"
pictures=$(realpath "$3")
cd "$(dirname "$0")"
source ../../support/npm_ci.sh
npm_ci . "the browser's driver and axe-core"
exec node check.mjs "$millrace" "$chromium" "$pictures"
