#!/usr/bin/env bash
# What a user sees of --sandbox, --time-limit and --memory-limit. usage: sandbox_test.sh MILLRACE
set -u
. "$(dirname "$0")/../support/checks.sh" "$1"

run run --sandbox -e 'console.log("hello")'
check 'what is harmless runs' test "$code $(cat out)" = '0 hello'
printf 'function busy() {\n  for (;;);\n}\nbusy();\n' > loop.js
run run --sandbox loop.js
check 'a loop: exit code' test "$code" -eq 124
check 'one line: limit, what ran, where' grep -qE '^millrace: stopped by the limit (wall|cpu)_time \(1 s\): evaluation, at busy \(.*/loop\.js:[12]\)$' err
check 'and no other' test "$(wc -l < err)" -eq 1
run --time-limit 100ms loop.js
check 'a limit alone' grep -qE '_time \(100 ms\): evaluation' err
run --time-limit=100ms -e 'require("fs"); setTimeout(() => { for (;;); }, 1)'
check 'of a callback, with all rights' grep -qE '_time \(100 ms\): callback' err
run --memory-limit 32MiB -e 'const a = []; for (;;) a.push({})'
check 'memory: exit code' test "$code" -eq 124
check 'memory' grep -q 'limit heap (32 MiB)' err
run run --sandbox -e 'for (;;) console.log("x".repeat(999))'
check 'output: exit code' test "$code" -eq 124
check 'output: no more than it may' test "$(stat -c %s out)" -le 1048576
check 'output' grep -q 'limit output (1 MiB)' err
run run --sandbox -e 'let s = "x"; for (let i = 0; i < 30; i++) s += s; s.charCodeAt(1); JSON.stringify(Array(64).fill(Array(1e6).fill(s.length)))'
check 'what cannot be interrupted' test "$code" -eq 124
echo '{"wall_time": "50ms", "heap": "32MiB", "eval": true}' > policy.json
run run --sandbox=policy.json -e 'console.log(eval("6 * 7")); for (;;);'
check 'a policy file' grep -q 'wall_time (50 ms)' err
check 'and its rights' grep -q 42 out
run run --sandbox -e 'require("fs")'
check 'files' grep -q "ERR_DENIED" err
MILLRACE_TEST=secret run run --sandbox -e 'console.log(JSON.stringify(process.env))'
check 'the environment' test "$(cat out)" = '{}'
for wrong in '{"wall_tim": "1s"}:has no .wall_tim.; it has wall_time' '{"heap": "much"}:.heap. is "much", but has to be' '{"eval": 1}:has to be true or false' 'none.json:cannot read the policy' '[]:cannot read' '{:no JSON'; do
  run run --sandbox="${wrong%:*}" -e 1
  check "policy ${wrong%:*}: exit code" test "$code" -eq 2
done
run run --sandbox='{"wall_tim": "1s"}' -e 1
check 'a key that is none' grep -q "a policy has no 'wall_tim'; it has wall_time, cpu_time" err
run run --sandbox='{"heap": "much"}' -e 1
check 'a size that is none' grep -q "'heap' is \"much\", but has to be a whole number, or a size" err
run --time-limit soon -e 1
check 'a time that is none' grep -q "'soon' is no time" err
check 'exit code' test "$code" -eq 2

# The kernel's walls around it, where users may make namespaces.
if unshare --user --map-root-user --net --pid --fork --mount --mount-proc true 2> /dev/null; then
  "$here/examples/sandboxed_process/run.sh" "$millrace" loop.js > out 2> err
  check 'in a process of its own' test $? -eq 124
  echo 'console.log("hello")' > hello.js
  "$here/examples/sandboxed_process/run.sh" "$millrace" hello.js > out 2> err
  check 'what is harmless there' test "$(cat out)" = hello
else
  echo 'no namespaces for users here: examples/sandboxed_process is not tested'
fi
finish
