#!/usr/bin/env bash
# What a user sees of --audit and `millrace audit`. usage: audit_test.sh MILLRACE
set -u
. "$(dirname "$0")/../support/checks.sh" "$1"

printf 'setTimeout(() => console.log("fired"), 5);\nclearTimeout(setTimeout(() => {}, 9));\nsetImmediate(() => {});\n' > program.js
run run --audit=plain.log program.js
check 'the program runs as always' test "$code $(cat out) $(cat err)" = '0 fired '
check 'nobody else may read the log' test "$(stat -c %a plain.log)" = 600
run audit verify plain.log
check 'it is whole' test "$code" -eq 0
check 'and says how much is proven' grep -qE '^plain.log: whole: [0-9]+ records, the last hash is [0-9a-f]{64}$' out
last=$(grep -oE '[0-9a-f]{64}$' out)
for kind in audit.opened program.started timer.created timer.cancelled timer.fired program.ended audit.closed; do
  check "a record $kind" has "\"kind\":\"$kind\"" plain.log
done
check 'two timers, each told once' test "$(grep -c '"timer.created"' plain.log) $(grep -c '"timer.fired"' plain.log)" = '2 1'
check 'each line is JSON' python3 -c 'import json; [json.loads(line) for line in open("plain.log")]'

run audit show --kind timer plain.log
check 'shown' test "$code $(wc -l < out)" = '0 4'
check 'for people' grep -qE 'timer\.created  javascript:1  -  delay_ms=5' out

run run --audit=plain.log program.js
check 'another run goes on with it' test "$code" -eq 0
run audit verify --expect-hash "$last" plain.log
check 'and what was there is still there' test "$code" -eq 0
head -c -100 plain.log > torn.log
run audit verify torn.log
check 'a torn end' test "$code" -eq 1
check 'is called so' has ': torn: ' err
chmod 600 torn.log
run run --audit=torn.log program.js
run audit verify torn.log
check 'the next run cuts it off' test "$code" -eq 0
check 'and says so' has 'a torn line 1 times' out
check 'in the log, too' has '"audit.recovered"' torn.log
head -n 5 plain.log > short.log
run audit verify short.log
check 'an end that was cut off does not show by itself' test "$code" -eq 0
run audit verify --expect-hash "$last" short.log
check 'but with the hash that was kept' test "$code" -eq 1
check 'it does' has ': shortened: ' err
run audit verify --expect-count 99 short.log
check 'or with the number' test "$code" -eq 1

sed '3s/"delay_ms":5/"delay_ms":6/' plain.log > changed.log
run audit verify changed.log
check 'a changed line' test "$code" -eq 1
check 'is named' has 'changed.log: line 3: changed: ' err
run audit show changed.log
check 'only what is proven is shown' test "$code $(wc -l < out)" = '1 2'
sed '4d' plain.log > removed.log
run audit verify removed.log
check 'a removed line' has 'line 4: removed: ' err
run run --audit=program.js program.js
check 'another file is not taken for a log' test "$code" -eq 1
check 'and stays as it is' has 'clearTimeout' program.js

head -c 32 /dev/urandom | base64 > key
chmod 600 key
run run --audit=signed.log --audit-key-file=key --audit-flush=10ms program.js
check 'with a key' test "$code" -eq 0
run audit verify --key-file key signed.log
check 'verified with it' test "$code" -eq 0
run audit verify signed.log
check 'not without' test "$code" -eq 1
check 'and it is said why' has 'Give the key' err
chmod 644 key
run audit verify --key-file key signed.log
check 'a key that others can read is none' has 'others than its owner' err

run run --sandbox --audit=sandbox.log -e 'try { require("fs") } catch {} setTimeout(() => { for (;;); }, 1)'
check 'a limit ends it as always' test "$code" -eq 124
run audit verify sandbox.log
check 'and the log is whole' test "$code" -eq 0
check 'the policy' has '"kind":"policy.applied"' sandbox.log
check 'what it denied' has '"right":"builtin_modules","what":"Loading '"'fs'"'"' sandbox.log
check 'what it ended' grep -qE '"policy\.ended".*_time","operation":"callback","value":"1 s"' sandbox.log
check 'the end of the program' has '"exit_code":124' sandbox.log
run run --time-limit=200ms --audit=guard.log -e '/(a+)+$/.test("a".repeat(40) + "b"); const big = 3n ** 9000000n; String(big)'
check 'where the engine cannot be interrupted' test "$code" -eq 124
check 'the log has the reason' has '"policy.ended"' guard.log
check 'and is closed' has '"audit.closed"' guard.log
run run --audit=exit.log -e 'setInterval(() => process.exit(3), 5); setTimeout(() => {}, 9999)'
check 'an exit' test "$code" -eq 3
check 'ends the timers that wait' test "$(grep -c '"by_closing"' exit.log)" -eq 2
run run --audit=many.log -e 'for (let i = 0; i < 200000; i++) clearTimeout(setTimeout(() => {}, 5))'
run audit verify many.log
check 'many at once' test "$code" -eq 0
check 'none is lost' test "$(grep -c '"timer.cancelled"' many.log)" -eq 200000

(ulimit -f 4; "$millrace" run --audit=full.log -e 'for (let i = 0; i < 1000; i++) setTimeout(() => {}, 5)' > out 2> err; echo $? > code)
check 'a disk that is full is not silent' has 'audit log:' err
check 'nor a success' test "$(cat code)" -eq 1
run audit verify full.log
check 'what was written is whole' test "$code" -eq 0

run audit
check 'usage: nothing' test "$code" -eq 2
run audit verify
check 'usage: no file' test "$code" -eq 2
run audit verify --expect-hash xyz plain.log
check 'usage: no hash' test "$code" -eq 2
run run --audit-key-file=key program.js
check 'usage: a key for no log' test "$code" -eq 2
run run --audit=x.log --audit-flush=tomorrow program.js
check 'usage: no time' test "$code" -eq 2
run audit verify absent.log
check 'a file that is not there' test "$code" -eq 1
run --help
check 'the help knows it' has 'millrace audit verify' out

finish
