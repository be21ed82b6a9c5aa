#!/usr/bin/env bash
# What the program tells of itself when it is asked to. usage: observe_test.sh MILLRACE
set -uo pipefail
. "$(dirname "$0")/../support/checks.sh" "$1"

"$millrace" --log=debug -e 'setTimeout(() => {}, 1)' > out 2> err
check 'a log for people' grep -qE '^[0-9T:.-]+Z DEBUG \[loop\] loop state changed  from=idle to=running' err
check 'nothing of it on standard output' test ! -s out
"$millrace" --log=debug --log-json -e 'setTimeout(() => {}, 1)' > out 2> err
check 'a log for machines' python3 -c '
import json
records = [json.loads(line) for line in open("err")]
assert [r["attributes"]["to"] for r in records if r["body"] == "loop state changed"][0] == "running", records'
"$millrace" --log=loud -e 0 > out 2> err
check 'a level that is none: exit code' test $? -eq 2
check 'a level that is none' grep -q "'loud' is no level: trace, debug, info, warn, error" err

"$millrace" --stall=50 -e 'const end = Date.now() + 400, text = JSON.stringify(new Array(5000).fill(1)); while (Date.now() < end) JSON.parse(text);' > out 2> err
check 'a callback that is stuck' grep -qE 'WARN  \[loop\] a callback is stuck  stall=1 lasted=' err
check 'and where' grep -q 'JavaScriptCore\|libjavascriptcoregtk' err
"$millrace" --stall=5000 -e 'setTimeout(() => {}, 200)' > out 2> err
check 'sleeping is not being stuck' test ! -s err
"$millrace" --stall=0 -e 0 > out 2> err
check 'a limit that is none' grep -q 'stall' err

"$millrace" --report-on-signal -e '
  setTimeout(() => {}, 60_000); setInterval(() => {}, 30_000).unref();
  process.kill(process.pid, "SIGUSR2"); setTimeout(() => process.exit(), 500);' > out 2> err
check 'what keeps it alive: exit code' test $? -eq 0
check 'what keeps it alive' grep -q '^the loop is kept alive by$' err

finish
