# shellcheck shell=bash
# Sourced by tests of the program, with the program as argument: a folder of their own to work in, which goes with them, and checks that are counted.
#   run ARGUMENT...           the program, with what it writes in `out` and `err`, and its exit status in $code
#   check WHAT COMMAND...     counts whether the command succeeds, and shows `out` and `err` when it does not
#   finish                    the last line: says how many did, and fails when one did not
millrace=$(realpath "$1")
here=$PWD
export NO_COLOR=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
passed=0 failed=0
code=0
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s: %s\nout: %s\nerr: %s\n' "$name" "$*" "$(head -c 1500 out)" "$(head -c 1500 err)"
  fi
}
# shellcheck disable=SC2034 # read by who sources this
run() { "$millrace" "$@" > out 2> err; code=$?; }
has() { grep -qF -- "$1" "$2"; }
lacks() { ! has "$@"; }
finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
