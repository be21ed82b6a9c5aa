#!/usr/bin/env bash
# Records the expected output of the ordering programs from a Node binary:  record.sh NODE_BINARY [filter]
#
# NN-topic.out holds the program's standard output, then `--- stderr ---` and its standard error, but only for a program with
# the header line `// stderr: compare` (elsewhere the two engines may word their error reports as they like), then `--- exit N`.
# NODE_VERSION holds the version that the files were recorded from.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 NODE_BINARY [filter]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "${ORDERING_PROGRAMS:-$here}" && pwd)                     # tests/modules/programs has programs of the same form
binary=$(realpath "$1")
filter=${2:-}
source "$here/capture.sh"

"$binary" --version > "$programs/NODE_VERSION"
count=0
for program in "$programs"/[0-9]*"$filter"*.js; do
  capture "$binary" "$program" > "${program%.js}.out"
  count=$((count + 1))
done
echo "recorded $count programs from $(cat "$programs/NODE_VERSION")"
