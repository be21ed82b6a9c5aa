#!/usr/bin/env bash
# Runs the ordering programs and compares with what Node printed:  run.sh BINARY [filter]
# Prints the difference of each failing program (< expected, > printed) and a last line `ordering: N passed, N failed`.
# ORDERING_JOBS sets how many run at a time (4).
set -uo pipefail
[ $# -ge 1 ] || { echo "usage: $0 BINARY [filter]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "${ORDERING_PROGRAMS:-$here}" && pwd)                     # tests/hostile has programs of the same form

if [ "$1" = --one ]; then                                # one program, called below through xargs
  source "$here/capture.sh"
  binary=$2 results=$3 program=$4
  name=$(basename "${program%.js}")
  if [ ! -f "${program%.js}.out" ]; then
    echo "no recorded output: run record.sh" > "$results/$name.diff"
  elif capture "$binary" "$program" > "$results/$name.txt" 2> /dev/null &&
       diff "${program%.js}.out" "$results/$name.txt" > "$results/$name.diff"; then
    mv "$results/$name.diff" "$results/$name.passed"
  fi
  exit 0
fi

binary=$(realpath "$1")
[ -x "$binary" ] || { echo "cannot run $1" >&2; exit 2; }
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
find "$programs" -maxdepth 1 -name "[0-9]*${2:-}*.js" -print0 | sort -z |
  xargs -0 -r -n 1 -P "${ORDERING_JOBS:-4}" "$0" --one "$binary" "$results"

failed=0 passed=0
for program in "$programs"/[0-9]*"${2:-}"*.js; do
  [ -e "$program" ] || continue
  name=$(basename "${program%.js}")
  if [ -f "$results/$name.passed" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $name: $(sed -n '1s|^// ||p' "$program")"
    sed 's/^/  /' "$results/$name.diff" 2> /dev/null
  fi
done
echo "ordering: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
